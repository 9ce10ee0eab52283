use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{ArrayRef, Float64Array, StringArray, TimestampNanosecondArray};

use super::*;
use crate::exec::{
    Aggregate, Bucket, Condition, Filter, Function, Grouping, Operator, Scalar, TimeRange,
};

const BUDGET: Budget = Budget { rows: 1_000, bytes: 1_000_000 };

/// time (seconds 0, 1, 2, none, 3), host, value.
fn batch() -> RecordBatch {
    let second = 1_000_000_000;
    let times = [Some(second), Some(0), Some(2 * second), None, Some(3 * second)];
    let columns: [(&str, ArrayRef); 3] = [
        ("time", Arc::new(TimestampNanosecondArray::from(times.to_vec()))),
        (
            "host",
            Arc::new(StringArray::from(vec![Some("a"), Some("b"), Some("a"), Some("a"), None])),
        ),
        (
            "value",
            Arc::new(Float64Array::from(vec![Some(1.0), Some(2.0), None, Some(4.0), Some(-5.0)])),
        ),
    ];
    RecordBatch::try_from_iter_with_nullable(columns.map(|(name, column)| (name, column, true)))
        .unwrap()
}

fn run(plan: Plan, budget: Budget) -> Result<Answer, ExecError> {
    let mut pipeline = Pipeline::new(plan, &batch().schema(), budget)?;
    // Twice a part of it, so that groups and limits work across batches.
    for part in [batch().slice(0, 2), batch().slice(2, 3)] {
        if pipeline.push(&part)?.is_break() {
            break;
        }
    }
    pipeline.finish()
}

fn floats(batch: &RecordBatch, name: &str) -> Vec<Option<f64>> {
    batch.column_by_name(name).unwrap().as_primitive::<Float64Type>().iter().collect()
}

#[test]
fn rows_filtered_sorted_and_limited() {
    let plan = Plan { columns: vec![2, 0], sort_by: Some(1), limit: Some(2), ..Plan::default() };
    let answer = run(plan, BUDGET).unwrap();
    assert_eq!(floats(&answer.batch, "value"), [Some(2.0), Some(1.0)]);
    assert_eq!((answer.rows_matched, answer.rows_without_time), (5, 1));
    let range = TimeRange { column: 0, from: 1_000_000_000, to: 2_000_000_000 };
    let answer =
        run(Plan { columns: vec![2], time_range: Some(range), ..Plan::default() }, BUDGET).unwrap();
    assert_eq!(floats(&answer.batch, "value"), [Some(1.0), None]);
    let condition = Condition::Compare(Operator::Equal, Scalar::Text("a".into()));
    let filters = vec![Filter { column: 1, condition }];
    let answer =
        run(Plan { columns: vec![2], filters, limit: Some(1), ..Plan::default() }, BUDGET).unwrap();
    assert_eq!(floats(&answer.batch, "value"), [Some(1.0)]);
}

fn aggregates() -> Vec<Aggregate> {
    let functions = [
        (Function::Count, "count"),
        (Function::Sum, "sum"),
        (Function::Mean, "mean"),
        (Function::Min, "min"),
        (Function::Max, "max"),
        (Function::First, "first"),
        (Function::Last, "last"),
    ];
    functions
        .map(|(function, name)| Aggregate { function, column: 2, name: name.to_owned() })
        .to_vec()
}

#[test]
fn groups() {
    let grouping = Grouping { bucket: None, keys: vec![1], aggregates: aggregates() };
    let answer = run(Plan { grouping: Some(grouping), ..Plan::default() }, BUDGET).unwrap().batch;
    let hosts: Vec<_> = answer.column(0).as_string::<i32>().iter().collect();
    assert_eq!(hosts, [Some("a"), Some("b"), None]);
    let counts: Vec<_> = answer.column(1).as_primitive::<Int64Type>().iter().flatten().collect();
    assert_eq!(counts, [2, 1, 1]);
    let expected = [
        ("sum", [5.0, 2.0, -5.0]),
        ("mean", [2.5, 2.0, -5.0]),
        ("min", [1.0, 2.0, -5.0]),
        ("max", [4.0, 2.0, -5.0]),
        ("first", [1.0, 2.0, -5.0]),
        ("last", [4.0, 2.0, -5.0]),
    ];
    for (name, values) in expected {
        assert_eq!(floats(&answer, name), values.map(Some), "{name}");
    }
}

