//! Objects of clusters: tells those of two clusters from each other, and knows each by all words
//! for its cluster.

use nepho_core::key::{Clusters, kubernetes_cluster};
use nepho_core::tables::{Relation, Resource};

/// Gives objects the best word for their cluster. The ids with the other words, and the one without
/// any, become aliases: what is told of an object of an unknown cluster is of all that have one of
/// its name. The first `declared` rows are of documents, the others of logs.
pub(crate) fn settle(rows: &mut [Resource], declared: usize, relations: &[Relation]) -> Clusters {
    let mut clusters = Clusters::default();
    for (number, row) in rows.iter().enumerate() {
        match number < declared {
            true => clusters.add_declared(&row.key, row.aliases.iter().map(String::as_str)),
            false => clusters.add(&row.key, false),
        }
    }
    for relation in relations {
        clusters.add(&relation.from, true);
        clusters.add(&relation.to, true);
    }
    if clusters.is_empty() {
        return clusters;
    }
    clusters.settle();
    for row in rows {
        if let Some(better) = clusters.resolve(&row.key) {
            row.key = better;
        }
        if let Some(better) = row.parent.as_ref().and_then(|id| clusters.resolve(id)) {
            row.parent = Some(better);
        }
        let Some((cluster, rest)) = kubernetes_cluster(&row.key) else {
            continue;
        };
        if cluster.is_empty() {
            continue;
        }
        let words = clusters.words(cluster).into_iter();
        let others = words.filter(|word| *word != cluster).chain([""]);
        let aliases = others.map(|word| format!("k8s://{word}/{rest}"));
        for alias in aliases {
            if !row.aliases.contains(&alias) {
                row.aliases.push(alias);
            }
        }
    }
    clusters
}

/// Says of each object what its cluster is called: that is the account which it is in.
pub(crate) fn name<'a>(rows: impl IntoIterator<Item = &'a mut Resource>, clusters: &Clusters) {
    for row in rows {
        let cluster = kubernetes_cluster(&row.key).map(|(cluster, _)| cluster);
        if let Some(cluster) = cluster.filter(|cluster| !cluster.is_empty()) {
            row.account = Some(clusters.name_of(cluster).to_owned());
        }
    }
}
