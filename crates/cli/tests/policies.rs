//! Policies of a user, as a user brings them: conftest's, bundles, broken ones, new ones.
#![expect(clippy::disallowed_methods, reason = "tests make files")]

#[path = "policies/alike.rs"]
mod alike;
#[path = "policies/broken.rs"]
mod broken;
#[path = "policies/conftest.rs"]
mod conftest;
#[path = "policies/languages.rs"]
mod languages;
#[path = "policies/new_rule.rs"]
mod new_rule;
#[path = "policies/testing.rs"]
mod testing;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

/// What a run of the command gave.
struct Ran {
    code: Option<i32>,
    out: String,
    err: String,
}

fn trilith(directory: &Path, arguments: &[&str]) -> Ran {
    let mut command = Command::new(env!("CARGO_BIN_EXE_trilith"));
    command.args(arguments).current_dir(directory).env_remove("FORCE_COLOR");
    let output = command.output().expect("the command starts");
    let text = |bytes: Vec<u8>| String::from_utf8(bytes).expect("output is UTF-8");
    Ran { code: output.status.code(), out: text(output.stdout), err: text(output.stderr) }
}

/// A fresh directory with some files.
fn directory(name: &str, files: &[(&str, &str)]) -> PathBuf {
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("policies").join(name);
    let _ = fs::remove_dir_all(&directory);
    fs::create_dir_all(&directory).expect("the directory can be made");
    for (name, text) in files {
        let path = directory.join(name);
        fs::create_dir_all(path.parent().expect("a parent")).expect("the directory can be made");
        fs::write(path, text).expect("the file can be written");
    }
    directory
}

/// Checks files with nothing but the policies of `policies`.
fn check(directory: &Path, arguments: &[&str]) -> Ran {
    let start = ["check", "--no-config", "--format", "concise", "--rules", "policies"];
    let all: Vec<&str> = start.iter().chain(arguments).copied().collect();
    trilith(directory, &all)
}
