//! Feed `cloudformation.changesets`: what `aws cloudformation describe-change-set` prints. See
//! `README.md`.

mod details;

#[cfg(test)]
mod tests;

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::{
    Change, ChangeAction, ChangeOutcome, Relation, Run, RunOperation, RunStatus,
};
use nepho_iac_common::edges::{Edge, Named, Naming, edges};
use nepho_iac_common::head::has_key;
use nepho_iac_common::lines::Lines;
use serde::Deserialize;
use serde_json::value::RawValue;

use self::details::Detail;
use crate::document::{
    Fields, Item, item_at, items, json_head, nothing_found, reject, text, time, word,
};
use crate::identity::identify;
use crate::properties::parent_property;
use crate::reason::redact;
use crate::stack::{self, Place, address_key};
use crate::status::CREATE_COMPLETE;
use crate::wire::{CDK_METADATA, STACK};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.changesets",
    summary: "Change sets of CloudFormation (describe-change-set): planned changes, what causes them",
    permissions: &["cloudformation:DescribeChangeSet"],
    make: Make::Feed(|| Box::new(ChangeSets)),
});

/// Reads change sets.
#[derive(Debug)]
pub struct ChangeSets;

impl ChangeFeed for ChangeSets {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["Changes", "Summaries"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let Some(head) = json_head(head) else {
            return Confidence::NO;
        };
        let is_other = has_key(head, "StackEvents") || has_key(head, "EventId");
        let is_one = has_key(head, "Changes")
            && (has_key(head, "ChangeSetId") || has_key(head, "ResourceChange"));
        match !is_other && (is_one || is_empty_list(head)) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let found = items(document, is_change_set);
        if found.found.is_empty() && !is_empty_list(document.text) {
            return Err(nothing_found(document, &found, "change sets"));
        }
        let lines = Lines::of(document.text);
        for item in &found.found {
            read_set(document, &lines, item, out);
        }
        out.rejects.extend(found.rejects);
        Ok(())
    }
}

/// Whether it is the list of the change sets of a stack that has none.
fn is_empty_list(text: &str) -> bool {
    let text = text.trim_start_matches('\u{feff}');
    let start: String = text.split_whitespace().take(4).collect();
    start.starts_with("{\"Summaries\":[]")
}

fn is_change_set(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    has("Changes") && (has("ChangeSetId") || has("StackId") || has("StackName"))
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Wire<'a> {
    #[serde(default, deserialize_with = "text")]
    change_set_id: Option<String>,
    #[serde(default, deserialize_with = "text")]
    change_set_name: Option<String>,
    #[serde(default, deserialize_with = "word")]
    stack_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    stack_name: Option<String>,
    #[serde(default, deserialize_with = "text")]
    status: Option<String>,
    #[serde(default, deserialize_with = "text")]
    description: Option<String>,
    #[serde(default, borrow)]
    creation_time: Option<&'a RawValue>,
    #[serde(borrow)]
    changes: Vec<&'a RawValue>,
}

/// `ResourceChange`. The contexts before and after, which hold values, are not read.
#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct WireChange {
    #[serde(default, deserialize_with = "text")]
    action: Option<String>,
    #[serde(default, deserialize_with = "text")]
    policy_action: Option<String>,
    #[serde(default, deserialize_with = "text")]
    replacement: Option<String>,
    #[serde(default, deserialize_with = "word")]
    logical_resource_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    physical_resource_id: Option<String>,
    #[serde(default, deserialize_with = "word")]
    resource_type: Option<String>,
    #[serde(default)]
    scope: Vec<String>,
    #[serde(default)]
    details: Vec<Detail>,
}

/// One change of a set.
struct Planned {
    change: WireChange,
    action: ChangeAction,
    logical: String,
    line: u64,
}

/// What all changes of a set have in common.
struct Set<'d> {
    document: &'d Document<'d>,
    tool: &'static str,
    scope: String,
    run: String,
    place: Place,
}

