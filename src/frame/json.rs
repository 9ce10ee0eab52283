//! A frame in Grafana's JSON form, which the browser reads in previews and live packets.

use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_schema::DataType;
use serde_json::{Value, json};

use super::{Field, Frame};

/// Nanoseconds of a millisecond.
const MILLISECOND: i64 = 1_000_000;

impl Frame {
    /// `{"schema": {…}, "data": {"values": […], "entities": […], "nanos": […]}}`, column by column; times in
    /// milliseconds with what is left over in `nanos`, `NaN` and infinities in `entities`.
    pub fn to_json(&self, ref_id: &str) -> Value {
        let column = |build: fn(&Field) -> Value| self.fields.iter().map(build).collect::<Vec<_>>();
        json!({
            "schema": { "name": self.name, "refId": ref_id, "meta": self.meta, "fields": column(Field::json_schema) },
            "data": {
                "values": column(Field::json_values),
                "entities": column(Field::json_entities),
                "nanos": column(Field::json_nanos),
            },
        })
    }
}

impl Field {
    fn json_schema(&self) -> Value {
        let (kind, frame) = match self.values.data_type() {
            DataType::Boolean => ("boolean", "bool"),
            DataType::Int64 => ("number", "int64"),
            DataType::Float64 => ("number", "float64"),
            DataType::Timestamp(..) => ("time", "time.Time"),
            DataType::Binary => ("other", "json.RawMessage"),
            _ => ("string", "string"),
        };
        let mut schema = json!({ "name": self.name, "type": kind, "typeInfo": { "frame": frame, "nullable": self.nullable } });
        if !self.labels.is_empty() {
            schema["labels"] = json!(self.labels);
        }
        if !self.unit.is_empty() {
            schema["config"] = json!({ "unit": self.unit });
        }
        schema
    }

    fn json_values(&self) -> Value {
        (0..self.values.len()).map(|row| self.json_value(row)).collect()
    }

    pub(super) fn json_value(&self, row: usize) -> Value {
        let values = &*self.values;
        match values.data_type() {
            _ if values.is_null(row) => Value::Null,
            DataType::Boolean => values.as_boolean().value(row).into(),
            DataType::Int64 => values.as_primitive::<Int64Type>().value(row).into(),
            DataType::Float64 => values.as_primitive::<Float64Type>().value(row).into(),
            DataType::Timestamp(..) => self.nanoseconds(row).div_euclid(MILLISECOND).into(),
            DataType::Binary => {
                serde_json::from_slice(values.as_binary::<i32>().value(row)).unwrap_or_default()
            }
            _ => values.as_string::<i32>().value(row).into(),
        }
    }

    fn json_entities(&self) -> Value {
        let DataType::Float64 = self.values.data_type() else { return Value::Null };
        let values = self.values.as_primitive::<Float64Type>();
        let rows = |wanted: fn(f64) -> bool| -> Vec<usize> {
            (0..values.len())
                .filter(|row| values.is_valid(*row) && wanted(values.value(*row)))
                .collect()
        };
        let (nan, inf, neg_inf) =
            (rows(f64::is_nan), rows(|v| v == f64::INFINITY), rows(|v| v == f64::NEG_INFINITY));
        if nan.is_empty() && inf.is_empty() && neg_inf.is_empty() {
            return Value::Null;
        }
        json!({ "NaN": nan, "Inf": inf, "NegInf": neg_inf })
    }

    fn json_nanos(&self) -> Value {
        let DataType::Timestamp(..) = self.values.data_type() else { return Value::Null };
        let nanos: Vec<i64> = (0..self.values.len())
            .map(|row| self.nanoseconds(row).rem_euclid(MILLISECOND))
            .collect();
        if nanos.iter().all(|nanos| *nanos == 0) { Value::Null } else { json!(nanos) }
    }

    pub(super) fn nanoseconds(&self, row: usize) -> i64 {
        self.values.as_primitive::<TimestampNanosecondType>().value(row)
    }
}
