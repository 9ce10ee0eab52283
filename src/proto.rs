//! What `build.rs` generates from `proto/`; nothing here is written by hand.
#![expect(
    missing_docs,
    clippy::allow_attributes,
    clippy::pedantic,
    reason = "generated code; the documentation stands in proto/*.proto"
)]

/// Grafana's plugin protocol, version 2.
pub mod pluginv2 {
    tonic::include_proto!("pluginv2");
}

/// go-plugin's own services: broker, controller, stdio.
pub mod go_plugin {
    tonic::include_proto!("plugin");
}
