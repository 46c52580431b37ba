//! Results of policies: what is wrong, and where.
//!
//! A result is text, or an object with `message` (or `msg`) and, as it likes, `resource`,
//! `path`, `label`, `help`, `severity`, `rests_on`, `related`.

use regorus::Value as Rego;
use trilith_graph::{Finding, Place, PropertyPath, ResourceId, Segment, Severity};

use super::stand_in;
use crate::view::View;

/// The results of a rule. It must be a set (`deny contains ...`), or a list.
pub(crate) fn items(value: &Rego) -> Result<Vec<&Rego>, String> {
    match value {
        Rego::Set(set) => Ok(set.iter().collect()),
        Rego::Array(list) => Ok(list.iter().collect()),
        Rego::Undefined => Ok(Vec::new()),
        _ => Err("the rule must be a set: write `deny contains finding if { ... }`".into()),
    }
}

/// A member of a result that is text.
pub(crate) fn text<'r>(item: &'r Rego, key: &str) -> Option<&'r str> {
    item[key].as_string().ok().map(AsRef::as_ref)
}

/// The message of a result.
pub(crate) fn message(item: &Rego) -> Result<&str, String> {
    if let Rego::String(message) = item {
        return Ok(message);
    }
    let message = text(item, "message").or_else(|| text(item, "msg"));
    message.ok_or_else(|| "a result must be text or an object with a `message` (or `msg`)".into())
}

/// A result of a policy that was shown one resource.
pub(crate) fn of_resource(view: &View<'_>, item: &Rego) -> Result<Finding, String> {
    let find = |address: &str| {
        let is_own =
            address == &*view.resource().address || address.chars().eq([stand_in::ADDRESS]);
        let other = || view.graph().find(view.resource().root, address);
        is_own.then(|| view.id()).or_else(other)
    };
    let resource = match &item["resource"] {
        Rego::Undefined => view.id(),
        named => named_resource(named, find)?,
    };
    with_details(resource, item, find)
}

/// The resource that a `resource` names: by its address, or as the object that was in `input`.
pub(crate) fn named_resource(
    named: &Rego,
    find: impl Fn(&str) -> Option<ResourceId>,
) -> Result<ResourceId, String> {
    let address = named.as_string().ok().map(AsRef::as_ref).or_else(|| text(named, "address"));
    let address = address.ok_or("a `resource` must be an address or a resource of the input")?;
    find(address).ok_or_else(|| format!("there is no resource `{address}`"))
}

/// A result as a finding at a resource.
pub(crate) fn with_details(
    resource: ResourceId,
    item: &Rego,
    find: impl Fn(&str) -> Option<ResourceId>,
) -> Result<Finding, String> {
    let mut finding = Finding::new(resource, path(&item["path"])?, message(item)?);
    finding.label = text(item, "label").map(str::to_owned);
    finding.help = text(item, "help").map(str::to_owned);
    if let Some(severity) = text(item, "severity") {
        finding.severity = Some(severity.to_ascii_lowercase().parse::<Severity>()?);
    }
    for place in item["rests_on"].as_array().into_iter().flatten() {
        finding.rests_on.push(self::place(resource, place, &find)?);
    }
    for place in item["related"].as_array().into_iter().flatten() {
        finding.related.push(self::place(resource, place, &find)?);
    }
    Ok(finding)
}

/// A further place: a path of the same resource, or an object with `resource`, `path`, `message`.
fn place(
    own: ResourceId,
    place: &Rego,
    find: impl Fn(&str) -> Option<ResourceId>,
) -> Result<Place, String> {
    if !matches!(place, Rego::Object(_)) {
        return Ok(Place { resource: own, path: path(place)?, message: String::new() });
    }
    let resource = match &place["resource"] {
        Rego::Undefined => own,
        named => named_resource(named, find)?,
    };
    let message = text(place, "message").or_else(|| text(place, "msg")).unwrap_or_default();
    Ok(Place { resource, path: path(&place["path"])?, message: message.to_owned() })
}

/// A path: text such as `A/0/B`, `/A/0/B` or `A[0].B`, or a list of keys and indexes. Undefined
/// is the resource. A leading `properties`, as a policy reads it, is not part of the path.
pub(crate) fn path(value: &Rego) -> Result<PropertyPath, String> {
    let path = match value {
        Rego::Undefined => return Ok(PropertyPath::root()),
        Rego::String(text) => path_of_text(text),
        Rego::Array(segments) => segments.iter().map(segment).collect::<Result<_, _>>()?,
        _ => return Err("a `path` must be text or a list of keys and indexes".into()),
    };
    Ok(match path.segments() {
        [Segment::Key(first), rest @ ..] if &**first == "properties" => {
            rest.iter().cloned().collect()
        }
        _ => path,
    })
}

fn path_of_text(text: &str) -> PropertyPath {
    if text.contains('/') || !text.contains(['.', '[']) {
        return PropertyPath::parse(text);
    }
    let steps = text.split(['.', '[']).map(|step| step.trim_end_matches(']'));
    let segment = |step: &str| match step.parse() {
        Ok(index) => Segment::Index(index),
        Err(_) => Segment::Key(step.trim_matches(['"', '\'']).into()),
    };
    steps.filter(|step| !step.is_empty()).map(segment).collect()
}

fn segment(value: &Rego) -> Result<Segment, String> {
    match value {
        Rego::String(key) => Ok(Segment::Key(key.clone())),
        other => match other.as_u32() {
            Ok(index) => Ok(Segment::Index(index as usize)),
            Err(_) => Err("a `path` must consist of keys and indexes".into()),
        },
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_written_in_three_ways() {
        let expected = PropertyPath::parse("A/0/B");
        for text in ["A/0/B", "/A/0/B", "A[0].B", "A.0.B", "properties.A[0].B"] {
            assert_eq!(path(&Rego::from(text)), Ok(expected.clone()), "{text}");
        }
        let list = Rego::from(vec![Rego::from("A"), Rego::from(0_u64), Rego::from("B")]);
        assert_eq!(path(&list), Ok(expected));
        assert!(path(&Rego::from(1_u64)).is_err());
        assert_eq!(path(&Rego::Undefined), Ok(PropertyPath::root()));
    }
}
