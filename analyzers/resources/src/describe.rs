//! Describes a resource of which nothing is known but the id that a log row names.

use nepho_core::key::{self, Arn, KubernetesKey, NameKey};
use nepho_core::tables::Resource;

use crate::identity::{is_full_id, is_public_host, is_short_id};

/// Host name suffixes of managed services of AWS and Google Cloud, with the type of what answers
/// there.
///
/// docs.aws.amazon.com/general/latest/gr/rande.html, read 2026-11-21.
const END_POINTS: [(&str, &str); 11] = [
    (".rds.amazonaws.com", "rds/db"),
    (".cache.amazonaws.com", "elasticache/cluster"),
    (".redshift.amazonaws.com", "redshift/cluster"),
    (".docdb.amazonaws.com", "docdb/cluster"),
    (".neptune.amazonaws.com", "neptune/cluster"),
    (".es.amazonaws.com", "es/domain"),
    (".kafka.amazonaws.com", "kafka/cluster"),
    (".mq.amazonaws.com", "mq/broker"),
    (".elb.amazonaws.com", "elasticloadbalancing/loadbalancer"),
    (".run.app", "run.googleapis.com/services"),
    (
        ".cloudfunctions.net",
        "cloudfunctions.googleapis.com/functions",
    ),
];

/// The part of `id` that is worth keeping: an object becomes its bucket, a version of a function
/// the function, and what is no resource (an account, a project, a collection, a wildcard) is
/// nothing.
pub(crate) fn kept_id(id: &str) -> Option<&str> {
    let id = id.trim();
    let is_wildcard = id
        .strip_suffix(":*")
        .filter(|id| id.contains(":log-group:"))
        .unwrap_or(id)
        .contains('*');
    if id.is_empty() || id.len() > 1024 || is_wildcard {
        return None;
    }
    if let Some(arn) = Arn::parse(id) {
        if arn.service == "s3" && arn.account.is_empty() {
            return Some(
                arn.resource
                    .find('/')
                    .map_or(id, |slash| &id[..id.len() - arn.resource.len() + slash]),
            );
        }
        return Some(key::split_qualifier(id).0);
    }
    if key::is_azure_id(id) {
        // A provider that is asked for something is none of its resources.
        return key::azure_namespace(id).and_then(|_| key::azure_type(id).map(|_| id));
    }
    let is_container = match id.trim_start_matches('/').split('/').collect::<Vec<_>>()[..] {
        ["projects" | "folders" | "organizations", _] => true,
        [host, "projects" | "folders" | "organizations", _] => host.ends_with(".googleapis.com"),
        // BigQuery names `projects/p/datasets` where it makes one.
        ["projects", _, _] => true,
        [host, "projects", _, _] => host.ends_with(".googleapis.com"),
        _ => false,
    };
    (!is_container).then_some(id)
}

/// Whether `host` is the name of a machine.
pub(crate) fn is_host(host: &str) -> bool {
    let is_word = host
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.' | b':'));
    !host.is_empty() && host.len() <= 253 && is_word && !host.eq_ignore_ascii_case("localhost")
}

/// `peer` without its port.
pub(crate) fn host_part(peer: &str) -> &str {
    match peer.rsplit_once(':') {
        Some((host, port))
            if !host.contains(':') && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            host
        }
        _ => peer,
    }
}

/// Type of the managed service that answers at `host`.
pub(crate) fn end_point_type(host: &str) -> Option<&'static str> {
    let mut end_points = END_POINTS.iter();
    if let Some((_, resource_type)) = end_points.find(|(suffix, _)| host.ends_with(suffix)) {
        return Some(resource_type);
    }
    let mut domains = key::azure_domains().iter();
    let found = domains.find(|domain| domain.has_peers && domain.holds(host));
    found.and_then(|domain| domain.types.first().copied())
}

