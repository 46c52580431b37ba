//! The instances of one finding: what one rule says of several resources at one place.
//!
//! A module that is called twice, `count` and `for_each` give one text several meanings. What a
//! rule says of all of them is one finding, led by the worst. Until it is known which instances
//! somebody accepts, what it says of each stays apart: [`Diagnostic::others`].

use std::cmp::Reverse;
use std::collections::BTreeMap;

use rustc_hash::{FxHashMap as HashMap, FxHashSet as HashSet};
use trilith_graph::{
    Diagnostic, Enclosed, Label, PropertyPath, ResourceGraph, Severity, Span, Subject,
};

/// Other things said of a place, and labels at it, that are named in full.
const MOST_SAID: usize = 8;
const MOST_LABELS: usize = 3;
/// Instances that are named for one of them.
const MOST_NAMED: usize = 3;
/// Places on the ways of other instances that a finding names.
const MOST_PLACES: usize = 20;

/// The remark at the call of a module, where nothing else tells which call is meant.
pub const CALLED_HERE: &str = "the module is called here";

/// One finding per source place and rule: further instances of the resource (a module called
/// twice, `count`, `for_each`) are put under the worst one, and so are further values of a text
/// that is gone through for each of a list.
pub fn merge_instances(sorted: Vec<Diagnostic>) -> Vec<Diagnostic> {
    // A large plan has thousands of findings, each at a place of its own: none is moved.
    if !sorted.windows(2).any(|pair| is_at_one_place(&pair[0], &pair[1])) {
        return sorted;
    }
    let mut merged: Vec<Diagnostic> = Vec::with_capacity(sorted.len());
    let mut here: Vec<Diagnostic> = Vec::new();
    for diagnostic in sorted {
        if here.first().is_some_and(|first| !is_at_one_place(first, &diagnostic)) {
            merge_into(&mut merged, &mut here);
        }
        here.push(diagnostic);
    }
    merge_into(&mut merged, &mut here);
    merged
}

fn is_at_one_place(one: &Diagnostic, other: &Diagnostic) -> bool {
    one.rule == other.rule && one.primary.span == other.primary.span
}

/// Merges what one rule says at one place; most often that is one finding.
fn merge_into(merged: &mut Vec<Diagnostic>, here: &mut Vec<Diagnostic>) {
    if here.len() < 2 {
        merged.append(here);
        return;
    }
    let mut groups: Vec<Group> = Vec::new();
    for mut diagnostic in here.drain(..) {
        let others = std::mem::take(&mut diagnostic.others);
        for part in std::iter::once(diagnostic).chain(others) {
            let own = Own::of(&part);
            match group_of(&groups, &part, &own) {
                Some(at) => groups[at].take(part, own),
                None => groups.push(Group::of(part, own)),
            }
        }
    }
    merged.extend(groups.into_iter().map(Group::into_finding));
}

/// The findings that a diagnostic is a further instance of: best those that say the same.
fn group_of(groups: &[Group], part: &Diagnostic, own: &Own) -> Option<usize> {
    let is_same_path = |group: &Group| path(&group.parts[0]) == path(part);
    let is_of_it = |group: &Group| own.instances.iter().any(|it| group.known.contains(it));
    let says_it = |group: &Group| {
        group.words.contains(&own.words) && (is_same_path(group) || is_of_it(group))
    };
    // Of the same property of one resource, a rule may well say two things.
    let may_take = |group: &Group| !own.is_nothing() && is_same_path(group) && !is_of_it(group);
    groups.iter().position(says_it).or_else(|| groups.iter().position(may_take))
}

fn path(diagnostic: &Diagnostic) -> Option<&PropertyPath> {
    diagnostic.subject.as_ref().map(|subject| &subject.path)
}

/// What tells the instances and the words of a diagnostic.
struct Own {
    instances: Vec<Enclosed>,
    words: String,
}

impl Own {
    fn of(diagnostic: &Diagnostic) -> Self {
        let subject = diagnostic.subject.as_ref();
        let instances = subject.map_or_else(Vec::new, Subject::all_enclosed);
        Self { instances, words: words(diagnostic) }
    }

    /// Whether it is about no resource.
    const fn is_nothing(&self) -> bool {
        self.instances.is_empty()
    }
}

