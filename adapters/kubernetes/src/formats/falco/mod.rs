//! Alerts of Falco, as JSON and as text.
//!
//! Source: falco.org/docs/concepts/outputs/formatting, falco.org/docs/reference/rules/
//! supported-fields, as of 2026-11-27; fields of plug-ins: github.com/falcosecurity/plugins, as of
//! 2026-11-29; outputs behind a bar: falco_rules.yaml of github.com/falcosecurity/rules, as of
//! 2026-12-01.

use nepho_codec::pod;
use nepho_codec::table::{
    Event, JsonFormat, Need, Table, TableDecoder, keep, outcome_of, put_text, severity,
    source_address, source_port, text, time,
};
use nepho_codec::table::{To, address, peer_address, peer_port};
use nepho_core::format::{Confidence, Decoder, Format, Marks, Record, Sample, Stream, Verdict};
use nepho_core::register;
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Alerts of Falco",
    permissions: &[],
    make: Make::Format(|| Box::new(Falco)),
});

const NAME: &str = "kubernetes.falco";

const OUTPUT: usize = 0;
const RULE: usize = 1;
const POD: usize = 2;
const NAMESPACE: usize = 3;
const CONTAINER: usize = 4;
const RESULT: usize = 5;
const DESCRIPTOR: usize = 6;
const TARGET: usize = 7;
const TARGET_NAMESPACE: usize = 8;
const SOURCE: usize = 9;

static TABLE: Table = Table {
    name: NAME,
    needs: &[
        // Alerts that were cut down have lost one of them; no other log has these fields.
        Need::HasAny(&["rule", "output_fields"]),
        Need::HasAny(&["priority", "output_fields"]),
        Need::HasAny(&["rule", "priority"]),
        Need::HasAny(&["output", "output_fields"]),
        Need::HasAny(&["time", "output_fields", "source"]),
    ],
    constants: &[],
    fields: &[
        // When it happened, before when the alert was written.
        time(&[
            "output_fields.evt.time.iso8601",
            "output_fields.evt.time",
            "output_fields.evt.rawtime",
            "time",
        ]),
        severity(&["priority"]),
        text(
            &[
                "output_fields.evt.type",
                "output_fields.ka.verb",
                "output_fields.ct.name",
                "output_fields.gcp.methodName",
            ],
            Column::Action,
        ),
        text(
            &[
                "output_fields.user.name",
                "output_fields.ka.user.name",
                "output_fields.ct.user",
                "output_fields.gcp.user",
                "output_fields.user.uid",
            ],
            Column::Actor,
        ),
        text(
            &[
                "hostname",
                "output_fields.k8s.node.name",
                "output_fields.evt.hostname",
            ],
            Column::Host,
        ),
        text(&["output_fields.proc.name"], Column::Process),
        text(&["uuid"], Column::RequestId),
        source_address(&[
            "output_fields.fd.cip",
            "output_fields.fd.lip",
            "output_fields.ka.sourceips",
            "output_fields.ct.srcip",
            "output_fields.gcp.callerIP",
        ]),
        source_port(&["output_fields.fd.cport", "output_fields.fd.lport"]),
        peer_address(&["output_fields.fd.sip", "output_fields.fd.rip"]),
        peer_port(&["output_fields.fd.sport", "output_fields.fd.rport"]),
        outcome_of(
            &["output_fields.evt.failed"],
            &[("true", Outcome::Failure), ("false", Outcome::Success)],
        ),
        // Of CloudTrail and of the audit logs of Google Cloud, which plug-ins read.
        text(
            &["output_fields.ct.useragent", "output_fields.gcp.userAgent"],
            Column::UserAgent,
        ),
        text(&["output_fields.ct.region"], Column::Region),
        text(&["output_fields.ct.user.accountid"], Column::Account),
        keep(&["source"], SOURCE),
        keep(&["output"], OUTPUT),
        keep(&["rule"], RULE),
        keep(
            &[
                "output_fields.k8s.pod.name",
                "output_fields.k8smeta.pod.name",
            ],
            POD,
        ),
        keep(
            &["output_fields.k8s.ns.name", "output_fields.k8smeta.ns.name"],
            NAMESPACE,
        ),
        keep(&["output_fields.container.name"], CONTAINER),
        keep(&["output_fields.evt.res"], RESULT),
        keep(&["output_fields.fd.name"], DESCRIPTOR),
        keep(&["output_fields.ka.target.name"], TARGET),
        keep(&["output_fields.ka.target.namespace"], TARGET_NAMESPACE),
    ],
    extras: &[
        ("rule", "rule"),
        ("source", "source"),
        ("output_fields.container.id", "container_id"),
        ("output_fields.container.name", "container"),
        ("output_fields.container.image.repository", "image"),
        ("output_fields.k8s.ns.name", "namespace"),
        ("output_fields.proc.cmdline", "command"),
        ("output_fields.fd.name", "file"),
    ],
    finish: Some(finish),
};

