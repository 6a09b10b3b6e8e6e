//! Names of files whose paths are no UTF-8, as Unix allows: bytes that are none are written
//! `\xE9`, so that every file has a name that can be shown, and is found again by it.

use std::borrow::Cow;
use std::path::{Path, PathBuf};

use glob::Pattern;

/// Name of a file: its path, with bytes that are no UTF-8 as `\xE9`.
pub fn file_name(path: &Path) -> String {
    match path.to_str() {
        Some(text) => text.to_owned(),
        None => escaped(path),
    }
}

/// The path that a file of this name has: the name as it is, unless there is only a file whose
/// name it stands for.
pub fn file_path(name: &str) -> Cow<'_, Path> {
    let literal = Path::new(name);
    if !name.contains("\\x") || literal.exists() {
        return Cow::Borrowed(literal);
    }
    match unescaped(name).filter(|path| path.exists()) {
        Some(path) => Cow::Owned(path),
        None => Cow::Borrowed(literal),
    }
}

/// Paths of a pattern that are no UTF-8, in the name of a file or of a folder above it: patterns
/// fit names as they are shown. The crate `glob` passes over them without a word.
pub(crate) fn odd_names(pattern: &str) -> Vec<PathBuf> {
    let parts: Vec<&str> = pattern.split('/').filter(|part| !part.is_empty()).collect();
    let root = match pattern.starts_with('/') {
        true => "/",
        false => "",
    };
    let mut odd = Vec::new();
    if cfg!(unix) {
        find(Path::new(root), &parts, &mut odd);
    }
    odd.sort();
    odd.dedup();
    odd
}

fn find(folder: &Path, parts: &[&str], odd: &mut Vec<PathBuf>) {
    let Some((first, rest)) = parts.split_first() else {
        if folder.to_str().is_none() {
            odd.push(folder.to_owned());
        }
        return;
    };
    if *first == "**" {
        return find_below(folder, rest, parts, odd);
    }
    if !first.contains(['*', '?', '[']) {
        let path = folder.join(first);
        if path.exists() {
            return find(&path, rest, odd);
        }
        if !first.contains("\\x") {
            return;
        }
    }
    let Ok(pattern) = Pattern::new(first) else {
        return;
    };
    for path in listed(folder) {
        // A file matters only if it is odd itself, or what it lies in.
        let may_be = match rest {
            [] => path.to_str().is_none(),
            _ => path.is_dir(),
        };
        let name = path.file_name().unwrap_or_default();
        if may_be && pattern.matches(&file_name(Path::new(name))) {
            find(&path, rest, odd);
        }
    }
}

/// What `**` stands for: the folder itself and all below it, without those that links lead to.
fn find_below(folder: &Path, rest: &[&str], parts: &[&str], odd: &mut Vec<PathBuf>) {
    if !rest.is_empty() {
        find(folder, rest, odd);
    }
    for path in listed(folder) {
        if path.is_symlink() || !path.is_dir() {
            continue;
        }
        if rest.is_empty() {
            find(&path, rest, odd);
        }
        find(&path, parts, odd);
    }
}

fn listed(folder: &Path) -> impl Iterator<Item = PathBuf> {
    let entries = match folder.as_os_str().is_empty() {
        true => Path::new(".").read_dir(),
        false => folder.read_dir(),
    };
    let names = entries.into_iter().flatten().flatten();
    let folder = folder.to_owned();
    names.map(move |entry| folder.join(entry.file_name()))
}

#[cfg(unix)]
fn escaped(path: &Path) -> String {
    use std::fmt::Write;
    use std::os::unix::ffi::OsStrExt;

    let mut name = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        name.push_str(chunk.valid());
        for byte in chunk.invalid() {
            let _ = write!(name, "\\x{byte:02X}");
        }
    }
    name
}

#[cfg(not(unix))]
fn escaped(path: &Path) -> String {
    path.to_string_lossy().into_owned()
}

#[cfg(unix)]
fn unescaped(name: &str) -> Option<PathBuf> {
    use std::ffi::OsString;
    use std::os::unix::ffi::OsStringExt;

    let mut bytes = Vec::new();
    let mut rest = name;
    while let Some((before, behind)) = rest.split_once("\\x") {
        bytes.extend_from_slice(before.as_bytes());
        let digits = behind.get(..2);
        match digits.and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                rest = behind.get(2..)?;
            }
            None => {
                bytes.extend_from_slice(b"\\x");
                rest = behind;
            }
        }
    }
    bytes.extend_from_slice(rest.as_bytes());
    Some(PathBuf::from(OsString::from_vec(bytes)))
}

#[cfg(not(unix))]
fn unescaped(_name: &str) -> Option<PathBuf> {
    None
}

#[cfg(all(test, unix))]
mod tests {
    use std::ffi::OsStr;
    use std::os::unix::ffi::OsStrExt;

    use super::*;

    #[test]
    fn names_of_any_bytes_are_shown_and_found_again() {
        let check = |bytes: &[u8], expected: &str| {
            let path = Path::new(OsStr::from_bytes(bytes));
            assert_eq!(file_name(path), expected);
            assert_eq!(unescaped(expected).as_deref(), Some(path));
        };
        check(b"caf\xe9.log", "caf\\xE9.log");
        check(b"\xff\xfe/a b", "\\xFF\\xFE/a b");
        check("gr\u{fc}n.log".as_bytes(), "gr\u{fc}n.log");
        // Nothing is named by these, so they are what they say.
        for name in ["logs\\xyz.log", "C:\\xE9\\app.log"] {
            assert_eq!(file_path(name), Path::new(name));
        }
    }
}
