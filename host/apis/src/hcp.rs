//! HCP Terraform and Terraform Enterprise (developer.hashicorp.com/terraform/cloud-docs/api-docs:
//! `workspaces`, `run`, `plans`, `applies`, `state-versions`; read 2026-11-29).

use nepho_core::secret::Secret;
use nepho_core::{Error, ErrorKind, Result, Timestamp};
use serde_json::Value;

use crate::client::{Access, Client, origin};
use crate::document::{Ask, Document, Settings, host_named, is_id, second};

/// JSON:API, which the API answers in.
const ACCEPT: &str = "application/vnd.api+json";

/// Host that the token of the provider is for where nothing else is told.
const HOST: &str = "app.terraform.io";

/// Runs of a workspace whose plans and logs are read, the latest.
const MOST_RUNS: usize = 20;
/// Versions of the state of a workspace that are read, the latest.
const MOST_STATES: usize = 20;

/// Documents of the workspaces of an organization, or of one of them.
pub(crate) async fn find(
    client: &Client,
    settings: &Settings,
    host: &str,
    organization: &str,
    workspace: Option<&str>,
) -> Result<Vec<Document>> {
    let access = Access {
        authorization: Some(Secret::new(format!("Bearer {}", token(settings, host)?))),
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
            let (Some(id), Some(workspace)) =
                (held["id"].as_str(), held["attributes"]["name"].as_str())
            else {
                continue;
            };
            let current = &held["relationships"]["current-state-version"];
            let workspace = Workspace {
                place: format!("terraform://{host}/{organization}/{workspace}"),
                runs: format!(
                    "{base}/workspaces/{id}/runs?page[size]=100\
                     &include=created_by,workspace,configuration_version.ingress_attributes"
                ),
                versions: format!(
                    "{base}/state-versions?filter[organization][name]={organization}\
                     &filter[workspace][name]={workspace}"
                ),
                // Where nothing was ever applied, there are only runs.
                has_state: !matches!(current.get("data"), Some(Value::Null)),
                base: &base,
                access: &access,
            };
            documents.extend(workspace.documents(client).await);
        }
    }
    Ok(documents)
}

/// A workspace and the addresses of its lists.
struct Workspace<'a> {
    place: String,
    runs: String,
    versions: String,
    has_state: bool,
    base: &'a str,
    access: &'a Access,
}

impl Workspace<'_> {
    /// The lists of runs and of versions of states; then plans, logs and states by time.
    async fn documents(&self, client: &Client) -> Vec<Document> {
        let linked = |file: &str, url: String| {
            let access = self.access.clone();
            self.document(file, None, Ask::Linked { url, access })
        };
        let mut documents = vec![linked("runs.json", self.runs.clone())];
        let mut recent = self.of_runs(client).await;
        if self.has_state {
            let list = format!("{}&page[size]=100&include=created_by", self.versions);
            documents.push(linked("state-versions.json", list));
            recent.extend(self.states(client).await);
        }
        recent.sort_by(|a, b| a.uri.cmp(&b.uri));
        documents.extend(recent);
        documents
    }

    /// Plans and logs of the latest runs that were applied.
    async fn of_runs(&self, client: &Client) -> Vec<Document> {
        let page = self.first_page(client, &self.runs).await;
        let applied = items(&page).filter(|run| {
            let attributes = &run["attributes"];
            attributes["status-timestamps"]["applying-at"].is_string()
                || attributes["status"] == "applied"
        });
        let mut documents = Vec::new();
        for run in applied.take(MOST_RUNS) {
            let Some(id) = id_of(run) else { continue };
            let time = time_of(&run["attributes"]["created-at"]);
            let related = |name: &str| id_of(&run["relationships"][name]["data"]);
            let access = || self.access.clone();
            if let Some(plan) = related("plan") {
                let url = format!("{}/plans/{plan}", self.base);
                let ask = Ask::Plan {
                    url,
                    access: access(),
                };
                let file = format!("{}.{id}.plan.json", second(time));
                documents.push(self.document(&file, time, ask));
            }
            if let Some(apply) = related("apply") {
                let url = format!("{}/applies/{apply}", self.base);
                let ask = Ask::ApplyLog {
                    url,
                    access: access(),
                };
                let file = format!("{}.{id}.apply.log", second(time));
                documents.push(self.document(&file, time, ask));
            }
        }
        documents
    }

    /// The latest versions of the state, each named after the run that wrote it, or after itself
    /// where none did.
    async fn states(&self, client: &Client) -> Vec<Document> {
        let list = format!("{}&page[size]={MOST_STATES}", self.versions);
        let page = self.first_page(client, &list).await;
        let states = items(&page).filter_map(|version| {
            let attributes = &version["attributes"];
            // An address of the API leads to one of a store, which gives access by itself for a
            // while. Older servers tell the latter at once. The token is for the API alone.
            let url = attributes["hosted-state-download-url"].as_str()?.to_owned();
            let authorization = match origin(&url) == origin(self.base) {
                true => self.access.authorization.clone(),
                false => None,
            };
            let run = id_of(&version["relationships"]["run"]["data"]);
            let writer = run.or_else(|| id_of(version)).unwrap_or_default();
            let serial = attributes["serial"].as_u64().unwrap_or(0);
            let time = time_of(&attributes["created-at"]);
            let file = format!("{}.{writer}.{serial}.tfstate", second(time));
            let access = Access {
                authorization,
                accept: "application/json",
            };
            Some(self.document(&file, time, Ask::Stored { url, access }))
        });
        states.take(MOST_STATES).collect()
    }

    /// The first page of a list, which has the latest items. Where it cannot be had, the document
    /// that has all of the list tells why.
    async fn first_page(&self, client: &Client, url: &str) -> Value {
        let name = format!("read `{}`", self.place);
        let page = client.get(&name, url, self.access).await;
        let page = page.map(|page| serde_json::from_slice(&page).unwrap_or_default());
        page.unwrap_or_default()
    }

    fn document(&self, file: &str, time: Option<Timestamp>, ask: Ask) -> Document {
        Document {
            uri: format!("{}/{file}", self.place),
            modified: time,
            ask,
        }
    }
}

