//! How long reports take. Run with `cargo test --release -p trilith-reporter -- --ignored`.

#![expect(clippy::disallowed_methods, reason = "measuring takes a clock")]
#![allow(clippy::unwrap_used, reason = "helpers of tests unwrap as tests do")]

mod sample;

use std::time::{Duration, Instant};

use sample::Sample;
use trilith_graph::{Diagnostic, Severity, Span};
use trilith_reporter::Format;

const FINDINGS: u32 = 10_000;

/// Ten thousand findings, evenly spread over a file.
fn spread(text: &str) -> Sample {
    let mut sample = Sample::default();
    let file = sample.file("big.yaml", text);
    let step = text.len() as u32 / FINDINGS;
    sample.diagnostics = (0..FINDINGS)
        .map(|at| Span::new(file, at * step, at * step + 5))
        .map(|span| Diagnostic::new("some-rule", Severity::High, span, "it is wrong").label("here"))
        .collect();
    sample.masks = (0..FINDINGS).map(|at| Span::new(file, at * step + 7, at * step + 9)).collect();
    sample
}

/// Ten thousand findings in a file of a megabyte take less than a tenth of a second, whether it
/// has many lines or one.
fn check(format: Format) {
    let lines = "  - {Name: value, Port: 22}\n".repeat(37_500);
    let one_line = r#"{"Name":"value","Port":22},"#.repeat(37_500);
    for text in [lines, one_line] {
        let sample = spread(&text);
        let run = || {
            let start = Instant::now();
            assert!(sample.text(format).len() > 100_000);
            start.elapsed()
        };
        let fastest = (0..10).map(|_| run()).min().unwrap();
        assert!(fastest < Duration::from_millis(100), "{format}: {fastest:?}");
    }
}

#[test]
#[ignore = "a measurement, for release builds"]
fn pretty() {
    check(Format::Pretty);
}

#[test]
#[ignore = "a measurement, for release builds"]
fn concise() {
    check(Format::Concise);
}

#[test]
#[ignore = "a measurement, for release builds"]
fn json() {
    check(Format::Json);
}

#[test]
#[ignore = "a measurement, for release builds"]
fn sarif() {
    check(Format::Sarif);
}
