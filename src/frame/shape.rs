//! From rows to frames of the data plane's types.

use arrow_array::{Array, RecordBatch};
use arrow_schema::DataType;

use super::{Field, Frame, FrameError, Meta, logs, numeric, time_series};

/// Shape of an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// The rows as they are.
    Table,
    /// Wide where there is no text column and no time twice, else multi.
    TimeSeries,
    /// One frame; text columns become labels.
    TimeSeriesWide,
    /// One frame; text columns are dimensions.
    TimeSeriesLong,
    /// One frame for each series; text columns become labels.
    TimeSeriesMulti,
    /// Wide where there is one row and no text column, else long.
    Numeric,
    /// One frame of one row; text columns become labels.
    NumericWide,
    /// One frame; text columns are dimensions.
    NumericLong,
    /// One frame for each number; text columns become labels.
    NumericMulti,
    /// Grafana's log lines.
    Logs,
}

impl Shape {
    /// The word of the query model.
    pub fn name(self) -> &'static str {
        match self {
            Self::Table => "table",
            Self::TimeSeries => "timeseries",
            Self::TimeSeriesWide => "timeseries-wide",
            Self::TimeSeriesLong => "timeseries-long",
            Self::TimeSeriesMulti => "timeseries-multi",
            Self::Numeric => "numeric",
            Self::NumericWide => "numeric-wide",
            Self::NumericLong => "numeric-long",
            Self::NumericMulti => "numeric-multi",
            Self::Logs => "logs",
        }
    }

    fn is_time_series(self) -> bool {
        matches!(
            self,
            Self::TimeSeries | Self::TimeSeriesWide | Self::TimeSeriesLong | Self::TimeSeriesMulti
        )
    }
}

/// What frames may hold before the query fails.
#[derive(Debug, Clone, Copy)]
pub struct Budget {
    /// Series.
    pub series: usize,
    /// Bytes of values. Only a wide frame can have more than its rows: it has a value for each time of each series.
    pub bytes: usize,
}

/// The columns of an answer by their part in a frame.
pub(super) struct Parts<'a> {
    pub(super) batch: &'a RecordBatch,
    pub(super) time: Option<usize>,
    pub(super) numbers: Vec<usize>,
    pub(super) texts: Vec<usize>,
}

impl<'a> Parts<'a> {
    fn new(batch: &'a RecordBatch, time: Option<usize>) -> Self {
        let of = |wanted: fn(&DataType) -> bool| {
            (0..batch.num_columns())
                .filter(|column| wanted(batch.column(*column).data_type()))
                .collect()
        };
        let is_number =
            |t: &DataType| matches!(t, DataType::Int64 | DataType::Float64 | DataType::Boolean);
        Self { batch, time, numbers: of(is_number), texts: of(|t| *t == DataType::Utf8) }
    }

    /// The field of a column, with its unit.
    pub(super) fn field(&self, column: usize) -> Field {
        let schema = self.batch.schema();
        let field = schema.field(column);
        let unit = field.metadata().get("unit").cloned().unwrap_or_default();
        Field { unit, ..Field::new(field.name(), self.batch.column(column).clone()) }
    }

    pub(super) fn time(&self, shape: Shape) -> Result<usize, FrameError> {
        self.time.ok_or(FrameError::NoTime { shape: shape.name() })
    }

    /// Whether there is what time series and numbers need.
    fn check(&self, shape: Shape) -> Result<(), FrameError> {
        if shape.is_time_series() {
            self.time(shape)?;
        }
        if self.numbers.is_empty() {
            return Err(FrameError::NoNumber { shape: shape.name() });
        }
        Ok(())
    }
}

/// Makes frames out of rows. `time` is the time column; for time series and logs it holds no null and is ascending.
///
/// # Errors
/// The rows have not what the shape needs, or the frames are over their budget.
pub fn shape(
    batch: &RecordBatch,
    time: Option<usize>,
    shape: Shape,
    budget: Budget,
) -> Result<Vec<Frame>, FrameError> {
    let parts = Parts::new(batch, time);
    match shape {
        Shape::Table => return Ok(vec![table(&parts)]),
        Shape::Logs => return logs::lines(&parts),
        _ => parts.check(shape)?,
    }
    if batch.num_rows() == 0 {
        return Ok(vec![no_data(&parts, shape)]);
    }
    match shape {
        Shape::TimeSeries => time_series::best(&parts, budget),
        Shape::TimeSeriesWide => time_series::wide(&parts, budget),
        Shape::TimeSeriesLong => time_series::long(&parts),
        Shape::TimeSeriesMulti => time_series::multi(&parts, budget.series),
        Shape::Numeric => numeric::best(&parts, budget.series),
        Shape::NumericWide => numeric::wide(&parts, budget.series),
        Shape::NumericMulti => numeric::multi(&parts, budget.series),
        _ => Ok(vec![numeric::long(&parts)]),
    }
}

/// No rows: one frame without fields. Alerting then sees "no data", and not a series without points, whose sum is zero.
fn no_data(parts: &Parts<'_>, shape: Shape) -> Frame {
    let frame_type = match shape {
        Shape::TimeSeries if parts.texts.is_empty() => "timeseries-wide",
        Shape::TimeSeries => "timeseries-multi",
        Shape::Numeric => "numeric-long",
        shape => shape.name(),
    };
    Frame { meta: typed(frame_type), ..Frame::default() }
}

fn table(parts: &Parts<'_>) -> Frame {
    let fields = (0..parts.batch.num_columns()).map(|column| parts.field(column)).collect();
    let meta = Meta { preferred_visualisation_type: Some("table"), ..typed("table") };
    Frame { fields, meta, ..Frame::default() }
}

/// Meta of a data plane type in the version that Grafana's strict reader knows.
pub(super) fn typed(frame_type: &'static str) -> Meta {
    Meta { frame_type: Some(frame_type), type_version: [0, 1], ..Meta::default() }
}

#[cfg(test)]
mod tests;