#[test]
fn buckets_leave_out_rows_without_a_time() {
    let bucket = Some(Bucket { column: 0, width: 2_000_000_000 });
    let grouping = Grouping { bucket, keys: Vec::new(), aggregates: aggregates() };
    let plan = Plan { grouping: Some(grouping), sort_by: Some(0), ..Plan::default() };
    let answer = run(plan, BUDGET).unwrap().batch;
    assert_eq!(floats(&answer, "sum"), [Some(3.0), Some(-5.0)]);
}

#[test]
fn aggregates_over_no_rows_are_one_row() {
    let grouping = Grouping { aggregates: aggregates(), ..Grouping::default() };
    let none = TimeRange { column: 0, from: 1, to: 0 };
    let plan = Plan { grouping: Some(grouping), time_range: Some(none), ..Plan::default() };
    let answer = run(plan, BUDGET).unwrap().batch;
    assert_eq!(answer.num_rows(), 1);
    assert_eq!(floats(&answer, "sum"), [None]);
}

#[test]
fn a_mean_of_texts_is_an_error() {
    let aggregate = Aggregate { function: Function::Mean, column: 1, name: "mean(host)".into() };
    let grouping = Grouping { aggregates: vec![aggregate], ..Grouping::default() };
    let error =
        run(Plan { grouping: Some(grouping), ..Plan::default() }, BUDGET).unwrap_err().to_string();
    assert!(error.contains("mean needs a column of numbers") && error.contains("host"), "{error}");
}

#[test]
fn budgets() {
    let plan = || Plan { columns: vec![0, 1, 2], ..Plan::default() };
    let rows = Budget { rows: 3, ..BUDGET };
    assert!(matches!(run(plan(), rows), Err(ExecError::TooManyRows { limit: 3 })));
    assert!(matches!(
        run(plan(), Budget { bytes: 10, ..BUDGET }),
        Err(ExecError::TooManyBytes { limit: 10 })
    ));
    let grouping = Grouping { keys: vec![2], ..Grouping::default() };
    assert!(run(Plan { grouping: Some(grouping), ..Plan::default() }, rows).is_err());
}

#[test]
fn thinning_keeps_first_smallest_largest_last() {
    let times: Vec<i64> = (0..1_000).collect();
    let values: Vec<f64> =
        (0..1_000).map(|n| if n == 500 { 99.0 } else { f64::from(n % 7) }).collect();
    let columns: [(&str, ArrayRef); 2] = [
        ("time", Arc::new(TimestampNanosecondArray::from(times))),
        ("value", Arc::new(Float64Array::from(values))),
    ];
    let batch = RecordBatch::try_from_iter(columns).unwrap();
    let plan =
        Plan { columns: vec![0, 1], sort_by: Some(0), max_points: Some(40), ..Plan::default() };
    let mut pipeline =
        Pipeline::new(plan, &batch.schema(), Budget { rows: 10_000, ..BUDGET }).unwrap();
    let _more = pipeline.push(&batch).unwrap();
    let answer = pipeline.finish().unwrap();
    assert_eq!(answer.rows_before_downsampling, Some(1_000));
    assert!(answer.batch.num_rows() <= 40, "{}", answer.batch.num_rows());
    let kept = floats(&answer.batch, "value");
    assert!(
        kept.contains(&Some(99.0))
            && kept.first() == Some(&Some(0.0))
            && kept.last() == Some(&Some(5.0))
    );
}
