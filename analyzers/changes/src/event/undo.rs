//! What takes a write back: the opposite operation with the same content.
//!
//! Contents are compared by hashes, which are held while the input is read and go nowhere.

use std::hash::{DefaultHasher, Hash, Hasher};

use super::json::Json;
use super::{Cloud, Event, pending, tags, words};
use nepho_core::tables::ChangeAction;

/// First words of operations of AWS that add something, each with that which takes it away.
const PAIRS: [(&str, &str); 8] = [
    ("Add", "Remove"),
    ("Associate", "Disassociate"),
    ("Attach", "Detach"),
    ("Authorize", "Revoke"),
    ("Create", "Delete"),
    ("Enable", "Disable"),
    ("Register", "Deregister"),
    ("Start", "Stop"),
];
/// First words of methods of Google Cloud that give back what others take, with those.
///
/// cloud.google.com/iam/docs/reference/rest (undelete), cloud.google.com/kms/docs/reference/rest
/// and cloud.google.com/secret-manager/docs/reference/rest, read 2026-11-29.
const OF_GOOGLE: [(&str, &str); 3] = [
    ("undelete", "delete"),
    ("restore", "destroy"),
    ("enable", "disable"),
];
/// Parameters that say nothing of what is added, in lower case.
const PLAIN: [&str; 7] = [
    "clientrequesttoken",
    "clienttoken",
    "creationtoken",
    "description",
    "dryrun",
    "force",
    "idempotencytoken",
];
/// What calls on tags are on, whatever their service calls them.
const TAGS: &str = "tags";
/// What calls are on that suspend and resume processes of an Auto Scaling group.
const PROCESSES: &str = "processes";
/// All of these processes, which calls mean that name none.
///
/// docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SuspendProcesses.html (read 2026-11-29).
const ALL_PROCESSES: [&str; 9] = [
    "AZRebalance",
    "AddToLoadBalancer",
    "AlarmNotification",
    "HealthCheck",
    "InstanceRefresh",
    "Launch",
    "ReplaceUnhealthy",
    "ScheduledActions",
    "Terminate",
];
/// What ids of rules of security groups begin with.
const RULE: &str = "sgr";
/// Deepest object that is looked into.
const DEPTH: usize = 12;
/// Texts of a request that are compared; of what has more nothing is said.
const TEXTS: usize = 64;

/// A write that something can take back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Reversal {
    /// Whether it adds; the opposite takes away.
    adds: bool,
    /// What both operations are on.
    what: String,
    /// Hashes of what the request says.
    asked: Vec<u64>,
    /// Hashes of what the answer names: ids of rules and attachments that were made.
    made: Vec<u64>,
}

impl Reversal {
    /// How a write could be taken back; `None` where that cannot be told.
    pub(super) fn of(event: &Event, json: &Json<'_>) -> Option<Self> {
        match event.cloud {
            Cloud::Aws => Self::of_aws(&event.api, &event.operation, json),
            Cloud::Google => Self::of_policy(json).or_else(|| Self::of_google(event)),
            // A rule or a setting is a resource of its own, which is made and deleted.
            Cloud::Azure => {
                let adds = match event.subject.action? {
                    ChangeAction::Create => true,
                    ChangeAction::Delete => false,
                    _ => return None,
                };
                Some(Self {
                    adds,
                    what: event.subject.target.clone()?,
                    asked: Vec::new(),
                    made: Vec::new(),
                })
            }
            Cloud::Kubernetes => None,
        }
    }

