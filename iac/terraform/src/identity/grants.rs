//! Who may act as whom, and on what: trust between accounts and clouds, and members of policies.
//!
//! An edge runs from whoever is permitted to what it may use: from an identity provider to the role
//! that trusts it, from the role to a bucket. Who is meant stands in each cloud in words of its
//! own.

use nepho_core::key::{self, Arn};
use nepho_iac_common::text;

/// How an attribute names who is permitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Who {
    /// The resource itself.
    Itself,
    /// A principal of AWS: ARN, account, or host of a provider that AWS knows.
    Principal,
    /// An account of AWS by its id.
    Account,
    /// An issuer of tokens by its URL.
    Issuer,
    /// The subject of tokens, if it is a service account of a cluster.
    Subject,
    /// A member of a policy of Google Cloud.
    Member,
    /// A member of a policy of Google Cloud that is a role of AWS behind a pool.
    RoleOfAws,
    /// An identity of Azure by its object id.
    Object,
    /// A resource by its id, or by its name where its type begins so.
    Named(&'static str),
}

use Who::{Account, Issuer, Itself, Member, Named, Object, Principal, RoleOfAws, Subject};

/// A permission that a resource gives.
pub(crate) struct Grant {
    /// Type of the resource; `*` stands for any text.
    types: &'static str,
    /// Attribute that names who is permitted; empty for the resource itself.
    pub(crate) from: &'static str,
    pub(crate) who: Who,
    /// Attribute that names what may be used; empty for the resource itself, [`PARENT`] for what
    /// it is a facet of.
    pub(crate) to: &'static str,
}

/// Stands for the parent of the resource.
pub(crate) const PARENT: &str = "^";

const fn grant(types: &'static str, from: &'static str, who: Who, to: &'static str) -> Grant {
    Grant {
        types,
        from,
        who,
        to,
    }
}

/// Permissions by the type of the resource that gives them.
#[rustfmt::skip]
const GRANTS: [Grant; 40] = [
    grant("aws_iam_role", "assume_role_policy.Principal", Principal, ""),
    grant("aws_iam_role", "assume_role_policy.Subject", Subject, ""),
    grant("aws_iam_openid_connect_provider", "url", Issuer, ""),
    grant("aws_iam_saml_provider", "saml_metadata_document.entityID", Issuer, ""),
    grant("google_iam_workload_identity_pool_provider", "aws.account_id", Account, ""),
    grant("google_iam_workload_identity_pool_provider", "oidc.issuer_uri", Issuer, ""),
    grant("google_iam_workload_identity_pool_provider", "saml.idp_metadata_xml.entityID", Issuer, ""),
    grant("google_iam_workload_identity_pool_provider", "", Itself, PARENT),
    grant("google_*_iam_member", "member", Member, PARENT),
    grant("google_*_iam_member", "member", RoleOfAws, PARENT),
    grant("google_*_iam_binding", "members", Member, PARENT),
    grant("google_*_iam_binding", "members", RoleOfAws, PARENT),
    grant("google_*_iam_policy", "policy_data.members", Member, PARENT),
    grant("google_*_iam_policy", "policy_data.members", RoleOfAws, PARENT),
    // Policies of an identity name resources, those of a resource name principals.
    grant("aws_iam_role", "", Itself, "inline_policy.policy.Resource"),
    grant("aws_iam_role_policy", "role", Named("aws_iam_role"), "policy.Resource"),
    grant("aws_iam_user_policy", "user", Named("aws_iam_user"), "policy.Resource"),
    grant("aws_iam_group_policy", "group", Named("aws_iam_group"), "policy.Resource"),
    grant("aws_iam_policy", "", Itself, "policy.Resource"),
    grant("aws_s3_bucket_policy", "policy.Principal", Principal, PARENT),
    grant("aws_sqs_queue_policy", "policy.Principal", Principal, PARENT),
    grant("aws_sns_topic_policy", "policy.Principal", Principal, PARENT),
    grant("aws_kms_key_policy", "policy.Principal", Principal, PARENT),
    grant("aws_secretsmanager_secret_policy", "policy.Principal", Principal, PARENT),
    grant("aws_ecr_repository_policy", "policy.Principal", Principal, PARENT),
    grant("aws_s3_bucket", "policy.Principal", Principal, ""),
    grant("aws_sqs_queue", "policy.Principal", Principal, ""),
    grant("aws_sns_topic", "policy.Principal", Principal, ""),
    grant("aws_kms_key", "policy.Principal", Principal, ""),
    grant("aws_secretsmanager_secret", "policy.Principal", Principal, ""),
    grant("aws_opensearch_domain", "access_policies.Principal", Principal, ""),
    grant("aws_elasticsearch_domain", "access_policies.Principal", Principal, ""),
    grant("aws_lambda_permission", "source_arn", Named(""), PARENT),
    grant("azurerm_role_assignment", "principal_id", Object, "scope"),
    grant("azurerm_federated_identity_credential", "issuer", Issuer, "parent_id"),
    grant("azurerm_federated_identity_credential", "issuer", Issuer, "user_assigned_identity_id"),
    grant("azurerm_federated_identity_credential", "subject", Subject, "parent_id"),
    grant("azurerm_federated_identity_credential", "subject", Subject, "user_assigned_identity_id"),
    grant("azuread_application_federated_identity_credential", "issuer", Issuer, "application_id"),
    grant("azuread_application_federated_identity_credential", "subject", Subject, "application_id"),
];

