//! What CloudFormation's schemas say of types and their properties, for messages about policies.
//!
//! The text is searched as it is: nobody asks but a policy's author, a few times in a run.

/// Every resource type, one a line.
const TYPES: &str = include_str!("../data/schemas/types.txt");
/// The properties of the types that the tables mention; see `data/schemas/README.md`.
const PROPERTIES: &str = include_str!("../data/schemas/cloudformation.txt");
/// Deeper than this nothing is kept.
const MAX_DEPTH: usize = 6;

/// Whether CloudFormation has a resource type. Types outside the namespace of AWS, and those of
/// SAM, have no schema.
pub fn has_type(name: &str) -> Option<bool> {
    if !name.starts_with("AWS::") || name.starts_with("AWS::Serverless::") {
        return None;
    }
    Some(TYPES.lines().chain(PROPERTIES.lines()).any(|line| line == name))
}

/// The resource type that is spelled most like a name that is none.
pub fn similar_type(name: &str) -> Option<&'static str> {
    let lower = name.to_ascii_lowercase();
    let types = || TYPES.lines().filter(|line| !line.starts_with('#'));
    let same = types().find(|known| known.to_ascii_lowercase() == lower);
    let (service, resource) = name.rsplit_once("::").unwrap_or_default();
    same.or_else(|| {
        types().find(|known| {
            known.strip_prefix(service).and_then(|rest| rest.strip_prefix("::")).is_some_and(
                |known| {
                    !resource.is_empty() && (known.contains(resource) || resource.contains(known))
                },
            )
        })
    })
}

/// Whether a type has a property at a path of names; lists and free keys are not part of the
/// path. `None` where the schemas at hand do not reach.
pub fn has_property(resource_type: &str, path: &[&str]) -> Option<bool> {
    let mut lines = PROPERTIES.lines().skip_while(|line| *line != resource_type);
    lines.next()?;
    let mut lines = lines.take_while(|line| line.starts_with(' ')).peekable();
    for (at, name) in path.iter().enumerate() {
        let depth = at + 1;
        if depth > MAX_DEPTH {
            return None;
        }
        let code = loop {
            let Some(line) = lines.peek().filter(|line| indent(line) >= depth) else {
                return Some(false);
            };
            let mut words = line.split_whitespace();
            let is_it = indent(line) == depth && words.next() == Some(name);
            let code = words.next().unwrap_or_default();
            lines.next();
            if is_it {
                break code;
            }
        };
        let has_inner = lines.peek().is_some_and(|line| indent(line) == depth + 1);
        if at + 1 < path.len() && !(has_inner && code.trim_start_matches('l') == "o") {
            return None;
        }
    }
    Some(true)
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn types_are_known() {
        assert_eq!(has_type("AWS::S3::Bucket"), Some(true));
        assert_eq!(has_type("AWS::S3::Bukket"), Some(false));
        assert_eq!(has_type("AWS::Serverless::Function"), None);
        assert_eq!(has_type("Custom::Thing"), None);
        assert_eq!(similar_type("AWS::s3::bucket"), Some("AWS::S3::Bucket"));
        assert_eq!(similar_type("AWS::Nope::Nope"), None);
    }

    #[test]
    fn properties_are_known_as_deep_as_the_schemas_go() {
        let has = |path: &[&str]| has_property("AWS::S3::Bucket", path);
        assert_eq!(has(&["BucketName"]), Some(true));
        assert_eq!(has(&["BucktName"]), Some(false));
        assert_eq!(has(&["VersioningConfiguration", "Status"]), Some(true));
        assert_eq!(has(&["VersioningConfiguration", "Enabled"]), Some(false));
        assert_eq!(has(&["Tags", "Key"]), Some(true));
        // A name that another property has inside of it.
        assert_eq!(has(&["Status"]), Some(false));
        assert_eq!(
            has_property("AWS::IAM::Role", &["AssumeRolePolicyDocument", "Statement"]),
            None
        );
        assert_eq!(has_property("AWS::Nope::Nope", &["X"]), None);
    }
}
