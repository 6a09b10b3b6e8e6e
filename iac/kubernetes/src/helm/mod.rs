//! Feed `kubernetes.helm`: what Helm says of its releases. See `README.md`.

mod compare;
mod manifest;
mod record;
mod tables;

#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys, Snapshot};
use nepho_core::format::Confidence;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus};
use nepho_core::{ErrorKind, Result, Timestamp};
use nepho_iac_common::head::has_key;
use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use serde_json::Value;

pub(crate) use self::record::{is_record, record};
use crate::object::Place;
use crate::reason::redact;
use crate::value::text;

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "kubernetes.helm",
    summary: "Releases of Helm (history, list and status as JSON): revisions and what they changed",
    permissions: &[],
    make: Make::Feed(|| Box::new(Helm)),
});

/// Reads the output of Helm.
#[derive(Debug)]
pub struct Helm;

impl ChangeFeed for Helm {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["chart", "info"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        if tables::advice(head).is_some() {
            return Confidence::LIKELY;
        }
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has = |names: &[&str]| names.iter().all(|name| has_key(head, name));
        let is_list = head.starts_with('[')
            && has(&["revision", "updated", "status", "chart", "app_version"]);
        let is_release = head.starts_with('{')
            && has(&["info", "last_deployed", "manifest"])
            && has(&["name", "version"]);
        if (is_list || is_release) && !has_key(head, "apiVersion") {
            Confidence::CERTAIN
        } else {
            // Charts, configuration and manifests come before the name: what is seen suffices.
            let is_long = head.starts_with('{')
                && has(&[
                    "name",
                    "info",
                    "first_deployed",
                    "last_deployed",
                    "description",
                ]);
            match is_long && !has_key(head, "kind") {
                true => Confidence::LIKELY,
                false => Confidence::NO,
            }
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        if let Some(advice) = tables::advice(document.text) {
            let kind = ErrorKind::Unsupported;
            return Err(places.error_of(kind, "kubernetes.helm", advice, 0));
        }
        let items = Items::of(document.text, &[]);
        let file = document.uri.rsplit(['/', '\\']).next().unwrap_or_default();
        let file = file.split_once('.').map_or(file, |(stem, _)| stem);
        let mut is_known = false;
        for item in &items.whole {
            let place = Place {
                uri: document.uri,
                line: places.line(item.start),
            };
            let value: Value = serde_json::from_str(item.text).unwrap_or_default();
            let result = if value.get("info").is_some() {
                record::release(item.text, place, out)
            } else {
                entry(&value, file, place, out)
            };
            is_known |= result.is_ok();
            if let Err(reason) = result {
                let end = item.start + item.text.len();
                out.rejects.push(places.reject(item.start, end, reason));
            }
        }
        for (start, end) in &items.broken {
            let reason = "this is not valid JSON";
            out.rejects.push(places.reject(*start, *end, reason));
        }
        // The first is told by the error, the others stay.
        if !is_known && !out.rejects.is_empty() {
            let reject = out.rejects.remove(0);
            let start = reject.start as usize;
            return Err(places.error("kubernetes.helm", reject.reason.as_str(), start));
        }
        Ok(())
    }

    fn compare(&self, snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
        compare::compare(snapshots, known, out);
    }
}

const WITHOUT_NUMBER: &str =
    "a revision without its number; run `helm history NAME -o json`, and read that file";
const WITHOUT_STATUS: &str =
    "a revision without a status; run `helm history NAME -o json`, and read that file";

/// One revision of `helm history` (which does not name the release) or `helm list`.
fn entry(
    value: &Value,
    file: &str,
    place: Place<'_>,
    out: &mut FeedOutput,
) -> std::result::Result<(), &'static str> {
    let number = value.get("revision").and_then(|number| {
        let text = number.as_str().and_then(|text| text.parse().ok());
        number.as_u64().or(text)
    });
    let number = number.ok_or(WITHOUT_NUMBER)?;
    let status = text(value, &["status"]).ok_or(WITHOUT_STATUS)?;
    let scope = match (text(value, &["namespace"]), text(value, &["name"])) {
        (Some(namespace), Some(name)) => format!("{namespace}/{name}"),
        (None, Some(name)) => name.to_owned(),
        _ => file.to_owned(),
    };
    let description = text(value, &["description"]).unwrap_or_default();
    let told = Told {
        scope: &scope,
        number,
        status,
        description: redact(description, &[]),
        rollback_to: value.get("rollback_revision").and_then(Value::as_u64),
        deployed: text(value, &["updated"]).and_then(updated),
        deleted: None,
        chart: text(value, &["chart"]).map(str::to_owned),
    };
    told.tell(place, out);
    Ok(())
}

