//! `inspect`: what the plugin finds in a file (route `schema`) and how well it reads (route `preview`), for people or as
//! the two answers themselves.

use std::io::Write;

use serde_json::{Value, json};

use super::args::{InspectArgs, InspectOutput};
use super::error::CliError;
use super::host::Host;
use super::output::grid::Grid;
use super::query_json;
use super::request::call_resource;
use super::terminal::{printable, thousands};
use crate::proto::pluginv2::CallResourceResponse;

/// The rows that the preview is asked for; what is printed is its report.
const PREVIEW: u32 = 100;

/// Asks both routes: `{"schema": …, "preview": …}`.
pub(super) async fn ask(host: &Host, args: &InspectArgs, file: &str) -> Result<Value, CliError> {
    let query = query_json::inspection(&args.dialect, file);
    let parameters = [("path", file), ("query", &query.to_string())];
    let schema = host.call_resource(call_resource("GET", "schema", &parameters, None)).await?;
    let body = json!({ "query": query, "limit": PREVIEW });
    let preview = host.call_resource(call_resource("POST", "preview", &[], Some(&body))).await?;
    Ok(json!({ "schema": read(&schema)?, "preview": read(&preview)? }))
}

fn read(response: &CallResourceResponse) -> Result<Value, CliError> {
    let answer: Value =
        serde_json::from_slice(&response.body).map_err(|source| CliError::Json { source })?;
    if (200..300).contains(&response.code) {
        return Ok(answer);
    }
    let message = string(&answer["message"]).to_owned();
    Err(CliError::Refused { message })
}

/// Prints both answers.
pub(super) fn write(
    answers: &Value,
    output: InspectOutput,
    width: Option<usize>,
    out: &mut impl Write,
) -> Result<(), CliError> {
    if output == InspectOutput::Json {
        return Ok(writeln!(out, "{answers:#}")?);
    }
    dialect(&answers["schema"], out)?;
    columns(&answers["schema"], width, out)?;
    report(&answers["preview"]["report"], width, out)
}

fn dialect(schema: &Value, out: &mut impl Write) -> Result<(), CliError> {
    writeln!(out, "Dialect")?;
    for (name, value) in schema["dialect"].as_object().into_iter().flatten() {
        writeln!(out, "  {}: {}", printable(name), printable(&value.to_string()))?;
    }
    Ok(())
}

fn columns(schema: &Value, width: Option<usize>, out: &mut impl Write) -> Result<(), CliError> {
    let sampled = count(&schema["rowsSampled"]);
    writeln!(out, "\nColumns, by a sample of {sampled} rows")?;
    let all = list(&schema["columns"]);
    let column = |key: &'static str| all.iter().map(move |column| string(&column[key]).to_owned());
    let mut grid = Grid::default();
    grid.column("name", "", false, column("name"));
    grid.column("type", "", false, column("type"));
    grid.column("format", "", false, column("timeFormat"));
    grid.column("unit", "", false, column("unit"));
    grid.column("examples", "", false, all.iter().map(|column| examples(&column["examples"])));
    grid.write(width, out)?;
    let time = string(&schema["timeColumn"]);
    if !time.is_empty() {
        writeln!(out, "The time column is “{}”.", printable(time))?;
    }
    Ok(())
}

fn examples(examples: &Value) -> String {
    let texts: Vec<&str> = list(examples).iter().map(string).collect();
    texts.join(", ")
}

fn report(report: &Value, width: Option<usize>, out: &mut impl Write) -> Result<(), CliError> {
    let [read, kept, skipped] =
        ["rowsRead", "rowsKept", "rowsSkipped"].map(|key| count(&report[key]));
    writeln!(out, "\nRows: {read} read, {kept} kept, {skipped} skipped.")?;
    let problems = list(&report["problems"]);
    if !problems.is_empty() {
        writeln!(out, "\nProblems")?;
        let column = |key: &'static str| {
            problems.iter().map(move |problem| string(&problem[key]).to_owned())
        };
        let mut grid = Grid::default();
        grid.column("line", "", true, problems.iter().map(|problem| problem["line"].to_string()));
        grid.column("column", "", false, column("column"));
        grid.column("text", "", false, column("text"));
        grid.column("reason", "", false, column("reason"));
        grid.write(width, out)?;
    }
    let notices = list(&report["notices"]);
    if !notices.is_empty() {
        writeln!(out, "\nNotices")?;
    }
    for notice in notices {
        writeln!(out, "  {}", printable(string(notice)))?;
    }
    Ok(())
}

fn list(value: &Value) -> &[Value] {
    value.as_array().map_or(&[], Vec::as_slice)
}

fn string(value: &Value) -> &str {
    value.as_str().unwrap_or_default()
}

fn count(value: &Value) -> String {
    thousands(value.as_u64().and_then(|count| usize::try_from(count).ok()).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn answers() -> Value {
        json!({
            "schema": {
                "columns": [
                    { "name": "time", "type": "time", "timeFormat": "iso8601", "unit": "", "examples": ["2024-01-01"] },
                    { "name": "t", "type": "float64", "timeFormat": "", "unit": "celsius", "examples": ["1.5", "-2"] },
                ],
                "timeColumn": "time",
                "dialect": { "delimiter": ";", "headerRows": 1 },
                "rowsSampled": 1000,
            },
            "preview": { "report": {
                "rowsRead": 1000, "rowsKept": 999, "rowsSkipped": 1,
                "problems": [{ "line": 7, "column": "t", "text": "x\u{1b}", "reason": "It is not a number." }],
                "notices": ["1 row was skipped."],
            } },
        })
    }

    fn written(answers: &Value, output: InspectOutput) -> String {
        let mut out = Vec::new();
        write(answers, output, None, &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn text() {
        insta::assert_snapshot!(written(&answers(), InspectOutput::Text), @r#"
Dialect
  delimiter: ";"
  headerRows: 1

Columns, by a sample of 1,000 rows
name  type     format   unit     examples
────  ───────  ───────  ───────  ──────────
time  time     iso8601           2024-01-01
t     float64           celsius  1.5, -2
The time column is “time”.

Rows: 1,000 read, 999 kept, 1 skipped.

Problems
line  column  text     reason
────  ──────  ───────  ───────────────────
   7  t       x\u{1b}  It is not a number.

Notices
  1 row was skipped.
"#);
    }

    #[test]
    fn json_is_both_answers() {
        let back: Value =
            serde_json::from_str(&written(&answers(), InspectOutput::Json)).expect("JSON");
        assert_eq!(back, answers());
    }

    #[test]
    fn a_refusal_is_the_plugins_sentence() {
        let body = br#"{"message":"There is no file \"a.csv\"."}"#.to_vec();
        let refused = CallResourceResponse { code: 404, body, ..CallResourceResponse::default() };
        assert_eq!(read(&refused).expect_err("refused").to_string(), "There is no file \"a.csv\".");
        let torn = CallResourceResponse {
            code: 500,
            body: b"oops".to_vec(),
            ..CallResourceResponse::default()
        };
        assert!(matches!(read(&torn), Err(CliError::Json { .. })));
    }
}
