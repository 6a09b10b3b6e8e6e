//! The two ends of a proxied request: clients behind proxies, names of hosts.

use std::net::IpAddr;

use nepho_codec::table::address;
use nepho_core::tables::{Column, Row};

/// Client of a list of addresses as `X-Forwarded-For` has it: the first public address, else the
/// first address. Lists begin with the client, and a client's own network may stand before it.
pub(crate) fn client_of(list: &str) -> Option<(&str, Option<u16>)> {
    let mut first = None;
    for item in list.split([',', ' ', '"']) {
        let Some((text, port)) = address(item) else {
            continue;
        };
        if text.parse().is_ok_and(is_public) {
            return Some((text, port));
        }
        first = first.or(Some((text, port)));
    }
    first
}

/// Whether an address is one of the public network.
pub(crate) fn is_public_text(address: &str) -> bool {
    address.parse().is_ok_and(is_public)
}

fn is_public(address: IpAddr) -> bool {
    match address {
        IpAddr::V4(address) => {
            let is_shared = address.octets()[0] == 100 && address.octets()[1] & 0xc0 == 64;
            let is_special = address.is_unspecified() || address.is_link_local();
            !(address.is_private() || address.is_loopback() || is_shared || is_special)
        }
        IpAddr::V6(address) => {
            let first = address.segments()[0];
            let is_local = first & 0xfe00 == 0xfc00 || first & 0xffc0 == 0xfe80;
            !(address.is_loopback() || address.is_unspecified() || is_local)
        }
    }
}

/// Puts the client of a list of addresses into the row.
pub(crate) fn put_client(list: &str, row: &mut Row<'_>) {
    if let Some((address, port)) = client_of(list) {
        row.text(Column::SourceIp, address);
        put_source_port(port, row);
    }
}

/// Port 0 stands for a port that is not known: Envoy takes the address from a header then.
fn put_source_port(port: Option<u16>, row: &mut Row<'_>) {
    if let Some(port) = port.filter(|port| *port != 0) {
        row.source_port(port);
    }
}

/// Puts the other end, `10.0.0.5:8080`, `http://10.0.0.5:8080/cart` or `web:8080`, into the row.
pub(crate) fn put_peer(text: &str, row: &mut Row<'_>) {
    let text = text.split_once("://").map_or(text, |(_, rest)| rest);
    if let Some(path) = text.strip_prefix("unix:") {
        // nginx puts a colon between the path of a socket and that of a request.
        let end = path
            .find(':')
            .map_or(text.len(), |colon| "unix:".len() + colon);
        row.text(Column::Peer, text.get(..end).unwrap_or(text));
        return;
    }
    let text = text.split('/').next().unwrap_or(text);
    match address(text) {
        Some((address, port)) => {
            row.text(Column::Peer, address);
            if let Some(port) = port {
                row.peer_port(port);
            }
        }
        None => {
            row.text(Column::Peer, without_port(text));
            if let Some(port) = port_of(text) {
                row.peer_port(port);
            }
        }
    }
}

fn port_of(host: &str) -> Option<u16> {
    host.rsplit_once(':')?.1.parse().ok()
}

/// Name of a host without its port.
pub(crate) fn without_port(host: &str) -> &str {
    match host.rsplit_once(':') {
        Some((name, port)) if port.bytes().all(|byte| byte.is_ascii_digit()) => name,
        _ => host,
    }
}

/// Service that a host name stands for; empty for addresses and names that say nothing.
///
/// Names within a Kubernetes cluster are those of services: `reviews.shop.svc.cluster.local` is
/// `reviews`. Other names stand for themselves, without their port.
pub(crate) fn service_of(host: &str) -> &str {
    let host = host.split_once("://").map_or(host, |(_, rest)| rest);
    let host = host.split('/').next().unwrap_or(host);
    if address(host).is_some() {
        return "";
    }
    let host = without_port(host);
    if matches!(host, "_" | "*" | "-" | "localhost" | "default") || host.starts_with('~') {
        return "";
    }
    match host.split_once('.') {
        Some((name, rest)) if rest.ends_with(".svc") || rest.contains(".svc.") => name,
        _ => host,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_public_address_is_the_client() {
        let client = |list| client_of(list).map(|(address, _)| address);
        assert_eq!(
            client("10.0.0.2, 203.0.113.7, 10.0.0.1"),
            Some("203.0.113.7")
        );
        assert_eq!(client("10.0.0.2, 127.0.0.1"), Some("10.0.0.2"));
        assert_eq!(client("unknown, 2001:db8::1"), Some("2001:db8::1"));
        assert_eq!(client("localhost"), None);
    }

    #[test]
    fn hosts_stand_for_services() {
        assert_eq!(service_of("reviews.shop.svc.cluster.local:9080"), "reviews");
        assert_eq!(service_of("reviews:9080"), "reviews");
        assert_eq!(service_of("shop.example.com"), "shop.example.com");
        assert_eq!(
            service_of("http://shop.example.com:8080/a"),
            "shop.example.com"
        );
        assert_eq!(service_of("10.0.0.1:80"), "");
        assert_eq!(service_of("[2001:db8::1]:80"), "");
        assert_eq!(service_of("_"), "");
    }
}
