//! Base kinds of resources, the same for all clouds.
//!
//! `types.txt` lists types by kind; of a type that it does not list, the last words decide
//! (`words.txt`).

use std::collections::HashMap;
use std::sync::LazyLock;

/// A kind, and what it is called.
macro_rules! kinds {
    ($($(#[doc = $doc:literal])* $kind:ident $word:literal $title:literal,)*) => {
        /// What a resource is, in words that fit all clouds.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum BaseKind {
            $($(#[doc = $doc])* $kind,)*
        }

        impl BaseKind {
            /// All kinds, the outermost first.
            pub const ALL: &'static [Self] = &[$(Self::$kind,)*];

            /// The word for it in output: `load_balancer`.
            pub fn as_str(self) -> &'static str {
                match self {
                    $(Self::$kind => $word,)*
                }
            }

            /// What a person calls it: `load balancer`.
            pub fn title(self) -> &'static str {
                match self {
                    $(Self::$kind => $title,)*
                }
            }
        }
    };
}

kinds! {
    /// A tree of accounts.
    Organization "organization" "organization",
    /// Account, subscription, project, resource group, namespace.
    Account "account" "account",
    /// A group of data centers.
    Region "region" "region",
    /// A part of a region that fails by itself.
    Zone "zone" "zone",
    /// VPC, virtual network.
    Network "network" "network",
    /// Part of a network.
    Subnet "subnet" "subnet",
    /// Route table, and its routes.
    RouteTable "route_table" "route table",
    /// Internet, NAT, VPN or transit gateway, interconnect.
    Gateway "gateway" "gateway",
    /// Peering of networks.
    Peering "peering" "peering",
    /// Private end point of a service.
    Endpoint "endpoint" "private end point",
    /// Security group, network security group, firewall, and their rules.
    Firewall "firewall" "firewall",
    /// Load balancer.
    LoadBalancer "load_balancer" "load balancer",
    /// Listener of a load balancer.
    Listener "listener" "listener",
    /// Target group, backend pool.
    TargetGroup "target_group" "target group",
    /// Auto scaling group, scale set, managed instance group, and the template of its instances.
    InstanceGroup "instance_group" "instance group",
    /// Virtual machine.
    Instance "instance" "instance",
    /// Network interface.
    NetworkInterface "network_interface" "network interface",
    /// Public or reserved address.
    Address "address" "address",
    /// Disk, file system.
    Volume "volume" "volume",
    /// Copy of a volume, a database or a cache as of a time.
    Snapshot "snapshot" "snapshot",
    /// Object storage.
    Bucket "bucket" "bucket",
    /// Database, table, warehouse, search domain.
    Database "database" "database",
    /// Cache in memory.
    Cache "cache" "cache",
    /// Queue, broker.
    Queue "queue" "queue",
    /// Topic, subscription, event rule.
    Topic "topic" "topic",
    /// Stream of records.
    Stream "stream" "stream",
    /// Function, state machine.
    Function "function" "function",
    /// Cluster that runs containers or jobs.
    Cluster "cluster" "cluster",
    /// Nodes of a cluster.
    NodePool "node_pool" "node pool",
    /// What runs: a service of containers, a web app, a deployment.
    Workload "workload" "workload",
    /// Pod.
    Pod "pod" "pod",
    /// Service of Kubernetes.
    KubeService "kube_service" "Kubernetes service",
    /// Ingress and routes of a mesh.
    Ingress "ingress" "ingress",
    /// Registry or image.
    Image "image" "image",
    /// Secret, parameter, configuration.
    Secret "secret" "secret",
    /// Key, key ring, vault.
    Key "key" "key",
    /// Certificate.
    Certificate "certificate" "certificate",
    /// DNS zone.
    DnsZone "dns_zone" "DNS zone",
    /// DNS record.
    DnsRecord "dns_record" "DNS record",
    /// Content delivery network.
    Cdn "cdn" "CDN",
    /// API gateway, and its routes.
    ApiGateway "api_gateway" "API",
    /// Role, user, service account, managed identity.
    Identity "identity" "identity",
    /// Policy, assignment of a role.
    Policy "policy" "policy",
    /// Whoever vouches for identities of others.
    IdentityProvider "identity_provider" "identity provider",
    /// Log group, trail, sink.
    LogGroup "log_group" "log group",
    /// Alarm, dashboard.
    Alarm "alarm" "alarm",
    /// Stack, state, workspace of a tool.
    Stack "stack" "stack",
    /// Repository of code, pipeline.
    Repository "repository" "repository",
    /// A service in the sense of logs and people.
    LogicalService "service" "service",
    /// Something outside of the clouds that we know, by its host name or address.
    External "external" "external",
    /// None of these.
    Other "other" "other",
}

static TYPES: LazyLock<HashMap<String, BaseKind>> =
    LazyLock::new(|| table(include_str!("types.txt"), plain));
static WORDS: LazyLock<HashMap<String, BaseKind>> =
    LazyLock::new(|| table(include_str!("words.txt"), |words| words.replace('_', " ")));

impl BaseKind {
    /// Kind of a type, in the words of its source.
    pub fn of(resource_type: &str) -> Self {
        let plain = plain(resource_type);
        let known = TYPES.get(&plain).or_else(|| TYPES.get(&one_of(&plain)?));
        if let Some(kind) = known {
            return *kind;
        }
        let words = words(resource_type);
        let longest_first = (0..words.len()).map(|start| words.get(start..).unwrap_or_default());
        longest_first
            .filter_map(|tail| WORDS.get(&tail.join(" ")))
            .copied()
            .next()
            .unwrap_or(Self::Other)
    }

    fn from_word(word: &str) -> Option<Self> {
        let found = Self::ALL.iter().find(|kind| kind.as_str() == word);
        found.copied()
    }
}

/// Lines `KIND: entry entry ...`.
fn table(text: &str, key: impl Fn(&str) -> String) -> HashMap<String, BaseKind> {
    let mut found = HashMap::new();
    let lines = text.lines().filter(|line| !line.starts_with('#'));
    for (word, entries) in lines.filter_map(|line| line.split_once(':')) {
        if let Some(kind) = BaseKind::from_word(word.trim()) {
            found.extend(entries.split_whitespace().map(|entry| (key(entry), kind)));
        }
    }
    found
}

/// A type as it is looked up: without case.
fn plain(resource_type: &str) -> String {
    resource_type.trim().to_ascii_lowercase()
}

/// Type of one of a collection of Google Cloud, which ids of audit logs name:
/// `redis.googleapis.com/instance` of `redis.googleapis.com/instances`.
fn one_of(collection: &str) -> Option<String> {
    let (api, name) = collection.split_once('/')?;
    let is_google = api.ends_with(".googleapis.com");
    is_google.then(|| format!("{api}/{}", singular(name)))
}

/// Words of a type without those of its provider, in lower case and singular:
/// `ec2 security group` of `AWS::EC2::SecurityGroup`, `security group` of `aws_security_group`.
fn words(resource_type: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut word = String::new();
    let mut was_lower = false;
    let mut chars = resource_type.chars().peekable();
    while let Some(c) = chars.next() {
        // `DBInstance` is two words, as `securityGroup` is.
        let ends_acronym = chars.peek().is_some_and(char::is_ascii_lowercase);
        let is_capital = c.is_ascii_uppercase() && (was_lower || ends_acronym);
        let is_break = !c.is_ascii_alphanumeric() || is_capital;
        if is_break && !word.is_empty() {
            words.push(singular(&std::mem::take(&mut word)));
        }
        if c.is_ascii_alphanumeric() {
            word.push(c.to_ascii_lowercase());
        }
        was_lower = c.is_ascii_lowercase() || c.is_ascii_digit();
    }
    if !word.is_empty() {
        words.push(singular(&word));
    }
    words
}

fn singular(word: &str) -> String {
    let is_plural = word.len() > 3 && word.ends_with('s') && !word.ends_with("ss");
    match word.strip_suffix("ies") {
        Some(stem) if is_plural => format!("{stem}y"),
        _ if is_plural && !word.ends_with("dis") && word != "redis" => {
            word.trim_end_matches('s').to_owned()
        }
        _ => word.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_has_the_same_kind_in_all_tools() {
        let check = |kind: BaseKind, types: &[&str]| {
            for name in types {
                assert_eq!(BaseKind::of(name), kind, "{name}");
            }
        };
        check(
            BaseKind::Firewall,
            &[
                "aws_security_group",
                "AWS::EC2::SecurityGroup",
                "aws:ec2/securityGroup:SecurityGroup",
                "ec2/security-group",
                "azurerm_network_security_group",
                "Microsoft.Network/networkSecurityGroups",
                "google_compute_firewall",
            ],
        );
        check(
            BaseKind::Database,
            &[
                "aws_db_instance",
                "AWS::RDS::DBInstance",
                "aws:rds/instance:Instance",
            ],
        );
        check(
            BaseKind::Cache,
            &["azurerm_redis_cache", "Microsoft.Cache/Redis"],
        );
        check(
            BaseKind::Network,
            &[
                "aws_vpc",
                "Microsoft.Network/virtualNetworks",
                "gcp:compute/network:Network",
            ],
        );
        check(
            BaseKind::Instance,
            &["scaleway_instance_server", "google_compute_instance"],
        );
        check(
            BaseKind::Gateway,
            &[
                "aws_dx_hosted_transit_virtual_interface",
                "AWS::DirectConnect::PrivateVirtualInterface",
                "aws:directconnect/privateVirtualInterface:PrivateVirtualInterface",
                "azure:network/virtualHub:VirtualHub",
                "azure-native:network:VirtualWan",
                "AWS::EC2::VPCGatewayAttachment",
                "gcp:vpcaccess/connector:Connector",
            ],
        );
        check(
            BaseKind::Topic,
            &[
                "aws_scheduler_schedule",
                "aws:cloudwatch/eventTarget:EventTarget",
            ],
        );
        check(BaseKind::RouteTable, &["ec2/rtb", "ec2/route-table"]);
        check(BaseKind::TargetGroup, &["elasticloadbalancing/targetgroup"]);
        check(BaseKind::Other, &["", "null_resource", "random_pet"]);
        check(BaseKind::Policy, &["AWS::Made::UpPolicy"]);
    }

    #[test]
    fn what_only_calls_tell_has_the_kind_of_its_collection() {
        let check = |kind: BaseKind, types: &[&str]| {
            for name in types {
                assert_eq!(BaseKind::of(name), kind, "{name}");
            }
        };
        check(
            BaseKind::Database,
            &[
                "cloudsql.googleapis.com/instances",
                "alloydb.googleapis.com/instances",
                "rds/global-cluster",
            ],
        );
        check(
            BaseKind::Cache,
            &[
                "redis.googleapis.com/instances",
                "elasticache/replicationgroup",
                "elasticache/globalreplicationgroup",
            ],
        );
        check(BaseKind::Gateway, &["compute.googleapis.com/routers"]);
        check(
            BaseKind::Topic,
            &["sns/subscription", "microsoft.eventgrid/eventsubscriptions"],
        );
        check(BaseKind::Stream, &["lambda/event-source-mapping"]);
        check(BaseKind::Instance, &["compute.googleapis.com/instances"]);
        check(BaseKind::ApiGateway, &["apigateway/restapis"]);
        check(BaseKind::IdentityProvider, &["cognito-idp/userpool"]);
        check(
            BaseKind::Bucket,
            &["storage.googleapis.com/storage.googleapis.com"],
        );
    }

    #[test]
    fn a_snapshot_is_no_volume_and_a_setting_no_firewall() {
        let check = |kind: BaseKind, types: &[&str]| {
            for name in types {
                assert_eq!(BaseKind::of(name), kind, "{name}");
            }
        };
        check(
            BaseKind::Snapshot,
            &[
                "Microsoft.Compute/snapshots",
                "rds/snapshot",
                "rds/cluster-snapshot",
                "ec2/snap",
                "aws_ebs_snapshot",
                "AWS::ElastiCache::Snapshot",
            ],
        );
        check(BaseKind::Volume, &["Microsoft.Compute/disks", "ec2/vol"]);
        // What a subscription is protected with, and what filters packets.
        check(BaseKind::Policy, &["Microsoft.Security/policies"]);
        check(
            BaseKind::Firewall,
            &["compute.googleapis.com/SecurityPolicy"],
        );
        check(
            BaseKind::NetworkInterface,
            &["microsoft.network/networkinterfaces"],
        );
    }

    #[test]
    fn each_line_of_the_tables_names_a_kind_and_each_type_one() {
        for text in [include_str!("types.txt"), include_str!("words.txt")] {
            let mut seen = HashMap::new();
            for line in text.lines().filter(|line| !line.starts_with('#')) {
                let Some((word, entries)) = line.split_once(':') else {
                    assert!(line.is_empty(), "{line}");
                    continue;
                };
                assert!(BaseKind::from_word(word).is_some(), "{word}");
                for entry in entries.split_whitespace() {
                    let before = seen.insert(plain(entry), word);
                    assert!(before.is_none(), "{entry}: {word} and {before:?}");
                }
            }
        }
    }
}
