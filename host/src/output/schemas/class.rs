//! What kind of event a row is, in the classes of OCSF, and what was done.

use nepho_core::role::{self, Role};
use nepho_core::tables::Outcome;

/// Class of event. OCSF has a number for each; ECS categories and types follow from it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Class {
    /// An operation on a cloud, a cluster or a product: audit logs.
    Api,
    /// A connection or flow.
    Network,
    /// A request over HTTP.
    Http,
    /// A question to a name server.
    Dns,
    /// A sign-in or sign-out.
    Authentication,
    /// Something that a detector found.
    Finding,
    /// Anything else: what services tell of their own work, readings of metrics, changes of state.
    Other,
}

/// What the class of a row is decided by.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Signs<'a> {
    pub(super) format: &'a str,
    pub(super) service: Option<&'a str>,
    pub(super) action: Option<&'a str>,
    pub(super) method: Option<&'a str>,
    pub(super) has_request: bool,
    pub(super) has_path: bool,
    pub(super) has_actor: bool,
    pub(super) has_end: bool,
    pub(super) has_both_ends: bool,
    pub(super) has_host: bool,
}

/// Formats of detectors, by words in their names.
const FINDINGS: [&str; 16] = [
    "guardduty",
    "macie",
    "finding",
    "securityhub",
    "inspector",
    "ecr_scan",
    "defender_alert",
    "defender_incident",
    "graph_alert",
    "armor_alert",
    "workspace.alert",
    "falco",
    "cloudtrail_insight",
    "entra_risk",
    "graph_risk",
    "snort.alert",
];
/// Actions of audit logs that tell what a detector found: a policy against the loss of data was
/// hurt.
const DETECTIONS: [&str; 1] = ["dlprulematch"];
/// Audit logs of products whose names do not say so.
const CALLS: [&str; 1] = ["key_vault"];
/// Groups of formats that tell what programs of a host do, which is no call of an API.
const HOSTS: [&str; 2] = ["linux.", "windows."];
const SIGN_INS: [&str; 4] = ["signin", "access_request", "audit_login", "audit_auth"];
const NAMES: [&str; 5] = ["dns", "route53", "coredns", "bind.query", "unbound"];
/// Requests for files, over no HTTP.
const FILES: [&str; 1] = ["vsftpd"];
const CONNECTIONS: [&str; 6] = [
    "firewall",
    "aws.nlb",
    "alb_connection",
    "haproxy.tcp",
    "flow",
    "azure.nsg",
];
const REQUESTS: [&str; 5] = [
    "waf",
    "s3_access",
    "firewall_event",
    "gateway_http",
    "app_engine",
];
/// Groups of formats of sensors, which tell what went over the connections that they saw.
const SENSORS: [&str; 2] = ["suricata.", "zeek."];
const METHODS: [&str; 9] = [
    "CONNECT", "DELETE", "GET", "HEAD", "OPTIONS", "POST", "PUT", "TRACE", "PATCH",
];

impl Class {
    /// Class of a row. What a class cannot do without is asked for: a flow or a question without an
    /// end, a request without method, path and status, a sign-in without user and service, an
    /// operation that nobody did from anywhere are [`Class::Other`].
    pub(super) fn of(signs: Signs<'_>) -> Self {
        let has = |words: &[&str]| words.iter().any(|word| signs.format.contains(word));
        let action = signs.action.unwrap_or_default();
        let is_it = |word: &&str| action.eq_ignore_ascii_case(word);
        let is_detection = DETECTIONS.iter().any(is_it);
        if has(&FINDINGS) || is_detection {
            return Self::Finding;
        }
        if signs.has_actor
            && (signs.service.is_some() || signs.has_host)
            && (has(&SIGN_INS) || signs.action.is_some_and(is_session))
        {
            return Self::Authentication;
        }
        let is_of_sensor = SENSORS.iter().any(|group| signs.format.starts_with(group));
        if (has(&NAMES) || is_of_sensor && signs.action == Some("dns")) && signs.has_end {
            return Self::Dns;
        }
        let is_request = signs.has_request
            && (has(&REQUESTS) || signs.method.is_some_and(|method| METHODS.contains(&method)));
        // An operation that nobody did from anywhere is a notice of the cloud: an instance changed
        // its state, an alarm went off. What a watcher saw, and what a program of a host did, is
        // no call.
        let is_host = HOSTS.iter().any(|group| signs.format.starts_with(group));
        let is_audit = role::is_call(Some(signs.format), signs.service) || has(&CALLS);
        let is_call = signs.action.is_some() && (signs.has_actor || signs.has_end);
        let is_call = is_call && is_audit && !is_host;
        let method = signs.method.unwrap_or_default();
        let is_seen = is_of_sensor && signs.has_path && METHODS.contains(&method);
        match Role::of(Some(signs.format), signs.service) {
            _ if is_seen || has(&REQUESTS) && signs.has_request => Self::Http,
            Role::Flow if signs.has_end => Self::Network,
            _ if has(&CONNECTIONS) && signs.has_end => Self::Network,
            Role::Access if signs.has_request && !has(&FILES) => Self::Http,
            // Through a proxy that does not look inside.
            Role::Access if signs.has_end => Self::Network,
            _ if is_call => Self::Api,
            Role::Audit if signs.has_both_ends => Self::Network,
            _ if is_request => Self::Http,
            _ => Self::Other,
        }
    }

