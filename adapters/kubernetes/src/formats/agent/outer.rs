//! What agents add to a line of a container, under the names that each of them uses.

use std::borrow::Cow;

use nepho_codec::json::fields::{pick, text_of};
use nepho_codec::json::unescape;
use nepho_codec::{pod, time};
use nepho_core::format::Record;
use nepho_core::tables::{Column, Envelope, Row};
use nepho_core::{Timestamp, key};

/// What agents put beside the message that they took the fields of an application's JSON from.
const MERGED: [&str; 7] = [
    "level",
    "severity",
    "log.level",
    "levelname",
    "lvl",
    "trace_id",
    "traceId",
];

/// The label that Docker Compose gives the containers of a service.
const COMPOSE_SERVICE: &str = "com.docker.compose.service";

/// A line of a container, and what is told of where it comes from. Texts are as they stand in the
/// JSON; what is not told is empty.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Outer<'a> {
    message: &'a str,
    time: &'a str,
    pod: &'a str,
    namespace: &'a str,
    container: &'a str,
    /// Name of the application by the labels of the pod.
    app: &'a str,
    /// Address of a task of ECS.
    task: &'a str,
    /// The machine that runs a container of Docker.
    host: &'a str,
    /// All of it.
    record: &'a str,
    /// Member `log`, of whatever kind it is.
    log: &'a str,
}

impl<'a> Outer<'a> {
    /// Parts of a record; `None` if no agent for containers made it.
    pub(super) fn of(record: &'a str) -> Option<Self> {
        let [
            log,
            message,
            times @ ..,
            kubernetes,
            container,
            container_name,
            container_id,
            task,
            definition,
            source,
            source_type,
            label,
            host,
            pod_name,
        ] = pick(
            record.trim(),
            [
                "log",
                "message",
                "time",
                "@timestamp",
                "timestamp",
                "date",
                "kubernetes",
                "container",
                "container_name",
                "container_id",
                "ecs_task_arn",
                "ecs_task_definition",
                "source",
                "source_type",
                "label",
                "host",
                "podName",
            ],
        )?;
        // A record in which the agent has put the fields of the message in place of it is JSON of
        // the application.
        let message = [log, message].into_iter().flatten();
        let message = message
            .filter(|raw| raw.starts_with('"'))
            .find_map(text_of)?;
        let mut outer = Self {
            record,
            log: log.unwrap_or_default(),
            message,
            time: times
                .into_iter()
                .flatten()
                .find_map(text_of)
                .unwrap_or_default(),
            task: text(task),
            ..Self::default()
        };
        match kubernetes.filter(|raw| raw.starts_with('{')) {
            Some(kubernetes) => outer.add_kubernetes(kubernetes),
            None if pod_name.is_some() => outer.add_stern(record, text(pod_name)),
            None if text(source_type) == "docker_logs" => {
                outer.add_docker(text(container_name), host, label);
            }
            None if container_id.is_some() && source.is_some() || task.is_some() => {
                // The driver writes `/name` as the Docker API does.
                let name = text(container_name);
                let bare = ["/", "\\/"]
                    .iter()
                    .find_map(|start| name.strip_prefix(start));
                outer.container = bare.unwrap_or(name);
                outer.add_definition(text(definition));
            }
            None => {}
        }
        if outer.container.is_empty()
            && let Some([name]) = container.and_then(|raw| pick(raw, ["name"]))
        {
            outer.container = text(name);
        }
        (!outer.pod.is_empty() || !outer.container.is_empty()).then_some(outer)
    }

    /// Takes the family of a task definition (`shop:3`) for the application, and the container out
    /// of the name that the agent of ECS gives it on an instance: `ecs-shop-3-server-c0ffee...`.
    fn add_definition(&mut self, definition: &'a str) {
        let Some((family, revision)) = definition.rsplit_once(':') else {
            return;
        };
        self.app = family;
        let name = self.container.strip_prefix("ecs-");
        let name = name.and_then(|name| name.strip_prefix(family)?.strip_prefix('-'));
        let name = name.and_then(|name| name.strip_prefix(revision)?.strip_prefix('-'));
        let Some(name) = name else {
            return;
        };
        let is_id = |id: &str| id.len() >= 16 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
        self.container = match name.rsplit_once('-') {
            Some((name, id)) if is_id(id) => name,
            _ => name,
        };
    }

    /// Takes what the source `docker_logs` of Vector tells.
    fn add_docker(&mut self, name: &'a str, host: Option<&'a str>, labels: Option<&'a str>) {
        self.container = name;
        self.host = host.and_then(plain).unwrap_or_default();
        let service = labels.and_then(|labels| pick(labels, [COMPOSE_SERVICE]));
        self.app = service.map_or("", |[service]| text(service));
    }

    /// Takes what `stern --output json` tells (github.com/stern/stern, "output", as of
    /// 2026-11-30).
    fn add_stern(&mut self, record: &'a str, pod: &'a str) {
        let keys = ["namespace", "containerName", "labels"];
        let Some([namespace, container, labels]) = pick(record.trim(), keys) else {
            return;
        };
        // Without its container it is that of a program which tells of pods.
        if container.is_some() {
            self.pod = pod;
            self.namespace = text(namespace);
            self.container = text(container);
            self.add_labels(labels);
        }
    }

