//! The instances that one finding stands for.

use trilith_graph::{Enclosed, Subject};

/// Instances to name at most.
const MOST_INSTANCES: usize = 6;

/// `in 3 instances: module.a, module.b, module.c`, if there is more than one.
pub(crate) fn instances(subject: &Subject) -> Option<String> {
    if subject.instances.is_empty() {
        return None;
    }
    let all = subject.all_enclosed();
    // Instances of a module differ in the path of the module alone.
    let first = &*all[0].address;
    let name = module_of(first).map_or("", |module| &first[module.len()..]);
    let name = if all.iter().all(|one| one.address.ends_with(name)) { name } else { "" };
    let shown = all.iter().take(MOST_INSTANCES).map(|one| {
        let module = one.address.strip_suffix(name).unwrap_or(&one.address).into();
        Enclosed { address: module, ..one.clone() }.to_string()
    });
    let shown = shown.collect::<Vec<_>>().join(", ");
    let more = all.len().saturating_sub(MOST_INSTANCES);
    let more = if more > 0 { format!(" and {more} more") } else { String::new() };
    Some(format!("in {} instances: {shown}{more}", all.len()))
}

/// The path of the module in the address of a Terraform resource: `module.a["x"].module.b`.
fn module_of(address: &str) -> Option<&str> {
    let last = address.rfind("module.").filter(|at| *at == 0 || address[..*at].ends_with('.'))?;
    let mut depth = 0_usize;
    let name = last + "module.".len();
    let end = address[name..].char_indices().find(|(_, character)| {
        match character {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        *character == '.' && depth == 0
    });
    end.map(|(at, _)| &address[..name + at])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn subject(addresses: &[&str]) -> Subject {
        Subject {
            root: trilith_graph::RootId(0),
            enclosed: Vec::new(),
            address: addresses[0].into(),
            declared: trilith_graph::Span::at(trilith_graph::SourceId(0), 0),
            construct: None,
            resource_type: "AWS::S3::Bucket".into(),
            source_type: "aws_s3_bucket".into(),
            path: "".into(),
            instances: addresses[1..].iter().map(|address| (*address).into()).collect(),
        }
    }

    #[test]
    fn instances_of_a_module_are_named_by_their_module() {
        let two = subject(&["module.a.aws_s3_bucket.b", "module.c[\"x.y\"].aws_s3_bucket.b"]);
        assert_eq!(instances(&two).unwrap(), "in 2 instances: module.a, module.c[\"x.y\"]");
        let two = subject(&["aws_s3_bucket.b[0]", "aws_s3_bucket.b[1]"]);
        assert_eq!(
            instances(&two).unwrap(),
            "in 2 instances: aws_s3_bucket.b[0], aws_s3_bucket.b[1]"
        );
        let many: Vec<String> = (0..9).map(|n| format!("module.m[{n}].aws_x.y")).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        let text = instances(&subject(&many)).unwrap();
        assert!(text.starts_with("in 9 instances: module.m[0], "), "{text}");
        assert!(text.ends_with("module.m[5] and 3 more"), "{text}");
    }

    #[test]
    fn instances_that_are_called_alike_are_told_apart_by_their_roots() {
        let mut two = subject(&["module.a.aws_x.y", "module.a.aws_x.y"]);
        let of = |root: &str| Enclosed {
            address: "module.a.aws_x.y".into(),
            by: Vec::new(),
            root: Some(root.into()),
        };
        two.enclosed = vec![of("one"), of("two")];
        assert_eq!(instances(&two).unwrap(), "in 2 instances: module.a of one, module.a of two");
    }

    #[test]
    fn one_instance_is_not_worth_a_word() {
        assert_eq!(instances(&subject(&["aws_s3_bucket.b"])), None);
    }
}
