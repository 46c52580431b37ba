//! What a module says beside its resources, as resources of types of their own, so that rules can
//! speak about it: `provider.aws`, `module`, `data.aws_ami`, `terraform.backend.s3` and
//! `terraform.required_providers`. Their properties are the attributes as they are written.

use std::sync::Arc;

use trilith_graph::{
    Flags, Format, Formula, Map, Reason, Resource, RootId, Span, Value, ValueKind,
};

use super::body::{Texts, body_value};
use super::instance::Module;
use crate::hcl::{Bindings, Block, Scope, evaluate};

/// What of a call of a module is about the module and not about what it makes.
const OF_CALLS: [&str; 2] = ["source", "version"];
/// Arguments that are about a block and not about what it names.
const META: [&str; 6] = ["count", "for_each", "provider", "depends_on", "lifecycle", "alias"];
/// Attributes of a provider that open accounts.
const SECRETS: [&str; 3] = ["access_key", "secret_key", "token"];
/// Policies of this type are seen where they are used, and else by [`super::documents`].
const POLICY: &str = "aws_iam_policy_document";

/// The settings of modules. Of several instances of a module only the first counts: the others say
/// the same at the same place.
pub(super) fn of<'a>(modules: &[&'a Module<'a>]) -> Vec<Resource> {
    let mut found = Vec::new();
    for module in modules.iter().filter(|module| !module.is_repeated) {
        let directory = module.directory;
        let blocks = |indexes: &'a [usize]| indexes.iter().map(|at| &directory.blocks[*at]);
        found.extend(blocks(&directory.providers).filter_map(|block| provider(block, module)));
        found.extend(blocks(&directory.calls).filter_map(|block| call(block, module)));
        found.extend(blocks(&directory.data).filter_map(|block| data(block, module)));
        let terraform = directory.blocks.iter().filter(|block| &*block.type_name == "terraform");
        found.extend(terraform.flat_map(|block| terraform_block(block, module)));
    }
    found
}

fn provider<'a>(block: &Block, module: &'a Module<'a>) -> Option<Resource> {
    let kind = block.label(0)?;
    let properties = properties_of(block, module.scope(), module);
    for secret in SECRETS {
        module.world.mask(properties.get(secret));
    }
    let alias = block.body.attribute("alias").map(|alias| evaluate(&alias.value, module.scope()));
    let alias = alias.as_ref().and_then(Value::as_str).map(|alias| format!(".{alias}"));
    let address = format!("provider.{kind}{}", alias.unwrap_or_default());
    let made = Made { source_type: "provider", address: &address, name: kind.clone() };
    Some(resource(made, &format!("provider.{kind}"), block.header_span(), properties, module))
}

fn call<'a>(block: &Block, module: &'a Module<'a>) -> Option<Resource> {
    let name = block.label(0)?.clone();
    let mut map = Map::default();
    for attribute in block.body.attributes.iter().filter(|one| OF_CALLS.contains(&&*one.name)) {
        let value = evaluate(&attribute.value, module.scope());
        map.insert(attribute.name.clone(), attribute.name_span, value);
    }
    let properties = Value::map(map, block.span);
    let made = Made { source_type: "module", address: &format!("module.{name}"), name };
    Some(resource(made, "module", block.header_span(), properties, module))
}

fn data<'a>(block: &Block, module: &'a Module<'a>) -> Option<Resource> {
    let (kind, name) = (block.label(0)?, block.label(1)?.clone());
    if &**kind == POLICY {
        return None;
    }
    // One stands for all instances.
    let span = block.header_span();
    let unknown = || Value::unknown(Reason::Undecided, span);
    let scope = Bindings::new(module.scope()).bind("each", unknown());
    let scope = Bindings::new(&scope).bind("count", unknown());
    let properties = properties_of(block, &scope, module);
    let kind = format!("data.{kind}");
    let made = Made { source_type: &kind, address: &format!("{kind}.{name}"), name };
    Some(resource(made, &kind, span, properties, module))
}

/// The backend and the providers that a `terraform` block names.
fn terraform_block<'a>(block: &Block, module: &'a Module<'a>) -> Vec<Resource> {
    let mut found = Vec::new();
    let mut add = |kind: &str, span: Span, properties: Value| {
        let kind = format!("terraform.{kind}");
        let made = Made { source_type: "terraform", address: &kind, name: kind.as_str().into() };
        found.push(resource(made, &kind, span, properties, module));
    };
    for backend in block.body.blocks_of("backend") {
        if let Some(kind) = backend.label(0) {
            let properties = properties_of(backend, module.scope(), module);
            add(&format!("backend.{kind}"), backend.header_span(), properties);
        }
    }
    for providers in block.body.blocks_of("required_providers") {
        let properties = properties_of(providers, module.scope(), module);
        add("required_providers", providers.header_span(), properties);
    }
    // In JSON both are attributes.
    for attribute in &block.body.attributes {
        match &*attribute.name {
            "backend" => {
                for entry in evaluate(&attribute.value, module.scope()).entries() {
                    let kind = format!("backend.{}", entry.key);
                    add(&kind, entry.key_span, entry.value.clone());
                }
            }
            "required_providers" => {
                let value = evaluate(&attribute.value, module.scope());
                add("required_providers", attribute.name_span, value);
            }
            _ => {}
        }
    }
    found
}

fn properties_of<'a>(block: &Block, scope: &dyn Scope, module: &'a Module<'a>) -> Value {
    let mut texts: std::cell::RefMut<'_, Texts> = module.world.texts.borrow_mut();
    body_value(&block.body, block.span, &META, scope, &mut texts)
}

/// What a setting, variable or output is called.
pub(super) struct Made<'n> {
    pub(super) source_type: &'n str,
    pub(super) address: &'n str,
    pub(super) name: Arc<str>,
}

/// What a module states beside its resources, as a resource.
pub(super) fn resource(
    made: Made<'_>,
    resource_type: &str,
    span: Span,
    properties: Value,
    module: &Module<'_>,
) -> Resource {
    let properties = match &properties.kind {
        ValueKind::Map(_) => properties,
        _ => Value::map(Map::default(), span).with(Flags::OPEN),
    };
    Resource {
        root: RootId(0),
        address: format!("{}{}", module.prefix, made.address).into(),
        name: made.name,
        resource_type: resource_type.into(),
        source_type: made.source_type.into(),
        format: Format::Terraform,
        span,
        raw: properties.clone(),
        properties,
        attributes: Value::map(Map::default(), span),
        guard: Formula::True,
        flags: Flags::NONE,
    }
}
