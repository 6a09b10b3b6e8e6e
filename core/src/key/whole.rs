//! Parts of resources, by their ids.

use super::{azure_parent, azure_type, is_azure_id};

/// Last parts of the types of Azure that stand within others and have a life of their own: what
/// happens to one changes nothing of its neighbors.
const OWN_LIFE: [&str; 23] = [
    "agentpools",
    "certificates",
    "containers",
    "databases",
    "deployments",
    "diagnosticsettings",
    "elasticpools",
    "eventhubs",
    "eventsubscriptions",
    "keys",
    "locks",
    "mongodbdatabases",
    "queues",
    "recommendations",
    "runbooks",
    "secrets",
    "shares",
    "slots",
    "sqldatabases",
    "subnets",
    "subscriptions",
    "tables",
    "topics",
];

/// Collections of Google Cloud whose elements are parts of what they stand in.
const PARTS: [&str; 2] = ["versions", "cryptoKeyVersions"];

/// Id of what a part stands in, where its id tells that it is one: a rule of a firewall, the
/// settings of a site, a version of a secret, a DNS record, a stage of an API, a subscription of a
/// topic of SNS, what Systems Manager knows of a machine. Of a machine of EC2 it is the short id.
pub fn whole_of(id: &str) -> Option<&str> {
    let above = |id| {
        let (rest, _) = str::rsplit_once(id, '/')?;
        rest.rsplit_once('/')
    };
    if is_azure_id(id) {
        let kind = azure_type(id)?;
        let last = kind.rsplit('/').next()?;
        // What extends any resource is no part of it; only access is of that to which it is given.
        let is_extension = id.matches("/providers/").count() > 1 && last != "roleassignments";
        let is_part = !is_extension && !OWN_LIFE.contains(&last);
        return azure_parent(id).filter(|_| is_part);
    }
    if id.starts_with("//") {
        // A record is told by its name and type.
        if let Some((zone, _)) = id.split_once("/rrsets/") {
            return Some(zone);
        }
        return above(id).and_then(|(whole, part)| PARTS.contains(&part).then_some(whole));
    }
    let machine = id.split_once(":managed-instance").map(|(_, rest)| rest);
    if let Some(machine) = machine.filter(|_| id.starts_with("arn:")) {
        let name = machine.split_once('/').map(|(_, name)| name);
        return name.filter(|name| name.starts_with("i-") && !name.contains('/'));
    }
    // `/restapis/ID/stages/prod`, `/apis/ID/deployments/a1b2c3`
    if id.starts_with("arn:") && id.contains(":apigateway:") {
        let (whole, part) = above(id)?;
        let is_part = ["stages", "deployments"].contains(&part);
        return Some(whole).filter(|_| is_part);
    }
    // Of a subscription: `TOPIC:UUID`.
    let topic = id.split_once(":sns:").map(|(_, topic)| topic);
    if let Some(topic) = topic.filter(|_| id.starts_with("arn:")) {
        let is_part = topic.matches(':').count() == 3;
        return id
            .rsplit_once(':')
            .map(|(topic, _)| topic)
            .filter(|_| is_part);
    }
    // Of a record: `ZONE/TYPE/HOST`, or `ZONE/TYPE/SET/HOST`.
    let (_, record) = id.split_once(":hostedzone/")?;
    let (_, own) = record
        .split_once('/')
        .filter(|(_, own)| own.contains('/'))?;
    id.get(..id.len() - own.len() - 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_tells_what_it_stands_in() {
        let check = |id: &str, expected: Option<&str>| assert_eq!(whole_of(id), expected, "{id}");
        let site = "/subscriptions/s/resourcegroups/g/providers/microsoft.web/sites/shop";
        check(&format!("{site}/config/appsettings"), Some(site));
        check(&format!("{site}/slots/blue"), None);
        check(site, None);
        let zone = "arn:aws:route53:::hostedzone/Z1";
        check(&format!("{zone}/A/www.shop.example"), Some(zone));
        check(zone, None);
        let secret = "//secretmanager.googleapis.com/projects/p/secrets/pw";
        check(&format!("{secret}/versions/3"), Some(secret));
        let machine = "i-0a1b2c3d4e5f60718";
        for kind in ["managed-instance", "managed-instance-inventory"] {
            let of = |id: &str| format!("arn:aws:ssm:eu-west-1:111122223333:{kind}/{id}");
            check(&of(machine), Some(machine));
            // A machine of somebody else, which no cloud has.
            check(&of("mi-0a1b2c3d4e5f60718"), None);
        }
        let api = "arn:aws:apigateway:eu-west-1::/restapis/a1b2c3d4e5";
        check(&format!("{api}/stages/prod"), Some(api));
        check(api, None);
        check("sg-0a1b2c3d", None);
        let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
        let own = "0a1b2c3d-1111-2222-3333-444455556666";
        check(&format!("{topic}:{own}"), Some(topic));
        check(topic, None);
        check("arn:aws:sns:eu-west-1:111122223333:app/GCM/shop", None);
    }
}