    fn of_aws(api: &str, operation: &str, json: &Json<'_>) -> Option<Self> {
        let name = api.split('.').next().unwrap_or_default();
        if let Some((adds, what)) = pending::undone(name, operation) {
            return Some(Self {
                adds,
                what: what.to_owned(),
                asked: Vec::new(),
                made: Vec::new(),
            });
        }
        if name == "autoscaling"
            && let "SuspendProcesses" | "ResumeProcesses" = operation
        {
            return Some(Self::of_processes(operation, &json["requestParameters"]));
        }
        let keys = tags::keys(operation, &json["requestParameters"]);
        if !keys.is_empty() {
            let keys = keys.iter().map(|key| hash(TAGS, key));
            return Some(Self {
                adds: true,
                what: TAGS.to_owned(),
                asked: sorted(keys.collect()),
                made: Vec::new(),
            });
        }
        let verb = words(operation).first().copied()?;
        let (add, _) = PAIRS
            .iter()
            .find(|(add, remove)| *add == verb || *remove == verb)?;
        let what = operation.strip_prefix(verb)?;
        // Of calls that do not tell the keys nothing is known.
        if what.starts_with("Tag") {
            return None;
        }
        let (mut asked, mut made) = (Vec::new(), Vec::new());
        hashes(&json["requestParameters"], "", true, 0, &mut asked)?;
        hashes(&json["responseElements"], "", false, 0, &mut made)?;
        Some(Self {
            adds: *add == verb,
            // `AddRoleToInstanceProfile`, `RemoveRoleFromInstanceProfile`
            what: what.replace("From", "To").replace("With", "To"),
            asked: sorted(asked),
            made: sorted(made),
        })
    }

    fn of_processes(operation: &str, request: &Json<'_>) -> Self {
        let mut named = Vec::new();
        texts(&request["scalingProcesses"], 0, &mut named);
        if named.is_empty() {
            named.extend(ALL_PROCESSES);
        }
        let asked = named.iter().map(|name| hash(PROCESSES, name));
        Self {
            adds: operation == "SuspendProcesses",
            what: PROCESSES.to_owned(),
            asked: sorted(asked.collect()),
            made: Vec::new(),
        }
    }

    /// What a method of Google Cloud takes from a resource, and what gives it back.
    fn of_google(event: &Event) -> Option<Self> {
        let method = event.operation.rsplit('.').next()?.to_lowercase();
        let opposite = |(add, remove): &(&str, &str)| {
            let kept = method.strip_prefix(add).map(|noun| (true, noun.to_owned()));
            let taken = || Some((false, method.strip_prefix(remove)?.to_owned()));
            kept.or_else(taken)
        };
        let (adds, noun) = OF_GOOGLE.iter().find_map(opposite)?;
        Some(Self {
            adds,
            what: format!("{noun} {}", event.subject.target.as_deref()?),
            asked: Vec::new(),
            made: Vec::new(),
        })
    }

    /// Members that were added to a policy of Google Cloud, or taken out.
    fn of_policy(json: &Json<'_>) -> Option<Self> {
        let payload = &json["protoPayload"];
        let delta = [&payload["serviceData"], &payload["metadata"]]
            .into_iter()
            .find_map(|data| data["policyDelta"].get("bindingDeltas"))?;
        let Json::List(deltas) = delta else {
            return None;
        };
        let mut asked = Vec::new();
        for delta in deltas.iter().take(TEXTS) {
            let role = delta["role"].as_str()?;
            let condition = ["title", "description", "expression"]
                .map(|name| delta["condition"][name].as_str().unwrap_or_default());
            let member = delta["member"].as_str()?;
            asked.push(hash(role, &format!("{member} {}", condition.join("/"))));
        }
        let all = |action: &str| deltas.iter().all(|delta| delta["action"] == action);
        if !all("ADD") && !all("REMOVE") || asked.is_empty() {
            return None;
        }
        Some(Self {
            adds: all("ADD"),
            what: "policy".to_owned(),
            asked: sorted(asked),
            made: Vec::new(),
        })
    }

    /// What it is on, and whether it adds.
    pub(crate) fn kind(&self) -> (&str, bool) {
        (&self.what, self.adds)
    }

    /// The kind of what it may take back.
    pub(crate) fn opposite(&self) -> (&str, bool) {
        (&self.what, !self.adds)
    }

