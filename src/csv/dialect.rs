//! How a file is written: delimiter, quotes, comments, encoding, decimal mark and the words for "no value".

use super::CsvError;

/// How a file is written.
#[derive(Debug, Clone)]
pub struct Dialect {
    /// Between cells; none until [`super::infer()`] has guessed it.
    pub delimiter: Option<u8>,
    /// Around cells; none: no quoting.
    pub quote: Option<u8>,
    /// Before a quote inside a quoted cell; none: the quote is doubled.
    pub escape: Option<u8>,
    /// At the start of lines to leave out.
    pub comment: Option<u8>,
    /// The decimal mark is a comma.
    pub decimal_comma: bool,
    /// None: UTF-8, or UTF-16 by byte order mark.
    pub encoding: Option<&'static encoding_rs::Encoding>,
    /// Cells that mean "no value".
    pub null: Null,
    /// The first record names the columns.
    pub header: bool,
    /// Lines to leave out at the top.
    pub skip_rows: u64,
    /// Names that replace the header's; may be fewer than the columns.
    pub column_names: Vec<String>,
    /// Guess no types.
    pub all_text: bool,
}

impl Default for Dialect {
    fn default() -> Self {
        Self {
            delimiter: None,
            quote: Some(b'"'),
            escape: None,
            comment: None,
            decimal_comma: false,
            encoding: None,
            null: Null::default(),
            header: true,
            skip_rows: 0,
            column_names: Vec::new(),
            all_text: false,
        }
    }
}

impl Dialect {
    /// Reads an option that is one ASCII character, `\t` for a tab, or empty for none.
    ///
    /// # Errors
    /// Anything longer, and anything that is not ASCII: the reader works on bytes.
    pub fn byte(option: &'static str, text: &str) -> Result<Option<u8>, CsvError> {
        match text.as_bytes() {
            [] => Ok(None),
            b"\\t" => Ok(Some(b'\t')),
            [byte] if byte.is_ascii() && !matches!(byte, b'\n' | b'\r') => Ok(Some(*byte)),
            _ => Err(CsvError::Dialect {
                option,
                text: text.to_owned(),
                expected: "It must be one ASCII character, or \\t for a tab.",
            }),
        }
    }

    /// Reads an encoding's label.
    ///
    /// # Errors
    /// A label that the WHATWG encoding standard does not know.
    pub fn encoding(label: &str) -> Result<Option<&'static encoding_rs::Encoding>, CsvError> {
        if label.is_empty() {
            return Ok(None);
        }
        encoding_rs::Encoding::for_label(label.as_bytes()).map(Some).ok_or_else(|| CsvError::Dialect {
            option: "encoding",
            text: label.to_owned(),
            expected: "It must be a label such as utf-8, utf-16le, windows-1252, shift_jis or gbk.",
        })
    }
}

/// Cells that mean "no value".
#[derive(Debug, Clone)]
pub struct Null {
    /// For columns that are not text.
    typed: Vec<Box<[u8]>>,
    /// For text, where `NA` may be Namibia.
    text: Vec<Box<[u8]>>,
}

impl Default for Null {
    /// The usual words for columns that are not text, and only the empty cell for text.
    fn default() -> Self {
        let typed = ["", "null", "NULL", "N/A", "n/a", "NA", "-"];
        Self {
            typed: typed.map(|token| token.as_bytes().into()).to_vec(),
            text: vec![Box::default()],
        }
    }
}

impl Null {
    /// Exactly these tokens, for every column.
    pub fn tokens<T: AsRef<str>>(tokens: &[T]) -> Self {
        let tokens: Vec<Box<[u8]>> =
            tokens.iter().map(|token| token.as_ref().as_bytes().into()).collect();
        Self { typed: tokens.clone(), text: tokens }
    }

    /// Whether a trimmed cell of a column that is not text has no value.
    pub fn is_typed_null(&self, cell: &[u8]) -> bool {
        self.typed.iter().any(|token| **token == *cell)
    }

    /// Whether a cell of a text column has no value.
    pub fn is_text_null(&self, cell: &[u8]) -> bool {
        self.text.iter().any(|token| **token == *cell)
    }
}

/// The delimiter as the query model writes it.
pub fn delimiter_name(delimiter: u8) -> String {
    if delimiter == b'\t' { "\\t".to_owned() } else { char::from(delimiter).to_string() }
}

/// The delimiter among `,` `;` tab and `|` that most lines of the sample agree on; a comma where none does.
///
/// A delimiter is worth the number of lines that have as many of it as the first line, so that a comma inside the texts
/// of a semicolon file loses.
pub(super) fn guess_delimiter(sample: &[u8], quote: Option<u8>) -> u8 {
    let lines: Vec<&[u8]> =
        sample.split(|byte| *byte == b'\n').filter(|line| !line.is_empty()).take(50).collect();
    let score = |delimiter: u8| {
        let counts: Vec<usize> =
            lines.iter().map(|line| count_outside_quotes(line, delimiter, quote)).collect();
        let first = counts.first().copied().unwrap_or(0);
        if first == 0 {
            (0, 0)
        } else {
            (counts.iter().filter(|count| **count == first).count(), first)
        }
    };
    let best = b",;\t|".iter().copied().rev().max_by_key(|delimiter| score(*delimiter));
    best.filter(|delimiter| score(*delimiter).0 > 0).unwrap_or(b',')
}

fn count_outside_quotes(line: &[u8], delimiter: u8, quote: Option<u8>) -> usize {
    let mut quoted = false;
    let mut count = 0;
    for byte in line {
        quoted ^= Some(*byte) == quote;
        count += usize::from(*byte == delimiter && !quoted);
    }
    count
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn delimiters_are_guessed_from_what_lines_agree_on() {
        let cases: [(&str, u8); 8] = [
            ("a,b\n1,2\n", b','),
            ("a;b\n1,5;2,5\n", b';'),
            ("a\tb\n1\t2\n", b'\t'),
            ("a|b\n1|2\n", b'|'),
            ("one column\nonly\n", b','),
            ("", b','),
            ("t;text\n1;\"a, b, c\"\n2;\"d, e\"\n", b';'),
            ("name, first;age\nx, y;3\nz, w;4\n", b','),
        ];
        for (sample, expected) in cases {
            assert_eq!(guess_delimiter(sample.as_bytes(), Some(b'"')), expected, "{sample:?}");
        }
    }

    #[test]
    fn options_are_one_byte() {
        assert_eq!(Dialect::byte("delimiter", "\\t").unwrap(), Some(b'\t'));
        assert_eq!(Dialect::byte("quote", "").unwrap(), None);
        for text in ["ab", "§", "\n", "\\n"] {
            assert!(Dialect::byte("delimiter", text).is_err(), "{text:?}");
        }
    }
}
