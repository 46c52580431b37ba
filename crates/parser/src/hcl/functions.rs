//! The functions of Terraform.
//!
//! Every function that Terraform 1.11 has is in [`TABLE`]. Those without an implementation, and
//! those of providers, give an unknown value of the right type.

mod choice;
mod collection;
mod convert;
mod encoding;
mod file;
mod format;
mod network;
mod number;
mod sequence;
mod set;
mod string;
mod table;

use std::sync::Arc;

use trilith_graph::{Entry, Flags, Map, Reason, Span, Value, ValueKind};

use super::evaluate::budget::{ITEM_LIMIT, too_many_items, too_many_steps};
use super::evaluate::choice::map_combinations;
use super::evaluate::text::{self, Number, Stop, inherited, inherited_inside, is_encoded};
use super::evaluate::{Evaluator, arrive, compare};
use super::syntax::Call;

pub(super) use encoding::base64;
pub(super) use file::embedded_template;
pub(super) use set::sorted_set;
pub(super) use table::shape;

/// A result, or why there is none.
type Outcome = Result<Value, Stop>;

/// A function of Terraform.
struct Function {
    name: &'static str,
    /// The least number of arguments.
    least: usize,
    /// The greatest number of arguments, if there is one.
    most: Option<usize>,
    returns: Returns,
    run: Run,
}

/// What a function makes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Returns {
    Text,
    Number,
    Bool,
    List,
    Set,
    Map,
    /// It depends on the arguments.
    Any,
}

