//! How right the feeds of infrastructure tools and the keys are on the data beside the repository.

pub mod graph;

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
