//! A sheet of braille characters, each two dots wide and four dots high.

use super::series::Series;

/// The bits of a braille character, by column and row of its dots (Unicode's own order).
const DOTS: [[u8; 4]; 2] = [[0x01, 0x02, 0x04, 0x40], [0x08, 0x10, 0x20, 0x80]];
/// The braille character without dots.
const BLANK: u32 = 0x2800;

#[derive(Debug)]
pub(super) struct Canvas {
    width: usize,
    cells: Vec<u8>,
}

impl Canvas {
    /// Draws the line of a series; `width` and `height` are in characters.
    pub(super) fn draw(series: &Series, width: usize, height: usize) -> Self {
        let mut canvas = Self { width, cells: vec![0; width * height] };
        let (low, high) = series.values();
        let (first, last) = series.times();
        let x = |time: i64| dot(position(time, first, last), width * 2);
        let y = |value: f64| dot(1.0 - share(value, low, high), height * 4);
        let mut before = None;
        for (time, value) in &series.points {
            let to = value.map(|value| (x(*time), y(value)));
            if let Some(to) = to {
                canvas.line(before.unwrap_or(to), to);
            }
            before = to;
        }
        canvas
    }

    /// In characters.
    pub(super) fn width(&self) -> usize {
        self.width
    }

    /// The sheet, from top to bottom; a character without dots is a space, so that text tools can trim it.
    pub(super) fn lines(&self) -> impl Iterator<Item = String> {
        self.cells.chunks(self.width).map(|row| {
            let shown = |bits: &u8| match bits {
                0 => ' ',
                bits => char::from_u32(BLANK + u32::from(*bits)).unwrap_or(' '),
            };
            row.iter().map(shown).collect()
        })
    }

    /// Bresenham's line, from dot to dot.
    fn line(&mut self, from: (i32, i32), to: (i32, i32)) {
        let ((mut x, mut y), (dx, dy)) = (from, ((to.0 - from.0).abs(), -(to.1 - from.1).abs()));
        let mut error = dx + dy;
        loop {
            self.set(x, y);
            if (x, y) == to {
                return;
            }
            let twice = 2 * error;
            if twice >= dy {
                error += dy;
                x += (to.0 - x).signum();
            }
            if twice <= dx {
                error += dx;
                y += (to.1 - y).signum();
            }
        }
    }

    fn set(&mut self, x: i32, y: i32) {
        let (Ok(x), Ok(y)) = (usize::try_from(x), usize::try_from(y)) else { return };
        if let Some(cell) = self.cells.get_mut(y / 4 * self.width + x / 2) {
            *cell |= DOTS[x % 2][y % 4];
        }
    }
}

/// Where `value` lies between `low` and `high`, from 0 to 1; in the middle if they are the same. Halves keep the
/// difference of two huge numbers finite.
fn share(value: f64, low: f64, high: f64) -> f64 {
    if low < high { (value / 2.0 - low / 2.0) / (high / 2.0 - low / 2.0) } else { 0.5 }
}

#[expect(clippy::cast_precision_loss, reason = "a plot has a few hundred dots from left to right")]
fn position(time: i64, first: i64, last: i64) -> f64 {
    share(time as f64 - first as f64, 0.0, last as f64 - first as f64)
}

/// The dot for a share of `dots`.
#[expect(
    clippy::cast_possible_truncation,
    reason = "a sheet is a few hundred dots wide, and shares lie in 0 to 1"
)]
fn dot(share: f64, dots: usize) -> i32 {
    let last = f64::from(i32::try_from(dots).unwrap_or(i32::MAX) - 1);
    (share * last).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(points: &[(i64, Option<f64>)], width: usize, height: usize) -> Vec<String> {
        let series = Series { title: String::new(), points: points.to_vec() };
        Canvas::draw(&series, width, height).lines().collect()
    }

    #[test]
    fn lines_run_from_corner_to_corner() {
        assert_eq!(drawn(&[(0, Some(0.0)), (10, Some(1.0))], 4, 2), ["  ⡠⠊", "⡠⠊  "]);
        assert_eq!(drawn(&[(0, Some(1.0)), (10, Some(0.0))], 4, 2), ["⠑⢄  ", "  ⠑⢄"]);
    }

    #[test]
    fn a_gap_is_not_bridged() {
        let points = [(0, Some(1.0)), (1, Some(1.0)), (2, None), (9, Some(1.0)), (10, Some(1.0))];
        let line = drawn(&points, 6, 1).concat();
        assert_eq!(line.chars().filter(|c| *c == ' ').count(), 4, "{line}");
    }
}
