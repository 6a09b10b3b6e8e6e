//! Sign-ins that SQL Server tells of, in its error log and wherever else its lines go.

use nepho_core::tables::{Column, Outcome, Row};

use crate::table::{To, put_text};

/// Puts user, client and outcome of `Login failed for user 'sa'. Reason: ... [CLIENT:
/// 203.0.113.4]` or `Login succeeded for user ...`, wherever that stands in `message`.
///
/// Source: learn.microsoft.com/sql/relational-databases/errors-events, error 18456, as of
/// 2026-11-29.
pub fn sign_in(message: &str, row: &mut Row<'_>) {
    let words = [
        ("Login failed for user '", Outcome::Failure),
        ("Login succeeded for user '", Outcome::Success),
    ];
    let found = words.into_iter().find_map(|(words, outcome)| {
        let (_, rest) = message.split_once(words)?;
        Some((rest, outcome))
    });
    let Some((rest, outcome)) = found else {
        return;
    };
    row.outcome(outcome);
    if let Some((user, rest)) = rest.split_once('\'') {
        row.text(Column::Actor, user);
        let client = rest.split_once("[CLIENT: ").map(|(_, client)| client);
        if let Some((client, _)) = client.and_then(|client| client.split_once(']')) {
            put_text(client, To::SourceAddress, row);
        }
    }
}
