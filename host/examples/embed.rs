//! Logs and a run of Terraform in, findings out: the engine within a program of one's own.
#![expect(clippy::print_stdout, reason = "the example shows what it found")]

use nepho::core::feed::{Document, FeedOutput};
use nepho::core::registry::{Kind, Make, find};
use nepho::core::{Result, Timestamp, format::Stream, tables::LogsBuilder};
use nepho::{Analysis, Conclusions, codec::detect::decode_text};

/// Feeds the engine with a document of an infrastructure tool and a batch of log rows.
pub(crate) fn explain() -> Result<Conclusions> {
    let mut analysis = Analysis::new()?;
    let document = Document {
        uri: "apply.jsonl",
        text: include_str!("data/apply.jsonl"),
        modified: None,
    };
    if let Some(Make::Feed(make)) = find(Kind::Feed, "terraform.log").map(|feed| feed.make) {
        let mut told = FeedOutput::default();
        make().read(&document, &mut told)?;
        analysis.feed(told)?;
    }
    let mut rows = LogsBuilder::new(Timestamp::default());
    let stream = Stream {
        uri: "checkout.log".to_owned(),
        ..Stream::default()
    };
    decode_text(include_bytes!("data/checkout.log"), stream, None, &mut rows)?;
    analysis.logs(&rows.finish()?)?; // once per batch, as often as there are some
    analysis.finish()
}

fn main() -> Result<()> {
    for finding in explain()?.findings {
        println!("{}: {}", finding.kind, finding.title);
    }
    Ok(())
}
