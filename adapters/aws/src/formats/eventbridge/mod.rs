//! EventBridge events of any source.
//!
//! Those that carry a CloudTrail record are opened as wrappings; auto scaling, alarms and the
//! findings of the security services have formats of their own.

use nepho_codec::json::fields::{elements, text_of};
use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{
    Event, Field, JsonFormat, Need, Table, TableDecoder, To, keep, outcome_of, put_text, resource,
    severity_of, source_address, text, time,
};
use nepho_codec::unwrap::event_is_opened;
use nepho_core::format::{Confidence, Decoder, Format, Record, Sample, Stream, Verdict};
use nepho_core::severity::{RANKS, Severity};
use nepho_core::tables::{Column, LogsBuilder, Outcome, Row};

use super::{
    alarm, config_compliance, config_item, guardduty, health, inspector, securityhub_finding,
    securityhub_insight,
};
use crate::rules::put_title;
use crate::s3::object_arn;

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
    // A run of a canary of Synthetics.
    ("PASSED", Outcome::Success),
    ("NO_THREATS_FOUND", Outcome::Success),
    ("THREATS_FOUND", Outcome::Failure),
    ("FAILED", Outcome::Failure),
    ("FAILURE", Outcome::Failure),
    ("FAULT", Outcome::Failure),
    ("ERROR", Outcome::Failure),
    ("TIMED_OUT", Outcome::Failure),
    ("TIMEDOUT", Outcome::Failure),
    ("TIMEOUT", Outcome::Failure),
    ("EXPIRED", Outcome::Failure),
    ("TERMINATED_WITH_ERRORS", Outcome::Failure),
    ("ABORTED", Outcome::Failure),
    // The type of an event of an ECS service.
    ("INFO", Outcome::Success),
    // To a desktop of WorkSpaces.
    ("SUCCESSFULLOGIN", Outcome::Success),
];

/// What became of a volume, a snapshot (in words of EBS) or an image.
const RESULTS: &[(&str, Outcome)] = &[
    ("available", Outcome::Success),
    ("succeeded", Outcome::Success),
    ("success", Outcome::Success),
    ("completed", Outcome::Success),
    ("deleted", Outcome::Success),
    ("failed", Outcome::Failure),
    ("failure", Outcome::Failure),
];

/// Kinds of events, and of messages of Config, that tell of a failure by themselves.
const FAILURES: &[(&str, Outcome)] = &[
    ("EC2 Fleet Error", Outcome::Failure),
    ("EC2 Spot Fleet Error", Outcome::Failure),
    ("ConfigurationSnapshotDeliveryFailed", Outcome::Failure),
    ("ConfigurationHistoryDeliveryFailed", Outcome::Failure),
];

/// Levels of Glue and of events of services.
const SEVERITIES: &[(&str, Severity)] = &[
    ("INFO", Severity::INFO),
    ("WARN", Severity::WARN),
    ("ERROR", Severity::ERROR),
];

