//! Lines that `gcloud` prints of the logs of a service: `gcloud run services logs read`, `gcloud
//! app logs read` and `gcloud functions logs read`; and `firebase functions:log`.
//!
//! Source: `googlecloudsdk/api_lib/app/logs_util.py`, `api_lib/functions/v1/logs.py` and the
//! surfaces of the commands in the Google Cloud SDK; cloud.google.com/run/docs/logging;
//! `src/functions/functionslog.ts` of github.com/firebase/firebase-tools, as of 2026-11-30.

use std::borrow::Cow;

use nepho_codec::message::Describer;
use nepho_codec::table::{To, put_status, put_text};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{
    Confidence, Decoder, Format, Inside, Marks, Record, Sample, Stream, Verdict,
};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, LogsBuilder};
use nepho_core::time::Reference;

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of services that gcloud prints (Cloud Run, App Engine, functions)",
    permissions: &[],
    make: Make::Format(|| Box::new(Gcloud)),
});

const NAME: &str = "gcp.gcloud_text";

/// Bytes of `2026-05-12 14:00:00`.
const TIME_BYTES: usize = 19;

/// Methods of requests.
const METHODS: [&str; 9] = [
    "GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "CONNECT", "TRACE",
];

/// Levels before the lines of functions: three are printed as a letter, all others in full.
const LEVELS: [(&str, Option<Severity>); 9] = [
    ("D", Some(Severity::DEBUG)),
    ("I", Some(Severity::INFO)),
    ("E", Some(Severity::ERROR)),
    ("DEFAULT", None),
    ("NOTICE", Some(Severity::NOTICE)),
    ("WARNING", Some(Severity::WARN)),
    ("CRITICAL", Some(Severity::CRITICAL)),
    ("ALERT", Some(Severity::ALERT)),
    ("EMERGENCY", Some(Severity::FATAL)),
];

/// Reads what `gcloud` prints.
struct Gcloud;

impl Format for Gcloud {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match is_header(sample.text) || parse(sample.text, sample.stream.reference()).is_some() {
            true => Confidence(85),
            false => Confidence::NO,
        }
    }

    fn inside<'a>(&self, record: &Record<'a>) -> Option<Inside<'a>> {
        let line = parse(record.text, record.stream.reference())?;
        let text = line.message.trim();
        if line.request.is_some() || text.is_empty() {
            return None;
        }
        let mut envelope = record.envelope.clone();
        envelope.time = Some(line.time);
        envelope.severity = line.severity.or(envelope.severity);
        envelope = envelope.with(Column::Provider, "gcp");
        Some(Inside {
            text: Cow::Borrowed(text),
            envelope: envelope.with(Column::Service, line.service),
        })
    }

    fn marks(&self) -> Vec<Marks> {
        let mut marks = vec![
            Marks::of_start("LEVEL ").with(&["NAME", "TIME_UTC"]),
            // Cloud Run and App Engine begin with the time.
            Marks::beginning(nepho_core::format::bytes_of(b"0123456789")).with(&["-", ":", "//"]),
            Marks::beginning(nepho_core::format::bytes_of(b"0123456789")).with(&["-", "[", "]  "]),
            Marks::beginning(nepho_core::format::bytes_of(b"0123456789")).with(&[
                "T",
                "Z ",
                ": Function execution ",
            ]),
        ];
        // Entries without a level.
        marks.push(Marks::of_start("  ").with(&["-", ":"]));
        marks.extend(LEVELS.iter().map(|(letter, _)| {
            let mut marks = Marks::of_start(letter);
            marks.then.push(nepho_core::format::bytes_of(b" "));
            marks.with(&["  ", "-", ":"])
        }));
        marks
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(GcloudDecoder(Describer::default()))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        let Some(line) = parse(raw, stream.reference()) else {
            return;
        };
        for (name, value) in [("version", line.version), ("execution", line.execution)] {
            if !value.is_empty() {
                found(name, value);
            }
        }
    }
}

/// A line, taken apart. What it does not tell is empty.
#[derive(Debug, PartialEq, Eq)]
struct Line<'a> {
    time: Timestamp,
    service: &'a str,
    version: &'a str,
    execution: &'a str,
    severity: Option<Severity>,
    request: Option<Request<'a>>,
    message: &'a str,
}

#[derive(Debug, PartialEq, Eq)]
struct Request<'a> {
    method: &'a str,
    path: &'a str,
    status: i32,
}

