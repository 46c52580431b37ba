//! Machines that forward packets although nobody sends them any.

use trilith_rules::prelude::*;
use trilith_rules::query::links::is_pointed_at;

pub(crate) fn check(machine: &View<'_>, findings: &mut Findings<'_>) {
    let off = machine.get("SourceDestCheck").is_false();
    if off.is_false() {
        return;
    }
    let interfaces = machine.all_referenced("NetworkInterfaces/*/NetworkInterfaceId");
    let all = [machine.beside(machine.id())].into_iter().chain(interfaces);
    let routed = Tri::any(all.map(|end| {
        let instance = is_pointed_at(&end, "AWS::EC2::Route", "InstanceId");
        instance.or(is_pointed_at(&end, "AWS::EC2::Route", "NetworkInterfaceId"))
    }));
    findings.when(off.and(!routed), || {
        let message = format!("`{}` may send in the name of other machines", machine.name());
        Finding::new(machine.id(), "SourceDestCheck", message).label("no route needs it")
    });
}
