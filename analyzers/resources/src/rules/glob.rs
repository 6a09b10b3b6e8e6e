//! Patterns of names: `*` stands for any letters, `?` for one.

/// A pattern; upper and lower case are the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Glob {
    letters: Vec<char>,
}

impl Glob {
    pub(super) fn new(text: &str) -> Self {
        Self {
            letters: text.to_lowercase().chars().collect(),
        }
    }

    /// Whether all of a text fits.
    pub(super) fn fits(&self, text: &str) -> bool {
        let text: Vec<char> = text.to_lowercase().chars().collect();
        let (mut at, mut place) = (0, 0);
        // Where the last `*` stands, and how far it reaches.
        let mut star: Option<(usize, usize)> = None;
        while place < text.len() {
            match self.letters.get(at) {
                Some('*') => {
                    star = Some((at, place));
                    at += 1;
                }
                Some(letter) if *letter == '?' || text.get(place) == Some(letter) => {
                    at += 1;
                    place += 1;
                }
                _ => {
                    let Some((star_at, reach)) = star else {
                        return false;
                    };
                    star = Some((star_at, reach + 1));
                    at = star_at + 1;
                    place = reach + 1;
                }
            }
        }
        let rest = self.letters.get(at..).unwrap_or_default();
        rest.iter().all(|letter| *letter == '*')
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn stars_and_question_marks_stand_for_letters() {
        let check = |pattern: &str, text: &str, expected: bool| {
            assert_eq!(Glob::new(pattern).fits(text), expected, "{pattern} {text}");
        };
        check("prod-*-db", "PROD-orders-db", true);
        check("prod-*-db", "prod-orders-db-2", false);
        check("*", "", true);
        check("a?c", "abc", true);
        check("a?c", "ac", false);
        check("*a*b*a*", "xxaxxbxxa", true);
        check("*a*b*a*", "xxaxxbxx", false);
        check("", "x", false);
    }
}
