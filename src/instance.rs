//! One data source at one revision of its settings: it carries queries out from the file to the rows of the answer.
//!
//! Everything here blocks and is called from threads that may. What a query may take is bounded by [`Budgets`] and a
//! [`Watch`], which every read of a file looks at.

use std::collections::HashMap;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

use arrow_array::RecordBatch;
use jiff::tz::TimeZone;

use crate::csv::{self, ColumnType, CsvError, Inferred, Limits, Report, ScanOptions};
use crate::exec::{Budget, Pipeline};
use crate::query::{Format, Query};
use crate::settings::{Budgets, DatasourceSettings};
use crate::storage::{Roots, Source, Storage, StorageError, Version};

mod describe;
mod error;
mod look;
mod plan;
mod revisions;
mod watched;

pub use error::InstanceError;
pub use look::{Page, Values};
pub use revisions::{Key, Revisions};
pub use watched::Watch;

use plan::Planned;
use watched::Watched;

/// Inferences that an instance remembers, and columns of all of them together: a column takes up to a kilobyte.
const REMEMBERED: usize = 256;
const REMEMBERED_COLUMNS: usize = 50_000;

/// A data source at one revision of its settings.
#[derive(Debug)]
pub struct Instance {
    settings: DatasourceSettings,
    zone: TimeZone,
    roots: Arc<Roots>,
    budgets: Budgets,
    /// What files look like, so that a file that did not change is not sampled again.
    inferred: Mutex<HashMap<InferenceKey, Arc<Inferred>>>,
}

/// A version of a file, and everything in a query that its inference depends on.
type InferenceKey = (String, Version, String);

/// What a request adds to its query.
#[derive(Debug, Clone)]
pub struct Request {
    /// The dashboard's time range, both ends included, in nanoseconds since the epoch.
    pub time_range: Option<(i64, i64)>,
    /// Points that the panel can show.
    pub max_points: Option<usize>,
    /// When to give up, and the count of bytes.
    pub watch: Watch,
}

/// The answer to a query: rows, and what is to be told about them.
#[derive(Debug)]
pub struct Answer {
    /// The rows.
    pub batch: RecordBatch,
    /// Index of the time column, where the answer has one.
    pub time: Option<usize>,
    /// Never [`Format::Auto`].
    pub format: Format,
    /// What the scan met.
    pub report: Report,
    /// Columns whose guessed type turned out too narrow.
    pub widened: Vec<Widened>,
    /// Rows that passed the time range and the filters.
    pub rows_matched: usize,
    /// Rows left out because they have no time.
    pub rows_without_time: usize,
    /// Rows before they were thinned out, if they were.
    pub rows_before_downsampling: Option<usize>,
    /// What was done, in words.
    pub executed: String,
    /// Bytes read and time spent.
    pub spent: Spent,
}

/// A column whose guessed type turned out too narrow.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Widened {
    /// Name of the column.
    pub column: String,
    /// Line that showed it.
    pub line: u64,
    /// The guess.
    pub from: ColumnType,
    /// The type that it got.
    pub to: ColumnType,
}

/// What an answer cost.
#[derive(Debug, Clone, Copy, Default)]
pub struct Spent {
    /// Bytes read of the file.
    pub bytes: u64,
    /// Opening and inferring.
    pub infer: Duration,
    /// Whether the inference was remembered.
    pub infer_remembered: bool,
    /// Reading, converting, filtering, aggregating.
    pub scan: Duration,
    /// Sorting, thinning out, putting together.
    pub finish: Duration,
}

impl Instance {
    /// A data source with these settings. Its folder is opened for each query, because it may come and go.
    ///
    /// # Errors
    /// The settings name a time zone that there is not.
    pub fn new(
        settings: DatasourceSettings,
        roots: Arc<Roots>,
        budgets: Budgets,
    ) -> Result<Self, InstanceError> {
        let zone = csv::time_zone(&settings.time_zone)
            .map_err(|source| InstanceError::TimeZone { source })?;
        Ok(Self { settings, zone, roots, budgets, inferred: Mutex::default() })
    }

    /// Carries a query out.
    ///
    /// # Errors
    /// The file cannot be opened or read, the query does not fit it, or a budget is used up.
    pub fn query(&self, query: &Query, request: &Request) -> Result<Answer, InstanceError> {
        let started = Instant::now();
        let source = self.storage()?.open(&query.path)?;
        let (mut inferred, infer_remembered) = self.infer(query, &*source, &request.watch)?;
        let infer = started.elapsed();
        let mut widened = Vec::new();
        loop {
            match self.run(query, request, &*source, &inferred) {
                Err(InstanceError::Csv {
                    source: CsvError::Widen { line, column, from, to },
                    ..
                }) => {
                    inferred = self.widen(query, &*source, &inferred, column, to);
                    let column = inferred.schema.columns[column].name.clone();
                    widened.push(Widened { column, line, from, to });
                }
                Err(error) => return Err(error),
                Ok(answer) => {
                    source.verify()?;
                    let spent = Spent { infer, infer_remembered, ..answer.spent };
                    return Ok(Answer { widened, spent, ..answer });
                }
            }
        }
    }

