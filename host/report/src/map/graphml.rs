//! The map as GraphML.

use std::fmt::Write as _;

use super::{Map, MapEdge, MapNode, MapSpan};
use crate::words::clean;

type Texts<T> = &'static [(&'static str, fn(&T) -> &str)];

const NODE_TEXTS: Texts<MapNode> = &[
    ("label", |node| &node.label),
    ("kind", |node| &node.kind),
    ("type", |node| &node.resource_type),
    ("provider", |node| text(&node.provider)),
    ("account", |node| text(&node.account)),
    ("region", |node| text(&node.region)),
    ("zone", |node| text(&node.zone)),
    ("service", |node| text(&node.service)),
    ("team", |node| text(&node.team)),
    ("environment", |node| text(&node.environment)),
    ("tool", |node| text(&node.tool)),
    ("scope", |node| text(&node.scope)),
    ("address", |node| text(&node.address)),
    ("parent", |node| text(&node.parent)),
];

const EDGE_TEXTS: Texts<MapEdge> = &[
    ("relation", |edge| &edge.kind),
    ("source", |edge| &edge.source),
    ("evidence", |edge| &edge.evidence),
];

/// The map as a document of GraphML, for networkx, Gephi, yEd. Edges lead from dependent to
/// dependency.
///
/// graphml.graphdrawing.org/primer/graphml-primer.html, read 2026-11-21.
pub fn render_graphml(map: &Map) -> String {
    let mut out = String::from(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n\
         <graphml xmlns=\"http://graphml.graphdrawing.org/xmlns\">\n",
    );
    for (name, _) in NODE_TEXTS {
        key(&mut out, "node", name, "string");
    }
    for (name, _) in EDGE_TEXTS {
        key(&mut out, "edge", name, "string");
    }
    key(&mut out, "edge", "confidence", "double");
    key(&mut out, "edge", "observations", "long");
    for name in SPAN {
        key(&mut out, "edge", name, "string");
    }
    key(&mut out, "node", "aliases", "string");
    key(&mut out, "node", "existed", "string");
    out.push_str("  <graph id=\"map\" edgedefault=\"directed\">\n");
    for node in &map.nodes {
        let _ = writeln!(out, "    <node id=\"{}\">", escaped(&node.id));
        for (name, pick) in NODE_TEXTS {
            data(&mut out, name, pick(node));
        }
        data(&mut out, "aliases", &node.aliases.join(" "));
        let existed: Vec<String> = node.existed.iter().map(existed).collect();
        data(&mut out, "existed", &existed.join(" "));
        out.push_str("    </node>\n");
    }
    for edge in &map.edges {
        let _ = writeln!(
            out,
            "    <edge source=\"{}\" target=\"{}\">",
            escaped(&edge.from),
            escaped(&edge.to)
        );
        for (name, pick) in EDGE_TEXTS {
            data(&mut out, name, pick(edge));
        }
        data(&mut out, "confidence", &format!("{:.2}", edge.confidence));
        data(&mut out, "observations", &edge.observations.to_string());
        for (name, time) in SPAN.into_iter().zip(times(&edge.holds)) {
            data(&mut out, name, &time);
        }
        out.push_str("    </edge>\n");
    }
    out.push_str("  </graph>\n</graphml>\n");
    out
}

/// Names of the times of a span.
const SPAN: [&str; 4] = ["valid_from", "valid_to", "seen_from", "seen_to"];

/// Times of a span in the order of their names, empty where there is none.
fn times(span: &MapSpan) -> [String; 4] {
    let times = [span.valid_from, span.valid_to, span.seen_from, span.seen_to];
    times.map(|time| time.map(|time| time.to_string()).unwrap_or_default())
}

/// When a resource existed, as an interval of ISO 8601: `FROM/TO`, `..` for an open end.
fn existed(span: &MapSpan) -> String {
    let [from, to, _, _] = times(span);
    let or_open = |time: String| match time.is_empty() {
        true => "..".to_owned(),
        false => time,
    };
    format!("{}/{}", or_open(from), or_open(to))
}

fn key(out: &mut String, of: &str, name: &str, kind: &str) {
    let _ = writeln!(
        out,
        "  <key id=\"{name}\" for=\"{of}\" attr.name=\"{name}\" attr.type=\"{kind}\"/>"
    );
}

fn data(out: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        let _ = writeln!(out, "      <data key=\"{name}\">{}</data>", escaped(value));
    }
}

fn text(value: &Option<String>) -> &str {
    value.as_deref().unwrap_or_default()
}

fn escaped(text: &str) -> String {
    let text = clean(text).replace('&', "&amp;").replace('<', "&lt;");
    text.replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::shop;

    #[test]
    fn every_key_that_is_used_is_declared() {
        let mut map = shop();
        if let Some(node) = map.nodes.first_mut() {
            node.aliases = vec!["db.shop.example".to_owned()];
            node.existed = vec![MapSpan {
                valid_from: Some(nepho_core::Timestamp(0)),
                ..MapSpan::default()
            }];
            node.scope = Some("prod".to_owned());
        }
        let text = render_graphml(&map);
        for expected in [
            "<data key=\"aliases\">db.shop.example</data>",
            "<data key=\"existed\">1970-01-01T00:00:00Z/..</data>",
            "<data key=\"scope\">prod</data>",
            "<data key=\"observations\">0</data>",
        ] {
            assert!(text.contains(expected), "{text}");
        }
        let used = text
            .match_indices("<data key=\"")
            .filter_map(|(at, open)| text.get(at + open.len()..)?.split('"').next());
        for name in used {
            assert!(text.contains(&format!("<key id=\"{name}\"")), "{name}");
        }
        assert_eq!(
            text.matches("<node ").count(),
            text.matches("</node>").count()
        );
        assert!(text.contains("<edge source=\"service:checkout\" target=\"arn:db\">"));
    }

    #[test]
    fn markup_in_names_is_text() {
        assert_eq!(escaped("<a b=\"c\">&"), "&lt;a b=&quot;c&quot;&gt;&amp;");
    }
}
