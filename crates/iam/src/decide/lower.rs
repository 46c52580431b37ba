//! Policies as rules: regions of requests that are allowed or denied.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::sync::Arc;

use trilith_graph::{Tri, Value};

use super::address::AddressRange;
use super::key::{KeyTest, KeyValuesKnown, Quantifier};
use super::moment;
use super::principal;
use super::region::{Constraint, Region};
use super::step::{HoleKey, Holes, Steps};
use super::text::{Text, TextSet, TextTerm};
use super::universe::Universe;
use super::value::{self, Order, Test, Values};
use crate::condition::{Base, Condition, Qualifier};
use crate::pattern::{Case, Pattern, Patterns, State};
use crate::principal::Principals;
use crate::{Catalog, PolicyDocument, Site, Statement};

/// A statement, or a part of one, as the requests to which it applies.
#[derive(Debug)]
pub(crate) struct Rule {
    pub(crate) denies: bool,
    pub(crate) constraints: Vec<Constraint>,
    /// Which statement of its document it comes from; `None` if from what cannot be seen.
    pub(crate) statement: Option<usize>,
}

impl Rule {
    /// How many constraints two rules have in common.
    pub(crate) fn shared_with(&self, other: &Self) -> usize {
        let shared = |constraint: &&Constraint| other.constraints.contains(constraint);
        self.constraints.iter().filter(shared).count()
    }

    /// Whether all requests of another rule are of this one, as a look at both shows.
    pub(crate) fn has_all_of(&self, other: &Self) -> bool {
        self.constraints.iter().all(|constraint| other.constraints.contains(constraint))
    }
}

/// The names that the rules of a query share.
#[derive(Debug)]
pub(crate) struct Lowering<'v> {
    pub(crate) holes: Holes<'v>,
    /// Whether the document at hand has policy variables: its version says so.
    pub(crate) variables: bool,
    /// What tells the document at hand from others.
    document: usize,
    keys: Vec<String>,
    numbers: BTreeMap<String, u32>,
    doubts: Vec<String>,
    sets: HashSet<Arc<TextSet>>,
    /// The keys that are only compared as flags.
    flags: BTreeSet<u32>,
    /// The keys that are compared both as one value and as several.
    mixed: BTreeSet<u32>,
    names_principals: bool,
}

