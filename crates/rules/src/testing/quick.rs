//! Whether our own evaluation of Rego and regorus say the same.

use trilith_graph::ResourceGraph;

use crate::engine::rego::policy::Policy;
use crate::input::input;
use crate::{ModuleText, Predicate, Rule, View, scenarios};

/// Whether the policy of a rule of ours is evaluated without regorus.
pub fn is_quick(rule: &Rule) -> bool {
    let Predicate::Rego(text) = &rule.predicate else { return false };
    Policy::parse_built_in(&rule.policy_file(), text).is_ok_and(|policy| policy.is_quick())
}

/// Evaluates a rule of ours on each resource that it wants to see, in each scenario, in both
/// ways. The error says where they differ.
pub fn agree(rule: &Rule, graph: &ResourceGraph) -> Result<(), String> {
    let Predicate::Rego(text) = &rule.predicate else { return Ok(()) };
    let module = ModuleText { name: rule.policy_file(), text: text.to_string() };
    let of_problem = |problem: crate::Problem| problem.to_string();
    let mut ours = Policy::parse_built_in(&module.name, text).map_err(of_problem)?;
    if !ours.is_quick() {
        return Ok(());
    }
    let mut regorus = Policy::by_regorus(&module).map_err(of_problem)?;
    let wanted = graph.resources().filter(|(_, one)| rule.applies_to(&one.resource_type));
    for (id, resource) in wanted {
        for scenario in &scenarios(graph, id).scenarios {
            let view = View::new(graph, id, scenario);
            let seen = ours.input_of(&view);
            let ours = ours.deny(seen).map_err(of_problem)?;
            let meant = regorus.deny(input(&view)).map_err(of_problem)?;
            if ours != meant {
                return Err(format!("`{}`: {ours} and by regorus {meant}", resource.address));
            }
        }
    }
    Ok(())
}