fn read_set(document: &Document<'_>, lines: &Lines<'_>, item: &Item<'_>, out: &mut FeedOutput) {
    let Ok(wire) = serde_json::from_str::<Wire<'_>>(item.text) else {
        let reason = "`Changes` of the change set is no list".to_owned();
        out.rejects.push(reject(document, item, reason));
        return;
    };
    let mut planned = Vec::new();
    for raw in &wire.changes {
        let place = item_at(lines, raw.get());
        match read_change(&place) {
            Ok(found) => planned.extend(found),
            Err(reason) => out.rejects.push(reject(document, &place, reason)),
        }
    }
    let stack_id = wire.stack_id.unwrap_or_default();
    let name = wire.change_set_name.unwrap_or_default();
    let is_cdk = name.starts_with("cdk-")
        || planned
            .iter()
            .any(|one| one.change.resource_type.as_deref() == Some(CDK_METADATA));
    let set = Set {
        document,
        tool: if is_cdk { "cdk" } else { "cloudformation" },
        scope: wire
            .stack_name
            .unwrap_or_else(|| stack::name_of(&stack_id).to_owned()),
        run: wire.change_set_id.unwrap_or(name),
        place: Place::of(&stack_id),
    };
    planned.retain(|one| !is_grouping(one.change.resource_type.as_deref()));
    let keys = set.keys(&planned);
    for one in &planned {
        out.changes.push(set.change(one));
        out.relations.extend(set.causes(one, &keys));
    }
    out.runs.push(Run {
        id: set.run.clone(),
        tool: set.tool.to_owned(),
        scope: set.scope.clone(),
        operation: RunOperation::Plan,
        status: status(wire.status.as_deref().unwrap_or_default()),
        started: wire.creation_time.and_then(|raw| time(raw.get())),
        message: wire.description.map(|text| redact(&text, &[])),
        uri: document.uri.to_owned(),
        line: item.line,
        ..Run::default()
    });
}

fn status(word: &str) -> RunStatus {
    match word {
        CREATE_COMPLETE => RunStatus::Succeeded,
        "FAILED" => RunStatus::Failed,
        "CREATE_PENDING" | "CREATE_IN_PROGRESS" => RunStatus::Running,
        _ => RunStatus::Unknown,
    }
}

fn is_grouping(kind: Option<&str>) -> bool {
    matches!(kind, Some(CDK_METADATA | STACK))
}

/// The change of an element of the list; `None` for one of another kind than resources.
fn read_change(item: &Item<'_>) -> std::result::Result<Option<Planned>, String> {
    #[derive(Deserialize)]
    struct Element<'a> {
        #[serde(rename = "ResourceChange", default, borrow)]
        change: Option<&'a RawValue>,
    }
    let element: Element<'_> =
        serde_json::from_str(item.text).map_err(|_| "the change is no object".to_owned())?;
    let Some(raw) = element.change else {
        return Ok(None);
    };
    let change: WireChange = serde_json::from_str(raw.get())
        .map_err(|_| "fields of the change have other types than documented".to_owned())?;
    let logical = change.logical_resource_id.clone();
    let logical = logical.ok_or("the change has no `LogicalResourceId`")?;
    let action = action(&change).ok_or("the `Action` of the change is not known")?;
    Ok(Some(Planned {
        change,
        action,
        logical,
        line: item.line,
    }))
}

fn action(change: &WireChange) -> Option<ChangeAction> {
    let is_retained = change.policy_action.as_deref() == Some("Retain");
    Some(match change.action.as_deref()? {
        "Add" => ChangeAction::Create,
        "Modify" if change.replacement.as_deref() == Some("True") => ChangeAction::Replace,
        "Modify" | "Dynamic" => ChangeAction::Update,
        "Remove" if is_retained => ChangeAction::Forget,
        "Remove" => ChangeAction::Delete,
        "Import" => ChangeAction::Import,
        "SyncWithActual" => ChangeAction::DriftRepaired,
        _ => return None,
    })
}

