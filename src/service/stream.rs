//! Streaming: the service is there from the first day, so that live tail only adds a source. Until then there is no
//! channel to subscribe to.

use std::sync::Arc;

use tokio_stream::Empty;
use tonic::{Request, Response, Status, async_trait};

use super::Plugin;
use crate::proto::pluginv2::{
    PublishStreamRequest, PublishStreamResponse, RunStreamRequest, StreamPacket,
    SubscribeStreamRequest, SubscribeStreamResponse, publish_stream_response,
    stream_server::Stream, subscribe_stream_response,
};

#[async_trait]
impl Stream for Plugin {
    async fn subscribe_stream(
        self: Arc<Self>,
        _: Request<SubscribeStreamRequest>,
    ) -> Result<Response<SubscribeStreamResponse>, Status> {
        let status = subscribe_stream_response::Status::NotFound.into();
        Ok(Response::new(SubscribeStreamResponse { status, data: Vec::new() }))
    }

    type RunStreamStream = Empty<Result<StreamPacket, Status>>;

    async fn run_stream(
        self: Arc<Self>,
        request: Request<RunStreamRequest>,
    ) -> Result<Response<Self::RunStreamStream>, Status> {
        Err(Status::not_found(format!("There is no stream “{}”.", request.into_inner().path)))
    }

    async fn publish_stream(
        self: Arc<Self>,
        _: Request<PublishStreamRequest>,
    ) -> Result<Response<PublishStreamResponse>, Status> {
        let status = publish_stream_response::Status::PermissionDenied.into();
        Ok(Response::new(PublishStreamResponse { status, data: Vec::new() }))
    }
}
