//! go-plugin's GRPCController, by which the host ends us.

use tonic::{Request, Response, Status, async_trait};

use super::host::Host;
use crate::proto::go_plugin::Empty;
use crate::proto::go_plugin::grpc_controller_server::GrpcController;

/// The service.
#[derive(Debug)]
pub(super) struct Controller(pub(super) Host);

#[async_trait]
impl GrpcController for Controller {
    /// Answers at once: the host calls without a deadline, so that an answer that waits for open queries would hang
    /// Grafana's own shutdown.
    async fn shutdown(&self, _: Request<Empty>) -> Result<Response<Empty>, Status> {
        self.0.stop();
        Ok(Response::new(Empty {}))
    }
}
