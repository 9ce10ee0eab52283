//! What is done with the rows while they are read: filter, time range, group and aggregate, sort, thin out, limit.
//!
//! A [`Plan`] is a value that says what to do, with columns as indices into the batches; a [`Pipeline`] takes batches as
//! the scan hands them out and holds only what the answer needs. Synchronous, without clock or environment.

mod aggregate;
mod downsample;
mod error;
mod filter;
mod group;
mod pipeline;
mod plan;
mod rows;

pub use error::ExecError;
pub use filter::{Condition, Filter, Operator, Scalar};
pub use pipeline::{Answer, Pipeline};
pub use plan::{Aggregate, Bucket, Budget, Function, Grouping, Plan, TimeRange};
