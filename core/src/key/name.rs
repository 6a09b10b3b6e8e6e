//! Names that are unique in an account, a region and a type at most.

use std::fmt;

use super::{Arn, CloudKey, azure_type, short_name, types};

/// Where a name holds. Fields that are empty are unknown.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Scope<'a> {
    /// `aws`, `azure`, `gcp`, `kubernetes`.
    pub provider: &'a str,
    /// Account, subscription or project.
    pub account: &'a str,
    /// Region.
    pub region: &'a str,
    /// Type in the words of any tool: `aws_autoscaling_group`, `AWS::EC2::Instance`.
    pub resource_type: &'a str,
}

/// A name within its scope.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NameKey {
    /// `aws`, `azure`, `gcp`, or empty.
    pub provider: String,
    /// Account, subscription or project; empty when unknown.
    pub account: String,
    /// Region; empty when unknown or none.
    pub region: String,
    /// Type in the words of its tool; empty when unknown.
    pub resource_type: String,
    /// The name.
    pub name: String,
}

impl NameKey {
    const SCHEME: &'static str = "name://";

    pub(super) fn new(name: &str, scope: &Scope<'_>) -> Self {
        Self {
            provider: scope.provider.to_owned(),
            account: scope.account.to_owned(),
            region: scope.region.to_owned(),
            resource_type: scope.resource_type.to_owned(),
            name: name.to_owned(),
        }
    }

    /// Key from its text; the name may contain slashes.
    pub fn parse(text: &str) -> Option<Self> {
        let mut parts = text.strip_prefix(Self::SCHEME)?.splitn(5, '/');
        let mut next = || parts.next().map(str::to_owned);
        let key = Self {
            provider: next()?,
            account: next()?,
            region: next()?,
            resource_type: next()?,
            name: next()?,
        };
        (!key.name.is_empty()).then_some(key)
    }

    /// Whether the key may be of the resource with this name: name, cloud, account, region and
    /// type agree as far as both tell them. A name without a type fits no full id.
    pub fn may_be(&self, key: &CloudKey) -> bool {
        if let CloudKey::Name(other) = key {
            return self.name == other.name
                && agree(&self.provider, &other.provider)
                && agree(&self.account, &other.account)
                && agree(&self.region, &other.region)
                && types_agree(&self.resource_type, &other.resource_type);
        }
        agree(&self.provider, key.provider())
            && agree(&self.account, key.account().unwrap_or_default())
            && agree(&self.region, key.region().unwrap_or_default())
            && self.is_name_of(key)
    }

    fn is_name_of(&self, key: &CloudKey) -> bool {
        let text = key.to_string();
        let is_name = match key {
            CloudKey::Azure(_) => short_name(&text).eq_ignore_ascii_case(&self.name),
            _ => {
                let end = text.strip_suffix(self.name.as_str());
                end.is_some_and(|rest| rest.ends_with(['/', ':']))
            }
        };
        is_name && type_fits(&self.resource_type, &text)
    }
}

impl fmt::Display for NameKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self {
            provider,
            account,
            region,
            resource_type,
            name,
        } = self;
        write!(
            f,
            "{}{provider}/{account}/{region}/{resource_type}/{name}",
            Self::SCHEME
        )
    }
}

/// Whether two facts agree: equal, or one of them unknown.
fn agree(one: &str, other: &str) -> bool {
    one.is_empty() || other.is_empty() || one.eq_ignore_ascii_case(other)
}

/// Whether two types of different tools may be the same: `aws_sns_topic` and `AWS::SNS::Topic`.
fn types_agree(one: &str, other: &str) -> bool {
    if one.is_empty() || other.is_empty() {
        return false;
    }
    let (one, other) = (types::word(one), types::word(other));
    one.ends_with(&other) || other.ends_with(&one)
}

/// Whether a full id is one of a resource of this type.
fn type_fits(resource_type: &str, id: &str) -> bool {
    if resource_type.is_empty() {
        return false;
    }
    if let Some(arn) = Arn::parse(id) {
        if let Some(pattern) = types::aws::pattern(resource_type) {
            return pattern.fits(&arn);
        }
        let kind = arn.resource.split(['/', ':']).next().unwrap_or_default();
        return types_agree(resource_type, kind);
    }
    if let Some(kind) = azure_type(id) {
        return match types::azure::arm_type(resource_type) {
            Some(known) => known.eq_ignore_ascii_case(&kind),
            None => types_agree(resource_type, &kind),
        };
    }
    if let Some(fits) = types::google::fits(resource_type, id) {
        return fits;
    }
    let mut ends = id.rsplit('/').skip(1);
    ends.next()
        .is_some_and(|collection| types_agree(resource_type, collection))
}
