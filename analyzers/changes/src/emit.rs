//! Writes that no feed tells of, as rows of table `changes`.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::sync::Arc;

use nepho_core::Timestamp;
use nepho_core::findings::WriteClass;
use nepho_core::key;
use nepho_core::secret;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Outcome};
use nepho_core::time::NANOS;

use crate::event::rules;
use crate::failures::Failure;
use crate::known::Known;
use crate::overruled::Overruled;
use crate::store::Write;

/// Rows written at most. Writes to resources that the input knows come first.
const ROWS: usize = 5_000;
/// Characters of an error that are told.
const ERROR_CHARACTERS: usize = 300;
/// Rows of agents and of the cloud itself, which are shown and never weighed.
const BACKGROUND: usize = 1_000;
/// Calls of one tool by one principal belong to one run when they are not further apart: 5 minutes.
const GAP: i64 = 300 * NANOS;

/// Rows for the writes of people, scripts and unregistered tools, by time, with the times at which
/// they were undone; and how many there was no room for. Of those that failed only the real
/// failures of tools have one, for the run they are a part of.
pub(crate) fn changes(
    writes: &[Write],
    failures: &BTreeMap<u64, Failure>,
    undone: &BTreeMap<u64, Timestamp>,
    known: &Known,
) -> (Vec<Change>, u64) {
    let is_told = |write: &&Write| {
        let failed = write.event.outcome == Some(Outcome::Failure);
        is_outside(write.class) && (!failed || failures.get(&write.hash) == Some(&Failure::Real))
    };
    let (chosen, beyond) = choose(writes.iter().filter(is_told).collect(), known);
    let runs = runs(writes);
    let rows = chosen
        .into_iter()
        .flat_map(|write| {
            let mut rows = rows(write, runs.get(&write.hash), known);
            for row in &mut rows {
                row.undone = undone.get(&write.hash).copied();
            }
            rows
        })
        .collect();
    (rows, beyond)
}

/// Rows for the writes of agents and of the cloud itself that did not fail, by time.
pub(crate) fn background(writes: &[Write], known: &Known) -> Vec<Change> {
    let is_told = |write: &&Write| write.event.outcome != Some(Outcome::Failure);
    let (chosen, _) = choose_some(writes.iter().filter(is_told).collect(), BACKGROUND, known);
    chosen
        .into_iter()
        .flat_map(|write| rows(write, None, known))
        .collect()
}

/// The writes that there is room for, by time, and the number of the others.
pub(crate) fn choose<'a>(writes: Vec<&'a Write>, known: &Known) -> (Vec<&'a Write>, u64) {
    choose_some(writes, ROWS, known)
}

fn choose_some<'a>(writes: Vec<&'a Write>, room: usize, known: &Known) -> (Vec<&'a Write>, u64) {
    let mut chosen: Vec<(bool, &Write)> = writes
        .into_iter()
        .map(|write| {
            let is_known = write.identities.iter().any(|id| known.has(id));
            (!is_known, write)
        })
        .collect();
    chosen.sort_by_key(|(is_strange, write)| (*is_strange, write.time, write.hash));
    let beyond = chosen.len().saturating_sub(room) as u64;
    chosen.truncate(room);
    chosen.sort_by_key(|(_, write)| (write.time, write.hash));
    (chosen.into_iter().map(|(_, write)| write).collect(), beyond)
}

/// Whether a write of this class is made outside of what infrastructure code tells.
pub(crate) fn is_outside(class: WriteClass) -> bool {
    matches!(
        class,
        WriteClass::Console | WriteClass::Script | WriteClass::IacUnregistered
    )
}

/// Id of the change that a write makes to its resource number `place`.
pub(crate) fn id(write: &Write, place: usize) -> String {
    match place {
        0 => format!("audit:{:016x}", write.hash),
        more => format!("audit:{:016x}-{more}", write.hash),
    }
}

