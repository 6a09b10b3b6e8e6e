//! Attributes that hold a document as a text, such as the redrive policy of a queue: ids of
//! resources and issuers that stand in it, and nothing else of it.
//!
//! What is found is kept under the path of the attribute and the name of the member
//! (`redrive_policy.deadLetterTargetArn`).

use std::collections::BTreeMap;

use nepho_core::key;
use nepho_core::setting;
use serde::Deserialize;
use serde::de::IgnoredAny;
use serde_json::Value;
use serde_json::value::RawValue;

use super::attributes::Attributes;
use super::{grants, pattern};

/// Longest document that is read: the longest one of AWS has 20 KiB, the longest policy of Google
/// 1,500 members of 100 bytes.
const LONGEST: usize = 256 * 1024;

/// What a document is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Where messages go that nobody could take, or where they come from.
    ///
    /// docs.aws.amazon.com/AWSSimpleQueueService/latest/APIReference/API_SetQueueAttributes.html,
    /// read 2026-11-29.
    Redrive,
    /// Who may do what: a policy of AWS.
    ///
    /// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_grammar.html, read 2026-11-29.
    Policy,
    /// Who has which role: a policy of Google Cloud.
    ///
    /// cloud.google.com/iam/docs/reference/rest/v1/Policy, read 2026-11-29.
    Bindings,
    /// The metadata of an identity provider in XML, of which only its name is read.
    ///
    /// docs.oasis-open.org/security/saml/v2.0/saml-metadata-2.0-os.pdf, section 2.3.2, read
    /// 2026-11-29.
    Metadata,
    /// What a state machine does, in the language of its states.
    ///
    /// docs.aws.amazon.com/step-functions/latest/dg/concepts-amazon-states-language.html and
    /// .../integrate-services.html, read 2026-11-29.
    States,
}

use Kind::{Bindings, Metadata, Policy, Redrive, States};

/// Attributes that hold documents.
pub(super) const DOCUMENTS: [(&str, Kind); 10] = [
    ("definition", States),
    ("assume_role_policy", Policy),
    ("inline_policy.policy", Policy),
    ("policy", Policy),
    ("access_policies", Policy),
    ("policy_data", Bindings),
    ("saml_metadata_document", Metadata),
    ("saml.idp_metadata_xml", Metadata),
    ("redrive_policy", Redrive),
    ("redrive_allow_policy", Redrive),
];

/// The document at a path.
pub(super) fn at(path: &str) -> Option<Kind> {
    let found = DOCUMENTS.iter().find(|(known, _)| *known == path);
    found.map(|(_, kind)| *kind)
}

/// Keeps what the document in `text` names; one that cannot be read names nothing.
pub(super) fn read(found: &mut Attributes, path: &str, kind: Kind, text: &str) {
    if text.len() > LONGEST {
        return;
    }
    match kind {
        Redrive => redrive(found, path, text),
        Policy => policy(found, path, text),
        Bindings => bindings(found, path, text),
        Metadata => metadata(found, path, text),
        States => {
            if let Ok(machine) = serde_json::from_str::<Value>(text) {
                states(found, &machine);
            }
        }
    }
}

/// Keeps what the states of a machine call, hand on to and use: ARNs, addresses of queues, and
/// names of functions and tables.
fn states(found: &mut Attributes, value: &Value) {
    match value {
        Value::Array(list) => list.iter().for_each(|value| states(found, value)),
        Value::Object(map) => {
            for (name, value) in map {
                match value.as_str() {
                    Some(text) => state(found, name, text),
                    None => states(found, value),
                }
            }
        }
        _ => {}
    }
}

fn state(found: &mut Attributes, name: &str, text: &str) {
    let id = key::canonical(text);
    let arn = key::Arn::parse(&id);
    let path = match (name, arn.as_ref().map(|arn| arn.service)) {
        ("FunctionName", None) | (_, Some("lambda")) => "definition.function",
        // What is to be done with a service, and no resource: `arn:aws:states:::sqs:sendMessage`.
        (_, Some("states")) if arn.is_some_and(|arn| arn.account.is_empty()) => return,
        (_, Some("states")) => "definition.function",
        (_, Some("sqs" | "sns" | "events" | "kinesis")) => "asl.destination",
        (_, Some("iam" | "sts")) => return,
        ("TableName", None) | (_, Some(_)) => "asl.resource",
        _ => return,
    };
    found.offer(path, text);
}

/// Keeps what the document names that stands as a text in `json`.
pub(super) fn read_json(found: &mut Attributes, path: &str, kind: Kind, json: &RawValue) {
    if let Ok(text) = serde_json::from_str::<String>(json.get()) {
        read(found, path, kind, &text);
    }
}

