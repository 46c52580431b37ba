//! Agents that no guardrail holds back.

use trilith_rules::prelude::*;

const PATH: &str = "GuardrailConfiguration";

pub(crate) fn check(agent: &View<'_>, findings: &mut Findings<'_>) {
    let enforced = agent.siblings("AWS::Bedrock::EnforcedGuardrailConfiguration");
    let held = agent.get(PATH).is_present().or(Tri::from(!enforced.is_empty()));
    findings.when(!held, || {
        let message = format!("no guardrail holds agent `{}` back", agent.name());
        Finding::new(agent.id(), PATH, message).label("no guardrail")
    });
}
