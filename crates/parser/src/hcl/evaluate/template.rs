//! Templates: text with holes where something is not known.

use trilith_graph::{Arm, Flags, Formula, Part, Reason, Span, Value, ValueKind};

use super::budget::{TEXT_LIMIT, too_many_steps, too_much_text};
use super::choice::{choose, map_arms};
use super::operator::{Shape, shape};
use super::text::{self, Stop, inherited};
use super::{Budget, Evaluator};
use crate::hcl::functions::embedded_template;
use crate::hcl::scope::{Lookup, Scope};
use crate::hcl::syntax::{Expression, ExpressionKind, TemplateFor, TemplateIf, TemplatePart};
use crate::tree::Segments;

/// How many definitions are followed to find a template.
const DEFINITION_LIMIT: usize = 32;

/// The pieces of a text and where they are written, for a document inside a string: `${...}`
/// leaves a hole with the value of the same number, unless its text is known.
///
/// Names are followed to their definitions. `None` if the expression is no text that is written
/// somewhere, or if directives or a result that is no text stand in it.
pub fn embedded(expression: &Expression, scope: &dyn Scope) -> Option<(Segments, Vec<Value>)> {
    Evaluator::new(scope, &Budget::new()).embedded(expression)
}

/// The pieces of a template so far.
#[derive(Default)]
struct Pieces {
    parts: Vec<Part>,
    length: usize,
    flags: Flags,
    via: Option<std::sync::Arc<trilith_graph::Via>>,
}

impl Pieces {
    fn push(&mut self, part: Part) -> Result<(), Stop> {
        if let Part::Text(text) = &part {
            self.length += text.len();
        }
        self.parts.push(part);
        if self.length > TEXT_LIMIT { Err(Stop::Unknown(too_much_text())) } else { Ok(()) }
    }

    fn value(&mut self, value: &Value, budget: &Budget) -> Result<(), Stop> {
        self.flags = self.flags.with(inherited(value));
        self.via = self.via.take().or_else(|| value.via.clone());
        let parts = text::parts(value)?;
        if text::may_be_anything(value) || parts.iter().any(text::may_fail) {
            budget.note_doubt();
        }
        parts.into_iter().try_for_each(|part| self.push(part))
    }
}

