//! The target of a call that none of the table's paths names.
//!
//! The services name things alike: `CreateCustomModel` answers with `customModelArn` or
//! `customModel.arn`, `DeleteMountTarget` is given a `mountTargetId`, `TerminateJobFlows` has
//! `jobFlowIds`. So the name of the call tells which of its parameters is the target.
//!
//! Source: the actions and resource types of the services in
//! docs.aws.amazon.com/service-authorization/latest/reference, as of 2026-11-29.

use nepho_codec::json::fields::{elements, text_of, walk};
use nepho_codec::json::unescape;
use nepho_core::tables::Row;

/// Depth to which parameters are looked into: `request.thing.list[].id`.
const MAX_DEPTH: usize = 4;

/// Most values that are looked at.
const MAX_VALUES: usize = 128;

/// Most targets of one call.
const MAX_TARGETS: usize = 4;

/// Verbs of calls that only look.
const READS: [&str; 9] = [
    "Describe", "Get", "Head", "List", "Lookup", "Query", "Scan", "Search", "View",
];

/// Verbs of calls that make what they name, so that their answer has its id.
const MAKES: [&str; 8] = [
    "Allocate", "Copy", "Create", "Import", "Publish", "Register", "Request", "Run",
];

/// Places and words for people, which are no resources whatever the call is called, in lower case.
const NO_RESOURCES: [&str; 6] = [
    "availabilityzoneid",
    "availabilityzonename",
    "displayname",
    "hostname",
    "metricname",
    "regionname",
];

/// Ids that stand in parameters and are never the target, in lower case.
const NEVER: [&str; 10] = [
    "accountid",
    "callerreferenceid",
    "operationid",
    "ownerid",
    "parentid",
    "requestid",
    "rolesessionname",
    "sessionname",
    "statementid",
    "versionid",
];

/// Puts the target of a call that changes something into the resources: what its parameters and
/// its answer call as the call does, else ARNs, else the first id or name of a parameter.
pub(super) fn put(call: &str, request: Option<&str>, response: Option<&str>, row: &mut Row<'_>) {
    let Some((verb, noun)) = parts(call) else {
        return;
    };
    let makes = MAKES.contains(&verb);
    let mut found = Found {
        noun: noun.to_ascii_lowercase(),
        best: None,
        values: Vec::new(),
        looked_at: 0,
    };
    for (is_request, text) in [(true, request), (false, response)] {
        if let Some(text) = text {
            let side = u8::from(is_request == makes);
            found.object(text, "", 0, (is_request, side));
        }
    }
    for value in found.values {
        row.resource(&unescape(value));
    }
}

/// Verb and noun of the name of a call that changes something: `Create`, `CustomModel`; without
/// `Batch` before and the date of a version behind it.
fn parts(call: &str) -> Option<(&str, &str)> {
    let call = call.strip_prefix("Batch").unwrap_or(call);
    let end = call
        .bytes()
        .skip(1)
        .position(|byte| byte.is_ascii_uppercase());
    let (verb, noun) = call.split_at(end.map_or(call.len(), |end| end + 1));
    let version = noun.find("20").filter(|at| noun.len() - at >= 8);
    let noun = version.and_then(|at| noun.get(..at)).unwrap_or(noun);
    (!READS.contains(&verb)).then_some((verb, noun))
}

/// How well a value fits, the lowest best: how its key is called; whether it stands on the side
/// where the target of such a call stands; whether it is an ARN, an id or a name.
type Rank = (u8, u8, u8);

struct Found<'a> {
    /// In lower case.
    noun: String,
    best: Option<Rank>,
    values: Vec<&'a str>,
    looked_at: usize,
}

impl<'a> Found<'a> {
    /// Looks at the members of an object, which is the value of `parent`.
    fn object(&mut self, text: &'a str, parent: &str, depth: usize, side: (bool, u8)) {
        if depth >= MAX_DEPTH {
            return;
        }
        let mut members = Vec::new();
        let _ = walk(text, 0, &mut |key, value| members.push((key, value)));
        for (key, value) in members {
            let key = key.replace(['-', '_'], "").to_ascii_lowercase();
            match value.as_bytes().first() {
                Some(b'{') => self.object(value, &key, depth + 1, side),
                Some(b'[') => {
                    for element in elements(value).into_iter().take(MAX_VALUES) {
                        match element.starts_with('{') {
                            true => self.object(element, &key, depth + 1, side),
                            false => self.value(&key, element, parent, depth, side),
                        }
                    }
                }
                _ => self.value(&key, value, parent, depth, side),
            }
        }
    }

    fn value(&mut self, key: &str, raw: &'a str, parent: &str, depth: usize, side: (bool, u8)) {
        self.looked_at += 1;
        let Some(text) = text_of(raw).filter(|_| raw.starts_with('"')) else {
            return;
        };
        let is_usable = (1..=256).contains(&text.len()) && !text.starts_with("HIDDEN_DUE_TO");
        if self.looked_at > MAX_VALUES || !is_usable {
            return;
        }
        let Some(rank) = self.rank(key, text, parent, depth, side) else {
            return;
        };
        if self.best.is_none_or(|best| rank < best) {
            self.best = Some(rank);
            self.values.clear();
        }
        // Of the first id of a parameter there is only one, of the others all that are alike.
        let is_full = self.values.len() >= MAX_TARGETS || (rank.0 == 3 && !self.values.is_empty());
        if self.best == Some(rank) && !is_full && !self.values.contains(&text) {
            self.values.push(text);
        }
    }

