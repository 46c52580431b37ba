//! How long each step takes: `cargo bench`.

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
    divan::main();
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
