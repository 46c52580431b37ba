//! What the CloudFormation schemas call the properties of the types that the tables know, to
//! tell an author of a name that does not exist.
//!
//! Read from the extract in `data/schemas` on demand: no run needs it.

const EXTRACT: &str = include_str!("../data/schemas/cloudformation.txt");
/// Levels of properties that the extract keeps.
const KEPT_LEVELS: usize = 6;

/// The canonical types with a schema, in alphabetical order.
pub fn types() -> impl Iterator<Item = &'static str> {
    let lines = EXTRACT.lines().filter(|line| !line.starts_with(['#', ' ']));
    lines.map(str::trim_end).filter(|line| !line.is_empty())
}

/// Whether a type has a property; `None` if its schema is not known. Steps of a path that are
/// indexes or `*` stand for elements of lists.
pub fn has_property(resource_type: &str, path: &[&str]) -> Option<bool> {
    let mut below = body(resource_type)?;
    for (depth, step) in (1..).zip(path.iter().filter(|step| !is_index(step))) {
        if depth > KEPT_LEVELS {
            return Some(true);
        }
        let Some((kind, inner)) = member(below, depth, step) else { return Some(false) };
        // Free keys, JSON documents and what has no members of its own are not described.
        if kind.trim_start_matches('l') != "o" {
            return Some(true);
        }
        below = inner;
    }
    Some(true)
}

fn is_index(step: &str) -> bool {
    step == "*" || (!step.is_empty() && step.bytes().all(|byte| byte.is_ascii_digit()))
}

/// The lines below a type.
fn body(resource_type: &str) -> Option<&'static str> {
    let at = EXTRACT.match_indices(resource_type).map(|(at, _)| at).find(|at| {
        let starts = *at == 0 || EXTRACT[..*at].ends_with('\n');
        starts && EXTRACT[at + resource_type.len()..].starts_with('\n')
    })?;
    let rest = &EXTRACT[at + resource_type.len() + 1..];
    let mut end = 0;
    for line in rest.split_inclusive('\n') {
        if !line.starts_with(' ') {
            break;
        }
        end += line.len();
    }
    Some(&rest[..end])
}

/// What a member holds, and the lines below it.
fn member(lines: &'static str, depth: usize, name: &str) -> Option<(&'static str, &'static str)> {
    let mut offset = 0;
    for line in lines.split_inclusive('\n') {
        offset += line.len();
        let indent = line.len() - line.trim_start().len();
        let mut words = line.split_whitespace();
        if indent == depth && words.next() == Some(name) {
            let rest = &lines[offset..];
            let below = rest.split_inclusive('\n');
            let inside = below.take_while(|line| line.len() - line.trim_start().len() > depth);
            let length = inside.map(str::len).sum();
            return Some((words.next().unwrap_or_default(), &rest[..length]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_of_the_schemas() {
        let has = |path: &[&str]| has_property("AWS::S3::Bucket", path);
        assert_eq!(has(&["VersioningConfiguration", "Status"]), Some(true));
        assert_eq!(has(&["Versioning"]), Some(false));
        assert_eq!(has(&["VersioningConfiguration", "Enabled"]), Some(false));
        assert_eq!(has(&["Tags", "0", "Key"]), Some(true));
        assert_eq!(has_property("AWS::No::Such", &["A"]), None);
        assert!(types().any(|name| name == "AWS::S3::Bucket"));
    }
}
