//! What Karpenter logs of the nodes that it launches and takes away.
//!
//! Source: karpenter.sh/docs/reference/threat-model and `/docs/troubleshooting`, and
//! `pkg/controllers/nodeclaim/lifecycle` and `pkg/controllers/provisioning` of
//! github.com/kubernetes-sigs/karpenter, read 2026-11-30.

use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, keep, resource, severity, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Lines of Karpenter",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const NAME: &str = "kubernetes.karpenter";
const MESSAGE: usize = 0;
const ERROR: usize = 1;
const PROVIDER_ID: usize = 2;
const POD: usize = 3;
const NAMESPACE: usize = 4;
const POD_PATH: usize = 5;

static TABLES: [&Table; 3] = [&OF_NODES, &OTHERS, &OLD];

/// Lines on a node or a pool, which they name.
static OF_NODES: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("message"),
        Need::Has("level"),
        Need::Has("time"),
        Need::HasAny(&["controller", "logger"]),
        Need::HasAny(&["NodeClaim.name", "NodePool.name"]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// All others: applications write the commit that they are of as well, and a controller, but not
/// what a reconciler does.
static OTHERS: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("message"),
        Need::Has("level"),
        Need::Has("time"),
        Need::Has("commit"),
        Need::IsAny("controller", CONTROLLERS),
        Need::HasAny(&["reconcileID", "command-id"]),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Lines of versions before 1.0, which name the controller in the logger.
static OLD: Table = Table {
    name: NAME,
    needs: &[
        Need::Has("message"),
        Need::Has("level"),
        Need::Has("time"),
        Need::Has("commit"),
        Need::IsAny("logger", LOGGERS),
    ],
    constants: CONSTANTS,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Controllers of Karpenter (`pkg/controllers` of kubernetes-sigs/karpenter and of
/// aws/karpenter-provider-aws). Those of other operators write a commit as well.
const CONTROLLERS: &[&str] = &[
    "provisioner",
    "provisioner.trigger.pod",
    "provisioner.trigger.node",
    "disruption",
    "disruption.queue",
    "interruption",
    "eviction-queue",
    "nodeclaim.lifecycle",
    "nodeclaim.termination",
    "nodeclaim.disruption",
    "nodeclaim.consistency",
    "nodeclaim.expiration",
    "nodeclaim.garbagecollection",
    "nodeclaim.tagging",
    "nodeclaim.podevents",
    "node.termination",
    "node.health",
    "nodepool.counter",
    "nodepool.hash",
    "nodepool.readiness",
    "nodepool.validation",
    "nodepool.registrationhealth",
    "nodeclass",
    "nodeclass.hash",
    "nodeclass.status",
    "nodeclass.termination",
    "state.node",
    "state.nodeclaim",
    "state.nodepool",
    "state.pod",
    "state.daemonset",
    "providers.instancetype",
    "providers.pricing",
    "providers.ssm.invalidation",
    "providers.version",
];

/// Loggers of versions before 1.0, named after their controllers.
const LOGGERS: &[&str] = &[
    "controller.provisioner",
    "controller.disruption",
    "controller.interruption",
    "controller.eviction",
    "controller.machine.lifecycle",
    "controller.machine.termination",
    "controller.machine.garbagecollection",
    "controller.nodeclaim.lifecycle",
    "controller.nodeclaim.termination",
    "controller.nodeclaim.disruption",
    "controller.nodeclaim.consistency",
    "controller.nodeclaim.garbagecollection",
    "controller.nodeclaim.tagging",
    "controller.node.termination",
    "controller.nodepool.hash",
    "controller.nodepool.counter",
    "controller.nodeclass",
    "controller.termination",
    "controller.deprovisioning",
    "controller.consolidation",
    "controller.pricing",
];

const CONSTANTS: &[(Column, &str)] = &[
    (Column::Provider, "kubernetes"),
    (Column::Service, "karpenter"),
];

const FIELDS: &[Field] = &[
    time(&["time"]),
    severity(&["level"]),
    text(&["controller", "logger"], Column::Process),
    text(&["reconcileID", "command-id"], Column::RequestId),
    resource(&["NodePool.name", "nodepool"]),
    resource(&["NodeClaim.name", "nodeclaim"]),
    resource(&["Node.name", "node"]),
    keep(&["message"], MESSAGE),
    keep(&["error"], ERROR),
    keep(&["provider-id"], PROVIDER_ID),
    keep(&["Pod.name"], POD),
    keep(&["Pod.namespace"], NAMESPACE),
    keep(&["pod"], POD_PATH),
];

const EXTRAS: &[(&str, &str)] = &[
    ("instance-type", "instance_type"),
    ("capacity-type", "capacity_type"),
    ("zone", "zone"),
    ("reason", "reason"),
    ("decision", "decision"),
    ("commit", "commit"),
];

/// Messages that tell of something that was done, which are the action as well.
const DONE: [&str; 7] = [
    "created nodeclaim",
    "launched nodeclaim",
    "registered nodeclaim",
    "initialized nodeclaim",
    "deleted nodeclaim",
    "deleted node",
    "tainted node",
];

/// Messages that tell of something that was not.
const FAILED: [&str; 2] = ["failed launching nodeclaim", "could not schedule pod"];

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let message = event.kept(MESSAGE).unwrap_or_default();
    match event.kept(ERROR).filter(|error| !error.is_empty()) {
        Some(error) => row.text(Column::Body, &format!("{message}: {error}")),
        None => row.text(Column::Body, &message),
    };
    if DONE.contains(&&*message) {
        row.text(Column::Action, &message).outcome(Outcome::Success);
    } else if FAILED.contains(&&*message) {
        row.text(Column::Action, &message).outcome(Outcome::Failure);
    }
    // `aws:///eu-west-1a/i-0123456789abcdef0`; of other clouds a path.
    if let Some(id) = event.kept(PROVIDER_ID) {
        match id.strip_prefix("aws:///") {
            Some(place) => row.resource(place.rsplit('/').next().unwrap_or(place)),
            None => row.resource(id.split_once("://").map_or(&*id, |(_, path)| path)),
        };
    }
    match (event.kept(POD), event.kept(NAMESPACE), event.kept(POD_PATH)) {
        (Some(pod), Some(namespace), _) => {
            row.resource(&format!("{namespace}/{pod}"));
        }
        (_, _, Some(path)) => {
            row.resource(&path);
        }
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use nepho_conformance::told::knows;

    use super::*;

    #[test]
    fn lines_of_applications_are_none() {
        let check = |rest: &str, expected: bool| {
            let text =
                format!(r#"{{"level":"INFO","time":"2026-05-12T14:00:00Z","message":"a",{rest}}}"#);
            assert_eq!(knows(&JsonFormats(&TABLES), &text), expected, "{text}");
        };
        check(
            r#""commit":"1","controller":"disruption","reconcileID":"2""#,
            true,
        );
        check(r#""commit":"1","logger":"controller.disruption""#, true);
        check(
            r#""controller":"disruption","NodePool":{"name":"default"}"#,
            true,
        );
        check(r#""commit":"1","logger":"shop.Cart""#, false);
        check(r#""commit":"1","controller":"OrdersController""#, false);
        check(r#""logger":"provisioner","nodepool":"default""#, false);
        check(r#""commit":"1","logger":"controller.orders""#, false);
        check(
            r#""commit":"1","controller":"certificate","reconcileID":"2""#,
            false,
        );
    }
}
