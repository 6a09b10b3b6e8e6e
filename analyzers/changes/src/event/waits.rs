//! Changes of databases that wait for the next maintenance window: nothing is changed until then.
//!
//! docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html and
//! docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ModifyReplicationGroup.html (read
//! 2026-11-29).

use super::json::Json;

/// APIs that have such changes.
const APIS: [&str; 2] = ["rds.amazonaws.com", "elasticache.amazonaws.com"];

/// Parameters that set nothing.
const PLAIN: [&str; 8] = [
    "allowmajorversionupgrade",
    "applyimmediately",
    "cacheclusterid",
    "dbclusteridentifier",
    "dbinstanceidentifier",
    "replicationgroupid",
    "replicationgroupdescription",
    "maxallocatedstorage",
];

/// Parameters of which the API says that they take effect in the window, unless they are to be
/// applied at once.
const LATE: [&str; 12] = [
    "allocatedstorage",
    "automaticfailoverenabled",
    "cachenodetype",
    "dbclusterinstanceclass",
    "dbinstanceclass",
    "engineversion",
    "iops",
    "licensemodel",
    "multiaz",
    "storagethroughput",
    "storagetype",
    "tdecredentialarn",
];

/// Whether all that a call sets is still to come.
pub(super) fn waits(api: &str, operation: &str, event: &Json<'_>) -> bool {
    if !APIS.contains(&api) || !operation.starts_with("Modify") {
        return false;
    }
    let request = &event["requestParameters"];
    let flag = request
        .as_object()
        .and_then(|fields| fields.iter().find(|(name, _)| name == "applyImmediately"))
        .map(|(_, value)| value);
    let is_at_once = flag.is_some_and(|flag| *flag == true || *flag == "true");
    let answer = &event["responseElements"];
    let pending: Vec<String> = answer["pendingModifiedValues"]
        .keys()
        .map(str::to_ascii_lowercase)
        .collect();
    let mut set = request
        .keys()
        .map(str::to_ascii_lowercase)
        .filter(|name| !PLAIN.contains(&name.as_str()))
        .peekable();
    // Without an answer only what was asked for tells that it waits.
    let is_told = flag.is_some() || !pending.is_empty();
    let is_pending = |name: String| {
        LATE.contains(&name.as_str()) && (pending.is_empty() || pending.contains(&name))
    };
    !is_at_once && is_told && set.peek().is_some() && set.all(is_pending)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn what_is_pending_is_not_changed_yet() {
        let check = |request: Json<'static>, pending: Json<'static>, expected: bool| {
            let event = Json::Object(vec![
                ("requestParameters".into(), request),
                (
                    "responseElements".into(),
                    Json::Object(vec![("pendingModifiedValues".into(), pending)]),
                ),
            ]);
            let found = waits("rds.amazonaws.com", "ModifyDBInstance", &event);
            assert_eq!(found, expected, "{event:?}");
        };
        let class = json!({"dBInstanceClass": "db.m6g.large"});
        let none = || json!({});
        let with = |flag: bool, other: &str| {
            json!({"dBInstanceIdentifier": "orders", "dBInstanceClass": "db.m6g.large",
                "applyImmediately": flag, other: "x"})
        };
        check(with(false, "engineVersion"), none(), true);
        check(with(true, "engineVersion"), none(), false);
        // It is done at once, whatever was asked for.
        check(with(false, "vpcSecurityGroupIds"), class.clone(), false);
        check(with(false, "masterUserPassword"), none(), false);
        check(with(false, "engineVersion"), class.clone(), false);
        check(class.clone(), class.clone(), true);
        check(class, none(), false);
        check(json!({"applyImmediately": false}), none(), false);
    }
}
