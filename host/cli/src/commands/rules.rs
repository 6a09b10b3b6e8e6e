//! The rule file of the commands that know whose resources are.

use anyhow::Result;
use nepho::Conclusions;
use nepho::resources::rules::Rules;
use nepho_core::{Error, ErrorKind};

use crate::args::RulesArgs;
use crate::commands::told;

/// Lines of rules that are named.
const NAMED: usize = 5;

/// The rules of the file that is named. They are read first, so that a mistake in them is told
/// before hours of logs are read.
pub(crate) fn read(args: &RulesArgs) -> Result<Rules> {
    let Some(path) = &args.file else {
        return Ok(Rules::default());
    };
    let name = path.display().to_string();
    let text = std::fs::read_to_string(path).map_err(|error| {
        let what = format!("read `{name}`: {error}");
        Error::new(ErrorKind::InvalidConfig, "--rules", what)
    })?;
    Ok(Rules::parse(&name, &text)?)
}

/// Tells which rules fit nothing that was read, so that a mistake in one is seen.
pub(crate) fn unfit(args: &RulesArgs, rules: &Rules, conclusions: &Conclusions) {
    let lines = rules.unfit(&conclusions.resources);
    let (Some(path), [_, ..]) = (&args.file, lines.as_slice()) else {
        return;
    };
    let named: Vec<String> = lines.iter().take(NAMED).map(usize::to_string).collect();
    let more = match lines.len().saturating_sub(NAMED) {
        0 => String::new(),
        more => format!(" and {more} more"),
    };
    let (what, fit) = match lines.len() {
        1 => ("line", "the rule fits"),
        _ => ("lines", "these rules fit"),
    };
    told::say(&format!(
        "nepho: --rules: {}, {what} {}{more}: {fit} no resource",
        path.display(),
        named.join(", ")
    ));
}
