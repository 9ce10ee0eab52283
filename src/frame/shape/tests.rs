//! Each shape as readable text: type, then fields as `name{labels} type?: values`, `?` for a field that may hold nulls.

use std::fmt::Write;
use std::sync::Arc;

use arrow_array::{
    ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampNanosecondArray,
};

use super::*;

const BUDGET: Budget = Budget { series: 10, bytes: 1_000 };

/// Two hosts; `b` has no value at the first time and the second time stands there twice for `a`.
fn rows() -> RecordBatch {
    let columns: [(&str, ArrayRef); 4] = [
        ("time", Arc::new(TimestampNanosecondArray::from(vec![1, 1, 2, 2]))),
        ("host", Arc::new(StringArray::from(vec![Some("a"), None, Some("a"), Some("a")]))),
        ("load", Arc::new(Float64Array::from(vec![Some(0.5), None, Some(1.5), Some(2.5)]))),
        ("up", Arc::new(BooleanArray::from(vec![true, false, true, false]))),
    ];
    batch(columns)
}

fn batch<const N: usize>(columns: [(&str, ArrayRef); N]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, values)| (name, values, true)))
        .unwrap()
}

fn text(frames: &[Frame]) -> String {
    let mut text = String::new();
    for frame in frames {
        let version = frame.meta.type_version;
        let kind = frame.meta.frame_type.unwrap_or("untyped");
        writeln!(text, "{kind} {}.{}", version[0], version[1]).unwrap();
        for notice in &frame.meta.notices {
            writeln!(text, "  notice: {}", notice.text).unwrap();
        }
        for field in &frame.fields {
            let json = Frame { fields: vec![field.clone()], ..Frame::default() }.to_json("");
            let nullable = if field.nullable { "?" } else { "" };
            let kind = json["schema"]["fields"][0]["typeInfo"]["frame"].as_str().unwrap();
            let values = match &json["data"]["nanos"][0] {
                serde_json::Value::Null => &json["data"]["values"][0],
                nanos => nanos,
            };
            writeln!(text, "  {}{:?} {kind}{nullable}: {values}", field.name, field.labels)
                .unwrap();
        }
    }
    text
}

fn shaped(wanted: Shape) -> String {
    text(&shape(&rows(), Some(0), wanted, BUDGET).unwrap())
}

