//! Who makes a call of a cloud, as audit rows tell it.

use nepho_core::key;
use nepho_core::tables::{Column, LogsView};

use super::rights::kubernetes;

/// Claim of a token that tells the object id of whoever it was given to:
/// learn.microsoft.com/azure/azure-monitor/platform/activity-log-schema (read 2026-11-29).
const OBJECT_ID: &str = "http://schemas.microsoft.com/identity/claims/objectidentifier";

/// Somebody who calls a cloud.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Principal {
    /// Canonical id of a role or user of AWS, address of mail, or what else the cloud calls it.
    pub id: String,
    /// Ids that other records have for it.
    pub others: Vec<String>,
    /// Groups of a cluster that it is in.
    pub groups: Vec<String>,
    /// What a person calls it.
    pub name: String,
}

impl Principal {
    /// Whoever made the call that an audit row tells of; `None` for the cloud itself, and where
    /// nobody is told.
    pub(crate) fn of(view: &LogsView<'_>, row: usize) -> Option<Self> {
        let actor = view.text(Column::Actor, row)?;
        let raw = || view.text(Column::Raw, row).unwrap_or_default();
        let api = view.text(Column::Service, row).unwrap_or_default();
        if kubernetes::is_of_cluster(api, view.text(Column::Format, row)) {
            return Some(Self::of_cluster(
                &kubernetes::cluster(view, row),
                actor,
                raw(),
            ));
        }
        match view.text(Column::Provider, row)? {
            "aws" => Self::of_aws(actor, raw()),
            "azure" => Some(Self {
                id: actor.to_lowercase(),
                others: field(raw(), OBJECT_ID)
                    .map(str::to_lowercase)
                    .into_iter()
                    .collect(),
                groups: Vec::new(),
                name: actor.to_owned(),
            }),
            "gcp" => actor.contains('@').then(|| Self {
                id: actor.to_lowercase(),
                others: Vec::new(),
                groups: Vec::new(),
                name: actor.to_owned(),
            }),
            _ => None,
        }
    }

    /// A user or service account of a cluster, with the groups that the event tells and who it is
    /// in the cloud: the address of mail that GKE has, the ARN that EKS has
    /// (docs.aws.amazon.com/eks/latest/userguide/control-plane-logs.html, read 2026-11-29).
    fn of_cluster(cluster: &str, actor: &str, raw: &str) -> Self {
        let account = actor.strip_prefix("system:serviceaccount:");
        let groups = texts(raw, "groups");
        let groups = groups.iter().map(|name| kubernetes::group(cluster, name));
        let mail = actor.contains('@').then(|| actor.to_lowercase());
        Self {
            id: kubernetes::subject(cluster, actor),
            others: mail.into_iter().chain(texts(raw, "canonicalArn")).collect(),
            groups: groups.collect(),
            name: match account {
                Some(account) => format!("serviceaccount/{}", account.replacen(':', "/", 1)),
                None => actor.to_owned(),
            },
        }
    }

    /// A session of a role is the role, and what a user gave a token to is the user:
    /// docs.aws.amazon.com/awscloudtrail/latest/userguide/cloudtrail-event-reference-user-identity.html
    /// (read 2026-11-29).
    fn of_aws(actor: &str, raw: &str) -> Option<Self> {
        let arn = key::Arn::parse(actor)?;
        let issuer = |kind: &str| {
            let (_, rest) = raw.split_once("\"sessionIssuer\"")?;
            field(rest, "arn").filter(|told| told.contains(kind))
        };
        let id = match arn.resource.split_once('/') {
            Some(("assumed-role", session)) => {
                let role = session.split('/').next()?;
                // The session does not tell the path of the role.
                issuer(":role/").map_or_else(
                    || format!("arn:{}:iam::{}:role/{role}", arn.partition, arn.account),
                    str::to_owned,
                )
            }
            Some(("federated-user", _)) => issuer(":user/").unwrap_or(actor).to_owned(),
            _ => actor.to_owned(),
        };
        let name = key::Arn::parse(&id)?.resource.to_owned();
        Some(Self {
            id,
            others: Vec::new(),
            groups: Vec::new(),
            name,
        })
    }
}

/// Texts of the first list of a name in JSON.
fn texts(json: &str, name: &str) -> Vec<String> {
    let list = json
        .split_once(&format!("\"{name}\""))
        .and_then(|(_, rest)| {
            let rest = rest.trim_start().strip_prefix(':')?;
            let mut values = serde_json::Deserializer::from_str(rest).into_iter::<Vec<String>>();
            values.next()?.ok()
        });
    list.unwrap_or_default()
}

/// Text of the first field of a name in JSON.
pub(super) fn field<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let (_, rest) = json.split_once(&format!("\"{name}\""))?;
    let rest = rest.trim_start().strip_prefix(':')?.trim_start();
    rest.strip_prefix('"')?.split('"').next()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_session_of_a_role_is_the_role() {
        let check = |actor: &str, raw: &str, id: &str, name: &str| {
            let found = Principal::of_aws(actor, raw).unwrap();
            assert_eq!((&*found.id, &*found.name), (id, name));
        };
        let session = "arn:aws:sts::111122223333:assumed-role/orders/i-1";
        let role = "arn:aws:iam::111122223333:role/orders";
        check(session, "{}", role, "role/orders");
        let raw = r#"{"userIdentity": {"arn": "x", "sessionContext": {"sessionIssuer": {"type": "Role",
            "arn": "arn:aws:iam::111122223333:role/shop/orders"}}}}"#;
        check(
            session,
            raw,
            "arn:aws:iam::111122223333:role/shop/orders",
            "role/shop/orders",
        );
        let user = "arn:aws:iam::111122223333:user/amit";
        let raw = format!(r#"{{"sessionIssuer": {{"type": "IAMUser", "arn": "{user}"}}}}"#);
        let token = "arn:aws:sts::111122223333:federated-user/report-7";
        check(token, &raw, user, "user/amit");
        check(user, "{}", user, "user/amit");
        assert_eq!(Principal::of_aws("lambda.amazonaws.com", "{}"), None);
    }

    #[test]
    fn who_calls_a_cluster_is_somebody_in_the_cloud() {
        let role = "arn:aws:iam::111122223333:role/dev";
        let raw = format!(
            r#"{{"user": {{"groups": ["devs"], "extra": {{"canonicalArn": ["{role}"]}}}}}}"#
        );
        let found = Principal::of_cluster("prod", "mona@shop.example", &raw);
        assert_eq!(found.others, ["mona@shop.example", role]);
        assert_eq!(found.groups, [kubernetes::group("prod", "devs")]);
        let account = Principal::of_cluster("prod", "system:serviceaccount:shop:web", "{}");
        assert_eq!(account.name, "serviceaccount/shop/web");
        assert_eq!(account.id, "k8s://prod//serviceaccount/shop/web");
    }

    #[test]
    fn claims_tell_the_object_id() {
        let raw = format!(r#"{{"claims": {{"aio": "x", "{OBJECT_ID}" : "0A1B"}}}}"#);
        assert_eq!(field(&raw, OBJECT_ID), Some("0A1B"));
        assert_eq!(field("{}", OBJECT_ID), None);
    }
}
