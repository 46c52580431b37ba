//! What the review knows of best practices, besides their titles.

use trilith_rules::practices;

const TABLE: &str = include_str!("../data/practices.tsv");
const QUESTIONS: &str = include_str!("../data/questions.tsv");

/// How much of a practice a template can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Checkability {
    /// All of it: a template can satisfy and violate it.
    Direct,
    /// A part; somebody has to vouch for the rest.
    Partly,
    /// Nothing: it is about people and how they work.
    Organisational,
}

impl Checkability {
    /// Its name in reports.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Direct => "direct",
            Self::Partly => "partly",
            Self::Organisational => "organisational",
        }
    }
}

/// A best practice of the current edition.
#[derive(Debug, Clone, Copy)]
pub struct Practice {
    /// Number, slug, title and risk.
    pub basics: practices::Practice,
    /// How much of it a template can show.
    pub checkability: Checkability,
    /// The area of the pillar.
    pub area: &'static str,
    /// The design principles that it serves, separated by `; `.
    pub principles: &'static str,
    /// Its numbers in the edition of 2022-23, separated by `; `; empty if it was not there.
    pub before: &'static str,
    /// How those were found: `same page` is a fact, all else is a judgement.
    pub before_by: &'static str,
    /// What to ask about it where no template tells.
    pub ask: &'static str,
}

impl Practice {
    /// Number of its question: `SEC05`.
    pub fn question(&self) -> &'static str {
        self.basics.id.split_once('-').map_or("", |(question, _)| question)
    }
}

/// A question of the Security Pillar.
#[derive(Debug, Clone, Copy)]
pub struct Question {
    /// `SEC05`.
    pub id: &'static str,
    /// In a few words.
    pub short: &'static str,
    /// In full.
    pub title: &'static str,
}

/// All best practices in order.
pub fn all() -> Vec<Practice> {
    rows(TABLE).filter_map(|fields| read(&fields)).collect()
}

fn read(fields: &[&'static str]) -> Option<Practice> {
    let [slug, checkability, area, principles, before, before_by, ask] = fields else {
        return None;
    };
    Some(Practice {
        basics: practices::find(slug)?,
        checkability: match *checkability {
            "direct" => Checkability::Direct,
            "partly" => Checkability::Partly,
            _ => Checkability::Organisational,
        },
        area,
        principles,
        before,
        before_by,
        ask,
    })
}

/// The practice that a number or a slug stands for. Case does not matter.
pub fn find(name: &str) -> Option<practices::Practice> {
    practices::all()
        .find(|one| one.id.eq_ignore_ascii_case(name) || one.slug.eq_ignore_ascii_case(name))
}

/// All questions in order.
pub fn questions() -> Vec<Question> {
    let question = |fields: Vec<&'static str>| match fields[..] {
        [id, short, title] => Some(Question { id, short, title }),
        _ => None,
    };
    rows(QUESTIONS).filter_map(question).collect()
}

/// The rows of a table of this crate, without comments.
pub(crate) fn rows(table: &'static str) -> impl Iterator<Item = Vec<&'static str>> {
    let lines = table.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_practice_of_the_edition_is_described_in_its_order() {
        let described: Vec<&str> = all().iter().map(|one| one.basics.slug).collect();
        let known: Vec<&str> = practices::all().map(|one| one.slug).collect();
        assert_eq!(described, known);
        let count = |wanted| all().iter().filter(|one| one.checkability == wanted).count();
        assert_eq!(count(Checkability::Direct), 20);
        assert_eq!(count(Checkability::Partly), 32);
        assert_eq!(count(Checkability::Organisational), 11);
    }

    #[test]
    fn what_no_template_shows_is_asked() {
        for one in all() {
            assert_eq!(one.ask.is_empty(), one.checkability == Checkability::Direct, "{one:?}");
            assert!(questions().iter().any(|question| question.id == one.question()), "{one:?}");
            assert_eq!(one.before.is_empty(), one.before_by == "new", "{one:?}");
        }
        assert_eq!(questions().len(), 11);
    }
}
