//! Points in time as people write them in `--from` and `--to`, and the zone that they are read in and printed in.

use std::str::FromStr;

use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{Span, Timestamp, Unit};

/// Why a time or a zone was refused; clap puts the flag and the text before it.
#[derive(Debug, thiserror::Error)]
pub(super) enum InstantError {
    #[error(
        "write RFC 3339 (2024-01-31T12:00:00+01:00), 2024-01-31, 2024-01-31 12:00, epoch milliseconds, now, or now-6h \
         with one of the units s, m, h, d, w, M, y"
    )]
    NotATime,
    #[error("there is no such time zone; write an IANA name such as Europe/Berlin")]
    UnknownZone(#[source] jiff::Error),
}

/// A point in time that may still need a zone or a clock to be one.
#[derive(Debug, Clone)]
pub(super) enum Instant {
    /// With an offset, or as epoch milliseconds.
    Absolute(Timestamp),
    /// Without an offset: read in the zone of `--time-zone`.
    Local(DateTime),
    /// Relative to now.
    Now(Span),
}

impl Instant {
    /// Epoch milliseconds, rounded down.
    pub(super) fn epoch_ms(&self, zone: &Zone, now: Timestamp) -> Result<i64, jiff::Error> {
        let timestamp = match self {
            Self::Absolute(timestamp) => *timestamp,
            Self::Local(local) => local.to_zoned(zone.zone.clone())?.timestamp(),
            Self::Now(span) => now.to_zoned(zone.zone.clone()).checked_add(*span)?.timestamp(),
        };
        let ms = timestamp.as_nanosecond().div_euclid(1_000_000);
        Ok(i64::try_from(ms).expect("jiff's years -9999 to 9999 fit i64 milliseconds"))
    }
}

impl FromStr for Instant {
    type Err = InstantError;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        if let Some(offset) = text.strip_prefix("now") {
            return relative(offset).map(Self::Now).ok_or(InstantError::NotATime);
        }
        if let Ok(ms) = text.parse() {
            let timestamp = Timestamp::from_millisecond(ms).map_err(|_| InstantError::NotATime)?;
            return Ok(Self::Absolute(timestamp));
        }
        if let Ok(timestamp) = text.parse() {
            return Ok(Self::Absolute(timestamp));
        }
        text.parse().map(Self::Local).map_err(|_| InstantError::NotATime)
    }
}

/// `-6h` as a span; Grafana's units, so `m` is minutes and `M` months.
fn relative(text: &str) -> Option<Span> {
    if text.is_empty() {
        return Some(Span::new());
    }
    let unit = text.chars().next_back()?;
    let number: i64 = text[..text.len() - unit.len_utf8()].parse().ok()?;
    if !text.starts_with(['-', '+']) {
        return None;
    }
    let span = Span::new();
    match unit {
        's' => span.try_seconds(number).ok(),
        'm' => span.try_minutes(number).ok(),
        'h' => span.try_hours(number).ok(),
        'd' => span.try_days(number).ok(),
        'w' => span.try_weeks(number).ok(),
        'M' => span.try_months(number).ok(),
        'y' => span.try_years(number).ok(),
        _ => None,
    }
}

/// A time zone with the name that the query carries.
#[derive(Debug, Clone)]
pub(super) struct Zone {
    pub(super) name: String,
    zone: TimeZone,
}

impl Zone {
    /// The zone of times when none was asked for.
    pub(super) fn utc() -> Self {
        Self { name: "UTC".to_owned(), zone: TimeZone::UTC }
    }

    /// RFC 3339 with this zone's offset, `Z` for UTC, and as many digits as the nanoseconds need. Offsets of centuries
    /// past had seconds, which RFC 3339 cannot write; they are rounded, and the local time with them.
    pub(super) fn rfc3339(&self, nanoseconds: i64) -> String {
        let timestamp = timestamp(nanoseconds);
        if self.zone == TimeZone::UTC {
            return timestamp.to_string();
        }
        let offset = self.zone.to_offset(timestamp);
        timestamp.display_with_offset(offset.round(Unit::Minute).unwrap_or(offset)).to_string()
    }