    /// Number and name in OCSF.
    pub fn ocsf(self) -> (u32, &'static str) {
        match self {
            Self::Api => (6003, "API Activity"),
            Self::Network => (4001, "Network Activity"),
            Self::Http => (4002, "HTTP Activity"),
            Self::Dns => (4003, "DNS Activity"),
            Self::Authentication => (3002, "Authentication"),
            Self::Finding => (2004, "Detection Finding"),
            Self::Other => (0, "Base Event"),
        }
    }

    /// Number and name of the OCSF category.
    pub fn ocsf_category(self) -> (u32, &'static str) {
        match self {
            Self::Api => (6, "Application Activity"),
            Self::Network | Self::Http | Self::Dns => (4, "Network Activity"),
            Self::Authentication => (3, "Identity & Access Management"),
            Self::Finding => (2, "Findings"),
            Self::Other => (0, "Uncategorized"),
        }
    }

    /// All classes.
    pub const ALL: [Self; 7] = [
        Self::Api,
        Self::Network,
        Self::Http,
        Self::Dns,
        Self::Authentication,
        Self::Finding,
        Self::Other,
    ];

    /// Attributes at the top of an OCSF event of this class, besides those of every event.
    pub(super) fn attributes(self) -> &'static [&'static str] {
        match self {
            Self::Api => &[
                "actor",
                "api",
                "http_request",
                "http_response",
                "src_endpoint",
                "dst_endpoint",
                "resources",
            ],
            Self::Network => &[
                "actor",
                "connection_info",
                "traffic",
                "tls",
                "src_endpoint",
                "dst_endpoint",
                "firewall_rule",
            ],
            Self::Http => &[
                "actor",
                "http_request",
                "http_response",
                "connection_info",
                "traffic",
                "tls",
                "file",
                "src_endpoint",
                "dst_endpoint",
                "firewall_rule",
            ],
            Self::Dns => &[
                "actor",
                "query",
                "answers",
                "rcode",
                "rcode_id",
                "connection_info",
                "traffic",
                "src_endpoint",
                "dst_endpoint",
                "firewall_rule",
            ],
            Self::Authentication => &[
                "actor",
                "user",
                "service",
                "session",
                "is_mfa",
                "auth_protocol",
                "auth_protocol_id",
                "logon_type",
                "logon_type_id",
                "http_request",
                "src_endpoint",
                "dst_endpoint",
            ],
            // The ends are those of what was seen.
            Self::Finding => &[
                "actor",
                "finding_info",
                "vulnerabilities",
                "resources",
                "src_endpoint",
                "dst_endpoint",
                "connection_info",
                "query",
                "container",
            ],
            Self::Other => &["actor"],
        }
    }

    /// What the row says was done, in the activities of its class.
    pub(super) fn activity(
        self,
        action: Option<&str>,
        method: Option<&str>,
        outcome: Option<Outcome>,
    ) -> Activity {
        let action = action.unwrap_or_default();
        let (id, name) = match self {
            Self::Api => verb(action),
            Self::Network if is_refusal(action) => (5, "Refuse"),
            Self::Network if outcome == Some(Outcome::Failure) => (4, "Fail"),
            Self::Network => (6, "Traffic"),
            Self::Http => match method.unwrap_or_default() {
                "CONNECT" => (1, "Connect"),
                "DELETE" => (2, "Delete"),
                "GET" => (3, "Get"),
                "HEAD" => (4, "Head"),
                "OPTIONS" => (5, "Options"),
                "POST" => (6, "Post"),
                "PUT" => (7, "Put"),
                "TRACE" => (8, "Trace"),
                "" => (0, "Unknown"),
                _ => (99, "Other"),
            },
            Self::Dns => (6, "Traffic"),
            Self::Authentication if is_end(action) => (2, "Logoff"),
            Self::Authentication => (1, "Logon"),
            Self::Finding => (1, "Create"),
            Self::Other if action.is_empty() => (0, "Unknown"),
            Self::Other => (99, "Other"),
        };
        Activity { id, name }
    }
}

/// What was done, in the numbers of OCSF.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Activity {
    /// `activity_id`.
    pub id: u32,
    /// Its name.
    pub name: &'static str,
}

