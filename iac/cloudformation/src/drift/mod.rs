//! Feed `cloudformation.drift`: what `aws cloudformation describe-stack-resource-drifts` prints.
//! See `README.md`.

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys};
use nepho_core::format::Confidence;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Resource};
use nepho_core::time::NANOS;
use nepho_core::{Result, Timestamp};
use nepho_iac_common::head::has_key;

use crate::document::{Fields, Item, dotted, items, json_head, nothing_found, reject};
use crate::identity::identify;
use crate::stack::{self, Place};
use crate::wire::{PropertyDifference, Row};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "cloudformation.drift",
    summary: "Drift of CloudFormation resources (describe-stack-resource-drifts)",
    permissions: &["cloudformation:DescribeStackResourceDrifts"],
    make: Make::Feed(|| Box::new(Drift)),
});

/// Reads results of drift detection.
#[derive(Debug)]
pub struct Drift;

impl ChangeFeed for Drift {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        keys.has_any(&["StackResourceDrifts", "StackResourceDrift"])
    }

    fn sniff(&self, _name: &str, head: &str) -> Confidence {
        let lists = ["StackResourceDrifts", "StackResourceDrift"];
        let is_one = |head| lists.iter().any(|list| has_key(head, list));
        match json_head(head).is_some_and(is_one) {
            true => Confidence::CERTAIN,
            false => Confidence::NO,
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let found = items(document, is_drift);
        let is_list = has_key(document.text, "StackResourceDrifts");
        if found.found.is_empty() && (!found.has_json || !is_list || !found.rejects.is_empty()) {
            return Err(nothing_found(
                document,
                &found,
                "results of drift detection",
            ));
        }
        let before = out.changes.len();
        for item in &found.found {
            if let Err(reason) = read_drift(document, item, out) {
                out.rejects.push(reject(document, item, reason.to_owned()));
            }
        }
        join_detections(out.changes.get_mut(before..).unwrap_or_default());
        out.rejects.extend(found.rejects);
        Ok(())
    }
}

/// Longest detection of the drift of a stack: each resource has the time at which it was looked at.
const LONGEST: i64 = 3600 * NANOS;

/// Makes one run of what one detection found in a stack, from its first time on.
fn join_detections(changes: &mut [Change]) {
    let mut order: Vec<usize> = (0..changes.len()).collect();
    let stack = |change: &Change| change.id.split(":drift-").next().map(str::to_owned);
    order.sort_by_key(|place| {
        changes
            .get(*place)
            .map(|change| (stack(change), change.time))
    });
    let mut first: Option<(Option<String>, Timestamp, String)> = None;
    for place in order {
        let Some(change) = changes.get_mut(place) else {
            continue;
        };
        let Some(time) = change.time else { continue };
        let own = stack(change);
        match &first {
            Some((held, start, run)) if *held == own && time.since(*start) <= LONGEST => {
                change.id = change.id.replace(&change.run, run);
                change.run.clone_from(run);
            }
            _ => first = Some((own, time, change.run.clone())),
        }
    }
}

fn is_drift(fields: &Fields<'_>) -> bool {
    let has = |name: &str| fields.contains_key(name);
    has("StackResourceDriftStatus") && (has("LogicalResourceId") || has("PropertyDifferences"))
}

