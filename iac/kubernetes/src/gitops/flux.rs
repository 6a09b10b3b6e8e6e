//! Runs of Flux by its events, and the objects that their messages name.
//!
//! Messages: internal/controller of github.com/fluxcd/kustomize-controller and helm-controller, and
//! ssa of github.com/fluxcd/pkg (`Deployment/apps/backend configured`), read 2026-11-28.

use nepho_core::feed::FeedOutput;
use nepho_core::key;
use nepho_core::tables::{Change, ChangeAction, ChangeOutcome, Run, RunOperation, RunStatus};

use super::event::Event;
use crate::argo::word;
use crate::kinds;
use crate::object::address;
use crate::reason::redact;
use crate::{flux, helm};

/// Adds what the events of one object tell.
pub(super) fn tell(events: &[Event], out: &mut FeedOutput) {
    let mut runs: Vec<Run> = Vec::new();
    for event in events {
        if !matches!(event.kind.as_str(), "Kustomization" | "HelmRelease") {
            continue;
        }
        let (status, operation) = meaning(event);
        let Some(status) = status else {
            out.changes.extend(drift(event));
            continue;
        };
        let mut run = flux::run(
            &event.kind,
            &event.namespace,
            &event.name,
            event.revision.as_deref(),
            &event.uri,
            event.line,
        );
        run.status = status;
        run.operation = operation;
        run.ended = event.time.filter(|_| status != RunStatus::Running);
        run.started = event.time.filter(|_| status == RunStatus::Running);
        run.message = Some(redact(&event.message, &[])).filter(|_| status == RunStatus::Failed);
        objects(event, &run, out);
        if let Some(release) = release(event, status, operation) {
            let action = match (operation, release.serial_to) {
                (RunOperation::Destroy, _) => ChangeAction::Delete,
                (_, Some(1)) => ChangeAction::Create,
                _ => ChangeAction::Update,
            };
            out.changes.push(helm::release_change(&release, action));
            out.runs.push(release);
        }
        match runs.iter_mut().find(|one| one.id == run.id) {
            Some(held) => {
                held.started = held.started.or(run.started);
                if status != RunStatus::Running || held.status == RunStatus::Unknown {
                    held.ended = run.ended;
                    held.status = status;
                    held.message = run.message;
                    held.operation = operation;
                }
            }
            None => runs.push(run),
        }
    }
    out.runs.append(&mut runs);
}

/// What an event says of its run; `None` where it says nothing of one.
fn meaning(event: &Event) -> (Option<RunStatus>, RunOperation) {
    let reason = event.reason.as_str();
    let operation = if reason.starts_with("Rollback") {
        RunOperation::Rollback
    } else if reason.starts_with("Uninstall") {
        RunOperation::Destroy
    } else {
        RunOperation::Sync
    };
    let status = match reason {
        "DriftDetected" | "DriftCorrected" | "DriftCorrectionFailed" => None,
        "DependencyNotReady" | "Progressing" | "ProgressingWithRetry" => Some(RunStatus::Running),
        _ if event.is_error || reason.ends_with("Failed") => Some(RunStatus::Failed),
        _ if reason.ends_with("Succeeded") => Some(RunStatus::Succeeded),
        _ => Some(RunStatus::Running),
    };
    (status, operation)
}

/// An object as messages name it: `Kind/namespace/name` or `Kind/name`.
struct Named<'a> {
    kind: &'a str,
    namespace: &'a str,
    name: &'a str,
}

impl<'a> Named<'a> {
    fn of(word: &'a str) -> Option<Self> {
        let words: Vec<&str> = word.split('/').collect();
        let (kind, namespace, name) = match words.as_slice() {
            [kind, namespace, name] => (*kind, *namespace, *name),
            [kind, name] => (*kind, "", *name),
            _ => return None,
        };
        let fits = |word: &str| {
            let fits = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.:".contains(&byte);
            word.len() <= 253 && word.bytes().all(fits)
        };
        let is_kind = kind.bytes().all(|byte| byte.is_ascii_alphanumeric()) && kind.len() <= 63;
        let is_one = !kind.is_empty() && !name.is_empty() && is_kind;
        (is_one && fits(namespace) && fits(name)).then_some(Self {
            kind,
            namespace,
            name,
        })
    }

