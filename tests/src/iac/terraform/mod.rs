//! Figures of the feeds of Terraform and OpenTofu.

mod addresses;
mod changes;
mod ids;
mod runs;

use std::path::Path;

use nepho_core::Result;
use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_iac_terraform::hcp::Hcp;
use nepho_iac_terraform::lock::Lock;
use nepho_iac_terraform::log::Log;
use nepho_iac_terraform::plan::Plan;
use nepho_iac_terraform::state::State;

use super::{Figure, data};

/// Cases that cannot be right, by the beginning of their line, and why.
pub const EXPLAINED: [(&str, &str); 4] = [
    (
        "terraform/state-v4/snyk-driftctl/aws_lb_listener/",
        "driftctl did not read target groups then",
    ),
    (
        "terraform/state-v4/snyk-driftctl/aws_network_acl_rule/",
        "driftctl computes ids of its own, with the number of the protocol",
    ),
    (
        "terraform/state-v4/snyk-driftctl/aws_vpc_security_group_rule/",
        "driftctl computes an id of its own for a rule without lists",
    ),
    (
        "replace_within_object:",
        "the provider keeps the id through a replacement, so the states look like an update",
    ),
];

/// All figures; none where the data are absent.
pub fn figures() -> Vec<Figure> {
    let Some(data) = data() else {
        return Vec::new();
    };
    let mut figures: Vec<Figure> = addresses::figure(&data).into_iter().collect();
    figures.push(ids::figure(&data));
    figures.extend(changes::figures(&data));
    figures.push(runs::figure(&data));
    figures
}

/// Text of a file; empty if it cannot be read.
fn text(path: &Path) -> String {
    let bytes = std::fs::read(path).unwrap_or_default();
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Reads a document with the feed that knows it.
fn read(path: &Path) -> Option<Result<FeedOutput>> {
    let text = text(path);
    let uri = path.to_string_lossy();
    let name = path.file_name()?.to_string_lossy();
    let feeds: [&dyn ChangeFeed; 5] = [&State, &Plan, &Log, &Hcp, &Lock];
    let feed = feeds
        .into_iter()
        .max_by_key(|feed| feed.sniff(&name, &text))
        .filter(|feed| feed.sniff(&name, &text).0 > 0)?;
    let mut out = FeedOutput::default();
    let document = Document {
        uri: &uri,
        text: &text,
        modified: None,
    };
    Some(feed.read(&document, &mut out).map(|()| out))
}

/// Path of a file below the data.
fn short(data: &Path, path: &Path) -> String {
    path.strip_prefix(data)
        .unwrap_or(path)
        .to_string_lossy()
        .into_owned()
}