/// Reads alerts of Falco.
#[derive(Debug)]
pub struct Falco;

impl Format for Falco {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        match sample.json {
            Some(_) => JsonFormat(&TABLE).sniff(sample),
            None if parse(sample.text).is_some() => Confidence(70),
            None => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn marks(&self) -> Vec<Marks> {
        let digits = nepho_core::format::bytes_of(b"0123456789");
        vec![
            Marks::beginning(digits).with(&[": ", "(", "=", ")"]),
            Marks::beginning(digits).with(&[": ", BAR, "="]),
        ]
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FalcoDecoder(TableDecoder::new(&TABLE)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        if raw.trim_start().starts_with('{') {
            return JsonFormat(&TABLE).extras(raw, stream, &mut |name, value| {
                // A socket is no file.
                if name != "file" || ends(value).is_none() {
                    found(name, value);
                }
            });
        }
        if let Some(line) = parse(raw) {
            found("severity_text", line.priority);
            if let Some(command) = field(line.fields, "command") {
                found("command", command);
            }
            if let Some(container) = field(line.fields, "container_name") {
                found("container", container);
            }
        }
    }
}

/// The rule before what it found: titles are what people look for.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match event.kept(SOURCE).as_deref() {
        Some("aws_cloudtrail") => row.constant(Column::Provider, "aws"),
        Some("gcp_auditlog") => row.constant(Column::Provider, "gcp"),
        _ => row,
    };
    let rule = event.kept(RULE).unwrap_or_default();
    let output = event.kept(OUTPUT).unwrap_or_default();
    let message = parse(&output).map_or(output.trim(), |line| line.message);
    match message {
        "" => row.text(Column::Body, &rule),
        message if rule.is_empty() => row.text(Column::Body, message),
        message => row.text_of(Column::Body, &[&rule, ": ", message]),
    };
    if !row.has(Column::Process)
        && let Some(name) = field(message, "process").or_else(|| field(message, "proc_name"))
    {
        row.text(Column::Process, name);
    }
    if !row.has(Column::Actor)
        && let Some(name) = field(message, "user")
    {
        row.text(Column::Actor, name);
    }
    if !row.has(Column::SourceIp)
        && let Some(descriptor) = event.kept(DESCRIPTOR)
        && let Some((client, server)) = ends(&descriptor)
    {
        put_text(client, To::SourceAddress, row);
        put_text(server, To::PeerAddress, row);
    }
    if let Some(target) = event.kept(TARGET).filter(|name| !is_unknown(name)) {
        match event
            .kept(TARGET_NAMESPACE)
            .filter(|name| !is_unknown(name))
        {
            Some(namespace) => row.resource(&format!("{namespace}/{target}")),
            None => row.resource(&target),
        };
    }
    place(
        event.kept(POD).as_deref(),
        event.kept(NAMESPACE).as_deref(),
        event.kept(CONTAINER).as_deref(),
        row,
    );
    if !row.has_outcome()
        && let Some(result) = event.kept(RESULT)
    {
        row.outcome(match &*result {
            "SUCCESS" => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
}

/// Client and server of a socket, `10.0.0.7:50000->10.0.0.8:443`, as the field `fd.name` has them;
/// `None` for files.
fn ends(descriptor: &str) -> Option<(&str, &str)> {
    let (client, server) = descriptor.split_once("->")?;
    (address(client).is_some() && address(server).is_some()).then_some((client, server))
}

/// Service and resource from where it happened.
fn place(pod: Option<&str>, namespace: Option<&str>, container: Option<&str>, row: &mut Row<'_>) {
    let named = |name: Option<&'_ str>| name.is_some_and(|name| !is_unknown(name));
    match (pod, namespace, container) {
        (Some(pod), namespace, _) if named(Some(pod)) => {
            row.text(Column::Service, pod::workload(pod));
            match namespace.filter(|name| !is_unknown(name)) {
                Some(namespace) => row.resource(&format!("{namespace}/{pod}")),
                None => row.resource(pod),
            };
        }
        (_, _, Some(container)) if named(Some(container)) && container != "host" => {
            row.text(Column::Service, container).resource(container);
        }
        _ => {}
    }
}

fn is_unknown(value: &str) -> bool {
    matches!(value, "" | "<NA>" | "null")
}

/// Parts of a line: `18:54:19.341081180: Warning Sensitive file opened (file=/etc/shadow ...)`.
struct Line<'a> {
    time: &'a str,
    priority: &'a str,
    message: &'a str,
    fields: &'a str,
}

const PRIORITIES: [&str; 9] = [
    "Emergency",
    "Alert",
    "Critical",
    "Error",
    "Warning",
    "Notice",
    "Informational",
    "Info",
    "Debug",
];

fn parse(text: &str) -> Option<Line<'_>> {
    let text = text.trim();
    if !text.starts_with(|c: char| c.is_ascii_digit()) {
        return None;
    }
    let (time, rest) = text.split_once(": ")?;
    let (priority, message) = rest.split_once(' ')?;
    let is_alert =
        (8..40).contains(&time.len()) && time.contains(':') && PRIORITIES.contains(&priority);
    is_alert.then_some(())?;
    Some(Line {
        time,
        priority,
        message,
        fields: in_parentheses(message).or_else(|| behind_a_bar(time, message))?,
    })
}

/// What stands between what was found and its fields, in the rules of Falco 0.41 and newer.
const BAR: &str = " | ";

/// Fields in parentheses, as older rules write them. Behind them may stand where it happened,
/// which the daemon adds with `-pk` and `-pc` to rules that do not name it.
fn in_parentheses(message: &str) -> Option<&str> {
    let (title, fields) = message.split_once('(')?;
    let (inner, added) = fields.rsplit_once(')')?;
    let is_place = |text: &str| text.starts_with(" k8s.ns=") || text.starts_with(" container=");
    let is_whole = added.is_empty() || is_place(added);
    (is_whole && inner.contains('=') && !title.contains(BAR)).then_some(fields)
}

/// Fields behind a bar. A time that goes down to nanoseconds stands before no other such line.
fn behind_a_bar<'a>(time: &str, message: &'a str) -> Option<&'a str> {
    let (_, fraction) = time.rsplit_once('.')?;
    let (fraction, zone) = fraction.split_at_checked(9)?;
    let is_exact = fraction.bytes().all(|byte| byte.is_ascii_digit())
        && matches!(zone.as_bytes(), [] | [b'Z'] | [b'+' | b'-', ..]);
    let (_, fields) = message.split_once(BAR)?;
    let (name, _) = fields.split_once('=')?;
    let is_name = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'.');
    (is_exact && !name.is_empty() && name.bytes().all(is_name)).then_some(fields)
}