impl Set<'_> {
    /// Canonical ids by logical id.
    fn keys(&self, planned: &[Planned]) -> BTreeMap<String, String> {
        let key = |one: &Planned| Some((one.logical.clone(), self.key(one)?));
        planned.iter().filter_map(key).collect()
    }

    fn key(&self, one: &Planned) -> Option<String> {
        let physical = one.change.physical_resource_id.as_deref()?;
        let kind = one.change.resource_type.as_deref().unwrap_or_default();
        identify(kind, physical, &self.scope, &one.logical, &self.place)
            .map(|identity| identity.key)
    }

    fn change(&self, one: &Planned) -> Change {
        let mut attributes: Vec<String> =
            one.change.details.iter().filter_map(Detail::name).collect();
        if attributes.is_empty() && one.action != ChangeAction::Create {
            // Without details at least the part of the definition is told: `Tags`, `Metadata`.
            let parts = one.change.scope.iter();
            attributes = parts
                .filter(|part| *part != "Properties")
                .cloned()
                .collect();
        }
        attributes.sort();
        attributes.dedup();
        let replacing = one.change.details.iter().filter(|detail| detail.replaces());
        let is_replaced = one.action == ChangeAction::Replace;
        let mut replace_paths: Vec<String> = replacing
            .filter(|_| is_replaced)
            .filter_map(Detail::name)
            .collect();
        replace_paths.sort();
        replace_paths.dedup();
        let (tool, run) = (self.tool, &self.run);
        let reason = [
            ("replacement", &one.change.replacement),
            ("policy", &one.change.policy_action),
        ];
        let reason: Vec<String> = reason
            .iter()
            .filter_map(|(name, word)| Some(format!("{name}: {}", word.as_deref()?)))
            .filter(|text| text != "replacement: False")
            .collect();
        Change {
            id: format!("{tool}:{}:{run}:{}:{}", self.scope, one.logical, one.action),
            tool: tool.to_owned(),
            scope: self.scope.clone(),
            run: run.clone(),
            action: one.action,
            outcome: ChangeOutcome::Planned,
            address: one.logical.clone(),
            resource: self.key(one),
            resource_type: one.change.resource_type.clone().unwrap_or_default(),
            attributes,
            replace_paths,
            reason: (!reason.is_empty()).then(|| reason.join(", ")),
            uri: self.document.uri.to_owned(),
            line: one.line,
            ..Change::default()
        }
    }

    /// Relations to the resources with which one changes.
    fn causes(&self, one: &Planned, keys: &BTreeMap<String, String>) -> Vec<Relation> {
        let key = |logical: &str| {
            let known = keys.get(logical).cloned();
            known.unwrap_or_else(|| address_key(self.tool, &self.scope, logical))
        };
        let mut found: Vec<(String, &str, String)> = Vec::new();
        for detail in &one.change.details {
            let cause = detail.resource().filter(|cause| *cause != one.logical);
            let path = detail.name().unwrap_or_default();
            found.extend(cause.map(|cause| (path, cause, key(cause))));
        }
        let named: Vec<Named<'_>> = found
            .iter()
            .map(|(path, _, key)| Named {
                path,
                is_whole: true,
                key,
                resource_type: "",
            })
            .collect();
        let kind = one.change.resource_type.as_deref().unwrap_or_default();
        let own = key(&one.logical);
        let naming = Naming {
            key: &own,
            resource_type: kind,
            parent: parent_property(kind),
            parent_key: None,
        };
        let relation = |edge: Edge| {
            let (path, cause, _) = found.get(edge.place)?;
            Some(Relation {
                from: edge.from,
                to: edge.to,
                kind: edge.kind,
                source: "cloudformation".to_owned(),
                confidence: 0.95,
                observations: 1,
                uri: self.document.uri.to_owned(),
                line: one.line,
                evidence: format!("`{path}` of `{}` changes with `{cause}`", one.logical),
                ..Relation::default()
            })
        };
        let drawn = edges(&naming, &named).into_iter();
        drawn.filter_map(relation).collect()
    }
}
