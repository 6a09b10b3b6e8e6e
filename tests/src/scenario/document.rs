//! Cuts a story into prose, which is passed over, and fenced blocks.

use anyhow::{Result, bail};

/// A fenced block.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    /// First word behind the fence: `logs`.
    pub kind: &'a str,
    /// What follows it: a file name.
    pub argument: &'a str,
    /// Text between the fences.
    pub text: &'a str,
    /// Line of the opening fence, from one.
    pub line: usize,
}

impl<'a> Block<'a> {
    /// Lines that hold something, with their number in the story.
    pub(super) fn lines(&self) -> impl Iterator<Item = (usize, &'a str)> {
        let first = self.line + 1;
        let lines = self.text.lines().enumerate();
        lines
            .filter(|(_, text)| !text.trim().is_empty())
            .map(move |(index, text)| (first + index, text.trim()))
    }
}

/// Blocks of a story. A fence is three backticks or more at the start of a line; the same number
/// ends the block.
pub(super) fn blocks(markdown: &str) -> Result<Vec<Block<'_>>> {
    let mut blocks = Vec::new();
    let mut open: Option<(&str, &str, usize, usize)> = None;
    let mut at = 0;
    for (index, line) in markdown.split_inclusive('\n').enumerate() {
        let start = at;
        at += line.len();
        let line = line.trim_end();
        let ticks = &line[..line.len() - line.trim_start_matches('`').len()];
        match open {
            Some((fence, head, text_start, opened)) if line == fence => {
                let (kind, argument) = head.split_once(' ').unwrap_or((head, ""));
                let text = &markdown[text_start..start];
                blocks.push(Block {
                    kind,
                    argument: argument.trim(),
                    text,
                    line: opened,
                });
                open = None;
            }
            None if ticks.len() >= 3 => {
                open = Some((ticks, line[ticks.len()..].trim(), at, index + 1))
            }
            _ => {}
        }
    }
    if let Some((_, head, _, line)) = open {
        bail!("line {line}: the block `{head}` is not closed");
    }
    Ok(blocks)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_are_cut_out_of_prose() {
        let story = "# Title\n\n```logs shop.ndjson\na\n\n b\n```\nprose ```not a fence```\n````file x.md\n```\n````\n";
        let blocks = blocks(story).unwrap();
        assert_eq!(
            blocks[0],
            Block {
                kind: "logs",
                argument: "shop.ndjson",
                text: "a\n\n b\n",
                line: 3
            }
        );
        assert_eq!(
            blocks[1],
            Block {
                kind: "file",
                argument: "x.md",
                text: "```\n",
                line: 9
            }
        );
        assert_eq!(blocks[0].lines().collect::<Vec<_>>(), [(4, "a"), (6, "b")]);
    }

    #[test]
    fn a_block_without_an_end_is_refused() {
        assert_eq!(
            blocks("\n```logs\na\n").unwrap_err().to_string(),
            "line 2: the block `logs` is not closed"
        );
    }
}
