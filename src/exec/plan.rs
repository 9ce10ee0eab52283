//! The plan of a query, as a value: it could be handed to another engine as well as to [`super::Pipeline`].

use super::Filter;

/// What to do with the rows. Indices are those of the batches' columns, or of the answer's where it says so.
#[derive(Debug, Clone, Default)]
pub struct Plan {
    /// Rows must pass all of them.
    pub filters: Vec<Filter>,
    /// Rows must lie in it; a row without a time does not.
    pub time_range: Option<TimeRange>,
    /// Group and aggregate; none: rows as they are.
    pub grouping: Option<Grouping>,
    /// Without grouping: the columns of the answer.
    pub columns: Vec<usize>,
    /// The time column of the answer (index in the answer) by which rows are sorted, ascending and stable. Rows without
    /// a time are left out and counted.
    pub sort_by: Option<usize>,
    /// Keep about so many points of each series: see `exec/downsample.rs`. Needs `sort_by`.
    pub max_points: Option<usize>,
    /// At most so many rows.
    pub limit: Option<usize>,
}

/// A range of time, both ends included.
#[derive(Debug, Clone, Copy)]
pub struct TimeRange {
    /// Time column.
    pub column: usize,
    /// Nanoseconds since the epoch.
    pub from: i64,
    /// Nanoseconds since the epoch.
    pub to: i64,
}

/// Groups and what is computed for each. The answer's columns are the bucket, the keys, the aggregates.
#[derive(Debug, Clone, Default)]
pub struct Grouping {
    /// Stretches of time.
    pub bucket: Option<Bucket>,
    /// Columns whose values make a group.
    pub keys: Vec<usize>,
    /// What is computed.
    pub aggregates: Vec<Aggregate>,
}

/// Stretches of time of equal width that start at whole multiples of it since the epoch.
#[derive(Debug, Clone, Copy)]
pub struct Bucket {
    /// Time column; rows without a time are left out.
    pub column: usize,
    /// Nanoseconds, above zero.
    pub width: i64,
}

/// One value for each group.
#[derive(Debug, Clone)]
pub struct Aggregate {
    /// What is computed.
    pub function: Function,
    /// Over which column.
    pub column: usize,
    /// Name of the answer's column.
    pub name: String,
}

/// What an [`Aggregate`] computes over the values that are not null.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Function {
    /// Number of values, int64.
    Count,
    /// Sum, float64. Needs numbers.
    Sum,
    /// Mean, float64. Needs numbers.
    Mean,
    /// Smallest, of the column's type.
    Min,
    /// Largest, of the column's type.
    Max,
    /// First in the order of rows, of the column's type.
    First,
    /// Last in the order of rows, of the column's type.
    Last,
}

/// What an answer may hold before the query fails.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Rows, or groups.
    pub rows: usize,
    /// Bytes of the arrays.
    pub bytes: usize,
}
