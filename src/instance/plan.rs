//! From the words of a query to indices, types and a plan: the place where a query meets the file's schema.

use jiff::tz::TimeZone;

use crate::csv::{
    self, Column, ColumnType, CsvError, Dialect, Null, OnError, Overrides, Schema, TypeOverride,
};
use crate::exec::{
    Aggregate, Bucket, Condition, Filter, Function, Grouping, Operator, Plan, Scalar, TimeRange,
};
use crate::query::{self, Downsample, Format, Query, TimeFormat, TypeName};

use super::{InstanceError, Request};

/// Bytes that a compiled expression may have; the default of ten megabytes is too kind to hostile queries.
const PATTERN_BYTES: usize = 1 << 20;

/// What to scan and what to do with it.
#[derive(Debug)]
pub(super) struct Planned {
    /// Columns to read, ascending; the plan's indices are positions in this list.
    pub(super) scan: Vec<usize>,
    pub(super) plan: Plan,
    /// The time column of the answer.
    pub(super) time: Option<usize>,
    /// Never auto.
    pub(super) format: Format,
}

/// How the file is written and what is known of its columns, as far as the query says.
pub(super) fn inference(
    query: &Query,
    zone: &TimeZone,
) -> Result<(Dialect, Overrides), InstanceError> {
    let dialect = dialect(&query.dialect).map_err(part("dialect"))?;
    let zone = query_zone(query, zone)?;
    let types = query.column_types.iter().map(type_override).collect::<Result<_, _>>();
    Ok((dialect, Overrides { zone: Some(zone), types: types.map_err(part("columnTypes"))? }))
}

/// Puts the part of the query to an error that knows only what is wrong.
fn part(part: &'static str) -> impl Fn(CsvError) -> InstanceError {
    move |source| InstanceError::Part { part, source }
}

fn dialect(given: &query::Dialect) -> Result<Dialect, CsvError> {
    Ok(Dialect {
        delimiter: Dialect::byte("delimiter", &given.delimiter)?,
        quote: Dialect::byte("quote", &given.quote)?,
        escape: Dialect::byte("escape", &given.escape)?,
        comment: Dialect::byte("comment", &given.comment)?,
        decimal_comma: given.decimal == query::Decimal::Comma,
        encoding: Dialect::encoding(&given.encoding)?,
        null: given.null_tokens.as_deref().map_or_else(Null::default, Null::tokens),
        header: given.header_rows > 0,
        skip_rows: given.skip_rows,
        column_names: given.column_names.clone(),
        all_text: given.all_text,
    })
}

fn type_override(given: &query::ColumnType) -> Result<TypeOverride, CsvError> {
    let column_type = match (given.kind, given.time_format) {
        (TypeName::Bool, _) => Some(ColumnType::Bool),
        (TypeName::Int64, _) => Some(ColumnType::Int64),
        (TypeName::Float64, _) => Some(ColumnType::Float64),
        (TypeName::String, _) => Some(ColumnType::String),
        (TypeName::Time, TimeFormat::Guess) => None,
        (TypeName::Time, TimeFormat::Iso8601) => Some(ColumnType::Time(csv::TimeFormat::Iso8601)),
        (TypeName::Time, TimeFormat::EpochSeconds) => {
            Some(ColumnType::Time(csv::TimeFormat::EpochSeconds))
        }
        (TypeName::Time, TimeFormat::EpochMillis) => {
            Some(ColumnType::Time(csv::TimeFormat::EpochMillis))
        }
        (TypeName::Time, TimeFormat::EpochMicros) => {
            Some(ColumnType::Time(csv::TimeFormat::EpochMicros))
        }
        (TypeName::Time, TimeFormat::EpochNanos) => {
            Some(ColumnType::Time(csv::TimeFormat::EpochNanos))
        }
    };
    let zone =
        if given.time_zone.is_empty() { None } else { Some(csv::time_zone(&given.time_zone)?) };
    Ok(TypeOverride { column: given.column.clone(), column_type, zone, unit: given.unit.clone() })
}

/// What a value does that does not fit.
pub(super) fn on_error(query: &Query) -> OnError {
    match query.on_error {
        query::OnError::Null => OnError::Null,
        query::OnError::Skip => OnError::Skip,
        query::OnError::Fail => OnError::Fail,
    }
}

