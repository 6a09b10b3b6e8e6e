//! Settings that are for some files, `FILES=VALUE`, or for all, `VALUE`.

use glob::Pattern;
use nepho_core::{Error, ErrorKind};

/// The files that a setting is for, `None` for all, and its value without blanks around it.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] for a pattern that is wrong; `what` was being done.
pub(crate) fn parse<'a>(
    text: &'a str,
    what: &'static str,
) -> Result<(Option<Pattern>, &'a str), Error> {
    let (files, value) = match text.rsplit_once('=') {
        Some((files, value)) => (Some(files), value),
        None => (None, text),
    };
    let files = files.map(Pattern::new).transpose();
    let files = files.map_err(|error| {
        let message = format!("the pattern of files: {error}");
        Error::new(ErrorKind::InvalidConfig, what, message)
    })?;
    Ok((files, value.trim()))
}

/// The last of some settings that is for the file `uri`; `files` gives those that one is for.
pub(crate) fn last<'a, T>(
    all: &'a [T],
    uri: &str,
    files: impl Fn(&T) -> &Option<Pattern>,
) -> Option<&'a T> {
    let fits = |one: &&T| files(one).as_ref().is_none_or(|files| files.matches(uri));
    all.iter().rev().find(fits)
}
