//! Audit log of the Kubernetes API server as text, before there was one as JSON.
//!
//! Source: "Legacy format" of kubernetes.io/docs/tasks/debug-application-cluster/audit of versions
//! 1.7 to 1.11, read 2026-11-28.

use nepho_codec::message::json::url_path;
use nepho_codec::table::{LineFormat, Lines, http_status, part, source_address, text, time};
use nepho_core::register;
use nepho_core::tables::Column;

register!(Component {
    kind: Kind::Format,
    name: "kubernetes.audit_text",
    summary: "Audit events of the Kubernetes API server as text, up to 1.11",
    permissions: &[],
    make: Make::Format(|| Box::new(LineFormat::new(&LINES))),
});

static LINES: Lines = Lines {
    name: "kubernetes.audit_text",
    patterns: &[
        "{time:time} AUDIT: id=\"{id:quoted}\"{? stage=\"{stage:quoted}\"} ip=\"{ip:quoted}\" \
         method=\"{verb:quoted}\" user=\"{user:quoted}\"{? groups=\"{_:quoted}\"}{? as=\"\
         {_:quoted}\"}{? asgroups=\"{_:quoted}\"}{? user-agent=\"{agent:quoted}\"} namespace=\"\
         {namespace:quoted}\" uri=\"{uri:quoted}\"{? response=\"{status:quoted}\"}",
        // The answer, in a line of its own.
        "{time:time} AUDIT: id=\"{id:quoted}\"{? stage=\"{stage:quoted}\"} \
         response=\"{status:quoted}\"",
    ],
    confidence: 92,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["verb"], Column::Action),
        part(&["verb"], Column::Method, http_method),
        part(&["user"], Column::Actor, unless_unknown),
        source_address(&["ip"]),
        part(&["uri"], Column::Path, url_path),
        part(&["agent"], Column::UserAgent, unless_unknown),
        text(&["id"], Column::RequestId),
        // `<deferred>` as long as there is no answer.
        http_status(&["status"]),
    ],
    extras: &[("stage", "stage"), ("namespace", "namespace")],
    finish: None,
};

/// Method of the request, which is that of HTTP before version 1.7, and then a verb in small
/// letters.
fn http_method(verb: &str) -> &str {
    match verb.bytes().all(|byte| byte.is_ascii_uppercase()) {
        true => verb,
        false => "",
    }
}

/// `<none>` and `<unknown>` stand for what is not known.
fn unless_unknown(value: &str) -> &str {
    match value.starts_with('<') {
        true => "",
        false => value,
    }
}
