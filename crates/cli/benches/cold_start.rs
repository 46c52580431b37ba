//! What a run costs as a whole process, from its start to its exit: `cargo bench --bench
//! cold_start`. Figures are the processor time that the operating system counts for the process
//! and all of its threads, and the time on the clock; the least and the median of the runs.
//!
//! The last row is of one step alone, from the text of a plan to diagnostics, on one thread and
//! each time in a process that has done nothing else.
#![expect(clippy::disallowed_methods, reason = "a benchmark makes files and looks at the clock")]
#![expect(clippy::print_stdout, reason = "a benchmark prints its table")]

#[expect(unused_imports, reason = "other benchmarks measure modules too")]
#[allow(dead_code, reason = "each benchmark uses a part of the generators")]
mod generate;

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_parser::Options;
use trilith_rules::{Rule, evaluate};

/// That of the command, since it is a part of what a step costs.
#[global_allocator]
static ALLOCATOR: mimalloc::MiMalloc = mimalloc::MiMalloc;

/// One command line.
struct Case {
    name: &'static str,
    arguments: Vec<String>,
    runs: usize,
    run: fn(&[String]) -> Cost,
}

/// What one run cost.
#[derive(Clone, Copy)]
struct Cost {
    processor: Duration,
    clock: Duration,
}

/// Makes the benchmark itself do that step, with the file that follows, and print its cost.
const STEP: &str = "--plan-to-diagnostics";

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != STEP);
    if let (Some(_), Some(path)) = (arguments.next(), arguments.next()) {
        plan_to_diagnostics(&path);
        return;
    }
    // `cargo test` runs benchmarks too, to see that they work: once is enough for that.
    let is_measured = std::env::args().any(|argument| argument == "--bench");
    let directory = PathBuf::from(env!("CARGO_TARGET_TMPDIR")).join("cold-start");
    std::fs::create_dir_all(&directory).expect("the directory can be made");
    println!(
        "{:<34}{:>12}{:>12}{:>12}{:>12}{:>10}",
        "", "CPU least", "median", "clock least", "median", "peak"
    );
    let step = vec![STEP.to_owned(), directory.join("10000.json").display().to_string()];
    let name = "10,000 resources to diagnostics";
    let step = Case { name, arguments: step, runs: 15, run: run_step };
    for case in cases(&directory).into_iter().chain([step]) {
        let runs = if is_measured { case.runs } else { 1 };
        let costs: Vec<Cost> = (0..runs).map(|_| (case.run)(&case.arguments)).collect();
        let of = |value: fn(&Cost) -> Duration| {
            let mut values: Vec<Duration> = costs.iter().map(value).collect();
            values.sort();
            (values[0], values[values.len() / 2])
        };
        let (processor, clock) = (of(|cost| cost.processor), of(|cost| cost.clock));
        println!(
            "{:<34}{:>12}{:>12}{:>12}{:>12}{:>7} MB",
            case.name,
            milliseconds(processor.0),
            milliseconds(processor.1),
            milliseconds(clock.0),
            milliseconds(clock.1),
            peak(),
        );
    }
}

/// From the smallest to the largest, since the peak that is counted is that of all runs so far.
fn cases(directory: &Path) -> Vec<Case> {
    let check = |file: &str, text: String| {
        let path = directory.join(file);
        std::fs::write(&path, text).expect("the file can be written");
        ["check", "--no-config", "--exit-zero", "--format", "concise"]
            .into_iter()
            .map(str::to_owned)
            .chain([path.display().to_string()])
            .collect()
    };
    let case = |name, arguments, runs| Case { name, arguments, runs, run };
    vec![
        case("--version", vec!["--version".to_owned()], 40),
        case("template of 60 lines", check("60.yaml", generate::template_yaml(6)), 40),
        case("template of 500 lines", check("500.yaml", generate::template_yaml(55)), 20),
        case("plan of 100 resources", check("100.json", generate::plan(100)), 20),
        case("plan of 1,000 resources", check("1000.json", generate::plan(1000)), 10),
        case("plan of 10,000 resources", check("10000.json", generate::plan(10_000)), 5),
    ]
}

fn run(arguments: &[String]) -> Cost {
    let before = processor_time();
    let start = Instant::now();
    let status = Command::new(env!("CARGO_BIN_EXE_trilith"))
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .expect("the command starts");
    let clock = start.elapsed();
    assert!(status.success(), "{arguments:?} ended with {status}");
    Cost { processor: processor_time().saturating_sub(before), clock }
}

/// What the step says that it cost, in a process of its own.
fn run_step(arguments: &[String]) -> Cost {
    let program = std::env::current_exe().expect("the benchmark knows where it is");
    let output = Command::new(program).args(arguments).output().expect("the benchmark starts");
    let text = String::from_utf8(output.stdout).expect("the cost is text");
    let mut microseconds = text.split_whitespace().map(|part| part.parse().expect("a number"));
    let mut next = || Duration::from_micros(microseconds.next().expect("two numbers"));
    Cost { processor: next(), clock: next() }
}

fn plan_to_diagnostics(path: &str) {
    // This thread is all there is, as with `-j 1`.
    let pool = rayon::ThreadPoolBuilder::new().num_threads(1).use_current_thread();
    pool.build_global().expect("there is no pool yet");
    let text = std::fs::read_to_string(path).expect("the plan is there");
    let rules: Vec<&Rule> = BUILT_IN.iter().collect();
    let (before, start) = (processor_time_of(UsageWho::RUSAGE_SELF), Instant::now());
    let analysis = analyse(vec![Input::new(path, text)], &Options::default());
    let outcome = evaluate(&analysis.graph, &rules);
    let (after, clock) = (processor_time_of(UsageWho::RUSAGE_SELF), start.elapsed());
    assert!(outcome.diagnostics.len() >= 10_000, "the plan has defects");
    println!("{} {}", after.saturating_sub(before).as_micros(), clock.as_micros());
}

/// Processor time of all children that have ended.
fn processor_time() -> Duration {
    processor_time_of(UsageWho::RUSAGE_CHILDREN)
}

fn processor_time_of(who: UsageWho) -> Duration {
    let usage = getrusage(who).expect("the system counts");
    let microseconds =
        usage.user_time().num_microseconds() + usage.system_time().num_microseconds();
    Duration::from_micros(microseconds.unsigned_abs())
}

/// The most memory that one of the children so far had at a time, in megabytes.
fn peak() -> i64 {
    getrusage(UsageWho::RUSAGE_CHILDREN).map_or(0, |usage| usage.max_rss() / 1024)
}

fn milliseconds(duration: Duration) -> String {
    format!("{:.1} ms", duration.as_secs_f64() * 1000.0)
}
