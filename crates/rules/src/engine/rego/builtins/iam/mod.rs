//! What policies allow, for Rego: the questions of `trilith_iam`.
//!
//! A policy is given as a document (an object, or JSON text), as a resource that has policies
//! (`input`), or as a list of these, which decide together. What a resource does not know of its
//! policies stays unknown: where that matters a question is undefined, so that no rule takes it
//! for a yes or a no.

mod read;

use regorus::Value;
use trilith_graph::PropertyPath;
use trilith_iam::{
    Access, Answers, Catalog, Policies, PolicyDocument, PolicyKind, PositionedDocument, Question,
    Verdict, documents_in, validate,
};

use super::text;
use read::{Given, given};

/// `iam.allows(policy, action, resource)`: whether some such request is allowed.
pub(super) fn allows(arguments: &[Value]) -> Option<Value> {
    let given = given(arguments.first()?)?;
    let question = Question { first: true, ..question() };
    let found = asked(&Deciding::of(&given), arguments, question)?;
    decided(found.verdict(), Verdict::Witness)
}

/// `iam.grants(policy, actions, resources)`: what of it is allowed, an example for each kind.
pub(super) fn grants(arguments: &[Value]) -> Option<Value> {
    let given = given(arguments.first()?)?;
    let own = Deciding::of(&given);
    let found = asked(&own, arguments, question())?;
    Some(examples(&found, &own))
}

/// `iam.new_access(old, new)`: what the new policies allow and the old ones do not.
pub(super) fn new_access(arguments: &[Value]) -> Option<Value> {
    let (old, new) = (given(arguments.first()?)?, given(arguments.get(1)?)?);
    let (old, new) = (Deciding::of(&old), Deciding::of(&new));
    let found = question().new_access(&old.policies(), &new.policies());
    Some(examples(&found, &new))
}

/// `iam.equivalent(one, other)`: whether both allow the same.
pub(super) fn equivalent(arguments: &[Value]) -> Option<Value> {
    let (one, two) = (given(arguments.first()?)?, given(arguments.get(1)?)?);
    let (one, two) = (Deciding::of(&one), Deciding::of(&two));
    let question = Question { first: true, ..question() };
    let differences = question.difference(&one.policies(), &two.policies());
    let verdicts = differences.map(|it| it.verdict());
    // One certain difference is enough, whatever else could not be told.
    let verdict = if verdicts.contains(&Verdict::Witness) {
        Verdict::Witness
    } else {
        verdicts.into_iter().max()?
    };
    decided(verdict, Verdict::Proved)
}

/// `iam.is_admin(policy)`: whether it allows everything with identities, without condition.
pub(super) fn is_admin(arguments: &[Value]) -> Option<Value> {
    let given = given(arguments.first()?)?;
    decided(question().is_admin(&Deciding::of(&given).policies()), Verdict::Proved)
}

/// `iam.is_public(policy)`: whether a stranger may do anything.
pub(super) fn is_public(arguments: &[Value]) -> Option<Value> {
    let given = given(arguments.first()?)?;
    let question = Question { first: true, ..question() };
    let own = given.iter().flat_map(documents);
    let verdicts: Vec<Verdict> =
        own.map(|it| question.public_access(&it.document).verdict()).collect();
    decided(verdicts.into_iter().max().unwrap_or(Verdict::Proved), Verdict::Witness)
}

/// `iam.validate(policy)`: what the checks of Access Analyzer and parliament find.
pub(super) fn check(arguments: &[Value]) -> Option<Value> {
    let given = given(arguments.first()?)?;
    let mut found = Vec::new();
    for own in given.iter().filter(|it| !it.is_of_aws).flat_map(documents) {
        for finding in validate(&own.document, own.kind, Catalog::embedded()) {
            let path = own.path.concat(&finding.path);
            let mut members = vec![
                ("code", Value::from(finding.code)),
                ("type", Value::from(finding.finding_type.name())),
                ("path", Value::from(path.to_string())),
                ("message", Value::from(finding.message)),
            ];
            members.extend(finding.help.map(|help| ("help", Value::from(help))));
            found.push(object(members));
        }
    }
    Some(Value::from(found))
}

/// `iam.expand("s3:Get*")`: the actions that AWS has.
pub(super) fn expand(arguments: &[Value]) -> Option<Value> {
    let names = Catalog::embedded().matching(text(arguments, 0)?);
    Some(Value::from(names.map(|action| Value::from(action.to_string())).collect::<Vec<_>>()))
}

/// `iam.access_level("s3:GetObject")`: `read`.
pub(super) fn access_level(arguments: &[Value]) -> Option<Value> {
    let action = Catalog::embedded().action(text(arguments, 0)?)?;
    Some(Value::from(action.level().name()))
}

