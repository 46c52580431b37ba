//! What stands for rules where somebody chooses which to apply.

use crate::practices;
use crate::registry::{Registry, UnknownRule};
use crate::rule::Rule;

/// Which rules to apply.
#[derive(Debug, Clone, Copy, Default)]
pub struct Selection<'s> {
    /// The rules; all that are stable if this is empty.
    pub select: &'s [String],
    /// Rules to leave out.
    pub ignore: &'s [String],
    /// Whether rules that are new apply without being named.
    pub preview: bool,
    /// The last release of which rules apply without being named.
    pub rule_set: Option<&'s str>,
}

impl Rule {
    /// Whether a selector stands for it: one of its names, its service (`s3`, `service:s3`), a
    /// best practice (`SEC05-BP02`, `SEC05` or the slug; `practice:...`), a severity
    /// (`severity:high`) or a status (`status:preview`).
    pub fn is_selected_by(&self, selector: &str) -> bool {
        if selector.eq_ignore_ascii_case("all") || self.answers_to(selector) {
            return true;
        }
        match selector.split_once(':') {
            Some(("severity", word)) => self.severity().name() == word,
            Some(("service", word)) => self.service() == Some(word),
            Some(("practice", word)) => self.serves(word),
            Some(("status", word)) => self.metadata.status == word,
            Some(_) => false,
            None => self.service() == Some(selector) || self.serves(selector),
        }
    }

    /// The service that it belongs to, if it came with Trilith.
    pub fn service(&self) -> Option<&str> {
        self.folder.split_once('/').map(|(service, _)| service)
    }

    /// Whether it serves a best practice, by slug, number or the number of its question.
    fn serves(&self, name: &str) -> bool {
        // To look up the number of a practice takes time, and most names are those of rules.
        let is_number = is_practice_number(name);
        self.metadata.practices.iter().any(|slug| {
            slug.eq_ignore_ascii_case(name)
                || (is_number && practices::find(slug).is_some_and(|it| is_numbered(it.id, name)))
        })
    }

    fn applies_by_default(&self, selection: &Selection<'_>) -> bool {
        let is_ready = selection.preview || self.metadata.status != "preview";
        let is_old = selection
            .rule_set
            .is_none_or(|last| !self.is_built_in() || !is_later(&self.metadata.since, last));
        is_ready && is_old
    }
}

impl Registry {
    /// The rules to apply. The error is the first name that stands for no rule.
    pub fn select(&self, selection: &Selection<'_>) -> Result<Vec<&Rule>, UnknownRule> {
        for name in selection.select.iter().chain(selection.ignore) {
            if !self.rules().any(|rule| rule.is_selected_by(name)) {
                return Err(self.unknown(name));
            }
        }
        let is_named =
            |names: &[String], rule: &Rule| names.iter().any(|name| rule.is_selected_by(name));
        let rules = self.rules().filter(|rule| {
            let wanted = match selection.select {
                [] => rule.applies_by_default(selection),
                names => is_named(names, rule),
            };
            wanted && !is_named(selection.ignore, rule)
        });
        Ok(rules.collect())
    }
}

/// Whether a name has the form of `SEC05` or `SEC05-BP02`.
fn is_practice_number(name: &str) -> bool {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    letters == 3 && name.as_bytes().get(letters).is_some_and(u8::is_ascii_digit)
}

/// Whether a best practice has a number, or its question has.
fn is_numbered(id: &str, number: &str) -> bool {
    let question = id.split_once('-').map_or(id, |(question, _)| question);
    id.eq_ignore_ascii_case(number) || question.eq_ignore_ascii_case(number)
}

/// Whether a release is later than another: `0.10.1` than `0.9`, and not than `0.10`.
fn is_later(release: &str, last: &str) -> bool {
    let numbers = |text: &str| -> Vec<u32> {
        text.split('.').map(|part| part.parse().unwrap_or(0)).collect()
    };
    let (release, last) = (numbers(release), numbers(last));
    let same = release.len().min(last.len());
    release[..same] > last[..same]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn releases_are_compared_by_number() {
        assert!(is_later("0.10.0", "0.9"));
        assert!(!is_later("0.10.1", "0.10"));
        assert!(!is_later("0.1.0", "2026.1"));
        assert!(is_later("2026.2", "2026.1"));
    }

    #[test]
    fn practices_have_numbers() {
        assert!(practices::all().all(|practice| is_practice_number(practice.id)));
        assert!(is_practice_number("sec05") && !is_practice_number("s3-bucket-public"));
        assert!(is_numbered("SEC05-BP02", "sec05-bp02") && is_numbered("SEC05-BP02", "SEC05"));
        assert!(!is_numbered("SEC05-BP02", "SEC05-BP0"));
    }
}
