//! `nepho man`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use clap::CommandFactory;
use clap_mangen::Man;
use nepho_core::{Error, ErrorKind};

use crate::args::Cli;
use crate::near;

pub(crate) fn run(command: Option<&str>) -> Result<ExitCode> {
    let mut all = Cli::command();
    all.build();
    let page = match command {
        None => all,
        Some(name) => all.find_subcommand(name).cloned().ok_or_else(|| {
            let names = Cli::command();
            let meant = near::meant(name, names.get_subcommands().map(|one| one.get_name()));
            let what = format!("there is no command `{name}`; {meant}`nepho help` lists all");
            Error::new(ErrorKind::InvalidConfig, "man", what)
        })?,
    };
    let mut out = std::io::stdout().lock();
    Man::new(page).render(&mut out)?;
    out.flush()?;
    Ok(ExitCode::SUCCESS)
}