/// One text, or a list of them.
#[derive(Deserialize)]
#[serde(untagged)]
enum Texts {
    One(String),
    Many(Vec<String>),
}

impl Texts {
    fn iter(&self) -> impl Iterator<Item = &str> {
        let texts = match self {
            Self::One(text) => std::slice::from_ref(text),
            Self::Many(texts) => texts.as_slice(),
        };
        texts.iter().map(String::as_str)
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct RedrivePolicy {
    dead_letter_target_arn: Option<String>,
    source_queue_arns: Option<Texts>,
}

fn redrive(found: &mut Attributes, path: &str, text: &str) {
    let Ok(policy) = serde_json::from_str::<RedrivePolicy>(text) else {
        return;
    };
    if let Some(arn) = policy.dead_letter_target_arn {
        found.offer(&format!("{path}.deadLetterTargetArn"), &arn);
    }
    for arn in policy.source_queue_arns.iter().flat_map(Texts::iter) {
        found.offer(&format!("{path}.sourceQueueArns"), arn);
    }
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct AwsPolicy {
    statement: Statements,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Statements {
    One(Box<Statement>),
    Many(Vec<Statement>),
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Statement {
    effect: String,
    principal: Option<Principals>,
    resource: Option<Texts>,
    action: Option<Texts>,
    condition: Option<BTreeMap<String, BTreeMap<String, Value>>>,
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Principals {
    Of {
        #[serde(rename = "AWS")]
        aws: Option<Texts>,
        #[serde(rename = "Federated")]
        federated: Option<Texts>,
    },
    /// `*`
    All(IgnoredAny),
}

/// What statements that allow something name: principals, resources, the subjects of tokens, and
/// the services that they allow something of, of which hashes are kept.
fn policy(found: &mut Attributes, path: &str, text: &str) {
    let Ok(policy) = serde_json::from_str::<AwsPolicy>(text) else {
        return;
    };
    let statements = match policy.statement {
        Statements::One(one) => vec![*one],
        Statements::Many(many) => many,
    };
    for statement in statements.iter().filter(|one| one.effect == "Allow") {
        if let Some(Principals::Of { aws, federated }) = &statement.principal {
            let named = aws.iter().chain(federated).flat_map(Texts::iter);
            for principal in named.filter_map(grants::principal) {
                found.offer(&format!("{path}.Principal"), &principal);
            }
        }
        if path == setting::POLICY {
            offer_services(found, statement);
        }
        let resources = statement.resource.iter().flat_map(Texts::iter);
        for resource in resources.filter_map(pattern::resource) {
            found.offer(&format!("{path}.Resource"), &resource);
        }
        let conditions = statement.condition.iter().flatten();
        for (name, value) in conditions.flat_map(|(_, test)| test) {
            let Some(subjects) = Some(value).filter(|_| name.ends_with(":sub")) else {
                continue;
            };
            let subjects = match subjects {
                Value::Array(list) => list.as_slice(),
                one => std::slice::from_ref(one),
            };
            for subject in subjects.iter().filter_map(Value::as_str) {
                found.offer(&format!("{path}.Subject"), subject);
            }
        }
    }
}

/// Keeps the services of the actions of a statement; where it speaks of all but some, or of a part
/// of a name, all.
fn offer_services(found: &mut Attributes, statement: &Statement) {
    let Some(actions) = &statement.action else {
        found.offer_service("*");
        return;
    };
    for action in actions.iter() {
        let service = action.split(':').next().unwrap_or_default();
        found.offer_service(match service.contains(['*', '?']) {
            true => "*",
            false => service,
        });
    }
}

#[derive(Deserialize)]
struct GooglePolicy {
    bindings: Vec<Binding>,
}

#[derive(Deserialize)]
struct Binding {
    #[serde(default)]
    members: Vec<String>,
}

fn bindings(found: &mut Attributes, path: &str, text: &str) {
    let Ok(policy) = serde_json::from_str::<GooglePolicy>(text) else {
        return;
    };
    for member in policy.bindings.iter().flat_map(|binding| &binding.members) {
        found.offer(&format!("{path}.members"), member);
    }
}

fn metadata(found: &mut Attributes, path: &str, text: &str) {
    let name = text.split_once("entityID=").and_then(|(_, rest)| {
        let quote = rest.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        rest.get(1..)?.split(quote).next()
    });
    if let Some(issuer) = name.and_then(grants::issuer) {
        found.offer(&format!("{path}.entityID"), &issuer);
    }
}
