//! The plugin's answer, taken apart: Arrow IPC files become frames whose cells can be printed.

use std::io::Cursor;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{
    Array, BinaryArray, BooleanArray, Float64Array, Int64Array, RecordBatch, StringArray,
    TimestampNanosecondArray,
};
use arrow_ipc::reader::FileReader;
use arrow_schema::{DataType, TimeUnit};
use serde_json::{Map, Value};

use super::error::CliError;
use super::request::REF_ID;
use crate::proto::pluginv2::QueryDataResponse;

/// What the plugin sent for our one query.
#[derive(Debug)]
pub(super) struct Answer {
    /// The Arrow IPC files as they came.
    pub(super) files: Vec<Vec<u8>>,
    pub(super) frames: Vec<Frame>,
}

impl Answer {
    pub(super) fn read(mut response: QueryDataResponse) -> Result<Self, CliError> {
        let response = response.responses.remove(REF_ID).ok_or(CliError::NoAnswer)?;
        if !response.error.is_empty() {
            return Err(CliError::Refused { message: response.error });
        }
        let frames =
            response.frames.iter().map(|file| Frame::read(file)).collect::<Result<_, _>>()?;
        Ok(Self { files: response.frames, frames })
    }
}

/// One frame: fields of equal length, in one or more batches.
#[derive(Debug)]
pub(super) struct Frame {
    pub(super) name: String,
    /// Grafana's FrameMeta.
    pub(super) meta: Value,
    pub(super) fields: Vec<Field>,
    pub(super) batches: Vec<RecordBatch>,
}

/// Name and looks of a column.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Field {
    pub(super) name: String,
    /// Name and value, in the order of the frame.
    pub(super) labels: Vec<(String, String)>,
    pub(super) kind: Kind,
    /// Grafana's unit id; empty if there is none.
    pub(super) unit: String,
}

/// The types that the plugin sends, under the names of the query model.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Bool,
    Int64,
    Float64,
    String,
    Time,
    Json,
}

impl Frame {
    fn read(file: &[u8]) -> Result<Self, CliError> {
        let frame = |source| CliError::Frame { source };
        let reader = FileReader::try_new(Cursor::new(file), None).map_err(frame)?;
        let schema = reader.schema();
        let metadata = |key| schema.metadata().get(key).map_or("", String::as_str);
        Ok(Self {
            name: metadata("name").to_owned(),
            meta: serde_json::from_str(metadata("meta")).unwrap_or_default(),
            fields: schema
                .fields()
                .iter()
                .map(|field| Field::read(field))
                .collect::<Result<_, _>>()?,
            batches: reader.collect::<Result<_, _>>().map_err(frame)?,
        })
    }

    /// Number of rows in all batches.
    pub(super) fn rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The index of the first field of type time.
    pub(super) fn time_field(&self) -> Option<usize> {
        self.fields.iter().position(|field| field.kind == Kind::Time)
    }
}

impl Field {
    fn read(field: &arrow_schema::Field) -> Result<Self, CliError> {
        let object = |key| -> Map<String, Value> {
            field
                .metadata()
                .get(key)
                .and_then(|json| serde_json::from_str(json).ok())
                .unwrap_or_default()
        };
        let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
        Ok(Self {
            name: field.name().clone(),
            labels: object("labels")
                .iter()
                .map(|(name, value)| (name.clone(), text(value)))
                .collect(),
            kind: Kind::of(field.data_type())?,
            unit: object("config").get("unit").map(text).unwrap_or_default(),
        })
    }

    /// `temperature{city="Oslo"}`: the name, and what tells it from other series of that name.
    pub(super) fn title(&self) -> String {
        if self.labels.is_empty() {
            return self.name.clone();
        }
        let labels: Vec<String> =
            self.labels.iter().map(|(name, value)| format!("{name}={value:?}")).collect();
        format!("{}{{{}}}", self.name, labels.join(", "))
    }
}

