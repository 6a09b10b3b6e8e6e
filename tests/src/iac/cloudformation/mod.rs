//! CloudFormation against what AWS answered and what its own linter draws
//! (`../shared/iac/cloudformation`).
//!
//! The answers were recorded by LocalStack's tests, each with the change sets that were executed
//! and the events that followed. Times are masked.

mod graph;
mod planned;
mod recorded;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_core::registry::{Kind, Make, find};

use super::Figure;
use super::feeds::folder;

/// All figures on CloudFormation; none where the data are absent.
///
/// | figure | right is |
/// |---|---|
/// | changes of events | for each resource: what the executed change sets announced, in order, then its deletion |
/// | root failures | the resource that failed first, or the stack; none where nothing failed |
/// | runs | purpose and end of each operation of the list of a stack |
/// | change sets | action and attribute names of each planned change, and the resources that cause them |
/// | drift | names of the attributes that differ |
/// | edges of templates | the edges that `cfn-lint -g` draws: ends, function, place |
pub fn figures() -> Vec<Figure> {
    let Some(folder) = folder("cloudformation") else {
        return Vec::new();
    };
    let cases = recorded::cases(&folder.join("aws-recorded"));
    vec![
        recorded::changes(&cases),
        recorded::roots(&cases),
        recorded::runs(&cases),
        planned::change_sets(&cases),
        planned::causes(&cases),
        planned::drift(&cases),
        graph::edges(&folder.join("templates")),
    ]
}

/// What the feed of this name makes of `text`.
fn read(name: &str, uri: &str, text: &str) -> FeedOutput {
    let mut out = FeedOutput::default();
    let Some(Make::Feed(make)) = find(Kind::Feed, name).map(|component| component.make) else {
        return out;
    };
    let feed: Box<dyn ChangeFeed> = make();
    let document = Document {
        uri,
        text,
        modified: None,
    };
    // A refusal tells nothing, which is what is then wrong.
    let _ = feed.read(&document, &mut out);
    out
}
