//! Policies and requests as plain data, and what AWS documents about them, written down once
//! more without any of the crate's code: the oracle that the crate is held against.

use trilith_graph::{Map, Part, Reason, SourceId, Span, Value, ValueKind};

/// Who is meant by a policy, or asks: a kind and a name.
pub(crate) type Who = (&'static str, String);

/// Stands for a part of a text that is not known.
pub(crate) const UNKNOWN: char = '$';

#[derive(Debug, Clone, Default)]
pub(crate) struct Policy(pub(crate) Vec<Statement>);

#[derive(Debug, Clone)]
pub(crate) struct Statement {
    pub(crate) denies: bool,
    pub(crate) not_action: bool,
    pub(crate) action: Vec<String>,
    pub(crate) not_resource: bool,
    pub(crate) resource: Vec<String>,
    /// `None` in an identity policy.
    pub(crate) principal: Option<(bool, Vec<Who>)>,
    pub(crate) conditions: Vec<Condition>,
}

#[derive(Debug, Clone)]
pub(crate) struct Condition {
    pub(crate) operator: String,
    pub(crate) key: String,
    pub(crate) values: Vec<String>,
}

#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) action: String,
    pub(crate) resource: String,
    pub(crate) principal: Option<Who>,
    pub(crate) context: Vec<(String, Vec<String>)>,
}

const AT: Span = Span::at(SourceId(0), 0);

fn text(text: &str, reason: &Reason) -> Value {
    if !text.contains(UNKNOWN) || text.contains("${") {
        return Value::string(text, AT);
    }
    let mut parts = Vec::new();
    for (index, piece) in text.split(UNKNOWN).enumerate() {
        if index > 0 {
            parts.push(Part::Hole(Value::unknown(reason.clone(), AT)));
        }
        parts.push(Part::Text(piece.into()));
    }
    Value::new(ValueKind::Template(parts.into()), AT)
}

fn texts(items: &[String], reason: &Reason) -> Value {
    Value::list(items.iter().map(|item| text(item, reason)).collect(), AT)
}

fn map(entries: Vec<(&str, Value)>) -> Value {
    let mut map = Map::default();
    for (key, value) in entries {
        map.insert(key, AT, value);
    }
    Value::map(map, AT)
}

impl Policy {
    /// As the crate reads it.
    pub(crate) fn value(&self) -> Value {
        let statements = self.0.iter().map(Statement::value).collect();
        map(vec![
            ("Version", Value::string("2012-10-17", AT)),
            ("Statement", Value::list(statements, AT)),
        ])
    }

    /// The same with text in place of what is not known.
    pub(crate) fn with(&self, known: &str) -> Self {
        let fill = |text: &mut String| {
            if !text.contains("${") {
                *text = text.replace(UNKNOWN, known);
            }
        };
        let mut policy = self.clone();
        for statement in &mut policy.0 {
            statement.resource.iter_mut().for_each(fill);
            for condition in &mut statement.conditions {
                condition.values.iter_mut().for_each(fill);
            }
        }
        policy
    }
}

impl Condition {
    pub(crate) fn has_variables(&self) -> bool {
        self.values.iter().any(|text| text.contains("${"))
    }
}

impl Statement {
    pub(crate) fn has_variables(&self) -> bool {
        self.resource.iter().any(|text| text.contains("${"))
            || self.conditions.iter().any(Condition::has_variables)
    }

    fn value(&self) -> Value {
        // The same parameter, wherever it stands.
        let reason = Reason::Pseudo("AWS::Region".into());
        let effect = if self.denies { "Deny" } else { "Allow" };
        let action = if self.not_action { "NotAction" } else { "Action" };
        let resource = if self.not_resource { "NotResource" } else { "Resource" };
        let mut entries = vec![
            ("Effect", Value::string(effect, AT)),
            (action, texts(&self.action, &reason)),
            (resource, texts(&self.resource, &reason)),
        ];
        if let Some((negated, who)) = &self.principal {
            let key = if *negated { "NotPrincipal" } else { "Principal" };
            entries.push((key, principals(who)));
        }
        if !self.conditions.is_empty() {
            let mut block = Map::default();
            for condition in &self.conditions {
                let mut keys = block.get(&condition.operator).map_or_else(Map::default, |value| {
                    let mut map = Map::default();
                    for entry in value.entries() {
                        map.insert(&*entry.key, AT, entry.value.clone());
                    }
                    map
                });
                keys.insert(&*condition.key, AT, texts(&condition.values, &reason));
                block.insert(&*condition.operator, AT, Value::map(keys, AT));
            }
            entries.push(("Condition", Value::map(block, AT)));
        }
        map(entries)
    }
}

