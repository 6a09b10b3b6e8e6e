//! GitHub audit log: what was done to enterprises, organizations and repositories.

use nepho_codec::table::{
    Event, Field, JsonFormats, Need, Table, http_status, keep, outcome_of, part, resource,
    source_address, text, time, url,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "github.audit",
    summary: "GitHub audit log of enterprises and organizations: REST API, stream, export",
    permissions: &["read:audit_log"],
    make: Make::Format(|| Box::new(JsonFormats(&TABLES))),
});

static TABLES: [&Table; 9] = [
    &QUERIED,
    &IDENTIFIED,
    &TOLD,
    &STREAMED,
    &LAKE,
    &PLAIN,
    &ACCOUNT,
    &ACTORLESS,
    &REPOSITORY,
];

const USER: usize = 0;
const ACTION: usize = 1;
const ACTOR: usize = 2;
const ERROR: usize = 3;

const SERVICE: &[(Column, &str)] = &[(Column::Provider, "github"), (Column::Service, "github")];

const FIELDS: &[Field] = &[
    time(&["@timestamp", "created_at", "at_sign_timestamp"]),
    text(&["action"], Column::Action),
    part(
        &[
            "actor",
            "external_identity_nameid",
            "external_identity_username",
            "actor_id",
            "deploy_key_fingerprint",
        ],
        Column::Actor,
        someone,
    ),
    // Events of several organizations have lists.
    text(
        &[
            "org[0]",
            "org",
            "business[0]",
            "business",
            "enterprise",
            "org_id[0]",
            "org_id",
        ],
        Column::Account,
    ),
    source_address(&["actor_ip"]),
    text(&["user_agent"], Column::UserAgent),
    text(&["_document_id", "request_id"], Column::RequestId),
    resource(&["repo[]", "repo", "repository"]),
    resource(&["team", "data.team"]),
    text(&["request_method"], Column::Method),
    url(&["url_path"]),
    http_status(&["status_code"]),
    outcome_of(&["conclusion"], CONCLUSIONS),
    text(&["message"], Column::Body),
    keep(&["user"], USER),
    keep(&["action"], ACTION),
    keep(&["actor"], ACTOR),
];

/// Who it was; nobody has the id -1.
fn someone(actor: &str) -> &str {
    match actor {
        "-1" => "",
        actor => actor,
    }
}

/// How a run of a workflow ended; others (`skipped`, `neutral`) are neither.
const CONCLUSIONS: &[(&str, Outcome)] = &[
    ("success", Outcome::Success),
    ("failure", Outcome::Failure),
    ("timed_out", Outcome::Failure),
    ("startup_failure", Outcome::Failure),
];

const EXTRAS: &[(&str, &str)] = &[
    ("operation_type", "operation_type"),
    ("programmatic_access_type", "access_type"),
    ("transport_protocol_name", "protocol"),
    ("actor_location.country_code", "country"),
    ("visibility", "visibility"),
    ("permission", "permission"),
    ("workflow_run_id", "workflow_run_id"),
    ("head_branch", "branch"),
];

const BASE: Table = Table {
    name: "github.audit",
    needs: &[],
    constants: SERVICE,
    fields: FIELDS,
    extras: EXTRAS,
    finish: Some(finish),
};

/// Events with the id that the REST API and the stream give them.
static IDENTIFIED: Table = Table {
    needs: &[
        Need::Has("_document_id"),
        Need::Contains("action", "."),
        Need::HasAny(&[
            "actor",
            "actor_id",
            "org",
            "business",
            "user",
            "repo",
            "created_at",
            "@timestamp",
        ]),
        Need::Lacks("message"),
    ],
    ..BASE
};

/// Events with the id and a message, which documents of others may have as well: their time is a
/// number.
static TOLD: Table = Table {
    needs: &[
        Need::Has("_document_id"),
        Need::Contains("action", "."),
        Need::Number("created_at"),
        Need::Lacks("level"),
    ],
    ..BASE
};

