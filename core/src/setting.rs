//! Hashes of what documents say that plain settings of a resource are: sizes, classes, counts, the
//! direction of a rule, and of policies the services that they allow something of.
//!
//! They tell whether a call gave a setting the value that the document has. A hash is of the name
//! of its setting and the value, so that hashes of different settings tell nothing of each other;
//! it hides no value, since there are few to guess from. Only settings on the list are hashed, of
//! which none is ever a secret.

/// Attributes, in the words of Terraform, whose values are compared.
const NAMES: [&str; 40] = [
    "allocated_storage",
    "backup_retention_period",
    "billing_mode",
    "deletion_protection",
    "desired_capacity",
    "desired_count",
    "direction",
    "disable_api_termination",
    "ebs_optimized",
    "instance_class",
    "instance_type",
    "machine_type",
    "max_capacity",
    "max_instance_count",
    "max_node_count",
    "max_replicas",
    "max_size",
    "maximum",
    "memory_size",
    "min_capacity",
    "min_instance_count",
    "min_node_count",
    "min_replicas",
    "min_size",
    "minimum",
    "multi_az",
    "node_type",
    "num_cache_nodes",
    "policy",
    "publicly_accessible",
    "read_capacity",
    "reserved_concurrent_executions",
    "runtime",
    "shard_count",
    "size",
    "source_dest_check",
    "storage_type",
    "timeout",
    "type",
    "write_capacity",
];
/// Attributes of rules of networks that tell their direction; of all else with these names nothing
/// is compared.
const DIRECTED: [&str; 2] = ["direction", "type"];
/// Directions, and whether a rule is for what comes in.
const DIRECTIONS: [(&str, bool); 4] = [
    ("egress", false),
    ("inbound", true),
    ("ingress", true),
    ("outbound", false),
];
/// Attribute that holds a policy of AWS, of which the services are compared: `sqs` of `sqs:*`, and
/// `*` of all.
pub const POLICY: &str = "policy";
/// Longest value that is compared.
const LONGEST: usize = 64;

/// The name of an attribute as the list has it, if its value is compared.
pub fn name(attribute: &str) -> Option<&'static str> {
    let place = NAMES.binary_search(&attribute).ok()?;
    NAMES.get(place).copied()
}

/// Hash of a value of a setting; `None` of what is too long to be one, or is none.
///
/// Of a path (`zones/europe-west1-b/machineTypes/e2-small`) its last part counts, and letters count
/// the same in both cases: clouds and tools write them as they like.
pub fn hash(name: &str, value: &str) -> Option<u64> {
    let value = value.rsplit('/').next().unwrap_or(value);
    if value.is_empty() || value.len() > LONGEST {
        return None;
    }
    let mut directions = DIRECTIONS.iter();
    let is_direction = directions.any(|(word, _)| word.eq_ignore_ascii_case(value));
    if DIRECTED.contains(&name) && !is_direction || name == POLICY && !is_service(value) {
        return None;
    }
    let bytes = value.bytes().map(|byte| byte.to_ascii_lowercase());
    Some(crate::hash::of(name.bytes().chain([0]).chain(bytes)))
}

/// Whether a word may be the name of a service in actions of AWS: `s3-object-lambda`.
fn is_service(word: &str) -> bool {
    let is_sign = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
    word == "*" || word.bytes().all(is_sign)
}

/// Settings and their hashes as one text, as table `resources` has them; `None` of none.
pub fn text<'a>(settings: impl Iterator<Item = (&'a str, u64)>) -> Option<String> {
    let words = settings.map(|(name, hash)| format!("{name}={hash:016x}"));
    let text = words.collect::<Vec<String>>().join(" ");
    (!text.is_empty()).then_some(text)
}

/// The settings in such a text.
pub fn parse(text: &str) -> impl Iterator<Item = (&'static str, u64)> {
    text.split(' ').filter_map(|word| {
        let (attribute, hash) = word.split_once('=')?;
        Some((name(attribute)?, u64::from_str_radix(hash, 16).ok()?))
    })
}

/// Whether a rule of a network with these settings is for what comes in; `None` where they do not
/// tell.
pub fn is_incoming(text: &str) -> Option<bool> {
    let mut told = parse(text).filter(|(name, _)| DIRECTED.contains(name));
    told.find_map(|(name, told)| {
        let mut directions = DIRECTIONS.iter();
        let found = directions.find(|(word, _)| hash(name, word) == Some(told));
        found.map(|(_, is_incoming)| *is_incoming)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_is_in_order() {
        assert!(NAMES.is_sorted());
        assert_eq!(name("instance_type"), Some("instance_type"));
        assert_eq!(name("password"), None);
        for side in ["max", "min"] {
            let bounds = [
                "size",
                "capacity",
                "replicas",
                "node_count",
                "instance_count",
            ];
            assert!(
                bounds
                    .iter()
                    .all(|of| name(&format!("{side}_{of}")).is_some())
            );
        }
    }

    #[test]
    fn one_value_has_one_hash_however_it_is_written() {
        let check = |value: &str, other: &str, is_same: bool| {
            let [one, other] = [value, other].map(|value| hash("machine_type", value).unwrap());
            assert_eq!(one == other, is_same, "{value}");
        };
        check(
            "e2-small",
            "zones/europe-west1-b/machineTypes/e2-small",
            true,
        );
        check("Standard_B2s", "standard_b2s", true);
        check("e2-small", "e2-medium", false);
        assert_ne!(hash("min_size", "2"), hash("max_size", "2"));
        assert_eq!(hash("size", ""), None);
        assert_eq!(hash("size", &"x".repeat(65)), None);
    }

    #[test]
    fn a_text_gives_back_what_it_was_made_of() {
        let settings = [("min_size", 1), ("size", u64::MAX)];
        let told = text(settings.into_iter()).unwrap();
        assert_eq!(parse(&told).collect::<Vec<_>>(), settings);
        assert_eq!(parse("password=1 size=x").count(), 0);
        assert_eq!(text(std::iter::empty()), None);
    }

    #[test]
    fn of_policies_nothing_but_services_is_kept() {
        assert!(hash(POLICY, "s3-object-lambda").is_some());
        assert!(hash(POLICY, "*").is_some());
        assert_eq!(hash(POLICY, r#"{"Statement": []}"#), None);
        assert_eq!(hash(POLICY, "sqs:SendMessage"), None);
    }

    #[test]
    fn rules_tell_their_direction() {
        let check = |name: &str, value: &str, expected: Option<bool>| {
            let told = hash(name, value).map(|hash| (name, hash));
            let text = text(told.into_iter()).unwrap_or_default();
            assert_eq!(is_incoming(&text), expected, "{name} {value}");
        };
        check("type", "ingress", Some(true));
        check("type", "egress", Some(false));
        check("direction", "Outbound", Some(false));
        check("direction", "INGRESS", Some(true));
        check("type", "CNAME", None);
        check("size", "ingress", None);
    }
}
