//! Names of clusters and scopes for what is held of documents: the next document may tell that
//! another is of a cluster, or that two states are called alike.

use nepho_core::feed::FeedOutput;
use nepho_core::tables::Change;

use crate::clusters::{ClusterName, Documents};
use crate::scopes::Scopes;

/// What is known of clusters and scopes by all documents so far.
#[derive(Default)]
pub(super) struct Names {
    clusters: Documents,
    scopes: Scopes,
}

impl Names {
    /// The same, with clusters that the user names.
    pub(super) fn with_clusters(clusters: Vec<ClusterName>) -> Self {
        let mut names = Self::default();
        names.clusters.names = clusters;
        names
    }

    /// Gives rows, which are as feeds read them, their names.
    pub(super) fn settle(&mut self, outputs: &mut [&mut FeedOutput]) {
        self.clusters.settle(outputs);
        self.scopes.settle(outputs);
    }

    /// Gives what was concluded from settled snapshots its names.
    pub(super) fn settle_compared(&mut self, output: &mut FeedOutput) {
        self.clusters.settle_compared(output);
    }

    /// Takes the names back that the last [`Names::settle`] gave.
    pub(super) fn take_back(&mut self, output: &mut FeedOutput) {
        self.scopes.take_back(output);
        self.clusters.take_back(output);
    }

    /// What settled changes are called by their documents alone, in order.
    pub(super) fn own_ids(&mut self, changes: &[Change]) -> Vec<String> {
        let mut output = FeedOutput {
            changes: changes.to_vec(),
            ..FeedOutput::default()
        };
        self.take_back(&mut output);
        output.changes.into_iter().map(|one| one.id).collect()
    }
}
