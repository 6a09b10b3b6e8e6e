//! The map as text: around a focus two trees, what it depends on and what needs it; without one a
//! list by cloud, network and service.

mod groups;
mod trees;

use super::canvas::{Canvas, Span, dim, plain, strong};
use super::{TextOptions, Verbosity};
use crate::map::{Map, MapNode};
use crate::words;

/// The map as text, with a line break at the end. Times are UTC.
///
/// Text from logs is shown with control characters made visible, so that it cannot command the
/// terminal.
pub fn render_map(map: &Map, options: &TextOptions) -> String {
    let mut canvas = Canvas::new(options, "");
    canvas.paragraph(0, 2, &[strong(headline(map))]);
    if map.nodes.is_empty() {
        let text = match map.at {
            Some(_) => "Nothing is known of that moment.",
            None => "No resource and no service is known.",
        };
        canvas.paragraph(0, 2, &[plain(text)]);
        return canvas.finish();
    }
    undated(map, &mut canvas);
    let is_full = options.verbosity == Verbosity::Full;
    if map.focus.is_empty() {
        untold(map, &mut canvas);
        groups::write(map, is_full, &mut canvas);
    } else {
        trees::write(map, is_full, &mut canvas);
    }
    canvas.finish()
}

fn headline(map: &Map) -> String {
    let totals = &map.totals;
    let mut line = format!(
        "{}, {}, {}",
        words::count(totals.resources, "resource", "resources"),
        words::count(totals.services, "service", "services"),
        words::count(totals.edges, "relation", "relations"),
    );
    if let Some(at) = map.at {
        line.push_str(&format!(" as of {at}"));
    }
    if let Some(known) = map.known {
        line.push_str(&format!(", as known by {known}"));
    }
    line
}

/// How many may not have been there at the moment that was asked for.
fn untold(map: &Map, canvas: &mut Canvas) {
    let is_untold = |node: &&MapNode| {
        let began = node.existed.first().and_then(|span| span.valid_from);
        began.is_none() && !node.is_service()
    };
    let count = map.nodes.iter().filter(is_untold).count();
    if map.at.is_some() && count > 0 {
        let text = format!("Of {count} of the resources nobody tells since when they exist.");
        canvas.paragraph(0, 2, &[plain(text)]);
    }
}

/// How many may have been learned after the time by which the map is known: a state that bears no
/// time does not tell when it was.
fn undated(map: &Map, canvas: &mut Canvas) {
    let is_undated = |node: &&MapNode| {
        let learned = node.existed.first().and_then(|span| span.seen_from);
        learned.is_none() && !node.is_service()
    };
    let count = map.nodes.iter().filter(is_undated).count();
    if map.known.is_some() && count > 0 {
        let text = format!(
            "Of {count} of the resources nothing tells since when they are known; they are shown."
        );
        canvas.paragraph(0, 2, &[plain(text)]);
    }
}

