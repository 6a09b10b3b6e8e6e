//! Decisions of Google's autoscalers: of managed instance groups, and of the nodes of GKE clusters.
//!
//! Sources (read 2026-11-21): cloud.google.com/compute/docs/autoscaler/viewing-autoscaler-logs,
//! cloud.google.com/kubernetes-engine/docs/how-to/cluster-autoscaler-visibility.

mod cluster;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::table::{Event, JsonFormat, Need, Table, keep, text};
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::entry;

register!(Component {
    kind: Kind::Format,
    name: "gcp.autoscaling",
    summary: "Google Cloud autoscalers: instance groups that were resized, cluster nodes added and removed",
    permissions: &["logging.logEntries.list"],
    make: Make::Format(|| Box::new(JsonFormat(&TABLE))),
});

const PAYLOAD: usize = 0;
const LOG: usize = 1;
const PROJECT: usize = 2;
const LOCATION: usize = 3;
const GROUP: usize = 4;
const CLUSTER: usize = 5;
const TYPE: usize = 6;

static TABLE: Table = Table {
    name: "gcp.autoscaling",
    needs: &[
        entry::NO_ROW,
        Need::Contains("logName", "autoscaler"),
        Need::Has("jsonPayload"),
    ],
    constants: &[(Column::Provider, "gcp")],
    fields: &[
        entry::TIME,
        entry::OBSERVED,
        entry::SEVERITY,
        entry::INSERT_ID,
        entry::LOG_PROJECT,
        entry::PROJECT,
        text(&["jsonPayload.projectId"], Column::Account),
        entry::REGION,
        keep(&["jsonPayload"], PAYLOAD),
        keep(&["logName"], LOG),
        keep(
            &["resource.labels.project_id", "jsonPayload.projectId"],
            PROJECT,
        ),
        keep(
            &[
                "jsonPayload.zoneName",
                "jsonPayload.regionName",
                "resource.labels.location",
                "resource.labels.zone",
            ],
            LOCATION,
        ),
        keep(
            &[
                "jsonPayload.instanceGroupName",
                "resource.labels.instance_group_manager_name",
                "jsonPayload.autoscalerName",
            ],
            GROUP,
        ),
        keep(&["resource.labels.cluster_name"], CLUSTER),
        keep(&["jsonPayload.@type"], TYPE),
    ],
    extras: &[
        ("resource.type", "resource_type"),
        ("resource.labels.cluster_name", "cluster"),
    ],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let payload = event.kept_container(PAYLOAD).unwrap_or_default();
    let Ok(fields) = JsonFields::parse(payload) else {
        return;
    };
    let place = Place {
        project: event.kept(PROJECT).unwrap_or_default().into_owned(),
        location: event.kept(LOCATION).unwrap_or_default().into_owned(),
    };
    if event
        .kept(LOG)
        .is_some_and(|name| name.contains("cluster-autoscaler"))
    {
        row.constant(Column::Service, "container.googleapis.com");
        cluster::describe(&fields, &place, row);
        if let Some(cluster) = event.kept(CLUSTER) {
            let Place { project, location } = &place;
            row.resource(&format!("//container.googleapis.com/projects/{project}/locations/{location}/clusters/{cluster}"));
        }
        return;
    }
    row.constant(Column::Service, "compute.googleapis.com");
    if let Some(group) = event.kept(GROUP) {
        row.resource(&place.group(&place.location, &group));
    }
    let kind = event.kept(TYPE).unwrap_or_default();
    row.text(
        Column::Action,
        kind.rsplit(['.', '/']).next().unwrap_or("autoscaler"),
    );
    instance_group(&fields, payload, row);
}

/// Project and location that names are made with.
struct Place {
    project: String,
    location: String,
}

impl Place {
    /// Full name of a managed instance group.
    fn group(&self, location: &str, name: &str) -> String {
        let is_zone = location
            .rsplit_once('-')
            .is_some_and(|(region, zone)| zone.len() == 1 && region.contains('-'));
        let kind = if is_zone { "zones" } else { "regions" };
        format!(
            "//compute.googleapis.com/projects/{}/{kind}/{location}/instanceGroupManagers/{name}",
            self.project
        )
    }
}

/// Body and outcome of an entry of an instance group's autoscaler: a change of size or of status.
fn instance_group(fields: &JsonFields<'_>, payload: &str, row: &mut Row<'_>) {
    let first = |paths: &[&str]| {
        paths
            .iter()
            .find_map(|path| fields.text(path))
            .map(unescape)
    };
    let before = first(&["oldSize", "resize.oldSize", "currentSize"]);
    let after = first(&["newSize", "resize.newSize", "recommendedSize"]);
    let reason = first(&[
        "reason",
        "details",
        "message",
        "resize.reason",
        "newStatus.details",
    ]);
    if let (Some(before), Some(after)) = (&before, &after) {
        let reason = reason
            .as_deref()
            .map(|reason| format!(": {reason}"))
            .unwrap_or_default();
        row.text(
            Column::Body,
            &format!("resize from {before} to {after}{reason}"),
        );
        row.outcome(Outcome::Success);
        return;
    }
    row.text(Column::Body, reason.as_deref().unwrap_or(payload));
}
