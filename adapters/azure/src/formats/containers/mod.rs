//! What containers, and the platforms that run them, write.

use nepho_codec::pod;
use nepho_codec::table::{Event, Table, To, keep, put_text, text};
use nepho_core::format::{Inside, Record};
use nepho_core::register;
use nepho_core::severity::Severity;
use nepho_core::tables::{Column, Row};

use crate::record::{
    self, Family, FamilyFormat, QuickLine, details, extras, is_one_of, subscription,
};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Output of containers: Container Insights, Container Apps, Container Instances, Spring Apps",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.containers";

/// The family.
pub(super) static FAMILY: Family = Family {
    extras: &[
        ("Stream", "stream"),
        ("LogSource", "stream"),
        ("LogEntrySource", "stream"),
        ("PodNamespace", "namespace"),
        ("Namespace", "namespace"),
        ("ContainerId", "container_id"),
        ("ContainerID", "container_id"),
        ("ContainerImage", "image"),
        ("Image", "image"),
        ("RevisionName", "revision"),
        ("EnvironmentName", "environment_name"),
        ("ObjectKind", "resource_kind"),
        ("Count", "count"),
    ],
    line: Some(line),
    quick_line: Some(QuickLine {
        categories: &CATEGORIES,
        names: LINES,
    }),
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 18] = [
    "ContainerLog",
    "ContainerLogV2",
    "ContainerAppConsoleLogs",
    "ContainerAppConsoleLogs_CL",
    "ContainerAppSystemLogs",
    "ContainerAppSystemLogs_CL",
    "ContainerInstanceLog",
    "ContainerInstanceLog_CL",
    "ContainerEvent",
    "ContainerEvent_CL",
    "ApplicationConsole",
    "SystemLogs",
    "AppPlatformLogsforSpring",
    "AppPlatformSystemLogs",
    "ContainerEventLogs",
    "AppPlatformContainerEventLogs",
    "AppEnvSpringAppConsoleLogs",
    "KubeEvents",
];

/// Names of the line that a container wrote.
const LINES: [&str; 4] = ["LogMessage", "Log", "LogEntry", "Log_s"];

const LEVEL: usize = 20;
const TYPE: usize = 21;

/// Levels of the services of a platform, and of the events of Spring Apps.
const LEVELS: &[(&str, Severity)] = &[
    ("FATAL", Severity::FATAL),
    ("ERROR", Severity::ERROR),
    ("WARNING", Severity::WARN),
    ("WARN", Severity::WARN),
    ("INFO", Severity::INFO),
    ("Normal", Severity::INFO),
    ("DEBUG", Severity::DEBUG),
    ("TRACE", Severity::TRACE),
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        text(
            &[
                "PodName",
                "ContainerGroupName",
                "ContainerGroupName_s",
                "ReplicaName",
                "InstanceName",
                "Instance",
                "Computer",
            ],
            Column::Host,
        ),
        text(
            &["ContainerName", "ContainerName_s", "Container"],
            Column::Process,
        ),
        text(&["Reason", "Event"], Column::Action),
        keep(&["Level"], LEVEL),
        keep(&["Type"], TYPE),
        keep(
            &["LogMessage", "Log", "LogEntry", "Log_s", "Message", "msg"],
            details::MESSAGE,
        ),
        keep(
            &[
                "ContainerAppName",
                "ContainerAppName_s",
                "AppName",
                "App",
                "JobName",
            ],
            details::APPLICATION,
        ),
        keep(&["PodName"], details::POD),
        keep(&["PodNamespace"], details::POD_NAMESPACE),
        keep(&LINES, details::LINE),
    ],
    extras: &[],
    finish: Some(finish),
};

/// The level of a service or an event, where the message told none.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    for level in [event.kept(LEVEL), event.kept(TYPE)].into_iter().flatten() {
        if !row.has_severity() {
            put_text(&level, To::SeverityOf(LEVELS), row);
        }
    }
}

/// The line that a container wrote, with what is told of the container.
fn line<'a>(record: &Record<'a>) -> Option<Inside<'a>> {
    extras::with(record.text, |values| {
        let category = values.text(&["category", "Type"])?;
        if !is_one_of(&category, FAMILY.categories) {
            return None;
        }
        let text = values.text(&LINES)?;
        let mut envelope = record.envelope.clone().with(Column::Provider, "azure");
        let names = ["time", "TimeGenerated"];
        let time = values.text(&names);
        envelope.time = time.and_then(|time| nepho_codec::time::parse(&time));
        let id = values.text(&["resourceId", "_ResourceId"]);
        let pod = values.text(&["PodName"]);
        if let Some((name, space)) = pod.as_deref().zip(values.text(&["PodNamespace"])) {
            let (told, id) = (record.stream.cluster.as_deref(), id.as_deref());
            let pod = record::pod(told, id.unwrap_or_default(), &space, name);
            envelope.resources.push(pod);
        }
        if let Some(id) = id {
            envelope = envelope.with(Column::Account, subscription(&id));
            envelope.resources.insert(0, id);
        }
        let application = values.text(&["ContainerAppName", "ContainerAppName_s", "AppName"]);
        let workload = pod.as_deref().map(|pod| pod::workload(pod).to_owned());
        let told = [
            (Column::Service, application.or(workload)),
            (Column::Region, values.text(&["location"])),
            (
                Column::Host,
                pod.or(values.text(&[
                    "ContainerGroupName",
                    "ContainerGroupName_s",
                    "InstanceName",
                ])),
            ),
            (
                Column::Process,
                values.text(&["ContainerName", "ContainerName_s"]),
            ),
        ];
        for (column, value) in told {
            if let Some(value) = value {
                envelope = envelope.with(column, value);
            }
        }
        let text = text.trim_end().to_owned().into();
        Some(Inside { text, envelope })
    })?
}