/// What a node is and is called: `database order-db`.
fn name(node: &MapNode) -> Vec<Span> {
    vec![dim(node.title()), plain(" "), strong(&node.label)]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::map::testing::shop;
    use crate::map::{MapEdge, MapSpan};

    fn text(map: &Map) -> String {
        render_map(map, &TextOptions::default())
    }

    #[test]
    fn the_whole_map_is_a_list_by_place_and_service() {
        let expected = "\
2 resources, 2 services, 3 relations

aws 111122223333 eu-west-1 ------------------------------------------------------------- 2 resources
  network shop
    service orders
      database order-db
        needed by checkout

Services -------------------------------------------------------------------------------- 2 services
  checkout  depends on order-db; needed by web
  web       depends on checkout
";
        assert_eq!(text(&shop()), expected);
    }

    #[test]
    fn around_a_focus_failure_travels_up_one_tree_and_down_the_other() {
        let mut map = shop();
        map.focus = vec!["arn:db".to_owned()];
        map.hops = Some(2);
        let shown = text(&map);
        let expected = "\
  lies in network shop of orders
";
        assert!(shown.contains(expected), "{shown}");
        let expected = "\
  called by service checkout
    called by service web
";
        assert!(shown.contains(expected), "{shown}");
    }

    #[test]
    fn what_may_be_reached_is_not_depended_on() {
        let mut map = shop();
        for (from, to, kind) in [
            ("service:web", "arn:db", "permits_net"),
            ("arn:vpc", "service:web", "permits_iam"),
        ] {
            map.edges.push(MapEdge {
                from: from.to_owned(),
                to: to.to_owned(),
                kind: kind.to_owned(),
                ..MapEdge::default()
            });
        }
        let shown = text(&map);
        let expected = "web       depends on checkout; granted to shop; may reach order-db";
        assert!(shown.contains(expected), "{shown}");
        assert!(
            shown.contains("needed by checkout; reached by web"),
            "{shown}"
        );
    }

    #[test]
    fn of_what_began_unknown_when_it_is_told() {
        let mut map = shop();
        let told = "Of 1 of the resources nobody tells since when they exist.";
        let moment = nepho_core::Timestamp(1_700_000_000_000_000_000);
        if let Some(network) = map.nodes.iter_mut().find(|node| node.id == "arn:vpc") {
            network.existed = vec![crate::map::MapSpan {
                valid_from: Some(moment),
                ..crate::map::MapSpan::default()
            }];
        }
        assert!(!text(&map).contains("nobody tells"));
        map.at = Some(moment);
        assert!(text(&map).contains(told), "{}", text(&map));
        map.focus = vec!["arn:db".to_owned()];
        let shown = text(&map);
        assert!(shown.contains("exists nobody tells since when"), "{shown}");
        assert!(!shown.contains(told), "{shown}");
    }

    #[test]
    fn of_what_was_learned_unknown_when_it_is_told() {
        let mut map = shop();
        let unknown = "Of 2 of the resources nothing tells since when they are known";
        assert!(!text(&map).contains("since when they are known"));
        map.known = Some(nepho_core::Timestamp(0));
        assert!(text(&map).contains(unknown), "{}", text(&map));
        map.focus = vec!["arn:db".to_owned()];
        assert!(text(&map).contains(unknown), "{}", text(&map));
        let learned = MapSpan {
            seen_from: map.known,
            ..MapSpan::default()
        };
        for node in &mut map.nodes {
            node.existed = vec![learned];
        }
        assert!(!text(&map).contains("since when they are known"));
    }

    #[test]
    fn a_loop_is_shown_once() {
        let mut map = shop();
        map.focus = vec!["service:web".to_owned()];
        map.edges.push(MapEdge {
            from: "arn:db".to_owned(),
            to: "service:web".to_owned(),
            kind: "depends_on".to_owned(),
            ..MapEdge::default()
        });
        let shown = text(&map);
        assert_eq!(
            shown.matches("calls database order-db").count(),
            1,
            "{shown}"
        );
        assert!(shown.lines().count() < 30, "{shown}");
    }

    #[test]
    fn what_shares_its_name_is_told_with_what_it_is() {
        let mut map = shop();
        if let Some(database) = map.nodes.iter_mut().find(|node| node.id == "arn:db") {
            database.label = "checkout".to_owned();
        }
        let shown = text(&map);
        for expected in [
            "checkout  depends on database checkout; needed by web",
            "web       depends on service checkout",
        ] {
            assert!(shown.contains(expected), "{shown}");
        }
    }

    #[test]
    fn an_empty_map_says_so() {
        let mut map = shop();
        map.nodes.clear();
        map.edges.clear();
        assert!(text(&map).contains("No resource and no service is known."));
        map.at = Some(nepho_core::Timestamp(0));
        assert!(text(&map).contains("Nothing is known of that moment."));
    }
}
