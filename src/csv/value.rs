//! Cells that are not times: booleans, whole numbers, numbers.

/// `true`/`false`, `yes`/`no`, `on`/`off` in any case.
pub(super) fn parse_bool(cell: &[u8]) -> Option<bool> {
    let is = |word: &str| cell.eq_ignore_ascii_case(word.as_bytes());
    if is("true") || is("yes") || is("on") {
        Some(true)
    } else if is("false") || is("no") || is("off") {
        Some(false)
    } else {
        None
    }
}

/// A whole number of 64 bits.
pub(super) fn parse_int(cell: &[u8]) -> Option<i64> {
    std::str::from_utf8(cell).ok()?.parse().ok()
}

/// A number, `NaN` and `inf` included; with a decimal comma `1,5`.
pub(super) fn parse_float(cell: &[u8], decimal_comma: bool) -> Option<f64> {
    if !decimal_comma {
        return fast_float2::parse(cell).ok();
    }
    // Longer numbers than this are not written with a comma by anyone; the buffer keeps the hot path off the heap.
    let mut buffer = [0_u8; 64];
    let point = buffer.get_mut(..cell.len())?;
    for (to, from) in point.iter_mut().zip(cell) {
        *to = match from {
            b',' => b'.',
            b'.' => return None,
            other => *other,
        };
    }
    fast_float2::parse(&*point).ok()
}

/// A number that is an identifier to people: `007`, or digits that no 64 bits hold.
pub(super) fn is_identifier(cell: &[u8]) -> bool {
    let digits = cell.iter().all(u8::is_ascii_digit);
    digits && ((cell.len() > 1 && cell[0] == b'0') || parse_int(cell).is_none())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers() {
        assert_eq!(parse_int(b"9007199254740993"), Some(9_007_199_254_740_993));
        assert_eq!(parse_int(b"9223372036854775808"), None);
        assert_eq!(parse_float(b"1e5", false), Some(100_000.0));
        assert_eq!(parse_float(b"1,5", true), Some(1.5));
        assert_eq!(parse_float(b"1.5", true), None);
        assert_eq!(parse_float(b"1,5", false), None);
        assert!(parse_float(b"NaN", false).is_some_and(f64::is_nan));
        assert_eq!(parse_float(&[b'1'; 65], true), None);
        for cell in [&b""[..], b"-", b"1.2.3", b"0x10", b"1 000"] {
            assert_eq!(parse_float(cell, false), None, "{}", String::from_utf8_lossy(cell));
        }
    }

    #[test]
    fn identifiers_are_not_numbers() {
        assert!(is_identifier(b"007") && is_identifier(b"18446744073709551616"));
        assert!(
            !is_identifier(b"0")
                && !is_identifier(b"0.5")
                && !is_identifier(b"-07")
                && !is_identifier(b"x")
        );
    }
}
