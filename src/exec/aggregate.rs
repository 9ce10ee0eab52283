//! The states of aggregates, one for each group.

use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray, TimestampNanosecondArray,
};
use arrow_schema::{DataType, Field, TimeUnit};

use super::filter::as_float;
use super::{Aggregate, ExecError, Function, Scalar};

/// One aggregate over all groups.
#[derive(Debug)]
pub(super) struct Column {
    function: Function,
    input: usize,
    field: Field,
    states: Vec<State>,
}

#[derive(Debug, Clone, Default)]
struct State {
    count: i64,
    sum: f64,
    value: Option<Scalar>,
}

impl Column {
    pub(super) fn new(aggregate: &Aggregate, input: &Field) -> Result<Self, ExecError> {
        let Aggregate { function, column, name } = aggregate;
        let numeric = matches!(input.data_type(), DataType::Int64 | DataType::Float64);
        if let (Function::Sum | Function::Mean, false) = (function, numeric) {
            return Err(ExecError::NotANumber {
                function: if *function == Function::Sum { "sum" } else { "mean" },
                column: input.name().clone(),
                found: input.data_type().to_string(),
            });
        }
        let output = match function {
            Function::Count => DataType::Int64,
            Function::Sum | Function::Mean => DataType::Float64,
            _ => input.data_type().clone(),
        };
        let field = Field::new(name, output, true);
        // A count of degrees is no temperature.
        let has_unit = *function != Function::Count;
        let field = if has_unit { field.with_metadata(input.metadata().clone()) } else { field };
        Ok(Self { function: *function, input: *column, field, states: Vec::new() })
    }

    pub(super) fn input(&self) -> usize {
        self.input
    }

    pub(super) fn field(&self) -> Field {
        self.field.clone()
    }

    /// Adds each row's value to its group's state.
    pub(super) fn update(&mut self, array: &dyn Array, groups: &[usize], group_count: usize) {
        self.states.resize_with(group_count, State::default);
        for (row, group) in groups.iter().enumerate().filter(|(row, _)| array.is_valid(*row)) {
            self.states[*group].add(self.function, array, row);
        }
    }

    /// One value for each of so many groups, also those that no row came to.
    pub(super) fn finish(self, group_count: usize) -> ArrayRef {
        let Self { function, field, mut states, .. } = self;
        states.resize_with(group_count, State::default);
        match function {
            Function::Count => {
                Arc::new(states.iter().map(|state| Some(state.count)).collect::<Int64Array>())
            }
            Function::Sum => Arc::new(states.iter().map(State::sum).collect::<Float64Array>()),
            Function::Mean => Arc::new(states.iter().map(State::mean).collect::<Float64Array>()),
            _ => values(states.into_iter().map(|state| state.value), field.data_type()),
        }
    }
}

impl State {
    fn add(&mut self, function: Function, array: &dyn Array, row: usize) {
        self.count += 1;
        match function {
            Function::Count => {}
            Function::Sum | Function::Mean => self.sum += number(array, row),
            Function::First if self.value.is_some() => {}
            Function::First | Function::Last => self.value = scalar(array, row),
            Function::Min => self.keep(array, row, std::cmp::Ordering::Less),
            Function::Max => self.keep(array, row, std::cmp::Ordering::Greater),
        }
    }

    fn keep(&mut self, array: &dyn Array, row: usize, wanted: std::cmp::Ordering) {
        let value = scalar(array, row);
        let better = match (&value, &self.value) {
            (Some(Scalar::Float(value)), _) if value.is_nan() => false,
            (Some(value), Some(best)) => value.partial_cmp(best) == Some(wanted),
            (value, _) => value.is_some(),
        };
        if better {
            self.value = value;
        }
    }

    fn sum(&self) -> Option<f64> {
        (self.count > 0).then_some(self.sum)
    }

    fn mean(&self) -> Option<f64> {
        self.sum().map(|sum| sum / as_float(self.count))
    }
}

/// The number of a row that is not null; `NaN` for what is no number.
pub(super) fn number(array: &dyn Array, row: usize) -> f64 {
    match array.data_type() {
        DataType::Int64 => as_float(array.as_primitive::<Int64Type>().value(row)),
        DataType::Float64 => array.as_primitive::<Float64Type>().value(row),
        _ => f64::NAN,
    }
}

fn scalar(array: &dyn Array, row: usize) -> Option<Scalar> {
    match array.data_type() {
        DataType::Boolean => Some(Scalar::Bool(array.as_boolean().value(row))),
        DataType::Int64 => Some(Scalar::Int(array.as_primitive::<Int64Type>().value(row))),
        DataType::Float64 => Some(Scalar::Float(array.as_primitive::<Float64Type>().value(row))),
        DataType::Timestamp(..) => {
            Some(Scalar::Int(array.as_primitive::<TimestampNanosecondType>().value(row)))
        }
        DataType::Utf8 => Some(Scalar::Text(array.as_string::<i32>().value(row).to_owned())),
        _ => None,
    }
}

/// An array of this type from scalars that were taken from one of it.
fn values(scalars: impl Iterator<Item = Option<Scalar>>, data_type: &DataType) -> ArrayRef {
    let int = |scalar| match scalar {
        Some(Scalar::Int(value)) => Some(value),
        _ => None,
    };
    match data_type {
        DataType::Boolean => Arc::new(
            scalars
                .map(
                    |scalar| {
                        if let Some(Scalar::Bool(value)) = scalar { Some(value) } else { None }
                    },
                )
                .collect::<BooleanArray>(),
        ),
        DataType::Float64 => Arc::new(
            scalars
                .map(
                    |scalar| {
                        if let Some(Scalar::Float(value)) = scalar { Some(value) } else { None }
                    },
                )
                .collect::<Float64Array>(),
        ),
        DataType::Utf8 => Arc::new(
            scalars
                .map(
                    |scalar| {
                        if let Some(Scalar::Text(value)) = scalar { Some(value) } else { None }
                    },
                )
                .collect::<StringArray>(),
        ),
        DataType::Timestamp(TimeUnit::Nanosecond, _) => {
            Arc::new(scalars.map(int).collect::<TimestampNanosecondArray>())
        }
        _ => Arc::new(scalars.map(int).collect::<Int64Array>()),
    }
}
