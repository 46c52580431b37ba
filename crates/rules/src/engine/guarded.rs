//! A panic inside an engine ends one policy, not the run.

use std::any::Any;
use std::cell::Cell;
use std::panic::{AssertUnwindSafe, catch_unwind};

thread_local! {
    static GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Whether this thread is inside an evaluation whose panics are caught, so that a panic hook may
/// leave the word to the diagnostic that follows.
pub fn is_guarded() -> bool {
    GUARDED.get()
}

/// Runs something that is not to be trusted. What it says when it panics becomes the error.
pub(crate) fn guarded<T>(work: impl FnOnce() -> T) -> Result<T, String> {
    let before = GUARDED.replace(true);
    // What the work held is thrown away after a panic, so nothing half-changed is seen again.
    let result = catch_unwind(AssertUnwindSafe(work));
    GUARDED.set(before);
    result.map_err(|payload| said(&*payload).to_owned())
}

fn said(payload: &(dyn Any + Send)) -> &str {
    match (payload.downcast_ref::<&str>(), payload.downcast_ref::<String>()) {
        (Some(text), _) => text,
        (None, Some(text)) => text,
        (None, None) => "no reason given",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_an_error() {
        assert_eq!(guarded(|| 1), Ok(1));
        let error = guarded(|| assert!(!is_guarded(), "inside")).expect_err("it panics");
        assert_eq!(error, "inside");
        assert!(!is_guarded());
    }
}
