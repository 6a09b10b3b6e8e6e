//! Attributes that hold a document of JSON as a text, such as the redrive policy of a queue: ids of
//! resources that stand in it, and nothing else of it.
//!
//! What is found is kept under the path of the attribute and the name of the member
//! (`redrive_policy.deadLetterTargetArn`).

use serde::Deserialize;
use serde_json::value::RawValue;

use super::attributes::Attributes;

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
}

use Kind::Redrive;

/// Attributes that hold documents.
pub(super) const DOCUMENTS: [(&str, Kind); 2] = [
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
    }
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
