//! A key taken apart: which cloud, which resource, which version of it.

use std::fmt;

use super::arn::{Arn, split_qualifier};
use super::name::{NameKey, Scope};
use super::{KubernetesKey, arn, azure, google, types};

/// What one resource is called in all sources.
///
/// `Display` writes the canonical text, which is what tables hold.
///
/// ```
/// use nepho_core::key::CloudKey;
///
/// let key = CloudKey::parse("https://sqs.eu-west-1.amazonaws.com/111122223333/orders");
/// let text = key.map(|key| key.to_string());
/// assert_eq!(text.as_deref(), Some("arn:aws:sqs:eu-west-1:111122223333:orders"));
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum CloudKey {
    /// A resource of AWS with its ARN.
    Aws(AwsKey),
    /// A resource or scope of Azure: its id in lower case.
    Azure(String),
    /// A resource of Google Cloud: its full name.
    Google(String),
    /// An object in a cluster.
    Kubernetes(KubernetesKey),
    /// A name within account, region and type.
    Name(NameKey),
}

/// An ARN and what is told apart from it.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AwsKey {
    /// The ARN without a qualifier.
    arn: String,
    /// Version or alias of a Lambda function.
    qualifier: Option<String>,
}

impl AwsKey {
    /// Parts of the ARN; `None` for one that is cut short.
    pub fn arn(&self) -> Option<Arn<'_>> {
        Arn::parse(&self.arn)
    }

    /// Version or alias of a Lambda function.
    pub fn qualifier(&self) -> Option<&str> {
        self.qualifier.as_deref()
    }
}

impl CloudKey {
    /// Key of an id in any of its spellings; `None` for short ids and names, which need a scope.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        if let Some(arn) = arn::canonical(text).or_else(|| arn::queue(text)) {
            let (arn, qualifier) = split_qualifier(&arn);
            return Some(Self::Aws(AwsKey {
                arn: arn.to_owned(),
                qualifier: qualifier.map(str::to_owned),
            }));
        }
        if let Some(id) = azure::canonical(text) {
            return Some(Self::Azure(id));
        }
        if let Some(name) = google::full_name(text) {
            return Some(Self::Google(name));
        }
        KubernetesKey::parse(text)
            .map(Self::Kubernetes)
            .or_else(|| NameKey::parse(text).map(Self::Name))
    }

    /// Key of an id or a name of a resource that lies in `scope`.
    ///
    /// What is no full id becomes one where the type tells how (`sg-0a1b` of type
    /// `AWS::EC2::SecurityGroup`, `projects/p/topics/t` of `google_pubsub_topic`) and the scope
    /// knows account and region; otherwise it is a name within the scope. `None` for empty text.
    pub fn within(text: &str, scope: &Scope<'_>) -> Option<Self> {
        let text = text.trim();
        if text.is_empty() {
            return None;
        }
        if let Some(key) = Self::parse(text) {
            return Some(key);
        }
        let built = types::google::full_name(scope.resource_type, text)
            .or_else(|| types::aws::arn(scope.resource_type, text, scope));
        match built.as_deref().and_then(Self::parse) {
            Some(key) => Some(key),
            None => Some(Self::Name(NameKey::new(text, scope))),
        }
    }

    /// Version or alias of a Lambda function that the id named.
    pub fn qualifier(&self) -> Option<&str> {
        match self {
            Self::Aws(key) => key.qualifier(),
            _ => None,
        }
    }

    /// Cloud, in the words of table `resources`.
    pub fn provider(&self) -> &str {
        match self {
            Self::Aws(_) => "aws",
            Self::Azure(_) => "azure",
            Self::Google(_) => "gcp",
            Self::Kubernetes(_) => "kubernetes",
            Self::Name(key) => &key.provider,
        }
    }

    /// Account, subscription or project.
    pub fn account(&self) -> Option<&str> {
        let found = match self {
            Self::Aws(key) => Some(key.arn()?.account),
            Self::Azure(id) => azure::azure_subscription(id),
            Self::Google(name) => google::google_project(name),
            Self::Kubernetes(_) => None,
            Self::Name(key) => Some(key.account.as_str()),
        };
        found.filter(|account| !account.is_empty())
    }

    /// Region, where the key names it. Azure ids never do.
    pub fn region(&self) -> Option<&str> {
        let found = match self {
            Self::Aws(key) => Some(key.arn()?.region),
            Self::Google(name) => ["locations", "regions"]
                .iter()
                .find_map(|word| super::segment_after(name, word)),
            Self::Name(key) => Some(key.region.as_str()),
            Self::Azure(_) | Self::Kubernetes(_) => None,
        };
        found.filter(|region| !region.is_empty())
    }

    /// Whether both may be the same resource: equal, or one of them a name that fits the other in
    /// account, region and type as far as both tell them.
    pub fn may_be(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Name(name), key) | (key, Self::Name(name)) => name.may_be(key),
            (Self::Kubernetes(one), Self::Kubernetes(other)) => one.may_be(other),
            (Self::Aws(one), Self::Aws(other)) => one.arn == other.arn,
            (one, other) => one == other,
        }
    }
}

impl fmt::Display for CloudKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Aws(key) => f.write_str(&key.arn),
            Self::Azure(text) | Self::Google(text) => f.write_str(text),
            Self::Kubernetes(key) => key.fmt(f),
            Self::Name(key) => key.fmt(f),
        }
    }
}