/// Runs of unregistered tools by the hashes of their writes: by the id that a write tells, else by
/// who made it and when.
pub(crate) fn runs(writes: &[Write]) -> BTreeMap<u64, String> {
    let mut runs = BTreeMap::new();
    let mut open: BTreeMap<(&str, &str, &str), (Timestamp, String)> = BTreeMap::new();
    for write in writes {
        let event = &write.event;
        if let Some(run) = &write.marks.run {
            runs.insert(write.hash, run.clone());
            continue;
        }
        if write.class != WriteClass::IacUnregistered {
            continue;
        }
        let who = (&*event.actor, &*event.means.tool, &*event.account);
        let run = match open.get(&who) {
            Some((last, run)) if write.time.since(*last) <= GAP => run.clone(),
            _ => format!("seen at {}", write.time),
        };
        open.insert(who, (write.time, run.clone()));
        runs.insert(write.hash, run);
    }
    runs
}

/// Tells `known` what tools made: they manage it, whether or not a document says so.
pub(crate) fn tell_made(writes: &[Write], known: &mut Known) {
    let runs = runs(writes);
    for write in writes {
        let event = &write.event;
        let is_tool = matches!(write.class, WriteClass::Iac | WriteClass::IacUnregistered);
        let is_made = event.subject.action == Some(ChangeAction::Create)
            && event.outcome == Some(Outcome::Success);
        if !is_tool || !is_made {
            continue;
        }
        let run = runs.get(&write.hash).map_or("", String::as_str);
        let by = format!("{} {run}", event.means.tool);
        for identity in &write.identities {
            known.add_made(identity, by.trim_end());
        }
    }
}

/// Commit that a tool applied, as tags of what it made tell.
fn commit(write: &Write) -> Option<String> {
    let is_tool = write.class == WriteClass::IacUnregistered;
    write.marks.commit.clone().filter(|_| is_tool)
}

/// Short name of a resource; of a version, which has only a number, with what it is a version of:
/// `pw/versions/3`; of what is within another and has no name, with that of the other.
fn with_version(id: &str) -> Cow<'_, str> {
    match within(id) {
        Some((whole, part)) => format!("{whole}/{part}").into(),
        None => short_with_version(id).into(),
    }
}

/// Name of what a resource is within, and what tells it from others there: of a rule of a listener
/// the balancer, of a version the state machine, of an access entry the cluster.
fn within(id: &str) -> Option<(&str, &str)> {
    let arn = key::Arn::parse(id)?;
    let mut parts = arn.resource.split(['/', ':']);
    match (arn.service, parts.next()?) {
        ("elasticloadbalancing", "listener-rule") => Some((parts.nth(1)?, parts.next_back()?)),
        ("states", "stateMachine") => Some((parts.next()?, parts.next()?)),
        ("eks", "access-entry") => Some((parts.next()?, parts.nth(2)?)),
        _ => None,
    }
}

/// Short name of a resource; of one that has a number for a name, with that of what it is a part
/// of.
fn with_holder<'a>(id: &'a str, holder: Option<&str>) -> Cow<'a, str> {
    let short = key::short_name(id);
    let is_number = short.split('-').map(str::len).eq([8, 4, 4, 4, 12]);
    match holder.filter(|_| is_number) {
        Some(holder) => format!("{}/{short}", key::short_name(holder)).into(),
        None => with_version(id),
    }
}

fn short_with_version(id: &str) -> &str {
    let short = key::short_name(id);
    if let Some(name) = of_balancer(id).or_else(|| with_path(id)) {
        return name;
    }
    let front = id
        .strip_suffix(short)
        .and_then(|id| id.strip_suffix("/versions/"));
    match front.and_then(|front| front.rfind('/')) {
        Some(at) => id.get(at + 1..).unwrap_or(short),
        None => short,
    }
}

