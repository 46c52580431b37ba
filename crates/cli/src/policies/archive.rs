//! OPA bundles: a gzipped tar archive with Rego files, `data.json`, `data.yaml` and `.manifest`.

use std::io::Read;

use flate2::read::GzDecoder;
use serde::Deserialize;
use serde_json::{Map, Value as Json};
use trilith_rules::ModuleText;

use super::{Found, data, merge};
use crate::failure::Failure;
use crate::files;

/// Bytes of one file, and of all, that a bundle may unpack to.
const MAX_BYTES: u64 = 64 << 20;

/// The part of a manifest that matters here.
#[derive(Debug, Default, Deserialize)]
struct Manifest {
    /// Paths that the bundle is about; anything else in it is passed over.
    roots: Option<Vec<String>>,
}

/// Unpacks a bundle in memory: nothing is written, so no name in it can lead anywhere.
pub(super) fn read(name: &str, bytes: &[u8], found: &mut Found) -> Result<(), Failure> {
    let fail = |message: String| Failure::new(format!("{name}: {message}"));
    let mut archive = tar::Archive::new(GzDecoder::new(bytes).take(MAX_BYTES));
    let entries = archive.entries().map_err(|error| fail(error.to_string()))?;
    let mut manifest = Manifest::default();
    let mut texts: Vec<(String, String)> = Vec::new();
    for entry in entries {
        let mut entry = entry.map_err(|error| fail(format!("no bundle: {error}")))?;
        let path = entry.path().map(|path| path.to_string_lossy().into_owned());
        let path = path.map_err(|error| fail(error.to_string()))?;
        let path = match path.trim_start_matches(['.', '/']) {
            "manifest" => ".manifest".to_owned(),
            other => other.to_owned(),
        };
        if !is_wanted(&path) {
            continue;
        }
        let mut text = String::new();
        let read = entry.read_to_string(&mut text);
        read.map_err(|error| fail(format!("{path}: {error}")))?;
        if path == ".manifest" {
            manifest =
                serde_json::from_str(&text).map_err(|error| fail(format!(".manifest: {error}")))?;
        } else {
            texts.push((path, text));
        }
    }
    let roots = manifest.roots.unwrap_or_default();
    for (path, text) in texts {
        let shown = format!("{name}/{path}");
        if files::has_ending(&path, ".rego") {
            found.modules.push(ModuleText { name: shown, text });
        } else {
            let directory = path.rsplit_once('/').map_or("", |(directory, _)| directory);
            let members = data::parse(&shown, &text)?;
            merge(&mut found.data, below(directory, members));
        }
    }
    found.data.retain(|key, _| is_in_roots(key, &roots));
    Ok(())
}

fn is_wanted(path: &str) -> bool {
    let file = path.rsplit('/').next().unwrap_or(path);
    files::has_ending(path, ".rego")
        || path == ".manifest"
        || matches!(file, "data.json" | "data.yaml" | "data.yml")
}

/// Data lies in `data` below the directories that its file lies in.
fn below(directory: &str, members: Map<String, Json>) -> Map<String, Json> {
    let steps = directory.rsplit('/').filter(|step| !step.is_empty());
    steps.fold(members, |members, step| Map::from_iter([(step.to_owned(), Json::Object(members))]))
}

fn is_in_roots(key: &str, roots: &[String]) -> bool {
    let first =
        |root: &String| root.split('/').next().is_none_or(|first| first.is_empty() || first == key);
    roots.is_empty() || roots.iter().any(first)
}

#[cfg(test)]
mod tests {
    use flate2::Compression;
    use flate2::write::GzEncoder;

    use super::*;

    fn bundle(files: &[(&str, &str)]) -> Vec<u8> {
        let mut builder = tar::Builder::new(GzEncoder::new(Vec::new(), Compression::fast()));
        for (path, text) in files {
            let mut header = tar::Header::new_gnu();
            header.set_size(text.len() as u64);
            header.set_mode(0o644);
            header.set_cksum();
            builder.append_data(&mut header, path, text.as_bytes()).expect("appended");
        }
        builder.into_inner().and_then(GzEncoder::finish).expect("an archive")
    }

    #[test]
    fn a_bundle_holds_policies_and_data() {
        let bytes = bundle(&[
            (".manifest", r#"{"roots": ["main", "org"], "revision": "1"}"#),
            ("main/p.rego", "package main\n"),
            ("org/limits/data.json", r#"{"most": 3}"#),
            ("other/data.json", r#"{"x": 1}"#),
            ("README.md", "hello"),
        ]);
        let mut found = Found::default();
        read("b.tar.gz", &bytes, &mut found).expect("a bundle");
        assert_eq!(found.modules[0].name, "b.tar.gz/main/p.rego");
        assert_eq!(Json::Object(found.data).to_string(), r#"{"org":{"limits":{"most":3}}}"#);
        assert!(read("b.tar.gz", b"no archive", &mut Found::default()).is_err());
    }
}
