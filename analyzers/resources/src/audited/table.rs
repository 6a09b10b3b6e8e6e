//! The table `edges.txt`: which calls make and break which edges.

use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::tables::RelationKind;
use serde_json::Value;

use super::record::Record;

/// Elements of one call that are looked at.
const MOST: usize = 200;
/// What the table calls all operations that set the policy of a resource of Google.
const SET_POLICY: &str = "setIamPolicy";

/// Calls by operation.
static TABLE: LazyLock<HashMap<&'static str, Vec<Call>>> = LazyLock::new(|| {
    let mut table: HashMap<&'static str, Vec<Call>> = HashMap::new();
    for (operation, call) in include_str!("edges.txt").lines().filter_map(parse) {
        table.entry(operation).or_default().push(call);
    }
    table
});

/// What a call does to an edge.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Effect {
    Breaks,
    Makes,
    /// It makes the edges that it names, and breaks what its key stood for. Where it tells another
    /// key, the dependents are those of what the key stood for.
    Replaces,
    /// It makes the edges that it names, and breaks the others of their kind from the dependent to
    /// what is of the same type.
    Sets,
    /// It makes the edges that it names, and breaks the others of their kind from the dependent.
    Turns,
    /// It makes the edges that it names, and breaks the others of their kind to the dependency.
    Grants,
    /// It makes the edges that it names, and breaks the others of their kind to the dependency,
    /// which one dependent has at a time.
    Moves,
    /// It breaks the edges of its kind to the dependency.
    Clears,
}

/// A line of the table.
#[derive(Debug)]
pub(super) struct Call {
    api: &'static str,
    pub effect: Effect,
    pub kind: RelationKind,
    from: &'static str,
    to: &'static str,
    key: &'static str,
    /// Elements that are looked at one by one.
    each: &'static str,
    /// What tells several edges between the same two apart.
    by: &'static str,
    /// Where this is told, the line says nothing.
    unless: &'static str,
    /// What the edges are known by from then on.
    renamed: &'static str,
    /// What holds all that the call sets: where it is told and names nothing, nothing is left.
    within: &'static str,
    /// Types of which nothing is left then, where the call sets several.
    pub about: &'static str,
    /// Name of a device by which the dependent knows the dependency.
    device: &'static str,
}

/// What a call names.
#[derive(Debug, Default)]
pub(super) struct Named {
    pub from: Vec<String>,
    pub to: Vec<String>,
    /// What the edges are known by when they are broken.
    pub key: Option<String>,
    /// What they are known by once the call replaced them.
    pub next: Option<String>,
    pub by: String,
    /// Name of a device that stands for the dependency.
    pub device: Option<String>,
    /// Whether the call tells all that it leaves, also where that is nothing.
    pub is_whole: bool,
}

/// The lines of an operation of an API (`ec2.amazonaws.com`, `compute.googleapis.com`,
/// `Microsoft.Network`).
pub(super) fn calls(api: &str, operation: &str) -> Vec<&'static Call> {
    let (name, operation) = named(api, operation);
    let calls = TABLE.get(operation.as_ref()).into_iter().flatten();
    let is_it = |call: &&Call| call.api == name || (call.api == "*" && operation == SET_POLICY);
    calls.filter(is_it).collect()
}

/// API and operation as the table writes them.
fn named<'a>(api: &'a str, operation: &'a str) -> (Cow<'a, str>, Cow<'a, str>) {
    if let Some(name) = api.strip_suffix(".amazonaws.com") {
        return (name.into(), operation.into());
    }
    if api.ends_with(".googleapis.com") {
        let last = operation.rsplit('.').next().unwrap_or_default();
        let sets = [SET_POLICY, "setIamPermissions"];
        if sets.iter().any(|name| name.eq_ignore_ascii_case(last)) {
            return (api.into(), SET_POLICY.into());
        }
        let versions = ["v1.", "beta.", "alpha."].iter();
        let mut bare = versions.filter_map(|version| operation.strip_prefix(version));
        return (api.into(), bare.next().unwrap_or(operation).into());
    }
    let is_azure = api
        .get(..10)
        .is_some_and(|start| start.eq_ignore_ascii_case("microsoft."));
    match is_azure {
        true => {
            // What extends a resource has an API of its own, and rows are of that of the resource.
            let own = operation.split('/').next().unwrap_or(api);
            let lower = |text: &str| text.to_ascii_lowercase().into();
            (lower(own), lower(operation))
        }
        false => (api.into(), "".into()),
    }
}

