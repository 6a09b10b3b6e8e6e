//! Terraform state, version 4.
//!
//! Source: github.com/hashicorp/terraform internal/states/statefile/version4.go (read 2026-11-21).

use super::{terraform_aws, terraform_azure};
use crate::demo_data::formats::File;
use crate::demo_data::json::{Json, list, object};

/// A resource of a state.
pub(super) struct Resource {
    pub(super) kind: &'static str,
    pub(super) name: &'static str,
    pub(super) instances: Vec<Instance>,
}

/// An instance of a resource.
pub(super) struct Instance {
    pub(super) index: Option<usize>,
    pub(super) attributes: Json,
    /// Names of attributes whose values are secrets.
    pub(super) sensitive: &'static [&'static str],
    pub(super) dependencies: &'static [&'static str],
}

impl Resource {
    /// A resource with a single instance and no secrets.
    pub(super) fn single(
        kind: &'static str,
        name: &'static str,
        dependencies: &'static [&'static str],
        attributes: Json,
    ) -> Self {
        let instance = Instance {
            index: None,
            attributes,
            sensitive: &[],
            dependencies,
        };
        Self {
            kind,
            name,
            instances: vec![instance],
        }
    }

    /// The same, with secrets.
    pub(super) fn keeping_secret(mut self, sensitive: &'static [&'static str]) -> Self {
        for instance in &mut self.instances {
            instance.sensitive = sensitive;
        }
        self
    }
}

/// Tags of the owner.
pub(super) fn tags(service: &str, team: &str) -> Json {
    object! { "Environment" => "production", "Service" => service, "Team" => team }
}

/// The states of both clouds that Terraform manages, as they are after the repair.
pub(crate) fn files() -> Vec<File> {
    let aws = document(
        318,
        "c0a4f6d2-9b1e-4f7a-8d35-6e2b1c0f9a84",
        object! {
            "database_password" => object! {
                "value" => crate::demo_data::story::CANARIES[0],
                "type" => "string",
                "sensitive" => true,
            },
            "edge_host" => object! { "value" => "api.shop.example.com", "type" => "string" },
        },
        "aws",
        &terraform_aws::resources(),
    );
    let azure = document(
        57,
        "5b8e1d3c-2f6a-47c9-9e04-d1a7b6c5f382",
        object! {},
        "azurerm",
        &terraform_azure::resources(),
    );
    vec![
        File::document("iac/terraform/aws-production.tfstate", aws.pretty()),
        File::document("iac/terraform/azure-production.tfstate", azure.pretty()),
    ]
}

fn document(
    serial: u64,
    lineage: &str,
    outputs: Json,
    provider: &str,
    resources: &[Resource],
) -> Json {
    let resources: Vec<Json> = resources
        .iter()
        .map(|resource| entry(resource, provider))
        .collect();
    object! {
        "version" => 4,
        "terraform_version" => "1.11.4",
        "serial" => serial,
        "lineage" => lineage,
        "outputs" => outputs,
        "resources" => resources,
        "check_results" => Json::Null,
    }
}

fn entry(resource: &Resource, provider: &str) -> Json {
    let provider = if resource.kind.starts_with("random_") {
        "random"
    } else {
        provider
    };
    let indexed = resource
        .instances
        .iter()
        .any(|instance| instance.index.is_some());
    let mut entry = object! {
        "mode" => "managed",
        "type" => resource.kind,
        "name" => resource.name,
    };
    if indexed {
        entry = entry.with("each", "list");
    }
    let instances: Vec<Json> = resource.instances.iter().map(instance).collect();
    entry
        .with(
            "provider",
            format!("provider[\"registry.terraform.io/hashicorp/{provider}\"]"),
        )
        .with("instances", instances)
}

fn instance(instance: &Instance) -> Json {
    let mut entry = object! {};
    if let Some(index) = instance.index {
        entry = entry.with("index_key", index);
    }
    let secrets: Vec<Json> = instance
        .sensitive
        .iter()
        .map(|name| list![object! { "type" => "get_attr", "value" => *name }])
        .collect();
    entry = entry
        .with("schema_version", 0)
        .with("attributes", &instance.attributes)
        .with("sensitive_attributes", secrets);
    if !instance.dependencies.is_empty() {
        entry = entry
            .with("private", "eyJzY2hlbWFfdmVyc2lvbiI6IjAifQ==")
            .with("dependencies", instance.dependencies.to_vec());
    }
    entry
}
