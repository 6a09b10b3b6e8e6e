//! What values of a JSON message tell together: a time in two parts, durations whose unit another
//! member tells, levels whose numbers other members explain.

use nepho_core::Timestamp;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use super::level;
use super::parts::{plain, put_outcome};
use super::template::render;
use crate::json::scan::ValueKind;
use crate::regions;
use crate::table::Event;
use crate::time;

pub(super) const LEVEL_NUMBER: usize = 0;

/// Number of a `priority`, and what tells that it is one of syslog.
pub(super) const PRIORITY: usize = 1;
pub(super) const SYSLOG: usize = 2;

/// Names of the message, the first that there is, rather than of a template of it.
pub(super) const MESSAGES: &[&str] = &[
    "message",
    "msg",
    "@m",
    "short_message",
    "fields.message",
    "RenderedMessage",
    "@message",
    "record.message",
    "logMessage",
    "_msg",
    "body.stringValue",
    "body",
    "log",
    "event.original",
    "event",
    "text",
    "error.message",
    "err.message",
    "error",
    "exception.message",
    "error_message",
];

/// What tells that levels are those of Windows.
pub(super) const WINDOWS: usize = 3;

/// Seconds since 1970 and what is beyond them, in places of their own.
pub(super) const SECONDS: usize = 4;
pub(super) const NANOS: usize = 5;

/// Durations whose unit other fields tell.
pub(super) const DURATION: usize = 6;
pub(super) const CONTROLLER: usize = 7;
pub(super) const LATENCY: usize = 8;
pub(super) const ACTION: usize = 9;
pub(super) const TOLD: usize = 10;

/// What tells that a record is one of Serilog, and whether that names a level.
pub(super) const SERILOG: usize = 11;
pub(super) const SERILOG_LEVEL: usize = 12;

/// What the loggers of Go call the time and the message.
pub(super) const GO_TS: usize = 13;
pub(super) const GO_TIME: usize = 14;
pub(super) const GO_MESSAGE: usize = 15;

/// Name of the logger in the console format of .NET.
pub(super) const CATEGORY: usize = 16;

/// Time and zone of Monolog 1.
pub(super) const DATE: usize = 17;
pub(super) const ZONE: usize = 18;

/// When what is recorded came into being, or was changed.
pub(super) const CREATED: usize = 19;

/// Who did something, and what tells that something was done.
pub(super) const ACTOR: usize = 20;
pub(super) const DEED: usize = 21;
pub(super) const EVENT: usize = 22;

/// A duration whose unit is that of the logger, and where the logger was called.
pub(super) const TOOK: usize = 23;
pub(super) const CALLER: usize = 24;

/// Template of a message, and a message that was made of it already.
pub(super) const TEMPLATE: usize = 25;
pub(super) const RENDERED: usize = 26;

/// What tells that levels are those of Nextcloud.
pub(super) const NEXTCLOUD: usize = 27;

/// Level, message and time by the names that the development settings of zap give them.
pub(super) const ZAP_LEVEL: usize = 28;
pub(super) const ZAP_MESSAGE: usize = 29;

