//! The parts of a line.

use nepho_codec::table::address;
use nepho_core::registry::Sharper;
use nepho_core::severity::Severity;
use nepho_core::uuid::is_uuid;

use super::proxy_manager;

/// A line of an access log.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Line<'a> {
    /// Server that was asked, where the format puts one first.
    pub server: &'a str,
    /// Client, or a list of addresses of which the first ones are clients.
    pub client: &'a str,
    pub user: &'a str,
    pub time: &'a str,
    /// First line of the request; its target alone, where the method stands elsewhere.
    pub request: &'a str,
    /// Where it is no part of the request.
    pub method: &'a str,
    /// `None` where none was sent: the server writes `-`.
    pub status: Option<i32>,
    pub bytes: &'a str,
    /// Who answered, where a place of its own tells.
    pub peer: &'a str,
    /// Whether the user agent stands before the referer.
    pub is_agent_first: bool,
    /// What stands behind: referer, user agent, and what operators add.
    pub tail: &'a str,
    /// Level of the logger that wrote the line.
    pub severity: Option<Severity>,
}

/// What stands behind `INFO:werkzeug:`, as Python writes level and logger before what servers log
/// (`logging.BASIC_FORMAT`).
fn behind_logger(text: &str) -> Option<&str> {
    let rest = text.strip_prefix("INFO:")?;
    let names = ["werkzeug:", "aiohttp.access:", "gevent:", "tornado.access:"];
    names.iter().find_map(|name| rest.strip_prefix(name))
}

/// Parts of a line; `None` if it is of another format.
pub(super) fn parse(text: &str) -> Option<Line<'_>> {
    // A time that was printed before the line: it is found inside.
    if begins_with_date(text.as_bytes()) {
        return None;
    }
    // InfluxDB 1 puts the name of its part first.
    let text = text.strip_prefix("[httpd] ").unwrap_or(text);
    match behind_logger(text) {
        Some(inner) => behind_name(inner).map(|line| Line {
            severity: Some(Severity::INFO),
            ..line
        }),
        None => behind_name(text),
    }
}

/// Parts of a line without what names its writer.
fn behind_name(text: &str) -> Option<Line<'_>> {
    if let Some(line) = time_first(text).or_else(|| proxy_manager::parse(text)) {
        return Some(line);
    }
    // An address of IPv6 before a port stands in brackets: `[2001:db8::7]:50000 - - [10/Oct/...`.
    let client = match text.starts_with('[') {
        true => {
            text.find(']')
                .filter(|end| text[*end..].starts_with("]:"))?
                + 1
        }
        false => 0,
    };
    let open = client + text.get(client..)?.find('[')?;
    let after = text.get(open + 1..)?;
    if !begins_with_date(after.as_bytes()) {
        return None;
    }
    let (time, rest) = after.split_once("] ")?;
    if time.len() > 40 {
        return None;
    }
    // Examples of nginx's old wiki have two blanks here.
    let rest = rest.trim_start_matches(' ');
    let (asked, request, status, rest) = match status_first(rest) {
        Some((status, request, rest)) => ("", request, Some(status), rest),
        None => {
            let (asked, rest) = split_host(rest)?;
            let (request, status, rest) = split_request(rest)?;
            (asked, request, status, rest)
        }
    };
    let (bytes, tail) = split_bytes(rest);
    if is_of_ingress(tail)
        || is_of_traefik(tail)
        || is_of_haproxy(tail)
        || (asked.is_empty() && is_of_gateway(tail))
    {
        return None;
    }
    let (ends, user) = match split_user(text.get(..open)?) {
        Some(found) => found,
        // `%h %t "%r" %>s %b`: behind an address and a time anybody may quote a text.
        None => {
            let client = text.get(..open)?.strip_suffix(' ')?;
            // `%h %l %t "%r" %>s %b`
            let client = client.strip_suffix(" -").unwrap_or(client);
            address(client).filter(|_| status.is_some() && names_protocol(request))?;
            (client, "")
        }
    };
    let (server, client) = split_ends(ends)?;
    let server = if server.is_empty() { asked } else { server };
    Some(Line {
        server,
        client,
        user,
        time,
        request,
        status,
        bytes,
        tail,
        ..Line::default()
    })
}

