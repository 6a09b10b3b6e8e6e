//! What a CloudTrail event changes, and what it only names.
//!
//! The id of a created thing stands in `responseElements`, that of any other in
//! `requestParameters`. Which of several ids is the target is told by the operation:
//! `AssociateRouteTable` changes the table and names the subnet, `UpdateFunctionCode` changes the
//! function and names a bucket. Parameters are those of [`super::aws_table`]; what nothing there
//! fits is searched for ARNs and short ids, which are references and no more.

use nepho_core::key;
use nepho_core::tables::ChangeAction;
use serde_json::Value;

use super::aws_table::{Parameter, Place, Service, TABLE, arn};
use super::{Subject, words};

/// Deepest object that is searched for an id.
const DEPTH: usize = 8;
/// Items of a list that are searched.
const ITEMS: usize = 50;
/// Longest text that may be an id.
const LONGEST: usize = 2048;

/// First words of operations that make a thing.
const CREATES: [&str; 9] = [
    "Create", "Run", "Allocate", "Request", "Import", "Publish", "Restore", "Copy", "Register",
];
/// First words of operations that end a thing.
const DELETES: [&str; 5] = ["Delete", "Terminate", "Release", "Deregister", "Schedule"];
/// Parameters that say nothing of what changes.
const PLAIN: [&str; 9] = [
    "clientToken",
    "dryRun",
    "filterSet",
    "clientRequestToken",
    "idempotencyToken",
    "Host",
    "maxResults",
    "force",
    "applyImmediately",
];
/// Parameters of operations on tags, in lower case, that name what is tagged.
const TAGGED: [&str; 8] = [
    "resourcearn",
    "resourceid",
    "resourcename",
    "resource",
    "resources",
    "resourcearns",
    "resourcearnlist",
    "arn",
];

/// A text of the event that may be an id.
struct Leaf<'a> {
    // Name of the parameter in lower case.
    name: String,
    text: &'a str,
    // 0 for where it should stand, 1 for the other place.
    place: usize,
    depth: usize,
}

/// How clearly the operation names it, where it stands, its line in the table, its depth.
type Rank = (Naming, usize, usize, usize);

/// How an operation names a parameter's noun.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Naming {
    /// The table says so.
    Outright,
    /// `AddRoleToInstanceProfile` changes the profile.
    Receiver,
    /// `AttachRolePolicy` changes the role.
    Named,
    /// Not at all.
    Unnamed,
}

/// Resources that an operation names, each with how.
fn nouns<'a>(service: &'a Service, operation: &str, verb: &str) -> Vec<(&'a str, Naming)> {
    let mut found: Vec<(usize, &str)> = service
        .parameters
        .iter()
        .filter_map(|parameter| Some((operation.find(parameter.noun)?, parameter.noun)))
        .collect();
    found.sort_unstable();
    found.dedup();
    let is_part = |start: usize, noun: &str| {
        // `Vpc` in `CreateVpcEndpoint` is a part of another name.
        found.iter().any(|(other, longer)| {
            longer.len() > noun.len()
                && *other <= start
                && start + noun.len() <= other + longer.len()
        })
    };
    found
        .iter()
        .filter(|(start, noun)| !is_part(*start, noun))
        .map(|(start, noun)| {
            let before = operation.get(..*start).unwrap_or_default();
            let moves = matches!(verb, "Add" | "Remove");
            let is_receiver = moves && (before.ends_with("To") || before.ends_with("From"));
            let naming = if is_receiver {
                Naming::Receiver
            } else {
                Naming::Named
            };
            (*noun, naming)
        })
        .collect()
}

