//! Lines over time in braille dots, one small plot for each series: a terminal cannot be relied on for colours, and
//! series of different units do not belong on one axis.

use std::io::Write;

use canvas::Canvas;
use series::Series;

use super::Page;
use crate::cli::answer::Frame;
use crate::cli::error::CliError;
use crate::cli::terminal::{columns, fit, printable, thousands};

mod canvas;
mod series;

/// Series that are drawn.
const SERIES: usize = 4;
/// Columns, where the output is not a terminal.
const WIDTH: usize = 80;
/// Rows of a plot that stands alone, and of one among several.
const HEIGHT: (usize, usize) = (12, 6);

pub(super) fn write(frames: &[Frame], page: &Page, out: &mut impl Write) -> Result<(), CliError> {
    let all = series::all(frames);
    if all.is_empty() {
        let hint = "A plot needs a column of times and a column of numbers; --time-column, --columns and \
                    --output table help to find out what there is.";
        return Err(CliError::NothingToPlot { hint });
    }
    plots(&all, page, out)
}

/// The same below a table, where having nothing to plot is no error, and where a plot of just a few of many series
/// would say little.
pub(super) fn below_table(
    frames: &[Frame],
    page: &Page,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let all = series::all(frames);
    if all.is_empty() || all.len() > SERIES {
        return Ok(());
    }
    writeln!(out)?;
    plots(&all, page, out)
}

fn plots(all: &[Series], page: &Page, out: &mut impl Write) -> Result<(), CliError> {
    let height = if all.len() == 1 { HEIGHT.0 } else { HEIGHT.1 };
    for (index, series) in all.iter().take(SERIES).enumerate() {
        if index > 0 {
            writeln!(out)?;
        }
        plot(series, height, page, out)?;
    }
    if all.len() > SERIES {
        writeln!(
            out,
            "\n{SERIES} of {} series; --columns and --filter choose others.",
            thousands(all.len())
        )?;
    }
    Ok(())
}

fn plot(series: &Series, height: usize, page: &Page, out: &mut impl Write) -> Result<(), CliError> {
    let width = page.width.unwrap_or(WIDTH);
    let (low, high) = series.values();
    let labels = [high, low / 2.0 + high / 2.0, low].map(label);
    let margin = labels.iter().map(|label| columns(label)).max().unwrap_or_default();
    let canvas = Canvas::draw(series, width.saturating_sub(margin + 3).max(10), height);
    writeln!(out, "{}", fit(&printable(&series.title), width))?;
    for (row, dots) in canvas.lines().enumerate() {
        let label = match row {
            0 => &labels[0],
            _ if row == height / 2 => &labels[1],
            _ if row + 1 == height => &labels[2],
            _ => "",
        };
        let axis = if label.is_empty() { '│' } else { '┤' };
        writeln!(out, "{}", format!("{label:>margin$} {axis}{dots}").trim_end())?;
    }
    times(series, margin + 2, canvas.width(), page, out)
}

/// The axis below: a line, with the first and the last time under its ends.
fn times(
    series: &Series,
    margin: usize,
    width: usize,
    page: &Page,
    out: &mut impl Write,
) -> Result<(), CliError> {
    let (first, last) = series.times();
    let (first, last) = (page.zone.short(first), page.zone.short(last));
    let last = format!("{last} {}", page.zone.name);
    writeln!(out, "{:margin$}└{}", "", "─".repeat(width), margin = margin - 1)?;
    let space = (margin + width).saturating_sub(margin + columns(&first) + columns(&last)).max(2);
    Ok(writeln!(out, "{:margin$}{first}{:space$}{last}", "", "")?)
}

