//! What the plugin says about its answer beside the rows: notices, which are always shown, and with `--explain` the
//! figures of the frame's meta (bytes read, rows, time for each stage). It goes to stderr, so that stdout stays the
//! result.

use std::io::{self, Write};

use serde_json::Value;

use crate::cli::answer::Frame;
use crate::cli::terminal::{columns, printable, thousands};

/// The notices of all frames, each once.
pub(in crate::cli) fn notices(frames: &[Frame], out: &mut impl Write) -> io::Result<()> {
    let mut seen = Vec::new();
    for notice in frames.iter().flat_map(|frame| list(&frame.meta, "notices")) {
        let word = |key| notice.get(key).and_then(Value::as_str).unwrap_or_default();
        let line = format!("{}: {}", word("severity"), word("text"));
        if !seen.contains(&line) {
            writeln!(out, "{}", printable(&line))?;
            seen.push(line);
        }
    }
    Ok(())
}

/// The figures, one to a line.
pub(in crate::cli) fn explain(frames: &[Frame], out: &mut impl Write) -> io::Result<()> {
    let stats = frames.iter().flat_map(|frame| list(&frame.meta, "stats"));
    let mut lines: Vec<(String, String)> = stats.map(stat).collect();
    lines.extend(frames.iter().filter_map(executed));
    lines.extend(
        frames
            .iter()
            .filter_map(|frame| frame.meta.get("custom")?.as_object())
            .flatten()
            .map(custom),
    );
    lines.dedup();
    let width = lines.iter().map(|(name, _)| columns(name)).max().unwrap_or_default();
    for (name, value) in lines {
        let space = width - columns(&name) + 1;
        writeln!(out, "{}", printable(format!("{name}:{:space$}{value}", "").trim_end()))?;
    }
    Ok(())
}

fn executed(frame: &Frame) -> Option<(String, String)> {
    let clauses = frame.meta.get("executedQueryString")?.as_str()?;
    Some(("executed".to_owned(), clauses.replace('\n', "; ")))
}

fn stat(stat: &Value) -> (String, String) {
    let word = |key| stat.get(key).and_then(Value::as_str).unwrap_or_default();
    let value = stat.get("value").map(number).unwrap_or_default();
    // Grafana's unit ids say to people what they are, but for this one.
    let unit = word("unit").replace("decbytes", "bytes");
    (word("displayName").to_owned(), format!("{value} {unit}").trim_end().to_owned())
}

fn custom((name, value): (&String, &Value)) -> (String, String) {
    (name.clone(), value.as_str().map_or_else(|| value.to_string(), str::to_owned))
}

/// Grafana's stats are floats; a whole one is a count, and of others three decimals are plenty.
fn number(value: &Value) -> String {
    let value = value.as_f64().unwrap_or_default();
    super::float(value).parse().map_or_else(|_| format!("{value:.3}"), thousands)
}

fn list<'a>(meta: &'a Value, key: &str) -> impl Iterator<Item = &'a Value> {
    meta.get(key).and_then(Value::as_array).into_iter().flatten()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::cli::answer::tests::{frame, ints};

    fn frame_with(meta: Value) -> Frame {
        Frame { meta, ..frame(&[("v", "", ints(&[Some(1), Some(2)]))]) }
    }

    fn written(write: impl Fn(&mut Vec<u8>) -> io::Result<()>) -> String {
        let mut out = Vec::new();
        write(&mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn each_notice_is_shown_once() {
        let notice = json!({ "severity": "warning", "text": "1 value\u{1b} became null." });
        let frames = [
            frame_with(json!({ "notices": [notice] })),
            frame_with(json!({ "notices": [notice, { "severity": "info", "text": "Grew." }] })),
            frame_with(Value::Null),
        ];
        assert_eq!(
            written(|out| notices(&frames, out)),
            "warning: 1 value\\u{1b} became null.\ninfo: Grew.\n"
        );
    }

    #[test]
    fn figures_line_up() {
        let frames = [frame_with(json!({
            "stats": [
                { "displayName": "bytes read", "value": 1_234_567.0, "unit": "decbytes" },
                { "displayName": "scan", "value": 1.500_000_1, "unit": "ms" },
                { "displayName": "rows" },
            ],
            "custom": { "dialect": { "delimiter": ";" }, "cache": "hit" },
        }))];
        insta::assert_snapshot!(written(|out| explain(&frames, out)), @r#"
bytes read: 1,234,567 bytes
scan:       1.500 ms
rows:
dialect:    {"delimiter":";"}
cache:      hit
"#);
    }
}
