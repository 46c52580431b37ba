//! The syntax tree as one line of text.

#![allow(dead_code, unreachable_pub, reason = "each test uses what it needs")]

use std::fmt::Write as _;

use trilith_parser::hcl::{
    Body, Expression, ExpressionKind, ObjectKey, Step, StepKind, TemplatePart, UnaryOperator,
};

/// Our tree in one form that both sides can be written in.
pub fn show_body(body: &Body, out: &mut String) {
    // Attributes and blocks are separate lists here, and in one list there: both are sorted.
    let mut items: Vec<(u32, String)> = Vec::new();
    for attribute in &body.attributes {
        let mut text = format!("{}=", attribute.name);
        show(&attribute.value, &mut text);
        items.push((attribute.name_span.start, text));
    }
    for block in &body.blocks {
        let mut text = block.type_name.to_string();
        for (label, _) in &block.labels {
            let _ = write!(text, " {label}");
        }
        text.push('{');
        show_body(&block.body, &mut text);
        text.push('}');
        items.push((block.type_span.start, text));
    }
    items.sort();
    for (_, text) in &items {
        let _ = writeln!(out, "{text}");
    }
}

pub fn show(expression: &Expression, out: &mut String) {
    match &expression.kind {
        ExpressionKind::Null => out.push_str("null"),
        ExpressionKind::Bool(value) => out.push_str(&value.to_string()),
        ExpressionKind::Int(value) => out.push_str(&value.to_string()),
        ExpressionKind::Float(value) => out.push_str(&value.to_string()),
        ExpressionKind::String(text) => {
            let _ = write!(out, "{text:?}");
        }
        ExpressionKind::Template(parts) => show_parts(parts, out),
        ExpressionKind::List(items) => {
            out.push('[');
            for item in items {
                show(item, out);
                out.push(',');
            }
            out.push(']');
        }
        ExpressionKind::Object(items) => {
            out.push('{');
            for item in items {
                match &item.key {
                    ObjectKey::Name(name) => out.push_str(&name.text),
                    ObjectKey::Expression(key) => show(key, out),
                }
                out.push('=');
                show(&item.value, out);
                out.push(',');
            }
            out.push('}');
        }
        ExpressionKind::Variable(name) => out.push_str(name),
        ExpressionKind::Traversal(traversal) => {
            show(&traversal.root, out);
            show_steps(&traversal.steps, out);
        }
        ExpressionKind::Call(call) => {
            let _ = write!(out, "{}(", call.name.text);
            for argument in &call.arguments {
                show(argument, out);
                out.push(',');
            }
            out.push_str(if call.expands_last { "...)" } else { ")" });
        }
        ExpressionKind::Unary(operator, operand) => {
            out.push(if *operator == UnaryOperator::Not { '!' } else { '-' });
            show(operand, out);
        }
        ExpressionKind::Binary(binary) => {
            // A number with a sign is one number there.
            let mut text = String::new();
            show(&binary.first, &mut text);
            for (operator, operand) in &binary.rest {
                let mut right = String::new();
                show(operand, &mut right);
                text = format!("<{text} {} {right}>", operator.text());
            }
            out.push_str(&text);
        }
        ExpressionKind::Conditional(conditional) => {
            out.push('<');
            show(&conditional.condition, out);
            out.push('?');
            show(&conditional.then, out);
            out.push(':');
            show(&conditional.otherwise, out);
            out.push('>');
        }
        ExpressionKind::For(comprehension) => {
            out.push_str("for ");
            if let Some(key) = &comprehension.key_variable {
                let _ = write!(out, "{},", key.text);
            }
            let _ = write!(out, "{} in ", comprehension.value_variable.text);
            show(&comprehension.collection, out);
            out.push(':');
            if let Some(key) = &comprehension.key {
                show(key, out);
                out.push_str("=>");
            }
            show(&comprehension.value, out);
            out.push_str(if comprehension.is_grouping { "..." } else { "" });
            if let Some(condition) = &comprehension.condition {
                out.push_str(" if ");
                show(condition, out);
            }
            out.push(';');
        }
        ExpressionKind::Parenthesis(inner) => {
            out.push('(');
            show(inner, out);
            out.push(')');
        }
        ExpressionKind::Malformed => out.push_str("MALFORMED"),
    }
}

fn show_steps(steps: &[Step], out: &mut String) {
    for step in steps {
        match &step.kind {
            StepKind::Attribute(name) => {
                let _ = write!(out, ".{name}");
            }
            StepKind::Index(index) => {
                out.push('[');
                show(index, out);
                out.push(']');
            }
            StepKind::Splat(each) => {
                out.push('*');
                show_steps(each, out);
            }
        }
    }
}

fn show_parts(parts: &[TemplatePart], out: &mut String) {
    let mut text = String::new();
    let mut only_text = true;
    write_parts(parts, &mut text, &mut only_text);
    if only_text {
        let _ = write!(out, "{text:?}");
    } else {
        let _ = write!(out, "`{text}`");
    }
}

fn write_parts(parts: &[TemplatePart], out: &mut String, only_text: &mut bool) {
    for part in parts {
        *only_text &= matches!(part, TemplatePart::Literal { .. });
        match part {
            TemplatePart::Literal { text, .. } => out.push_str(text),
            TemplatePart::Interpolation(expression) => {
                out.push_str("${");
                show(expression, out);
                out.push('}');
            }
            TemplatePart::If(choice) => {
                out.push_str("%if ");
                show(&choice.condition, out);
                out.push('%');
                write_parts(&choice.then, out, only_text);
                out.push_str("%else%");
                write_parts(&choice.otherwise, out, only_text);
                out.push_str("%endif%");
            }
            TemplatePart::For(repetition) => {
                let _ = write!(out, "%for {} in ", repetition.value.text);
                show(&repetition.collection, out);
                out.push('%');
                write_parts(&repetition.body, out, only_text);
                out.push_str("%endfor%");
            }
        }
    }
}
