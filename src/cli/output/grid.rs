//! Text in columns: names, types under them, a rule, cells. Numbers line up at their right end.

use std::io::{self, Write};

use crate::cli::terminal::{columns, fit, printable};

/// A cell that is longer is cut: the table is for looking, the other forms hold everything.
const CELL: usize = 60;
const GAP: &str = "  ";

/// A table, column by column.
#[derive(Debug, Default)]
pub(in crate::cli) struct Grid {
    columns: Vec<GridColumn>,
}

#[derive(Debug)]
struct GridColumn {
    head: [String; 2],
    right: bool,
    cells: Vec<String>,
}

impl Grid {
    /// Adds a column; `kind` is written under its name, and may be empty.
    pub(in crate::cli) fn column(
        &mut self,
        name: &str,
        kind: &str,
        right: bool,
        cells: impl Iterator<Item = String>,
    ) {
        let shown = |text: &str| fit(&printable(text), CELL);
        let head = [shown(name), kind.to_owned()];
        self.columns.push(GridColumn {
            head,
            right,
            cells: cells.map(|cell| shown(&cell)).collect(),
        });
    }

    /// Prints as many columns as fit into `width`, at least one, and returns how many that are.
    pub(in crate::cli) fn write(
        &self,
        width: Option<usize>,
        out: &mut impl Write,
    ) -> io::Result<usize> {
        let widths: Vec<usize> = self.columns.iter().map(GridColumn::width).collect();
        let shown = fitting(&widths, width.unwrap_or(usize::MAX));
        let line = |out: &mut _, text: &dyn Fn(usize) -> (String, bool)| {
            write_line((0..shown).map(|i| align(text(i), widths[i])), out)
        };
        for head in 0..2 {
            if self.columns.iter().any(|column| !column.head[head].is_empty()) {
                line(out, &|i| (self.columns[i].head[head].clone(), self.columns[i].right))?;
            }
        }
        line(out, &|i| ("─".repeat(widths[i]), false))?;
        for row in 0..self.columns.first().map_or(0, |column| column.cells.len()) {
            line(out, &|i| (self.columns[i].cells[row].clone(), self.columns[i].right))?;
        }
        Ok(shown)
    }
}

impl GridColumn {
    fn width(&self) -> usize {
        self.head.iter().chain(&self.cells).map(|text| columns(text)).max().unwrap_or_default()
    }
}

/// How many of the columns fit beside each other.
fn fitting(widths: &[usize], total: usize) -> usize {
    let mut used = 0;
    let mut fits = |width: &usize| {
        used += width + GAP.len();
        used - GAP.len() <= total
    };
    widths.iter().take_while(|width| fits(width)).count().max(1).min(widths.len())
}

fn align((text, right): (String, bool), width: usize) -> String {
    let space = " ".repeat(width.saturating_sub(columns(&text)));
    if right { space + &text } else { text + &space }
}

fn write_line(cells: impl Iterator<Item = String>, out: &mut impl Write) -> io::Result<()> {
    let cells: Vec<String> = cells.collect();
    writeln!(out, "{}", cells.join(GAP).trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn grid() -> Grid {
        let mut grid = Grid::default();
        let cells = |cells: [&str; 2]| cells.map(String::from).into_iter();
        grid.column("city", "string", false, cells(["Oslo", "漢\n字"]));
        grid.column("t", "float64", true, cells(["1", "-10.5"]));
        grid.column("note", "", false, cells(["", &"x".repeat(70)]));
        grid
    }

    fn written(grid: &Grid, width: Option<usize>) -> (usize, String) {
        let mut out = Vec::new();
        let shown = grid.write(width, &mut out).expect("written");
        (shown, String::from_utf8(out).expect("UTF-8"))
    }

    #[test]
    fn columns_line_up_and_long_cells_are_cut() {
        let (shown, text) = written(&grid(), None);
        assert_eq!(shown, 3);
        insta::assert_snapshot!(text, @r#"
city          t  note
string  float64
──────  ───────  ────────────────────────────────────────────────────────────
Oslo          1
漢\n字    -10.5  xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx…
"#);
    }

    #[test]
    fn columns_that_do_not_fit_are_left_out() {
        for (width, expected) in [(77, 3), (76, 2), (15, 2), (14, 1), (2, 1)] {
            let (shown, text) = written(&grid(), Some(width));
            assert_eq!(shown, expected, "{width}");
            assert!(shown == 1 || text.lines().all(|line| columns(line) <= width), "{text}");
        }
    }
}
