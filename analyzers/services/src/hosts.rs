//! What a word in a log says as the name of a host.

use std::net::IpAddr;

/// Ends of files of source code; `main.go:42` is no host.
const FILE_ENDS: [&str; 30] = [
    "go", "java", "py", "js", "ts", "tsx", "jsx", "mjs", "rb", "rs", "c", "cc", "cpp", "h", "hpp",
    "cs", "php", "kt", "scala", "ex", "swift", "lua", "pl", "sql", "yaml", "yml", "json", "xml",
    "log", "sh",
];

/// Last labels that end the name of a host, beyond those of countries.
const TOP_LABELS: [&str; 24] = [
    "com",
    "net",
    "org",
    "io",
    "dev",
    "app",
    "cloud",
    "info",
    "biz",
    "tech",
    "online",
    "shop",
    "store",
    "internal",
    "local",
    "svc",
    "lan",
    "corp",
    "consul",
    "intranet",
    "home",
    "localdomain",
    "test",
    "example",
];

/// Ports that services listen on by default.
///
/// www.iana.org/assignments/service-names-port-numbers and the manuals of the products, read
/// 2026-11-21.
const SERVICE_PORTS: [u16; 47] = [
    25, 80, 389, 443, 465, 587, 636, 1433, 1521, 1883, 2181, 2379, 3000, 3306, 4222, 4317, 4318,
    5000, 5432, 5433, 5671, 5672, 5984, 6379, 6380, 6432, 7687, 8000, 8080, 8081, 8086, 8443, 8500,
    8888, 9000, 9042, 9090, 9092, 9093, 9200, 9300, 9443, 11211, 26257, 27017, 50051, 61616,
];

/// First labels that say nothing of the service behind a public name.
const COMMON_LABELS: [&str; 16] = [
    "api", "www", "app", "web", "mail", "smtp", "cdn", "static", "auth", "login", "docs", "status",
    "portal", "blog", "assets", "img",
];

/// Whether services listen on `port` by default.
pub(crate) fn is_service_port(port: u16) -> bool {
    SERVICE_PORTS.contains(&port)
}

/// Host and port of `host:port`, `[v6]:port` or a host alone.
pub(crate) fn split_port(word: &str) -> (&str, Option<u16>) {
    if let Some(rest) = word.strip_prefix('[') {
        return match rest.split_once(']') {
            Some((host, port)) => (
                host,
                port.strip_prefix(':').and_then(|port| port.parse().ok()),
            ),
            None => (rest, None),
        };
    }
    match word.split_once(':') {
        Some((host, port)) if !port.contains(':') => {
            (host, port.parse().ok().filter(|port| *port > 0))
        }
        _ => (word, None),
    }
}

/// Whether `host` stands for the machine itself, its metadata service, or a whole network.
pub(crate) fn is_nobody(host: &str) -> bool {
    if host.eq_ignore_ascii_case("localhost")
        || host.ends_with(".localhost")
        || host.starts_with("localhost.")
    {
        return true;
    }
    match host.parse::<IpAddr>() {
        Ok(IpAddr::V4(address)) => {
            address.is_loopback()
                || address.is_unspecified()
                || address.is_link_local()
                || address.is_multicast()
                || address.is_broadcast()
        }
        Ok(IpAddr::V6(address)) => {
            address.is_loopback() || address.is_unspecified() || address.is_multicast()
        }
        Err(_) => false,
    }
}

/// Whether the address is one that every network may use for itself (RFC 1918, RFC 6598, RFC 4193).
pub(crate) fn is_private(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let [first, second, ..] = address.octets();
            address.is_private() || first == 100 && (64..128).contains(&second)
        }
        IpAddr::V6(address) => address
            .segments()
            .first()
            .is_some_and(|first| first & 0xfe00 == 0xfc00),
    }
}

/// Whether `word` has the shape of a host name: labels of letters, digits, `-` and `_`, not digits
/// alone.
pub(crate) fn is_host_name(word: &str) -> bool {
    let labels_fit = word.split('.').all(|label| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'))
            && !label.starts_with('-')
    });
    labels_fit
        && word.len() <= 253
        && word.bytes().any(|byte| byte.is_ascii_alphabetic())
        && !is_file(word)
}

/// Whether `word` is a word of letters alone, which any language may have.
pub(crate) fn is_bare(word: &str) -> bool {
    word.bytes().all(|byte| byte.is_ascii_alphabetic())
}

/// Whether `word` names a file of source code.
fn is_file(word: &str) -> bool {
    word.rsplit_once('.').is_some_and(|(_, end)| {
        FILE_ENDS
            .iter()
            .any(|known| end.eq_ignore_ascii_case(known))
    })
}

/// Whether a word without a port may stand as a host of its own: dashed or numbered like
/// `order-db`, or a full name that ends as names of hosts do. `com.example.Client` is none.
pub(crate) fn stands_alone(word: &str) -> bool {
    if !is_host_name(word) || word.bytes().any(|byte| byte.is_ascii_uppercase()) {
        return false;
    }
    match word.rsplit_once('.') {
        Some((_, last)) => TOP_LABELS.contains(&last) || last.len() == 2 && is_bare(last),
        None => {
            word.contains('-')
                && word.starts_with(|c: char| c.is_ascii_lowercase())
                && !is_random(word)
        }
    }
}

/// Whether `word` looks like an id that was drawn, not a name that was given: `req-8f3a9c21`, a
/// UUID.
pub(crate) fn is_random(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    digits > 4 || word.len() > 80
}