    /// Whether this write takes back an earlier one on the same resource.
    pub(crate) fn takes_back(&self, earlier: &Self) -> bool {
        let is_same = self.asked == earlier.asked;
        // `{"groupId": "sg-1", "securityGroupRuleIds": ["sgr-1"]}`: one call may have made several.
        let names_made = |one: &Self, other: &Self| {
            let mut made = other.made.iter();
            match other.is_of_rules() {
                true => !other.made.is_empty() && made.all(|id| one.has_asked(id)),
                false => made.any(|id| one.has_asked(id)),
            }
        };
        // What a tag had before is not told.
        self.what != TAGS
            && self.adds != earlier.adds
            && self.what == earlier.what
            && (is_same || !self.adds && names_made(self, earlier))
    }

    /// Whether both are on the same kind of thing, so that their contents tell whether one undoes
    /// the other.
    pub(crate) fn is_comparable(&self, other: &Self) -> bool {
        self.what == other.what
    }

    /// Whether this call of a tool undoes what an earlier write did. A tool may undo several things
    /// at once, and what it takes away it may call by no more than its name.
    pub(crate) fn undoes(&self, earlier: &Self) -> bool {
        let holds = |one: &[u64], other: &[u64]| other.iter().all(|told| one.contains(told));
        // Whoever sets a tag again or takes it away undoes what was done to it.
        if self.what == TAGS {
            return self.is_comparable(earlier) && holds(&self.asked, &earlier.asked);
        }
        // Rules have no names: a call tells all of a rule that it takes away.
        let is_named = !self.adds
            && !self.is_of_rules()
            && !self.is_of_processes()
            && holds(&earlier.asked, &self.asked);
        self.takes_back(earlier)
            || self.adds != earlier.adds
                && self.what == earlier.what
                && (is_named || holds(&self.asked, &earlier.asked))
    }

    /// What this write did that several calls may undo one by one: keys of tags, ids of rules,
    /// processes.
    pub(crate) fn parts(&self) -> &[u64] {
        match &*self.what {
            TAGS | PROCESSES => &self.asked,
            _ if self.is_of_rules() && self.adds => &self.made,
            _ => &[],
        }
    }

    /// Whether this call of a tool undoes a part of what an earlier write did.
    pub(crate) fn undoes_part(&self, earlier: &Self, part: &u64) -> bool {
        let is_opposite = self.what == TAGS || self.adds != earlier.adds;
        is_opposite && self.what == earlier.what && self.has_asked(part)
    }

    /// Whether it is on processes of a group: one call may undo several others, and only in part.
    pub(crate) fn is_of_processes(&self) -> bool {
        self.what == PROCESSES
    }

    fn is_of_rules(&self) -> bool {
        self.what.starts_with("SecurityGroup")
    }

    fn has_asked(&self, id: &u64) -> bool {
        self.asked.binary_search(id).is_ok()
    }
}

fn sorted(mut hashes: Vec<u64>) -> Vec<u64> {
    hashes.sort_unstable();
    hashes.dedup();
    hashes
}

/// Adds the hashes of all texts within a value: with the name of the parameter, and of ids that the
/// cloud gave by themselves. `None` where there are too many.
fn hashes(
    value: &Json<'_>,
    name: &str,
    is_request: bool,
    depth: usize,
    into: &mut Vec<u64>,
) -> Option<()> {
    if into.len() > TEXTS || depth > DEPTH {
        return None;
    }
    match value {
        Json::Text(text) => {
            let is_given = text.rsplit_once('-').is_some_and(|(front, hex)| {
                let is_long = hex.len() >= 8 || front == RULE && !hex.is_empty();
                is_long && hex.bytes().all(|b| b.is_ascii_hexdigit())
            });
            // What is changed itself stands in the answer as well, and tells nothing.
            if is_given && (is_request || is_of_part(text)) {
                into.push(hash("", text));
            } else if is_request {
                into.push(hash(name, text));
            }
        }
        Json::Number(Some(number)) if is_request => into.push(hash(name, &number.to_string())),
        Json::Bool(told) if is_request => into.push(hash(name, &told.to_string())),
        Json::List(items) => {
            for item in items {
                hashes(item, name, is_request, depth + 1, into)?;
            }
        }
        Json::Object(fields) => {
            for (key, value) in fields {
                let key = key.to_ascii_lowercase();
                if !PLAIN.contains(&&*key) {
                    let is_plain = matches!(&*key, "item" | "items" | "member");
                    let name = if is_plain { name } else { &key };
                    hashes(value, name, is_request, depth + 1, into)?;
                }
            }
        }
        _ => {}
    }
    Some(())
}

