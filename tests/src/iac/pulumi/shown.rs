//! What the command line shows while the engine works: one line for each step of a resource.

use std::collections::{BTreeMap, BTreeSet};

use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};

use super::name;
use super::stream::Stream;
use crate::iac::feeds::Read;
use crate::iac::{Figure, named};

/// Stands for a replacement whose new resource could not be made.
const FAILED_PART: &str = "**creating replacement failed**";

/// For each resource the words that tell of it.
type Words = BTreeMap<(String, String), BTreeSet<String>>;

/// Changes by resource against what is shown of it.
pub(super) fn by_resource(logs: &[(Read, Stream)]) -> Figure {
    let mut figure = named("pulumi: operations by resource");
    for (read, stream) in logs.iter().filter(|(_, stream)| !stream.is_preview) {
        let beside = read.path.with_file_name("progress.stdout.txt");
        let Ok(shown) = std::fs::read_to_string(beside) else {
            continue;
        };
        let expected = expected(&shown, stream);
        let got = told(&read.out.changes);
        let resources: BTreeSet<_> = stream.resources.iter().chain(got.keys()).collect();
        for resource in resources {
            let (expected, got) = (expected.get(resource), got.get(resource));
            figure.check(expected == got, || {
                format!("{} {resource:?}: {got:?} for {expected:?}", name(read))
            });
        }
    }
    figure
}

/// What is done with the resources of the clouds, of the lines that show it.
fn expected(shown: &str, stream: &Stream) -> Words {
    let plain = without_colors(shown);
    // What follows is a summary.
    let lines = plain
        .lines()
        .take_while(|line| !line.starts_with("Diagnostics:"));
    let lines: Vec<&str> = lines.collect();
    let mut words = Words::new();
    for resource in &stream.resources {
        let (kind, name) = resource;
        let mark = format!(" {kind} {name} ");
        let mut verbs: Vec<&str> = Vec::new();
        for line in &lines {
            if let Some((operation, rest)) = line.split_once(&mark) {
                let verb = rest.split(" [diff").next().unwrap_or(rest).trim();
                // Of a replacement the failure is shown as that of any other making.
                let is_part = operation.trim() == "++" && verb.starts_with("**creating failed**");
                verbs.push(if is_part { FAILED_PART } else { verb });
            }
        }
        let told = words_of(&verbs);
        if !told.is_empty() {
            words.insert(resource.clone(), told);
        }
    }
    words
}

/// The words of one resource, of what its lines say.
fn words_of(verbs: &[&str]) -> BTreeSet<String> {
    let has = |verb: &str| verbs.iter().any(|shown| shown.starts_with(verb));
    let mut words = BTreeSet::new();
    let mut add = |word: &str| words.insert(word.to_owned());
    if has(FAILED_PART) {
        add("replace failed");
    } else if has("created replacement") || has("replaced") {
        add("replace applied");
    } else if has("creating replacement") {
        add("replace unknown");
    }
    // What a refresh finds gone is shown with the name of the operation alone.
    if verbs.contains(&"refresh") {
        add("drift applied");
    }
    for (doing, done, action) in [
        ("creating", "created", "create"),
        ("updating", "updated", "update"),
        ("deleting", "deleted", "delete"),
        ("importing", "imported", "import"),
    ] {
        let is = |verb: &str| {
            let rests = verbs.iter().filter_map(|shown| shown.strip_prefix(verb));
            let mut own = rests
                .filter(|rest| !rest.starts_with(" replacement") && !rest.starts_with(" original"));
            own.next().is_some()
        };
        if is(done) && has("refreshing") && !is(doing) {
            add("drift applied");
        } else if is(done) {
            add(&format!("{action} applied"));
        } else if has(&format!("**{doing} failed**")) {
            add(&format!("{action} failed"));
        } else if is(doing) {
            add(&format!("{action} unknown"));
        }
    }
    words
}

fn told(changes: &[Change]) -> Words {
    let mut words = Words::new();
    for change in changes {
        // The command line shows what moved as unchanged, and what is let go of as deleted.
        let action = match change.action {
            ChangeAction::Move => continue,
            ChangeAction::Forget => ChangeAction::Delete,
            action => action,
        };
        let outcome: ChangeOutcome = change.outcome;
        let own = change.address.splitn(4, "::").nth(3).unwrap_or_default();
        let resource = (change.resource_type.clone(), own.to_owned());
        let told = words.entry(resource).or_default();
        told.insert(format!("{action} {outcome}"));
    }
    words
}

fn without_colors(text: &str) -> String {
    let mut plain = String::new();
    let mut rest = text;
    while let Some((before, mark)) = rest.split_once("<{%") {
        plain.push_str(before);
        rest = mark.split_once("%}>").map_or("", |(_, after)| after);
    }
    plain.push_str(rest);
    plain
}
