//! Paths of directories, as text: nothing is looked up.

/// Whether the source of a module is a directory beside or below the caller.
pub(super) fn is_local(source: &str) -> bool {
    source.starts_with("./") || source.starts_with("../") || matches!(source, "." | "..")
}

/// A path seen from a directory, without `.` and inner `..`.
pub(super) fn join(directory: &str, path: &str) -> String {
    let whole = if path.starts_with('/') { path.to_owned() } else { format!("{directory}/{path}") };
    let is_absolute = whole.starts_with('/');
    let mut kept: Vec<&str> = Vec::new();
    for element in whole.split('/') {
        match element {
            "" | "." => {}
            ".." if kept.last().is_some_and(|last| *last != "..") => {
                kept.pop();
            }
            ".." if is_absolute => {}
            other => kept.push(other),
        }
    }
    match (is_absolute, kept.is_empty()) {
        (true, _) => format!("/{}", kept.join("/")),
        (false, true) => ".".into(),
        (false, false) => kept.join("/"),
    }
}

/// The directory that a file lies in.
pub(super) fn directory_of(name: &str) -> &str {
    match name.rsplit_once('/') {
        Some(("", _)) => "/",
        Some((directory, _)) => directory,
        None => ".",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_joined_without_looking() {
        for (directory, path, expected) in [
            (".", "./m", "m"),
            ("envs/prod", "../../modules/x", "modules/x"),
            ("a", "..", "."),
            (".", "../x", "../x"),
            ("../x", "../y", "../y"),
            ("/a/b", "../../../c", "/c"),
            ("a", "/b/./c/", "/b/c"),
        ] {
            assert_eq!(join(directory, path), expected, "{directory} {path}");
        }
        assert_eq!(directory_of("main.tf"), ".");
        assert_eq!(directory_of("a/b/main.tf"), "a/b");
        assert!(is_local("../x") && !is_local("terraform-aws-modules/vpc/aws"));
    }
}
