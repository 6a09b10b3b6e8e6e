//! Events of the engine as lines: `2026-05-12T14:00:00.25Z container die ID (exitCode=137, ...)`.

use nepho_codec::table::{Event, Lines, keep, resource, text, time};
use nepho_core::tables::{Column, Row};

use super::{End, KINDS, judge};

const ACTION: usize = 0;
const ATTRIBUTES: usize = 1;
const COMMAND: usize = 2;

/// Attributes that have no column, and the names of extras for them.
const EXTRAS: [(&str, &str); 3] = [
    ("exitCode", "exit_code"),
    ("image", "image"),
    ("signal", "signal"),
];

// What runs in a container is told before its id. Ids of what is no container may be any word, so
// that there the actions are those of the engines.
pub(super) static TABLE: Lines = Lines {
    name: "docker.events",
    patterns: &[
        "{time:time}{? {_:word}} {kind:name} {action:exec_create|exec_start}: {command:rest}",
        "{time:time}{? {_:word}} {kind:container|image|network|volume|daemon|plugin|node|service|\
         secret|config|pod} {action} {id:hex} ({attributes:rest}",
        "{time:time}{? {_:word}} {kind:image|network|volume|daemon|plugin|node|service|secret|\
         config} {action:build|connect|create|delete|destroy|disable|disconnect|enable|import|\
         install|load|mount|pull|push|reload|remove|save|tag|unmount|untag|update} {id:word} \
         ({attributes:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["action"], Column::Action),
        resource(&["id"]),
        keep(&["action"], ACTION),
        keep(&["attributes"], ATTRIBUTES),
        keep(&["command"], COMMAND),
    ],
    extras: &[("kind", "resource_kind")],
    finish: Some(finish),
};

/// Whether a line may be an event: before the kind stands a time, and no word but the zone that Go
/// writes behind an offset (`-0600 CST`, `+0300 +03`); the last parenthesis ends a list.
pub(super) fn may_fit(text: &str) -> bool {
    let mut is_offset = false;
    for (at, word) in text.split(' ').take(5).enumerate() {
        if KINDS.contains(&word) {
            return at > 0 && parts(text).is_some();
        }
        let is_signed = word.starts_with(['+', '-']);
        let is_time = at < 2 && word.starts_with(|first: char| first.is_ascii_digit());
        if !(is_time || is_signed || is_offset || word == "UTC") {
            return false;
        }
        is_offset = is_signed;
    }
    false
}

/// Names and values of the extras that stand in the attributes of a line.
pub(super) fn extras(text: &str, found: &mut dyn FnMut(&str, &str)) {
    let attributes = parts(text).map_or("", |(_, attributes)| attributes);
    for (name, extra) in EXTRAS {
        match attribute(attributes, name) {
            "" => {}
            value => found(extra, value),
        }
    }
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let attributes = event.kept(ATTRIBUTES).unwrap_or_default();
    let command = event.kept(COMMAND).unwrap_or_default();
    let attributes = match parts(&command) {
        Some((id, attributes)) => {
            row.resource(id);
            attributes
        }
        None => &attributes,
    };
    let name = attribute(attributes, "name");
    let services = [
        "com.docker.compose.service",
        "com.docker.swarm.service.name",
    ];
    let mut services = services.iter().map(|name| attribute(attributes, name));
    let service = services.find(|service| !service.is_empty());
    row.text(Column::Service, service.unwrap_or(name))
        .text(Column::Process, name);
    let end = End {
        exit: attribute(attributes, "exitCode"),
        health: attribute(attributes, "health_status"),
    };
    judge(&event.kept(ACTION).unwrap_or_default(), end, row);
}

/// Id and attributes of `... ID (exitCode=137, name=web)`. A command before them may have
/// parentheses of its own, so that an id of a container is looked for first.
fn parts(text: &str) -> Option<(&str, &str)> {
    let lists = text.match_indices(" (").filter_map(|(at, blank)| {
        let (before, attributes) = (text.get(..at)?, text.get(at + blank.len()..)?);
        let id = before.rsplit(' ').next()?;
        let (name, _) = attributes.split_once('=')?;
        (!id.is_empty() && !name.contains([' ', ')'])).then_some((id, attributes))
    });
    let is_hex = |id: &str| id.len() >= 12 && id.bytes().all(|byte| byte.is_ascii_hexdigit());
    let mut first = None;
    for (id, attributes) in lists {
        if is_hex(id) {
            return Some((id, attributes));
        }
        first = first.or(Some((id, attributes)));
    }
    first
}

/// Value of an attribute of `exitCode=137, image=shop:1, name=web)`, or nothing.
fn attribute<'a>(attributes: &'a str, name: &str) -> &'a str {
    let all = attributes.strip_suffix(')').unwrap_or(attributes);
    let mut pairs = all.split(", ").filter_map(|pair| pair.split_once('='));
    pairs
        .find(|(held, _)| *held == name)
        .map_or("", |(_, value)| value)
}

#[cfg(test)]
mod tests {
    use nepho_codec::table::LineDecoder;

    use super::{TABLE, attribute, may_fit, parts};

    #[test]
    fn attributes_stand_in_a_list() {
        let all = "exitCode=137, image=shop:1, name=web)";
        assert_eq!(attribute(all, "exitCode"), "137");
        assert_eq!(attribute(all, "name"), "web");
        assert_eq!(attribute(all, "signal"), "");
    }

    #[test]
    fn the_list_stands_behind_the_id() {
        let check = |text: &str, expected| assert_eq!(parts(text), expected, "{text}");
        check(
            "create data (driver=local)",
            Some(("data", "driver=local)")),
        );
        check(
            "sh -c (A=1 run) 9b6247364a03 (name=web)",
            Some(("9b6247364a03", "name=web)")),
        );
        check("started web (2 replicas)", None);
    }

    #[test]
    fn before_the_kind_stands_a_time_with_its_zone() {
        let check = |time: &str, expected: bool| {
            let text = format!("{time} node update 9mnpnzen (name=node-1)");
            assert_eq!(may_fit(&text), expected, "{text}");
        };
        check("2026-05-12T14:00:00.25Z", true);
        check("2026-05-12 14:00:00.25 +0000 UTC", true);
        check("2026-05-12 08:00:00.25 -0600 CST", true);
        check("2026-05-12 17:00:00.25 +0300 +03", true);
        check("2026-05-12T14:00:00.25Z web", false);
        check("2026-05-12T14:00:00.25Z INFO", false);
        check("2026-05-12 14:00:00.25 INFO", false);
    }

    #[test]
    fn what_has_no_hexadecimal_id_does_what_engines_tell() {
        let check = |text: &str, expected: bool| {
            let is_event = may_fit(text) && LineDecoder::new(&TABLE).scan(text);
            assert_eq!(is_event, expected, "{text}");
        };
        check(
            "2026-05-12T14:00:00Z image pull nginx:latest (name=nginx)",
            true,
        );
        check(
            "2026-05-12T14:00:00Z service restarted web (attempt=2)",
            false,
        );
        check("2026-05-12T14:00:00Z service update web (slow)", false);
    }
}