/// Adds the texts within a list, as logs write lists.
fn texts<'a>(value: &'a Json<'_>, depth: usize, into: &mut Vec<&'a str>) {
    match value {
        _ if depth > DEPTH || into.len() > TEXTS => {}
        Json::Text(text) => into.push(text),
        Json::List(items) => items.iter().for_each(|item| texts(item, depth + 1, into)),
        Json::Object(fields) => {
            let values = fields.iter().map(|(_, value)| value);
            values.for_each(|value| texts(value, depth + 1, into));
        }
        _ => {}
    }
}

/// Whether an id that the cloud gave is that of a rule, an association or an attachment.
fn is_of_part(id: &str) -> bool {
    let (front, _) = id.rsplit_once('-').unwrap_or((id, ""));
    front == RULE || front.ends_with("assoc") || front.ends_with("attach")
}

fn hash(name: &str, text: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (name, text).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn of(operation: &str, request: serde_json::Value, response: serde_json::Value) -> Reversal {
        let json = Json::from(json!({"requestParameters": request, "responseElements": response}));
        Reversal::of_aws("ec2.amazonaws.com", operation, &json).unwrap()
    }

    #[test]
    fn the_opposite_with_the_same_content_takes_back() {
        let rule = |port: u16, note: &str| {
            json!({"groupId": "sg-0a1b2c3d", "ipPermissions": {"items": [{"ipProtocol": "tcp", "fromPort": port,
                "ipRanges": {"items": [{"cidrIp": "203.0.113.7/32", "description": note}]}}]}})
        };
        let answer = json!({"securityGroupRuleSet": {"items": [{"groupId": "sg-0a1b2c3d", "securityGroupRuleId": "sgr-0a1b2c3d4e5f"}]}});
        let opened = of("AuthorizeSecurityGroupIngress", rule(22, "ssh"), answer);
        let check = |operation: &str, request: serde_json::Value, expected: bool| {
            let later = of(operation, request, json!({"_return": true}));
            assert_eq!(later.takes_back(&opened), expected, "{operation}");
        };
        check("RevokeSecurityGroupIngress", rule(22, ""), true);
        check("RevokeSecurityGroupIngress", rule(443, ""), false);
        check("RevokeSecurityGroupEgress", rule(22, ""), false);
        check("AuthorizeSecurityGroupIngress", rule(22, "ssh"), false);
        let by_id = |id: &str| json!({"groupId": "sg-0a1b2c3d", "securityGroupRuleIds": {"items": [{"securityGroupRuleId": id}]}});
        check(
            "RevokeSecurityGroupIngress",
            by_id("sgr-0a1b2c3d4e5f"),
            true,
        );
        check(
            "RevokeSecurityGroupIngress",
            by_id("sgr-ffffffffffff"),
            false,
        );
    }

    #[test]
    fn what_is_added_to_something_is_removed_from_it() {
        let request = |role: &str| json!({"instanceProfileName": "orders", "roleName": role});
        let added = of("AddRoleToInstanceProfile", request("a"), json!(null));
        let removed = |role: &str| of("RemoveRoleFromInstanceProfile", request(role), json!(null));
        assert!(removed("a").takes_back(&added));
        assert!(!removed("b").takes_back(&added));
    }

    #[test]
    fn members_of_a_policy_are_put_back() {
        let set = |action: &str, member: &str| {
            let delta = json!([{"action": action, "role": "roles/viewer", "member": member}]);
            let json =
                json!({"protoPayload": {"serviceData": {"policyDelta": {"bindingDeltas": delta}}}});
            Reversal::of_policy(&Json::from(json)).unwrap()
        };
        let taken = set("REMOVE", "user:a@shop.example");
        assert!(set("ADD", "user:a@shop.example").takes_back(&taken));
        assert!(!set("ADD", "user:b@shop.example").takes_back(&taken));
    }
}
