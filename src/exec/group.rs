//! Grouping: a number for each distinct bucket and key, in order of first appearance.

use std::collections::HashMap;
use std::sync::Arc;

use arrow_array::cast::AsArray;
use arrow_array::types::{Float64Type, Int64Type, TimestampNanosecondType};
use arrow_array::{
    Array, ArrayRef, BooleanArray, RecordBatch, TimestampNanosecondArray, UInt64Array,
};
use arrow_schema::{DataType, Schema, SchemaRef};

use super::aggregate::Column;
use super::{Budget, ExecError, Grouping};

/// The groups so far and their aggregates.
#[derive(Debug)]
pub(super) struct Groups {
    grouping: Grouping,
    input: SchemaRef,
    /// Bucket and key values as bytes, to the group's number.
    numbers: HashMap<Vec<u8>, usize>,
    /// Start of each group's bucket.
    starts: Vec<i64>,
    /// Key columns, in pieces: one piece for each batch that brought new groups.
    keys: Vec<Vec<ArrayRef>>,
    aggregates: Vec<Column>,
    key_bytes: usize,
    without_time: usize,
    budget: Budget,
}

impl Groups {
    pub(super) fn new(
        grouping: &Grouping,
        input: SchemaRef,
        budget: Budget,
    ) -> Result<Self, ExecError> {
        let column =
            |aggregate: &super::Aggregate| Column::new(aggregate, input.field(aggregate.column));
        let aggregates = grouping.aggregates.iter().map(column).collect::<Result<_, _>>()?;
        let mut groups = Self {
            grouping: grouping.clone(),
            input,
            numbers: HashMap::new(),
            starts: Vec::new(),
            keys: vec![Vec::new(); grouping.keys.len()],
            aggregates,
            key_bytes: 0,
            without_time: 0,
            budget,
        };
        if grouping.bucket.is_none() && grouping.keys.is_empty() {
            // Aggregates over everything are one row, also over no rows at all.
            groups.numbers.insert(Vec::new(), 0);
            groups.starts.push(0);
        }
        Ok(groups)
    }

    pub(super) fn push(&mut self, batch: &RecordBatch) -> Result<(), ExecError> {
        let batch = &self.with_time(batch)?;
        let (groups, new_rows) = self.numbers_of(batch);
        for (pieces, column) in self.keys.iter_mut().zip(&self.grouping.keys) {
            pieces.push(arrow_select::take::take(batch.column(*column), &new_rows, None)?);
        }
        for column in &mut self.aggregates {
            let input = column.input();
            column.update(batch.column(input), &groups, self.starts.len());
        }
        self.check_budget()
    }

    /// Rows left out because they have no time and there are buckets.
    pub(super) fn rows_without_time(&self) -> usize {
        self.without_time
    }

    /// The answer: bucket, keys, aggregates; one row for each group.
    pub(super) fn finish(self) -> Result<RecordBatch, ExecError> {
        let Self { grouping, input, starts, keys, aggregates, .. } = self;
        let mut fields = Vec::new();
        let mut columns: Vec<ArrayRef> = Vec::new();
        let group_count = starts.len();
        if let Some(bucket) = grouping.bucket {
            fields.push(input.field(bucket.column).clone());
            columns.push(Arc::new(TimestampNanosecondArray::from(starts)));
        }
        for (column, pieces) in grouping.keys.iter().zip(keys) {
            fields.push(input.field(*column).clone());
            columns.push(concat(&pieces, input.field(*column).data_type())?);
        }
        for column in aggregates {
            fields.push(column.field());
            columns.push(column.finish(group_count));
        }
        Ok(RecordBatch::try_new(Arc::new(Schema::new(fields)), columns)?)
    }

    /// The rows that have a time, where there are buckets.
    fn with_time(&mut self, batch: &RecordBatch) -> Result<RecordBatch, ExecError> {
        let Some(bucket) = self.grouping.bucket else { return Ok(batch.clone()) };
        let times = batch.column(bucket.column);
        self.without_time += times.null_count();
        if times.null_count() == 0 {
            return Ok(batch.clone());
        }
        let has_time: BooleanArray =
            (0..times.len()).map(|row| Some(times.is_valid(row))).collect();
        Ok(arrow_select::filter::filter_record_batch(batch, &has_time)?)
    }

    /// The group of each row, and the rows that began a new one.
    fn numbers_of(&mut self, batch: &RecordBatch) -> (Vec<usize>, UInt64Array) {
        let mut groups = Vec::with_capacity(batch.num_rows());
        let mut new_rows = Vec::new();
        let mut key = Vec::new();
        for row in 0..batch.num_rows() {
            let start = self.write_key(batch, row, &mut key);
            let group = if let Some(group) = self.numbers.get(&key) {
                *group
            } else {
                self.key_bytes += key.len();
                self.numbers.insert(key.clone(), self.starts.len());
                self.starts.push(start);
                new_rows.push(row as u64);
                self.starts.len() - 1
            };
            groups.push(group);
        }
        (groups, UInt64Array::from(new_rows))
    }

    /// Writes the row's bucket and key values so that equal ones give equal bytes; the start of the bucket.
    fn write_key(&self, batch: &RecordBatch, row: usize, key: &mut Vec<u8>) -> i64 {
        key.clear();
        let mut start = 0;
        if let Some(bucket) = self.grouping.bucket {
            let time =
                batch.column(bucket.column).as_primitive::<TimestampNanosecondType>().value(row);
            start = time.checked_sub(time.rem_euclid(bucket.width)).unwrap_or(time);
            key.extend(start.to_ne_bytes());
        }
        for column in &self.grouping.keys {
            write_value(batch.column(*column), row, key);
        }
        start
    }

    fn check_budget(&self) -> Result<(), ExecError> {
        if self.starts.len() > self.budget.rows {
            return Err(ExecError::TooManyRows { limit: self.budget.rows });
        }
        // The key twice (map and pieces), and about 64 bytes for a state of each aggregate.
        let bytes = 2 * self.key_bytes + self.starts.len() * (64 + 64 * self.aggregates.len());
        if bytes > self.budget.bytes {
            return Err(ExecError::TooManyBytes { limit: self.budget.bytes });
        }
        Ok(())
    }
}

fn write_value(array: &dyn Array, row: usize, key: &mut Vec<u8>) {
    key.push(u8::from(array.is_valid(row)));
    if array.is_null(row) {
        return;
    }
    match array.data_type() {
        DataType::Boolean => key.push(u8::from(array.as_boolean().value(row))),
        DataType::Int64 => key.extend(array.as_primitive::<Int64Type>().value(row).to_ne_bytes()),
        DataType::Float64 => {
            key.extend(array.as_primitive::<Float64Type>().value(row).to_bits().to_ne_bytes());
        }
        DataType::Timestamp(..) => {
            key.extend(array.as_primitive::<TimestampNanosecondType>().value(row).to_ne_bytes());
        }
        _ => {
            let text = array.as_string::<i32>().value(row);
            key.extend(text.len().to_ne_bytes());
            key.extend(text.as_bytes());
        }
    }
}

fn concat(pieces: &[ArrayRef], data_type: &DataType) -> Result<ArrayRef, ExecError> {
    if pieces.is_empty() {
        return Ok(arrow_array::new_empty_array(data_type));
    }
    let pieces: Vec<&dyn Array> = pieces.iter().map(AsRef::as_ref).collect();
    Ok(arrow_select::concat::concat(&pieces)?)
}
