//! EventBridge events of any source.
//!
//! Those that carry a CloudTrail record are opened before, as wrappings; auto scaling, alarms and
//! the findings of the security services have formats of their own.

use nepho_codec::table::{
    Event, Field, JsonFormat, Need, Table, TableDecoder, To, keep, outcome_of, resource,
    severity_of, text, time,
};
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::tables::{Column, LogsBuilder, Outcome};

use crate::rules::LABELS;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.eventbridge",
    summary: "EventBridge events of any source",
    permissions: &[],
    make: Make::Format(|| Box::new(EventBridge)),
});

/// Words that the services end a job, a build, a deployment or a task with.
const OUTCOMES: &[(&str, Outcome)] = &[
    ("SUCCEEDED", Outcome::Success),
    ("SUCCESS", Outcome::Success),
    ("COMPLETED", Outcome::Success),
    ("COMPLETE", Outcome::Success),
    ("NO_THREATS_FOUND", Outcome::Success),
    ("THREATS_FOUND", Outcome::Failure),
    ("FAILED", Outcome::Failure),
    ("FAILURE", Outcome::Failure),
    ("FAULT", Outcome::Failure),
    ("ERROR", Outcome::Failure),
    ("TIMED_OUT", Outcome::Failure),
    ("ABORTED", Outcome::Failure),
    // The type of an event of an ECS service.
    ("INFO", Outcome::Success),
];

const SOURCE: usize = 0;
const OWN: usize = 1;

static TABLE: Table = Table {
    name: "aws.eventbridge",
    needs: &[
        Need::Has("detail-type"),
        Need::Has("source"),
        Need::HasAny(&["detail", "alarmData", "resources"]),
    ],
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["account"], Column::Account),
        text(&["region"], Column::Region),
        text(&["source"], Column::Service),
        text(&["detail-type"], Column::Action),
        text(&["id"], Column::RequestId),
        resource(&["resources[]", "detail.SourceArn"]),
        resource(&["detail.instance-id", "detail.instanceId"]),
        resource(&["detail.bucket.name"]),
        resource(&["detail.clusterArn"]),
        resource(&["detail.taskArn"]),
        resource(&["detail.repository-name"]),
        resource(&["detail.resourcesAffected.s3Bucket.arn"]),
        // What Access Analyzer found open; other services have an object there.
        Field {
            from: &["detail.resource"],
            to: To::ResourcePart(only_arn),
        },
        text(
            &[
                "detail.state.reason",
                "alarmData.state.reason",
                "detail.stoppedReason",
                "detail.reason",
                "detail.message",
                "detail.Message",
                "detail.description",
                "detail.title",
                "detail.eventName",
            ],
            Column::Body,
        ),
        outcome_of(
            &[
                "detail.build-status",
                "detail.scan-status",
                "detail.scanResultDetails.scanResultStatus",
                "detail.status",
                "detail.state",
                "detail.eventType",
                "detail.jobState",
                "detail.EventCategories[0]",
            ],
            OUTCOMES,
        ),
        // Findings of Macie.
        severity_of(&["detail.severity.description", "detail.severity"], LABELS),
        keep(&["source"], SOURCE),
        keep(
            &[
                "detail.alarmName",
                "detail.service.detectorId",
                "detail.findings",
                "detail.findingArn",
                "detail.configurationItem",
                "detail.configurationItemSummary",
                "detail.newEvaluationResult",
                "detail.eventTypeCode",
            ],
            OWN,
        ),
    ],
    extras: &[
        ("detail.state.value", "state"),
        ("detail.state", "state"),
        ("detail.status", "state"),
        ("detail.EventID", "event_id"),
        ("detail.EventCategories[0]", "category"),
        ("detail.object.key", "object"),
        ("detail.group", "group"),
        ("detail.type", "rule"),
    ],
    finish: None,
};

/// Sources of which some or all events have a format of their own.
const SPECIAL: [&str; 7] = [
    "aws.cloudwatch",
    "aws.guardduty",
    "aws.securityhub",
    "aws.inspector2",
    "aws.inspector",
    "aws.config",
    "aws.health",
];

struct EventBridge;

impl Format for EventBridge {
    fn sniff(&self, sample: &Sample<'_>) -> Confidence {
        JsonFormat(&TABLE).sniff(sample)
    }

    fn may_fit(&self, has_key: &dyn Fn(&str) -> bool) -> bool {
        JsonFormat(&TABLE).may_fit(has_key)
    }

    fn reads_text(&self) -> bool {
        false
    }

    fn decoder(&self, _stream: &Stream) -> Box<dyn Decoder> {
        Box::new(AnySource(TableDecoder::new(&TABLE)))
    }

    fn extras(&self, raw: &str, stream: &Stream, found: &mut dyn FnMut(&str, &str)) {
        JsonFormat(&TABLE).extras(raw, stream, found);
    }
}

/// Decodes what no other format is for. A format that fitted lately is asked before the surest one,
/// so it has to say no by itself.
struct AnySource(TableDecoder);

impl Decoder for AnySource {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        if !self.0.scan(record.text) || has_own_format(&self.0.event(record.text)) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.0.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Whether another format is for an event, by its source and by what only those events have.
fn has_own_format(event: &Event<'_>) -> bool {
    let source = event.kept(SOURCE).unwrap_or_default();
    let is_special = SPECIAL.contains(&&*source);
    source == "aws.autoscaling" || (is_special && event.kept_value(OWN).is_some())
}

/// `text` if it is an ARN.
fn only_arn(text: &str) -> &str {
    if text.starts_with("arn:") { text } else { "" }
}
