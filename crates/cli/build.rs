//! Turns the folder `rules/` into a static table, so that starting up parses nothing.
//!
//! Every `rules/<service>/<rule-id>/` holds a `rule.md` and one predicate: `rule.rego`,
//! `rule.guard` or `rule.rs`. Nothing else names a rule: adding a folder adds the rule.

#![expect(clippy::disallowed_methods, reason = "a build script reads and writes files")]

use std::error::Error;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

#[path = "../rules/src/edit.rs"]
#[allow(dead_code, unreachable_pub, reason = "the build script uses a part of a library module")]
mod edit;
#[path = "../rules/src/metadata.rs"]
#[allow(dead_code, unreachable_pub, reason = "the build script uses a part of a library module")]
mod metadata;
#[path = "../rules/src/page.rs"]
#[allow(dead_code, unreachable_pub, reason = "the build script uses a part of a library module")]
mod page;

use metadata::{Metadata, Text};
use page::Page;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

fn main() -> Result<()> {
    let root = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?);
    let rules = root.join("rules");
    let mut folders = Vec::new();
    for service in subfolders(&rules)? {
        println!("cargo:rerun-if-changed={}", service.display());
        folders.extend(subfolders(&service)?);
    }
    println!("cargo:rerun-if-changed={}", rules.display());
    folders.sort_by_key(|folder| folder.file_name().map(ToOwned::to_owned));
    let mut natives = String::new();
    let mut table = String::new();
    for folder in &folders {
        println!("cargo:rerun-if-changed={}", folder.display());
        let in_folder = |error| format!("{}: {error}", folder.display());
        write_rule(folder, &mut natives, &mut table).map_err(in_folder)?;
    }
    let code = format!(
        "{natives}\n/// Every built-in rule, in alphabetical order.\n\
         pub static BUILT_IN: &[Rule] = &[\n{table}];\n"
    );
    fs::write(Path::new(&env::var("OUT_DIR")?).join("rules.rs"), code)?;
    link_at_fixed_addresses();
    Ok(())
}

/// Links the command so that its tables need no relocation when it starts: of the 16 ms that a
/// cold check of a small template took, touching those pages was 5.
fn link_at_fixed_addresses() {
    let of_target = |name: &str| env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if of_target("OS") == "linux" && of_target("ENV") == "gnu" {
        println!("cargo:rustc-link-arg-bins=-no-pie");
    }
}

fn subfolders(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut folders = Vec::new();
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.is_dir() {
            folders.push(path);
        }
    }
    folders.sort();
    Ok(folders)
}

fn write_rule(folder: &Path, natives: &mut String, table: &mut String) -> Result<()> {
    let name = |path: Option<&Path>| {
        path.and_then(Path::file_name).and_then(|name| name.to_str()).map(str::to_owned)
    };
    let id = &name(Some(folder)).ok_or("the name is not UTF-8")?;
    let service = name(folder.parent()).ok_or("the name of the service is not UTF-8")?;
    let page_path = folder.join("rule.md").display().to_string();
    println!("cargo:rerun-if-changed={page_path}");
    let text = fs::read_to_string(&page_path).map_err(|error| format!("rule.md: {error}"))?;
    let page = Page::parse(&text)?;
    let metadata = Metadata::parse(id, page.title, &page.summary, page.front_matter)?;
    let predicate = predicate(folder, id, natives)?;
    writeln!(
        table,
        "Rule {{ metadata: {}, folder: Cow::Borrowed(\"{service}/{id}\"), \
         page: Cow::Borrowed(include_str!({page_path:?})), predicate: {predicate} }},",
        literal(&metadata)
    )?;
    Ok(())
}

/// The expression for the predicate of a folder, which must hold exactly one.
fn predicate(folder: &Path, id: &str, natives: &mut String) -> Result<String> {
    let mut found = Vec::new();
    for (extension, variant) in [("rego", "Rego"), ("guard", "Guard"), ("rs", "Native")] {
        let path = folder.join("rule").with_extension(extension);
        if path.exists() {
            println!("cargo:rerun-if-changed={}", path.display());
            found.push((path.display().to_string(), variant));
        }
    }
    let [(path, variant)] = found.as_slice() else {
        return Err(format!("{} predicates instead of one", found.len()).into());
    };
    if *variant != "Native" {
        return Ok(format!("Predicate::{variant}(Cow::Borrowed(include_str!({path:?})))"));
    }
    let module = id.replace('-', "_");
    writeln!(natives, "#[path = {path:?}]\nmod {module};")?;
    Ok(format!("Predicate::Native({module}::check)"))
}

/// The metadata as a Rust expression.
fn literal(metadata: &Metadata) -> String {
    let text = |text: &Text| format!("Cow::Borrowed({text:?})");
    let texts = |list: &[Text]| {
        let items: Vec<String> = list.iter().map(text).collect();
        format!("Cow::Borrowed(&[{}])", items.join(", "))
    };
    let pairs = |list: &[(Text, Text)]| {
        let items: Vec<String> =
            list.iter().map(|(a, b)| format!("({}, {})", text(a), text(b))).collect();
        format!("Cow::Borrowed(&[{}])", items.join(", "))
    };
    let m = metadata;
    format!(
        "Metadata {{ id: {}, title: {}, summary: {}, severity: {}, confidence: {}, \
         resources: {}, practices: {}, responsibility: {}, controls: {}, controls_source: {}, \
         aliases: {}, catalogue: {}, since: {}, status: {}, fix: {}, fix_in_terraform: {}, \
         has_edits: {}, secret: {}, not_in: {} }}",
        text(&m.id),
        text(&m.title),
        text(&m.summary),
        text(&m.severity),
        text(&m.confidence),
        texts(&m.resources),
        texts(&m.practices),
        text(&m.responsibility),
        pairs(&m.controls),
        text(&m.controls_source),
        pairs(&m.aliases),
        texts(&m.catalogue),
        text(&m.since),
        text(&m.status),
        text(&m.fix),
        m.fix_in_terraform.as_ref().map_or("None".into(), |fix| format!("Some({})", text(fix))),
        m.has_edits,
        m.secret,
        pairs(&m.not_in),
    )
}
