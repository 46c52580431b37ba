//! Patterns: `*` stands for any text.

/// Whether a pattern, in which `*` stands for any text, is all of `text`.
pub fn matches(pattern: &str, text: &str) -> bool {
    search(pattern.as_bytes(), text.as_bytes(), |_| true)
}

/// Whether a pattern is all of a path: `*` stands for any text without a slash, `**` for any
/// text. A pattern without a slash is that of a name, in whatever directory; one that ends in a
/// slash, or names a directory, stands for all that is below it.
pub fn matches_path(pattern: &str, path: &str) -> bool {
    let pattern = pattern.strip_prefix("./").unwrap_or(pattern);
    if let Some(directory) = pattern.strip_suffix('/') {
        return matches_path(&format!("{directory}/**"), path);
    }
    if !pattern.contains('/') {
        // As in .gitignore, a bare name is that of a file or of a directory above one.
        return path.split('/').any(|part| matches(pattern, part));
    }
    let pattern = pattern.strip_prefix('/').unwrap_or(pattern);
    match pattern.strip_prefix("**/") {
        Some(rest) if is_path(rest, path) => true,
        _ => is_path(pattern, path) || is_path(&format!("{pattern}/**"), path),
    }
}

fn is_path(pattern: &str, path: &str) -> bool {
    // `**` becomes a byte that no path holds.
    let pattern = pattern.replace("**/", "\u{1}").replace("**", "\u{1}");
    is_path_bytes(pattern.as_bytes(), path.as_bytes())
}

fn is_path_bytes(pattern: &[u8], path: &[u8]) -> bool {
    // Patterns are short: the plain search with one way back for each kind of star.
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    let mut deep: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(1) => {
                deep = Some((p + 1, t));
                star = None;
                p += 1;
                continue;
            }
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(byte) if path.get(t) == Some(byte) => {
                p += 1;
                t += 1;
                continue;
            }
            None if t == path.len() => return true,
            _ => {}
        }
        match (star, deep) {
            (Some((after, at)), _) if path.get(at).is_some_and(|byte| *byte != b'/') => {
                star = Some((after, at + 1));
                (p, t) = (after, at + 1);
            }
            (_, Some((after, at))) if at < path.len() => {
                deep = Some((after, at + 1));
                star = None;
                (p, t) = (after, at + 1);
            }
            _ => return false,
        }
    }
}

fn search(pattern: &[u8], text: &[u8], may_skip: impl Fn(u8) -> bool) -> bool {
    let (mut p, mut t) = (0, 0);
    let mut star: Option<(usize, usize)> = None;
    loop {
        match pattern.get(p) {
            Some(b'*') => {
                star = Some((p + 1, t));
                p += 1;
                continue;
            }
            Some(byte) if text.get(t) == Some(byte) => {
                p += 1;
                t += 1;
                continue;
            }
            None if t == text.len() => return true,
            _ => {}
        }
        match star {
            Some((after, at)) if text.get(at).is_some_and(|byte| may_skip(*byte)) => {
                star = Some((after, at + 1));
                (p, t) = (after, at + 1);
            }
            _ => return false,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_star_stands_for_any_text() {
        assert!(matches("module.*.aws_s3_bucket.b", "module.a.module.b.aws_s3_bucket.b"));
        assert!(matches("aws_s3_bucket.b[*]", "aws_s3_bucket.b[\"x\"]"));
        assert!(matches("*", ""));
        assert!(!matches("a*b", "a.c"));
        assert!(matches("a*b*c", "a--b--bc"));
    }

    #[test]
    fn paths_know_directories() {
        for (pattern, path) in [
            ("test/**", "test/a/b.yaml"),
            ("test/", "test/a/b.yaml"),
            ("test/a", "test/a/b.yaml"),
            ("**/test/*.yaml", "test/b.yaml"),
            ("**/test/*.yaml", "x/y/test/b.yaml"),
            ("*.yaml", "x/y/b.yaml"),
            ("test", "x/test/b.yaml"),
            ("/a/*.tf", "a/main.tf"),
            ("a/**/z.tf", "a/z.tf"),
            ("a/**/z.tf", "a/b/c/z.tf"),
            ("a/*x*/**/*.tf", "a/1x2/b/c.tf"),
        ] {
            assert!(matches_path(pattern, path), "{pattern} {path}");
        }
        for (pattern, path) in [
            ("test/*.yaml", "test/a/b.yaml"),
            ("a/*.tf", "b/a/main.tf"),
            ("a/b", "a/bc"),
            ("test", "x/tests/b.yaml"),
        ] {
            assert!(!matches_path(pattern, path), "{pattern} {path}");
        }
    }
}
