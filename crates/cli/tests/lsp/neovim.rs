//! A real editor, where there is one.

use std::process::Command;

use crate::client::Folder;
use crate::{PORT, TEMPLATE, URL};

#[test]
fn neovim_is_served() {
    let has_neovim = Command::new("nvim").arg("--version").output().is_ok();
    if !has_neovim {
        return;
    }
    let folder = Folder::with("neovim", &[("t.yaml", TEMPLATE)]);
    let script =
        std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("crates/cli/tests/lsp/neovim.lua");
    let seen = folder.path.join("seen");
    let done = Command::new("nvim")
        .args(["--headless", "-u", "NONE", "-i", "NONE", "-S"])
        .arg(script)
        .current_dir(&folder.path)
        .env("TRILITH", env!("CARGO_BIN_EXE_trilith"))
        .env("TRILITH_FILE", "t.yaml")
        .env("TRILITH_SEEN", &seen)
        .output()
        .expect("it runs");
    let seen = std::fs::read_to_string(&seen).unwrap_or_else(|_| panic!("{done:?}"));
    let line = |start: &str| {
        let found = seen.lines().find(|line| line.starts_with(start));
        found.unwrap_or_else(|| panic!("no {start}: {seen}")).to_owned()
    };
    assert!(line("opened:").contains(&format!("{PORT}@6")), "{seen}");
    assert!(line("opened:").contains(&format!("{URL}@10")), "{seen}");
    assert!(line("edited:").contains(&format!("{URL}@11")), "{seen}");
    assert!(line("hover:").len() > 10, "{seen}");
    assert!(line("action: Accept").contains("waive"), "{seen}");
    assert!(line("action: Explain").contains("Explain"), "{seen}");
    assert!(line("waived:").contains("waiver-"), "{seen}");
    assert_eq!(line("stopped"), "stopped");
}
