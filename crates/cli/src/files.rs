//! The only place that touches files and the clock.
#![expect(clippy::disallowed_methods, reason = "this is where files are read and written")]

use std::io::{Read, Write};
use std::path::{Component, Path, PathBuf};

use crate::failure::Failure;

/// Why the system refuses a path, without its own numbers.
fn refused(path: &Path, error: &std::io::Error) -> Failure {
    let why = match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or directory".to_owned(),
        std::io::ErrorKind::PermissionDenied => "permission denied".to_owned(),
        std::io::ErrorKind::IsADirectory => "this is a directory".to_owned(),
        std::io::ErrorKind::InvalidData => "this is no text in UTF-8".to_owned(),
        _ => error.to_string(),
    };
    Failure::new(format!("{}: {why}", display(path)))
}

/// Reads a file.
pub fn read(path: &Path) -> Result<Vec<u8>, Failure> {
    std::fs::read(path).map_err(|error| refused(path, &error))
}

/// Reads a file that must be UTF-8.
pub fn read_text(path: &Path) -> Result<String, Failure> {
    std::fs::read_to_string(path).map_err(|error| refused(path, &error))
}

/// Reads standard input.
pub fn read_stdin() -> Result<Vec<u8>, Failure> {
    let mut bytes = Vec::new();
    std::io::stdin()
        .lock()
        .read_to_end(&mut bytes)
        .map_err(|error| Failure::new(format!("standard input: {error}")))?;
    Ok(bytes)
}

/// Opens a file for writing; what it held is gone.
pub fn create(path: &Path) -> Result<impl Write, Failure> {
    let file = std::fs::File::create(path);
    file.map(std::io::BufWriter::new).map_err(|error| refused(path, &error))
}

/// Whether there is a file.
pub fn is_file(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_file())
}

/// Whether there is a directory.
pub fn is_directory(path: &Path) -> bool {
    std::fs::metadata(path).is_ok_and(|metadata| metadata.is_dir())
}

/// Whether there is anything.
pub fn exists(path: &Path) -> bool {
    std::fs::metadata(path).is_ok()
}

/// Size of a file in bytes; 0 if it cannot be told.
pub fn size(path: &Path) -> u64 {
    std::fs::metadata(path).map_or(0, |metadata| metadata.len())
}

/// When a file was changed, in some unit that grows; 0 if it cannot be told.
pub fn changed(path: &Path) -> u128 {
    let time = std::fs::metadata(path).and_then(|metadata| metadata.modified());
    let since = time.ok().and_then(|time| time.duration_since(std::time::UNIX_EPOCH).ok());
    since.map_or(0, |since| since.as_nanos())
}

/// Size and time of change of a file, which tell one state of it from another.
pub fn state(path: &Path) -> Option<(u64, u128)> {
    let metadata = std::fs::metadata(path).ok()?;
    let changed = metadata.modified().ok()?.duration_since(std::time::UNIX_EPOCH).ok()?;
    Some((metadata.len(), changed.as_nanos()))
}

/// Makes a directory the current one.
pub fn enter(directory: &Path) -> Result<(), Failure> {
    std::env::set_current_dir(directory).map_err(|error| refused(directory, &error))
}

/// Makes a directory and those above it.
pub fn make_directory(path: &Path) -> Result<(), Failure> {
    std::fs::create_dir_all(path).map_err(|error| refused(path, &error))
}

/// Writes a file; what it held is gone.
pub fn write(path: &Path, text: &str) -> Result<(), Failure> {
    std::fs::write(path, text).map_err(|error| refused(path, &error))
}