/// Up to six significant digits: the axis shows where, not what exactly.
fn label(value: f64) -> String {
    let rounded: f64 = format!("{value:.5e}").parse().unwrap_or(value);
    super::float(rounded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::answer::tests::{floats, frame, ints, strings, times};
    use crate::cli::instant::Zone;

    fn plot(frames: &[Frame]) -> String {
        let mut out = Vec::new();
        write(frames, &Page { zone: Zone::utc(), width: Some(60) }, &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn one_series_with_a_gap() {
        let seconds: Vec<Option<i64>> = (0..100).map(|n| Some(n * 60)).collect();
        let value = |n: i32| {
            if (40..50).contains(&n) { None } else { Some((f64::from(n) / 10.0).sin() * 20.0) }
        };
        let values: Vec<Option<f64>> = (0..100).map(value).collect();
        insta::assert_snapshot!(plot(&[frame(&[("time", "", times(&seconds)), ("wave", "", floats(&values))])]), @r#"
wave
 19.9915 ┤     ⢀⠔⠉⠉⠒⢄                         ⢰⠊⠉⠑⠢⡀
         │    ⡰⠁     ⠣⡀                      ⡔⠁    ⠘⢄
         │   ⡔⠁       ⢇                     ⡜       ⠈⢆
         │  ⡜         ⠈⢆                   ⡜         ⠈⢆
         │ ⡰⠁          ⠈⡆                 ⡸           ⠘⡄
         │⢰⠁            ⠘⡄               ⡰⠁            ⠘⡄
0.406493 ┤⠁              ⠸⡀             ⢠⠃              ⠱⡀
         │                ⠱⡀           ⢠⠃                ⢣
         │                 ⢣          ⢀⠎                  ⢣
         │                  ⢣        ⢀⠎
         │                   ⠁      ⢀⠎
-19.1785 ┤                        ⢀⠔⠁
         └─────────────────────────────────────────────────
          1970-01-01 00:00:00       1970-01-01 01:39:00 UTC
"#);
    }

    #[test]
    fn series_of_a_table_are_split_by_its_strings() {
        let frame = frame(&[
            ("time", "", times(&[Some(0), Some(0), Some(60), Some(60)])),
            ("host", "", strings(&[Some("a"), Some("b"), Some("a"), Some("b")])),
            ("load", "", ints(&[Some(1), Some(10), Some(2), Some(20)])),
        ]);
        insta::assert_snapshot!(plot(&[frame]), @r#"
load · a
  2 ┤                                             ⢀⣀⣀⠤⠤⠔⠒⠊⠉
    │                                    ⢀⣀⡠⠤⠤⠒⠒⠊⠉⠁
    │                           ⣀⣀⡠⠤⠔⠒⠒⠉⠉⠁
1.5 ┤                 ⢀⣀⣀⠤⠤⠔⠒⠊⠉⠉
    │        ⢀⣀⡠⠤⠤⠒⠒⠊⠉⠁
  1 ┤⣀⡠⠤⠔⠒⠒⠉⠉⠁
    └──────────────────────────────────────────────────────
     1970-01-01 00:00:00            1970-01-01 00:01:00 UTC

load · b
20 ┤                                              ⢀⣀⣀⠤⠤⠒⠒⠊⠉
   │                                     ⣀⣀⡠⠤⠔⠒⠒⠉⠉⠁
   │                           ⢀⣀⣀⠤⠤⠒⠒⠊⠉⠉
15 ┤                  ⣀⣀⡠⠤⠤⠒⠒⠉⠉⠁
   │        ⢀⣀⣀⠤⠤⠔⠒⠊⠉⠉
10 ┤⣀⡠⠤⠤⠒⠒⠉⠉⠁
   └───────────────────────────────────────────────────────
    1970-01-01 00:00:00             1970-01-01 00:01:00 UTC
"#);
    }

    #[test]
    fn odd_values_do_not_break_it() {
        for values in [
            vec![Some(5.0)],
            vec![Some(5.0), Some(5.0)],
            vec![Some(f64::MAX), Some(f64::MIN)],
            vec![None, Some(1.0), Some(f64::NAN), Some(f64::INFINITY)],
        ] {
            let seconds: Vec<Option<i64>> = (0..4).map(Some).take(values.len()).collect();
            let text = plot(&[frame(&[("time", "", times(&seconds)), ("v", "", floats(&values))])]);
            assert_eq!(text.lines().count(), 1 + 12 + 2, "{text}");
            assert!(text.lines().all(|line| columns(line) <= 60), "{text}");
        }
    }

    #[test]
    fn nothing_to_plot_says_what_is_needed() {
        let mut out = Vec::new();
        let page = Page { zone: Zone::utc(), width: None };
        let nulls = frame(&[("time", "", times(&[Some(0)])), ("v", "", floats(&[None]))]);
        for frames in [vec![frame(&[("v", "", ints(&[Some(1)]))])], vec![nulls], vec![]] {
            let error = write(&frames, &page, &mut out).expect_err("nothing");
            assert!(error.to_string().contains("needs a column of times"));
        }
    }

    #[test]
    fn labels_are_short() {
        for (value, expected) in [
            (0.1 + 0.2, "0.3"),
            (1_234_567.8, "1234570"),
            (-1e-7, "-1e-7"),
            (f64::MAX, "1.79769e308"),
        ] {
            assert_eq!(label(value), expected);
        }
    }
}
