//! What the logs of MySQL and MariaDB have in common.

use nepho_codec::table::address;
use nepho_core::tables::{Column, Outcome, Row};

/// Commands of SQL that stand at the start of statements.
const COMMANDS: [&str; 25] = [
    "SELECT", "INSERT", "UPDATE", "DELETE", "REPLACE", "CALL", "WITH", "CREATE", "ALTER", "DROP",
    "TRUNCATE", "RENAME", "LOAD", "GRANT", "REVOKE", "COMMIT", "ROLLBACK", "BEGIN", "START",
    "LOCK", "OPTIMIZE", "ANALYZE", "SHOW", "SET", "EXPLAIN",
];

/// Command that a statement begins with, in capitals.
pub(crate) fn command(sql: &str) -> Option<&'static str> {
    let sql = sql.trim_start_matches(['(', ' ', '\t', '\n']);
    let word = sql.split(|c: char| !c.is_ascii_alphabetic()).next()?;
    let found = COMMANDS.iter().find(|held| held.eq_ignore_ascii_case(word));
    found.copied()
}

/// Who is named in a message, and whether it was refused:
/// `Access denied for user 'app'@'10.0.0.7' (using password: YES)`,
/// `Aborted connection 5 to db: 'shop' user: 'app' host: '10.0.0.7' (Got timeout ...)`.
pub(crate) fn describe_user(message: &str, row: &mut Row<'_>) {
    let is_denied = message.contains("Access denied for user ");
    let (user, host) = if is_denied {
        let quoted = behind(message, "Access denied for user '");
        (quoted, behind(message, "'@'"))
    } else if message.contains("Aborted connection ") {
        (behind(message, "user: '"), behind(message, "host: '"))
    } else {
        return;
    };
    if is_denied {
        row.outcome(Outcome::Failure);
    }
    // The server writes this for a client that has not said who it is.
    if let Some(user) = user.filter(|user| *user != "unauthenticated") {
        row.text(Column::Actor, user);
    }
    if let Some((host, _)) = host.and_then(address) {
        row.text(Column::SourceIp, host);
    }
}

/// Text from behind `start` to the next quote.
fn behind<'a>(message: &'a str, start: &str) -> Option<&'a str> {
    let (_, rest) = message.split_once(start)?;
    rest.split('\'').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn commands_are_told_from_text() {
        assert_eq!(command("select 1"), Some("SELECT"));
        assert_eq!(command(" (Select 1)"), Some("SELECT"));
        assert_eq!(command("selection"), None);
        assert_eq!(command(""), None);
        assert_eq!(behind("user: 'app' host: 'x'", "host: '"), Some("x"));
    }
}