/// Target, references, action and attributes of an event.
pub(super) fn subject(
    api: &str,
    operation: &str,
    event: &Value,
    account: &str,
    region: &str,
) -> Subject {
    let name = api.strip_suffix(".amazonaws.com").unwrap_or(api);
    let place = Place { account, region };
    let request = &event["requestParameters"];
    let verb = words(operation).first().copied().unwrap_or_default();
    let places = if CREATES.contains(&verb) {
        [&event["responseElements"], request]
    } else {
        [request, &event["responseElements"]]
    };
    let mut leaves = Vec::new();
    for (at, value) in places.into_iter().enumerate() {
        collect(value, "", at, 0, &mut leaves);
    }
    let mut subject = TABLE
        .service(name)
        .and_then(|service| of_table(service, operation, verb, &leaves, place, request))
        .unwrap_or_else(|| Subject {
            action: Some(action(operation, verb, None)),
            resource_type: name.to_owned(),
            ..Subject::default()
        });
    // Tags have operations that serve all types: `CreateTags`, `TagResource`.
    if operation.contains("Tag") {
        subject.action = Some(ChangeAction::Update);
        subject.attributes = vec!["tags".to_owned()];
        if subject.target.is_none() {
            tagged(&leaves, place, &mut subject);
        }
    }
    let scanned = leaves.iter().filter_map(|leaf| named(leaf.text, place));
    for (id, _) in scanned {
        let is_known = subject.target.as_ref() == Some(&id) || subject.also.contains(&id);
        if !is_known && !subject.references.contains(&id) {
            subject.references.push(id);
        }
    }
    subject
}

/// ARN of a short id.
pub(super) fn full(id: &str, account: &str, region: &str) -> Option<String> {
    let (arn, _) = TABLE.short_id(id, Place { account, region })?;
    Some(arn)
}

