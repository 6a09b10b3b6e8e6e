//! Files that a command writes: none that it reads, and whole or not there.

use std::ffi::{OsStr, OsString};
use std::fs::{self, File, Metadata, OpenOptions};
use std::io::{Error as SystemError, ErrorKind as SystemKind};
use std::path::{Path, PathBuf};
use std::process;

use anyhow::Context;
use nepho::output::OutputFormat;
use nepho_core::{Error, ErrorKind, Result};

/// Name of standard output.
const STANDARD: &str = "-";
/// Names with a number that are tried for what is not whole yet.
const NAMES: u32 = 100;

/// The file that is named to be written; `-` is standard output, as it is standard input among
/// what is read.
pub(crate) fn named(path: Option<&Path>) -> Option<&Path> {
    path.filter(|path| *path != Path::new(STANDARD))
}

/// Refuses to write a file that cannot be written or should not be, before anything is done.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`] if there is no folder for it, if it is one, if it may not be
/// written, and if it, or what it is called until it is whole, is among the paths, since that
/// would be lost before it is read. Below folders and patterns the engine passes over it, see
/// [`nepho::Options::outputs`].
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
    let is_read = |file: &Path| {
        let mut paths = paths.iter();
        file.is_file() && paths.any(|path| is_same(&nepho::file_path(path), file))
    };
    if is_read(output) {
        return wrong(format!(
            "`{name}` is read, and would be lost; name another file"
        ));
    }
    if let Some(partial) = partial(output).filter(|partial| is_read(partial)) {
        let partial = partial.display();
        return wrong(format!(
            "`{partial}` is read, and `{name}` is called so until it is whole; name another file"
        ));
    }
    match held(output) {
        Err(error) => wrong(format!("`{name}` cannot be written: {error}")),
        Ok(_) => Ok(()),
    }
}

/// Refuses files that are written to the same place, where each would be lost to the other. What
/// is no file, as a device, takes all.
///
/// # Errors
/// [`ErrorKind::InvalidConfig`].
pub(crate) fn apart(files: &[(&str, Option<&Path>)]) -> Result<()> {
    let named = files.iter();
    let named = named.filter_map(|(option, file)| Some((*option, (*file)?, partial((*file)?)?)));
    let named: Vec<(&str, &Path, PathBuf)> = named.collect();
    for (index, (first, one, one_partial)) in named.iter().enumerate() {
        for (option, other, other_partial) in named.iter().skip(index + 1) {
            let is_one =
                is_same(one, other) || is_same(one_partial, other) || is_same(one, other_partial);
            if is_one {
                let what = format!(
                    "`{}` is where {first} goes; name another file",
                    other.display()
                );
                return Err(Error::new(ErrorKind::InvalidConfig, *option, what));
            }
        }
    }
    Ok(())
}

/// Whether two paths are of one file, by whatever links.
fn is_same(one: &Path, other: &Path) -> bool {
    #[cfg(unix)]
    if let (Ok(one), Ok(other)) = (one.metadata(), other.metadata()) {
        use std::os::unix::fs::MetadataExt;
        return (one.dev(), one.ino()) == (other.dev(), other.ino());
    }
    whole(one) == whole(other)
}