/// Attributes that name the role which is given.
const ROLES: [&str; 2] = ["role", "role_definition_name"];

/// Paths that are read for permissions.
pub(super) fn paths() -> impl Iterator<Item = &'static str> {
    let ends = GRANTS.iter().flat_map(|grant| [grant.from, grant.to]);
    let ends = ends.filter(|path| !path.is_empty() && *path != PARENT);
    ends.chain(ROLES)
}

/// Permissions that resources of this type give.
pub(crate) fn of_type(resource_type: &str) -> impl Iterator<Item = &'static Grant> {
    let fits = move |types: &str| match types.split_once('*') {
        Some((start, end)) => {
            let rest = resource_type.strip_prefix(start);
            rest.is_some_and(|rest| rest.len() > end.len() && rest.ends_with(end))
        }
        None => types == resource_type,
    };
    GRANTS.iter().filter(move |grant| fits(grant.types))
}

impl Grant {
    /// Attribute that names the role which is given.
    pub(crate) fn role(&self) -> Option<&'static str> {
        let [google, azure] = ROLES;
        match self.who {
            Member | RoleOfAws => Some(google),
            Object => Some(azure),
            _ => None,
        }
    }
}

impl Who {
    /// The key or word that `value` means; `None` for what is no resource: people, groups, services
    /// of the cloud, everybody.
    pub(crate) fn word(self, value: &str) -> Option<String> {
        match self {
            Itself => None,
            Principal => principal(value),
            Account => is_account(value).then(|| account(value)),
            Issuer => issuer(value),
            Subject => subject(value),
            Member => key::google_member(value),
            RoleOfAws => role_of_aws(value),
            Object => Some(value.to_owned()),
            Named(_) => (!value.contains(['*', '?'])).then(|| value.to_owned()),
        }
    }
}

