//! Who counts as a stranger.
//!
//! The ground is Amazon S3's meaning of "public", which Access Analyzer applies to other
//! services as well: access is not public if it is limited to fixed values of principals or
//! of keys that tell who calls or from where; see [`crate::Conditions::narrow_to_known`] for
//! the keys, and for what is fixed. A stranger is therefore a caller who has none of the
//! fixed values that the policy names, whichever statement names them.

use std::sync::Arc;

use super::key::{KeyTest, Quantifier};
use super::lower::Lowering;
use super::region::Constraint;
use super::step::Steps;
use super::text::TextSet;
use super::value::{Test, Values};
use crate::PolicyDocument;

/// What is true of every request by a stranger.
pub(crate) fn stranger<'v>(
    document: &PolicyDocument<'v>,
    lowering: &mut Lowering<'v>,
) -> Vec<Constraint> {
    // The first account is one of AWS's examples, and so of many policies.
    let account = ["123456789012", "000000000000", "999999999999", "888888888888"]
        .into_iter()
        .find(|id| !mentions(document, id))
        .unwrap_or("777777777777");
    let user = format!("AWS arn:aws:iam::{account}:user/stranger");
    let callers = [Steps::literal("Anonymous"), Steps::literal(&user)];
    let mut all = vec![Constraint::Principal(Arc::new(TextSet::new(callers)), false)];
    for condition in document.statements.iter().flat_map(|statement| &statement.conditions.items) {
        let fixed = condition.fixed_values();
        if fixed.is_empty() {
            continue;
        }
        if let Some(values) = lowering.values(condition.operator.base, &fixed, None) {
            all.push(none_of(lowering.key(&condition.key), values));
        }
    }
    let service = Values::Text(Arc::new(TextSet::new([Steps::literal("true")])));
    all.push(none_of(lowering.key("aws:principalisawsservice"), service));
    all
}

/// No value of a key is among some.
fn none_of(key: u32, values: Values) -> Constraint {
    let test = Test { values, negated: true };
    Constraint::Key(key, Box::new(KeyTest { quantifier: Quantifier::All, if_absent: true, test }))
}

fn mentions(document: &PolicyDocument<'_>, id: &str) -> bool {
    document.statements.iter().any(|statement| {
        let mut principals = statement.principal.items.iter().chain(&statement.not_principal.items);
        principals.any(|it| it.pattern.text().is_some_and(|text| text.contains(id)))
    })
}
