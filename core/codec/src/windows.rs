//! What the numbers of events of the security log mean.
//!
//! Source: learn.microsoft.com/windows-server/identity/ad-ds/plan/appendix-l--events-to-monitor and
//! learn.microsoft.com/windows/security/threat-protection/auditing/event-4624 and its neighbors, as
//! of 2026-11-28.

use nepho_core::tables::{Column, Outcome, Row};

/// Name of the provider of security events.
pub const PROVIDER: &str = "Microsoft-Windows-Security-Auditing";

/// Bits of `Keywords` that tell how an audited operation ended.
const AUDIT_FAILURE: u64 = 0x0010_0000_0000_0000;
const AUDIT_SUCCESS: u64 = 0x0020_0000_0000_0000;

/// First sentence of the events that are met most.
const SENTENCES: [(&str, &str); 38] = [
    ("1102", "The audit log was cleared."),
    ("4616", "The system time was changed."),
    ("4624", "An account was successfully logged on."),
    ("4625", "An account failed to log on."),
    ("4634", "An account was logged off."),
    ("4647", "User initiated logoff."),
    ("4648", "A logon was attempted using explicit credentials."),
    ("4656", "A handle to an object was requested."),
    ("4660", "An object was deleted."),
    ("4663", "An attempt was made to access an object."),
    ("4670", "Permissions on an object were changed."),
    ("4672", "Special privileges assigned to new logon."),
    ("4673", "A privileged service was called."),
    ("4688", "A new process has been created."),
    ("4689", "A process has exited."),
    ("4697", "A service was installed in the system."),
    ("4698", "A scheduled task was created."),
    ("4699", "A scheduled task was deleted."),
    ("4702", "A scheduled task was updated."),
    ("4719", "System audit policy was changed."),
    ("4720", "A user account was created."),
    ("4722", "A user account was enabled."),
    (
        "4723",
        "An attempt was made to change an account's password.",
    ),
    (
        "4724",
        "An attempt was made to reset an account's password.",
    ),
    ("4725", "A user account was disabled."),
    ("4726", "A user account was deleted."),
    (
        "4728",
        "A member was added to a security-enabled global group.",
    ),
    (
        "4729",
        "A member was removed from a security-enabled global group.",
    ),
    (
        "4732",
        "A member was added to a security-enabled local group.",
    ),
    (
        "4733",
        "A member was removed from a security-enabled local group.",
    ),
    ("4738", "A user account was changed."),
    ("4740", "A user account was locked out."),
    (
        "4756",
        "A member was added to a security-enabled universal group.",
    ),
    ("4767", "A user account was unlocked."),
    (
        "4768",
        "A Kerberos authentication ticket (TGT) was requested.",
    ),
    ("4769", "A Kerberos service ticket was requested."),
    ("4771", "Kerberos pre-authentication failed."),
    (
        "4776",
        "The computer attempted to validate the credentials for an account.",
    ),
];

/// Name of the provider of Sysmon.
pub const SYSMON: &str = "Microsoft-Windows-Sysmon";

/// What the events of Sysmon are called.
///
/// learn.microsoft.com/sysinternals/downloads/sysmon ("Events"), as of 2026-11-29.
const SYSMON_EVENTS: [(&str, &str); 29] = [
    ("1", "Process creation"),
    ("2", "A process changed a file creation time"),
    ("3", "Network connection"),
    ("4", "Sysmon service state changed"),
    ("5", "Process terminated"),
    ("6", "Driver loaded"),
    ("7", "Image loaded"),
    ("8", "CreateRemoteThread"),
    ("9", "RawAccessRead"),
    ("10", "ProcessAccess"),
    ("11", "FileCreate"),
    ("12", "RegistryEvent (Object create and delete)"),
    ("13", "RegistryEvent (Value Set)"),
    ("14", "RegistryEvent (Key and Value Rename)"),
    ("15", "FileCreateStreamHash"),
    ("16", "ServiceConfigurationChange"),
    ("17", "PipeEvent (Pipe Created)"),
    ("18", "PipeEvent (Pipe Connected)"),
    ("19", "WmiEvent (WmiEventFilter activity detected)"),
    ("20", "WmiEvent (WmiEventConsumer activity detected)"),
    (
        "21",
        "WmiEvent (WmiEventConsumerToFilter activity detected)",
    ),
    ("22", "DNSEvent (DNS query)"),
    ("23", "FileDelete (File Delete archived)"),
    ("24", "ClipboardChange (New content in the clipboard)"),
    ("25", "ProcessTampering (Process image change)"),
    ("26", "FileDeleteDetected (File Delete logged)"),
    ("27", "FileBlockExecutable"),
    ("28", "FileBlockShredding"),
    ("29", "FileExecutableDetected"),
];

/// What an event of Sysmon is called.
pub fn sysmon_event(id: &str) -> Option<&'static str> {
    let found = SYSMON_EVENTS.iter().find(|(number, _)| *number == id);
    found.map(|(_, name)| *name)
}

/// A security event, as far as columns need it; what it does not tell is empty.
#[derive(Clone, Copy, Debug, Default)]
pub struct Security<'a> {
    /// Its number.
    pub id: &'a str,
    /// Who did it.
    pub subject: &'a str,
    /// Who or what it was done to; of a sign-in, who signed in.
    pub target: &'a str,
    /// Status code of Windows, `0xc000006d`.
    pub status: &'a str,
    /// How it ended by the keywords of the event.
    pub outcome: Option<Outcome>,
}

