//! Why a file cannot be read as CSV. The path stands in the error around this one; line and column stand here.

use super::ColumnType;

/// Why a file cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CsvError {
    /// Reading failed.
    #[error("It could not be read further than line {line}: {source}.")]
    Io {
        /// Line that was being read.
        line: u64,
        /// What the storage said.
        #[source]
        source: std::io::Error,
    },
    /// Zero bytes, or nothing but left-out lines.
    #[error("It is empty: there is not even a header row.")]
    Empty,
    /// Bytes that no text has.
    #[error("It is not a text file: there is a NUL byte near its start{hint}.")]
    Binary {
        /// What it looks like, or nothing.
        hint: &'static str,
    },
    /// A cell is not in the encoding.
    #[error(
        "Line {line}, column {column} is not valid UTF-8. Set the file's encoding in the file options, for example windows-1252."
    )]
    NotUtf8 {
        /// Line of the cell.
        line: u64,
        /// Number of the column, from 1.
        column: usize,
    },
    /// One record is longer than the limit.
    #[error(
        "The record that starts at line {line} is longer than {limit} bytes. A quote that never closes does this, and so does a file without line breaks; the server's administrator can raise max_line_bytes."
    )]
    RecordTooLong {
        /// First line of the record.
        line: u64,
        /// The limit, in bytes.
        limit: u64,
    },
    /// More columns than the limit.
    #[error(
        "Its first row has {columns} columns, more than the limit of {limit}. Check the delimiter; the server's administrator can raise max_columns."
    )]
    TooManyColumns {
        /// Columns found.
        columns: usize,
        /// The limit.
        limit: usize,
    },
    /// A value does not fit and the policy is to fail.
    #[error(
        "Line {line}, column “{column}”: {reason} (“{text}”). Rows that do not fit can become null or be skipped instead: see “on error”."
    )]
    Misfit {
        /// Line of the record.
        line: u64,
        /// Name of the column.
        column: String,
        /// The cell, shortened.
        text: String,
        /// What is wrong with it.
        reason: String,
    },
    /// Not a failure but news: a guessed type is too narrow, and the scan has to start again with the wider one.
    #[error("Line {line} shows that column {column} is not {from} but {to}.")]
    Widen {
        /// Line of the record.
        line: u64,
        /// Index of the column.
        column: usize,
        /// The guess.
        from: ColumnType,
        /// The wider type.
        to: ColumnType,
    },
    /// The dialect cannot be used.
    #[error("The file option `{option}` is “{text}”. {expected}")]
    Dialect {
        /// Name of the option, as in the query model.
        option: &'static str,
        /// As given.
        text: String,
        /// What is accepted.
        expected: &'static str,
    },
    /// There is no such time zone.
    #[error("There is no time zone “{zone}”. Use an IANA name such as Europe/Madrid, or UTC.")]
    TimeZone {
        /// As given.
        zone: String,
        /// What the time zone database said.
        #[source]
        source: jiff::Error,
    },
    /// A type was given for a column that the file does not have.
    #[error("There is no column “{column}”. The file has: {known}.")]
    NoColumn {
        /// As given.
        column: String,
        /// The first names of the file's.
        known: String,
    },
}
