//! Events of the engine as lines: `2026-05-12T14:00:00.25Z container die ID (exitCode=137, ...)`.

use nepho_codec::table::{Event, Lines, keep, resource, text, time};
use nepho_core::tables::{Column, Row};

use super::{ACTION, judge};

const ATTRIBUTES: usize = 2;

pub(super) static TABLE: Lines = Lines {
    name: "docker.events",
    patterns: &[
        "{time:time}{? UTC} {kind:container|image|network|volume|daemon|plugin|node|service|secret|\
         config|pod} {action} {id:hex} ({attributes:rest}",
    ],
    confidence: 90,
    constants: &[],
    fields: &[
        time(&["time"]),
        text(&["action"], Column::Action),
        resource(&["id"]),
        keep(&["action"], ACTION),
        keep(&["attributes"], ATTRIBUTES),
    ],
    extras: &[("kind", "resource_kind")],
    finish: Some(finish),
};

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let attributes = event.kept(ATTRIBUTES).unwrap_or_default();
    let name = attribute(&attributes, "name");
    let services = [
        "com.docker.compose.service",
        "com.docker.swarm.service.name",
    ];
    let mut services = services.iter().map(|name| attribute(&attributes, name));
    let service = services.find(|service| !service.is_empty());
    row.text(Column::Service, service.unwrap_or(name))
        .text(Column::Process, name);
    let action = event.kept(ACTION).unwrap_or_default();
    judge(&action, attribute(&attributes, "exitCode"), row);
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
    use super::attribute;

    #[test]
    fn attributes_stand_in_a_list() {
        let all = "exitCode=137, image=shop:1, name=web)";
        assert_eq!(attribute(all, "exitCode"), "137");
        assert_eq!(attribute(all, "name"), "web");
        assert_eq!(attribute(all, "signal"), "");
    }
}
