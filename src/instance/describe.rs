//! What was done, in words, for Grafana's query inspector.

use std::fmt::Write;

use arrow_schema::SchemaRef;

use crate::exec::Plan;
use crate::query::Query;

/// One clause a line: the file, the time range, the filters, the aggregates, the limit.
pub(super) fn describe(query: &Query, plan: &Plan, schema: &SchemaRef) -> String {
    let name = |column: usize| schema.field(column).name();
    let mut text = format!("read {}", query.path);
    let mut clause = |words: String| _ = write!(text, "\n{words}");
    if let Some(range) = plan.time_range {
        clause(format!(
            "where {} ≤ {} ≤ {}",
            instant(range.from),
            name(range.column),
            instant(range.to)
        ));
    }
    for filter in &query.filters {
        let operator = serde_json::to_value(filter.operator).unwrap_or_default();
        clause(format!(
            "where {} {} {}",
            filter.column,
            operator.as_str().unwrap_or_default(),
            filter.value
        ));
    }
    match &plan.grouping {
        None => {
            clause(format!("columns {}", list(plan.columns.iter().map(|column| name(*column)))));
        }
        Some(grouping) => {
            clause(format!(
                "compute {}",
                list(grouping.aggregates.iter().map(|aggregate| &aggregate.name))
            ));
            if !grouping.keys.is_empty() {
                clause(format!(
                    "for each {}",
                    list(grouping.keys.iter().map(|column| name(*column)))
                ));
            }
            if let Some(bucket) = grouping.bucket {
                clause(format!("every {} of {}", query.interval, name(bucket.column)));
            }
        }
    }
    if let Some(limit) = plan.limit {
        clause(format!("limit {limit}"));
    }
    text
}

/// The first names; a file may have 20,000.
fn list<'a>(names: impl Iterator<Item = &'a String>) -> String {
    const SHOWN: usize = 50;
    let names: Vec<&str> = names.map(String::as_str).take(SHOWN + 1).collect();
    let more = if names.len() > SHOWN { ", …" } else { "" };
    format!("{}{more}", names[..names.len().min(SHOWN)].join(", "))
}

fn instant(ns: i64) -> String {
    jiff::Timestamp::from_nanosecond(ns.into())
        .map_or_else(|_| ns.to_string(), |time| time.to_string())
}
