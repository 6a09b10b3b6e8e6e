//! Names by which ingress-nginx calls what it hands requests to: `NAMESPACE-SERVICE-PORT`, where
//! the port is a number or a name.
//!
//! kubernetes.github.io/ingress-nginx/user-guide/nginx-configuration/log-format (read 2026-11-29).

use nepho_core::key::KubernetesKey;

/// Dashes in the name of a port that are looked behind.
const DASHES: usize = 3;

/// Words in names of ports.
const PORTS: [&str; 11] = [
    "grpc", "http", "http2", "https", "metrics", "port", "tcp", "tls", "web", "ws", "wss",
];

/// Beginning of the names for a Service, in lower case: `NAMESPACE-SERVICE`.
pub(crate) fn front(id: &str) -> Option<String> {
    let object = KubernetesKey::parse(id)?;
    let is_service = object.kind == "service" && object.group.is_empty();
    let front = || format!("{}-{}", object.namespace, object.name).to_lowercase();
    is_service.then(front)
}

/// Beginnings of a name that may be those of a Service.
pub(crate) fn fronts(name: &str) -> impl Iterator<Item = &str> {
    let dashes = name.rmatch_indices('-').take(DASHES);
    dashes
        .filter(|(at, _)| is_port(&name[at + 1..]))
        .map(|(at, _)| &name[..at])
}

/// Whether a text is a number, or begins or ends as ports are mostly called.
fn is_port(text: &str) -> bool {
    let is_number = !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
    let mut words = text.split('-');
    is_number || words.any(|word| PORTS.contains(&word))
}

/// Whether `name`, in lower case, is one for the Service with this id.
pub(crate) fn is_upstream(name: &str, id: &str) -> bool {
    front(id).is_some_and(|front| fronts(name).any(|own| own == front))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_upstream_has_namespace_service_and_port() {
        let check = |name: &str, id: &str, expected: bool| {
            assert_eq!(is_upstream(name, id), expected, "{name} {id}");
        };
        let web = "k8s:////service/shop/web";
        check("shop-web-80", web, true);
        check("shop-web-http-alt", web, true);
        check("shop-web", web, false);
        check("shop-web-", web, false);
        check("shop-website-80", web, false);
        check("shop-web-worker", web, false);
        check("shop-web-80", "k8s:///apps/deployment/shop/web", false);
        check("shop-web-80", "arn:aws:s3:::shop-web", false);
    }
}
