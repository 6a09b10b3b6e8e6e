//! Events as Wazuh hands them on.
//!
//! | written by | what there is |
//! |---|---|
//! | modules of cloud services | `{"integration":"gcp","gcp":{...}}`, of AWS `{"aws":{...}}` |
//! | `alerts.json`, `archives.json` | `full_log`, the line, or `data`, the event, among others |
//! | `archives.log` | `2026 May 12 14:00:00 (web-1) any->/var/log/auth.log`, the line |
//!
//! Sources: documentation.wazuh.com/current/cloud-security, examples of events, as of 2026-11-29;
//! documentation.wazuh.com/current/user-manual/manager/event-logging.html, read 2026-11-30.

use std::borrow::Cow;

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, Wrapped, envelope, time, with};
use crate::json::fields::pick;
use crate::json::{JsonFields, unescape};
use crate::time as times;

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    if is_alert(fields) {
        return alert(record, fields);
    }
    let is_of_aws = || {
        let mut keys = fields.members().iter().map(|(key, _)| *key);
        let is_alone = keys.next() == Some("aws") && keys.next().is_none();
        is_alone && fields.raw("aws.log_info").is_some()
    };
    let module = match fields.text("integration") {
        Some(module) => module,
        None if is_of_aws() => "aws",
        None => return Opened::No,
    };
    // What else there is tells of the agent, not of the event.
    let mut members = fields.members().iter();
    let is_alone = members.all(|(key, raw)| *key == module || !raw.starts_with(['{', '[']));
    match fields.raw(module).filter(|raw| raw.starts_with('{')) {
        Some(event) if is_alone => Opened::Inside(vec![Inner {
            text: event.into(),
            envelope: envelope(record),
        }]),
        _ => Opened::No,
    }
}

/// Whether an object is one of `alerts.json` or `archives.json`.
fn is_alert(fields: &JsonFields<'_>) -> bool {
    let is_object = |name: &str| fields.raw(name).is_some_and(|raw| raw.starts_with('{'));
    is_object("agent")
        && is_object("manager")
        && is_object("decoder")
        && fields.text("location").is_some()
}

/// The event of an alert: its line, or what its module handed on.
fn alert<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let mut around = envelope(record);
    around.time = time(fields, "timestamp").or(around.time);
    // What the event tells itself counts more.
    around = with(around, Column::Body, fields.text("rule.description"));
    if let Some(line) = fields.text("full_log").filter(|line| !line.is_empty()) {
        let host = fields.text("predecoder.hostname");
        let host = host.or_else(|| fields.text("agent.name"));
        return Opened::Inside(vec![Inner {
            text: unescape(line),
            envelope: with(around, Column::Host, host),
        }]);
    }
    let Some(data) = fields.raw("data").filter(|data| data.starts_with('{')) else {
        return Opened::No;
    };
    let module = fields.text("data.integration").unwrap_or_default();
    let event = pick(data, [module]).and_then(|[event]| event);
    let event = event.filter(|event| !module.is_empty() && event.starts_with('{'));
    Opened::Inside(vec![Inner {
        text: event.unwrap_or(data).into(),
        envelope: around,
    }])
}

/// Blanks that the place may have that a line came from: it may be a command.
const MAX_BLANKS: usize = 4;

/// A line of `archives.log`: the time, who sent it from where, and the line. Where that begins is
/// told by what a format knows; if none does, all of the text stays.
pub(super) fn open_line<'a>(record: &Record<'a>) -> Option<Wrapped<'a>> {
    let text = record.text;
    if !matches!(
        text.as_bytes(),
        [b'1'..=b'2', _, _, _, b' ', b'A'..=b'Z', ..]
    ) {
        return None;
    }
    let (time, length) = times::prefix(text, record.stream.reference())?;
    let rest = text.get(length..)?.strip_prefix(' ')?;
    // `(web-1) any->/var/log/auth.log `, or `manager->sshd `.
    let (agent, rest) = match rest.strip_prefix('(') {
        Some(behind) => behind.split_once(") ")?,
        None => ("", rest),
    };
    let (sender, rest) = rest.split_once("->")?;
    let origin = if agent.is_empty() { sender } else { agent };
    let is_word = |text: &str| !text.is_empty() && !text.contains([' ', '\t', '\n']);
    (is_word(sender) && is_word(origin)).then_some(())?;
    let mut around = envelope(record);
    around.time = Some(time);
    let around = around.with(Column::Host, origin);
    let rest = rest.trim_end();
    let ends = rest.match_indices(' ').map(|(end, _)| end);
    let lines = ends.take(MAX_BLANKS).filter_map(|end| {
        Some(Inner {
            text: Cow::Borrowed(rest.get(end + 1..)?),
            envelope: around.clone(),
        })
    });
    let lines: Vec<_> = lines.collect();
    (!lines.is_empty()).then_some(Wrapped::OneOf(lines))
}

#[cfg(test)]
mod tests {
    use super::super::tests::{inside, opened};
    use super::*;

    #[test]
    fn an_alert_has_the_line_or_the_event() {
        let check = |rest: &str, expected: Option<&str>| {
            let head = r#""timestamp":"2026-05-12T14:00:00.000+0000","rule":{"level":3}"#;
            let who = r#""agent":{"name":"web-1"},"manager":{"name":"m"},"decoder":{}"#;
            let alert = format!(r#"{{{head},{who},{rest},"location":"aws"}}"#);
            let found = inside(open, &alert);
            let text = found.first().map(|inner| &*inner.text);
            assert_eq!(text, expected, "{rest}");
        };
        check(r#""full_log":"a \"b\"","data":{"x":"1"}"#, Some(r#"a "b""#));
        check(r#""data":{"insertId":"1"}"#, Some(r#"{"insertId":"1"}"#));
        check(
            r#""data":{"integration":"aws","aws":{"a":"1"}}"#,
            Some(r#"{"a":"1"}"#),
        );
        check(r#""data":"x""#, None);
    }

    #[test]
    fn events_of_aws_need_no_name_of_a_module() {
        let check =
            |text: &str, count: usize| assert_eq!(inside(open, text).len(), count, "{text}");
        check(
            r#"{"aws":{"log_info":{"s3bucket":"b"},"eventName":"x"}}"#,
            1,
        );
        check(r#"{"aws":{"eventName":"x"}}"#, 0);
        check(r#"{"aws":{"log_info":{}},"x":1}"#, 0);
    }

    #[test]
    fn a_line_stands_behind_who_sent_it() {
        let check = |text: &str, expected: &[&str]| {
            let found = opened(open_line, text);
            let lines = found.iter().flat_map(|(kind, inside)| {
                assert_eq!(*kind, "one of", "{text}");
                inside.iter().map(|inner| &*inner.text)
            });
            assert_eq!(lines.collect::<Vec<_>>(), expected, "{text}");
        };
        let head = "2026 May 12 14:00:00";
        check(
            &format!("{head} (web-1) any->/var/log/auth.log sshd: x"),
            &["sshd: x", "x"],
        );
        check(&format!("{head} manager->aws {{\"a\":1}}"), &["{\"a\":1}"]);
        check(
            &format!("{head} manager->df -P a: b c d"),
            &["-P a: b c d", "a: b c d", "b c d", "c d"],
        );
        check(
            &format!("{head} (main) state changed: idle->running after 3 s"),
            &[],
        );
        check(&format!("{head} (a b) any->c d"), &[]);
        check(&format!("{head} switch-1 %SYS-5-X: a->b c"), &[]);
        check(&format!("{head} (web-1) x"), &[]);
        check(&format!("{head} (web-1) any->x"), &[]);
    }
}
