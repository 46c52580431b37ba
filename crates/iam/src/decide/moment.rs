//! Dates of condition values: ISO 8601, as far as AWS takes it, and seconds since 1970.

use std::fmt::Write;

/// Nanoseconds since 1970.
pub(crate) fn parse(text: &str) -> Option<i128> {
    let text = text.trim();
    let is_number = |text: &str| {
        let digits = text.strip_prefix('-').unwrap_or(text);
        digits.len() > 4 && digits.bytes().all(|byte| byte.is_ascii_digit())
    };
    if is_number(text) {
        return text.parse::<i64>().ok().map(|seconds| i128::from(seconds) * NANOS);
    }
    let (date, time) = text.split_once(['T', 't']).map_or((text, None), |(d, t)| (d, Some(t)));
    let mut fields = date.splitn(3, '-');
    let year: i64 = digits(fields.next()?, 4)?;
    let month = fields.next().map_or(Some(1), |text| digits(text, 2))?;
    let day = fields.next().map_or(Some(1), |text| digits(text, 2))?;
    if !(1..=12).contains(&month) || !(1..=31).contains(&day) {
        return None;
    }
    let midnight = i128::from(days_from_civil(year, month, day)) * 86_400 * NANOS;
    Some(midnight + time.map_or(Some(0), time_of_day)?)
}

const NANOS: i128 = 1_000_000_000;

fn digits(text: &str, count: usize) -> Option<i64> {
    let is_plain = text.len() == count && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { text.parse().ok() } else { None }
}

/// `20:00`, `20:00:01.5`, with `Z` or an offset.
fn time_of_day(text: &str) -> Option<i128> {
    let zone = text.find(['Z', 'z', '+', '-']);
    let (clock, zone) = zone.map_or((text, ""), |at| text.split_at(at));
    let mut fields = clock.split(':');
    let hour = digits(fields.next()?, 2)?;
    let minute = digits(fields.next()?, 2)?;
    let (second, fraction) = match fields.next() {
        None => (0, 0),
        Some(text) => {
            let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
            (digits(whole, 2)?, nanos(fraction)?)
        }
    };
    if fields.next().is_some() || hour > 24 || minute > 59 || second > 60 {
        return None;
    }
    let seconds = hour * 3600 + minute * 60 + second - offset(zone)?;
    Some(i128::from(seconds) * NANOS + fraction)
}

fn nanos(fraction: &str) -> Option<i128> {
    if fraction.is_empty() {
        return Some(0);
    }
    let cut = &fraction[..fraction.len().min(9)];
    let is_plain = fraction.bytes().all(|byte| byte.is_ascii_digit());
    if is_plain { format!("{cut:0<9}").parse().ok() } else { None }
}

/// Seconds by which the clock is ahead of UTC.
fn offset(zone: &str) -> Option<i64> {
    let Some(rest) = zone.strip_prefix(['+', '-']) else {
        return matches!(zone, "" | "Z" | "z").then_some(0);
    };
    let (hours, minutes) = match rest.split_once(':') {
        Some((hours, minutes)) => (digits(hours, 2)?, digits(minutes, 2)?),
        None if rest.len() == 4 && rest.is_ascii() => {
            (digits(&rest[..2], 2)?, digits(&rest[2..], 2)?)
        }
        None => (digits(rest, 2)?, 0),
    };
    let seconds = hours * 3600 + minutes * 60;
    Some(if zone.starts_with('-') { -seconds } else { seconds })
}

/// Howard Hinnant's `days_from_civil`.
const fn days_from_civil(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let era = year.div_euclid(400);
    let year_of_era = year.rem_euclid(400);
    let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    let day_of_era = year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year;
    era * 146_097 + day_of_era - 719_468
}

/// As ISO 8601; seconds since 1970 where the year has not four digits.
pub(crate) fn show(moment: i128) -> String {
    let seconds = moment.div_euclid(NANOS);
    let fraction = moment.rem_euclid(NANOS);
    let days = seconds.div_euclid(86_400);
    let (year, month, day) = civil_from_days(days);
    if !(0..=9999).contains(&year) {
        return seconds.to_string();
    }
    let clock = seconds.rem_euclid(86_400);
    let (hour, minute, second) = (clock / 3600, clock / 60 % 60, clock % 60);
    let mut text = format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}");
    if fraction != 0 {
        // Writing to a `String` cannot fail.
        let _ = write!(text, ".{fraction:09}");
    }
    text.push('Z');
    text
}

/// Howard Hinnant's `civil_from_days`.
const fn civil_from_days(days: i128) -> (i128, i128, i128) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 { shifted + 3 } else { shifted - 9 };
    let year = year_of_era + era * 400 + if month <= 2 { 1 } else { 0 };
    (year, month, day)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_read_and_written() {
        for (text, shown) in [
            ("2020-01-01T00:00:00Z", "2020-01-01T00:00:00Z"),
            ("2020-02-29", "2020-02-29T00:00:00Z"),
            ("2020-01-01T01:00+01:00", "2020-01-01T00:00:00Z"),
            ("1577836800", "2020-01-01T00:00:00Z"),
            ("2020", "2020-01-01T00:00:00Z"),
            ("1969-12-31T23:59:59.5Z", "1969-12-31T23:59:59.500000000Z"),
        ] {
            assert_eq!(parse(text).map(show).as_deref(), Some(shown), "{text}");
        }
        for odd in ["", "x", "2020-13-01", "2020-01-01T", "2020-01-01T25:00:00Z", "\u{e9}"] {
            assert_eq!(parse(odd), None, "{odd}");
        }
    }
}