/// Line of a format that begins with the time: `[10/Oct/2000:13:55:36 -0700] 203.0.113.7
/// shop.example.com - "GET / HTTP/1.1" 200 512`, as `%t %h %v %u "%r" %>s %b` of Apache writes it.
/// Host and user may be absent. TLS request logs are of a format of their own.
fn time_first(text: &str) -> Option<Line<'_>> {
    let after = text.strip_prefix('[')?;
    if !begins_with_date(after.as_bytes()) {
        return None;
    }
    let (time, rest) = after.split_once("] ")?;
    let (ends, rest) = rest.split_once(" \"")?;
    let (client, words) = ends.split_once(' ').unwrap_or((ends, ""));
    address(client)?;
    let (server, user) = server_and_user(words)?;
    let (request, status, rest) = split_request(rest).filter(|_| time.len() <= 40)?;
    // Behind a time and an address anybody may quote a text; and a number alone is one of bytes.
    if !(request == "-" || names_protocol(request)) || rest.trim().is_empty() {
        return None;
    }
    let (bytes, tail) = split_bytes(rest);
    Some(Line {
        server,
        client,
        user,
        time,
        request,
        status,
        bytes,
        tail,
        ..Line::default()
    })
}

/// Server and user among the words between client and request, as `%v %u` of Apache writes them;
/// `None` if they are of another format, such as a level or a protocol. A number tells neither,
/// and a name with a dot is a server only where a user could follow it.
fn server_and_user(words: &str) -> Option<(&str, &str)> {
    let mut list = words.split(' ').filter(|word| !word.is_empty()).peekable();
    let mut server = "";
    let mut user = "";
    let mut count = 0;
    while let Some(word) = list.next() {
        count += 1;
        let is_other = ["TLS", "SSL", "QUIC"]
            .iter()
            .any(|start| word.starts_with(start))
            || METHODS.contains(&word)
            || Severity::from_word(word).is_some();
        if count > 3 || is_other {
            return None;
        }
        let has_dot = word.contains('.') && !word.contains('@');
        if is_number(word) || is_decimal(word) {
            continue;
        } else if count == 1 && has_dot && is_host(word) {
            // Alone it may be either.
            server = if list.peek().is_some() { word } else { "" };
        } else if matches!(user, "" | "-") {
            user = word;
        } else if word != "-" {
            return None;
        }
    }
    Some((server, user))
}

/// Methods of HTTP (RFC 9110 section 9, RFC 5789).
const METHODS: [&str; 9] = [
    "GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH",
];

/// Whether a request ends with ` HTTP/1.1`.
fn names_protocol(request: &str) -> bool {
    let version = request.rsplit_once(" HTTP/").map(|(_, version)| version);
    let is_part = |sign: char| sign.is_ascii_digit() || sign == '.';
    version.is_some_and(|version| !version.is_empty() && version.chars().all(is_part))
}

/// Whether a word is two numbers with a dot between, such as seconds.
fn is_decimal(word: &str) -> bool {
    let parts = word.split_once('.');
    parts.is_some_and(|(whole, part)| is_number(whole) && is_number(part))
}

/// Status, request and what follows, where the status stands before the request: `200 "GET /
/// HTTP/1.1" 512` (`main` of nginx.com/resources/wiki/start/topics/examples/full, as of
/// 2026-11-30).
fn status_first(text: &str) -> Option<(i32, &str, &str)> {
    let text = text.trim_start_matches(' ');
    let status = text.get(..3).filter(|status| is_number(status))?;
    let text = text.get(3..)?.strip_prefix(" \"")?;
    let status: i32 = status.parse().ok()?;
    // That is the port of HTTPS, as some formats put it there.
    if !(100..=599).contains(&status) || status == 443 {
        return None;
    }
    let mut ends = text.match_indices("\" ").map(|(place, _)| place);
    let end = ends.find(|place| {
        let rest = text.get(place + 2..).unwrap_or_default();
        !is_escaped(text, *place) && begins_with_count(rest)
    })?;
    let rest = text.get(end + 2..)?;
    // Where a number and the bytes follow, that number is the status.
    let is_behind = rest
        .split_once(' ')
        .is_some_and(|(first, after)| is_number(first) && begins_with_count(after));
    (!is_behind).then_some((status, text.get(..end)?, rest))
}