impl<'v> Lowering<'v> {
    /// For documents that are all compared with each other.
    pub(crate) fn new<'d>(documents: impl Iterator<Item = &'d PolicyDocument<'v>> + Clone) -> Self
    where
        'v: 'd,
    {
        let mut lowering = Self {
            holes: Holes::default(),
            variables: false,
            document: 0,
            keys: Vec::new(),
            numbers: BTreeMap::new(),
            doubts: Vec::new(),
            sets: HashSet::new(),
            flags: BTreeSet::new(),
            mixed: BTreeSet::new(),
            names_principals: false,
        };
        let (mut others, mut one, mut several) =
            (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
        for statement in documents.flat_map(|document| &document.statements) {
            let present = |principals: &Principals<'_>| !principals.is_present.is_false();
            lowering.names_principals |=
                present(&statement.principal) || present(&statement.not_principal);
            for condition in &statement.conditions.items {
                let key = lowering.key(&condition.key);
                match condition.operator.base {
                    Base::Bool => _ = lowering.flags.insert(key),
                    Base::Null => {}
                    _ => _ = others.insert(key),
                }
                match condition.operator.qualifier {
                    Some(_) => _ = several.insert(key),
                    None => _ = one.insert(key),
                }
            }
        }
        lowering.flags.retain(|key| !others.contains(key));
        lowering.mixed = one.intersection(&several).copied().collect();
        lowering
    }

    /// What is known of the values of keys. Of how many values a request has of one, only those
    /// are asked for which it makes a difference.
    pub(crate) fn known_values(&self, catalog: Option<&Catalog>) -> BTreeMap<u32, KeyValuesKnown> {
        let mut known: BTreeMap<u32, KeyValuesKnown> = BTreeMap::new();
        for key in &self.flags {
            known.entry(*key).or_default().is_flag = true;
        }
        for key in &self.mixed {
            let documented = catalog.and_then(|it| it.condition_key(self.key_name(*key)));
            known.entry(*key).or_default().is_single =
                documented.is_some_and(|it| !it.is_multi_valued);
        }
        known
    }

    pub(crate) fn key(&mut self, name: &str) -> u32 {
        if let Some(known) = self.numbers.get(name) {
            return *known;
        }
        let number = self.keys.len() as u32;
        self.keys.push(name.to_owned());
        self.numbers.insert(name.to_owned(), number);
        number
    }

    /// The name of a key, in lower case.
    pub(crate) fn key_name(&self, number: u32) -> &str {
        &self.keys[number as usize]
    }

    /// What a doubt is about, for people.
    pub(crate) fn doubt_text(&self, number: u32) -> &str {
        let text = &self.doubts[number as usize];
        text.split_once('\0').map_or(text, |(text, _)| text)
    }

    /// A doubt; the same for the same text and identity.
    fn doubt(&mut self, text: &str, identity: &str) -> Constraint {
        let name = format!("{text}\0{identity}");
        let known = self.doubts.iter().position(|other| *other == name);
        let number = known.unwrap_or_else(|| {
            self.doubts.push(name);
            self.doubts.len() - 1
        });
        Constraint::Doubt(number as u32, true)
    }

    /// A doubt about a value of one document.
    fn doubt_at(&mut self, text: &str, value: &Value) -> Constraint {
        self.doubt(text, &format!("{:p}", std::ptr::from_ref(value)))
    }

    /// A pattern of which nothing is known: a list may have more members than can be seen.
    pub(crate) fn open(&mut self, site: Site<'v>) -> Steps {
        let name = format!("more in `{}`", site.path());
        self.holes.unknown(HoleKey::Open(name, self.document))
    }

    /// All requests.
    pub(crate) fn everything(&self) -> Region {
        Region {
            actions: TextTerm::all_of(Universe::Actions),
            resources: TextTerm::all_of(Universe::Resources),
            principals: if self.names_principals {
                TextTerm::all_of(Universe::Principals)
            } else {
                TextTerm::default()
            },
            ..Region::default()
        }
    }

    pub(crate) const fn names_principals(&self) -> bool {
        self.names_principals
    }

    /// The rules of a document.
    pub(crate) fn lower(&mut self, document: &PolicyDocument<'v>) -> Vec<Rule> {
        let has_version = document.version.is("2012-10-17");
        self.variables = !has_version.is_false();
        self.document = std::ptr::from_ref(document.value) as usize;
        let mut rules = Vec::with_capacity(document.statements.len());
        for (index, statement) in document.statements.iter().enumerate() {
            self.statement(statement, index, &mut rules);
        }
        if document.unknown.is_some() {
            for denies in [false, true] {
                let effect = if denies { "Deny" } else { "Allow" };
                let text = format!("there may be statements with `{effect}` that cannot be seen");
                let doubt = self.doubt_at(&text, document.value);
                rules.push(Rule { denies, constraints: vec![doubt], statement: None });
            }
        }
        rules
    }

    fn statement(&mut self, statement: &Statement<'v>, index: usize, rules: &mut Vec<Rule>) {
        let Some(common) = self.common(statement) else { return };
        let effects = [(statement.is_allow(), false), (statement.is_deny(), true)];
        for (answer, denies) in effects {
            let mut constraints = Vec::new();
            match answer.truth {
                Tri::False => continue,
                Tri::True => {}
                Tri::Unknown => {
                    let text = if denies { "it may deny" } else { "it may allow" };
                    constraints.push(self.doubt_at(text, statement.effect));
                }
            }
            constraints.extend(common.iter().cloned());
            for principals in self.principals(statement) {
                let mut constraints = constraints.clone();
                constraints.extend(principals);
                rules.push(Rule { denies, constraints, statement: Some(index) });
            }
        }
    }

    /// The constraints of all elements but the principals; `None` if the statement applies to
    /// no request.
    fn common(&mut self, statement: &Statement<'v>) -> Option<Vec<Constraint>> {
        let mut constraints = Vec::new();
        let actions = (&statement.action, &statement.not_action);
        match self.element(actions.0, actions.1, Lowering::action) {
            Element::Set(set, excluded) => constraints.push(Constraint::Action(set, excluded)),
            Element::Missing => return None,
            Element::Unknown(doubt) => constraints.push(doubt),
        }
        let resources = (&statement.resource, &statement.not_resource);
        match self.element(resources.0, resources.1, Lowering::resource) {
            Element::Set(set, excluded) => constraints.push(Constraint::Resource(set, excluded)),
            // A trust policy has no resource: it is about the role that has it.
            Element::Missing => {}
            Element::Unknown(doubt) => constraints.push(doubt),
        }
        for condition in &statement.conditions.items {
            constraints.extend(self.condition(condition));
        }
        for site in &statement.conditions.unknown {
            let value = std::ptr::from_ref(statement.effect);
            let identity = format!("{value:p} {}", site.path());
            constraints.push(self.doubt("there may be conditions that cannot be seen", &identity));
        }
        Some(constraints)
    }

    fn action(&mut self, pattern: &Pattern<'v>) -> Option<Text> {
        if let Some(text) = pattern.value.as_str() {
            let folded = text.to_ascii_lowercase();
            return Some(if folded.contains(['*', '?']) {
                Text::Pattern(Steps::plain(&folded))
            } else {
                Text::Literal(folded.into())
            });
        }
        let tokens = pattern.glob(Case::Ignored)?;
        Some(self.holes.plain(tokens.tokens(), false).into())
    }

    fn resource(&mut self, pattern: &Pattern<'v>) -> Option<Text> {
        let is_plain = |text: &&str| {
            let colons = text.bytes().filter(|byte| *byte == b':').count();
            // Variables and wildcards have one of these.
            colons >= 5 && !text.contains(['*', '?', '$'])
        };
        if let Some(text) = pattern.value.as_str().filter(is_plain) {
            return Some(Text::Literal(text.into()));
        }
        let tokens = pattern.tokens(true, self.variables)?;
        Some(self.holes.arn(&tokens).into())
    }

    /// A set of texts, the same one for the same texts, so that it is told by its address.
    fn intern(&mut self, set: TextSet) -> Arc<TextSet> {
        if let Some(known) = self.sets.get(&set) {
            return Arc::clone(known);
        }
        let set = Arc::new(set);
        self.sets.insert(Arc::clone(&set));
        set
    }

    /// A set of texts: those that an element lists, or all but those. If both elements stand
    /// there, which AWS refuses, the first counts.
    fn element(
        &mut self,
        listed: &Patterns<'v>,
        except: &Patterns<'v>,
        compile: fn(&mut Self, &Pattern<'v>) -> Option<Text>,
    ) -> Element {
        let (patterns, excluded) = match (listed.is_present, except.is_present) {
            (Tri::True, _) => (listed, false),
            (Tri::False, Tri::True) => (except, true),
            (Tri::False, Tri::False) => return Element::Missing,
            _ => {
                let identity = format!("{} {}", self.document, listed.site.path());
                let text = format!("`{}` is not known", listed.site.path());
                return Element::Unknown(self.doubt(&text, &identity));
            }
        };
        let mut texts: Vec<Text> =
            patterns.iter().filter_map(|pattern| compile(self, &pattern)).collect();
        if patterns.is_open {
            texts.push(self.open(patterns.site).into());
        }
        Element::Set(self.intern(TextSet::new(texts)), excluded)
    }

    /// The alternatives for who is meant.
    fn principals(&mut self, statement: &Statement<'v>) -> Vec<Vec<Constraint>> {
        let (named, left_out) = (&statement.principal, &statement.not_principal);
        match (named.is_present, left_out.is_present) {
            (Tri::True, _) => {
                let set = principal::named(named, self);
                vec![vec![Constraint::Principal(self.intern(set), false)]]
            }
            (Tri::False, Tri::True) => {
                let (certain, possible) = principal::left_out(left_out, self);
                let is_clear = certain == possible;
                let (certain, possible) = (Arc::new(certain), Arc::new(possible));
                let mut ways = vec![vec![Constraint::Principal(Arc::clone(&possible), true)]];
                if !is_clear {
                    let text = "`NotPrincipal` lists some but not all names of the principal";
                    let identity = format!("{:?}", possible.literals());
                    ways.push(vec![
                        Constraint::Principal(possible, false),
                        Constraint::Principal(certain, true),
                        self.doubt(text, &identity),
                    ]);
                }
                ways
            }
            // An identity policy: whoever has it.
            (Tri::False, Tri::False) => vec![Vec::new()],
            _ => {
                let identity = format!("{} {}", self.document, named.site.path());
                vec![vec![self.doubt("the principals are not known", &identity)]]
            }
        }
    }

    fn condition(&mut self, condition: &Condition<'v>) -> Option<Constraint> {
        let operator = condition.operator;
        let key = self.key(&condition.key);
        if operator.base == Base::Null {
            return self.null(condition, key);
        }
        let patterns: Vec<Pattern<'v>> = condition.values.iter().collect();
        let open = condition.values.is_open.then_some(condition.values.site);
        let Some(values) = self.values(operator.base, &patterns, open) else {
            return Some(self.undecided(condition));
        };
        let negated = operator.base.is_negative();
        let (quantifier, if_absent) = match operator.qualifier {
            None => (Quantifier::One, negated || operator.if_exists),
            Some(Qualifier::ForAllValues) => (Quantifier::All, true),
            Some(Qualifier::ForAnyValue) => (Quantifier::Any, operator.if_exists),
        };
        let test = Test { values, negated };
        Some(Constraint::Key(key, Box::new(KeyTest { quantifier, if_absent, test })))
    }

    /// A condition of which it cannot be told when it holds.
    fn undecided(&mut self, condition: &Condition<'v>) -> Constraint {
        let text = format!("the condition `{}` cannot be decided", condition.site.path());
        let mut identity = format!("{:?} {}", condition.operator, condition.key);
        for pattern in condition.values.iter() {
            let tokens = pattern.tokens(true, self.variables).unwrap_or_default();
            let steps = self.holes.plain(&tokens, false);
            identity = format!("{identity} {:?}", steps.exact);
        }
        if condition.operator.base == Base::Other || condition.values.is_open {
            // The name of the operator, or what cannot be seen, is that of this document.
            identity = format!("{identity} {} {}", self.document, condition.site.path());
        }
        self.doubt(&text, &identity)
    }

    /// `Null`: `true` for a key that must be absent, `false` for one that must be there.
    fn null(&mut self, condition: &Condition<'v>, key: u32) -> Option<Constraint> {
        let is = |text: &str| {
            Tri::any(condition.values.iter().map(|value| value.value.is_ignoring_case(text)))
        };
        let (absent, present) = (is("true"), is("false"));
        if absent.is_unknown() || present.is_unknown() || condition.values.is_open {
            return Some(self.undecided(condition));
        }
        if absent.is_true() && present.is_true() {
            return None;
        }
        let test = Test { values: Values::Every, negated: !present.is_true() };
        let if_absent = absent.is_true();
        let quantifier = Quantifier::One;
        Some(Constraint::Key(key, Box::new(KeyTest { quantifier, if_absent, test })))
    }

    /// The values that an operator compares with, given as patterns, and where there may be
    /// more; `None` if some of them are not known where that is no text.
    pub(crate) fn values(
        &mut self,
        base: Base,
        patterns: &[Pattern<'v>],
        open: Option<Site<'v>>,
    ) -> Option<Values> {
        use Base as B;
        let known = || {
            let texts = patterns.iter().filter(|it| it.state() != State::Malformed);
            let texts: Option<Vec<_>> = texts.map(Pattern::text).collect();
            texts.filter(|_| open.is_none())
        };
        let number = |order| {
            let bounds = known()?.iter().filter_map(|text| value::number(text)).collect();
            Some(Values::Number(order, bounds))
        };
        let date = |order| {
            let bounds = known()?.iter().filter_map(|text| moment::parse(text)).collect();
            Some(Values::Date(order, bounds))
        };
        match base {
            B::StringEquals | B::StringNotEquals | B::BinaryEquals => {
                Some(self.texts(patterns, open, false, false))
            }
            B::StringEqualsIgnoreCase | B::StringNotEqualsIgnoreCase | B::Bool => {
                Some(self.texts(patterns, open, false, true))
            }
            B::StringLike | B::StringNotLike => Some(self.texts(patterns, open, true, false)),
            B::ArnLike | B::ArnEquals | B::ArnNotLike | B::ArnNotEquals => {
                Some(self.arns(patterns, open))
            }
            B::IpAddress | B::NotIpAddress => {
                let ranges = known()?.iter().filter_map(|text| AddressRange::parse(text)).collect();
                Some(Values::Address(ranges))
            }
            B::NumericEquals | B::NumericNotEquals => number(Order::Equal),
            B::NumericLessThan => number(Order::Less),
            B::NumericLessThanEquals => number(Order::LessOrEqual),
            B::NumericGreaterThan => number(Order::Greater),
            B::NumericGreaterThanEquals => number(Order::GreaterOrEqual),
            B::DateEquals | B::DateNotEquals => date(Order::Equal),
            B::DateLessThan => date(Order::Less),
            B::DateLessThanEquals => date(Order::LessOrEqual),
            B::DateGreaterThan => date(Order::Greater),
            B::DateGreaterThanEquals => date(Order::GreaterOrEqual),
            B::Null | B::Other => None,
        }
    }

    fn texts(
        &mut self,
        patterns: &[Pattern<'v>],
        open: Option<Site<'v>>,
        wildcards: bool,
        fold: bool,
    ) -> Values {
        let mut steps = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            if let Some(tokens) = pattern.tokens(wildcards, self.variables) {
                steps.push(self.holes.plain(&tokens, fold));
            }
        }
        self.text_values(steps, open)
    }

    fn arns(&mut self, patterns: &[Pattern<'v>], open: Option<Site<'v>>) -> Values {
        let mut steps = Vec::with_capacity(patterns.len());
        for pattern in patterns {
            if let Some(tokens) = pattern.tokens(true, self.variables) {
                steps.push(self.holes.arn(&tokens));
            }
        }
        self.text_values(steps, open)
    }

    fn text_values(&mut self, mut steps: Vec<Steps>, open: Option<Site<'v>>) -> Values {
        steps.extend(open.map(|site| self.open(site)));
        Values::Text(self.intern(TextSet::new(steps)))
    }
}

/// What a pair of elements such as `Action` and `NotAction` says.
enum Element {
    Set(Arc<TextSet>, bool),
    Missing,
    Unknown(Constraint),
}
