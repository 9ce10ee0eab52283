use arrow_array::Array;
use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};

use super::*;
use crate::csv::{Inferred, Overrides, infer};

const LIMITS: Limits = Limits { record_bytes: 1_000_000, columns: 100 };

/// Infers from `head`, then scans `text` (which may say otherwise).
fn run(head: &str, text: &str, on_error: OnError) -> Result<(Vec<RecordBatch>, Report), CsvError> {
    run_with(head, text, on_error, &Dialect::default())
}

fn run_with(
    head: &str,
    text: &str,
    on_error: OnError,
    dialect: &Dialect,
) -> Result<(Vec<RecordBatch>, Report), CsvError> {
    let Inferred { dialect, schema, .. } =
        infer(head.as_bytes(), dialect, &Overrides::default(), LIMITS)?;
    let options =
        ScanOptions { columns: (0..schema.columns.len()).collect(), on_error, limits: LIMITS };
    let mut batches = Vec::new();
    let report = scan(text.as_bytes(), &dialect, &schema, &options, &mut |batch| {
        batches.push(batch);
        ControlFlow::Continue(())
    })?;
    Ok((batches, report))
}

fn ints(batch: &RecordBatch, column: usize) -> Vec<Option<i64>> {
    batch.column(column).as_primitive::<Int64Type>().iter().collect()
}

#[test]
fn values_that_do_not_fit_become_null_and_are_counted() {
    let (batches, report) = run("a,b\n1,2\n", "a,b\n1,2\nx,3\n4,\n", OnError::Null).unwrap();
    assert_eq!(ints(&batches[0], 0), [Some(1), None, Some(4)]);
    assert_eq!(ints(&batches[0], 1), [Some(2), Some(3), None]);
    assert_eq!((report.rows_read, report.rows_skipped, report.misfits), (3, 0, 1));
    let expected =
        Problem { line: 3, column: "a".into(), text: "x".into(), reason: "not an int64".into() };
    assert_eq!(report.problems, [expected]);
}

#[test]
fn or_their_rows_are_left_out() {
    let (batches, report) = run("a,b\n1,2\n", "a,b\n1,2\nx,3\n4,5\n", OnError::Skip).unwrap();
    assert_eq!(ints(&batches[0], 0), [Some(1), Some(4)]);
    assert_eq!((report.rows_read, report.rows_skipped), (3, 1));
}

#[test]
fn or_the_scan_fails() {
    let error = run("a,b\n1,2\n", "a,b\n1,2\nx,3\n", OnError::Fail).unwrap_err();
    assert!(matches!(error, CsvError::Misfit { line: 3, column, .. } if column == "a"));
}

#[test]
fn ragged_lines_are_reported() {
    let (batches, report) = run("a,b\n1,2\n", "a,b\n1\n3,4,5\n6,7,\n", OnError::Null).unwrap();
    assert_eq!(ints(&batches[0], 1), [None, Some(4), Some(7)]);
    let lines: Vec<u64> = report.problems.iter().map(|problem| problem.line).collect();
    assert_eq!(lines, [2, 3]);
}

#[test]
fn a_guess_that_is_too_narrow_says_where() {
    let error = run("a\n1\n", "a\n1\n2.5\n", OnError::Null).unwrap_err();
    assert!(matches!(
        error,
        CsvError::Widen { line: 3, column: 0, from: ColumnType::Int64, to: ColumnType::Float64 }
    ));
    let error = run("a\ntrue\n", "a\ntrue\nmaybe\n", OnError::Null).unwrap_err();
    assert!(matches!(error, CsvError::Widen { to: ColumnType::String, .. }));
}

#[test]
fn lines_are_counted_over_blanks_comments_and_quoted_breaks() {
    let dialect = Dialect { comment: Some(b'#'), skip_rows: 1, ..Dialect::default() };
    let text = "preamble\na,b\n\n# note\n\"1\n\",1\n\nx,x\n";
    let (_, report) = run_with("preamble\na,b\nq,1\n", text, OnError::Null, &dialect).unwrap();
    assert_eq!(report.problems[0].line, 8);
    let (_, report) = run("a\n1\n", "a\n1\nx", OnError::Null).unwrap();
    assert_eq!(report.problems[0].line, 3);
}

#[test]
fn a_decimal_comma() {
    let dialect = Dialect { decimal_comma: true, ..Dialect::default() };
    let (batches, _) =
        run_with("a;b\n1,5;2\n", "a;b\n1,5;2\n-0,25;3\n", OnError::Null, &dialect).unwrap();
    let floats = batches[0].column(0).as_primitive::<Float64Type>();
    assert_eq!(floats.values(), &[1.5, -0.25]);
}

#[test]
fn a_sink_that_breaks_stops_the_scan() {
    let text = format!("a\n{}", "1\n".repeat(3 * BATCH_ROWS));
    let Inferred { dialect, schema, .. } =
        infer(text.as_bytes(), &Dialect::default(), &Overrides::default(), LIMITS).unwrap();
    let options = ScanOptions { columns: vec![0], on_error: OnError::Null, limits: LIMITS };
    let report =
        scan(text.as_bytes(), &dialect, &schema, &options, &mut |_| ControlFlow::Break(()))
            .unwrap();
    assert_eq!(report.rows_read, BATCH_ROWS as u64);
}

#[test]
fn a_record_that_never_ends_is_an_error() {
    let text = format!("a\n1\n\"{}", "x\n".repeat(1_000_000));
    let error = run("a\n1\n", &text, OnError::Null).unwrap_err();
    assert!(matches!(error, CsvError::RecordTooLong { line: 3, .. }), "{error}");
}

proptest::proptest! {
    /// What a writer of RFC 4180 writes, a scan reads back.
    #[test]
    fn texts_survive(rows in proptest::collection::vec(proptest::collection::vec("[ -~éß\n\r\"]{0,12}", 3), 1..40)) {
        let mut writer = csv::Writer::from_writer(Vec::new());
        writer.write_record(["a", "b", "c"]).unwrap();
        for row in &rows {
            writer.write_record(row).unwrap();
        }
        let text = String::from_utf8(writer.into_inner().unwrap()).unwrap();
        let dialect = Dialect { all_text: true, delimiter: Some(b','), ..Dialect::default() };
        let (batches, report) = run_with(&text, &text, OnError::Null, &dialect).unwrap();
        proptest::prop_assert_eq!(report.rows_read, rows.len() as u64);
        for (index, row) in rows.iter().enumerate() {
            for (column, cell) in row.iter().enumerate() {
                let strings = batches[0].column(column).as_string::<i32>();
                let read = if strings.is_null(index) { "" } else { strings.value(index) };
                proptest::prop_assert_eq!(read, cell);
            }
        }
    }

    /// No bytes make the reader panic or run away.
    #[test]
    fn nothing_panics(bytes in proptest::collection::vec(proptest::num::u8::ANY, 0..300)) {
        let limits = Limits { record_bytes: 100, columns: 20 };
        if let Ok(inferred) = infer(bytes.as_slice(), &Dialect::default(), &Overrides::default(), limits) {
            let columns = (0..inferred.schema.columns.len()).collect();
            let options = ScanOptions { columns, on_error: OnError::Skip, limits };
            let _outcome = scan(&*bytes, &inferred.dialect, &inferred.schema, &options, &mut |_| ControlFlow::Continue(()));
        }
    }
}
