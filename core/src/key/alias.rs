//! Other words for a resource: what logs write where there is no full id.

use std::net::IpAddr;

use crate::uuid::is_uuid;

use super::{Arn, CloudKey, arn, azure_hosts, azure_type, short_name};

/// What kind of word an alias is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum AliasKind {
    /// An id that the cloud made and that no other resource has: `sg-0a1b2c3d`.
    ShortId,
    /// A name within account, region and type.
    Name,
    /// A host name.
    Dns,
    /// An address within a private network.
    PrivateAddress,
    /// A public address.
    PublicAddress,
    /// An address with a scheme: `https://...`, `s3://...`.
    Url,
}

/// A word for a resource.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Alias {
    /// What kind of word it is.
    pub kind: AliasKind,
    /// The word; hosts and addresses in their usual form.
    pub text: String,
}

impl Alias {
    /// The word with its kind; `None` for empty text.
    pub fn of(text: &str) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Ok(address) = text.parse::<IpAddr>() {
            let kind = match is_private(address) {
                true => AliasKind::PrivateAddress,
                false => AliasKind::PublicAddress,
            };
            let text = address.to_string();
            return Some(Self { kind, text });
        }
        let kind = if text.contains("://") {
            AliasKind::Url
        } else if is_host(text) {
            return Some(Self {
                kind: AliasKind::Dns,
                text: text.trim_end_matches('.').to_ascii_lowercase(),
            });
        } else if is_short_id(text) {
            AliasKind::ShortId
        } else {
            AliasKind::Name
        };
        Some(Self {
            kind,
            text: text.to_owned(),
        })
    }

    /// Whether at one time only one resource of all has it. Names and private addresses are
    /// repeated.
    pub fn is_unique(&self) -> bool {
        !matches!(self.kind, AliasKind::Name | AliasKind::PrivateAddress)
    }
}

impl CloudKey {
    /// Words that follow from the key alone, sorted.
    pub fn aliases(&self) -> Vec<Alias> {
        let mut words = vec![self.short_name()];
        match self {
            Self::Aws(key) => words.extend(key.arn().map(|arn| of_arn(&arn)).unwrap_or_default()),
            Self::Azure(id) => words.extend(of_azure(id)),
            Self::Google(name) => words.extend(of_google(name)),
            Self::Kubernetes(key) if key.kind == "service" => {
                let (name, namespace) = (&key.name, &key.namespace);
                words.push(format!("{name}.{namespace}.svc.cluster.local"));
            }
            Self::Kubernetes(_) | Self::Name(_) => {}
        }
        let mut aliases: Vec<Alias> = words.iter().filter_map(|word| Alias::of(word)).collect();
        aliases.sort();
        aliases.dedup();
        aliases
    }

    /// The name or short id at the end of the key.
    fn short_name(&self) -> String {
        match self {
            Self::Kubernetes(key) => key.name.clone(),
            Self::Name(key) => key.name.clone(),
            _ => short_name(&self.to_string()).to_owned(),
        }
    }
}

fn of_arn(arn: &Arn<'_>) -> Vec<String> {
    let Arn {
        region,
        account,
        resource,
        ..
    } = *arn;
    let domain = match arn.partition {
        "aws-cn" => "amazonaws.com.cn",
        _ => "amazonaws.com",
    };
    let name = resource.rsplit(['/', ':']).next().unwrap_or(resource);
    match arn.service {
        "sqs" => vec![format!("https://sqs.{region}.{domain}/{account}/{name}")],
        "s3" if !resource.contains(['/', ':']) => vec![
            format!("s3://{resource}"),
            format!("{resource}.s3.{domain}"),
        ],
        "elasticloadbalancing" => {
            // Access logs write the end of the ARN: `app/shop/50dc6c495c0c9188`.
            let end = resource.strip_prefix("loadbalancer/");
            end.map(str::to_owned).into_iter().collect()
        }
        "logs" => {
            let group = resource.strip_prefix("log-group:");
            group.map(str::to_owned).into_iter().collect()
        }
        "apigateway" => {
            let api = resource
                .strip_prefix("/restapis/")
                .or_else(|| resource.strip_prefix("/apis/"));
            api.filter(|api| !api.contains('/'))
                .map(|api| format!("{api}.execute-api.{region}.{domain}"))
                .into_iter()
                .collect()
        }
        "ecr" => {
            let name = resource.strip_prefix("repository/");
            name.map(|name| format!("{account}.dkr.ecr.{region}.{domain}/{name}"))
                .into_iter()
                .collect()
        }
        "autoscaling" => arn::name_beside_uuid(arn)
            .and_then(|word| resource.rsplit_once(word))
            .map(|(_, name)| name.to_owned())
            .into_iter()
            .collect(),
        _ => Vec::new(),
    }
}

fn of_azure(id: &str) -> Vec<String> {
    azure_type(id).map_or_else(Vec::new, |kind| azure_hosts(short_name(id), &kind))
}

fn of_google(name: &str) -> Vec<String> {
    let Some((service, path)) = name.trim_start_matches('/').split_once(".googleapis.com/") else {
        return Vec::new();
    };
    match service {
        "storage" => vec![
            format!("gs://{path}"),
            format!("{path}.storage.googleapis.com"),
        ],
        "compute" => vec![format!("https://www.googleapis.com/compute/v1/{path}")],
        _ => vec![path.to_owned()],
    }
}

/// Whether the address is one of a private network: those of RFC 1918, 6598, 3927 and 4193, and
/// link-local ones of version 6.
fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            let is_shared = first == 100 && (64..128).contains(&second);
            address.is_private() || address.is_link_local() || address.is_loopback() || is_shared
        }
        IpAddr::V6(address) => {
            let [first, ..] = address.segments();
            address.is_loopback() || first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80
        }
    }
}

fn is_host(text: &str) -> bool {
    let text = text.trim_end_matches('.');
    let Some((_, last)) = text.rsplit_once('.') else {
        return false;
    };
    let is_label = |label: &str| {
        !label.is_empty()
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
    };
    last.len() >= 2
        && last.bytes().all(|b| b.is_ascii_alphabetic())
        && text.split('.').all(is_label)
}

/// A word, a hyphen, and 8 or 17 hexadecimal digits, as EC2 makes ids; or a UUID.
///
/// docs.aws.amazon.com/AWSEC2/latest/UserGuide/resource-ids.html, read 2026-11-21.
fn is_short_id(text: &str) -> bool {
    let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_ec2 = text.rsplit_once('-').is_some_and(|(kind, digits)| {
        matches!(digits.len(), 8 | 17)
            && is_hex(digits)
            && digits.bytes().any(|byte| byte.is_ascii_digit())
            && !kind.is_empty()
            && kind.bytes().all(|b| b.is_ascii_lowercase() || b == b'-')
    });
    is_ec2 || is_uuid(text)
}