const SOURCE: usize = 0;
const OWN: usize = 1;
const KIND: usize = 2;
const DETAIL: usize = 3;
const TITLE: usize = 4;
const DESCRIPTION: usize = 5;
const BUCKET: usize = 6;
const KEY: usize = 7;
const REQUESTER: usize = 8;
const REGION: usize = 9;
const STATUS: usize = 10;
const STOP_CODE: usize = 11;
const CONTAINERS: usize = 12;
const PHASES: usize = 13;
const SCANNED_BUCKET: usize = 14;
const SCANNED_KEY: usize = 15;
const SERVICE_EVENT: usize = 16;
const GROUP: usize = 17;
const CHECK_STATUS: usize = 18;

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
        resource(&[
            "resources[]",
            "detail.SourceArn",
            "detail.stack-id",
            "detail.snapshot_id",
            "detail.batchJobArn",
            "detail.vpnConnectionArn",
            "detail.pipeline",
            "detail.repositoryName",
            "detail.clusterId",
            "detail.jobName",
            "detail.crawlerName",
            "detail.EnvironmentName",
            "detail.TranscriptionJobName",
            "detail.workspaceId",
            "detail.configurationItem.ARN",
            "detail.configurationItem.resourceId",
            "detail.resourceId",
        ]),
        resource(&["detail.resourceArn"]),
        resource(&[
            "detail.instance-id",
            "detail.instanceId",
            "detail.ec2InstanceId",
        ]),
        resource(&["detail.bucket.name"]),
        resource(&["detail.clusterArn"]),
        resource(&["detail.taskArn"]),
        resource(&["detail.repository-name"]),
        // Of which ECR now scans at other times.
        resource(&["detail.repositories[].repository-arn"]),
        resource(&["detail.canary-name"]),
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
                "detail.statusReason",
                "detail.statusMessage",
                "detail.status-details.status-reason",
                "detail.cause",
                "detail.reason",
                "detail.failureMessage",
                "detail.FailureReason",
                "detail.failure-message",
                "detail.failure-reason",
                "detail.changeDescription",
                "detail.execution-result.external-execution-summary",
                "detail.execution-result.error-code",
                "detail.message",
                "detail.Message",
                "detail.detailMessage",
                "detail.errorMessage",
                "detail.description",
                "detail.title",
                "detail.eventName",
            ],
            Column::Body,
        ),
        outcome_of(
            &[
                "detail.build-status",
                "detail.completed-phase-status",
                "detail.scan-status",
                "detail.sync-status",
                "detail.scanResultDetails.scanResultStatus",
                "detail.status",
                "detail.state",
                "detail.eventType",
                "detail.jobState",
                "detail.status-code",
                "detail.test-run-status",
                "detail.current-state",
                "detail.TrainingJobStatus",
                "detail.ProcessingJobStatus",
                "detail.TransformJobStatus",
                "detail.EndpointStatus",
                "detail.TranscriptionJobStatus",
                "detail.actionType",
                // Of a task of DMS.
                "detail.category",
                "detail.EventCategories[0]",
            ],
            OUTCOMES,
        ),
        outcome_of(&["detail.result"], RESULTS),
        outcome_of(&["detail-type"], FAILURES),
        outcome_of(&["detail.messageType"], FAILURES),
        source_address(&[
            "detail.source-ip-address",
            "detail.client-ip",
            "detail.clientIpAddress",
        ]),
        text(
            &[
                "detail.callerUserArn",
                "detail.ExecutedBy",
                "detail.username",
            ],
            Column::Actor,
        ),
        severity_of(&["detail.severity.description", "detail.severity"], RANKS),
        severity_of(&["detail.severity"], SEVERITIES),
        keep(&["source"], SOURCE),
        keep(&["detail.eventType"], SERVICE_EVENT),
        keep(&["detail.group"], GROUP),
        keep(&["detail.status"], CHECK_STATUS),
        keep(
            &[
                "detail.alarmName",
                "alarmData.alarmName",
                "detail.service.detectorId",
                "detail.service.action.actionType",
                "detail.findings",
                "detail.findingArn",
                "detail.configurationItem",
                "detail.configurationItemSummary",
                "detail.newEvaluationResult",
                "detail.eventTypeCode",
            ],
            OWN,
        ),
        keep(&["detail-type"], KIND),
        keep(&["detail"], DETAIL),
        keep(&["detail.title"], TITLE),
        keep(&["detail.description"], DESCRIPTION),
        keep(&["detail.bucket.name"], BUCKET),
        keep(&["detail.object.key"], KEY),
        keep(&["detail.requester"], REQUESTER),
        keep(&["region"], REGION),
        keep(&["detail.status-details.status"], STATUS),
        keep(&["detail.stopCode"], STOP_CODE),
        keep(&["detail.containers"], CONTAINERS),
        keep(&["detail.additional-information.phases"], PHASES),
        keep(&["detail.s3ObjectDetails.bucketName"], SCANNED_BUCKET),
        keep(&["detail.s3ObjectDetails.objectKey"], SCANNED_KEY),
    ],
    extras: &[
        ("detail.state.value", "state"),
        ("detail.state", "state"),
        ("detail.status", "state"),
        ("detail.EventID", "event_id"),
        ("detail.EventCategories[0]", "category"),
        ("detail.object.key", "object"),
        ("detail.group", "group"),
        ("detail.file-path", "path"),
        ("detail.stopCode", "reason"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    match &*event.kept(SOURCE).unwrap_or_default() {
        "aws.s3" => {
            row.text(Column::Actor, &event.kept(REQUESTER).unwrap_or_default());
            let region = event.kept(REGION).unwrap_or_default();
            if let (Some(bucket), Some(key)) = (event.kept(BUCKET), event.kept(KEY)) {
                row.resource(&object_arn(&bucket, &key, &region));
            }
        }
        "aws.macie" => put_title(
            event.kept(TITLE).as_deref(),
            event.kept(DESCRIPTION).as_deref(),
            row,
        ),
        // What Trusted Advisor found: all well, a warning, an error.
        "aws.trustedadvisor" => {
            let status = event.kept(CHECK_STATUS).unwrap_or_default();
            put_text(&status, To::SeverityOf(SEVERITIES), row);
        }
        "aws.cloudformation" => {
            let status = event.kept(STATUS).unwrap_or_default();
            if let Some(outcome) = outcome_of_stack(&status) {
                row.outcome(outcome);
            }
        }
        "aws.ecs" => {
            if let Some(kind) = event.kept(SERVICE_EVENT) {
                put_text(&kind, To::SeverityOf(SEVERITIES), row);
            }
            let code = event.kept(STOP_CODE).unwrap_or_default();
            let containers = event.kept_container(CONTAINERS).unwrap_or_default();
            if let Some(outcome) = outcome_of_task(&code, containers) {
                row.outcome(outcome);
            }
            let is_task = event.kept(KIND).as_deref() == Some("ECS Task State Change");
            let group = event.kept(GROUP).filter(|_| is_task).unwrap_or_default();
            // A task tells of the service that it is of; one that nobody keeps running has another
            // group.
            if let Some(service) = group.strip_prefix("service:") {
                row.text(Column::Service, service);
            }
        }
        "aws.codebuild" => {
            let phases = event.kept_container(PHASES).unwrap_or_default();
            if let Some(context) = context_of_failure(phases) {
                row.text(Column::Body, &context);
            }
        }
        "aws.guardduty" => {
            let region = event.kept(REGION).unwrap_or_default();
            let object = (event.kept(SCANNED_BUCKET), event.kept(SCANNED_KEY));
            if let (Some(bucket), Some(key)) = object {
                row.resource(&object_arn(&bucket, &key, &region));
            }
        }
        _ => {}
    }
}

/// What the first failed phase of a build tells: `COMMAND_EXECUTION_ERROR: Error while ...`.
///
/// Source: docs.aws.amazon.com/codebuild/latest/userguide/sample-build-notifications.html, as of
/// 2026-11-28.
fn context_of_failure(phases: &str) -> Option<String> {
    let failed = elements(phases)
        .into_iter()
        .filter_map(|phase| JsonFields::parse(phase).ok())
        .find(|phase| phase.text("phase-status") == Some("FAILED"))?;
    let contexts = elements(failed.raw("phase-context")?);
    let context = contexts.first().and_then(|context| text_of(context))?;
    let context = unescape(context);
    let context = context.trim_matches([':', ' ']);
    (!context.is_empty()).then(|| context.to_owned())
}

/// Outcome of a status of a stack, a resource of it or a stack set; one that goes on has none.
///
/// Source: docs.aws.amazon.com/AWSCloudFormation/latest/UserGuide/view-stack-events.html, as of
/// 2026-11-28.
fn outcome_of_stack(status: &str) -> Option<Outcome> {
    let is_complete = status.ends_with("_COMPLETE") || status == "SUCCEEDED";
    // A roll back ends well for what was before, after a change that did not.
    if status.ends_with("FAILED") || (is_complete && status.contains("ROLLBACK")) {
        return Some(Outcome::Failure);
    }
    is_complete.then_some(Outcome::Success)
}

/// Outcome of a task that ended by itself; one that was stopped has none.
///
/// Once an essential container has exited the others are told to end, so their 143 (and 137, where
/// they did not in time) say nothing. Containers that ran out of memory have 137 as well.
fn outcome_of_task(stop_code: &str, containers: &str) -> Option<Outcome> {
    match stop_code {
        "TaskFailedToStart" => return Some(Outcome::Failure),
        "EssentialContainerExited" => {}
        _ => return None,
    }
    let (mut good, mut killed) = (0, 0);
    for container in elements(containers) {
        let fields = JsonFields::parse(container).ok()?;
        let is_out_of_memory = fields
            .text("reason")
            .is_some_and(|reason| reason.starts_with("OutOfMemory"));
        match fields.text("exitCode") {
            Some("0") => good += 1,
            Some("137") if !is_out_of_memory => killed += 1,
            None | Some("143") => {}
            Some(_) => return Some(Outcome::Failure),
        }
    }
    match (good, killed) {
        // Which of them was essential is not told, and some end well when they are told to stop.
        (_, 0) if good > 0 => Some(Outcome::Success),
        (0, 1..) => Some(Outcome::Failure),
        _ => None,
    }
}

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
        let Ok(fields) = JsonFields::parse(raw) else {
            return;
        };
        // The column has the service of ECS then.
        let group = fields.text("detail.group").unwrap_or_default();
        if group.starts_with("service:") && fields.text("source") == Some("aws.ecs") {
            found("provider_namespace", "aws.ecs");
        }
        // Others have their own things under these names: a Parameter Store the kind of a value.
        let (path, name) = match fields.text("source") {
            Some("aws.macie" | "aws.guardduty") => ("detail.type", "rule"),
            Some("aws.ecs") => ("detail.eventType", "severity_text"),
            _ => return,
        };
        if let Some(value) = fields.text(path) {
            found(name, &unescape(value));
        }
    }
}

