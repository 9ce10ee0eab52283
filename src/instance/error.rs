//! Why a data source cannot answer; each variant keeps the error of the room that knows.

use crate::csv::CsvError;
use crate::exec::ExecError;
use crate::query::{Query, QueryError};
use crate::settings::SettingsError;
use crate::storage::StorageError;

use super::watched::Stopped;

/// Why a data source cannot answer.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InstanceError {
    /// The data source's settings cannot be read.
    #[error(transparent)]
    Settings(#[from] SettingsError),
    /// The file or folder cannot be opened.
    #[error(transparent)]
    Storage(#[from] StorageError),
    /// The query is not one.
    #[error(transparent)]
    Query(#[from] QueryError),
    /// The rows cannot be put together as asked.
    #[error(transparent)]
    Exec(#[from] ExecError),
    /// The file cannot be read as CSV.
    #[error("“{path}”: {source}")]
    Csv {
        /// As in the query.
        path: String,
        /// With line and column.
        #[source]
        source: CsvError,
    },
    /// The data source's own time zone.
    #[error("The data source's settings: {source}")]
    TimeZone {
        /// Which zone.
        #[source]
        source: CsvError,
    },
    /// A part of the query cannot be used, or not with this file.
    #[error("The query's {part}: {source}")]
    Part {
        /// Which part, in the query model's words.
        part: &'static str,
        /// Why.
        #[source]
        source: CsvError,
    },
    /// The chosen time column holds no times.
    #[error(
        "The time column “{column}” is of type {found}, not time. Choose another, or give the column the type time and a format in the file options."
    )]
    NotATime {
        /// Name of the column.
        column: String,
        /// Its type.
        found: String,
    },
    /// Buckets without a time.
    #[error(
        "An interval needs a time column, and “{path}” has none. Choose the time column and its type."
    )]
    NoTime {
        /// As in the query.
        path: String,
    },
    /// A filter's value is not of its column's type.
    #[error(
        "The filter on “{column}” compares with “{value}”, which is not a value of type {column_type}."
    )]
    FilterValue {
        /// Name of the column.
        column: String,
        /// As in the query.
        value: String,
        /// The column's.
        column_type: String,
    },
    /// A filter's expression is not one.
    #[error("The filter on “{column}” has an expression that cannot be used: {reason}.")]
    FilterPattern {
        /// Name of the column.
        column: String,
        /// What is wrong with it, in one line.
        reason: String,
        /// The whole of it, with the place.
        #[source]
        source: Box<regex::Error>,
    },
    /// A text operator on a column of another type.
    #[error(
        "The filter on “{column}” matches text, and the column is of type {column_type}. Use = or a comparison."
    )]
    FilterNotText {
        /// Name of the column.
        column: String,
        /// The column's.
        column_type: String,
    },
    /// The end lies before the start.
    #[error("The time range ends before it starts. Swap its ends.")]
    TimeRange,
    /// The time for one query is used up.
    #[error(
        "The query took longer than {after:?}. Choose a shorter time range or a smaller file; the server's administrator can raise query_timeout."
    )]
    TimedOut {
        /// The budget.
        after: std::time::Duration,
    },
    /// Nobody waits for the answer any more.
    #[error("The query was cancelled.")]
    Cancelled,
}

impl InstanceError {
    /// A CSV error with its path; being stopped shows up as an error of reading, and is told apart here.
    pub(super) fn csv(query: &Query, error: CsvError) -> Self {
        if let CsvError::Io { source, .. } = &error
            && let Some(stopped) =
                source.get_ref().and_then(|inner| inner.downcast_ref::<Stopped>())
        {
            return match stopped {
                Stopped::Cancelled => Self::Cancelled,
                Stopped::TimedOut { after } => Self::TimedOut { after: *after },
            };
        }
        Self::Csv { path: query.path.clone(), source: error }
    }
}
