//! Groups whose rules are written in two ways that undo each other.

use trilith_graph::Flags;
use trilith_rules::prelude::*;

const DIRECTIONS: [(&str, &str); 2] = [
    ("SecurityGroupIngress", "AWS::EC2::SecurityGroupIngress"),
    ("SecurityGroupEgress", "AWS::EC2::SecurityGroupEgress"),
];

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    if !group.is_terraform() {
        return;
    }
    for (path, kind) in DIRECTIONS {
        let inside = group.get(path);
        let apart = group.attached(kind);
        let Some(rule) = apart.first() else { continue };
        let filled = Tri::any(inside.items().iter().map(Value::is_present));
        // Blocks that are made of a list which is not known may be none.
        let filled = if inside.flags.has(Flags::OPEN) { Tri::Unknown } else { filled };
        findings.when(filled.and(rule.existence()), || {
            let message = format!("rules of `{}` undo each other", group.name());
            Finding::new(group.id(), path, message).label("taken as the complete list").related(
                rule.id(),
                "",
                "removed by the next apply",
            )
        });
    }
}