    fn add_kubernetes(&mut self, object: &'a str) {
        let Some(found) = pick(
            object,
            [
                "pod_name",
                "pod",
                "namespace_name",
                "pod_namespace",
                "namespace",
                "container_name",
                "container",
                "labels",
                "pod_labels",
            ],
        ) else {
            return;
        };
        let [
            pod_name,
            pod,
            namespace_name,
            pod_namespace,
            namespace,
            container_name,
            container,
            labels,
            pod_labels,
        ] = found;
        self.pod = name(pod_name, pod);
        self.namespace = [namespace_name, pod_namespace]
            .into_iter()
            .flatten()
            .find_map(text_of)
            .unwrap_or_else(|| name(None, namespace));
        self.container = name(container_name, container);
        self.add_labels(labels.or(pod_labels));
    }

    fn add_labels(&mut self, labels: Option<&'a str>) {
        let keys = [
            "app.kubernetes.io/name",
            "app_kubernetes_io/name",
            "app_kubernetes_io_name",
            "app",
            "k8s-app",
        ];
        let labels = labels
            .and_then(|labels| pick(labels, keys))
            .unwrap_or_default();
        self.app = labels
            .into_iter()
            .flatten()
            .find_map(plain)
            .unwrap_or_default();
    }

    /// The line, without the line end.
    pub(super) fn line(&self) -> Cow<'a, str> {
        let mut raw = self.message;
        while let Some(rest) = raw.strip_suffix("\\n").or_else(|| raw.strip_suffix("\\r")) {
            // `\\n` is a backslash and a letter.
            if rest.ends_with('\\') {
                break;
            }
            raw = rest;
        }
        unescape(raw)
    }

    /// The workload: by the labels, else by the name of the pod, else the container.
    fn service(&self) -> &'a str {
        match (self.app, self.pod) {
            ("", "") => self.container,
            ("", pod) => pod::workload(pod),
            (app, _) => app,
        }
    }

    /// Whether the record tells more of the message than its text: fields of it stand beside it.
    /// Walks the record once more, so that only who reads it as the last asks.
    pub(super) fn is_merged(&self) -> bool {
        let is_leveled = self.log.starts_with('{') && self.log.contains("\"level\"");
        let merged = || pick(self.record.trim(), MERGED).unwrap_or_default();
        is_leveled || merged().iter().any(Option::is_some)
    }

    fn host(&self) -> &'a str {
        if self.pod.is_empty() {
            self.host
        } else {
            self.pod
        }
    }

    fn time(&self) -> Option<Timestamp> {
        time::parse(self.time)
    }

    /// The pod, by its key where the cluster is told; or the task.
    fn resource(&self, cluster: Option<&str>) -> Option<Cow<'a, str>> {
        match (self.pod, self.namespace) {
            ("", _) if self.task.is_empty() => None,
            ("", _) => Some(unescape(self.task)),
            (pod, "") => Some(Cow::Borrowed(pod)),
            (pod, namespace) => Some(Cow::Owned(match cluster {
                Some(cluster) => key::kubernetes(cluster, "", "pod", namespace, pod),
                None => format!("{namespace}/{pod}"),
            })),
        }
    }

    fn provider(&self) -> &'static str {
        match self.pod {
            "" if self.task.is_empty() => "",
            "" => "aws",
            _ => "kubernetes",
        }
    }

    /// Account and region that the address of a task names, or nothing.
    fn owner(&self) -> [&'a str; 2] {
        key::Arn::parse(self.task).map_or([""; 2], |arn| [arn.account, arn.region])
    }

    /// The envelope of the line, within that of the record.
    pub(super) fn envelope(&self, record: &Record<'_>) -> Envelope {
        let (around, cluster) = (record.envelope, record.cluster());
        let mut envelope = around.clone();
        envelope.time = self.time().or(envelope.time);
        envelope
            .resources
            .extend(self.resource(cluster).map(Cow::into_owned));
        let [account, region] = self.owner();
        for (column, value) in [
            (Column::Provider, self.provider()),
            (Column::Account, account),
            (Column::Region, region),
            (Column::Service, self.service()),
            (Column::Host, self.host()),
            (Column::Process, self.container),
        ] {
            if !value.is_empty() {
                envelope = envelope.with(column, value);
            }
        }
        envelope
    }

    /// Sets what the agent tells, over what the line does.
    pub(super) fn fill(&self, row: &mut Row<'_>) {
        if !row.has(Column::Service) {
            row.text(Column::Service, self.service());
        }
        let [account, region] = self.owner();
        row.text(Column::Provider, self.provider())
            .text(Column::Account, account)
            .text(Column::Region, region)
            .text(Column::Host, self.host())
            .text(Column::Process, self.container);
        if let Some(time) = self.time() {
            row.time(time);
        }
        if let Some(resource) = self.resource(row.record().cluster()) {
            row.resource(&resource);
        }
    }
}

fn text(raw: Option<&str>) -> &str {
    raw.and_then(text_of).unwrap_or_default()
}

/// Text of a string, if it is one.
fn plain(raw: &str) -> Option<&str> {
    raw.starts_with('"').then(|| text_of(raw)).flatten()
}

/// A name that stands flat (`pod_name`), in an object (`pod: {name}`), or as the text of it.
fn name<'a>(flat: Option<&'a str>, nested: Option<&'a str>) -> &'a str {
    if let Some(name) = flat.and_then(plain) {
        return name;
    }
    match nested {
        Some(raw) if raw.starts_with('{') => pick(raw, ["name"]).map_or("", |[name]| text(name)),
        Some(raw) => plain(raw).unwrap_or_default(),
        None => "",
    }
}
