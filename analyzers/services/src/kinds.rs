//! What a resource is to its callers.

use nepho_core::tables::Resource;

/// Part that a resource plays in calls, from the most telling to the least.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Part {
    /// It answers itself and is run by the cloud: a database, a cache, a queue, a bucket.
    Store,
    /// A service runs on it or behind it: an instance, a function, a load balancer.
    Host,
    /// Its type tells nothing.
    Unknown,
    /// Nobody calls it: a rule, a policy, a network, a group of parameters.
    Plumbing,
}

/// Words of types that nobody calls. They are looked for first: a `db_subnet_group` is no database.
const PLUMBING: [&str; 43] = [
    "security",
    "subnet",
    "policy",
    "policies",
    "role",
    "parametergroup",
    "optiongroup",
    "permission",
    "alarm",
    "loggroup",
    "attachment",
    "rule",
    "association",
    "iam",
    "routetable",
    "vpc",
    "network",
    "firewall",
    "grant",
    "key",
    "secret",
    "user",
    "account_public",
    "acl",
    "gateway_attachment",
    "launch",
    "scaling",
    "dashboard",
    "metric",
    "diagnostic",
    "resourcegroup",
    "notification",
    "encryption",
    "versioning",
    "lifecycle",
    "accesspoint",
    "hostedzone",
    "zone",
    "certificate",
    "eventsourcemapping",
    "backup",
    "snapshot",
    "volume",
];

/// Words of types and ids of managed stores.
const STORES: [&str; 44] = [
    "rds",
    "dbinstance",
    "dbcluster",
    "db_instance",
    "database",
    "sql",
    "postgres",
    "mysql",
    "mariadb",
    "redis",
    "cache",
    "memcached",
    "dynamodb",
    "docdb",
    "documentdb",
    "neptune",
    "redshift",
    "opensearch",
    "elasticsearch",
    "/domain",
    "queue",
    "sqs",
    "sns",
    "topic",
    "pubsub",
    "subscription",
    "kafka",
    "msk",
    "kinesis",
    "stream",
    "eventhub",
    "servicebus",
    "bucket",
    "s3",
    "storage",
    "cosmos",
    "spanner",
    "bigtable",
    "firestore",
    "alloydb",
    "mongo",
    "mq",
    "broker",
    "memorydb",
];

/// Words of types that services run on or behind.
const HOSTS: [&str; 34] = [
    "instance",
    "virtualmachine",
    "virtual_machine",
    "scaleset",
    "scale_set",
    "function",
    "lambda",
    "ecs",
    "container",
    "pod",
    "deployment",
    "statefulset",
    "kubernetes",
    "loadbalancer",
    "load_balancer",
    "lb",
    "alb",
    "elb",
    "targetgroup",
    "target_group",
    "forwardingrule",
    "forwarding_rule",
    "backendservice",
    "backend_service",
    "run.googleapis",
    "cloudrun",
    "cloud_run",
    "sites",
    "web_app",
    "webapp",
    "appservice",
    "app_service",
    "apigateway",
    "interface",
];

/// The part of a resource, by its type; where the source gave none, by what its key says of it.
pub(crate) fn part_of(resource: &Resource) -> Part {
    let text = if resource.resource_type.is_empty() {
        &resource.key
    } else {
        &resource.resource_type
    };
    let lower = text.to_ascii_lowercase();
    let squeezed: String = lower
        .chars()
        .filter(|c| !matches!(c, '_' | '-' | ' '))
        .collect();
    let has = |words: &[&str]| {
        words
            .iter()
            .any(|word| lower.contains(word) || squeezed.contains(word))
    };
    // A forwarding rule is a load balancer, a rule of a listener is not.
    if has(&["forwardingrule"]) {
        Part::Host
    } else if has(&PLUMBING) {
        plumbing_or_host(&squeezed)
    } else if has(&STORES) {
        Part::Store
    } else if has(&HOSTS) {
        Part::Host
    } else {
        Part::Unknown
    }
}

/// Interfaces of networks bear addresses, and groups that scale bear services, whatever else is in
/// the word.
fn plumbing_or_host(squeezed: &str) -> Part {
    let bears = ["networkinterface", "autoscalinggroup", "scaleset"]
        .iter()
        .any(|word| squeezed.ends_with(word));
    if bears { Part::Host } else { Part::Plumbing }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_tells_the_part() {
        let check = |kind: &str, expected: Part| {
            let resource = Resource {
                resource_type: kind.to_owned(),
                ..Resource::default()
            };
            assert_eq!(part_of(&resource), expected, "{kind}");
        };
        for kind in [
            "aws_db_instance",
            "AWS::RDS::DBInstance",
            "azurerm_mssql_database",
            "google_sql_database_instance",
            "aws_sqs_queue",
            "aws:sqs/queue:Queue",
            "google_pubsub_topic",
            "rds/db",
            "microsoft.cache/redis",
            "aws_elasticache_replication_group",
            "AWS::S3::Bucket",
        ] {
            check(kind, Part::Store);
        }
        for kind in [
            "aws_instance",
            "aws_lambda_function",
            "aws_lb",
            "AWS::ElasticLoadBalancingV2::TargetGroup",
            "azurerm_linux_virtual_machine",
            "google_cloud_run_service",
            "aws_network_interface",
            "aws_autoscaling_group",
            "microsoft.web/sites",
            "google_compute_forwarding_rule",
            "ec2/network-interface",
        ] {
            check(kind, Part::Host);
        }
        for kind in [
            "aws_security_group",
            "aws_db_subnet_group",
            "aws_sqs_queue_policy",
            "aws_db_parameter_group",
            "aws_iam_role",
            "AWS::EC2::SecurityGroupIngress",
            "aws_lb_listener_rule",
            "ec2/vpc",
        ] {
            check(kind, Part::Plumbing);
        }
        check("host", Part::Unknown);
    }
}
