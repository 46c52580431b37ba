//! The file that `terraform plan -out` writes.
//!
//! It is a zip archive: the planned values in a binary message, and beside them all sources that
//! the plan was made of, those of remote modules too. Where the message cannot be read, the sources
//! and the values of the root's variables are, and for the planned values there is
//! `terraform show -json`.

mod message;
mod msgpack;
mod planned;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::io::{Cursor, Read};

use serde::Deserialize;
use serde_json::json;
use zip::ZipArchive;

/// Bytes of one file inside, unpacked.
const FILE_LIMIT: u64 = 16 << 20;
/// Bytes of all files inside, unpacked: an archive may claim to hold anything.
const TOTAL_LIMIT: u64 = 256 << 20;
/// Files inside.
const ENTRY_LIMIT: usize = 20_000;

const CONFIG: &str = "tfconfig/";
const MANIFEST: &str = "tfconfig/modules.json";

/// What a plan file holds that can be checked.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PlanArchive {
    /// The sources, in the directories in which they were, relative to the root module; with
    /// what Terraform would find there: `.terraform/modules/modules.json`, and the values of
    /// the variables in [`PlanArchive::VARIABLES`].
    pub files: Vec<(String, Vec<u8>)>,
    /// The plan in the form of `terraform show -json`, without the configuration; `None` if it
    /// cannot be read.
    pub plan: Option<String>,
    /// Number of modules, the root one too.
    pub modules: usize,
    /// Whether something was left out because it is too large.
    pub is_cut: bool,
}

impl PlanArchive {
    /// Name of the file with the values of the variables.
    pub const VARIABLES: &'static str = "plan.auto.tfvars.json";
}

/// A module in the manifest.
#[derive(Debug, Clone, Deserialize)]
struct Module {
    #[serde(rename = "Key")]
    key: String,
    #[serde(rename = "Source", default)]
    source: String,
    #[serde(rename = "Dir", default)]
    directory: String,
}

/// Reads a plan file; `None` if the bytes are none.
pub fn read_archive(bytes: &[u8]) -> Option<PlanArchive> {
    let mut archive = ZipArchive::new(Cursor::new(bytes)).ok()?;
    archive.index_for_name("tfplan")?;
    let mut budget = Budget { left: TOTAL_LIMIT, is_cut: false };
    let manifest = budget.read(&mut archive, MANIFEST).unwrap_or_default();
    let modules: Vec<Module> = serde_json::from_slice(&manifest).unwrap_or_default();
    let directories: BTreeMap<&str, &str> =
        modules.iter().map(|module| (&*module.key, &*module.directory)).collect();
    let names = archive.file_names().filter_map(Result::ok);
    let mut names: Vec<String> = names.map(Cow::into_owned).collect();
    names.sort();
    budget.is_cut |= names.len() > ENTRY_LIMIT;
    let mut files = Vec::new();
    for name in names.iter().take(ENTRY_LIMIT) {
        let Some(path) = path_of(name, &directories) else { continue };
        files.extend(budget.read(&mut archive, name).map(|content| (path, content)));
    }
    if modules.len() > 1 {
        files.push((".terraform/modules/modules.json".into(), installed(&modules)));
    }
    let message = budget.read_up_to(TOTAL_LIMIT, &mut archive, "tfplan").unwrap_or_default();
    let plan = planned::json(&message);
    let variables = planned::variables(&message);
    if !variables.is_empty() {
        let text = serde_json::Value::Object(variables).to_string();
        files.push((PlanArchive::VARIABLES.into(), text.into_bytes()));
    }
    Some(PlanArchive { files, plan, modules: modules.len().max(1), is_cut: budget.is_cut })
}

/// Where a file of the archive was: `tfconfig/m-a.b/main.tf` in the directory of module `a.b`.
fn path_of(name: &str, directories: &BTreeMap<&str, &str>) -> Option<String> {
    let (module, file) = name.strip_prefix(CONFIG)?.strip_prefix("m-")?.split_once('/')?;
    let directory = match directories.get(module) {
        Some(directory) => directory.trim_start_matches("./").trim_end_matches('/'),
        None if module.is_empty() => "",
        None => module,
    };
    Some(match directory {
        "" | "." => file.to_owned(),
        directory => format!("{directory}/{file}"),
    })
}

/// The manifest as Terraform keeps it beside the modules that it installs.
fn installed(modules: &[Module]) -> Vec<u8> {
    let one = |module: &Module| {
        let directory = if module.directory.is_empty() { "." } else { &module.directory };
        json!({ "Key": module.key, "Source": module.source, "Dir": directory })
    };
    let modules: Vec<_> = modules.iter().map(one).collect();
    json!({ "Modules": modules }).to_string().into_bytes()
}

/// What may still be unpacked.
struct Budget {
    left: u64,
    is_cut: bool,
}

impl Budget {
    /// The content of a file of the archive; `None` if there is none or it is too large.
    fn read(&mut self, archive: &mut ZipArchive<Cursor<&[u8]>>, name: &str) -> Option<Vec<u8>> {
        self.read_up_to(FILE_LIMIT, archive, name)
    }

    /// The same with another limit.
    fn read_up_to(
        &mut self,
        limit: u64,
        archive: &mut ZipArchive<Cursor<&[u8]>>,
        name: &str,
    ) -> Option<Vec<u8>> {
        let entry = archive.by_name(name).ok()?;
        let most = self.left.min(limit);
        let mut content = Vec::new();
        // The size that the archive states may be a lie: what comes out of it counts.
        let is_whole = entry.take(most + 1).read_to_end(&mut content).is_ok();
        if !is_whole || content.len() as u64 > most {
            self.is_cut = true;
            return None;
        }
        self.left -= content.len() as u64;
        Some(content)
    }
}