/// Name of a load balancer, a target group, or the balancer of a listener, whose ids end with a
/// hash that nobody knows.
fn of_balancer(id: &str) -> Option<&str> {
    let arn = key::Arn::parse(id).filter(|arn| arn.service == "elasticloadbalancing")?;
    let (kind, rest) = arn.resource.split_once('/')?;
    // `app/orders/HASH`, `app/orders/HASH/HASH`; of target groups `orders/HASH`.
    match kind {
        "targetgroup" => rest.split('/').next(),
        _ if rest.matches('/').count() >= 2 => rest.split('/').nth(1),
        _ => None,
    }
}

/// Name of a parameter or a secret, whose path tells it from others: `/orders/db_host`.
fn with_path(id: &str) -> Option<&str> {
    let arn = key::Arn::parse(id)?;
    match arn.service {
        "ssm" => {
            let path = arn.resource.strip_prefix("parameter")?;
            let name = path.strip_prefix('/')?;
            // Only the name of one with a path begins with a slash.
            Some(if name.contains('/') { path } else { name })
        }
        "secretsmanager" => arn.resource.strip_prefix("secret:"),
        _ => None,
    }
}

/// An operation as people know it: `UpdateFunctionConfiguration` of
/// `UpdateFunctionConfiguration20150331v2`.
pub(crate) fn without_version(operation: &str) -> &str {
    let digits = |text: &str| text.bytes().rev().take_while(u8::is_ascii_digit).count();
    let front = match operation.rsplit_once('v') {
        Some((front, version)) if !version.is_empty() && digits(version) == version.len() => front,
        _ => operation,
    };
    match digits(front) {
        8 => front.get(..front.len() - 8).unwrap_or(operation),
        _ => operation,
    }
}

/// Rows for a write, one for each resource that it changes.
pub(crate) fn rows(write: &Write, run: Option<&String>, known: &Known) -> Vec<Change> {
    if write.identities.is_empty() {
        return vec![change(write, 0, None, run, known)];
    }
    let identities = write.identities.iter().enumerate();
    let mut rows: Vec<Change> = identities
        .map(|(place, identity)| change(write, place, Some(identity), run, known))
        .collect();
    let first = rows.first().cloned();
    let renamed = first.zip(write.event.renamed.as_deref());
    rows.extend(renamed.map(|(first, id)| moved(write, first, id)));
    rows
}

/// What was renamed goes on by another id.
fn moved(write: &Write, first: Change, renamed: &str) -> Change {
    let operation = without_version(&write.event.operation);
    Change {
        id: id(write, write.identities.len()),
        action: ChangeAction::Move,
        address: format!("{operation} {}", with_version(renamed)),
        previous_address: first.resource,
        resource: Some(renamed.to_owned()),
        ..first
    }
}

pub(crate) fn change(
    write: &Write,
    place: usize,
    resource: Option<&Arc<str>>,
    run: Option<&String>,
    known: &Known,
) -> Change {
    let event = &write.event;
    // Of what has no id of its own the event has a better name than the document.
    let told = write.targets().nth(place);
    let told = told.filter(|id| key::is_global(id));
    let short = resource.map_or(Cow::default(), |id| match told {
        Some(told) if !key::is_global(id) => key::short_name(told).into(),
        _ => with_holder(id, event.subject.holder.as_deref()),
    });
    Change {
        id: id(write, place),
        time: Some(write.time),
        tool: event.means.tool.clone(),
        scope: event.account.clone(),
        run: run.cloned().unwrap_or_default(),
        action: event.subject.action.unwrap_or(ChangeAction::Update),
        outcome: match event.outcome {
            Some(Outcome::Success) => ChangeOutcome::Applied,
            Some(Outcome::Failure) => ChangeOutcome::Failed,
            None => ChangeOutcome::Unknown,
        },
        address: format!("{} {short}", without_version(&event.operation))
            .trim_end()
            .to_owned(),
        parent: resource
            .and_then(|id| known.parent(id))
            .map(|id| id.to_string())
            .or_else(|| event.subject.holder.clone()),
        resource: resource.map(|id| id.to_string()),
        resource_type: event.subject.resource_type.clone(),
        actor: Some(event.actor.clone()).filter(|actor| actor != "unknown"),
        class: Some(write.class),
        revision: commit(write),
        attributes: attributes(write, resource, known),
        reason: event
            .error
            .as_deref()
            .map(|error| secret::told(error, ERROR_CHARACTERS)),
        error_code: event
            .error
            .as_deref()
            .filter(|_| event.outcome == Some(Outcome::Failure))
            .map(|error| secret::told(error, ERROR_CHARACTERS)),
        request_id: write.request.as_deref().map(str::to_owned),
        uri: write.uri.to_string(),
        line: u64::from(write.line),
        ..Change::default()
    }
}

