//! Canonical key of a resource from what its attributes or a run log say of its id.

use nepho_core::key::{self, types};

use super::attributes::Attributes;
use super::providers;

/// Canonical form of an id of a resource of this type: ARN, Azure id, Google full name, or the id
/// as it is.
///
/// Queue URLs become ARNs, and Google ids that begin with `projects/` or `b/` full names.
/// `None` for types whose ids identify nothing in a cloud.
pub fn from_id(resource_type: &str, id: &str) -> Option<String> {
    let id = id.trim();
    if id.is_empty() || providers::is_logical(resource_type) {
        return None;
    }
    let name = types::google::full_name(resource_type, id);
    Some(name.unwrap_or_else(|| key::canonical(id)))
}

/// Types of DNS records of Route 53.
///
/// docs.aws.amazon.com/Route53/latest/DeveloperGuide/ResourceRecordTypes.html (read 2026-11-30).
const RECORDS: [&str; 16] = [
    "A", "AAAA", "CAA", "CNAME", "DS", "HTTPS", "MX", "NAPTR", "NS", "PTR", "SOA", "SPF", "SRV",
    "SSHFP", "SVCB", "TXT",
];

/// Key of a DNS record, under which audit logs know it, from the id that a run log tells:
/// `Z0123456789ABC_db.shop.example_CNAME`, with `_` and the identifier of its set behind where it
/// has one. `None` for other types, and where the name is told without its zone (`db`), of which
/// the id tells no more than the number.
///
/// registry.terraform.io/providers/hashicorp/aws/latest/docs/resources/route53_record and
/// .../hashicorp/google/latest/docs/resources/dns_record_set ("Import", read 2026-11-30).
pub(crate) fn of_record(resource_type: &str, id: &str) -> Option<String> {
    match resource_type {
        "aws_route53_record" => {}
        "google_dns_record_set" if id.contains("/rrsets/") => return key::google_name("dns", id),
        _ => return None,
    }
    let (zone, rest) = id.split_once('_').filter(|(zone, _)| !zone.is_empty())?;
    // Names may begin with `_`, and so may labels in them.
    let mut marks = rest.match_indices('_').filter(|(at, _)| *at > 0);
    marks.find_map(|(at, _)| {
        let (host, kind) = (rest.get(..at)?, rest.get(at + 1..)?);
        let (kind, set) = match kind.split_once('_') {
            Some((kind, set)) => (kind, Some(set)),
            None => (kind, None),
        };
        let is_whole = host.trim_end_matches('.').contains('.');
        let is_record = RECORDS.contains(&kind) && is_whole;
        is_record.then(|| key::dns_record(zone, kind, host, set))
    })
}

/// Globally unique key that the attributes tell; `None` when there is only a name.
pub fn of(resource_type: &str, attributes: &Attributes) -> Option<String> {
    if providers::is_logical(resource_type) {
        return None;
    }
    for path in ["arn", "id", "self_link"] {
        let id = attributes
            .first(path)
            .and_then(|id| from_id(resource_type, id));
        if let Some(id) = id.filter(|id| is_global(id)) {
            return Some(id);
        }
    }
    // Containers and shares have had an address as id.
    let of_manager = attributes.first("resource_manager_id");
    if let Some(id) = of_manager.filter(|id| key::is_azure_id(id)) {
        // Once written with `fileshares`, see
        // github.com/hashicorp/terraform-provider-azurerm/pull/21645.
        return Some(key::canonical(id).replace("/default/fileshares/", "/default/shares/"));
    }
    // Plans know names before there is an id, and some ids are only the name.
    if !types::google::is_of_parent(resource_type) {
        let name = types::google::name_of(resource_type, |path| attributes.first(path), None);
        if name.is_some() {
            return name;
        }
    }
    let id = attributes.first("id")?;
    let region = attributes.first("region").unwrap_or_default();
    if let Some(arn) = arn_without_place(resource_type, id, region) {
        return Some(arn);
    }
    (is_machine_made(id) && attributes.first("name") != Some(id)).then(|| id.to_owned())
}

/// Whether the key names one resource among all of all clouds.
pub fn is_global(key: &str) -> bool {
    key.starts_with("arn:") || key.starts_with("//") || key::is_azure_id(key)
}

/// Whether a cloud made the id (`sg-0a1b2c3d`, `Z0123456789ABC`, a UUID) and no person chose it.
///
/// A rule of thumb: at least eight characters without blanks, slashes or dots, among them a digit.
pub fn is_machine_made(id: &str) -> bool {
    let is_plain = id
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
    id.len() >= 8 && is_plain && id.bytes().any(|byte| byte.is_ascii_digit())
}

