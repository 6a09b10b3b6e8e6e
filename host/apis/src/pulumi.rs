//! Pulumi Cloud (pulumi.com/docs/reference/cloud-rest-api, read 2026-11-29).

use nepho_core::secret::Secret;
use nepho_core::{Error, ErrorKind, Result, Timestamp};
use serde_json::Value;

use crate::client::{Access, Client};
use crate::document::{Ask, Document, Settings, is_id, second};

/// Version of the API.
const ACCEPT: &str = "application/vnd.pulumi+8";

/// Host that the token is for where nothing else is told.
const HOST: &str = "api.pulumi.com";

/// Updates of a stack whose events are read, the latest.
const MOST_UPDATES: usize = 20;
/// Kinds of updates without a run of the engine that makes changes.
const NO_CHANGES: [&str; 3] = ["preview", "rename", "import"];

/// Documents of the stack that an organization, a project and a name tell.
pub(crate) async fn find(
    client: &Client,
    settings: &Settings,
    host: &str,
    stack: &[&str; 3],
) -> Result<Vec<Document>> {
    let access = access(settings, host, stack)?;
    let server = settings.server("PULUMI_BACKEND_URL", host);
    let base = format!("{server}/api/stacks/{}", stack.join("/"));
    let uri = format!("pulumi://{host}/{}", stack.join("/"));
    let updates = format!("{base}/updates?output-type=service&pageSize=100");
    // Where the list cannot be had, the document that has all of it tells why.
    let name = format!("read `{uri}`");
    let first = format!("{updates}&page=1");
    let page = client.get(&name, &first, &access).await;
    let page = page.map(|page| serde_json::from_slice::<Value>(&page).unwrap_or_default());
    let page = page.unwrap_or_default();
    let document = |file: &str, modified: Option<Timestamp>, ask: Ask| Document {
        uri: format!("{uri}/{file}"),
        modified,
        ask,
    };
    let ask = |url: String| (url, access.clone());
    let (url, access) = ask(updates);
    let mut documents = vec![document("updates.json", None, Ask::Updates { url, access })];
    documents.extend(recent(&page).into_iter().map(|update| {
        let (url, access) = ask(format!("{base}/update/{}/events", update.id));
        let file = format!("{}.{}.events.json", second(update.started), update.version);
        document(&file, update.started, Ask::Events { url, access })
    }));
    let (url, access) = ask(format!("{base}/export"));
    documents.push(document("export.json", None, Ask::Get { url, access }));
    Ok(documents)
}

/// How the API is asked about a stack.
fn access(settings: &Settings, host: &str, stack: &[&str; 3]) -> Result<Access> {
    let refused = |message: String| {
        let operation = format!("open `pulumi://{host}/{}`", stack.join("/"));
        Error::new(ErrorKind::PermissionDenied, operation, message)
    };
    // The token is for one server, which a mistyped address is not.
    let known = settings.host_of("PULUMI_BACKEND_URL", HOST);
    if known.as_deref() != Some(host) {
        let known = known.as_deref().unwrap_or("another host");
        return Err(refused(format!(
            "PULUMI_ACCESS_TOKEN is for {known}; set PULUMI_BACKEND_URL to https://{host} if it is \
             for {host}"
        )));
    }
    let token = settings.first(&["PULUMI_ACCESS_TOKEN"]).ok_or_else(|| {
        refused("set PULUMI_ACCESS_TOKEN to a token that may read the stack".to_owned())
    })?;
    Ok(Access {
        authorization: Some(Secret::new(format!("token {token}"))),
        accept: ACCEPT,
    })
}

/// An update that may have changed the cloud.
struct Update<'a> {
    id: &'a str,
    version: u64,
    started: Option<Timestamp>,
}

/// The latest such updates of a page of them, the oldest first.
fn recent(page: &Value) -> Vec<Update<'_>> {
    let updates = page["updates"].as_array().into_iter().flatten();
    let updates = updates.filter_map(|update| {
        let info = &update["info"];
        let kind = info["kind"].as_str()?;
        let id = update["updateID"].as_str().filter(|id| is_id(id))?;
        let version = update["version"].as_u64().or(info["version"].as_u64());
        (!NO_CHANGES.contains(&kind)).then(|| Update {
            id,
            version: version.unwrap_or(0),
            started: info["startTime"].as_i64().and_then(Timestamp::from_seconds),
        })
    });
    let mut updates: Vec<Update<'_>> = updates.take(MOST_UPDATES).collect();
    updates.reverse();
    updates
}