/// Words that operations begin with, and what they do: `RunInstances`, `compute.instances.insert`,
/// `Microsoft.Compute/virtualMachines/write`, `get`.
const VERBS: [(&str, u32); 57] = [
    ("create", 1),
    ("run", 1),
    ("put", 1),
    ("insert", 1),
    ("add", 1),
    ("register", 1),
    ("allocate", 1),
    ("issue", 1),
    ("generate", 1),
    ("import", 1),
    ("upload", 1),
    ("copy", 1),
    ("new", 1),
    ("invite", 1),
    ("get", 2),
    ("list", 2),
    ("describe", 2),
    ("read", 2),
    ("head", 2),
    ("lookup", 2),
    ("search", 2),
    ("query", 2),
    ("scan", 2),
    ("watch", 2),
    ("batchget", 2),
    ("check", 2),
    ("view", 2),
    ("download", 2),
    ("access", 2),
    ("update", 3),
    ("modify", 3),
    ("set", 3),
    ("patch", 3),
    ("write", 3),
    ("change", 3),
    ("attach", 3),
    ("associate", 3),
    ("authorize", 3),
    ("enable", 3),
    ("disable", 3),
    ("tag", 3),
    ("start", 3),
    ("stop", 3),
    ("reset", 3),
    ("restore", 3),
    ("detach", 3),
    ("disassociate", 3),
    ("revoke", 3),
    // Runs a command within a machine.
    ("runcommand", 3),
    ("delete", 4),
    ("remove", 4),
    ("terminate", 4),
    ("deregister", 4),
    ("release", 4),
    ("purge", 4),
    ("cancel", 4),
    ("destroy", 4),
];

fn verb(action: &str) -> (u32, &'static str) {
    if action.is_empty() {
        return (0, "Unknown");
    }
    // The verb is the last part of a name with parts, and the beginning of one without.
    let mut parts = action.rsplit(['.', '/', ':', ' ']);
    let found = parts.find_map(|part| {
        let lower = part.to_ascii_lowercase();
        let begins = |word: &&(&str, u32)| lower.starts_with(word.0);
        let longest = VERBS
            .iter()
            .filter(begins)
            .max_by_key(|(word, _)| word.len());
        longest.map(|(_, id)| *id)
    });
    match found.or_else(|| verb_at_end(action)) {
        Some(1) => (1, "Create"),
        Some(2) => (2, "Read"),
        Some(3) => (3, "Update"),
        Some(4) => (4, "Delete"),
        _ => (99, "Other"),
    }
}

/// What the last word of a name does: `FileUploaded`, `GroupCreation`, `token_create`,
/// `USER_LICENSE_REVOKE`.
fn verb_at_end(action: &str) -> Option<u32> {
    let bytes = action.as_bytes();
    let begins = |position: usize| {
        let byte = |position: usize| bytes.get(position).copied().unwrap_or_default();
        byte(position).is_ascii_uppercase() && byte(position - 1).is_ascii_lowercase()
    };
    let parts = action
        .rfind(['_', '-', ' ', '.', '/'])
        .map_or(0, |end| end + 1);
    let humps = (1..bytes.len()).rev().find(|position| begins(*position));
    let last = action
        .get(parts.max(humps.unwrap_or_default())..)?
        .to_ascii_lowercase();
    let found = VERBS.iter().find(|(verb, _)| {
        let ending = last.strip_prefix(verb);
        let stem = verb.strip_suffix(['e', 'y']).unwrap_or(verb);
        ending.is_some_and(|ending| ["", "d", "ed"].contains(&ending))
            || last
                .strip_prefix(stem)
                .is_some_and(|end| ["ion", "ied"].contains(&end))
    });
    found.map(|(_, id)| *id)
}

/// Whether an action begins or ends a session of a user.
fn is_session(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let words = [
        "consolelogin",
        "userlogg",
        "userloginfailed",
        "userauthentication",
        "user.session.start",
        "user.session.end",
        "user.authentication",
        "sign-in activity",
        "signinlogs",
        "an account was successfully logged on",
        "an account failed to log on",
        "an account was logged off",
        "authentication",
        "session_open",
        "session_close",
    ];
    // `google.login.LoginService.loginFailure`
    let last = lower.rsplit(['.', '/']).next().unwrap_or_default();
    let parts = ["login", "logon", "logout", "logoff", "sign_in", "sign_out"];
    // `ssh_login`
    let ends = ["_login", "_logon", "_logout", "_logoff"];
    words.iter().any(|word| lower.starts_with(word))
        || parts.iter().any(|word| last.starts_with(word))
        || ends.iter().any(|word| last.ends_with(word))
}

