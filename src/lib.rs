//! A Grafana backend data source plugin that serves CSV files lying on the server.
//!
//! The data's way, one line: `QueryDataRequest` → [`service`] → [`query::Query`] → [`instance`] → [`storage`] (which
//! file, opened beneath a root) → [`csv`] (dialect, schema, time, scan → columns) → [`exec`] (filter, bucket, group,
//! downsample) → [`frame`] → Arrow IPC file → `DataResponse[refId]`. It flows one way: nothing later in the line is
//! imported by anything earlier, and `tests/it/layering.rs` holds the rooms to it.
//!
//! Around it stand [`plugin`], which is how Grafana starts and stops the process (hashicorp/go-plugin), [`cli`], which
//! talks to the plugin as Grafana does, and [`log`].

pub mod cli;
pub mod csv;
pub mod exec;
pub mod frame;
pub mod identity;
pub mod instance;
pub mod log;
pub mod plugin;
pub mod proto;
pub mod query;
pub mod service;
pub mod settings;
pub mod storage;
