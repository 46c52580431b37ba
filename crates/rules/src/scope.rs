//! Which scenarios a resource must be looked at in.

use trilith_graph::{Formula, ResourceGraph, ResourceId, Scenario, Scenarios};

/// The scenarios of a resource: the ways in which the conditions that a rule can see through it
/// come out. That is its own properties, what is attached to it, and what it refers to.
pub(crate) fn scenarios(graph: &ResourceGraph, id: ResourceId) -> Scenarios {
    let mut guards = Vec::new();
    collect(graph, id, &mut guards);
    for edge in graph.edges_from(id) {
        collect(graph, edge.to, &mut guards);
    }
    for (attached, _) in graph.attachments(id) {
        collect(graph, attached, &mut guards);
    }
    if guards.is_empty() {
        return Scenarios { scenarios: vec![Scenario::default()], decided: true };
    }
    let root = graph.root(graph.resource(id).root);
    Scenarios::of(&guards, &root.constraints)
}

/// Adds the conditions that stand in a resource.
pub(crate) fn collect(graph: &ResourceGraph, id: ResourceId, guards: &mut Vec<Formula>) {
    let resource = graph.resource(id);
    if resource.guard != Formula::True && !guards.contains(&resource.guard) {
        guards.push(resource.guard.clone());
    }
    resource.properties.collect_guards(guards);
}
