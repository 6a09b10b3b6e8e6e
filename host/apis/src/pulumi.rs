//! Pulumi Cloud (pulumi.com/docs/reference/cloud-rest-api, read 2026-11-28).

use nepho_core::{Error, ErrorKind, Result};

use crate::client::Access;
use crate::document::{Ask, Document, Settings};

/// Version of the API.
const ACCEPT: &str = "application/vnd.pulumi+8";

/// Host that the token is for where nothing else is told.
const HOST: &str = "api.pulumi.com";

/// Documents of the stack that an organization, a project and a name tell.
pub(crate) fn find(settings: &Settings, host: &str, stack: &[&str; 3]) -> Result<Vec<Document>> {
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
    let access = Access {
        authorization: format!("token {token}"),
        accept: ACCEPT,
    };
    let server = settings.server("PULUMI_BACKEND_URL", host);
    let base = format!("{server}/api/stacks/{}", stack.join("/"));
    let uri = format!("pulumi://{host}/{}", stack.join("/"));
    Ok(vec![
        Document {
            uri: format!("{uri}/updates.json"),
            modified: None,
            ask: Ask::Updates {
                url: format!("{base}/updates?output-type=service&pageSize=100"),
                access: access.clone(),
            },
        },
        Document {
            uri: format!("{uri}/export.json"),
            modified: None,
            ask: Ask::Get {
                url: format!("{base}/export"),
                access,
            },
        },
    ])
}
