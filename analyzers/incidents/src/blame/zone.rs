//! What names that were looked up in vain have in common: whoever answers for the zone that they
//! lie in is lost to all who ask.

use std::collections::BTreeMap;

use super::scene::{Scene, Voice};
use super::subject;
use super::texture::{self, Trouble};

/// Labels behind which names of countries stand as a whole: `co.uk`.
const SECOND: [&str; 6] = ["ac", "co", "com", "gov", "net", "org"];

/// Names that the messages of a burst say were not found.
pub(crate) fn names(voice: &Voice) -> Vec<String> {
    let texts = voice.messages.iter().map(|message| message.text.as_str());
    let own = texts.filter(|text| texture::of_message(text) == Some(Trouble::NameResolution));
    let mut names: Vec<String> = own
        .filter_map(|text| subject::of(Trouble::NameResolution, text))
        .collect();
    names.sort();
    names.dedup();
    names
}

/// The zone of most names that a burst is about, where it is about names that are not found.
pub(crate) fn of(scene: &Scene<'_>, burst: usize) -> Option<String> {
    let voice = scene.voices.get(burst)?;
    let (trouble, _) = voice.troubles.first()?;
    if *trouble != Trouble::NameResolution {
        return None;
    }
    let mut counts: BTreeMap<String, usize> = BTreeMap::new();
    for name in names(voice) {
        *counts.entry(of_name(&name)?.to_owned()).or_default() += 1;
    }
    let best = counts
        .into_iter()
        .max_by_key(|(zone, count)| (*count, std::cmp::Reverse(zone.clone())));
    best.map(|(zone, _)| zone)
}

/// The end of a name that others of its owner have as well: `shop.example` of `pay.shop.example`.
pub(crate) fn of_name(name: &str) -> Option<&str> {
    let mut dots = name.rmatch_indices('.').map(|(at, _)| at);
    let last = dots.next()?;
    let second = dots.next();
    let label = name.get(second.map_or(0, |at| at + 1)..last)?;
    let is_country = name.len() - last == 3 && SECOND.contains(&label);
    let start = match (is_country, second) {
        (true, Some(_)) => dots.next().map_or(0, |at| at + 1),
        (_, Some(second)) => second + 1,
        (_, None) => 0,
    };
    name.get(start..)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn zones_are_what_names_of_one_owner_end_with() {
        let check = |name: &str, expected: Option<&str>| assert_eq!(of_name(name), expected);
        check("pay.shop.example", Some("shop.example"));
        check("shop.example", Some("shop.example"));
        check("api.pay.shop.co.uk", Some("shop.co.uk"));
        check("shop.co.uk", Some("shop.co.uk"));
        check("pay", None);
    }
}
