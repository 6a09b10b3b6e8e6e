//! What one log row tells of the size of a group.
//!
//! [`Source::of`] says once per format and service whether its rows may tell of scaling;
//! [`Source::may_tell`] looks at one row as cheaply as can be; only rows that pass are opened by
//! the module of their cloud.

mod aws;
mod azure;
mod google;
mod json;
mod kubernetes;
mod nodes;
mod text;

use nepho_core::Timestamp;
use nepho_core::secret;
use nepho_core::tables::{Column, LogsView, Outcome};

/// Bytes of a group's name that are kept.
const NAME_BYTES: usize = 200;
/// Characters of a reason that are kept.
const REASON_CHARACTERS: usize = 240;

/// How a request for another size, or the activity that followed from it, ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Ending {
    /// It was done.
    #[default]
    Done,
    /// It failed.
    Failed,
    /// More was wanted than the group may have.
    AtMaximum,
    /// How much is wanted is not known, for there are no metrics.
    Blind,
}

/// What one row tells of one group.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Told {
    /// Name of the group.
    pub(crate) group: String,
    /// Full id of the group, where the row has one.
    pub(crate) id: Option<String>,
    /// Replica set within a deployment.
    pub(crate) member: Option<String>,
    /// When it was decided, where the row tells, else its time.
    pub(crate) time: Timestamp,
    /// Size before.
    pub(crate) from: Option<u64>,
    /// Size after.
    pub(crate) to: Option<u64>,
    /// Instances more (or less, when negative), where the row tells no sizes.
    pub(crate) change: i64,
    /// What happened, in the words of the log; empty for a row that only tells limits.
    pub(crate) action: String,
    /// Why.
    pub(crate) reason: Option<String>,
    pub(crate) ending: Ending,
    /// Smallest size allowed.
    pub(crate) minimum: Option<u64>,
    /// Largest size allowed.
    pub(crate) maximum: Option<u64>,
    /// Service of the row, where the group is the service itself.
    pub(crate) service: Option<String>,
}

/// Where rows of one format and service may tell of scaling.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum Source {
    /// Nowhere but in a message of the usual words, at its beginning.
    #[default]
    Message,
    /// Nowhere.
    Nothing,
    AwsAutoScaling,
    AwsEventBridge,
    AwsCloudTrail,
    Azure,
    Google,
    GoogleAutoscaler,
    Kubernetes,
    KubernetesAudit,
}

impl Source {
    /// Where rows of this format and service may tell.
    pub(crate) fn of(format: Option<&str>, service: Option<&str>) -> Self {
        let format = format.unwrap_or_default();
        let service = service.unwrap_or_default();
        if format == "aws.autoscaling" {
            Self::AwsAutoScaling
        } else if format == "aws.eventbridge" {
            aws::event_source(service)
        } else if format.ends_with("cloudtrail") {
            aws::trail_source(service)
        } else if format == "azure.metrics" || format.contains("flow") {
            Self::Nothing
        } else if format.starts_with("azure.") {
            Self::Azure
        } else if format == "gcp.autoscaling" {
            Self::GoogleAutoscaler
        } else if format.starts_with("gcp.") {
            Self::Google
        } else if format == "kubernetes.audit" {
            Self::KubernetesAudit
        } else if kubernetes::is_told_by(format, service) {
            Self::Kubernetes
        } else {
            Self::Message
        }
    }

    /// Whether a row is worth opening.
    #[inline]
    pub(crate) fn may_tell(self, rows: &LogsView<'_>, row: usize) -> bool {
        match self {
            Self::Message => begins_as_scaling(rows.text(Column::Body, row)),
            Self::Nothing => false,
            Self::AwsAutoScaling | Self::AwsEventBridge | Self::GoogleAutoscaler => true,
            Self::AwsCloudTrail => aws::is_trail_action(rows.text(Column::Action, row)),
            Self::Azure => azure::may_tell(rows, row),
            Self::Google => {
                begins_as_scaling(rows.text(Column::Body, row)) || google::may_tell(rows, row)
            }
            Self::Kubernetes => kubernetes::may_tell(rows.text(Column::Body, row)),
            Self::KubernetesAudit => kubernetes::is_scale(rows.text(Column::Path, row)),
        }
    }

    /// What the row tells of groups.
    pub(crate) fn tell(self, rows: &LogsView<'_>, row: usize) -> Vec<Told> {
        let mut told = match self {
            Self::Nothing => Vec::new(),
            Self::Message | Self::Kubernetes => message(rows, row),
            Self::AwsAutoScaling => aws::auto_scaling(rows, row).into_iter().collect(),
            Self::AwsEventBridge => aws::event(rows, row).into_iter().collect(),
            Self::AwsCloudTrail => aws::trail(rows, row).into_iter().collect(),
            Self::Azure => azure::tell(rows, row).into_iter().collect(),
            Self::GoogleAutoscaler => google::tell(rows, row),
            Self::Google if google::may_tell(rows, row) => google::tell(rows, row),
            Self::Google => message(rows, row),
            Self::KubernetesAudit => kubernetes::scale(rows, row).into_iter().collect(),
        };
        told.retain(|one| !one.group.is_empty());
        for one in &mut told {
            let end = one.group.floor_char_boundary(NAME_BYTES);
            one.group.truncate(end);
            one.reason = one.reason.take().map(|reason| shorten(&reason));
            one.action = shorten(&one.action);
        }
        told
    }
}

fn message(rows: &LogsView<'_>, row: usize) -> Vec<Told> {
    let nodes = nodes::tell(rows, row);
    if !nodes.is_empty() {
        return nodes;
    }
    kubernetes::tell(rows, row)
        .or_else(|| google::cloud_run(rows, row))
        .into_iter()
        .collect()
}

/// Whether a message begins like those of Kubernetes, of its autoscalers of nodes and of Cloud Run
/// on scaling.
#[inline]
fn begins_as_scaling(body: Option<&str>) -> bool {
    let Some(text) = body else {
        return false;
    };
    let body = text.as_bytes();
    match body.first() {
        Some(b'N') => body.starts_with(b"New size: "),
        Some(b'S') => {
            body.starts_with(b"Scaled up ")
                || body.starts_with(b"Scaled down ")
                || body.starts_with(b"Starting new instance. Reason: ")
                || nodes::begins(text)
        }
        Some(b'T') => {
            body.starts_with(b"The request was aborted because there was no available instance")
        }
        _ => nodes::begins(text),
    }
}

/// A row as far as every cloud tells it alike.
fn told(rows: &LogsView<'_>, row: usize) -> Told {
    let failed = rows.outcome(row) == Some(Outcome::Failure);
    Told {
        // Rows without a time are not asked.
        time: rows.time(row).unwrap_or_default(),
        action: rows
            .text(Column::Action, row)
            .unwrap_or_default()
            .to_owned(),
        ending: if failed { Ending::Failed } else { Ending::Done },
        ..Told::default()
    }
}

fn shorten(reason: &str) -> String {
    secret::told(reason, REASON_CHARACTERS)
}
