//! The engine that every policy starts from.

use std::num::{NonZeroU32, NonZeroUsize};
use std::sync::OnceLock;
use std::time::Duration;

use regorus::Engine;
use regorus::utils::limits::{ExecutionTimerConfig, PolicyLengthConfig};

use super::builtins;

/// Steps between two looks at the clock.
const CHECK_INTERVAL: NonZeroU32 = NonZeroU32::new(1024).expect("1024 is not zero");
/// Columns of the longest line: some real policies hold lists on one line.
const MAX_COLUMNS: NonZeroU32 = NonZeroU32::new(60_000).expect("60000 is not zero");
/// Bytes and lines of the largest policy.
const MAX_BYTES: NonZeroUsize = NonZeroUsize::new(4 << 20).expect("4 MiB are not zero");

/// An engine with the functions that regorus lacks, and those of `data.trilith`. Cloning it is cheap.
pub(super) fn engine() -> Result<Engine, String> {
    static BASE: OnceLock<Result<Engine, String>> = OnceLock::new();
    BASE.get_or_init(build).clone()
}

fn build() -> Result<Engine, String> {
    let mut engine = Engine::new();
    // As in OPA, a built-in that cannot work on its arguments is undefined, not an error.
    engine.set_strict_builtin_errors(false);
    engine.set_policy_length_config(PolicyLengthConfig {
        max_col: MAX_COLUMNS,
        max_file_bytes: MAX_BYTES,
        max_lines: MAX_BYTES,
    });
    builtins::add(&mut engine)?;
    Ok(engine)
}

/// How long one evaluation may take.
pub(crate) const fn timer(limit: Duration) -> ExecutionTimerConfig {
    ExecutionTimerConfig { limit, check_interval: CHECK_INTERVAL }
}
