//! Files that a command writes: none that it reads, and whole or not there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use anyhow::Context;
use nepho::output::OutputFormat;
use nepho_core::{Error, ErrorKind, Result};

/// Name of standard output.
const STANDARD: &str = "-";

/// The file that is named to be written; `-` is standard output, as it is standard input among
/// what is read.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| *path != Path::new(STANDARD))
}

/// Refuses to write a file that cannot be written or should not be, before anything is done.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] if there is no folder for it, if it is one, and if it is among the
/// paths, since it would be lost before it is read. Below folders and patterns the engine passes
/// over it, see [`nepho::Options::outputs`].
pub(crate) fn refuse(option: &str, output: &Path, paths: &[String]) -> Result<()> {
    let name = output.display();
    let wrong = |what: String| Err(Error::new(ErrorKind::InvalidConfig, option, what));
    if output == Path::new(STANDARD) {
        return wrong("`-` is standard output; name a file".to_owned());
    }
    if output.is_dir() {
        return wrong(format!("`{name}` is a folder; name a file in it"));
    }
    if let Some(folder) = output.parent()
        && !folder.as_os_str().is_empty()
        && !folder.is_dir()
    {
        let folder = folder.display();
        return wrong(format!("there is no folder `{folder}` for `{name}`"));
    }
    let Ok(file) = output.canonicalize() else {
        return Ok(());
    };
    let is_it = |path: &String| {
        let read = Path::new(path.as_str()).canonicalize();
        file.is_file() && read.is_ok_and(|read| read == file)
    };
    match paths.iter().any(is_it) {
        true => wrong(format!(
            "`{name}` is read, and would be lost; name another file"
        )),
        false => Ok(()),
    }
}

/// Refuses a name whose ending says that it is no lines of JSON where those are written, as where
/// `--output` is forgotten.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`].
pub(crate) fn fits(output: &Path, format: OutputFormat) -> Result<()> {
    let ending = output.extension().and_then(OsStr::to_str);
    let Some(ending @ ("parquet" | "arrow")) = ending.filter(|_| format == OutputFormat::Ndjson)
    else {
        return Ok(());
    };
    let name = output.display();
    Err(Error::new(
        ErrorKind::InvalidConfig,
        "--to",
        format!("`{name}` would hold lines of JSON: say --output {ending}, or name it otherwise"),
    ))
}

/// The file that standard output goes to, where it goes to one and the system tells which.
pub(crate) fn standard() -> Option<PathBuf> {
    let path = Path::new("/dev/stdout").canonicalize().ok();
    path.filter(|path| path.is_file())
}

/// A file that gets its name once it is whole. Until then it is called `NAME.partial`, so that
/// what a run leaves behind that failed or was stopped is not taken for a result. It goes when
/// this is dropped, unless it is kept.
pub(crate) struct Pending {
    /// `None` for what is written where it is: a pipe, a device.
    partial: Option<PathBuf>,
    path: PathBuf,
}

/// Creates a file, to be kept with [`Pending::keep`] when all is written to it.
///
/// # Errors
/// Those of the system.
pub(crate) fn create(path: &Path) -> anyhow::Result<(File, Pending)> {
    if let Some(partial) = partial(path)
        && let Ok(file) = File::create(&partial)
    {
        if let Ok(metadata) = fs::metadata(path) {
            // Who may read it stays as it is.
            let _ = file.set_permissions(metadata.permissions());
        }
        let pending = Pending {
            partial: Some(partial),
            path: target(path),
        };
        return Ok((file, pending));
    }
    // A file that is there may be written to where its folder may not.
    let file = File::create(path).with_context(|| format!("create `{}`", path.display()))?;
    let pending = Pending {
        partial: None,
        path: path.to_owned(),
    };
    Ok((file, pending))
}

/// The name that a file has until it is whole; `None` for what is written where it is.
pub(crate) fn partial(path: &Path) -> Option<PathBuf> {
    let is_device = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    if is_device || is_special {
        return None;
    }
    let mut name: OsString = target(path).into_os_string();
    name.push(".partial");
    Some(PathBuf::from(name))
}

/// The file itself: a link stays one, and what is behind it is written.
fn target(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

impl Pending {
    /// Gives the file its name; whoever wrote it has closed it.
    ///
    /// # Errors
    /// Those of the system.
    pub(crate) fn keep(mut self) -> anyhow::Result<()> {
        match self.partial.take() {
            Some(partial) => renamed(&partial, &self.path)
                .with_context(|| format!("write `{}`", self.path.display())),
            None => Ok(()),
        }
    }
}

fn renamed(partial: &Path, path: &Path) -> io::Result<()> {
    fs::rename(partial, path).inspect_err(|_| {
        let _ = fs::remove_file(partial);
    })
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            // There is nobody to tell, and its name says what it is.
            let _ = fs::remove_file(partial);
        }
    }
}
