//! One element of `resource_changes`, `deferred_changes` or `resource_drift`.

use std::borrow::Cow;

use nepho_core::findings::WriteClass;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome};
use serde::Deserialize;
use serde_json::value::RawValue;

use super::{Run, compare};
use crate::identity::{Attributes, Hidden, Prints, facets, keys};
use crate::place::describe;
use crate::{address, import};

#[derive(Deserialize)]
struct ResourceChange<'a> {
    #[serde(borrow)]
    address: Cow<'a, str>,
    #[serde(borrow)]
    previous_address: Option<Cow<'a, str>>,
    #[serde(borrow)]
    mode: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "type")]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    deposed: Option<Cow<'a, str>>,
    #[serde(borrow)]
    action_reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    change: Planned<'a>,
}

#[derive(Deserialize)]
struct Planned<'a> {
    #[serde(borrow)]
    actions: Vec<Cow<'a, str>>,
    #[serde(borrow)]
    before: Option<&'a RawValue>,
    #[serde(borrow)]
    after: Option<&'a RawValue>,
    #[serde(borrow)]
    after_unknown: Option<&'a RawValue>,
    #[serde(borrow)]
    before_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    after_sensitive: Option<&'a RawValue>,
    #[serde(borrow)]
    replace_paths: Option<&'a RawValue>,
    #[serde(borrow)]
    importing: Option<&'a RawValue>,
}

/// What a list of a plan tells of the resources in it.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum List {
    /// `resource_changes`: what is to be done.
    Changes,
    /// `deferred_changes`: what is to be done by a later plan.
    Deferred,
    /// `resource_drift`: what was found other than declared.
    Drift,
}

/// An element of `deferred_changes`.
#[derive(Deserialize)]
struct Deferred<'a> {
    #[serde(borrow)]
    reason: Option<Cow<'a, str>>,
    #[serde(borrow)]
    resource_change: &'a RawValue,
}

/// The change in an element of a list, or `None` for what changes nothing.
pub(super) fn read(
    part: &RawValue,
    list: List,
    run: &Run<'_>,
    line: u64,
) -> Result<Option<Change>, &'static str> {
    if list == List::Deferred {
        let deferred: Deferred<'_> =
            serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
        let change = read_change(deferred.resource_change, List::Deferred, run, line)?;
        return Ok(change.map(|change| Change {
            reason: Some(format!(
                "deferred: {}",
                deferred.reason.as_deref().unwrap_or("unknown")
            )),
            ..change
        }));
    }
    read_change(part, list, run, line)
}

fn read_change(
    part: &RawValue,
    list: List,
    run: &Run<'_>,
    line: u64,
) -> Result<Option<Change>, &'static str> {
    let change: ResourceChange<'_> =
        serde_json::from_str(part.get()).map_err(|error| describe(&error))?;
    if change.mode.as_deref() == Some("data") {
        return Ok(None);
    }
    let actions: Vec<&str> = change.change.actions.iter().map(Cow::as_ref).collect();
    let previous = change
        .previous_address
        .as_deref()
        .filter(|previous| *previous != change.address);
    let Some(action) = action(
        &actions,
        change.change.importing.is_some(),
        previous.is_some(),
    )?
    else {
        return Ok(None);
    };
    let is_drift = list == List::Drift;
    // What moved in the configuration is as declared in the cloud.
    if is_drift && !matches!(action, ChangeAction::Update | ChangeAction::Delete) {
        return Ok(None);
    }
    let mut address = change.address.to_string();
    if let Some(key) = &change.deposed {
        address = address::deposed(&address, key);
    }
    let attributes = attributes(&change.change, action);
    let mut replace_paths = compare::replacing(change.change.replace_paths);
    replace_paths.sort_unstable();
    replace_paths.dedup();
    let reason = match is_drift {
        true => (action == ChangeAction::Delete).then(|| "deleted".to_owned()),
        false => reason(&change, action),
    };
    let action = if is_drift {
        ChangeAction::Drift
    } else {
        action
    };
    let (tool, scope) = (run.tool, &run.scope);
    let (resource, parent) = identity(&change, run);
    Ok(Some(Change {
        id: format!("{tool}:{scope}:{}:{address}:{}", run.key, action.as_str()),
        // Drift came about before the plan found it, nobody knows how long before.
        time: run.time.filter(|_| is_drift),
        started: run.time.filter(|_| !is_drift),
        tool: tool.to_owned(),
        scope: scope.clone(),
        run: run.id.clone(),
        action,
        outcome: match is_drift {
            true => ChangeOutcome::Applied,
            false => ChangeOutcome::Planned,
        },
        address,
        previous_address: previous.map(str::to_owned),
        resource,
        resource_type: change.kind.to_string(),
        parent,
        // Who made a difference that the tool only finds is for others to say.
        class: (!is_drift).then_some(WriteClass::Iac),
        attributes,
        replace_paths,
        reason,
        uri: run.uri.to_owned(),
        line,
        ..Change::default()
    }))
}

