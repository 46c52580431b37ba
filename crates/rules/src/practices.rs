//! Best practices of the AWS Well-Architected Framework, Security Pillar.
//!
//! Practices are keyed by the slug of their documentation page, which outlives the numbers:
//! from the edition of 2022 to that of 2024 several moved to another number.

/// The current edition.
pub const EDITION: &str = "2024-11-06";

const CURRENT: &str = include_str!("../data/practices-2024-11-06.tsv");

/// A best practice.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Practice {
    /// Slug of its documentation page.
    pub slug: &'static str,
    /// Its number in the current edition: `SEC05-BP02`.
    pub id: &'static str,
    /// Risk if it is not established: `high`, `medium` or `low`.
    pub risk: &'static str,
    /// Its title.
    pub title: &'static str,
}

impl Practice {
    /// Its documentation page.
    pub fn url(&self) -> String {
        format!(
            "https://docs.aws.amazon.com/wellarchitected/latest/security-pillar/{}.html",
            self.slug
        )
    }
}

/// All best practices of the current edition, in order.
pub fn all() -> impl Iterator<Item = Practice> {
    CURRENT.lines().filter_map(|line| {
        let mut fields = line.split('\t');
        let slug = fields.next().filter(|slug| !slug.is_empty() && !slug.starts_with('#'))?;
        Some(Practice { slug, id: fields.next()?, risk: fields.next()?, title: fields.next()? })
    })
}

/// The best practice with a slug.
pub fn find(slug: &str) -> Option<Practice> {
    all().find(|practice| practice.slug == slug)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_current_edition_has_63_practices() {
        assert_eq!(all().count(), 63);
        assert_eq!(all().filter(|practice| practice.risk == "high").count(), 30);
        let found = find("sec_securely_operate_multi_accounts").map(|practice| practice.id);
        assert_eq!(found, Some("SEC01-BP01"));
        assert_eq!(find("SEC01-BP01"), None);
    }
}