/// The plan of a query over a file with this schema.
pub(super) fn plan(
    query: &Query,
    schema: &Schema,
    request: &Request,
    zone: &TimeZone,
) -> Result<Planned, InstanceError> {
    let time = time_column(query, schema)?;
    let zone = query_zone(query, zone)?;
    let filters = query
        .filters
        .iter()
        .map(|given| filter(given, schema, &zone))
        .collect::<Result<Vec<_>, _>>()?;
    let grouping = grouping(query, schema, time)?;
    let mut output = match &grouping {
        Some(_) => Vec::new(),
        None => indices("columns", &query.columns, schema)?,
    };
    let format = format(query, schema, time, grouping.as_ref(), &output);
    let ordered = needs_time(format);
    if let (true, None, Some(time)) = (ordered, &grouping, time)
        && !output.contains(&time)
    {
        output.insert(0, time);
    }
    let answer_time = match &grouping {
        Some(grouping) => grouping.bucket.map(|_| 0),
        None => time.and_then(|time| output.iter().position(|column| *column == time)),
    };
    let mut plan = Plan {
        filters,
        time_range: time_range(query, request, time)?,
        columns: output,
        sort_by: answer_time.filter(|_| ordered || grouping.is_some()),
        max_points: request.max_points.filter(|_| query.downsample == Downsample::M4),
        limit: (query.limit > 0).then(|| usize::try_from(query.limit).unwrap_or(usize::MAX)),
        grouping,
    };
    let scan = narrow(&mut plan);
    Ok(Planned { scan, plan, time: answer_time, format })
}

/// The zone of the query's naive times, which is the data source's unless the query names one.
fn query_zone(query: &Query, zone: &TimeZone) -> Result<TimeZone, InstanceError> {
    if query.time_zone.is_empty() {
        return Ok(zone.clone());
    }
    csv::time_zone(&query.time_zone).map_err(part("timeZone"))
}

fn index(name: &'static str, column: &str, schema: &Schema) -> Result<usize, InstanceError> {
    schema.index_of(column).map_err(part(name))
}

/// All columns where none is named.
fn indices(
    part: &'static str,
    names: &[String],
    schema: &Schema,
) -> Result<Vec<usize>, InstanceError> {
    if names.is_empty() {
        return Ok((0..schema.columns.len()).collect());
    }
    names.iter().map(|name| index(part, name, schema)).collect()
}

fn time_column(query: &Query, schema: &Schema) -> Result<Option<usize>, InstanceError> {
    if query.time_column.is_empty() {
        return Ok(schema.first_time());
    }
    let time = index("timeColumn", &query.time_column, schema)?;
    match schema.columns[time].column_type {
        ColumnType::Time(_) => Ok(Some(time)),
        found => Err(InstanceError::NotATime {
            column: query.time_column.clone(),
            found: found.to_string(),
        }),
    }
}

fn time_range(
    query: &Query,
    request: &Request,
    time: Option<usize>,
) -> Result<Option<TimeRange>, InstanceError> {
    match (request.time_range, time) {
        (Some((from, to)), _) if query.apply_time_range && from > to => {
            Err(InstanceError::TimeRange)
        }
        (Some((from, to)), Some(column)) if query.apply_time_range => {
            Ok(Some(TimeRange { column, from, to }))
        }
        _ => Ok(None),
    }
}

fn grouping(
    query: &Query,
    schema: &Schema,
    time: Option<usize>,
) -> Result<Option<Grouping>, InstanceError> {
    if query.aggregates.is_empty() && query.group_by.is_empty() {
        return Ok(None);
    }
    let bucket = match (query.interval_ns()?, time) {
        (None, _) => None,
        (Some(width), Some(column)) => Some(Bucket { column, width }),
        (Some(_), None) => return Err(InstanceError::NoTime { path: query.path.clone() }),
    };
    let keys = query
        .group_by
        .iter()
        .map(|name| index("groupBy", name, schema))
        .collect::<Result<_, _>>()?;
    let aggregates =
        query.aggregates.iter().map(|given| aggregate(given, schema)).collect::<Result<_, _>>()?;
    Ok(Some(Grouping { bucket, keys, aggregates }))
}

fn aggregate(given: &query::Aggregate, schema: &Schema) -> Result<Aggregate, InstanceError> {
    let (function, word) = match given.function {
        query::Function::Count => (Function::Count, "count"),
        query::Function::Sum => (Function::Sum, "sum"),
        query::Function::Mean => (Function::Mean, "mean"),
        query::Function::Min => (Function::Min, "min"),
        query::Function::Max => (Function::Max, "max"),
        query::Function::First => (Function::First, "first"),
        query::Function::Last => (Function::Last, "last"),
    };
    let column = index("aggregates", &given.column, schema)?;
    Ok(Aggregate { function, column, name: format!("{word}({})", given.column) })
}

