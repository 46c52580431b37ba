//! From what a page says about edits to edits of one finding.

use trilith_graph::{
    Edit, EditPath, EditSegment, EditStep, Literal, PropertyPath, Resource, Segment,
};

use crate::edit::{Declaration, Piece, Step, Verb, Words, pieces};
use crate::metadata;
use crate::page::Page;
use crate::rule::Rule;

/// What the page of a rule says would mend its finding at a property of a resource, best first.
///
/// The page is read on each call: who asks for many findings of a rule keeps the declarations.
pub fn edits_for(rule: &Rule, resource: &Resource, path: &PropertyPath) -> Vec<Edit> {
    if !rule.metadata.has_edits {
        return Vec::new();
    }
    let declared = Page::parse(&rule.page).map(|page| metadata::edits(page.front_matter));
    let declared = declared.unwrap_or_default();
    declared.iter().filter_map(|one| of_finding(one, resource, path)).collect()
}

fn of_finding(declared: &Declaration, resource: &Resource, path: &PropertyPath) -> Option<Edit> {
    let is_for = |words: &Words, word: &str| words.is_empty() || words.iter().any(|w| w == word);
    let format = if resource.format.is_terraform() { "terraform" } else { "cloudformation" };
    if !is_for(&declared.types, &resource.resource_type)
        || !is_for(&declared.at, &path.generic())
        || declared.only.as_ref().is_some_and(|only| only != format)
        || !declared.when.iter().all(|(property, texts)| holds(resource, path, property, texts))
        || declared.unless.iter().any(|(property, texts)| holds(resource, path, property, texts))
    {
        return None;
    }
    // What is greater than it must be at least stays.
    let is_enough = |one: &Step| {
        let target = one.set.as_ref().and_then(|written| resolve(written, path));
        let number = target.and_then(|target| resource.properties.at(&plain(target)).as_int());
        one.least.is_some_and(|least| number.is_some_and(|number| number >= least))
    };
    let steps = declared.steps().filter(|one| !is_enough(one));
    let steps: Option<Vec<EditStep>> = steps.map(|one| step(&one, path)).collect();
    Some(Edit { steps: steps?, caution: declared.caution.as_deref().map(Into::into) })
}

/// Whether the text of a property is one of some texts.
fn holds(resource: &Resource, path: &PropertyPath, property: &str, texts: &Words) -> bool {
    let Some(target) = resolve(property, path) else { return false };
    let text = resource.properties.at(&plain(target)).display_text();
    text.is_some_and(|text| texts.iter().any(|wanted| matches(wanted, &text)))
}

/// The path without elements that are named, which are not looked for here.
fn plain(path: EditPath) -> PropertyPath {
    let segments = path.0.into_iter().map(|segment| match segment {
        EditSegment::Key(key) => Segment::Key(key),
        EditSegment::Index(at) => Segment::Index(at),
        EditSegment::Where(_, text) => Segment::Key(text),
    });
    segments.collect()
}

fn matches(wanted: &str, text: &str) -> bool {
    match (wanted.strip_prefix('*'), wanted.strip_suffix('*')) {
        (Some(_), Some(_)) => text.contains(wanted.trim_matches('*')),
        (Some(end), None) => text.ends_with(end),
        (None, Some(start)) => text.starts_with(start),
        (None, None) => text == wanted,
    }
}

fn step(declared: &Step, path: &PropertyPath) -> Option<EditStep> {
    let (verb, written) = declared.action().ok()?;
    let target = resolve(written, path)?;
    Some(match verb {
        Verb::Remove => EditStep::Remove(target),
        Verb::Set => EditStep::Set(
            target,
            match declared.least {
                Some(least) => Literal::Int(least),
                None => literal(declared.to.as_ref()?)?,
            },
        ),
        Verb::Add => match literal(declared.to.as_ref()?)? {
            Literal::List(items) => EditStep::Add(target, items),
            _ => return None,
        },
    })
}

/// The path that is meant for a finding. `None` if the finding is at no such place.
fn resolve(written: &str, finding: &PropertyPath) -> Option<EditPath> {
    let mut segments: Vec<EditSegment> = Vec::new();
    let own = EditPath::from(finding).0;
    for (at, piece) in pieces(written).ok()?.into_iter().enumerate() {
        match piece {
            Piece::Finding => segments.clone_from(&own),
            Piece::Parent => {
                if at == 0 {
                    segments.clone_from(&own);
                }
                segments.pop()?;
            }
            Piece::Same => match own.get(segments.len()) {
                Some(index @ EditSegment::Index(_)) => segments.push(index.clone()),
                _ => return None,
            },
            Piece::Key(key) => segments.push(EditSegment::Key(key.into())),
            Piece::Index(at) => segments.push(EditSegment::Index(at)),
            Piece::Where(key, text) => segments.push(EditSegment::Where(key.into(), text.into())),
        }
    }
    (!segments.is_empty()).then_some(EditPath(segments))
}

fn literal(value: &serde_yaml::Value) -> Option<Literal> {
    use serde_yaml::Value;
    Some(match value {
        Value::Bool(value) => Literal::Bool(*value),
        Value::Number(number) => Literal::Int(number.as_i64()?),
        Value::String(text) => Literal::Text(text.as_str().into()),
        Value::Sequence(items) => Literal::List(items.iter().map(literal).collect::<Option<_>>()?),
        Value::Mapping(members) => {
            let member =
                |(key, value): (&Value, &Value)| Some((key.as_str()?.into(), literal(value)?));
            Literal::Map(members.iter().map(member).collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn resolved(written: &str, finding: &str) -> Option<String> {
        let path = resolve(written, &PropertyPath::parse(finding))?;
        let parts = path.0.iter().map(|segment| match segment {
            EditSegment::Key(key) => key.to_string(),
            EditSegment::Index(at) => at.to_string(),
            EditSegment::Where(key, text) => format!("[{key}={text}]"),
        });
        Some(parts.collect::<Vec<_>>().join("/"))
    }

    #[test]
    fn paths_start_at_the_finding_or_at_the_properties() {
        let at = "Volumes/2/Ebs/Encrypted";
        assert_eq!(resolved(".", at).as_deref(), Some(at));
        assert_eq!(resolved("./Now", "A").as_deref(), Some("A/Now"));
        assert_eq!(resolved("../KmsKeyId", at).as_deref(), Some("Volumes/2/Ebs/KmsKeyId"));
        assert_eq!(resolved("Volumes/*/Ebs", at).as_deref(), Some("Volumes/2/Ebs"));
        assert_eq!(resolved("Volumes/Ebs/*", at), None);
        assert_eq!(resolved("../..", "A"), None);
        assert_eq!(resolved("A/[Key=b.c]/Value", "").as_deref(), Some("A/[Key=b.c]/Value"));
    }

    #[test]
    fn texts_may_have_wildcards_at_their_ends() {
        assert!(matches("*postgres*", "aurora-postgresql"));
        assert!(matches("aurora-*", "aurora-mysql"));
        assert!(matches("*sql", "mysql"));
        assert!(!matches("mysql", "mysql8"));
    }
}
