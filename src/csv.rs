//! CSV: from bytes to typed columns.
//!
//! [`infer()`] reads the head of a file and says how it is written ([`Dialect`]) and what its columns are ([`Schema`]);
//! [`scan()`] reads the whole file by that and hands out Arrow record batches with a [`Report`] of what did not fit. The
//! room is synchronous, has no clock and no environment, and its interface says nothing about the reader behind it, so
//! that a faster one can take the place of the `csv` crate.

mod builder;
mod dialect;
mod error;
mod infer;
mod record;
mod report;
mod scan;
mod schema;
mod time;
mod value;

pub use dialect::{Dialect, Null, delimiter_name};
pub use error::CsvError;
pub use infer::{Inferred, Overrides, TypeOverride, infer};
pub use report::{Problem, Report};
pub use scan::{OnError, ScanOptions, scan};
pub use schema::{Column, ColumnType, Schema, time_zone};
pub use time::TimeFormat;

/// What a reader may take before it gives up, so that a hostile file cannot take the server's memory.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// Bytes of one record, quoted line breaks included.
    pub record_bytes: u64,
    /// Columns of a file.
    pub columns: usize,
}
