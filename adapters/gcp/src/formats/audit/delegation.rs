//! Who acted as a service account, and with which key.
//!
//! Source: cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog,
//! "ServiceAccountDelegationInfo", as of 2026-11-28.

use nepho_codec::json::fields::elements;
use nepho_codec::json::{JsonFields, unescape};

/// Where the vendor and Log Analytics have what is told of the caller.
const CALLERS: [&str; 2] = [
    "protoPayload.authenticationInfo",
    "proto_payload.audit_log.authentication_info",
];

/// Gives `delegated_by`, one for each account in the chain, the first asker first, and `key`.
pub(super) fn extras(fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    let caller = CALLERS.iter().find_map(|path| fields.raw(path));
    let Some(caller) = caller.and_then(|caller| JsonFields::parse(caller).ok()) else {
        return;
    };
    let first = |names: [&str; 2]| names.into_iter().find_map(|name| caller.raw(name));
    let chain = first([
        "serviceAccountDelegationInfo",
        "service_account_delegation_info",
    ]);
    let chain = elements(chain.unwrap_or_default());
    let names: Vec<_> = chain.into_iter().filter_map(delegate).collect();
    if !names.is_empty() {
        found("delegated_by", &unescape(&names.join(" ")));
    }
    let key = ["serviceAccountKeyName", "service_account_key_name"];
    if let Some(key) = key.into_iter().find_map(|name| caller.text(name)) {
        // `//iam.googleapis.com/projects/p/serviceAccounts/a/keys/k`
        let key = unescape(key);
        found("key", key.rsplit('/').next().unwrap_or(&key));
    }
}

/// Name of one account in the chain: its address, or else its subject.
fn delegate(object: &str) -> Option<&str> {
    let fields = JsonFields::parse(object).ok()?;
    let paths = [
        "firstPartyPrincipal.principalEmail",
        "first_party_principal.principal_email",
        "principalSubject",
        "principal_subject",
    ];
    paths.iter().find_map(|path| {
        let name = fields.raw(path)?;
        name.strip_prefix('"')?.strip_suffix('"')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_chain_of_accounts_is_told() {
        let text = r#"{"protoPayload":{"authenticationInfo":{"serviceAccountKeyName":"//iam.googleapis.com/projects/p/serviceAccounts/a/keys/k1","serviceAccountDelegationInfo":[{"principalSubject":"principal://iam.googleapis.com/x"},{"firstPartyPrincipal":{"principalEmail":"b@p.iam.gserviceaccount.com"}}]}}}"#;
        let mut told = Vec::new();
        let fields = JsonFields::parse(text).expect("an object");
        extras(&fields, &mut |name, value| {
            told.push(format!("{name}={value}"))
        });
        assert_eq!(
            told,
            [
                "delegated_by=principal://iam.googleapis.com/x b@p.iam.gserviceaccount.com",
                "key=k1"
            ]
        );
    }
}