fn parse(text: &str, reference: Reference) -> Option<Line<'_>> {
    if text.starts_with("  ") || text.starts_with(|first: char| first.is_ascii_uppercase()) {
        return of_function(text, reference);
    }
    if text.as_bytes().get(10) == Some(&b'T') {
        return of_firebase(text);
    }
    let (written, rest) = text.split_at_checked(TIME_BYTES)?;
    let (time, length) = time::prefix(written, reference)?;
    let rest = rest.strip_prefix(' ').filter(|_| length == TIME_BYTES)?;
    of_run(time, rest).or_else(|| of_app_engine(time, rest))
}

/// `GET 200 https://checkout-abc123-ew.a.run.app/orders`, a request to Cloud Run.
fn of_run(time: Timestamp, rest: &str) -> Option<Line<'_>> {
    let (method, behind) = rest.split_once(' ')?;
    let (status, url) = behind.split_once(' ')?;
    let status = status
        .parse()
        .ok()
        .filter(|status| (100..600).contains(status))?;
    let (scheme, behind) = url.split_once("://")?;
    let is_request = METHODS.contains(&method) && matches!(scheme, "http" | "https");
    let end = behind.find(['/', '?']).unwrap_or(behind.len());
    let (host, path) = behind.split_at_checked(end)?;
    is_request.then_some(Line {
        time,
        service: service_of(host),
        version: "",
        execution: "",
        severity: None,
        request: Some(Request {
            method,
            path,
            status,
        }),
        message: rest,
    })
}

/// Service of Cloud Run by its address: `checkout-abc123-ew.a.run.app`, or
/// `checkout-111122223333.europe-west1.run.app`
/// (cloud.google.com/run/docs/triggering/https-request).
/// A domain of one's own stands for itself. The tag of a revision stands before the service:
/// `canary---checkout-abc123-ew.a.run.app`.
fn service_of(host: &str) -> &str {
    let Some(name) = host.strip_suffix(".run.app") else {
        return host;
    };
    let (label, region) = name.split_once('.').unwrap_or((name, ""));
    let label = label.split_once("---").map_or(label, |(_, label)| label);
    let mut parts = label.rsplitn(3, '-');
    match (region, parts.next(), parts.next(), parts.next()) {
        ("a", Some(_), Some(_), Some(service)) => service,
        ("a", ..) => host,
        (_, Some(number), Some(_), _) if number.bytes().all(|byte| byte.is_ascii_digit()) => {
            label.get(..label.len() - number.len() - 1).unwrap_or(label)
        }
        _ => host,
    }
}

/// `default[20260512t140000]  message`, or the first line of a request and its status.
fn of_app_engine(time: Timestamp, rest: &str) -> Option<Line<'_>> {
    let (service, rest) = rest.split_once('[')?;
    let (version, rest) = rest.split_once(']')?;
    let message = rest.strip_prefix("  ")?;
    let is_of_name = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    // Other programs write a thread or the number of a process there.
    let is_version = version.bytes().any(|byte| byte.is_ascii_digit())
        && version.bytes().any(|byte| byte.is_ascii_lowercase());
    let is_named = !service.is_empty() && service.bytes().chain(version.bytes()).all(is_of_name);
    (is_version && is_named).then_some(Line {
        time,
        service,
        version,
        execution: "",
        severity: None,
        request: request_of(message),
        message,
    })
}

/// `"GET /orders HTTP/1.1" 200`
fn request_of(message: &str) -> Option<Request<'_>> {
    let (request, status) = message.strip_prefix('"')?.rsplit_once("\" ")?;
    let (method, rest) = request.split_once(' ')?;
    let (path, protocol) = rest.rsplit_once(' ')?;
    let is_request = METHODS.contains(&method) && protocol.starts_with("HTTP/");
    let status = status.trim().parse().ok().filter(|_| is_request)?;
    Some(Request {
        method,
        path,
        status,
    })
}

/// `E      checkout  abcd1234      2026-05-12 14:00:01.123  message`: level (blank where an entry
/// has none), function, execution (not of the second generation), time.
fn of_function(text: &str, reference: Reference) -> Option<Line<'_>> {
    let (level, rest) = text.split_once("  ")?;
    let severity = match level {
        "" => None,
        _ => LEVELS.iter().find(|(held, _)| *held == level)?.1,
    };
    let (service, rest) = rest.trim_start().split_once("  ")?;
    let rest = rest.trim_start();
    let (execution, rest) = match time::prefix(rest, reference) {
        Some(_) => ("", rest),
        None => {
            let (execution, rest) = rest.split_once("  ")?;
            (execution, rest.trim_start())
        }
    };
    let (time, end) = time::prefix(rest, reference)?;
    let message = rest.get(end..)?;
    let is_parted = message.is_empty() || message.starts_with("  ");
    let is_word = |text: &str| !text.contains(' ');
    (is_parted && is_word(service) && is_word(execution)).then_some(Line {
        time,
        service,
        version: "",
        execution,
        severity,
        request: None,
        message: message.trim_start(),
    })
}