/// Bytes of the answer, and what follows them.
fn split_bytes(text: &str) -> (&str, &str) {
    match text.split_once(' ') {
        Some((bytes, tail)) if is_count(bytes) => (bytes, tail),
        None if is_count(text) => (text, ""),
        _ => ("", text),
    }
}

/// The host that some formats put before the request, `example.com "GET / HTTP/1.1" ...`, with
/// quotes or without, and what follows the first quote of the request.
fn split_host(text: &str) -> Option<(&str, &str)> {
    if let Some(request) = text.strip_prefix('"') {
        let quoted = request.split_once("\" \"").and_then(|(host, rest)| {
            let is_named = host.contains('.') || host == "localhost";
            let is_other = host.contains([':', '@']) || host.starts_with("TLS") || is_decimal(host);
            if is_named && !is_other && is_host(host) {
                return Some((host, rest));
            }
            // Another word, if a whole request follows.
            let found = split_request(rest).filter(|_| !host.contains(' '));
            let is_whole = found.is_some_and(|(request, ..)| names_protocol(request));
            is_whole.then_some(("", rest))
        });
        return Some(quoted.unwrap_or(("", request)));
    }
    let (host, rest) = text.split_once(' ')?;
    // `$ssl_protocol/$ssl_cipher "$request"` of nginx, or with a blank between.
    if host.starts_with("TLSv1") || host.starts_with("SSLv") {
        let (cipher, request) = rest.split_once('"')?;
        return (!cipher.trim_end().contains(' ')).then_some(("", request));
    }
    let request = rest.strip_prefix('"')?;
    // Any other word is no host, such as a level.
    let is_named = host.contains(['.', ':']) || host == "localhost";
    is_host(host).then_some((if is_named { host } else { "" }, request))
}

/// `10/Oct/2000:` or `2000-10-10T`.
pub(super) fn begins_with_date(text: &[u8]) -> bool {
    let is_number = |range| {
        let part: Option<&[u8]> = text.get(range);
        part.is_some_and(|part| part.iter().all(u8::is_ascii_digit))
    };
    let is_common = text.get(2) == Some(&b'/') && is_number(0..2);
    // gevent has a blank between date and clock, and no zone.
    let is_parted = text.get(10) == Some(&b'T')
        || text.get(10) == Some(&b' ') && text.get(19..22) == Some(b"] \"");
    let is_iso = text.get(4) == Some(&b'-') && is_parted && is_number(0..4);
    is_common || is_iso
}

/// Request, status and what follows. A request may have quotes in it: it ends where a status
/// follows.
///
/// Servers escape the quotes of a request, so that a client cannot end it and tell a status of its
/// own. Those behind a backslash count only where no other one fits, or where the request would
/// hold a quote without one: some servers write requests as they are.
fn split_request(text: &str) -> Option<(&str, Option<i32>, &str)> {
    let escaped = split_at_quotes(text, true);
    let is_raw = escaped.is_none_or(|(request, ..)| {
        let mut quotes = request.match_indices('"');
        quotes.any(|(place, _)| !is_escaped(request, place))
    });
    match is_raw {
        true => split_at_quotes(text, false).or(escaped),
        false => escaped,
    }
}

fn split_at_quotes(text: &str, skips_escaped: bool) -> Option<(&str, Option<i32>, &str)> {
    let is_end = |place: usize| !(skips_escaped && is_escaped(text, place));
    let ends = text.match_indices("\" ").map(|(place, _)| place);
    for place in ends.filter(|place| is_end(*place)).take(16) {
        let rest = text.get(place + 2..)?;
        if let Some(rest) = rest
            .strip_prefix("- ")
            .filter(|rest| begins_with_count(rest))
        {
            return Some((text.get(..place)?, None, rest));
        }
        let status = rest.get(..3).filter(|status| is_number(status));
        let is_end = matches!(rest.as_bytes().get(3), None | Some(b' '));
        if let (Some(status), true) = (status, is_end) {
            let rest = rest.get(4..).unwrap_or_default();
            return Some((text.get(..place)?, Some(status.parse().ok()?), rest));
        }
    }
    None
}