/// Action by the table of the plan format; `None` for `no-op` and `read`.
fn action(
    actions: &[&str],
    is_imported: bool,
    is_moved: bool,
) -> Result<Option<ChangeAction>, &'static str> {
    Ok(Some(match actions {
        ["no-op"] if is_imported => ChangeAction::Import,
        ["no-op"] if is_moved => ChangeAction::Move,
        ["no-op" | "read"] | [] => return Ok(None),
        ["create"] => ChangeAction::Create,
        ["update"] => ChangeAction::Update,
        ["delete"] => ChangeAction::Delete,
        ["delete", "create"] | ["create", "delete"] | ["create", "forget"] => ChangeAction::Replace,
        ["forget"] => ChangeAction::Forget,
        _ => return Err("`actions` is none of those that the format knows"),
    }))
}

/// Names of attributes that differ. A replacement computes most anew: only what is known to differ,
/// and what forces it, counts.
fn attributes(change: &Planned<'_>, action: ChangeAction) -> Vec<String> {
    let is_replaced = action == ChangeAction::Replace;
    if !(is_replaced || action == ChangeAction::Update) {
        return Vec::new();
    }
    let before = compare::fields(change.before);
    let mut after = compare::fields(change.after);
    let mut unknown = compare::fields(change.after_unknown);
    if is_replaced {
        for name in std::mem::take(&mut unknown).into_keys() {
            // Taken as unchanged: the plan does not know.
            if let (Some(value), None) = (before.get(&name), after.get(&name)) {
                after.insert(name, *value);
            }
        }
    }
    let mut names = compare::changed(&before, &after, &unknown);
    names.extend(compare::replacing(change.replace_paths));
    names.sort_unstable();
    names.dedup();
    names
}

fn reason(change: &ResourceChange<'_>, action: ChangeAction) -> Option<String> {
    let moved = change
        .previous_address
        .as_ref()
        .map(|previous| format!("moved from {previous}"));
    let imported = change
        .change
        .importing
        .filter(|_| action != ChangeAction::Import)
        .map(|_| "importing".to_owned());
    let reasons = [
        change.action_reason.as_deref().map(str::to_owned),
        moved,
        imported,
    ];
    let reasons: Vec<String> = reasons.into_iter().flatten().collect();
    (!reasons.is_empty()).then(|| reasons.join(", "))
}

/// Canonical id of the resource and of its parent.
fn identity(change: &ResourceChange<'_>, run: &Run<'_>) -> (Option<String>, Option<String>) {
    let read = |object: Option<&RawValue>, sensitive: Option<&RawValue>| {
        let object = object.and_then(|object| {
            Attributes::read(
                object.get(),
                &Hidden::from_mirror(sensitive),
                &mut Prints::unwanted(),
            )
            .ok()
        });
        object.unwrap_or_default()
    };
    let before = read(change.change.before, change.change.before_sensitive);
    let after = read(change.change.after, change.change.after_sensitive);
    let parent =
        facets::parent(&change.kind, &before).or_else(|| facets::parent(&change.kind, &after));
    let key = |attributes: &Attributes| {
        let id = attributes
            .first("id")
            .and_then(|id| keys::from_id(&change.kind, id));
        let key = keys::of(&change.kind, attributes).or(id);
        key.filter(|key| {
            parent
                .as_ref()
                .is_none_or(|parent| parent.has_own_id && parent.id != *key)
        })
    };
    let known = run.graph.key_at(
        change
            .previous_address
            .as_deref()
            .unwrap_or(&change.address),
    );
    let known = known.filter(|key| !key.starts_with("terraform:") && !key.starts_with("opentofu:"));
    let resource = known
        .map(str::to_owned)
        .or_else(|| key(&before))
        .or_else(|| key(&after))
        .or_else(|| {
            let id = import::id(change.change.importing)?;
            let id = Some(id).filter(|_| !facets::borrows_its_id(&change.kind));
            import::key(&change.kind, &id?)
        });
    (resource, parent.map(|parent| run.graph.parent_key(&parent)))
}