/// Levels of `firebase functions:log`: the first letter of the severity, if an entry has one.
const LETTERS: [(&str, Option<Severity>); 8] = [
    ("?", None),
    ("D", Some(Severity::DEBUG)),
    ("I", Some(Severity::INFO)),
    ("N", Some(Severity::NOTICE)),
    ("W", Some(Severity::WARN)),
    ("E", Some(Severity::ERROR)),
    ("C", Some(Severity::CRITICAL)),
    ("A", Some(Severity::ALERT)),
];

/// What the platform writes of a run. Other programs write a time, a letter and a name before a
/// message as well, so that only these messages tell that a line is of a function.
const RUNS: [&str; 2] = ["Function execution started", "Function execution took "];

/// `2026-05-12T14:00:00.123456Z D checkout: Function execution started`: time, level, function.
fn of_firebase(text: &str) -> Option<Line<'_>> {
    let (written, rest) = text.split_once(' ')?;
    let (level, rest) = rest.split_once(' ')?;
    let (_, severity) = LETTERS.iter().find(|(held, _)| *held == level)?;
    let (service, message) = rest.split_once(':')?;
    let is_in_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
    let is_named = service.starts_with(|first: char| first.is_ascii_alphabetic())
        && service.bytes().all(is_in_name);
    // Those of Cloud Logging have a fraction.
    let is_fine = written.ends_with('Z') && written.contains('.');
    let message = message.strip_prefix(' ')?;
    let is_run = RUNS.iter().any(|run| message.starts_with(run));
    let time = Timestamp::parse_rfc3339(written)?;
    (is_named && is_fine && is_run).then_some(Line {
        time,
        service,
        version: "",
        execution: "",
        severity: *severity,
        request: None,
        message,
    })
}

/// Whether a line names the columns of functions.
fn is_header(text: &str) -> bool {
    text.starts_with("LEVEL ") && text.contains(" TIME_UTC") && text.trim_end().ends_with(" LOG")
}

struct GcloudDecoder(Describer);

impl Decoder for GcloudDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if is_header(record.text) {
            return Verdict::Structure;
        }
        let Some(line) = parse(record.text, record.stream.reference()) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        match &line.request {
            Some(request) => {
                row.text(Column::Method, request.method);
                put_text(request.path, To::Url, &mut row);
                put_status(request.status, &mut row);
                row.text(Column::Body, line.message.trim());
            }
            None => self.0.describe(line.message.trim(), &mut row),
        }
        row.constant(Column::Provider, "gcp").time(line.time);
        if !row.has(Column::Service) {
            row.text(Column::Service, line.service);
        }
        if let Some(severity) = line.severity {
            row.severity(severity);
        }
        row.commit();
        Verdict::Rows
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_of_cloud_run_name_the_service() {
        assert_eq!(service_of("checkout-abc123-ew.a.run.app"), "checkout");
        assert_eq!(service_of("order-web-abc123-uc.a.run.app"), "order-web");
        let host = "order-web-111122223333.europe-west1.run.app";
        assert_eq!(service_of(host), "order-web");
        let tagged = "canary---checkout-abc123-ew.a.run.app";
        assert_eq!(service_of(tagged), "checkout");
        assert_eq!(service_of("shop.example.com"), "shop.example.com");
        assert_eq!(service_of("a.run.app"), "a.run.app");
    }

    #[test]
    fn lines_of_programs_are_none() {
        for text in [
            "2026-05-12 14:00:00 sshd[123]  message",
            "2026-05-12 14:00:00 worker[main]  message",
            "2026-05-12 14:00:00 default[20260512t140000] message",
            "2026-05-12 14:00:00 GET https://shop.example.com/",
            "2026-05-12 14:00:00 GET 99 https://shop.example.com/",
            "2026-05-12T14:00:00Z GET 200 https://shop.example.com/",
            "2026-05-12T14:00:00Z E checkout: message",
            "2026-05-12T14:00:00.123Z E! checkout: message",
            "2026-05-12T14:00:00.123Z E checkout/main.go: message",
            "2026-05-12T14:00:00.123Z I main: hello",
            "2026-05-12T14:00:00.123Z E TypeError: x is no function\n    at a.js:1:1",
            "2026-05-12T14:00:00.123Z I main: Function execution is slow",
            "E  checkout  now  2026",
            "ERROR  checkout  abcd  2026-05-12 14:00:01.123  message",
            "E  checkout",
            "W  checkout  abcd  2026-05-12 14:00:01.123  message",
            "   checkout  done at 2026-05-12 14:00:01.123  message",
        ] {
            assert_eq!(parse(text, Reference::ANY), None, "{text}");
        }
    }
}
