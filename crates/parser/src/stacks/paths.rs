//! Where the template of a nested stack is, if it is a file beside that of its parent.

/// The keys that name the template of a nested stack, as CloudFormation and SAM write them.
const KEYS: [&str; 2] = ["TemplateURL", "Location"];
/// The types that have them. Without one of these in a text there is no nested stack.
const TYPES: [&str; 2] = ["AWS::CloudFormation::Stack", "AWS::Serverless::Application"];
/// Bytes that a template has at most.
const MAX_TEMPLATE: usize = 1_000_000;

/// The files that a template may name as those of its nested stacks, told without parsing it: by
/// the name of the file that holds `text`, which they are relative to.
///
/// Some may be no templates at all; none that is one is left out.
pub fn local_templates(name: &str, text: &str) -> Vec<String> {
    if text.len() > MAX_TEMPLATE || !TYPES.iter().any(|kind| text.contains(kind)) {
        return Vec::new();
    }
    let values =
        KEYS.iter().flat_map(|key| text.match_indices(key).map(|(at, key)| at + key.len()));
    let paths = values.filter_map(|at| local_path(name, scalar(&text[at..])?));
    let mut paths: Vec<String> = paths.collect();
    paths.sort();
    paths.dedup();
    paths
}

/// The scalar after a key, in YAML or JSON.
fn scalar(after_key: &str) -> Option<&str> {
    let rest = after_key.trim_start_matches(['"', '\'']).trim_start().strip_prefix(':')?;
    let rest = rest.trim_start();
    let value = match rest.chars().next()? {
        quote @ ('"' | '\'') => rest[1..].split(quote).next()?,
        _ => rest.split(['\n', '\r', ',', '}', '#']).next()?,
    };
    Some(value.trim()).filter(|value| !value.is_empty())
}

/// The path of the template that a parent called `name` gives as `url`; `None` if that is not a
/// file beside it.
pub(super) fn local_path(name: &str, url: &str) -> Option<String> {
    let is_elsewhere = url.contains("://")
        || url.starts_with(['/', '\\', '!', '$', '{', '[', '~'])
        || url.contains("${")
        || url.contains('\\');
    if url.is_empty() || is_elsewhere {
        return None;
    }
    let directory = name.rsplit_once('/').map_or("", |(directory, _)| directory);
    let mut parts: Vec<&str> = directory.split('/').collect();
    if directory.is_empty() {
        parts.clear();
    }
    for part in url.split('/') {
        match part {
            "" | "." => {}
            ".." => match parts.last() {
                Some(&last) if !last.is_empty() && last != ".." => {
                    parts.pop();
                }
                _ => parts.push(".."),
            },
            part => parts.push(part),
        }
    }
    Some(parts.join("/"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_relative_to_the_parent() {
        let cases = [
            ("root.yaml", "vpc.yaml", Some("vpc.yaml")),
            ("a/b/root.yaml", "./vpc.yaml", Some("a/b/vpc.yaml")),
            ("a/b/root.yaml", "../vpc.yaml", Some("a/vpc.yaml")),
            ("root.yaml", "../x/vpc.yaml", Some("../x/vpc.yaml")),
            ("/srv/root.yaml", "../vpc.yaml", Some("/vpc.yaml")),
            ("root.yaml", "https://s3.amazonaws.com/b/vpc.yaml", None),
            ("root.yaml", "/abs/vpc.yaml", None),
            ("root.yaml", "", None),
        ];
        for (name, url, expected) in cases {
            assert_eq!(local_path(name, url).as_deref(), expected, "{name} {url}");
        }
    }

    #[test]
    fn templates_are_found_in_any_notation() {
        let yaml = "A:\n  Type: AWS::CloudFormation::Stack\n  Properties:\n    TemplateURL: ./a.yaml # x\n";
        assert_eq!(local_templates("d/r.yaml", yaml), ["d/a.yaml"]);
        let json = r#"{"Type": "AWS::Serverless::Application", "Location": "b/c.json"}"#;
        assert_eq!(local_templates("r.json", json), ["b/c.json"]);
        let remote = "Type: AWS::CloudFormation::Stack\nTemplateURL: !Sub https://x/${Y}\n";
        assert!(local_templates("r.yaml", remote).is_empty());
        assert!(local_templates("r.yaml", "TemplateURL: a.yaml").is_empty());
    }
}
