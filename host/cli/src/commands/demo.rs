//! `nepho demo`

use std::fs::{self, DirBuilder};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::process::{self, ExitCode};
use std::time::Instant;

use anyhow::{Context, Result, bail};
use nepho::{Options, TimeRange};

use crate::args::DemoArgs;
use crate::commands::{explain, outputs};
use crate::convert;

/// The files of the demo: name and content, compressed as they are on a cloud's storage.
static FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/demo_files.rs"));

/// Names with a number that are tried for a folder of the demo.
const NAMES: u32 = 100;

#[expect(
    clippy::disallowed_methods,
    reason = "the command says how long it took"
)]
pub(crate) fn run(args: &DemoArgs) -> Result<ExitCode> {
    let began = Instant::now();
    if let Some(page) = &args.show.html {
        outputs::refuse("--html", page, &[])?;
        let output = outputs::standard();
        outputs::apart(&[
            ("standard output", output.as_deref()),
            ("--html", Some(page)),
        ])?;
    }
    let folder = match &args.folder {
        Some(folder) => folder.clone(),
        None => fresh_folder(&std::env::temp_dir())?,
    };
    let data = folder.join("data");
    write_data(&data)?;
    let range = TimeRange::default();
    let explanation = explain::read(
        Options {
            paths: vec![nepho::file_name(&data)],
            range,
            ..Options::default()
        },
        args.show.terminal.quiet,
    )?;
    let report = convert::report(explanation, range, &[]);
    let page = match &args.show.html {
        Some(page) => page.clone(),
        None => folder.join("report.html"),
    };
    explain::show(&report, &args.show, began, Some(&page))?;
    if !args.show.json {
        let mut out = anstream::stdout().lock();
        writeln!(out, "The same as a page to look at: {}", page.display())?;
        writeln!(out, "The data it was made from:     {}", data.display())?;
        writeln!(
            out,
            "\nOn your own logs and infrastructure files, mixed, in any order:"
        )?;
        writeln!(
            out,
            "  nepho explain --html report.html LOGS... terraform.tfstate apply.jsonl"
        )?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Makes a folder of this run and this user alone. The folder for temporary files is everybody's:
/// what is there already may be another's, and its links may lead anywhere.
fn fresh_folder(below: &Path) -> Result<PathBuf> {
    let mut builder = DirBuilder::new();
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    // The number of a process is that of an earlier one in every container.
    for number in (0..NAMES).map(|n| process::id().saturating_add(n)) {
        let folder = below.join(format!("nepho-demo-{number}"));
        match builder.create(&folder) {
            Ok(()) => return Ok(folder),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => {
                return Err(error).with_context(|| format!("create `{}`", folder.display()));
            }
        }
    }
    bail!(
        "all names for a folder in `{}` are taken; name one with --folder",
        below.display()
    )
}

/// Writes the files of the demo to a folder that is new, empty, or from an earlier demo.
fn write_data(folder: &Path) -> Result<()> {
    let marker = folder.join(".nepho-demo");
    let is_used = fs::read_dir(folder).is_ok_and(|mut entries| entries.next().is_some());
    if is_used && !marker.exists() {
        bail!(
            "the folder `{}` holds other files; choose another with --folder",
            folder.display()
        );
    }
    if is_used {
        fs::remove_dir_all(folder).with_context(|| format!("clear `{}`", folder.display()))?;
    }
    for (name, content) in FILES {
        let path = folder.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).with_context(|| format!("create `{}`", parent.display()))?;
        }
        fs::write(&path, content).with_context(|| format!("write `{}`", path.display()))?;
    }
    fs::write(
        &marker,
        "Written by `nepho demo`; removed and written anew by the next run.\n",
    )
    .with_context(|| format!("write `{}`", marker.display()))
}