/// Decodes what no other format is for. A format that fitted lately is asked before the surest one,
/// so it has to say no by itself.
struct AnySource(TableDecoder);

impl Decoder for AnySource {
    fn decode(&mut self, record: &Record<'_>, out: &mut LogsBuilder) -> Verdict {
        let is_mine = self.0.scan(record.text);
        if !is_mine || has_own_format(&self.0.event(record.text), record.stream) {
            return Verdict::NotMine;
        }
        let mut row = out.row(record);
        row.constant(Column::Format, TABLE.name);
        self.0.fill(record.text, &mut row);
        row.commit();
        Verdict::Rows
    }
}

/// Whether another format is for an event, by its source and by what only those events have, or it
/// is opened as a wrapping.
fn has_own_format(event: &Event<'_>, stream: &Stream) -> bool {
    let source = event.kept(SOURCE).unwrap_or_default();
    let kind = event.kept(KIND).unwrap_or_default();
    if event_is_opened(
        &kind,
        &source,
        event.kept_container(DETAIL).unwrap_or_default(),
    ) {
        return true;
    }
    let is_special = SPECIAL.contains(&&*source) && event.kept_value(OWN).is_some();
    source == "aws.autoscaling" || (is_special && is_owned(event.text, stream))
}

/// Whether one of the formats for findings, alarms and configurations reads an event. Somebody may
/// have left out of it what they need.
fn is_owned(text: &str, stream: &Stream) -> bool {
    let Ok(fields) = JsonFields::parse(text) else {
        return false;
    };
    let sample = Sample {
        text,
        json: Some(&fields),
        stream,
    };
    let owners: [&dyn Format; 8] = [
        &alarm::FORMAT,
        &config_compliance::FORMAT,
        &config_item::FORMAT,
        &guardduty::FORMAT,
        &health::FORMAT,
        &inspector::FORMAT,
        &securityhub_finding::FORMAT,
        &securityhub_insight::FORMAT,
    ];
    let mut owners = owners.iter();
    owners.any(|owner| owner.sniff(&sample) > Confidence::NO)
}

