//! What AWS's own managed policies name and its service authorization reference does not list.
//!
//! From the managed policies and the reference that the catalogue is made of; a name that stands
//! in the latest version of a policy that AWS maintains is none that people have mistyped. The two
//! of SQS stand in the policy template `SQSPollerPolicy` of SAM.

/// Actions in lower case, sorted.
const ACTIONS: &[&str] = &[
    "budgets:createbudget",
    "budgets:deletebudget",
    "budgets:describebudget",
    "budgets:describebudgets",
    "budgets:updatebudget",
    "cloud9:validateenvironmentname",
    "cloudhsm:createlunaclient",
    "cloudhsm:deletelunaclient",
    "cloudhsm:describehapg",
    "cloudhsm:describelunaclient",
    "cloudhsm:getconfig",
    "cloudhsm:modifyhapg",
    "cloudhsm:modifylunaclient",
    "memorydb:replicatemultiregionclusterdata",
    "organizations:createbuilderidownedaccount",
    "payments:accepttermsandconditionsforprogrambyaccountid",
    "payments:batchgetpaymentprofiles",
    "payments:createpaymentattempt",
    "payments:createpaymentprofile",
    "payments:get",
    "payments:getacceptedtermsandconditionsforprogrambyaccountid",
    "payments:getaccountbalance",
    "payments:getdefaultpaymentprofile",
    "payments:geteligiblecurrencies",
    "payments:getpaymentattempt",
    "payments:getpaymentpreferences",
    "payments:getpreferredcurrency",
    "payments:getrecommendedtermsandconditionsforprogram",
    "payments:listpaymentprofiles",
    "payments:searchfinancialrecords",
    "payments:setpreferredcurrency",
    "payments:updatepaymentprofile",
    "qapps:importdocumenttoqapp",
    "qapps:importdocumenttoqappsession",
    "route53-recovery-control-config:describeroutingcontrolbyname",
    "securityagent:batchgetagentinstances",
    "securityagent:batchgetsecuritytestcontentmetadata",
    "securityagent:batchgettasks",
    "securityagent:createdocumentreview",
    "securityagent:deletedocumentreview",
    "securityagent:getcodereviewtask",
    "securityagent:getdocreviewtask",
    "securityagent:getdocumentreview",
    "securityagent:getdocumentreviewartifact",
    "securityagent:listagentinstances",
    "securityagent:listcontrols",
    "securityagent:listdocumentreviewcomments",
    "securityagent:listdocumentreviews",
    "securityagent:listtasks",
    "securityagent:startpentestexecution",
    "securityagent:stoppentestexecution",
    "sqs:changemessagevisibilitybatch",
    "sqs:deletemessagebatch",
];

/// Condition keys in lower case, sorted. Those of EC2, Lambda and the two of IAM Identity Center
/// come with the credentials, whatever service is called (IAM User Guide, "AWS global condition
/// context keys"; EC2 User Guide, "Instance metadata and user data"; Lambda Developer Guide,
/// "Using source function ARN to control function access behavior").
const KEYS: &[&str] = &[
    "aws:principalorgmasteraccountid",
    "ec2:roledelivery",
    "ec2:sourceinstancearn",
    "identitystore:identitystorearn",
    "identitystore:userid",
    "lakeformation:gluearn",
    "lambda:sourcefunctionarn",
];

pub(super) fn is_action(name: &str) -> bool {
    ACTIONS.binary_search(&&*name.to_ascii_lowercase()).is_ok()
}

/// Whether a key, in lower case, is one of them.
pub(super) fn is_key(name: &str) -> bool {
    KEYS.binary_search(&name).is_ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lists_are_sorted() {
        assert!(ACTIONS.is_sorted() && KEYS.is_sorted());
        assert!(is_action("payments:Get") && !is_action("s3:GetObjct"));
    }
}
