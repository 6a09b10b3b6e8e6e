//! The rule file of the commands that know whose resources are.

use anyhow::Result;
use nepho::resources::rules::Rules;
use nepho_core::{Error, ErrorKind};

use crate::args::RulesArgs;

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
