//! Stages on the internet that no web ACL guards.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

const ASSOCIATIONS: [&str; 2] =
    ["AWS::WAFv2::WebACLAssociation", "AWS::WAFRegional::WebACLAssociation"];

pub(crate) fn check(stage: &View<'_>, findings: &mut Findings<'_>) {
    let api = stage.referenced("RestApiId");
    let types = api.as_ref().map(|api| api.all("EndpointConfiguration/Types/*"));
    let is_private = types.iter().flatten().map(|(_, kind)| kind.is("PRIVATE"));
    // The ARN of a stage is often put together from the API and the name of the stage.
    let guarded = ASSOCIATIONS.iter().flat_map(|kind| {
        let of_api = api.as_ref().map(|api| names_it(is_pointed_at(api, kind, "ResourceArn")));
        [Some(is_pointed_at(stage, kind, "ResourceArn")), of_api, Some(is_named(stage, kind))]
            .into_iter()
            .flatten()
    });
    // An API from elsewhere may be private.
    let is_private = if api.is_some() { Tri::any(is_private) } else { Tri::Unknown };
    findings.when(!is_private.or(Tri::any(guarded)), || {
        let message = format!("nothing filters what is sent to stage `{}`", stage.name());
        Finding::new(stage.id(), "", message).label("no web ACL")
    });
}

/// An association with a stage of this name, of whatever API, may guard this one.
fn is_named(stage: &View<'_>, kind: &str) -> Tri {
    let end = format!("/stages/{}", stage.get("StageName").as_str().unwrap_or_default());
    let named = stage.siblings(kind).into_iter().any(|association| {
        association.get("ResourceArn").display_text().is_some_and(|arn| arn.ends_with(&end))
    });
    if named { Tri::Unknown } else { Tri::False }
}

/// An association that names the API guards one of its stages, and may guard this one.
const fn names_it(pointed: Tri) -> Tri {
    if pointed.is_false() { Tri::False } else { Tri::Unknown }
}
