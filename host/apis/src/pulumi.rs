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
    let base = settings.first(&["PULUMI_BACKEND_URL"]);
    // A backend of one's own has an address of its own, which the tool knows by this name.
    let base = base.filter(|url| {
        url.split("://")
            .nth(1)
            .is_some_and(|at| at.starts_with(host))
    });
    let base = base.map_or_else(|| format!("https://{host}"), str::to_owned);
    let base = format!(
        "{}/api/stacks/{}",
        base.trim_end_matches('/'),
        stack.join("/")
    );
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