fn principals(who: &[Who]) -> Value {
    if who.iter().any(|(kind, _)| *kind == "*") {
        return Value::string("*", AT);
    }
    let mut kinds = Map::default();
    for kind in ["AWS", "Service", "Federated", "CanonicalUser"] {
        let names = who.iter().filter(|(own, _)| *own == kind);
        let names: Vec<Value> = names.map(|(_, name)| Value::string(&**name, AT)).collect();
        if !names.is_empty() {
            kinds.insert(kind, AT, Value::list(names, AT));
        }
    }
    Value::map(kinds, AT)
}

/// What a policy says where AWS does not document it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Undefined;

type Truth = Result<bool, Undefined>;

/// Both, where what is not documented does not matter if the other is false.
fn and(one: Truth, two: Truth) -> Truth {
    match (one, two) {
        (Ok(false), _) | (_, Ok(false)) => Ok(false),
        (Ok(true), Ok(true)) => Ok(true),
        _ => Err(Undefined),
    }
}

fn not(truth: Truth) -> Truth {
    truth.map(|it| !it)
}

fn or(one: Truth, two: Truth) -> Truth {
    not(and(not(one), not(two)))
}

/// Whether policies allow a request: one that grants, and one that limits if there is any.
pub(crate) fn allows(grant: &Policy, limit: Option<&Policy>, request: &Request) -> Truth {
    let (mut allowed, mut denied) = votes(grant, request);
    if let Some(limit) = limit {
        let (within, refused) = votes(limit, request);
        allowed = and(allowed, within);
        denied = or(denied, refused);
    }
    and(allowed, not(denied))
}

fn votes(policy: &Policy, request: &Request) -> (Truth, Truth) {
    let (mut allowed, mut denied) = (Ok(false), Ok(false));
    for statement in &policy.0 {
        let plain =
            action_applies(statement, &request.action) && resource_applies(statement, request);
        let principal = principal_applies(statement, request.principal.as_ref());
        let applies = and(and(Ok(plain), principal), conditions_hold(statement, request));
        if statement.denies {
            denied = or(denied, applies);
        } else {
            allowed = or(allowed, applies);
        }
    }
    (allowed, denied)
}

pub(crate) fn action_applies(statement: &Statement, action: &str) -> bool {
    let listed = statement.action.iter().any(|pattern| action_like(pattern, action));
    listed != statement.not_action
}

/// Whether a pattern of actions has one.
pub(crate) fn action_like(pattern: &str, action: &str) -> bool {
    like(&pattern.to_lowercase(), &action.to_lowercase())
}

pub(crate) fn resource_applies(statement: &Statement, request: &Request) -> bool {
    let listed = statement.resource.iter().any(|pattern| {
        substitute(pattern, request).is_some_and(|pattern| arn_like(&pattern, &request.resource))
    });
    listed != statement.not_resource
}

/// Escaped wildcards stand for themselves.
pub(crate) const ESCAPED_STAR: char = '\u{1}';
pub(crate) const ESCAPED_ONE: char = '\u{2}';

/// Puts the value of a request for a policy variable; nothing if it has none.
pub(crate) fn substitute(pattern: &str, request: &Request) -> Option<String> {
    let Some((before, rest)) = pattern.split_once("${") else { return Some(pattern.to_owned()) };
    let (name, after) = rest.split_once('}')?;
    let value = request.context.iter().find(|(key, _)| key == name).map(|(_, values)| values);
    let [value] = &value?[..] else { return None };
    let value = value.replace('*', &ESCAPED_STAR.to_string());
    let value = value.replace('?', &ESCAPED_ONE.to_string());
    Some(format!("{before}{value}{}", substitute(after, request)?))
}