/// Judges what was kept of a message.
pub(super) fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if !row.has_time() {
        finish_time(event, row);
    }
    if !row.has_time() && !is_timed_around(row) {
        finish_created(event, row);
    }
    finish_duration(event, row);
    finish_actor(event, row);
    let number = |place| event.kept(place)?.trim().parse::<u8>().ok();
    if event.kept_value(WINDOWS).is_some()
        && let Some(severity) = number(LEVEL_NUMBER).and_then(windows_severity)
    {
        row.severity(severity);
    }
    // `remoteAddr` beside `reqId` and `app` (docs.nextcloud.com, "Logging", as of 2026-12-01).
    if event.kept_value(NEXTCLOUD).is_some()
        && row.has(Column::RequestId)
        && row.has(Column::Service)
        && let Some(severity) = number(LEVEL_NUMBER).and_then(nextcloud_severity)
    {
        row.severity(severity);
    }
    // go.uber.org/zap, `NewDevelopmentEncoderConfig`.
    if !row.has_severity()
        && let (Some(level), Some(message)) = (event.kept(ZAP_LEVEL), event.kept(ZAP_MESSAGE))
        && let Some(severity) = level::of_word(&level)
    {
        row.severity(severity).text(Column::Body, &message);
    }
    // The journal writes the level of syslog as `PRIORITY` (systemd.journal-fields(7)).
    if !row.has_severity()
        && event.kept_value(SYSLOG).is_some()
        && let Some(severity) = number(PRIORITY).and_then(Severity::from_syslog)
    {
        row.severity(severity);
    }
    // The compact format of Serilog leaves the level out where it is that of information.
    if !row.has_severity()
        && event.kept_value(SERILOG).is_some()
        && event.kept_value(SERILOG_LEVEL).is_none()
    {
        row.severity(Severity::INFO);
    }
    if event.kept_value(RENDERED).is_none()
        && let Some(template) = event.kept(TEMPLATE)
        && event.kept_container(TEMPLATE).is_none()
        && let Some(text) = render(&template, event.text)
    {
        row.text(Column::Body, &text);
    }
    put_outcome(row);
    if !row.has(Column::Process)
        && event.kept_value(WINDOWS).is_some()
        && let Some(category) = event.kept(CATEGORY)
    {
        row.text(Column::Process, plain(&category));
    }
}

/// Time of `{"instant":{"epochSecond":1,"nanoOfSecond":2}}` (log4j2 `JsonLayout`) and
/// `"timestampSeconds":1,"timestampNanos":2` (logging libraries of Google).
fn finish_time(event: &Event<'_>, row: &mut Row<'_>) {
    if event.kept_value(SECONDS).is_none() {
        return finish_date(event, row);
    }
    let number = |place| event.kept(place)?.parse::<i64>().ok();
    if let Some(seconds) = number(SECONDS).filter(|seconds| (0..1 << 33).contains(seconds)) {
        let nanos = number(NANOS).filter(|nanos| (0..1_000_000_000).contains(nanos));
        row.time(Timestamp(seconds * 1_000_000_000 + nanos.unwrap_or(0)));
    }
}

/// Time of `"datetime":{"date":"2026-05-12 14:00:00.5","timezone":"+02:00"}` (Monolog 1). Of
/// a region, what is known of it tells how far its clock is ahead.
fn finish_date(event: &Event<'_>, row: &mut Row<'_>) {
    let (Some(date), Some(zone)) = (event.kept(DATE), event.kept(ZONE)) else {
        return;
    };
    let is_offset = matches!(zone.as_bytes(), [b'+' | b'-', ..]);
    let zone = if zone.eq_ignore_ascii_case("UTC") {
        "Z"
    } else {
        &zone
    };
    // With `Z` behind it, a date that has a zone is none.
    if let Some(wall) = time::parse(&format!("{date}Z"))
        && let Some(seconds) = regions::offset(zone, wall)
    {
        row.time(wall.plus(-seconds * nepho_core::time::NANOS));
    } else if (is_offset || zone == "Z")
        && let Some(time) = time::parse(&format!("{date}{zone}"))
    {
        row.time(time);
    } else if time::parse(&format!("{date}Z")).is_none()
        && let Some(time) = time::parse(&date)
    {
        row.time(time);
    }
}

/// Whether something around the record tells its time.
fn is_timed_around(row: &Row<'_>) -> bool {
    let innermost = row.record().envelope;
    let mut around = std::iter::successors(Some(innermost), |envelope| envelope.parent.as_deref());
    around.any(|envelope| envelope.time.is_some())
}

