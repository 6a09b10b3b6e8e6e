//! `nepho map`

use std::io::Write;
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::Result;
use nepho::resources::graph::NodeId;
use nepho::resources::map::{Moment, ResourceMap};
use nepho::{Options, Progress};
use nepho_core::{Error, ErrorKind};
use nepho_report::{Map, render_dot, render_graphml, render_map, render_mermaid};

use crate::args::{MapArgs, MapFormat};
use crate::commands::{explain, outcome, rules, services, told};
use crate::convert_map::{self, Focus};
use crate::moment;
use crate::progress::Bar;

/// Steps that are shown around a service or a resource.
const HOPS: u32 = 2;
/// Words that a message proposes.
const PROPOSED: usize = 8;

pub(crate) fn run(args: &MapArgs) -> Result<ExitCode> {
    if args.hops.is_some() && args.service.is_none() && args.resource.is_none() {
        return Err(wrong(
            "--hops",
            "steps from what? Name a --service or a --resource",
        )
        .into());
    }
    let rules = rules::read(&args.rules)?;
    nepho::keep_little();
    let progress = Arc::new(Progress::default());
    let bar = Bar::start(&progress, args.terminal.quiet);
    let explanation = nepho::explain(&Options {
        paths: paths(args),
        clusters: args.input.cluster.clone(),
        services: args.input.services(),
        workers: args.input.threads.into(),
        progress,
        ..Options::default()
    })?;
    drop(bar);
    told::skipped(&explanation.skipped);
    told::rejects(&explanation.rejects_by_reason);
    if outcome::is_nothing(&explanation.inputs, &[]) {
        return Ok(ExitCode::FAILURE);
    }
    told::unfit(&args.input, None, &explanation.inputs, &explanation.skipped);
    rules::unfit(&args.rules, &rules, &explanation.conclusions);
    let resources = explanation.conclusions.map_with(&rules);
    let focus = focus(args, &resources, &explanation.conclusions)?;
    let moment = Moment {
        at: args.at,
        known: args.known,
    };
    let map = convert_map::map(&resources, moment, args.facets, focus.as_ref());
    let first = focus.as_ref().and_then(|focus| focus.nodes.first());
    if let Some(node) = first.filter(|_| map.focus.is_empty()) {
        let name = resources.graph().key(*node);
        let what = format!("`{name}` did not exist at that time");
        return Err(wrong("--at", what).into());
    }
    if let Some(folder) = &args.store {
        save(args, folder, &explanation.conclusions)?;
    }
    print(args, &map)?;
    Ok(outcome::code(&args.input, &explanation))
}

/// What is read: the paths, and what the store holds so far.
fn paths(args: &MapArgs) -> Vec<String> {
    let mut paths = args.input.paths.clone();
    if let Some(folder) = args
        .store
        .as_deref()
        .filter(|folder| nepho::is_store(folder))
    {
        let same = |path: &String| *nepho::file_path(path) == *folder;
        if !paths.iter().any(same) {
            paths.push(nepho::file_name(folder));
        }
    }
    paths
}

/// Adds what was learned to the store, and says how much that is.
fn save(args: &MapArgs, folder: &Path, conclusions: &nepho::Conclusions) -> Result<()> {
    let saved = nepho::save(folder, conclusions, moment::now())?;
    if !args.terminal.quiet {
        told::say(&format!(
            "nepho: {} versions of resources and {} of edges are new in `{}`",
            saved.nodes,
            saved.edges,
            nepho::file_name(folder)
        ));
    }
    Ok(())
}

/// What the arguments ask to show the surroundings of.
fn focus(
    args: &MapArgs,
    resources: &ResourceMap,
    conclusions: &nepho::Conclusions,
) -> nepho_core::Result<Option<Focus>> {
    let nodes = match (&args.service, &args.resource) {
        (Some(name), _) => {
            let nodes = of_service(resources, name);
            if nodes.is_empty() {
                let asked = std::slice::from_ref(name);
                services::refuse_unknown(asked, conclusions, &resources.services())?;
                told::say(&format!(
                    "nepho: of service `{name}` no resource and no call is known"
                ));
            }
            nodes
        }
        (None, Some(word)) => vec![resource(resources, word, args.facets)?],
        (None, None) => return Ok(None),
    };
    let hops = args.hops.unwrap_or(HOPS);
    Ok(Some(Focus { nodes, hops }))
}

/// A service and the resources that belong to it.
fn of_service(resources: &ResourceMap, name: &str) -> Vec<NodeId> {
    let is_of = |node: &NodeId| {
        let row = resources.row(*node);
        row.and_then(|row| row.service.as_deref())
            .is_some_and(|service| service.eq_ignore_ascii_case(name))
    };
    let nodes: Vec<NodeId> = resources.graph().nodes().filter(is_of).collect();
    let whole = nodes.into_iter().map(|node| resources.whole(node));
    let mut found: Vec<NodeId> = whole.chain(resources.service(name)).collect();
    found.sort_unstable();
    found.dedup();
    found
}

/// The one resource that a word stands for.
fn resource(resources: &ResourceMap, word: &str, facets: bool) -> nepho_core::Result<NodeId> {
    let mut found = resources.find(word);
    if !facets {
        found = found.iter().map(|node| resources.whole(*node)).collect();
        found.sort_unstable();
        found.dedup();
    }
    match found[..] {
        [node] => Ok(node),
        [] => {
            let near = resources.near_misses(word, PROPOSED);
            let there = match near.len() {
                0 => "nothing is like it; nepho map without it lists all".to_owned(),
                _ => format!("near are {}", near.join(", ")),
            };
            let what = format!("no resource is known as `{word}`; {there}");
            Err(wrong("--resource", what))
        }
        _ => {
            let keys = found.iter().take(PROPOSED);
            let keys: Vec<&str> = keys.map(|node| resources.graph().key(*node)).collect();
            let what = format!(
                "`{word}` stands for {} resources; say which: {}",
                found.len(),
                keys.join(", ")
            );
            Err(wrong("--resource", what))
        }
    }
}

fn wrong(argument: &'static str, what: impl Into<String>) -> Error {
    Error::new(ErrorKind::InvalidConfig, argument, what)
}

fn print(args: &MapArgs, map: &Map) -> Result<()> {
    let format = if args.json {
        MapFormat::Json
    } else {
        args.format
    };
    let text = match format {
        MapFormat::Tree => return print_tree(args, map),
        MapFormat::Dot => render_dot(map),
        MapFormat::Mermaid => render_mermaid(map),
        MapFormat::Graphml => render_graphml(map),
        MapFormat::Json => map.to_json(),
    };
    let mut out = std::io::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

fn print_tree(args: &MapArgs, map: &Map) -> Result<()> {
    let text = render_map(map, &explain::text_options(&args.terminal));
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}
