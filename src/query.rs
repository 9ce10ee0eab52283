//! The query model: what the editor stores in a dashboard and Grafana sends as `DataQuery.json`, read once, at the door.
//!
//! `docs/query-model.md` is the page about it and `docs/query.schema.json` its schema; the tests hold these types to the
//! schema. Anyone who may query can send any JSON, so nothing here is trusted beyond its type: columns, zones and paths
//! are checked where they are used.

use serde::{Deserialize, Serialize};

mod error;
pub use error::QueryError;

/// The version of the model that this plugin writes, and the highest that it reads.
pub const VERSION: u64 = 1;

/// One query, version 1. See `docs/query-model.md` for the meaning of each field.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default, expecting = "a query, which is a JSON object")]
pub struct Query {
    /// Version of the model; 1 where it is missing.
    pub version: u64,
    /// File, relative to the data source's folder.
    pub path: String,
    /// Shape of the answer.
    pub format: Format,
    /// The time column; empty: the first of type time.
    pub time_column: String,
    /// IANA zone of naive times; empty: the data source's.
    pub time_zone: String,
    /// Keep only rows inside the request's time range.
    pub apply_time_range: bool,
    /// Columns to return, in order; empty: all.
    pub columns: Vec<String>,
    /// Types that replace guesses.
    pub column_types: Vec<ColumnType>,
    /// Rows must pass all of them.
    pub filters: Vec<Filter>,
    /// Columns to group by.
    pub group_by: Vec<String>,
    /// Aggregates for each group and time bucket.
    pub aggregates: Vec<Aggregate>,
    /// Width of the time buckets, for example `1m`; empty: none.
    pub interval: String,
    /// At most so many rows; 0: no limit.
    pub limit: u64,
    /// How a series is thinned to `maxDataPoints`.
    pub downsample: Downsample,
    /// What a value does that does not fit its column.
    pub on_error: OnError,
    /// How the file is written.
    pub dialect: Dialect,
    /// Fields that this version does not know; kept, so that reading and writing a query loses nothing.
    #[serde(flatten)]
    pub unknown: serde_json::Map<String, serde_json::Value>,
}

impl Default for Query {
    fn default() -> Self {
        Self {
            version: VERSION,
            path: String::new(),
            format: Format::default(),
            time_column: String::new(),
            time_zone: String::new(),
            apply_time_range: true,
            columns: Vec::new(),
            column_types: Vec::new(),
            filters: Vec::new(),
            group_by: Vec::new(),
            aggregates: Vec::new(),
            interval: String::new(),
            limit: 0,
            downsample: Downsample::default(),
            on_error: OnError::default(),
            dialect: Dialect::default(),
            unknown: serde_json::Map::new(),
        }
    }
}

impl Query {
    /// Reads a query.
    ///
    /// # Errors
    /// JSON that is not a query (the message names the field), a version from the future, or no `path`.
    pub fn from_json(json: &[u8]) -> Result<Self, QueryError> {
        let mut json = serde_json::Deserializer::from_slice(json);
        let query: Self = serde_path_to_error::deserialize(&mut json).map_err(|error| {
            QueryError::Json { field: error.path().to_string(), source: error.into_inner() }
        })?;
        match query {
            Self { version, .. } if version > VERSION => {
                Err(QueryError::Version { version, known: VERSION })
            }
            Self { path, .. } if path.is_empty() => Err(QueryError::NoPath),
            query => query.check_lengths(),
        }
    }

    /// Holds the lists to lengths that no editor reaches. A query comes from whoever may ask, and a list of a million
    /// filters would keep a processor busy for as long as a query may take.
    fn check_lengths(self) -> Result<Self, QueryError> {
        let tokens = self.dialect.null_tokens.as_ref().map_or(0, Vec::len);
        let lists = [
            ("columns", self.columns.len(), 20_000),
            ("columnTypes", self.column_types.len(), 20_000),
            ("dialect.columnNames", self.dialect.column_names.len(), 20_000),
            ("dialect.nullTokens", tokens, 100),
            ("filters", self.filters.len(), 100),
            ("groupBy", self.group_by.len(), 100),
            ("aggregates", self.aggregates.len(), 1_000),
        ];
        match lists.into_iter().find(|(_, length, most)| length > most) {
            Some((field, length, most)) => Err(QueryError::TooLong { field, length, most }),
            None => Ok(self),
        }
    }

    /// Width of the time buckets in nanoseconds, or none where `interval` is empty.
    ///
    /// # Errors
    /// Text that is not a whole number and one of `ms`, `s`, `m`, `h`, `d`, `w`, or a width of zero or over 292 years.
    pub fn interval_ns(&self) -> Result<Option<i64>, QueryError> {
        if self.interval.is_empty() {
            return Ok(None);
        }
        parse_interval(&self.interval)
            .map(Some)
            .ok_or_else(|| QueryError::Interval { text: self.interval.clone() })
    }
}

fn parse_interval(text: &str) -> Option<i64> {
    let digits = text.find(|c: char| !c.is_ascii_digit())?;
    let number: i64 = text[..digits].parse().ok()?;
    let unit_ns: i64 = match &text[digits..] {
        "ms" => 1_000_000,
        "s" => 1_000_000_000,
        "m" => 60_000_000_000,
        "h" => 3_600_000_000_000,
        "d" => 86_400_000_000_000,
        "w" => 604_800_000_000_000,
        _ => return None,
    };
    number.checked_mul(unit_ns).filter(|ns| *ns > 0)
}

