//! Modules in Terraform's own syntax: the `.tf` files of one directory.

mod body;
mod instances;
mod names;
mod parameters;

use std::collections::BTreeMap;

use trilith_graph::{Diagnostic, Format, Resource, Root, SourceId, Span, Value};

pub(super) use self::body::Texts;
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

/// What the files of a module say, before it is put into CloudFormation's words.
#[derive(Debug, Default)]
pub(super) struct Written {
    /// Its resources.
    pub(super) drafts: Vec<Draft>,
    /// The documents inside of texts of the resources.
    pub(super) texts: Texts,
    /// Variables and outputs.
    pub(super) stated: Vec<Resource>,
    /// Places of secrets.
    pub(super) sensitive: Vec<Span>,
    /// Whether there may be more than can be seen.
    pub(super) is_open: bool,
}

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
    let written = written(files, parameters);
    root.open = written.is_open;
    let diagnostics = canonical::map_drafts(written.drafts, &written.texts, &mut root);
    root.resources.extend(written.stated);
    root.sensitive.extend(written.sensitive);
    (root, diagnostics)
}

/// Reads the files of one module directory.
pub(super) fn written(
    files: &[(SourceId, File)],
    parameters: &BTreeMap<String, String>,
) -> Written {
    let names = Names::read(files, parameters);
    let is_open = names.calls_modules() || files.iter().any(|(_, file)| file.body.is_cut);
    let mut written = Written { is_open, ..Written::default() };
    let default_tags = default_tags(&names);
    for block in names.resources() {
        let texts = &mut written.texts;
        written.drafts.extend(instances::drafts(block, &names, default_tags.as_ref(), texts));
    }
    for block in names.blocks("variable") {
        written.stated.extend(parameters::variable(block, &mut written.sensitive));
    }
    for block in names.blocks("output") {
        written.stated.extend(parameters::output(block, &names, &mut written.sensitive));
    }
    written
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
