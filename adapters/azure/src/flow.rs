//! Flow logs: records that hold many flows, each as one text of values with commas between.
//!
//! Logs of network security groups and of virtual networks differ in the fields around the flows
//! and in the meaning of some values; what is the same for both stands here.

use std::borrow::Cow;
use std::fmt::Write;

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::time;
use nepho_core::Timestamp;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Reject, Row};

use crate::record::subscription;

/// One flow, with the numbers as they stand in the text.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Flow<'a> {
    pub(crate) time: Option<Timestamp>,
    pub(crate) source: &'a str,
    pub(crate) target: &'a str,
    pub(crate) source_port: &'a str,
    pub(crate) target_port: &'a str,
    /// `tcp`, `udp`, `icmp`, or the number of another protocol.
    pub(crate) protocol: &'a str,
    /// `inbound` or `outbound`.
    pub(crate) direction: &'static str,
    pub(crate) is_allowed: bool,
    /// `begin`, `continue`, `end`; empty where the version does not tell.
    pub(crate) state: &'static str,
    /// Whether and how the flow is encrypted (virtual networks).
    pub(crate) encryption: &'a str,
    /// Packets and bytes from the source, and to it; empty at the begin of a flow.
    pub(crate) counts: [&'a str; 4],
}

/// What two kinds of flow logs differ in.
pub(crate) struct Kind {
    /// Name of the format.
    pub(crate) name: &'static str,
    /// Category of its records.
    pub(crate) category: &'static str,
    /// Finds the groups of flows in a record.
    pub(crate) groups: for<'a> fn(&JsonFields<'a>) -> Vec<Group<'a>>,
    /// Reads one flow.
    pub(crate) flow: for<'a> fn(&'a str) -> Option<Flow<'a>>,
}

/// Flows that share a rule and a network interface; as JSON texts.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Group<'a> {
    pub(crate) rule: Option<&'a str>,
    pub(crate) mac: Option<&'a str>,
    pub(crate) acl: Option<&'a str>,
    pub(crate) flows: Option<&'a str>,
}

/// Groups of flows that stand in a list in the elements of a list; `group` makes one of an element
/// of the outer list and one of the inner list.
pub(crate) fn groups_in<'a>(
    fields: &JsonFields<'a>,
    [outer, inner]: [&str; 2],
    group: impl Fn(&JsonFields<'a>, &JsonFields<'a>) -> Group<'a>,
) -> Vec<Group<'a>> {
    let mut groups = Vec::new();
    for outer in elements(fields.raw(outer).unwrap_or_default()) {
        let Ok(outer) = JsonFields::parse(outer) else {
            continue;
        };
        for inner in elements(outer.raw(inner).unwrap_or_default()) {
            if let Ok(inner) = JsonFields::parse(inner) {
                groups.push(group(&outer, &inner));
            }
        }
    }
    groups
}

/// A flow as far as both kinds agree (`time,source,target,source port,target port,protocol,I|O`),
/// the letter behind it, and the values behind that.
pub(crate) fn split(text: &str) -> Option<(Flow<'_>, &str, [&str; 5])> {
    let mut values = text.split(',').map(str::trim);
    let mut value = || values.next();
    let flow = Flow {
        time: time::from_number(value()?),
        source: value()?,
        target: value()?,
        source_port: value()?,
        target_port: value()?,
        protocol: value()?,
        direction: direction(value()?),
        ..Flow::default()
    };
    let letter = value()?;
    let rest = [(); 5].map(|()| value().unwrap_or_default());
    Some((flow, letter, rest))
}

/// Format of one kind of flow log.
pub(crate) struct FlowFormat(pub(crate) &'static Kind);

impl Format for FlowFormat {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        let category = |path| sample.json.and_then(|fields| fields.get(path));
        let mut found = ["category", "Category"].into_iter().filter_map(category);
        match found.any(|category| category == self.0.category) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        has_key("category")
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(FlowDecoder(self.0))
    }

    fn extras(&self, raw: &str, _stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        found("provider_namespace", "Microsoft.Network");
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        for (key, name) in [("rule", "rule"), ("mac", "mac"), ("aclID", "acl")] {
            if let Some(value) = fields.text(key) {
                found(name, &unescape(value));
            }
        }
        let Some(flow) = fields.text("flow").and_then(self.0.flow) else {
            return;
        };
        let [packets, bytes, received_packets, received_bytes] = flow.counts;
        let values = [
            ("protocol", flow.protocol),
            ("direction", flow.direction),
            ("flow_state", flow.state),
            ("encryption", flow.encryption),
            ("packets", packets),
            ("bytes", bytes),
            ("received_packets", received_packets),
            ("received_bytes", received_bytes),
        ];
        for (name, value) in values.into_iter().filter(|(_, value)| !value.is_empty()) {
            found(name, value);
        }
    }
}

