//! One line of the log, as go-plugin's hosts want it (`log_entry.go`): `@level`, `@message`, `@module` and `@timestamp`
//! as strings, the time with exactly six fraction digits, every other key a pair of key and value.

use std::io::Write as _;

use jiff::Timestamp;
use serde_json::{Map, Value};
use tracing::Level;

/// Bytes of a text before it is cut.
const MAX_TEXT: usize = 4 * 1024;
/// Bytes of a line before its fields are dropped. The host reads 64 KiB at a time and logs a longer line as raw text.
const MAX_LINE: usize = 48 * 1024;

/// Keys that host or Grafana read themselves; `timestamp` is one that Grafana throws away.
const RESERVED: [&str; 6] = ["@level", "@message", "@module", "@timestamp", "@caller", "timestamp"];

/// One line of the log.
#[derive(Debug)]
pub(super) struct Line {
    level: Level,
    module: String,
    message: String,
    fields: Map<String, Value>,
}

impl Line {
    pub(super) fn new(level: Level, module: &str, message: String) -> Self {
        Self { level, module: module.replace("::", "."), message, fields: Map::new() }
    }

    /// Adds a pair. A key that the host reads itself gets an underscore in front.
    pub(super) fn field(&mut self, key: &str, value: Value) {
        let key = if RESERVED.contains(&key) { format!("_{key}") } else { key.to_owned() };
        let value = match value {
            Value::String(text) => Value::String(cut(text)),
            value => value,
        };
        self.fields.insert(key, value);
    }

    /// Writes the line to stderr. When nobody reads there any more, there is nobody to tell.
    pub(super) fn write(self) {
        let mut bytes = self.render(Timestamp::now()).into_bytes();
        bytes.push(b'\n');
        // One call, so that lines of several threads do not mix.
        std::io::stderr().lock().write_all(&bytes).ok();
    }

    pub(super) fn render(mut self, now: Timestamp) -> String {
        let fields = std::mem::take(&mut self.fields);
        let head = self.head(now);
        let mut line = head.clone();
        line.extend(fields);
        let text = Value::Object(line).to_string();
        if text.len() <= MAX_LINE {
            return text;
        }
        let mut line = head;
        line.insert("truncated".to_owned(), Value::Bool(true));
        Value::Object(line).to_string()
    }

    fn head(self, now: Timestamp) -> Map<String, Value> {
        let level = self.level.as_str().to_ascii_lowercase();
        let pairs = [
            ("@level", level),
            ("@message", cut(self.message)),
            ("@module", self.module),
            ("@timestamp", format!("{now:.6}")),
        ];
        pairs.into_iter().map(|(key, text)| (key.to_owned(), Value::String(text))).collect()
    }
}

fn cut(mut text: String) -> String {
    if text.len() > MAX_TEXT {
        text.truncate(text.floor_char_boundary(MAX_TEXT));
        text.push('…');
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(message: &str) -> Line {
        Line::new(Level::WARN, "csv_datasource::plugin", message.to_owned())
    }

    fn now() -> Timestamp {
        "2026-01-02T03:04:05.5Z".parse().unwrap()
    }

    #[test]
    fn every_key_is_where_the_host_looks() {
        let mut line = line("two\nlines");
        line.field("rows", 7.into());
        assert_eq!(
            line.render(now()),
            r#"{"@level":"warn","@message":"two\nlines","@module":"csv_datasource.plugin","@timestamp":"2026-01-02T03:04:05.500000Z","rows":7}"#
        );
    }

    #[test]
    fn the_time_always_has_six_fraction_digits() {
        for (time, text) in [
            ("2026-01-02T03:04:05Z", "2026-01-02T03:04:05.000000Z"),
            ("2026-01-02T03:04:05.123456789Z", "2026-01-02T03:04:05.123456Z"),
        ] {
            assert!(line("").render(time.parse().unwrap()).contains(text), "{time}");
        }
    }

    #[test]
    fn reserved_keys_stay_strings() {
        let mut line = line("kept");
        for key in RESERVED {
            line.field(key, 1.into());
        }
        let value: Value = serde_json::from_str(&line.render(now())).unwrap();
        assert_eq!(value["@message"], "kept");
        for key in ["@message", "@level", "@timestamp", "@module"] {
            assert!(value[key].is_string(), "{key}");
            assert_eq!(value[format!("_{key}")], 1);
        }
    }

    #[test]
    fn lines_stay_under_the_host_s_buffer() {
        // A control character takes six bytes in JSON.
        let long = "\u{1}".repeat(1_000_000);
        let mut line = line(&long);
        for field in 0..32 {
            line.field(&format!("field{field}"), long.clone().into());
        }
        let text = line.render(now());
        assert!(text.len() < 64 * 1024, "{}", text.len());
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["truncated"], true);
    }

    #[test]
    fn texts_are_cut_between_characters() {
        let text = cut("é".repeat(MAX_TEXT));
        assert!(text.len() <= MAX_TEXT + 3 && text.ends_with("é…"));
        assert_eq!(cut("short".to_owned()), "short");
    }
}