/// Value of `name=value` in the parentheses of an alert; values go on up to the next name.
fn field<'a>(text: &'a str, name: &str) -> Option<&'a str> {
    let mut from = 0;
    while let Some(found) = text.get(from..)?.find(name) {
        let start = from + found;
        let end = start + name.len();
        let before = start.checked_sub(1).and_then(|at| text.as_bytes().get(at));
        let is_name = matches!(before, None | Some(b' ' | b'('));
        if is_name && text.as_bytes().get(end) == Some(&b'=') {
            let rest = text.get(end + 1..)?;
            let next = rest.find('=').map_or(rest, |equals| {
                let value = rest.get(..equals).unwrap_or(rest);
                value.rsplit_once(' ').map_or(value, |(value, _)| value)
            });
            let value = next.trim_end_matches(')').trim();
            return (!is_unknown(value)).then_some(value);
        }
        from = end;
    }
    None
}

struct FalcoDecoder(TableDecoder);

impl Decoder for FalcoDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if record.text.trim_start().starts_with('{') {
            return self.0.decode(record, out);
        }
        let Some(line) = parse(record.text) else {
            return Verdict::NotMine;
        };
        let mut row = out.row(record);
        row.constant(Column::Format, NAME);
        fill(&line, &mut row);
        row.commit();
        Verdict::Rows
    }
}

