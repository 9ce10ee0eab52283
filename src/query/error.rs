//! What can be wrong with a query before any file is opened.

/// Why a query cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum QueryError {
    /// Not JSON, or JSON that is not a query.
    #[error("The query is not valid at `{field}`: {source}. See docs/query-model.md.")]
    Json {
        /// Path of the field, `.` for the whole.
        field: String,
        /// What serde said, with line and column.
        #[source]
        source: serde_json::Error,
    },
    /// Made by a later plugin.
    #[error(
        "The query has version {version}, this plugin reads versions up to {known}. Update the plugin."
    )]
    Version {
        /// The query's.
        version: u64,
        /// The plugin's.
        known: u64,
    },
    /// No file was named.
    #[error("The query names no file. Choose one in the editor, or set `path`.")]
    NoPath,
    /// A list is longer than anyone needs.
    #[error("`{field}` has {length} entries, and a query may have {most}.")]
    TooLong {
        /// Path of the field.
        field: &'static str,
        /// Entries that it has.
        length: usize,
        /// Entries that it may have.
        most: usize,
    },
    /// The bucket width cannot be read.
    #[error(
        "`interval` is “{text}”. Write a whole number and ms, s, m, h, d or w, for example 5m."
    )]
    Interval {
        /// As given.
        text: String,
    },
}
