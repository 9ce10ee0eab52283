//! Time series out of frames of any shape: each number column is one, and string columns (long frames, plain tables)
//! split it further.

use std::collections::HashMap;

use crate::cli::answer::{Cell, Column, Frame, Kind};

/// One line of a plot, in ascending time, with at least one finite value.
#[derive(Debug, PartialEq)]
pub(super) struct Series {
    /// Name, labels or string cells, and unit.
    pub(super) title: String,
    /// Nanoseconds since the epoch, and the value; none is a gap.
    pub(super) points: Vec<(i64, Option<f64>)>,
}

impl Series {
    /// The smallest and the largest finite value.
    pub(super) fn values(&self) -> (f64, f64) {
        let values = self.points.iter().filter_map(|point| point.1);
        values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
            (low.min(value), high.max(value))
        })
    }

    /// The first and the last time.
    pub(super) fn times(&self) -> (i64, i64) {
        let time =
            |point: Option<&(i64, Option<f64>)>| point.map(|point| point.0).unwrap_or_default();
        (time(self.points.first()), time(self.points.last()))
    }
}

/// The series of all frames, in their order.
pub(super) fn all(frames: &[Frame]) -> Vec<Series> {
    let mut all: Vec<Series> = frames.iter().flat_map(of_frame).collect();
    all.retain(|series| series.points.iter().any(|point| point.1.is_some()));
    for series in &mut all {
        series.points.sort_by_key(|point| point.0);
    }
    all
}

fn of_frame(frame: &Frame) -> Vec<Series> {
    let Some(time) = frame.time_field() else { return Vec::new() };
    let of_kind = |wanted: fn(Kind) -> bool| -> Vec<usize> {
        (0..frame.fields.len()).filter(|index| wanted(frame.fields[*index].kind)).collect()
    };
    let numbers = of_kind(Kind::is_number);
    let strings = of_kind(|kind| kind == Kind::String);
    let mut all: Vec<Series> = Vec::new();
    let mut places: HashMap<(usize, Vec<String>), usize> = HashMap::new();
    for batch in &frame.batches {
        let columns = Column::all(frame, batch);
        for row in 0..batch.num_rows() {
            let Cell::Time(instant) = columns[time].cell(row) else { continue };
            let key: Vec<String> =
                strings.iter().map(|index| string(columns[*index].cell(row))).collect();
            for number in &numbers {
                let place = *places.entry((*number, key.clone())).or_insert_with(|| {
                    all.push(Series { title: title(frame, *number, &key), points: Vec::new() });
                    all.len() - 1
                });
                all[place].points.push((instant, finite(columns[*number].cell(row))));
            }
        }
    }
    all
}

fn title(frame: &Frame, number: usize, key: &[String]) -> String {
    let field = &frame.fields[number];
    let mut title = field.title();
    for part in key.iter().filter(|part| !part.is_empty()) {
        title = format!("{title} · {part}");
    }
    if !field.unit.is_empty() {
        title = format!("{title} ({})", field.unit);
    }
    title
}

fn string(cell: Cell<'_>) -> String {
    if let Cell::String(text) = cell { text.to_owned() } else { String::new() }
}

fn finite(cell: Cell<'_>) -> Option<f64> {
    let value = match cell {
        #[expect(
            clippy::cast_precision_loss,
            reason = "a plot has a few hundred dots from top to bottom"
        )]
        Cell::Int64(value) => value as f64,
        Cell::Float64(value) => value,
        _ => return None,
    };
    value.is_finite().then_some(value)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::answer::tests::{floats, frame, ints, strings, times};

    #[test]
    fn each_number_of_each_group_is_a_series_in_ascending_time() {
        let frame = frame(&[
            ("v", r#"{"x":"1"}"#, ints(&[Some(1), Some(2), Some(3), Some(4)])),
            ("time", "", times(&[Some(2), Some(1), None, Some(0)])),
            ("host", "", strings(&[Some("a"), Some("a"), Some("a"), None])),
            ("w", "", floats(&[None, Some(f64::NAN), None, Some(0.5)])),
        ]);
        let second = 1_000_000_000;
        assert_eq!(
            all(&[frame]),
            [
                Series {
                    title: "v{x=\"1\"} · a".to_owned(),
                    points: vec![(second, Some(2.0)), (2 * second, Some(1.0))]
                },
                Series { title: "v{x=\"1\"}".to_owned(), points: vec![(0, Some(4.0))] },
                Series { title: "w".to_owned(), points: vec![(0, Some(0.5))] },
            ]
        );
    }
}
