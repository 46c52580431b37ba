//! Principals: to whom a statement applies.

use trilith_graph::{Flags, PropertyPath, Tri, Value, ValueKind};

use crate::arn::{self, Account};
use crate::pattern::{Case, Pattern, Patterns, State};
use crate::problem::{Problem, ProblemKind};
use crate::{Answer, Site};

/// One principal.
#[derive(Debug, Clone, Copy)]
pub struct Principal<'v> {
    /// Its kind.
    pub kind: PrincipalKind,
    /// The text that names it.
    pub pattern: Pattern<'v>,
}

/// The kinds of principal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PrincipalKind {
    /// `*` in place of the map: everyone, anonymous callers too.
    Anyone,
    /// Accounts, users, roles and sessions.
    Aws,
    /// AWS services.
    Service,
    /// Identity providers.
    Federated,
    /// Accounts by the id that S3 gives them.
    CanonicalUser,
    /// Cannot be told.
    Unknown,
}

impl PrincipalKind {
    fn parse(key: &str) -> Option<Self> {
        let kinds = [
            ("AWS", Self::Aws),
            ("Service", Self::Service),
            ("Federated", Self::Federated),
            ("CanonicalUser", Self::CanonicalUser),
        ];
        kinds.iter().find(|(name, _)| key.eq_ignore_ascii_case(name)).map(|(_, kind)| *kind)
    }
}

impl<'v> Principal<'v> {
    /// Where it is written, relative to the document.
    pub fn path(&self) -> PropertyPath {
        self.pattern.path()
    }

    /// Whether it is everyone: `*`, `AWS: *`, or an ARN with a wildcard for the account,
    /// which AWS refuses but which can mean nothing else.
    pub fn is_anyone(&self) -> Tri {
        match self.kind {
            PrincipalKind::Anyone => Tri::True,
            PrincipalKind::Aws => arn::names_every_account(&self.pattern),
            PrincipalKind::Unknown => self.pattern.is_star(),
            PrincipalKind::Service | PrincipalKind::Federated | PrincipalKind::CanonicalUser => {
                Tri::False
            }
        }
    }

    /// The account of an `AWS` principal; `None` for the other kinds.
    pub fn account(&self) -> Option<Account<'v>> {
        match self.kind {
            PrincipalKind::Anyone => Some(Account::Any),
            PrincipalKind::Aws => Some(arn::account_of(&self.pattern)),
            PrincipalKind::Unknown if self.pattern.is_fixed_hole() => {
                Some(arn::account_of(&self.pattern))
            }
            PrincipalKind::Unknown => Some(Account::Unknown),
            _ => None,
        }
    }

    /// Whether an `AWS` principal is a whole account: its id alone, or its `root`.
    pub fn is_account_root(&self) -> Tri {
        if self.kind != PrincipalKind::Aws {
            return Tri::False;
        }
        if let Some(text) = self.pattern.text() {
            return (text.ends_with(":root") || arn::is_account_id(&text)).into();
        }
        let glob = self.pattern.glob(Case::Exact);
        let components = glob.as_ref().and_then(|glob| arn::components(glob.tokens()));
        let resource = components.and_then(|components| arn::literal_text(components[5]));
        resource.map_or(Tri::Unknown, |resource| (resource == "root").into())
    }
}

/// The element `Principal` or `NotPrincipal` of a statement.
#[derive(Debug, Clone)]
pub struct Principals<'v> {
    /// The principals in order.
    pub items: Vec<Principal<'v>>,
    /// The element.
    pub site: Site<'v>,
    /// Whether the element is there.
    pub is_present: Tri,
    /// Whether there may be more principals than can be seen.
    pub is_open: bool,
}

impl<'v> Principals<'v> {
    pub(crate) fn parse(value: &'v Value, site: Site<'v>, problems: &mut Vec<Problem<'v>>) -> Self {
        let is_open = value.flags.has(Flags::OPEN);
        let mut principals =
            Self { items: Vec::new(), site, is_present: value.is_present(), is_open };
        match &value.kind {
            ValueKind::Map(map) => {
                for entry in map.entries() {
                    principals.add_kind(&entry.key, &entry.value, problems);
                }
            }
            ValueKind::List(items) => {
                problems.push(Problem { site, kind: ProblemKind::NotAMap });
                for (index, value) in items.iter().enumerate() {
                    principals.add_bare(Pattern { value, site: site.index(index) }, problems);
                }
            }
            ValueKind::Absent => {}
            _ => principals.add_bare(Pattern { value, site }, problems),
        }
        principals
    }

    fn add_kind(&mut self, key: &'v str, value: &'v Value, problems: &mut Vec<Problem<'v>>) {
        let site = self.site.key(key);
        let kind = PrincipalKind::parse(key);
        if !matches!(key, "AWS" | "Service" | "Federated" | "CanonicalUser") {
            problems.push(Problem { site, kind: ProblemKind::UnknownPrincipalKind });
        }
        let Some(kind) = kind else { return };
        let values = Patterns::parse(value, site);
        self.is_open |= values.is_open;
        for pattern in values.iter() {
            if pattern.state() == State::Malformed {
                problems.push(Problem { site: pattern.site, kind: ProblemKind::NotText });
            }
            self.items.push(Principal { kind, pattern });
        }
    }

    /// A principal without a kind: `*`, or a mistake whose meaning is plain.
    fn add_bare(&mut self, pattern: Pattern<'v>, problems: &mut Vec<Problem<'v>>) {
        let kind = match pattern.state() {
            State::Malformed => {
                problems.push(Problem { site: pattern.site, kind: ProblemKind::NotText });
                return;
            }
            State::Known if pattern.text().is_some_and(|text| text == "*") => PrincipalKind::Anyone,
            State::Known => {
                problems.push(Problem { site: pattern.site, kind: ProblemKind::BarePrincipal });
                PrincipalKind::Aws
            }
            State::Partial | State::Unknown => PrincipalKind::Unknown,
        };
        self.items.push(Principal { kind, pattern });
    }

    /// Whether everyone is among the principals.
    pub fn is_anyone(&self) -> Answer<'v> {
        self.any(Principal::is_anyone)
    }

    /// Whether `holds` for any of the principals; rests on those for which it does.
    pub fn any(&self, mut holds: impl FnMut(&Principal<'v>) -> Tri) -> Answer<'v> {
        let mut answer = Answer::plain(Tri::False);
        for principal in &self.items {
            let truth = holds(principal);
            if !truth.is_false() {
                answer = answer.or(Answer::at(truth, principal.pattern.site));
            }
        }
        if self.is_open {
            answer = answer.or(Answer::at(Tri::Unknown, self.site));
        }
        answer.or_at(self.site)
    }
}
