//! Rules in the default group of a VPC.

use trilith_rules::prelude::*;

pub(crate) fn check(group: &View<'_>, findings: &mut Findings<'_>) {
    if group.resource_type() == "AWS::EC2::SecurityGroup" {
        if &*group.resource().source_type == "aws_default_security_group" {
            let inline = ["SecurityGroupIngress/*", "SecurityGroupEgress/*"];
            // One finding a direction: the first rule.
            let first = inline.iter().filter_map(|path| group.all(path).into_iter().next());
            first.for_each(|(path, _)| report(group, path, findings));
        }
        return;
    }
    let id = group.get("GroupId");
    if id.as_reference().is_some_and(|to| &*to.attribute == "DefaultSecurityGroup") {
        report(group, PropertyPath::parse("GroupId"), findings);
    } else if id.is_unknown() {
        findings.undecided("GroupId");
    }
}

fn report(group: &View<'_>, path: PropertyPath, findings: &mut Findings<'_>) {
    let message = format!("`{}` gives the default security group a rule", group.name());
    findings.at(path, message).label = Some("for whatever names no group".into());
}
