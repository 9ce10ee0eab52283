//! Records: bytes decoded to UTF-8, cut into cells by the `csv` crate, no record longer than the limit.

use std::io::{self, Read};

use csv::ByteRecord;
use encoding_rs_io::{DecodeReaderBytes, DecodeReaderBytesBuilder};

use super::{CsvError, Dialect, Limits};

/// Bytes that the reader asks for at a time; larger ones gained nothing, smaller ones cost system calls.
const BUFFER: usize = 256 * 1024;

/// Decodes the input to UTF-8. A byte order mark wins over the dialect's encoding; without either, bytes pass as they
/// are and are checked where they are used.
pub(super) fn decode<R: Read>(input: R, dialect: &Dialect) -> DecodeReaderBytes<R, Vec<u8>> {
    DecodeReaderBytesBuilder::new()
        .encoding(dialect.encoding)
        .utf8_passthru(true)
        .strip_bom(true)
        .bom_override(true)
        .build(input)
}

/// The records of a file, one after another.
pub(super) struct Records<R> {
    reader: csv::Reader<Guard<R>>,
    record: ByteRecord,
    skipped_lines: u64,
    /// Line at which the reader stood before the current record.
    started: u64,
    limits: Limits,
}

impl<R: Read> Records<R> {
    /// Reads records from decoded bytes.
    pub(super) fn new(decoded: R, delimiter: u8, dialect: &Dialect, limits: Limits) -> Self {
        let guard =
            Guard { inner: decoded, lines_to_skip: dialect.skip_rows, since_record: 0, limits };
        let reader = csv::ReaderBuilder::new()
            .delimiter(delimiter)
            .quoting(dialect.quote.is_some())
            .quote(dialect.quote.unwrap_or(b'"'))
            .escape(dialect.escape)
            .double_quote(dialect.escape.is_none())
            .comment(dialect.comment)
            .has_headers(false)
            .flexible(true)
            .buffer_capacity(BUFFER)
            .from_reader(guard);
        Self {
            reader,
            record: ByteRecord::new(),
            skipped_lines: dialect.skip_rows,
            started: 1,
            limits,
        }
    }

    /// The next record, or none at the end.
    pub(super) fn next(&mut self) -> Result<Option<&ByteRecord>, CsvError> {
        self.reader.get_mut().since_record = 0;
        self.started = self.position();
        match self.reader.read_byte_record(&mut self.record) {
            Ok(true) if self.record.len() > self.limits.columns => Err(CsvError::TooManyColumns {
                columns: self.record.len(),
                limit: self.limits.columns,
            }),
            Ok(true) => Ok(Some(&self.record)),
            Ok(false) => Ok(None),
            Err(error) => Err(self.error(error)),
        }
    }

    /// The record that [`Self::next`] gave last.
    pub(super) fn current(&self) -> &ByteRecord {
        &self.record
    }

    /// Line at which the current record starts, from 1.
    ///
    /// Counted back from where the reader stands, because where it stood before the record it did not know of the blank
    /// lines and comments that it passes over. (A last line without a line break, after blank ones, is one too low.)
    pub(super) fn line(&self) -> u64 {
        #[expect(
            clippy::naive_bytecount,
            reason = "only asked for the few records that are reported"
        )]
        let inside = self.record.as_slice().iter().filter(|byte| **byte == b'\n').count() as u64;
        (self.position() - inside).saturating_sub(1).max(self.started)
    }

    /// Line at which the reader stands.
    fn position(&self) -> u64 {
        self.reader.position().line().saturating_add(self.skipped_lines)
    }

    fn error(&self, error: csv::Error) -> CsvError {
        let line = self.position();
        match error.into_kind() {
            csv::ErrorKind::Io(source) if source.kind() == io::ErrorKind::FileTooLarge => {
                CsvError::RecordTooLong { line: self.started, limit: self.limits.record_bytes }
            }
            csv::ErrorKind::Io(source) => CsvError::Io { line, source },
            // A flexible reader of byte records reports nothing else.
            other => CsvError::Io { line, source: io::Error::other(format!("{other:?}")) },
        }
    }
}

/// Stands between the decoder and the `csv` crate, which would take a record of any length into memory: leaves out the
/// first lines, and fails when more bytes were handed out since the last record than one may have.
struct Guard<R> {
    inner: R,
    lines_to_skip: u64,
    since_record: u64,
    limits: Limits,
}

impl<R: Read> Read for Guard<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        // What the reader buffered ahead belongs to later records, hence the buffer's length on top.
        if self.since_record > self.limits.record_bytes.saturating_add(BUFFER as u64) {
            return Err(io::ErrorKind::FileTooLarge.into());
        }
        loop {
            let read = self.inner.read(buffer)?;
            let kept = self.skip_lines(&mut buffer[..read]);
            self.since_record += kept as u64;
            if kept > 0 || read == 0 {
                return Ok(kept);
            }
        }
    }
}

impl<R> Guard<R> {
    /// Takes the lines that are still to be skipped off the front of the buffer; the bytes that are left.
    fn skip_lines(&mut self, buffer: &mut [u8]) -> usize {
        let mut start = 0;
        while self.lines_to_skip > 0 && start < buffer.len() {
            match buffer[start..].iter().position(|byte| *byte == b'\n') {
                Some(newline) => {
                    start += newline + 1;
                    self.lines_to_skip -= 1;
                }
                None => start = buffer.len(),
            }
        }
        buffer.copy_within(start.., 0);
        buffer.len() - start
    }
}
