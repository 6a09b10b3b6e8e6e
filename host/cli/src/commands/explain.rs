//! `nepho explain`

use std::io::{IsTerminal, Write};
use std::path::Path;
use std::process::ExitCode;
use std::sync::Arc;
use std::time::Instant;

use anyhow::{Context, Result};
use nepho::{Explanation, Options, Progress};
use nepho_report::{Report, Style, TextOptions, Verbosity, render_html, render_text};

use crate::args::{ColorArg, ExplainArgs, ShowArgs, TerminalArgs};
use crate::commands::{outcome, outputs, rules, services, told};
use crate::convert;
use crate::progress::Bar;

#[expect(
    clippy::disallowed_methods,
    reason = "the command says how long it took"
)]
pub(crate) fn run(args: &ExplainArgs) -> Result<ExitCode> {
    let range = args.selection.range()?;
    if let Some(page) = &args.show.html {
        outputs::refuse("--html", page, &args.input.paths)?;
        let output = outputs::standard();
        outputs::apart(&[
            ("standard output", output.as_deref()),
            ("--html", Some(page)),
        ])?;
    }
    let began = Instant::now();
    let rules = rules::read(&args.rules)?;
    let explanation = read(
        Options {
            paths: args.input.paths.clone(),
            range,
            zones: args.selection.zone.clone(),
            clusters: args.input.cluster.clone(),
            services: args.input.services(),
            rules: rules.clone(),
            workers: args.input.threads.into(),
            ..Options::default()
        },
        args.show.terminal.quiet,
    )?;
    if outcome::is_nothing(&explanation.inputs, &explanation.skipped) {
        return Ok(ExitCode::FAILURE);
    }
    told::unread(&explanation.skipped);
    told::unfit(
        &args.input,
        Some(&args.selection),
        &explanation.inputs,
        &explanation.skipped,
    );
    rules::unfit(&args.rules, &rules, &explanation.conclusions);
    services::refuse_unknown(&args.service, &explanation.conclusions, &[])?;
    let code = outcome::code(&args.input, &explanation);
    let report = convert::report(explanation, range, &args.service);
    let page = args.show.html.as_deref();
    let shown = show(&report, &args.show, began, page).and_then(|()| tell_page(&args.show));
    match shown {
        Err(error) if outcome::is_closed_pipe(&error) => {}
        shown => shown?,
    }
    Ok(code)
}

/// Reads and analyzes files, showing progress.
pub(crate) fn read(options: Options, is_quiet: bool) -> Result<Explanation> {
    nepho::keep_little();
    let progress = Arc::new(Progress::default());
    let bar = Bar::start(&progress, is_quiet);
    let explanation = nepho::explain(&Options {
        progress,
        ..options
    })?;
    drop(bar);
    Ok(explanation)
}

/// Prints a report as text or JSON, and writes it to `page`.
pub(crate) fn show(
    report: &Report,
    show: &ShowArgs,
    began: Instant,
    page: Option<&Path>,
) -> Result<()> {
    // Each is there even if the other cannot be written, as where `head` has read enough.
    let printed = print(report, show, began);
    if let Some(page) = page {
        write_page(report, page)?;
    }
    printed
}

fn tell_page(show: &ShowArgs) -> Result<()> {
    if let Some(page) = show.html.as_ref().filter(|_| !show.json) {
        writeln!(anstream::stdout(), "The page is in {}", page.display())?;
    }
    Ok(())
}

fn print(report: &Report, show: &ShowArgs, began: Instant) -> Result<()> {
    if show.json {
        let mut out = std::io::stdout().lock();
        out.write_all(report.to_json().as_bytes())?;
        return Ok(out.flush()?);
    }
    let mut options = text_options(&show.terminal);
    options.elapsed = Some(began.elapsed());
    let text = render_text(report, &options);
    // Takes the colors out again where the output is no terminal that shows them.
    let mut out = anstream::stdout().lock();
    out.write_all(text.as_bytes())?;
    Ok(out.flush()?)
}

/// Whether text is colored: unless an argument or the environment says no. The stream takes the
/// colors out again where they are not shown.
#[expect(
    clippy::disallowed_methods,
    reason = "NO_COLOR is a convention of terminals"
)]
fn style(color: ColorArg) -> Style {
    let is_unwanted = || std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    match color {
        ColorArg::Never => Style::Plain,
        ColorArg::Auto if is_unwanted() => Style::Plain,
        ColorArg::Auto | ColorArg::Always => Style::Color,
    }
}

/// How text is written to this terminal.
pub(crate) fn text_options(terminal: &TerminalArgs) -> TextOptions {
    let style = style(terminal.color());
    TextOptions {
        width: width(),
        style,
        unicode: style == Style::Color && std::io::stdout().is_terminal(),
        verbosity: if terminal.verbose {
            Verbosity::Full
        } else {
            Verbosity::Short
        },
        elapsed: None,
    }
}

/// Writes the report as a page.
fn write_page(report: &Report, path: &Path) -> Result<()> {
    let what = || format!("write the page to `{}`", path.display());
    let (mut file, pending) = outputs::create(path).with_context(what)?;
    file.write_all(render_html(report).as_bytes())
        .with_context(what)?;
    drop(file);
    pending.keep()
}

/// Columns of the terminal; of a file, as many as a mail shows.
fn width() -> usize {
    if !std::io::stdout().is_terminal() {
        return 100;
    }
    terminal_size::terminal_size().map_or(100, |(width, _)| usize::from(width.0))
}
