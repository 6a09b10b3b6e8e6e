//! CloudWatch Logs: the envelope of a subscription as Firehose delivers it, and the output of
//! `aws logs filter-log-events`.
//!
//! Sources: docs.aws.amazon.com/AmazonCloudWatch/latest/logs/SubscriptionFilters.html and
//! docs.aws.amazon.com/cli/latest/reference/logs/filter-log-events.html (read 2026-11-21).

use super::{File, hours};
use crate::demo_data::clock::{MILLI, Micros, SECOND, epoch_millis, iso_millis, time_of_day};
use crate::demo_data::json::{Json, list, object};
use crate::demo_data::rng::Rng;
use crate::demo_data::story::{ACCOUNT, Machine, SEED, Service};
use crate::demo_data::traffic::{Entry, FILE_WRITER, Ledger, Level};

/// Longest time that an envelope collects.
const COLLECTED: Micros = 60 * SECOND;
/// Most events in an envelope.
const EVENTS: usize = 40;

/// Objects that Firehose wrote for the log group of a service, one an hour.
///
/// With `delimited` every envelope ends with a line feed (`AppendDelimiterToRecord`); without it
/// the envelopes stand one directly behind the other.
pub(crate) fn firehose(ledger: &Ledger, service: Service, delimited: bool) -> Vec<File> {
    let mut rng = Rng::for_part(SEED, service.name());
    let end_of_record = if delimited { "\n" } else { "" };
    let mut files = Vec::new();
    for (start, end) in hours() {
        let lines: Vec<&Entry> = ledger
            .lines_of(service)
            .into_iter()
            .filter(|line| (start..end).contains(&line.time) && !is_in_text_file(line))
            .collect();
        let mut text = String::new();
        for envelope in envelopes(&lines) {
            text.push_str(&subscription(service, &envelope).to_string());
            text.push_str(end_of_record);
        }
        let stamp = time_of_day(start).replace(':', "-");
        let path = format!(
            "aws/firehose/{name}/2026/05/12/{hour}/shop-{name}-1-2026-05-12-{stamp}-{id}.gz",
            name = service.name(),
            hour = &stamp[..2],
            id = rng.uuid(),
        );
        files.push(File {
            path,
            bytes: text.into_bytes(),
            rows: lines.len(),
        });
    }
    files
}

/// Bytes of messages that a service ships within a time.
pub(crate) fn shipped_bytes(ledger: &Ledger, service: Service, from: Micros, to: Micros) -> usize {
    ledger
        .lines_of(service)
        .into_iter()
        .filter(|line| (from..to).contains(&line.time) && !is_in_text_file(line))
        .map(|line| message(line).to_string().len())
        .sum()
}

/// Lines of the instance that writes a text file.
fn is_in_text_file(line: &Entry) -> bool {
    line.service == Service::Checkout && line.host == FILE_WRITER
}

/// Lines grouped as an agent ships them: by log stream, for a short time.
fn envelopes<'a>(lines: &[&'a Entry]) -> Vec<Vec<&'a Entry>> {
    let mut closed: Vec<Vec<&Entry>> = Vec::new();
    let mut open: Vec<Vec<&Entry>> = Vec::new();
    for line in lines {
        let slot = open
            .iter()
            .position(|envelope| envelope[0].host == line.host);
        match slot {
            Some(slot)
                if line.time < open[slot][0].time + COLLECTED && open[slot].len() < EVENTS =>
            {
                open[slot].push(line);
            }
            Some(slot) => closed.push(std::mem::replace(&mut open[slot], vec![line])),
            None => open.push(vec![line]),
        }
    }
    closed.extend(open);
    closed.sort_by_key(|envelope| envelope.last().map_or(0, |line| line.time));
    closed
}

fn subscription(service: Service, lines: &[&Entry]) -> Json {
    let stream = Machine::of(service, lines[0].host).instance;
    let events: Vec<Json> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            object! {
                "id" => event_id(line, index),
                "timestamp" => epoch_millis(line.time),
                "message" => message(line).to_string(),
            }
        })
        .collect();
    object! {
        "messageType" => "DATA_MESSAGE",
        "owner" => ACCOUNT,
        "logGroup" => format!("/shop/production/{}", service.name()),
        "logStream" => stream,
        "subscriptionFilters" => list!["to-firehose"],
        "logEvents" => events,
    }
}

/// 56 digits; the first ones grow with the time.
fn event_id(line: &Entry, index: usize) -> String {
    format!(
        "{:017}{:039}",
        epoch_millis(line.time) * 21,
        line.host * 1000 + index
    )
}

/// What the service itself wrote. Checkout names its owner in every line; the others do not, and
/// are found by the tags of their log group.
fn message(line: &Entry) -> Json {
    let mut message = object! {
        "timestamp" => iso_millis(line.time),
        "level" => line.level.upper(),
        "service" => line.service.name(),
    };
    if line.service == Service::Checkout {
        message = message
            .with("team", line.service.team())
            .with("env", "production");
    }
    if let Some(trace) = &line.trace {
        message = message.with("trace_id", trace);
    }
    message = message
        .with("msg", &line.message)
        .with("method", line.method)
        .with("path", &line.path);
    if let Some((status, took)) = line.answer {
        message = message
            .with("status", status)
            .with("duration_ms", took / MILLI);
    }
    if let Some(order) = &line.order {
        message = message.with("order_id", order);
    }
    if let Some(upstream) = line.upstream {
        message = message.with("upstream", upstream);
    }
    if line.level == Level::Error && line.message.starts_with("could not connect") {
        message = message.with("cause", "java.net.SocketTimeoutException");
    }
    message
}

/// Output of `aws logs filter-log-events` on the log group of the search service.
pub(crate) fn filtered(ledger: &Ledger) -> File {
    let lines = ledger.lines_of(Service::Search);
    let stream = |line: &Entry| format!("search/app/{:032x}", 0x51ac_90e1_u64 + line.host as u64);
    let events: Vec<Json> = lines
        .iter()
        .enumerate()
        .map(|(index, line)| {
            object! {
                "logStreamName" => stream(line),
                "timestamp" => epoch_millis(line.time),
                "message" => message(line).to_string(),
                "ingestionTime" => epoch_millis(line.time) + 1_900,
                "eventId" => event_id(line, index % EVENTS),
            }
        })
        .collect();
    let document = object! { "events" => events, "searchedLogStreams" => list![] };
    File {
        path: "aws/cloudwatch/search-filter-log-events.json.zst".to_owned(),
        bytes: document.pretty().into_bytes(),
        rows: lines.len(),
    }
}
