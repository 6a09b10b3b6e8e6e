//! Requests to the keys, secrets and certificates of a vault.

use nepho_codec::table::{
    Table, duration, keep, part, resource, source_address, status, text, url,
};
use nepho_core::register;
use nepho_core::tables::Column;

use crate::record::{Family, FamilyFormat, details, parts};

register!(Component {
    kind: Kind::Format,
    name: NAME,
    summary: "Azure Key Vault and Managed HSM: requests to keys, secrets and certificates",
    permissions: &[
        "Microsoft.Insights/diagnosticSettings/read",
        "Microsoft.Storage/storageAccounts/blobServices/containers/blobs/read"
    ],
    make: Make::Format(|| Box::new(FamilyFormat(&FAMILY))),
});

const NAME: &str = "azure.key_vault";

/// The family.
pub(super) static FAMILY: Family = Family {
    namespaces: &["Microsoft.KeyVault"],
    extras: &[
        ("vaultUri", "vault"),
        ("keyProperties.type", "key_type"),
        ("isAccessPolicyMatch", "access_policy_match"),
        ("addrAuthType", "network"),
        ("tlsVersion", "tls_version"),
        ("trustedService", "trusted_service"),
    ],
    ..Family::new(NAME, &CATEGORIES, &TABLE)
};

const CATEGORIES: [&str; 4] = [
    "AuditEvent",
    "AzurePolicyEvaluationDetails",
    "AZKVAuditLogs",
    "AZKVPolicyEvaluationDetailsLogs",
];

static TABLE: Table = Table {
    name: NAME,
    needs: &[],
    constants: &[],
    fields: &[
        status(&["httpStatusCode", "httpStatusCode_d"]),
        source_address(&["callerIpAddress"]),
        text(&["clientInfo"], Column::UserAgent),
        url(&["requestUri"]),
        resource(&["id"]),
        duration(&["durationMs"], 1e6),
        part(
            &[
                "identity.claim.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/upn",
                "identity.claim.upn",
                "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_upn",
                "identity_claim_upn",
                "identity.claim.http://schemas.xmlsoap.org/ws/2005/05/identity/claims/name",
                "identity.claim.unique_name",
                "identity_claim_http_schemas_xmlsoap_org_ws_2005_05_identity_claims_name",
                "identity_claim_unique_name",
                "identity.claim.appid",
                "identity_claim_appid",
                "identity.claim.oid",
                "identity_claim_oid",
                "identity.claim.http://schemas.microsoft.com/identity/claims/objectidentifier",
                "identity_claim_http_schemas_microsoft_com_identity_claims_objectidentifier",
            ],
            Column::Actor,
            parts::plain,
        ),
        text(&["correlationId"], Column::RequestId),
        keep(&["resultSignature"], details::RESULT),
    ],
    extras: &[],
    finish: None,
};
