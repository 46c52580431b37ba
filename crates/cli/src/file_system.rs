//! Where the files of a run are: on the disk, or as an editor has them.

use std::fmt::Debug;
use std::path::{Path, PathBuf};

use crate::failure::Failure;
use crate::files;

/// Files and directories to read.
pub trait FileSystem: Debug + Send + Sync {
    /// Reads a file.
    fn read(&self, path: &Path) -> Result<Vec<u8>, Failure>;

    /// Whether there is a file.
    fn is_file(&self, path: &Path) -> bool;

    /// Size of a file in bytes; 0 if it cannot be told.
    fn size(&self, path: &Path) -> u64;

    /// The entries of a directory, sorted by name; none if it cannot be read.
    fn list(&self, directory: &Path) -> Vec<PathBuf>;

    /// Whether a path lies below a directory once links are followed.
    fn is_within(&self, path: &Path, directory: &Path) -> bool;
}

/// The files as they are on the disk.
#[derive(Debug, Clone, Copy)]
pub struct Disk;

impl FileSystem for Disk {
    fn read(&self, path: &Path) -> Result<Vec<u8>, Failure> {
        files::read(path)
    }

    fn is_file(&self, path: &Path) -> bool {
        files::is_file(path)
    }

    fn size(&self, path: &Path) -> u64 {
        files::size(path)
    }

    fn list(&self, directory: &Path) -> Vec<PathBuf> {
        files::list(directory).unwrap_or_default()
    }

    fn is_within(&self, path: &Path, directory: &Path) -> bool {
        files::is_within(path, directory)
    }
}
