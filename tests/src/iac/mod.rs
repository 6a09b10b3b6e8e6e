//! How right the feeds of infrastructure tools and the keys are on the data beside the repository.

pub mod azure;
mod feeds;
pub mod kubernetes;

/// A count of right answers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Figure {
    /// What is counted.
    pub name: String,
    /// How many are right.
    pub right: usize,
    /// Of how many.
    pub total: usize,
    /// What is wrong, in words.
    pub wrong: Vec<String>,
}

impl Figure {
    /// Counts one answer; `words` tell what is wrong with it.
    fn count(&mut self, is_right: bool, words: impl FnOnce() -> String) {
        self.total += 1;
        self.right += usize::from(is_right);
        if !is_right {
            self.wrong.push(words());
        }
    }
}

/// A figure that answers are added to.
fn named(name: &str) -> Figure {
    Figure {
        name: name.to_owned(),
        ..Figure::default()
    }
}
