//! A sign of life: on standard error, if that is a terminal and a run takes its time.

use std::io::{IsTerminal, Write};
use std::sync::mpsc::{self, RecvTimeoutError, Sender};
use std::thread::JoinHandle;
use std::time::Duration;

/// Runs that are shorter say nothing.
const PATIENCE: Duration = Duration::from_millis(500);

/// Says that a run goes on until it is dropped.
#[derive(Debug)]
pub(crate) struct Progress(Option<(Sender<()>, JoinHandle<()>)>);

impl Progress {
    /// Starts to wait, unless nobody would see it.
    pub(crate) fn start(quiet: bool) -> Self {
        if quiet || !std::io::stderr().is_terminal() {
            return Self(None);
        }
        let (sender, receiver) = mpsc::channel::<()>();
        let thread = std::thread::spawn(move || {
            let mut seconds = 0.5;
            let mut has_spoken = false;
            while receiver.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let _ = write!(std::io::stderr(), "\rchecking ... {seconds:.1} s");
                let _ = std::io::stderr().flush();
                seconds += 0.5;
                has_spoken = true;
            }
            if has_spoken {
                // The line makes room for what follows.
                let _ = write!(std::io::stderr(), "\r\u{1b}[K");
            }
        });
        Self(Some((sender, thread)))
    }
}

impl Drop for Progress {
    fn drop(&mut self) {
        if let Some((sender, thread)) = self.0.take() {
            drop(sender);
            let _ = thread.join();
        }
    }
}
