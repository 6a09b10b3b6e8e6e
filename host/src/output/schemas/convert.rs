//! Values as schemas want them.

use std::net::IpAddr;

/// What the text of a protocol names.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Protocol<'a> {
    /// A transport, in lower case, and its IANA number where it is known.
    Transport(String, Option<u8>),
    /// HTTP of a version.
    Http(&'a str),
    /// Method of HTTP, which is no protocol.
    Method,
    /// Scheme of a URL: `http`, `https`, `ws`, `wss`.
    Scheme(String),
    /// Another, in lower case.
    Other(String),
}

/// Transports with their numbers.
///
/// Source: IANA, "Assigned Internet Protocol Numbers", as of 2026-11-27.
const TRANSPORTS: [(&str, u8); 9] = [
    ("icmp", 1),
    ("igmp", 2),
    ("tcp", 6),
    ("udp", 17),
    ("gre", 47),
    ("esp", 50),
    ("ah", 51),
    ("ipv6-icmp", 58),
    ("sctp", 132),
];

/// Reads the text of a protocol: `6`, `TCP`, `HTTP/1.1`, `https`.
pub(super) fn protocol(text: &str) -> Protocol<'_> {
    let lower = text.to_ascii_lowercase();
    if let Ok(number) = text.parse::<u8>() {
        let named = TRANSPORTS.iter().find(|(_, other)| *other == number);
        let name = named.map_or(lower, |(name, _)| (*name).to_owned());
        return Protocol::Transport(name, Some(number));
    }
    let spelled = match &*lower {
        "icmpv6" | "icmp6" => "ipv6-icmp",
        other => other,
    };
    if let Some((name, number)) = TRANSPORTS.iter().find(|(name, _)| *name == spelled) {
        return Protocol::Transport((*name).to_owned(), Some(*number));
    }
    match &*lower {
        "http" | "https" | "ws" | "wss" => Protocol::Scheme(lower),
        "quic" => Protocol::Transport(lower, None),
        _ if METHODS.contains(&text) => Protocol::Method,
        _ => match http_version(text) {
            Some(version) if text.len() > version.len() => Protocol::Http(version),
            _ => Protocol::Other(lower),
        },
    }
}

/// Methods of HTTP that OCSF 1.5 has a word for.
pub(super) const METHODS: [&str; 8] = [
    "OPTIONS", "GET", "HEAD", "POST", "PUT", "DELETE", "TRACE", "CONNECT",
];

/// Whether a text is a method of HTTP: capital letters and hyphens, as all of IANA's registry, or
/// one of the common ones in small letters.
pub(super) fn is_http_method(text: &str) -> bool {
    const COMMON: [&str; 7] = ["get", "put", "post", "head", "patch", "delete", "options"];
    let is_capital = |byte: u8| byte.is_ascii_uppercase() || byte == b'-';
    text.bytes().any(|byte| byte.is_ascii_uppercase()) && text.bytes().all(is_capital)
        || COMMON
            .iter()
            .any(|common| text.eq_ignore_ascii_case(common))
}

/// Version in `HTTP/1.1`, `http/2` or `2.0`.
pub(super) fn http_version(text: &str) -> Option<&str> {
    let start = text.get(..5).unwrap_or_default();
    let version = match start.eq_ignore_ascii_case("http/") {
        true => text.get(5..)?,
        false => text,
    };
    is_version(version).then_some(version)
}

/// Name and version in `TLSv1.2`, `TLS 1.3`, `tls1_2`, `SSLv3` or `1.2`.
pub(super) fn tls_version(text: &str) -> Option<(&'static str, String)> {
    let lower = text.to_ascii_lowercase();
    let (name, rest) = match lower.strip_prefix("ssl") {
        Some(rest) => ("ssl", rest),
        None => ("tls", lower.strip_prefix("tls").unwrap_or(&lower)),
    };
    let version = rest.trim_start_matches(['v', ' ', '_']).replace('_', ".");
    is_version(&version).then_some((name, version))
}

fn is_version(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_digit())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_digit() || byte == b'.')
}

/// An id of so many hexadecimal digits, in lower case: of the digits themselves, of an X-Ray trace
/// id (`Root=1-67891233-abcdef012345678912345678`), a UUID, a Google trace name
/// (`projects/p/traces/...`). None for anything else, and for zero, which stands for no id.
pub(super) fn hex_id(text: &str, digits: usize) -> Option<String> {
    let text = text.rsplit(['/', '=']).next().unwrap_or(text);
    let text = text.strip_prefix("1-").unwrap_or(text);
    let id: String = text.chars().filter(|letter| *letter != '-').collect();
    let is_hex = id.len() == digits && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let is_zero = id.bytes().all(|byte| byte == b'0');
    (is_hex && !is_zero).then(|| id.to_ascii_lowercase())
}