fn unescaped(char: char) -> char {
    match char {
        ESCAPED_STAR => '*',
        ESCAPED_ONE => '?',
        other => other,
    }
}

/// Plain wildcard matching, by trying every way.
pub(crate) fn like(pattern: &str, text: &str) -> bool {
    let mut pattern_chars = pattern.chars();
    let mut text_chars = text.chars();
    match pattern_chars.next() {
        None => text.is_empty(),
        Some('*') => {
            let rest = pattern_chars.as_str();
            if rest.is_empty() || like(rest, text) {
                return true;
            }
            text_chars.next().is_some() && like(pattern, text_chars.as_str())
        }
        Some('?') => {
            text_chars.next().is_some() && like(pattern_chars.as_str(), text_chars.as_str())
        }
        Some(char) => {
            text_chars.next() == Some(unescaped(char))
                && like(pattern_chars.as_str(), text_chars.as_str())
        }
    }
}

/// ARN matching, component by component, missing ones being `*`.
pub(crate) fn arn_like(pattern: &str, text: &str) -> bool {
    if !pattern.is_empty() && pattern.chars().all(|char| char == '*') {
        return true;
    }
    let mut patterns: Vec<&str> = pattern.splitn(6, ':').collect();
    let fields: Vec<&str> = text.splitn(6, ':').collect();
    patterns.resize(6, "*");
    fields.len() == 6 && patterns.iter().zip(fields).all(|(pattern, field)| like(pattern, field))
}

fn account_of(name: &str) -> Option<&str> {
    name.starts_with("arn:").then(|| name.split(':').nth(4)).flatten()
}

fn is_account(listed: &str) -> Option<&str> {
    let is_id = listed.len() == 12 && listed.chars().all(|char| char.is_ascii_digit());
    if is_id {
        Some(listed)
    } else {
        listed.strip_suffix(":root").and_then(|it| it.split(':').nth(4))
    }
}

/// The account and the name of the role of a session.
fn role_of_session(name: &str) -> Option<(&str, &str)> {
    let account = account_of(name)?;
    let (_, session) = name.split_once(":assumed-role/")?;
    Some((account, session.split('/').next()?))
}

fn is_role(listed: &str, account: &str, name: &str) -> bool {
    let path = listed.split_once(":role/").map(|(_, path)| path);
    account_of(listed) == Some(account)
        && path.and_then(|it| it.split('/').next_back()) == Some(name)
}

pub(crate) fn principal_applies(statement: &Statement, who: Option<&Who>) -> Truth {
    let Some((negated, listed)) = &statement.principal else { return Ok(true) };
    let (kind, name) = who.expect("a request to a resource policy has a principal");
    let everyone = listed.iter().any(|(own, name)| *own == "*" || (*own == "AWS" && name == "*"));
    let names_it = |wanted: &str| listed.iter().any(|(own, text)| own == kind && text == wanted);
    if !negated {
        if everyone || names_it(name) {
            return Ok(true);
        }
        return Ok(*kind == "AWS"
            && listed.iter().any(|(own, text)| {
                let account = is_account(text).is_some() && is_account(text) == account_of(name);
                let session = role_of_session(name);
                let role = session.is_some_and(|(account, role)| is_role(text, account, role));
                *own == "AWS" && (account || role)
            }));
    }
    if everyone {
        return Ok(false);
    }
    if *kind != "AWS" {
        return Ok(!names_it(name));
    }
    // All names of the principal must be listed for it to be left out.
    let account = account_of(name).expect("an ARN");
    let root = listed.iter().any(|(own, text)| *own == "AWS" && is_account(text) == Some(account));
    let is_root = name.ends_with(":root");
    let own = if is_root { root } else { names_it(name) };
    let role = role_of_session(name).map(|(account, role)| {
        listed.iter().any(|(own, text)| *own == "AWS" && is_role(text, account, role))
    });
    let all = own && root && role.unwrap_or(true);
    if all {
        return Ok(false);
    }
    if own || role == Some(true) { Err(Undefined) } else { Ok(true) }
}

fn conditions_hold(statement: &Statement, request: &Request) -> Truth {
    let holds = statement.conditions.iter().map(|condition| condition_holds(condition, request));
    holds.fold(Ok(true), and)
}

