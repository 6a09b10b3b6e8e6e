//! What the messages of security events tell in their parts: a title, the names and values below
//! it, and an empty line.
//!
//! Source: learn.microsoft.com/windows/security/threat-protection/auditing/event-4624 and its
//! neighbors ("Event Viewer" text of 4625, 4720, 4740, 4768, 4769, 4771, 4776), as of 2026-11-30.

use nepho_codec::table::{To, put_text};
use nepho_codec::windows::{Security, known};
use nepho_core::tables::{Outcome, Row};

/// Titles of the parts that name whom something was done to.
const TARGETS: [&str; 6] = [
    "Account For Which Logon Failed:",
    "New Logon:",
    "Target Account:",
    "New Account:",
    "Account That Was Locked Out:",
    // Of tickets of Kerberos.
    "Account Information:",
];

/// Where the code stands with which it ended: the title of its part and its name.
const STATUSES: [(&str, &str); 3] = [
    ("Failure Information:", "Status:"),
    ("Additional Information:", "Result Code:"),
    ("Additional Information:", "Failure Code:"),
];

/// What a security event tells beside its message; what it does not is empty.
pub(crate) struct Told<'a> {
    /// Its number.
    pub(crate) id: &'a str,
    /// Account that stands for those which the message does not name.
    pub(crate) user: &'a str,
    /// How it ended by its keywords.
    pub(crate) outcome: Option<Outcome>,
}

/// Puts the accounts that a message names, how it ended, and where it came from into the row.
pub(crate) fn fill(message: &str, told: &Told<'_>, row: &mut Row<'_>) {
    fill_source(message, row);
    let security = Security {
        id: told.id,
        subject: subject(message).unwrap_or(told.user),
        target: target(message).unwrap_or(told.user),
        status: status(message).unwrap_or_default(),
        outcome: told.outcome,
    };
    security.fill(row);
}

/// Puts the address that a sign-in came from into the row; other providers than that of security
/// events tell it as well, in no part.
pub(crate) fn fill_source(message: &str, row: &mut Row<'_>) {
    let part = part(message, "Network Information:").unwrap_or(message);
    let named = |names: [&str; 2]| names.into_iter().find_map(|name| value(part, name));
    if let Some(address) = named(["Source Network Address:", "Client Address:"]) {
        put_text(address, To::SourceAddress, row);
    }
    if let Some(port) = named(["Source Port:", "Client Port:"]) {
        put_text(port, To::SourcePort, row);
    }
}

fn subject(message: &str) -> Option<&str> {
    value(part(message, "Subject:")?, "Account Name:")
}

fn target(message: &str) -> Option<&str> {
    let mut parts = TARGETS.iter().filter_map(|title| part(message, title));
    let named = parts.find_map(|part| value(part, "Account Name:"));
    // Checks of NTLM have no parts.
    named.or_else(|| value(message, "Logon Account:"))
}

fn status(message: &str) -> Option<&str> {
    let told = |(title, name): &(&str, &str)| value(part(message, title)?, name);
    let found = STATUSES.iter().find_map(told);
    found.or_else(|| value(message, "Error Code:"))
}

/// Part with this title. Where line ends were made blanks, an empty line is four of them or more.
fn part<'a>(message: &'a str, title: &str) -> Option<&'a str> {
    let part = behind(message, title)?;
    let end = match message.contains('\n') {
        true => part.find("\n\n").or_else(|| part.find("\n\r\n")),
        false => {
            let mut gaps = part.match_indices("    ").map(|(at, _)| at);
            // A name without a value has blanks behind it as well.
            gaps.find(|at| !part[..*at].trim_end().ends_with(':') && !part[..*at].is_empty())
        }
    };
    part.get(..end.unwrap_or(part.len()))
}

/// Value of the name, up to the end of the line, a tab or two blanks; in a message of which all
/// blanks are single, the next word.
fn value<'a>(part: &'a str, name: &str) -> Option<&'a str> {
    let rest = behind(part, name)?;
    let line = rest.split(['\n', '\r']).next().unwrap_or_default();
    let line = line.trim_start();
    let value = match is_apart(part) {
        true => line.split('\t').next()?.split("  ").next()?,
        false => line.split(' ').next()?,
    };
    let value = known(value.trim());
    (!value.is_empty() && !value.ends_with(':')).then_some(value)
}

/// Text behind a title or a name that does not end a longer one (`Target Account Name:`).
fn behind<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let is_apart = is_apart(text);
    let is_whole = |before: &str| {
        before.is_empty() || before.ends_with(['\n', '\t']) || before.ends_with("  ") || !is_apart
    };
    let mut found = text.match_indices(name);
    let (at, _) = found.find(|(at, _)| is_whole(&text[..*at]) || text[..*at].trim().is_empty())?;
    text.get(at + name.len()..)
}

/// Whether names and values stand apart by more than single blanks.
fn is_apart(text: &str) -> bool {
    text.contains("  ") || text.contains(['\n', '\t'])
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Checks subject, target and status of a message, and of it as collectors flatten it.
    fn check(message: &str, expected: [Option<&str>; 3]) {
        let flat = message.replace('\n', "  ").replace('\t', " ");
        for text in [message, &flat] {
            let found = [subject(text), target(text), status(text)];
            assert_eq!(found, expected, "{text:?}");
        }
    }

    #[test]
    fn messages_name_accounts_and_how_it_ended() {
        check(
            "An account failed to log on.\n\nSubject:\n\tSecurity ID:\t\tS-1-0-0\n\tAccount Name:\t\t-\n\n\
             Account For Which Logon Failed:\n\tSecurity ID:\t\tS-1-0-0\n\tAccount Name:\t\t\
             mona lisa\n\n\
             Failure Information:\n\tFailure Reason:\t\tx\n\tStatus:\t\t0xC000006D\n\tSub Status:\t\t0x0\n",
            [None, Some("mona lisa"), Some("0xC000006D")],
        );
        check(
            "A Kerberos authentication ticket (TGT) was requested.\n\nAccount Information:\n\t\
             Account Name:\t\tmona\n\nService Information:\n\tService Name:\t\tkrbtgt\n\n\
             Additional Information:\n\tTicket Options:\t\t0x40810010\n\tResult Code:\t\t0x6",
            [None, Some("mona"), Some("0x6")],
        );
        check(
            "The computer attempted to validate the credentials for an account.\n\n\
             Logon Account:\t\tmona\nSource Workstation:\t\tweb-1\nError Code:\t\t0xC0000064",
            [None, Some("mona"), Some("0xC0000064")],
        );
        check(
            "A user account was created.\n\nSubject:\n\tAccount Name:\t\tadmin\n\nNew Account:\n\t\
             Account Name:\t\tmona\n\nAttributes:\n\tSAM Account Name:\t\tother",
            [Some("admin"), Some("mona"), None],
        );
        // A part without the name takes none of the next.
        check(
            "A user account was locked out.\n\nSubject:\n\tSecurity ID:\t\tS-1-5-18\n\n\
             Account That Was Locked Out:\n\tSecurity ID:\t\tS-1-5-7\n\tAccount Name:\t\tmona",
            [None, Some("mona"), None],
        );
    }
}
