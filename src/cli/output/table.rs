//! The answer for somebody at a terminal: the first rows of each frame, and a plot if there is a time series.

use std::io::Write;

use super::grid::Grid;
use super::{Page, plot, text};
use crate::cli::answer::{Column, Frame};
use crate::cli::error::CliError;
use crate::cli::terminal::{printable, thousands};

/// Rows of a frame that are shown.
const ROWS: usize = 40;
/// Frames that are shown.
const FRAMES: usize = 10;

pub(super) fn write(frames: &[Frame], page: &Page, out: &mut impl Write) -> Result<(), CliError> {
    if frames.iter().all(|frame| frame.fields.is_empty()) {
        return Ok(writeln!(out, "No data.")?);
    }
    for (index, frame) in frames.iter().take(FRAMES).enumerate() {
        if frames.len() > 1 {
            let space = if index == 0 { "" } else { "\n" };
            let name = if frame.name.is_empty() {
                String::new()
            } else {
                format!(": {}", printable(&frame.name))
            };
            writeln!(out, "{space}Frame {} of {}{name}", index + 1, thousands(frames.len()))?;
        }
        table(frame, page, out)?;
    }
    if frames.len() > FRAMES {
        writeln!(
            out,
            "\n{FRAMES} of {} frames; --output csv prints all.",
            thousands(frames.len())
        )?;
    }
    if page.width.is_some() {
        plot::below_table(frames, page, out)?;
    }
    Ok(())
}

fn table(frame: &Frame, page: &Page, out: &mut impl Write) -> Result<(), CliError> {
    let mut grid = Grid::default();
    for (index, field) in frame.fields.iter().enumerate() {
        grid.column(
            &field.title(),
            field.kind.word(),
            field.kind.is_number(),
            cells(frame, index, page),
        );
    }
    let shown = grid.write(page.width, out)?;
    if shown < frame.fields.len() {
        writeln!(out, "{shown} of {} columns fit; --columns chooses others.", frame.fields.len())?;
    }
    let rows = frame.rows();
    let said = match rows {
        1 => "1 row.".to_owned(),
        _ if rows > ROWS => format!("{ROWS} of {} rows; --output csv prints all.", thousands(rows)),
        _ => format!("{rows} rows."),
    };
    Ok(writeln!(out, "{said}")?)
}

/// The first cells of a field.
fn cells<'a>(frame: &'a Frame, field: usize, page: &'a Page) -> impl Iterator<Item = String> + 'a {
    let cells = frame.batches.iter().flat_map(move |batch| {
        let column = Column::all(frame, batch).swap_remove(field);
        (0..batch.num_rows()).map(move |row| column.cell(row))
    });
    cells.take(ROWS).map(|cell| text(cell, &page.zone).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::answer::tests::{floats, frame, ints, strings, times};
    use crate::cli::instant::Zone;

    fn table(frames: &[Frame], width: Option<usize>) -> String {
        let mut out = Vec::new();
        write(frames, &Page { zone: Zone::utc(), width }, &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn a_small_table() {
        let frame = frame(&[
            ("time", "", times(&[Some(0), None])),
            ("host", "", strings(&[Some("web\u{1b}[2J"), Some("db")])),
            ("load", "", floats(&[Some(0.5), Some(12.25)])),
        ]);
        insta::assert_snapshot!(table(&[frame], None), @r#"
time                  host             load
time                  string        float64
────────────────────  ────────────  ───────
1970-01-01T00:00:00Z  web\u{1b}[2J      0.5
                      db              12.25
2 rows.
"#);
    }

    #[test]
    fn a_long_table_says_how_much_it_leaves_out() {
        let numbers: Vec<Option<i64>> = (0..1234).map(Some).collect();
        let text = table(&[frame(&[("n", "", ints(&numbers))])], None);
        assert_eq!(text.lines().count(), 3 + 40 + 1);
        assert!(text.ends_with("   39\n40 of 1,234 rows; --output csv prints all.\n"), "{text}");
        let names: Vec<String> = (0..30).map(|n| format!("column {n}")).collect();
        let columns: Vec<_> =
            names.iter().map(|name| (name.as_str(), "", ints(&[Some(1)]))).collect();
        assert!(
            table(&[frame(&columns)], Some(40))
                .contains("\n4 of 30 columns fit; --columns chooses others.\n1 row.\n")
        );
    }

    #[test]
    fn frames_follow_each_other() {
        let series = |host| frame(&[("v", host, ints(&[Some(1)]))]);
        let frames = [series(r#"{"host":"a"}"#), series(r#"{"host":"b"}"#)];
        insta::assert_snapshot!(table(&frames, None), @r#"
Frame 1 of 2: f
v{host="a"}
      int64
───────────
          1
1 row.

Frame 2 of 2: f
v{host="b"}
      int64
───────────
          1
1 row.
"#);
        let many: Vec<Frame> = (0..12).map(|_| series("")).collect();
        assert!(table(&many, None).ends_with("\n10 of 12 frames; --output csv prints all.\n"));
    }

    #[test]
    fn a_time_series_on_a_terminal_gets_a_plot() {
        let series = [frame(&[
            ("time", "", times(&[Some(0), Some(60)])),
            ("v", "", ints(&[Some(1), Some(2)])),
        ])];
        assert!(table(&series, Some(60)).contains('┤'));
        assert!(!table(&series, None).contains('┤'));
        assert!(!table(&[frame(&[("v", "", ints(&[Some(1), Some(2)]))])], Some(60)).contains('┤'));
    }

    #[test]
    fn nothing_is_said_in_words() {
        assert_eq!(table(&[], None), "No data.\n");
        assert_eq!(table(&[frame(&[])], Some(80)), "No data.\n");
    }
}
