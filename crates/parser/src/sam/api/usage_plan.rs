//! `Auth.UsagePlan`: a usage plan with a key, for one API or for all of them.

use trilith_graph::{Formula, Resource, Value};

use crate::sam::generated::{Generated, kept, put};
use crate::sam::place::Place;

/// Adds the usage plan of an API.
pub(super) fn expand(api: &Resource, stage: &str, generated: &mut Generated) {
    let written = api.properties.path("Auth/UsagePlan");
    let prefix = match written.get("CreateUsagePlan").as_str() {
        Some("PER_API") => &*api.address,
        Some("SHARED") => "Serverless",
        _ => return,
    };
    let place = Place(written.span);
    let [plan, key, both] =
        ["UsagePlan", "ApiKey", "UsagePlanKey"].map(|suffix| format!("{prefix}{suffix}"));
    let (own, stage) = (place.reference(&api.address), place.reference(stage));
    let used = place.map([("ApiId", own.clone()), ("Stage", stage.clone())]);
    let names = ["Description", "Quota", "Tags", "Throttle", "UsagePlanName"];
    let mut properties = kept(written, &names);
    put(&mut properties, "ApiStages", place.list(vec![used]));
    let properties = Value::map(properties, place.0);
    let always = || Formula::True;
    generated.add(api, &*plan, "AWS::ApiGateway::UsagePlan", always(), properties);
    let used = place.map([("RestApiId", own), ("StageName", stage)]);
    let properties =
        place.map([("Enabled", place.bool(true)), ("StageKeys", place.list(vec![used]))]);
    generated.add(api, &*key, "AWS::ApiGateway::ApiKey", always(), properties);
    let properties = place.map([
        ("KeyId", place.reference(&key)),
        ("KeyType", place.text("API_KEY")),
        ("UsagePlanId", place.reference(&plan)),
    ]);
    generated.add(api, &*both, "AWS::ApiGateway::UsagePlanKey", always(), properties);
    generated.name(api, "UsagePlanKey", &both);
    generated.name(api, "UsagePlan", &plan);
    generated.name(api, "ApiKey", &key);
}
