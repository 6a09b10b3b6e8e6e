//! What the logs of threats in the traffic of a network have in common.

use nepho_codec::json::{JsonFields, unescape};

/// Hands out the URI at a path without its query, in which tokens stand.
pub(crate) fn put_uri(path: &str, fields: &JsonFields<'_>, found: &mut dyn FnMut(&str, &str)) {
    let uri = fields.text(path).map(unescape);
    let uri = uri.as_deref().and_then(|uri| uri.split('?').next());
    if let Some(uri) = uri.filter(|uri| !uri.is_empty()) {
        found("uri", uri);
    }
}