    fn change(
        &self,
        event: &Event,
        run: &Run,
        action: ChangeAction,
        outcome: ChangeOutcome,
    ) -> Change {
        let group = kinds::group(self.kind);
        let address = address(group, self.kind, self.namespace, self.name);
        Change {
            id: format!("{}:{address}:{action}", run.id),
            time: event.time,
            tool: "flux".to_owned(),
            scope: run.scope.clone(),
            run: run.id.clone(),
            action,
            outcome,
            resource: Some(key::kubernetes(
                "",
                group,
                self.kind,
                self.namespace,
                self.name,
            )),
            resource_type: self.kind.to_owned(),
            address,
            revision: run.revision.clone(),
            uri: event.uri.clone(),
            line: event.line,
            ..Change::default()
        }
    }
}

/// Adds the changes of objects that the message lists, and of one that it says was refused.
fn objects(event: &Event, run: &Run, out: &mut FeedOutput) {
    for line in event.message.lines() {
        let mut words = line.trim().split(' ');
        let Some(named) = words.next().and_then(Named::of) else {
            continue;
        };
        let is_listed = words.clone().count() == 1;
        if let (Some(action), true) = (word(line), is_listed) {
            let change = named.change(event, run, action, ChangeOutcome::Applied);
            out.changes.push(change);
        } else if run.status == RunStatus::Failed {
            let failed = ChangeOutcome::Failed;
            let mut change = named.change(event, run, ChangeAction::Update, failed);
            change.is_root_failure = true;
            change.reason = Some(redact(line, &[]));
            out.changes.push(change);
        }
    }
}

/// Release of Helm that the event of a HelmRelease is about: `... for release shop/web.v2 with
/// chart`.
fn release(event: &Event, status: RunStatus, operation: RunOperation) -> Option<Run> {
    let (_, rest) = event.message.split_once("release ")?;
    let path = rest.split([' ', ':', '\n']).next()?;
    let (scope, number) = path.rsplit_once(".v")?;
    let number = number.parse().ok()?;
    if event.kind != "HelmRelease" || !scope.contains('/') || status == RunStatus::Running {
        return None;
    }
    let mut run = helm::run(scope, number, "");
    run.status = status;
    run.operation = operation;
    if operation == RunOperation::Sync {
        run.operation = RunOperation::Apply;
    }
    if operation == RunOperation::Destroy {
        run.id.push_str(":uninstall");
    }
    run.ended = event.time;
    run.message = Some(redact(&event.message, &[])).filter(|_| status == RunStatus::Failed);
    run.actor = Some(format!("HelmRelease {}/{}", event.namespace, event.name));
    run.uri.clone_from(&event.uri);
    run.line = event.line;
    Some(run)
}

/// What differs from its declaration: `Deployment/shop/web changed (0 additions, 1 changes)`.
fn drift(event: &Event) -> Vec<Change> {
    let action = match event.reason.as_str() {
        "DriftCorrected" => ChangeAction::DriftRepaired,
        _ => ChangeAction::Drift,
    };
    let run = flux::run(
        &event.kind,
        &event.namespace,
        &event.name,
        event.revision.as_deref(),
        &event.uri,
        event.line,
    );
    let mut found = Vec::new();
    for line in event.message.lines() {
        let named = line.trim().split(' ').find_map(Named::of);
        let Some(named) =
            named.filter(|named| named.kind.starts_with(|c: char| c.is_ascii_uppercase()))
        else {
            continue;
        };
        let outcome = match event.reason.as_str() {
            "DriftCorrectionFailed" => ChangeOutcome::Failed,
            _ => ChangeOutcome::Applied,
        };
        found.push(named.change(event, &run, action, outcome));
    }
    found
}
