//! Compiles `data/aws/*.toml`, the tables that say what Terraform calls what CloudFormation calls,
//! into static data, and refuses names that neither provider knows.
#![expect(clippy::disallowed_methods, reason = "a build script reads the tables and writes code")]
#![expect(clippy::unwrap_used, reason = "a build script may stop at the first mistake")]
#![expect(clippy::print_stdout, reason = "a build script speaks to cargo by printing")]

mod emit;
mod names;
mod resolve;
mod spec;

use std::path::Path;
use std::{env, fs};

fn main() {
    println!("cargo::rerun-if-changed=build");
    println!("cargo::rerun-if-changed=data");
    let data = Path::new(&env::var("CARGO_MANIFEST_DIR").unwrap()).join("data");
    let cloudformation =
        names::read(&fs::read_to_string(data.join("schemas/cloudformation.txt")).unwrap());
    let terraform = names::read(&fs::read_to_string(data.join("schemas/terraform.txt")).unwrap());
    let mut files: Vec<_> =
        fs::read_dir(data.join("aws")).unwrap().map(|entry| entry.unwrap().path()).collect();
    files.retain(|file| file.extension().is_some_and(|extension| extension == "toml"));
    files.sort();
    let mut specs = spec::Specs::default();
    for file in files {
        let text = fs::read_to_string(&file).unwrap();
        specs.read(&text).unwrap_or_else(|error| panic!("{}: {error}", file.display()));
    }
    let tables = resolve::resolve(&specs, &cloudformation, &terraform)
        .unwrap_or_else(|errors| panic!("data/aws:\n{}", errors.join("\n")));
    let out = Path::new(&env::var("OUT_DIR").unwrap()).join("aws_tables.rs");
    fs::write(out, emit::emit(&tables)).unwrap();
}