/// A path without links in it, also of a file that is not there yet.
fn whole(path: &Path) -> PathBuf {
    if let Ok(path) = path.canonicalize() {
        return path;
    }
    let folder = match path.parent() {
        Some(folder) if !folder.as_os_str().is_empty() => folder,
        _ => Path::new("."),
    };
    match (folder.canonicalize(), path.file_name()) {
        (Ok(folder), Some(name)) => folder.join(name),
        _ => path.to_owned(),
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

/// A file that gets its name once it is whole. Until then it is called `NAME.partial`, or, where
/// that is another's, `NAME.NUMBER.partial`, so that what a run leaves behind that failed or was
/// stopped is not taken for a result. It goes when this is dropped, unless it is kept.
pub(crate) struct Pending {
    /// `None` for what is written where it is: a pipe, a device.
    partial: Option<PathBuf>,
    path: PathBuf,
    /// Whether the file has other names, which are to have the same content.
    is_linked: bool,
}

/// Creates a file, to be kept with [`Pending::keep`] when all is written to it. The mode of a file
/// that is there stays.
///
/// # Errors
/// Those of the system.
pub(crate) fn create(path: &Path) -> anyhow::Result<(File, Pending)> {
    let what = || format!("create `{}`", path.display());
    // Whoever may write to the folder may replace what is in it, but was not asked to do that with
    // what may not be written.
    let held = held(path).with_context(what)?;
    if let Some((file, partial)) = beside(path, held.as_ref()).with_context(what)? {
        if let Some(held) = &held {
            // Who may read it stays as it is.
            let _ = file.set_permissions(held.permissions());
        }
        let pending = Pending {
            partial: Some(partial),
            path: target(path),
            is_linked: held.is_some_and(|held| is_linked(&held)),
        };
        return Ok((file, pending));
    }
    // A file that is there may be written to where its folder may not.
    let file = File::create(path).with_context(what)?;
    let pending = Pending {
        partial: None,
        path: path.to_owned(),
        is_linked: false,
    };
    Ok((file, pending))
}

/// The file that is there, if it is one and may be written; `None` if there is none.
fn held(path: &Path) -> std::io::Result<Option<Metadata>> {
    if partial(path).is_none() || !path.is_file() {
        return Ok(None);
    }
    let file = OpenOptions::new().write(true).open(path)?;
    file.metadata().map(Some)
}

#[cfg(unix)]
fn is_linked(held: &Metadata) -> bool {
    std::os::unix::fs::MetadataExt::nlink(held) > 1
}

#[cfg(not(unix))]
fn is_linked(_held: &Metadata) -> bool {
    false
}

/// Creates the file that `path` is until it is whole; `None` if it is written where it is.
///
/// # Errors
/// If all names that it may have are taken, by files that are not this run's.
fn beside(path: &Path, held: Option<&Metadata>) -> std::io::Result<Option<(File, PathBuf)>> {
    let Some(first) = partial(path) else {
        return Ok(None);
    };
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    if held.is_some() {
        // Whom it is for is set behind; until then it is for nobody else.
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    }
    // The number of a process is that of an earlier one in every container.
    let numbers = (0..NAMES).map(|n| process::id().saturating_add(n));
    let others = numbers.map(|number| with_ending(path, &format!(".{number}.partial")));
    for name in std::iter::once(first.clone()).chain(others) {
        match options.open(&name) {
            Ok(file) => return Ok(Some((file, name))),
            Err(error) if error.kind() == SystemKind::AlreadyExists => {}
            Err(_) => return Ok(None),
        }
    }
    let what = format!("`{}` and all names like it are taken", first.display());
    Err(SystemError::new(SystemKind::AlreadyExists, what))
}

/// The name that a file has until it is whole; `None` for what is written where it is.
pub(crate) fn partial(path: &Path) -> Option<PathBuf> {
    let is_device = ["/dev", "/proc"].iter().any(|root| path.starts_with(root));
    let is_special = fs::metadata(path).is_ok_and(|metadata| !metadata.is_file());
    (!is_device && !is_special).then(|| with_ending(path, ".partial"))
}

fn with_ending(path: &Path, ending: &str) -> PathBuf {
    let mut name: OsString = target(path).into_os_string();
    name.push(ending);
    PathBuf::from(name)
}

/// The file itself: a link stays one, and what is behind it is written.
fn target(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

impl Pending {
    /// The file that is written meanwhile, if it is another.
    pub(crate) fn partial(&self) -> Option<&Path> {
        self.partial.as_deref()
    }

    /// Gives the file its name; whoever wrote it has closed it.
    ///
    /// # Errors
    /// Those of the system.
    pub(crate) fn keep(mut self) -> anyhow::Result<()> {
        let what = format!("write `{}`", self.path.display());
        let Some(partial) = &self.partial else {
            return Ok(());
        };
        if !self.is_linked {
            fs::rename(partial, &self.path).context(what)?;
            self.partial = None;
            return Ok(());
        }
        if let Err(error) = fs::copy(partial, &self.path) {
            let what = format!("{what}, which is whole in `{}`", partial.display());
            self.partial = None;
            return Err(error).context(what);
        }
        Ok(())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        if let Some(partial) = &self.partial {
            // There is nobody to tell, and its name says what it is.
            let _ = fs::remove_file(partial);
        }
    }
}
