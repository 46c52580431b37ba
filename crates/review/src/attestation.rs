//! What somebody vouches for, because no template shows it.

use std::fmt::Write as _;

use trilith_rules::practices;
use trilith_waivers::{Date, Expiry};

use crate::practice::{self, Checkability};

/// What somebody says about a practice.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Attestation {
    /// The practice, by slug.
    pub slug: &'static str,
    /// What is the case.
    pub statement: String,
    /// Where that can be looked up.
    pub link: String,
    /// Who vouches for it.
    pub owner: String,
    /// When it was found to be so.
    pub date: Expiry,
    /// The last day on which it counts.
    pub expires: Expiry,
    /// Line in its file.
    pub line: usize,
}

/// Whether an attestation counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Standing {
    /// It does, for so many more days.
    Live(i64),
    /// It did until some days ago.
    Expired(i64),
    /// It does not say what it must, or says it wrongly.
    Malformed(String),
}

impl Standing {
    /// Its name.
    pub const fn name(&self) -> &'static str {
        match self {
            Self::Live(_) => "live",
            Self::Expired(_) => "expired",
            Self::Malformed(_) => "malformed",
        }
    }
}

impl Attestation {
    /// Whether it counts on a day.
    pub fn judge(&self, today: Date) -> Standing {
        let texts = [("statement", &self.statement), ("link", &self.link), ("owner", &self.owner)];
        let mut missing: Vec<&str> = texts
            .iter()
            .filter(|(_, text)| text.trim().is_empty())
            .map(|(name, _)| *name)
            .collect();
        for (name, day) in [("date", &self.date), ("expires", &self.expires)] {
            match day {
                Expiry::Never => missing.push(name),
                Expiry::Malformed(text) => {
                    let wrong = format!("`{text}` is no date; write it as 2026-12-31");
                    return Standing::Malformed(wrong);
                }
                Expiry::On(_) => {}
            }
        }
        if !missing.is_empty() {
            return Standing::Malformed(format!("it names no {}", missing.join(", no ")));
        }
        let (Expiry::On(date), Expiry::On(expires)) = (&self.date, &self.expires) else {
            return Standing::Malformed("it names no days".to_owned());
        };
        if *date > today {
            return Standing::Malformed(format!("it is dated {date}, which has not come yet"));
        }
        if expires < date {
            return Standing::Malformed(format!("it expires on {expires}, before its own date"));
        }
        let left = expires.days_since_1970() - today.days_since_1970();
        if left < 0 { Standing::Expired(-left) } else { Standing::Live(left) }
    }
}

/// The file that `trilith review --init` writes: what no template tells, as questions.
pub fn questions_to_ask() -> String {
    let mut text = String::from(
        "# What no template tells about the best practices of AWS's Security Pillar.\n\
         #\n\
         # Fill in what holds, and remove the `#` in front: a statement, where it can be looked up, who\n\
         # vouches for it, when it was found to be so, and the last day on which it counts. After that day\n\
         # the practice is not evidenced again. What the templates show beats what is said here.\n",
    );
    let mut question = "";
    for one in practice::all().iter().filter(|one| !one.ask.is_empty()) {
        if question != one.question() {
            question = one.question();
            let asked = practice::questions().into_iter().find(|it| it.id == question);
            let _ = write!(text, "\n# {question}  {}\n", asked.map_or("", |it| it.title));
        }
        let practices::Practice { id, title, .. } = one.basics;
        let part = match one.checkability {
            Checkability::Partly => "; templates show a part of it",
            _ => "",
        };
        let _ = write!(
            text,
            "\n# {id}  {title}{part}\n# {}\n# [[attestations]]\n# practice = \"{id}\"\n\
             # statement = \"\"\n# link = \"\"\n# owner = \"\"\n# date = \n# expires = \n",
            one.ask
        );
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    fn attestation(date: &str, expires: &str) -> Attestation {
        Attestation {
            slug: "sec_incident_response_develop_management_plans",
            statement: "there is a plan".into(),
            link: "https://wiki.example.com/plan".into(),
            owner: "@security".into(),
            date: Expiry::parse(date),
            expires: Expiry::parse(expires),
            line: 1,
        }
    }

    fn today() -> Date {
        "2026-11-28".parse().unwrap()
    }

    #[test]
    fn an_attestation_holds_until_its_last_day() {
        let judge = |date, expires| attestation(date, expires).judge(today());
        assert_eq!(judge("2026-01-10", "2026-11-28"), Standing::Live(0));
        assert_eq!(judge("2026-01-10", "2026-11-27"), Standing::Expired(1));
        assert_eq!(judge("2026-11-28", "2027-11-28"), Standing::Live(365));
        for (date, expires) in [
            ("2026-11-29", "2027-01-01"),
            ("2026-11-01", "2026-10-01"),
            ("", "2027-01-01"),
            ("2026-11-01", ""),
            ("2026-11-01", "soon"),
        ] {
            assert!(matches!(judge(date, expires), Standing::Malformed(_)), "{date} {expires}");
        }
    }

    #[test]
    fn an_attestation_says_all_five_things() {
        let whole = attestation("2026-01-10", "2027-01-10");
        let without = [
            Attestation { statement: " ".into(), ..whole.clone() },
            Attestation { link: String::new(), ..whole.clone() },
            Attestation { owner: String::new(), ..whole.clone() },
        ];
        for one in without {
            assert!(matches!(one.judge(today()), Standing::Malformed(_)), "{one:?}");
        }
        assert_eq!(whole.judge(today()), Standing::Live(43));
    }

    #[test]
    fn every_question_that_code_cannot_answer_is_asked() {
        let text = questions_to_ask();
        assert_eq!(text.matches("# practice = ").count(), 43);
        assert!(text.contains("# practice = \"SEC10-BP08\""), "{text}");
        assert!(!text.contains("SEC08-BP02"), "{text}");
    }
}