/// Row for the resource with this id; what the id does not tell stays empty.
pub(crate) fn describe(id: &str) -> Resource {
    let key = key::canonical(id);
    let mut row = if let Some(arn) = Arn::parse(&key) {
        of_arn(&arn)
    } else if key::is_azure_id(&key) {
        of_azure(&key)
    } else if is_full_id(&key) {
        of_google(&key)
    } else if let Some(host) = key.strip_prefix("host:") {
        of_host(host)
    } else if is_short_id(&key) {
        of_short_id(&key)
    } else if let Some(named) = NameKey::parse(&key) {
        Resource {
            provider: filled(&named.provider),
            account: filled(&named.account),
            region: filled(&named.region),
            resource_type: named.resource_type,
            name: Some(named.name),
            ..Resource::default()
        }
    } else if let Some(object) = KubernetesKey::parse(&key) {
        Resource {
            resource_type: object.kind,
            name: Some(object.name),
            ..Resource::default()
        }
    } else if is_public_host(&key) {
        of_end_point(&key)
    } else {
        Resource {
            name: Some(key::short_name(&key).to_owned()),
            ..Resource::default()
        }
    };
    row.key = key;
    row
}

fn of_arn(arn: &Arn<'_>) -> Resource {
    // All of an account, as policies name it. The word `root` is no name of it.
    if arn.service == "iam" && arn.resource == "root" {
        return Resource {
            resource_type: "organizations/account".to_owned(),
            name: filled(arn.account),
            provider: Some("aws".to_owned()),
            account: filled(arn.account),
            ..Resource::default()
        };
    }
    let kind = arn
        .resource
        .trim_start_matches('/')
        .split(['/', ':'])
        .next()
        .filter(|kind| kind.len() < arn.resource.len());
    // `TOPIC:UUID`
    let kind = match (arn.service, arn.resource.split_once(':')) {
        ("sns", Some((topic, _))) if !topic.contains('/') => Some("subscription"),
        _ => kind,
    };
    let name = arn
        .resource
        .rsplit(['/', ':'])
        .next()
        .unwrap_or(arn.resource);
    // The last part of a load balancer's or target group's id is a hash; the name stands before it.
    let name = match arn.service {
        // `listener/app/shop/HASH/HASH`, of which a load balancer has several.
        "elasticloadbalancing" if kind == Some("listener") => {
            let of_kind = arn.resource.splitn(3, '/').nth(2);
            of_kind.unwrap_or(name)
        }
        // `parameter/orders/db_host`, of which only the name with a path begins with a slash.
        "ssm" if kind == Some("parameter") => {
            let path = arn.resource.strip_prefix("parameter").unwrap_or(name);
            let bare = path.strip_prefix('/').unwrap_or(path);
            if bare.contains('/') { path } else { bare }
        }
        // `task-definition/checkout:5`
        "ecs" if kind == Some("task-definition") => arn.resource.rsplit('/').next().unwrap_or(name),
        "elasticloadbalancing" => arn.resource.rsplit('/').nth(1).unwrap_or(name),
        // `nodegroup/shop/blue/UUID`
        "eks" => arn.resource.split('/').nth(2).unwrap_or(name),
        "logs" | "secretsmanager" => arn.resource.split_once(':').map_or(name, |(_, name)| name),
        _ => name,
    };
    Resource {
        resource_type: kind.map_or_else(
            || arn.service.to_owned(),
            |kind| format!("{}/{kind}", arn.service),
        ),
        name: Some(name.to_owned()),
        aliases: vec![name.to_owned()],
        provider: Some("aws".to_owned()),
        account: filled(arn.account),
        region: filled(arn.region),
        ..Resource::default()
    }
}

fn of_azure(id: &str) -> Resource {
    // Behind the last provider namespace, types and names take turns.
    let tail = id.rsplit("/providers/").next().unwrap_or_default();
    let mut parts = tail.split('/');
    let mut kind = parts.next().unwrap_or_default().to_owned();
    for word in parts.step_by(2) {
        kind = format!("{kind}/{word}");
    }
    let name = key::short_name(id);
    Resource {
        resource_type: kind,
        name: Some(name.to_owned()),
        aliases: vec![name.to_owned()],
        provider: Some("azure".to_owned()),
        account: key::azure_subscription(id).map(str::to_owned),
        ..Resource::default()
    }
}

fn of_google(id: &str) -> Resource {
    let mut segments = id.trim_start_matches('/').split('/');
    let api = segments.next().unwrap_or_default();
    let collection = id.rsplit('/').nth(1).unwrap_or_default();
    let place = ["locations", "regions", "zones"].iter().find_map(|word| {
        let mut rest = id.split('/').skip_while(|segment| segment != word);
        rest.nth(1)
    });
    let name = key::short_name(id);
    let in_zone = place.and_then(key::google_region_of_zone);
    Resource {
        resource_type: format!("{api}/{collection}"),
        name: Some(name.to_owned()),
        aliases: vec![name.to_owned()],
        provider: Some("gcp".to_owned()),
        account: key::google_project(id).map(str::to_owned),
        region: in_zone.or(place).map(str::to_owned),
        zone: place.filter(|_| in_zone.is_some()).map(str::to_owned),
        ..Resource::default()
    }
}

