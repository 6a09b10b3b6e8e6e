//! The cluster that a record is of.

use std::borrow::Cow;

use nepho_codec::table::Event;
use nepho_core::tables::Row;

/// Fields that collectors name the cluster in, the best first: attributes of OpenTelemetry, the
/// exporter of events, labels that a pipeline adds.
pub(crate) const CLUSTERS: &[&str] = &[
    "k8s.cluster.uid",
    "k8s.cluster.name",
    "clusterName",
    "cluster_name",
    "kubernetes.cluster_name",
    "cluster",
];

/// Cluster as the user tells it, else the record (in the field that was kept by this number), else
/// its wrapping; empty where nobody does.
pub(crate) fn cluster(event: &Event<'_>, row: &Row<'_>, number: usize) -> String {
    let record = row.record();
    if let Some(told) = &record.stream.cluster {
        return told.clone();
    }
    let is_word = |word: &Cow<'_, str>| !word.is_empty() && !word.contains(['{', '\n', ' ']);
    let own = event.kept(number).filter(is_word);
    own.map(Cow::into_owned)
        .or_else(|| record.cluster().map(str::to_owned))
        .unwrap_or_default()
}
