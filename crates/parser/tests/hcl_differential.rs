//! Our reading of HCL against that of the hcl-edit crate.

use std::fmt::Write as _;
use std::path::Path;

use hcl_edit::expr::{Expression as Theirs, ObjectKey as TheirKey, TraversalOperator};
use hcl_edit::structure::{Body as TheirBody, Structure};
use hcl_edit::template::{Directive, Element, Template};
use trilith_graph::SourceId;
use trilith_parser::hcl::parse_file;

mod hcl_support;

use hcl_support::show_body;

fn their_body(body: &TheirBody, out: &mut String) {
    for structure in body {
        match structure {
            Structure::Attribute(attribute) => {
                let _ = write!(out, "{}=", attribute.key.as_str());
                theirs(&attribute.value, out);
            }
            Structure::Block(block) => {
                out.push_str(block.ident.as_str());
                for label in &block.labels {
                    let _ = write!(out, " {}", label.as_str());
                }
                out.push('{');
                their_body(&block.body, out);
                out.push('}');
            }
        }
        out.push('\n');
    }
}

#[expect(clippy::too_many_lines, reason = "one arm for each case")]
fn theirs(expression: &Theirs, out: &mut String) {
    match expression {
        Theirs::Null(_) => out.push_str("null"),
        Theirs::Bool(value) => out.push_str(&value.value().to_string()),
        Theirs::Number(number) => {
            // A number that a float cannot hold is lost there.
            let number = number.value();
            match (number.as_i64(), number.as_f64()) {
                (Some(whole), _) => out.push_str(&whole.to_string()),
                (None, Some(float)) => out.push_str(&float.to_string()),
                (None, None) => out.push_str("NUMBER"),
            }
        }
        Theirs::String(text) => {
            let _ = write!(out, "{:?}", text.value());
        }
        Theirs::Array(array) => {
            out.push('[');
            for item in array {
                theirs(item, out);
                out.push(',');
            }
            out.push(']');
        }
        Theirs::Object(object) => {
            out.push('{');
            for (key, value) in object {
                match key {
                    TheirKey::Ident(name) => out.push_str(name.as_str()),
                    TheirKey::Expression(key) => theirs(key, out),
                }
                out.push('=');
                theirs(value.expr(), out);
                out.push(',');
            }
            out.push('}');
        }
        Theirs::StringTemplate(template) => {
            let template: Template = template.iter().cloned().collect();
            their_template(&template, out);
        }
        Theirs::HeredocTemplate(heredoc) => {
            let mut heredoc = heredoc.clone();
            if heredoc.indent().is_some() {
                heredoc.dedent();
            }
            their_template(&heredoc.template, out);
        }
        Theirs::Parenthesis(inner) => {
            out.push('(');
            theirs(inner.inner(), out);
            out.push(')');
        }
        Theirs::Variable(name) => out.push_str(name.as_str()),
        Theirs::Conditional(conditional) => {
            out.push('<');
            theirs(&conditional.cond_expr, out);
            out.push('?');
            theirs(&conditional.true_expr, out);
            out.push(':');
            theirs(&conditional.false_expr, out);
            out.push('>');
        }
        Theirs::FuncCall(call) => {
            for namespace in &call.name.namespace {
                let _ = write!(out, "{}::", namespace.as_str());
            }
            let _ = write!(out, "{}(", call.name.name.as_str());
            for argument in &call.args {
                theirs(argument, out);
                out.push(',');
            }
            out.push_str(if call.args.expand_final() { "...)" } else { ")" });
        }
        Theirs::Traversal(traversal) => {
            theirs(&traversal.expr, out);
            for operator in &traversal.operators {
                match operator.value() {
                    TraversalOperator::AttrSplat(_) | TraversalOperator::FullSplat(_) => {
                        out.push('*');
                    }
                    TraversalOperator::GetAttr(name) => {
                        let _ = write!(out, ".{}", name.as_str());
                    }
                    TraversalOperator::LegacyIndex(index) => {
                        let _ = write!(out, ".{}", index.value());
                    }
                    TraversalOperator::Index(index) => {
                        out.push('[');
                        theirs(index, out);
                        out.push(']');
                    }
                }
            }
        }
        Theirs::UnaryOp(operation) => {
            out.push_str(operation.operator.value().as_str());
            theirs(&operation.expr, out);
        }
        Theirs::BinaryOp(operation) => {
            out.push('<');
            theirs(&operation.lhs_expr, out);
            let _ = write!(out, " {} ", operation.operator.value().as_str());
            theirs(&operation.rhs_expr, out);
            out.push('>');
        }
        Theirs::ForExpr(comprehension) => {
            out.push_str("for ");
            if let Some(key) = &comprehension.intro.key_var {
                let _ = write!(out, "{},", key.as_str());
            }
            let _ = write!(out, "{} in ", comprehension.intro.value_var.as_str());
            theirs(&comprehension.intro.collection_expr, out);
            out.push(':');
            if let Some(key) = &comprehension.key_expr {
                theirs(key, out);
                out.push_str("=>");
            }
            theirs(&comprehension.value_expr, out);
            out.push_str(if comprehension.grouping { "..." } else { "" });
            if let Some(condition) = &comprehension.cond {
                out.push_str(" if ");
                theirs(&condition.expr, out);
            }
            out.push(';');
        }
    }
}

