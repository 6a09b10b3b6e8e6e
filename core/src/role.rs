//! What kind of witness a log row is: a service that speaks for itself, or a record about others.

/// Kind of witness.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// A service tells of its own work. Only these services stand on the map.
    Workload,
    /// A load balancer, gateway or proxy tells of a request to a service.
    Access,
    /// The network tells of a connection between two addresses.
    Flow,
    /// The control plane of a cloud tells of an operation on a resource; its `service` is an API.
    Audit,
}

/// Parts of the names of formats that tell of operations on resources.
const AUDIT: [&str; 4] = ["cloudtrail", "activity", "audit", "system_log"];

/// Parts of the names of formats that tell of what watchers found: Security Hub, Security Command
/// Center, Defender for Cloud, `GuardDuty`, Falco, Config, Insights of `CloudTrail`, alerts.
const WATCHERS: [&str; 8] = [
    "finding",
    "scc_",
    "defender",
    "guardduty",
    "falco",
    "config_",
    "insight",
    "alert",
];

/// Parts of the names of formats that tell of requests to services.
const ACCESS: [&str; 10] = [
    "access",
    "lb",
    "frontdoor",
    "cloudfront",
    "gateway",
    "http_request",
    "firewall_event",
    "waf",
    "envoy",
    "haproxy",
];

impl Role {
    /// Role of a row with this `format` and `service`.
    ///
    /// The last part of the format's name decides (`aws.cloudtrail`, `azure.activity`,
    /// `kubernetes.audit`: audit; `aws.vpcflow`: flow; `aws.alb`, `gcp.http_lb`: access); beyond
    /// that a service that is the name of a cloud API makes the row an audit row.
    pub fn of(format: Option<&str>, service: Option<&str>) -> Self {
        let format = format.unwrap_or_default();
        let name = format.rsplit('.').next().unwrap_or_default();
        let has = |words: &[&str]| words.iter().any(|word| name.contains(word));
        // Application Insights tells of services.
        let is_of_watchers = has(&WATCHERS) && !name.starts_with("app_insights");
        let is_other = matches!(format, "linux.auth" | "kubernetes.events" | "docker.events");
        if has(&AUDIT) || is_of_watchers || is_other {
            return Self::Audit;
        }
        let is_sensor = format.starts_with("suricata.") || format.starts_with("zeek.");
        if has(&["flow"]) || matches!(name, "firewall" | "network_firewall") || is_sensor {
            return Self::Flow;
        }
        if service.is_some_and(is_api) {
            return Self::Audit;
        }
        if has(&ACCESS) {
            return Self::Access;
        }
        Self::Workload
    }

    /// Whether the `service` of such a row is a service of its own, not the name of an API.
    pub fn names_a_service(self) -> bool {
        matches!(self, Self::Workload | Self::Access)
    }
}

/// Whether a row with this `format` and `service` tells of a call that somebody made: one of an
/// audit log, and not what a watcher found.
pub fn is_call(format: Option<&str>, service: Option<&str>) -> bool {
    let name = format.unwrap_or_default();
    let is_of_watchers = WATCHERS.iter().any(|word| name.contains(word));
    !is_of_watchers && Role::of(format, service) == Role::Audit
}

/// Formats whose body is a statement, a question or a path that somebody sent, not what the program
/// says of it.
const QUOTES: [&str; 6] = [
    "mysql.general",
    "mysql.slow_query",
    "dnsmasq.log",
    "bind.query",
    "aws.appsync",
    "aws.appsync_text",
];

/// Whether the words of a row with this `format` and `service` are those of its program: not a
/// request that a proxy tells of, a statement of SQL or a name that was asked for.
pub fn speaks_for_itself(format: Option<&str>, service: Option<&str>) -> bool {
    let is_quote = format.is_some_and(|format| QUOTES.contains(&format));
    !is_quote && Role::of(format, service) != Role::Access
}

/// Whether `service` is the name of a cloud API: `ec2.amazonaws.com`, `Microsoft.Compute`,
/// `compute.googleapis.com`, or an `EventBridge` source (`aws.autoscaling`).
pub fn is_api(service: &str) -> bool {
    let starts = |prefix: &str| {
        service
            .get(..prefix.len())
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    service.ends_with(".amazonaws.com")
        || service.ends_with(".googleapis.com")
        || starts("microsoft.")
        || starts("aws.")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_others_sent_are_not_the_words_of_a_program() {
        assert!(speaks_for_itself(None, Some("checkout")));
        assert!(speaks_for_itself(Some("mysql.error"), None));
        assert!(!speaks_for_itself(Some("mysql.general"), None));
        assert!(!speaks_for_itself(Some("nginx.access"), Some("web")));
    }

    #[test]
    fn a_format_and_a_service_tell_the_role() {
        let check = |format: &str, service: Option<&str>, expected: Role| {
            assert_eq!(
                Role::of(Some(format), service),
                expected,
                "{format} {service:?}"
            );
        };
        check("aws.cloudtrail", Some("ec2.amazonaws.com"), Role::Audit);
        check("azure.activity", None, Role::Audit);
        check("prometheus.alert", Some("web"), Role::Audit);
        check("kubernetes.audit", Some("apiserver"), Role::Audit);
        check("gcp.log_entry", Some("compute.googleapis.com"), Role::Audit);
        check("gcp.log_entry", Some("checkout"), Role::Workload);
        check("azure.resource", Some("MICROSOFT.NETWORK"), Role::Audit);
        check("aws.vpc_flow", None, Role::Flow);
        check("aws.alb", Some("web"), Role::Access);
        check("generic.json", Some("checkout"), Role::Workload);
        check("generic.json", None, Role::Workload);
        check("okta.system_log", Some("okta"), Role::Audit);
        check("linux.auth", Some("sshd"), Role::Audit);
        check("linux.firewall", None, Role::Flow);
        check("docker.events", Some("web"), Role::Audit);
        check("suricata.eve", None, Role::Flow);
        check("aws.waf", None, Role::Access);
        check("haproxy.log", Some("haproxy"), Role::Workload);
        check("azure.app_insights_export", Some("web"), Role::Workload);
        check("gcp.scc_source", None, Role::Audit);
        check("aws.securityhub_insight", None, Role::Audit);
    }

    #[test]
    fn what_watchers_found_is_no_call() {
        let check = |format: &str, service: Option<&str>, expected: bool| {
            let found = is_call(Some(format), service);
            assert_eq!(found, expected, "{format} {service:?}");
        };
        check("aws.cloudtrail", Some("ec2.amazonaws.com"), true);
        check("azure.activity", Some("Microsoft.Compute"), true);
        check("gcp.log_entry", Some("compute.googleapis.com"), true);
        check("kubernetes.audit", Some("kube-apiserver"), true);
        check("gcp.log_entry", Some("checkout"), false);
        for format in [
            "aws.guardduty",
            "aws.securityhub_finding",
            "aws.securityhub_insight",
            "aws.cloudtrail_insight",
            "aws.config_item",
            "azure.defender_alert",
            "gcp.scc_finding",
            "gcp.scc_source",
            "kubernetes.falco",
        ] {
            check(format, Some("iam.amazonaws.com"), false);
        }
    }
}
