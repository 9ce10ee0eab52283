//! Guessing how a file is written and what its columns are, from its head.

use std::io::{Cursor, Read};

use jiff::tz::TimeZone;

use super::dialect::guess_delimiter;
use super::record::{Records, decode};
use super::report::shorten;
use super::schema::unique_names;
use super::value::{is_identifier, parse_bool, parse_float, parse_int};
use super::{Column, ColumnType, CsvError, Dialect, Limits, Schema, TimeFormat};

/// Bytes of the head in which the delimiter is guessed and NUL bytes are looked for.
const HEAD_BYTES: u64 = 64 * 1024;
/// Rows in which types are guessed, or bytes of them, whichever is reached first.
const SAMPLE_ROWS: u64 = 1_000;
const SAMPLE_BYTES: usize = 1024 * 1024;
/// Cells that are kept of each column, to show.
const EXAMPLES: usize = 3;

/// What is known before the file is looked at.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// Zone of naive times.
    pub zone: Option<TimeZone>,
    /// Types that replace guesses.
    pub types: Vec<TypeOverride>,
}

/// A type that replaces the guess.
#[derive(Debug, Clone)]
pub struct TypeOverride {
    /// Name of the column.
    pub column: String,
    /// Its type; a time without a format has its format guessed.
    pub column_type: Option<ColumnType>,
    /// Zone of its naive times, if it is not that of all.
    pub zone: Option<TimeZone>,
    /// Grafana unit id.
    pub unit: String,
}

/// How a file is written and what its columns are.
#[derive(Debug, Clone)]
pub struct Inferred {
    /// With its delimiter known.
    pub dialect: Dialect,
    /// Names and types.
    pub schema: Schema,
    /// Rows that the types were guessed from.
    pub rows_sampled: u64,
}

/// Reads the head of a file and guesses what the dialect and the overrides leave open.
///
/// # Errors
/// Reading fails, the file is empty or not text, a sampled cell is not UTF-8, a record is too long, or an override
/// names a column that there is not.
pub fn infer(
    input: impl Read,
    dialect: &Dialect,
    overrides: &Overrides,
    limits: Limits,
) -> Result<Inferred, CsvError> {
    let mut decoded = decode(input, dialect);
    let head = read_head(&mut decoded)?;
    let mut dialect = dialect.clone();
    let delimiter = dialect
        .delimiter
        .unwrap_or_else(|| guess_delimiter(sample_lines(&head, &dialect), dialect.quote));
    dialect.delimiter = Some(delimiter);
    let mut records = Records::new(Cursor::new(head).chain(decoded), delimiter, &dialect, limits);
    let first: Vec<Vec<u8>> =
        records.next()?.ok_or(CsvError::Empty)?.iter().map(<[u8]>::to_vec).collect();
    let mut guesses: Vec<Guess> = first.iter().map(|_| Guess::default()).collect();
    let names = if dialect.header {
        header_names(&first, records.line())?
    } else {
        vec![String::new(); first.len()]
    };
    if !dialect.header {
        sample(&mut guesses, &records, &dialect)?;
    }
    let rows_sampled =
        u64::from(!dialect.header) + sample_rows(&mut records, &mut guesses, &dialect)?;
    let names = replace_names(names, &dialect.column_names);
    let schema = schema(&names, guesses, &dialect, overrides)?;
    Ok(Inferred { dialect, schema, rows_sampled })
}

fn read_head(decoded: &mut impl Read) -> Result<Vec<u8>, CsvError> {
    let mut head = Vec::new();
    decoded
        .take(HEAD_BYTES)
        .read_to_end(&mut head)
        .map_err(|source| CsvError::Io { line: 1, source })?;
    if head.contains(&0) {
        return Err(CsvError::Binary { hint: binary_hint(&head) });
    }
    if head.is_empty() { Err(CsvError::Empty) } else { Ok(head) }
}

fn binary_hint(head: &[u8]) -> &'static str {
    match head {
        [0x1f, 0x8b, ..] => "; it looks gzip-compressed, which is not supported yet",
        [b'P', b'K', 3, 4, ..] => {
            "; it looks like a zip archive or an Excel workbook, so export it as CSV first"
        }
        [1..=255, 0, 1..=255, 0, ..] | [0, 1..=255, 0, 1..=255, ..] => {
            "; it looks like UTF-16 without a byte order mark, so set its encoding"
        }
        _ => "",
    }
}

/// The head without the lines that are left out: they would mislead the guess.
fn sample_lines<'a>(head: &'a [u8], dialect: &Dialect) -> &'a [u8] {
    let mut rest = head;
    let skipped = usize::try_from(dialect.skip_rows).unwrap_or(usize::MAX);
    let mut lines = head.split_inclusive(|byte| *byte == b'\n');
    for line in lines.by_ref().take(skipped) {
        rest = &rest[line.len()..];
    }
    for line in lines
        .take_while(|line| dialect.comment.is_some() && line.first().copied() == dialect.comment)
    {
        rest = &rest[line.len()..];
    }
    rest
}

fn header_names(first: &[Vec<u8>], line: u64) -> Result<Vec<String>, CsvError> {
    let name = |(index, cell): (usize, &Vec<u8>)| {
        String::from_utf8(cell.clone()).map_err(|_| CsvError::NotUtf8 { line, column: index + 1 })
    };
    first.iter().enumerate().map(name).collect()
}