fn their_template(template: &Template, out: &mut String) {
    let mut text = String::new();
    let mut only_text = true;
    their_elements(template, &mut text, &mut only_text);
    if only_text {
        let _ = write!(out, "{text:?}");
    } else {
        let _ = write!(out, "`{text}`");
    }
}

fn their_elements(template: &Template, out: &mut String, only_text: &mut bool) {
    for element in template {
        *only_text &= element.is_literal();
        match element {
            Element::Literal(text) => out.push_str(text.value()),
            Element::Interpolation(interpolation) => {
                out.push_str("${");
                theirs(&interpolation.expr, out);
                out.push('}');
            }
            Element::Directive(directive) => match directive.as_ref() {
                Directive::If(choice) => {
                    out.push_str("%if ");
                    theirs(&choice.if_expr.cond_expr, out);
                    out.push('%');
                    their_elements(&choice.if_expr.template, out, only_text);
                    out.push_str("%else%");
                    if let Some(otherwise) = &choice.else_expr {
                        their_elements(&otherwise.template, out, only_text);
                    }
                    out.push_str("%endif%");
                }
                Directive::For(repetition) => {
                    let _ = write!(out, "%for {} in ", repetition.for_expr.value_var.as_str());
                    theirs(&repetition.for_expr.collection_expr, out);
                    out.push('%');
                    their_elements(&repetition.for_expr.template, out, only_text);
                    out.push_str("%endfor%");
                }
            },
        }
    }
}

/// What came of one text.
#[derive(Debug, PartialEq, Eq)]
enum Outcome {
    Same,
    Different(String),
    OnlyOurs,
    OnlyTheirs,
    Neither,
}

fn compare(text: &str) -> Outcome {
    let file = parse_file(SourceId(0), text);
    let their_file = hcl_edit::parser::parse_body(text);
    match (file.errors.is_empty(), their_file) {
        (true, Ok(body)) => {
            let (mut our_text, mut their_text) = (String::new(), String::new());
            show_body(&file.body, &mut our_text);
            their_body(&body, &mut their_text);
            if our_text == their_text {
                return Outcome::Same;
            }
            let pairs = our_text.lines().zip(their_text.lines());
            let differing = pairs.filter(|(ours, theirs)| ours != theirs).take(2);
            Outcome::Different(
                differing.map(|(a, b)| ["ours   ", a, "\ntheirs ", b, "\n"].concat()).collect(),
            )
        }
        (true, Err(_)) => Outcome::OnlyOurs,
        (false, Ok(_)) => Outcome::OnlyTheirs,
        (false, Err(_)) => Outcome::Neither,
    }
}

