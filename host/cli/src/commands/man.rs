//! `nepho man`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;
use clap_mangen::Man;
use nepho_core::{Error, ErrorKind};

use crate::args::Cli;

pub(crate) fn run(command: Option<&str>) -> Result<ExitCode> {
    let mut all = Cli::command();
    all.build();
    let page = match command {
        None => all,
        Some(name) => all.find_subcommand(name).cloned().ok_or_else(|| {
            let what = format!("there is no command `{name}`; `nepho help` lists all");
            Error::new(ErrorKind::InvalidConfig, "man", what)
        })?,
    };
    let mut out = std::io::stdout().lock();
    Man::new(page).render(&mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
