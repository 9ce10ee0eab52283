use super::*;

const LIMITS: Limits = Limits { record_bytes: 10_000, columns: 50 };

fn guess(text: &str) -> Inferred {
    infer(text.as_bytes(), &Dialect::default(), &Overrides::default(), LIMITS).unwrap()
}

/// Columns as `name:type`, times with their format.
fn columns(text: &str) -> String {
    let name = |column: &Column| match column.column_type {
        ColumnType::Time(format) => format!("{}:{}", column.name, format.name()),
        other => format!("{}:{other}", column.name),
    };
    guess(text).schema.columns.iter().map(name).collect::<Vec<_>>().join(" ")
}

#[test]
fn types() {
    let cases = [
        ("a\n1\n2\n", "a:int64"),
        ("a\n1\n2.5\n", "a:float64"),
        ("a\n1e5\nNaN\n", "a:float64"),
        ("a\ntrue\nFALSE\n", "a:bool"),
        ("a\nyes\noff\n", "a:bool"),
        ("a\n0\n1\n", "a:int64"),
        ("a\nx\n1\n", "a:string"),
        ("a\n007\n1\n", "a:string"),
        ("a\n18446744073709551616\n1\n", "a:string"),
        ("a\n9007199254740993\n", "a:int64"),
        ("a\n-\n1\nN/A\n", "a:int64"),
        ("a,b\n,1\n", "a:string b:int64"),
        ("a\n2024-01-01\n2024-01-02 03:04\n", "a:iso8601"),
        ("a\n2024-01-01\nsoon\n", "a:string"),
        ("time\n1694532425\n1694532426.5\n", "time:epoch_s"),
        ("Event Time\n1694532425000\n", "Event Time:epoch_ms"),
        ("value\n1694532425\n", "value:int64"),
        ("time\n1694532425\n1694532425000\n", "time:int64"),
        ("sometime\n1694532425\n", "sometime:int64"),
        ("a;b\n1;2\n", "a:int64 b:int64"),
        ("\u{feff}a,b\n1,2\n", "a:int64 b:int64"),
        ("a,a,\n1,2,3\n", "a:int64 a (2):int64 Column 3:int64"),
        ("a , b\n 1, 2.5\n", "a:int64 b:float64"),
    ];
    for (text, expected) in cases {
        assert_eq!(columns(text), expected, "{text:?}");
    }
}

#[test]
fn utf_16_by_its_mark() {
    let bytes: Vec<u8> =
        "\u{feff}a;b\r\n1;é\r\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let inferred =
        infer(bytes.as_slice(), &Dialect::default(), &Overrides::default(), LIMITS).unwrap();
    assert_eq!(inferred.schema.columns[1].examples, ["é"]);
}

#[test]
fn windows_1252_when_told() {
    let dialect =
        Dialect { encoding: Dialect::encoding("windows-1252").unwrap(), ..Dialect::default() };
    let inferred = infer(&b"a\n\xe9\n"[..], &dialect, &Overrides::default(), LIMITS).unwrap();
    assert_eq!(inferred.schema.columns[0].examples, ["é"]);
}

#[test]
fn no_header_and_other_names() {
    let dialect =
        Dialect { header: false, column_names: vec!["t".to_owned()], ..Dialect::default() };
    let inferred = infer(&b"1,x\n2,y\n"[..], &dialect, &Overrides::default(), LIMITS).unwrap();
    let names: Vec<&str> =
        inferred.schema.columns.iter().map(|column| column.name.as_str()).collect();
    assert_eq!(names, ["t", "Column 2"]);
    assert_eq!(inferred.rows_sampled, 2);
}

#[test]
fn skipped_lines_and_comments() {
    let dialect = Dialect { skip_rows: 2, comment: Some(b'#'), ..Dialect::default() };
    let text = "device; 1\nfirmware; 2\n# note; x\na,b\n1,2\n";
    let inferred = infer(text.as_bytes(), &dialect, &Overrides::default(), LIMITS).unwrap();
    assert_eq!(inferred.dialect.delimiter, Some(b','));
    assert_eq!(inferred.schema.columns[0].name, "a");
}

#[test]
fn overrides_win() {
    let types = vec![TypeOverride {
        column: "a".to_owned(),
        column_type: Some(ColumnType::Float64),
        zone: None,
        unit: "celsius".to_owned(),
    }];
    let overrides = Overrides { zone: None, types };
    let inferred = infer(&b"a\n1\n"[..], &Dialect::default(), &overrides, LIMITS).unwrap();
    let column = &inferred.schema.columns[0];
    assert_eq!(
        (column.column_type, column.guessed, column.unit.as_str()),
        (ColumnType::Float64, false, "celsius")
    );
    assert!(matches!(
        infer(&b"b\n1\n"[..], &Dialect::default(), &overrides, LIMITS),
        Err(CsvError::NoColumn { column, known }) if column == "a" && known == "b"
    ));
}

#[test]
fn what_is_no_csv() {
    let long = "x".repeat(1_000_000);
    let wide = ",".repeat(60);
    let cases: [(&[u8], &str); 10] = [
        (b"", "is empty"),
        (b"\n\n", "is empty"),
        (b"\x1f\x8b\x08\0", "gzip"),
        (b"PK\x03\x04\0", "zip archive"),
        (b"a\n\0\n", "NUL byte"),
        (b"\0\0\0\0", "near its start."),
        (b"a\0\n\0", "UTF-16"),
        (b"a\n\xff\n", "Line 2, column 1"),
        (long.as_bytes(), "longer than 10000 bytes"),
        (wide.as_bytes(), "61 columns"),
    ];
    for (bytes, expected) in cases {
        let error = infer(bytes, &Dialect::default(), &Overrides::default(), LIMITS)
            .unwrap_err()
            .to_string();
        assert!(error.contains(expected), "{error}");
    }
}
