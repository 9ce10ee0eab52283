//! Budgets: what one query may use. Each has a default, an ini key of its field's name, and a clear error in the room
//! that spends it.

use std::num::NonZero;
use std::thread::available_parallelism;
use std::time::Duration;

/// Limits on what queries may use, from the section `[plugin.<id>]` of grafana.ini. All are at least 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Budgets {
    /// Bytes in one file.
    pub max_file_bytes: u64,
    /// Bytes in one record, quoted line breaks included.
    pub max_line_bytes: usize,
    /// Columns in one file.
    pub max_columns: usize,
    /// Rows in an answer.
    pub max_rows: usize,
    /// Frames, or series in a frame, in an answer.
    pub max_series: usize,
    /// Bytes of memory held for one query's columns and frames.
    pub max_result_bytes: usize,
    /// Wall time of one query.
    pub query_timeout: Duration,
    /// Files scanned at the same time by the whole process.
    pub max_concurrent_scans: usize,
}

impl Default for Budgets {
    fn default() -> Self {
        const MIB: usize = 1 << 20;
        Self {
            max_file_bytes: 16 << 30,
            max_line_bytes: 4 * MIB,
            max_columns: 20_000,
            max_rows: 1_000_000,
            max_series: 2_000,
            max_result_bytes: 256 * MIB,
            query_timeout: Duration::from_secs(30),
            max_concurrent_scans: available_parallelism().map_or(1, NonZero::get),
        }
    }
}
