//! Batches that are kept as they are, under a budget, then sorted.

use arrow_array::cast::AsArray;
use arrow_array::types::TimestampNanosecondType;
use arrow_array::{Array, RecordBatch, UInt64Array};
use arrow_schema::SchemaRef;

use super::{Budget, ExecError};

/// Rows of the answer so far.
#[derive(Debug)]
pub(super) struct Rows {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
    count: usize,
    bytes: usize,
    budget: Budget,
}

impl Rows {
    pub(super) fn new(schema: SchemaRef, budget: Budget) -> Self {
        Self { schema, batches: Vec::new(), count: 0, bytes: 0, budget }
    }

    pub(super) fn len(&self) -> usize {
        self.count
    }

    pub(super) fn push(&mut self, batch: RecordBatch) -> Result<(), ExecError> {
        if batch.num_rows() == 0 {
            return Ok(());
        }
        self.count += batch.num_rows();
        self.bytes += batch.get_array_memory_size();
        self.batches.push(batch);
        if self.count > self.budget.rows {
            return Err(ExecError::TooManyRows { limit: self.budget.rows });
        }
        if self.bytes > self.budget.bytes {
            return Err(ExecError::TooManyBytes { limit: self.budget.bytes });
        }
        Ok(())
    }

    /// All rows in one batch.
    pub(super) fn finish(self) -> Result<RecordBatch, ExecError> {
        Ok(arrow_select::concat::concat_batches(&self.schema, &self.batches)?)
    }
}

/// The rows that have a time, sorted by it; and how many had none. Rows that are sorted already, as in most files, are
/// not moved.
pub(super) fn sort_by_time(
    batch: RecordBatch,
    column: usize,
) -> Result<(RecordBatch, usize), ExecError> {
    let times = batch.column(column).as_primitive::<TimestampNanosecondType>();
    let without_time = times.null_count();
    if without_time == 0 && times.values().is_sorted() {
        return Ok((batch, 0));
    }
    let mut order: Vec<u64> =
        (0..times.len()).filter(|row| times.is_valid(*row)).map(|row| row as u64).collect();
    let values = times.values();
    order.sort_by_key(|row| usize::try_from(*row).map_or(i64::MAX, |row| values[row]));
    Ok((take(&batch, order)?, without_time))
}

/// These rows, in this order.
pub(super) fn take(batch: &RecordBatch, rows: Vec<u64>) -> Result<RecordBatch, ExecError> {
    Ok(arrow_select::take::take_record_batch(batch, &UInt64Array::from(rows))?)
}
