//! The names of CloudFormation's resource types, for messages about policies.
//!
//! The text is searched as it is: nobody asks but a policy's author, a few times in a run.

/// Every resource type, one a line.
const TYPES: &str = include_str!("../data/schemas/types.txt");

/// Whether CloudFormation has a resource type. Types outside the namespace of AWS, and those of
/// SAM, have no schema.
pub fn has_type(name: &str) -> Option<bool> {
    if !name.starts_with("AWS::") || name.starts_with("AWS::Serverless::") {
        return None;
    }
    Some(TYPES.lines().any(|line| line == name))
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
}
