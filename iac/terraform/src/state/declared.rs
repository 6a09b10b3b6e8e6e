//! What a state declares, without keys, owners and relations.

use std::collections::BTreeMap;

use nepho_core::Result;
use nepho_core::feed::{Document, FeedOutput, Member};

use super::{Depth, read_instances};
use crate::graph::{Graph, Instance};
use crate::scope;

/// One object in a state.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Declared {
    /// Address, as `terraform state list` prints it; of an object that is left to be deleted with
    /// ` (deposed object KEY)` behind it.
    pub address: String,
    /// Type in Terraform's words.
    pub resource_type: String,
    /// Id in the words of the provider; `None` where there is none or it looks like a secret.
    pub id: Option<String>,
    /// Whether it is a data source.
    pub is_data: bool,
    /// Whether Terraform holds it for broken.
    pub is_tainted: bool,
}

impl From<Instance> for Declared {
    fn from(instance: Instance) -> Self {
        Self {
            id: instance.attributes.first("id").map(str::to_owned),
            address: instance.address,
            resource_type: instance.resource_type,
            is_data: instance.is_data,
            is_tainted: instance.is_tainted,
        }
    }
}

/// Gives each object of a state to `take`, in the order of the document, and keeps none of
/// them.
///
/// # Errors
/// As [`ChangeFeed::read`](nepho_core::feed::ChangeFeed::read) of the feed. Parts that cannot be
/// read go to `out.rejects`.
pub fn declared(
    document: &Document<'_>,
    out: &mut FeedOutput,
    take: &mut dyn FnMut(Declared),
) -> Result<()> {
    let mut each = |instance: Instance| take(Declared::from(instance));
    read_instances(document, Depth::Identity, out, &mut each).map(|_| ())
}

/// What a state manages, by address, also one in the shape of `show -json`, which has no history.
///
/// # Errors
/// As [`ChangeFeed::read`](nepho_core::feed::ChangeFeed::read) of the feed. Parts that cannot be
/// read go to `out.rejects`.
pub fn members(document: &Document<'_>, out: &mut FeedOutput) -> Result<BTreeMap<String, Member>> {
    let mut graph = Graph::default();
    read_instances(document, Depth::Fingerprints, out, &mut |instance| {
        graph.add(instance);
    })?;
    let tool = scope::tool_of_text(document.text);
    graph.seal(tool, &scope::of_path(document.uri));
    Ok(graph.members())
}
