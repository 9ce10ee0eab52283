//! Builders of typed columns: a cell goes in, and either fits, does not fit, or shows that the guess was too narrow.

use std::sync::Arc;

use arrow_array::ArrayRef;
use arrow_array::builder::{
    BooleanBuilder, Float64Builder, Int64Builder, StringBuilder, TimestampNanosecondBuilder,
};

use super::value::{parse_bool, parse_float, parse_int};
use super::{Column, ColumnType, Dialect, TimeFormat};

/// What became of a cell. In every case but [`Fit::Widen`] the column is one row longer.
pub(super) enum Fit {
    /// It is in the column.
    Fits,
    /// Null is in the column instead, for this reason.
    Misfit(&'static str),
    /// The column must be of this type instead.
    Widen(ColumnType),
}

/// A column under construction.
pub(super) struct ColumnBuilder<'a> {
    column: &'a Column,
    dialect: &'a Dialect,
    values: Values,
}

enum Values {
    Bool(BooleanBuilder),
    Int64(Int64Builder),
    Float64(Float64Builder),
    Text(StringBuilder),
    Time(TimestampNanosecondBuilder, TimeFormat),
}

impl<'a> ColumnBuilder<'a> {
    pub(super) fn new(column: &'a Column, dialect: &'a Dialect, rows: usize) -> Self {
        let values = match column.column_type {
            ColumnType::Bool => Values::Bool(BooleanBuilder::with_capacity(rows)),
            ColumnType::Int64 => Values::Int64(Int64Builder::with_capacity(rows)),
            ColumnType::Float64 => Values::Float64(Float64Builder::with_capacity(rows)),
            ColumnType::String => Values::Text(StringBuilder::with_capacity(rows, rows * 8)),
            ColumnType::Time(format) => {
                Values::Time(TimestampNanosecondBuilder::with_capacity(rows), format)
            }
        };
        Self { column, dialect, values }
    }

    /// Adds a cell; a record that is too short gives none.
    pub(super) fn push(&mut self, cell: Option<&[u8]>) -> Fit {
        let Some(cell) = cell else {
            self.push_null();
            return Fit::Misfit("the line ends before this column");
        };
        if let Values::Text(values) = &mut self.values {
            return push_text(values, cell, self.dialect);
        }
        let cell = cell.trim_ascii();
        if self.dialect.null.is_typed_null(cell) {
            self.push_null();
            return Fit::Fits;
        }
        if self.push_value(cell) {
            return Fit::Fits;
        }
        if let Some(wider) = self.wider(cell) {
            return Fit::Widen(wider);
        }
        self.push_null();
        Fit::Misfit(self.misfit())
    }

    /// Takes what was built; the builder starts again.
    pub(super) fn finish(&mut self) -> ArrayRef {
        match &mut self.values {
            Values::Bool(values) => Arc::new(values.finish()),
            Values::Int64(values) => Arc::new(values.finish()),
            Values::Float64(values) => Arc::new(values.finish()),
            Values::Text(values) => Arc::new(values.finish()),
            Values::Time(values, _) => Arc::new(values.finish()),
        }
    }

    fn push_value(&mut self, cell: &[u8]) -> bool {
        match &mut self.values {
            Values::Bool(values) => {
                parse_bool(cell).map(|value| values.append_value(value)).is_some()
            }
            Values::Int64(values) => {
                parse_int(cell).map(|value| values.append_value(value)).is_some()
            }
            Values::Float64(values) => parse_float(cell, self.dialect.decimal_comma)
                .map(|value| values.append_value(value))
                .is_some(),
            Values::Text(_) => false,
            Values::Time(values, format) => format
                .parse(cell, &self.column.zone)
                .map(|value| values.append_value(value))
                .is_some(),
        }
    }

    fn push_null(&mut self) {
        match &mut self.values {
            Values::Bool(values) => values.append_null(),
            Values::Int64(values) => values.append_null(),
            Values::Float64(values) => values.append_null(),
            Values::Text(values) => values.append_null(),
            Values::Time(values, _) => values.append_null(),
        }
    }

    /// The type that holds this cell and all before it, if the column's was guessed. Numbers do not become text: one
    /// stray word would take a chart's line away.
    fn wider(&self, cell: &[u8]) -> Option<ColumnType> {
        match self.column.column_type {
            _ if !self.column.guessed => None,
            ColumnType::Int64 => {
                parse_float(cell, self.dialect.decimal_comma).map(|_| ColumnType::Float64)
            }
            ColumnType::Bool => Some(ColumnType::String),
            _ => None,
        }
    }

    fn misfit(&self) -> &'static str {
        match self.column.column_type {
            ColumnType::Bool => "not a bool",
            ColumnType::Int64 => "not an int64",
            ColumnType::Float64 => "not a float64",
            ColumnType::String => "not valid UTF-8",
            ColumnType::Time(TimeFormat::Iso8601) => {
                "not an ISO 8601 time between the years 1678 and 2261"
            }
            ColumnType::Time(_) => "not a number since the epoch",
        }
    }
}

fn push_text(values: &mut StringBuilder, cell: &[u8], dialect: &Dialect) -> Fit {
    if dialect.null.is_text_null(cell) {
        values.append_null();
        return Fit::Fits;
    }
    if let Ok(text) = std::str::from_utf8(cell) {
        values.append_value(text);
        return Fit::Fits;
    }
    values.append_null();
    Fit::Misfit("not valid UTF-8")
}