fn read_drift(
    document: &Document<'_>,
    item: &Item<'_>,
    out: &mut FeedOutput,
) -> std::result::Result<(), &'static str> {
    const OTHER_TYPES: &str = "fields of the drift have other types than documented";
    let row: Row<'_> = serde_json::from_str(item.text).map_err(|_| OTHER_TYPES)?;
    let differences: Option<Vec<PropertyDifference>> = match row.property_differences {
        Some(raw) => serde_json::from_str(raw.get()).map_err(|_| OTHER_TYPES)?,
        None => None,
    };
    let time = row.time();
    let logical = row
        .logical_resource_id
        .ok_or("the drift has no `LogicalResourceId`")?;
    let kind = row.resource_type.unwrap_or_default();
    let stack_id = row.stack_id.unwrap_or_default();
    let (scope, place) = (stack::name_of(&stack_id), Place::of(&stack_id));
    let physical = row.physical_resource_id.unwrap_or_default();
    let identity = identify(&kind, &physical, scope, &logical, &place);
    let status = row.stack_resource_drift_status.unwrap_or_default();
    if matches!(status.as_str(), "MODIFIED" | "DELETED") {
        let differences = differences.unwrap_or_default();
        let mut attributes: Vec<String> = differences
            .iter()
            .filter_map(|difference| Some(dotted(difference.property_path.as_deref()?)))
            .collect();
        attributes.sort();
        attributes.dedup();
        let run = time.map_or_else(|| "drift".to_owned(), |time| format!("drift-{time}"));
        out.changes.push(Change {
            id: format!("cloudformation:{stack_id}:{run}:{logical}:drift"),
            time,
            tool: "cloudformation".to_owned(),
            scope: scope.to_owned(),
            run,
            action: ChangeAction::Drift,
            outcome: ChangeOutcome::Applied,
            address: logical.clone(),
            resource: identity.as_ref().map(|identity| identity.key.clone()),
            resource_type: kind.clone(),
            attributes,
            reason: (status == "DELETED").then(|| "deleted".to_owned()),
            uri: document.uri.to_owned(),
            line: item.line,
            ..Change::default()
        });
    }
    if let Some(identity) = identity {
        out.resources.push(Resource {
            key: identity.key,
            aliases: identity.aliases,
            name: Some(logical.clone()),
            provider: kind.starts_with("AWS::").then(|| "aws".to_owned()),
            resource_type: kind,
            account: place.account,
            region: place.region,
            tool: Some("cloudformation".to_owned()),
            scope: Some(scope.to_owned()).filter(|scope| !scope.is_empty()),
            address: Some(logical),
            valid_to: time.filter(|_| status == "DELETED"),
            uri: document.uri.to_owned(),
            line: item.line,
            ..Resource::default()
        });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<FeedOutput> {
        let mut out = FeedOutput::default();
        let document = Document {
            uri: "d.json",
            text,
            modified: None,
        };
        Drift.read(&document, &mut out)?;
        Ok(out)
    }

    #[test]
    fn what_differs_is_drift_with_the_names_of_its_attributes() {
        let text = include_str!("fixtures/describe-stack-resource-drifts.json");
        assert_eq!(Drift.sniff("d.json", text), Confidence::CERTAIN);
        let out = read(text).unwrap_or_default();
        let told: Vec<_> = out
            .changes
            .iter()
            .map(|change| {
                let attributes = change.attributes.join(" ");
                (change.address.as_str(), change.action, attributes)
            })
            .collect();
        assert_eq!(
            told,
            [
                (
                    "Worker",
                    ChangeAction::Drift,
                    "Environment.Variables.MODE Tags.0".to_owned()
                ),
                ("Jobs", ChangeAction::Drift, String::new()),
            ]
        );
        assert!(out.changes.iter().all(|change| change.time.is_some()));
        assert_eq!(out.changes[0].run, out.changes[1].run);
        assert_ne!(out.changes[0].id, out.changes[1].id);
        assert_eq!(out.resources.len(), 3);
        assert_eq!(out.rejects.len(), 1);
        assert!(text.contains("canary") && !format!("{out:?}").contains("canary"));
    }

    #[test]
    fn what_is_none_is_refused_with_its_place() {
        for text in ["", "{}", "{\"StackResourceDrifts\": [", "{\"Records\":[]}"] {
            let line = read(text).err();
            let line = line.and_then(|error| error.origin().and_then(|origin| origin.line));
            assert!(line.is_some(), "{text}");
        }
        assert!(read("{\"StackResourceDrifts\": []}").is_ok());
    }
}
