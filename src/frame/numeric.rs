//! The data plane's numbers: wide, long, multi.

use super::series::{Series, series};
use super::shape::{Parts, Shape, typed};
use super::{Field, Frame, FrameError};

/// Wide where there is one row and no text column, else long.
pub(super) fn best(parts: &Parts<'_>, max_series: usize) -> Result<Vec<Frame>, FrameError> {
    if parts.texts.is_empty() && parts.batch.num_rows() == 1 {
        wide(parts, max_series)
    } else {
        Ok(vec![long(parts)])
    }
}

/// One frame of one row: a field for each number of each row, told apart by labels.
pub(super) fn wide(parts: &Parts<'_>, max_series: usize) -> Result<Vec<Frame>, FrameError> {
    let fields = labelled(parts, Shape::NumericWide, max_series)?;
    Ok(vec![Frame { fields, meta: typed("numeric-wide"), ..Frame::default() }])
}

/// One frame for each number of each row.
pub(super) fn multi(parts: &Parts<'_>, max_series: usize) -> Result<Vec<Frame>, FrameError> {
    let frame =
        |field| Frame { fields: vec![field], meta: typed("numeric-multi"), ..Frame::default() };
    Ok(labelled(parts, Shape::NumericMulti, max_series)?.into_iter().map(frame).collect())
}

/// One frame: texts and numbers of the rows as they are.
pub(super) fn long(parts: &Parts<'_>) -> Frame {
    let kept = (0..parts.batch.num_columns())
        .filter(|c| parts.texts.contains(c) || parts.numbers.contains(c));
    let fields = kept.map(|column| parts.field(column)).collect();
    Frame { fields, meta: typed("numeric-long"), ..Frame::default() }
}

fn labelled(parts: &Parts<'_>, shape: Shape, max_series: usize) -> Result<Vec<Field>, FrameError> {
    let all = series(parts, max_series)?;
    if all.iter().any(|one| one.rows.len() > 1) {
        return Err(FrameError::SameLabels { shape: shape.name() });
    }
    Ok(all.iter().flat_map(|one| numbers(parts, one)).collect())
}

/// The numbers of a series of one row.
fn numbers<'a>(parts: &'a Parts<'_>, one: &'a Series) -> impl Iterator<Item = Field> + 'a {
    let row = one.rows.first().and_then(|row| usize::try_from(*row).ok()).unwrap_or_default();
    parts.numbers.iter().map(move |column| {
        let values = parts.batch.column(*column).slice(row, one.rows.len());
        Field { values, labels: one.labels.clone(), ..parts.field(*column) }
    })
}
