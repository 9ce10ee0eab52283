use super::*;

const FULL: &str = r##"{
    "version": 1, "path": "a.csv", "format": "timeseries-long", "timeColumn": "t", "timeZone": "Europe/Madrid",
    "applyTimeRange": false, "columns": ["t", "v"],
    "columnTypes": [{"column": "t", "type": "time", "timeFormat": "epoch_ms", "timeZone": "UTC", "unit": ""}],
    "filters": [{"column": "v", "operator": ">=", "value": "3"}], "groupBy": ["host"],
    "aggregates": [{"function": "mean", "column": "v"}], "interval": "5m", "limit": 10, "downsample": "m4",
    "onError": "skip",
    "dialect": {"delimiter": ";", "quote": "'", "escape": "\\", "comment": "#", "decimal": ",",
                "encoding": "windows-1252", "nullTokens": ["x"], "headerRows": 0, "skipRows": 2,
                "columnNames": ["a"], "allText": true},
    "somethingNew": {"kept": true}
}"##;

fn schema_accepts(query: &serde_json::Value) -> bool {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/query.schema.json")).unwrap();
    let (mut schemas, mut compiler) = (boon::Schemas::new(), boon::Compiler::new());
    compiler.add_resource("query.json", schema).unwrap();
    let index = compiler.compile("query.json", &mut schemas).unwrap();
    schemas.validate(query, index).is_ok()
}

#[test]
fn a_query_survives_reading_and_writing() {
    let query = Query::from_json(FULL.as_bytes()).unwrap();
    let written = serde_json::to_value(&query).unwrap();
    assert_eq!(written, serde_json::from_str::<serde_json::Value>(FULL).unwrap());
}

#[test]
fn what_is_written_fits_the_schema() {
    let default = Query { path: "a.csv".to_owned(), ..Query::default() };
    assert!(schema_accepts(&serde_json::to_value(default).unwrap()));
    assert!(schema_accepts(&serde_json::from_str(FULL).unwrap()));
}

#[test]
fn every_default_of_the_schema_is_ours() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/query.schema.json")).unwrap();
    let ours = serde_json::to_value(Query::default()).unwrap();
    for (name, field) in schema["properties"].as_object().unwrap() {
        if let Some(default) = field.get("default") {
            assert_eq!(&ours[name], default, "{name}");
        }
    }
    for (name, field) in schema["properties"]["dialect"]["properties"].as_object().unwrap() {
        if name != "nullTokens" {
            assert_eq!(ours["dialect"][name], field["default"], "dialect.{name}");
        }
    }
}

#[test]
fn every_word_of_the_schema_is_read_and_no_other() {
    let schema: serde_json::Value =
        serde_json::from_str(include_str!("../../docs/query.schema.json")).unwrap();
    for field in ["format", "downsample", "onError"] {
        for word in schema["properties"][field]["enum"].as_array().unwrap() {
            let json = serde_json::json!({ "path": "a.csv", field: word });
            assert!(Query::from_json(json.to_string().as_bytes()).is_ok(), "{json}");
        }
        let json = serde_json::json!({ "path": "a.csv", field: "pie" });
        let error = Query::from_json(json.to_string().as_bytes()).unwrap_err().to_string();
        assert!(error.contains(field) && error.contains("pie"), "{error}");
    }
}

#[test]
fn a_query_without_a_version_is_the_first_one() {
    assert_eq!(Query::from_json(br#"{"path":"a.csv"}"#).unwrap().version, 1);
    let error = Query::from_json(br#"{"path":"a.csv","version":2}"#).unwrap_err();
    assert!(matches!(error, QueryError::Version { version: 2, known: 1 }));
}

#[test]
fn a_query_that_is_none_says_where() {
    let cases: [(&[u8], &str); 5] = [
        (b"", "at `.`"),
        (b"[]", "at `.`"),
        (br#"{"path": 3}"#, "at `path`"),
        (
            br#"{"path": "a", "filters": [{"column": "a", "operator": "~~", "value": ""}]}"#,
            "filters[0].operator",
        ),
        (br#"{"limit": 3}"#, "names no file"),
    ];
    for (json, expected) in cases {
        let error = Query::from_json(json).unwrap_err().to_string();
        assert!(error.contains(expected), "{error}");
    }
}

#[test]
fn lists_have_an_end() {
    let filter = serde_json::json!({ "column": "a", "operator": "=~", "value": "b" });
    for (filters, fits) in [(100, true), (101, false)] {
        let json = serde_json::json!({ "path": "a.csv", "filters": vec![filter.clone(); filters] });
        let read = Query::from_json(json.to_string().as_bytes());
        assert_eq!(read.is_ok(), fits, "{filters}");
    }
}

#[test]
fn intervals() {
    let cases = [
        ("1ms", Some(1_000_000)),
        ("5m", Some(300_000_000_000)),
        ("1w", Some(604_800_000_000_000)),
    ];
    for (text, expected) in cases {
        let query = Query { interval: text.to_owned(), ..Query::default() };
        assert_eq!(query.interval_ns().unwrap(), expected, "{text}");
    }
    for text in ["0s", "m", "5", "-1s", "1.5h", "99999999999999999w", "5 m", "١m"] {
        let query = Query { interval: text.to_owned(), ..Query::default() };
        assert!(query.interval_ns().is_err(), "{text}");
    }
}
