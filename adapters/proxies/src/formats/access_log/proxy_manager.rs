//! Lines of Nginx Proxy Manager, which has the parts of the request in places of their own.
//!
//! Source: `log_format proxy` and `log_format standard` in `docker/rootfs/etc/nginx` of
//! github.com/NginxProxyManager/nginx-proxy-manager, as of 2026-11-30.

use super::line::{Line, begins_with_date};

/// Parts of `[10/Oct/2000:13:55:36 +0000] - 401 401 - GET https shop.example.com "/cart"
/// [Client 203.0.113.7] [Length 27] [Gzip -] [Sent-to 10.0.0.5] "agent" "referer"`; before the
/// status stand those of the cache and of the upstream, where there was one.
pub(super) fn parse(text: &str) -> Option<Line<'_>> {
    let after = text.strip_prefix('[')?;
    if !begins_with_date(after.as_bytes()) {
        return None;
    }
    let (time, rest) = after
        .split_once("] ")
        .filter(|(time, _)| time.len() <= 40)?;
    let (head, rest) = rest.split_once(" \"")?;
    // Targets are escaped, so that no quote is in them.
    let (target, rest) = rest.split_once("\" [Client ")?;
    let (client, rest) = rest.split_once("] [Length ")?;
    let (bytes, rest) = rest.split_once("] [Gzip ")?;
    let (_ratio, rest) = rest.split_once("] ")?;
    let sent = rest
        .strip_prefix("[Sent-to ")
        .and_then(|rest| rest.split_once("] "));
    let (peer, tail) = sent.unwrap_or(("", rest));
    let (statuses, asked) = head.rsplit_once(" - ")?;
    let mut asked = asked.split(' ');
    let (method, _scheme, server) = (asked.next()?, asked.next()?, asked.next()?);
    let status = statuses.rsplit(' ').next()?;
    let is_status = status.len() == 3 && status.bytes().all(|byte| byte.is_ascii_digit());
    if asked.next().is_some() || !is_status {
        return None;
    }
    Some(Line {
        server,
        client,
        time,
        request: target,
        method,
        status: Some(status.parse().ok()?),
        bytes,
        peer,
        is_agent_first: true,
        tail,
        ..Line::default()
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_found() {
        let check = |text: &str, expected: Option<[&str; 6]>| {
            let line = parse(text);
            let found = line.as_ref().map(|line| {
                let Line {
                    server,
                    client,
                    method,
                    request,
                    bytes,
                    peer,
                    ..
                } = line;
                [*server, *client, *method, *request, *bytes, *peer]
            });
            assert_eq!(found, expected, "{text}");
        };
        let time = "[10/Oct/2000:13:55:36 +0000]";
        check(
            &format!(
                "{time} - 401 401 - GET https a.example \"/x\" [Client 10.0.0.1] [Length 27] \
                 [Gzip -] [Sent-to 10.0.0.5] \"curl/8\" \"-\""
            ),
            Some(["a.example", "10.0.0.1", "GET", "/x", "27", "10.0.0.5"]),
        );
        check(
            &format!(
                "{time} 200 - GET http a.example \"/\" [Client 10.0.0.1] [Length 27] [Gzip 1.5] \
                 \"curl/8\" \"-\""
            ),
            Some(["a.example", "10.0.0.1", "GET", "/", "27", ""]),
        );
        check(
            &format!(
                "{time} +40 - GET http a.example \"/\" [Client 10.0.0.1] [Length 27] [Gzip 1.5] \
                 \"curl/8\" \"-\""
            ),
            None,
        );
        check(&format!("{time} 10.0.0.1 - \"GET / HTTP/1.1\" 200 5"), None);
        check(&format!("{time} - - - GET https a \"/x\" [Client x]"), None);
        check(
            &format!("{time} \"x\" [Client 10.0.0.1] [Length 7] y"),
            None,
        );
        check("[error] 7 - GET https a \"/x\" [Client x] [Length 1]", None);
        check("started - 200 200 - GET https a \"/x\"", None);
    }
}
