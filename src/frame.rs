//! Grafana's data frames: named, typed columns with what a panel needs to know about them.
//!
//! [`shape()`] makes frames of the data plane's types out of an Arrow record batch; a frame becomes an Arrow IPC **file**
//! for queries ([`Frame::to_arrow`]) or JSON for the editor's preview ([`Frame::to_json`]). Facts about the wire are those
//! of grafana-plugin-sdk-go v0.287 (`data/arrow.go`, `data/frame_json.go`, `data/frame_meta.go`).

use std::collections::BTreeMap;

use arrow_array::{Array, ArrayRef};
use serde::Serialize;

mod arrow;
mod error;
mod json;
mod logs;
mod numeric;
mod series;
mod shape;
mod time_series;

pub use error::FrameError;
pub use shape::{Budget, Shape, shape};

/// Labels of a series, by name.
pub type Labels = BTreeMap<String, String>;

/// A table of named columns of one length.
#[derive(Debug, Clone, Default)]
pub struct Frame {
    /// Shown in legends and tables; may be empty.
    pub name: String,
    /// The columns.
    pub fields: Vec<Field>,
    /// What is to be known about the whole.
    pub meta: Meta,
}

/// A column.
#[derive(Debug, Clone)]
pub struct Field {
    /// Name of the column.
    pub name: String,
    /// What tells this series from others of the same name.
    pub labels: Labels,
    /// Grafana unit id; empty: none.
    pub unit: String,
    /// Bool, int64, float64, utf8, timestamp in nanoseconds, or binary that holds JSON.
    pub values: ArrayRef,
    /// Whether Grafana's field may hold nulls. The time of a time series must not, or alerting refuses it.
    pub nullable: bool,
}

impl Field {
    /// A field that may hold nulls, without labels.
    pub fn new(name: impl Into<String>, values: ArrayRef) -> Self {
        Self {
            name: name.into(),
            labels: Labels::new(),
            unit: String::new(),
            values,
            nullable: true,
        }
    }

    /// The same field, never null. The caller has made sure that it holds none.
    #[must_use]
    pub fn never_null(self) -> Self {
        debug_assert_eq!(
            self.values.null_count(),
            0,
            "a null in a field that may hold none reads as zero in Grafana"
        );
        Self { nullable: false, ..self }
    }
}

/// What is to be known about a frame, in Grafana's words.
#[derive(Debug, Clone, Default, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Meta {
    /// Type in the data plane contract.
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub frame_type: Option<&'static str>,
    /// Its version, major and minor. `[0, 0]` would make alerting guess the type instead of believing it.
    pub type_version: [u8; 2],
    /// For the reader of the panel.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub notices: Vec<Notice>,
    /// For the query inspector.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub stats: Vec<Stat>,
    /// For the query inspector: what was done, in words.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub executed_query_string: String,
    /// How Explore shows the frame: `graph`, `table` or `logs`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferred_visualisation_type: Option<&'static str>,
}

/// A sentence for the reader of the panel.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Notice {
    /// How bad it is.
    pub severity: Severity,
    /// The sentence.
    pub text: String,
}

/// How bad a [`Notice`] is; any other word fails the whole query in Grafana.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
    /// Good to know.
    Info,
    /// Something may be wrong with the data.
    Warning,
}

/// A number about the query.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Stat {
    /// What it is.
    pub display_name: &'static str,
    /// Grafana unit id.
    #[serde(skip_serializing_if = "str::is_empty")]
    pub unit: &'static str,
    /// The number.
    pub value: f64,
}