impl Call {
    /// What a record names, once for each element.
    pub(super) fn named(&self, record: &Record<'_>) -> Vec<Named> {
        if !self.unless.is_empty() && !record.elements(self.unless).is_empty() {
            return Vec::new();
        }
        let is_whole = !self.within.is_empty() && !record.elements(self.within).is_empty();
        let named = |element: &Value| Named {
            from: record.words(self.from, element),
            to: record.words(self.to, element),
            key: record.joined(self.key, element),
            next: record.joined(self.renamed, element),
            by: match self.by {
                "" => String::new(),
                by => record.joined(by, element).unwrap_or_default(),
            },
            device: record.joined(self.device, element),
            is_whole,
        };
        match self.each {
            "" => vec![named(&Value::Null)],
            each => {
                let elements = record.elements(each);
                match elements.is_empty() && is_whole {
                    true => vec![named(&Value::Null)],
                    false => elements.into_iter().take(MOST).map(named).collect(),
                }
            }
        }
    }

    /// Whether something tells several edges between the same two apart.
    pub(super) fn tells_apart(&self) -> bool {
        !self.by.is_empty()
    }
}

fn parse(line: &'static str) -> Option<(&'static str, Call)> {
    if line.starts_with('#') {
        return None;
    }
    let words: Vec<&'static str> = line.split_ascii_whitespace().collect();
    let (columns, rest) = words.split_at_checked(7)?;
    let &[api, operation, effect, from, kind, to, key] = columns else {
        return None;
    };
    let option = |name: &str| {
        let mut found = rest.iter().filter_map(|word| word.split_once('='));
        let found = found.find(|(word, _)| *word == name);
        found.map_or("", |(_, value)| value)
    };
    let effect = match effect {
        "makes" => Effect::Makes,
        "breaks" => Effect::Breaks,
        "replaces" => Effect::Replaces,
        "sets" => Effect::Sets,
        "turns" => Effect::Turns,
        "grants" => Effect::Grants,
        "moves" => Effect::Moves,
        "clears" => Effect::Clears,
        _ => return None,
    };
    let kind = match kind {
        "attached" => RelationKind::Attached,
        "contains" => RelationKind::Contains,
        "routes" => RelationKind::Routes,
        "scales" => RelationKind::Scales,
        "uses" => RelationKind::Uses,
        "peers" => RelationKind::Peers,
        "depends_on" => RelationKind::DependsOn,
        "data_flow" => RelationKind::DataFlow,
        "permits_iam" => RelationKind::PermitsIam,
        "permits_net" => RelationKind::PermitsNet,
        _ => return None,
    };
    let call = Call {
        api,
        effect,
        kind,
        from,
        to,
        key,
        each: option("each"),
        by: option("by"),
        unless: option("unless"),
        renamed: option("as"),
        within: option("in"),
        about: option("of"),
        device: option("device"),
    };
    Some((operation, call))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_of_the_table_is_understood() {
        let text = include_str!("edges.txt");
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let calls: Vec<&Call> = TABLE.values().flatten().collect();
        assert_eq!(calls.len(), lines.clone().count());
        let options = lines.flat_map(|line| line.split_ascii_whitespace().skip(7));
        for option in options {
            let is_known = ["each=", "by=", "unless=", "as=", "in=", "of=", "device="]
                .iter()
                .any(|name| option.starts_with(name));
            assert!(is_known, "{option}");
        }
        for call in calls {
            for paths in [
                call.from,
                call.to,
                call.key,
                call.by,
                call.each,
                call.unless,
                call.renamed,
                call.within,
                call.device,
            ] {
                for path in paths.split(['|', '+', '&']).filter(|path| !path.is_empty()) {
                    let root = path.split(['.', '>']).next().unwrap_or_default();
                    let is_path = ["-", "q", "r", "p", "l", "t", "a", "b", "e"].contains(&root);
                    assert!(is_path, "{path} in {call:?}");
                }
            }
            let is_named = call.from != "-" && call.to != "-";
            let is_by_key = call.effect == Effect::Breaks || !call.renamed.is_empty();
            let has_key = is_by_key && call.key != "-";
            assert!(is_named || has_key || call.effect == Effect::Clears);
            let is_element = |path: &str| path == "e" || path.starts_with("e.");
            assert!(!is_element(call.from) || !call.each.is_empty());
        }
    }

    #[test]
    fn versions_and_letters_of_an_operation_do_not_count() {
        let has = |api: &str, operation: &str| !calls(api, operation).is_empty();
        assert!(has("ec2.amazonaws.com", "AttachVolume"));
        assert!(!has("ec2.amazonaws.com", "attachvolume"));
        let google = "compute.googleapis.com";
        for version in ["", "v1.", "beta.", "alpha."] {
            assert!(has(
                google,
                &format!("{version}compute.instances.attachDisk")
            ));
        }
        assert!(has(
            "run.googleapis.com",
            "google.cloud.run.v1.Services.SetIamPolicy"
        ));
        assert!(has("storage.googleapis.com", "storage.setIamPermissions"));
        let write = "MICROSOFT.AUTHORIZATION/ROLEASSIGNMENTS/WRITE";
        assert!(has("MICROSOFT.AUTHORIZATION", write));
        assert!(has("Microsoft.Storage", write));
        assert!(!has("shop.example", "setIamPolicy"));
    }
}
