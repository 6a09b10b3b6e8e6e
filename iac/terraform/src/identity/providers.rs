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

/// Service in the full name of a Google Cloud resource, by the beginning of its type; the longest
/// wins.
///
/// cloud.google.com/asset-inventory/docs/resource-name-format, read 2026-11-21.
const GOOGLE_SERVICES: [(&str, &str); 43] = [
    ("google_alloydb_", "alloydb"),
    ("google_api_gateway_", "apigateway"),
    ("google_app_engine_", "appengine"),
    ("google_artifact_registry_", "artifactregistry"),
    ("google_bigquery_", "bigquery"),
    ("google_bigtable_", "bigtable"),
    ("google_certificate_manager_", "certificatemanager"),
    ("google_cloud_run_", "run"),
    ("google_cloud_scheduler_", "cloudscheduler"),
    ("google_cloud_tasks_", "cloudtasks"),
    ("google_cloudbuild_", "cloudbuild"),
    ("google_cloudfunctions", "cloudfunctions"),
    ("google_composer_", "composer"),
    ("google_compute_", "compute"),
    ("google_container_", "container"),
    ("google_dataflow_", "dataflow"),
    ("google_dataproc_", "dataproc"),
    ("google_dns_", "dns"),
    ("google_eventarc_", "eventarc"),
    ("google_filestore_", "file"),
    ("google_firestore_", "firestore"),
    ("google_folder", "cloudresourcemanager"),
    ("google_iam_", "iam"),
    ("google_kms_", "cloudkms"),
    ("google_logging_", "logging"),
    ("google_memcache_", "memcache"),
    ("google_monitoring_", "monitoring"),
    ("google_network_connectivity_", "networkconnectivity"),
    ("google_network_services_", "networkservices"),
    ("google_notebooks_", "notebooks"),
    ("google_organization", "cloudresourcemanager"),
    ("google_project", "cloudresourcemanager"),
    ("google_project_service", "serviceusage"),
    ("google_pubsub_", "pubsub"),
    ("google_pubsub_lite_", "pubsublite"),
    ("google_redis_", "redis"),
    ("google_secret_manager_", "secretmanager"),
    ("google_service_account", "iam"),
    ("google_spanner_", "spanner"),
    ("google_sql_", "cloudsql"),
    ("google_storage_", "storage"),
    ("google_vpc_access_", "vpcaccess"),
    ("google_workflows_", "workflows"),
];

/// Service of a Google Cloud type, as full names spell it.
pub(super) fn google_service(resource_type: &str) -> Option<&'static str> {
    let fitting = GOOGLE_SERVICES
        .iter()
        .filter(|(prefix, _)| resource_type.starts_with(prefix));
    fitting
        .max_by_key(|(prefix, _)| prefix.len())
        .map(|(_, service)| *service)
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
        assert_eq!(
            google_service("google_pubsub_lite_topic"),
            Some("pubsublite")
        );
        assert_eq!(google_service("aws_lb"), None);
    }
}
