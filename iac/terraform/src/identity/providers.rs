//! Clouds behind provider names, and types that are in no cloud.

/// Cloud of a resource: `aws`, `azure`, `gcp`, `kubernetes`, or the provider's own name.
///
/// `provider` is an address as states (`provider["registry.terraform.io/hashicorp/aws"].west`),
/// plans (`registry.terraform.io/hashicorp/aws`) or old states (`provider.aws`) write it; where it
/// is empty, the type tells. `None` for types that exist only in the state.
pub fn cloud(provider: &str, resource_type: &str) -> Option<String> {
    if is_logical(resource_type) {
        return None;
    }
    let name = match provider_name(provider) {
        "" => resource_type.split('_').next().unwrap_or(""),
        name => name,
    };
    let cloud = match name {
        "aws" | "awscc" => "aws",
        "google" | "google-beta" => "gcp",
        "azurerm" | "azuread" | "azapi" | "azurestack" => "azure",
        "kubernetes" | "kubectl" | "helm" | "kubernetes-alpha" => "kubernetes",
        other => other,
    };
    (!cloud.is_empty()).then(|| cloud.to_owned())
}

/// Name of the provider in one of its addresses.
fn provider_name(provider: &str) -> &str {
    let quoted = provider
        .split_once("[\"")
        .and_then(|(_, rest)| rest.split_once("\"]"));
    let plain = match quoted {
        Some((source, _)) => source,
        None => match provider.split_once("provider.") {
            Some((_, rest)) => rest.split('.').next().unwrap_or(rest),
            None => provider,
        },
    };
    plain.rsplit('/').next().unwrap_or(plain)
}

/// Whether resources of this type live in the state alone. Their ids identify nothing in a cloud,
/// and that of a `random_string` is a generated secret.
pub fn is_logical(resource_type: &str) -> bool {
    const PREFIXES: [&str; 12] = [
        "random_",
        "null_",
        "time_",
        "tls_",
        "local_",
        "template_",
        "archive_",
        "external",
        "cloudinit_",
        "terraform_",
        "http",
        "htpasswd_",
    ];
    PREFIXES
        .iter()
        .any(|prefix| resource_type.starts_with(prefix))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn clouds_are_told_from_provider_and_type() {
        let check = |provider: &str, kind: &str, expected: Option<&str>| {
            assert_eq!(
                cloud(provider, kind).as_deref(),
                expected,
                "{provider} {kind}"
            );
        };
        check(
            r#"module.x.provider["registry.terraform.io/hashicorp/google-beta"].eu"#,
            "google_pubsub_topic",
            Some("gcp"),
        );
        check(
            "registry.opentofu.org/hashicorp/azurerm",
            "azurerm_lb",
            Some("azure"),
        );
        check("provider.aws.west", "aws_lb", Some("aws"));
        check("module.a.provider.aws", "aws_lb", Some("aws"));
        check("", "kubernetes_deployment", Some("kubernetes"));
        check("", "openstack_lb", Some("openstack"));
        check("provider.random", "random_string", None);
    }
}
