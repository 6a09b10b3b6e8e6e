//! Which words for a resource are unique, and when two types may be the same thing.

use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::key;
use nepho_core::tables::Resource;

/// Prefixes of EC2 ids that are followed by hexadecimal digits.
///
/// docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html, read 2026-11-21.
const EC2_PREFIXES: [&str; 24] = [
    "i", "sg", "sgr", "vpc", "subnet", "eni", "vol", "snap", "ami", "rtb", "igw", "nat", "acl",
    "vpce", "lt", "eipalloc", "tgw", "pcx", "fs", "dopt", "vgw", "cgw", "vpn", "r",
];

/// Whether `id` is a full id of one of the clouds: an ARN, an Azure id, a Google full name.
pub(crate) fn is_full_id(id: &str) -> bool {
    id.starts_with("arn:")
        || key::is_azure_id(id)
        || (id.starts_with("//") && id.contains(".googleapis.com/"))
}

/// Whether `word` is an id that AWS made and that no other resource has: `sg-0a1b2c3d`, or the end
/// of the ARN of a load balancer, `app/shop/50dc6c495c0c9188`, as its access log writes it.
pub(crate) fn is_short_id(word: &str) -> bool {
    if let Some((kind, rest)) = word.split_once('/') {
        let is_hash =
            |hash: &str| hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit());
        return ["app", "net", "gwy", "targetgroup"].contains(&kind)
            && rest
                .split_once('/')
                .is_some_and(|(name, hash)| !name.is_empty() && is_hash(hash));
    }
    let Some((prefix, digits)) = word.rsplit_once('-') else {
        return false;
    };
    EC2_PREFIXES.contains(&prefix)
        && digits.bytes().all(|byte| byte.is_ascii_hexdigit())
        && digits.bytes().any(|byte| byte.is_ascii_digit())
}

/// The short id at the end of an ARN.
pub(crate) fn short_id_of(arn: &str) -> Option<&str> {
    let resource = key::Arn::parse(arn)?.resource;
    let balancer = resource.strip_prefix("loadbalancer/").unwrap_or(resource);
    [balancer, key::short_name(arn)]
        .into_iter()
        .find(|word| is_short_id(word))
}

/// Whether `word` is a host name that only one host in the world has.
///
/// Names in domains that every network may have (`.local`, `.internal`) are not.
pub(crate) fn is_public_host(word: &str) -> bool {
    let Some((_, last)) = word.rsplit_once('.') else {
        return false;
    };
    let labels_fit = word.len() <= 253
        && word.split('.').all(|label| {
            !label.is_empty()
                && label
                    .bytes()
                    .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
        });
    labels_fit
        && last.len() >= 2
        && last.bytes().all(|byte| byte.is_ascii_alphabetic())
        && ![
            "local",
            "internal",
            "svc",
            "lan",
            "corp",
            "home",
            "localdomain",
            "consul",
        ]
        .contains(&last)
}

/// Whether `word` is an IP address.
pub(crate) fn is_address(word: &str) -> bool {
    word.parse::<std::net::IpAddr>().is_ok()
}

/// A word as it is compared: full ids in canonical form, all else trimmed and in lower case.
pub(crate) fn normal(word: &str) -> String {
    let canonical = key::canonical(word);
    if is_full_id(&canonical) {
        canonical
    } else {
        canonical.trim_end_matches('.').to_ascii_lowercase()
    }
}

/// What a type is called without the habits of its source: `securitygroup` for
/// `aws_security_group`, `AWS::EC2::SecurityGroup` and `aws:ec2/securityGroup:SecurityGroup`.
pub(crate) fn type_word(resource_type: &str) -> String {
    let last = resource_type.rsplit(['/', ':']).next().unwrap_or_default();
    let bare = ["aws_", "azurerm_", "google_", "kubernetes_"]
        .iter()
        .find_map(|prefix| last.strip_prefix(prefix))
        .unwrap_or(last);
    let mut word: String = bare.chars().filter(char::is_ascii_alphanumeric).collect();
    word.make_ascii_lowercase();
    if word.ends_with('s') {
        word.pop();
    }
    word
}

/// Whether two types may be the same, as far as their words tell.
pub(crate) fn types_fit(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.ends_with(other) || other.ends_with(one)
}

/// Whether two facts agree: equal, or one of them unknown.
pub(crate) fn agree(one: Option<&str>, other: Option<&str>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => one.eq_ignore_ascii_case(other),
        _ => true,
    }
}

/// Number of the key of a row, and one that is the same for rows that say the same, wherever they
/// stand.
pub(crate) fn fingerprints(row: &Resource) -> (u64, u64) {
    let mut key = DefaultHasher::new();
    row.key.hash(&mut key);
    let mut hasher = DefaultHasher::new();
    let texts = [
        &row.name,
        &row.provider,
        &row.account,
        &row.region,
        &row.zone,
        &row.service,
        &row.team,
        &row.environment,
        &row.tool,
        &row.scope,
        &row.address,
        &row.parent,
    ];
    (
        &row.key,
        &row.aliases,
        &row.resource_type,
        texts,
        row.valid_from,
        row.valid_to,
    )
        .hash(&mut hasher);
    (key.finish(), hasher.finish())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn unique_words_are_told_from_names() {
        assert!(is_short_id("sg-0a1b2c3d4e5f60718"));
        assert!(is_short_id("i-01234567890123456"));
        assert!(is_short_id("app/shop/50dc6c495c0c9188"));
        let arn = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:loadbalancer/app/shop/50dc6c495c0c9188";
        assert_eq!(short_id_of(arn), Some("app/shop/50dc6c495c0c9188"));
        assert_eq!(short_id_of("arn:aws:sqs:eu-west-1:111122223333:jobs"), None);
        assert!(!is_short_id("app/shop/index") && !is_short_id("projects/p/topics/t"));
        assert!(!is_short_id("order-db"));
        assert!(!is_short_id("i-face"));
        assert!(is_public_host("orders.abc.eu-west-1.rds.amazonaws.com"));
        assert!(!is_public_host("ip-10-0-1-5.eu-west-1.compute.internal"));
        assert!(!is_public_host("10.0.1.5"));
        assert!(!is_public_host("checkout"));
    }

    #[test]
    fn a_type_has_one_word_in_all_tools() {
        for source in [
            "aws_security_group",
            "AWS::EC2::SecurityGroup",
            "aws:ec2/securityGroup:SecurityGroup",
        ] {
            assert_eq!(type_word(source), "securitygroup");
        }
        assert!(types_fit(
            &type_word("azurerm_linux_virtual_machine"),
            &type_word("microsoft.compute/virtualMachines")
        ));
        assert!(!types_fit("securitygroup", "dbinstance"));
    }
}
