//! Deletions that are only scheduled: until the day comes the resource is there, though nobody can
//! use it, and a call takes the deletion back.
//!
//! docs.aws.amazon.com/kms/latest/developerguide/deleting-keys.html,
//! docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html,
//! docs.aws.amazon.com/awscloudtrail/latest/APIReference/API_DeleteEventDataStore.html and
//! docs.aws.amazon.com/privateca/latest/APIReference/API_DeleteCertificateAuthority.html (read
//! 2026-11-29).

use super::json::Json;

/// What such a call sets of its resource.
pub(crate) const DELETION: &str = "deletion";
/// API, call that schedules a deletion, and that which takes it back.
const SCHEDULED: [(&str, &str, &str); 4] = [
    (
        "acm-pca",
        "DeleteCertificateAuthority",
        "RestoreCertificateAuthority",
    ),
    (
        "cloudtrail",
        "DeleteEventDataStore",
        "RestoreEventDataStore",
    ),
    ("kms", "ScheduleKeyDeletion", "CancelKeyDeletion"),
    ("secretsmanager", "DeleteSecret", "RestoreSecret"),
];

/// Whether a call has its resource deleted later. Of a secret the call may say that it be at once.
pub(super) fn is_pending(api: &str, operation: &str, request: &Json<'_>) -> bool {
    let force = &request["forceDeleteWithoutRecovery"];
    let is_at_once = *force == true || *force == "true";
    let is_one = |(of, schedule, _): &(&str, &str, &str)| *of == api && *schedule == operation;
    !is_at_once && SCHEDULED.iter().any(is_one)
}

/// Whether a call keeps what was to be deleted.
pub(super) fn takes_back(api: &str, operation: &str) -> bool {
    let is_one = |(of, _, back): &(&str, &str, &str)| *of == api && *back == operation;
    SCHEDULED.iter().any(is_one)
}

/// What is undone by which of these calls: whether this one keeps it, and of what it is told.
///
/// A key that is kept is disabled: only `EnableKey` makes it what it was, so that this takes the
/// schedule back as it takes back `DisableKey`.
pub(super) fn undone(api: &str, operation: &str) -> Option<(bool, &'static str)> {
    match (api, operation) {
        ("kms", "ScheduleKeyDeletion" | "DisableKey") => Some((false, "key")),
        ("kms", "EnableKey") => Some((true, "key")),
        ("kms", _) => None,
        _ => {
            let mut calls = SCHEDULED.iter().filter(|(of, ..)| *of == api);
            calls.find_map(|(_, schedule, back)| match operation {
                _ if operation == *schedule => Some((false, *schedule)),
                _ if operation == *back => Some((true, *schedule)),
                _ => None,
            })
        }
    }
}
