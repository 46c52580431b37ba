//! Lattice services and service networks that ask no caller who it is.

use trilith_rules::prelude::*;

const LINK: &str = "AWS::VpcLattice::ServiceNetworkServiceAssociation";
const ENDS: [&str; 2] = ["ServiceIdentifier", "ServiceNetworkIdentifier"];

pub(crate) fn check(view: &View<'_>, findings: &mut Findings<'_>) {
    let is_network = view.resource_type().ends_with("Network");
    let [own, other] = if is_network { [ENDS[1], ENDS[0]] } else { ENDS };
    let links = view.referrers(LINK).into_iter();
    let links = links.filter(|(edge, _)| PropertyPath::parse(own).is_prefix_of(&edge.path));
    let checks: Vec<Tri> = links
        .map(|(_, link)| link.referenced(other).map_or(Tri::Unknown, |end| is_checked(&end)))
        .collect();
    // A service is checked by any of its networks; a network needs all of its services to.
    let elsewhere = match (is_network, checks.is_empty()) {
        (_, true) => Tri::False,
        (true, false) => !Tri::any(checks.into_iter().map(|checked| !checked)),
        (false, false) => Tri::any(checks),
    };
    findings.when(!is_checked(view).or(elsewhere), || {
        let message = format!("`{}` does not ask who is calling", view.name());
        let severity = if is_network { Severity::Medium } else { Severity::High };
        Finding::new(view.id(), "AuthType", message).label("no authorization").severity(severity)
    });
}

fn is_checked(view: &View<'_>) -> Tri {
    view.get("AuthType").is("AWS_IAM")
}