/// What the table finds; `None` if that is nothing.
fn of_table(
    service: &Service,
    operation: &str,
    verb: &str,
    leaves: &[Leaf<'_>],
    place: Place<'_>,
    request: &Value,
) -> Option<Subject> {
    let nouns = nouns(service, operation, verb);
    let outright = service.outright.get(operation);
    let sibling = |name: &str| {
        let found = leaves
            .iter()
            .find(|leaf| leaf.name == name.to_lowercase())?;
        Some(found.text.to_owned())
    };
    let mut found: Vec<(Rank, &Parameter, String)> = Vec::new();
    for leaf in leaves {
        for line in service.by_name.get(&leaf.name).into_iter().flatten() {
            let Some(parameter) = service.parameters.get(*line) else {
                continue;
            };
            let named = nouns.iter().find(|(noun, _)| *noun == parameter.noun);
            let naming = match (outright, named) {
                (Some(name), _) if *name == parameter.name => Naming::Outright,
                (_, Some((_, naming))) => *naming,
                (_, None) if parameter.is_shy => continue,
                (_, None) => Naming::Unnamed,
            };
            let rank = (naming, leaf.place, *line, leaf.depth);
            let id = resource_id(parameter, leaf.text, place, &sibling);
            found.push((rank, parameter, id));
        }
    }
    // What the operation names comes first, then where it should stand, the order of the table, the
    // outer one.
    found.sort_by_key(|(rank, _, _)| *rank);
    let (rank, parameter, id) = found.first()?;
    let mut subject = Subject {
        action: Some(action(operation, verb, Some(parameter.noun))),
        ..Subject::default()
    };
    // A creation that was refused made nothing: what it names is no target.
    let made = nouns
        .iter()
        .find(|(noun, _)| CREATES.contains(&verb) && is_whole(operation, verb, noun));
    let is_missing =
        made.is_some_and(|(noun, _)| *noun != parameter.noun && rank.0 != Naming::Outright);
    if is_missing {
        subject.action = Some(ChangeAction::Create);
        let of_made = |other: &&Parameter| made.is_some_and(|(noun, _)| *noun == other.noun);
        if let Some(parameter) = service.parameters.iter().find(of_made) {
            parameter.kind.clone_into(&mut subject.resource_type);
        }
    } else {
        parameter.kind.clone_into(&mut subject.resource_type);
        subject.attributes = attributes(operation, parameter, request);
        // A name and the ARN of the same thing: the ARN says more.
        let full = found.iter().find(|(_, other, full)| {
            other.noun == parameter.noun && full.starts_with("arn:") && full.contains(id.as_str())
        });
        let target = full.map_or(id, |(_, _, full)| full);
        subject.target = Some(target.clone());
        let alike = found.iter().filter(|(other, _, _)| other == rank);
        for (_, _, also) in alike {
            if also != id && also != target && !subject.also.contains(also) {
                subject.also.push(also.clone());
            }
        }
    }
    for (_, _, id) in &found {
        let is_target = subject.target.as_ref() == Some(id) || subject.also.contains(id);
        if !is_target && !subject.references.contains(id) {
            subject.references.push(id.clone());
        }
    }
    Some(subject)
}

/// What an operation on tags is about.
fn tagged(leaves: &[Leaf<'_>], place: Place<'_>, subject: &mut Subject) {
    let of_tags = leaves
        .iter()
        .filter(|leaf| TAGGED.contains(&leaf.name.as_str()));
    let mut ids = of_tags.filter_map(|leaf| named(leaf.text, place));
    if let Some((id, kind)) = ids.next() {
        subject.target = Some(id);
        if let Some(kind) = kind {
            kind.clone_into(&mut subject.resource_type);
        }
        subject.also = ids.map(|(id, _)| id).collect();
    }
}

/// Id and type that a text is by itself: an ARN or a short id.
fn named(text: &str, place: Place<'_>) -> Option<(String, Option<&'static str>)> {
    if key::Arn::parse(text).is_some() && !text.contains([' ', '*', '"']) {
        return Some((key::canonical(text), None));
    }
    let (id, kind) = TABLE.short_id(text, place)?;
    Some((id, Some(kind)))
}

fn action(operation: &str, verb: &str, noun: Option<&str>) -> ChangeAction {
    // `DeleteRoute` takes something out of a table; only `DeleteRouteTable` ends it.
    let is_whole = noun.is_none_or(|noun| is_whole(operation, verb, noun));
    if is_whole && CREATES.contains(&verb) {
        ChangeAction::Create
    } else if is_whole && DELETES.contains(&verb) {
        ChangeAction::Delete
    } else {
        ChangeAction::Update
    }
}

/// Whether an operation is on the thing itself, and not on a part of it.
fn is_whole(operation: &str, verb: &str, noun: &str) -> bool {
    let rest = operation.strip_prefix(verb).unwrap_or_default();
    // `CreateFunction20150331v2`, `ScheduleKeyDeletion`, `RestoreDBInstanceFromS3`.
    let rest = rest.split("20").next().unwrap_or(rest);
    let rest = rest.strip_suffix("Deletion").unwrap_or(rest);
    let rest = rest.split("From").next().unwrap_or(rest);
    let rest = rest.strip_suffix("ReadReplica").unwrap_or(rest);
    let plural = |text: &str| text.trim_end_matches('s').to_owned();
    plural(rest) == plural(noun)
}

/// Names of what changes: the rest of the operation, and the parameters besides the id.
fn attributes(operation: &str, parameter: &Parameter, request: &Value) -> Vec<String> {
    let rest = operation.replace(parameter.noun, "");
    let mut names: Vec<String> = words(&rest)
        .into_iter()
        .skip(1)
        .filter(|word| !word.contains(|c: char| c.is_ascii_digit()))
        .map(str::to_lowercase)
        .filter(|word| word.len() > 2)
        .collect();
    if let Some(request) = request.as_object() {
        let others = request.keys().filter(|key| {
            !key.eq_ignore_ascii_case(&parameter.name)
                && !PLAIN.contains(&key.as_str())
                && !key.ends_with("Request")
        });
        for other in others {
            if !names.contains(&other.to_lowercase()) {
                names.push(other.clone());
            }
        }
    }
    names
}

/// Texts anywhere in `value`, each with the name of its parameter.
fn collect<'a>(
    value: &'a Value,
    name: &str,
    place: usize,
    depth: usize,
    leaves: &mut Vec<Leaf<'a>>,
) {
    match value {
        Value::String(text) if text.len() <= LONGEST => leaves.push(Leaf {
            name: name.to_lowercase(),
            text,
            place,
            depth: depth.saturating_sub(1),
        }),
        Value::Object(fields) if depth < DEPTH => {
            for (key, value) in fields {
                // The newer EC2 calls write `{"tag": 1, "content": "fl-1"}`.
                // Lists are written as `{"item": ...}`.
                let is_plain = key == "content" && fields.contains_key("tag")
                    || matches!(key.as_str(), "item" | "items" | "member");
                let key = if is_plain { name } else { key };
                collect(value, key, place, depth + 1, leaves);
            }
        }
        Value::Array(items) if depth < DEPTH => {
            for item in items.iter().take(ITEMS) {
                collect(item, name, place, depth + 1, leaves);
            }
        }
        _ => {}
    }
}

fn resource_id(
    parameter: &Parameter,
    id: &str,
    place: Place<'_>,
    sibling: &dyn Fn(&str) -> Option<String>,
) -> String {
    if parameter.kind == "AWS::Lambda::Function" {
        return function_arn(id, parameter.arn, place);
    }
    if id.starts_with("arn:") {
        return key::canonical(id);
    }
    if parameter.name == "queueurl" {
        return queue_arn(id).unwrap_or_else(|| id.to_owned());
    }
    if parameter.arn == "-" {
        return id.to_owned();
    }
    let bare = id.trim_start_matches("/hostedzone/");
    let bare = if parameter.kind == "AWS::SSM::Parameter" {
        bare.trim_start_matches('/')
    } else {
        bare
    };
    arn(parameter.arn, bare, place, sibling).unwrap_or_else(|| id.to_owned())
}

/// ARN of a function without version or alias. The API takes a name, `name:alias`,
/// `account:function:name` and ARNs of all of these.
fn function_arn(id: &str, pattern: &str, place: Place<'_>) -> String {
    let (head, name) = match id.split_once("function:") {
        Some((head, name)) => (head, name),
        None => ("", id),
    };
    let name = name.split(':').next().unwrap_or(name);
    if head.starts_with("arn:") {
        return format!("{head}function:{name}");
    }
    arn(pattern, name, place, &|_| None).unwrap_or_else(|| name.to_owned())
}

/// ARN of `https://sqs.eu-west-1.amazonaws.com/111122223333/orders`.
fn queue_arn(url: &str) -> Option<String> {
    let (host, path) = url.strip_prefix("https://")?.split_once('/')?;
    let region = match host.strip_prefix("sqs.") {
        Some(rest) => rest.split(".amazonaws.com").next()?,
        // The older form: `eu-west-1.queue.amazonaws.com`.
        None => host.strip_suffix(".queue.amazonaws.com")?,
    };
    let (account, name) = path.split_once('/')?;
    let place = Place { account, region };
    arn("sqs:{r}:{a}:{id}", name, place, &|_| None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(
        api: &str,
        operation: &str,
        event: &str,
        target: &str,
        references: &[&str],
    ) -> Subject {
        let event: Value = serde_json::from_str(event).unwrap();
        let subject = subject(api, operation, &event, "111122223333", "eu-west-1");
        assert_eq!(subject.target.as_deref(), Some(target));
        assert_eq!(subject.references, references);
        subject
    }

    #[test]
    fn a_rule_is_a_change_of_its_group() {
        let subject = check(
            "ec2.amazonaws.com",
            "RevokeSecurityGroupIngress",
            r#"{"requestParameters":{"groupId":"sg-1","ipPermissions":{"items":[{"groups":{"items":[{"groupId":"sg-2"}]}}]}}}"#,
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-1",
            &["arn:aws:ec2:eu-west-1:111122223333:security-group/sg-2"],
        );
        assert_eq!(subject.action, Some(ChangeAction::Update));
        assert_eq!(subject.attributes, ["ingress", "ipPermissions"]);
        assert_eq!(subject.resource_type, "AWS::EC2::SecurityGroup");
    }

    #[test]
    fn tags_of_any_type_are_no_more_than_tags() {
        let event = r#"{"requestParameters":{"resourcesSet":{"items":[{"resourceId":"sg-1"}]}}}"#;
        let event = serde_json::from_str(event).unwrap();
        let subject = subject("ec2.amazonaws.com", "CreateTags", &event, "1", "eu-west-1");
        assert_eq!(subject.attributes, ["tags"]);
        assert_eq!(subject.action, Some(ChangeAction::Update));
    }

    #[test]
    fn what_is_created_stands_in_the_response() {
        let subject = check(
            "ec2.amazonaws.com",
            "CreateNatGateway",
            r#"{"requestParameters":{"CreateNatGatewayRequest":{"SubnetId":"subnet-1"}},
                "responseElements":{"CreateNatGatewayResponse":{"natGateway":{"natGatewayId":"nat-1","vpcId":"vpc-1"}}}}"#,
            "arn:aws:ec2:eu-west-1:111122223333:natgateway/nat-1",
            &[
                "arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1",
                "arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1",
            ],
        );
        assert_eq!(subject.action, Some(ChangeAction::Create));
    }

    #[test]
    fn the_operation_tells_the_target_from_what_it_names() {
        let ec2 = "ec2.amazonaws.com";
        check(
            ec2,
            "AssociateRouteTable",
            r#"{"requestParameters":{"subnetId":"subnet-1","routeTableId":"rtb-1"}}"#,
            "arn:aws:ec2:eu-west-1:111122223333:route-table/rtb-1",
            &["arn:aws:ec2:eu-west-1:111122223333:subnet/subnet-1"],
        );
        let deleted = check(
            ec2,
            "DeleteFlowLogs",
            r#"{"requestParameters":{"DeleteFlowLogsRequest":{"FlowLogId":{"tag":1,"content":"fl-1"}}}}"#,
            "arn:aws:ec2:eu-west-1:111122223333:vpc-flow-log/fl-1",
            &[],
        );
        assert_eq!(deleted.action, Some(ChangeAction::Delete));
        let role = check(
            "iam.amazonaws.com",
            "AttachRolePolicy",
            r#"{"requestParameters":{"policyArn":"arn:aws:iam::aws:policy/X","roleName":"app"}}"#,
            "arn:aws:iam::111122223333:role/app",
            &["arn:aws:iam::aws:policy/X"],
        );
        assert_eq!(role.action, Some(ChangeAction::Update));
        check(
            "iam.amazonaws.com",
            "AddRoleToInstanceProfile",
            r#"{"requestParameters":{"roleName":"app","instanceProfileName":"web"}}"#,
            "arn:aws:iam::111122223333:instance-profile/web",
            &["arn:aws:iam::111122223333:role/app"],
        );
        check(
            "sqs.amazonaws.com",
            "SetQueueAttributes",
            r#"{"requestParameters":{"queueUrl":"https://sqs.eu-west-1.amazonaws.com/111122223333/orders"}}"#,
            "arn:aws:sqs:eu-west-1:111122223333:orders",
            &[],
        );
    }

    #[test]
    fn services_that_people_run_have_their_targets() {
        let check = |api: &str, operation: &str, request: &str, response: &str, target: &str| {
            let event =
                format!("{{\"requestParameters\":{request},\"responseElements\":{response}}}");
            let event: Value = serde_json::from_str(&event).unwrap();
            let api = format!("{api}.amazonaws.com");
            let found = subject(&api, operation, &event, "111122223333", "eu-west-1");
            assert_eq!(found.target.as_deref(), Some(target), "{operation}");
            found
        };
        let lambda = "arn:aws:lambda:eu-west-1:111122223333:function:pay";
        for name in [
            "pay",
            "pay:live",
            "111122223333:function:pay",
            "arn:aws:lambda:eu-west-1:111122223333:function:pay:7",
        ] {
            let request = format!(r#"{{"functionName":"{name}","s3Bucket":"code"}}"#);
            check(
                "lambda",
                "UpdateFunctionCode20150331v2",
                &request,
                "null",
                lambda,
            );
        }
        check(
            "ecs",
            "UpdateService",
            r#"{"cluster":"arn:aws:ecs:eu-west-1:111122223333:cluster/shop","service":"cart"}"#,
            "null",
            "arn:aws:ecs:eu-west-1:111122223333:service/shop/cart",
        );
        let version = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
        check(
            "secretsmanager",
            "PutSecretValue",
            r#"{"secretId":"db"}"#,
            &format!(r#"{{"arn":"{version}"}}"#),
            version,
        );
        let key = check(
            "kms",
            "ScheduleKeyDeletion",
            r#"{"keyId":"0a1b"}"#,
            "null",
            "arn:aws:kms:eu-west-1:111122223333:key/0a1b",
        );
        assert_eq!(key.action, Some(ChangeAction::Delete));
        let restored = check(
            "rds",
            "RestoreDBInstanceFromDBSnapshot",
            r#"{"dBInstanceIdentifier":"orders","dBSnapshotIdentifier":"nightly"}"#,
            "null",
            "arn:aws:rds:eu-west-1:111122223333:db:orders",
        );
        assert_eq!(restored.action, Some(ChangeAction::Create));
        check(
            "wafv2",
            "AssociateWebACL",
            r#"{"webACLArn":"arn:aws:wafv2:eu-west-1:1:regional/webacl/x/1","resourceArn":"arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1"}"#,
            "null",
            "arn:aws:elasticloadbalancing:eu-west-1:1:loadbalancer/app/web/1",
        );
        check(
            "route53",
            "ChangeResourceRecordSets",
            r#"{"hostedZoneId":"Z1","changeBatch":{"changes":[{"action":"UPSERT"}]}}"#,
            "null",
            "arn:aws:route53:::hostedzone/Z1",
        );
        let alarms = check(
            "monitoring",
            "DeleteAlarms",
            r#"{"alarmNames":["a","b"]}"#,
            "null",
            "arn:aws:cloudwatch:eu-west-1:111122223333:alarm:a",
        );
        assert_eq!(
            alarms.also,
            ["arn:aws:cloudwatch:eu-west-1:111122223333:alarm:b"]
        );
        let ended = check(
            "ec2",
            "TerminateInstances",
            r#"{"instancesSet":{"items":[{"instanceId":"i-0000000a"},{"instanceId":"i-0000000b"}]}}"#,
            "null",
            "arn:aws:ec2:eu-west-1:111122223333:instance/i-0000000a",
        );
        assert_eq!(ended.also.len(), 1);
        let endpoint = check(
            "ec2",
            "CreateVpcEndpoint",
            r#"{"CreateVpcEndpointRequest":{"VpcId":"vpc-1"}}"#,
            r#"{"CreateVpcEndpointResponse":{"vpcEndpoint":{"vpcEndpointId":"vpce-1"}}}"#,
            "arn:aws:ec2:eu-west-1:111122223333:vpc-endpoint/vpce-1",
        );
        assert_eq!(
            endpoint.references,
            ["arn:aws:ec2:eu-west-1:111122223333:vpc/vpc-1"]
        );
    }

    #[test]
    fn a_refused_creation_has_no_target_but_names_things() {
        let event = serde_json::json!({"requestParameters": {
            "instancesSet": {"items": [{"imageId": "ami-0123abcd"}]}, "subnetId": "subnet-0123abcd"}, "responseElements": null});
        let found = subject(
            "ec2.amazonaws.com",
            "RunInstances",
            &event,
            "1",
            "eu-west-1",
        );
        assert_eq!(found.target, None);
        assert_eq!(found.resource_type, "AWS::EC2::Instance");
        assert_eq!(found.references.len(), 2, "{found:?}");
    }

    #[test]
    fn what_no_line_fits_is_scanned_for_references_only() {
        let event = serde_json::json!({"requestParameters": {"profile": {"role": "arn:aws:iam::1:role/app", "network": "vpc-0123abcd"}}});
        let found = subject(
            "rolesanywhere.amazonaws.com",
            "CreateProfile",
            &event,
            "1",
            "eu-west-1",
        );
        assert_eq!(found.target, None);
        assert_eq!(
            found.references,
            [
                "arn:aws:ec2:eu-west-1:1:vpc/vpc-0123abcd",
                "arn:aws:iam::1:role/app"
            ]
        );
    }

    #[test]
    fn what_is_tagged_is_changed() {
        let event = serde_json::json!({"requestParameters": {"resourceArn": "arn:aws:kafka:eu-west-1:1:cluster/c/1", "tags": {"a": "b"}}});
        let found = subject(
            "kafka.amazonaws.com",
            "TagResource",
            &event,
            "1",
            "eu-west-1",
        );
        assert_eq!(
            found.target.as_deref(),
            Some("arn:aws:kafka:eu-west-1:1:cluster/c/1")
        );
        assert_eq!(found.attributes, ["tags"]);
    }

    #[test]
    fn deep_and_strange_parameters_do_no_harm() {
        let deep = format!(
            "{}{}",
            "{\"a\":".repeat(100),
            "1".to_owned() + &"}".repeat(100)
        );
        let event: Value =
            serde_json::from_str(&format!("{{\"requestParameters\":{deep}}}")).unwrap();
        assert_eq!(
            subject("ec2.amazonaws.com", "CreateVpc", &event, "", "").target,
            None
        );
        assert_eq!(
            subject("ec2.amazonaws.com", "", &Value::Null, "", "").target,
            None
        );
    }
}