    /// For people: local date and time to the second.
    pub(super) fn short(&self, nanoseconds: i64) -> String {
        let zoned = timestamp(nanoseconds).to_zoned(self.zone.clone());
        zoned.strftime("%Y-%m-%d %H:%M:%S").to_string()
    }
}

impl FromStr for Zone {
    type Err = InstantError;

    fn from_str(name: &str) -> Result<Self, Self::Err> {
        let zone = TimeZone::get(name).map_err(InstantError::UnknownZone)?;
        Ok(Self { name: name.to_owned(), zone })
    }
}

fn timestamp(nanoseconds: i64) -> Timestamp {
    Timestamp::from_nanosecond(i128::from(nanoseconds))
        .expect("i64 nanoseconds lie in the years 1677 to 2262, which jiff knows")
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Timestamp = Timestamp::constant(1_711_886_400, 0); // 2024-03-31T12:00:00Z, clocks went forward in Berlin

    #[test]
    fn instants() {
        for (text, zone, expected) in [
            ("2024-01-31T12:00:00Z", "UTC", "2024-01-31T12:00:00Z"),
            ("2024-01-31T12:00:00.5+01:00", "UTC", "2024-01-31T11:00:00.5Z"),
            ("2024-01-31", "UTC", "2024-01-31T00:00:00Z"),
            ("2024-01-31", "Europe/Berlin", "2024-01-30T23:00:00Z"),
            ("2024-01-31 12:30", "UTC", "2024-01-31T12:30:00Z"),
            ("2024-01-31 12:30:15", "Europe/Berlin", "2024-01-31T11:30:15Z"),
            ("1704067200000", "Europe/Berlin", "2024-01-01T00:00:00Z"),
            ("-1", "UTC", "1969-12-31T23:59:59.999Z"),
            ("now", "UTC", "2024-03-31T12:00:00Z"),
            ("now-6h", "UTC", "2024-03-31T06:00:00Z"),
            ("now+1w", "UTC", "2024-04-07T12:00:00Z"),
            ("now-1M", "UTC", "2024-02-29T12:00:00Z"),
            ("now-1d", "UTC", "2024-03-30T12:00:00Z"),
            ("now-1d", "Europe/Berlin", "2024-03-30T13:00:00Z"), // 14:00 local on both days, 23 hours apart
        ] {
            let instant: Instant = text.parse().expect(text);
            let ms = instant.epoch_ms(&zone.parse().expect(zone), NOW).expect(text);
            assert_eq!(
                Timestamp::from_millisecond(ms).expect(text).to_string(),
                expected,
                "{text}"
            );
        }
    }

    #[test]
    fn refused_instants() {
        for text in ["", "yesterday", "now6h", "now-", "now-6", "now-6x", "now--6h", "2024-13-01"] {
            assert!(text.parse::<Instant>().is_err(), "{text}");
        }
    }

    #[test]
    fn times_carry_the_offset_of_the_zone() {
        let ns = 1_711_886_400_123_000_000;
        for (zone, expected) in [
            ("UTC", "2024-03-31T12:00:00.123Z"),
            ("Europe/Berlin", "2024-03-31T14:00:00.123+02:00"),
            ("Europe/London", "2024-03-31T13:00:00.123+01:00"),
        ] {
            assert_eq!(zone.parse::<Zone>().expect(zone).rfc3339(ns), expected);
        }
        let berlin: Zone = "Europe/Berlin".parse().expect("a zone");
        let second = 1_000_000_000;
        assert_eq!(berlin.rfc3339(-2_500_000_000 * second), "1890-10-11T20:26:20+00:53");
        assert_eq!(Zone::utc().rfc3339(-1), "1969-12-31T23:59:59.999999999Z");
    }
}