    /// One scan with one schema.
    fn run(
        &self,
        query: &Query,
        request: &Request,
        source: &dyn Source,
        inferred: &Inferred,
    ) -> Result<Answer, InstanceError> {
        let started = Instant::now();
        let planned = plan::plan(query, &inferred.schema, request, &self.zone)?;
        let Planned { scan: columns, plan, time, format } = planned;
        let schema = inferred.schema.project(&columns);
        let executed = describe::describe(query, &plan, &schema);
        let mut pipeline = Pipeline::new(plan, &schema, self.budget())?;
        let options =
            ScanOptions { columns, on_error: plan::on_error(query), limits: self.limits() };
        let input = Watched::new(source.reopen()?, &request.watch);
        let mut failed = None;
        let mut sink = |batch| {
            pipeline.push(&batch).unwrap_or_else(|error| {
                failed = Some(error);
                ControlFlow::Break(())
            })
        };
        let report = csv::scan(input, &inferred.dialect, &inferred.schema, &options, &mut sink)
            .map_err(|source| InstanceError::csv(query, source))?;
        if let Some(error) = failed {
            return Err(error.into());
        }
        let scan = started.elapsed();
        let answer = pipeline.finish()?;
        let finish = started.elapsed().saturating_sub(scan);
        Ok(Answer {
            batch: answer.batch,
            time,
            format,
            report,
            widened: Vec::new(),
            rows_matched: answer.rows_matched,
            rows_without_time: answer.rows_without_time,
            rows_before_downsampling: answer.rows_before_downsampling,
            executed,
            spent: Spent { bytes: request.watch.bytes_read(), scan, finish, ..Spent::default() },
        })
    }

    /// The data source's folder, opened now.
    fn storage(&self) -> Result<Box<dyn Storage>, StorageError> {
        let DatasourceSettings { root, folder, .. } = &self.settings;
        Ok(Box::new(self.roots.open(root, folder, self.budgets.max_file_bytes)?))
    }

    /// What the file looks like, remembered or looked at now.
    fn infer(
        &self,
        query: &Query,
        source: &dyn Source,
        watch: &Watch,
    ) -> Result<(Arc<Inferred>, bool), InstanceError> {
        let key = inference_key(query, source);
        if let Some(inferred) = self.remembered().get(&key) {
            return Ok((inferred.clone(), true));
        }
        let (dialect, overrides) = plan::inference(query, &self.zone)?;
        let input: Box<dyn Read> = Box::new(Watched::new(source.reopen()?, watch));
        let inferred = csv::infer(input, &dialect, &overrides, self.limits())
            .map_err(|source| InstanceError::csv(query, source))?;
        Ok((self.remember(key, inferred), false))
    }

    /// The inference with a wider type for one column, remembered for the queries to come.
    fn widen(
        &self,
        query: &Query,
        source: &dyn Source,
        inferred: &Inferred,
        column: usize,
        to: ColumnType,
    ) -> Arc<Inferred> {
        let mut wider = inferred.clone();
        wider.schema.columns[column].column_type = to;
        self.remember(inference_key(query, source), wider)
    }

    fn remember(&self, key: InferenceKey, inferred: Inferred) -> Arc<Inferred> {
        let inferred = Arc::new(inferred);
        let mut remembered = self.remembered();
        let columns: usize = remembered.values().map(|known| known.schema.columns.len()).sum();
        if remembered.len() >= REMEMBERED || columns >= REMEMBERED_COLUMNS {
            // Files that grow leave a version behind with each look; starting anew is cheap and needs no order of use.
            remembered.clear();
        }
        remembered.insert(key, inferred.clone());
        inferred
    }

    fn remembered(&self) -> std::sync::MutexGuard<'_, HashMap<InferenceKey, Arc<Inferred>>> {
        self.inferred.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn limits(&self) -> Limits {
        let Budgets { max_line_bytes, max_columns, .. } = self.budgets;
        Limits { record_bytes: max_line_bytes as u64, columns: max_columns }
    }

    fn budget(&self) -> Budget {
        Budget { rows: self.budgets.max_rows, bytes: self.budgets.max_result_bytes }
    }
}

fn inference_key(query: &Query, source: &dyn Source) -> InferenceKey {
    let asked = serde_json::json!([query.dialect, query.column_types, query.time_zone]).to_string();
    (query.path.clone(), source.version().clone(), asked)
}

#[cfg(test)]
mod tests;