/// Whether the text is an IP address.
pub(super) fn is_ip(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// Whether the text may be the name of a host: labels of letters, digits, hyphens and, as in names
/// of services and of machines that no one else has to find, underscores. It may end with the full
/// stop of the root.
pub(super) fn is_host_name(text: &str) -> bool {
    let is_wide = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    let text = text.strip_suffix('.').unwrap_or(text);
    text.split('.').map(str::as_bytes).all(|label| {
        label.first().is_some_and(is_wide)
            && label.last().is_some_and(is_wide)
            && label.iter().all(|byte| is_wide(byte) || *byte == b'-')
    })
}

/// Whether the text is a log stream of Lambda, which names an instance of a function:
/// `2021/06/28/[$LATEST]2f399eb14537447da05ab2a2e39309de` or `2021/06/28/orders[7]2f399eb1`.
///
/// Source: opentelemetry.io/docs/specs/semconv/resource/faas, `faas.instance`, as of 2026-11-27.
pub(super) fn is_instance(text: &str) -> bool {
    let mut parts = text.splitn(4, '/');
    let mut is_number = |digits: usize| {
        let part = parts.next().unwrap_or_default();
        part.len() == digits && part.bytes().all(|byte| byte.is_ascii_digit())
    };
    let has_date = is_number(4) && is_number(2) && is_number(2);
    let rest = parts.next().unwrap_or_default();
    has_date
        && rest
            .split_once('[')
            .is_some_and(|(_, rest)| rest.contains(']'))
}

/// Whether the name of what wrote an event is that of a logger within a program, a class or a
/// module (`kafka.server.ReplicaManager`), and not that of the program.
pub(super) fn is_logger(name: &str) -> bool {
    const PROGRAMS: [&str; 8] = ["bin", "bat", "dll", "exe", "jar", "js", "py", "sh"];
    let is_word = |label: &str| {
        let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"_$-".contains(&byte);
        label.starts_with(|first: char| first.is_ascii_alphabetic()) && label.bytes().all(is_part)
    };
    let last = name.rsplit('.').next().unwrap_or_default();
    name.contains('.') && name.split('.').all(is_word) && !PROGRAMS.contains(&last)
}

/// Host and port of `reviews:9080` or `[2001:db8::1]:8443`.
pub(super) fn host_and_port(text: &str) -> Option<(&str, u16)> {
    let (host, port) = text.rsplit_once(':')?;
    let inner = host
        .strip_prefix('[')
        .and_then(|host| host.strip_suffix(']'));
    let is_host = match inner {
        Some(address) => is_ip(address),
        None => is_host_name(host),
    };
    Some((inner.unwrap_or(host), port.parse().ok()?)).filter(|_| is_host)
}

/// Whether a word says that something is so.
pub(super) fn truth(word: &str) -> Option<bool> {
    match word.to_ascii_lowercase().as_str() {
        "true" | "yes" | "1" => Some(true),
        "false" | "no" | "0" => Some(false),
        _ => None,
    }
}

/// Direction of a connection: the words of ECS and of OCSF for it.
///
/// Source: ECS 9.4, `network.direction`; OCSF 1.5.0, `network_connection_info`, `direction_id`.
pub(super) fn direction(word: &str) -> Option<(&'static str, &'static str)> {
    match word.to_ascii_lowercase().as_str() {
        "ingress" => Some(("ingress", "Inbound")),
        "egress" => Some(("egress", "Outbound")),
        "in" | "i" | "inbound" | "incoming" | "receive" => Some(("inbound", "Inbound")),
        "out" | "o" | "outbound" | "outgoing" | "send" => Some(("outbound", "Outbound")),
        _ => None,
    }
}

/// What the text that names a user is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum User {
    /// An id: an ARN, a UUID, digits.
    Id,
    /// An e-mail address.
    Email,
    /// A name.
    Name,
}