/// ARN that follows from the id alone, as those of buckets, in states of providers that did not
/// tell it.
pub(crate) fn arn_without_place(resource_type: &str, id: &str, region: &str) -> Option<String> {
    let is_own = types::aws::has_arn(resource_type) == Some(true);
    let pattern = types::aws::pattern(resource_type).filter(|_| is_own)?;
    pattern.arn(id, key::partition_of(region), "", "")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_become_the_keys_that_logs_have() {
        let check = |kind: &str, id: &str, expected: &str| {
            assert_eq!(from_id(kind, id).as_deref(), Some(expected), "{id}")
        };
        check(
            "aws_sqs_queue",
            "https://sqs.eu-west-1.amazonaws.com/111122223333/orders",
            "arn:aws:sqs:eu-west-1:111122223333:orders",
        );
        check(
            "aws_lb",
            "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1",
            "arn:aws:elasticloadbalancing:x:1:loadbalancer/app/a/1",
        );
        check("aws_security_group", "sg-0a1b2c3d", "sg-0a1b2c3d");
        check(
            "google_compute_instance",
            "projects/p/zones/z/instances/i",
            "//compute.googleapis.com/projects/p/zones/z/instances/i",
        );
        check(
            "google_sql_database_instance",
            "https://sqladmin.googleapis.com/sql/v1beta4/projects/p/instances/i",
            "//cloudsql.googleapis.com/projects/p/instances/i",
        );
        check(
            "google_storage_bucket_iam_member",
            "b/shop-media",
            "//storage.googleapis.com/shop-media",
        );
        check(
            "google_storage_bucket",
            "https://www.googleapis.com/storage/v1/b/shop-media",
            "//storage.googleapis.com/shop-media",
        );
        check(
            "google_cloud_run_service",
            "locations/l/namespaces/p/services/s",
            "//run.googleapis.com/projects/p/locations/l/services/s",
        );
        check(
            "azurerm_lb",
            "/subscriptions/S/resourceGroups/RG",
            "/subscriptions/s/resourcegroups/rg",
        );
        check(
            "google_kms_crypto_key",
            "shop-prod/global/ring/key",
            "//cloudkms.googleapis.com/projects/shop-prod/locations/global/keyRings/ring/cryptoKeys/key",
        );
        check(
            "google_project_iam_custom_role",
            "projects/shop-prod/roles/reader",
            "//iam.googleapis.com/projects/shop-prod/roles/reader",
        );
        assert_eq!(from_id("random_string", "hunter2hunter2"), None);
    }

    #[test]
    fn a_record_is_known_by_its_zone_type_and_host() {
        let check = |id: &str, expected: Option<&str>| {
            let found = of_record("aws_route53_record", id);
            let expected = expected.map(|rest| format!("arn:aws:route53:::hostedzone/{rest}"));
            assert_eq!(found, expected, "{id}");
        };
        check(
            "Z1_orders-db.internal_CNAME",
            Some("Z1/CNAME/orders-db.internal"),
        );
        check(
            "Z1_Shop.example._A_blue_1",
            Some("Z1/A/blue_1/shop.example"),
        );
        check(
            "Z1__sip._tcp.shop.example_SRV",
            Some("Z1/SRV/_sip._tcp.shop.example"),
        );
        check("Z1_a_b.shop.example_TXT", Some("Z1/TXT/a_b.shop.example"));
        check("Z1_orders-db_CNAME", None);
        check("Z1_orders-db.internal", None);
        check("_orders-db.internal_A", None);
        check("Z1", None);
        let google = "projects/shop/managedZones/z/rrsets/db.shop.example./A";
        assert_eq!(
            of_record("google_dns_record_set", google).as_deref(),
            Some("//dns.googleapis.com/projects/shop/managedZones/z/rrsets/db.shop.example./A")
        );
        assert_eq!(of_record("aws_route53_zone", "Z1_a.example_A"), None);
    }

    #[test]
    fn attributes_tell_the_key_where_the_id_does_not() {
        let check = |kind: &str, values: &[(&str, &str)], expected: Option<&str>| {
            let mut attributes = Attributes::default();
            for (path, value) in values {
                attributes.offer(path, value);
            }
            assert_eq!(of(kind, &attributes).as_deref(), expected, "{kind}");
        };
        check(
            "google_pubsub_topic",
            &[("project", "shop"), ("name", "orders")],
            Some("//pubsub.googleapis.com/projects/shop/topics/orders"),
        );
        check("google_pubsub_topic", &[("name", "orders")], None);
        check(
            "aws_s3_bucket",
            &[("id", "media")],
            Some("arn:aws:s3:::media"),
        );
        check(
            "aws_s3_bucket",
            &[("id", "media"), ("region", "cn-north-1")],
            Some("arn:aws-cn:s3:::media"),
        );
        check("aws_sns_topic", &[("name", "orders")], None);
        let account =
            "/subscriptions/s/resourcegroups/g/providers/microsoft.storage/storageaccounts/a";
        for (kind, url, told, expected) in [
            (
                "container",
                "blob",
                "blobServices/default/containers",
                "blobservices/default/containers",
            ),
            (
                "share",
                "file",
                "fileServices/default/fileshares",
                "fileservices/default/shares",
            ),
        ] {
            let id = format!("https://a.{url}.core.windows.net/c");
            let manager = format!("{account}/{told}/c");
            check(
                &format!("azurerm_storage_{kind}"),
                &[
                    ("id", &id),
                    ("name", "c"),
                    ("resource_manager_id", &manager),
                ],
                Some(&format!("{account}/{expected}/c")),
            );
        }
    }

    #[test]
    fn names_that_people_choose_are_no_ids() {
        for id in [
            "sg-0a1b2c3d",
            "Z0123456789ABC",
            "vpc-11112222",
            "0d95b6ee-8565-4022-a31b-3932a8ed2bd1",
        ] {
            assert!(is_machine_made(id), "{id}");
        }
        for id in ["web", "orders-db", "shop/checkout", "a.b.c.d1", "db1"] {
            assert!(!is_machine_made(id), "{id}");
        }
    }
}
