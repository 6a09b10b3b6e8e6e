//! When somebody was first allowed to do something, and first refused.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashMap};
use std::hash::{DefaultHasher, Hash, Hasher};

use nepho_core::Timestamp;
use nepho_core::key::ObjectPath;
use nepho_core::tables::{Column, LogsView};
use serde_json::Value;

use super::principal;
use super::refusal::Refusal;
use super::rights::kubernetes;

/// What was allowed that is remembered (about 6 MB).
pub(super) const ALLOWED: usize = 200_000;
/// What was refused that is remembered.
pub(super) const REFUSED: usize = 20_000;

/// Calls of one kind, on one thing, by one principal, that were refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Refused {
    /// First one.
    pub first: i64,
    /// Last one.
    pub last: i64,
    /// How many there are.
    pub count: u64,
    /// Why the first one was refused.
    pub refusal: Refusal,
    /// When the same was allowed first, if ever.
    pub allowed: Option<i64>,
}

/// Principal, API and operation, and thing.
type Deal = (String, [String; 2], String);

/// What was allowed and refused.
#[derive(Debug, Default)]
pub(crate) struct Ledger {
    /// First times, by the hash of a deal.
    allowed: HashMap<u64, i64>,
    refused: BTreeMap<Deal, Refused>,
    /// Calls that there was no room for.
    pub beyond: u64,
}

impl Ledger {
    /// Takes note of a call that was allowed, or refused in these words of lower case.
    pub(crate) fn note(
        &mut self,
        view: &LogsView<'_>,
        row: usize,
        principal: &str,
        refused: Option<&str>,
    ) {
        let text = |column| view.text(column, row).unwrap_or_default();
        let (api, operation) = (text(Column::Service), text(Column::Action));
        let thing = thing(view, row);
        let Some(Timestamp(time)) = view.time(row) else {
            return;
        };
        let Some(message) = refused else {
            let hash = hash(principal, [api, operation], &thing);
            let has_room = self.allowed.len() < ALLOWED;
            match self.allowed.get_mut(&hash) {
                Some(first) => *first = time.min(*first),
                None if has_room => _ = self.allowed.insert(hash, time),
                None => self.beyond += 1,
            }
            return;
        };
        let operation = [api, operation].map(str::to_owned);
        let deal = (principal.to_owned(), operation, thing.into_owned());
        if self.refused.len() >= REFUSED && !self.refused.contains_key(&deal) {
            self.beyond += 1;
            return;
        }
        let mut refusal = Refusal::of(message);
        if refusal.action.is_none() && api.ends_with(".googleapis.com") {
            refusal.action = not_granted(text(Column::Raw));
        }
        if api.ends_with(".amazonaws.com") {
            refusal.endpoint =
                principal::field(text(Column::Raw), "vpcEndpointId").map(str::to_owned);
        }
        let held = self.refused.entry(deal).or_insert_with(|| Refused {
            first: time,
            last: time,
            count: 0,
            refusal: refusal.clone(),
            allowed: None,
        });
        held.count += 1;
        held.last = held.last.max(time);
        if (time, &refusal) < (held.first, &held.refusal) {
            (held.first, held.refusal) = (time, refusal);
        }
    }

    /// What was refused, each with whoever it was.
    pub(crate) fn refused(&self) -> impl Iterator<Item = (&str, Refused)> {
        self.refused.iter().map(|(deal, refused)| {
            let (principal, operation, thing) = deal;
            let [api, operation] = operation;
            let hash = hash(principal, [api, operation], thing);
            let allowed = self.allowed.get(&hash).copied();
            (
                principal.as_str(),
                Refused {
                    allowed,
                    ..refused.clone()
                },
            )
        })
    }
}

