//! Addresses: `module.a["k"].aws_s3_bucket.b[0]`.

/// A name of an address with its instance key. A second key in a row has an empty name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Step<'a> {
    /// The name.
    pub(super) name: &'a str,
    /// What stands in brackets behind it, quotes and all.
    pub(super) key: Option<&'a str>,
    /// Where the step starts in the text.
    pub(super) start: usize,
    /// Where its name ends.
    pub(super) end: usize,
}

/// The steps of an address or reference. Dots and brackets inside of quotes do not count.
pub(super) fn steps(text: &str) -> Vec<Step<'_>> {
    let mut found: Vec<Step<'_>> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let rest = &text[at..];
        match rest.as_bytes()[0] {
            b'.' => at += 1,
            b'[' => {
                let length = bracket(rest);
                let key = Some(&rest[1..length.saturating_sub(1).max(1)]);
                match found.last_mut() {
                    Some(last) if last.key.is_none() => last.key = key,
                    Some(_) => found.push(Step { name: "", key, start: at, end: at }),
                    None => {}
                }
                at += length;
            }
            _ => {
                let length = rest.find(['.', '[']).unwrap_or(rest.len());
                let name = &rest[..length];
                found.push(Step { name, key: None, start: at, end: at + length });
                at += length;
            }
        }
    }
    found
}

/// Where the module path of an address ends; 0 for the root module.
pub(super) fn module_end(address: &str) -> usize {
    if !address.starts_with("module") {
        return 0;
    }
    let steps = steps(address);
    let modules = steps.chunks(2).take_while(|pair| pair.len() == 2 && pair[0].name == "module");
    match steps.get(modules.count() * 2) {
        Some(next) if next.start > 0 => next.start - 1,
        _ => 0,
    }
}

/// An address without instance keys: that of the block.
pub(super) fn without_keys(address: &str) -> String {
    let names = steps(address).into_iter().map(|step| step.name).filter(|name| !name.is_empty());
    names.collect::<Vec<_>>().join(".")
}

/// Length of the bracket that a text starts with.
fn bracket(text: &str) -> usize {
    let mut quoted = false;
    let mut escaped = false;
    for (at, c) in text.char_indices() {
        match c {
            _ if escaped => escaped = false,
            '\\' if quoted => escaped = true,
            '"' => quoted = !quoted,
            ']' if !quoted => return at + 1,
            _ => {}
        }
    }
    text.len()
}

/// What a reference in an expression names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Target<'a> {
    /// A resource or data source: address without key, key, attribute.
    Resource { address: &'a str, key: Option<&'a str>, attribute: Option<&'a str> },
    /// An input variable.
    Variable(&'a str),
    /// A local value.
    Local(&'a str),
    /// An output of a child module: its name, key, output.
    Module { name: &'a str, key: Option<&'a str>, output: Option<&'a str> },
    /// `each.key`, `count.index`, `path.module`, `terraform.workspace`, `self.id`.
    Other,
}

/// Reads a reference such as `data.aws_iam_policy_document.x[0].json`.
pub(super) fn target(text: &str) -> Target<'_> {
    let steps = steps(text);
    let Some(first) = steps.first() else { return Target::Other };
    let resource = |kind: usize| {
        let (Some(_), Some(name)) = (steps.get(kind), steps.get(kind + 1)) else {
            return Target::Other;
        };
        Target::Resource {
            address: &text[..name.end],
            key: name.key,
            attribute: steps.get(kind + 2).map(|step| step.name),
        }
    };
    match (first.name, steps.get(1)) {
        ("each" | "count" | "path" | "terraform" | "self", _) => Target::Other,
        ("var", Some(name)) => Target::Variable(name.name),
        ("local", Some(name)) => Target::Local(name.name),
        ("module", Some(module)) => Target::Module {
            name: module.name,
            key: module.key,
            output: steps.get(2).map(|step| step.name),
        },
        ("data" | "ephemeral", _) => resource(1),
        _ => resource(0),
    }
}

/// How deep a reference looks into its target: `x.y.rule[0].id` names the attribute `rule` and
/// something inside of it.
pub(super) fn is_nested(text: &str) -> bool {
    let steps = steps(text);
    let data = usize::from(matches!(steps.first(), Some(first) if first.name == "data"));
    steps.len() > 3 + data || steps.get(2 + data).is_some_and(|step| step.key.is_some())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_anything() {
        let address = r#"module.m["us.east"].aws_s3_bucket.b["x]\"y"]"#;
        let steps = steps(address);
        let names: Vec<&str> = steps.iter().map(|step| step.name).collect();
        assert_eq!(names, ["module", "m", "aws_s3_bucket", "b"]);
        assert_eq!(steps[1].key, Some("\"us.east\""));
        assert_eq!(steps[3].key, Some(r#""x]\"y""#));
        assert_eq!(&address[..module_end(address)], "module.m[\"us.east\"]");
        assert_eq!(module_end("aws_s3_bucket.b"), 0);
        assert_eq!(without_keys(address), "module.m.aws_s3_bucket.b");
        let keys: Vec<_> = super::steps("a[0][1]").iter().map(|step| step.key).collect();
        assert_eq!(keys, [Some("0"), Some("1")]);
        assert_eq!(super::steps("a[").len(), 1);
        assert_eq!(super::steps("").len(), 0);
    }

    #[test]
    fn references_name_their_target() {
        let target = |text| super::target(text);
        assert_eq!(
            target("aws_s3_bucket.x[0].id"),
            Target::Resource { address: "aws_s3_bucket.x", key: Some("0"), attribute: Some("id") }
        );
        assert_eq!(
            target("data.aws_iam_policy_document.x.json"),
            Target::Resource {
                address: "data.aws_iam_policy_document.x",
                key: None,
                attribute: Some("json"),
            }
        );
        assert_eq!(
            target("module.m[\"eu\"].out"),
            Target::Module { name: "m", key: Some("\"eu\""), output: Some("out") }
        );
        assert_eq!(target("var.x.y"), Target::Variable("x"));
        assert_eq!(target("each.value"), Target::Other);
        assert_eq!(target("aws_s3_bucket"), Target::Other);
        assert!(is_nested("aws_lb.x.subnet_mapping[0].id"));
        assert!(!is_nested("aws_lb.x[0].id"));
    }
}
