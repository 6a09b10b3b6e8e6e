//! Who may depend on whom, as docs/architecture.md says.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail};
use serde_json::Value;

use crate::run::{output, root};

/// Checks the dependencies between the members, and who may know which library.
pub(crate) fn check() -> Result<()> {
    let metadata = output("cargo", &["metadata", "--format-version", "1", "--no-deps"])?;
    let metadata: Value = serde_json::from_str(&metadata)?;
    let packages = metadata["packages"]
        .as_array()
        .context("cargo metadata lists no packages")?;
    let root = root();
    let mut folders = BTreeMap::new();
    for package in packages {
        let manifest = package["manifest_path"].as_str().unwrap_or_default();
        let folder = manifest
            .strip_prefix(&*root.to_string_lossy())
            .unwrap_or(manifest);
        let folder = folder
            .trim_start_matches('/')
            .trim_end_matches("/Cargo.toml")
            .to_owned();
        folders.insert(package["name"].as_str().unwrap_or_default(), folder);
    }
    let mut broken = Vec::new();
    for package in packages {
        let name = package["name"].as_str().unwrap_or_default();
        let folder = folders.get(name).map_or("", String::as_str);
        for dependency in package["dependencies"].as_array().into_iter().flatten() {
            if dependency["kind"].as_str() == Some("dev") {
                continue;
            }
            let on = dependency["name"].as_str().unwrap_or_default();
            let rule = match folders.get(on) {
                Some(on_folder) => member_rule(folder, on_folder),
                None => library_rule(folder, on),
            };
            if let Some(rule) = rule {
                broken.push(format!("{name} ({folder}) may not depend on {on}: {rule}"));
            }
        }
    }
    if !broken.is_empty() {
        bail!("{}", broken.join("\n"));
    }
    Ok(())
}

/// Why a member in `folder` may not depend on the member in `on`.
fn member_rule(folder: &str, on: &str) -> Option<&'static str> {
    let area = folder.split('/').next().unwrap_or_default();
    let is_core = on == "core" || on.starts_with("core/");
    let is_shared = is_core || on == "iac/common";
    match area {
        "core" if folder == "core" => Some("core depends on no other member"),
        // The suites decode with what they check.
        "core" if folder == "core/conformance" && is_core => None,
        "core" if on != "core" => Some("core/* depends on core only"),
        "adapters" if !is_core => Some("adapters depend on core/* only"),
        "iac" | "analyzers" if !is_shared => Some("feeds and analyzers depend on core/* only"),
        "host" if on == "tests" || on == "xtask" => {
            Some("the product does not depend on its tests")
        }
        _ => None,
    }
}

/// Why a member in `folder` may not depend on a library.
fn library_rule(folder: &str, library: &str) -> Option<&'static str> {
    let is_host = folder.starts_with("host") || folder == "tests" || folder == "xtask";
    let host_only = ["datafusion", "libloading", "axum", "ballista"];
    if host_only.contains(&library) && !is_host {
        return Some("only the host knows it");
    }
    if library == "tokio" && (folder.starts_with("analyzers") || folder == "core") {
        return Some("core and analyzers have no runtime");
    }
    if library == "anyhow" && !matches!(folder, "host/cli" | "tests" | "xtask") {
        return Some("libraries return nepho_core::Error");
    }
    let is_sdk = ["aws-sdk", "aws-config", "azure_", "google-cloud"]
        .iter()
        .any(|prefix| library.starts_with(prefix));
    if is_sdk && !folder.starts_with("adapters") {
        return Some("vendor SDKs belong to the live feature of an adapter");
    }
    None
}
