//! The command `trilith`.

use std::process::ExitCode;

fn main() -> ExitCode {
    ExitCode::from(trilith::run())
}
