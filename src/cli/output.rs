//! The forms that an answer is printed in, one file each.

use std::borrow::Cow;
use std::io::Write;

use super::answer::{Answer, Cell};
use super::args::Output;
use super::error::CliError;
use super::instant::Zone;

mod csv;
pub(super) mod explain;
pub(super) mod grid;
mod json;
mod layout;
mod plot;
mod table;

/// What the printed page depends on beside the answer.
#[derive(Debug)]
pub(super) struct Page {
    /// Zone of the times.
    pub(super) zone: Zone,
    /// Columns of the terminal; none if the output goes to a file or another program.
    pub(super) width: Option<usize>,
}

/// Prints `answer` in the form that was asked for.
pub(super) fn write(
    answer: &Answer,
    output: Output,
    page: &Page,
    out: &mut impl Write,
) -> Result<(), CliError> {
    match output {
        Output::Table => table::write(&answer.frames, page, out),
        Output::Plot => plot::write(&answer.frames, page, out),
        Output::Csv => csv::write(&answer.frames, &page.zone, out),
        Output::Json => json::write(&answer.frames, &page.zone, out),
        Output::Arrow => Ok(out.write_all(answer.files.first().map_or(&[][..], Vec::as_slice))?),
    }
}

/// A cell as CSV and tables show it: null is empty, floats have the fewest digits that read back as the same number.
fn text<'a>(cell: Cell<'a>, zone: &Zone) -> Cow<'a, str> {
    match cell {
        Cell::Null => Cow::Borrowed(""),
        Cell::Bool(value) => Cow::Borrowed(if value { "true" } else { "false" }),
        Cell::Int64(value) => Cow::Owned(value.to_string()),
        Cell::Float64(value) => Cow::Owned(float(value)),
        Cell::String(value) => Cow::Borrowed(value),
        Cell::Time(nanoseconds) => Cow::Owned(zone.rfc3339(nanoseconds)),
        Cell::Json(value) => String::from_utf8_lossy(value),
    }
}

/// `20`, `0.1`, `1e300`: Rust's shortest digits, with an exponent where zeros would fill the line.
fn float(value: f64) -> String {
    let magnitude = value.abs();
    if !value.is_finite() {
        let sign = if value < 0.0 { "-" } else { "" };
        return if value.is_nan() { "NaN".to_owned() } else { format!("{sign}Inf") };
    }
    if magnitude != 0.0 && !(1e-5..1e16).contains(&magnitude) {
        format!("{value:e}")
    } else {
        value.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn floats_are_short_and_read_back_as_the_same_number() {
        for (value, expected) in [
            (20.0, "20"),
            (-0.0, "-0"),
            (0.1, "0.1"),
            (0.1 + 0.2, "0.30000000000000004"),
            (1e300, "1e300"),
            (5e-324, "5e-324"),
            (0.000_01, "0.00001"),
            (0.000_001_5, "1.5e-6"),
            (1e16, "1e16"),
            (9_007_199_254_740_993.0, "9007199254740992"),
            (f64::NEG_INFINITY, "-Inf"),
            (f64::NAN, "NaN"),
        ] {
            assert_eq!(float(value), expected);
            let back: f64 = expected.parse().expect(expected);
            assert!(back.to_bits() == value.to_bits() || value.is_nan(), "{expected}");
        }
    }
}
