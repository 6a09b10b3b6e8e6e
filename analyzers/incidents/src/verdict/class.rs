//! What a change can break: classes of resources and attributes against kinds of trouble.

use nepho_core::tables::{Change, ChangeAction};

use super::cluster;
use crate::blame::texture::Trouble;

/// What a resource or attribute is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Class {
    /// Who reaches whom.
    Network,
    /// Who may do what, keys and secrets.
    Access,
    /// How much there is of something.
    Capacity,
    /// Names of hosts.
    Names,
    /// Certificates.
    Certificate,
    /// Databases, buckets, queues, caches.
    Data,
    /// What runs, and with which code and settings.
    Compute,
    /// What only looks on: dashboards, alarms, log groups.
    Watching,
}

impl Class {
    /// The words for it in a sentence.
    pub(crate) fn words(self) -> &'static str {
        match self {
            Self::Network => "the network",
            Self::Access => "access rights",
            Self::Capacity => "capacity",
            Self::Names => "host names",
            Self::Certificate => "certificates",
            Self::Data => "stored data",
            Self::Compute => "what runs",
            Self::Watching => "what is watched",
        }
    }
}

/// Words in the type of a resource, without case, `_` and `-`.
const TYPES: [(Class, &[&str]); 7] = [
    (
        Class::Names,
        &[
            "dns",
            "hostedzone",
            "recordset",
            "servicediscovery",
            "cloudmap",
        ],
    ),
    (
        Class::Network,
        &[
            "securitygroup",
            "firewall",
            "networkacl",
            "nacl",
            "routetable",
            "awsroute",
            "ec2route",
            "computeroute",
            "subnet",
            "vpc",
            "gateway",
            "peering",
            "loadbalancer",
            "awslb",
            "awsalb",
            "awselb",
            "listener",
            "targetgroup",
            "endpoint",
            "networkinterface",
            "securityrule",
            "virtualnetwork",
            "computenetwork",
            "backendservice",
            "forwardingrule",
            "urlmap",
            "networkpolicy",
            "ingress",
            "vpn",
            "proxy",
            "privatelink",
            "frontdoor",
            "waf",
            "elasticip",
            "awseip",
            "mesh",
        ],
    ),
    (
        Class::Access,
        &[
            "iam",
            "policy",
            "policies",
            "role",
            "permission",
            "kms",
            "keyvault",
            "secret",
            "serviceaccount",
            "grant",
            "principal",
            "authorization",
            "credential",
            "accesskey",
            "binding",
            "identity",
            "cognito",
        ],
    ),
    (
        Class::Capacity,
        &[
            "autoscaling",
            "scaling",
            "scalingpolicy",
            "provisionedconcurrency",
            "quota",
            "autoscaler",
            "scaleset",
            "instancegroupmanager",
            "capacity",
            "limit",
            "usageplan",
        ],
    ),
    (Class::Certificate, &["acm", "certificate", "ssl", "tls"]),
    (
        Class::Data,
        &[
            "dbinstance",
            "dbcluster",
            "rds",
            "sql",
            "dynamodb",
            "bucket",
            "s3",
            "queue",
            "sqs",
            "sns",
            "topic",
            "pubsub",
            "cache",
            "redis",
            "memcached",
            "kinesis",
            "eventhub",
            "servicebus",
            "cosmos",
            "spanner",
            "bigtable",
            "firestore",
            "storage",
            "table",
            "database",
            "kafka",
            "msk",
            "opensearch",
            "elasticsearch",
            "ebs",
            "volume",
            "disk",
            "efs",
        ],
    ),
    (
        Class::Compute,
        &[
            "instance",
            "lambda",
            "function",
            "container",
            "deployment",
            "taskdefinition",
            "ecsservice",
            "ecscluster",
            "image",
            "appservice",
            "webapp",
            "cloudrun",
            "runservice",
            "kubernetes",
            "helm",
            "launchtemplate",
            "launchconfiguration",
            "virtualmachine",
            "appengine",
            "apprunner",
            "statefulset",
            "daemonset",
            "configmap",
            "ssmparameter",
            "batch",
            "appconfig",
            "elasticbeanstalk",
            "apigateway",
            "stepfunctions",
            "sfnstatemachine",
        ],
    ),
];

