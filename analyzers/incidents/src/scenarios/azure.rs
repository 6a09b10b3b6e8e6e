//! Rights that are taken away in Azure.

use super::*;
use crate::testing::Call;

const HOME: &str = "azure/5d1c9f0e";
const VAULT: &str =
    "/subscriptions/5d1c9f0e/resourcegroups/shop/providers/microsoft.keyvault/vaults/shop-kv";
const OWN: &str = "7a2e0f51-0c1d-4b6e-9f00-1d2c3b4a5f60";
const OTHER: &str = "0b8c77de-52f1-4b0e-8a33-90aa17c5d2e4";

/// A service is refused a secret from ten o'clock on, after an operation on the access policies of
/// a vault, which names `whose` object id.
fn cause(operation: &str, vault: &str, whose: &str) -> Option<String> {
    let body = format!(
        r#"{{\"properties\": {{\"accessPolicies\": [{{\"objectId\": \"{whose}\",
        \"permissions\": {{\"secrets\": [\"get\"]}}}}]}}}}"#
    );
    let call = Call {
        format: "azure.activity",
        api: "microsoft.keyvault",
        action: "Microsoft.KeyVault/vaults/accessPolicies/write".to_owned(),
        actor: "eve@shop.example".to_owned(),
        resource: format!("{vault}/accessPolicies/{operation}"),
        raw: format!(
            r#"{{"properties": {{"requestbody": "{}"}}}}"#,
            body.replace('\n', "")
        ),
        ..Call::default()
    };
    let story = Story::default()
        .every(HOME, "2024-05-01T09:00:00Z", 4, 900, "web INFO answered")
        .every(
            HOME,
            "2024-05-01T10:00:20Z",
            4,
            60,
            &format!(
                "web ERROR The user, group or application 'appid=5;oid={OWN};iss=x' does not have \
                 secrets get permission on key vault 'shop-kv;location=westeurope'. \
                 https://shop-kv.vault.azure.net/ Status: 403 (Forbidden)"
            ),
        )
        .resource(vault, "microsoft.keyvault/vaults", &[])
        .deed(HOME, "2024-05-01T10:00:00Z", &call, vault);
    story.incidents().remove(0).cause
}

#[test]
fn who_loses_the_access_policy_of_a_key_vault_is_refused() {
    let check = |operation: &str, vault: &str, whose: &str, expected: bool| {
        let found = cause(operation, vault, whose);
        assert_eq!(found.is_some(), expected, "{operation} {vault} {whose}");
    };
    check("remove", VAULT, OWN, true);
    check("replace", VAULT, OWN, true);
    check("remove", VAULT, OTHER, false);
    check("add", VAULT, OWN, false);
    let other = VAULT.replace("shop-kv", "mail-kv");
    check("remove", &other, OWN, false);
}
