//! Paths of constructs: `Stage/Stack/Construct/.../Resource`.

use std::collections::{BTreeMap, BTreeSet};

/// Types that run code of the user; what groups one of them with other things is a service.
const RUNNING: [&str; 12] = [
    "AWS::Lambda::Function",
    "AWS::Serverless::Function",
    "AWS::ECS::Service",
    "AWS::ECS::TaskDefinition",
    "AWS::EC2::Instance",
    "AWS::AutoScaling::AutoScalingGroup",
    "AWS::AppRunner::Service",
    "AWS::Batch::JobDefinition",
    "AWS::StepFunctions::StateMachine",
    "AWS::EKS::Nodegroup",
    "AWS::Glue::Job",
    "AWS::ElasticBeanstalk::Environment",
];

/// Last parts of paths that say nothing: the resource of a construct that is only it.
const SILENT: [&str; 2] = ["Resource", "Default"];

/// What a path tells.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CdkPath {
    /// The construct within its stack: `Orders/Worker`.
    pub(crate) construct: String,
    /// The construct directly in the stack that it belongs to: `Orders`.
    pub(crate) top: String,
}

impl CdkPath {
    /// Reads a path. Its first part is the stack; stages before it cannot be told from it.
    pub(crate) fn parse(path: &str) -> Self {
        let mut parts: Vec<&str> = path.split('/').filter(|part| !part.is_empty()).collect();
        while parts.len() > 1 && parts.last().is_some_and(|last| SILENT.contains(last)) {
            parts.pop();
        }
        let within = match parts.len() {
            0 | 1 => parts.as_slice(),
            _ => parts.get(1..).unwrap_or_default(),
        };
        Self {
            construct: within.join("/"),
            top: within.first().copied().unwrap_or_default().to_owned(),
        }
    }
}

/// Services by logical id: the construct in the stack that a resource belongs to, where that runs
/// code. `resources` are logical id, type and path.
pub(crate) fn services<'r>(
    resources: impl Iterator<Item = (&'r str, &'r str, &'r str)>,
) -> BTreeMap<String, String> {
    let all: Vec<(&str, &str, CdkPath)> = resources
        .map(|(logical, kind, path)| (logical, kind, CdkPath::parse(path)))
        .collect();
    let running: BTreeSet<&str> = all
        .iter()
        .filter(|(_, kind, _)| RUNNING.contains(kind))
        .map(|(_, _, path)| path.top.as_str())
        .collect();
    all.iter()
        .filter(|(_, _, path)| running.contains(path.top.as_str()))
        .map(|(logical, _, path)| ((*logical).to_owned(), path.top.clone()))
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_path_tells_construct_and_service() {
        let check = |path: &str, construct: &str, top: &str| {
            let found = CdkPath::parse(path);
            assert_eq!(
                (found.construct.as_str(), found.top.as_str()),
                (construct, top)
            );
        };
        check("Shop/Orders/Worker/Resource", "Orders/Worker", "Orders");
        check("Shop/Bucket/Resource", "Bucket", "Bucket");
        check("Shop/Topic", "Topic", "Topic");
        check("Shop/CDKMetadata/Default", "CDKMetadata", "CDKMetadata");
        check("", "", "");
        let services = services(
            [
                ("W", "AWS::Lambda::Function", "Shop/Orders/Worker/Resource"),
                ("Q", "AWS::SQS::Queue", "Shop/Orders/Jobs/Resource"),
                ("N", "AWS::EC2::Subnet", "Shop/Vpc/A/Subnet"),
            ]
            .into_iter(),
        );
        assert_eq!(services.get("Q").map(String::as_str), Some("Orders"));
        assert_eq!(services.get("N"), None);
    }
}
