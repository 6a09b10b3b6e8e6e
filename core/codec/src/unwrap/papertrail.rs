//! Lines of the archives of Papertrail: ten columns with tabs between them, without a header.
//!
//! `id generated_at received_at source_id source_name source_ip facility_name severity_name program
//! message`
//!
//! What arrived as syslog is made syslog again (RFC 5424), so that whatever reads the lines of a
//! program there does so here.
//!
//! Source: documentation.solarwinds.com/en/success_center/papertrail, Permanent log archives, read
//! 2026-11-30.

use nepho_core::format::Record;

use super::{Inner, Wrapped, envelope};
use crate::time;

/// Names of severities, from 0 to 7 (RFC 5424, table 2).
const SEVERITIES: [&str; 8] = [
    "Emergency",
    "Alert",
    "Critical",
    "Error",
    "Warning",
    "Notice",
    "Info",
    "Debug",
];
/// Names of facilities, from 0 on (RFC 5424, table 1).
const FACILITIES: [&str; 12] = [
    "Kernel", "User", "Mail", "Daemon", "Auth", "Syslog", "LPR", "News", "UUCP", "Cron",
    "Authpriv", "FTP",
];

pub(super) fn open<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text.trim_end_matches(['\r', '\n']);
    let (id, rest) = text.split_once('\t')?;
    let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    if !is_number(id) {
        return None;
    }
    let mut columns = rest.splitn(9, '\t');
    let mut next = || columns.next();
    let (generated, received, source, host) = (next()?, next()?, next()?, next()?);
    let (_, facility, severity, program) = (next()?, next()?, next()?, next()?);
    let message = next()?;
    // Times of older archives are those of the account, `2026-05-12 16:00:00 +0200`.
    let time = |text: &str| {
        let (found, length) = time::prefix(text, record.stream.reference())?;
        (length == text.len()).then_some(found)
    };
    let generated = time(generated)?;
    time(received)?;
    let severity = position(&SEVERITIES, severity).filter(|_| is_number(source))?;
    let facility = position(&FACILITIES, facility)
        .or_else(|| local(facility))
        .unwrap_or(1);
    let priority = facility * 8 + severity;
    let (host, program) = (word(host), word(program));
    Some(Wrapped::Records(vec![Inner {
        text: format!("<{priority}>1 {generated} {host} {program} - - - {message}").into(),
        envelope: envelope(record),
    }]))
}

fn position(names: &[&str], name: &str) -> Option<usize> {
    names
        .iter()
        .position(|held| held.eq_ignore_ascii_case(name))
}

/// Number of `Local7`.
fn local(facility: &str) -> Option<usize> {
    let number: usize = facility.strip_prefix("Local")?.parse().ok()?;
    (number < 8).then_some(16 + number)
}

/// A name as a line of syslog has it: without blanks, and never empty.
fn word(name: &str) -> String {
    match name.trim() {
        "" => "-".to_owned(),
        name => name.replace(' ', "_"),
    }
}

#[cfg(test)]
mod tests {
    use super::open;
    use crate::unwrap::tests::opened;

    #[test]
    fn a_line_is_one_of_syslog() {
        let check = |text: &str, expected: Option<&str>| {
            let found = opened(open, text).map(|(_, inside)| inside);
            let found = found.as_ref().and_then(|inside| inside.first());
            assert_eq!(found.map(|inner| &*inner.text), expected, "{text}");
        };
        let head =
            "700000000000000001\t2026-05-12T14:00:00Z\t2026-05-12T14:00:01Z\t1234\tweb 1\t10.0.0.7";
        check(
            &format!("{head}\tLocal7\tError\tapp/web.1\tno\tstock\n"),
            Some("<187>1 2026-05-12T14:00:00Z web_1 app/web.1 - - - no\tstock"),
        );
        check(
            &format!("{head}\tUser\tInfo\t\ta"),
            Some("<14>1 2026-05-12T14:00:00Z web_1 - - - - a"),
        );
        check(
            "700000000000000001\t2026-05-12 14:00:00\t2026-05-12 14:00:01\t1\tb\t\tCron\tNotice\tcron\ta",
            Some("<77>1 2026-05-12T14:00:00Z b cron - - - a"),
        );
        check(
            "50342052\t2026-05-12 06:00:00 -0800\t2026-05-12 06:00:01 -0800\t42424\tweb\t10.0.0.7\tUser\tInfo\tshop\ta",
            Some("<14>1 2026-05-12T14:00:00Z web shop - - - a"),
        );
        check(
            "50342052\t2026-05-12 06:00:00 yes\t2026-05-12 06:00:01\t4\tweb\t\tUser\tInfo\tshop\ta",
            None,
        );
        check(&format!("{head}\tUser\tNone\ta\tb"), None);
        check(&format!("{head}\tUser"), None);
        check("7\t2026-05-12T14:00:00Z\ta", None);
    }
}
