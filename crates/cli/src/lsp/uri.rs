//! Addresses of documents, and paths.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use lsp_types::Uri;

use crate::files;
use crate::paths::normalised;

/// The path of a document; `None` if it is no file.
pub(super) fn to_path(uri: &Uri) -> Option<PathBuf> {
    let text = uri.as_str();
    let rest = text.get(..5).filter(|scheme| scheme.eq_ignore_ascii_case("file:"));
    let rest = rest.map(|scheme| &text[scheme.len()..])?;
    let rest = rest.strip_prefix("//").unwrap_or(rest);
    // What stands before the path is the host: nothing, or this one.
    let at = rest.find('/')?;
    let path = decoded(rest[at..].split(['?', '#']).next().unwrap_or_default())?;
    let path = match path.as_bytes() {
        // `/c:/a` of Windows.
        [b'/', drive, b':', ..] if drive.is_ascii_alphabetic() => &path[1..],
        _ => &path,
    };
    Some(normalised(Path::new(path)))
}

/// The address of a file.
pub(super) fn of_path(path: &Path) -> Option<Uri> {
    let mut text = String::from("file://");
    let shown = files::display(path).replace("://", ":/");
    if !shown.starts_with('/') {
        text.push('/');
    }
    for byte in shown.bytes() {
        match byte {
            b'/' | b'-' | b'_' | b'.' | b'~' => text.push(byte as char),
            _ if byte.is_ascii_alphanumeric() => text.push(byte as char),
            _ => {
                // Writing into a text does not fail.
                let _ = write!(text, "%{byte:02X}");
            }
        }
    }
    Uri::from_str(&text).ok()
}

/// A text with its escapes resolved; `None` if it is no UTF-8 then.
fn decoded(text: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, after)) = rest.split_first() {
        let escaped = after.get(..2).filter(|_| *first == b'%');
        let escaped = escaped.and_then(|digits| std::str::from_utf8(digits).ok());
        match escaped.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = &after[2..];
            }
            None => {
                bytes.push(*first);
                rest = after;
            }
        }
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(text: &str) -> Option<String> {
        to_path(&Uri::from_str(text).expect("an address")).map(|path| files::display(&path))
    }

    #[test]
    fn addresses_become_paths_and_paths_addresses() {
        for (address, expected) in [
            ("file:///a/b.tf", Some("/a/b.tf")),
            ("file:///a/./c/../b%20%C3%A9%F0%9F%98%80.tf", Some("/a/b é😀.tf")),
            ("file://localhost/a.tf", Some("/a.tf")),
            ("FILE:///a.tf?x#y", Some("/a.tf")),
            ("untitled:Untitled-1", None),
            ("git:/a/b.tf?%7B%7D", None),
            ("file:///a%FF", None),
        ] {
            assert_eq!(path(address).as_deref(), expected, "{address}");
        }
        let uri = of_path(Path::new("/a b/é.tf")).expect("an address");
        assert_eq!(uri.as_str(), "file:///a%20b/%C3%A9.tf");
        assert_eq!(to_path(&uri).as_deref(), Some(Path::new("/a b/é.tf")));
    }

    #[test]
    fn drives_of_windows_are_read() {
        assert_eq!(path("file:///c%3A/a/b.tf").as_deref(), Some("c:/a/b.tf"));
    }
}