/// What one rule says at one place of instances of one thing.
struct Group {
    /// What it says, each time with the instances of which it says so.
    parts: Vec<Diagnostic>,
    /// The words of each.
    words: Vec<String>,
    /// The parts, by what differs between them.
    by_said: HashMap<Said, usize>,
    /// The instances, there may be thousands: of each part, and of all.
    of_parts: Vec<HashSet<Enclosed>>,
    known: HashSet<Enclosed>,
}

/// What a diagnostic says, how bad it is, and where else it leads.
type Said = (Severity, String, String, Vec<Label>);

impl Group {
    fn of(diagnostic: Diagnostic, own: Own) -> Self {
        let mut group = Self {
            parts: Vec::new(),
            words: Vec::new(),
            by_said: HashMap::default(),
            of_parts: Vec::new(),
            known: HashSet::default(),
        };
        group.take(diagnostic, own);
        group
    }

    fn take(&mut self, diagnostic: Diagnostic, own: Own) {
        let Own { instances, words } = own;
        self.known.extend(instances.iter().cloned());
        let label = diagnostic.primary.message.clone();
        let said = (diagnostic.severity, words.clone(), label, diagnostic.related.clone());
        let Some(at) = self.by_said.get(&said).copied() else {
            self.by_said.insert(said, self.parts.len());
            self.parts.push(diagnostic);
            self.words.push(words);
            self.of_parts.push(instances.into_iter().collect());
            return;
        };
        let part = &mut self.parts[at];
        if part.only_when != diagnostic.only_when {
            part.only_when = None;
        }
        if let Some(subject) = &mut part.subject {
            join(subject, instances, &mut self.of_parts[at]);
        }
    }

    /// The worst leads; of those that are as bad, the first.
    fn into_finding(self) -> Diagnostic {
        let mut parts = self.parts;
        parts.sort_by_key(|part| Reverse(part.severity));
        let mut finding = parts.remove(0);
        finding.others = parts;
        finding
    }
}

/// Adds instances to those of a finding.
fn join(first: &mut Subject, instances: Vec<Enclosed>, known: &mut HashSet<Enclosed>) {
    let is_enclosed = !first.enclosed.is_empty() || instances.iter().any(|one| !one.by.is_empty());
    if is_enclosed && first.enclosed.is_empty() {
        first.enclosed = first.all_enclosed();
    }
    for one in instances {
        if known.insert(one.clone()) {
            first.instances.push(one.address.clone());
            if is_enclosed {
                first.enclosed.push(one);
            }
        }
    }
}

/// Tells in a finding what its rule says of other instances at the place, and where their values
/// come from.
pub fn tell_others(finding: &mut Diagnostic) {
    let others = std::mem::take(&mut finding.others);
    if others.is_empty() {
        return;
    }
    finding.notes.extend(differences(finding, &others));
    let mut places: HashSet<Label> = finding.related.iter().cloned().collect();
    let mut known: HashSet<Enclosed> =
        finding.subject.iter().flat_map(Subject::all_enclosed).collect();
    let mut left_out = 0;
    let most = finding.related.len() + MOST_PLACES;
    for other in others {
        if other.only_when != finding.only_when {
            finding.only_when = None;
        }
        let instances = other.subject.as_ref().map_or_else(Vec::new, Subject::all_enclosed);
        // Further values of a text that is gone through for each are told by their labels.
        let is_further = instances.iter().any(|one| !known.contains(one));
        for label in other.related.into_iter().filter(|_| is_further) {
            let is_new = label.span != finding.primary.span && places.insert(label.clone());
            if is_new && finding.related.len() < most {
                finding.related.push(label);
            } else {
                left_out += usize::from(is_new);
            }
        }
        if let Some(subject) = &mut finding.subject {
            join(subject, instances, &mut known);
        }
    }
    if let Some(subject) = &mut finding.subject {
        subject.instances.sort();
        if let [_, others @ ..] = subject.enclosed.as_mut_slice() {
            others.sort_by(|a, b| (&a.address, &a.root, &a.by).cmp(&(&b.address, &b.root, &b.by)));
        }
    }
    match left_out {
        0 => {}
        1 => finding.notes.push("one more place leads here".into()),
        more => finding.notes.push(format!("{more} more places lead here")),
    }
}

