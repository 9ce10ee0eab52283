//! What a scan met: rows read and kept, and the values that did not fit.

/// At most so many problems are kept with their place; the rest are counted.
const SHOWN: usize = 10;

/// What a scan met.
#[derive(Debug, Clone, Default)]
pub struct Report {
    /// Records read, header not counted.
    pub rows_read: u64,
    /// Records left out because a value did not fit.
    pub rows_skipped: u64,
    /// Values that did not fit, all told.
    pub misfits: u64,
    /// The first of them.
    pub problems: Vec<Problem>,
}

/// A value that does not fit its column, or a record that does not fit the header.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Line at which the record starts, from 1.
    pub line: u64,
    /// Name of the column.
    pub column: String,
    /// The cell, shortened.
    pub text: String,
    /// What is wrong with it, for example `not a float64`.
    pub reason: String,
}

impl Report {
    /// Counts a problem, and keeps it if it is among the first.
    pub(super) fn add(&mut self, problem: impl FnOnce() -> Problem) {
        self.misfits += 1;
        if self.problems.len() < SHOWN {
            self.problems.push(problem());
        }
    }
}

/// A cell, shortened to what a message can hold; bytes that are not UTF-8 are shown as replacement characters.
pub(super) fn shorten(cell: &[u8]) -> String {
    const LONGEST: usize = 60;
    let text = String::from_utf8_lossy(&cell[..cell.len().min(4 * LONGEST)]);
    let mut short: String =
        text.chars().take(LONGEST).map(|c| if c.is_control() { ' ' } else { c }).collect();
    if text.chars().count() > LONGEST || cell.len() > 4 * LONGEST {
        short.push('…');
    }
    short
}
