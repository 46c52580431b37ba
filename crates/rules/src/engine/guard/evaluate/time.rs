//! Reading points in time (RFC 3339).

/// Seconds since 1970 of a time such as `2024-01-31T12:00:00.5+01:00`.
pub(super) fn seconds_since_1970(text: &str) -> Option<i64> {
    let mut reader = Reader { rest: text };
    let year = reader.number(4)?;
    reader.sign(&['-'])?;
    let month = reader.number(2)?;
    reader.sign(&['-'])?;
    let day = reader.number(2)?;
    reader.sign(&['T', 't', ' '])?;
    let hour = reader.number(2)?;
    reader.sign(&[':'])?;
    let minute = reader.number(2)?;
    reader.sign(&[':'])?;
    let second = reader.number(2)?;
    reader.fraction()?;
    let offset = reader.offset()?;
    let date_exists = (1..=12).contains(&month) && (1..=days_in(year, month)).contains(&day);
    let time_exists = hour < 24 && minute < 60 && second <= 60;
    if !date_exists || !time_exists || !reader.rest.is_empty() {
        return None;
    }
    // A leap second counts as the second before it.
    let second = second.min(59);
    Some(((days_since_1970(year, month, day) * 24 + hour) * 60 + minute - offset) * 60 + second)
}

struct Reader<'t> {
    rest: &'t str,
}

impl Reader<'_> {
    fn number(&mut self, digits: usize) -> Option<i64> {
        let number = self.rest.get(..digits)?;
        if !number.bytes().all(|byte| byte.is_ascii_digit()) {
            return None;
        }
        self.rest = &self.rest[digits..];
        number.parse().ok()
    }

    fn sign(&mut self, accepted: &[char]) -> Option<char> {
        let sign = self.rest.chars().next().filter(|sign| accepted.contains(sign))?;
        self.rest = &self.rest[sign.len_utf8()..];
        Some(sign)
    }

    fn fraction(&mut self) -> Option<()> {
        let Some(rest) = self.rest.strip_prefix('.') else { return Some(()) };
        self.rest = rest.trim_start_matches(|c: char| c.is_ascii_digit());
        (self.rest.len() < rest.len()).then_some(())
    }

    /// The offset to UTC in minutes.
    fn offset(&mut self) -> Option<i64> {
        let sign = match self.sign(&['Z', 'z', '+', '-'])? {
            '+' => 1,
            '-' => -1,
            _ => return Some(0),
        };
        let hours = self.number(2)?;
        self.sign(&[':'])?;
        let minutes = self.number(2)?;
        (hours < 24 && minutes < 60).then_some(sign * (hours * 60 + minutes))
    }
}

fn is_leap(year: i64) -> bool {
    year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if is_leap(year) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

fn days_since_1970(year: i64, month: i64, day: i64) -> i64 {
    let leap_days = |year: i64| year / 4 - year / 100 + year / 400;
    let years = (year - 1970) * 365 + leap_days(year - 1) - leap_days(1969);
    let months: i64 = (1..month).map(|month| days_in(year, month)).sum();
    years + months + day - 1
}

#[cfg(test)]
mod tests {
    use super::seconds_since_1970;

    #[test]
    fn times_become_seconds() {
        for (text, seconds) in [
            ("1970-01-01T00:00:00Z", 0),
            ("2024-02-29T12:34:56Z", 1_709_210_096),
            ("2024-02-29T12:34:56.789+02:00", 1_709_202_896),
            ("1969-12-31T23:59:59Z", -1),
            ("2000-03-01 00:00:00-00:30", 951_870_600),
        ] {
            assert_eq!(seconds_since_1970(text), Some(seconds), "{text}");
        }
    }

    #[test]
    fn other_text_is_no_time() {
        for text in [
            "",
            "2024-02-29",
            "2023-02-29T00:00:00Z",
            "2024-13-01T00:00:00Z",
            "2024-01-01T24:00:00Z",
            "2024-01-01T00:00:00",
            "2024-01-01T00:00:00.Z",
            "2024-01-01T00:00:00Zx",
            "2024-01-01T00:00:00+0100",
            "\u{fc}024-01-01T00:00:00Z",
        ] {
            assert_eq!(seconds_since_1970(text), None, "{text}");
        }
    }
}