fn of_host(host: &str) -> Resource {
    let mut aliases = vec![host.to_owned()];
    aliases.extend(address_in_name(host));
    Resource {
        resource_type: "host".to_owned(),
        name: Some(host.to_owned()),
        aliases,
        ..Resource::default()
    }
}

fn of_short_id(id: &str) -> Resource {
    if let Some((kind, rest)) = id.split_once('/') {
        let kind = if kind == "targetgroup" {
            kind
        } else {
            "loadbalancer"
        };
        let name = rest.split('/').next().unwrap_or(rest);
        return Resource {
            resource_type: format!("elasticloadbalancing/{kind}"),
            name: Some(name.to_owned()),
            provider: Some("aws".to_owned()),
            ..Resource::default()
        };
    }
    let kind = match id.rsplit_once('-').map(|(prefix, _)| prefix) {
        Some("i") => "instance",
        Some("sg") => "security-group",
        Some("eni") => "network-interface",
        Some("vol") => "volume",
        Some(prefix) => prefix,
        None => "",
    };
    Resource {
        resource_type: format!("ec2/{kind}"),
        name: Some(id.to_owned()),
        provider: Some("aws".to_owned()),
        ..Resource::default()
    }
}

fn of_end_point(host: &str) -> Resource {
    let provider = if host.ends_with(".amazonaws.com") {
        Some("aws")
    } else if host.ends_with(".run.app") || host.ends_with(".cloudfunctions.net") {
        Some("gcp")
    } else {
        end_point_type(host).map(|_| "azure")
    };
    let name = host.split('.').next().unwrap_or(host);
    Resource {
        resource_type: end_point_type(host).unwrap_or_default().to_owned(),
        name: Some(name.to_owned()),
        aliases: vec![host.to_owned()],
        provider: provider.map(str::to_owned),
        ..Resource::default()
    }
}

/// Address that a host name of EC2 spells out: `ip-10-0-1-5` or
/// `ip-10-0-1-5.eu-west-1.compute.internal`.
///
/// docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-naming.html, read 2026-11-21.
fn address_in_name(host: &str) -> Option<String> {
    if host.parse::<std::net::IpAddr>().is_ok() {
        return Some(host.to_owned());
    }
    let label = host.split('.').next()?.strip_prefix("ip-")?;
    let address: std::net::Ipv4Addr = label.replace('-', ".").parse().ok()?;
    Some(address.to_string())
}