/// `iam.managed_policy("arn:aws:iam::aws:policy/ReadOnlyAccess")`: its document.
pub(super) fn managed_policy(arguments: &[Value]) -> Option<Value> {
    let policy = Catalog::embedded().managed_policy(text(arguments, 0)?)?;
    Value::from_json_str(&policy.document).ok()
}

/// All kinds of requests, with examples that AWS knows, and work that ends soon.
fn question() -> Question<'static> {
    Question { fuel: 1 << 20, regions: 1 << 10, ..Question::all(Some(Catalog::embedded())) }
}

fn asked(own: &Deciding<'_>, arguments: &[Value], question: Question<'_>) -> Option<Answers> {
    let (actions, resources) = (patterns(arguments.get(1)?)?, patterns(arguments.get(2)?)?);
    Some(question.grants(&own.policies(), &actions, &resources))
}

/// The patterns of an argument; none at all for `*`, which is anything.
fn patterns(value: &Value) -> Option<Vec<&str>> {
    let found = match value {
        Value::String(text) => vec![&**text],
        _ => {
            let items = super::elements(value)?.into_iter();
            items.map(|it| it.as_string().ok().map(AsRef::as_ref)).collect::<Option<Vec<_>>>()?
        }
    };
    Some(if found.contains(&"*") { Vec::new() } else { found })
}

/// The policies that decide about the requests of a principal, or to a resource.
struct Deciding<'v> {
    grants: Vec<PositionedDocument<'v>>,
    limits: Vec<PositionedDocument<'v>>,
}

impl<'v> Deciding<'v> {
    fn of(given: &'v [Given]) -> Self {
        let part = |is_limit: bool| {
            let wanted = given.iter().filter(move |it| it.is_limit == is_limit);
            wanted.flat_map(documents).collect::<Vec<_>>()
        };
        let (mut grants, limits) = (part(false), part(true));
        // Who may assume a role is not what the role may do.
        if grants.iter().any(|it| it.kind == PolicyKind::Identity) {
            grants.retain(|it| it.kind != PolicyKind::Trust);
        }
        Self { grants, limits }
    }

    fn policies(&self) -> Policies<'_, 'v> {
        Policies {
            grants: self.grants.iter().map(|it| &*it.document).collect(),
            limits: self.limits.iter().map(|it| vec![&*it.document]).collect(),
        }
    }
}

/// The policies of what is given. A document by itself is one of an identity, unless it names
/// principals.
fn documents(given: &Given) -> Vec<PositionedDocument<'_>> {
    if let Some(kind) = &given.resource_type {
        return documents_in(kind, &given.value);
    }
    let document = PolicyDocument::parse(&given.value);
    let names = |it: &trilith_iam::Statement<'_>| {
        !it.principal.is_present.or(it.not_principal.is_present).is_false()
    };
    let has_principals = !given.is_of_aws && document.statements.iter().any(names);
    let kind = if has_principals { PolicyKind::Resource("") } else { PolicyKind::Identity };
    vec![PositionedDocument::new(PropertyPath::root(), kind, document)]
}

/// Yes or no, if that was decided.
fn decided(verdict: Verdict, yes: Verdict) -> Option<Value> {
    (verdict != Verdict::Possible).then(|| Value::Bool(verdict == yes))
}

fn examples(answers: &Answers, own: &Deciding<'_>) -> Value {
    Value::from(answers.found.iter().map(|it| example(it, &own.grants)).collect::<Vec<_>>())
}

fn example(access: &Access, documents: &[PositionedDocument<'_>]) -> Value {
    let request = &access.request;
    let mut context = Value::new_object();
    if let Ok(members) = context.as_object_mut() {
        for (key, values) in &request.context {
            let values: Vec<Value> = values.iter().map(|it| Value::from(it.as_str())).collect();
            members.insert(Value::from(key.as_str()), Value::from(values));
        }
    }
    let level = access.actions.iter().filter_map(|id| Catalog::embedded().action_of(*id));
    let mut members = vec![
        ("action", Value::from(request.action.as_str())),
        ("resource", Value::from(request.resource.as_str())),
        ("context", context),
        ("certain", Value::Bool(access.is_sure())),
        ("text", Value::from(request.to_string())),
    ];
    members.extend(
        level.map(|it| it.level()).max().map(|level| ("access_level", Value::from(level.name()))),
    );
    members.extend(request.principal.as_ref().map(|it| ("principal", Value::from(it.to_string()))));
    let place = access.statement.and_then(|(document, statement)| {
        let own = documents.get(document)?;
        Some(own.path.concat(&own.document.statements.get(statement)?.path()))
    });
    members.extend(place.map(|path| ("path", Value::from(path.to_string()))));
    object(members)
}

fn object(members: Vec<(&str, Value)>) -> Value {
    let mut object = Value::new_object();
    if let Ok(map) = object.as_object_mut() {
        map.extend(members.into_iter().map(|(key, value)| (Value::from(key), value)));
    }
    object
}
