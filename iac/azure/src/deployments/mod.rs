//! Feed `azure.deployments`: deployments of Azure Resource Manager and their operations. See
//! `README.md`.

mod compare;
mod complete;
mod deployment;
mod existence;
mod operation;
mod templates;

#[cfg(test)]
mod complete_tests;
#[cfg(test)]
mod tests;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput, HeadKeys, Snapshot};
use nepho_core::format::Confidence;
use nepho_core::tables::Change;
use nepho_core::{ErrorKind, Result};
use nepho_iac_common::head::{contains, has_key};
use nepho_iac_common::items::Items;
use nepho_iac_common::place::Places;
use serde_json::Value;

use crate::resource::{Place, is_deployment};
use crate::value::{at, properties, text};

nepho_core::register!(Component {
    kind: Kind::Feed,
    name: "azure.deployments",
    summary: "Deployments of ARM templates and Bicep files, and their operations",
    permissions: &["Microsoft.Resources/deployments/read"],
    make: Make::Feed(|| Box::new(Deployments)),
});

/// Reads deployments and operations.
#[derive(Debug)]
pub struct Deployments;

impl ChangeFeed for Deployments {
    fn may_fit(&self, _name: &str, keys: &HeadKeys) -> bool {
        let of_one = [
            "$schema",
            "provisioningState",
            "provisioningOperation",
            "validatedResources",
        ];
        keys.has_any(&of_one)
    }

    fn sniff(&self, name: &str, head: &str) -> Confidence {
        if templates::advice(name, head).is_some() {
            return Confidence::LIKELY;
        }
        let head = head.trim_start_matches('\u{feff}').trim_start();
        let has = |name: &str| has_key(head, name);
        // Activity logs, templates and stacks name deployments as well.
        let is_others = has("operationName")
            || has("$schema")
            || has("denySettings")
            || has("eventTimestamp")
            || has("@timestamp");
        let is_deployment = has("provisioningState")
            && has("id")
            && contains(head, "\"microsoft.resources/deployments\"");
        let is_operation = has("provisioningOperation") && contains(head, "/operations/");
        // `null` in what the command line prints of a deployment.
        let is_validated = has("validatedResources") && has("templateHash");
        if head.starts_with(['{', '['])
            && !is_others
            && (is_deployment || is_operation || is_validated)
        {
            Confidence::CERTAIN
        } else if head.starts_with(['{', '['])
            && !is_others
            && has("provisioningState")
            && has("correlationId")
            && contains(head, "/microsoft.resources/deployments/")
        {
            // Lists by older versions of the API do not tell the type of their elements.
            Confidence::LIKELY
        } else {
            Confidence::NO
        }
    }

    fn read(&self, document: &Document<'_>, out: &mut FeedOutput) -> Result<()> {
        let places = Places::of(document);
        let name = document.uri.rsplit(['/', '\\']).next().unwrap_or_default();
        if let Some(advice) = templates::advice(name, document.text) {
            let kind = ErrorKind::Unsupported;
            return Err(places.error_of(kind, "azure.deployments", advice, 0));
        }
        let items = Items::of(document.text, &["value"]);
        let mut operations = operation::Operations::default();
        let mut is_known = false;
        for item in &items.whole {
            let place = Place {
                uri: document.uri,
                line: places.line(item.start),
            };
            let value: Value = serde_json::from_str(item.text).unwrap_or_default();
            let result = match kind_of(&value) {
                Kind::Deployment => deployment::read(&value, place, out),
                Kind::Operation => operations.add(&value, place),
                Kind::Other => Err("neither a deployment nor an operation of one"),
            };
            is_known |= result.is_ok();
            if let Err(reason) = result {
                let end = item.start + item.text.len();
                out.rejects.push(places.reject(item.start, end, reason));
            }
        }
        operations.finish(out);
        if !is_known && let Some(reject) = out.rejects.pop() {
            return Err(places.error(
                "azure.deployments",
                reject.reason.as_str(),
                reject.start as usize,
            ));
        }
        if !is_known && !items.broken.is_empty() {
            let (start, _) = items.broken[0];
            return Err(places.error("azure.deployments", "this is not valid JSON", start));
        }
        let broken = items.broken.iter();
        out.rejects.extend(
            broken.map(|(start, end)| places.reject(*start, *end, "this is not valid JSON")),
        );
        Ok(())
    }

    fn compare(&self, snapshots: &[Snapshot], known: &[Change], out: &mut FeedOutput) {
        compare::compare(snapshots, known, out);
    }
}

/// What an element is.
enum Kind {
    Deployment,
    Operation,
    Other,
}

fn kind_of(value: &Value) -> Kind {
    let id = text(value, &["id"]).unwrap_or_default();
    let has_operation = at(properties(value), &["provisioningOperation"]).is_some()
        || at(properties(value), &["targetResource"]).is_some();
    if has_operation && text(value, &["operationId"]).is_some() {
        return Kind::Operation;
    }
    if is_deployment(id) && at(properties(value), &["provisioningState"]).is_some() {
        return Kind::Deployment;
    }
    Kind::Other
}
