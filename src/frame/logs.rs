//! Grafana's log lines: `timestamp`, `body`, `severity`, and the other columns as `labels`. The browser's reader wants
//! exactly these names and types.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::{Array, ArrayRef, BinaryArray, StringArray};
use serde_json::{Map, Value};

use super::shape::{Parts, Shape};
use super::{Field, Frame, FrameError, Meta};

/// Columns that hold the line or its level, in order of preference.
const BODY: [&str; 4] = ["body", "message", "msg", "line"];
const SEVERITY: [&str; 3] = ["severity", "level", "lvl"];

pub(super) fn lines(parts: &Parts<'_>) -> Result<Vec<Frame>, FrameError> {
    let time = parts.time(Shape::Logs)?;
    let body = named(parts, &BODY).or(parts.texts.first().copied()).ok_or(FrameError::NoText)?;
    let severity = named(parts, &SEVERITY).filter(|severity| *severity != body);
    let mut fields = vec![
        Field { name: "timestamp".to_owned(), ..parts.field(time) }.never_null(),
        Field::new("body", without_nulls(parts, body)).never_null(),
    ];
    if let Some(severity) = severity {
        fields.push(Field { name: "severity".to_owned(), ..parts.field(severity) });
    }
    fields.push(
        Field::new("labels", labels(parts, &[Some(time), Some(body), severity])?).never_null(),
    );
    let meta = Meta {
        frame_type: Some("log-lines"),
        preferred_visualisation_type: Some("logs"),
        ..Meta::default()
    };
    Ok(vec![Frame { fields, meta, ..Frame::default() }])
}

/// The first text column that has one of these names, in any case.
fn named(parts: &Parts<'_>, names: &[&str]) -> Option<usize> {
    let schema = parts.batch.schema();
    let find = |name: &&str| {
        parts.texts.iter().copied().find(|c| schema.field(*c).name().eq_ignore_ascii_case(name))
    };
    names.iter().find_map(find)
}

fn without_nulls(parts: &Parts<'_>, column: usize) -> ArrayRef {
    let texts = parts.batch.column(column).as_string::<i32>();
    Arc::new(StringArray::from_iter_values(texts.iter().map(Option::unwrap_or_default)))
}

/// The columns that are not used otherwise, as a JSON object of texts for each row.
fn labels(parts: &Parts<'_>, used: &[Option<usize>]) -> Result<ArrayRef, FrameError> {
    let others: Vec<Field> = (0..parts.batch.num_columns())
        .filter(|c| !used.contains(&Some(*c)))
        .map(|c| parts.field(c))
        .collect();
    let label = |row: usize| {
        let pair =
            |field: &Field| field.text(row).map(|text| (field.name.clone(), Value::String(text)));
        serde_json::to_vec(&others.iter().filter_map(pair).collect::<Map<_, _>>())
    };
    let objects = (0..parts.batch.num_rows()).map(label).collect::<Result<Vec<_>, _>>()?;
    Ok(Arc::new(BinaryArray::from_iter_values(objects)))
}

impl Field {
    /// The value of a row as text; times in RFC 3339. None for null.
    fn text(&self, row: usize) -> Option<String> {
        let array: &dyn Array = &self.values;
        match self.json_value(row) {
            Value::Null => None,
            Value::String(text) => Some(text),
            _ if matches!(array.data_type(), arrow_schema::DataType::Timestamp(..)) => {
                let ns = self.nanoseconds(row);
                jiff::Timestamp::from_nanosecond(ns.into()).ok().map(|time| time.to_string())
            }
            // JSON writes 20.0 for what the file has as 20.
            Value::Number(number) if number.is_f64() => number.as_f64().map(|v| v.to_string()),
            other => Some(other.to_string()),
        }
    }
}
