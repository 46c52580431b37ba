//! How long each step takes: `cargo bench`.

#![expect(clippy::disallowed_methods, reason = "a benchmark takes arguments and writes files")]

use divan::{Bencher, black_box};
use trilith::analyse::{Input, analyse};
use trilith::builtin::BUILT_IN;
use trilith_graph::{SourceFile, SourceId, SourceMap};
use trilith_parser::Options;
use trilith_parser::tree::{JsonOptions, parse_json, parse_yaml};
use trilith_reporter::{Format, RenderOptions, Report, Summary};
use trilith_rules::{Rule, evaluate};

mod generate;

fn main() {
    let mut arguments = std::env::args().skip_while(|argument| argument != "--write-modules");
    match (arguments.next(), arguments.next()) {
        // For whoever wants to measure the command itself, or another tool, on the same files.
        (Some(_), Some(directory)) => write_modules(&directory),
        _ => divan::main(),
    }
}

/// Writes 300 modules with 50,000 lines below a directory.
#[expect(clippy::disallowed_methods, reason = "this is what the option is for")]
fn write_modules(directory: &str) {
    for (name, text) in generate::modules(300, 50_000) {
        let path = std::path::Path::new(directory).join(name);
        let parent = path.parent().expect("a file lies in a directory");
        std::fs::create_dir_all(parent).expect("the directory can be made");
        std::fs::write(path, text).expect("the file can be written");
    }
}

#[divan::bench(args = [(30, 5_000), (300, 50_000)])]
fn evaluate_modules(bencher: Bencher<'_, '_>, (modules, lines): (usize, usize)) {
    let files = generate::modules(modules, lines);
    let inputs = || files.iter().map(|(name, text)| Input::new(name, text.clone())).collect();
    bencher.bench(|| analyse(black_box(inputs()), &Options::default()).graph.resources().len());
}

#[divan::bench(args = [10, 100, 1000])]
fn parse_yaml_template(bencher: Bencher<'_, '_>, resources: usize) {
    let text = generate::template_yaml(resources);
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| parse_yaml(SourceId(0), black_box(&text)).tree.len());
}

#[divan::bench(args = [100, 1000, 10_000])]
fn parse_plan_json(bencher: Bencher<'_, '_>, resources: usize) {
    let text = generate::plan(resources);
    let options = JsonOptions::default();
    bencher
        .counter(divan::counter::BytesCount::of_str(&text))
        .bench(|| parse_json(SourceId(0), black_box(&text), &options).tree.len());
}

#[divan::bench(args = [10, 100, 1000])]
fn lower_template(bencher: Bencher<'_, '_>, resources: usize) {
    let mut sources = SourceMap::new();
    let id = sources.add(SourceFile::new("template.yaml", generate::template_yaml(resources)));
    bencher
        .bench(|| trilith_parser::parse(black_box(&sources), id, &Options::default()).roots.len());
}

#[divan::bench(args = [100, 1000, 10_000])]
fn lower_plan(bencher: Bencher<'_, '_>, resources: usize) {
    let mut sources = SourceMap::new();
    let id = sources.add(SourceFile::new("plan.json", generate::plan(resources)));
    bencher
        .bench(|| trilith_parser::parse(black_box(&sources), id, &Options::default()).roots.len());
}

#[divan::bench(args = [10, 100, 1000])]
fn evaluate_all_rules(bencher: Bencher<'_, '_>, resources: usize) {
    let input = Input::new("template.yaml", generate::template_yaml(resources));
    let analysis = analyse(vec![input], &Options::default());
    let rules: Vec<&Rule> = BUILT_IN.iter().collect();
    bencher.bench(|| evaluate(black_box(&analysis.graph), &rules).diagnostics.len());
}

#[divan::bench(args = ["pretty", "concise", "json", "sarif"])]
fn render_100_resources(bencher: Bencher<'_, '_>, format: &str) {
    let input = Input::new("template.yaml", generate::template_yaml(100));
    let analysis = analyse(vec![input], &Options::default());
    let rules: Vec<&Rule> = BUILT_IN.iter().collect();
    let outcome = evaluate(&analysis.graph, &rules);
    let format: Format = format.parse().expect("a known format");
    let report = Report {
        sources: &analysis.sources,
        diagnostics: &outcome.diagnostics,
        waived: &[],
        rules: &[],
        masks: &outcome.masks,
        summary: Summary::default(),
        root_prefix: "",
    };
    bencher.bench(|| {
        let mut out = Vec::new();
        trilith_reporter::render(&report, format, &RenderOptions::default(), &mut out)
            .expect("a vector takes everything");
        out.len()
    });
}
