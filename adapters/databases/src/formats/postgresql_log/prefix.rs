//! What stands between the time and the severity: whatever `log_line_prefix` asks for.

use std::net::IpAddr;

/// Names that prefixes give to the user.
const USER: [&str; 3] = ["user=", "usr=", "u="];
/// Names that prefixes give to the database.
const DATABASE: [&str; 3] = ["db=", "database=", "d="];
/// Names that prefixes give to the application.
const APPLICATION: [&str; 4] = ["app=", "application=", "application_name=", "a="];
/// Names that prefixes give to the client.
const CLIENT: [&str; 6] = ["client=", "host=", "remote=", "h=", "r=", "ip="];

/// Values of a prefix.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Prefix<'a> {
    pub(super) user: Option<&'a str>,
    pub(super) database: Option<&'a str>,
    pub(super) application: Option<&'a str>,
    pub(super) client: Option<&'a str>,
    pub(super) port: Option<u16>,
    pub(super) process_id: Option<&'a str>,
}

impl<'a> Prefix<'a> {
    /// Finds what there is; prefixes are free text, so anything may be absent.
    pub(super) fn parse(text: &'a str) -> Self {
        let mut prefix = Self {
            user: named(text, &USER),
            database: named(text, &DATABASE),
            application: named(text, &APPLICATION),
            process_id: process_id(text),
            ..Self::default()
        };
        if prefix.user.is_none()
            && prefix.database.is_none()
            && let Some((user, database)) = user_at_database(text)
        {
            prefix.user = some(user);
            prefix.database = some(database);
        }
        let (client, port) = match named(text, &CLIENT) {
            Some(client) => client_and_port(client),
            None => any_client(text),
        };
        prefix.client = client;
        prefix.port = port;
        prefix
    }
}

/// A value without the brackets of `[unknown]`, as which a client counts before it has said who it
/// is.
fn some(value: &str) -> Option<&str> {
    let value = value.trim_matches(['[', ']', ' ']);
    (!value.is_empty()).then_some(value)
}

/// Value of the first of these names. It ends at a comma, or at a blank before the next name.
fn named<'a>(text: &'a str, names: &[&str]) -> Option<&'a str> {
    let at = names.iter().find_map(|name| {
        let mut places = text.match_indices(name);
        let place = places.find(|(at, _)| {
            let before = text.get(..*at).unwrap_or_default();
            !before.ends_with(|c: char| c.is_ascii_alphanumeric() || c == '_')
        });
        place.map(|(at, name)| at + name.len())
    })?;
    let value = text.get(at..)?.split([',', '|', ';']).next()?;
    let end = match value.find('=') {
        Some(next) => value.get(..next)?.rfind([' ', ':'])?,
        None if names == APPLICATION => value.len(),
        None => value.find(' ').unwrap_or(value.len()),
    };
    some(value.get(..end)?.trim_end_matches(':'))
}

/// Digits of `[123]` or `[123-4]`.
fn process_id(text: &str) -> Option<&str> {
    text.split('[').skip(1).find_map(|part| {
        let (inner, _) = part.split_once(']')?;
        let number = inner.split('-').next()?;
        let is_number = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit());
        is_number.then_some(number)
    })
}

/// The two of `user@database`, of which the user may have an `@` itself.
fn user_at_database(text: &str) -> Option<(&str, &str)> {
    let at = text.rfind('@')?;
    let is_end = |c: char| matches!(c, ' ' | ':' | ',' | '|' | '/' | '(' | ')' | '>');
    let before = text.get(..at)?;
    let after = text.get(at + 1..)?;
    let user = before
        .rfind(is_end)
        .map_or(before, |end| &before[end + 1..]);
    let database = after.split(is_end).next()?;
    Some((user, database))
}

fn is_address(text: &str) -> bool {
    text.parse::<IpAddr>().is_ok()
}

/// `10.0.0.1(52834)`, or the address alone. `[local]` and host names are no address.
fn client_and_port(text: &str) -> (Option<&str>, Option<u16>) {
    let (host, port) = text.split_once('(').unwrap_or((text, ""));
    let port = port.split(')').next().and_then(|port| port.parse().ok());
    match is_address(host) {
        true => (Some(host), port),
        false => (None, None),
    }
}

/// A client without a name: `10.0.0.1(52834)` or an address among the words.
fn any_client(text: &str) -> (Option<&str>, Option<u16>) {
    for word in text.split([' ', ',', '|']) {
        // Where colons part the values, those of an IPv6 address look the same.
        let (head, tail) = word.split_once('(').unwrap_or((word, ""));
        let mut start = Some(0);
        while let Some(from) = start {
            let rest = &head[from..];
            if is_address(rest) {
                let port = tail.split(')').next().and_then(|port| port.parse().ok());
                return (Some(rest), port);
            }
            if tail.is_empty() {
                break;
            }
            start = rest.find(':').map(|colon| from + colon + 1);
        }
    }
    (None, None)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: [&str; 5]) {
        let prefix = Prefix::parse(text);
        let port = prefix.port.map(|port| port.to_string());
        let client = match (prefix.client, port) {
            (Some(client), Some(port)) => format!("{client} {port}"),
            (client, _) => client.unwrap_or_default().to_owned(),
        };
        let found = [
            prefix.process_id.unwrap_or_default(),
            prefix.user.unwrap_or_default(),
            prefix.database.unwrap_or_default(),
            prefix.application.unwrap_or_default(),
            &client,
        ];
        assert_eq!(found, expected, "{text}");
    }

    #[test]
    fn usual_prefixes_are_read() {
        check(" [7] ", ["7", "", "", "", ""]);
        check(
            " [7-3] user=app,db=shop,app=my psql,client=10.0.0.7 ",
            ["7", "app", "shop", "my psql", "10.0.0.7"],
        );
        check(
            " [7]: [3-1] db=shop,user=app,host=2001:db8::7 ",
            ["7", "app", "shop", "", "2001:db8::7"],
        );
        check(" [7] app@shop ", ["7", "app", "shop", "", ""]);
        check(
            " [7] [unknown]@[unknown] ",
            ["7", "unknown", "unknown", "", ""],
        );
        check(
            " [7] user=[unknown],db=[unknown],app=[unknown],client=10.0.0.7 ",
            ["7", "unknown", "unknown", "unknown", "10.0.0.7"],
        );
        check(" [7] app@shop/psql ", ["7", "app", "shop", "", ""]);
        check(
            ":10.0.0.7(5283):app@shop:[7]:",
            ["7", "app", "shop", "", "10.0.0.7 5283"],
        );
        check(
            ":2001:db8::7(5283):a@b@shop:[7]:",
            ["7", "a@b", "shop", "", "2001:db8::7 5283"],
        );
        check("::@:[7]:", ["7", "", "", "", ""]);
        check(":[local]:app@shop:[7]:", ["7", "app", "shop", "", ""]);
        check(
            " [7] user=app db=shop app=my psql host=10.0.0.7(99) ",
            ["7", "app", "shop", "my psql", "10.0.0.7 99"],
        );
        check("-5eb2a1c3.1f-", ["", "", "", "", ""]);
    }
}
