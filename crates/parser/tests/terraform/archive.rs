//! The file that `terraform plan -out` writes.

use std::io::{Cursor, Write};

use proptest::prelude::*;
use trilith_parser::terraform::archive::{PlanArchive, read_archive};
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

fn archive(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, content) in files {
        writer.start_file(*name, SimpleFileOptions::default()).expect("a name");
        writer.write_all(content).expect("memory takes everything");
    }
    writer.finish().expect("an archive").into_inner()
}

const MANIFEST: &[u8] =
    br#"[{"Key":"","Dir":"."},{"Key":"a","Source":"./mod/a","Dir":"mod/a"},
         {"Key":"a.eks","Source":"registry.terraform.io/x/eks/aws","Version":"1.0","Dir":".terraform/modules/a.eks"}]"#;

/// A plan message with the variables `name = "zed"` and `tags`, which is unknown.
const PLAN: &[u8] = b"\x08\x03\x12\x19\x0a\x04name\x12\x11\x0a\x0f\x92\xc4\x08\"string\"\xa3zed\
                      \x12\x0d\x0a\x04tags\x12\x05\x0a\x03\xd4\0\0\x42\x02ab";

fn paths(archive: &PlanArchive) -> Vec<&str> {
    archive.files.iter().map(|(path, _)| path.as_str()).collect()
}

#[test]
fn the_sources_are_where_they_were() {
    let bytes = archive(&[
        ("tfplan", PLAN),
        ("tfstate", b"{}"),
        ("tfconfig/m-/main.tf", b"variable \"name\" {}\n"),
        ("tfconfig/m-/x.tf.json", b"{}"),
        ("tfconfig/m-a/main.tf", b"# a\n"),
        ("tfconfig/m-a.eks/main.tf", b"# eks\n"),
        ("tfconfig/modules.json", MANIFEST),
        (".terraform.lock.hcl", b""),
    ]);
    let found = read_archive(&bytes).expect("a plan file");
    assert_eq!(
        paths(&found),
        [
            "main.tf",
            "x.tf.json",
            ".terraform/modules/a.eks/main.tf",
            "mod/a/main.tf",
            ".terraform/modules/modules.json",
            PlanArchive::VARIABLES,
        ]
    );
    assert_eq!(found.modules, 3);
    assert!(!found.is_cut);
    assert_eq!(found.files[5].1, br#"{"name":"zed"}"#);
    assert_eq!(found.files[3].1, b"# a\n");
}

#[test]
fn what_is_too_large_is_left_out() {
    let huge = vec![b' '; (16 << 20) + 1];
    let bytes =
        archive(&[("tfplan", b""), ("tfconfig/m-/a.tf", &huge), ("tfconfig/m-/b.tf", b"#")]);
    assert!(bytes.len() < 100_000);
    let found = read_archive(&bytes).expect("a plan file");
    assert_eq!(paths(&found), ["b.tf"]);
    assert!(found.is_cut);
}

#[test]
fn other_archives_are_none() {
    assert_eq!(read_archive(&archive(&[("readme", b"x")])), None);
    assert_eq!(read_archive(b"PK\x03\x04 and no more"), None);
    assert_eq!(read_archive(b""), None);
}

proptest! {
    #[test]
    fn any_damage_is_borne(at in 0_usize..600, byte: u8, message: Vec<u8>) {
        let mut bytes = archive(&[
            ("tfplan", &message),
            ("tfconfig/m-/main.tf", b"variable \"name\" {}\n"),
            ("tfconfig/modules.json", MANIFEST),
        ]);
        let at = at % bytes.len();
        bytes[at] = byte;
        std::hint::black_box(read_archive(&bytes));
    }
}
