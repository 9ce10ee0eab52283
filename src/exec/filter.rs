//! Conditions on one column, as masks over a batch.

use std::cmp::Ordering;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{Array, BooleanArray, RecordBatch};
use arrow_buffer::BooleanBuffer;
use arrow_schema::DataType;
use regex::Regex;

use super::TimeRange;

/// A condition on a column.
#[derive(Debug, Clone)]
pub struct Filter {
    /// Index in the batch.
    pub column: usize,
    /// What must hold.
    pub condition: Condition,
}

/// What must hold. A null passes only what is negated: `!=` and `!~`.
#[derive(Debug, Clone)]
pub enum Condition {
    /// The value compares so with the scalar, which is of the column's type (a number may be of either kind).
    Compare(Operator, Scalar),
    /// The text matches the expression somewhere, or does not if negated.
    Match {
        /// Compiled with a size limit, as it comes from a query.
        regex: Regex,
        /// `!~`
        negated: bool,
    },
}

/// Comparisons.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the words say it")]
pub enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
}

/// A value to compare with.
#[derive(Debug, Clone, PartialEq, PartialOrd)]
pub enum Scalar {
    /// A boolean.
    Bool(bool),
    /// A whole number, or a time in nanoseconds since the epoch.
    Int(i64),
    /// A number.
    Float(f64),
    /// Text.
    Text(String),
}

impl Operator {
    /// None: the values cannot be compared, as with null and `NaN`.
    fn holds(self, ordering: Option<Ordering>) -> bool {
        let Some(ordering) = ordering else { return self == Self::NotEqual };
        match self {
            Self::Equal => ordering.is_eq(),
            Self::NotEqual => ordering.is_ne(),
            Self::Less => ordering.is_lt(),
            Self::LessOrEqual => ordering.is_le(),
            Self::Greater => ordering.is_gt(),
            Self::GreaterOrEqual => ordering.is_ge(),
        }
    }
}

/// The rows that pass all filters and lie in the range, and how many pass the filters but have no time.
pub(super) fn mask(
    batch: &RecordBatch,
    range: Option<TimeRange>,
    filters: &[Filter],
) -> (BooleanArray, usize) {
    let mut mask = BooleanBuffer::new_set(batch.num_rows());
    for filter in filters {
        mask = &mask & &filter.mask(batch.column(filter.column));
    }
    let Some(range) = range else { return (BooleanArray::new(mask, None), 0) };
    let times = batch.column(range.column).as_primitive::<TimestampNanosecondType>();
    let without_time = times.nulls().map_or(0, |valid| (&mask & &!valid.inner()).count_set_bits());
    let in_range =
        |row: usize| times.is_valid(row) && (range.from..=range.to).contains(&times.value(row));
    mask = &mask & &BooleanBuffer::collect_bool(times.len(), in_range);
    (BooleanArray::new(mask, None), without_time)
}

impl Filter {
    fn mask(&self, array: &dyn Array) -> BooleanBuffer {
        match &self.condition {
            Condition::Compare(operator, scalar) => {
                let ordering = comparison(array, scalar);
                BooleanBuffer::collect_bool(array.len(), |row| {
                    operator.holds(if array.is_valid(row) { ordering(row) } else { None })
                })
            }
            Condition::Match { regex, negated } => {
                let texts = array.as_string::<i32>();
                BooleanBuffer::collect_bool(array.len(), |row| {
                    (texts.is_valid(row) && regex.is_match(texts.value(row))) != *negated
                })
            }
        }
    }
}

/// How the value of each row compares with the scalar.
fn comparison<'a>(
    array: &'a dyn Array,
    scalar: &'a Scalar,
) -> Box<dyn Fn(usize) -> Option<Ordering> + 'a> {
    match (array.data_type(), scalar) {
        (DataType::Int64, Scalar::Int(scalar)) => {
            let values = array.as_primitive::<Int64Type>().values();
            Box::new(move |row| Some(values[row].cmp(scalar)))
        }
        (DataType::Int64, Scalar::Float(scalar)) => {
            let values = array.as_primitive::<Int64Type>().values();
            Box::new(move |row| as_float(values[row]).partial_cmp(scalar))
        }
        (DataType::Float64, Scalar::Float(scalar)) => {
            let values = array.as_primitive::<Float64Type>().values();
            Box::new(move |row| values[row].partial_cmp(scalar))
        }
        (DataType::Timestamp(..), Scalar::Int(scalar)) => {
            let values = array.as_primitive::<TimestampNanosecondType>().values();
            Box::new(move |row| Some(values[row].cmp(scalar)))
        }
        (DataType::Boolean, Scalar::Bool(scalar)) => {
            let values = array.as_boolean().values();
            Box::new(move |row| Some(values.value(row).cmp(scalar)))
        }
        (DataType::Utf8, Scalar::Text(scalar)) => {
            let values = array.as_string::<i32>();
            Box::new(move |row| Some(values.value(row).cmp(scalar.as_str())))
        }
        // The planner reads the scalar as the column's type, so that nothing else comes here; it would equal nothing.
        _ => Box::new(|_| None),
    }
}

/// A whole number as a number; above 2^53 the nearest one.
#[expect(clippy::cast_precision_loss, reason = "that is what it says")]
pub(super) fn as_float(value: i64) -> f64 {
    value as f64
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow_array::{ArrayRef, Float64Array, Int64Array, StringArray};

    use super::*;

    fn kept(array: &ArrayRef, condition: Condition) -> Vec<usize> {
        let mask = Filter { column: 0, condition }.mask(array);
        (0..array.len()).filter(|row| mask.value(*row)).collect()
    }

    #[test]
    fn comparisons() {
        use Operator::*;
        let ints: ArrayRef = Arc::new(Int64Array::from(vec![Some(1), None, Some(2), Some(3)]));
        let cases = [
            (Equal, vec![2]),
            (NotEqual, vec![0, 1, 3]),
            (Less, vec![0]),
            (LessOrEqual, vec![0, 2]),
            (Greater, vec![3]),
            (GreaterOrEqual, vec![2, 3]),
        ];
        for (operator, expected) in cases {
            assert_eq!(
                kept(&ints, Condition::Compare(operator, Scalar::Int(2))),
                expected,
                "{operator:?}"
            );
            assert_eq!(
                kept(&ints, Condition::Compare(operator, Scalar::Float(2.0))),
                expected,
                "{operator:?}"
            );
        }
        let floats: ArrayRef = Arc::new(Float64Array::from(vec![f64::NAN, 1.0]));
        assert_eq!(kept(&floats, Condition::Compare(Less, Scalar::Float(2.0))), [1]);
        assert_eq!(kept(&floats, Condition::Compare(NotEqual, Scalar::Float(1.0))), [0]);
    }

    #[test]
    fn matches() {
        let texts: ArrayRef = Arc::new(StringArray::from(vec![Some("web-1"), None, Some("db")]));
        let regex = Regex::new("^web").unwrap();
        assert_eq!(kept(&texts, Condition::Match { regex: regex.clone(), negated: false }), [0]);
        assert_eq!(kept(&texts, Condition::Match { regex, negated: true }), [1, 2]);
    }
}
