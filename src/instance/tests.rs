//! A file and a query, and the rows and words that come of them.

use std::fs;

use super::*;

/// Answers a query, given as JSON without its path, over a file with this content.
fn ask(content: &str, query: &serde_json::Value) -> Result<Answer, InstanceError> {
    ask_with(content, query, Budgets::default(), None)
}

fn ask_with(
    content: &str,
    query: &serde_json::Value,
    budgets: Budgets,
    time_range: Option<(i64, i64)>,
) -> Result<Answer, InstanceError> {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), content).unwrap();
    let instance = instance(folder.path(), budgets);
    instance.query(&parse(query), &request(time_range))
}

fn instance(folder: &std::path::Path, budgets: Budgets) -> Instance {
    let roots = Roots::new([("root".to_owned(), folder.to_owned())]);
    Instance::new(DatasourceSettings::default(), Arc::new(roots), budgets).unwrap()
}

fn parse(query: &serde_json::Value) -> Query {
    let mut query = query.clone();
    query["path"] = "a.csv".into();
    Query::from_json(query.to_string().as_bytes()).unwrap()
}

fn request(time_range: Option<(i64, i64)>) -> Request {
    Request { time_range, max_points: None, stop: Stop::after(Duration::from_mins(1)) }
}

/// The rows as text: names, then a line for each row.
fn rows(answer: &Answer) -> String {
    let schema = answer.batch.schema();
    let names: Vec<&str> = schema.fields().iter().map(|field| field.name().as_str()).collect();
    let row = |row: usize| {
        let cells = answer.batch.columns().iter().map(|column| cell(column, row));
        cells.collect::<Vec<_>>().join(" | ")
    };
    let rows = (0..answer.batch.num_rows()).map(row);
    std::iter::once(names.join(" | ")).chain(rows).collect::<Vec<_>>().join("\n")
}

fn cell(column: &arrow_array::ArrayRef, row: usize) -> String {
    use arrow_array::Array;
    use arrow_array::cast::AsArray;
    use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
    use arrow_schema::DataType;
    match column.data_type() {
        _ if column.is_null(row) => "∅".to_owned(),
        DataType::Boolean => column.as_boolean().value(row).to_string(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).to_string(),
        DataType::Float64 => format!("{:?}", column.as_primitive::<Float64Type>().value(row)),
        DataType::Timestamp(..) => {
            let ns = column.as_primitive::<TimestampNanosecondType>().value(row);
            jiff::Timestamp::from_nanosecond(ns.into()).unwrap().to_string()
        }
        _ => column.as_string::<i32>().value(row).to_owned(),
    }
}

const WEATHER: &str = "time,station,degrees,ok\n\
    2024-01-01 03:00,hill,3,true\n\
    2024-01-01 01:00,hill,1,true\n\
    2024-01-01 02:00,harbour,2.5,false\n\
    ,harbour,9,true\n\
    2024-01-01 01:30,harbour,,true\n";

