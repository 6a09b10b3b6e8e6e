//! Incident stories in Markdown: inputs and expected findings between prose, run as tests.
//!
//! A story is a file of `tests/scenarios`; the README there describes the blocks. Every input
//! becomes a file in a vendor's own format, so that a story goes the whole way: detection, feeds,
//! decoding, analyzers.

mod audit;
mod changes;
mod document;
mod expected;
mod inputs;
mod logs;
mod moment;
mod resources;
mod told;
mod trail;
mod words;

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use nepho::{Explanation, Options};

use expected::Expectations;
use inputs::Inputs;

/// A story: files to read and what must be found in them.
#[derive(Debug)]
pub struct Scenario {
    inputs: Inputs,
    expectations: Expectations,
}

impl Scenario {
    /// Reads a story.
    ///
    /// # Errors
    /// When a block cannot be understood; the message names the line.
    pub fn parse(markdown: &str) -> Result<Self> {
        let blocks = document::blocks(markdown)?;
        let expectations = Expectations::parse(&blocks)?;
        if expectations.is_empty() {
            bail!("the story expects nothing: it has no block `findings`");
        }
        Ok(Self {
            inputs: Inputs::parse(&blocks)?,
            expectations,
        })
    }

    /// Writes the files of the story into `folder`, which is emptied before, and gives their paths
    /// by name.
    ///
    /// # Errors
    /// When a file cannot be written.
    pub fn write(&self, folder: &Path) -> Result<Vec<PathBuf>> {
        if folder.exists() {
            fs::remove_dir_all(folder).with_context(|| format!("empty `{}`", folder.display()))?;
        }
        let mut paths = Vec::new();
        for file in self.inputs.files() {
            let path = folder.join(&file.name);
            let parent = path.parent().unwrap_or(folder);
            fs::create_dir_all(parent).with_context(|| format!("create `{}`", parent.display()))?;
            fs::write(&path, file.stored()?)
                .with_context(|| format!("write `{}`", path.display()))?;
            paths.push(path);
        }
        paths.sort();
        Ok(paths)
    }

    /// Runs the story in `folder` and gives what is not as expected, in sentences; nothing if all
    /// holds.
    ///
    /// The story is run twice, the second time with the files in reverse order and by a single
    /// thread: the findings must be the same.
    ///
    /// # Errors
    /// When the story cannot be run at all.
    pub fn run(&self, folder: &Path) -> Result<Vec<String>> {
        let mut paths = self.write(folder)?;
        let explanation = explain(&paths, 2)?;
        let mut problems = self.expectations.compare(&explanation);
        paths.reverse();
        let reversed = explain(&paths, 1)?;
        problems.extend(differences(&explanation, &reversed));
        if !problems.is_empty() {
            problems.push(format!("found:\n{}", told::summary(&explanation)));
        }
        Ok(problems)
    }
}

fn explain(paths: &[PathBuf], workers: usize) -> Result<Explanation> {
    let paths = paths
        .iter()
        .map(|path| path.to_string_lossy().into_owned())
        .collect();
    Ok(nepho::explain(&Options {
        paths,
        workers,
        ..Options::default()
    })?)
}

/// What the findings of two runs over the same files do not share.
fn differences(first: &Explanation, second: &Explanation) -> Option<String> {
    let findings = |explanation: &Explanation| -> Vec<String> {
        let findings = explanation.conclusions.findings.iter();
        findings.map(|finding| format!("{finding:#?}")).collect()
    };
    let (first, second) = (findings(first).join("\n"), findings(second).join("\n"));
    if first == second {
        return None;
    }
    let mut lines = first
        .lines()
        .zip(second.lines())
        .filter(|(first, second)| first != second);
    let (one, other) = lines.next().unwrap_or(("more", "fewer findings"));
    Some(format!(
        "the findings depend on the order of the files: `{}`, `{}`",
        one.trim(),
        other.trim()
    ))
}