fn fill(line: &Line<'_>, row: &mut Row<'_>) {
    // Without a date, as in the default of the daemon, it is no time.
    put_text(line.time, To::Time, row);
    put_text(line.priority, To::Severity, row);
    row.text(Column::Body, line.message);
    for (name, column) in [
        ("user", Column::Actor),
        ("process", Column::Process),
        ("proc_name", Column::Process),
        ("evt_type", Column::Action),
    ] {
        if let Some(value) = field(line.fields, name) {
            row.text(column, value);
        }
    }
    let connection = field(line.fields, "connection").and_then(|text| text.split_once("->"));
    if let Some((client, server)) = connection {
        put_text(client, To::SourceAddress, row);
        if address(server).is_some() {
            put_text(server, To::PeerAddress, row);
        }
    }
    let pod = field(line.fields, "k8s_pod_name").or_else(|| field(line.fields, "k8s.pod"));
    let namespace = field(line.fields, "k8s_ns_name").or_else(|| field(line.fields, "k8s.ns"));
    place(pod, namespace, field(line.fields, "container_name"), row);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_go_on_up_to_the_next_name() {
        let text = "Shell (user=root command=sh -c ls > /x process=sh container_name=<NA>)";
        assert_eq!(field(text, "user"), Some("root"));
        assert_eq!(field(text, "command"), Some("sh -c ls > /x"));
        assert_eq!(field(text, "process"), Some("sh"));
        assert_eq!(field(text, "container_name"), None);
        assert_eq!(field(text, "name"), None);
        assert_eq!(field("user=root pid=1", "user"), Some("root"));
    }

    #[test]
    fn fields_stand_in_parentheses_or_behind_a_bar() {
        let check = |text: &str, expected: Option<&str>| {
            assert_eq!(parse(text).map(|line| line.fields), expected, "{text}");
        };
        let time = "14:00:00.123456789";
        check(
            &format!("{time}: Warning Sensitive file opened | file=/etc/shadow user=root"),
            Some("file=/etc/shadow user=root"),
        );
        check(
            &format!("2026-05-12T{time}+0000: Notice Shell (odd) spawned | user=root"),
            Some("user=root"),
        );
        check(
            &format!("{time}: Error File opened (user=root command=a | b) k8s.ns=<NA> k8s.pod=x"),
            Some("user=root command=a | b) k8s.ns=<NA> k8s.pod=x"),
        );
        check(
            &format!("{time}: Error File opened (user=root) container=shop (id=1)"),
            Some("user=root) container=shop (id=1)"),
        );
        // What others write.
        check("14:00:00: Warning disk is full | host=a", None);
        check("14:00:00.123: Error job failed | job=7", None);
        check("14:00:00.123456: Info a | b=c", None);
        check(
            &format!("{time}: Warning disk is full | 91 % = too much"),
            None,
        );
        check(&format!("{time}: Warning disk is full"), None);
        check(&format!("{time}: WARN disk is full | host=a"), None);
        check("14:00:00.5: Error retried (attempt=3), gave up", None);
    }
}
