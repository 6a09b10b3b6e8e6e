//! Pulumi Cloud (pulumi.com/docs/reference/cloud-rest-api, read 2026-11-28).

use nepho_core::{Error, ErrorKind, Result};

use crate::client::Access;
use crate::document::{Ask, Document, Settings};

/// Version of the API.
const ACCEPT: &str = "application/vnd.pulumi+8";

/// Documents of the stack that an organization, a project and a name tell.
pub(crate) fn find(settings: &Settings, host: &str, stack: &[&str; 3]) -> Result<Vec<Document>> {
    let token = settings.first(&["PULUMI_ACCESS_TOKEN"]).ok_or_else(|| {
        Error::new(
            ErrorKind::PermissionDenied,
            format!("open `pulumi://{host}/{}`", stack.join("/")),
            "set PULUMI_ACCESS_TOKEN to a token that may read the stack",
        )
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
            ask: Ask::Updates {
                url: format!("{base}/updates?output-type=service&pageSize=100"),
                access: access.clone(),
            },
        },
        Document {
            uri: format!("{uri}/export.json"),
            ask: Ask::Get {
                url: format!("{base}/export"),
                access,
            },
        },
    ])
}