/// Words in the names of attributes, without case, `_` and `-`.
const ATTRIBUTES: [(Class, &[&str]); 6] = [
    (
        Class::Network,
        &[
            "ingress",
            "egress",
            "cidr",
            "port",
            "securitygroup",
            "subnet",
            "route",
            "firewall",
            "sourceranges",
            "allow",
            "deny",
            "targetpool",
            "healthcheck",
            "publiclyaccessible",
            "networkinterface",
            "vpc",
            "listener",
            "target",
        ],
    ),
    (
        Class::Access,
        &[
            "policy",
            "role",
            "kms",
            "assume",
            "permission",
            "secret",
            "password",
            "credential",
            "member",
        ],
    ),
    (
        Class::Capacity,
        &[
            "memory",
            "cpu",
            "capacity",
            "maxsize",
            "minsize",
            "desired",
            "limit",
            "throughput",
            "instancetype",
            "instanceclass",
            "iops",
            "replicas",
            "concurrency",
            "size",
            "machinetype",
            "sku",
            "maxconnections",
        ],
    ),
    (Class::Names, &["records", "ttl", "dnsname", "hostname"]),
    (Class::Certificate, &["certificate", "ssl", "tls"]),
    (
        Class::Compute,
        &[
            "image",
            "sourcecodehash",
            "s3key",
            "containerdefinitions",
            "taskdefinition",
            "engineversion",
            "environment",
            "env",
            "runtime",
            "handler",
            "userdata",
            "command",
            "template",
            "layers",
            "packagetype",
            "parametergroup",
            "code",
        ],
    ),
];

/// Words in the types of resources that only look on.
const WATCHING: [&str; 14] = [
    "dashboard",
    "alarm",
    "loggroup",
    "logmetric",
    "loggingmetric",
    "monitoring",
    "alertpolicy",
    "metricalert",
    "budget",
    "diagnosticsetting",
    "applicationinsights",
    "cloudtrail",
    "flowlog",
    "logginganalytics",
];

/// Attributes that change nothing of what a resource does, or nothing at once. Longer names begin
/// so.
const MILD: [&str; 11] = [
    "backup",
    "cloudwatchlogsexport",
    "enabledcloudwatchlogsexport",
    "maintenancewindow",
    "preferredmaintenance",
    "preferredbackup",
    "deletionprotection",
    "copytags",
    "monitoring",
    "performanceinsights",
    "retention",
];

/// Attributes that change nothing of what a resource does.
const COSMETIC: [&str; 12] = [
    "tags",
    "tagsall",
    "labels",
    "effectivelabels",
    "terraformlabels",
    "description",
    "annotations",
    "timeouts",
    "comment",
    "metadata.annotations",
    "metadata.labels",
    "userlabels",
];

/// Types that act on a resource which they refer to: a change of theirs is a change of that
/// resource.
const MODIFIERS: [&str; 16] = [
    "computefirewall",
    "compute.firewall",
    "attachment",
    "association",
    "policy",
    "rule",
    "acl",
    "permission",
    "grant",
    "binding",
    "member",
    "assignment",
    "route",
    "record",
    "scaling",
    "versioning",
];

/// Words in the types of what others act as.
const IDENTITIES: [&str; 8] = [
    "role",
    "serviceaccount",
    "identity",
    "iamuser",
    "iamgroup",
    "iampolicy",
    "managedpolicy",
    "serviceprincipal",
];

/// Types that hold much without depending on it.
const CONTAINERS: [&str; 10] = [
    "vpc",
    "virtualnetwork",
    "computenetwork",
    "resourcegroup",
    "project",
    "account",
    "ecscluster",
    "ekscluster",
    "containercluster",
    "hostedzone",
];

fn plain(text: &str) -> String {
    text.chars()
        .filter(|c| c.is_alphanumeric() || *c == '.')
        .map(|c| c.to_ascii_lowercase())
        .collect()
}

