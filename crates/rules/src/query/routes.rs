//! Where the packets of a subnet go.

use trilith_graph::Tri;

use crate::View;

const EVERYWHERE: [(&str, &str); 2] =
    [("DestinationCidrBlock", "0.0.0.0/0"), ("DestinationIpv6CidrBlock", "::/0")];

/// Whether a subnet is public: the route table that is associated with it sends traffic for the
/// whole internet to an internet gateway.
///
/// A subnet without an association uses the main table of its VPC, which is not followed: false,
/// and so is a gateway given by its id alone unless that is the id of an internet gateway.
pub fn reaches_internet(subnet: &View<'_>) -> Tri {
    let associations = subnet.referrers("AWS::EC2::SubnetRouteTableAssociation");
    let tables = associations.iter().filter_map(|(_, link)| link.referenced("RouteTableId"));
    Tri::any(tables.map(|table| {
        let routes = table.referrers("AWS::EC2::Route");
        Tri::any(routes.iter().map(|(_, route)| leads_out(route)))
    }))
}

fn leads_out(route: &View<'_>) -> Tri {
    let everywhere = EVERYWHERE.iter().map(|(path, range)| route.get(path).is(range));
    let gateway = match route.referenced("GatewayId") {
        Some(gateway) => Tri::from(gateway.resource_type() == "AWS::EC2::InternetGateway"),
        None => route.get("GatewayId").starts_with("igw-"),
    };
    Tri::any(everywhere).and(gateway)
}
