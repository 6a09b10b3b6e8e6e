//! The table `data/uses.txt`: calls that use what is there and change nothing of it.

use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use super::Cloud;
use crate::emit::without_version;
use crate::operations;

/// Operations of the table by their API, in lower case.
static TABLE: LazyLock<HashMap<&str, HashSet<String>>> = LazyLock::new(|| {
    let mut table: HashMap<&str, HashSet<String>> = HashMap::new();
    for told in operations::read(TEXT).filter_map(Result::ok) {
        let names = table.entry(told.api).or_default();
        names.insert(told.name.to_ascii_lowercase());
    }
    table
});
const TEXT: &str = include_str!("../../data/uses.txt");

/// Whether an operation of an API only uses what it names.
pub(super) fn is_use(cloud: Cloud, api: &str, operation: &str) -> bool {
    let (api, operation) = (api.to_ascii_lowercase(), operation.to_ascii_lowercase());
    let found = match cloud {
        Cloud::Aws => api.split('.').next().zip(Some(without_version(&operation))),
        Cloud::Azure => operation
            .strip_suffix("/action")
            .and_then(|path| path.split_once('/')),
        // `/Jobs.RunJob`, `google.cloud.run.v2.Jobs.RunJob`
        Cloud::Google => Some(api.as_str()).zip(operation.rsplit('.').next()),
        Cloud::Kubernetes => None,
    };
    let uses = found.and_then(|(api, operation)| TABLE.get(api)?.get(operation));
    uses.is_some()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_uses_a_thing_is_told_from_what_changes_it() {
        let check = |cloud: Cloud, api: &str, operation: &str, expected: bool| {
            assert_eq!(is_use(cloud, api, operation), expected, "{operation}");
        };
        let is_known = |told: &Result<operations::Operation, &str>| {
            told.is_ok_and(|operation| operation.word.is_none())
        };
        assert_eq!(operations::read(TEXT).find(|told| !is_known(told)), None);
        let stacks = "cloudformation.amazonaws.com";
        check(Cloud::Aws, stacks, "CreateChangeSet", true);
        check(Cloud::Aws, stacks, "SignalResource", true);
        check(Cloud::Aws, stacks, "ExecuteChangeSet", false);
        check(Cloud::Aws, stacks, "UpdateStack", false);
        check(Cloud::Aws, "glue.amazonaws.com", "StartJobRun", true);
        check(Cloud::Aws, "glue.amazonaws.com", "UpdateJob", false);
        check(Cloud::Aws, "states.amazonaws.com", "StartExecution", true);
        check(
            Cloud::Aws,
            "ssm.amazonaws.com",
            "StartAutomationExecution",
            false,
        );
        check(Cloud::Aws, "fis.amazonaws.com", "StartExperiment", false);
        check(Cloud::Aws, "ecs.amazonaws.com", "StopTask", false);
        check(Cloud::Aws, "cognito-idp.amazonaws.com", "SignUp", true);
        check(
            Cloud::Aws,
            "cognito-idp.amazonaws.com",
            "AdminDeleteUser",
            false,
        );
        check(
            Cloud::Aws,
            "sso.amazonaws.com",
            "CreatePermissionSet",
            false,
        );
        let azure = |operation: &str, expected: bool| {
            let api = operation.split('/').next().unwrap_or_default();
            check(Cloud::Azure, api, operation, expected);
            check(Cloud::Azure, api, &operation.to_uppercase(), expected);
        };
        azure("Microsoft.Insights/alertRules/Activated/action", true);
        azure("Microsoft.Insights/alertRules/write", false);
        azure("Microsoft.Logic/workflows/triggers/run/action", true);
        azure("Microsoft.Logic/workflows/disable/action", false);
        azure("Microsoft.Compute/virtualMachines/restart/action", false);
        let runs = "run.googleapis.com";
        check(Cloud::Google, runs, "google.cloud.run.v2.Jobs.RunJob", true);
        check(Cloud::Google, runs, "/Jobs.RunJob", true);
        check(
            Cloud::Google,
            runs,
            "google.cloud.run.v2.Jobs.UpdateJob",
            false,
        );
        let databases = "cloudsql.googleapis.com";
        check(Cloud::Google, databases, "cloudsql.instances.connect", true);
        check(
            Cloud::Google,
            databases,
            "cloudsql.instances.failover",
            false,
        );
        let compute = "compute.googleapis.com";
        check(
            Cloud::Google,
            compute,
            "v1.compute.urlMaps.invalidateCache",
            true,
        );
        check(Cloud::Google, compute, "v1.compute.urlMaps.patch", false);
    }
}
