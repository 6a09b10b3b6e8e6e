//! The name that a mistyped one was meant to be.

use strsim::damerau_levenshtein;

/// Letters of a name for each that may be wrong.
const LETTERS: usize = 3;

/// The one of `names` that is closest to `word`, if that is close enough to be a slip: a third of
/// the letters changed, left out, added or swapped with the next. Case does not count; of two as
/// close it is the first by name.
pub(crate) fn closest<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let word = word.to_lowercase();
    let length = word.chars().count();
    let far = |name: &str| {
        let other = name.chars().count();
        let most = length.min(other) / LETTERS;
        // Most are of another length, and comparing long ones takes time.
        if length.abs_diff(other) > most {
            return None;
        }
        let far = damerau_levenshtein(&word, &name.to_lowercase());
        (far <= most).then_some(far)
    };
    let near = names
        .into_iter()
        .filter_map(|name| Some((far(name)?, name)));
    near.min().map(|(_, name)| name)
}

/// `did you mean \`checkout\`? `, or nothing, to stand before what else there is.
pub(crate) fn meant<'a>(word: &str, names: impl IntoIterator<Item = &'a str>) -> String {
    match closest(word, names) {
        Some(name) => format!("did you mean `{name}`? "),
        None => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn slips_are_told_from_other_words() {
        let names = ["cart", "checkout", "order-worker", "web"];
        let check = |word: &str, expected: Option<&str>| {
            assert_eq!(closest(word, names), expected, "{word}");
        };
        check("kart", Some("cart"));
        check("chekcout", Some("checkout"));
        check("Order_Worker", Some("order-worker"));
        check("wbe", Some("web"));
        check("ab", None);
        check("payments", None);
        check("", None);
        assert_eq!(closest("cab", ["cat", "cap"]), Some("cap"));
        assert_eq!(meant("kart", names), "did you mean `cart`? ");
        assert_eq!(meant("payments", names), "");
    }
}
