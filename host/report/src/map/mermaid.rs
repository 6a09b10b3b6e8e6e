//! The map as a flowchart of Mermaid.

use std::collections::{BTreeMap, HashMap};
use std::fmt::Write as _;

use super::says::forward;
use super::{Map, MapNode};
use crate::words::clean;

/// The map as a flowchart, for a code block in Markdown; nodes of one account and region stand in
/// one box.
///
/// mermaid.js.org/syntax/flowchart.html, read 2026-11-21.
pub fn render_mermaid(map: &Map) -> String {
    let mut out = String::from("flowchart LR\n");
    let numbers: HashMap<&str, usize> = map
        .nodes
        .iter()
        .enumerate()
        .map(|(number, node)| (node.id.as_str(), number))
        .collect();
    let mut places: BTreeMap<String, Vec<&MapNode>> = BTreeMap::new();
    for node in &map.nodes {
        places.entry(node.place()).or_default().push(node);
    }
    for (place_number, (place, nodes)) in places.iter().enumerate() {
        if !place.is_empty() {
            let _ = writeln!(out, "  subgraph p{place_number}[{}]", quoted(place));
        }
        for node in nodes {
            let label = quoted(&format!("{}\n{}", node.label, node.title()));
            let (open, close) = shape(&node.kind);
            let number = numbers.get(node.id.as_str()).copied().unwrap_or_default();
            let _ = writeln!(out, "    n{number}{open}{label}{close}");
        }
        if !place.is_empty() {
            out.push_str("  end\n");
        }
    }
    for edge in &map.edges {
        if let (Some(from), Some(to)) = (
            numbers.get(edge.from.as_str()),
            numbers.get(edge.to.as_str()),
        ) {
            let arrow = if edge.confidence < 0.5 { "-.->" } else { "-->" };
            let kind = forward(&edge.kind);
            let _ = writeln!(out, "  n{from} {arrow}|{kind}| n{to}");
        }
    }
    out
}

fn shape(kind: &str) -> (&'static str, &'static str) {
    match kind {
        "service" => ("([", "])"),
        "database" | "cache" | "bucket" | "volume" | "snapshot" => ("[(", ")]"),
        "firewall" | "policy" | "key" | "secret" | "certificate" => ("{{", "}}"),
        _ => ("[", "]"),
    }
}

/// Text of a label: what means something to Mermaid or to HTML is written as an entity.
fn quoted(text: &str) -> String {
    let lines: Vec<String> = text
        .split('\n')
        .map(|line| {
            let line = clean(line).replace('#', "#35;").replace('"', "#quot;");
            line.replace('<', "#lt;").replace('>', "#gt;")
        })
        .collect();
    format!("\"{}\"", lines.join("<br/>"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::shop;

    #[test]
    fn edges_name_the_numbers_of_their_nodes() {
        let chart = render_mermaid(&shop());
        assert!(chart.starts_with("flowchart LR\n"), "{chart}");
        assert!(chart.contains("n0[(\"order-db<br/>database\")]"), "{chart}");
        assert!(chart.contains("n2 -->|calls| n0"), "{chart}");
        assert!(chart.contains("n0 -->|lies in| n1"), "{chart}");
    }

    #[test]
    fn text_cannot_leave_its_quotes() {
        assert_eq!(quoted("a\"]<b>#"), "\"a#quot;]#lt;b#gt;#35;\"");
    }
}
