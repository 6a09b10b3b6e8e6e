//! Reading sources and names.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

/// Texts of all files under a folder whose names end so, in the order of their paths.
pub(super) fn files(folder: &Path, end: &str) -> Result<Vec<String>> {
    let mut paths = Vec::new();
    let mut folders = vec![folder.to_path_buf()];
    while let Some(folder) = folders.pop() {
        let entries =
            fs::read_dir(&folder).with_context(|| format!("list {}", folder.display()))?;
        for entry in entries {
            let path = entry?.path();
            if path.is_dir() {
                folders.push(path);
            } else if path.to_string_lossy().ends_with(end) {
                paths.push(path);
            }
        }
    }
    paths.sort();
    let read = |path: PathBuf| {
        fs::read_to_string(&path).with_context(|| format!("read {}", path.display()))
    };
    paths.into_iter().map(read).collect()
}

/// A name in lower case without anything but letters and digits, by which names of different
/// tools are compared.
pub(super) fn word(name: &str) -> String {
    let mut word: String = name.chars().filter(char::is_ascii_alphanumeric).collect();
    word.make_ascii_lowercase();
    word
}

/// `Foo.bar` in the spelling of Terraform: `UserPoolClient` is `user_pool_client`.
pub(super) fn snake(name: &str) -> String {
    let letters: Vec<char> = name.chars().collect();
    let mut snake = String::new();
    for (at, letter) in letters.iter().enumerate() {
        let before = at.checked_sub(1).and_then(|at| letters.get(at));
        let after = letters.get(at + 1);
        let is_start = letter.is_ascii_uppercase()
            && before.is_some_and(|before| {
                !before.is_ascii_uppercase() || after.is_some_and(char::is_ascii_lowercase)
            });
        if is_start {
            snake.push('_');
        }
        snake.push(letter.to_ascii_lowercase());
    }
    snake
}

/// Token of Pulumi as tables hold it: module and name, or nothing where the words of the Terraform
/// type are the same.
pub(super) fn token(name: &str, token: &str) -> String {
    let rest = name.split_once('_').map_or(name, |(_, rest)| rest);
    match word(rest) == word(token) {
        true => String::new(),
        false => token.to_owned(),
    }
}

/// Names of Terraform types by provider prefix and word: `azurerm` to `subnet` to
/// `azurerm_subnet`.
pub(super) struct Names(BTreeMap<String, BTreeMap<String, String>>);

impl Names {
    /// The type of this provider with this word.
    pub(super) fn find(&self, provider: &str, word: &str) -> Option<&str> {
        self.0.get(provider)?.get(word).map(String::as_str)
    }

    /// Adds a name.
    pub(super) fn add(&mut self, name: &str) {
        if let Some((provider, rest)) = name.split_once('_') {
            self.0
                .entry(provider.to_owned())
                .or_default()
                .insert(word(rest), name.to_owned());
        }
    }
}

/// Names of Terraform types that stand in quotes in Python sources.
pub(super) fn terraform_names(folder: &Path) -> Result<Names> {
    let mut names = Names(BTreeMap::new());
    let mut found = BTreeSet::new();
    for text in files(folder, ".py")? {
        for quoted in text.split(['"', '\'']) {
            let is_type = ["aws_", "azurerm_", "google_"]
                .iter()
                .any(|prefix| quoted.starts_with(prefix));
            let is_plain = quoted
                .bytes()
                .all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'_');
            if is_type && is_plain && !quoted.ends_with('_') {
                found.insert(quoted.to_owned());
            }
        }
    }
    for name in &found {
        names.add(name);
    }
    Ok(names)
}