/// Time as `helm list` prints it (`2024-05-01 10:00:00.1 +0000 UTC`) or RFC 3339; `None` for the
/// zero time of Go.
fn updated(text: &str) -> Option<Timestamp> {
    let text = text.strip_suffix(" UTC").unwrap_or(text);
    let mut words = text.split(' ');
    let time = match (words.next(), words.next(), words.next()) {
        (Some(day), Some(time), Some(zone)) if zone.len() == 5 => {
            let (hours, minutes) = zone.split_at_checked(3)?;
            Timestamp::parse_rfc3339(&format!("{day}T{time}{hours}:{minutes}"))
        }
        (Some(day), Some(time), _) => Timestamp::parse_rfc3339(&format!("{day}T{time}Z")),
        _ => Timestamp::parse_rfc3339(text),
    };
    time.filter(|time| time.0 > 0)
}

/// What is told of one revision of a release.
struct Told<'a> {
    /// `namespace/name`.
    scope: &'a str,
    number: u64,
    status: &'a str,
    /// Masked.
    description: String,
    rollback_to: Option<u64>,
    deployed: Option<Timestamp>,
    deleted: Option<Timestamp>,
    /// `name-version` of the chart.
    chart: Option<String>,
}

impl Told<'_> {
    /// Adds the run of the revision, that of its removal, and the change of the release by each.
    /// Gives the two.
    fn tell(&self, place: Place<'_>, out: &mut FeedOutput) -> (Change, Option<Change>) {
        let mut run = run(self.scope, self.number, self.status);
        run.ended = self.deployed;
        run.revision.clone_from(&self.chart);
        run.message = Some(self.description.clone()).filter(|text| !text.is_empty());
        run.uri = place.uri.to_owned();
        run.line = place.line;
        if self.rollback_to.is_some() || self.description.starts_with("Rollback") {
            run.operation = RunOperation::Rollback;
        }
        let is_removed = self.status.starts_with("uninstall");
        let action = match self.number {
            1 => ChangeAction::Create,
            _ => ChangeAction::Update,
        };
        let change = release_change(&run, action);
        let removal = is_removed.then(|| {
            let status = match self.status {
                "uninstalled" => RunStatus::Succeeded,
                _ => RunStatus::Running,
            };
            let removal = Run {
                id: format!("{}:uninstall", run.id),
                operation: RunOperation::Destroy,
                status,
                ended: self.deleted,
                ..run.clone()
            };
            // Its description is that of the removal.
            run.message = None;
            let change = release_change(&removal, ChangeAction::Delete);
            out.runs.push(removal);
            change
        });
        out.changes.push(change.clone());
        out.changes.extend(removal.clone());
        out.runs.push(run);
        (change, removal)
    }
}

/// Canonical id of a release.
pub(crate) fn release_key(namespace: &str, name: &str) -> String {
    key::kubernetes("", "helm.sh", "Release", namespace, name)
}

/// Run that made a revision.
pub(crate) fn run(scope: &str, number: u64, status: &str) -> Run {
    let operation = match status {
        "pending-rollback" => RunOperation::Rollback,
        _ => RunOperation::Apply,
    };
    Run {
        id: format!("helm:{scope}:v{number}"),
        tool: "helm".to_owned(),
        scope: scope.to_owned(),
        operation,
        status: match status {
            "failed" => RunStatus::Failed,
            "pending-install" | "pending-upgrade" | "pending-rollback" => RunStatus::Running,
            // What was replaced or removed later had been deployed.
            "deployed" | "superseded" | "uninstalled" | "uninstalling" => RunStatus::Succeeded,
            _ => RunStatus::Unknown,
        },
        serial_from: number.checked_sub(1).filter(|number| *number > 0),
        serial_to: Some(number),
        ..Run::default()
    }
}

/// Change of the release itself by a run.
pub(crate) fn release_change(run: &Run, action: ChangeAction) -> Change {
    // The name of the cluster may stand before both.
    let (rest, name) = run.scope.rsplit_once('/').unwrap_or(("", &run.scope));
    let namespace = rest.rsplit('/').next().unwrap_or_default();
    Change {
        id: format!("{}:release", run.id),
        time: run.ended,
        tool: "helm".to_owned(),
        scope: run.scope.clone(),
        run: run.id.clone(),
        action,
        outcome: match run.status {
            RunStatus::Succeeded => ChangeOutcome::Applied,
            RunStatus::Failed => ChangeOutcome::Failed,
            _ => ChangeOutcome::Unknown,
        },
        address: crate::object::address("helm.sh", "Release", namespace, name),
        resource: Some(release_key(namespace, name)),
        resource_type: "Release".to_owned(),
        revision: run.revision.clone(),
        reason: run.message.clone(),
        uri: run.uri.clone(),
        line: run.line,
        ..Change::default()
    }
}

#[cfg(test)]
mod time_tests {
    use super::*;

    #[test]
    fn times_of_every_command_are_read() {
        let expected = Timestamp::parse_rfc3339("2024-05-01T08:00:00.5Z");
        for text in [
            "2024-05-01 10:00:00.5 +0200 CEST",
            "2024-05-01 08:00:00.5 +0000 UTC",
            "2024-05-01T08:00:00.5Z",
            "2024-05-01T10:00:00.5+02:00",
        ] {
            assert_eq!(updated(text), expected, "{text}");
        }
        assert_eq!(updated("0001-01-01T00:00:00Z"), None);
    }
}
