//! Limits that the things of one account and region share.
//!
//! docs.aws.amazon.com/lambda/latest/dg/lambda-concurrency.html (read 2026-12-01): what is reserved
//! for one function is taken from what all others share.

use nepho_core::key::Arn;
use nepho_core::tables::Change;

use crate::blame::scene::Scene;
use crate::blame::texture::Trouble;
use crate::place::Place;

/// Attribute that sets how much is reserved, without signs.
const RESERVED: &str = "reservedconcurrentexecutions";
/// Words, in lower case, by which calls of a function tell that they were throttled.
const THROTTLED: [&str; 3] = [
    "toomanyrequestsexception",
    "concurrentinvocationlimitexceeded",
    "concurrency limit",
];
/// The same of a limit that is the function's own.
const OF_ITS_OWN: &str = "reservedfunctionconcurrentinvocationlimitexceeded";

/// What ties a change of what is reserved for one function to the throttled calls of others in its
/// account and region, in words.
pub(super) fn tie(scene: &Scene<'_>, burst: usize, change: &Change) -> Option<String> {
    let id = change.resource.as_deref()?;
    let arn = Arn::parse(id).filter(|arn| arn.service == "lambda")?;
    let is_sign = |c: char| !c.is_ascii_alphanumeric();
    let plain = |name: &String| name.replace(is_sign, "").to_ascii_lowercase();
    if !change.attributes.iter().any(|name| plain(name) == RESERVED) {
        return None;
    }
    let voice = scene.voices.get(burst)?;
    let (trouble, _) = voice.troubles.first()?;
    let failing = scene.places(scene.bursts.get(burst)?);
    if *trouble != Trouble::Throttling || Place::of_id(id).is_away_from_all(&failing) {
        return None;
    }
    let is_throttled = |text: &str| {
        let mut words = THROTTLED.iter();
        text.contains("lambda")
            && words.any(|word| text.contains(word))
            && !text.contains(OF_ITS_OWN)
    };
    let mut messages = voice.messages.iter();
    messages
        .any(|message| is_throttled(&message.text))
        .then(|| {
            format!(
                "{} takes of the concurrency that all functions of {} in {} share, and calls of one \
                 were throttled",
                change.address, arn.account, arn.region
            )
        })
}
