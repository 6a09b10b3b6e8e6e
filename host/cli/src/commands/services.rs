//! Services that `--service` names.

use std::collections::BTreeSet;

use nepho::Conclusions;
use nepho_core::findings::Details;
use nepho_core::tables::NodeKind;
use nepho_core::{Error, ErrorKind, Result};

use crate::near;

/// Names that are told where the one that was asked for is unknown.
const LISTED: usize = 50;

/// Refuses names that nothing of the input is of, so that a mistyped one is not taken for a service
/// of which there is nothing to tell. `others` are names that are known besides.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`], with the names that there are.
pub(crate) fn refuse_unknown(
    asked: &[String],
    conclusions: &Conclusions,
    others: &[&str],
) -> Result<()> {
    if asked.is_empty() {
        return Ok(());
    }
    let mut known = known(conclusions);
    known.extend(others);
    let is_known = |name: &&String| known.iter().any(|held| held.eq_ignore_ascii_case(name));
    let Some(name) = asked.iter().find(|name| !is_known(name)) else {
        return Ok(());
    };
    let meant = near::meant(name, known.iter().copied());
    let listed: Vec<&str> = known.iter().take(LISTED).copied().collect();
    let more = match known.len() - listed.len() {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let there = match listed.is_empty() {
        true => "no service is known".to_owned(),
        false => format!("there are {}{more}", listed.join(", ")),
    };
    let what = format!("nothing is of service `{name}`; {meant}{there}");
    Err(Error::new(ErrorKind::InvalidConfig, "--service", what))
}

/// Names of services that resources, edges, rows or findings are of.
fn known(conclusions: &Conclusions) -> BTreeSet<&str> {
    let resources = conclusions.resources.iter();
    let owners = resources.filter_map(|row| row.service.as_deref());
    let ends = conclusions.relations.iter().flat_map(|edge| {
        let from = (edge.from_kind == NodeKind::Service).then_some(&*edge.from);
        let to = (edge.to_kind == NodeKind::Service).then_some(&*edge.to);
        from.into_iter().chain(to)
    });
    let mut known: BTreeSet<&str> = owners.chain(ends).collect();
    for finding in &conclusions.findings {
        known.extend(finding.services.iter().map(String::as_str));
        match &finding.details {
            Details::ServiceMap(map) => known.extend(map.nodes.iter().map(|node| &*node.service)),
            Details::Cost(cost) => {
                let lines = cost.lines.iter();
                known.extend(lines.filter_map(|line| line.service.as_deref()));
            }
            _ => {}
        }
    }
    known
}
