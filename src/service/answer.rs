//! From rows to frames: shape, notices, stats.

use crate::csv::Report;
use crate::frame::{Budget, Frame, Notice, Severity, Shape, Stat, shape};
use crate::instance::{Answer, Widened};
use crate::query::{Format, OnError, Query};

use super::response::ServiceError;

/// The frames of an answer; the first carries what is to be told about all of it.
pub(super) fn frames(
    query: &Query,
    answer: &Answer,
    budget: Budget,
) -> Result<Vec<Frame>, ServiceError> {
    let mut frames = shape(&answer.batch, answer.time, shape_of(answer.format), budget)?;
    if let Some(first) = frames.first_mut() {
        first.meta.notices.extend(notices(query, answer));
        first.meta.stats = stats(answer);
    }
    for frame in &mut frames {
        frame.meta.executed_query_string.clone_from(&answer.executed);
    }
    Ok(frames)
}

fn shape_of(format: Format) -> Shape {
    match format {
        Format::Auto | Format::Table => Shape::Table,
        Format::TimeSeries => Shape::TimeSeries,
        Format::TimeSeriesWide => Shape::TimeSeriesWide,
        Format::TimeSeriesLong => Shape::TimeSeriesLong,
        Format::TimeSeriesMulti => Shape::TimeSeriesMulti,
        Format::Numeric => Shape::Numeric,
        Format::NumericWide => Shape::NumericWide,
        Format::NumericLong => Shape::NumericLong,
        Format::NumericMulti => Shape::NumericMulti,
        Format::Logs => Shape::Logs,
    }
}

/// Everything that the reader of a panel should know about the rows it shows.
fn notices(query: &Query, answer: &Answer) -> Vec<Notice> {
    let mut notices = Vec::new();
    let mut add = |severity, text| notices.push(Notice { severity, text });
    if answer.report.rows_read == 0 {
        add(Severity::Info, format!("“{}” has a header and no rows.", query.path));
    }
    if let Some(text) = misfits(query, &answer.report) {
        add(Severity::Warning, text);
    }
    for Widened { column, line, from, to } in &answer.widened {
        let text = format!(
            "Column “{column}” is read as {to}: line {line} holds a value that is no {from}."
        );
        add(Severity::Info, text);
    }
    if answer.rows_without_time > 0 {
        add(
            Severity::Warning,
            format!("{} rows have no time and are left out.", answer.rows_without_time),
        );
    }
    if let Some(rows) = answer.rows_before_downsampling {
        let kept = answer.batch.num_rows();
        add(
            Severity::Info,
            format!(
                "Thinned from {rows} to {kept} rows: first, smallest, largest and last values."
            ),
        );
    }
    notices
}

fn misfits(query: &Query, report: &Report) -> Option<String> {
    let first = report.problems.first()?;
    let became = match query.on_error {
        OnError::Skip => format!("{} rows are left out", report.rows_skipped),
        OnError::Null | OnError::Fail => "they are null".to_owned(),
    };
    let place = if first.column.is_empty() {
        format!("line {}", first.line)
    } else {
        format!("line {}, column “{}”", first.line, first.column)
    };
    Some(format!(
        "{} values of “{}” do not fit; {became}. The first: {place}: {} (“{}”).",
        report.misfits, query.path, first.reason, first.text
    ))
}

fn stats(answer: &Answer) -> Vec<Stat> {
    let spent = answer.spent;
    let stat = |display_name, unit, value| Stat { display_name, unit, value };
    let milliseconds = |time: std::time::Duration| time.as_secs_f64() * 1_000.0;
    vec![
        stat("Bytes read", "decbytes", count(spent.bytes)),
        stat("Rows read", "", count(answer.report.rows_read)),
        stat("Rows matched", "", count(answer.rows_matched as u64)),
        stat("Rows returned", "", count(answer.batch.num_rows() as u64)),
        stat("Schema remembered", "", f64::from(u8::from(spent.infer_remembered))),
        stat("Time to open and infer", "ms", milliseconds(spent.infer)),
        stat("Time to scan", "ms", milliseconds(spent.scan)),
        stat("Time to finish", "ms", milliseconds(spent.finish)),
    ]
}

/// Counts become exact up to 2^53, which no file reaches.
#[expect(clippy::cast_precision_loss, reason = "see above")]
fn count(number: u64) -> f64 {
    number as f64
}
