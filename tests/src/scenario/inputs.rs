//! Files that a story consists of.

use std::io::Write;

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use super::document::Block;
use super::{changes, logs, resources, trail};

/// A file to read.
#[derive(Debug)]
pub(super) struct File {
    /// Path below the folder of the story; ends in `.gz` if it is to be compressed.
    pub name: String,
    text: String,
}

impl File {
    pub(super) fn new(name: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            name: name.into(),
            text: text.into(),
        }
    }

    /// Bytes as they are stored.
    pub(super) fn stored(&self) -> Result<Vec<u8>> {
        if !self.name.ends_with(".gz") {
            return Ok(self.text.clone().into_bytes());
        }
        let mut encoder = GzEncoder::new(Vec::new(), Compression::default());
        encoder.write_all(self.text.as_bytes())?;
        Ok(encoder.finish()?)
    }

    #[cfg(test)]
    pub(super) fn text(&self) -> &str {
        &self.text
    }
}

/// All files of a story.
#[derive(Debug)]
pub(super) struct Inputs {
    files: Vec<File>,
}

impl Inputs {
    /// Files of the blocks `file`, `logs`, `audit`, `resources` and `changes`.
    pub(super) fn parse(blocks: &[Block<'_>]) -> Result<Self> {
        let mut files = Vec::new();
        let mut known = Vec::new();
        for block in blocks.iter().filter(|block| block.kind == "resources") {
            resources::parse(block, &mut known)?;
        }
        if !known.is_empty() {
            files.push(File::new(
                "infra/terraform.tfstate",
                resources::state(&known),
            ));
        }
        let mut runs = 0;
        for block in blocks {
            match block.kind {
                "file" if block.argument.is_empty() => {
                    bail!("line {}: the file has no name", block.line)
                }
                "file" => files.push(File::new(block.argument, block.text)),
                "logs" => {
                    let name = if block.argument.is_empty() {
                        "logs.ndjson"
                    } else {
                        block.argument
                    };
                    files.push(File::new(name, logs::expand(block)?));
                }
                "audit" => {
                    let name = if block.argument.is_empty() {
                        "trail/audit.json"
                    } else {
                        block.argument
                    };
                    files.push(File::new(name, trail::expand(block)?));
                }
                "changes" => {
                    runs += 1;
                    let made = changes::expand(block, runs, &known);
                    files.extend(made.with_context(|| format!("block of line {}", block.line))?);
                }
                "resources" | "findings" => {}
                other => bail!("line {}: `{other}` is not a block of a story", block.line),
            }
        }
        let mut names: Vec<&str> = files.iter().map(|file| file.name.as_str()).collect();
        names.sort_unstable();
        if let Some(pair) = names.windows(2).find(|pair| pair.first() == pair.last()) {
            bail!(
                "two files are called `{}`",
                pair.first().copied().unwrap_or_default()
            );
        }
        Ok(Self { files })
    }

    pub(super) fn files(&self) -> &[File] {
        &self.files
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenario::document::blocks;

    #[test]
    fn a_story_becomes_files() {
        let story = "```file a/x.log.gz\nhello\n```\n```logs\n10:00:00 web INFO up\n```\n```resources\naws_sqs_queue.jobs\n```\n```findings\nrows=1\n```\n";
        let inputs = Inputs::parse(&blocks(story).unwrap()).unwrap();
        let names: Vec<&str> = inputs
            .files()
            .iter()
            .map(|file| file.name.as_str())
            .collect();
        assert_eq!(
            names,
            ["infra/terraform.tfstate", "a/x.log.gz", "logs.ndjson"]
        );
        assert!(
            inputs.files()[1]
                .stored()
                .unwrap()
                .starts_with(&[0x1f, 0x8b])
        );
    }

    #[test]
    fn a_block_that_nobody_knows_is_refused() {
        let refused = |story: &str| {
            Inputs::parse(&blocks(story).unwrap())
                .unwrap_err()
                .to_string()
        };
        assert_eq!(
            refused("\n```log\nx\n```\n"),
            "line 2: `log` is not a block of a story"
        );
        assert_eq!(
            refused("```file a\nx\n```\n```file a\ny\n```\n"),
            "two files are called `a`"
        );
    }
}
