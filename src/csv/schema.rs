//! The columns of a file: names and types.

use std::collections::{HashMap, HashSet};
use std::fmt;

use arrow_schema::{DataType, Field, TimeUnit};
use jiff::tz::TimeZone;

use super::{CsvError, TimeFormat};

/// The type of a column.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ColumnType {
    /// `true`/`false`, `yes`/`no`, `on`/`off` in any case.
    Bool,
    /// Whole numbers of 64 bits.
    Int64,
    /// Numbers.
    Float64,
    /// Text.
    String,
    /// Points in time, in nanoseconds since 1970-01-01T00:00Z.
    Time(TimeFormat),
}

impl fmt::Display for ColumnType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Bool => "bool",
            Self::Int64 => "int64",
            Self::Float64 => "float64",
            Self::String => "string",
            Self::Time(_) => "time",
        })
    }
}

impl ColumnType {
    /// The Arrow type that stands for it.
    pub fn data_type(self) -> DataType {
        match self {
            Self::Bool => DataType::Boolean,
            Self::Int64 => DataType::Int64,
            Self::Float64 => DataType::Float64,
            Self::String => DataType::Utf8,
            Self::Time(_) => DataType::Timestamp(TimeUnit::Nanosecond, None),
        }
    }
}

/// One column of a file.
#[derive(Debug, Clone)]
pub struct Column {
    /// Unique among the file's columns.
    pub name: String,
    /// Its type.
    pub column_type: ColumnType,
    /// The type was guessed, so that a later row may widen it.
    pub guessed: bool,
    /// Zone of naive times.
    pub zone: TimeZone,
    /// Grafana unit id; empty: none.
    pub unit: String,
    /// A few cells of the sample, as written.
    pub examples: Vec<String>,
}

impl Column {
    /// The Arrow field; the unit travels in its metadata under `unit`.
    pub fn field(&self) -> Field {
        let field = Field::new(&self.name, self.column_type.data_type(), true);
        if self.unit.is_empty() {
            return field;
        }
        field.with_metadata(HashMap::from([("unit".to_owned(), self.unit.clone())]))
    }
}

/// The columns of a file, in its order.
#[derive(Debug, Clone, Default)]
pub struct Schema {
    /// In the file's order.
    pub columns: Vec<Column>,
}

impl Schema {
    /// Index of the column with this name.
    ///
    /// # Errors
    /// There is none; the error names the first of those that there are.
    pub fn index_of(&self, name: &str) -> Result<usize, CsvError> {
        self.columns.iter().position(|column| column.name == name).ok_or_else(|| {
            CsvError::NoColumn { column: name.to_owned(), known: self.first_names() }
        })
    }

    /// Index of the first column of type time.
    pub fn first_time(&self) -> Option<usize> {
        self.columns.iter().position(|column| matches!(column.column_type, ColumnType::Time(_)))
    }

    fn first_names(&self) -> String {
        const SHOWN: usize = 20;
        let names: Vec<&str> =
            self.columns.iter().map(|column| column.name.as_str()).take(SHOWN).collect();
        let more = if self.columns.len() > SHOWN { ", …" } else { "" };
        format!("{}{more}", names.join(", "))
    }
}

/// The zone of this IANA name, UTC for an empty one, from the database inside the binary: servers and containers often
/// have none.
///
/// # Errors
/// There is no such zone.
pub fn time_zone(name: &str) -> Result<TimeZone, CsvError> {
    if name.is_empty() || name.eq_ignore_ascii_case("utc") {
        return Ok(TimeZone::UTC);
    }
    TimeZone::get(name).map_err(|source| CsvError::TimeZone { zone: name.to_owned(), source })
}

/// Stable names out of a header row: blanks trimmed, `Column 3` for an empty one, `name (2)` for a second `name`.
pub(super) fn unique_names(header: impl IntoIterator<Item = String>) -> Vec<String> {
    let mut taken = HashSet::new();
    let mut next_number: HashMap<String, usize> = HashMap::new();
    let mut names = Vec::new();
    for (index, name) in header.into_iter().enumerate() {
        let base = match name.trim() {
            "" => format!("Column {}", index + 1),
            name => name.to_owned(),
        };
        let mut name = base.clone();
        while taken.contains(&name) {
            // Remembered for each name, so that a header of 20,000 equal names takes 20,000 steps and not their square.
            let number = next_number.entry(base.clone()).or_insert(2);
            name = format!("{base} ({number})");
            *number += 1;
        }
        taken.insert(name.clone());
        names.push(name);
    }
    names
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_unique_and_never_empty() {
        let header = ["a", " b ", "", "a", "a (2)", "a", ""].map(str::to_owned);
        assert_eq!(
            unique_names(header),
            ["a", "b", "Column 3", "a (2)", "a (2) (2)", "a (3)", "Column 7"]
        );
    }
}