/// What else is said of instances at the place of a finding, worst first.
fn differences(finding: &Diagnostic, others: &[Diagnostic]) -> Vec<String> {
    let own = words(finding);
    let mut messages: Vec<(String, &str, Vec<Enclosed>)> = Vec::new();
    let mut labels: Vec<&str> = Vec::new();
    let mut milder: BTreeMap<Reverse<Severity>, Vec<Enclosed>> = BTreeMap::new();
    for other in others {
        let subject = other.subject.as_ref();
        let instances = subject.into_iter().flat_map(Subject::all_enclosed);
        let said = words(other);
        let label = other.primary.message.as_str();
        if said != own {
            match messages.iter_mut().find(|(known, ..)| *known == said) {
                Some((.., known)) => known.extend(instances),
                None => messages.push((said, &other.message, instances.collect())),
            }
            continue;
        }
        if label != finding.primary.message && !labels.contains(&label) {
            labels.push(label);
        }
        if other.severity != finding.severity {
            milder.entry(Reverse(other.severity)).or_default().extend(instances);
        }
    }
    let messages: Vec<String> = messages
        .into_iter()
        .map(|(_, message, instances)| match named(&instances) {
            Some(names) => format!("{message} ({names})"),
            None => message.to_owned(),
        })
        .collect();
    let labels: Vec<String> = labels.into_iter().map(str::to_owned).collect();
    let milder = milder.into_iter().filter_map(|(Reverse(severity), instances)| {
        Some(format!("the severity is {severity} for {}", named(&instances)?))
    });
    let said = [(messages, MOST_SAID), (labels, MOST_LABELS)];
    let said = said.iter().filter(|(said, _)| !said.is_empty());
    said.map(|(said, most)| format!("written here too: {}", listed(said, *most, "; ")))
        .chain(milder)
        .collect()
}

fn named(instances: &[Enclosed]) -> Option<String> {
    let mut names: Vec<String> = instances.iter().map(ToString::to_string).collect();
    names.sort();
    names.dedup();
    (!names.is_empty()).then(|| listed(&names, MOST_NAMED, ", "))
}

fn listed(all: &[String], most: usize, between: &str) -> String {
    let named = all[..all.len().min(most)].join(between);
    match all.len().saturating_sub(most) {
        0 => named,
        more => format!("{named}{between}and {more} more"),
    }
}

/// The message of a diagnostic, but for the name of the resource: what it says of instances.
fn words(diagnostic: &Diagnostic) -> String {
    let Some(subject) = &diagnostic.subject else { return diagnostic.message.clone() };
    let names = [Some(&*subject.address), subject.construct.as_deref()];
    let names = names.into_iter().flatten().chain([subject.name()]);
    names.fold(diagnostic.message.clone(), |message, name| {
        message.replace(&format!("`{name}`"), "``")
    })
}

/// Says where the module around a resource is called, where its address does not tell: two root
/// modules may call the same module by the same name. A finding that leads to a file of the root
/// tells enough.
pub(crate) fn name_calls(graph: &ResourceGraph, diagnostics: &mut [Diagnostic]) {
    if graph.roots().iter().filter(|root| !root.calls.is_empty()).count() < 2 {
        return;
    }
    let mut calls: HashMap<(Span, &str), Option<Span>> = HashMap::default();
    for (_, resource) in graph.resources() {
        let root = graph.root(resource.root);
        let Some(call) = root.enclosing(&resource.address).first().copied() else { continue };
        // The call, as long as there is but one.
        let of_address = calls.entry((resource.span, &resource.address));
        of_address
            .and_modify(|one| *one = one.filter(|known| *known == call))
            .or_insert(Some(call));
    }
    for diagnostic in diagnostics {
        let Some(subject) = &mut diagnostic.subject else { continue };
        let root = &graph.root(subject.root).name;
        let Some(own) = subject.enclosed.first_mut() else { continue };
        if calls.get(&(subject.declared, &*subject.address)) != Some(&None) {
            continue;
        }
        own.root = Some(if &**root == "." { "this directory".into() } else { root.clone() });
        let Some(call) = own.by.first().copied() else { continue };
        let mut places = std::iter::once(&diagnostic.primary).chain(&diagnostic.related);
        if !places.any(|label| label.span.source == call.source) {
            diagnostic.related.push(Label::new(call, CALLED_HERE));
        }
    }
}
