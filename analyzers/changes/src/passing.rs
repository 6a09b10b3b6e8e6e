//! Operations that make a resource do something and set nothing that is declared of it.

use std::collections::HashMap;
use std::sync::LazyLock;

use nepho_core::tables::ChangeAction;

use crate::emit::without_version;
use crate::event::{Cloud, Event, words};
use crate::operations;

/// Operations of `data/passing.txt` by their API, each with the type of the part that it is about.
static TABLE: LazyLock<HashMap<(&str, &str), Option<&str>>> = LazyLock::new(|| {
    let known = operations::read(TEXT).filter_map(Result::ok);
    known
        .map(|told| ((told.api, told.name), told.word))
        .collect()
});
const TEXT: &str = include_str!("../data/passing.txt");

/// First words of operations of AWS after which the resource is declared as before.
const PASSING: [&str; 5] = ["Reboot", "Restart", "Failover", "Purge", "Redeploy"];
/// What operations of AWS start and stop and thereby set nothing that is declared. Other things
/// that can be started are declared to be on: the log of a trail, the encryption of a stream.
const RUNNING: [&str; 21] = [
    "AutomationExecution",
    "Build",
    "Crawler",
    "DBCluster",
    "DBInstance",
    "Deployment",
    "Execution",
    "InstanceRefresh",
    "Instances",
    "Job",
    "JobRun",
    "MaintenanceWindowExecution",
    "NotebookInstance",
    "PipelineExecution",
    "Query",
    "ReplicationTask",
    "Session",
    "Task",
    "TrainingJob",
    "TransformJob",
    "Workspaces",
];
/// What an update of a secret sets besides the value.
const OF_SECRET: [&str; 3] = ["description", "kmsKeyId", "type"];
/// What a rotation of a secret sets besides the value.
const ROTATION: [&str; 2] = ["rotationRules", "rotationLambdaARN"];
/// Names of actions of Azure after which the resource is declared as before.
const PASSING_ACTIONS: [&str; 33] = [
    "assesspatches",
    "backup",
    "cancel",
    "cancelpipelinerun",
    "createrun",
    "deallocate",
    "export",
    "failover",
    "importimage",
    "installpatches",
    "join",
    "newpassword",
    "pause",
    "poweroff",
    "purge",
    "reboot",
    "redeploy",
    "regenerateaccesskey",
    "regeneratekey",
    "regeneratekeys",
    "reimage",
    "reset",
    "restart",
    "resume",
    "retry",
    "run",
    "runcommand",
    "schedulerun",
    "simulateeviction",
    "start",
    "stop",
    "sync",
    "syncfunctiontriggers",
];
/// Collections of Google Cloud whose elements are resources of their own, where a row names what
/// they belong to: that is declared as before.
const OTHERS: [&str; 5] = [
    "backupRuns",
    "databases",
    "notificationConfigs",
    "sslCerts",
    "users",
];
/// Last words of methods of Google Cloud after which the resource is declared as before.
///
/// cloud.google.com/compute/docs/reference/rest/v1 and the references of Cloud SQL, Cloud Run,
/// Cloud Build and Secret Manager, read 2026-11-29.
const PASSING_METHODS: [&str; 21] = [
    "addsecretversion",
    "applyupdatestoinstances",
    "createcryptokeyversion",
    "createserviceaccountkey",
    "createsnapshot",
    "failover",
    "invalidatecache",
    "performmaintenance",
    "reboot",
    "recreateinstances",
    "reset",
    "restart",
    "resume",
    "runbuildtrigger",
    "runjob",
    "senddiagnosticinterrupt",
    "simulatemaintenanceevent",
    "start",
    "stop",
    "suspend",
    "truncatelog",
];

/// Whether an operation makes the resource do something and sets nothing of it: a restart.
pub(crate) fn is_passing(event: &Event) -> bool {
    let operation = event.operation.as_str();
    match event.cloud {
        Cloud::Azure => {
            let operation = operation.to_ascii_lowercase();
            let action = operation.strip_suffix("/action");
            let name = action.and_then(|action| action.rsplit('/').next());
            name.is_some_and(|name| PASSING_ACTIONS.contains(&name))
        }
        Cloud::Google => {
            let mut words = operation.rsplit('.');
            let method = words.next().unwrap_or_default().to_ascii_lowercase();
            let on_part = event.subject.action == Some(ChangeAction::Update)
                && words.next().is_some_and(|of| OTHERS.contains(&of));
            on_part || PASSING_METHODS.contains(&method.as_str())
        }
        Cloud::Aws => {
            let verb = words(operation).first().copied().unwrap_or_default();
            let noun = operation.strip_prefix(verb).unwrap_or_default();
            let attributes = &event.subject.attributes;
            let sets_rotation = attributes
                .iter()
                .any(|name| ROTATION.contains(&name.as_str()));
            let others = attributes.iter().filter(|name| *name != "cluster");
            let is_new_deployment = others.clone().next().is_some()
                && others.into_iter().all(|name| name == "forceNewDeployment");
            is_new_deployment
                || TABLE.get(&called(event)) == Some(&None)
                || match verb {
                    "Start" | "Stop" => RUNNING.contains(&noun),
                    "Rotate" => noun == "Secret" && !sets_rotation,
                    _ => PASSING.contains(&verb),
                }
        }
        Cloud::Kubernetes => false,
    }
}

/// Type, in the words of Terraform, of the part of the resource that a call of AWS is about: the
/// value of a secret, a target of a rule. The resource itself is declared as before.
pub(crate) fn part(event: &Event) -> Option<&'static str> {
    if event.cloud != Cloud::Aws {
        return None;
    }
    let attributes = &event.subject.attributes;
    let sets_secret = attributes
        .iter()
        .any(|name| OF_SECRET.contains(&name.as_str()));
    match called(event) {
        ("secretsmanager", "UpdateSecret") if !sets_secret => {
            Some("aws_secretsmanager_secret_version")
        }
        call => TABLE.get(&call).copied().flatten(),
    }
}

/// API and operation of a call, as the table has them.
fn called(event: &Event) -> (&str, &str) {
    let api = event.api.split('.').next().unwrap_or_default();
    (api, without_version(&event.operation))
}

#[cfg(test)]
mod tests {
    use nepho_core::key::types::aws;

    use super::*;

    #[test]
    fn each_part_of_the_table_has_a_type_that_terraform_knows() {
        assert_eq!(operations::read(TEXT).find_map(Result::err), None);
        assert!(TABLE.len() > 150, "{}", TABLE.len());
        for ((api, operation), part) in TABLE.iter() {
            let is_known = part.is_none_or(|part| aws::has_arn(part).is_some());
            assert!(is_known, "{api} {operation} {part:?}");
        }
    }
}
