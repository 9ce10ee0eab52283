//! Many frames as one list of rows, for CSV and JSON: which frame's field, or which label, stands in which column.

use crate::cli::answer::{Cell, Column, Field, Frame};

/// The columns of all frames together.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Layout {
    /// Names of the columns, in the order in which the frames bring them; labels come last.
    pub(super) names: Vec<String>,
    slots: Vec<Vec<Slot>>,
}

/// Where a frame has the values of a column.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Slot {
    Field(usize),
    Label(String),
    /// Only other frames have this column.
    Absent,
}

impl Layout {
    /// Labels become columns where all series of a row agree on them, which is so when each series is a frame of its
    /// own. Else (a wide frame, one column for each series) they are part of the columns' names.
    pub(super) fn new(frames: &[Frame]) -> Self {
        let labels: Option<Vec<&[(String, String)]>> = frames.iter().map(shared_labels).collect();
        let mut layout = Self { names: Vec::new(), slots: vec![Vec::new(); frames.len()] };
        for (index, frame) in frames.iter().enumerate() {
            for (position, field) in frame.fields.iter().enumerate() {
                let name = if labels.is_some() { field.name.clone() } else { field.title() };
                layout.put(index, name, Slot::Field(position), 0);
            }
        }
        let fields = layout.names.len();
        for (index, labels) in labels.into_iter().flatten().enumerate() {
            for (name, value) in labels {
                layout.put(index, name.clone(), Slot::Label(value.clone()), fields);
            }
        }
        layout
    }

    /// The slots of a row of the frame with this index.
    pub(super) fn row<'a>(
        &'a self,
        frame: usize,
        columns: &'a [Column<'a>],
        row: usize,
    ) -> impl Iterator<Item = Cell<'a>> {
        self.slots[frame].iter().map(move |slot| match slot {
            Slot::Field(index) => columns[*index].cell(row),
            Slot::Label(value) => Cell::String(value),
            Slot::Absent => Cell::Null,
        })
    }

    /// Gives a frame's slot the first column from `start` on that has this name and is not yet taken in that frame, or
    /// a new one.
    fn put(&mut self, frame: usize, name: String, slot: Slot, start: usize) {
        let free = |i: &usize| self.names[*i] == name && self.slots[frame][*i] == Slot::Absent;
        let column = (start..self.names.len()).find(free).unwrap_or(self.names.len());
        if column == self.names.len() {
            self.names.push(name);
            for slots in &mut self.slots {
                slots.push(Slot::Absent);
            }
        }
        self.slots[frame][column] = slot;
    }
}

/// The labels of a frame, if all of its fields that have labels have the same.
fn shared_labels(frame: &Frame) -> Option<&[(String, String)]> {
    let mut labelled = frame
        .fields
        .iter()
        .map(|field: &Field| field.labels.as_slice())
        .filter(|labels| !labels.is_empty());
    let first = labelled.next().unwrap_or_default();
    labelled.all(|labels| labels == first).then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::answer::tests::{floats, frame, times};

    #[test]
    fn series_in_frames_of_their_own_share_columns_and_labels_are_columns() {
        let values = || floats(&[Some(1.0)]);
        let frames = [
            frame(&[("time", "", times(&[Some(0)])), ("temp", r#"{"host":"a"}"#, values())]),
            frame(&[
                ("time", "", times(&[Some(0)])),
                ("temp", r#"{"host":"b","rack":"1"}"#, values()),
            ]),
            frame(&[("time", "", times(&[Some(0)])), ("hum", r#"{"host":"a"}"#, values())]),
        ];
        let layout = Layout::new(&frames);
        assert_eq!(layout.names, ["time", "temp", "hum", "host", "rack"]);
        let columns = Column::all(&frames[1], &frames[1].batches[0]);
        let cells: Vec<Cell<'_>> = layout.row(1, &columns, 0).collect();
        let expected =
            [Cell::Time(0), Cell::Float64(1.0), Cell::Null, Cell::String("b"), Cell::String("1")];
        assert_eq!(cells, expected);
    }

    #[test]
    fn series_side_by_side_keep_their_labels_in_the_name() {
        let values = || floats(&[Some(1.0)]);
        let wide =
            frame(&[("temp", r#"{"host":"a"}"#, values()), ("temp", r#"{"host":"b"}"#, values())]);
        assert_eq!(Layout::new(&[wide]).names, [r#"temp{host="a"}"#, r#"temp{host="b"}"#]);
    }

    #[test]
    fn columns_of_one_name_stay_two_columns() {
        let values = || floats(&[Some(1.0)]);
        let twice = frame(&[("a", "", values()), ("a", "", values())]);
        assert_eq!(Layout::new(&[twice]).names, ["a", "a"]);
        let label = frame(&[("a", r#"{"a":"x"}"#, values())]);
        assert_eq!(Layout::new(&[label]).names, ["a", "a"]);
    }
}