/// Time of what is recorded, for records that have no other: exports of audit logs. What an
/// application logs of an order has one, too, which is none of the event.
fn finish_created(event: &Event<'_>, row: &mut Row<'_>) {
    let reference = row.record().stream.reference();
    let created = event.kept(CREATED);
    if let Some(time) = created.and_then(|text| time::parse_near(&text, reference)) {
        row.time(time);
    }
}

/// Who did it, where something was done: the user is whom it was done to then. In other records an
/// actor may be anything, such as one of a film.
fn finish_actor(event: &Event<'_>, row: &mut Row<'_>) {
    let Some(actor) = event.kept(ACTOR) else {
        return;
    };
    // The event of structlog is its message.
    let is_named = || event.kept(EVENT).is_some_and(|name| !name.contains(' '));
    if event.kept_value(DEED).is_some() || is_named() {
        row.text(Column::Actor, plain(&actor));
    }
}

/// Durations by names that tell no unit, where another member of the record tells it.
fn finish_duration(event: &Event<'_>, row: &mut Row<'_>) {
    // Others write milliseconds; zap, as etcd used it up to 3.4, seconds with a fraction.
    let time = event.kept_value(GO_TS).map(|value| value.kind);
    let is_there = |place| event.kept_value(place).is_some();
    if time == Some(ValueKind::Scalar)
        && is_there(GO_MESSAGE)
        && is_there(CALLER)
        && let Some(took) = event.kept(TOOK).filter(|took| took.contains('.'))
        && took.parse::<f64>().is_ok()
        && let Some(nanos) = time::duration(&took, 1e9)
    {
        row.duration(nanos);
    }
    let Some(text) = event.kept(DURATION) else {
        return;
    };
    // A name that tells the unit is surer.
    if event.kept_value(TOLD).is_some() {
        return;
    }
    if let Some(human) = event.kept(LATENCY)
        && let Some(nanos) = time::duration(&human, 1e9)
    {
        row.duration(nanos);
        return;
    }
    // Text with a unit of its own is what it says, whatever the record tells.
    if let Some(unit) = unit(event, &text)
        && let Some(nanos) = time::duration(&text, unit)
    {
        row.duration(nanos);
    }
}

/// Nanoseconds of the unit of a bare number.
///
/// Serilog and lograge (`controller` and `action` beside it) write milliseconds. The loggers of Go,
/// which are known by `msg` with `ts` or a `time` that is text, write a `time.Duration` as
/// nanoseconds or, with a fraction, as seconds (zap); a whole number below a million is of no unit
/// that could be told.
fn unit(event: &Event<'_>, text: &str) -> Option<f64> {
    let is_there = |place| event.kept_value(place).is_some();
    let is_fraction = text.contains('.');
    if is_there(SERILOG) || is_fraction && is_there(CONTROLLER) && is_there(ACTION) {
        return Some(1e6);
    }
    let is_zap = is_there(GO_TS);
    let time = event.kept_value(GO_TIME).map(|value| value.kind);
    if !is_there(GO_MESSAGE) || !is_zap && time != Some(ValueKind::Text) {
        return None;
    }
    match text.parse::<u64>() {
        Ok(1_000_000..) => Some(1.0),
        Err(_) if is_zap => Some(1e9),
        _ => None,
    }
}

/// Severity of a level of Nextcloud and ownCloud.
fn nextcloud_severity(level: u8) -> Option<Severity> {
    Some(match level {
        0 => Severity::DEBUG,
        1 => Severity::INFO,
        2 => Severity::WARN,
        3 => Severity::ERROR,
        4 => Severity::FATAL,
        _ => return None,
    })
}

/// Severity of a level of Windows events (learn.microsoft.com/windows/win32/wes/
/// eventmanifestschema-leveltype-complextype): 1 critical to 5 verbose.
fn windows_severity(level: u8) -> Option<Severity> {
    Some(match level {
        1 => Severity::CRITICAL,
        2 => Severity::ERROR,
        3 => Severity::WARN,
        0 | 4 => Severity::INFO,
        5 => Severity::TRACE,
        _ => return None,
    })
}
