//! The plugin's stderr, made readable: its hclog JSON lines become plain text, warnings and errors only unless more is
//! asked for. A line that is not JSON (a crash, a loader's complaint) is shown as it is.

use std::io::Write;

use serde_json::{Map, Value};
use tokio::io::{AsyncBufReadExt, BufReader};
use tokio::process::ChildStderr;

use crate::cli::terminal::printable;

/// Copies the log to our stderr until the plugin closes its own.
pub(super) async fn show(stderr: ChildStderr, verbose: bool) {
    let mut lines = BufReader::new(stderr).split(b'\n');
    while let Ok(Some(line)) = lines.next_segment().await {
        if let Some(text) = readable(&String::from_utf8_lossy(&line), verbose) {
            // Nobody is left to tell if stderr is closed.
            writeln!(std::io::stderr(), "{text}").ok();
        }
    }
}

/// The line for people, if they should see it.
fn readable(line: &str, verbose: bool) -> Option<String> {
    if line.trim().is_empty() {
        return None;
    }
    let Ok(Value::Object(entry)) = serde_json::from_str(line) else {
        return Some(printable(line.trim_end()));
    };
    let level = text(entry.get("@level")?).to_lowercase();
    let shown = verbose || level == "warn" || level == "error";
    shown.then(|| {
        printable(&format!(
            "{level}: {}{}",
            text(entry.get("@message").unwrap_or(&Value::Null)),
            pairs(&entry)
        ))
    })
}

/// ` (key=value, …)` of what stands beside the message.
fn pairs(entry: &Map<String, Value>) -> String {
    let pairs = entry.iter().filter(|(key, _)| !key.starts_with('@'));
    let pairs: Vec<String> = pairs.map(|(key, value)| format!("{key}={}", text(value))).collect();
    if pairs.is_empty() { String::new() } else { format!(" ({})", pairs.join(", ")) }
}

fn text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines() {
        let warning = r#"{"@level":"warn","@message":"The file grew.","@timestamp":"t","path":"a.csv","bytes":3}"#;
        let debug = r#"{"@level":"debug","@message":"ready","@timestamp":"t"}"#;
        for (line, verbose, expected) in [
            (warning, false, Some("warn: The file grew. (path=a.csv, bytes=3)")),
            (warning, true, Some("warn: The file grew. (path=a.csv, bytes=3)")),
            (debug, false, None),
            (debug, true, Some("debug: ready")),
            (
                "error while loading shared libraries\r",
                false,
                Some("error while loading shared libraries"),
            ),
            ("\u{1b}[2J", false, Some("\\u{1b}[2J")),
            ("", true, None),
        ] {
            assert_eq!(readable(line, verbose).as_deref(), expected, "{line}");
        }
    }
}
