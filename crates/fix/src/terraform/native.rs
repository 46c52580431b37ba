//! Edits of `.tf` files.

use trilith_graph::{EditStep, SourceId};
use trilith_parser::hcl::{Block, File, parse_file};
use trilith_parser::wording::Way;

use super::attribute::{Wanted, is_written, of_variable, place_of, wanted, ways_of};
use crate::Declined;
use crate::hcl::{Module, Step, block_at, is_in_text, list_in, literal_in, refers_to, resource};
use crate::plan::{StepOf, Texts};
use crate::text::Change;

/// Writes a step into the module.
pub(crate) fn write(step: &StepOf<'_>, texts: &mut Texts<'_>) -> Result<(), Declined> {
    let source = step.site.resource.span.source;
    let files = texts.beside(source, ".tf");
    let parsed: Vec<(SourceId, File)> =
        files.into_iter().map(|id| (id, parse_file(id, texts.text(id)))).collect();
    if step.reading.literal {
        let (source, changes) = at_place(step, texts, &parsed)?;
        return texts.change(source, &changes);
    }
    let original = parse_file(source, step.site.sources.file(source).text());
    let named = block_at(&original, step.site.resource.span);
    if let Some(name) =
        named.filter(|block| &*block.type_name == "variable").and_then(|block| block.label(0))
    {
        return variable(step, texts, &parsed, name);
    }
    let named = named.filter(|block| &*block.type_name == "resource");
    let labels = named.and_then(|block| Some((block.label(0)?.clone(), block.label(1)?.clone())));
    let (kind, name) = labels.ok_or_else(|| no_place("the resource is not written here"))?;
    let own = parsed.iter().find_map(|(id, file)| Some((*id, resource(file, &kind, &name)?)));
    let (own_source, own) = own.ok_or_else(|| no_place("the resource is not written here"))?;
    // Ways that the module goes already come first.
    let mut candidates: Vec<Candidate<'_>> = Vec::new();
    for way in ways_of(step) {
        let target = match &way.parent {
            None => Some((own_source, own)),
            Some(by) => part(&parsed, &way.source, by, &kind, &name),
        };
        let depth = target.map_or(0, |(_, block)| Module::depth(block, &steps(step, &way)));
        candidates.push(Candidate { way, target, depth });
    }
    // What the provider would rather have said otherwise is not begun.
    candidates.retain(|one| one.depth > 0 || !one.way.is_deprecated);
    let is_written = is_written(step);
    candidates.retain(|one| !is_written || one.depth == one.way.steps.len());
    candidates.sort_by_key(|one| one.depth == 0);
    let Some(Candidate { way, target, .. }) = candidates.get(step.reading.way) else {
        return Err(no_place("Terraform has no attribute for it here"));
    };
    let wanted = wanted(step, way)?;
    let steps = steps(step, way);
    let (source, changes) = match (target, &way.parent, &wanted) {
        (Some((source, block)), ..) => {
            let mut module = Module::new(texts.text(*source));
            module.place = step.place().filter(|_| step.is_about_finding());
            (*source, module.change(block, &steps, wanted.operation())?)
        }
        (None, Some(by), Wanted::Set(value)) => {
            let module = Module::new(texts.text(own_source));
            (own_source, module.part(own, &way.source, by, &steps, value)?)
        }
        _ => return Err(no_place("there is no such resource")),
    };
    texts.change(source, &changes)
}

fn variable(
    step: &StepOf<'_>,
    texts: &mut Texts<'_>,
    parsed: &[(SourceId, File)],
    name: &str,
) -> Result<(), Declined> {
    let attribute = of_variable(step)?;
    let block = parsed.iter().find_map(|(id, file)| {
        let mut blocks = file.body.blocks_of("variable");
        Some((*id, blocks.find(|block| block.label(0).is_some_and(|label| **label == *name))?))
    });
    let (source, block) = block.ok_or_else(|| no_place("the variable is not written here"))?;
    let steps = [Step { name: attribute, is_block: false, place: None, index: 0, key: None }];
    let changes = Module::new(texts.text(source)).change(block, &steps, step.operation())?;
    texts.change(source, &changes)
}

struct Candidate<'f> {
    way: Way,
    /// The block that says it, or could.
    target: Option<(SourceId, &'f Block)>,
    /// How much of the way is there.
    depth: usize,
}

fn steps<'w>(step: &StepOf<'_>, way: &'w Way) -> Vec<Step<'w>> {
    let steps = way.steps.iter().map(|one| Step {
        name: &one.name,
        is_block: one.is_block,
        place: place_of(step, one.depth),
        index: one.index.unwrap_or(0),
        key: one.key.as_ref().map(|(name, text)| (*name, text.as_str())),
    });
    steps.collect()
}

/// The resource of a type that says something of another.
fn part<'f>(
    parsed: &'f [(SourceId, File)],
    source: &str,
    by: &str,
    kind: &str,
    name: &str,
) -> Option<(SourceId, &'f Block)> {
    parsed.iter().find_map(|(id, file)| {
        let mut blocks = file.body.blocks_of("resource");
        let found = blocks.find(|block| {
            block.label(0).is_some_and(|label| **label == *source)
                && block.body.attribute(by).is_some_and(|one| refers_to(&one.value, kind, name))
        });
        found.map(|block| (*id, block))
    })
}

/// The literal, or the element of a list, at the place of the finding.
fn at_place(
    step: &StepOf<'_>,
    texts: &Texts<'_>,
    parsed: &[(SourceId, File)],
) -> Result<(SourceId, Vec<Change>), Declined> {
    let nothing = || no_place("no literal stands there");
    let place = step.place().filter(|_| step.is_about_finding()).ok_or_else(nothing)?;
    let file = parsed.iter().find(|(id, _)| *id == place.source);
    let (source, file) = file.ok_or_else(nothing)?;
    let module = Module::new(texts.text(*source));
    match step.step {
        EditStep::Set(_, value) => {
            let expression = literal_in(&file.body, place).ok_or_else(|| {
                if is_in_text(&file.body, place) { Declined::InText } else { nothing() }
            })?;
            let said = ways_of(step).first().and_then(|way| way.value(value));
            Ok((*source, module.replace(expression, &said.unwrap_or_else(|| value.clone()))?))
        }
        EditStep::Remove(_) => {
            let list = list_in(&file.body, place).ok_or_else(nothing)?;
            Ok((*source, module.remove_element(list, place)?))
        }
        EditStep::Add(..) => Err(nothing()),
    }
}

fn no_place(why: &str) -> Declined {
    Declined::NoPlace(why.to_owned())
}
