//! Shared responsibility: what AWS secures, what is the customer's, and what of that code shows.

use std::sync::OnceLock;

use trilith_graph::{Resource, ResourceGraph};

use crate::practice::rows;

const CLASSES: &str = include_str!("../data/service-classes.tsv");
const DUTIES: &str = include_str!("../data/duties.tsv");

/// Class of a service: how much of it AWS runs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Machines: all but the hardware is the customer's.
    Infrastructure,
    /// Networks.
    Network,
    /// A server that AWS runs and the customer sets up.
    Container,
    /// A service behind an interface.
    Abstracted,
    /// What secures other things, if it is switched on.
    Guardrail,
}

impl Class {
    /// All classes, in the order of the table of duties.
    pub(crate) const ALL: [Self; 5] =
        [Self::Infrastructure, Self::Network, Self::Container, Self::Abstracted, Self::Guardrail];

    /// Its name.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Infrastructure => "infrastructure",
            Self::Network => "network",
            Self::Container => "container",
            Self::Abstracted => "abstracted",
            Self::Guardrail => "guardrail",
        }
    }

    /// What it is, for people.
    pub(crate) const fn title(self) -> &'static str {
        match self {
            Self::Infrastructure => "Machines: all above the hypervisor is yours",
            Self::Network => "Networks: AWS carries packets, you say which",
            Self::Container => "Managed servers: AWS runs the engine, you set it up",
            Self::Abstracted => "Services behind an interface: yours are data, access and settings",
            Self::Guardrail => "Guardrails: they secure other things once you switch them on",
        }
    }

    fn named(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|class| class.name() == name)
    }
}

/// Who does something.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Share {
    Customer,
    Shared,
    Aws,
    /// There is nothing to do.
    Nobody,
}

impl Share {
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Customer => "customer",
            Self::Shared => "shared",
            Self::Aws => "aws",
            Self::Nobody => "none",
        }
    }

    fn named(name: &str) -> Self {
        match name {
            "customer" => Self::Customer,
            "shared" => Self::Shared,
            "aws" => Self::Aws,
            _ => Self::Nobody,
        }
    }
}

/// A duty of shared responsibility.
#[derive(Debug)]
pub(crate) struct Duty {
    pub(crate) id: &'static str,
    pub(crate) title: &'static str,
    shares: [Share; 5],
    /// The practices that are about it, by slug.
    pub(crate) practices: Vec<&'static str>,
}

impl Duty {
    /// Whose it is with services of a class.
    pub(crate) const fn share(&self, class: Class) -> Share {
        self.shares[class as usize]
    }
}

/// All duties.
pub(crate) fn duties() -> &'static [Duty] {
    static READ: OnceLock<Vec<Duty>> = OnceLock::new();
    READ.get_or_init(|| {
        let duty = |fields: Vec<&'static str>| match fields[..] {
            [id, title, a, b, c, d, e, practices] => Some(Duty {
                id,
                title,
                shares: [a, b, c, d, e].map(Share::named),
                practices: practices.split_whitespace().collect(),
            }),
            _ => None,
        };
        rows(DUTIES).filter_map(duty).collect()
    })
}

/// The duty that a practice is about.
pub(crate) fn duty_of(slug: &str) -> Option<&'static Duty> {
    duties().iter().find(|duty| duty.practices.contains(&slug))
}

struct Entry {
    prefix: &'static str,
    is_whole: bool,
    class: Class,
    /// Property, value and the class that they make.
    unless: Option<(&'static str, &'static str, Class)>,
}

fn entries() -> &'static [Entry] {
    static READ: OnceLock<Vec<Entry>> = OnceLock::new();
    READ.get_or_init(|| {
        let entry = |fields: Vec<&'static str>| {
            let (prefix, is_whole) = match fields[0].strip_suffix('*') {
                Some(prefix) => (prefix, false),
                None => (fields[0], true),
            };
            let unless = match fields[2..] {
                [path, value, class] => Some((path, value, Class::named(class)?)),
                _ => None,
            };
            Some(Entry { prefix, is_whole, class: Class::named(fields[1])?, unless })
        };
        let mut read: Vec<Entry> = rows(CLASSES).filter_map(entry).collect();
        read.sort_by_key(|entry| std::cmp::Reverse((entry.prefix.len(), entry.is_whole)));
        read
    })
}

/// The class of each resource's service, in the order of the graph; `None` for a type that is not
/// known.
pub(crate) fn classes(graph: &ResourceGraph) -> Vec<Option<Class>> {
    let mut classes = vec![None; graph.resources().len()];
    for (kind, ids) in graph.types() {
        let Some(entry) = entry_of(kind) else { continue };
        for id in ids {
            classes[id.0 as usize] = Some(entry.class_of(graph.resource(*id)));
        }
    }
    classes
}

fn entry_of(kind: &str) -> Option<&'static Entry> {
    entries().iter().find(|entry| {
        if entry.is_whole { entry.prefix == kind } else { kind.starts_with(entry.prefix) }
    })
}

impl Entry {
    fn class_of(&self, resource: &Resource) -> Class {
        match self.unless {
            Some((path, value, class)) if resource.properties.path(path).is(value).is_true() => {
                class
            }
            _ => self.class,
        }
    }
}

#[cfg(test)]
mod tests {
    use trilith_rules::practices;

    use super::*;

    #[test]
    fn every_practice_is_about_one_duty() {
        for practice in practices::all() {
            let about = duties().iter().filter(|duty| duty.practices.contains(&practice.slug));
            assert_eq!(about.count(), 1, "{}", practice.slug);
        }
        assert_eq!(duties().len(), 14);
    }

    #[test]
    fn every_row_of_the_table_is_read() {
        assert_eq!(entries().len(), rows(CLASSES).count());
        assert!(entries().iter().filter(|entry| entry.unless.is_some()).count() >= 3);
    }
}
