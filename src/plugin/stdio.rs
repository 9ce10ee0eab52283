//! go-plugin's GRPCStdio, which carries what a plugin prints. We print nothing, and Grafana throws away what comes, but
//! it opens the stream as soon as it has dialled and keeps it open until it ends.

use tonic::{Request, Response, Status, async_trait};

use super::host::{Host, Silence};
use crate::proto::go_plugin::StdioData;
use crate::proto::go_plugin::grpc_stdio_server::GrpcStdio;

/// The service.
#[derive(Debug)]
pub(super) struct Stdio(pub(super) Host);

#[async_trait]
impl GrpcStdio for Stdio {
    type StreamStdioStream = Silence<StdioData>;

    async fn stream_stdio(
        &self,
        _: Request<()>,
    ) -> Result<Response<Self::StreamStdioStream>, Status> {
        Ok(Response::new(self.0.silence()))
    }
}
