//! Categories of the records that a decoder took, to tell its records from others by a quick look.

use std::sync::LazyLock;

use memchr::memmem::Finder;

/// Categories that a decoder remembers.
const MAX_SEEN: usize = 8;

/// Categories of the records that were taken, as they were written.
#[derive(Default)]
pub(super) struct Seen(Vec<String>);

impl Seen {
    /// Remembers the category of a record that was taken, as a quick look finds it; most often that
    /// is the one that was found by its path.
    pub(super) fn note(&mut self, category: &str, record: &str) {
        if self.0.len() < MAX_SEEN
            && !self.has(category)
            && let Some(category) = quick_category(record).filter(|category| !self.has(category))
        {
            self.0.push(category.to_owned());
        }
    }

    fn has(&self, category: &str) -> bool {
        self.0.iter().any(|held| held == category)
    }

    /// Whether a record is of such a category, or of none that a quick look finds.
    pub(super) fn may_be_of(&self, record: &str) -> bool {
        let Some(value) = behind_key(record) else {
            return true;
        };
        self.0.iter().any(|held| {
            let rest = value.strip_prefix(held.as_bytes());
            rest.is_some_and(|rest| rest.first() == Some(&b'"'))
        })
    }
}

/// What stands under the first key `category`, without a look at what is around it.
fn quick_category(record: &str) -> Option<&str> {
    let value = behind_key(record)?;
    let end = memchr::memchr(b'"', value)?;
    std::str::from_utf8(value.get(..end)?).ok()
}

/// The text under the first key `category`, with all that follows it.
fn behind_key(record: &str) -> Option<&[u8]> {
    static KEY: LazyLock<Finder<'_>> = LazyLock::new(|| Finder::new("ategory\":"));
    let finder = &*KEY;
    let mut rest = record.as_bytes();
    loop {
        let (before, found) = rest.split_at_checked(finder.find(rest)?)?;
        rest = found.get(finder.needle().len()..)?;
        if matches!(before, [.., b'"', b'c' | b'C']) {
            break;
        }
    }
    match rest {
        [b'"', value @ ..] => Some(value),
        _ => rest.trim_ascii_start().strip_prefix(b"\""),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_are_likely_of_categories_that_were_seen() {
        let mut seen = Seen::default();
        let web = r#"{"eventCategory":"a","Category": "Web","x":1}"#;
        assert!(!seen.may_be_of(web));
        seen.note("Web", web);
        let check = |record: &str, expected: bool| assert_eq!(seen.may_be_of(record), expected);
        check(web, true);
        check(r#"{"category":"Web"}"#, true);
        check(r#"{"category":"WebApp"}"#, false);
        check(r#"{"category":"We"}"#, false);
        check(r#"{"a":"Web"}"#, true);
        assert_eq!(quick_category(web), Some("Web"));
    }
}
