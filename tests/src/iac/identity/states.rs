//! Keys of the instances in Terraform states.

use std::path::Path;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::key::types::aws;
use nepho_core::key::{Arn, canonical, is_global};
use nepho_core::registry::{Kind, Make, find};

use super::data::{Instance, files};
use super::{compare, named};
use crate::iac::Figure;

/// ARNs made of id, region and account against those that the provider told.
pub(super) fn arns(instances: &[Instance]) -> Figure {
    let mut figure = named("ARNs by physical id");
    for instance in instances {
        let kind = instance.kind.as_str();
        let told = instance
            .text("arn")
            .filter(|_| aws::has_arn(kind) == Some(true));
        let (Some(told), Some(pattern)) = (told, aws::pattern(kind)) else {
            continue;
        };
        let id = instance.text("id").filter(|id| !id.starts_with("arn:"));
        let (Some(arn), Some(id)) = (Arn::parse(told), id) else {
            continue;
        };
        let id = canonical(id);
        let made = match is_global(&id) {
            true => Some(id),
            false => pattern.arn(&id, arn.partition, arn.region, arn.account),
        };
        compare(&mut figure, kind, made.as_deref(), told);
    }
    figure
}

/// Instances of states by what their rows in table `resources` can be joined by.
pub(super) fn keys(folder: &Path) -> Figure {
    let mut figure = named("keys of instances in states");
    let Some(feed) = state_feed() else {
        return figure;
    };
    for path in files(&folder.join("terraform/state-v4")) {
        let Ok(text) = std::fs::read_to_string(&path) else {
            continue;
        };
        let uri = path.to_string_lossy().into_owned();
        let mut out = FeedOutput::default();
        let document = Document {
            uri: &uri,
            text: &text,
            modified: None,
        };
        if feed.sniff(&uri, &text).0 == 0 || feed.read(&document, &mut out).is_err() {
            continue;
        }
        let clouds = ["aws", "azure", "gcp"];
        for row in &out.resources {
            let cloud = row.provider.as_deref().unwrap_or_default();
            if !clouds.contains(&cloud) || row.tool.is_none() {
                continue;
            }
            figure.total += 1;
            let is_address = row.key.starts_with("terraform:");
            if is_global(&row.key) || !is_address || row.parent.is_some() {
                figure.right += 1;
            } else {
                figure.wrong.push(row.resource_type.clone());
            }
        }
    }
    figure.wrong.sort();
    figure.wrong.dedup();
    figure
}

fn state_feed() -> Option<Box<dyn ChangeFeed>> {
    match find(Kind::Feed, "terraform.state")?.make {
        Make::Feed(make) => Some(make()),
        _ => None,
    }
}
