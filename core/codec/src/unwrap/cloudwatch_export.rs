//! One event of `aws logs filter-log-events` or `get-log-events`:
//! `{"logStreamName":...,"timestamp":...,"message":...,"ingestionTime":...,"eventId":...}`; and a
//! row of the table that the console saves, `{"timestamp":"1714557600123","message":...}`; and an
//! event of a subscription alone, `{"id":...,"timestamp":1714557600123,"message":...}`, as
//! functions that take a subscription apart hand it on.
//!
//! The id of the event is not taken: it is new for each line, and names no request.
//!
//! Source: docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_FilterLogEvents.html,
//! read 2026-11-21.

use nepho_core::format::Record;
use nepho_core::tables::Column;

use super::{Inner, Opened, envelope, time, with};
use crate::json::{JsonFields, unescape};

pub(super) fn open<'a>(record: &Record<'a>, fields: &JsonFields<'a>) -> Opened<'a> {
    let (Some(message), Some(_)) = (fields.text("message"), fields.text("timestamp")) else {
        return Opened::No;
    };
    if fields.text("ingestionTime").is_none() && !is_row(fields) && !is_event(fields) {
        return Opened::No;
    }
    let mut envelope = envelope(record).with(Column::Provider, "aws");
    envelope.time = time(fields, "timestamp");
    let stream = fields.text("logStreamName");
    let envelope = with(envelope, Column::Host, stream);
    let envelope = with(envelope, Column::Service, stream.and_then(container));
    Opened::Inside(vec![Inner {
        text: unescape(message),
        envelope,
    }])
}

/// Container of a task of ECS, whose stream is `<prefix>/<container>/<task>`.
///
/// Source: docs.aws.amazon.com/AmazonECS/latest/developerguide/specify-log-config.html, read
/// 2026-12-01.
fn container(stream: &str) -> Option<&str> {
    let mut steps = stream.rsplit('/');
    let (task, container) = (steps.next()?, steps.next()?);
    let is_task = task.len() == 32 && task.bytes().all(|byte| byte.is_ascii_hexdigit());
    steps.next().filter(|_| is_task && !container.is_empty())?;
    Some(container)
}

/// Whether an object is a row of a table: it has nothing else, and its time is a text of
/// milliseconds.
fn is_row(fields: &JsonFields<'_>) -> bool {
    let [("timestamp", time), ("message", message)] = fields.members() else {
        return false;
    };
    let millis = time.trim_matches('"');
    let is_text = time.starts_with('"') && message.starts_with('"');
    is_text && millis.len() == MILLIS_DIGITS && millis.bytes().all(|byte| byte.is_ascii_digit())
}

/// Whether an object is an event of a subscription: it has nothing else.
///
/// Source: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html, read
/// 2026-12-01.
fn is_event(fields: &JsonFields<'_>) -> bool {
    let is_number = |text: &str, digits: usize| {
        text.len() == digits && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    fields.members().len() == 3
        && fields.text("id").is_some_and(|id| is_number(id, ID_DIGITS))
        && fields
            .text("timestamp")
            .is_some_and(|time| is_number(time, MILLIS_DIGITS))
}

/// Digits of the id of an event.
const ID_DIGITS: usize = 56;

/// Digits of milliseconds since 1970, from the year 2001 to 2286.
const MILLIS_DIGITS: usize = 13;

#[cfg(test)]
mod tests {
    use super::super::tests::inside;
    use super::*;

    #[test]
    fn an_event_of_a_subscription_may_stand_alone() {
        let check = |text: &str, expected: Option<&str>| {
            let found = inside(open, text);
            let found = found.first().map(|inner| inner.text.as_ref());
            assert_eq!(found, expected, "{text}");
        };
        let id = "35311576111948622874033876462979853992919938886093242368";
        let event = format!(r#"{{"id":"{id}","timestamp":1778594400123,"message":"hello"}}"#);
        check(&event, Some("hello"));
        check(&event.replace(id, "42"), None);
        check(&event.replace("1778594400123", "1778594400"), None);
        check(&event.replace("\"message\"", "\"text\""), None);
        check(&event.replace('}', ",\"level\":\"info\"}"), None);
        check(&event.replace("\"id\"", "\"trace\""), None);
    }

    #[test]
    fn streams_of_tasks_tell_the_container() {
        let check = |stream: &str, expected: Option<&str>| {
            assert_eq!(container(stream), expected, "{stream}");
        };
        let task = "0123456789abcdef0123456789abcdef";
        check(&format!("ecs/checkout/{task}"), Some("checkout"));
        check(&format!("shop/ecs/checkout/{task}"), Some("checkout"));
        check(&format!("checkout/{task}"), None);
        check("2026/05/12/[$LATEST]0123456789abcdef", None);
        check("i-0123456789abcdef0", None);
    }
}
