//! Settings: what the server's admin allows (grafana.ini) and what one data source says (its jsonData). Read once, at
//! the door, into validated types.
//!
//! The names of roots are settings; whether a root exists and can be read is for [`crate::storage`] to find out when it
//! opens it, because that can change at any time.

mod budgets;
mod datasource;
mod error;
mod server;

pub use budgets::Budgets;
pub use datasource::DatasourceSettings;
pub use error::SettingsError;
pub use server::{AllowedRoot, ServerSettings};
