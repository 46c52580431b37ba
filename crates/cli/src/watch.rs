//! `--watch`: run again whenever a file changes. Files are looked at twice a second, which works
//! on every system and every kind of file system.

use std::path::{Path, PathBuf};
use std::time::Duration;

use crate::check::Verdict;
use crate::failure::Failure;
use crate::files;

const PAUSE: Duration = Duration::from_millis(500);

/// Runs `once` now and after each change, until the process is ended.
pub(crate) fn run(
    paths: &[PathBuf],
    mut once: impl FnMut() -> Result<Verdict, Failure>,
) -> Result<Verdict, Failure> {
    let mut seen = None;
    loop {
        let now = state(paths);
        if seen.as_ref() != Some(&now) {
            seen = Some(now);
            if let Err(failure) = once() {
                // What is half written is wrong for a moment only.
                files::print_error(&failure.to_string());
            }
        }
        std::thread::sleep(PAUSE);
    }
}

/// What tells one state of the files from another: names, sizes and times of change.
fn state(paths: &[PathBuf]) -> Vec<(PathBuf, u64, u128)> {
    let mut state = Vec::new();
    for path in paths {
        visit(path, 0, &mut state);
    }
    state
}

fn visit(path: &Path, depth: usize, state: &mut Vec<(PathBuf, u64, u128)>) {
    if !files::is_directory(path) {
        state.push((path.to_path_buf(), files::size(path), files::changed(path)));
    } else if depth < 16 {
        for entry in files::list(path).unwrap_or_default() {
            visit(&entry, depth + 1, state);
        }
    }
}
