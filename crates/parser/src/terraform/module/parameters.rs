//! Input variables and outputs as resources, so that rules can speak about them.

use trilith_graph::{Entry, Flags, Map, Reason, Resource, Value, ValueKind};

use super::instance::{Module, is_true};
use super::settings::{self, Made};
use crate::hcl::{Block, Expression, ExpressionKind, NoNames, evaluate};

/// The variables and outputs of modules. Of several instances of a module only the first counts:
/// the others declare the same at the same place.
pub(super) fn of<'a>(modules: &[&'a Module<'a>]) -> Vec<Resource> {
    let mut found = Vec::new();
    for module in modules.iter().filter(|module| !module.is_repeated) {
        let directory = module.directory;
        let variables = directory.variables.iter().map(|at| &directory.blocks[*at]);
        found.extend(variables.filter_map(|block| variable(block, module)));
        found.extend((0..directory.outputs.len()).filter_map(|at| output(at, module)));
    }
    found
}

/// An input variable.
fn variable(block: &Block, module: &Module<'_>) -> Option<Resource> {
    let is_secret = is_true(block, "sensitive");
    let mut map = named(block)?;
    if let Some(found) = block.body.attribute("type") {
        let value = type_name(&found.value);
        map.push(Entry { key: "Type".into(), key_span: found.name_span, value });
    }
    if let Some(found) = block.body.attribute("description") {
        let value = evaluate(&found.value, &NoNames);
        map.push(Entry { key: "Description".into(), key_span: found.name_span, value });
    }
    if let Some(default) = block.body.attribute("default") {
        let value = secret(evaluate(&default.value, &NoNames), is_secret, module);
        map.push(Entry { key: "Default".into(), key_span: default.name_span, value });
    }
    stated(("var", "variable", Resource::PARAMETER), block, map, is_secret, module)
}

/// The name of a type constraint: `string`, `list` of `list(string)`.
fn type_name(expression: &Expression) -> Value {
    let name = match &expression.kind {
        ExpressionKind::Variable(name) => name.clone(),
        ExpressionKind::Call(call) => call.name.text.clone(),
        ExpressionKind::String(text) => text.clone(),
        _ => return Value::unknown(Reason::Malformed, expression.span),
    };
    Value::string(name, expression.span)
}

/// An output.
fn output<'a>(at: usize, module: &'a Module<'a>) -> Option<Resource> {
    let block = &module.directory.blocks[module.directory.outputs[at]];
    let is_secret = is_true(block, "sensitive");
    let mut map = named(block)?;
    if let Some(found) = block.body.attribute("value") {
        let value = secret(module.output(at, found.value.span), is_secret, module);
        map.push(Entry { key: "Value".into(), key_span: found.name_span, value });
    }
    stated(("output", "output", Resource::OUTPUT), block, map, is_secret, module)
}

fn secret(value: Value, is_secret: bool, module: &Module<'_>) -> Value {
    if !is_secret {
        return value;
    }
    module.world.mask_span(value.span);
    value.with(Flags::SENSITIVE)
}

fn named(block: &Block) -> Option<Map> {
    let (name, span) = block.labels.first()?;
    let mut map = Map::default();
    map.insert("Name", *span, Value::string(name.clone(), *span));
    Some(map)
}

fn stated(
    (prefix, source_type, resource_type): (&str, &str, &str),
    block: &Block,
    mut properties: Map,
    is_secret: bool,
    module: &Module<'_>,
) -> Option<Resource> {
    let span = block.header_span();
    // Where `sensitive` is not written, a finding about it is about the block.
    let mut echo = Value::new(ValueKind::Bool(is_secret), span);
    if let Some(written) = block.body.attribute("sensitive") {
        echo.span = written.value.span;
    }
    properties.insert("NoEcho", echo.span, echo);
    let name = block.label(0)?.clone();
    let address = format!("{prefix}.{name}");
    let made = Made { source_type, address: &address, name };
    Some(settings::resource(made, resource_type, span, Value::map(properties, span), module))
}