/// Shape of the answer: a data plane type, or a choice by what the file has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
#[expect(
    missing_docs,
    reason = "the words are the data plane's; docs/query-model.md has the table"
)]
pub enum Format {
    #[default]
    Auto,
    Table,
    #[serde(rename = "timeseries")]
    TimeSeries,
    #[serde(rename = "timeseries-wide")]
    TimeSeriesWide,
    #[serde(rename = "timeseries-long")]
    TimeSeriesLong,
    #[serde(rename = "timeseries-multi")]
    TimeSeriesMulti,
    Numeric,
    NumericWide,
    NumericLong,
    NumericMulti,
    Logs,
}

/// A type that replaces the guessed one.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ColumnType {
    /// Name of the column.
    pub column: String,
    /// Its type.
    #[serde(rename = "type")]
    pub kind: TypeName,
    /// Only for times; guessed where empty.
    #[serde(default)]
    pub time_format: TimeFormat,
    /// Only for times: IANA zone of this column's naive times; empty: the query's.
    #[serde(default)]
    pub time_zone: String,
    /// Grafana unit id.
    #[serde(default)]
    pub unit: String,
}

/// Types of columns.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it")]
pub enum TypeName {
    Bool,
    Int64,
    Float64,
    String,
    Time,
}

/// How times are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum TimeFormat {
    /// To be guessed.
    #[default]
    #[serde(rename = "")]
    Guess,
    /// RFC 3339, and dates and times in its order without an offset.
    #[serde(rename = "iso8601")]
    Iso8601,
    /// Seconds since 1970-01-01T00:00Z, with or without a fraction.
    #[serde(rename = "epoch_s")]
    EpochSeconds,
    /// Milliseconds since then.
    #[serde(rename = "epoch_ms")]
    EpochMillis,
    /// Microseconds since then.
    #[serde(rename = "epoch_us")]
    EpochMicros,
    /// Nanoseconds since then.
    #[serde(rename = "epoch_ns")]
    EpochNanos,
}

/// A condition on one column.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Filter {
    /// Name of the column.
    pub column: String,
    /// How the column is compared with `value`.
    pub operator: Operator,
    /// Read as the column's type; a regular expression for [`Operator::Matches`] and [`Operator::MatchesNot`].
    pub value: String,
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[expect(missing_docs, reason = "the renames say it")]
pub enum Operator {
    #[serde(rename = "=")]
    Equal,
    #[serde(rename = "!=")]
    NotEqual,
    #[serde(rename = "<")]
    Less,
    #[serde(rename = "<=")]
    LessOrEqual,
    #[serde(rename = ">")]
    Greater,
    #[serde(rename = ">=")]
    GreaterOrEqual,
    #[serde(rename = "=~")]
    Matches,
    #[serde(rename = "!~")]
    MatchesNot,
}

/// A value computed over the rows of a group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Aggregate {
    /// What is computed.
    pub function: Function,
    /// Over which column.
    pub column: String,
}

/// What an [`Aggregate`] computes; nulls are left out. `First` and `Last` go by the order of rows in the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
#[expect(missing_docs, reason = "the words say it")]
pub enum Function {
    Count,
    Sum,
    Mean,
    Min,
    Max,
    First,
    Last,
}

/// How a series is thinned to `maxDataPoints`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Downsample {
    /// Not at all.
    #[default]
    None,
    /// First, smallest, largest and last value of each stretch.
    M4,
}

/// What a value does that does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum OnError {
    /// It becomes null.
    #[default]
    Null,
    /// Its row is left out.
    Skip,
    /// The query fails.
    Fail,
}

/// How a file is written; empty texts mean "guess" or "none", as `docs/query-model.md` says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct Dialect {
    /// One ASCII character or `\t`; empty: guessed.
    pub delimiter: String,
    /// One ASCII character; empty: no quoting.
    pub quote: String,
    /// One ASCII character; empty: a quote is doubled.
    pub escape: String,
    /// One ASCII character; empty: no comments.
    pub comment: String,
    /// `.` or `,`.
    pub decimal: Decimal,
    /// WHATWG label; empty: UTF-8, or UTF-16 by byte order mark.
    pub encoding: String,
    /// Cells that mean "no value"; none: the default list.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub null_tokens: Option<Vec<String>>,
    /// 0 or 1.
    pub header_rows: u64,
    /// Lines to leave out at the top.
    pub skip_rows: u64,
    /// Names that replace the header's.
    pub column_names: Vec<String>,
    /// Guess no types.
    pub all_text: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: String::new(),
            quote: "\"".to_owned(),
            escape: String::new(),
            comment: String::new(),
            decimal: Decimal::default(),
            encoding: String::new(),
            null_tokens: None,
            header_rows: 1,
            skip_rows: 0,
            column_names: Vec::new(),
            all_text: false,
        }
    }
}

/// The decimal separator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Decimal {
    /// `.`
    #[default]
    #[serde(rename = ".")]
    Point,
    /// `,`
    #[serde(rename = ",")]
    Comma,
}

#[cfg(test)]
mod tests;
