//! Pairs of key and value, as firewalls write them.

use nepho_codec::message::logfmt;

/// Pairs of a line, as ranges of it.
pub(crate) type Pairs = Vec<logfmt::Pair>;

/// Takes the pairs of a line.
pub(crate) fn read(text: &str, pairs: &mut Pairs) {
    pairs.clear();
    logfmt::pairs(text, &mut |pair| pairs.push(pair));
}

/// Value of a key, or nothing.
pub(crate) fn value<'a>(text: &'a str, pairs: &Pairs, key: &str) -> &'a str {
    let is_it = |pair: &&logfmt::Pair| text.get(pair.key.0..pair.key.1) == Some(key);
    let found = pairs.iter().find(is_it);
    let found = found.and_then(|pair| text.get(pair.value.0..pair.value.1));
    found.filter(|value| *value != "N/A").unwrap_or_default()
}
