//! Which scenarios a resource must be looked at in.

use trilith_graph::{Formula, ResourceGraph, ResourceId, Scenario, Scenarios};

/// The scenarios of a resource: the ways in which the conditions that a rule can see through it
/// come out. That is its own properties, what is attached to it, and what it refers to.
pub fn scenarios(graph: &ResourceGraph, id: ResourceId) -> Scenarios {
    let mut guards = Vec::new();
    let mut add = |id: ResourceId| collect(graph, id, &mut guards);
    add(id);
    graph.edges_from(id).iter().for_each(|edge| add(edge.to));
    graph.attachments(id).for_each(|(attached, _)| add(attached));
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
    if graph.has_choice(id) {
        resource.properties.collect_guards(guards);
    }
}
