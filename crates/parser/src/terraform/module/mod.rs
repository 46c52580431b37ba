//! Modules in Terraform's own syntax: the `.tf` files of one directory.

mod body;
mod instances;
mod names;
mod parameters;

use std::collections::BTreeMap;

use trilith_graph::{Diagnostic, Format, Root, SourceId, Value};

use self::body::Texts;
use self::names::Names;
use crate::canonical::{self, Draft};
use crate::hcl::{Block, File, evaluate};

/// Arguments and blocks that are about a resource block and not about what it makes.
const META: [&str; 8] = [
    "count",
    "for_each",
    "provider",
    "depends_on",
    "lifecycle",
    "provisioner",
    "connection",
    "timeouts",
];

/// Reads the files of one module directory as a root called `name`.
///
/// Input variables take the values given by `parameters`, else their defaults, which are flagged
/// as assumed. Modules that it calls are not followed: they leave the root open. References are
/// not yet edges; see [`crate::link`].
pub fn lower_files(
    files: &[(SourceId, File)],
    name: &str,
    parameters: &BTreeMap<String, String>,
) -> (Root, Vec<Diagnostic>) {
    let source = files.first().map_or(SourceId(0), |(source, _)| *source);
    let mut root = Root::new(name, source, Format::Terraform);
    let names = Names::read(files, parameters);
    root.open = names.calls_modules() || files.iter().any(|(_, file)| file.body.is_cut);
    let default_tags = default_tags(&names);
    let mut texts = Texts::default();
    let mut drafts: Vec<Draft> = Vec::new();
    for block in names.resources() {
        drafts.extend(instances::drafts(block, &names, default_tags.as_ref(), &mut texts));
    }
    let diagnostics = canonical::map_drafts(drafts, &texts, &mut root);
    for block in names.blocks("variable") {
        root.resources.extend(parameters::variable(block, &mut root.sensitive));
    }
    for block in names.blocks("output") {
        root.resources.extend(parameters::output(block, &names, &mut root.sensitive));
    }
    (root, diagnostics)
}

/// The tags that the default configuration of the AWS provider gives to every resource.
fn default_tags(names: &Names<'_>) -> Option<Value> {
    let is_default = |block: &&Block| {
        block.label(0).is_some_and(|name| &**name == "aws")
            && block.body.attribute("alias").is_none()
    };
    let provider = names.blocks("provider").find(is_default)?;
    let tags = provider.body.blocks_of("default_tags").next()?.body.attribute("tags")?;
    Some(evaluate(&tags.value, names))
}
