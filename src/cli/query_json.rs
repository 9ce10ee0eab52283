//! From flags to the query JSON of `docs/query-model.md`. Only what was asked for is written; every default is the
//! plugin's, so that a flag that is not given and a field that the editor leaves out mean the same.

use clap::ValueEnum;
use serde_json::{Map, Value, json};

use super::args::{DialectArgs, Format, Output, QueryArgs};

/// The query for the file called `path` in the data source's folder.
pub(super) fn query(args: &QueryArgs, path: &str) -> Value {
    let mut query = Fields::default();
    query.put("version", 1);
    query.put("path", path);
    query.put("format", word(args.format.unwrap_or(default_format(args))));
    time(&mut query, args);
    shape(&mut query, args);
    query.put_some("onError", args.dialect.on_error.map(word));
    query.put_some("dialect", dialect(&args.dialect));
    Value::Object(query.0)
}

/// The query that `inspect` sends along: the file, how it is written, and what to do with what does not fit.
pub(super) fn inspection(args: &DialectArgs, path: &str) -> Value {
    let mut query = Fields::default();
    query.put("version", 1);
    query.put("path", path);
    query.put_some("onError", args.on_error.map(word));
    query.put_some("dialect", dialect(args));
    Value::Object(query.0)
}

/// Rows as they are, but for what needs time series: `timeseries-long` keeps the table's columns in one frame.
fn default_format(args: &QueryArgs) -> Format {
    match (args.output, args.shape.max_points) {
        (Output::Plot, _) => Format::Timeseries,
        (_, Some(_)) => Format::TimeseriesLong,
        _ => Format::Table,
    }
}

fn time(query: &mut Fields, args: &QueryArgs) {
    query.put_some("timeColumn", args.time.time_column.as_deref());
    query.put_some("timeZone", args.time.time_zone.as_ref().map(|zone| zone.name.as_str()));
    query.put("applyTimeRange", args.time.from.is_some() || args.time.to.is_some());
}

fn shape(query: &mut Fields, args: &QueryArgs) {
    let shape = &args.shape;
    query.put_some("columns", shape.columns.as_ref().map(|names| json!(names.0)));
    query.put_list("filters", shape.filters.iter().map(|filter| {
        json!({ "column": filter.column, "operator": filter.operator, "value": filter.value })
    }));
    query.put_some("groupBy", shape.group_by.as_ref().map(|names| json!(names.0)));
    query.put_list(
        "aggregates",
        shape
            .aggregates
            .iter()
            .map(|aggregate| json!({ "function": aggregate.function, "column": aggregate.column })),
    );
    query.put_some("interval", shape.interval.as_deref());
    query.put_some("limit", shape.limit);
    query.put_some("downsample", shape.max_points.map(|_| "m4"));
}

fn dialect(args: &DialectArgs) -> Option<Value> {
    let mut dialect = Fields::default();
    dialect.put_some("delimiter", args.delimiter.as_deref());
    dialect.put_some("quote", args.quote.as_deref());
    dialect.put_some("escape", args.escape.as_deref());
    dialect.put_some("comment", args.comment.as_deref());
    dialect.put_some("decimal", args.decimal.as_deref());
    dialect.put_some("encoding", args.encoding.as_deref());
    dialect.put_list("nullTokens", args.null_tokens.iter().map(|token| json!(token)));
    dialect.put_some("headerRows", args.header_rows);
    dialect.put_some("skipRows", args.skip_rows);
    dialect.put_some("columnNames", args.column_names.as_ref().map(|names| json!(names.0)));
    dialect.put_some("allText", args.all_text.then_some(true));
    (!dialect.0.is_empty()).then_some(Value::Object(dialect.0))
}

