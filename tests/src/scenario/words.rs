//! Words of a line, with quotes, and pairs `key=value` among them.

use anyhow::{Context, Result, bail};

/// Words between blanks; a blank within double quotes ends none.
pub(super) fn words(line: &str) -> Result<Vec<String>> {
    let mut words = Vec::new();
    let mut word = String::new();
    let (mut is_quoted, mut has_word) = (false, false);
    for character in line.chars() {
        match character {
            '"' => {
                is_quoted = !is_quoted;
                has_word = true;
            }
            ' ' if !is_quoted => {
                if std::mem::take(&mut has_word) {
                    words.push(std::mem::take(&mut word));
                }
            }
            _ => {
                word.push(character);
                has_word = true;
            }
        }
    }
    if is_quoted {
        bail!("a quote is not closed");
    }
    if has_word {
        words.push(word);
    }
    Ok(words)
}

/// Pairs of a line. Asking for a key takes it out, so that a key nobody asks for can be refused.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(super) struct Pairs(Vec<(String, String)>);

impl Pairs {
    /// Pairs of these words, each `key=value`.
    pub(super) fn parse(words: &[String]) -> Result<Self> {
        let pairs = words.iter().map(|word| {
            let (key, value) = word
                .split_once('=')
                .with_context(|| format!("`{word}` is not `key=value`"))?;
            Ok((key.to_owned(), value.to_owned()))
        });
        Ok(Self(pairs.collect::<Result<_>>()?))
    }

    /// Takes the value of a key.
    pub(super) fn take(&mut self, key: &str) -> Option<String> {
        let position = self.0.iter().position(|(held, _)| held == key)?;
        Some(self.0.remove(position).1)
    }

    /// Takes the value of a key that must be there.
    pub(super) fn need(&mut self, key: &str) -> Result<String> {
        self.take(key)
            .with_context(|| format!("`{key}=` is missing"))
    }

    /// Takes the values of a key, which are separated by commas.
    pub(super) fn take_list(&mut self, key: &str) -> Vec<String> {
        let value = self.take(key).unwrap_or_default();
        value
            .split(',')
            .filter(|part| !part.is_empty())
            .map(str::to_owned)
            .collect()
    }

    /// Pairs that nobody took.
    pub(super) fn rest(self) -> Vec<(String, String)> {
        self.0
    }

    /// Refuses pairs that nobody took.
    pub(super) fn end(self) -> Result<()> {
        match self.0.first() {
            Some((key, _)) => bail!("`{key}=` means nothing here"),
            None => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_may_be_quoted() {
        assert_eq!(words(r#"a  b="c d" """#).unwrap(), ["a", "b=c d", ""]);
        assert!(words("\"a").is_err());
    }

    #[test]
    fn pairs_are_taken_and_the_rest_is_refused() {
        let mut pairs = Pairs::parse(&words("a=1 b=x,y c=2").unwrap()).unwrap();
        assert_eq!(pairs.need("a").unwrap(), "1");
        assert_eq!(pairs.take_list("b"), ["x", "y"]);
        assert_eq!(pairs.take("a"), None);
        assert_eq!(
            pairs.end().unwrap_err().to_string(),
            "`c=` means nothing here"
        );
    }
}