    fn rank(
        &self,
        key: &str,
        text: &str,
        parent: &str,
        depth: usize,
        (is_request, side): (bool, u8),
    ) -> Option<Rank> {
        let (stem, kind) = stem(key);
        // A role that is handed over is seldom what a call is about.
        let is_role = stem.ends_with("role") && !self.noun.contains("role");
        let is_never = NEVER.contains(&key) && !self.fits(stem);
        if is_role || is_never || NO_RESOURCES.contains(&key) {
            return None;
        }
        let is_plain = stem.is_empty() || stem == "resource";
        if is_plain && kind < NO_KIND {
            let is_its = self.fits(parent) || depth == 0 || stem == "resource";
            return is_its.then_some((1, side, kind));
        }
        if kind == NO_KIND {
            // `instances: ["i-1"]`, `computeEnvironment: "ce"`; answers have states by such names.
            let noun = self.noun.as_str();
            let is_its = key.len() >= 4 && (noun.starts_with(key) || noun.ends_with(key));
            return (is_request && is_its).then_some((0, side, kind));
        }
        if self.fits(stem) {
            return Some((0, side, kind));
        }
        if kind == ARN && text.starts_with("arn:") {
            return Some((2, side, kind));
        }
        (is_request && depth == 0).then_some((3, side, 0))
    }

    /// Whether a key is called as the call is, or as its beginning or end.
    fn fits(&self, stem: &str) -> bool {
        let noun = self.noun.as_str();
        let singular = noun.strip_suffix('s').unwrap_or(noun);
        stem.len() >= 3
            && singular.len() >= 3
            && (noun.starts_with(stem)
                || singular.ends_with(stem)
                || stem.starts_with(singular)
                || stem.ends_with(singular))
    }
}

const ARN: u8 = 0;
/// Kind of keys that end neither as an ARN nor as an id or a name.
const NO_KIND: u8 = 3;

/// What a key in lower case names, and how: `mounttarget` and an id of `mounttargetid`.
fn stem(key: &str) -> (&str, u8) {
    const ENDS: [(&str, u8); 9] = [
        ("arnlist", ARN),
        ("arns", ARN),
        ("arn", ARN),
        ("identifiers", 1),
        ("identifier", 1),
        ("ids", 1),
        ("id", 1),
        ("names", 2),
        ("name", 2),
    ];
    let mut ends = ENDS.iter();
    let found = ends.find_map(|(end, kind)| Some((key.strip_suffix(end)?, *kind)));
    found.unwrap_or((key, NO_KIND))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(call: &str, request: &str, response: &str, expected: &[&str]) {
        let (verb, noun) = parts(call).expect("a call that changes");
        let mut found = Found {
            noun: noun.to_ascii_lowercase(),
            best: None,
            values: Vec::new(),
            looked_at: 0,
        };
        let makes = MAKES.contains(&verb);
        found.object(request, "", 0, (true, u8::from(makes)));
        found.object(response, "", 0, (false, u8::from(!makes)));
        assert_eq!(found.values, expected, "{call}");
    }

    #[test]
    fn calls_name_their_targets() {
        check(
            "DeleteMountTarget",
            r#"{"mountTargetId":"fsmt-1"}"#,
            "",
            &["fsmt-1"],
        );
        check(
            "CreateTransitGateway",
            r#"{"CreateTransitGatewayRequest":{"Options":{"x":1}}}"#,
            r#"{"CreateTransitGatewayResponse":{"transitGateway":{"transitGatewayId":"tgw-1"}}}"#,
            &["tgw-1"],
        );
        check(
            "CreateRestApi",
            r#"{"createRestApiInput":{"name":"shop"}}"#,
            r#"{"id":"abc123","name":"shop"}"#,
            &["abc123"],
        );
        check(
            "TerminateJobFlows",
            r#"{"jobFlowIds":["j-1","j-2"]}"#,
            "",
            &["j-1", "j-2"],
        );
        check(
            "DeleteCustomModel",
            r#"{"modelIdentifier":"m1"}"#,
            "",
            &["m1"],
        );
        check(
            "Unsubscribe",
            r#"{"subscriptionArn":"arn:aws:sns:x:1:t:u"}"#,
            "",
            &["arn:aws:sns:x:1:t:u"],
        );
        check(
            "PutConfigRule",
            r#"{"configRule":{"configRuleName":"r"}}"#,
            "",
            &["r"],
        );
        check(
            "CreateStackInstances",
            r#"{"stackSetName":"s","operationId":"o"}"#,
            r#"{"operationId":"o"}"#,
            &["s"],
        );
        check("DisableSecurityHub", "null", "null", &[]);
        check(
            "MoveAccount",
            r#"{"accountId":"1","parentId":"r"}"#,
            "",
            &["1"],
        );
        check(
            "PutImage",
            r#"{"accountId":"1","roleArn":"arn:x"}"#,
            "",
            &[],
        );
    }

    #[test]
    fn calls_have_a_verb_and_a_noun() {
        assert_eq!(parts("ListUsers"), None);
        assert_eq!(parts("BatchGetImage"), None);
        assert_eq!(parts("CreateCustomModel"), Some(("Create", "CustomModel")));
        let dated = parts("PublishLayerVersion20181031");
        assert_eq!(dated, Some(("Publish", "LayerVersion")));
        assert_eq!(parts("Enable"), Some(("Enable", "")));
    }
}
