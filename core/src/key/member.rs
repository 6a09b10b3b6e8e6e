//! Whom policies name, as far as these are resources.
//!
//! cloud.google.com/iam/docs/principal-identifiers and
//! docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html, read
//! 2026-11-29.

use super::{Arn, canonical, google_name, kubernetes};

/// Whom a policy of AWS names by ARN or as an account: a user, a role, of a session its role, the
/// account as a whole. `None` for everybody, for patterns, for services and providers.
pub fn aws_principal(value: &str) -> Option<String> {
    if value.len() == 12 && value.bytes().all(|byte| byte.is_ascii_digit()) {
        return Some(format!("arn:aws:iam::{value}:root"));
    }
    let arn = Arn::parse(value).filter(|_| !value.contains(['*', '?', '$']))?;
    if let Some(session) = arn.resource.strip_prefix("assumed-role/") {
        let name = session.split('/').next()?;
        let (partition, account) = (arn.partition, arn.account);
        return Some(format!("arn:{partition}:iam::{account}:role/{name}"));
    }
    (arn.service == "iam").then(|| canonical(value))
}

/// What a member of a policy is, if it is a resource: the address of mail of a service account, the
/// id of a pool of identities of others, or of a service account of a cluster. `None` for people,
/// groups, what Google itself acts as, and everybody.
pub fn google_member(value: &str) -> Option<String> {
    if let Some(email) = value.strip_prefix("serviceAccount:") {
        // `PROJECT.svc.id.goog[NAMESPACE/NAME]`
        if let Some((_, inner)) = email.split_once(".svc.id.goog[") {
            let (namespace, name) = inner.strip_suffix(']')?.split_once('/')?;
            return kubernetes_service_account(namespace, name);
        }
        // What Google itself acts as.
        let is_agent = email.contains("@gcp-sa-");
        return (!is_agent && email.contains('@')).then(|| email.to_owned());
    }
    let rest = value
        .strip_prefix("principal://")
        .or_else(|| value.strip_prefix("principalSet://"))?;
    let ends = ["/subject/", "/group/", "/attribute.", "/*"];
    let end = ends.iter().filter_map(|end| rest.find(end)).min()?;
    let pool = rest.get(..end)?;
    if pool.ends_with(".svc.id.goog") {
        // `.../PROJECT.svc.id.goog/subject/ns/NAMESPACE/sa/NAME`
        let (_, own) = rest.split_once("/subject/ns/")?;
        let (namespace, name) = own.split_once("/sa/")?;
        return kubernetes_service_account(namespace, name);
    }
    let is_pool = pool.contains("/workloadIdentityPools/") || pool.contains("/workforcePools/");
    is_pool.then(|| format!("//{pool}"))
}

/// Full name of a service account of Google Cloud by its address of mail, where this tells the
/// project.
pub fn google_service_account(email: &str) -> Option<String> {
    let (_, host) = email.split_once('@')?;
    let project = host.strip_suffix(".iam.gserviceaccount.com")?;
    google_name(
        "iam",
        &format!("projects/{project}/serviceAccounts/{email}"),
    )
}

/// Id of a service account of a cluster by its names, if they are such.
pub fn kubernetes_service_account(namespace: &str, name: &str) -> Option<String> {
    let is_name = |text: &str| {
        let fits = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'.');
        !text.is_empty() && text.bytes().all(fits)
    };
    (is_name(namespace) && is_name(name))
        .then(|| kubernetes("", "", "ServiceAccount", namespace, name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn members_of_google_are_accounts_and_pools() {
        let check = |value: &str, expected: Option<&str>| {
            assert_eq!(google_member(value).as_deref(), expected, "{value}");
        };
        let mail = "mail@shop.iam.gserviceaccount.com";
        check(&format!("serviceAccount:{mail}"), Some(mail));
        let web = kubernetes("", "", "ServiceAccount", "shop", "web");
        check("serviceAccount:p.svc.id.goog[shop/web]", Some(&web));
        let pool = "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/aws";
        let full = format!("//{pool}");
        for end in ["subject/x", "attribute.aws_role/r", "*", "group/g"] {
            check(&format!("principalSet://{pool}/{end}"), Some(&full));
        }
        let own =
            "iam.googleapis.com/projects/1/locations/global/workloadIdentityPools/p.svc.id.goog";
        let of_cluster = format!("principal://{own}/subject/ns/shop/sa/web");
        check(&of_cluster, Some(&web));
        for nobody in [
            "user:a@example.com",
            "group:all@example.com",
            "allUsers",
            "deleted:serviceAccount:mail@shop.iam.gserviceaccount.com?uid=1",
            "serviceAccount:service-1@gcp-sa-pubsub.iam.gserviceaccount.com",
        ] {
            check(nobody, None);
        }
    }

    #[test]
    fn the_mail_of_a_service_account_tells_its_project() {
        let mail = "mail@shop.iam.gserviceaccount.com";
        let full = format!("//iam.googleapis.com/projects/shop/serviceAccounts/{mail}");
        assert_eq!(google_service_account(mail), Some(full));
        assert_eq!(
            google_service_account("1-compute@developer.gserviceaccount.com"),
            None
        );
    }
}