/// Classes of what a change touches, by the type of the resource and the attributes.
pub(crate) fn of_change(change: &Change) -> Vec<Class> {
    // `route53` is a name service, whatever `route` says.
    let resource_type = plain(&change.resource_type).replace("route53", "dns");
    let has = |words: &[&str]| words.iter().any(|word| resource_type.contains(word));
    if has(&WATCHING) && !resource_type.contains("autoscal") {
        return vec![Class::Watching];
    }
    if cluster::serves_names(change) {
        return vec![Class::Names];
    }
    let mut classes = Vec::new();
    for (class, words) in TYPES {
        if has(words) {
            classes.push(class);
        }
    }
    for attribute in &change.attributes {
        if attribute.starts_with(Change::DATABASE_USER) {
            classes.push(Class::Access);
            continue;
        }
        if attribute.starts_with(Change::VERSION) {
            continue;
        }
        let attribute = plain(attribute);
        let found = ATTRIBUTES
            .iter()
            .filter(|(_, words)| words.iter().any(|word| attribute.contains(word)));
        classes.extend(found.map(|(class, _)| *class));
    }
    classes.sort_unstable();
    classes.dedup();
    classes
}

/// Whether the change touches nothing but tags, descriptions, windows of maintenance and the like.
pub(crate) fn is_cosmetic(change: &Change) -> bool {
    change.action == ChangeAction::Update
        && !change.attributes.is_empty()
        && change.attributes.iter().all(|attribute| {
            let attribute = plain(attribute);
            let first = attribute.split('.').next().unwrap_or_default();
            COSMETIC.contains(&first)
                || COSMETIC.contains(&attribute.as_str())
                || MILD.iter().any(|mild| attribute.starts_with(mild))
        })
}

/// Calls after which a key, a secret, a version of one or an API is there still, and not to be used.
///
/// docs.aws.amazon.com/kms/latest/developerguide/key-state.html,
/// cloud.google.com/secret-manager/docs/reference/rpc and
/// cloud.google.com/service-usage/docs/reference/rest (read 2026-11-29).
const DISABLING: [&str; 6] = [
    "DisableService",
    "DisableKey",
    "ScheduleKeyDeletion",
    "DisableSecretVersion",
    "DestroySecretVersion",
    "DestroyCryptoKeyVersion",
];

/// Whether a change ends the use of what it is on.
pub(crate) fn ends_use(change: &Change) -> bool {
    let call = change.address.split(' ').next().unwrap_or_default();
    let call = call.rsplit('.').next().unwrap_or(call);
    let is_disabled = match change.id.starts_with("audit:") {
        true => DISABLING.contains(&call),
        false => {
            let is_switch = change.attributes.iter().any(|name| name == "is_enabled");
            is_switch && plain(&change.resource_type).contains("kmskey")
        }
    };
    matches!(change.action, ChangeAction::Delete | ChangeAction::Replace)
        || change.attributes == ["deletion"]
        || is_disabled
}

/// Whether a resource of this type acts on what it refers to.
pub(crate) fn is_modifier(resource_type: &str) -> bool {
    let resource_type = plain(resource_type);
    MODIFIERS.iter().any(|word| resource_type.contains(word))
        && !resource_type.ends_with("routetable")
}

/// Whether a resource is one that others act as: a role, an account of a service, a policy.
pub(crate) fn is_identity(resource_type: &str, key: &str) -> bool {
    let resource_type = plain(resource_type);
    let is_named = IDENTITIES.iter().any(|word| resource_type.contains(word));
    is_named || nepho_core::key::Arn::parse(key).is_some_and(|arn| arn.service == "iam")
}

/// Whether a resource of this type is a DNS record.
pub(crate) fn is_record(resource_type: &str) -> bool {
    let resource_type = plain(resource_type);
    resource_type.contains("recordset")
        || ["dns", "route53", "cloudflare"]
            .iter()
            .any(|word| resource_type.contains(word))
            && resource_type.ends_with("record")
        || resource_type
            .split_once("dnszones")
            .is_some_and(|(_, kind)| AZURE_RECORDS.contains(&kind))
}

/// Records of a zone of Azure, by the last part of their type:
/// learn.microsoft.com/azure/templates/microsoft.network/dnszones/a and its neighbors.
const AZURE_RECORDS: [&str; 13] = [
    "a", "aaaa", "caa", "cname", "ds", "mx", "naptr", "ns", "ptr", "soa", "srv", "tlsa", "txt",
];

/// Whether a resource of this type holds many that have nothing to do with each other.
pub(crate) fn is_container(resource_type: &str) -> bool {
    let resource_type = plain(resource_type);
    CONTAINERS.iter().any(|word| resource_type.ends_with(word))
}

