//! Type tokens: `aws:ec2/securityGroup:SecurityGroup` is package, module and name.

/// Packages whose resources live in the state or on the machine that ran Pulumi. Their ids identify
/// nothing in a cloud, and that of a random string is a generated secret.
const LOGICAL: [&str; 13] = [
    "pulumi",
    "random",
    "tls",
    "null",
    "time",
    "command",
    "local",
    "archive",
    "external",
    "http",
    "std",
    "template",
    "synced-folder",
];

/// Package of a type: `aws`.
pub(super) fn package(kind: &str) -> &str {
    kind.split(':').next().unwrap_or(kind)
}

/// Module of a type, without what follows a slash: `ec2`.
pub(super) fn module(kind: &str) -> &str {
    let module = kind.split(':').nth(1).unwrap_or_default();
    module.split('/').next().unwrap_or(module)
}

/// Name of a type: `SecurityGroup`.
pub(super) fn name(kind: &str) -> &str {
    kind.rsplit(':').next().unwrap_or(kind)
}

/// Type without the file that the slash names: `aws:ec2:SecurityGroup`.
pub(super) fn short(kind: &str) -> String {
    format!("{}:{}:{}", package(kind), module(kind), name(kind))
}

/// Cloud of a type, in the words of table `resources`.
pub(super) fn cloud(kind: &str) -> Option<&'static str> {
    Some(match package(kind) {
        "aws" | "aws-native" | "awsx" | "eks" => "aws",
        "azure" | "azure-native" | "azuread" => "azure",
        name if name.starts_with("azure-native_") => "azure",
        "gcp" | "google-native" => "gcp",
        "kubernetes" => "kubernetes",
        _ => return None,
    })
}

/// Whether resources of this type are in no cloud.
pub(super) fn is_logical(kind: &str) -> bool {
    LOGICAL.contains(&package(kind))
}

/// Service in the full names of Google Cloud resources of this type.
pub(super) fn google_service(kind: &str) -> Option<&str> {
    if cloud(kind) != Some("gcp") {
        return None;
    }
    Some(match module(kind) {
        "sql" | "sqladmin" => "cloudsql",
        "cloudrun" | "cloudrunv2" => "run",
        "cloudfunctionsv2" => "cloudfunctions",
        "kms" => "cloudkms",
        "serviceaccount" | "serviceAccount" => "iam",
        "projects" | "organizations" | "folder" => "cloudresourcemanager",
        "bigtable" => "bigtableadmin",
        module => module,
    })
}

/// Name of a property from that of an attribute of Terraform: `userPoolId` of `user_pool_id`.
pub(super) fn property(attribute: &str) -> String {
    let mut property = String::with_capacity(attribute.len());
    let mut is_start = false;
    for letter in attribute.chars() {
        match (letter, is_start) {
            ('_', _) => is_start = true,
            (letter, true) => {
                property.push(letter.to_ascii_uppercase());
                is_start = false;
            }
            (letter, false) => property.push(letter),
        }
    }
    property
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_has_parts_and_a_cloud() {
        let kind = "aws:ec2/securityGroup:SecurityGroup";
        assert_eq!(
            (package(kind), module(kind), name(kind)),
            ("aws", "ec2", "SecurityGroup")
        );
        assert_eq!(short(kind), "aws:ec2:SecurityGroup");
        assert_eq!(short("aws-native:s3:Bucket"), "aws-native:s3:Bucket");
        assert_eq!(
            cloud("azure-native_network_v20230201:network:VirtualNetwork"),
            Some("azure")
        );
        assert_eq!(cloud("pkgA:m:typA"), None);
        assert_eq!(
            google_service("gcp:sql/databaseInstance:DatabaseInstance"),
            Some("cloudsql")
        );
        assert!(
            is_logical("pulumi:providers:aws")
                && is_logical("random:index/randomPassword:RandomPassword")
        );
        assert_eq!(module("component"), "");
        assert_eq!(property("user_pool_id"), "userPoolId");
        assert_eq!(property("name"), "name");
    }
}