#[test]
fn table() {
    insta::assert_snapshot!(shaped(Shape::Table), @r#"
table 0.1
  time{} time.Time?: [1,1,2,2]
  host{} string?: ["a",null,"a","a"]
  load{} float64?: [0.5,null,1.5,2.5]
  up{} bool?: [true,false,true,false]
"#);
}

#[test]
fn wide() {
    insta::assert_snapshot!(shaped(Shape::TimeSeriesWide), @r#"
timeseries-wide 0.1
  notice: 1 rows repeat a time of their series; of each time the last row is shown. The format timeseries-long or an aggregate keeps them.
  time{} time.Time: [1,2]
  load{"host": "a"} float64?: [0.5,2.5]
  up{"host": "a"} bool?: [true,false]
  load{} float64?: [null,null]
  up{} bool?: [false,null]
"#);
}

#[test]
fn long() {
    insta::assert_snapshot!(shaped(Shape::TimeSeriesLong), @r#"
timeseries-long 0.1
  time{} time.Time: [1,1,2,2]
  host{} string?: ["a",null,"a","a"]
  load{} float64?: [0.5,null,1.5,2.5]
  up{} bool?: [true,false,true,false]
"#);
}

#[test]
fn multi() {
    insta::assert_snapshot!(shaped(Shape::TimeSeriesMulti), @r#"
timeseries-multi 0.1
  time{} time.Time: [1,2,2]
  load{"host": "a"} float64?: [0.5,1.5,2.5]
timeseries-multi 0.1
  time{} time.Time: [1,2,2]
  up{"host": "a"} bool?: [true,true,false]
timeseries-multi 0.1
  time{} time.Time: [1]
  load{} float64?: [null]
timeseries-multi 0.1
  time{} time.Time: [1]
  up{} bool?: [false]
"#);
}

#[test]
fn numbers() {
    let rows = rows().slice(0, 2);
    let all = [Shape::NumericWide, Shape::NumericMulti, Shape::Numeric]
        .map(|wanted| text(&shape(&rows, Some(0), wanted, BUDGET).unwrap()));
    insta::assert_snapshot!(all.join("\n"), @r#"
numeric-wide 0.1
  load{"host": "a"} float64?: [0.5]
  up{"host": "a"} bool?: [true]
  load{} float64?: [null]
  up{} bool?: [false]

numeric-multi 0.1
  load{"host": "a"} float64?: [0.5]
numeric-multi 0.1
  up{"host": "a"} bool?: [true]
numeric-multi 0.1
  load{} float64?: [null]
numeric-multi 0.1
  up{} bool?: [false]

numeric-long 0.1
  host{} string?: ["a",null]
  load{} float64?: [0.5,null]
  up{} bool?: [true,false]
"#);
}

#[test]
fn logs() {
    let columns: [(&str, ArrayRef); 4] = [
        ("when", Arc::new(TimestampNanosecondArray::from(vec![1, 2]))),
        ("level", Arc::new(StringArray::from(vec![Some("error"), None]))),
        ("message", Arc::new(StringArray::from(vec![Some("no disk"), None]))),
        ("code", Arc::new(Int64Array::from(vec![Some(7), None]))),
    ];
    insta::assert_snapshot!(text(&shape(&batch(columns), Some(0), Shape::Logs, BUDGET).unwrap()), @r#"
log-lines 0.0
  timestamp{} time.Time: [1,2]
  body{} string: ["no disk",""]
  severity{} string?: ["error",null]
  labels{} json.RawMessage: [{"code":"7"},{}]
"#);
}

#[test]
fn a_time_series_without_text_is_wide_and_keeps_rows_of_one_time() {
    let columns = |times: Vec<i64>| -> [(&str, ArrayRef); 2] {
        let values = (0..times.len()).map(|_| 1.0).collect::<Vec<f64>>();
        [
            ("time", Arc::new(TimestampNanosecondArray::from(times))),
            ("v", Arc::new(Float64Array::from(values))),
        ]
    };
    let kind = |times: Vec<i64>| {
        let frames = shape(&batch(columns(times)), Some(0), Shape::TimeSeries, BUDGET).unwrap();
        (frames[0].meta.frame_type.unwrap(), frames[0].rows())
    };
    assert_eq!(kind(vec![1, 2]), ("timeseries-wide", 2));
    assert_eq!(kind(vec![1, 1]), ("timeseries-multi", 2));
}

#[test]
fn no_rows_keep_their_type() {
    let none = rows().slice(0, 0);
    let types = [
        (Shape::TimeSeriesWide, 0),
        (Shape::TimeSeriesLong, 0),
        (Shape::TimeSeriesMulti, 0),
        (Shape::NumericWide, 0),
        (Shape::NumericLong, 0),
        (Shape::NumericMulti, 0),
        (Shape::Table, 4),
    ];
    for (wanted, fields) in types {
        let frames = shape(&none, Some(0), wanted, BUDGET).unwrap();
        assert_eq!(frames[0].fields.len(), fields, "{wanted:?}");
        assert_eq!(frames[0].meta.frame_type, Some(wanted.name()), "{wanted:?}");
    }
}

#[test]
fn what_a_shape_needs() {
    let texts: [(&str, ArrayRef); 1] = [("a", Arc::new(StringArray::from(vec!["x"])))];
    let numbers: [(&str, ArrayRef); 1] = [("a", Arc::new(Int64Array::from(vec![1])))];
    let (texts, numbers) = (batch(texts), batch(numbers));
    let cases = [
        (&texts, None, Shape::TimeSeries, "needs a time column"),
        (&texts, None, Shape::NumericLong, "needs a column of numbers"),
        (&numbers, None, Shape::Logs, "needs a time column"),
        (&rows(), Some(0), Shape::NumericWide, "text columns tell apart"),
    ];
    for (batch, time, wanted, expected) in cases {
        let error = shape(batch, time, wanted, BUDGET).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
    let error = shape(&rows(), Some(0), Shape::TimeSeriesMulti, Budget { series: 3, ..BUDGET })
        .unwrap_err();
    assert!(matches!(error, FrameError::TooManySeries { limit: 3 }));
    // Two times, two series, two numbers: 64 bytes.
    let wide = |bytes| shape(&rows(), Some(0), Shape::TimeSeriesWide, Budget { bytes, ..BUDGET });
    assert!(wide(64).is_ok());
    assert!(matches!(wide(63), Err(FrameError::TooWide { limit: 63 })));
}

#[test]
fn the_ipc_file_says_what_grafana_reads() {
    let mut frame = shape(&rows(), Some(0), Shape::TimeSeriesMulti, BUDGET).unwrap().remove(0);
    frame.fields[1].unit = "celsius".to_owned();
    let bytes = frame.to_arrow("A").unwrap();
    let reader = arrow_ipc::reader::FileReader::try_new(std::io::Cursor::new(bytes), None).unwrap();
    let schema = reader.schema();
    assert_eq!(schema.metadata()["refId"], "A");
    let meta: serde_json::Value = serde_json::from_str(&schema.metadata()["meta"]).unwrap();
    assert_eq!(meta["type"], "timeseries-multi");
    assert_eq!(meta["typeVersion"], serde_json::json!([0, 1]));
    assert!(!schema.field(0).is_nullable() && schema.field(1).is_nullable());
    assert_eq!(schema.field(1).metadata()["labels"], r#"{"host":"a"}"#);
    assert_eq!(schema.field(1).metadata()["config"], r#"{"unit":"celsius"}"#);
    assert_eq!(reader.map(|batch| batch.unwrap().num_rows()).sum::<usize>(), frame.rows());
}

#[test]
fn json_keeps_what_json_has_not() {
    let columns: [(&str, ArrayRef); 2] = [
        ("t", Arc::new(TimestampNanosecondArray::from(vec![-1]))),
        ("v", Arc::new(Float64Array::from(vec![f64::NEG_INFINITY]))),
    ];
    let frame = shape(&batch(columns), None, Shape::Table, BUDGET).unwrap().remove(0);
    let json = frame.to_json("A");
    assert_eq!(json["data"]["values"], serde_json::json!([[-1], [null]]));
    assert_eq!(json["data"]["nanos"], serde_json::json!([[999_999], null]));
    assert_eq!(json["data"]["entities"][1]["NegInf"], serde_json::json!([0]));
}
