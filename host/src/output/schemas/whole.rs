//! What objects of OCSF cannot do without: the schema names attributes of which one must be there,
//! and refuses events without it.
//!
//! What an object that lacks them tells goes to another place of the schema that may hold it, or to
//! `unmapped`.
//!
//! Source: OCSF 1.5.0, `constraints` and required attributes of the objects.

use serde_json::{Map, Value as Json, json};

use super::class::Class;
use super::convert;
use super::row::SchemaRow;
use super::tree::Tree;

/// Objects that tell nothing unless one of these attributes is there.
const NEEDS: [(&str, &[&str]); 11] = [
    ("user", &["name", "uid", "account"]),
    ("actor.user", &["name", "uid", "account"]),
    ("actor.process", &["pid", "uid"]),
    ("src_endpoint", ENDS),
    ("dst_endpoint", ENDS),
    ("device", ENDS),
    ("http_request.url", &["path", "url_string"]),
    ("http_response", &["code"]),
    ("query", &["hostname"]),
    ("tls", &["version"]),
    ("finding_info.analytic", &["name", "uid"]),
];

/// What tells which end of a connection, or which device.
const ENDS: &[&str] = &[
    "ip",
    "hostname",
    "name",
    "uid",
    "instance_uid",
    "interface_uid",
    "svc_name",
];

/// In place of what a class requires and the event does not tell.
pub(super) const UNKNOWN: &str = "Unknown";

/// Makes all objects of the event of a row whole.
pub(super) fn make_whole(row: &SchemaRow<'_>, tree: &mut Tree) {
    make(row.class, tree, &|path| row.name_of(path));
}

/// As [`make_whole`]; `name_of` tells under which name a row has what stands at a path.
fn make(class: Class, tree: &mut Tree, name_of: &dyn Fn(&str) -> Option<String>) {
    for user in ["user", "actor.user"] {
        name_by_address(user, tree);
    }
    if let Some(Json::String(name)) = name_of_process(tree) {
        tree.put("actor.app_name", name);
    }
    split_host_of_url(tree);
    for end in ["src_endpoint", "dst_endpoint", "device"] {
        name_of_no_host(end, tree);
    }
    forwarded_for(tree);
    for (object, needed) in NEEDS {
        let has_one =
            |held: &mut Map<String, Json>| needed.iter().any(|key| held.contains_key(*key));
        if tree.object(object).is_some_and(|held| !has_one(held)) {
            unmap(object, tree, name_of);
        }
    }
    if class == Class::Api {
        if !tree.has("actor") {
            tree.put("actor.user", json!({"name": UNKNOWN, "type_id": 0}));
        }
        if !tree.has("src_endpoint") {
            tree.put("src_endpoint.name", UNKNOWN);
        }
    }
    if class == Class::Authentication
        && !tree.has("service")
        && !tree.has("dst_endpoint")
        && let Some(host) = tree.get("device").cloned()
    {
        // Who signs in at a host asks that.
        tree.put("dst_endpoint", host);
    }
}

/// A user that is told by the address only has it for a name.
fn name_by_address(user: &str, tree: &mut Tree) {
    let Some(held) = tree.object(user) else {
        return;
    };
    if let Some(address) = held.get("email_addr").cloned()
        && !["name", "uid"].iter().any(|key| held.contains_key(*key))
    {
        held.insert("name".to_owned(), address);
    }
}

/// The name of a process that has no number: it is that of a program.
fn name_of_process(tree: &mut Tree) -> Option<Json> {
    let process = tree.object("actor.process")?;
    let has_id = ["pid", "uid"].iter().any(|key| process.contains_key(*key));
    match has_id {
        true => None,
        false => tree.take("actor.process.name"),
    }
}

/// `reviews:9080` is a host and a port.
fn split_host_of_url(tree: &mut Tree) {
    let Some(url) = tree.object("http_request.url") else {
        return;
    };
    let host = url.get("hostname").and_then(Json::as_str);
    let parts = host.and_then(convert::host_and_port);
    if let Some((host, port)) = parts.map(|(host, port)| (host.to_owned(), port)) {
        url.insert("hostname".to_owned(), host.into());
        url.entry("port").or_insert_with(|| port.into());
    }
}

/// What cannot be the name of a host is a name.
fn name_of_no_host(end: &str, tree: &mut Tree) {
    let Some(held) = tree.object(end) else {
        return;
    };
    let is_host = |host: &Json| host.as_str().is_some_and(convert::is_host_name);
    if held.get("hostname").is_some_and(|host| !is_host(host))
        && let Some(host) = held.remove("hostname")
    {
        held.entry("name").or_insert(host);
    }
}