fn is_end(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let words = [
        "logout",
        "logoff",
        "loggedout",
        "logged off",
        "session.end",
        "session_close",
        "sign_out",
        "sign-out",
    ];
    words.iter().any(|word| lower.contains(word))
}

/// Whether a word says that something was not let through.
pub(super) fn is_refusal(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let words = ["reject", "deny", "denied", "drop", "block", "refuse"];
    words.iter().any(|word| lower.starts_with(word))
}

/// Whether a word says that something was let through.
pub(super) fn is_permit(action: &str) -> bool {
    let lower = action.to_ascii_lowercase();
    let words = ["accept", "allow", "pass", "permit"];
    words.iter().any(|word| lower.starts_with(word))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_tell_what_they_do() {
        let check = |action: &str, expected: u32| {
            let activity = Class::Api.activity(Some(action), None, None);
            assert_eq!(activity.id, expected, "{action}");
        };
        check("RunInstances", 1);
        check("DescribeInstances", 2);
        check("DeregisterTargets", 4);
        check("v1.compute.instances.insert", 1);
        check("google.iam.admin.v1.SetIAMPolicy", 3);
        check("Microsoft.Compute/virtualMachines/write", 3);
        check("Microsoft.Compute/virtualMachines/deallocate/action", 99);
        check("REST.GET.OBJECT", 2);
        check("AssumeRole", 99);
        check("New-InboxRule", 1);
        check("FileUploaded", 1);
        check("GroupCreation", 1);
        check("token_create", 1);
        check("FileModified", 3);
        check("MAIL_ROUTING_DESTINATION_ADDED", 1);
        check("USER_LICENSE_REVOKE", 3);
        check("CANCEL_USER_INVITE", 4);
        check("Invite external user", 1);
        check("MICROSOFT.COMPUTE/VIRTUALMACHINES/RUNCOMMAND/ACTION", 3);
        check("SecretGet", 2);
        check("", 0);
    }

    fn check(signs: Signs<'_>, expected: Class) {
        assert_eq!(Class::of(signs), expected, "{signs:?}");
    }

    fn of(format: &str) -> Signs<'_> {
        Signs {
            format,
            ..Signs::default()
        }
    }

    #[test]
    fn a_row_has_a_class() {
        let trail = Signs {
            action: Some("RunInstances"),
            service: Some("ec2.amazonaws.com"),
            has_actor: true,
            ..of("aws.cloudtrail")
        };
        check(trail, Class::Api);
        let login = Signs {
            action: Some("ConsoleLogin"),
            ..trail
        };
        check(login, Class::Authentication);
        let flow = Signs {
            has_end: true,
            ..of("aws.vpcflow")
        };
        check(flow, Class::Network);
        let notice = Signs {
            action: Some("EC2 Instance State-change Notification"),
            service: Some("aws.ec2"),
            ..of("aws.eventbridge")
        };
        check(notice, Class::Other);
        check(of("aws.vpcflow"), Class::Other);
        let request = Signs {
            method: Some("GET"),
            has_request: true,
            ..of("aws.alb")
        };
        check(request, Class::Http);
        let question = Signs {
            has_end: true,
            ..of("aws.route53_query")
        };
        check(question, Class::Dns);
        check(of("aws.route53_query"), Class::Other);
        check(of("aws.guardduty"), Class::Finding);
        check(of("generic.json"), Class::Other);
    }

    #[test]
    fn watchers_and_hosts_have_classes() {
        check(of("azure.entra_risk"), Class::Finding);
        let loss = Signs {
            action: Some("DLPRuleMatch"),
            has_actor: true,
            ..of("microsoft365.audit")
        };
        check(loss, Class::Finding);
        let vault = Signs {
            action: Some("SecretGet"),
            has_end: true,
            ..of("azure.key_vault")
        };
        check(vault, Class::Api);
        let watched = Signs {
            action: Some("ConnectionRequest"),
            has_actor: true,
            has_end: true,
            ..of("microsoft365.defender_event")
        };
        check(watched, Class::Other);
        let connection = Signs {
            has_both_ends: true,
            ..watched
        };
        check(connection, Class::Network);
        let sudo = Signs {
            action: Some("sudo"),
            has_actor: true,
            has_host: true,
            ..of("linux.auth")
        };
        check(sudo, Class::Other);
        let session = Signs {
            action: Some("session_close"),
            ..sudo
        };
        check(session, Class::Authentication);
    }

    #[test]
    fn sensors_tell_what_they_saw() {
        let seen = Signs {
            method: Some("GET"),
            has_request: true,
            has_path: true,
            has_end: true,
            ..of("zeek.json")
        };
        check(seen, Class::Http);
        let asked = Signs {
            action: Some("dns"),
            has_end: true,
            ..of("zeek.tsv")
        };
        check(asked, Class::Dns);
    }
}
