//! go-plugin's GRPCBroker, by which host and plugin can open more connections between them. Grafana opens its stream
//! and never says a word on it; neither do we.

use tonic::{Request, Response, Status, Streaming, async_trait};

use super::host::{Host, Silence};
use crate::proto::go_plugin::ConnInfo;
use crate::proto::go_plugin::grpc_broker_server::GrpcBroker;

/// The service.
#[derive(Debug)]
pub(super) struct Broker(pub(super) Host);

#[async_trait]
impl GrpcBroker for Broker {
    type StartStreamStream = Silence<ConnInfo>;

    async fn start_stream(
        &self,
        request: Request<Streaming<ConnInfo>>,
    ) -> Result<Response<Self::StartStreamStream>, Status> {
        let mut offers = request.into_inner();
        // Nobody here dials what the host offers, but unread messages would hold its sender up.
        tokio::spawn(async move { while let Ok(Some(_)) = offers.message().await {} });
        Ok(Response::new(self.0.silence()))
    }
}