fn filter(
    given: &query::Filter,
    schema: &Schema,
    zone: &TimeZone,
) -> Result<Filter, InstanceError> {
    let index = index("filters", &given.column, schema)?;
    let column = &schema.columns[index];
    let operator = match given.operator {
        query::Operator::Equal => Operator::Equal,
        query::Operator::NotEqual => Operator::NotEqual,
        query::Operator::Less => Operator::Less,
        query::Operator::LessOrEqual => Operator::LessOrEqual,
        query::Operator::Greater => Operator::Greater,
        query::Operator::GreaterOrEqual => Operator::GreaterOrEqual,
        query::Operator::Matches => return pattern(given, index, column, false),
        query::Operator::MatchesNot => return pattern(given, index, column, true),
    };
    let scalar = scalar(&given.value, column.column_type, zone).ok_or_else(|| {
        InstanceError::FilterValue {
            column: column.name.clone(),
            value: given.value.clone(),
            column_type: column.column_type.to_string(),
        }
    })?;
    Ok(Filter { column: index, condition: Condition::Compare(operator, scalar) })
}

fn pattern(
    given: &query::Filter,
    index: usize,
    column: &Column,
    negated: bool,
) -> Result<Filter, InstanceError> {
    if column.column_type != ColumnType::String {
        let column_type = column.column_type.to_string();
        return Err(InstanceError::FilterNotText { column: column.name.clone(), column_type });
    }
    let regex = regex::RegexBuilder::new(&given.value).size_limit(PATTERN_BYTES).build();
    let regex = regex.map_err(|source| InstanceError::FilterPattern {
        column: column.name.clone(),
        reason: last_line(&source),
        source: Box::new(source),
    })?;
    Ok(Filter { column: index, condition: Condition::Match { regex, negated } })
}

/// The reason out of an error that shows the expression first, over several lines.
fn last_line(error: &regex::Error) -> String {
    let text = error.to_string();
    let last = text.lines().last().unwrap_or_default();
    last.trim_start_matches("error: ").trim_end_matches('.').to_owned()
}

/// A filter's value as its column's type. A time may be ISO 8601 also where the file counts from the epoch, and a whole
/// number compares with 2.5 as well.
fn scalar(text: &str, column_type: ColumnType, zone: &TimeZone) -> Option<Scalar> {
    let float = || text.trim().parse().ok().map(Scalar::Float);
    match column_type {
        ColumnType::Bool => text.trim().to_ascii_lowercase().parse().ok().map(Scalar::Bool),
        ColumnType::Int64 => text.trim().parse().ok().map(Scalar::Int).or_else(float),
        ColumnType::Float64 => float(),
        ColumnType::String => Some(Scalar::Text(text.to_owned())),
        ColumnType::Time(format) => {
            let cell = text.trim().as_bytes();
            format
                .parse(cell, zone)
                .or_else(|| csv::TimeFormat::Iso8601.parse(cell, zone))
                .map(Scalar::Int)
        }
    }
}

/// The query's format, with `auto` decided: a time series where the answer has a time and a number.
fn format(
    query: &Query,
    schema: &Schema,
    time: Option<usize>,
    grouping: Option<&Grouping>,
    output: &[usize],
) -> Format {
    if query.format != Format::Auto {
        return query.format;
    }
    let is_number = |column: usize| {
        matches!(
            schema.columns[column].column_type,
            ColumnType::Int64 | ColumnType::Float64 | ColumnType::Bool
        )
    };
    let (has_time, has_number) = match grouping {
        Some(grouping) => (
            grouping.bucket.is_some(),
            grouping
                .aggregates
                .iter()
                .any(|a| a.function == Function::Count || is_number(a.column)),
        ),
        None => (time.is_some(), output.iter().any(|column| is_number(*column))),
    };
    if has_time && has_number { Format::TimeSeries } else { Format::Table }
}

fn needs_time(format: Format) -> bool {
    matches!(
        format,
        Format::TimeSeries
            | Format::TimeSeriesWide
            | Format::TimeSeriesLong
            | Format::TimeSeriesMulti
            | Format::Logs
    )
}

/// The columns that the plan uses, ascending; the plan's indices are changed to positions among them.
fn narrow(plan: &mut Plan) -> Vec<usize> {
    let mut scan: Vec<usize> = used(plan).map(|index| *index).collect();
    scan.sort_unstable();
    scan.dedup();
    for index in used(plan) {
        *index = scan.binary_search(index).expect("the list was made of these indices");
    }
    scan
}

fn used(plan: &mut Plan) -> impl Iterator<Item = &mut usize> {
    let grouping = plan.grouping.iter_mut().flat_map(|grouping| {
        let bucket = grouping.bucket.iter_mut().map(|bucket| &mut bucket.column);
        bucket
            .chain(&mut grouping.keys)
            .chain(grouping.aggregates.iter_mut().map(|aggregate| &mut aggregate.column))
    });
    let filters = plan.filters.iter_mut().map(|filter| &mut filter.column);
    let range = plan.time_range.iter_mut().map(|range| &mut range.column);
    filters.chain(range).chain(&mut plan.columns).chain(grouping)
}