#[test]
fn a_time_series_is_sorted_and_has_no_row_without_a_time() {
    let answer = ask(WEATHER, &serde_json::json!({ "columns": ["degrees"] })).unwrap();
    insta::assert_snapshot!(rows(&answer), @r"
    time | degrees
    2024-01-01T01:00:00Z | 1.0
    2024-01-01T01:30:00Z | ∅
    2024-01-01T02:00:00Z | 2.5
    2024-01-01T03:00:00Z | 3.0
    ");
    assert_eq!(
        (answer.format, answer.time, answer.rows_without_time),
        (Format::TimeSeries, Some(0), 1)
    );
}

#[test]
fn a_table_is_as_the_file_is() {
    let query = serde_json::json!({ "format": "table", "columns": ["ok", "time"], "limit": 2 });
    insta::assert_snapshot!(rows(&ask(WEATHER, &query).unwrap()), @r"
    ok | time
    true | 2024-01-01T03:00:00Z
    true | 2024-01-01T01:00:00Z
    ");
}

#[test]
fn the_dashboards_range_holds_both_its_ends_and_can_be_left_out() {
    let hour = 3_600_000_000_000;
    let midnight = 1_704_067_200_000_000_000;
    let range = Some((midnight + hour, midnight + 2 * hour));
    let count = |query: serde_json::Value| {
        ask_with(WEATHER, &query, Budgets::default(), range).unwrap().batch.num_rows()
    };
    assert_eq!(count(serde_json::json!({})), 3);
    assert_eq!(
        count(serde_json::json!({ "timeZone": "Etc/GMT+1" })),
        1,
        "an hour later, as that zone is west"
    );
    assert_eq!(count(serde_json::json!({ "applyTimeRange": false })), 4);
    assert_eq!(count(serde_json::json!({ "applyTimeRange": false, "format": "table" })), 5);
}

#[test]
fn filters_compare_by_type() {
    let cases = [
        ("degrees", "=", "1", 1),
        ("degrees", ">=", "2.5", 3),
        ("station", "=~", "^h.ll$", 2),
        ("station", "!~", "ll", 3),
        ("ok", "=", "false", 1),
        ("time", "<", "2024-01-01T02:00:00Z", 2),
        ("degrees", "!=", "1", 4),
    ];
    for (column, operator, value, expected) in cases {
        let filter = serde_json::json!({ "column": column, "operator": operator, "value": value });
        let query =
            serde_json::json!({ "format": "table", "columns": ["ok"], "filters": [filter] });
        assert_eq!(
            ask(WEATHER, &query).unwrap().batch.num_rows(),
            expected,
            "{column} {operator} {value}"
        );
    }
}

#[test]
fn aggregates_by_bucket_and_key() {
    let query = serde_json::json!({
        "groupBy": ["station"], "interval": "1h",
        "aggregates": [{ "function": "mean", "column": "degrees" }, { "function": "count", "column": "ok" }],
    });
    let answer = ask(WEATHER, &query).unwrap();
    insta::assert_snapshot!(rows(&answer), @r"
    time | station | mean(degrees) | count(ok)
    2024-01-01T01:00:00Z | hill | 1.0 | 1
    2024-01-01T01:00:00Z | harbour | ∅ | 1
    2024-01-01T02:00:00Z | harbour | 2.5 | 1
    2024-01-01T03:00:00Z | hill | 3.0 | 1
    ");
    assert_eq!(answer.format, Format::TimeSeries);
    insta::assert_snapshot!(answer.executed, @r"
    read a.csv
    compute mean(degrees), count(ok)
    for each station
    every 1h of time
    ");
}

#[test]
fn a_guess_is_confirmed_over_the_whole_file() {
    let content = format!("n,b\n{}2.5,maybe\n", "1,true\n".repeat(2_000));
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), content).unwrap();
    let instance = instance(folder.path(), Budgets::default());
    let query = parse(&serde_json::json!({ "format": "table" }));
    let answer = instance.query(&query, &request(None)).unwrap();
    let widened: Vec<(&str, u64)> =
        answer.widened.iter().map(|widened| (widened.column.as_str(), widened.line)).collect();
    assert_eq!(widened, [("n", 2_002), ("b", 2_002)]);
    assert!(rows(&answer).ends_with("2.5 | maybe"));
    let again = instance.query(&query, &request(None)).unwrap();
    assert!(
        again.widened.is_empty() && again.spent.infer_remembered,
        "the wider types are remembered"
    );
}

#[test]
fn a_file_that_changes_is_looked_at_again() {
    let folder = tempfile::tempdir().unwrap();
    let instance = instance(folder.path(), Budgets::default());
    let query = parse(&serde_json::json!({ "format": "table" }));
    for (content, expected) in
        [("a\n1\n", "a\n1"), ("other\nx\n", "other\nx"), ("other\nx\ny\n", "other\nx\ny")]
    {
        fs::write(folder.path().join("a.csv"), content).unwrap();
        assert_eq!(rows(&instance.query(&query, &request(None)).unwrap()), expected);
    }
}

#[test]
fn a_header_alone_is_an_answer() {
    let answer = ask("a,b\n", &serde_json::json!({})).unwrap();
    assert_eq!(rows(&answer), "a | b");
    assert_eq!(answer.report.rows_read, 0);
}

#[test]
fn what_the_file_has_not() {
    let cases = [
        (
            serde_json::json!({ "columns": ["nope"] }),
            "query's columns: There is no column “nope”. The file has: time, station",
        ),
        (serde_json::json!({ "timeColumn": "degrees" }), "“degrees” is of type float64, not time"),
        (serde_json::json!({ "timeZone": "Mars/Base" }), "no time zone “Mars/Base”"),
        (
            serde_json::json!({ "filters": [{ "column": "degrees", "operator": "<", "value": "hot" }] }),
            "“hot”, which is not a value of type float64",
        ),
        (
            serde_json::json!({ "filters": [{ "column": "station", "operator": "=~", "value": "(" }] }),
            "cannot be used",
        ),
        (
            serde_json::json!({ "filters": [{ "column": "ok", "operator": "=~", "value": "t" }] }),
            "matches text",
        ),
        (
            serde_json::json!({ "filters": [{ "column": "station", "operator": "=~", "value": "a{1000}{1000}" }] }),
            "cannot be used",
        ),
        (serde_json::json!({ "dialect": { "delimiter": "ab" } }), "`delimiter` is “ab”"),
        (serde_json::json!({ "dialect": { "encoding": "klingon" } }), "`encoding` is “klingon”"),
        (
            serde_json::json!({ "onError": "fail", "columnTypes": [{ "column": "station", "type": "bool" }] }),
            "Line 2, column “station”: not a bool (“hill”)",
        ),
        (serde_json::json!({ "groupBy": ["ok"], "interval": "x" }), "`interval` is “x”"),
    ];
    for (query, expected) in cases {
        let error = ask(WEATHER, &query).unwrap_err().to_string();
        assert!(error.contains(expected), "{query}: {error}");
    }
    let error =
        ask_with(WEATHER, &serde_json::json!({}), Budgets::default(), Some((2, 1))).unwrap_err();
    assert!(matches!(error, InstanceError::TimeRange));
    let error =
        ask("a\n1\n", &serde_json::json!({ "groupBy": ["a"], "interval": "1m" })).unwrap_err();
    assert!(matches!(error, InstanceError::NoTime { .. }));
}

#[test]
fn a_query_ends_when_its_time_is_up_or_nobody_waits() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), "a\n1\n").unwrap();
    let instance = instance(folder.path(), Budgets::default());
    let query = parse(&serde_json::json!({}));
    let ask = |stop: Stop| instance.query(&query, &Request { stop, ..request(None) }).unwrap_err();
    assert!(matches!(ask(Stop::after(Duration::ZERO)), InstanceError::TimedOut { .. }));
    let stop = Stop::after(Duration::from_mins(1));
    stop.cancel();
    assert!(matches!(ask(stop), InstanceError::Cancelled));
}

#[test]
fn values_of_a_column() {
    let folder = tempfile::tempdir().unwrap();
    fs::write(folder.path().join("a.csv"), WEATHER).unwrap();
    let instance = instance(folder.path(), Budgets::default());
    let query = parse(&serde_json::json!({}));
    let stop = Stop::after(Duration::from_mins(1));
    let values = |column: &str, search: &str, limit: usize| {
        let found = instance.values(&query, column, search, limit, &stop).unwrap();
        (found.values.join(" "), found.more)
    };
    assert_eq!(values("station", "", 10), ("hill harbour".to_owned(), false));
    assert_eq!(values("station", "", 1), ("hill".to_owned(), true));
    assert_eq!(values("degrees", ".", 10), ("2.5".to_owned(), false));
    assert_eq!(values("station", "bour", 10), ("harbour".to_owned(), false));
}
