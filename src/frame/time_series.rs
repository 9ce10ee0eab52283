//! The data plane's time series: wide, long, multi. None prefers a visualisation: Explore then shows graph and table.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampNanosecondType;
use arrow_array::{ArrayRef, TimestampNanosecondArray, UInt64Array};
use arrow_select::take::take;

use super::series::{Series, series};
use super::shape::{Budget, Parts, Shape, typed};
use super::{Field, Frame, FrameError, Notice, Severity};

/// Wide where there is no text column and no time twice, else multi: that loses no row.
pub(super) fn best(parts: &Parts<'_>, budget: Budget) -> Result<Vec<Frame>, FrameError> {
    let times = times(parts, parts.time(Shape::TimeSeries)?);
    let unique = times.windows(2).all(|pair| pair[0] != pair[1]);
    if parts.texts.is_empty() && unique { wide(parts, budget) } else { multi(parts, budget.series) }
}

/// One frame: the times of all series, and a field for each number of each series.
pub(super) fn wide(parts: &Parts<'_>, budget: Budget) -> Result<Vec<Frame>, FrameError> {
    let time = parts.time(Shape::TimeSeriesWide)?;
    let times = times(parts, time);
    let mut unique = times.to_vec();
    unique.dedup();
    let all = series(parts, budget.series)?;
    // Before anything of that size is made: a thousand series of a million rows would take the server's memory.
    let values_each = unique.len().saturating_mul(parts.numbers.len());
    if values_each.saturating_mul(all.len()).saturating_mul(size_of::<f64>()) > budget.bytes {
        return Err(FrameError::TooWide { limit: budget.bytes });
    }
    let mut repeated = 0;
    let index: ArrayRef = Arc::new(TimestampNanosecondArray::from(unique.clone()));
    let mut fields = vec![Field { values: index, ..parts.field(time) }.never_null()];
    for one in &all {
        let rows = rows_by_time(one, times, &unique, &mut repeated);
        fields.extend(values(parts, one, &rows)?);
    }
    let mut meta = typed("timeseries-wide");
    if repeated > 0 {
        meta.notices.push(repeated_times(repeated));
    }
    Ok(vec![Frame { fields, meta, ..Frame::default() }])
}

/// One frame: the rows as they are, without the columns that are neither time, text nor number.
pub(super) fn long(parts: &Parts<'_>) -> Result<Vec<Frame>, FrameError> {
    let time = parts.time(Shape::TimeSeriesLong)?;
    let mut fields = vec![parts.field(time).never_null()];
    let others = (0..parts.batch.num_columns())
        .filter(|c| parts.texts.contains(c) || parts.numbers.contains(c));
    fields.extend(others.map(|column| parts.field(column)));
    Ok(vec![Frame { fields, meta: typed("timeseries-long"), ..Frame::default() }])
}

/// A frame for each number of each series.
pub(super) fn multi(parts: &Parts<'_>, max_series: usize) -> Result<Vec<Frame>, FrameError> {
    let time = parts.time(Shape::TimeSeriesMulti)?;
    let mut frames = Vec::new();
    for one in series(parts, max_series)? {
        let rows = UInt64Array::from(one.rows.clone());
        let times = take(parts.batch.column(time), &rows, None)?;
        let index = Field { values: times, ..parts.field(time) }.never_null();
        for value in values(parts, &one, &rows)? {
            let meta = typed("timeseries-multi");
            frames.push(Frame { fields: vec![index.clone(), value], meta, ..Frame::default() });
        }
    }
    Ok(frames)
}

fn times<'a>(parts: &Parts<'a>, time: usize) -> &'a [i64] {
    parts.batch.column(time).as_primitive::<TimestampNanosecondType>().values()
}

/// For each unique time the series' row at that time, or null; of several the last, the others are counted.
fn rows_by_time(one: &Series, times: &[i64], unique: &[i64], repeated: &mut usize) -> UInt64Array {
    let mut rows = one.rows.iter().copied().peekable();
    let time_of = |row: u64| usize::try_from(row).ok().and_then(|row| times.get(row)).copied();
    let row_at = |time: &i64| {
        let mut found = None;
        while let Some(row) = rows.next_if(|row| time_of(*row) == Some(*time)) {
            *repeated += usize::from(found.is_some());
            found = Some(row);
        }
        found
    };
    unique.iter().map(row_at).collect()
}

/// A field for each number of a series.
fn values(parts: &Parts<'_>, one: &Series, rows: &UInt64Array) -> Result<Vec<Field>, FrameError> {
    let field = |column: &usize| {
        let values = take(parts.batch.column(*column), rows, None)?;
        Ok(Field { values, labels: one.labels.clone(), ..parts.field(*column) })
    };
    parts.numbers.iter().map(field).collect()
}

fn repeated_times(rows: usize) -> Notice {
    let text = format!(
        "{rows} rows repeat a time of their series; of each time the last row is shown. The format timeseries-long or an aggregate keeps them."
    );
    Notice { severity: Severity::Warning, text }
}
