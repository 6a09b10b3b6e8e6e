//! How many of something run after a call, and how many ran before it, as far as its record tells.

use nepho_core::tables::Change;

use super::json::Json;
use super::{Event, Subject};

/// Numbers of instances, tasks or pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Size {
    /// How many ran when the call was answered.
    pub before: Option<u64>,
    /// How many there are to be.
    pub after: u64,
}

/// Calls of AWS, by API, with the parameter that tells the number.
///
/// docs.aws.amazon.com/AmazonECS/latest/APIReference/API_UpdateService.html and
/// docs.aws.amazon.com/autoscaling/ec2/APIReference/API_SetDesiredCapacity.html (read 2026-11-29).
const CALLS: [(&str, &str, &str); 5] = [
    ("ecs.amazonaws.com", "CreateService", "desiredCount"),
    ("ecs.amazonaws.com", "UpdateService", "desiredCount"),
    (
        "autoscaling.amazonaws.com",
        "CreateAutoScalingGroup",
        "desiredCapacity",
    ),
    (
        "autoscaling.amazonaws.com",
        "SetDesiredCapacity",
        "desiredCapacity",
    ),
    (
        "autoscaling.amazonaws.com",
        "UpdateAutoScalingGroup",
        "desiredCapacity",
    ),
];

/// The size that a call of AWS sets. ECS answers with the number of tasks that run.
pub(super) fn of_aws(event: &Event, json: &Json<'_>) -> Option<Size> {
    let mut calls = CALLS.iter();
    let (.., name) = calls.find(|(api, call, _)| *api == event.api && *call == event.operation)?;
    let running = &json["responseElements"]["service"]["runningCount"];
    let is_new = event.operation.starts_with("Create");
    Some(Size {
        before: running.as_u64().filter(|_| !is_new),
        after: json["requestParameters"][*name].as_u64()?,
    })
}

/// The size that a call on an object of a cluster sets, out of what it sends and the answer, which
/// tells how many pods there are while others are still to be started or ended.
///
/// kubernetes.io/docs/reference/kubernetes-api/autoscaling-resources/scale-v1 (read 2026-11-29).
pub(super) fn of_object(request: &Json<'_>, answer: &Json<'_>) -> Option<Size> {
    Some(Size {
        before: answer["status"]["replicas"].as_u64(),
        after: request["spec"]["replicas"].as_u64()?,
    })
}

/// Tells of a call after which none runs.
pub(super) fn tell_none(size: Option<Size>, subject: &mut Subject) {
    let is_none = size.is_some_and(|size| size.after == 0);
    let is_told = subject
        .attributes
        .iter()
        .any(|name| name == Change::TO_NONE);
    if is_none && !is_told {
        subject.attributes.push(Change::TO_NONE.to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::event::json::json;

    #[test]
    fn an_answer_tells_how_many_there_are_yet() {
        let request = json!({"kind": "Scale", "spec": {"replicas": 3}});
        let answer = json!({"spec": {"replicas": 3}, "status": {"replicas": 20}});
        let size = |before| Some(Size { before, after: 3 });
        assert_eq!(of_object(&request, &answer), size(Some(20)));
        assert_eq!(of_object(&request, &Json::Null), size(None));
        assert_eq!(of_object(&Json::Null, &answer), None);
    }
}
