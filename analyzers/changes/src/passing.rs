//! Operations that make a resource do something and set nothing that is declared of it.

use crate::event::{Cloud, Event, words};

/// First words of operations of AWS after which the resource is declared as before.
const PASSING: [&str; 5] = ["Reboot", "Restart", "Failover", "Purge", "Redeploy"];
/// What operations of AWS start and stop and thereby set nothing that is declared. Other things
/// that can be started are declared to be on: the log of a trail, the encryption of a stream.
const RUNNING: [&str; 27] = [
    "AutomationExecution",
    "Build",
    "BuildBatch",
    "Crawler",
    "DBCluster",
    "DBInstance",
    "Deployment",
    "Execution",
    "ImageScan",
    "InstanceRefresh",
    "Instances",
    "Job",
    "JobRun",
    "LifecyclePolicyPreview",
    "MaintenanceWindowExecution",
    "NotebookInstance",
    "PipelineExecution",
    "Query",
    "QueryExecution",
    "ReplicationTask",
    "Session",
    "SyncExecution",
    "Task",
    "TrainingJob",
    "TransformJob",
    "WorkflowRun",
    "Workspaces",
];
/// What a rotation of a secret sets besides the value.
const ROTATION: [&str; 2] = ["rotationRules", "rotationLambdaARN"];
/// Names of actions of Azure after which the resource is declared as before.
const PASSING_ACTIONS: [&str; 22] = [
    "cancel",
    "deallocate",
    "failover",
    "join",
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
    "start",
    "stop",
    "sync",
];
/// Last words of methods of Google Cloud after which the resource is declared as before.
const PASSING_METHODS: [&str; 8] = [
    "start", "stop", "reset", "restart", "resume", "suspend", "failover", "reboot",
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
            let method = operation.rsplit('.').next().unwrap_or_default();
            PASSING_METHODS.contains(&method.to_ascii_lowercase().as_str())
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
                || match verb {
                    "Start" | "Stop" => RUNNING.contains(&noun),
                    "Rotate" => noun == "Secret" && !sets_rotation,
                    _ => PASSING.contains(&verb),
                }
        }
        Cloud::Kubernetes => false,
    }
}
