//! The `nepho` command.

mod args;
mod commands;
mod convert;
mod convert_map;
mod moment;
mod near;
mod progress;

use std::io::{ErrorKind, Write};
use std::process::ExitCode;

use anstream::ColorChoice;
use clap::error::ErrorKind as Usage;
use clap::{CommandFactory, Parser};

use args::{Cli, ColorArg, Command};
use commands::{outcome, told};

fn main() -> ExitCode {
    let cli = match Cli::try_parse() {
        Ok(cli) => cli,
        Err(error) => return tell_usage(&error),
    };
    if let Some(terminal) = cli.command.terminal() {
        color(terminal.color()).write_global();
    }
    let outcome = match cli.command {
        Command::Explain(args) => commands::explain::run(&args),
        Command::Map(args) => commands::map::run(&args),
        Command::Changes(args) => commands::changes::run(&args),
        Command::Demo(args) => commands::demo::run(&args),
        Command::Parse(args) => commands::parse::run(&args),
        Command::Components(args) => commands::components::run(&args),
        Command::Completions { shell } => commands::completions::run(shell),
        Command::Man { command } => commands::man::run(command.as_deref()),
    };
    match outcome {
        Ok(code) => code,
        Err(error) if outcome::is_closed_pipe(&error) => ExitCode::SUCCESS,
        Err(error) => {
            // What says nothing else of itself is of standard output: files are named.
            let is_bare = error.chain().count() == 1 && error.is::<std::io::Error>();
            let what = if is_bare {
                "write to standard output: "
            } else {
                ""
            };
            told::say(&format!("nepho: {what}{}", told::causes(&error)));
            match error.downcast_ref::<nepho_core::Error>() {
                Some(error) if error.kind() == nepho_core::ErrorKind::InvalidConfig => {
                    ExitCode::from(2)
                }
                _ => ExitCode::FAILURE,
            }
        }
    }
}

/// Prints help, or what is wrong with the arguments.
fn tell_usage(error: &clap::Error) -> ExitCode {
    let printed = error.print().and_then(|()| std::io::stdout().flush());
    match error.kind() {
        Usage::DisplayHelp | Usage::DisplayVersion => match printed {
            Err(error) if error.kind() != ErrorKind::BrokenPipe => {
                told::say(&format!("nepho: write to standard output: {error}"));
                ExitCode::FAILURE
            }
            _ => ExitCode::SUCCESS,
        },
        kind => {
            if kind == Usage::InvalidSubcommand {
                let command = Cli::command();
                let names: Vec<&str> = command
                    .get_subcommands()
                    .map(|one| one.get_name())
                    .collect();
                told::say(&format!("The commands are {}.", names.join(", ")));
            }
            ExitCode::from(2)
        }
    }
}

/// Whether streams let colors through.
fn color(wanted: ColorArg) -> ColorChoice {
    match wanted {
        ColorArg::Auto => ColorChoice::Auto,
        ColorArg::Always => ColorChoice::Always,
        ColorArg::Never => ColorChoice::Never,
    }
}
