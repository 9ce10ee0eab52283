//! Thinning a series to the width of a panel with M4: of each stretch of time the first, smallest, largest and last
//! value, so that a line drawn through what is left looks like the line through all (Jugel et al., "M4: A
//! Visualization-Oriented Time Series Data Aggregation", VLDB 2014).

use std::collections::{BTreeSet, HashMap};

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampNanosecondType;
use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use super::ExecError;
use super::aggregate::number;
use super::rows::take;

/// Keeps of each series (rows with the same texts) the rows that hold the first, smallest, largest or last value of a
/// number column in one of `max_points / 4` equal stretches of time. The batch is sorted by the time column `time`.
pub(super) fn m4(
    batch: &RecordBatch,
    time: usize,
    max_points: usize,
) -> Result<RecordBatch, ExecError> {
    let stretches = (max_points / 4).max(1);
    let stretch = stretch_of(batch, time, stretches);
    let texts = columns_of(batch, |data_type| *data_type == DataType::Utf8);
    let numbers =
        columns_of(batch, |data_type| matches!(data_type, DataType::Int64 | DataType::Float64));
    let mut extremes: HashMap<(Vec<Option<&str>>, i128), Stretch> = HashMap::new();
    for row in 0..batch.num_rows() {
        let series = texts.iter().map(|column| text(batch.column(*column), row)).collect();
        let found = extremes
            .entry((series, stretch(row)))
            .or_insert_with(|| Stretch::new(row, numbers.len()));
        found.last = row;
        for (extreme, column) in found.extremes.iter_mut().zip(&numbers) {
            if let Some(value) = value(batch.column(*column), row) {
                extreme.see(value, row);
            }
        }
    }
    let kept: BTreeSet<u64> =
        extremes.values().flat_map(Stretch::rows).map(|row| row as u64).collect();
    if kept.len() == batch.num_rows() {
        Ok(batch.clone())
    } else {
        take(batch, kept.into_iter().collect())
    }
}

/// Rows of one stretch of one series.
struct Stretch {
    first: usize,
    last: usize,
    extremes: Vec<Extreme>,
}

/// Smallest and largest value of one column, with their rows.
#[derive(Clone, Default)]
struct Extreme(Option<((f64, usize), (f64, usize))>);

impl Stretch {
    fn new(row: usize, numbers: usize) -> Self {
        Self { first: row, last: row, extremes: vec![Extreme::default(); numbers] }
    }

    fn rows(&self) -> impl Iterator<Item = usize> {
        let extremes = self.extremes.iter().filter_map(|extreme| extreme.0);
        [self.first, self.last]
            .into_iter()
            .chain(extremes.flat_map(|(smallest, largest)| [smallest.1, largest.1]))
    }
}

impl Extreme {
    fn see(&mut self, value: f64, row: usize) {
        let (smallest, largest) = self.0.get_or_insert(((value, row), (value, row)));
        if value < smallest.0 {
            *smallest = (value, row);
        }
        if value > largest.0 {
            *largest = (value, row);
        }
    }
}

/// The stretch that each row lies in. 128 bits: the times may lie 584 years apart.
fn stretch_of(batch: &RecordBatch, time: usize, stretches: usize) -> impl Fn(usize) -> i128 {
    let times = batch.column(time).as_primitive::<TimestampNanosecondType>();
    let first = times.values().first().copied().map_or(0, i128::from);
    let width = times.values().last().copied().map_or(0, i128::from) - first + 1;
    move |row| (i128::from(times.value(row)) - first) * stretches as i128 / width
}

fn columns_of(batch: &RecordBatch, wanted: impl Fn(&DataType) -> bool) -> Vec<usize> {
    (0..batch.num_columns()).filter(|column| wanted(batch.column(*column).data_type())).collect()
}

fn text(array: &dyn Array, row: usize) -> Option<&str> {
    array.is_valid(row).then(|| array.as_string::<i32>().value(row))
}

fn value(array: &dyn Array, row: usize) -> Option<f64> {
    array.is_valid(row).then(|| number(array, row)).filter(|value| !value.is_nan())
}