fn is_account(text: &str) -> bool {
    text.len() == 12 && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// ARN that stands for all of an account.
///
/// docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html, read
/// 2026-11-29.
fn account(id: &str) -> String {
    format!("arn:aws:iam::{id}:root")
}

/// Whether a key is that of an account as a whole.
pub(crate) fn account_of(key: &str) -> Option<&str> {
    let arn = Arn::parse(key).filter(|arn| arn.service == "iam" && arn.resource == "root")?;
    Some(arn.account)
}

/// A principal of a policy of AWS: the session of a role is the role.
pub(super) fn principal(value: &str) -> Option<String> {
    if is_account(value) || Arn::parse(value).is_some() {
        return key::aws_principal(value);
    }
    text::host(value).filter(|_| !value.ends_with(".amazonaws.com"))
}

/// An issuer of tokens without scheme and last slash, as one word: the host, and the path where
/// several share the host. An issuer that Google runs for a cluster is the cluster.
pub(super) fn issuer(url: &str) -> Option<String> {
    let canonical = key::canonical(url);
    if canonical.starts_with("//") {
        return Some(canonical);
    }
    let rest = url.split_once("://").map_or(url, |(_, rest)| rest);
    let rest = rest.split(['?', '#']).next()?.trim_end_matches('/');
    let (_, path) = rest.split_once('/').unwrap_or((rest, ""));
    let host = text::host(rest)?;
    match path {
        "" => Some(host),
        path => Some(format!("{host}/{path}")),
    }
}

/// The service account of a cluster in the subject of its tokens:
/// `system:serviceaccount:NAMESPACE:NAME`.
///
/// kubernetes.io/docs/reference/access-authn-authz/authentication, read 2026-11-29.
fn subject(value: &str) -> Option<String> {
    let (namespace, name) = value
        .strip_prefix("system:serviceaccount:")?
        .split_once(':')?;
    key::kubernetes_service_account(namespace, name)
}

/// The role of AWS that a member of a pool is, by the attribute that providers for AWS map:
/// `.../attribute.aws_role/arn:aws:sts::111122223333:assumed-role/NAME`.
///
/// cloud.google.com/iam/docs/workload-identity-federation-with-other-clouds, read 2026-11-29.
fn role_of_aws(value: &str) -> Option<String> {
    let (pool, role) = value.split_once("/arn:")?;
    let is_role = pool.ends_with("/attribute.aws_role") || pool.ends_with("/subject");
    principal(&format!("arn:{role}")).filter(|_| is_role)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(who: Who, value: &str, expected: Option<&str>) {
        assert_eq!(who.word(value).as_deref(), expected, "{value}");
    }

    #[test]
    fn principals_of_aws_are_users_roles_providers_and_accounts() {
        let role = "arn:aws:iam::111122223333:role/deploy";
        check(Principal, role, Some(role));
        let session = "arn:aws:sts::111122223333:assumed-role/deploy/run-7";
        check(Principal, session, Some(role));
        let account = "arn:aws:iam::111122223333:root";
        check(Principal, "111122223333", Some(account));
        check(Principal, account, Some(account));
        check(Account, "111122223333", Some(account));
        check(Account, "11112222", None);
        check(
            Principal,
            "accounts.google.com",
            Some("accounts.google.com"),
        );
        for nobody in [
            "*",
            "lambda.amazonaws.com",
            "arn:aws:iam::*:role/x",
            "AIDAEXAMPLE",
        ] {
            check(Principal, nobody, None);
        }
    }

    #[test]
    fn issuers_that_share_a_host_are_told_apart() {
        let host = "token.actions.githubusercontent.com";
        check(Issuer, &format!("https://{host}"), Some(host));
        check(Issuer, host, Some(host));
        let cluster = "oidc.eks.eu-west-1.amazonaws.com/id/0A1B2C3D4E5F";
        check(Issuer, &format!("https://{cluster}"), Some(cluster));
        let tenant = "sts.windows.net/0a1b2c3d-0000-4000-8000-000000000009";
        check(Issuer, &format!("https://{tenant}/"), Some(tenant));
        check(
            Issuer,
            "https://container.googleapis.com/v1/projects/p/locations/l/clusters/c",
            Some("//container.googleapis.com/projects/p/locations/l/clusters/c"),
        );
        check(Issuer, "https://", None);
    }

    #[test]
    fn subjects_and_roles_behind_pools_are_told() {
        let web = key::kubernetes("", "", "ServiceAccount", "shop", "web");
        check(Subject, "system:serviceaccount:shop:web", Some(&web));
        check(Member, "serviceAccount:p.svc.id.goog[shop/web]", Some(&web));
        let pool = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws";
        let role = "arn:aws:sts::111122223333:assumed-role/mailer";
        let of_role = format!("principalSet://{pool}/attribute.aws_role/{role}");
        let mailer = "arn:aws:iam::111122223333:role/mailer";
        check(RoleOfAws, &of_role, Some(mailer));
        check(RoleOfAws, &format!("principalSet://{pool}/*"), None);
        check(Subject, "repo:shop/infra:ref:refs/heads/main", None);
        check(Subject, "system:serviceaccount:shop:*", None);
    }
}
