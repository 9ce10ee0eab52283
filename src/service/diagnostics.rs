//! Health checks ("Save & test") and metrics.

use std::error::Error;
use std::sync::Arc;

use tonic::{Request, Response, Status, async_trait};

use super::Plugin;
use super::response::ServiceError;
use crate::proto::pluginv2::{
    CheckHealthRequest, CheckHealthResponse, CollectMetricsRequest, CollectMetricsResponse,
    PluginContext, check_health_response::HealthStatus, collect_metrics_response::Payload,
    diagnostics_server::Diagnostics,
};

#[async_trait]
impl Diagnostics for Plugin {
    /// Always answers: an error of the call itself would hide the sentence that says what to do.
    async fn check_health(
        self: Arc<Self>,
        request: Request<CheckHealthRequest>,
    ) -> Result<Response<CheckHealthResponse>, Status> {
        let checked = self.check(request.into_inner().plugin_context).await;
        if let Err(error) = &checked {
            tracing::warn!(error = error as &dyn Error, "A health check failed.");
        }
        let (status, message) = match checked {
            Ok(message) => (HealthStatus::Ok, message),
            Err(error) => (HealthStatus::Error, error.to_string()),
        };
        Ok(Response::new(CheckHealthResponse {
            status: status.into(),
            message,
            json_details: b"{}".to_vec(),
        }))
    }

    async fn collect_metrics(
        self: Arc<Self>,
        _: Request<CollectMetricsRequest>,
    ) -> Result<Response<CollectMetricsResponse>, Status> {
        let prometheus =
            self.metrics.text().map_err(|error| Status::internal(error.to_string()))?.into_bytes();
        Ok(Response::new(CollectMetricsResponse { metrics: Some(Payload { prometheus }) }))
    }
}

impl Plugin {
    async fn check(
        self: &Arc<Self>,
        context: Option<PluginContext>,
    ) -> Result<String, ServiceError> {
        let instance = self.instance(context.as_ref())?;
        let files = self.work(move |_| Ok(instance.check()?)).await?;
        Ok(match files {
            0 => "The folder can be read. There are no files in it yet.".to_owned(),
            1 => "The folder can be read. There is 1 file in it.".to_owned(),
            files => format!("The folder can be read. There are {files} files in it."),
        })
    }
}
