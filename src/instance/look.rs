//! Looking around: what the editor and the health check ask of a data source.

use std::collections::HashSet;
use std::io::Read;
use std::ops::ControlFlow;
use std::sync::Arc;

use arrow_array::StringArray;
use arrow_array::cast::AsArray;

use crate::csv::{self, ColumnType, Inferred, ScanOptions};
use crate::query::{Format, Query};
use crate::storage::{Entry, EntryKind, Storage};

use super::watched::Watched;
use super::{Answer, Instance, InstanceError, Request, Watch, plan};

/// Bytes of all values together: cells may be megabytes long.
const VALUES_BYTES: usize = 4 * 1024 * 1024;

/// A part of a folder's listing.
#[derive(Debug)]
pub struct Page {
    /// The entries of this page.
    pub entries: Vec<Entry>,
    /// Entries in the folder.
    pub total: usize,
}

/// Distinct values of a column.
#[derive(Debug, Default)]
pub struct Values {
    /// In order of first appearance.
    pub values: Vec<String>,
    /// There are more than were asked for.
    pub more: bool,
}

impl Instance {
    /// A page of a folder's listing, beneath the data source's folder or, if `root` is given, beneath that root: the
    /// caller has made sure that the user may look there.
    pub fn files(
        &self,
        root: Option<&str>,
        path: &str,
        glob: Option<&str>,
        offset: usize,
        limit: usize,
    ) -> Result<Page, InstanceError> {
        let storage: Box<dyn Storage> = match root {
            Some(root) => Box::new(self.roots.open(root, "", self.budgets.max_file_bytes)?),
            None => self.storage()?,
        };
        let entries = storage.list(path, glob)?;
        let total = entries.len();
        Ok(Page { entries: entries.into_iter().skip(offset).take(limit).collect(), total })
    }

    /// What the query's file looks like.
    pub fn schema(&self, query: &Query, watch: &Watch) -> Result<Arc<Inferred>, InstanceError> {
        let source = self.storage()?.open(&query.path)?;
        Ok(self.infer(query, &*source, watch)?.0)
    }

    /// The first rows of the query's file as a table, without a time range.
    pub fn preview(
        &self,
        query: &Query,
        limit: u64,
        watch: Watch,
    ) -> Result<Answer, InstanceError> {
        let query =
            Query { format: Format::Table, apply_time_range: false, limit, ..query.clone() };
        self.query(&query, &Request { time_range: None, max_points: None, watch })
    }

    /// Distinct values of a column, as texts, that hold `search`.
    pub fn values(
        &self,
        query: &Query,
        column: &str,
        search: &str,
        limit: usize,
        watch: &Watch,
    ) -> Result<Values, InstanceError> {
        let source = self.storage()?.open(&query.path)?;
        let (inferred, _) = self.infer(query, &*source, watch)?;
        let index = inferred
            .schema
            .index_of(column)
            .map_err(|source| InstanceError::Part { part: "column", source })?;
        let mut schema = inferred.schema.clone();
        schema.columns[index].column_type = ColumnType::String;
        let options = ScanOptions {
            columns: vec![index],
            on_error: plan::on_error(query),
            limits: self.limits(),
        };
        let mut found =
            Found { search, limit, seen: HashSet::new(), bytes: 0, values: Values::default() };
        let mut sink = |batch: arrow_array::RecordBatch| found.add(batch.column(0).as_string());
        let input: Box<dyn Read> = Box::new(Watched::new(source.reopen()?, watch));
        csv::scan(input, &inferred.dialect, &schema, &options, &mut sink)
            .map_err(|source| InstanceError::csv(query, source))?;
        Ok(found.values)
    }

    /// Opens the folder and counts the files in it: what "Save & test" says.
    pub fn check(&self) -> Result<usize, InstanceError> {
        let entries = self.storage()?.list("", None)?;
        Ok(entries.iter().filter(|entry| entry.kind == EntryKind::File).count())
    }
}

/// Distinct values while they are collected.
struct Found<'a> {
    search: &'a str,
    limit: usize,
    seen: HashSet<String>,
    bytes: usize,
    values: Values,
}

impl Found<'_> {
    /// Takes the values of a batch; breaks once there are more than were asked for, or more than a list can show.
    fn add(&mut self, texts: &StringArray) -> ControlFlow<()> {
        for text in texts.iter().flatten().filter(|text| text.contains(self.search)) {
            if self.seen.contains(text) {
                continue;
            }
            if self.values.values.len() == self.limit || self.bytes + text.len() > VALUES_BYTES {
                self.values.more = true;
                return ControlFlow::Break(());
            }
            self.bytes += text.len();
            self.seen.insert(text.to_owned());
            self.values.values.push(text.to_owned());
        }
        ControlFlow::Continue(())
    }
}
