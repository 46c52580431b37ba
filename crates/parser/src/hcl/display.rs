//! Expressions as one line of text, the way one would write them: the names of conditions.

use std::fmt::{self, Display, Formatter, Write};

use super::syntax::{
    Expression, ExpressionKind, For, ObjectKey, Step, StepKind, TemplatePart, UnaryOperator,
};

impl Display for Expression {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.kind {
            ExpressionKind::Null => f.write_str("null"),
            ExpressionKind::Bool(value) => write!(f, "{value}"),
            ExpressionKind::Int(value) => write!(f, "{value}"),
            ExpressionKind::Float(value) => write!(f, "{value}"),
            ExpressionKind::String(text) => {
                f.write_char('"')?;
                write_text(text, f)?;
                f.write_char('"')
            }
            ExpressionKind::Template(parts) => {
                f.write_char('"')?;
                write_parts(parts, f)?;
                f.write_char('"')
            }
            ExpressionKind::List(items) => {
                f.write_char('[')?;
                write_separated(items, f)?;
                f.write_char(']')
            }
            ExpressionKind::Object(items) => {
                f.write_str("{")?;
                for (index, item) in items.iter().enumerate() {
                    f.write_str(if index == 0 { " " } else { ", " })?;
                    match &item.key {
                        ObjectKey::Name(name) => f.write_str(&name.text)?,
                        ObjectKey::Expression(key) => write!(f, "{key}")?,
                    }
                    write!(f, " = {}", item.value)?;
                }
                f.write_str(if items.is_empty() { "}" } else { " }" })
            }
            ExpressionKind::Variable(name) => f.write_str(name),
            ExpressionKind::Traversal(traversal) => {
                write!(f, "{}", traversal.root)?;
                write_steps(&traversal.steps, f)
            }
            ExpressionKind::Call(call) => {
                write!(f, "{}(", call.name.text)?;
                write_separated(&call.arguments, f)?;
                f.write_str(if call.expands_last { "...)" } else { ")" })
            }
            ExpressionKind::Unary(operator, operand) => {
                f.write_char(if *operator == UnaryOperator::Not { '!' } else { '-' })?;
                write!(f, "{operand}")
            }
            ExpressionKind::Binary(binary) => {
                write!(f, "{}", binary.first)?;
                binary
                    .rest
                    .iter()
                    .try_for_each(|(operator, operand)| write!(f, " {} {operand}", operator.text()))
            }
            ExpressionKind::Conditional(conditional) => {
                let (then, otherwise) = (&conditional.then, &conditional.otherwise);
                write!(f, "{} ? {then} : {otherwise}", conditional.condition)
            }
            ExpressionKind::For(comprehension) => write_for(comprehension, f),
            ExpressionKind::Parenthesis(inner) => write!(f, "({inner})"),
            ExpressionKind::Malformed => f.write_str("..."),
        }
    }
}

fn write_separated(items: &[Expression], f: &mut Formatter<'_>) -> fmt::Result {
    for (index, item) in items.iter().enumerate() {
        if index > 0 {
            f.write_str(", ")?;
        }
        write!(f, "{item}")?;
    }
    Ok(())
}

fn write_steps(steps: &[Step], f: &mut Formatter<'_>) -> fmt::Result {
    steps.iter().try_for_each(|step| match &step.kind {
        StepKind::Attribute(name) => write!(f, ".{name}"),
        StepKind::Index(index) => write!(f, "[{index}]"),
        StepKind::Splat(each) => {
            f.write_str("[*]")?;
            write_steps(each, f)
        }
    })
}

fn write_for(comprehension: &For, f: &mut Formatter<'_>) -> fmt::Result {
    f.write_str(if comprehension.key.is_some() { "{for " } else { "[for " })?;
    if let Some(key) = &comprehension.key_variable {
        write!(f, "{}, ", key.text)?;
    }
    write!(f, "{} in {} : ", comprehension.value_variable.text, comprehension.collection)?;
    if let Some(key) = &comprehension.key {
        write!(f, "{key} => ")?;
    }
    write!(f, "{}", comprehension.value)?;
    f.write_str(if comprehension.is_grouping { "..." } else { "" })?;
    if let Some(condition) = &comprehension.condition {
        write!(f, " if {condition}")?;
    }
    f.write_str(if comprehension.key.is_some() { "}" } else { "]" })
}

fn write_parts(parts: &[TemplatePart], f: &mut Formatter<'_>) -> fmt::Result {
    parts.iter().try_for_each(|part| match part {
        TemplatePart::Literal { text, .. } => write_text(text, f),
        TemplatePart::Interpolation(expression) => write!(f, "${{{expression}}}"),
        TemplatePart::If(choice) => {
            write!(f, "%{{ if {} }}", choice.condition)?;
            write_parts(&choice.then, f)?;
            if !choice.otherwise.is_empty() {
                f.write_str("%{ else }")?;
                write_parts(&choice.otherwise, f)?;
            }
            f.write_str("%{ endif }")
        }
        TemplatePart::For(repetition) => {
            f.write_str("%{ for ")?;
            if let Some(key) = &repetition.key {
                write!(f, "{}, ", key.text)?;
            }
            write!(f, "{} in {} }}", repetition.value.text, repetition.collection)?;
            write_parts(&repetition.body, f)?;
            f.write_str("%{ endfor }")
        }
    })
}

fn write_text(text: &str, f: &mut Formatter<'_>) -> fmt::Result {
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            '$' | '%' if rest.peek() == Some(&'{') => write!(f, "{c}{c}")?,
            c => f.write_char(c)?,
        }
    }
    Ok(())
}