/// Name of the service in a Kubernetes host name: `cart` of `cart.shop.svc.cluster.local`.
///
/// kubernetes.io/docs/concepts/services-networking/dns-pod-service, read 2026-11-21.
pub(crate) fn kubernetes_service(host: &str) -> Option<&str> {
    let mut labels = host.split('.');
    let (first, second, third) = (labels.next()?, labels.next()?, labels.next()?);
    if third == "svc" {
        return Some(first);
    }
    // The pod of a stateful set stands before its service: `db-0.db.shop.svc`.
    (labels.next() == Some("svc")).then_some(second)
}

/// Whether a host is one within a network of its own, whose names its owner gave.
pub(crate) fn is_internal(host: &str) -> bool {
    let (_, domain) = host.split_once('.').unwrap_or((host, ""));
    let ends = ["internal", "local", "svc", "lan", "consul", "corp"];
    !domain.contains('.') || ends.iter().any(|end| domain.ends_with(end))
}

/// Names that the first label of `host` may stand for, the most likely first, without what clouds
/// add to the names of their users.
pub(crate) fn label_names(host: &str) -> Vec<&str> {
    let (label, domain) = host.split_once('.').unwrap_or((host, ""));
    if !is_internal(host) && COMMON_LABELS.contains(&label) {
        return Vec::new();
    }
    let mut names = vec![label];
    if domain.ends_with("run.app") {
        // `name-hash-uc.a.run.app`, or `name-number.region.run.app`.
        names.extend(without_last_parts(label, 2));
        names.extend(without_last_parts(label, 1));
    } else if is_load_balancer(domain) {
        let name = label.strip_prefix("internal-").unwrap_or(label);
        names.extend(without_last_parts(name, 1));
    } else if let Some((name, last)) = label.rsplit_once('-') {
        // Pods of a stateful set are counted; those of a deployment bear two drawn parts.
        if last.bytes().all(|byte| byte.is_ascii_digit()) {
            names.push(name);
        } else if last.len() == 5 {
            names
                .extend(without_last_parts(label, 2).filter(|name| label.len() - name.len() >= 12));
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// Whether a host in this domain is a load balancer of AWS, which has its name in front.
fn is_load_balancer(domain: &str) -> bool {
    let ends = [".elb.amazonaws.com", ".elb.amazonaws.com.cn"];
    ends.iter().any(|end| domain.ends_with(end))
}

fn without_last_parts(label: &str, count: usize) -> Option<&str> {
    let mut name = label;
    for _ in 0..count {
        name = name.rsplit_once('-')?.0;
    }
    Some(name)
}

/// Cloud that a host name belongs to.
pub(crate) fn provider_of(host: &str) -> Option<&'static str> {
    let ends = |suffixes: &[&str]| suffixes.iter().any(|suffix| host.ends_with(suffix));
    if ends(&[
        ".amazonaws.com",
        ".amazonaws.com.cn",
        ".cloudfront.net",
        ".compute.internal",
    ]) {
        Some("aws")
    } else if ends(&[
        ".windows.net",
        ".azure.com",
        ".azurewebsites.net",
        ".azurecontainerapps.io",
        ".azure.net",
        ".azurefd.net",
    ]) {
        Some("azure")
    } else if ends(&[
        ".googleapis.com",
        ".run.app",
        ".cloudfunctions.net",
        ".appspot.com",
    ]) {
        Some("gcp")
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hosts_are_told_from_other_words() {
        assert_eq!(split_port("order-db:5432"), ("order-db", Some(5432)));
        assert_eq!(split_port("[fd00::1]:443"), ("fd00::1", Some(443)));
        assert_eq!(split_port("fd00::1"), ("fd00::1", None));
        assert_eq!(split_port("a:99999"), ("a", None));
        assert!(!is_host_name("main.go") && !is_host_name("12.5") && !is_host_name("a b"));
        assert!(stands_alone("order-db") && stands_alone("orders.example.com"));
        assert!(
            !stands_alone("com.example.Client")
                && !stands_alone("java.net.socket")
                && !stands_alone("cart")
        );
        assert!(
            is_nobody("127.0.0.1")
                && is_nobody("localhost")
                && is_nobody("169.254.169.254")
                && is_nobody("::1")
        );
        assert!(!is_nobody("10.0.0.1"));
    }

    #[test]
    fn names_are_freed_from_what_clouds_add() {
        assert_eq!(
            kubernetes_service("cart.shop.svc.cluster.local"),
            Some("cart")
        );
        assert_eq!(kubernetes_service("db-0.db.shop.svc"), Some("db"));
        assert_eq!(kubernetes_service("cart.shop"), None);
        assert_eq!(
            label_names("cart-7hq2x-uc.a.run.app"),
            ["cart-7hq2x-uc", "cart", "cart-7hq2x"]
        );
        assert_eq!(
            label_names("internal-cart-1234567.eu-west-1.elb.amazonaws.com"),
            ["internal-cart-1234567", "cart"]
        );
        assert_eq!(
            label_names("cart-1234567.cn-north-1.elb.amazonaws.com.cn"),
            ["cart-1234567", "cart"]
        );
        assert_eq!(
            label_names("cart-6d4cf56db6-x2x7z"),
            ["cart-6d4cf56db6-x2x7z", "cart"]
        );
        assert_eq!(label_names("order-db-0"), ["order-db-0", "order-db"]);
        assert!(label_names("api.example.com").is_empty());
        assert_eq!(label_names("api.shop.internal"), ["api"]);
    }
}