fn filled(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_and_listeners_are_told_apart() {
        let check = |rest: &str, kind: &str, name: &str| {
            let row = describe(&format!("arn:aws:{rest}"));
            assert_eq!(row.resource_type, kind);
            assert_eq!(row.name.as_deref(), Some(name));
        };
        check(
            "ecs:eu-west-1:111122223333:task-definition/checkout:5",
            "ecs/task-definition",
            "checkout:5",
        );
        check(
            "elasticloadbalancing:eu-west-1:111122223333:listener/app/web/0a1b/2c3d",
            "elasticloadbalancing/listener",
            "web/0a1b/2c3d",
        );
        check(
            "ssm:eu-west-1:111122223333:parameter/prod/db_host",
            "ssm/parameter",
            "/prod/db_host",
        );
        check(
            "apigateway:eu-west-1::/restapis/a1b2c3d4e5",
            "apigateway/restapis",
            "a1b2c3d4e5",
        );
    }

    #[test]
    fn an_id_tells_what_it_is_of() {
        let check = |id: &str, kind: &str, name: &str, provider: Option<&str>| {
            let row = describe(id);
            assert_eq!(
                (
                    row.resource_type.as_str(),
                    row.name.as_deref(),
                    row.provider.as_deref()
                ),
                (kind, Some(name), provider),
                "{id}"
            );
        };
        check(
            "arn:aws:ec2:eu-west-1:111122223333:security-group/sg-0a1b",
            "ec2/security-group",
            "sg-0a1b",
            Some("aws"),
        );
        check(
            "arn:aws:sqs:eu-west-1:111122223333:orders",
            "sqs",
            "orders",
            Some("aws"),
        );
        check(
            "arn:aws:iam::111122223333:root",
            "organizations/account",
            "111122223333",
            Some("aws"),
        );
        assert!(
            describe("arn:aws:iam::111122223333:root")
                .aliases
                .is_empty()
        );
        check(
            "k8s:////serviceaccount/shop/web",
            "serviceaccount",
            "web",
            None,
        );
        check(
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/checkout/73e2d6bc24d8a067",
            "elasticloadbalancing/targetgroup",
            "checkout",
            Some("aws"),
        );
        check(
            "/subscriptions/s/resourceGroups/rg/providers/Microsoft.Sql/servers/a/databases/b",
            "microsoft.sql/servers/databases",
            "b",
            Some("azure"),
        );
        check(
            "//compute.googleapis.com/projects/p/zones/z/instances/i",
            "compute.googleapis.com/instances",
            "i",
            Some("gcp"),
        );
        check(
            "orders.abc.eu-west-1.rds.amazonaws.com",
            "rds/db",
            "orders",
            Some("aws"),
        );
        check("host:checkout-7d9f", "host", "checkout-7d9f", None);
        let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
        check(topic, "sns", "orders", Some("aws"));
        let own = "0a1b2c3d-1111-2222-3333-444455556666";
        check(
            &format!("{topic}:{own}"),
            "sns/subscription",
            own,
            Some("aws"),
        );
        assert_eq!(
            describe("host:ip-10-0-1-5.eu-west-1.compute.internal").aliases[1],
            "10.0.1.5"
        );
    }

    #[test]
    fn a_name_of_google_tells_region_and_zone() {
        let check = |place: &str, region: &str, zone: Option<&str>| {
            let row = describe(&format!("//compute.googleapis.com/projects/p/{place}/x/i"));
            let told = (row.region.as_deref(), row.zone.as_deref());
            assert_eq!(told, (Some(region), zone), "{place}");
        };
        check(
            "zones/europe-west1-b",
            "europe-west1",
            Some("europe-west1-b"),
        );
        check("regions/europe-west1", "europe-west1", None);
        check("locations/us-east4-c", "us-east4", Some("us-east4-c"));
        check("locations/eu", "eu", None);
    }

    #[test]
    fn objects_become_buckets_and_containers_nothing() {
        assert_eq!(
            kept_id("arn:aws:s3:::logs/2024/05/a.gz"),
            Some("arn:aws:s3:::logs")
        );
        assert_eq!(
            kept_id("arn:aws:logs:eu-west-1:1:log-group:/a:*"),
            Some("arn:aws:logs:eu-west-1:1:log-group:/a:*")
        );
        let function = "arn:aws:lambda:eu-west-1:1:function:pay";
        for qualifier in ["", ":7", ":live", ":$LATEST"] {
            assert_eq!(kept_id(&format!("{function}{qualifier}")), Some(function));
        }
        assert_eq!(kept_id("arn:aws:s3:::*"), None);
        assert_eq!(kept_id("projects/p/datasets"), None);
        assert_eq!(
            kept_id("//bigquery.googleapis.com/projects/p/datasets"),
            None
        );
        assert_eq!(kept_id("/subscriptions/s/resourceGroups/rg"), None);
        let provider = "/subscriptions/s/providers/microsoft.dbforpostgresql";
        assert_eq!(kept_id(provider), None);
        let assignment = "/subscriptions/s/providers/microsoft.authorization/roleassignments/a";
        assert_eq!(kept_id(assignment), Some(assignment));
        assert_eq!(kept_id("projects/p"), None);
        assert_eq!(
            kept_id("//cloudresourcemanager.googleapis.com/projects/p"),
            None
        );
        assert_eq!(kept_id("projects/p/topics/t"), Some("projects/p/topics/t"));
    }

    proptest::proptest! {
        #[test]
        fn any_id_is_survived(id in r#"(arn:|aws:|s3:|/|:|-|\*|//|\.googleapis\.com/|/providers/|/subscriptions/|projects|host:|\PC){0,12}"#) {
            if let Some(kept) = kept_id(&id) {
                assert!(!describe(kept).key.is_empty());
            }
        }
    }
}