/// The word that both the command line and the query model write for a choice.
fn word(choice: impl ValueEnum + Copy) -> String {
    choice.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// An object in the making.
#[derive(Default)]
struct Fields(Map<String, Value>);

impl Fields {
    fn put(&mut self, key: &str, value: impl Into<Value>) {
        self.0.insert(key.to_owned(), value.into());
    }

    fn put_some(&mut self, key: &str, value: Option<impl Into<Value>>) {
        if let Some(value) = value {
            self.put(key, value);
        }
    }

    fn put_list(&mut self, key: &str, values: impl Iterator<Item = Value>) {
        let values: Vec<Value> = values.collect();
        if !values.is_empty() {
            self.put(key, values);
        }
    }
}

#[cfg(test)]
mod tests {
    use clap::Parser;

    use super::super::args::{Cli, Command};
    use super::*;

    fn parse(flags: &[&str]) -> Command {
        Cli::try_parse_from(["csv-datasource"].iter().chain(flags)).expect("right usage").command
    }

    fn query_of(flags: &[&str]) -> Value {
        let Command::Query(args) = parse(&[&["query", "folder/a.csv"], flags].concat()) else {
            unreachable!("the first word is query");
        };
        query(&args, "a.csv")
    }

    #[test]
    fn without_flags_only_path_and_shape_are_written() {
        let expected =
            json!({ "version": 1, "path": "a.csv", "format": "table", "applyTimeRange": false });
        assert_eq!(query_of(&[]), expected);
    }

    #[test]
    fn each_flag_writes_its_fields() {
        for (flags, expected) in [
            (&["--output", "plot"][..], json!({ "format": "timeseries" })),
            (
                &["--output", "plot", "--format", "timeseries-long"],
                json!({ "format": "timeseries-long" }),
            ),
            (&["--output", "csv"], json!({ "format": "table" })),
            (&["--format", "logs"], json!({ "format": "logs" })),
            (&["--from", "now-6h"], json!({ "applyTimeRange": true })),
            (&["--to", "2024-01-01"], json!({ "applyTimeRange": true })),
            (&["--time-zone", "Europe/Berlin"], json!({ "timeZone": "Europe/Berlin" })),
            (&["--time-column", "ended at"], json!({ "timeColumn": "ended at" })),
            (&["--columns", "a,\"b, c\""], json!({ "columns": ["a", "b, c"] })),
            (
                &["--filter", "temperature >= 20", "--filter", "\"a b\" =~ ^x y$"],
                json!({ "filters": [
                    { "column": "temperature", "operator": ">=", "value": "20" },
                    { "column": "a b", "operator": "=~", "value": "^x y$" },
                ] }),
            ),
            (&["--group-by", "host,city"], json!({ "groupBy": ["host", "city"] })),
            (
                &["--agg", "mean(t)", "--agg", "count(\"a b\")"],
                json!({ "aggregates": [
                    { "function": "mean", "column": "t" },
                    { "function": "count", "column": "a b" },
                ] }),
            ),
            (&["--interval", "1m"], json!({ "interval": "1m" })),
            (&["--max-points", "500"], json!({ "downsample": "m4", "format": "timeseries-long" })),
            (
                &["--max-points", "500", "--format", "table"],
                json!({ "downsample": "m4", "format": "table" }),
            ),
            (&["--limit", "10"], json!({ "limit": 10 })),
            (&["--on-error", "skip"], json!({ "onError": "skip" })),
        ] {
            let query = query_of(flags);
            for (key, value) in expected.as_object().expect("an object") {
                assert_eq!(query.get(key), Some(value), "{flags:?}");
            }
        }
    }

    #[test]
    fn each_dialect_flag_writes_its_field() {
        for (flags, expected) in [
            (&["--delimiter", ";"][..], json!({ "delimiter": ";" })),
            (&["--delimiter", "\\t"], json!({ "delimiter": "\\t" })),
            (&["--quote", ""], json!({ "quote": "" })),
            (&["--escape", "\\"], json!({ "escape": "\\" })),
            (&["--comment", "#"], json!({ "comment": "#" })),
            (&["--decimal", ","], json!({ "decimal": "," })),
            (&["--encoding", "windows-1252"], json!({ "encoding": "windows-1252" })),
            (
                &["--null", "", "--null", "-", "--null", "--"],
                json!({ "nullTokens": ["", "-", "--"] }),
            ),
            (&["--header-rows", "0"], json!({ "headerRows": 0 })),
            (&["--skip-rows", "3"], json!({ "skipRows": 3 })),
            (&["--column-names", "[\"a\",\"b\"]"], json!({ "columnNames": ["a", "b"] })),
            (&["--all-text"], json!({ "allText": true })),
        ] {
            assert_eq!(query_of(flags)["dialect"], expected, "{flags:?}");
            let Command::Inspect(args) = parse(&[&["inspect", "a.csv"], flags].concat()) else {
                unreachable!("the first word is inspect");
            };
            assert_eq!(inspection(&args.dialect, "a.csv")["dialect"], expected, "{flags:?}");
        }
    }

    /// The model is written down once, in the schema; what the flags make must pass it.
    #[test]
    fn every_query_passes_the_schema() {
        let schema: Value =
            serde_json::from_str(include_str!("../../docs/query.schema.json")).expect("JSON");
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        compiler.add_resource("query.json", schema).expect("a schema");
        let schema = compiler.compile("query.json", &mut schemas).expect("a schema");
        for format in Format::value_variants() {
            let flags = [
                "--format",
                &word(*format),
                "--from",
                "now-1h",
                "--filter",
                "a = 1",
                "--agg",
                "sum(a)",
                "--group-by",
                "b",
                "--interval",
                "5m",
                "--max-points",
                "9",
                "--limit",
                "3",
                "--on-error",
                "fail",
                "--null",
                "x",
                "--header-rows",
                "0",
                "--skip-rows",
                "1",
                "--all-text",
                "--decimal",
                ",",
                "--columns",
                "a",
            ];
            assert!(schemas.validate(&query_of(&flags), schema).is_ok(), "{format:?}");
        }
    }
}