fn items(page: &Value) -> impl Iterator<Item = &Value> {
    page["data"].as_array().into_iter().flatten()
}

fn id_of(item: &Value) -> Option<&str> {
    item["id"].as_str().filter(|id| is_id(id))
}

/// The time in an attribute.
fn time_of(attribute: &Value) -> Option<Timestamp> {
    attribute.as_str().and_then(Timestamp::parse_rfc3339)
}

/// The plan at `url` as JSON: without what is sensitive where the token may not read all of it.
pub(crate) async fn plan(
    client: &Client,
    name: &str,
    url: &str,
    access: &Access,
) -> Result<Vec<u8>> {
    let mut refused = Error::new(ErrorKind::NotFound, name, "the plan was not kept as JSON");
    for output in ["json-output", "json-output-redacted"] {
        match client
            .stored(name, &format!("{url}/{output}"), access)
            .await
        {
            // No content: there is none.
            Ok(plan) if plan.is_empty() => {}
            Ok(plan) => return Ok(plan),
            Err(error) => match error.kind() {
                ErrorKind::NotFound | ErrorKind::PermissionDenied => refused = error,
                _ => return Err(error),
            },
        }
    }
    Err(refused)
}

/// The log of the apply at `url`, from the store that the apply tells the address in.
pub(crate) async fn apply_log(
    client: &Client,
    name: &str,
    url: &str,
    access: &Access,
) -> Result<Vec<u8>> {
    let answer = client.get(name, url, access).await?;
    let answer: Value = serde_json::from_slice(&answer)
        .map_err(|error| Error::new(ErrorKind::InvalidData, name, error.to_string()))?;
    let Some(address) = answer["data"]["attributes"]["log-read-url"].as_str() else {
        return Err(Error::new(
            ErrorKind::NotFound,
            name,
            "the apply has no log",
        ));
    };
    // The address gives access by itself, whichever host it is of.
    let open = Access {
        authorization: None,
        accept: "*/*",
    };
    client.stored(name, address, &open).await
}

/// The token for a host, under the name that Terraform itself looks for it, or that of its
/// provider for the API, which is for one server alone.
fn token<'a>(settings: &'a Settings, host: &str) -> Result<&'a str> {
    // Dots are underscores, hyphens two of them
    // (developer.hashicorp.com/terraform/cli/config/config-file, "Environment Variable
    // Credentials").
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
