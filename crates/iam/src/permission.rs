//! Permissions written as properties: each is one statement that allows.

use std::borrow::Cow;
use std::sync::LazyLock;

use trilith_graph::{Reason, SourceId, Span, Tri, Value, ValueKind};

use crate::arn;
use crate::condition::{Base, Condition, Conditions, Operator};
use crate::glob::{HoleName, Token};
use crate::pattern::{Case, Pattern, Patterns, State};
use crate::principal::{Principal, PrincipalKind, Principals};
use crate::{Answer, PolicyDocument, Site, Statement};

static ALLOW: LazyLock<Value> =
    LazyLock::new(|| Value::string("Allow", Span::at(SourceId(u32::MAX), 0)));

/// The properties that are conditions, each with what it compares. Lambda compares the ARN
/// with `ArnLike` and the others with `StringEquals` (Lambda API reference, `AddPermission`
/// and `AddLayerVersionPermission`).
const CONDITIONS: &[(&str, Base, &str)] = &[
    ("SourceArn", Base::ArnLike, "aws:sourcearn"),
    ("SourceAccount", Base::StringEquals, "aws:sourceaccount"),
    ("PrincipalOrgID", Base::StringEquals, "aws:principalorgid"),
    ("OrganizationId", Base::StringEquals, "aws:principalorgid"),
    ("EventSourceToken", Base::StringEquals, "lambda:eventsourcetoken"),
    ("FunctionUrlAuthType", Base::StringEquals, "lambda:functionurlauthtype"),
    ("InvokedViaFunctionUrl", Base::Bool, "lambda:invokedviafunctionurl"),
];

impl<'v> PolicyDocument<'v> {
    /// Reads a permission such as the properties of `AWS::Lambda::Permission`.
    pub(crate) fn parse_permission(properties: &'v Value) -> Self {
        let mut document = Self::empty(properties);
        document.statements.push(statement(properties));
        document
    }
}

impl<'v> Statement<'v> {
    /// Whether it is only about calls through a function URL without authentication.
    pub fn serves_open_function_url(&self) -> Answer<'v> {
        self.conditions.any(|condition| {
            let expected = match &*condition.key {
                "lambda:functionurlauthtype" => "NONE",
                "lambda:invokedviafunctionurl" => "true",
                _ => return Answer::plain(Tri::False),
            };
            if condition.operator.base.is_negative() {
                return Answer::plain(Tri::False);
            }
            let values = condition.values.all(|value| value.value.is_ignoring_case(expected));
            values.and_then(|| self.conditions.needs_key(condition))
        })
    }
}

fn statement(properties: &Value) -> Statement<'_> {
    let at = |name: &'static str| Site::DOCUMENT.key(name);
    let patterns = |name: &'static str| Patterns::parse(properties.get(name), at(name));
    let missing = |name: &'static str| Patterns::parse(Value::absent(), at(name));
    let resource = ["FunctionName", "LayerVersionArn", "EventBusName"]
        .map(patterns)
        .into_iter()
        .find(|it| !it.is_present.is_false());
    Statement {
        index: 0,
        site: Site::DOCUMENT,
        sid: Value::absent(),
        effect: &ALLOW,
        effect_site: Site::DOCUMENT,
        action: patterns("Action"),
        not_action: missing("NotAction"),
        resource: resource.unwrap_or_else(|| missing("Resource")),
        not_resource: missing("NotResource"),
        principal: principals(properties.get("Principal"), at("Principal")),
        not_principal: principals(Value::absent(), at("NotPrincipal")),
        conditions: conditions(properties),
    }
}

fn principals<'v>(value: &'v Value, site: Site<'v>) -> Principals<'v> {
    let pattern = Pattern { value, site };
    let mut items = Vec::new();
    if pattern.state() != State::Malformed {
        items.push(Principal { kind: kind_of(&pattern), pattern });
    }
    Principals { items, site, is_present: value.is_present(), is_open: false }
}

/// The kind of a principal that stands alone.
fn kind_of(pattern: &Pattern<'_>) -> PrincipalKind {
    let Some(glob) = pattern.glob(Case::Ignored) else { return PrincipalKind::Unknown };
    let tokens = glob.tokens();
    if let Some(text) = arn::literal_text(tokens) {
        let is_account = arn::is_account_id(&text) || text.starts_with("arn:");
        return if is_account { PrincipalKind::Aws } else { PrincipalKind::Service };
    }
    let start = tokens.iter().position(|token| !matches!(token, Token::Char(_)));
    let start = arn::literal_text(&tokens[..start.unwrap_or_default()]).unwrap_or_default();
    match tokens {
        [Token::Star] => PrincipalKind::Anyone,
        [.., Token::Char('m')] if ends_with(tokens, ".amazonaws.com") => PrincipalKind::Service,
        [.., Token::Hole(hole)] if is_suffix(hole.name) => PrincipalKind::Service,
        _ if start.starts_with("arn:") => PrincipalKind::Aws,
        _ => PrincipalKind::Unknown,
    }
}

fn ends_with(tokens: &[Token<'_>], text: &str) -> bool {
    let at = tokens.len().checked_sub(text.len());
    at.and_then(|at| arn::literal_text(&tokens[at..])).is_some_and(|end| end == text)
}

fn is_suffix(name: HoleName<'_>) -> bool {
    matches!(name, HoleName::Reason(Reason::Pseudo(name)) if &**name == "AWS::URLSuffix")
}

fn conditions(properties: &Value) -> Conditions<'_> {
    let mut conditions =
        Conditions { items: Vec::new(), unknown: Vec::new(), site: Site::DOCUMENT };
    for (property, base, key) in CONDITIONS {
        let site = Site::DOCUMENT.key(property);
        match &properties.get(property).kind {
            ValueKind::Absent | ValueKind::Null => {}
            // Of an open map any property may be there; the resource stands for all of them.
            ValueKind::Unknown(Reason::OpenMap) => conditions.unknown = vec![Site::DOCUMENT],
            ValueKind::Unknown(Reason::Undecided) | ValueKind::OneOf(_) => {
                conditions.unknown.push(site);
            }
            _ => {
                let values = Patterns::parse(properties.get(property), site);
                let operator = Operator { base: *base, qualifier: None, if_exists: false };
                conditions.items.push(Condition {
                    operator,
                    key: Cow::Borrowed(key),
                    values,
                    site,
                });
            }
        }
    }
    let condition = properties.get("Condition");
    if !matches!(condition.kind, ValueKind::Absent | ValueKind::Unknown(Reason::OpenMap)) {
        add_condition(&mut conditions, condition);
    }
    conditions
}

/// The property `Condition` of `AWS::Events::EventBusPolicy`: `Type`, `Key` and `Value`.
fn add_condition<'v>(conditions: &mut Conditions<'v>, condition: &'v Value) {
    let site = Site::DOCUMENT.key("Condition");
    let (Some(operator), Some(key)) =
        (condition.get("Type").as_str(), condition.get("Key").as_str())
    else {
        conditions.unknown.push(site);
        return;
    };
    let values = Patterns::parse(condition.get("Value"), site.key("Value"));
    let operator = Operator::parse(operator);
    let key = Cow::Owned(key.to_ascii_lowercase());
    conditions.items.push(Condition { operator, key, values, site });
}