impl Security<'_> {
    /// Sets actor, resource, action and outcome.
    pub fn fill(&self, row: &mut Row<'_>) {
        let (subject, target) = (known(self.subject), known(self.target));
        if is_sign_in(self.id) {
            row.text(
                Column::Actor,
                if target.is_empty() { subject } else { target },
            );
        } else {
            row.text(Column::Actor, subject);
            if target != subject {
                row.resource(target);
            }
        }
        if let Some(sentence) = sentence(self.id) {
            row.constant(Column::Action, sentence);
        }
        if let Some(outcome) = self.ended() {
            row.outcome(outcome);
        }
    }

    fn ended(&self) -> Option<Outcome> {
        match self.id {
            "4625" | "4771" => Some(Outcome::Failure),
            // Tickets of Kerberos and checks of NTLM have a status.
            "4768" | "4769" | "4776" if !known(self.status).is_empty() => {
                let digits = self.status.trim_start_matches("0x");
                match digits.bytes().all(|byte| byte == b'0') {
                    true => Some(Outcome::Success),
                    false => Some(Outcome::Failure),
                }
            }
            _ => self.outcome,
        }
    }
}

/// Names of the properties of an event, as `Get-WinEvent | Format-List` writes them.
///
/// Source: learn.microsoft.com/dotnet/api/system.diagnostics.eventing.reader.eventlogrecord and the
/// notes that `Get-WinEvent` adds, as of 2026-11-30.
const PROPERTIES: [&str; 27] = [
    "ActivityId",
    "Bookmark",
    "ContainerLog",
    "Id",
    "Keywords",
    "KeywordsDisplayNames",
    "Level",
    "LevelDisplayName",
    "LogName",
    "MachineName",
    "MatchedQueryIds",
    "Message",
    "Opcode",
    "OpcodeDisplayName",
    "ProcessId",
    "Properties",
    "ProviderId",
    "ProviderName",
    "Qualifiers",
    "RecordId",
    "RelatedActivityId",
    "Task",
    "TaskDisplayName",
    "ThreadId",
    "TimeCreated",
    "UserId",
    "Version",
];

/// Name of the property of an event that a line of a list of PowerShell begins with, and the column
/// of its colon: `TimeCreated  : ...`. All names of a list are padded to one length, and behind the
/// longest is a blank as well.
pub fn listed(line: &[u8]) -> Option<(&'static str, usize)> {
    let line = line.get(..40).unwrap_or(line);
    let column = memchr::memmem::find(line, b" :")? + 1;
    let is_parted = matches!(line.get(column + 1), None | Some(b' ' | b'\r' | b'\n'));
    let name = line.get(..column)?.trim_ascii_end();
    let mut names = PROPERTIES.iter();
    let name = names.find(|held| held.as_bytes() == name)?;
    is_parted.then_some((name, column))
}

/// First sentence of a security event.
pub fn sentence(id: &str) -> Option<&'static str> {
    let found = SENTENCES.iter().find(|(number, _)| *number == id);
    found.map(|(_, sentence)| *sentence)
}

/// How an audited operation ended, by `Keywords` as a number, with `0x` or as a signed one.
pub fn by_keywords(text: &str) -> Option<Outcome> {
    let bits = match text.strip_prefix("0x") {
        Some(digits) => u64::from_str_radix(digits, 16).ok()?,
        None => text.parse::<i64>().ok()?.cast_unsigned(),
    };
    match (bits & AUDIT_FAILURE != 0, bits & AUDIT_SUCCESS != 0) {
        (true, false) => Some(Outcome::Failure),
        (false, true) => Some(Outcome::Success),
        _ => None,
    }
}

/// A name that is one.
pub fn known(name: &str) -> &str {
    match name {
        "-" | "N/A" | "ANONYMOUS LOGON" => "",
        name => name,
    }
}

/// Events of which the target is the one who signs in or out; the subject is the program that
/// asked.
pub fn is_sign_in(id: &str) -> bool {
    matches!(
        id,
        "4624" | "4625" | "4634" | "4647" | "4768" | "4769" | "4770" | "4771" | "4776"
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keywords_tell_how_it_ended() {
        let check = |text: &str, expected: Option<Outcome>| assert_eq!(by_keywords(text), expected);
        check("0x8010000000000000", Some(Outcome::Failure));
        check("0x8020000000000000", Some(Outcome::Success));
        check("-9218868437227405312", Some(Outcome::Failure));
        check("-9214364837600034816", Some(Outcome::Success));
        check("0x80000000000000", None);
        check("Classic", None);
    }

    #[test]
    fn tickets_have_a_status() {
        let ended = |id, status| {
            let event = Security {
                id,
                status,
                outcome: Some(Outcome::Success),
                ..Security::default()
            };
            event.ended()
        };
        assert_eq!(ended("4776", "0xc000006a"), Some(Outcome::Failure));
        assert_eq!(ended("4776", "0x0"), Some(Outcome::Success));
        assert_eq!(ended("4771", "0x0"), Some(Outcome::Failure));
        assert_eq!(ended("4688", "0x1"), Some(Outcome::Success));
    }
}
