//! Users with a password that no policy makes use a second factor.

use trilith_rules::prelude::*;
use trilith_rules::query::principals::Holder;

pub(crate) fn check(user: &View<'_>, findings: &mut Findings<'_>) {
    let signs_in = user.get("LoginProfile").is_present();
    if signs_in.is_false() {
        return;
    }
    findings.when(signs_in.and(!demands_factor(user)), || {
        let message = format!("user `{}` signs in without a second factor", user.name());
        Finding::new(user.id(), PropertyPath::parse("LoginProfile"), message)
            .label("a password is all that is asked for")
    });
}

/// Whether anything that the user is given asks for a second factor, or has one.
fn demands_factor(user: &View<'_>) -> Tri {
    if !user.referrers("AWS::IAM::VirtualMFADevice").is_empty() {
        return Tri::True;
    }
    let joined = user.attached("AWS::IAM::UserToGroupAddition");
    let mut groups = user.all_referenced("Groups/*");
    groups.extend(joined.iter().filter_map(|it| it.referenced("GroupName")));
    let given = groups.iter().chain([user]).map(holder_demands);
    let hidden_group = user.all("Groups/*").len() + joined.len() > groups.len();
    Tri::any(given).or(if hidden_group { Tri::Unknown } else { Tri::False })
}

fn holder_demands(principal: &View<'_>) -> Tri {
    let holder = Holder::of(principal);
    let grants = holder.grants();
    let boundary = holder.boundary();
    let documents = grants.iter().map(|it| &it.policy.document);
    let demanded = documents.chain(boundary.iter().map(|it| &it.document)).map(|document| {
        let seen = if document.unknown.is_some() { Tri::Unknown } else { Tri::False };
        Tri::any(document.statements.iter().map(asks)).or(seen)
    });
    // Policies of AWS ask for no second factor; others may.
    let own = principal.all("ManagedPolicyArns/*").into_iter().filter(|(_, arn)| {
        !arn.display_text().is_some_and(|text| text.contains(":iam::aws:policy/"))
    });
    let referenced = principal.all_referenced("ManagedPolicyArns/*").len();
    let hidden = own.count() > referenced || !holder.is_seen().is_true();
    Tri::any(demanded).or(if hidden { Tri::Unknown } else { Tri::False })
}

/// Whether a statement refuses, or allows, something for want of a second factor.
fn asks(statement: &Statement<'_>) -> Tri {
    let mut conditions = statement.conditions.items.iter();
    conditions.any(|condition| condition.key.starts_with("aws:multifactorauth")).into()
}
