//! File names as code hosts want them.

use std::fmt::Write as _;

/// `name` relative to the root of the repository, without `.` and `..`.
///
/// `prefix` leads from the root to the directory that relative names start from; `root` is the
/// root's own absolute name, for names that are absolute. A name outside of it stays as it is.
pub(crate) fn from_root(name: &str, prefix: &str, root: Option<&str>) -> String {
    if !is_absolute(name) {
        return normalise(&[prefix, name]);
    }
    match root.and_then(|root| below(name, root)) {
        Some(relative) => normalise(&[relative]),
        None => name.to_owned(),
    }
}

/// A path as a URI reference (RFC 3986): percent-encoded, and with a scheme if it is absolute.
pub(crate) fn to_uri(path: &str) -> String {
    let mut uri = String::with_capacity(path.len());
    let mut rest = path;
    if is_absolute(path) {
        uri.push_str(if path.starts_with('/') { "file://" } else { "file:///" });
        if let Some((drive, after)) = path.split_once(':').filter(|(drive, _)| drive.len() == 1) {
            uri.push_str(drive);
            uri.push(':');
            rest = after;
        }
    }
    for byte in rest.bytes() {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' | b'/' => {
                uri.push(char::from(byte));
            }
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

/// `/x` or `C:/x`.
pub(crate) fn is_absolute(name: &str) -> bool {
    let bytes = name.as_bytes();
    let drive = bytes.len() > 2 && bytes[0].is_ascii_alphabetic() && &bytes[1..3] == b":/";
    drive || name.starts_with('/')
}

/// What follows `root` in `name`, if `name` lies below it.
fn below<'n>(name: &'n str, root: &str) -> Option<&'n str> {
    name.strip_prefix(root.trim_end_matches('/'))?.strip_prefix('/')
}

fn normalise(paths: &[&str]) -> String {
    let mut parts: Vec<&str> = Vec::new();
    for part in paths.iter().flat_map(|path| path.split('/')) {
        match part {
            "" | "." => {}
            ".." if parts.last().is_some_and(|last| *last != "..") => {
                parts.pop();
            }
            _ => parts.push(part),
        }
    }
    parts.join("/")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_become_relative_to_the_repository() {
        assert_eq!(from_root("./a/../main.tf", "infra/prod", None), "infra/prod/main.tf");
        assert_eq!(from_root("../shared/x.tf", "infra", None), "shared/x.tf");
        assert_eq!(from_root("../../x.tf", "infra", None), "../x.tf");
        assert_eq!(from_root("/repo/a/b.yaml", "a", Some("/repo/")), "a/b.yaml");
        assert_eq!(from_root("/repository/b.yaml", "", Some("/repo")), "/repository/b.yaml");
        assert_eq!(from_root("C:/repo/b.yaml", "", Some("C:/repo")), "b.yaml");
    }

    #[test]
    fn uris_are_percent_encoded() {
        assert_eq!(to_uri("a b/ü:#[1].tf"), "a%20b/%C3%BC%3A%23%5B1%5D.tf");
        assert_eq!(to_uri("/tmp/x y"), "file:///tmp/x%20y");
        assert_eq!(to_uri("C:/x/y:z"), "file:///C:/x/y%3Az");
    }
}
