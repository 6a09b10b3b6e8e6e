//! HCP Terraform and Terraform Enterprise (developer.hashicorp.com/terraform/cloud-docs/api-docs:
//! `workspaces`, `run`, `state-versions`; read 2026-11-28).

use nepho_core::{Error, ErrorKind, Result};
use serde_json::Value;

use crate::client::{Access, Client, origin};
use crate::document::{Ask, Document, Settings, host_named};

/// JSON:API, which the API answers in.
const ACCEPT: &str = "application/vnd.api+json";

/// Host that the token of the provider is for where nothing else is told.
const HOST: &str = "app.terraform.io";

/// Documents of the workspaces of an organization, or of one of them.
pub(crate) async fn find(
    client: &Client,
    settings: &Settings,
    host: &str,
    organization: &str,
    workspace: Option<&str>,
) -> Result<Vec<Document>> {
    let access = Access {
        authorization: format!("Bearer {}", token(settings, host)?),
        accept: ACCEPT,
    };
    let base = format!("{}/api/v2", settings.server("TFE_ADDRESS", host));
    let list = match workspace {
        Some(name) => format!("{base}/organizations/{organization}/workspaces/{name}"),
        None => format!("{base}/organizations/{organization}/workspaces?page[size]=100"),
    };
    let name = format!("list workspaces at `terraform://{host}/{organization}`");
    let pages = client.linked(&name, &list, &access).await?;
    let mut documents = Vec::new();
    for page in serde_json::Deserializer::from_slice(&pages).into_iter::<Value>() {
        let page =
            page.map_err(|error| Error::new(ErrorKind::InvalidData, &name, error.to_string()))?;
        let data = match &page["data"] {
            Value::Array(workspaces) => workspaces.as_slice(),
            one => std::slice::from_ref(one),
        };
        for held in data {
            if let (Some(id), Some(workspace)) =
                (held["id"].as_str(), held["attributes"]["name"].as_str())
            {
                let place = format!("terraform://{host}/{organization}/{workspace}");
                let versions = format!(
                    "{base}/state-versions?filter[organization][name]={organization}\
                     &filter[workspace][name]={workspace}"
                );
                let runs = format!(
                    "{base}/workspaces/{id}/runs?page[size]=100\
                     &include=created_by,workspace,configuration_version.ingress_attributes"
                );
                let found = documents_of(&place, runs, &versions, &access);
                let current = &held["relationships"]["current-state-version"];
                let count = match current.get("data") {
                    // Nothing was ever applied: there are only runs.
                    Some(Value::Null) => 1,
                    _ => found.len(),
                };
                documents.extend(found.into_iter().take(count));
            }
        }
    }
    Ok(documents)
}

/// Runs, versions of states and the latest state of a workspace.
fn documents_of(place: &str, runs: String, versions: &str, access: &Access) -> [Document; 3] {
    let access = || access.clone();
    let document = |file: &str, ask: Ask| Document {
        uri: format!("{place}/{file}"),
        ask,
    };
    let pages = format!("{versions}&page[size]=100&include=created_by");
    let first = format!("{versions}&page[size]=1");
    [
        document(
            "runs.json",
            Ask::Linked {
                url: runs,
                access: access(),
            },
        ),
        document(
            "state-versions.json",
            Ask::Linked {
                url: pages,
                access: access(),
            },
        ),
        document(
            "terraform.tfstate",
            Ask::LatestState {
                url: first,
                access: access(),
            },
        ),
    ]
}

/// The state that the first of some versions tells the address of.
pub(crate) async fn latest(
    client: &Client,
    name: &str,
    url: &str,
    access: &Access,
) -> Result<Vec<u8>> {
    let answer = client.get(name, url, access).await?;
    let answer: Value = serde_json::from_slice(&answer)
        .map_err(|error| Error::new(ErrorKind::InvalidData, name, error.to_string()))?;
    let address = &answer["data"][0]["attributes"]["hosted-state-download-url"];
    let Some(address) = address.as_str() else {
        let message = "there is no version of the state";
        return Err(Error::new(ErrorKind::NotFound, name, message));
    };
    // An address of the API leads to one of a store, which gives access by itself for a while.
    // Older servers tell the latter at once. The token is for the API alone.
    let authorization = match origin(address) == origin(url) {
        true => access.authorization.clone(),
        false => String::new(),
    };
    let access = Access {
        authorization,
        accept: "application/json",
    };
    client.stored(name, address, &access).await
}

/// The token for a host, under the name that Terraform itself looks for it, or that of its
/// provider for the API, which is for one server alone.
fn token<'a>(settings: &'a Settings, host: &str) -> Result<&'a str> {
    // Dots are underscores, hyphens two of them
    // (developer.hashicorp.com/terraform/cli/config/config-file, "Environment Variable Credentials").
    let host_name = host.split(':').next().unwrap_or(host);
    let name = format!(
        "TF_TOKEN_{}",
        host_name.replace('-', "__").replace('.', "_")
    );
    let known = match settings.first(&["TFE_HOSTNAME"]) {
        Some(name) if settings.first(&["TFE_ADDRESS"]).is_none() => host_named(name),
        _ => settings.host_of("TFE_ADDRESS", HOST),
    };
    let is_known = known.as_deref() == Some(host);
    let shared = settings.first(&["TFE_TOKEN"]).filter(|_| is_known);
    settings.first(&[&name]).or(shared).ok_or_else(|| {
        Error::new(
            ErrorKind::PermissionDenied,
            format!("open `terraform://{host}`"),
            format!(
                "set {name} to a token that may read runs and states (TFE_TOKEN is for {}, which \
                 TFE_ADDRESS or TFE_HOSTNAME tells)",
                known.as_deref().unwrap_or("another host")
            ),
        )
    })
}
