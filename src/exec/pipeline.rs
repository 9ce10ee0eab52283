//! Carrying out a plan: batches go in as they are read, one batch comes out.

use std::ops::ControlFlow;

use arrow_array::RecordBatch;
use arrow_schema::SchemaRef;

use super::downsample::m4;
use super::filter::mask;
use super::group::Groups;
use super::rows::{Rows, sort_by_time};
use super::{Budget, ExecError, Plan};

/// A plan under way.
#[derive(Debug)]
pub struct Pipeline {
    plan: Plan,
    state: State,
    matched: usize,
    /// Rows left out by the time range because they have no time.
    without_time: usize,
}

#[derive(Debug)]
enum State {
    Rows(Rows),
    Groups(Box<Groups>),
}

/// The rows of an answer.
#[derive(Debug)]
pub struct Answer {
    /// The rows.
    pub batch: RecordBatch,
    /// Rows that passed the time range and the filters.
    pub rows_matched: usize,
    /// Rows left out because they have no time.
    pub rows_without_time: usize,
    /// Rows before they were thinned out, if they were.
    pub rows_before_downsampling: Option<usize>,
}

impl Pipeline {
    /// Starts a plan over batches of this schema.
    ///
    /// # Errors
    /// An aggregate does not go with its column's type.
    pub fn new(plan: Plan, input: &SchemaRef, budget: Budget) -> Result<Self, ExecError> {
        let state = match &plan.grouping {
            Some(grouping) => {
                State::Groups(Box::new(Groups::new(grouping, input.clone(), budget)?))
            }
            None => {
                State::Rows(Rows::new(std::sync::Arc::new(input.project(&plan.columns)?), budget))
            }
        };
        Ok(Self { plan, state, matched: 0, without_time: 0 })
    }

    /// Takes a batch; breaks when no further row can change the answer.
    ///
    /// # Errors
    /// The answer is over its budget.
    pub fn push(&mut self, batch: &RecordBatch) -> Result<ControlFlow<()>, ExecError> {
        let (mask, without_time) = mask(batch, self.plan.time_range, &self.plan.filters);
        self.without_time += without_time;
        let batch = if mask.true_count() == batch.num_rows() {
            batch.clone()
        } else {
            arrow_select::filter::filter_record_batch(batch, &mask)?
        };
        self.matched += batch.num_rows();
        let wanted = self.rows_wanted();
        match &mut self.state {
            State::Groups(groups) => groups.push(&batch)?,
            State::Rows(rows) => rows.push(cut(batch.project(&self.plan.columns)?, wanted))?,
        }
        Ok(if self.is_complete() { ControlFlow::Break(()) } else { ControlFlow::Continue(()) })
    }

    /// The answer.
    ///
    /// # Errors
    /// The rows cannot be put together.
    pub fn finish(self) -> Result<Answer, ExecError> {
        let mut rows_without_time = self.without_time;
        let batch = match self.state {
            State::Rows(rows) => rows.finish()?,
            State::Groups(groups) => {
                rows_without_time += groups.rows_without_time();
                groups.finish()?
            }
        };
        let rows_matched = self.matched;
        let mut answer =
            Answer { batch, rows_matched, rows_without_time, rows_before_downsampling: None };
        if let Some(time) = self.plan.sort_by {
            let without_time;
            (answer.batch, without_time) = sort_by_time(answer.batch, time)?;
            answer.rows_without_time += without_time;
            if let Some(points) =
                self.plan.max_points.filter(|most| answer.batch.num_rows() > *most)
            {
                answer.rows_before_downsampling = Some(answer.batch.num_rows());
                answer.batch = m4(&answer.batch, time, points)?;
            }
        }
        if let Some(limit) = self.plan.limit {
            answer.batch = cut(answer.batch, Some(limit));
        }
        Ok(answer)
    }

    /// Rows that are still wanted, where that can be known before the end: not if they are sorted or grouped first.
    fn rows_wanted(&self) -> Option<usize> {
        match &self.state {
            State::Rows(rows) if self.plan.sort_by.is_none() => {
                self.plan.limit.map(|limit| limit.saturating_sub(rows.len()))
            }
            _ => None,
        }
    }

    fn is_complete(&self) -> bool {
        self.rows_wanted() == Some(0)
    }
}

fn cut(batch: RecordBatch, rows: Option<usize>) -> RecordBatch {
    match rows {
        Some(rows) if rows < batch.num_rows() => batch.slice(0, rows),
        _ => batch,
    }
}

#[cfg(test)]
mod tests;
