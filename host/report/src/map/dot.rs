//! The map for Graphviz.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use super::says::forward;
use super::{Map, MapNode};
use crate::words::clean;

/// The map as a digraph of the DOT language; nodes of one account and region stand in one box.
///
/// graphviz.org/doc/info/lang.html, read 2026-11-21.
pub fn render_dot(map: &Map) -> String {
    let mut out = String::from(
        "digraph map {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", shape=box];\n  \
         edge [fontname=\"sans-serif\", fontsize=10];\n",
    );
    let mut places: BTreeMap<String, Vec<&MapNode>> = BTreeMap::new();
    for node in &map.nodes {
        places.entry(node.place()).or_default().push(node);
    }
    for (number, (place, nodes)) in places.iter().enumerate() {
        let indent = if place.is_empty() { "  " } else { "    " };
        if !place.is_empty() {
            let _ = writeln!(
                out,
                "  subgraph cluster_{number} {{\n    label={};",
                quoted(place)
            );
        }
        for node in nodes {
            let _ = writeln!(
                out,
                "{indent}{} [label={}, shape={}{}];",
                quoted(&node.id),
                quoted(&format!("{}\n{}", node.label, node.title())),
                shape(&node.kind),
                if map.focus.contains(&node.id) {
                    ", style=bold"
                } else {
                    ""
                },
            );
        }
        if !place.is_empty() {
            out.push_str("  }\n");
        }
    }
    for edge in &map.edges {
        let _ = writeln!(
            out,
            "  {} -> {} [label={}{}];",
            quoted(&edge.from),
            quoted(&edge.to),
            quoted(forward(&edge.kind)),
            if edge.confidence < 0.5 {
                ", style=dashed"
            } else {
                ""
            },
        );
    }
    out.push_str("}\n");
    out
}

fn shape(kind: &str) -> &'static str {
    match kind {
        "service" => "ellipse",
        "database" | "cache" | "bucket" | "volume" | "snapshot" => "cylinder",
        "queue" | "topic" | "stream" => "cds",
        "firewall" | "policy" | "key" | "secret" | "certificate" => "octagon",
        "network" | "subnet" => "tab",
        "external" => "plaintext",
        _ => "box",
    }
}

/// A string of the language, with control characters made visible.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| clean(line).replace('\\', "\\\\").replace('"', "\\\""))
        .collect();
    format!("\"{}\"", lines.join("\\n"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::shop;

    #[test]
    fn nodes_stand_in_the_box_of_their_place() {
        let dot = render_dot(&shop());
        assert!(
            dot.contains("label=\"aws 111122223333 eu-west-1\";"),
            "{dot}"
        );
        assert!(
            dot.contains("\"service:checkout\" -> \"arn:db\" [label=\"calls\"];"),
            "{dot}"
        );
        // The edge leads from the dependent, which holds nothing.
        assert!(
            dot.contains("\"arn:db\" -> \"arn:vpc\" [label=\"lies in\"];"),
            "{dot}"
        );
        assert_eq!(dot.matches('{').count(), dot.matches('}').count());
    }

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"; b -> c"), "\"a\\\"; b -> c\"");
        assert_eq!(quoted("a\\"), "\"a\\\\\"");
    }
}
