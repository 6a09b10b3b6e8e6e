//! `nepho changes`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use nepho::{Conclusions, Options, TimeRange};
use nepho_core::tables::{Change, ChangeOutcome};
use nepho_report::{ChangeSelection, render_timeline};

use crate::args::{ChangesArgs, ClassArg};
use crate::commands::{explain, follow, outcome, outputs, rules, services, table, told};
use crate::{convert, near};

pub(crate) fn run(args: &ChangesArgs) -> Result<ExitCode> {
    if args.follow {
        return follow::run(args);
    }
    let range = args.selection.range()?;
    if let Some(file) = outputs::named(args.to.as_deref()) {
        outputs::refuse("--to", file, &args.input.paths)?;
        outputs::fits(file, args.output.unwrap_or_default().into())?;
    }
    // Everything is read: what was done by hand before the range may be undone within it.
    let rules = rules::read(&args.rules)?;
    let options = Options {
        paths: args.input.paths.clone(),
        zones: args.selection.zone.clone(),
        clusters: args.input.cluster.clone(),
        services: args.input.services(),
        rules: rules.clone(),
        workers: args.input.threads.into(),
        ..Options::default()
    };
    let explanation = explain::read(options, args.terminal.quiet)?;
    if outcome::is_nothing(&explanation.inputs, &explanation.skipped) {
        return Ok(ExitCode::FAILURE);
    }
    told::unread(&explanation.skipped);
    let code = outcome::code(&args.input, &explanation);
    told::unfit(
        &args.input,
        Some(&args.selection),
        &explanation.inputs,
        &explanation.skipped,
    );
    rules::unfit(&args.rules, &rules, &explanation.conclusions);
    if args.table.is_some() || args.output.is_some() || args.to.is_some() {
        table::write(&explanation.conclusions, args)?;
        return Ok(code);
    }
    services::refuse_unknown(&args.service, &explanation.conclusions, &[])?;
    unknown(args, &explanation.conclusions);
    let timeline = convert::timeline(explanation, selection(args, range));
    if args.json {
        let mut out = std::io::stdout().lock();
        out.write_all(timeline.to_json().as_bytes())?;
        out.flush()?;
    } else {
        let options = explain::text_options(&args.terminal);
        // Takes the colors out again where the output is no terminal that shows them.
        let mut out = anstream::stdout().lock();
        out.write_all(render_timeline(&timeline, &options).as_bytes())?;
        out.flush()?;
    }
    Ok(code)
}

/// Tells which tools, actors and resources nothing is of, so that a mistyped one is seen where
/// others are found as well.
fn unknown(args: &ChangesArgs, conclusions: &Conclusions) {
    let done = conclusions.changes.iter();
    let done = done.filter(|change| change.outcome != ChangeOutcome::Planned);
    let done: Vec<&Change> = done.collect();
    for name in &args.tool {
        if !done
            .iter()
            .any(|change| change.tool.eq_ignore_ascii_case(name))
        {
            let tools = done.iter().map(|change| change.tool.as_str());
            let meant = near::meant(name, tools);
            let what = format!("no change was made by `{name}`; {meant}");
            let what = what.trim_end_matches([' ', ';']);
            told::say(&format!("nepho: --tool: {what}"));
        }
    }
    for part in &args.actor {
        let lower = part.to_lowercase();
        let is_by = |change: &&Change| {
            let actor = change.actor.as_deref();
            actor.is_some_and(|actor| actor.to_lowercase().contains(&lower))
        };
        if !done.iter().any(is_by) {
            told::say(&format!(
                "nepho: --actor: nobody with `{part}` in the name made a change"
            ));
        }
    }
    for sentence in convert::unknown(&args.resource, conclusions) {
        told::say(&format!("nepho: --resource: {sentence}"));
    }
}

pub(super) fn selection(args: &ChangesArgs, range: TimeRange) -> ChangeSelection {
    let classes = args.class.iter().copied().flat_map(ClassArg::classes);
    ChangeSelection {
        since: range.since,
        until: range.until,
        resources: args.resource.clone(),
        services: args.service.clone(),
        actors: args.actor.clone(),
        tools: args.tool.clone(),
        classes: classes.copied().collect(),
        failed: args.failed,
    }
}
