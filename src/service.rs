//! Grafana's services, one file each, and the one place that turns errors into status, error source and message.
//!
//! Requests come in here on the async side; whatever touches a file goes through `work`, which runs it on a thread that
//! may block, no more at a time than the admin allows, and stops it when nobody waits for it any more.

use std::sync::Arc;

use tokio::sync::Semaphore;
use tonic::service::Routes;

use crate::frame;
use crate::instance::{Instance, InstanceError, Key, Revisions};
use crate::proto::pluginv2::{
    PluginContext, admission_control_server::AdmissionControlServer, data_server::DataServer,
    diagnostics_server::DiagnosticsServer, resource_conversion_server::ResourceConversionServer,
    resource_server::ResourceServer, stream_server::StreamServer,
};
use crate::settings::{Budgets, DatasourceSettings, ServerSettings};
use crate::storage::Roots;

mod admission;
mod answer;
mod data;
mod diagnostics;
mod metrics;
mod resource;
mod response;
mod stream;
mod work;

use metrics::Metrics;
use response::ServiceError;

/// Bytes that a request may have. Go plugins accept 16 MiB, so Grafana's users count on that; tonic alone stops at 4 MiB.
const MAX_REQUEST_BYTES: usize = 16 * 1024 * 1024;

/// What all services share.
#[derive(Debug)]
struct Plugin {
    server: ServerSettings,
    roots: Arc<Roots>,
    instances: Revisions,
    metrics: Metrics,
    scans: Arc<Semaphore>,
}

/// All of Grafana's services, by these settings of the server.
pub fn routes(server: ServerSettings) -> Routes {
    let plugin = Arc::new(Plugin::new(server));
    let mut routes = Routes::builder();
    routes
        .add_service(
            DataServer::from_arc(plugin.clone()).max_decoding_message_size(MAX_REQUEST_BYTES),
        )
        .add_service(
            DiagnosticsServer::from_arc(plugin.clone())
                .max_decoding_message_size(MAX_REQUEST_BYTES),
        )
        .add_service(
            ResourceServer::from_arc(plugin.clone()).max_decoding_message_size(MAX_REQUEST_BYTES),
        )
        .add_service(
            StreamServer::from_arc(plugin.clone()).max_decoding_message_size(MAX_REQUEST_BYTES),
        )
        .add_service(
            AdmissionControlServer::from_arc(plugin.clone())
                .max_decoding_message_size(MAX_REQUEST_BYTES),
        )
        .add_service(
            ResourceConversionServer::from_arc(plugin).max_decoding_message_size(MAX_REQUEST_BYTES),
        );
    routes.routes()
}

impl Plugin {
    fn new(server: ServerSettings) -> Self {
        let roots = server.allowed_roots.iter().map(|root| (root.name.clone(), root.path.clone()));
        Self {
            roots: Arc::new(Roots::new(roots)),
            instances: Revisions::default(),
            metrics: Metrics::default(),
            scans: Arc::new(Semaphore::new(server.budgets.max_concurrent_scans)),
            server,
        }
    }

    fn frame_budget(&self) -> frame::Budget {
        let Budgets { max_series, max_result_bytes, .. } = self.server.budgets;
        frame::Budget { series: max_series, bytes: max_result_bytes }
    }

    /// The instance for the data source of a request.
    fn instance(&self, context: Option<&PluginContext>) -> Result<Arc<Instance>, ServiceError> {
        if let Some(problem) = self.server.problems.first() {
            return Err(ServiceError::Server { problem: problem.to_string() });
        }
        let context = context.ok_or(ServiceError::NoDatasource)?;
        let settings =
            context.data_source_instance_settings.as_ref().ok_or(ServiceError::NoDatasource)?;
        let key = Key { org_id: context.org_id, uid: settings.uid.clone() };
        let config = context.grafana_config.clone();
        let make = || self.make_instance(&settings.json_data);
        Ok(self.instances.get(key, settings.last_updated_ms, &settings.json_data, config, make)?)
    }

    fn make_instance(&self, json_data: &[u8]) -> Result<Instance, InstanceError> {
        Instance::new(
            DatasourceSettings::from_json(json_data)?,
            self.roots.clone(),
            self.server.budgets,
        )
    }
}
