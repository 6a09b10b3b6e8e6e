//! Groups of users of AWS: who was put in takes on what the group denies, who was taken out loses
//! what it permits. Who else is in one tells the map.
//!
//! docs.aws.amazon.com/IAM/latest/APIReference/API_RemoveUserFromGroup.html (read 2026-11-29).

use serde_json::Value;

use super::{Deed, Denies, Whom};
use crate::callers::refusal::Layer;

/// What a call in the account `home` does to whoever it moves.
pub(super) fn read(operation: &str, event: &Value, home: &str, time: i64) -> Option<Deed> {
    let request = &event["requestParameters"];
    let id = |kind: &str, name: &str| {
        let name = request[name].as_str()?;
        Some(format!("{home}:{kind}/{name}"))
    };
    let user = id("user", "userName");
    let takes = operation == "RemoveUserFromGroup";
    let is_move = takes || operation == "AddUserToGroup";
    user.filter(|_| is_move).map(|user| Deed {
        layer: Some(Layer::Identity),
        takes,
        // A policy of the group that denies does so to its new member.
        denies: match takes {
            true => Denies::Nothing,
            false => Denies::Perhaps,
        },
        group: id("group", "groupName").filter(|_| !takes),
        ..Deed::new(time, Whom::These(vec![user]))
    })
}