struct FlowDecoder(&'static Kind);

impl Decoder for FlowDecoder {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let fields = match JsonFields::parse(record.text) {
            Ok(fields) => fields,
            Err(broken) => {
                return Verdict::Reject(format!(
                    "broken JSON at byte {} of the record: {}",
                    broken.at, broken.what
                ));
            }
        };
        let first = |paths: &[&str]| paths.iter().find_map(|path| fields.text(path));
        if first(&["category", "Category"]) != Some(self.0.category) {
            return Verdict::NotMine;
        }
        let around = Around {
            logged: first(&["time"]).and_then(time::parse),
            log: first(&["resourceId", "flowLogResourceID", "flowLogResourceId"]).map(unescape),
            target: first(&["targetResourceID", "targetResourceId"]).map(unescape),
        };
        let before = out.len();
        let mut broken = 0;
        for group in (self.0.groups)(&fields) {
            for flow in elements(group.flows.unwrap_or_default()) {
                // The record is paid for once, however many flows it holds.
                let bytes = match out.len() == before {
                    true => record.bytes,
                    false => 0,
                };
                let record = Record { bytes, ..*record };
                if !self.add(&record, &around, &group, flow, out) {
                    broken += 1;
                }
            }
        }
        if broken > 0 && out.len() > before {
            out.reject(Reject {
                uri: record.stream.uri.clone(),
                start: record.offset,
                end: record.offset + u64::from(record.bytes),
                line: u64::from(record.line),
                reason: format!("{}: {broken} flows cannot be read", self.0.name),
            });
        }
        match (out.len() > before, broken) {
            (true, _) => Verdict::Rows,
            (false, 0) => Verdict::Structure,
            (false, _) => Verdict::Reject(format!("{broken} flows cannot be read")),
        }
    }
}

/// What a record tells of all its flows.
struct Around<'a> {
    logged: Option<Timestamp>,
    log: Option<Cow<'a, str>>,
    target: Option<Cow<'a, str>>,
}

impl FlowDecoder {
    /// Adds the row of a flow, a JSON text; `false` if it cannot be read.
    fn add(
        &self,
        record: &Record<'_>,
        around: &Around<'_>,
        group: &Group<'_>,
        flow_text: &str,
        out: &mut LogsBuilder,
    ) -> bool {
        let tuple = flow_text.trim_matches('"');
        let Some(flow) = (self.0.flow)(tuple) else {
            return false;
        };
        let raw = one(group, flow_text);
        let mut row = out.row(record);
        row.constant(Column::Format, self.0.name)
            .constant(Column::Provider, "azure")
            .text(Column::Raw, &raw);
        for id in [&around.target, &around.log].into_iter().flatten() {
            row.resource(id);
            if !row.has(Column::Account) {
                row.text(Column::Account, subscription(id));
            }
        }
        if let Some(time) = flow.time {
            row.time(time);
        }
        if let Some(logged) = around.logged {
            row.observed(logged);
        }
        fill(&flow, &mut row);
        row.commit();
        true
    }
}

fn fill(flow: &Flow<'_>, row: &mut Row<'_>) {
    row.text(Column::SourceIp, flow.source)
        .text(Column::Peer, flow.target)
        .text(Column::Method, flow.protocol);
    if let Ok(port) = flow.source_port.parse() {
        row.source_port(port);
    }
    if let Ok(port) = flow.target_port.parse() {
        row.peer_port(port);
    }
    match flow.is_allowed {
        true => row
            .constant(Column::Action, "Allow")
            .outcome(Outcome::Success),
        false => row
            .constant(Column::Action, "Deny")
            .outcome(Outcome::Failure),
    };
}

/// One flow with what its group tells, as a record: the whole record repeats for thousands of them.
fn one(group: &Group<'_>, flow: &str) -> String {
    let mut text = String::from("{");
    let known = [
        ("rule", group.rule),
        ("mac", group.mac),
        ("aclID", group.acl),
    ];
    for (key, value) in known {
        if let Some(value) = value {
            // Writing to a string cannot fail.
            let _ = write!(text, "\"{key}\":{value},");
        }
    }
    let _ = write!(text, "\"flow\":{flow}}}");
    text
}

/// `inbound` or `outbound`, by letter.
pub(crate) fn direction(letter: &str) -> &'static str {
    match letter {
        "I" => "inbound",
        "O" => "outbound",
        _ => "",
    }
}

/// State of a flow, by letter.
pub(crate) fn state(letter: &str) -> &'static str {
    match letter {
        "B" => "begin",
        "C" => "continue",
        "E" => "end",
        _ => "",
    }
}
