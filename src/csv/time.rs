//! Points in time: ISO 8601 in the forms that files have, and numbers since the epoch.
//!
//! Everything becomes nanoseconds since 1970-01-01T00:00Z, which is what Grafana's frames hold; that covers the years
//! 1678 to 2261, and a time outside them does not fit.

use jiff::tz::TimeZone;

/// How the times of a column are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TimeFormat {
    /// RFC 3339, and dates and times in its order with less: `2024-02-27`, `2024-02-27 21:00`, `2024-02-27T21:00+0100`.
    Iso8601,
    /// Seconds since 1970-01-01T00:00Z, with or without a fraction.
    EpochSeconds,
    /// Milliseconds since then.
    EpochMillis,
    /// Microseconds since then.
    EpochMicros,
    /// Nanoseconds since then.
    EpochNanos,
}

const EPOCHS: [TimeFormat; 4] = [
    TimeFormat::EpochSeconds,
    TimeFormat::EpochMillis,
    TimeFormat::EpochMicros,
    TimeFormat::EpochNanos,
];

impl TimeFormat {
    /// The name in the query model.
    pub fn name(self) -> &'static str {
        match self {
            Self::Iso8601 => "iso8601",
            Self::EpochSeconds => "epoch_s",
            Self::EpochMillis => "epoch_ms",
            Self::EpochMicros => "epoch_us",
            Self::EpochNanos => "epoch_ns",
        }
    }

    /// Reads a time. `zone` is that of times without an offset.
    ///
    /// Where clocks go back and a local time exists twice, the earlier instant is taken; where they go forward and it
    /// does not exist, the instant as long after the gap's start (jiff's "compatible" rule, that of RFC 5545).
    pub fn parse(self, cell: &[u8], zone: &TimeZone) -> Option<i64> {
        match self {
            Self::Iso8601 => parse_iso8601(cell, zone),
            Self::EpochSeconds => parse_epoch(cell, 9),
            Self::EpochMillis => parse_epoch(cell, 6),
            Self::EpochMicros => parse_epoch(cell, 3),
            Self::EpochNanos => parse_epoch(cell, 0),
        }
    }

    /// The unit in which a number since the epoch lies between the years 1990 and 2100; these ranges do not overlap.
    pub(super) fn of_epoch(cell: &[u8]) -> Option<Self> {
        const YEAR_1990: i64 = 631_152_000_000_000_000;
        const YEAR_2100: i64 = 4_102_444_800_000_000_000;
        EPOCHS.into_iter().find(|format| {
            format
                .parse(cell, &TimeZone::UTC)
                .is_some_and(|ns| (YEAR_1990..YEAR_2100).contains(&ns))
        })
    }
}

/// A number since the epoch, whose last whole digit is worth 10^`scale` ns; up to `scale` digits of fraction count.
fn parse_epoch(cell: &[u8], scale: usize) -> Option<i64> {
    let (negative, digits) = match cell {
        [b'-', digits @ ..] => (true, digits),
        digits => (false, digits),
    };
    let point = digits.iter().position(|byte| *byte == b'.').unwrap_or(digits.len());
    let fraction = digits.get(point + 1..).unwrap_or_default();
    if point == 0
        || (point < digits.len() && fraction.is_empty())
        || !fraction.iter().all(u8::is_ascii_digit)
    {
        return None;
    }
    let mut value = number(&digits[..point])?;
    for place in 0..scale {
        let digit = fraction.get(place).map_or(0, |digit| i64::from(digit - b'0'));
        value = value.checked_mul(10)?.checked_add(digit)?;
    }
    Some(if negative { -value } else { value })
}

/// `YYYY-MM-DD`, then optionally `T` or a blank and `HH:MM[:SS[.f]]`, then optionally an offset.
fn parse_iso8601(cell: &[u8], zone: &TimeZone) -> Option<i64> {
    let (date, rest) = cell.split_at_checked(10)?;
    let days = parse_date(date)?;
    let (second_of_day, nanos, offset) = match rest {
        [] => (0, 0, Offset::None),
        [b'T' | b't' | b' ', rest @ ..] => parse_time(rest)?,
        _ => return None,
    };
    let local = days.checked_mul(86_400)?.checked_add(second_of_day)?;
    let seconds = match offset {
        Offset::Seconds(offset) => local - offset,
        Offset::None if *zone == TimeZone::UTC => local,
        Offset::None => in_zone(local, zone)?,
    };
    seconds.checked_mul(1_000_000_000)?.checked_add(nanos)
}

