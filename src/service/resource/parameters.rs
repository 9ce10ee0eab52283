//! What a resource call brings: parameters of its URL, or a body.

use std::collections::HashMap;

use serde::Deserialize;

use super::super::response::ServiceError;
use crate::proto::pluginv2::CallResourceRequest;
use crate::query::{Query, QueryError};

/// Rows of a preview, at most and by default.
const PREVIEW_ROWS: u64 = 1_000;
const PREVIEW_DEFAULT: u64 = 100;

/// The parameters of a URL, and who asks.
pub(super) struct Parameters {
    values: HashMap<String, String>,
    pub(super) is_admin: bool,
}

impl Parameters {
    pub(super) fn of(request: &CallResourceRequest) -> Self {
        let query = request.url.split_once('?').map_or("", |(_, query)| query);
        let user = request.plugin_context.as_ref().and_then(|context| context.user.as_ref());
        Self {
            values: form_urlencoded::parse(query.as_bytes()).into_owned().collect(),
            is_admin: user.is_some_and(|user| user.role == "Admin"),
        }
    }

    /// A parameter; none where it is missing or empty.
    pub(super) fn text(&self, name: &str) -> Option<String> {
        self.values.get(name).filter(|value| !value.is_empty()).cloned()
    }

    pub(super) fn number(
        &self,
        name: &'static str,
        default: usize,
        most: usize,
    ) -> Result<usize, ServiceError> {
        let Some(text) = self.text(name) else { return Ok(default) };
        let number: Option<usize> = text.parse().ok();
        number.filter(|number| *number <= most).ok_or_else(|| ServiceError::Parameter {
            name,
            problem: format!("“{text}”, not a number up to {most}"),
        })
    }

    /// The query that `query` and `path` make together.
    pub(super) fn query(&self) -> Result<Query, ServiceError> {
        let json = self.text("query").unwrap_or_else(|| "{}".to_owned());
        let mut query: serde_json::Value = serde_json::from_str(&json)
            .map_err(|source| QueryError::Json { field: "query".to_owned(), source })?;
        if let (Some(path), Some(query)) = (self.text("path"), query.as_object_mut()) {
            query.insert("path".to_owned(), path.into());
        }
        Ok(Query::from_json(query.to_string().as_bytes())?)
    }
}

/// The body of a preview.
pub(super) struct PreviewBody {
    pub(super) query: Query,
    pub(super) limit: u64,
}

impl PreviewBody {
    pub(super) fn read(body: &[u8]) -> Result<Self, ServiceError> {
        #[derive(Deserialize)]
        struct Body {
            query: serde_json::Value,
            limit: Option<u64>,
        }
        let Body { query, limit } = serde_json::from_slice(body)
            .map_err(|source| QueryError::Json { field: ".".to_owned(), source })?;
        let query = Query::from_json(query.to_string().as_bytes())?;
        Ok(Self { query, limit: limit.unwrap_or(PREVIEW_DEFAULT).clamp(1, PREVIEW_ROWS) })
    }
}