/// Writes a file so that whoever reads it sees all of it or what it held before. Links are followed.
pub fn replace(path: &Path, text: &str) -> Result<(), Failure> {
    let fail = |error: std::io::Error| refused(path, &error);
    let path = std::fs::canonicalize(path).map_err(fail)?;
    let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let beside = path.with_file_name(format!(".{name}.{}.trilith", std::process::id()));
    let write = || -> std::io::Result<()> {
        let mut file = std::fs::File::create(&beside)?;
        file.write_all(text.as_bytes())?;
        file.sync_all()?;
        std::fs::set_permissions(&beside, std::fs::metadata(&path)?.permissions())?;
        std::fs::rename(&beside, &path)
    };
    write().map_err(|error| {
        let _ = std::fs::remove_file(&beside);
        fail(error)
    })
}

/// The nearest directory, at or above the current one, that is the root of a repository.
pub fn repository() -> Option<PathBuf> {
    let here = current_directory();
    here.ancestors().find(|above| exists(&above.join(".git"))).map(Path::to_path_buf)
}

/// Writes a line to standard error.
pub fn print_error(message: &str) {
    let _ = writeln!(std::io::stderr(), "error: {message}");
}

/// The present time, in seconds since 1970; what a policy sees as `now()`.
pub fn seconds_since_1970() -> i64 {
    let since = std::time::SystemTime::now().duration_since(std::time::UNIX_EPOCH);
    since.map_or(0, |since| i64::try_from(since.as_secs()).unwrap_or(i64::MAX))
}

/// A variable of the environment.
pub fn environment(name: &str) -> Option<String> {
    std::env::var(name).ok()
}

/// The variables of the environment whose name begins with `prefix`.
pub fn environment_with_prefix(prefix: &str) -> Vec<(String, String)> {
    let known = std::env::vars_os()
        .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)));
    known.filter(|(name, _)| name.starts_with(prefix)).collect()
}

/// Whether a path lies below a directory once links are followed.
pub fn is_within(path: &Path, directory: &Path) -> bool {
    match (std::fs::canonicalize(path), std::fs::canonicalize(directory)) {
        (Ok(path), Ok(directory)) => path.starts_with(directory),
        _ => false,
    }
}

/// The entries of a directory, sorted by name.
pub fn list(directory: &Path) -> Result<Vec<PathBuf>, Failure> {
    let fail = |error: std::io::Error| refused(directory, &error);
    let mut entries = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(fail)? {
        entries.push(entry.map_err(fail)?.path());
    }
    entries.sort();
    Ok(entries)
}

/// The current directory.
pub fn current_directory() -> PathBuf {
    std::env::current_dir().unwrap_or_else(|_| PathBuf::from("."))
}

/// A path as it is printed: forward slashes, no leading `./`.
pub fn display(path: &Path) -> String {
    let parts = path.components().filter(|part| *part != Component::CurDir);
    let mut text = String::new();
    for part in parts {
        let part_text = part.as_os_str().to_string_lossy();
        if !text.is_empty() && !text.ends_with('/') {
            text.push('/');
        }
        text.push_str(if part == Component::RootDir { "/" } else { &part_text });
    }
    if text.is_empty() { ".".into() } else { text }
}

/// A path as it is printed, relative to the current directory if it lies there or above.
pub fn display_near(path: &Path) -> String {
    const MOST_UP: usize = 4;
    let here = current_directory();
    for (up, above) in here.ancestors().take(MOST_UP).enumerate() {
        // The root of the file system is above everything, and no help.
        if above.parent().is_none() {
            break;
        }
        if let Ok(below) = path.strip_prefix(above) {
            return format!("{}{}", "../".repeat(up), display(below));
        }
    }
    display(path)
}

/// Whether a name ends like this, in whatever case.
pub fn has_ending(name: &str, ending: &str) -> bool {
    let start = name.len().checked_sub(ending.len());
    let last = start.and_then(|start| name.get(start..));
    last.is_some_and(|last| last.eq_ignore_ascii_case(ending))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_print_with_forward_slashes() {
        assert_eq!(display(Path::new("./a/./b")), "a/b");
        assert_eq!(display(Path::new("/a/b")), "/a/b");
        assert_eq!(display(Path::new(".")), ".");
        assert_eq!(display(Path::new("../a")), "../a");
    }
}