/// Events without it, by members that no other log has.
static STREAMED: Table = Table {
    needs: &[
        Need::Contains("action", "."),
        Need::HasAny(&["actor", "actor_id"]),
        Need::HasAny(&[
            "actor_location.country_code",
            "programmatic_access_type",
            "operation_type",
            "repository_public",
            "public_repo",
            "business_id",
            "org_id",
            "repo_id",
            "actor_is_bot",
            "external_identity_nameid",
        ]),
        Need::HasAny(&[
            "created_at",
            "@timestamp",
            "at_sign_timestamp",
            "repo",
            "org",
            "business",
        ]),
        Need::Lacks("actor.id"),
        Need::Lacks("message"),
        Need::Lacks("level"),
    ],
    ..BASE
};

/// A table of events with few members, which lines of applications must not look like.
macro_rules! few_members {
    ($($need:expr),+ $(,)?) => {
        Table {
            needs: &[
                Need::Contains("action", "."),
                Need::Has("actor"),
                $($need,)+
                Need::Lacks("actor.id"),
                Need::Lacks("actor.type"),
                Need::Lacks("actor.name"),
                Need::Lacks("message"),
                Need::Lacks("msg"),
                Need::Lacks("level"),
                Need::Lacks("severity"),
                Need::Lacks("service"),
                Need::Lacks("event_type"),
                Need::Lacks("timestamp"),
                Need::Lacks("time"),
            ],
            ..BASE
        }
    };
}

/// Events that nobody did: of GitHub itself, or of somebody who is not told.
static ACTORLESS: Table = Table {
    needs: &[
        Need::Contains("action", "."),
        Need::Number("created_at"),
        Need::HasAny(&["org_id", "business_id", "repo_id"]),
        Need::HasAny(&["org", "business", "repo"]),
        Need::Lacks("actor"),
        Need::Lacks("message"),
        Need::Lacks("msg"),
        Need::Lacks("level"),
        Need::Lacks("event_type"),
        Need::Lacks("timestamp"),
        Need::Lacks("time"),
    ],
    ..BASE
};

/// Events of a repository that tell nobody who did it; their time is a number.
static REPOSITORY: Table = Table {
    needs: &[
        Need::Contains("action", "."),
        Need::Number("created_at"),
        Need::Has("org"),
        Need::Contains("repo", "/"),
        Need::Lacks("actor"),
        Need::Lacks("message"),
        Need::Lacks("msg"),
        Need::Lacks("level"),
        Need::Lacks("event_type"),
        Need::Lacks("timestamp"),
        Need::Lacks("time"),
    ],
    ..BASE
};

/// Events of the JSON export: who, what, when, and in which organization or repository.
static PLAIN: Table = few_members![
    Need::HasAny(&["org", "repo"]),
    Need::HasAny(&[
        "created_at",
        "@timestamp",
        "at_sign_timestamp",
        "repo",
        "repository",
    ]),
];

/// Events of accounts and enterprises, which name no organization and no repository. Of their
/// members none is GitHub's alone, so that the time must be a number.
static ACCOUNT: Table = few_members![
    Need::HasAny(&["business", "enterprise", "user", "actor_ip", "team"]),
    Need::Number("created_at"),
];

