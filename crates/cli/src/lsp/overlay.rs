//! The files as the editor has them: open documents over the disk.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};

use crate::failure::Failure;
use crate::file_system::{Disk, FileSystem};
use crate::files;
use crate::paths::normalised;

/// A file above this size is read anew each time.
const MOST_BYTES_KEPT: u64 = 4 << 20;
/// Bytes of files that are kept in all.
const MOST_BYTES: usize = 128 << 20;

/// Open documents over the disk. Files of the disk are kept as long as they do not change: a
/// module is read again with every keystroke in one of its files.
#[derive(Debug, Default)]
pub(super) struct Overlay {
    open: RwLock<BTreeMap<PathBuf, Arc<str>>>,
    kept: Mutex<Kept>,
}

#[derive(Debug, Default)]
struct Kept {
    files: BTreeMap<PathBuf, KeptFile>,
    bytes: usize,
}

#[derive(Debug)]
struct KeptFile {
    /// Size and time of change, which tell one state of the file from another.
    state: (u64, u128),
    bytes: Arc<[u8]>,
}

impl Overlay {
    /// Puts a text over a file.
    pub(super) fn open(&self, path: &Path, text: &str) {
        self.with_open(|open| open.insert(path.to_path_buf(), text.into()));
    }

    /// Takes the text off a file.
    pub(super) fn close(&self, path: &Path) {
        self.with_open(|open| open.remove(path));
    }

    fn with_open<T>(&self, change: impl FnOnce(&mut BTreeMap<PathBuf, Arc<str>>) -> T) -> T {
        change(&mut self.open.write().unwrap_or_else(PoisonError::into_inner))
    }

    fn text(&self, path: &Path) -> Option<Arc<str>> {
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        open.get(&absolute(path)).cloned()
    }

    /// What is kept. A thread that panicked left nothing half done in it.
    fn kept(&self) -> MutexGuard<'_, Kept> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl FileSystem for Overlay {
    fn read(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        if let Some(text) = self.text(path) {
            return Ok(text.as_bytes().to_vec());
        }
        let state = files::state(path).filter(|(size, _)| *size <= MOST_BYTES_KEPT);
        let Some(state) = state else { return files::read(path) };
        let path = absolute(path);
        if let Some(kept) = self.kept().files.get(&path).filter(|kept| kept.state == state) {
            return Ok(kept.bytes.to_vec());
        }
        let bytes = files::read(&path)?;
        let mut kept = self.kept();
        if kept.bytes > MOST_BYTES {
            *kept = Kept::default();
        }
        kept.bytes += bytes.len();
        let old = kept.files.insert(path, KeptFile { state, bytes: bytes.as_slice().into() });
        kept.bytes -= old.map_or(0, |old| old.bytes.len());
        Ok(bytes)
    }

    fn is_file(&self, path: &Path) -> bool {
        self.text(path).is_some() || Disk.is_file(path)
    }

    fn size(&self, path: &Path) -> u64 {
        self.text(path).map_or_else(|| Disk.size(path), |text| text.len() as u64)
    }

    fn list(&self, directory: &Path) -> Vec<PathBuf> {
        let mut entries = Disk.list(directory);
        let around = absolute(directory);
        let open = self.open.read().unwrap_or_else(PoisonError::into_inner);
        // What was never saved is on no disk.
        for path in open.keys().filter(|path| path.parent() == Some(&around)) {
            let Some(name) = path.file_name() else { continue };
            let path = directory.join(name);
            if let Err(at) = entries.binary_search(&path) {
                entries.insert(at, path);
            }
        }
        entries
    }

    fn is_within(&self, path: &Path, directory: &Path) -> bool {
        Disk.is_within(path, directory)
            || (self.text(path).is_some() && absolute(path).starts_with(absolute(directory)))
    }
}

/// A path from the root, without `.` and `..`.
fn absolute(path: &Path) -> PathBuf {
    if path.is_absolute() {
        return normalised(path);
    }
    normalised(&files::current_directory().join(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_open_text_hides_the_file_and_one_that_was_never_saved_is_listed() {
        let root = PathBuf::from(env!("CARGO_MANIFEST_DIR"));
        let (file, new) = (root.join("README.md"), root.join("not-there.tf"));
        let overlay = Overlay::default();
        let on_disk = overlay.read(&file).expect("there is one");
        overlay.open(&file, "changed");
        assert_eq!(overlay.read(&root.join("docs/../README.md")).expect("open"), b"changed");
        assert_eq!(overlay.size(&file), 7);
        assert!(!overlay.is_file(&new) && !overlay.list(&root).contains(&new));
        overlay.open(&new, "");
        assert!(overlay.is_file(&new) && overlay.list(&root).contains(&new));
        assert!(overlay.is_within(&new, &root));
        overlay.close(&file);
        assert_eq!(overlay.read(&file).expect("there is one"), on_disk);
    }
}
