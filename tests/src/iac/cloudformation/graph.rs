//! Edges of templates against those that `cfn-lint -g` draws.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use super::super::{Figure, files, named};
use super::read;

/// Ends, function and place of an edge.
type Edge = (String, String, String, String);

/// Edges of all templates below `folder` that have a drawing beside them.
pub(super) fn edges(folder: &Path) -> Figure {
    let mut figure = named("cloudformation: edges of templates");
    let is_drawing = |path: &PathBuf| path.extension().is_some_and(|ending| ending == "dot");
    for drawing in files(folder).into_iter().filter(is_drawing) {
        let path = drawing.with_extension("");
        let uri = path.display().to_string();
        let text = fs::read_to_string(&path).unwrap_or_default();
        let drawn = drawn(&fs::read_to_string(&drawing).unwrap_or_default());
        let told = told(&uri, &text);
        for edge in drawn.union(&told) {
            figure.check(drawn.contains(edge) && told.contains(edge), || {
                let (is_drawn, is_told) = (drawn.contains(edge), told.contains(edge));
                format!("{uri}: {edge:?} drawn: {is_drawn}, told: {is_told}")
            });
        }
    }
    figure
}

/// Edges of a drawing: `A -> B [key=0, source_paths="[\"Properties\", \"Roles\", 0]", label=Ref,
/// ...];`
fn drawn(dot: &str) -> BTreeSet<Edge> {
    let edge = |line: &str| {
        let (ends, attributes) = line.split_once(" [")?;
        let (from, to) = ends.split_once(" -> ")?;
        let paths = attributes.split_once("source_paths=\"[")?.1;
        let (paths, rest) = paths.split_once("]\"")?;
        let place: Vec<&str> = paths
            .split(", ")
            .map(|part| part.trim_matches(['\\', '"']))
            .collect();
        let label = rest.split_once("label=")?.1.split(',').next()?;
        let words = [from, to, label].map(str::to_owned);
        let [from, to, label] = words;
        Some((from, to, label, place.join(".")))
    };
    dot.lines().filter_map(edge).collect()
}

/// Edges that the feed tells, of the same form.
fn told(uri: &str, text: &str) -> BTreeSet<Edge> {
    let out = read("cloudformation.template", uri, text);
    let logical = |key: &str| key.rsplit(':').next().unwrap_or_default().to_owned();
    out.relations
        .iter()
        .filter_map(|edge| {
            // "`Ref` at `Properties.Roles.0` of `Profile`", and of an edge that runs another way
            // than the reference ", which names `Role`".
            let mut words = edge.evidence.split('`');
            let function = words.nth(1)?.to_owned();
            let place = words.nth(1)?.to_owned();
            let from = words.nth(1)?.to_owned();
            let to = words.nth(1).map(str::to_owned);
            let to = to.unwrap_or_else(|| logical(&edge.to));
            Some((from, to, function, place))
        })
        .collect()
}
