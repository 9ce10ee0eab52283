//! Series: rows with the same texts.

use std::collections::HashMap;

use arrow_array::Array;
use arrow_array::cast::AsArray;

use super::shape::Parts;
use super::{FrameError, Labels};

/// A series and its rows, ascending.
pub(super) struct Series {
    pub(super) labels: Labels,
    pub(super) rows: Vec<u64>,
}

/// The series of an answer in order of first appearance; one without labels where there is no text column.
pub(super) fn series(parts: &Parts<'_>, max_series: usize) -> Result<Vec<Series>, FrameError> {
    let mut numbers: HashMap<Vec<Option<&str>>, usize> = HashMap::new();
    let mut found: Vec<Series> = Vec::new();
    let texts: Vec<_> =
        parts.texts.iter().map(|column| parts.batch.column(*column).as_string::<i32>()).collect();
    for row in 0..parts.batch.num_rows() {
        let key: Vec<Option<&str>> =
            texts.iter().map(|t| t.is_valid(row).then(|| t.value(row))).collect();
        let number = *numbers.entry(key).or_insert(found.len());
        if number == found.len() {
            found.push(Series { labels: labels(parts, row), rows: Vec::new() });
        }
        if found.len() * parts.numbers.len() > max_series {
            return Err(FrameError::TooManySeries { limit: max_series });
        }
        found[number].rows.push(row as u64);
    }
    Ok(found)
}

/// The texts of a row, by column; a null gives no label.
fn labels(parts: &Parts<'_>, row: usize) -> Labels {
    let schema = parts.batch.schema();
    let label = |column: &usize| {
        let values = parts.batch.column(*column).as_string::<i32>();
        values
            .is_valid(row)
            .then(|| (schema.field(*column).name().clone(), values.value(row).to_owned()))
    };
    parts.texts.iter().filter_map(label).collect()
}