/// How a function is evaluated.
#[derive(Clone, Copy)]
enum Run {
    /// All arguments must be known with everything inside them, and none may be null.
    Known(fn(&Arguments<'_>) -> Outcome),
    /// The function deals with unknown arguments and null itself.
    Partial(fn(&Arguments<'_>) -> Outcome),
    /// The function evaluates its arguments itself.
    Lazy(fn(&Evaluator<'_>, &Call, Span) -> Value),
    /// The function is not evaluated.
    Never,
}

/// The arguments of a call.
struct Arguments<'a> {
    values: &'a [Value],
    /// The call.
    span: Span,
    evaluator: &'a Evaluator<'a>,
}

impl Arguments<'_> {
    fn get(&self, index: usize) -> Result<&Value, Stop> {
        self.values.get(index).ok_or(Stop::Error)
    }

    fn text(&self, index: usize) -> Result<String, Stop> {
        text::string(self.get(index)?)
    }

    fn number(&self, index: usize) -> Result<Number, Stop> {
        text::number(self.get(index)?)
    }

    fn integer(&self, index: usize) -> Result<i64, Stop> {
        text::integer(self.get(index)?)
    }

    fn items(&self, index: usize) -> Result<&[Value], Stop> {
        items(self.get(index)?)
    }

    fn map(&self, index: usize) -> Result<&Map, Stop> {
        match &self.get(index)?.kind {
            ValueKind::Map(map) => Ok(map),
            _ => Err(self.stop(index)),
        }
    }

    /// Why an argument is not what it should be.
    fn stop(&self, index: usize) -> Stop {
        match self.values.get(index).and_then(compare::unknown_itself) {
            Some(Reason::Malformed) | None => Stop::Error,
            Some(reason) => Stop::Unknown(reason),
        }
    }

    #[expect(clippy::unnecessary_wraps, reason = "this is what functions end with")]
    fn value(&self, kind: ValueKind) -> Outcome {
        Ok(Value::new(kind, self.span))
    }

    fn string(&self, text: impl Into<Arc<str>>) -> Outcome {
        self.value(ValueKind::String(text.into()))
    }

    fn bool(&self, value: bool) -> Outcome {
        self.value(ValueKind::Bool(value))
    }

    fn list(&self, items: Vec<Value>) -> Outcome {
        if items.len() > ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
        if !self.evaluator.budget.spend(items.len()) {
            return Err(Stop::Unknown(too_many_steps()));
        }
        Ok(Value::list(items, self.span))
    }

    /// A list of which not everything may be known.
    fn open_list(&self, items: Vec<Value>, is_open: bool) -> Outcome {
        let open = if is_open { Flags::OPEN } else { Flags::NONE };
        Ok(self.list(items)?.with(open))
    }

    fn texts(&self, texts: impl IntoIterator<Item = String>) -> Outcome {
        self.list(texts.into_iter().map(|text| Value::string(text, self.span)).collect())
    }

    /// A map with keys that are not written anywhere.
    fn pairs(&self, pairs: impl IntoIterator<Item = (Arc<str>, Value)>) -> Outcome {
        let mut members = text::MapBuilder::default();
        for (key, value) in pairs {
            members.insert(Entry { key, key_span: value.span, value });
        }
        if members.len() > ITEM_LIMIT {
            return Err(Stop::Unknown(too_many_items()));
        }
        Ok(Value::map(members.finish(), self.span))
    }
}

/// The elements of a list; those of a map are none.
fn items(value: &Value) -> Result<&[Value], Stop> {
    match &value.kind {
        ValueKind::List(items) => Ok(items),
        _ => match compare::unknown_itself(value) {
            Some(Reason::Malformed) | None => Err(Stop::Error),
            Some(reason) => Err(Stop::Unknown(reason)),
        },
    }
}

impl Evaluator<'_> {
    /// Evaluates a call.
    pub(super) fn call(&self, call: &Call, span: Span) -> Value {
        let Some(function) = table::find(&call.name.text) else {
            let reason = Reason::UnsupportedFunction(call.name.text.clone());
            return Value::unknown(reason, span);
        };
        let value = if let Run::Lazy(run) = function.run {
            run(self, call, span)
        } else {
            let values = self.arguments(call);
            map_combinations(&values, span, &mut |values| self.run(function, values, span))
        };
        // What a function picks out of its arguments is used here and written elsewhere.
        if span.contains(value.span) {
            return value;
        }
        arrive(value, span, || format!("what `{}` takes from here", function.name).into())
    }

    /// The arguments of a call, a last one with `...` taken apart.
    fn arguments(&self, call: &Call) -> Vec<Value> {
        let mut values: Vec<Value> =
            call.arguments.iter().map(|argument| self.value(argument)).collect();
        if !call.expands_last {
            return values;
        }
        let Some(last) = values.pop() else { return values };
        let ValueKind::List(items) = &last.kind else {
            // One unknown argument stands for all that there may be.
            let reason = compare::unknown_itself(&last).unwrap_or(Reason::Malformed);
            values.push(Value::unknown(reason, last.span));
            return values;
        };
        for item in items.iter() {
            // An argument cannot be absent, but the element may.
            values.push(if choice_is_whole(item) {
                item.clone().with(inherited(&last))
            } else {
                Value::unknown(Reason::Undecided, item.span)
            });
        }
        if last.flags.has(Flags::OPEN) {
            values.push(Value::unknown(Reason::OpenMap, last.span));
        }
        values
    }

    fn run(&self, function: &Function, values: &[Value], span: Span) -> Value {
        let is_many = function.most.is_some_and(|most| values.len() > most);
        if values.len() < function.least || is_many {
            return Value::unknown(Reason::Malformed, span);
        }
        let outcome = match function.run {
            Run::Known(run) => self.run_known(run, values, span),
            Run::Partial(run) => run(&Arguments { values, span, evaluator: self }),
            Run::Lazy(_) | Run::Never => {
                Err(Stop::Unknown(Reason::UnsupportedFunction(function.name.into())))
            }
        };
        // What is not known may be null, or of a type that the function does not take.
        if values.iter().any(text::may_be_anything) || function.name.starts_with("regex") {
            self.budget.note_doubt();
        }
        let flags = values.iter().fold(Flags::NONE, |flags, value| flags.with(inherited(value)));
        match outcome {
            Ok(value) => {
                if let ValueKind::Template(parts) = &value.kind
                    && parts.iter().any(text::may_fail)
                {
                    self.budget.note_doubt();
                }
                let is_new = value.span == span && value.via.is_none();
                let via = if is_new {
                    values.iter().find_map(|v| v.via.clone())
                } else {
                    value.via.clone()
                };
                // Only a scalar rests on what is inside of an argument; a collection has it inside.
                let inside = match &value.kind {
                    ValueKind::List(_) | ValueKind::Map(_) => Flags::NONE,
                    _ if !is_new => Flags::NONE,
                    _ => values.iter().fold(Flags::NONE, |f, v| f.with(inherited_inside(v))),
                };
                let keeps =
                    if function.name == "nonsensitive" { Flags::NONE } else { flags.with(inside) };
                Value { via, ..value }.with(keeps)
            }
            Err(Stop::Error) => Value::unknown(Reason::Malformed, span),
            Err(Stop::Unknown(reason)) => function.unknown(reason, span).with(flags),
        }
    }

    fn run_known(
        &self,
        run: fn(&Arguments<'_>) -> Outcome,
        values: &[Value],
        span: Span,
    ) -> Outcome {
        for value in values {
            match compare::unknown_inside(value) {
                Some(Reason::Malformed) => return Err(Stop::Error),
                Some(reason) => return Err(Stop::Unknown(reason)),
                None if matches!(value.kind, ValueKind::Null | ValueKind::Absent) => {
                    return Err(Stop::Error);
                }
                None => {}
            }
        }
        if values.iter().any(is_encoded) {
            let plain: Vec<Value> = values
                .iter()
                .map(|value| if is_encoded(value) { text::as_text(value) } else { value.clone() })
                .collect();
            return run(&Arguments { values: &plain, span, evaluator: self });
        }
        run(&Arguments { values, span, evaluator: self })
    }
}

impl Function {
    /// A result of which only the type is known.
    fn unknown(&self, reason: Reason, span: Span) -> Value {
        let unknown = Value::unknown(reason.clone(), span);
        match self.returns {
            Returns::Text => Value::new(text::unknown_text(reason, &unknown), span),
            Returns::List | Returns::Set => {
                Value::list(vec![unknown.with(Flags::SYNTHETIC)], span).with(Flags::OPEN)
            }
            Returns::Number | Returns::Bool | Returns::Map | Returns::Any => unknown,
        }
    }
}

/// Whether one of the alternatives of a value is always there.
fn choice_is_whole(value: &Value) -> bool {
    super::evaluate::choice::presence(value) == trilith_graph::Formula::True
}
