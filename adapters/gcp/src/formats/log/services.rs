//! What the logs of managed services tell that no field of its own has.

use std::borrow::Cow;

use nepho_codec::json::JsonFields;
use nepho_codec::table::{To, put_status, put_text};
use nepho_core::tables::{Column, Outcome, Row};

/// Services whose payloads have names that mean other things in the logs of applications: the
/// `stage` of a pipeline is no environment, the `endpoint` of a model no path.
///
/// Sources: cloud.google.com/dataflow/docs/guides/logging,
/// cloud.google.com/vertex-ai/docs/predictions/online-prediction-logging, as of 2026-11-28.
const SERVICES: [(&str, &[&str]); 2] = [
    ("dataflow.googleapis.com", &["stage", "service"]),
    ("aiplatform.googleapis.com", &["endpoint", "service"]),
];

/// Names that mean other things in the payloads of the log called `log`.
pub(super) fn own_names(log: &str) -> &'static [&'static str] {
    let service = SERVICES.iter().find(|(service, _)| log.contains(service));
    service.map_or(&[], |(_, names)| names)
}

/// The payload without these names.
pub(super) fn without<'a>(names: &[&str], payload: &'a str) -> Cow<'a, str> {
    if names.is_empty() {
        return payload.into();
    }
    let Ok(fields) = JsonFields::parse(payload) else {
        return payload.into();
    };
    let kept = fields.members().iter();
    let kept = kept.filter(|(key, _)| !names.contains(key));
    let kept: Vec<String> = kept
        .map(|(key, value)| format!("\"{key}\":{value}"))
        .collect();
    format!("{{{}}}", kept.join(",")).into()
}

/// Programs whose logs the Ops Agent reads on machines, by the names of these logs.
///
/// Source: cloud.google.com/monitoring/agent/ops-agent/third-party, as of 2026-11-29.
const PROGRAMS: [&str; 24] = [
    "apache",
    "cassandra",
    "couchbase",
    "couchdb",
    "elasticsearch",
    "flink",
    "hadoop",
    "hbase",
    "iis",
    "jetty",
    "kafka",
    "mongodb",
    "mysql",
    "nginx",
    "oracledb",
    "postgresql",
    "rabbitmq",
    "redis",
    "solr",
    "tomcat",
    "varnish",
    "vault",
    "wildfly",
    "zookeeper",
];

/// Whether a kind of resource is a machine that an agent runs on.
pub(super) fn is_machine(kind: &str) -> bool {
    matches!(kind, "gce_instance" | "aws_ec2_instance" | "generic_node")
}

/// What a client calls itself, in access logs that the older agent of machines reads; other
/// payloads call other things so, which have no version.
pub(super) fn agent(text: &str) -> &str {
    match text.contains('/') && !text.starts_with(['{', '[']) {
        true => text,
        false => "",
    }
}

/// Program that a log of a machine is of: `nginx` of `projects/p/logs/nginx_access`. The older
/// agent puts a dash between them.
pub(super) fn program(log: &str) -> Option<&str> {
    let (_, name) = log.split_once("/logs/")?;
    let program = name.split(['_', '-']).next()?;
    PROGRAMS.contains(&program).then_some(program)
}

/// How an execution of a workflow ended; what it failed of is what a person reads.
///
/// Source: cloud.google.com/workflows/docs/log-workflow, "execution event log", as of 2026-11-28.
pub(super) fn workflow(state: &str, failure: Option<&str>, row: &mut Row<'_>) {
    match state {
        "SUCCEEDED" => row.outcome(Outcome::Success),
        "FAILED" | "CANCELLED" => row.outcome(Outcome::Failure),
        _ => row,
    };
    if let Some(failure) = failure.filter(|_| !row.has(Column::Body)) {
        row.text(Column::Body, failure);
    }
}

/// A call of Compute Engine in the activity log that came before the audit logs (version 1.2):
/// `compute.instances.insert`. How it ended is told by the event of its end, not by the call.
///
/// Source: cloud.google.com/compute/docs/logging/migrating-from-activity-logs-to-audit-logs, as of
/// 2026-11-29.
pub(super) fn compute_call(call: &str, kind: &str, is_broken: bool, row: &mut Row<'_>) {
    row.text(Column::Action, call);
    match kind {
        _ if is_broken => row.outcome(Outcome::Failure),
        "GCE_OPERATION_DONE" => row.outcome(Outcome::Success),
        _ => row,
    };
}

/// A try of Cloud Tasks to hand out a task: `UNAVAILABLE`, `POST https://shop.example.com/task`.
pub(super) fn attempt(status: &str, target: &str, row: &mut Row<'_>) {
    if !row.has_outcome() {
        row.outcome(match status {
            "OK" => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
    let Some((method, url)) = target.split_once(' ') else {
        return;
    };
    row.text(Column::Method, method);
    put_text(url, To::Url, row);
    let host = url.split_once("://").map(|(_, rest)| rest);
    let host = host.and_then(|rest| rest.split(['/', '?']).next());
    row.text(Column::Peer, host.unwrap_or_default());
}

/// What the line at the end of an execution of a function tells: `Function execution took 123 ms,
/// finished with status code: 500`, `... finished with status: 'timeout'`, `... ms. Finished with
/// status: timeout`.
pub(super) fn execution(text: &str, row: &mut Row<'_>) {
    let Some(rest) = text.strip_prefix("Function execution took ") else {
        return;
    };
    // `123 ms, finished with status: 'ok'`, `123 ms. Finished with status: ok`
    let (took, end) = rest.split_once(" ms").unwrap_or((rest, ""));
    let end = end.trim_start_matches([',', '.', ' ']);
    let end = end.get("finished with ".len()..).unwrap_or_default();
    if let Some(nanos) = nepho_codec::time::duration(took, 1e6) {
        row.duration(nanos);
    }
    if let Some(code) = end.strip_prefix("status code: ") {
        if let Ok(status) = code.trim().parse() {
            put_status(status, row);
        }
    } else if let Some(word) = end.strip_prefix("status: ") {
        row.outcome(match word.trim().trim_matches('\'') {
            "ok" => Outcome::Success,
            _ => Outcome::Failure,
        });
    }
}

#[cfg(test)]
mod tests {
    use super::{agent, own_names, program, without};

    #[test]
    fn logs_of_machines_name_the_program() {
        let check = |log: &str, expected: Option<&str>| assert_eq!(program(log), expected, "{log}");
        check("projects/p/logs/nginx_access", Some("nginx"));
        check("projects/p/logs/nginx-error", Some("nginx"));
        check("projects/p/logs/redis", Some("redis"));
        check("projects/p/logs/syslog", None);
        assert_eq!(
            (agent("curl/8.5.0"), agent(r#"{"a":"b/c"}"#)),
            ("curl/8.5.0", "")
        );
        check("projects/p/logs/run.googleapis.com%2Fstdout", None);
    }

    #[test]
    fn names_of_a_service_are_not_those_of_applications() {
        let check = |log: &str, expected: &str| {
            let payload = r#"{"stage":"P1","message":"a"}"#;
            assert_eq!(without(own_names(log), payload), expected);
        };
        check(
            "projects/p/logs/dataflow.googleapis.com%2Fworker",
            r#"{"message":"a"}"#,
        );
        check("projects/p/logs/stdout", r#"{"stage":"P1","message":"a"}"#);
    }
}