impl Kind {
    fn of(data_type: &DataType) -> Result<Self, CliError> {
        match data_type {
            DataType::Boolean => Ok(Self::Bool),
            DataType::Int64 => Ok(Self::Int64),
            DataType::Float64 => Ok(Self::Float64),
            DataType::Utf8 => Ok(Self::String),
            DataType::Timestamp(TimeUnit::Nanosecond, _) => Ok(Self::Time),
            DataType::Binary => Ok(Self::Json),
            other => Err(CliError::ColumnType { kind: other.to_string() }),
        }
    }

    /// The query model's word.
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Bool => "bool",
            Self::Int64 => "int64",
            Self::Float64 => "float64",
            Self::String => "string",
            Self::Time => "time",
            Self::Json => "json",
        }
    }

    /// Whether its cells line up at their right end.
    pub(super) fn is_number(self) -> bool {
        matches!(self, Self::Int64 | Self::Float64)
    }
}

/// One column of one batch, its type found once and not for each cell.
#[derive(Debug)]
pub(super) enum Column<'a> {
    Bool(&'a BooleanArray),
    Int64(&'a Int64Array),
    Float64(&'a Float64Array),
    String(&'a StringArray),
    Time(&'a TimestampNanosecondArray),
    Json(&'a BinaryArray),
}

/// One value.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Cell<'a> {
    Null,
    Bool(bool),
    Int64(i64),
    Float64(f64),
    String(&'a str),
    /// Nanoseconds since the epoch.
    Time(i64),
    Json(&'a [u8]),
}

impl<'a> Column<'a> {
    /// The columns of a batch of `frame`.
    pub(super) fn all(frame: &Frame, batch: &'a RecordBatch) -> Vec<Self> {
        frame
            .fields
            .iter()
            .zip(batch.columns())
            .map(|(field, array)| Self::new(field.kind, array.as_ref()))
            .collect()
    }

    fn new(kind: Kind, array: &'a dyn Array) -> Self {
        match kind {
            Kind::Bool => Self::Bool(array.as_boolean()),
            Kind::Int64 => Self::Int64(array.as_primitive::<Int64Type>()),
            Kind::Float64 => Self::Float64(array.as_primitive::<Float64Type>()),
            Kind::String => Self::String(array.as_string()),
            Kind::Time => Self::Time(array.as_primitive::<TimestampNanosecondType>()),
            Kind::Json => Self::Json(array.as_binary()),
        }
    }

    pub(super) fn cell(&self, row: usize) -> Cell<'a> {
        let null = match self {
            Self::Bool(array) => array.is_null(row),
            Self::Int64(array) => array.is_null(row),
            Self::Float64(array) => array.is_null(row),
            Self::String(array) => array.is_null(row),
            Self::Time(array) => array.is_null(row),
            Self::Json(array) => array.is_null(row),
        };
        match self {
            _ if null => Cell::Null,
            Self::Bool(array) => Cell::Bool(array.value(row)),
            Self::Int64(array) => Cell::Int64(array.value(row)),
            Self::Float64(array) => Cell::Float64(array.value(row)),
            Self::String(array) => Cell::String(array.value(row)),
            Self::Time(array) => Cell::Time(array.value(row)),
            Self::Json(array) => Cell::Json(array.value(row)),
        }
    }
}

#[cfg(test)]
pub(super) mod tests {
    use std::collections::HashMap;
    use std::sync::Arc;

    use arrow_array::ArrayRef;
    use arrow_ipc::writer::FileWriter;
    use arrow_schema::{Field as ArrowField, Schema};

    use super::*;
    use crate::proto::pluginv2::DataResponse;

    /// One column of a frame for a test: name, labels and values.
    pub(in crate::cli) type TestColumn<'a> = (&'a str, &'a str, ArrayRef);

    /// A frame as the plugin would send it; `split` puts its rows into two batches.
    pub(in crate::cli) fn file(
        meta: &str,
        columns: &[TestColumn<'_>],
        split: Option<usize>,
    ) -> Vec<u8> {
        let fields: Vec<ArrowField> = columns
            .iter()
            .map(|(name, labels, array)| {
                let metadata = [("labels".to_owned(), (*labels).to_owned())];
                ArrowField::new(*name, array.data_type().clone(), true)
                    .with_metadata(HashMap::from(metadata))
            })
            .collect();
        let metadata = HashMap::from([
            ("name".to_owned(), "f".to_owned()),
            ("meta".to_owned(), meta.to_owned()),
        ]);
        let schema = Arc::new(Schema::new(fields).with_metadata(metadata));
        let mut writer = FileWriter::try_new(Vec::new(), &schema).expect("a writer");
        if !columns.is_empty() {
            let arrays = columns.iter().map(|(_, _, array)| Arc::clone(array)).collect();
            let batch = RecordBatch::try_new(schema, arrays).expect("a batch");
            let split = split.unwrap_or(batch.num_rows());
            writer.write(&batch.slice(0, split)).expect("written");
            writer.write(&batch.slice(split, batch.num_rows() - split)).expect("written");
        }
        writer.into_inner().expect("a file")
    }

    pub(in crate::cli) fn frame(columns: &[TestColumn<'_>]) -> Frame {
        Frame::read(&file("{}", columns, None)).expect("a frame")
    }

    pub(in crate::cli) fn times(seconds: &[Option<i64>]) -> ArrayRef {
        let ns = seconds.iter().map(|second| second.map(|second| second * 1_000_000_000));
        Arc::new(ns.collect::<TimestampNanosecondArray>())
    }

    pub(in crate::cli) fn floats(values: &[Option<f64>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<Float64Array>())
    }

    pub(in crate::cli) fn ints(values: &[Option<i64>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<Int64Array>())
    }

    pub(in crate::cli) fn strings(values: &[Option<&str>]) -> ArrayRef {
        Arc::new(values.iter().copied().collect::<StringArray>())
    }

    fn response(response: DataResponse) -> QueryDataResponse {
        QueryDataResponse { responses: HashMap::from([(REF_ID.to_owned(), response)]) }
    }

    #[test]
    fn frames_keep_names_labels_meta_and_every_batch() {
        let columns = [
            ("t", "{}", times(&[Some(1), None, Some(3)])),
            ("v", r#"{"b":"2","a":"1"}"#, ints(&[None, Some(2), Some(3)])),
        ];
        let file = file(r#"{"notices":[]}"#, &columns, Some(1));
        let answer =
            Answer::read(response(DataResponse { frames: vec![file], ..DataResponse::default() }))
                .expect("one");
        let frame = &answer.frames[0];
        assert_eq!((frame.name.as_str(), frame.rows(), frame.batches.len()), ("f", 3, 2));
        assert_eq!(frame.meta["notices"], Value::Array(Vec::new()));
        assert_eq!(frame.fields[1].title(), r#"v{b="2", a="1"}"#);
        let cells: Vec<Cell<'_>> = frame
            .batches
            .iter()
            .flat_map(|batch| {
                (0..batch.num_rows()).flat_map(|row| {
                    Column::all(frame, batch).into_iter().map(move |column| column.cell(row))
                })
            })
            .collect();
        let second = 1_000_000_000;
        assert_eq!(
            cells,
            [
                Cell::Time(second),
                Cell::Null,
                Cell::Null,
                Cell::Int64(2),
                Cell::Time(3 * second),
                Cell::Int64(3)
            ]
        );
    }

    #[test]
    fn an_error_of_the_query_is_its_sentence() {
        let refused = response(DataResponse {
            error: "There is no column “x”".to_owned(),
            ..DataResponse::default()
        });
        assert_eq!(
            Answer::read(refused).expect_err("refused").to_string(),
            "There is no column “x”."
        );
        assert!(matches!(Answer::read(QueryDataResponse::default()), Err(CliError::NoAnswer)));
    }

    #[test]
    fn what_is_not_a_frame_is_an_error() {
        let torn =
            response(DataResponse { frames: vec![b"ARROW1".to_vec()], ..DataResponse::default() });
        assert!(matches!(Answer::read(torn), Err(CliError::Frame { .. })));
    }
}