impl Evaluator<'_> {
    pub(in crate::hcl) fn template(&self, parts: &[TemplatePart], span: Span) -> Value {
        // `"${x}"` is `x`, whatever its type.
        if let [TemplatePart::Interpolation(expression)] = parts {
            let value = self.value(expression);
            return Value { span, ..value };
        }
        let mut pieces = Pieces::default();
        let result = self.pieces(parts, &mut pieces);
        let kind = match result {
            Ok(()) => ValueKind::template(pieces.parts),
            Err(stop) => stop.into_kind(),
        };
        Value { kind, span, flags: pieces.flags, via: pieces.via }
    }

    fn pieces(&self, parts: &[TemplatePart], pieces: &mut Pieces) -> Result<(), Stop> {
        if !self.budget.spend(parts.len()) {
            return Err(Stop::Unknown(too_many_steps()));
        }
        parts.iter().try_for_each(|part| match part {
            TemplatePart::Literal { text, .. } => pieces.push(Part::Text(text.clone())),
            TemplatePart::Interpolation(expression) => {
                let value = self.value(expression);
                pieces.value(&value, self.budget).or_else(|stop| match &expression.kind {
                    // What could not be read is a hole; the rest of the text is known.
                    ExpressionKind::Malformed => pieces.push(Part::Hole(value)),
                    _ => Err(stop),
                })
            }
            TemplatePart::If(choice) => self.choice(choice, pieces),
            TemplatePart::For(repetition) => self.repetition(repetition, pieces),
        })
    }

    fn choice(&self, choice: &TemplateIf, pieces: &mut Pieces) -> Result<(), Stop> {
        let condition = self.condition(&choice.condition);
        pieces.flags = pieces.flags.with(condition.flags);
        match condition.formula {
            Formula::True => self.pieces(&choice.then, pieces),
            Formula::False => self.pieces(&choice.otherwise, pieces),
            _ if condition.is_error => Err(Stop::Error),
            guard => {
                let span = choice.condition.span;
                let otherwise = guard.negate();
                let arms = vec![
                    Arm { guard, value: self.text_of(&choice.then, span) },
                    Arm { guard: otherwise, value: self.text_of(&choice.otherwise, span) },
                ];
                pieces.value(&choose(arms, span), self.budget)
            }
        }
    }

    fn text_of(&self, parts: &[TemplatePart], span: Span) -> Value {
        let mut pieces = Pieces::default();
        let kind = match self.pieces(parts, &mut pieces) {
            Ok(()) => ValueKind::template(pieces.parts),
            Err(stop) => stop.into_kind(),
        };
        Value { kind, span, flags: pieces.flags, via: pieces.via }
    }

    fn repetition(&self, repetition: &TemplateFor, pieces: &mut Pieces) -> Result<(), Stop> {
        let span = repetition.collection.span;
        let collection = self.value(&repetition.collection);
        if matches!(collection.kind, ValueKind::OneOf(_)) {
            let text = map_arms(&collection, &mut |arm| self.repeated(repetition, arm, span));
            return pieces.value(&text, self.budget);
        }
        pieces.flags = pieces.flags.with(inherited(&collection));
        pieces.value(&self.repeated(repetition, &collection, span), self.budget)
    }

    /// The text of a repetition over a known collection; a hole for any other.
    fn repeated(&self, repetition: &TemplateFor, collection: &Value, span: Span) -> Value {
        let is_set = shape(&repetition.collection) == Some(Shape::Set);
        let mut pieces = Pieces::default();
        let result = self.rounds(collection, is_set).and_then(|rounds| {
            let is_uncertain = rounds
                .rounds
                .iter()
                .any(|round| super::choice::presence(&round.value) != Formula::True);
            if rounds.is_open || is_uncertain {
                let reason = super::compare::unknown_inside(collection);
                return Err(Stop::Unknown(reason.unwrap_or(Reason::OpenMap)));
            }
            let names = (repetition.key.as_ref(), &repetition.value);
            rounds.rounds.iter().try_for_each(|round| {
                self.in_round(names, round, |inside| inside.pieces(&repetition.body, &mut pieces))
            })
        });
        let kind = match result {
            Ok(()) => ValueKind::template(pieces.parts),
            Err(stop) => stop.into_kind(),
        };
        Value { kind, span, flags: pieces.flags, via: pieces.via }
    }

    fn embedded(&self, expression: &Expression) -> Option<(Segments, Vec<Value>)> {
        let expression = expression.unwrapped();
        match &expression.kind {
            ExpressionKind::String(text) => {
                let mut segments = Segments::new(expression.span);
                segments.push(text, inside_quotes(expression.span));
                Some((segments, Vec::new()))
            }
            ExpressionKind::Template(parts) => match parts.as_slice() {
                [TemplatePart::Interpolation(only)] => self.embedded(only),
                parts => self.embedded_parts(parts, expression.span),
            },
            ExpressionKind::Variable(name) => {
                let lookup = Lookup { root: name, steps: &[], span: expression.span };
                self.embedded_definition(&lookup)
            }
            ExpressionKind::Traversal(traversal) => {
                let ExpressionKind::Variable(name) = &traversal.root.kind else { return None };
                let steps = self.lookup_steps(&traversal.steps);
                let lookup = Lookup { root: name, steps: &steps, span: expression.span };
                self.embedded_definition(&lookup)
            }
            ExpressionKind::Call(call) if &*call.name.text == "templatefile" => {
                embedded_template(self, call)
            }
            _ => None,
        }
    }

    fn embedded_definition(&self, lookup: &Lookup<'_>) -> Option<(Segments, Vec<Value>)> {
        if self.definitions >= DEFINITION_LIMIT {
            return None;
        }
        let definition = self.scope.definition(lookup)?;
        let definitions = self.definitions + 1;
        let inside = Evaluator { scope: definition.scope, definitions, ..*self };
        inside.embedded(definition.expression)
    }

    pub(in crate::hcl) fn embedded_parts(
        &self,
        parts: &[TemplatePart],
        span: Span,
    ) -> Option<(Segments, Vec<Value>)> {
        let mut segments = Segments::new(span);
        let mut holes = Vec::new();
        self.embed(parts, &mut segments, &mut holes)?;
        Some((segments, holes))
    }

    fn embed(
        &self,
        parts: &[TemplatePart],
        segments: &mut Segments,
        holes: &mut Vec<Value>,
    ) -> Option<()> {
        for part in parts {
            match part {
                TemplatePart::Literal { text, span } => segments.push(text, *span),
                TemplatePart::Interpolation(expression) => {
                    let value = self.value(expression);
                    for part in text::parts(&value).ok()? {
                        match part {
                            Part::Text(text) if !value.flags.has(Flags::SENSITIVE) => {
                                segments.push(&text, expression.span);
                            }
                            Part::Text(text) => {
                                segments.push_hole(expression.span);
                                let secret = Value::string(text, expression.span);
                                holes.push(secret.with(Flags::SENSITIVE));
                            }
                            Part::Hole(hole) => {
                                segments.push_hole(expression.span);
                                holes.push(hole);
                            }
                        }
                    }
                }
                TemplatePart::If(choice) => match self.condition(&choice.condition).formula {
                    Formula::True => self.embed(&choice.then, segments, holes)?,
                    Formula::False => self.embed(&choice.otherwise, segments, holes)?,
                    _ => return None,
                },
                TemplatePart::For(_) => return None,
            }
        }
        Some(())
    }
}

fn inside_quotes(span: Span) -> Span {
    Span::new(span.source, span.start + 1, span.end.saturating_sub(1))
}