fn replace_names(mut names: Vec<String>, given: &[String]) -> Vec<String> {
    for (name, given) in names.iter_mut().zip(given) {
        name.clone_from(given);
    }
    unique_names(names)
}

fn sample_rows<R: Read>(
    records: &mut Records<R>,
    guesses: &mut [Guess],
    dialect: &Dialect,
) -> Result<u64, CsvError> {
    let mut rows = 0;
    let mut bytes = 0;
    while rows < SAMPLE_ROWS && bytes < SAMPLE_BYTES {
        let Some(record) = records.next()? else { break };
        bytes += record.as_slice().len();
        rows += 1;
        sample(guesses, records, dialect)?;
    }
    Ok(rows)
}

fn sample<R: Read>(
    guesses: &mut [Guess],
    records: &Records<R>,
    dialect: &Dialect,
) -> Result<(), CsvError> {
    for (index, (guess, cell)) in guesses.iter_mut().zip(records.current()).enumerate() {
        if std::str::from_utf8(cell).is_err() {
            return Err(CsvError::NotUtf8 { line: records.line(), column: index + 1 });
        }
        let cell = cell.trim_ascii();
        if !dialect.null.is_typed_null(cell) {
            guess.see(cell, dialect);
        }
    }
    Ok(())
}

fn schema(
    names: &[String],
    guesses: Vec<Guess>,
    dialect: &Dialect,
    overrides: &Overrides,
) -> Result<Schema, CsvError> {
    let zone = overrides.zone.clone().unwrap_or(TimeZone::UTC);
    let column = |(name, guess): (&String, Guess)| Column {
        name: name.clone(),
        column_type: if dialect.all_text { ColumnType::String } else { guess.column_type(name) },
        guessed: true,
        zone: zone.clone(),
        unit: String::new(),
        examples: guess.examples,
    };
    let time_formats: Vec<Option<TimeFormat>> =
        guesses.iter().map(|guess| guess.time_format).collect();
    let mut schema = Schema { columns: names.iter().zip(guesses).map(column).collect() };
    for given in &overrides.types {
        let index = schema.index_of(&given.column)?;
        let column = &mut schema.columns[index];
        let guessed_time = ColumnType::Time(time_formats[index].unwrap_or(TimeFormat::Iso8601));
        column.column_type = given.column_type.unwrap_or(guessed_time);
        column.guessed = false;
        column.unit.clone_from(&given.unit);
        column.zone = given.zone.clone().unwrap_or_else(|| zone.clone());
    }
    Ok(schema)
}

/// What the cells of one column may be: everything, until a cell says otherwise.
#[derive(Debug)]
#[expect(clippy::struct_excessive_bools, reason = "each is a question of its own")]
struct Guess {
    seen: bool,
    bool: bool,
    int: bool,
    float: bool,
    /// Every cell is a time in this format; none before the first cell and after a cell that is not.
    time_format: Option<TimeFormat>,
    examples: Vec<String>,
}

impl Default for Guess {
    fn default() -> Self {
        Self {
            seen: false,
            bool: true,
            int: true,
            float: true,
            time_format: None,
            examples: Vec::new(),
        }
    }
}

impl Guess {
    fn see(&mut self, cell: &[u8], dialect: &Dialect) {
        let identifier = is_identifier(cell);
        self.bool = self.bool && parse_bool(cell).is_some();
        self.int = self.int && !identifier && parse_int(cell).is_some();
        self.float =
            self.float && !identifier && parse_float(cell, dialect.decimal_comma).is_some();
        let format = match self.time_format {
            None if !self.seen => TimeFormat::of_epoch(cell).or(Some(TimeFormat::Iso8601)),
            format => format,
        };
        self.time_format = format.filter(|format| is_time(*format, cell));
        self.seen = true;
        if self.examples.len() < EXAMPLES {
            self.examples.push(shorten(cell));
        }
    }

    fn column_type(&self, name: &str) -> ColumnType {
        match self.time_format {
            _ if !self.seen => ColumnType::String,
            Some(TimeFormat::Iso8601) => ColumnType::Time(TimeFormat::Iso8601),
            Some(epoch) if names_a_time(name) => ColumnType::Time(epoch),
            _ if self.bool => ColumnType::Bool,
            _ if self.int => ColumnType::Int64,
            _ if self.float => ColumnType::Float64,
            _ => ColumnType::String,
        }
    }
}

fn is_time(format: TimeFormat, cell: &[u8]) -> bool {
    match format {
        TimeFormat::Iso8601 => format.parse(cell, &TimeZone::UTC).is_some(),
        epoch => TimeFormat::of_epoch(cell) == Some(epoch),
    }
}

/// Whether a header says that its numbers are times: a number alone could be anything.
fn names_a_time(name: &str) -> bool {
    const WORDS: [&str; 6] = ["time", "timestamp", "ts", "date", "datetime", "epoch"];
    let last = name.rsplit(|c: char| !c.is_ascii_alphanumeric()).find(|word| !word.is_empty());
    last.is_some_and(|last| WORDS.iter().any(|word| last.eq_ignore_ascii_case(word)))
}

#[cfg(test)]
mod tests;