/// What an entry of Google Cloud says was not granted.
///
/// cloud.google.com/logging/docs/reference/audit/auditlog/rest/Shared.Types/AuditLog (read
/// 2026-11-29). `granted` is left out where it is false.
fn not_granted(raw: &str) -> Option<String> {
    let entry: Value = serde_json::from_str(raw).ok()?;
    let told = entry["protoPayload"]["authorizationInfo"].as_array()?;
    let mut missing = told
        .iter()
        .filter(|one| one["granted"].as_bool() != Some(true));
    let permission = missing.next()?["permission"].as_str()?;
    Some(permission.to_lowercase())
}

/// What a call was on: of an object the bucket that it lies in, of an object of a cluster all of
/// its kind in the namespace, as each is used once.
fn thing<'v>(view: &'v LogsView<'_>, row: usize) -> Cow<'v, str> {
    let api = view.text(Column::Service, row).unwrap_or_default();
    let first = view.resources(row).next().unwrap_or_default();
    let region = view.text(Column::Region, row).unwrap_or_default();
    // A name alone is that of a region.
    let is_name = !first.is_empty() && !first.contains(':') && api.ends_with(".amazonaws.com");
    if is_name && !region.is_empty() {
        return format!("{region}:{first}").into();
    }
    if kubernetes::is_of_cluster(api, view.text(Column::Format, row)) {
        return kind(view.text(Column::Path, row).unwrap_or(first)).into();
    }
    bucket(first).into()
}

/// The bucket that an object lies in, and anything else itself.
pub(super) fn bucket(id: &str) -> &str {
    let cut = |at: Option<usize>| at.and_then(|at| id.get(..at));
    match id
        .strip_prefix("arn:aws:s3:::")
        .and_then(|key| key.find('/'))
    {
        Some(at) => cut(Some("arn:aws:s3:::".len() + at)).unwrap_or(id),
        None => cut(id.find("/objects/")).unwrap_or(id),
    }
}

/// All objects that are as this one by group, kind, namespace and part, of the path of an object.
fn kind(path: &str) -> String {
    let Some(object) = ObjectPath::parse(path) else {
        return path.to_owned();
    };
    [object.group, object.namespace, object.resource, object.part].join("/")
}

fn hash(principal: &str, operation: [&str; 2], thing: &str) -> u64 {
    let mut hasher = DefaultHasher::new();
    (principal, operation, thing).hash(&mut hasher);
    hasher.finish()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entries_of_google_tell_what_was_not_granted() {
        let raw = r#"{"protoPayload": {"authorizationInfo": [{"permission": "a.b.get", "granted": true},
            {"permission": "a.b.Delete"}]}}"#;
        assert_eq!(not_granted(raw).as_deref(), Some("a.b.delete"));
        assert_eq!(not_granted("{}"), None);
    }

    #[test]
    fn objects_count_as_what_they_lie_in() {
        let check = |id: &str, expected: &str| assert_eq!(bucket(id), expected);
        check("arn:aws:s3:::orders/2024/a.gz", "arn:aws:s3:::orders");
        check("arn:aws:s3:::orders", "arn:aws:s3:::orders");
        check(
            "projects/_/buckets/orders/objects/a",
            "projects/_/buckets/orders",
        );
        let table = "arn:aws:dynamodb:eu-west-1:111122223333:table/orders";
        check(table, table);
    }

    #[test]
    fn objects_of_a_cluster_count_as_their_kind() {
        let check = |path: &str, expected: &str| assert_eq!(kind(path), expected);
        let pods = "/api/v1/namespaces/shop/pods";
        check(pods, "/shop/pods/");
        check(&format!("{pods}?limit=500"), "/shop/pods/");
        check(&format!("{pods}/web"), "/shop/pods/");
        check(&format!("{pods}/web/log"), "/shop/pods/log");
        check("/api/v1/nodes/n1", "//nodes/");
        check("core/v1/nodes/n1", "//nodes/");
        check("/apis/apps/v1/deployments", "apps//deployments/");
        check("/apis/a.example/v1/things/x", "a.example//things/");
        check("k8s://c//node//n1", "k8s://c//node//n1");
    }
}