/// How well a change of a class explains a kind of trouble, from 0 to 1. Judgment, not measurement:
/// 1 is the first thing an operator would look at, 0.2 what would surprise.
fn affinity(trouble: Trouble, class: Class) -> f64 {
    use Class::{Access, Capacity, Certificate, Compute, Data, Names, Network};
    match (trouble, class) {
        (Trouble::Connection, Network)
        | (Trouble::Access, Access)
        | (Trouble::Throttling | Trouble::Exhaustion, Capacity)
        | (Trouble::NameResolution, Names)
        | (Trouble::Certificate, Certificate)
        | (Trouble::Missing, Data)
        | (Trouble::Code | Trouble::Exhaustion, Compute) => 1.0,
        (Trouble::Connection, Names | Data) | (Trouble::Throttling, Data) => 0.8,
        (Trouble::Connection, Compute | Capacity)
        | (Trouble::Throttling | Trouble::Access | Trouble::Missing, Compute)
        | (Trouble::NameResolution | Trouble::Certificate, Network)
        | (Trouble::Exhaustion, Data) => 0.6,
        (Trouble::Connection, Certificate | Access)
        | (Trouble::Access, Data | Network | Certificate)
        | (Trouble::Code, Data | Access | Capacity)
        | (Trouble::Certificate, Names | Compute)
        | (Trouble::Missing, Names | Access | Network)
        | (Trouble::NameResolution, Data | Compute) => 0.4,
        _ => 0.2,
    }
}

/// How well the change explains what the messages tell of, from 0 to 1.
///
/// Where the messages tell nothing it is a middle value, and less where nothing is known of the
/// change.
pub(crate) fn match_of(troubles: &[(Trouble, f64)], classes: &[Class]) -> f64 {
    match (classes, troubles) {
        ([Class::Watching], _) => return 0.1,
        ([], []) => return 0.5,
        ([], _) => return 0.4,
        (_, []) => return 0.65,
        _ => {}
    }
    troubles
        .iter()
        .map(|(trouble, share)| {
            let best = classes
                .iter()
                .map(|class| affinity(*trouble, *class))
                .fold(0.0, f64::max);
            share * best
        })
        .sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes(resource_type: &str, attributes: &[&str]) -> Vec<Class> {
        of_change(&crate::testing::change(
            "x",
            "2024-05-01T10:00:00Z",
            resource_type,
            attributes,
        ))
    }

    #[test]
    fn types_of_all_tools_have_their_class() {
        assert!(classes("aws_security_group", &["ingress"]).contains(&Class::Network));
        assert!(classes("AWS::EC2::SecurityGroup", &[]).contains(&Class::Network));
        assert!(classes("gcp:compute/firewall:Firewall", &[]).contains(&Class::Network));
        assert!(classes("azurerm_role_assignment", &[]).contains(&Class::Access));
        assert!(classes("AWS::RDS::DBInstance", &["instance_class"]).contains(&Class::Capacity));
        assert_eq!(classes("aws_route53_record", &[]), [Class::Names]);
    }

    #[test]
    fn a_network_change_explains_a_timeout_and_not_a_null_pointer() {
        let network = [Class::Network];
        assert!(match_of(&[(Trouble::Connection, 1.0)], &network) > 0.9);
        assert!(match_of(&[(Trouble::Code, 1.0)], &network) < 0.3);
        assert!((match_of(&[], &network) - 0.65).abs() < 1e-9);
    }

    #[test]
    fn records_of_all_tools_are_known() {
        for record in [
            "aws_route53_record",
            "AWS::Route53::RecordSet",
            "google_dns_record_set",
            "azurerm_private_dns_cname_record",
            "microsoft.network/privatednszones/a",
            "Microsoft.Network/dnsZones/CNAME",
            "cloudflare_record",
        ] {
            assert!(is_record(record), "{record}");
        }
        for other in [
            "aws_route53_zone",
            "microsoft.network/dnszones",
            "microsoft.network/privatednszones/virtualnetworklinks",
            "AWS::Config::ConfigurationRecorder",
            "aws_instance",
        ] {
            assert!(!is_record(other), "{other}");
        }
    }

    #[test]
    fn tags_alone_are_cosmetic() {
        let check = |attributes: &[&str]| {
            is_cosmetic(&crate::testing::change(
                "x",
                "2024-05-01T10:00:00Z",
                "aws_instance",
                attributes,
            ))
        };
        assert!(check(&["tags", "tags_all", "tags.Owner"]));
        assert!(!check(&["tags", "ami"]));
        assert!(!check(&[]));
    }
}
