//! Why the job could not be done.

use std::fmt;

/// The job could not be done: exit code 2, with one line for the user.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Failure(String);

impl Failure {
    /// A failure with its line.
    pub fn new(message: impl Into<String>) -> Self {
        Self(message.into())
    }
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for Failure {}

/// Writing the report went wrong.
impl From<std::io::Error> for Failure {
    fn from(error: std::io::Error) -> Self {
        Self(format!("cannot write: {error}"))
    }
}