/// What the text that names a user is.
pub(super) fn user(text: &str) -> User {
    let bytes = || text.bytes();
    let is_hex = |byte: u8| byte.is_ascii_hexdigit() || byte == b'-';
    if text.starts_with("arn:")
        || bytes().all(|byte| byte.is_ascii_digit())
        || text.len() >= 32 && bytes().all(is_hex)
        || ["AIDA", "AROA", "AKIA", "ASIA"]
            .iter()
            .any(|start| text.starts_with(start))
            && text.len() >= 16
    {
        return User::Id;
    }
    let is_plain = |byte: u8| byte.is_ascii_graphic() && !b"\"(),:;<>@[]\\".contains(&byte);
    match text.split_once('@') {
        Some((name, domain))
            if !name.is_empty()
                && name.bytes().all(is_plain)
                && domain.contains('.')
                && is_host_name(domain) =>
        {
            User::Email
        }
        _ => User::Name,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn protocols_are_told_apart() {
        let tcp = || Protocol::Transport("tcp".to_owned(), Some(6));
        assert_eq!(protocol("6"), tcp());
        assert_eq!(protocol("TCP"), tcp());
        assert_eq!(protocol("HTTP/1.1"), Protocol::Http("1.1"));
        assert_eq!(protocol("HTTPS"), Protocol::Scheme("https".to_owned()));
        assert_eq!(protocol("GET"), Protocol::Method);
        assert_eq!(protocol("Kudu"), Protocol::Other("kudu".to_owned()));
    }

    #[test]
    fn directions_have_one_spelling() {
        assert_eq!(direction("EGRESS"), Some(("egress", "Outbound")));
        assert_eq!(direction("I"), Some(("inbound", "Inbound")));
        assert_eq!(direction("Send"), Some(("outbound", "Outbound")));
        assert_eq!(direction("up"), None);
    }

    #[test]
    fn methods_are_no_protocols() {
        for method in ["GET", "VERSION-CONTROL", "patch"] {
            assert!(is_http_method(method), "{method}");
        }
        for other in ["publickey", "RSA2048", "", "tls"] {
            assert!(!is_http_method(other), "{other}");
        }
    }

    #[test]
    fn versions_lose_their_names() {
        assert_eq!(http_version("HTTP/2"), Some("2"));
        assert_eq!(http_version("1.1.0.0"), Some("1.1.0.0"));
        assert_eq!(http_version("-"), None);
        let check = |text: &str, expected: Option<(&'static str, &str)>| {
            let found = tls_version(text);
            let found = found.as_ref().map(|(name, version)| (*name, &**version));
            assert_eq!(found, expected, "{text}");
        };
        check("TLSv1.2", Some(("tls", "1.2")));
        check("TLS 1.3", Some(("tls", "1.3")));
        check("TLS1_2", Some(("tls", "1.2")));
        check("SSLv3", Some(("ssl", "3")));
        check("-", None);
    }

    #[test]
    fn names_of_hosts_have_labels() {
        for host in [
            "web-1",
            "a.example.com",
            "r2-d2.example.com.",
            "PC_01",
            "10.0.0.1",
        ] {
            assert!(is_host_name(host), "{host}");
        }
        for other in ["", ".", "a..b", "-a", "a-", "web:80", "main/node-1"] {
            assert!(!is_host_name(other), "{other}");
        }
    }

    #[test]
    fn instances_of_functions_are_no_hosts() {
        assert!(is_instance("2020/06/09/[$LATEST]b249865adaaf4fad80f95f8ad"));
        assert!(is_instance("2020/06/09/orders[7]b249865adaaf4fad80f95f8ad"));
        for host in [
            "web-1",
            "main/node-1",
            "ecs/cart/0123456789abcdef",
            "2020/06/09/a",
        ] {
            assert!(!is_instance(host), "{host}");
        }
    }

    #[test]
    fn loggers_are_no_programs() {
        for logger in ["kafka.server.ReplicaManager$1", "shop.cart", "o.e.n.Node"] {
            assert!(is_logger(logger), "{logger}");
        }
        for program in [
            "nginx",
            "svchost.exe",
            "python3.11",
            "/usr/bin/run.d",
            "app.js",
            "a..b",
        ] {
            assert!(!is_logger(program), "{program}");
        }
    }

    #[test]
    fn ports_are_told_from_hosts() {
        assert_eq!(host_and_port("reviews:9080"), Some(("reviews", 9080)));
        let wide = Some(("2001:db8::1", 8443));
        assert_eq!(host_and_port("[2001:db8::1]:8443"), wide);
        assert_eq!(host_and_port("2001:db8::1"), None);
        assert_eq!(host_and_port("reviews"), None);
    }

    #[test]
    fn trace_ids_are_hexadecimal() {
        let id = Some("67891233abcdef012345678912345678".to_owned());
        assert_eq!(hex_id("Root=1-67891233-abcdef012345678912345678", 32), id);
        assert_eq!(
            hex_id("projects/p/traces/67891233ABCDEF012345678912345678", 32),
            id
        );
        assert_eq!(hex_id("67891233-abcd-ef01-2345-678912345678", 32), id);
        assert_eq!(hex_id("00000000000000000000000000000000", 32), None);
        assert_eq!(hex_id("1234", 16), None);
    }

    #[test]
    fn users_have_ids_addresses_or_names() {
        assert_eq!(user("arn:aws:iam::123456789012:user/ana"), User::Id);
        assert_eq!(user("607964b6-41a5-4e24-a5db-db7aab3b9b34"), User::Id);
        assert_eq!(user("ana@example.com"), User::Email);
        assert_eq!(user("Ana Lee@example.com"), User::Name);
        assert_eq!(user("system:serviceaccount:default:web"), User::Name);
    }
}
