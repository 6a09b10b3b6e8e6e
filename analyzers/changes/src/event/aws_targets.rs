//! What a CloudTrail event changes, and what it only names.
//!
//! The id of a created thing stands in `responseElements`, that of any other in
//! `requestParameters`. Which of several ids is the target is told by the operation:
//! `AssociateRouteTable` changes the table and names the subnet, `UpdateFunctionCode` changes the
//! function and names a bucket. Parameters are those of [`super::aws_table`]; what nothing there
//! fits is searched for ARNs and short ids, which are references and no more.

use std::collections::BTreeSet;

use super::aws_attributes;
use super::aws_nouns::{Naming, Noun, Nouns};
use super::aws_table::{Outright, Parameter, Place, Service, TABLE, arn};
use super::json::Json;
use super::pending;
use super::phrase::{phrase, with_parameters};
use super::{ATTRIBUTES, Subject, words};
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction};

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
const DELETES: [&str; 4] = ["Delete", "Terminate", "Release", "Deregister"];
/// What resources of many types have, by the ends of operations.
const OF_ANY: [&str; 5] = [
    "LoggingConfiguration",
    "NotificationConfiguration",
    "PermissionPolicy",
    "ReplicationConfiguration",
    "ResourcePolicy",
];
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

/// Target, references, action and attributes of an event.
pub(super) fn subject(
    nouns: &mut Nouns,
    api: &str,
    operation: &str,
    event: &Json<'_>,
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
        .and_then(|service| {
            let nouns = nouns.of(name, service, operation, verb);
            of_table(service, nouns, operation, verb, &leaves, place, request)
        })
        .unwrap_or_else(|| Subject {
            action: Some(match is_on_part(operation) {
                true => ChangeAction::Update,
                false => action(operation, verb, None),
            }),
            resource_type: name.to_owned(),
            ..Subject::default()
        });
    if operation == "ChangeResourceRecordSets" {
        records(request, &mut subject);
    }
    // The answer tells the version that was put, and the first one is new.
    if operation == "PutParameter" && event["responseElements"]["version"].as_u64() == Some(1) {
        subject.action = Some(ChangeAction::Create);
    }
    if pending::is_pending(name, operation, request) || pending::takes_back(name, operation) {
        subject.action = Some(ChangeAction::Update);
        subject.attributes = vec![pending::DELETION.to_owned()];
    }
    // Without a qualifier all versions of a function are deleted.
    let qualifier = request["qualifier"].as_str().unwrap_or_default();
    if name == "lambda" && subject.action == Some(ChangeAction::Delete) && !qualifier.is_empty() {
        subject.action = Some(ChangeAction::Update);
        subject.attributes = vec!["version".to_owned()];
    }
    if name == "lambda" && operation.starts_with("UpdateAlias") {
        let words = |version: &str| format!("{}{version}", Change::VERSION);
        let told = request["functionVersion"].as_str().into_iter();
        let weighed = request["routingConfig"]["additionalVersionWeights"].keys();
        subject.attributes.extend(told.chain(weighed).map(words));
    }
    if name == "rds" {
        subject.attributes.extend(master(event));
    }
    if name == "kms" {
        key_of_alias(event, place, &mut subject);
    }
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

/// The user of a database whose password a call sets, as the answer tells it.
///
/// docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_ModifyDBInstance.html (read 2026-11-29).
fn master(event: &Json<'_>) -> Option<String> {
    let words = [
        "masterUserPassword",
        "manageMasterUserPassword",
        "rotateMasterUserPassword",
    ];
    let request = &event["requestParameters"];
    let is_set = words.iter().any(|word| request.get(word).is_some());
    let user = event["responseElements"]["masterUsername"].as_str()?;
    is_set.then(|| format!("{}{user}", Change::DATABASE_USER))
}

/// ARN of a short id.
pub(super) fn full(id: &str, account: &str, region: &str) -> Option<String> {
    let (arn, _) = TABLE.short_id(id, Place { account, region })?;
    Some(arn)
}

/// What the table finds; `None` if that is nothing.
fn of_table(
    service: &Service,
    nouns: &[Noun],
    operation: &str,
    verb: &str,
    leaves: &[Leaf<'_>],
    place: Place<'_>,
    request: &Json<'_>,
) -> Option<Subject> {
    let sibling = |name: &str| {
        let found = leaves
            .iter()
            .find(|leaf| leaf.name == name.to_lowercase())?;
        Some(found.text.to_owned())
    };
    let said = said(service, operation, leaves, place);
    let outright = said.as_ref().map(|said| &said.name);
    let mut found: Vec<(Rank, &Parameter, String)> = Vec::new();
    for leaf in leaves {
        let lines = service.by_name.get(&leaf.name).into_iter().flatten();
        // Where ids of two types are given by one name, a short id tells the type.
        let told = TABLE.short_id(leaf.text, place).map(|(_, kind)| kind);
        let of_line = |line: &&usize| Some(service.parameters.get(**line)?.kind);
        let is_told = told.is_some() && lines.clone().any(|line| of_line(&line) == told);
        for line in lines.filter(|line| !is_told || of_line(line) == told) {
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
    // Of lines for two versions of an API only that counts whose parameters there are.
    let of_kind = |one: &(Rank, &Parameter, String)| (one.1.noun, one.1.name.clone());
    let is_arn = |one: &&(Rank, &Parameter, String)| one.2.starts_with("arn:");
    let whole: BTreeSet<_> = found.iter().filter(is_arn).map(of_kind).collect();
    found.retain(|one| is_arn(&one) || !whole.contains(&of_kind(one)));
    // What the operation names comes first, then where it should stand, the order of the table, the
    // outer one.
    found.sort_by_key(|(rank, _, _)| *rank);
    let (rank, parameter, id) = found.first()?;
    let told = said.as_ref().filter(|said| said.name == parameter.name);
    let told = told.and_then(|said| said.action);
    let mut subject = Subject {
        action: told.or_else(|| Some(action(operation, verb, Some(parameter.noun)))),
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
            other.noun == parameter.noun && full.starts_with("arn:") && says_more(full, id)
        });
        let target = full.map_or(id, |(_, _, full)| full);
        subject.target = Some(target.clone());
        subject.holder = holder(service, parameter, leaves, place);
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

/// What the table says outright of an operation. Of one that makes a thing of which no full id is
/// told, that it is on what the thing would be a part of.
fn said(
    service: &Service,
    operation: &str,
    leaves: &[Leaf<'_>],
    place: Place<'_>,
) -> Option<Outright> {
    let said = service.outright.get(operation)?;
    let line = *service.by_name.get(&said.name)?.first()?;
    let parameter = service.parameters.get(line)?;
    let is_full = |leaf: &Leaf<'_>| {
        let id = resource_id(parameter, leaf.text, place, &|_| None);
        leaf.name == said.name && id.starts_with("arn:")
    };
    let action = said.action;
    if action != Some(ChangeAction::Create) || leaves.iter().any(is_full) {
        let name = said.name.clone();
        return Some(Outright { name, action });
    }
    let mut wholes = service.wholes.get(parameter.noun).into_iter().flatten();
    let is_there = |name: &&String| {
        let is_known = service.by_name.contains_key(*name);
        is_known && leaves.iter().any(|leaf| leaf.name == **name)
    };
    let name = wholes.find(is_there)?.clone();
    Some(Outright { name, action: None })
}

/// Id of what a resource is a part of, where the table says which parameter tells it, or its own
/// id does.
fn holder(
    service: &Service,
    parameter: &Parameter,
    leaves: &[Leaf<'_>],
    place: Place<'_>,
) -> Option<String> {
    let names = service.wholes.get(parameter.noun)?;
    let of_name = |name: &String| {
        let leaf = leaves.iter().find(|leaf| leaf.name == *name)?;
        let line = service.by_name.get(name).and_then(|lines| lines.first());
        let parameter = line.and_then(|line| service.parameters.get(*line));
        let id = match parameter {
            Some(parameter) => resource_id(parameter, leaf.text, place, &|_| None),
            None => key::canonical(key::split_qualifier(leaf.text).0),
        };
        Some(id).filter(|id| id.starts_with("arn:"))
    };
    let of_id = || {
        let mut own = leaves.iter().filter(|leaf| leaf.name == parameter.name);
        own.find_map(|leaf| key::whole_of(leaf.text))
            .map(key::canonical)
    };
    names.iter().find_map(of_name).or_else(of_id)
}

/// Whether an ARN is that of what `id` names with less: a name, or an ARN without the UUID.
fn says_more(full: &str, id: &str) -> bool {
    match full.strip_prefix(id) {
        Some(rest) => rest.starts_with('/'),
        None => full.contains(id),
    }
}

/// Records that a batch changes, in place of their zone:
/// `arn:aws:route53:::hostedzone/Z1/CNAME/HOST`.
///
/// docs.aws.amazon.com/Route53/latest/APIReference/API_ChangeResourceRecordSets.html (read
/// 2026-11-28). A batch that does one and the same to all is a creation or a deletion.
fn records(request: &Json<'_>, subject: &mut Subject) {
    let Some(zone) = subject.target.clone() else {
        return;
    };
    let Json::List(changes) = &request["changeBatch"]["changes"] else {
        return;
    };
    let mut ids: Vec<String> = Vec::new();
    let mut actions: Vec<&str> = Vec::new();
    let mut hosts: Vec<String> = Vec::new();
    for change in changes.iter().take(ITEMS) {
        let record = &change["resourceRecordSet"];
        let (name, kind) = (record["name"].as_str(), record["type"].as_str());
        let (Some(name), Some(kind)) = (name, kind) else {
            continue;
        };
        let set = record["setIdentifier"].as_str();
        let id = key::dns_record(&zone, kind, name, set);
        if !ids.contains(&id) {
            ids.push(id);
        }
        actions.extend(change["action"].as_str());
        // Of several sets their weights and places decide which of them is told.
        if set.is_none() {
            hosts.extend(leads_to(kind, record));
        }
    }
    if ids.is_empty() {
        return;
    }
    let all = |action: &str| actions.iter().all(|other| *other == action);
    subject.action = Some(match actions.first() {
        Some(&"CREATE") if all("CREATE") => ChangeAction::Create,
        Some(&"DELETE") if all("DELETE") => ChangeAction::Delete,
        _ => ChangeAction::Update,
    });
    "AWS::Route53::RecordSet".clone_into(&mut subject.resource_type);
    subject.attributes = vec!["records".to_owned()];
    let is_one = ids.len() == 1 && all("UPSERT");
    let told = hosts.iter().filter(|_| is_one);
    let told = told.map(|host| format!("{}{host}", Change::LEADS_TO));
    subject.attributes.extend(told);
    subject.target = Some(ids.remove(0));
    subject.also = ids;
    subject.references.push(zone);
}

/// Hosts and addresses that a record leads to.
fn leads_to(kind: &str, record: &Json<'_>) -> Vec<String> {
    if !["A", "AAAA", "CNAME"].contains(&kind) {
        return Vec::new();
    }
    let alias = record["aliasTarget"]["dNSName"].as_str();
    let listed = match &record["resourceRecords"] {
        Json::List(list) => list.as_slice(),
        _ => &[],
    };
    let values = listed.iter().filter_map(|value| value["value"].as_str());
    let all = alias.into_iter().chain(values).take(ITEMS);
    all.map(|host| host.trim_end_matches('.').to_lowercase())
        .collect()
}

/// A call that names a key by its alias changes the key, which the event lists beside it.
///
/// docs.aws.amazon.com/kms/latest/developerguide/logging-using-cloudtrail.html (read 2026-11-29).
fn key_of_alias(event: &Json<'_>, place: Place<'_>, subject: &mut Subject) {
    let Some(target) = subject.target.as_deref() else {
        return;
    };
    let Some(alias) = target.split_once(":key/alias/").map(|(_, alias)| alias) else {
        return;
    };
    let mut ids = Vec::new();
    if let Json::List(resources) = &event["resources"] {
        let listed = resources.iter().take(ITEMS);
        ids.extend(listed.filter_map(|one| one["ARN"].as_str()));
    }
    let key = ids.iter().find(|id| id.contains(":key/"));
    subject.target = match key {
        Some(key) => Some(key::canonical(key)),
        None => arn("kms:{r}:{a}:alias/{id}", alias, place, &|_| None),
    };
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
    let id = key::canonical(text);
    if key::Arn::parse(&id).is_some() && !text.contains([' ', '*', '"']) {
        return Some((id, None));
    }
    let (id, kind) = TABLE.short_id(text, place)?;
    Some((id, Some(kind)))
}

/// Whether an operation is on what any resource may have, and which is none itself: its policy, its
/// log.
fn is_on_part(operation: &str) -> bool {
    OF_ANY.iter().any(|part| operation.ends_with(part))
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
    // `CreateFunction20150331v2`, `RestoreDBInstanceFromS3`.
    let rest = rest.split("20").next().unwrap_or(rest);
    let rest = rest.split("From").next().unwrap_or(rest);
    let rest = rest.strip_suffix("ToPointInTime").unwrap_or(rest);
    let rest = rest.strip_suffix("ReadReplica").unwrap_or(rest);
    // `TerminateInstanceInAutoScalingGroup`
    let rest = rest.strip_suffix("InAutoScalingGroup").unwrap_or(rest);
    let plural = |text: &str| text.trim_end_matches('s').to_owned();
    plural(rest) == plural(noun)
}

/// Names of what changes: what the operation says, and the parameters besides the id.
fn attributes(operation: &str, parameter: &Parameter, request: &Json<'_>) -> Vec<String> {
    // EKS calls the cluster of a part so.
    let is_of_whole = |key: &str| key == "name" && parameter.arn.contains("|name}");
    // The newer calls of EC2: `{"ModifyVpcEndpointRequest": {"VpcEndpointId": "vpce-1"}}`.
    let wrapped = request[format!("{operation}Request")].keys().map(small);
    let keys = request.keys().map(str::to_owned).chain(wrapped);
    let others: Vec<String> = keys
        .flat_map(|key| {
            let told = aws_attributes::told(&key, request).into_iter();
            told.map(str::to_owned).collect::<Vec<_>>()
        })
        .filter(|key| {
            !is_of_whole(key)
                && !key.eq_ignore_ascii_case(&parameter.name)
                && !PLAIN.contains(&&**key)
                && !key.ends_with("Request")
        })
        .collect();
    let told: Vec<String> = others.iter().flat_map(|key| keyed(request, key)).collect();
    if !told.is_empty() {
        let rest = others.into_iter().filter(|key| !KEYED.contains(&&**key));
        return told.into_iter().chain(rest).take(ATTRIBUTES).collect();
    }
    let others = others.iter().map(String::as_str);
    with_parameters(phrase(operation, parameter.noun), others)
}

/// Parameters whose items each name what they set.
///
/// docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_LoadBalancerAttribute.html,
/// .../AmazonECS/latest/APIReference/API_ClusterSetting.html, read 2026-11-29.
const KEYED: [&str; 2] = ["attributes", "settings"];

/// What the items of a parameter set: `access_logs.s3.enabled`.
fn keyed(request: &Json<'_>, parameter: &str) -> Vec<String> {
    let Json::List(items) = &request[parameter] else {
        return Vec::new();
    };
    if !KEYED.contains(&parameter) {
        return Vec::new();
    }
    let told = items.iter().filter_map(|item| {
        let names = [&item["key"], &item["name"]];
        names.into_iter().find_map(|name| name.as_str())
    });
    told.map(str::to_owned).collect()
}

/// A name that begins with a small letter: `policyDocument` of `PolicyDocument`.
fn small(name: &str) -> String {
    let mut letters = name.chars();
    let first = letters.next().map(|first| first.to_ascii_lowercase());
    first.into_iter().chain(letters).collect()
}

/// Texts anywhere in `value`, each with the name of its parameter.
fn collect<'a>(
    value: &'a Json<'_>,
    name: &str,
    place: usize,
    depth: usize,
    leaves: &mut Vec<Leaf<'a>>,
) {
    match value {
        Json::Text(text) if text.len() <= LONGEST => leaves.push(Leaf {
            name: name.to_lowercase(),
            text,
            place,
            depth: depth.saturating_sub(1),
        }),
        Json::Object(fields) if depth < DEPTH => {
            for (key, value) in fields {
                // The newer EC2 calls write `{"tag": 1, "content": "fl-1"}`.
                // Lists are written as `{"item": ...}`.
                let is_plain = key == "content" && fields.iter().any(|(key, _)| key == "tag")
                    || matches!(key.as_ref(), "item" | "items" | "member");
                let key = if is_plain { name } else { key };
                collect(value, key, place, depth + 1, leaves);
            }
        }
        Json::List(items) if depth < DEPTH => {
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
    let known = key::canonical(id);
    if parameter.kind == "AWS::EKS::AccessEntry" && parameter.arn != "-" {
        return access_entry(&known, parameter.arn, place, sibling).unwrap_or(known);
    }
    if known.starts_with("arn:") {
        return known;
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

/// ARN of the entry of a principal in a cluster, without the UUID at its end:
/// `access-entry/prod/role/111122223333/orders`.
///
/// docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelastickubernetesservice.html
/// (read 2026-11-29).
fn access_entry(
    principal: &str,
    pattern: &str,
    place: Place<'_>,
    sibling: &dyn Fn(&str) -> Option<String>,
) -> Option<String> {
    let of = key::Arn::parse(principal).filter(|arn| arn.service == "iam")?;
    let (kind, _) = of.resource.split_once('/')?;
    let name = key::short_name(principal);
    let id = format!("{kind}/{}/{name}", of.account);
    arn(pattern, &id, place, sibling)
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
mod tests;
