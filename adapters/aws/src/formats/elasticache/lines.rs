//! The logs of ElastiCache as text.

use memchr::memchr2;
use nepho_codec::table::{
    Event, GuardedLines, Lines, duration, keep, resource, source_address, text, time,
};
use nepho_core::tables::{Column, Row};

use super::severity_of;

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "aws.elasticache_text",
    summary: "ElastiCache slow and engine logs as text",
    permissions: &["logs:FilterLogEvents"],
    make: Make::Format(|| Box::new(GuardedLines::new(&TABLE, is_mine))),
});

const LEVEL: usize = 0;

static TABLE: Lines = Lines {
    name: "aws.elasticache_text",
    patterns: &[
        "{cluster}/{node:int}:{role} {time} UTC {level:word} {message:rest}",
        "{cluster:name},{node:int},{time:int},{took:int},{command},{client:address},{?{name:rest}}",
    ],
    confidence: 88,
    constants: &[(Column::Provider, "aws")],
    fields: &[
        time(&["time"]),
        text(&["cluster"], Column::Service),
        resource(&["cluster"]),
        duration(&["took"], 1e3),
        text(&["command", "message"], Column::Body),
        source_address(&["client"]),
        keep(&["level"], LEVEL),
    ],
    extras: &[("node", "node"), ("role", "role"), ("name", "client_name")],
    finish: Some(finish),
};

/// More than the longest id of a cluster or a replication group with the number of a node.
const LONGEST_ID: usize = 64;

/// Whether four digits, the number of a node, stand behind the first `/` or `,`, and what follows
/// them in such a line: a role, or seconds since 1970.
fn is_mine(line: &str) -> bool {
    let bytes = line.as_bytes();
    let head = bytes.get(..LONGEST_ID).unwrap_or(bytes);
    let Some(end) = memchr2(b'/', b',', head) else {
        return false;
    };
    // Behind the header of another log a line is found inside.
    let (id, rest) = bytes.split_at(end);
    if id.contains(&b' ') {
        return false;
    }
    let has_node = rest
        .get(1..5)
        .is_some_and(|node| node.iter().all(u8::is_ascii_digit));
    let follows = match rest.first() {
        Some(b'/') => matches!(
            rest.get(5..8),
            Some([b':', b'M' | b'S' | b'C' | b'X', b' '])
        ),
        _ => matches!(rest.get(5..7), Some([b',', b'1'..=b'9'])),
    };
    end > 0 && has_node && follows
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    if let Some(severity) = event.kept(LEVEL).and_then(|level| severity_of(&level)) {
        row.severity(severity);
    }
}

#[cfg(test)]
mod tests {
    use super::is_mine;

    #[test]
    fn nodes_tell_its_lines_from_others() {
        let check = |line: &str, expected: bool| assert_eq!(is_mine(line), expected, "{line}");
        check("carts/0001:M 29 Oct 2020 20:12:20.499 UTC * x", true);
        check("carts,0001,1605631822,30,GET,10.0.0.5:55452,", true);
        check("/0001:M 29 Oct 2020", false);
        check("2024/0501 10:00:00 x", false);
        check("a,b,c", false);
        check("", false);
    }
}
