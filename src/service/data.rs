//! Queries: `QueryData` and `QueryChunkedData`. Each query of a request is carried out on its own, and one that fails
//! leaves its siblings alone.

use std::collections::HashMap;
use std::error::Error;
use std::sync::Arc;
use std::time::Instant;

use tokio::task::JoinSet;
use tokio_stream::wrappers::ReceiverStream;
use tonic::{Request, Response, Status, async_trait};

use super::response::{ErrorSource, ServiceError};
use super::{Plugin, answer};
use crate::frame::Frame;
use crate::instance;
use crate::proto::pluginv2::{
    DataQuery, DataResponse, PluginContext, QueryChunkedDataRequest, QueryChunkedDataResponse,
    QueryDataRequest, QueryDataResponse, data_server::Data,
};
use crate::query::Query;

/// Responses of a chunked query that may wait for the host.
const CHUNKS_WAITING: usize = 8;

const OK: i32 = 200;

#[async_trait]
impl Data for Plugin {
    async fn query_data(
        self: Arc<Self>,
        request: Request<QueryDataRequest>,
    ) -> Result<Response<QueryDataResponse>, Status> {
        let QueryDataRequest { plugin_context, queries, .. } = request.into_inner();
        let mut answers = self.answer_all(plugin_context, queries);
        let mut responses = HashMap::new();
        while let Some(done) = answers.join_next().await {
            let (ref_id, outcome) = done.map_err(|error| Status::internal(error.to_string()))?;
            responses.insert(ref_id, outcome.map_or_else(|error| failed(&error), answered));
        }
        Ok(Response::new(QueryDataResponse { responses }))
    }

    type QueryChunkedDataStream = ReceiverStream<Result<QueryChunkedDataResponse, Status>>;

    async fn query_chunked_data(
        self: Arc<Self>,
        request: Request<QueryChunkedDataRequest>,
    ) -> Result<Response<Self::QueryChunkedDataStream>, Status> {
        let QueryChunkedDataRequest { plugin_context, queries, .. } = request.into_inner();
        let mut answers = self.answer_all(plugin_context, queries);
        let (sender, receiver) = tokio::sync::mpsc::channel(CHUNKS_WAITING);
        tokio::spawn(async move {
            while let Some(Ok((ref_id, outcome))) = answers.join_next().await {
                for chunk in chunks(&ref_id, outcome) {
                    if sender.send(Ok(chunk)).await.is_err() {
                        // The host has gone; dropping the set stops what still runs.
                        return;
                    }
                }
            }
        });
        Ok(Response::new(ReceiverStream::new(receiver)))
    }
}

/// A refId, and its frames as Arrow IPC files.
type Outcome = (String, Result<Vec<Vec<u8>>, ServiceError>);

impl Plugin {
    /// Starts every query of a request. Dropping the set stops them.
    fn answer_all(
        self: &Arc<Self>,
        context: Option<PluginContext>,
        queries: Vec<DataQuery>,
    ) -> JoinSet<Outcome> {
        let context = Arc::new(context);
        let mut answers = JoinSet::new();
        for query in queries {
            let (plugin, context) = (self.clone(), context.clone());
            answers.spawn(async move {
                let ref_id = query.ref_id.clone();
                (ref_id, plugin.answer(context, query).await)
            });
        }
        answers
    }

    async fn answer(
        self: &Arc<Self>,
        context: Arc<Option<PluginContext>>,
        query: DataQuery,
    ) -> Result<Vec<Vec<u8>>, ServiceError> {
        let started = Instant::now();
        let ref_id = query.ref_id.clone();
        let plugin = self.clone();
        // Everything, encoding too: it takes its time, and a panic in it must be this query's alone.
        let outcome =
            self.scan(move |watch| plugin.frames(context.as_ref().as_ref(), &query, watch)).await;
        self.metrics.query(started.elapsed(), outcome.as_ref().err());
        match &outcome {
            // Who asked reads the sentence; in the log it is only news, unless it is our fault.
            Err(error) if error.source_of_error() == ErrorSource::Downstream => {
                tracing::info!(refId = ref_id, error = error as &dyn Error, "A query was refused.");
            }
            Err(error) => {
                tracing::error!(refId = ref_id, error = error as &dyn Error, "A query failed.");
            }
            Ok(_) => {}
        }
        outcome
    }

    fn frames(
        &self,
        context: Option<&PluginContext>,
        asked: &DataQuery,
        watch: instance::Watch,
    ) -> Result<Vec<Vec<u8>>, ServiceError> {
        let instance = self.instance(context)?;
        let query = Query::from_json(&asked.json)?;
        let answer = instance.query(&query, &request(asked, watch))?;
        self.metrics.scan(&answer);
        let frames = answer::frames(&query, &answer, self.frame_budget())?;
        Ok(frames.iter().map(|frame| frame.to_arrow(&asked.ref_id)).collect::<Result<_, _>>()?)
    }
}

fn request(asked: &DataQuery, watch: instance::Watch) -> instance::Request {
    const MILLISECOND: i64 = 1_000_000;
    let ns = |ms: i64| ms.saturating_mul(MILLISECOND);
    instance::Request {
        // The end's millisecond is part of the range with all its nanoseconds.
        time_range: asked.time_range.map(|range| {
            (ns(range.from_epoch_ms), ns(range.to_epoch_ms).saturating_add(MILLISECOND - 1))
        }),
        max_points: usize::try_from(asked.max_data_points).ok().filter(|points| *points > 0),
        watch,
    }
}

fn answered(frames: Vec<Vec<u8>>) -> DataResponse {
    DataResponse { frames, status: OK, ..DataResponse::default() }
}

fn failed(error: &ServiceError) -> DataResponse {
    DataResponse {
        error: error.to_string(),
        status: error.status().into(),
        error_source: error.source_of_error().word().to_owned(),
        ..DataResponse::default()
    }
}

/// One chunk for each frame. An error needs a frame too, since Grafana 12.4 reads the frame before it looks at the error.
fn chunks(
    ref_id: &str,
    outcome: Result<Vec<Vec<u8>>, ServiceError>,
) -> Vec<QueryChunkedDataResponse> {
    let no_frame = || Frame::default().to_arrow(ref_id).into_iter().collect();
    let failed = |error| DataResponse { frames: no_frame(), ..failed(&error) };
    let DataResponse { frames, error, status, error_source, .. } =
        outcome.map_or_else(failed, answered);
    let chunk = |(number, frame): (usize, Vec<u8>)| QueryChunkedDataResponse {
        ref_id: ref_id.to_owned(),
        frame_id: number.to_string(),
        frame,
        error: error.clone(),
        status,
        error_source: error_source.clone(),
        format: 0,
    };
    frames.into_iter().enumerate().map(chunk).collect()
}
