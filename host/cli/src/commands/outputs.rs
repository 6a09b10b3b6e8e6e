//! Files that a command writes are none that it reads.

use std::path::{Path, PathBuf};

use nepho_core::{Error, ErrorKind, Result};

/// Refuses to write a file that is named to be read: it would be empty before it is.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] if it is among the paths. Below folders and patterns the engine
/// passes over it, see [`nepho::Options::outputs`].
pub(crate) fn refuse(option: &str, output: &Path, paths: &[String]) -> Result<()> {
    let Ok(file) = output.canonicalize() else {
        return Ok(());
    };
    let is_it = |path: &String| {
        let read = Path::new(path.as_str()).canonicalize();
        file.is_file() && read.is_ok_and(|read| read == file)
    };
    match paths.iter().any(is_it) {
        true => Err(Error::new(
            ErrorKind::InvalidConfig,
            option,
            format!(
                "`{}` is read, and would be lost; name another file",
                output.display()
            ),
        )),
        false => Ok(()),
    }
}

/// The file that standard output goes to, where it goes to one and the system tells which.
pub(crate) fn standard() -> Option<PathBuf> {
    let path = Path::new("/dev/stdout").canonicalize().ok();
    path.filter(|path| path.is_file())
}