/// `text` if it is an ARN.
fn only_arn(text: &str) -> &str {
    if text.starts_with("arn:") { text } else { "" }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stack_that_was_rolled_back_did_not_succeed() {
        let check = |status: &str, expected: Option<Outcome>| {
            assert_eq!(outcome_of_stack(status), expected, "{status}");
        };
        check("CREATE_COMPLETE", Some(Outcome::Success));
        check("ROLLBACK_COMPLETE", Some(Outcome::Failure));
        check("UPDATE_ROLLBACK_FAILED", Some(Outcome::Failure));
        check("UPDATE_COMPLETE_CLEANUP_IN_PROGRESS", None);
        check("ROLLBACK_IN_PROGRESS", None);
        check("DELETE_SKIPPED", None);
        check("FAILED", Some(Outcome::Failure));
        check("", None);
    }

    #[test]
    fn the_exit_codes_of_a_task_tell_its_outcome() {
        let check = |code: &str, containers: &str, expected: Option<Outcome>| {
            assert_eq!(
                outcome_of_task(code, containers),
                expected,
                "{code} {containers}"
            );
        };
        let ended = "EssentialContainerExited";
        check(ended, r#"[{"exitCode":1}]"#, Some(Outcome::Failure));
        check(ended, r#"[{"exitCode":0}]"#, Some(Outcome::Success));
        let sidecar = r#"[{"exitCode":0},{"exitCode":143},{"exitCode":137}]"#;
        check(ended, sidecar, None);
        check(ended, r#"[{"exitCode":137}]"#, Some(Outcome::Failure));
        let memory = r#"[{"exitCode":0},{"exitCode":137,"reason":"OutOfMemoryError: x"}]"#;
        check(ended, memory, Some(Outcome::Failure));
        check(ended, "[]", None);
        check("ServiceSchedulerInitiated", r#"[{"exitCode":1}]"#, None);
        check("TaskFailedToStart", "", Some(Outcome::Failure));
    }
}