/// Events as the GraphQL API gives them, each as such or as the node of an edge
/// (docs.github.com/en/graphql/reference/interfaces, `AuditEntry`, as of 2026-12-01).
static QUERIED: Table = Table {
    needs: &[
        Need::HasAny(&["action", "node.action"]),
        Need::HasAny(&["createdAt", "node.createdAt"]),
        Need::HasAny(&[
            "actorLogin",
            "actorResourcePath",
            "node.actorLogin",
            "node.actorResourcePath",
        ]),
        Need::HasAny(&[
            "operationType",
            "organizationName",
            "repositoryName",
            "enterpriseSlug",
            "userLogin",
            "node.operationType",
            "node.organizationName",
            "node.repositoryName",
            "node.enterpriseSlug",
            "node.userLogin",
        ]),
    ],
    fields: &[
        time(&["createdAt", "node.createdAt"]),
        text(&["action", "node.action"], Column::Action),
        text(
            &[
                "actorLogin",
                "node.actorLogin",
                "actor.login",
                "node.actor.login",
            ],
            Column::Actor,
        ),
        text(
            &[
                "organizationName",
                "enterpriseSlug",
                "node.organizationName",
                "node.enterpriseSlug",
            ],
            Column::Account,
        ),
        source_address(&["actorIp", "node.actorIp"]),
        text(&["id", "node.id"], Column::RequestId),
        resource(&["repositoryName", "node.repositoryName"]),
        resource(&["teamName", "node.teamName"]),
        keep(&["userLogin", "node.userLogin"], USER),
        keep(&["action", "node.action"], ACTION),
        keep(&["actorLogin", "node.actorLogin"], ACTOR),
    ],
    extras: &[
        ("operationType", "operation_type"),
        ("node.operationType", "operation_type"),
        ("visibility", "visibility"),
        ("permission", "permission"),
    ],
    ..BASE
};

/// Events in CloudTrail Lake, which keeps those of GitHub's integration in a form of its own, with
/// the original behind it.
static LAKE: Table = Table {
    name: "github.audit",
    needs: &[
        Need::Starts("eventData.eventSource", "github"),
        Need::Has("eventData.eventName"),
        Need::HasAny(&["eventData.additionalEventData", "eventData.userIdentity"]),
    ],
    constants: SERVICE,
    fields: &[
        time(&["eventData.eventTime", "eventTime"]),
        text(
            &[
                "eventData.additionalEventData.action",
                "eventData.eventName",
            ],
            Column::Action,
        ),
        text(
            &[
                "eventData.additionalEventData.actor",
                "eventData.userIdentity.principalId",
            ],
            Column::Actor,
        ),
        text(
            &[
                "eventData.additionalEventData.org",
                "eventData.additionalEventData.business",
            ],
            Column::Account,
        ),
        source_address(&[
            "eventData.sourceIPAddress",
            "eventData.additionalEventData.actor_ip",
        ]),
        text(&["eventData.userAgent"], Column::UserAgent),
        text(
            &[
                "eventData.additionalEventData._document_id",
                "eventData.UID",
            ],
            Column::RequestId,
        ),
        text(&["eventData.errorMessage"], Column::Body),
        resource(&["eventData.additionalEventData.repo"]),
        resource(&["eventData.additionalEventData.team"]),
        keep(&["eventData.additionalEventData.user"], USER),
        keep(&["eventData.eventName"], ACTION),
        keep(&["eventData.additionalEventData.actor"], ACTOR),
        keep(&["eventData.errorCode"], ERROR),
    ],
    extras: &[],
    finish: Some(finish),
};

/// The log records what was done; only refused sign-ins and checks that ended badly are failures.
fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(user) = event.kept(USER)
        && event.kept(ACTOR).as_deref() != Some(&*user)
    {
        row.resource(&user);
    }
    let action = event.kept(ACTION).unwrap_or_default();
    let last = action.rsplit('.').next().unwrap_or_default();
    let has_error = event.kept(ERROR).is_some_and(|code| !code.is_empty());
    if has_error
        || last.starts_with("failed")
        || last.ends_with("_failed")
        || last.ends_with("_failure")
    {
        row.outcome(Outcome::Failure);
    }
}

#[cfg(test)]
mod tests {
    use nepho_codec::table::JsonFormats;
    use nepho_conformance::told::knows;

    use super::TABLES;

    #[test]
    fn events_of_other_audit_logs_are_left() {
        let check = |text: &str, expected: bool| {
            assert_eq!(knows(&JsonFormats(&TABLES), text), expected, "{text}");
        };
        let event = r#"{"action":"a","createdAt":"2026-05-12T14:00:00Z","organizationName":"shop""#;
        check(&format!(r#"{event},"actorLogin":"mona"}}"#), true);
        check(&format!(r#"{event},"actorIp":"203.0.113.7"}}"#), false);
    }
}