/// Days from 1970-01-01 to `YYYY-MM-DD`, by Howard Hinnant's `days_from_civil`.
fn parse_date(date: &[u8]) -> Option<i64> {
    if date[4] != b'-' || date[7] != b'-' {
        return None;
    }
    let (year, month, day) = (number(&date[..4])?, number(&date[5..7])?, number(&date[8..])?);
    if !(1..=12).contains(&month) || !(1..=days_in_month(year, month)).contains(&day) {
        return None;
    }
    let shifted_year = if month <= 2 { year - 1 } else { year };
    let era = shifted_year.div_euclid(400);
    let year_of_era = shifted_year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    Some(era * 146_097 + day_of_era - 719_468)
}

fn days_in_month(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Second of the day, nanoseconds, and the offset.
fn parse_time(text: &[u8]) -> Option<(i64, i64, Offset)> {
    let (clock, rest) = text.split_at_checked(5)?;
    let (hour, minute) = (number(&clock[..2])?, number(&clock[3..])?);
    let (second, rest) = match rest {
        [b':', a, b, rest @ ..] => (number(&[*a, *b])?, rest),
        rest => (0, rest),
    };
    if clock[2] != b':' || hour > 23 || minute > 59 || second > 59 {
        return None;
    }
    let (nanos, rest) = match rest {
        [b'.' | b',', rest @ ..] => parse_fraction(rest)?,
        rest => (0, rest),
    };
    Some((hour * 3_600 + minute * 60 + second, nanos, parse_offset(rest)?))
}

/// The digits of a fraction of a second as nanoseconds (more than nine are cut), and what follows them.
fn parse_fraction(text: &[u8]) -> Option<(i64, &[u8])> {
    let digits = text.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (fraction, rest) = text.split_at(digits);
    let nanos = (0..9).fold(0, |nanos, place| {
        nanos * 10 + fraction.get(place).map_or(0, |d| i64::from(d - b'0'))
    });
    (digits > 0).then_some((nanos, rest))
}

/// What stands behind the clock of a time.
enum Offset {
    /// Nothing: the time is naive.
    None,
    /// Seconds east of UTC.
    Seconds(i64),
}

/// `Z`, `+01`, `+0100` or `+01:00`, perhaps after a blank, or nothing.
fn parse_offset(text: &[u8]) -> Option<Offset> {
    let text = text.strip_prefix(b" ").unwrap_or(text);
    let (sign, rest) = match text {
        [] => return Some(Offset::None),
        [b'Z' | b'z'] => return Some(Offset::Seconds(0)),
        [b'+', rest @ ..] => (1, rest),
        [b'-', rest @ ..] => (-1, rest),
        _ => return None,
    };
    let (hours, minutes) = match rest {
        [a, b] => (number(&[*a, *b])?, 0),
        [a, b, c, d] | [a, b, b':', c, d] => (number(&[*a, *b])?, number(&[*c, *d])?),
        _ => return None,
    };
    (hours <= 23 && minutes <= 59).then_some(Offset::Seconds(sign * (hours * 3_600 + minutes * 60)))
}

/// Digits and nothing else, up to 18 of them.
fn number(digits: &[u8]) -> Option<i64> {
    let plain = !digits.is_empty() && digits.iter().all(u8::is_ascii_digit);
    let value = || {
        digits.iter().try_fold(0_i64, |n, d| n.checked_mul(10)?.checked_add(i64::from(d - b'0')))
    };
    if plain { value() } else { None }
}

/// Seconds since the epoch of a local time, given as seconds since 1970-01-01T00:00 local.
fn in_zone(local: i64, zone: &TimeZone) -> Option<i64> {
    let local = jiff::Timestamp::from_second(local).ok()?.to_zoned(TimeZone::UTC).datetime();
    Some(zone.to_ambiguous_timestamp(local).compatible().ok()?.as_second())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn iso(text: &str, zone: &str) -> Option<i64> {
        TimeFormat::Iso8601.parse(text.as_bytes(), &TimeZone::get(zone).unwrap())
    }

    #[test]
    fn iso_forms() {
        let second = 1_709_067_600_i64; // 2024-02-27T21:00:00Z
        let cases = [
            ("2024-02-27T21:00:00Z", second * 1_000_000_000),
            ("2024-02-27t21:00:00z", second * 1_000_000_000),
            ("2024-02-27 21:00", second * 1_000_000_000),
            ("2024-02-27T22:00+01:00", second * 1_000_000_000),
            ("2024-02-27T22:00:00+0100", second * 1_000_000_000),
            ("2024-02-27 20:00:00 -01", second * 1_000_000_000),
            ("2024-02-27 21:00:00.123456789", second * 1_000_000_000 + 123_456_789),
            ("2024-02-27 21:00:00,5", second * 1_000_000_000 + 500_000_000),
            ("2024-02-27 21:00:00.1234567891Z", second * 1_000_000_000 + 123_456_789),
            ("2024-02-27", (second - 21 * 3_600) * 1_000_000_000),
            ("1969-12-31T23:59:59.5Z", -500_000_000),
            ("2000-02-29", 951_782_400_000_000_000),
        ];
        for (text, expected) in cases {
            assert_eq!(iso(text, "UTC"), Some(expected), "{text}");
        }
    }

    #[test]
    fn what_is_not_iso() {
        for text in [
            "",
            "2024",
            "2024-02-30",
            "2023-02-29",
            "1900-02-29",
            "2024-13-01",
            "2024-00-01",
            "2024-01-00",
            "2024-01-01T",
            "2024-01-01T24:00",
            "2024-01-01T23:60",
            "2024-01-01T23:59:60",
            "2024-01-01T1:00",
            "2024-01-01X10:00",
            "2024-01-01T10:00:00.",
            "2024-01-01T10:00 CET",
            "2024-01-01T10:00+1",
            "2024-01-01T10:00+25:00",
            "24-01-01",
            "2024/01/01",
            "9999-01-01",
            "1600-01-01",
            "२०२४-01-01",
        ] {
            assert_eq!(iso(text, "UTC"), None, "{text}");
        }
    }

    #[test]
    fn clocks_that_change() {
        // 2024-10-27 02:30 exists twice in Madrid: the earlier is at +02:00.
        assert_eq!(iso("2024-10-27 02:30", "Europe/Madrid"), iso("2024-10-27T02:30+02:00", "UTC"));
        // 2024-03-31 02:30 does not exist: it becomes 03:30 at +02:00.
        assert_eq!(iso("2024-03-31 02:30", "Europe/Madrid"), iso("2024-03-31T03:30+02:00", "UTC"));
        assert_eq!(iso("2024-07-01 12:00", "Asia/Kolkata"), iso("2024-07-01T06:30Z", "UTC"));
    }

    #[test]
    fn epochs() {
        let cases = [
            (TimeFormat::EpochSeconds, "1694532425", Some(1_694_532_425_000_000_000)),
            (TimeFormat::EpochSeconds, "1694532425.580298", Some(1_694_532_425_580_298_000)),
            (TimeFormat::EpochMillis, "1694532425580", Some(1_694_532_425_580_000_000)),
            (TimeFormat::EpochMicros, "1694532425580298", Some(1_694_532_425_580_298_000)),
            (TimeFormat::EpochNanos, "1694532425580298001", Some(1_694_532_425_580_298_001)),
            (TimeFormat::EpochSeconds, "-1.5", Some(-1_500_000_000)),
            (TimeFormat::EpochSeconds, "99999999999999", None),
            (TimeFormat::EpochSeconds, "1.", None),
            (TimeFormat::EpochSeconds, ".5", None),
            (TimeFormat::EpochSeconds, "1e9", None),
        ];
        for (format, text, expected) in cases {
            assert_eq!(
                format.parse(text.as_bytes(), &TimeZone::UTC),
                expected,
                "{format:?} {text}"
            );
        }
        assert_eq!(TimeFormat::of_epoch(b"1694532425"), Some(TimeFormat::EpochSeconds));
        assert_eq!(TimeFormat::of_epoch(b"1694532425580298001"), Some(TimeFormat::EpochNanos));
        assert_eq!(TimeFormat::of_epoch(b"42"), None);
    }

    proptest::proptest! {
        #[test]
        fn any_instant_is_read_back(ns in i64::MIN + 1..i64::MAX) {
            let text = jiff::Timestamp::from_nanosecond(ns.into()).unwrap().to_string();
            proptest::prop_assert_eq!(iso(&text, "UTC"), Some(ns), "{}", text);
        }

        #[test]
        fn nothing_panics(cell in proptest::collection::vec(proptest::num::u8::ANY, 0..40)) {
            for format in EPOCHS.into_iter().chain([TimeFormat::Iso8601]) {
                format.parse(&cell, &TimeZone::UTC);
            }
        }
    }
}
