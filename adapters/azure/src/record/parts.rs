//! Parts of the values that Azure writes.

use std::net::IpAddr;

use nepho_codec::ip::is_ipv4;
use nepho_core::key;

/// Text without white space around it; most has none.
pub(crate) fn trimmed(text: &str) -> &str {
    match text.as_bytes() {
        [b'!'..=b'~'] | [b'!'..=b'~', .., b'!'..=b'~'] => text,
        _ => text.trim(),
    }
}

/// Subscription of a resource id; empty where it has none.
pub(crate) fn subscription(id: &str) -> &str {
    key::azure_subscription(id).unwrap_or_default()
}

/// Tenant of the id of a resource that belongs to a whole tenant; empty for any other.
pub(crate) fn tenant(id: &str) -> &str {
    const KIND: &str = "tenants/";
    let slash = |text: &str| memchr::memchr(b'/', text.as_bytes());
    let behind = slash(id).and_then(|at| id.split_at_checked(at + 1));
    let Some((kind, tenant)) = behind.and_then(|(_, rest)| rest.split_at_checked(KIND.len()))
    else {
        return "";
    };
    match kind.eq_ignore_ascii_case(KIND) {
        true => tenant
            .get(..slash(tenant).unwrap_or(tenant.len()))
            .unwrap_or_default(),
        false => "",
    }
}

/// `id` if it looks like the id of a resource: a path, not a name.
pub(crate) fn resource_id(id: &str) -> &str {
    if id.starts_with('/') { id } else { "" }
}

/// Provider namespace: of a resource id (of the outer resource, where one stands in another), or of
/// an operation (`Microsoft.Compute/virtualMachines/write`).
pub(crate) fn namespace<'a>(id: &'a str, operation: &'a str) -> Option<&'a str> {
    key::azure_outer_namespace(id).or_else(|| {
        let (first, _) = operation.split_once('/')?;
        let is_namespace = first.contains('.')
            && first
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || byte == b'.');
        is_namespace.then_some(first)
    })
}

/// Whether a resource is of a provider, by the namespace in its id.
pub(crate) fn is_of_provider(resource: &str, provider: &str) -> bool {
    let namespace = key::azure_outer_namespace(resource);
    namespace.is_some_and(|namespace| namespace.eq_ignore_ascii_case(provider))
}

/// IP address in `10.0.0.1`, `10.0.0.1:443`, `[::1]:443`; empty for anything else.
pub(crate) fn address(text: &str) -> &str {
    let text = trimmed(text);
    if is_address(text) {
        return text;
    }
    let host = match text.strip_prefix('[') {
        Some(rest) => rest.split(']').next().unwrap_or_default(),
        None => text.rsplit_once(':').map_or("", |(host, _)| host),
    };
    if is_address(host) { host } else { "" }
}

/// Whether `text` is an address; `0.0.0.0` stands where one was masked.
fn is_address(text: &str) -> bool {
    if is_ipv4(text.as_bytes()) {
        return text != "0.0.0.0";
    }
    text.parse::<IpAddr>()
        .is_ok_and(|address| !address.is_unspecified())
}

/// `text` unless it is an object or an array: some fields are names in one log and objects in
/// another. `N/A` and `-` are no names.
pub(crate) fn plain(text: &str) -> &str {
    if text.starts_with(['{', '[']) || matches!(text, "N/A" | "-") {
        ""
    } else {
        text
    }
}

/// Host of a dependency's target: `orders.database.windows.net` of
/// `orders.database.windows.net | orders`.
pub(crate) fn target(text: &str) -> &str {
    text.split(" | ").next().unwrap_or(text).trim()
}

/// Host of a URL, or of text with a port.
pub(crate) fn host(text: &str) -> &str {
    let text = authority(text);
    match text.rsplit_once(':') {
        Some((host, port))
            if !port.is_empty() && port.bytes().all(|byte| byte.is_ascii_digit()) =>
        {
            host
        }
        _ => text,
    }
}

/// Method of a request's name, `GET /orders`; empty for other names.
pub(crate) fn method(name: &str) -> &str {
    const METHODS: [&str; 7] = ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"];
    let word = name.split(' ').next().unwrap_or_default();
    if METHODS.contains(&word) { word } else { "" }
}

/// Host and port of a URL, or the text itself.
pub(crate) fn authority(text: &str) -> &str {
    match text.split_once("://") {
        Some((_, rest)) => rest.split(['/', '?', '#']).next().unwrap_or(rest),
        None => text,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_lose_their_port() {
        let check = |text: &str, expected: &str| assert_eq!(address(text), expected, "{text}");
        check("10.0.0.1", "10.0.0.1");
        check("10.0.0.1:443", "10.0.0.1");
        check("2001:db8::1", "2001:db8::1");
        check("[2001:db8::1]:443", "2001:db8::1");
        check("87.174.239.XXX", "");
        check("0.0.0.0:52580", "");
        check("", "");
    }

    #[test]
    fn a_namespace_comes_from_the_resource_or_the_operation() {
        let id = "/subscriptions/s/resourceGroups/g/providers/Microsoft.Web/sites/a";
        assert_eq!(namespace(id, "x/y"), Some("Microsoft.Web"));
        assert_eq!(
            namespace("", "Microsoft.Compute/virtualMachines/write"),
            Some("Microsoft.Compute")
        );
        let nested = "/subscriptions/s/providers/Microsoft.Sql/servers/a/providers/Microsoft.Insights/diagnosticSettings/b";
        assert_eq!(namespace(nested, ""), Some("Microsoft.Sql"));
        assert_eq!(namespace("", "Sign-in activity"), None);
        assert_eq!(namespace("", "GET orders/1"), None);
    }

    #[test]
    fn targets_are_hosts() {
        assert_eq!(
            target("orders.database.windows.net | orders"),
            "orders.database.windows.net"
        );
        assert_eq!(
            authority("https://api.example.com:8443/x?y"),
            "api.example.com:8443"
        );
        assert_eq!(plain("{\"claims\":{}}"), "");
        assert_eq!(plain("N/A"), "");
        assert_eq!(tenant("/TENANTS/T/PROVIDERS/MICROSOFT.AADIAM"), "T");
        assert_eq!(tenant("/subscriptions/s"), "");
    }
}
