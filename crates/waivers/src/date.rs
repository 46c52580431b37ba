//! Days.

use std::fmt;
use std::str::FromStr;

/// A day of the Gregorian calendar, written `2026-12-31`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Date {
    year: i32,
    month: u8,
    day: u8,
}

impl Date {
    /// A day; `None` if there is no such day.
    pub fn new(year: i32, month: u8, day: u8) -> Option<Self> {
        let is_real = (1..=9999).contains(&year)
            && (1..=12).contains(&month)
            && (1..=days_in(year, month)).contains(&day);
        is_real.then_some(Self { year, month, day })
    }

    /// The day in which a moment lies, in UTC.
    pub fn of_seconds_since_1970(seconds: i64) -> Self {
        Self::of_days_since_1970(seconds.div_euclid(86_400))
    }

    /// Days since 1970-01-01.
    pub fn days_since_1970(self) -> i64 {
        // The months are counted from March, so that the day that a leap year adds is the last.
        let (year, month) = (i64::from(self.year), i64::from(self.month));
        let year = if month <= 2 { year - 1 } else { year };
        let era = year.div_euclid(400);
        let year_of_era = year.rem_euclid(400);
        let day_of_year = (153 * ((month + 9) % 12) + 2) / 5 + i64::from(self.day) - 1;
        era * 146_097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 + day_of_year
            - 719_468
    }

    /// The day `days` after this one.
    #[must_use]
    pub fn plus_days(self, days: i64) -> Self {
        Self::of_days_since_1970(self.days_since_1970() + days)
    }

    fn of_days_since_1970(days: i64) -> Self {
        let days = days + 719_468;
        let era = days.div_euclid(146_097);
        let day_of_era = days.rem_euclid(146_097);
        let year_of_era =
            (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
        let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
        let month = (5 * day_of_year + 2) / 153;
        let day = day_of_year - (153 * month + 2) / 5 + 1;
        let month = if month < 10 { month + 3 } else { month - 9 };
        let year = year_of_era + era * 400 + i64::from(month <= 2);
        // What a calendar has of months and days fits.
        let small = |number: i64| u8::try_from(number).unwrap_or(u8::MAX);
        Self { year: year as i32, month: small(month), day: small(day) }
    }
}

const fn days_in(year: i32, month: u8) -> u8 {
    match month {
        4 | 6 | 9 | 11 => 30,
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        _ => 31,
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{:04}-{:02}-{:02}", self.year, self.month, self.day))
    }
}

/// Reads `2026-12-31` and nothing else: a date in another form is a slip that must be told.
impl FromStr for Date {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        let wrong = || format!("`{text}` is no date; write it as 2026-12-31");
        let bytes = text.as_bytes();
        let has_form = bytes.len() == 10
            && bytes.iter().enumerate().all(|(at, byte)| match at {
                4 | 7 => *byte == b'-',
                _ => byte.is_ascii_digit(),
            });
        if !has_form {
            return Err(wrong());
        }
        let year = text[..4].parse().map_err(|_| wrong())?;
        let month = text[5..7].parse().map_err(|_| wrong())?;
        let day = text[8..].parse().map_err(|_| wrong())?;
        Self::new(year, month, day).ok_or_else(wrong)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn only_real_days_are_dates() {
        assert_eq!("2028-02-29".parse::<Date>().unwrap().to_string(), "2028-02-29");
        for wrong in ["2026-02-29", "2026-13-01", "26-1-1", "2026/01/01", "soon", "2026-00-10"] {
            assert!(wrong.parse::<Date>().is_err(), "{wrong}");
        }
    }

    #[test]
    fn days_are_counted_from_1970() {
        assert_eq!(Date::new(1970, 1, 1).unwrap().days_since_1970(), 0);
        assert_eq!(Date::new(2000, 3, 1).unwrap().days_since_1970(), 11_017);
        assert_eq!(Date::of_seconds_since_1970(1_772_323_199).to_string(), "2026-02-28");
        assert_eq!(Date::of_seconds_since_1970(1_772_323_200).to_string(), "2026-03-01");
    }

    proptest! {
        #[test]
        fn a_day_and_its_number_are_the_same_thing(days in -200_000_i64..2_000_000) {
            let date = Date::of_days_since_1970(days);
            prop_assert_eq!(date.days_since_1970(), days);
            prop_assert!(date < date.plus_days(1));
        }
    }
}
