//! CSV by RFC 4180, its CRLF line ends included: what reads CSV reads those, and some programs read only those.

use std::io::Write;

use super::layout::Layout;
use super::text;
use crate::cli::answer::{Column, Frame};
use crate::cli::error::CliError;
use crate::cli::instant::Zone;

pub(super) fn write(frames: &[Frame], zone: &Zone, out: &mut impl Write) -> Result<(), CliError> {
    let layout = Layout::new(frames);
    if layout.names.is_empty() {
        return Ok(());
    }
    let mut writer =
        ::csv::WriterBuilder::new().terminator(::csv::Terminator::CRLF).from_writer(out);
    writer.write_record(&layout.names).map_err(output)?;
    for (index, frame) in frames.iter().enumerate() {
        for batch in &frame.batches {
            let columns = Column::all(frame, batch);
            for row in 0..batch.num_rows() {
                let cells = layout.row(index, &columns, row);
                for cell in cells {
                    writer.write_field(&*text(cell, zone)).map_err(output)?;
                }
                writer.write_record(None::<&[u8]>).map_err(output)?;
            }
        }
    }
    Ok(writer.flush()?)
}

/// The writer's own error hides the operating system's, which tells a closed pipe from a full disk.
fn output(error: ::csv::Error) -> CliError {
    match error.into_kind() {
        ::csv::ErrorKind::Io(source) => source.into(),
        other => std::io::Error::other(format!("{other:?}")).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cli::answer::tests::{floats, frame, ints, strings, times};

    fn csv(frames: &[Frame], zone: &str) -> String {
        let mut out = Vec::new();
        write(frames, &zone.parse().expect("a zone"), &mut out).expect("written");
        String::from_utf8(out).expect("UTF-8")
    }

    #[test]
    fn cells() {
        let frame = frame(&[
            ("time", "", times(&[Some(0), None])),
            ("a,b", "", strings(&[Some("x\"y\nz"), Some("é")])),
            ("n", "", ints(&[Some(i64::MIN), None])),
            ("f", "", floats(&[Some(0.1), Some(1e300)])),
        ]);
        assert_eq!(
            csv(&[frame], "Europe/Berlin"),
            "time,\"a,b\",n,f\r\n1970-01-01T01:00:00+01:00,\"x\"\"y\nz\",-9223372036854775808,0.1\r\n,é,,1e300\r\n"
        );
    }

    #[test]
    fn frames_follow_each_other_with_their_labels() {
        let frames = [
            frame(&[("v", r#"{"host":"a"}"#, ints(&[Some(1), Some(2)]))]),
            frame(&[("v", r#"{"host":"b"}"#, ints(&[Some(3)]))]),
        ];
        assert_eq!(csv(&frames, "UTC"), "v,host\r\n1,a\r\n2,a\r\n3,b\r\n");
    }

    #[test]
    fn no_rows_leave_the_header_and_no_columns_leave_nothing() {
        assert_eq!(csv(&[frame(&[("v", "", ints(&[]))])], "UTC"), "v\r\n");
        assert_eq!(csv(&[frame(&[])], "UTC"), "");
        assert_eq!(csv(&[], "UTC"), "");
    }
}