/// Addresses that a request was forwarded for, without their ports. Where not all of them are
/// addresses, `unmapped` has the text.
fn forwarded_for(tree: &mut Tree) {
    let path = "http_request.x_forwarded_for";
    let Some(Json::Array(told)) = tree.take(path) else {
        return;
    };
    let texts: Vec<&str> = told.iter().filter_map(Json::as_str).collect();
    let address = |part: &str| {
        let host = convert::host_and_port(part).map_or(part, |(host, _)| host);
        convert::is_ip(host).then(|| host.to_owned())
    };
    let parts = texts.iter().flat_map(|text| text.split(','));
    let addresses: Vec<_> = parts.map(|part| address(part.trim())).collect();
    if addresses.iter().any(Option::is_none) {
        tree.put("unmapped.x_forwarded_for", texts.join(", "));
    }
    let addresses: Vec<String> = addresses.into_iter().flatten().collect();
    if !addresses.is_empty() {
        tree.put(path, json!(addresses));
    }
}

/// Puts what an object tells to `unmapped`, under the names that the row has for it.
fn unmap(object: &str, tree: &mut Tree, name_of: &dyn Fn(&str) -> Option<String>) {
    let Some(Json::Object(held)) = tree.take(object) else {
        return;
    };
    let mut left: Vec<(String, Json)> = held.into_iter().collect();
    while let Some((key, value)) = left.pop() {
        if let Json::Object(inner) = value {
            let inner = inner.into_iter();
            left.extend(inner.map(|(inner, value)| (format!("{key}.{inner}"), value)));
            continue;
        }
        // A number that stands for an unknown kind tells nothing.
        if key == "type_id" {
            continue;
        }
        let path = format!("{object}.{key}");
        let name = name_of(&path).unwrap_or_else(|| path.replace('.', "_"));
        tree.put(&format!("unmapped.{name}"), value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn whole(class: Class, paths: &[(&str, Json)]) -> String {
        let mut tree = Tree::default();
        for (path, value) in paths {
            tree.put(path, value.clone());
        }
        make(class, &mut tree, &|path| {
            (path == "src_endpoint.port").then(|| "source_port".to_owned())
        });
        tree.into_value().to_string()
    }

    #[test]
    fn objects_without_an_identity_are_unmapped() {
        let ends = [
            ("src_endpoint.port", json!(50123)),
            ("dst_endpoint.ip", json!("10.0.0.1")),
            ("dst_endpoint.port", json!(443)),
        ];
        assert_eq!(
            whole(Class::Network, &ends),
            r#"{"dst_endpoint":{"ip":"10.0.0.1","port":443},"unmapped":{"source_port":50123}}"#
        );
        let country = [("src_endpoint.location.country", json!("US"))];
        assert_eq!(
            whole(Class::Network, &country),
            r#"{"unmapped":{"src_endpoint_location_country":"US"}}"#
        );
        let response = [("http_response.length", json!(12))];
        assert_eq!(
            whole(Class::Http, &response),
            r#"{"unmapped":{"http_response_length":12}}"#
        );
    }

    #[test]
    fn users_and_programs_have_names() {
        let user = [("user.email_addr", json!("mona@example.com"))];
        assert_eq!(
            whole(Class::Authentication, &user),
            r#"{"user":{"email_addr":"mona@example.com","name":"mona@example.com"}}"#
        );
        let name = ("actor.process.name", json!("sshd"));
        assert_eq!(
            whole(Class::Other, std::slice::from_ref(&name)),
            r#"{"actor":{"app_name":"sshd"}}"#
        );
        let line = ("actor.process.cmd_line", json!("sshd -D"));
        assert_eq!(
            whole(Class::Other, &[name.clone(), line.clone()]),
            r#"{"actor":{"app_name":"sshd"},"unmapped":{"actor_process_cmd_line":"sshd -D"}}"#
        );
        let number = ("actor.process.pid", json!(7));
        assert_eq!(
            whole(Class::Other, &[name, number]),
            r#"{"actor":{"process":{"name":"sshd","pid":7}}}"#
        );
    }

    #[test]
    fn names_of_hosts_are_told_from_other_names() {
        let url = [
            ("http_request.url.hostname", json!("reviews:9080")),
            ("http_request.url.path", json!("/")),
            ("dst_endpoint.hostname", json!("unix:/run/app.sock")),
            ("device.hostname", json!("web-1.example.com")),
        ];
        assert_eq!(
            whole(Class::Http, &url),
            r#"{"device":{"hostname":"web-1.example.com"},"dst_endpoint":{"name":"unix:/run/app.sock"},"http_request":{"url":{"hostname":"reviews","path":"/","port":9080}}}"#
        );
        let forwarded = [(
            "http_request.x_forwarded_for",
            json!(["10.0.0.1:443, unknown, 10.0.0.2"]),
        )];
        assert_eq!(
            whole(Class::Http, &forwarded),
            r#"{"http_request":{"x_forwarded_for":["10.0.0.1","10.0.0.2"]},"unmapped":{"x_forwarded_for":"10.0.0.1:443, unknown, 10.0.0.2"}}"#
        );
    }

    #[test]
    fn a_call_has_an_actor_and_an_origin() {
        assert_eq!(
            whole(Class::Api, &[]),
            r#"{"actor":{"user":{"name":"Unknown","type_id":0}},"src_endpoint":{"name":"Unknown"}}"#
        );
    }
}
