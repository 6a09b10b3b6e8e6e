//! `nepho completions`

use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;

use crate::args::Cli;

pub(crate) fn run(shell: clap_complete::Shell) -> Result<ExitCode> {
    clap_complete::generate(shell, &mut Cli::command(), "nepho", &mut std::io::stdout());
    Ok(ExitCode::SUCCESS)
}
