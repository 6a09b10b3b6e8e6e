//! Error texts that are fit to be kept.

pub(super) use nepho_iac_common::reason::{error_code, fit as redact, request_id};

/// Words in the errors of what was stopped because of an error elsewhere.
const CONSEQUENCES: [&str; 6] = [
    "context canceled",
    "context cancelled",
    "operation was canceled",
    "operation was cancelled",
    "execution halted",
    "request cancelled",
];

/// Whether an error only follows from the end of the run.
pub(super) fn is_consequence(summary: &str) -> bool {
    let lower = summary.to_ascii_lowercase();
    CONSEQUENCES.iter().any(|word| lower.contains(word))
}
