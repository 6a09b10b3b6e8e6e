//! `nepho components`

use std::io::Write;
use std::process::ExitCode;

use anyhow::Result;
use nepho_core::registry::components;
use serde_json::json;

use crate::args::ComponentsArgs;

pub(crate) fn run(args: &ComponentsArgs) -> Result<ExitCode> {
    let mut out = anstream::stdout().lock();
    let components = components();
    if args.json {
        let list: Vec<_> = components
            .iter()
            .map(|component| {
                json!({
                    "kind": component.kind,
                    "name": component.name,
                    "summary": component.summary,
                    "permissions": component.permissions,
                })
            })
            .collect();
        writeln!(out, "{}", serde_json::to_string_pretty(&list)?)?;
        return Ok(ExitCode::SUCCESS);
    }
    let width = components
        .iter()
        .map(|component| component.name.len())
        .max()
        .unwrap_or(0);
    for component in components {
        writeln!(
            out,
            "{:<9} {:<width$}  {}",
            component.kind.as_str(),
            component.name,
            component.summary
        )?;
        if !component.permissions.is_empty() {
            writeln!(
                out,
                "{:<9} {:<width$}  to export them takes: {}",
                "",
                "",
                component.permissions.join(", ")
            )?;
        }
    }
    Ok(ExitCode::SUCCESS)
}
