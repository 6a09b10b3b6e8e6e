//! Names the scope (workspace) and the tool that a document belongs to.

use nepho_iac_common::file_name;

/// Folders in which backends keep one folder per workspace: the local one and the default of S3.
const WORKSPACE_FOLDERS: [&str; 2] = ["terraform.tfstate.d", "env:"];

/// Folder in which Terragrunt runs Terraform, within that of the unit.
const TERRAGRUNT: &str = ".terragrunt-cache";

/// Scope of a document, from its path: no Terraform document names its workspace.
///
/// | path | scope |
/// |---|---|
/// | `terraform.tfstate.d/prod/terraform.tfstate`, `env:/prod/...` | `prod`, the workspace |
/// | `orders.tfstate`, `orders-apply.jsonl`, `orders.plan.json.gz` | `orders`, what the file name says besides its kind |
/// | `infra/orders/terraform.tfstate`, `infra/orders/2-apply.jsonl` | `orders`, the folder (the root module) |
/// | `live/orders/.terragrunt-cache/Xa1/Yb2/terraform.tfstate` | `orders`, the unit of Terragrunt |
/// | `terraform://HOST/ORG/prod/terraform.tfstate` | `prod`, the workspace |
/// | `terraform.tfstate` | `default`, Terraform's own name for its only workspace |
pub(crate) fn of_path(uri: &str) -> String {
    if let Some(workspace) = of_address(uri) {
        return workspace.to_owned();
    }
    // A version of an object: `s3://bucket/orders.tfstate?versionId=...`.
    let path = match uri.split_once('?') {
        Some((path, _)) if uri.contains("://") => path,
        _ => uri,
    };
    let mut segments: Vec<&str> = path
        .split(['/', '\\'])
        .filter(|s| !s.is_empty() && *s != ".")
        .collect();
    let file = segments.pop().unwrap_or("");
    // Below it stand folders that are called after hashes.
    if let Some(cache) = segments.iter().position(|part| *part == TERRAGRUNT) {
        segments.truncate(cache);
    }
    let marker = segments
        .iter()
        .position(|segment| WORKSPACE_FOLDERS.contains(segment));
    if let Some(workspace) = marker.and_then(|at| segments.get(at.saturating_add(1))) {
        return (*workspace).to_owned();
    }
    let named = file_name::says(file);
    match (named.is_empty(), segments.last()) {
        (false, _) => named,
        (true, Some(folder)) if *folder != ".." => (*folder).to_owned(),
        (true, _) => "default".to_owned(),
    }
}

/// Workspace in the address of a document of an API, `terraform://HOST/ORG/WORKSPACE/runs.json`.
pub(crate) fn of_address(uri: &str) -> Option<&str> {
    let parts: Vec<&str> = uri.strip_prefix("terraform://")?.split('/').collect();
    match parts.as_slice() {
        [_, _, workspace, _] => Some(workspace),
        _ => None,
    }
}

/// Run that a document of an API is of, or the version of a state that no run wrote: a part of the
/// name of the file, `terraform://HOST/ORG/WORKSPACE/TIME.run-1.apply.log`.
pub(crate) fn run_of_address(uri: &str) -> Option<&str> {
    of_address(uri)?;
    let mut parts = uri.rsplit('/').next()?.split('.');
    parts.find(|part| part.starts_with("run-") || part.starts_with("sv-"))
}

/// Registry that the providers of OpenTofu come from.
pub(crate) const OPENTOFU: &str = "registry.opentofu.org/";

/// `opentofu` if the providers of a state or plan come from its registry, else `terraform`.
pub(crate) fn tool_of_text(text: &str) -> &'static str {
    let found = memchr::memmem::find(text.as_bytes(), OPENTOFU.as_bytes());
    tool(found.is_some())
}

/// The tool, by whether its registry was found.
pub(crate) fn tool(is_opentofu: bool) -> &'static str {
    match is_opentofu {
        true => "opentofu",
        false => "terraform",
    }
}

#[cfg(test)]
mod tests {
    use super::{of_address, of_path, run_of_address};

    #[test]
    fn an_address_of_an_api_names_its_workspace() {
        let address = "terraform://app.terraform.io/acme/shop-eu/";
        for file in ["runs.json", "terraform.tfstate"] {
            let uri = format!("{address}{file}");
            assert_eq!(of_address(&uri), Some("shop-eu"));
            assert_eq!(of_path(&uri), "shop-eu");
        }
        assert_eq!(of_address("a/b/c/runs.json"), None);
    }

    #[test]
    fn an_address_of_an_api_may_name_a_run() {
        let check = |file: &str, expected: Option<&str>| {
            let uri = format!("terraform://app.terraform.io/acme/run-shop/{file}");
            assert_eq!(run_of_address(&uri), expected, "{uri}");
        };
        check("2026-03-14T150000Z.run-1.plan.json", Some("run-1"));
        check("2026-03-14T150000Z.run-1.7.tfstate", Some("run-1"));
        check("2026-03-14T150000Z.sv-1.7.tfstate", Some("sv-1"));
        check("runs.json", None);
        assert_eq!(run_of_address("infra/shop/run-1.apply.log"), None);
    }

    #[test]
    fn documents_of_one_workspace_have_one_scope() {
        let check = |uri: &str, expected: &str| assert_eq!(of_path(uri), expected, "{uri}");
        check("terraform.tfstate.d/prod/terraform.tfstate", "prod");
        check("s3://bucket/env:/stage/shop/terraform.tfstate", "stage");
        check("s3://bucket/orders.tfstate?versionId=a.b-c", "orders");
        check("data/orders.tfstate", "orders");
        check("data/orders-apply.jsonl", "orders");
        check("data/orders.plan.json.gz", "orders");
        check("infra/orders/terraform.tfstate", "orders");
        check("infra/orders/2-apply.jsonl", "orders");
        check("infra\\orders\\errored.tfstate", "orders");
        let cache = ".terragrunt-cache/Xa1/Yb2";
        check(&format!("live/orders/{cache}/terraform.tfstate"), "orders");
        check("shop/apply-2026-05-12T143054Z.jsonl", "shop");
        check("./terraform.tfstate", "default");
        check("../apply.jsonl", "default");
        check("", "default");
    }
}
