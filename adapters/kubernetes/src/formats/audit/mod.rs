//! Audit events of the Kubernetes API server.
//!
//! Source: kubernetes.io/docs/reference/config-api/apiserver-audit.v1, read 2026-11-21.

use std::borrow::Cow;

use nepho_codec::json::{JsonFields, unescape};
use nepho_codec::message::json::url_path;
use nepho_codec::table::{Event, Field, JsonFormats, Need, Table, To};
use nepho_core::key;
use nepho_core::register;
use nepho_core::tables::{Column, Outcome, Row};

use crate::cluster::{CLUSTERS, cluster};

register!(Component {
    kind: Kind::Format,
    name: "kubernetes.audit",
    summary: "Audit events of the Kubernetes API server",
    permissions: &[],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

const DECISION: usize = 0;
const REASON: usize = 1;
const STATUS: usize = 2;
const GROUP: usize = 3;
const RESOURCE: usize = 4;
const NAMESPACE: usize = 5;
const NAME: usize = 6;
const ADDRESS: usize = 7;
const CLUSTER: usize = 8;
const VERB: usize = 9;
const ANSWER: usize = 10;
const STAGE: usize = 11;

static TABLES: [&Table; 2] = [&TABLE, &VERSIONED];

/// Events that were cut down, by what they call themselves.
static VERSIONED: Table = Table {
    needs: &[
        Need::Starts("apiVersion", "audit.k8s.io/"),
        Need::Is("kind", "Event"),
        Need::HasAny(&[
            "auditID",
            "requestURI",
            "objectRef",
            "user",
            "responseStatus",
        ]),
        OF_TABLE,
    ],
    ..AUDIT
};

static TABLE: Table = AUDIT;

/// Rows of Log Analytics, with names in another case, are `azure.kube_audit`.
const OF_TABLE: Need = Need::Lacks("TimeGenerated");

const AUDIT: Table = Table {
    name: "kubernetes.audit",
    needs: &[
        Need::HasAny(&["verb", "stage"]),
        Need::HasAny(&["objectRef", "requestURI", "auditID"]),
        Need::HasAny(&[
            "user.username",
            "user.uid",
            "auditID",
            "stage",
            "responseStatus",
            "kind",
        ]),
        OF_TABLE,
    ],
    constants: &[],
    fields: &[
        Field {
            from: &["requestReceivedTimestamp", "stageTimestamp", "timestamp"],
            to: To::Time,
        },
        Field {
            from: &["stageTimestamp"],
            to: To::Observed,
        },
        // Some collectors move the verb and the status.
        text(&["verb", "http.method"], Column::Action),
        text(&["user.username", "user.uid"], Column::Actor),
        Field {
            from: &["sourceIPs[0]", "sourceIPs[1]"],
            to: To::Part(Column::SourceIp, address),
        },
        text(&["userAgent"], Column::UserAgent),
        text(&["auditID"], Column::RequestId),
        Field {
            from: &["requestURI"],
            to: To::Part(Column::Path, url_path),
        },
        Field {
            from: &["objectRef.name"],
            to: To::Resource,
        },
        Field {
            from: &["responseStatus.code", "http.status_code"],
            to: To::Status,
        },
        text(&["responseStatus.message"], Column::Body),
        Field {
            from: &["annotations.authorization.k8s.io/decision"],
            to: To::Keep(DECISION),
        },
        Field {
            from: &["annotations.authorization.k8s.io/reason"],
            to: To::Keep(REASON),
        },
        Field {
            from: &["responseStatus.status"],
            to: To::Keep(STATUS),
        },
        Field {
            from: &["objectRef.apiGroup"],
            to: To::Keep(GROUP),
        },
        Field {
            from: &["objectRef.resource"],
            to: To::Keep(RESOURCE),
        },
        Field {
            from: &["objectRef.namespace"],
            to: To::Keep(NAMESPACE),
        },
        Field {
            from: &["objectRef.name"],
            to: To::Keep(NAME),
        },
        Field {
            from: &["requestURI"],
            to: To::Keep(ADDRESS),
        },
        Field {
            from: CLUSTERS,
            to: To::Keep(CLUSTER),
        },
        Field {
            from: &["verb"],
            to: To::Keep(VERB),
        },
        Field {
            from: &["responseObject"],
            to: To::Keep(ANSWER),
        },
        Field {
            from: &["stage"],
            to: To::Keep(STAGE),
        },
    ],
    extras: &[
        ("level", "level"),
        ("impersonatedUser.username", "impersonated_user"),
        ("objectRef.namespace", "namespace"),
        ("objectRef.resource", "resource_kind"),
        ("objectRef.subresource", "subresource"),
        ("stage", "stage"),
    ],
    finish: Some(finish),
};

const fn text(from: &'static [&'static str], column: Column) -> Field {
    Field {
        from,
        to: To::Text(column),
    }
}

/// `text` if it is an IP address.
fn address(text: &str) -> &str {
    if text.parse::<std::net::IpAddr>().is_ok() {
        text
    } else {
        ""
    }
}

/// Outcome by the status of the response, or by the decision of the authorizer where there is none;
/// the canonical id of the object behind its name.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    row.constant(Column::Provider, "kubernetes")
        .constant(Column::Service, "kube-apiserver");
    let name = event.kept(NAME).filter(|name| !name.is_empty());
    let created = name.is_none().then(|| created(event)).flatten();
    if let Some(created) = &created {
        row.resource(created);
    }
    if let (Some(resource), Some(name)) = (event.kept(RESOURCE), name.or(created)) {
        let kept = |number| event.kept(number).unwrap_or_default();
        let kind = key::kubernetes_kind(&resource);
        // Some collectors drop the group; the address `/apis/apps/v1/...` has it too.
        let (group, address) = (kept(GROUP), kept(ADDRESS));
        let told = address.strip_prefix("/apis/");
        let told = told.and_then(|rest| rest.split('/').next());
        let group = match &*group {
            "" => told.unwrap_or_default(),
            group => group,
        };
        let cluster = cluster(event, row, CLUSTER);
        let id = key::kubernetes(&cluster, group, &kind, &kept(NAMESPACE), &name);
        row.resource(&id);
    }
    let is_forbidden = event.kept(DECISION).as_deref() == Some("forbid");
    match row.status_so_far() {
        // The server broke down over the request, whatever it had begun to answer.
        _ if event.kept(STAGE).as_deref() == Some("Panic") => row.outcome(Outcome::Failure),
        Some(400..) => row.outcome(Outcome::Failure),
        Some(100..=399) => row.outcome(Outcome::Success),
        _ if event.kept(STATUS).as_deref() == Some("Failure") => row.outcome(Outcome::Failure),
        _ if is_forbidden => row.outcome(Outcome::Failure),
        _ if event.kept(STATUS).as_deref() == Some("Success") => row.outcome(Outcome::Success),
        _ => row,
    };
    if is_forbidden
        && !row.has(Column::Body)
        && let Some(reason) = event.kept(REASON)
    {
        row.text(Column::Body, &reason);
    }
}

/// Name of an object that was created. The call may leave it to the server (`generateName`), and
/// then only the answer tells it.
fn created<'a>(event: &Event<'a>) -> Option<Cow<'a, str>> {
    event.kept(VERB).filter(|verb| verb == "create")?;
    let answer = JsonFields::parse(event.kept_container(ANSWER)?).ok()?;
    let name = answer.text("metadata.name").map(unescape)?;
    (!name.is_empty()).then(|| name.into_owned().into())
}