/// What a write sets. A rule of a database that documents know may have let in more before.
pub(crate) fn attributes(write: &Write, resource: Option<&Arc<str>>, known: &Known) -> Vec<String> {
    let event = &write.event;
    let mut attributes = event.subject.attributes.clone();
    if rules::lets_in(&event.operation) && resource.is_some_and(|id| known.has(id)) {
        attributes.retain(|name| name != Change::ALLOWING_RULE);
    }
    match write.overruled {
        Some(Overruled::Wholly) => attributes.push(Change::OVERRULED.to_owned()),
        Some(Overruled::Perhaps) => {
            attributes.retain(|name| !name.starts_with(Change::OPEN_PORT));
        }
        None => {}
    }
    attributes.extend(
        write
            .resized
            .map(str::to_owned)
            .filter(|_| !attributes.is_empty()),
    );
    attributes
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_those_that_people_know() {
        let balancer = "arn:aws:elasticloadbalancing:eu-west-1:111122223333:";
        let check = |id: &str, expected: &str| assert_eq!(with_version(id), expected, "{id}");
        check(
            &format!("{balancer}loadbalancer/app/web/0123456789abcdef"),
            "web",
        );
        check(
            &format!("{balancer}targetgroup/orders/0123456789abcdef"),
            "orders",
        );
        check(
            &format!("{balancer}listener/app/web/0123456789abcdef/fedcba9876543210"),
            "web",
        );
        check(&format!("{balancer}loadbalancer/classic"), "classic");
        check(
            &format!("{balancer}listener-rule/app/web/0123456789abcdef/fedcba98/0a1b2c3d"),
            "web/0a1b2c3d",
        );
        let machine = "arn:aws:states:eu-west-1:111122223333:stateMachine:orders";
        check(machine, "orders");
        check(&format!("{machine}:3"), "orders/3");
        let entry = "arn:aws:eks:eu-west-1:111122223333:access-entry/prod/role/111122223333/orders";
        check(entry, "prod/orders");
        check(
            &format!("{entry}/0a1b2c3d-0000-1111-2222-333344445555"),
            "prod/orders",
        );
        let store = "arn:aws:ssm:eu-west-1:111122223333:";
        check(&format!("{store}parameter/prod/db_host"), "/prod/db_host");
        check(&format!("{store}parameter/db_host"), "db_host");
        check(&format!("{store}document/restart"), "restart");
        check(
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:orders/db-a1b2c3",
            "orders/db-a1b2c3",
        );
        let number = "0a1b2c3d-0000-1111-2222-333344445555";
        let topic = "arn:aws:sns:eu-west-1:111122223333:orders";
        let subscription = format!("{topic}:{number}");
        let told = with_holder(&subscription, Some(topic));
        assert_eq!(told, format!("orders/{number}"));
        assert_eq!(with_holder(topic, Some(&subscription)), "orders");
        let check = |operation: &str, expected: &str| {
            assert_eq!(without_version(operation), expected);
        };
        check(
            "UpdateFunctionConfiguration20150331v2",
            "UpdateFunctionConfiguration",
        );
        check(
            "CreateEventSourceMapping20150331",
            "CreateEventSourceMapping",
        );
        check("ModifyDBInstance", "ModifyDBInstance");
        check("PutItemv2", "PutItemv2");
    }
}
