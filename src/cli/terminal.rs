//! What a terminal can show: its width, the width of a text, and text without the characters that would steer it.

use std::io::IsTerminal;

use unicode_width::UnicodeWidthStr;

/// What a terminal has that does not say how wide it is.
const WIDTH: usize = 80;

/// Columns of the terminal that stdout is, and none if it is a file or a pipe.
pub(super) fn width() -> Option<usize> {
    let stdout = std::io::stdout();
    if !stdout.is_terminal() {
        return None;
    }
    let size = terminal_size::terminal_size_of(stdout);
    Some(size.map_or(WIDTH, |(width, _)| usize::from(width.0).max(20)))
}

/// Columns that `text` takes up.
pub(super) fn columns(text: &str) -> usize {
    text.width()
}

/// `text` with control and direction characters written out, so that a cell of a hostile file cannot move the cursor,
/// hide text or start a new line.
pub(super) fn printable(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\n' | '\r' | '\t' => out.extend(c.escape_default()),
            '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => {
                out.extend(c.escape_unicode());
            }
            c if c.is_control() => out.extend(c.escape_unicode()),
            c => out.push(c),
        }
    }
    out
}

/// `text` cut to at most `width` columns, with an ellipsis where something is missing.
pub(super) fn fit(text: &str, width: usize) -> String {
    if columns(text) <= width {
        return text.to_owned();
    }
    let mut out = String::new();
    for c in text.chars() {
        if columns(&out) + columns(c.encode_utf8(&mut [0; 4])) >= width {
            break;
        }
        out.push(c);
    }
    out.push('…');
    out
}

/// A count with commas between its thousands.
pub(super) fn thousands(count: usize) -> String {
    let digits = count.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn control_characters_are_written_out() {
        assert_eq!(
            printable("a\u{1b}[2J\tb\r\n\u{202e}é漢\u{7f}"),
            "a\\u{1b}[2J\\tb\\r\\n\\u{202e}é漢\\u{7f}"
        );
    }

    #[test]
    fn long_texts_are_cut_by_columns_not_bytes() {
        for (text, width, expected) in [
            ("abc", 3, "abc"),
            ("abcd", 3, "ab…"),
            ("漢字漢字", 5, "漢字…"),
            ("漢字漢", 4, "漢…"),
            ("äöüß", 3, "äö…"),
        ] {
            assert_eq!(fit(text, width), expected);
            assert!(columns(expected) <= width);
        }
    }

    #[test]
    fn thousands_are_separated() {
        for (count, expected) in [(0, "0"), (999, "999"), (1234, "1,234"), (1_234_567, "1,234,567")]
        {
            assert_eq!(thousands(count), expected);
        }
    }
}
