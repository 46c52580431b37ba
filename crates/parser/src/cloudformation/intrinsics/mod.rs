//! Intrinsic functions.

mod builder;
mod call;
mod choice;
mod cidr;
mod list;
mod lookup;
mod reference;
mod text;

pub(super) use builder::TextBuilder;
pub(super) use call::{Call, Function};
pub(super) use choice::{map_arms, may_be_absent};

use trilith_graph::{Flags, Reason, Value};

use super::evaluate::Evaluator;
use super::scope::Scope;

/// The value of a function.
pub(super) fn evaluate(evaluator: &Evaluator<'_>, call: &Call<'_>, scope: &Scope) -> Value {
    // Only a choice leaves a value where it is; the arguments of others stand elsewhere.
    let outside;
    let scope = if scope.documents.is_some() && call.function != Function::If {
        outside = scope.outside_documents();
        &outside
    } else {
        scope
    };
    match call.function {
        Function::Ref => reference::reference(evaluator, call, scope),
        Function::GetAtt => reference::attribute(evaluator, call, scope),
        Function::ImportValue | Function::GetStackOutput => {
            reference::import(evaluator, call, scope)
        }
        Function::Sub => text::substitute(evaluator, call, scope),
        Function::Join => text::join(evaluator, call, scope),
        Function::Split => text::split(evaluator, call, scope),
        Function::If => choice::choose(evaluator, call, scope),
        Function::FindInMap => lookup::find_in_map(evaluator, call, scope),
        Function::Select => list::select(evaluator, call, scope),
        Function::Length => list::length(evaluator, call, scope),
        Function::GetAZs => list::availability_zones(call),
        Function::Cidr => cidr::cidr(evaluator, call, scope),
        Function::Base64 => {
            let inner = evaluator.argument(call, scope);
            Value { span: call.span, ..inner }.with(Flags::BASE64)
        }
        // The tree is kept instead of its text: so rules see inside, with native spans.
        Function::ToJsonString => evaluator.argument(call, scope).with(Flags::EMBEDDED),
        Function::Transform => reference::transform(evaluator, call, scope),
        Function::And
        | Function::Or
        | Function::Not
        | Function::Equals
        | Function::Condition
        | Function::Contains
        | Function::EachMemberIn
        | Function::EachMemberEquals
        | Function::Other => {
            Value::unknown(Reason::UnsupportedFunction(call.name.into()), call.span)
        }
    }
}