pub(crate) fn condition_holds(condition: &Condition, request: &Request) -> Truth {
    let values = request.context.iter().find(|(key, _)| *key == condition.key);
    let values = values.map(|(_, values)| values).filter(|values| !values.is_empty());
    let mut operator = &*condition.operator;
    if operator == "Null" {
        let wanted = if values.is_none() { "true" } else { "false" };
        return Ok(condition.values.iter().any(|value| value == wanted));
    }
    let all = operator.strip_prefix("ForAllValues:");
    let any = operator.strip_prefix("ForAnyValue:");
    operator = all.or(any).unwrap_or(operator);
    let if_exists = operator.strip_suffix("IfExists");
    operator = if_exists.unwrap_or(operator);
    let positive = operator.replace("Not", "");
    let negated = positive != operator;
    let holds = |value: &String| {
        let found = condition.values.iter().any(|own| compare(&positive, own, value, request));
        found != negated
    };
    match values {
        None if all.is_some() => Ok(true),
        None if any.is_some() => Ok(if_exists.is_some()),
        None => Ok(negated || if_exists.is_some()),
        Some(values) if all.is_some() => Ok(values.iter().all(holds)),
        Some(values) if any.is_some() => Ok(values.iter().any(holds)),
        Some(values) => match &values[..] {
            [value] => Ok(holds(value)),
            _ => Err(Undefined),
        },
    }
}

fn compare(operator: &str, own: &str, value: &str, request: &Request) -> bool {
    let numbers = || Some((value.parse::<f64>().ok()?, own.parse::<f64>().ok()?));
    // Dates of the tests have one form, so that their texts are in order; what is no date
    // compares with nothing.
    let date =
        |text: &'_ str| text.strip_suffix('Z').filter(|it| it.contains('T')).map(String::from);
    let dates = || date(value).zip(date(own));
    let Some(pattern) = substitute(own, request) else { return false };
    let plain: String = pattern.chars().map(unescaped).collect();
    match operator {
        "StringEquals" | "BinaryEquals" => plain == value,
        "StringEqualsIgnoreCase" | "Bool" => plain.to_lowercase() == value.to_lowercase(),
        "StringLike" => like(&pattern, value),
        "ArnLike" | "ArnEquals" => arn_like(&pattern, value),
        "NumericEquals" => numbers().is_some_and(|(a, b)| a.total_cmp(&b).is_eq()),
        "NumericLessThan" => numbers().is_some_and(|(a, b)| a < b),
        "NumericLessThanEquals" => numbers().is_some_and(|(a, b)| a <= b),
        "NumericGreaterThan" => numbers().is_some_and(|(a, b)| a > b),
        "NumericGreaterThanEquals" => numbers().is_some_and(|(a, b)| a >= b),
        "DateEquals" => dates().is_some_and(|(a, b)| a == b),
        "DateLessThan" => dates().is_some_and(|(a, b)| a < b),
        "DateLessThanEquals" => dates().is_some_and(|(a, b)| a <= b),
        "DateGreaterThan" => dates().is_some_and(|(a, b)| a > b),
        "DateGreaterThanEquals" => dates().is_some_and(|(a, b)| a >= b),
        "IpAddress" => in_range(own, value),
        other => panic!("no such operator: {other}"),
    }
}

/// Bit by bit.
fn in_range(range: &str, address: &str) -> bool {
    let (network, length) = range.split_once('/').unwrap_or((range, "999"));
    let length: usize = length.parse().expect("a length");
    match (bits(network), bits(address)) {
        (Some(network), Some(address)) if network.len() == address.len() => {
            network.iter().zip(&address).take(length).all(|(a, b)| a == b)
        }
        _ => false,
    }
}

fn bits(address: &str) -> Option<Vec<bool>> {
    let bytes = match address.parse::<std::net::IpAddr>().ok()? {
        std::net::IpAddr::V4(address) => address.octets().to_vec(),
        std::net::IpAddr::V6(address) => address.octets().to_vec(),
    };
    Some(bytes.iter().flat_map(|byte| (0..8).rev().map(move |bit| byte >> bit & 1 == 1)).collect())
}
