//! An array with one object for each row. Whole numbers keep every digit; NaN and the infinities, which JSON has no word
//! for, are null.

use std::io::Write;

use serde_json::Value;

use super::layout::Layout;
use crate::cli::answer::{Cell, Column, Frame};
use crate::cli::error::CliError;
use crate::cli::instant::Zone;

pub(super) fn write(frames: &[Frame], zone: &Zone, out: &mut impl Write) -> Result<(), CliError> {
    let layout = Layout::new(frames);
    let keys: Vec<String> =
        layout.names.iter().map(|name| Value::from(name.as_str()).to_string()).collect();
    let mut before = "[\n";
    for (index, frame) in frames.iter().enumerate() {
        for batch in &frame.batches {
            let columns = Column::all(frame, batch);
            for row in 0..batch.num_rows() {
                out.write_all(before.as_bytes())?;
                object(&keys, layout.row(index, &columns, row), zone, out)?;
                before = ",\n";
            }
        }
    }
    let end = if before == ",\n" { "\n]\n" } else { "[]\n" };
    Ok(out.write_all(end.as_bytes())?)
}

fn object<'a>(
    keys: &[String],
    cells: impl Iterator<Item = Cell<'a>>,
    zone: &Zone,
    out: &mut impl Write,
) -> Result<(), CliError> {
    out.write_all(b"{")?;
    for (index, (key, cell)) in keys.iter().zip(cells).enumerate() {
        let comma = if index == 0 { "" } else { "," };
        write!(out, "{comma}{key}:{}", value(cell, zone))?;
    }
    Ok(out.write_all(b"}")?)
}

fn value(cell: Cell<'_>, zone: &Zone) -> Value {
    match cell {
        Cell::Null => Value::Null,
        Cell::Bool(value) => value.into(),
        Cell::Int64(value) => value.into(),
        Cell::Float64(value) => value.into(),
        Cell::String(value) => value.into(),
        Cell::Time(nanoseconds) => zone.rfc3339(nanoseconds).into(),
        Cell::Json(value) => serde_json::from_slice(value).unwrap_or_default(),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{BinaryArray, BooleanArray};

    use super::*;
    use crate::cli::answer::tests::{floats, frame, ints, strings, times};

    fn json(frames: &[Frame]) -> String {
        let mut out = Vec::new();
        write(frames, &Zone::utc(), &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn cells() {
        let frame = frame(&[
            ("time", "", times(&[Some(0), None])),
            ("a \"b\"", "", strings(&[Some("x\"y\nz"), None])),
            ("n", "", ints(&[Some(i64::MAX), None])),
            ("f", "", floats(&[Some(0.1), Some(f64::NAN)])),
            ("ok", "", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("labels", "", Arc::new(BinaryArray::from_vec(vec![br#"{"a":"b"}"#, b"{}"]))),
        ]);
        let expected = r#"[
{"time":"1970-01-01T00:00:00Z","a \"b\"":"x\"y\nz","n":9223372036854775807,"f":0.1,"ok":true,"labels":{"a":"b"}},
{"time":null,"a \"b\"":null,"n":null,"f":null,"ok":null,"labels":{}}
]
"#;
        assert_eq!(json(&[frame]), expected);
    }

    #[test]
    fn no_rows_are_an_empty_array() {
        assert_eq!(json(&[]), "[]\n");
        assert_eq!(json(&[frame(&[("v", "", ints(&[]))])]), "[]\n");
    }
}
