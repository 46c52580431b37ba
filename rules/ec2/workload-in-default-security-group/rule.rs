//! Workloads that share the default security group.

use trilith_rules::prelude::*;

pub(crate) fn check(workload: &View<'_>, findings: &mut Findings<'_>) {
    // Where groups are named, and what may name them instead.
    let (places, others): (&[&str], &[&str]) = match workload.resource_type() {
        "AWS::EC2::Instance" => {
            (&["SecurityGroupIds", "SecurityGroups"], &["NetworkInterfaces", "LaunchTemplate"])
        }
        "AWS::RDS::DBInstance" => (
            &["VPCSecurityGroups"],
            &["DBClusterIdentifier", "DBSecurityGroups", "SourceDBInstanceIdentifier"],
        ),
        _ if workload.get("VPCOptions/SubnetIds").is_present().is_false() => return,
        _ => (&["VPCOptions/SecurityGroupIds"], &[]),
    };
    let message = || format!("`{}` is in the default security group", workload.name());
    for place in places {
        for group in workload.all_referenced(&format!("{place}/*")) {
            let is_default = &*group.resource().source_type == "aws_default_security_group";
            findings.when(is_default.into(), || {
                Finding::new(workload.id(), *place, message()).label("the default group")
            });
        }
    }
    // Groups may be named too.
    for (path, group) in workload.all("SecurityGroups/*") {
        findings.when(group.is("default"), || {
            Finding::new(workload.id(), path, message()).label("the default group")
        });
    }
    let named = places.iter().chain(others).map(|path| is_filled(workload.get(path)));
    // Terraform has a second block for the interface, of which plans tell little.
    let interface = is_filled(workload.resource().raw.get("primary_network_interface"));
    if interface.is_true() {
        return;
    }
    findings.when(!Tri::any(named), || {
        Finding::new(workload.id(), places[0], message()).label("no group of its own")
    });
}

fn is_filled(value: &Value) -> Tri {
    let is_empty = value.items().is_empty();
    value.is_present().and(if is_empty { value.item(0).is_present() } else { Tri::True })
}
