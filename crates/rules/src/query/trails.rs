//! What trails of CloudTrail record.

use trilith_graph::{PropertyPath, Tri, Value};

use crate::View;

/// The settings by which a trail leaves out management events, or reading or writing among
/// them: where each is, and whether it does.
///
/// Of several selectors one that takes all of them is enough.
pub fn excludes_management(trail: &View<'_>) -> Vec<(PropertyPath, Tri)> {
    let basic: Vec<(PropertyPath, Tri)> = trail
        .all("EventSelectors/*")
        .into_iter()
        .map(|(at, selector)| {
            let left_out = selector.get("IncludeManagementEvents").is_false();
            let kind = selector.get("ReadWriteType");
            let part = kind.is_one_of(&["ReadOnly", "WriteOnly"]);
            let path = if left_out.is_false() && !part.is_false() {
                at.join("ReadWriteType")
            } else {
                at.join("IncludeManagementEvents")
            };
            (path, left_out.or(part))
        })
        .collect();
    let complete = Tri::any(basic.iter().map(|(_, excludes)| !*excludes));
    if basic.is_empty() {
        return advanced(trail).into_iter().collect();
    }
    basic.into_iter().take(1).map(|(path, excludes)| (path, excludes.and(!complete))).collect()
}

/// Advanced selectors take nothing but what one of them names.
fn advanced(trail: &View<'_>) -> Option<(PropertyPath, Tri)> {
    let selectors = trail.get("AdvancedEventSelectors");
    if selectors.is_present().is_false() {
        return None;
    }
    let takes =
        trail.all("AdvancedEventSelectors/*/FieldSelectors/*").into_iter().map(|(_, it)| {
            let names = it.get("Equals").items().iter().map(|value| value.is("Management"));
            it.get("Field").is("eventCategory").and(Tri::any(names))
        });
    Some(("AdvancedEventSelectors".into(), !Tri::any(takes)))
}

/// Whether a trail records all management events.
pub fn logs_management(trail: &View<'_>) -> Tri {
    let excluded = excludes_management(trail).into_iter().map(|(_, excludes)| excludes);
    !trail.get("IsLogging").is_false().or(Tri::any(excluded))
}

/// The type of data events about objects in S3.
const OBJECTS: &str = "AWS::S3::Object";

/// Whether a trail records what is done with the objects of some bucket.
pub fn logs_any_objects(trail: &View<'_>) -> Tri {
    let basic = trail.all("EventSelectors/*/DataResources/*/Type").into_iter();
    let advanced = trail.all("AdvancedEventSelectors/*/FieldSelectors/*").into_iter();
    let advanced = advanced.map(|(_, field)| selects_objects(field));
    let some = Tri::any(basic.map(|(_, kind)| kind.is(OBJECTS))).or(Tri::any(advanced));
    some.and(!trail.get("IsLogging").is_false())
}

/// Whether a field of an advanced selector takes data events of objects.
fn selects_objects(field: &Value) -> Tri {
    let types = field.get("Equals").items().iter().map(|kind| kind.is(OBJECTS));
    field.get("Field").is("resources.type").and(Tri::any(types))
}

/// Whether a trail records reads and writes of the objects in a bucket.
pub fn logs_objects(trail: &View<'_>, bucket: &View<'_>) -> Tri {
    // A selector that names the bucket by a reference.
    let edges = trail.graph().edges_from(trail.id()).iter();
    let mut named = edges.filter(|edge| edge.to == bucket.id());
    if named.any(|edge| edge.path.to_string().contains("EventSelectors")) {
        return Tri::True;
    }
    let name = bucket.get("BucketName").as_str();
    let covers = |value: &Value| {
        let own = name.map(|name| value.starts_with(&format!("arn:aws:s3:::{name}/")));
        value.is_one_of(&["arn:aws:s3", "arn:aws:s3:::"]).or(own.unwrap_or(Tri::False))
    };
    let basic = trail.all("EventSelectors/*/DataResources/*").into_iter().map(|(_, data)| {
        let values = Tri::any(data.get("Values").items().iter().map(covers));
        data.get("Type").is(OBJECTS).and(values)
    });
    let advanced = trail.all("AdvancedEventSelectors/*").into_iter().map(|(_, selector)| {
        let fields = selector.get("FieldSelectors").items();
        let of_objects = fields.iter().map(selects_objects);
        let limited = fields.iter().map(|field| field.get("Field").is("resources.ARN"));
        Tri::any(of_objects).and(!Tri::any(limited))
    });
    Tri::any(basic).or(Tri::any(advanced)).and(!trail.get("IsLogging").is_false())
}
