//! Accounts of clouds, as ids of resources and rows of logs tell them.

use nepho_core::key;

/// Account, subscription or project of a cloud.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Account {
    cloud: &'static str,
    name: String,
}

impl Account {
    /// The account that the id of a resource names.
    pub(crate) fn of_id(id: &str) -> Option<Self> {
        let (cloud, name) = if let Some(arn) = key::Arn::parse(id) {
            ("aws", arn.account)
        } else if let Some(subscription) = key::azure_subscription(id) {
            ("azure", subscription)
        } else {
            ("gcp", key::google_project(id)?)
        };
        Self::new(cloud, name)
    }

    /// The account of a clock domain, `aws/111122223333`; none where it has no such form: rows may
    /// name a tenant or a folder instead.
    pub(crate) fn of_domain(name: &str) -> Option<Self> {
        let (cloud, name) = name.split_once('/')?;
        let is_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_hex = |part: &str| part.bytes().all(|byte| byte.is_ascii_hexdigit());
        match cloud {
            "aws" if name.len() == 12 && is_digits(name) => Self::new("aws", name),
            "azure" if name.len() == 36 && name.split('-').all(is_hex) => Self::new("azure", name),
            "gcp" if !name.contains('/') => Self::new("gcp", name),
            _ => None,
        }
    }

    fn new(cloud: &'static str, name: &str) -> Option<Self> {
        let name = name.to_ascii_lowercase();
        (!name.is_empty()).then_some(Self { cloud, name })
    }

    /// Whether it is of Google Cloud.
    pub(crate) fn is_of_google(&self) -> bool {
        self.cloud == "gcp"
    }

    /// Name of the account, in lower case.
    pub(crate) fn name(&self) -> &str {
        &self.name
    }

    /// Whether some of these accounts are of the same cloud, and all of those others.
    pub(crate) fn is_away(&self, homes: &[Self]) -> bool {
        let mut of_cloud = homes
            .iter()
            .filter(|home| home.cloud == self.cloud)
            .peekable();
        of_cloud.peek().is_some() && !of_cloud.any(|home| self.may_be(home))
    }

    /// Whether two accounts of a cloud may be one: a project of Google Cloud has a name and a
    /// number.
    fn may_be(&self, other: &Self) -> bool {
        let is_number = |name: &str| name.bytes().all(|byte| byte.is_ascii_digit());
        self.name == other.name
            || self.is_of_google() && is_number(&self.name) != is_number(&other.name)
    }
}

#[cfg(test)]
mod tests {
    use super::Account;

    #[test]
    fn an_account_is_away_from_others_of_its_cloud() {
        let check = |domains: &[&str], id: &str, expected: bool| {
            let homes: Vec<Account> = domains
                .iter()
                .copied()
                .filter_map(Account::of_domain)
                .collect();
            let account = Account::of_id(id).unwrap();
            assert_eq!(account.is_away(&homes), expected, "{domains:?} {id}");
        };
        let function = "arn:aws:lambda:eu-west-1:444455556666:function:orders";
        check(&["aws/444455556666"], function, false);
        check(&["aws/111122223333"], function, true);
        check(&["aws/111122223333", "aws/444455556666"], function, false);
        // Neither another cloud nor what is no account tells where it lies.
        check(&["gcp/shop-prod"], function, false);
        check(&["aws/ledger"], function, false);
        let topic = "//pubsub.googleapis.com/projects/shop-dev/topics/orders";
        check(&["gcp/shop-dev"], topic, false);
        check(&["gcp/shop-prod"], topic, true);
        check(&["gcp/123456789012"], topic, false);
        let group = "/subscriptions/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab/resourcegroups/g";
        check(
            &["azure/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab"],
            group,
            false,
        );
        check(&["azure/6d1c9f0e-7a2b-4c3d-8e4f-0123456789ab"], group, true);
    }
}
