//! Reading a whole file by its schema, batch by batch.

use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::{ArrayRef, BooleanArray, RecordBatch, RecordBatchOptions};
use arrow_schema::SchemaRef;
use csv::ByteRecord;

use super::builder::{ColumnBuilder, Fit};
use super::record::{Records, decode};
use super::report::shorten;
use super::{ColumnType, CsvError, Dialect, Limits, Problem, Report, Schema};

/// Rows of a batch at most, and bytes of its records: a batch of a file with 20,000 columns has few rows.
const BATCH_ROWS: usize = 8_192;
const BATCH_BYTES: usize = 4 * 1024 * 1024;

/// What a value does that does not fit its column.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum OnError {
    /// It becomes null.
    #[default]
    Null,
    /// Its record is left out.
    Skip,
    /// The scan fails.
    Fail,
}

/// What is read of a file, and how.
#[derive(Debug, Clone)]
pub struct ScanOptions {
    /// Indices of the columns to convert, in the order of the batches' columns; others are passed over unread.
    pub columns: Vec<usize>,
    /// What a value does that does not fit.
    pub on_error: OnError,
    /// When to give up.
    pub limits: Limits,
}

/// Reads a file from its start and hands its records to `sink` in batches, in order, until the end or until `sink`
/// breaks. The dialect's delimiter must be known.
///
/// # Errors
/// Reading fails, a record is too long, a value does not fit and `on_error` is [`OnError::Fail`], or
/// [`CsvError::Widen`], after which the caller starts again with the wider type.
pub fn scan(
    input: impl Read,
    dialect: &Dialect,
    schema: &Schema,
    options: &ScanOptions,
    sink: &mut dyn FnMut(RecordBatch) -> ControlFlow<()>,
) -> Result<Report, CsvError> {
    let delimiter = dialect.delimiter.unwrap_or(b',');
    let mut records = Records::new(decode(input, dialect), delimiter, dialect, options.limits);
    let mut batch = Batch::new(dialect, schema, options);
    if dialect.header {
        records.next()?;
    }
    while records.next()?.is_some() {
        batch.push(&records)?;
        if batch.is_full() && sink(batch.finish()).is_break() {
            return Ok(batch.report);
        }
    }
    if batch.rows > 0 {
        let _stopped = sink(batch.finish());
    }
    Ok(batch.report)
}

/// The batch under construction, and the report of all before it.
struct Batch<'a> {
    schema: &'a Schema,
    options: &'a ScanOptions,
    arrow_schema: SchemaRef,
    builders: Vec<ColumnBuilder<'a>>,
    rows: usize,
    bytes: usize,
    /// One for each row; only filled where rows are skipped.
    keep: Vec<bool>,
    report: Report,
}

impl<'a> Batch<'a> {
    fn new(dialect: &'a Dialect, schema: &'a Schema, options: &'a ScanOptions) -> Self {
        let columns = || options.columns.iter().map(|index| &schema.columns[*index]);
        let rows = (BATCH_BYTES / 8 / options.columns.len().max(1)).clamp(1, BATCH_ROWS);
        Self {
            schema,
            options,
            arrow_schema: Arc::new(arrow_schema::Schema::new(
                columns().map(super::Column::field).collect::<Vec<_>>(),
            )),
            builders: columns().map(|column| ColumnBuilder::new(column, dialect, rows)).collect(),
            rows: 0,
            bytes: 0,
            keep: Vec::new(),
            report: Report::default(),
        }
    }

    fn is_full(&self) -> bool {
        self.rows >= BATCH_ROWS || self.bytes >= BATCH_BYTES
    }

    fn push<R: Read>(&mut self, records: &Records<R>) -> Result<(), CsvError> {
        let record = records.current();
        self.report.rows_read += 1;
        self.rows += 1;
        self.bytes += record.as_slice().len() + 8 * self.builders.len();
        let mut fits = self.push_extra(record, records)?;
        for position in 0..self.builders.len() {
            let index = self.options.columns[position];
            fits &= match self.builders[position].push(record.get(index)) {
                Fit::Fits => true,
                Fit::Misfit(reason) => {
                    self.misfit(records, index, record.get(index).unwrap_or_default(), reason)?
                }
                Fit::Widen(to) => return Err(self.widen(records, index, to)),
            };
        }
        self.keep_row(fits);
        Ok(())
    }

    /// A record with more cells than the header has: what is too much does not fit anywhere.
    fn push_extra<R: Read>(
        &mut self,
        record: &ByteRecord,
        records: &Records<R>,
    ) -> Result<bool, CsvError> {
        let columns = self.schema.columns.len();
        match record.get(columns) {
            // One empty cell more is a delimiter at the end of the line, which many writers leave.
            None => Ok(true),
            Some([]) if record.len() == columns + 1 => Ok(true),
            Some(cell) => self.misfit(
                records,
                columns,
                cell,
                "the line has more cells than there are columns",
            ),
        }
    }

    fn misfit<R: Read>(
        &mut self,
        records: &Records<R>,
        index: usize,
        cell: &[u8],
        reason: &'static str,
    ) -> Result<bool, CsvError> {
        let column = self.schema.columns.get(index).map_or("", |column| &column.name);
        let problem = || Problem {
            line: records.line(),
            column: column.to_owned(),
            text: shorten(cell),
            reason: reason.to_owned(),
        };
        if self.options.on_error == OnError::Fail {
            let Problem { line, column, text, reason } = problem();
            return Err(CsvError::Misfit { line, column, text, reason });
        }
        self.report.add(problem);
        Ok(false)
    }

    fn widen<R: Read>(&self, records: &Records<R>, column: usize, to: ColumnType) -> CsvError {
        let from = self.schema.columns[column].column_type;
        CsvError::Widen { line: records.line(), column, from, to }
    }

    fn keep_row(&mut self, fits: bool) {
        if self.options.on_error == OnError::Skip {
            self.keep.push(fits);
            self.report.rows_skipped += u64::from(!fits);
        }
    }

    fn finish(&mut self) -> RecordBatch {
        let columns: Vec<ArrayRef> = self.builders.iter_mut().map(ColumnBuilder::finish).collect();
        let rows = RecordBatchOptions::new().with_row_count(Some(self.rows));
        let batch = RecordBatch::try_new_with_options(self.arrow_schema.clone(), columns, &rows)
            .expect("every builder took one value for each row, of the type that its field says");
        self.rows = 0;
        self.bytes = 0;
        if self.keep.iter().all(|keep| *keep) {
            self.keep.clear();
            return batch;
        }
        let keep = BooleanArray::from(std::mem::take(&mut self.keep));
        arrow_select::filter::filter_record_batch(&batch, &keep)
            .expect("the mask has one value for each row")
    }
}

#[cfg(test)]
mod tests;
