//! How right the feeds of infrastructure tools and the keys are on the data beside the repository
//! (`../shared/iac`): one module per tool, each with its figures.

pub mod azure;
pub mod cloudformation;
mod feeds;
#[cfg(feature = "full")]
pub mod graph;
pub mod identity;
pub mod kubernetes;
pub mod provenance;
pub mod pulumi;
pub mod terraform;

use std::path::{Path, PathBuf};

/// How many cases of one kind are right.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub name: String,
    /// Cases that are right.
    pub right: usize,
    /// All cases.
    pub total: usize,
    /// What is wrong, one line for each case.
    pub wrong: Vec<String>,
}

impl Figure {
    /// No cases yet.
    pub fn new(name: &str) -> Self {
        Self {
            name: name.to_owned(),
            ..Self::default()
        }
    }

    /// Counts a case; `problem` says what is wrong with it.
    pub fn count(&mut self, case: &str, problem: Option<String>) {
        self.total += 1;
        match problem {
            None => self.right += 1,
            Some(problem) => self.wrong.push(format!("{case}: {problem}")),
        }
    }
}

impl Figure {
    /// Counts one answer; `words` tell what is wrong with it.
    fn check(&mut self, is_right: bool, words: impl FnOnce() -> String) {
        self.total += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.wrong.push(words());
        }
    }
}

/// A figure that answers are added to.
fn named(name: &str) -> Figure {
    Figure::new(name)
}

/// Figures of one tool.
pub type Figures = fn() -> Vec<Figure>;

/// Tools by name.
pub const TOOLS: &[(&str, Figures)] = &[
    ("azure", azure::figures),
    ("cloudformation", cloudformation::figures),
    #[cfg(feature = "full")]
    ("graph", graph::figures),
    ("identity", identity::figures),
    ("kubernetes", kubernetes::figures),
    ("provenance", of_account),
    ("pulumi", pulumi::figures),
    ("terraform", terraform::figures),
];

fn of_account() -> Vec<Figure> {
    provenance::figures().unwrap_or_else(|error| {
        say(&format!("{error:#}"));
        Vec::new()
    })
}

/// The data beside the repository; `None` with a line that says so where they are absent.
pub fn data() -> Option<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared/iac");
    if folder.is_dir() {
        return Some(folder);
    }
    say(&format!("skipped: {} is absent", folder.display()));
    None
}

/// Files in a folder and all folders in it, sorted.
pub fn files(folder: &Path) -> Vec<PathBuf> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).into_iter().flatten().flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                files.push(path);
            }
        }
    }
    files.sort();
    files
}

/// Says something to whoever runs a test.
#[expect(
    clippy::print_stderr,
    reason = "tests and the command tell what is passed over"
)]
pub fn say(line: &str) {
    eprintln!("{line}");
}
