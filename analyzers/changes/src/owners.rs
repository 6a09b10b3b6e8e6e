//! Whose resources are, as tags and labels tell that writes gave them: rows of table `resources`.
//!
//! Only tags that name a service, a team or an environment are looked at ([`nepho_core::owner`]);
//! of several writes the last counts. What somebody took away again is still told.

use std::collections::BTreeMap;

use nepho_core::key;
use nepho_core::tables::{ChangeAction, Outcome, Resource};

use crate::store::Write;

/// End of the id under which Azure has the tags of a resource.
const TAGS_OF_AZURE: &str = "/providers/microsoft.resources/tags/default";

/// One row for each resource whose owner writes tell; they come by time.
pub(crate) fn told<'a>(writes: impl Iterator<Item = &'a Write>) -> Vec<Resource> {
    let mut rows: BTreeMap<&str, Resource> = BTreeMap::new();
    for write in writes {
        let event = &write.event;
        let is_done = event.outcome == Some(Outcome::Success)
            && event.subject.action != Some(ChangeAction::Delete);
        let Some(owner) = write.owner.as_deref().filter(|_| is_done) else {
            continue;
        };
        for identity in &write.identities {
            let id = identity.strip_suffix(TAGS_OF_AZURE).unwrap_or(identity);
            let row = rows.entry(id).or_insert_with(|| row(id, write));
            let fields = [
                (&mut row.service, &owner.service),
                (&mut row.team, &owner.team),
                (&mut row.environment, &owner.environment),
            ];
            for (held, told) in fields {
                if told.is_some() {
                    held.clone_from(told);
                }
            }
        }
    }
    rows.into_values().collect()
}

fn row(id: &str, write: &Write) -> Resource {
    let account = Some(&write.event.account).filter(|account| !account.is_empty());
    Resource {
        key: key::canonical(id),
        account: account.cloned(),
        uri: write.uri.to_string(),
        line: u64::from(write.line),
        ..Resource::default()
    }
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::scenarios::{conclude, event};

    const DATABASE: &str = "arn:aws:rds:eu-west-1:111122223333:db:orders";

    fn call(id: &str, minute: u32, name: &str, request: Value) -> Value {
        let time = format!("2026-05-12T14:{minute:02}:00Z");
        event(
            id,
            &time,
            "rds.amazonaws.com",
            name,
            "amit",
            "aws-cli/2.0",
            request,
        )
    }

    fn told(records: &[Value]) -> Vec<String> {
        let out = conclude(records, &[], &[]);
        assert!(!format!("{:?}", out.resources).contains("canary"));
        let rows = out.resources.iter().map(|row| {
            let owner = [&row.service, &row.team, &row.environment];
            let owner = owner.map(|word| word.as_deref().unwrap_or("-"));
            format!("{} {}", row.key, owner.join(" "))
        });
        rows.collect()
    }

    #[test]
    fn tags_of_calls_tell_whose_a_resource_is() {
        let made = json!({"dBInstanceIdentifier": "orders", "masterUsername": "canary", "tags": [
            {"key": "service", "value": "orders"}, {"key": "team", "value": "payments"},
            {"key": "note", "value": "canary"}]});
        let made = call("e-1", 1, "CreateDBInstance", made);
        let tagged =
            json!({"resourceName": DATABASE, "tags": [{"key": "Team", "value": "checkout"}]});
        let tagged = call("e-2", 2, "AddTagsToResource", tagged);
        assert_eq!(
            told(std::slice::from_ref(&made)),
            [format!("{DATABASE} orders payments -")]
        );
        // In whatever order they are told.
        assert_eq!(
            told(&[tagged, made]),
            [format!("{DATABASE} orders checkout -")]
        );
    }

    #[test]
    fn what_was_refused_or_has_other_tags_tells_nothing() {
        let request = |name: &str| json!({"resourceName": DATABASE, "tags": [{"key": name, "value": "orders"}]});
        let mut refused = call("e-1", 1, "AddTagsToResource", request("service"));
        refused["errorCode"] = json!("AccessDenied");
        let other = call("e-2", 2, "AddTagsToResource", request("cost-center"));
        assert_eq!(told(&[refused, other]), Vec::<String>::new());
    }

    #[test]
    fn each_resource_that_is_tagged_at_once_has_the_owner() {
        let request = json!({"resourcesSet": {"items": [{"resourceId": "i-0a1b2c3d4e5f60718"},
            {"resourceId": "vol-0a1b2c3d4e5f60718"}]},
            "tagSet": {"items": [{"key": "service", "value": "orders"}]}});
        let mut tagged = call("e-1", 1, "CreateTags", request);
        tagged["eventSource"] = json!("ec2.amazonaws.com");
        let ec2 = "arn:aws:ec2:eu-west-1:111122223333";
        let expected = ["instance/i", "volume/vol"]
            .map(|id| format!("{ec2}:{id}-0a1b2c3d4e5f60718 orders - -"));
        assert_eq!(told(&[tagged]), expected);
    }
}
