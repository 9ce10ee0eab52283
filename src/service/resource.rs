//! What the editor asks: the routes of `docs/resources.md`.

use std::error::Error;
use std::sync::Arc;

use serde_json::{Value, json};
use tokio_stream::Once;
use tonic::{Request, Response, Status, async_trait};

use super::response::ServiceError;
use super::{Plugin, answer};
use crate::csv::{ColumnType, Inferred, delimiter_name};
use crate::frame::Notice;
use crate::instance::Instance;
use crate::proto::pluginv2::{
    CallResourceRequest, CallResourceResponse, StringList, resource_server::Resource,
};
use crate::storage::{Entry, EntryKind};

mod parameters;
use parameters::{Parameters, PreviewBody};

#[async_trait]
impl Resource for Plugin {
    type CallResourceStream = Once<Result<CallResourceResponse, Status>>;

    async fn call_resource(
        self: Arc<Self>,
        request: Request<CallResourceRequest>,
    ) -> Result<Response<Self::CallResourceStream>, Status> {
        let request = request.into_inner();
        let path = request.path.clone();
        let (code, body) = match self.route(request).await {
            Ok(body) => (200, body),
            Err(error) => {
                tracing::info!(path, error = &error as &dyn Error, "A resource was refused.");
                (error.status().into(), json!({ "message": error.to_string() }))
            }
        };
        let json = StringList { values: vec!["application/json".to_owned()] };
        let headers = [("Content-Type".to_owned(), json)].into();
        let response = CallResourceResponse { code, headers, body: body.to_string().into_bytes() };
        Ok(Response::new(tokio_stream::once(Ok(response))))
    }
}

impl Plugin {
    async fn route(self: &Arc<Self>, request: CallResourceRequest) -> Result<Value, ServiceError> {
        let parameters = Parameters::of(&request);
        let path = request.path.trim_matches('/');
        if (request.method.as_str(), path) == ("GET", "roots") {
            return Ok(self.roots_json(&parameters));
        }
        let instance = self.instance(request.plugin_context.as_ref())?;
        match (request.method.as_str(), path) {
            ("GET", "files") => self.files(instance, parameters).await,
            ("GET", "schema") => self.schema(instance, &parameters).await,
            ("GET", "values") => self.values(instance, &parameters).await,
            ("POST", "preview") => self.preview(instance, &request.body).await,
            (method, path) => {
                Err(ServiceError::NoResource { method: method.to_owned(), path: path.to_owned() })
            }
        }
    }

    /// Roots by name; where they lie is only for administrators.
    fn roots_json(&self, parameters: &Parameters) -> Value {
        let root = |(name, path): (&str, &std::path::Path)| {
            let mut root = json!({ "name": name });
            if parameters.is_admin {
                root["path"] = path.to_string_lossy().into();
            }
            root
        };
        let roots: Vec<Value> = self.roots.iter().map(root).collect();
        let problem = self.server.problems.first().map(ToString::to_string);
        let none = roots.is_empty().then(|| crate::storage::StorageError::NoRoots.to_string());
        json!({ "roots": roots, "help": problem.or(none).unwrap_or_default() })
    }

    async fn files(
        self: &Arc<Self>,
        instance: Arc<Instance>,
        parameters: Parameters,
    ) -> Result<Value, ServiceError> {
        let root = parameters.text("root");
        if root.is_some() && !parameters.is_admin {
            return Err(ServiceError::NotAdmin);
        }
        let (limit, offset) =
            (parameters.number("limit", 200, 1_000)?, parameters.number("offset", 0, usize::MAX)?);
        let path = parameters.text("path").unwrap_or_default();
        self.work(move |_| {
            let page = instance.files(
                root.as_deref(),
                &path,
                parameters.text("glob").as_deref(),
                offset,
                limit,
            )?;
            let more = offset.saturating_add(page.entries.len()) < page.total;
            let entries: Vec<Value> = page.entries.iter().map(entry).collect();
            Ok(json!({ "path": path, "entries": entries, "total": page.total, "more": more }))
        })
        .await
    }

    async fn schema(
        self: &Arc<Self>,
        instance: Arc<Instance>,
        parameters: &Parameters,
    ) -> Result<Value, ServiceError> {
        let query = parameters.query()?;
        let inferred = self.scan(move |watch| Ok(instance.schema(&query, &watch)?)).await?;
        Ok(schema(&inferred))
    }

    async fn values(
        self: &Arc<Self>,
        instance: Arc<Instance>,
        parameters: &Parameters,
    ) -> Result<Value, ServiceError> {
        let query = parameters.query()?;
        let limit = parameters.number("limit", 1_000, 10_000)?.max(1);
        let column = parameters.text("column").unwrap_or_default();
        let search = parameters.text("search").unwrap_or_default();
        self.scan(move |watch| {
            let found = instance.values(&query, &column, &search, limit, &watch)?;
            Ok(json!({ "values": found.values, "more": found.more }))
        })
        .await
    }

    async fn preview(
        self: &Arc<Self>,
        instance: Arc<Instance>,
        body: &[u8],
    ) -> Result<Value, ServiceError> {
        let PreviewBody { query, limit } = PreviewBody::read(body)?;
        let budget = self.frame_budget();
        self.scan(move |watch| {
            let answer = instance.preview(&query, limit, watch)?;
            let frames = answer::frames(&query, &answer, budget)?;
            let frame = frames.first();
            let notices = frame.map_or(&[][..], |frame| &frame.meta.notices);
            let report = report(&answer.report, notices);
            Ok(json!({ "frame": frame.map(|frame| frame.to_json("")), "report": report }))
        })
        .await
    }
}

fn entry(entry: &Entry) -> Value {
    let kind = match entry.kind {
        EntryKind::File => "file",
        EntryKind::Folder => "folder",
    };
    let modified = entry.modified.and_then(|time| jiff::Timestamp::try_from(time).ok());
    json!({ "name": entry.name, "kind": kind, "size": entry.size, "modified": modified.map(|time| time.to_string()) })
}

fn schema(inferred: &Inferred) -> Value {
    let column = |column: &crate::csv::Column| {
        let format = match column.column_type {
            ColumnType::Time(format) => format.name(),
            _ => "",
        };
        json!({
            "name": column.name,
            "type": column.column_type.to_string(),
            "timeFormat": format,
            "unit": column.unit,
            "examples": column.examples,
        })
    };
    let columns = &inferred.schema.columns;
    let time = inferred.schema.first_time().map_or("", |index| columns[index].name.as_str());
    let dialect = &inferred.dialect;
    json!({
        "columns": columns.iter().map(column).collect::<Vec<_>>(),
        "timeColumn": time,
        "dialect": {
            "delimiter": dialect.delimiter.map(delimiter_name),
            "quote": dialect.quote.map(delimiter_name),
            "headerRows": u8::from(dialect.header),
            "encoding": dialect.encoding.map_or("UTF-8", encoding_rs::Encoding::name),
        },
        "rowsSampled": inferred.rows_sampled,
    })
}

fn report(report: &crate::csv::Report, notices: &[Notice]) -> Value {
    let problem = |problem: &crate::csv::Problem| json!({ "line": problem.line, "column": problem.column, "text": problem.text, "reason": problem.reason });
    json!({
        "rowsRead": report.rows_read,
        "rowsKept": report.rows_read - report.rows_skipped,
        "rowsSkipped": report.rows_skipped,
        "misfits": report.misfits,
        "problems": report.problems.iter().map(problem).collect::<Vec<_>>(),
        "notices": notices.iter().map(|notice| &notice.text).collect::<Vec<_>>(),
    })
}