/// Whether an odd number of backslashes stands before a place.
fn is_escaped(text: &str, place: usize) -> bool {
    let before = text.as_bytes().get(..place).unwrap_or_default();
    let backslashes = before.iter().rev().take_while(|byte| **byte == b'\\');
    backslashes.count() % 2 == 1
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_count(text: &str) -> bool {
    text == "-" || is_number(text)
}

fn begins_with_count(text: &str) -> bool {
    let end = text.find(' ').unwrap_or(text.len());
    text.get(..end).is_some_and(is_count)
}

/// Ends and user of `203.0.113.7 - bob `. The user may have blanks, the identity of RFC 1413 in the
/// middle is passed over.
fn split_user(text: &str) -> Option<(&str, &str)> {
    let text = text.strip_suffix(' ')?;
    if let Some(place) = text.rfind(" - ") {
        return Some((text.get(..place)?, text.get(place + 3..)?));
    }
    let (rest, user) = text.rsplit_once(' ')?;
    let (ends, _identity) = rest.rsplit_once(' ')?;
    Some((ends, user))
}

/// Server and client of `shop.example.com:443 203.0.113.7, 10.0.0.1 10.0.0.2`; `None` if it is
/// something else, such as the header of another log.
fn split_ends(text: &str) -> Option<(&str, &str)> {
    let text = text.trim();
    // `203.0.113.7 (10.0.0.1)`: the address again, as somebody else knows it.
    let text = match text.split_once(" (") {
        Some((first, again)) if again.ends_with(')') && address(first).is_some() => first,
        _ => text,
    };
    if let Some(ends) = quoted_client(text) {
        return Some(ends);
    }
    let Some((first, rest)) = text.split_once(' ') else {
        return is_host(text).then_some(("", text));
    };
    let begins_list = first.ends_with(',') || first.starts_with('"');
    let (server, clients) = match begins_list {
        true => ("", text),
        false if is_host(first) => (first, rest),
        false => return None,
    };
    let mut items = clients
        .split([',', ' ', '"'])
        .filter(|item| !item.is_empty());
    let is_list = !is_host(clients.trim());
    let are_addresses = items.all(|item| {
        address(item).is_some() || matches!(item, "-" | "unknown" | "localhost" | "unix:")
    });
    (!is_list || are_addresses).then_some((server, clients))
}

/// Server and client of `"203.0.113.7"`, and of `"203.0.113.7, 10.0.0.1" a.example.com 10.0.0.2`
/// (`"%{X-Forwarded-For}i" %v %h` of Apache).
fn quoted_client(text: &str) -> Option<(&str, &str)> {
    let (client, rest) = text.strip_prefix('"')?.split_once('"')?;
    let mut items = client.split([',', ' ']).filter(|item| !item.is_empty());
    if !items.all(|item| address(item).is_some()) || client.is_empty() {
        return None;
    }
    if rest.is_empty() {
        return Some(("", client));
    }
    let (server, connection) = rest.strip_prefix(' ')?.split_once(' ')?;
    let is_server = address(server).is_none() && server.contains('.') && is_host(server);
    (is_server && address(connection).is_some()).then_some((server, client))
}

fn is_host(text: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_alphanumeric() || b"._-:[]%*~@".contains(&byte);
    let ends_well = !text.ends_with(':') || text == "unix:" || text.ends_with("::");
    !text.is_empty() && ends_well && text.bytes().all(is_part)
}

/// Whether ingress-nginx wrote it: `"agent" 325 0.001 [default-web-8080] ...`.
fn is_of_ingress(tail: &str) -> bool {
    tail.match_indices(" [").any(|(place, _)| {
        let mut before = tail.get(..place).unwrap_or_default().rsplit(' ');
        let seconds = before.next().unwrap_or_default();
        let length = before.next().unwrap_or_default();
        seconds.contains('.') && seconds.parse::<f64>().is_ok() && is_number(length)
    })
}

/// Whether Traefik wrote it: `"agent" 27 "router@docker" "http://10.0.0.5:80" 3ms`.
fn is_of_traefik(tail: &str) -> bool {
    let number = tail
        .strip_suffix("ms")
        .and_then(|rest| rest.rsplit_once("\" "));
    number.is_some_and(|(_, number)| is_number(number))
}

/// Whether HAProxy wrote it (`option httplog clf`): the port of the client follows an empty referer
/// and an empty agent. `+212` are bytes of a log that was written before the session ended.
fn is_of_haproxy(tail: &str) -> bool {
    let Some((before, rest)) = tail.split_once("\"\" \"\" ") else {
        return false;
    };
    let is_first = before.is_empty() || before.starts_with('+');
    is_first && rest.starts_with(|sign: char| sign.is_ascii_digit())
}

/// Whether an API Gateway of AWS wrote it, which there is a format for: nothing follows but the id
/// of the request, a UUID or a word that ends with `=`, and an extended id.
fn is_of_gateway(tail: &str) -> bool {
    static GATEWAY: Sharper = Sharper::new("aws.apigateway_access_text");
    let (id, extended) = tail.split_once(' ').unwrap_or((tail, ""));
    let is_id = is_uuid(id) || extended.is_empty() && id.ends_with('=');
    is_id && !extended.contains([' ', '"']) && GATEWAY.is_linked()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ends_are_told_apart() {
        let check = |text: &str, expected| assert_eq!(split_ends(text), expected, "{text}");
        check("203.0.113.7", Some(("", "203.0.113.7")));
        check("monitor", Some(("", "monitor")));
        check(
            "a.example.com:80 10.0.0.1",
            Some(("a.example.com:80", "10.0.0.1")),
        );
        check("10.0.0.2, 10.0.0.1", Some(("", "10.0.0.2, 10.0.0.1")));
        check(
            "a 2001:db8::1, 10.0.0.2 10.0.0.1",
            Some(("a", "2001:db8::1, 10.0.0.2 10.0.0.1")),
        );
        check(
            "\"10.0.0.2, 10.0.0.1\" 10.0.0.3",
            Some(("", "\"10.0.0.2, 10.0.0.1\" 10.0.0.3")),
        );
        check("10.0.0.2 (203.0.113.7)", Some(("", "10.0.0.2")));
        check("a unix:", Some(("a", "unix:")));
        check("\"203.0.113.7\"", Some(("", "203.0.113.7")));
        check(
            "\"203.0.113.7, 10.0.0.1\" a.example.com 10.0.0.2",
            Some(("a.example.com", "203.0.113.7, 10.0.0.1")),
        );
        check("\"shop\"", None);
        check("May  1 10:00:00 web nginx: 10.0.0.1", None);
        check("nginx: 10.0.0.1", None);
        check("web_1  | 10.0.0.1", None);
    }

    #[test]
    fn one_logger_stands_before_a_line() {
        let line = "203.0.113.7 - - [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5";
        let check = |count: usize, expected: bool| {
            let line = format!("{}{line}", "INFO:werkzeug:".repeat(count));
            let client = parse(&line).map(|line| line.client == "203.0.113.7");
            assert_eq!(client.unwrap_or_default(), expected, "{count}");
        };
        check(0, true);
        check(1, true);
        check(2, false);
        check(100_000, false);
    }

    #[test]
    fn nothing_but_an_address_may_stand_first() {
        let rest = |request: &str| format!("[10/Oct/2000:13:55:36 -0700] {request}");
        let check = |first: &str, request: &str, expected: bool| {
            let line = format!("{first} {}", rest(request));
            assert_eq!(parse(&line).is_some(), expected, "{line}");
        };
        let request = "\"GET / HTTP/1.1\" 200 5";
        check("203.0.113.7", request, true);
        check("2001:db8::7", request, true);
        check("203.0.113.7", &format!("{request} 0.001"), true);
        check("203.0.113.7 - -", &format!(" {request}"), true);
        check("worker", request, false);
        check("web-1.example.com", request, false);
        check("203.0.113.7", "\"hello\" 200 5", false);
        check("203.0.113.7", "\"GET / HTTP/1.1\" - 5", false);
        check("203.0.113.7", "TCP 200 5 7 0.001", false);
        check("203.0.113.7", "\"GET / HTTP/1.1\" took 5", false);
    }

    #[test]
    fn a_port_stands_behind_brackets() {
        let rest = "- bob [10/Oct/2000:13:55:36 -0700] \"GET / HTTP/1.1\" 200 5";
        let client = |client| parse(&format!("{client} {rest}")).map(|line| line.client.to_owned());
        let expected = "[2001:db8::7]:50000";
        assert_eq!(client(expected), Some(expected.to_owned()));
        assert_eq!(client("[error]"), None);
    }

    #[test]
    fn the_time_may_stand_first() {
        let check = |text: &str, expected: Option<[&str; 4]>| {
            let line = parse(text);
            let found = line
                .as_ref()
                .map(|line| [line.server, line.client, line.user, line.request]);
            assert_eq!(found, expected, "{text}");
        };
        let time = "[10/Oct/2000:13:55:36 -0700]";
        let request = "\"GET / HTTP/1.1\" 200 5 \"-\" \"curl/8\"";
        check(
            &format!("{time} 203.0.113.7 a.example.com bob {request}"),
            Some(["a.example.com", "203.0.113.7", "bob", "GET / HTTP/1.1"]),
        );
        check(
            &format!("{time} 203.0.113.7 - - {request}"),
            Some(["", "203.0.113.7", "-", "GET / HTTP/1.1"]),
        );
        check(
            &format!("{time} 203.0.113.7 {request}"),
            Some(["", "203.0.113.7", "", "GET / HTTP/1.1"]),
        );
        let client = |server, user| Some([server, "203.0.113.7", user, "GET / HTTP/1.1"]);
        let words = |words: &str| format!("{time} 203.0.113.7 {words} {request}");
        check(&words("a.example.com -"), client("a.example.com", "-"));
        check(&words("bob -"), client("", "bob"));
        check(&words("ada@example.com"), client("", "ada@example.com"));
        check(&words("- ada.smith"), client("", "ada.smith"));
        // A host, or a user with a dot; numbers that may mean anything.
        check(&words("ada.smith"), client("", ""));
        check(&words("0.003"), client("", ""));
        check(&words("443"), client("", ""));
        // Those of other formats and programs.
        check(&words("bob smith"), None);
        check(
            &format!("{time} 203.0.113.7 - - \"GET / HTTP/1.1\" 362"),
            None,
        );
        check(&words("ERROR"), None);
        check(&words("GET"), None);
        check(&words("QUIC TLS_AES_128_GCM_SHA256"), None);
        check(&words("SSL_A X"), None);
        let iso = "[2026-10-10T13:55:36.123Z] 10.0.0.7";
        check(&format!("{iso} ERROR \"timeout\" 504"), None);
        check(&format!("{iso} INFO \"user created\" 201 Created"), None);
        check(&format!("{iso} rack-3 \"door open\" 120 s"), None);
        check(&format!("{iso} uploaded \"report.pdf\" 200 5120"), None);
        check(&format!("{iso} GET \"/cart\" 200 5"), None);
        check(&words("TLSv1.3 X"), None);
        check(&format!("{time} [error] 203.0.113.7 {request}"), None);
        check(&format!("{time} worker \"started\" 200 5"), None);
        check(&format!("{time} 203.0.113.7 said \"hello\" to me"), None);
        check("[10/Oct/2000:13:55:36 -0700] shop-1 \"x\" 200", None);
    }

    #[test]
    fn the_status_may_stand_before_the_request() {
        let start = "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700]";
        let check = |rest: &str, expected: Option<(&str, i32, &str)>| {
            let text = format!("{start}{rest}");
            let line = parse(&text);
            let found = line
                .as_ref()
                .map(|line| (line.request, line.status.unwrap_or_default(), line.bytes));
            assert_eq!(found, expected, "{rest}");
        };
        let found = Some(("GET / HTTP/1.1", 404, "5"));
        check(r#"  404 "GET / HTTP/1.1" 5 "-" "curl/8" "-""#, found);
        check(r#" 404 "GET / HTTP/1.1" 5 "-" "curl/8""#, found);
        check(r#" 404 "GET / HTTP/1.1" ok"#, None);
        // The port of the server.
        let paid = Some(("POST /pay HTTP/1.1", 500, "5"));
        check(r#" 443 "POST /pay HTTP/1.1" 500 5 "-" "curl""#, paid);
        check(r#" 143 "POST /pay HTTP/1.1" 500 5"#, paid);
        check(r#" 080 "POST /pay HTTP/1.1" 500 5"#, paid);
        let sent = Some(("POST /pay HTTP/1.1", 200, "162"));
        check(r#" 200 "POST /pay HTTP/1.1" 162 "-" "curl""#, sent);
        check(r" 404 not found", None);
    }

    #[test]
    fn hosts_before_the_request_are_names() {
        let check = |quoted: &str, server: &str| {
            let start = "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700]";
            let line = format!("{start} \"{quoted}\" \"GET / HTTP/1.1\" 200 5");
            let line = parse(&line);
            let found = line.as_ref().map(|line| (line.server, line.request));
            assert_eq!(found, Some((server, "GET / HTTP/1.1")), "{quoted}");
        };
        check("shop.example.com", "shop.example.com");
        check("localhost", "localhost");
        check("0.003", "");
        check("12:30", "");
        check("ada@example.com", "");
        check("TLSv1.3", "");
    }

    #[test]
    fn users_may_have_blanks() {
        assert_eq!(
            split_user("10.0.0.1 - bob smith "),
            Some(("10.0.0.1", "bob smith"))
        );
        assert_eq!(split_user("10.0.0.1 - - "), Some(("10.0.0.1", "-")));
        assert_eq!(split_user("10.0.0.1 ident bob "), Some(("10.0.0.1", "bob")));
        assert_eq!(split_user("started "), None);
    }

    #[test]
    fn requests_cannot_tell_a_status() {
        let check = |text: &str, request: &str, status: i32| {
            let start = "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] ";
            let line = format!("{start}{text}");
            let line = parse(&line).map(|line| (line.request.to_owned(), line.status));
            assert_eq!(line, Some((request.to_owned(), Some(status))), "{text}");
        };
        check(
            r#""GET /x\" 200 5 HTTP/1.1" 404 209"#,
            r#"GET /x\" 200 5 HTTP/1.1"#,
            404,
        );
        // As nginx writes it that escapes nothing.
        check(
            r#""GET /x\" 404 209 "-" "curl/8" 345 0.012"#,
            r"GET /x\",
            404,
        );
        check(
            r#""GET /x\" - 5 HTTP/1.1" 502 0 "-" "x""#,
            r#"GET /x\" - 5 HTTP/1.1"#,
            502,
        );
        let many = r#"\" 200 "#.repeat(20);
        check(
            &format!(r#""GET /{many}HTTP/1.1" 404 209"#),
            &format!("GET /{many}HTTP/1.1"),
            404,
        );
        // A backslash that is itself escaped, and servers that escape nothing.
        check(r#""GET /x\\" 404 209"#, r"GET /x\\", 404);
        check(r#""GET /x\" 404 209"#, r"GET /x\", 404);
        check(r#""GET /x\" 404 209 "-" "curl""#, r"GET /x\", 404);
    }

    #[test]
    fn other_lines_are_not_mine() {
        let check = |text: &str, expected: bool| {
            assert_eq!(parse(text).is_some(), expected, "{text}");
        };
        let start = "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] ";
        check(&format!("{start}\"GET /\" 200 1"), true);
        check(&format!("{start}\"GET /a\" b\" 200 1"), true);
        check(&format!("{start}\"\" 400 0"), true);
        check(&format!("{start}\"GET /\" - 12"), true);
        check(&format!("{start}\"GET /\" ok"), false);
        let id = "4bf92f35-77b3-4da6-a3ce-929d0e0e4736";
        check(
            &format!("{start}\"GET /\" 200 1 {id} \"-\" \"curl/8\""),
            true,
        );
        check(&format!("{start}\"GET /\" 200 1 {id} 0.012 shop-1 x"), true);
        check(&format!("{start}GET /"), false);
        check(
            &format!("{start}\"GET /\" 200 1 \"-\" \"x\" 3 0.1 [a-b-80] [] - - - - 0"),
            false,
        );
        check(
            &format!("{start}\"GET /\" 200 1 \"-\" \"x\" 3 \"r\" \"-\" 5ms"),
            false,
        );
        check(
            &format!("{start}\"GET /\" 200 1 \"-\" \"Mozilla 5.0 [en]\""),
            true,
        );
        check(
            "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] a.example \"GET /\" 200 1",
            true,
        );
        check(&format!("{start}\"a.example\" \"GET /\" 200 1"), true);
        check(&format!("{start}\"a b\" \"GET /\" 200 1"), true);
        check(&format!("{start}\"a.example\" \"GET /\" ok"), false);
        check(
            "[httpd] 10.0.0.1 - ada [10/Oct/2000:13:55:36 -0700] \"GET /\" 200 1",
            true,
        );
        check(
            "10.0.0.1 - - [10/Oct/2000:13:55:36 -0700] a b \"GET /\" 200 1",
            false,
        );
        check("worker [main] \"x\" 200 1", false);
    }
}