const SAMPLES: &[&str] = &[
    "a = 1 + 2 * 3 - -4 % 5 == 6 && !b || c != d ? e : f ? g : h\n",
    "a = (1 + 2) * x.y[0].z[\"k\"][*].w\nb = x.*.y.0.z\n",
    "resource \"a\" b {\n  c { d = [1, 2,\n 3,] }\n  e = { f = 1, g : 2\n h = \"${i}-${j[\"k\"]}\" }\n}\n",
    "a = [for k, v in m : \"${k}=${v}\" if v != null]\nb = {for x in y : x.k => x...}\n",
    "a = merge({}, b...)\nc = provider::aws::f(1,\n  2)\n",
    "a = \"\\n\\t\\\"\\u00e9 $${x} %%{y} $ % $$\"\n",
    "a = <<EOT\n  one ${two}\n%{ if x }yes%{ else }no%{ endif }\n%{ for y in z }${y}%{ endfor }\nEOT\nb = 1\n",
    "a = <<-EOT\n    one\n      two\n    EOT\n",
    "# one\na = 1 // two\n/* three */ b = /* four */ 2\n",
    "a = true\nb = null\nc = 1.5e3\nd = -1\n",
];

#[test]
fn both_parsers_read_the_same() {
    for sample in SAMPLES {
        assert_eq!(compare(sample), Outcome::Same, "{sample}");
    }
}

/// `TRILITH_HCL_CORPUS=directory cargo test -p trilith-parser --test hcl_differential -- --ignored --nocapture`
#[test]
#[ignore = "needs a directory with .tf files"]
#[expect(
    clippy::disallowed_methods,
    clippy::print_stdout,
    clippy::cast_precision_loss,
    reason = "measures files given by hand"
)]
fn both_parsers_read_the_same_files() {
    let root = std::env::var("TRILITH_HCL_CORPUS").expect("names a directory");
    let mut files = Vec::new();
    collect(Path::new(&root), &mut files);
    files.sort();
    let texts: Vec<(String, String)> = files
        .iter()
        .filter_map(|file| Some((file.clone(), std::fs::read_to_string(file).ok()?)))
        .collect();
    let mut counts = [0; 5];
    for (file, text) in &texts {
        let index = match compare(text) {
            Outcome::Same => 0,
            Outcome::Different(text) => {
                println!("DIFFERENT {file}\n{text}");
                1
            }
            Outcome::OnlyOurs => {
                println!("ONLY OURS {file}");
                2
            }
            Outcome::OnlyTheirs => {
                let errors = parse_file(SourceId(0), text).errors;
                println!("ONLY THEIRS {file}: {errors:?}");
                3
            }
            Outcome::Neither => {
                let errors = parse_file(SourceId(0), text).errors;
                let errors: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
                println!("NEITHER {file}: {errors:?}");
                4
            }
        };
        counts[index] += 1;
    }
    let bytes: usize = texts.iter().map(|(_, text)| text.len()).sum();
    println!("{} files, {bytes} bytes", texts.len());
    println!("same, different, only ours, only theirs, neither: {counts:?}");
    for (name, parse) in PARSERS {
        let best = (0..5).map(|_| {
            let start = std::time::Instant::now();
            let parsed = texts.iter().filter(|(_, text)| parse(text)).count();
            (start.elapsed(), parsed)
        });
        if let Some((time, parsed)) = best.min() {
            let speed = bytes as f64 / 1e6 / time.as_secs_f64();
            println!("{name}: {parsed} files in {time:?}, {speed:.1} MB/s");
        }
    }
}

type Parse = fn(&str) -> bool;
const PARSERS: [(&str, Parse); 2] = [
    ("ours", |text| parse_file(SourceId(0), text).errors.is_empty()),
    ("theirs", |text| hcl_edit::parser::parse_body(text).is_ok()),
];

#[expect(clippy::disallowed_methods, reason = "reads files given by hand")]
fn collect(directory: &Path, files: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(directory) else { return };
    for entry in entries.flatten() {
        let path = entry.path();
        if path.is_dir() {
            collect(&path, files);
        } else if path.extension().is_some_and(|extension| extension == "tf" || extension == "hcl")
        {
            files.push(path.to_string_lossy().into_owned());
        }
    }
}
