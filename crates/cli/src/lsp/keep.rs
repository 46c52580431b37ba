//! What stays while a text is broken: somebody types, and half a line must not take every finding
//! of the rest of the file away, or bring new ones that nobody will see a second later.

use std::collections::BTreeSet;

use trilith_graph::Resource;

use super::document::Edit;
use super::shown::{Place, Shown};
use crate::check::Examined;

/// The findings to show of files of which a part cannot be read: those that were shown, where the
/// text around them is untouched and nothing speaks against them, and those of what can be read.
pub(super) fn while_broken(
    before: &[Shown],
    now: Vec<Shown>,
    examined: &Examined,
    edits: &impl Fn(&str) -> Vec<Edit>,
) -> Vec<Shown> {
    let broken = Broken::of(&now, examined);
    let mut shown = now;
    let seen: BTreeSet<Identity> = before.iter().map(identity).collect();
    shown.retain(|one| broken.may_tell(one) || seen.contains(&identity(one)));
    let known: BTreeSet<Identity> = shown.iter().map(identity).collect();
    let kept: Vec<Shown> = before
        .iter()
        .filter(|one| one.diagnostic.subject.is_some() && !known.contains(&identity(one)))
        .filter_map(|one| one.shifted(edits))
        .filter(|one| broken.cannot_tell(one))
        .collect();
    shown.extend(kept);
    shown
}

/// Whether a part of some file could not be read.
pub(super) fn is_broken(shown: &[Shown]) -> bool {
    shown.iter().any(is_unreadable)
}

fn is_unreadable(one: &Shown) -> bool {
    trilith_parser::is_unreadable(&one.diagnostic.rule)
}

/// Rule, resource and property, or the words about a file: what makes it the same finding.
type Identity = (String, String, String);

fn identity(one: &Shown) -> Identity {
    let Shown { diagnostic, .. } = one;
    let (address, path) = match &diagnostic.subject {
        Some(subject) => (subject.address.to_string(), subject.path.to_string()),
        None => (String::new(), diagnostic.message.clone()),
    };
    (diagnostic.rule.to_string(), address, path)
}

/// What of the resources can be told from files that are broken.
struct Broken {
    /// Addresses of the resources that are there.
    present: BTreeSet<String>,
    /// Those of them in which something could not be read.
    damaged: BTreeSet<String>,
    /// Rules that could not decide about a resource.
    undecided: BTreeSet<(String, String)>,
    /// What the resources that are there and whole cover.
    whole: Vec<Place>,
}

impl Broken {
    fn of(now: &[Shown], examined: &Examined) -> Self {
        let analysis = &examined.analysis;
        let slips: Vec<&Place> =
            now.iter().filter(|one| is_unreadable(one)).map(|one| &one.place).collect();
        let mut broken = Self {
            present: BTreeSet::new(),
            damaged: BTreeSet::new(),
            undecided: examined
                .outcome
                .undecided
                .iter()
                .map(|one| (one.rule.clone(), one.address.to_string()))
                .collect(),
            whole: Vec::new(),
        };
        // A resource reaches as far as to the next one.
        let mut resources: Vec<&Resource> =
            analysis.graph.resources().map(|(_, resource)| resource).collect();
        resources.sort_by_key(|resource| resource.span);
        for (at, resource) in resources.iter().enumerate() {
            let span = resource.span;
            broken.present.insert(resource.address.to_string());
            let mut next = resources[at + 1..].iter().map(|next| next.span);
            let next = next.find(|next| (next.source, next.start) > (span.source, span.start));
            let next = next.filter(|next| next.source == span.source);
            let end = next.map_or(u32::MAX, |next| next.start);
            let Some(declared) = Place::of(span, &analysis.sources) else { continue };
            let extent = Place { end, ..declared };
            if slips.iter().any(|slip| overlap(slip, &extent)) {
                broken.damaged.insert(resource.address.to_string());
            } else {
                broken.whole.push(Place { end: end_of(resource).min(end), ..extent });
            }
        }
        broken
    }

    /// Whether a finding of now can be believed: what is damaged may lack what was only lost, and
    /// so may whatever speaks of a file as a whole.
    fn may_tell(&self, one: &Shown) -> bool {
        let subject = one.diagnostic.subject.as_ref();
        let is_whole = subject.is_some_and(|subject| !self.damaged.contains(&*subject.address));
        is_whole || is_unreadable(one)
    }

    /// Whether nothing that is there now speaks against a finding of before.
    fn cannot_tell(&self, one: &Shown) -> bool {
        let Some(subject) = &one.diagnostic.subject else { return false };
        let address = subject.address.to_string();
        if self.damaged.contains(&address) {
            return true;
        }
        if self.present.contains(&address) {
            return self.undecided.contains(&(one.diagnostic.rule.to_string(), address));
        }
        // A resource that has another name now is another one.
        !self.whole.iter().any(|place| overlap(&one.place, place))
    }
}

/// Where the last thing that a resource says ends, in the file in which it is declared.
fn end_of(resource: &Resource) -> u32 {
    let declared = resource.span;
    let mut end = declared.end;
    for value in [&resource.raw, &resource.properties] {
        value.walk(&mut |_, value| {
            // What came from elsewhere is not a part of it.
            if value.span.source == declared.source && value.via.is_none() {
                end = end.max(value.span.end);
            }
        });
    }
    end
}

fn overlap(a: &Place, b: &Place) -> bool {
    a.file == b.file && a.start <= b.end && b.start <= a.end
}
