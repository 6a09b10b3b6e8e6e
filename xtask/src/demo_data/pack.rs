//! Compresses the files, writes them, and compares them with what is in the repository.

use std::collections::BTreeMap;
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};

/// What the folder holds: path to content, compressed where the name says so.
pub(crate) type Folder = BTreeMap<String, Vec<u8>>;

/// Compresses `bytes` as the ending of `path` demands.
///
/// # Errors
/// If the compressor fails.
pub(crate) fn compress(path: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    if path.ends_with(".gz") {
        // A fixed time of modification, so that the same content gives the same file.
        let mut encoder = flate2::GzBuilder::new()
            .mtime(0)
            .operating_system(255)
            .write(Vec::new(), flate2::Compression::best());
        encoder.write_all(bytes)?;
        return Ok(encoder.finish()?);
    }
    if path.ends_with(".zst") {
        return Ok(zstd::bulk::compress(bytes, 19)?);
    }
    Ok(bytes.to_vec())
}

fn decompress(path: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    if path.ends_with(".gz") {
        let mut plain = Vec::new();
        flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut plain)?;
        return Ok(plain);
    }
    if path.ends_with(".zst") {
        return Ok(zstd::stream::decode_all(bytes)?);
    }
    Ok(bytes.to_vec())
}

/// Replaces what is in the folder.
///
/// # Errors
/// If the folder cannot be written.
pub(crate) fn write(root: &Path, folder: &Folder) -> Result<()> {
    if root.exists() {
        fs::remove_dir_all(root).with_context(|| format!("empty {}", root.display()))?;
    }
    for (path, bytes) in folder {
        let target = root.join(path);
        if let Some(parent) = target.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(&target, bytes).with_context(|| format!("write {}", target.display()))?;
    }
    Ok(())
}

/// Compares the folder with what should be in it, decompressed and byte for byte: a new release of
/// a compressor may pack the same bytes differently.
///
/// # Errors
/// With the names of the files that differ.
pub(crate) fn check(root: &Path, folder: &Folder) -> Result<()> {
    let mut found = Vec::new();
    list(root, root, &mut found)?;
    let mut wrong: Vec<String> = found
        .iter()
        .filter(|path| !folder.contains_key(*path))
        .map(|path| format!("{path}: should not be there"))
        .collect();
    for (path, bytes) in folder {
        let Ok(stored) = fs::read(root.join(path)) else {
            wrong.push(format!("{path}: is missing"));
            continue;
        };
        let same = stored == *bytes
            || decompress(path, &stored)
                .is_ok_and(|plain| decompress(path, bytes).is_ok_and(|expected| plain == expected));
        if !same {
            wrong.push(format!("{path}: differs"));
        }
    }
    if !wrong.is_empty() {
        bail!("run `cargo xtask demo-data`: {}", wrong.join("; "));
    }
    Ok(())
}

fn list(root: &Path, folder: &Path, found: &mut Vec<String>) -> Result<()> {
    let entries = fs::read_dir(folder).with_context(|| format!("list {}", folder.display()))?;
    let mut paths: Vec<PathBuf> = entries
        .map(|entry| entry.map(|entry| entry.path()))
        .collect::<Result<_, _>>()?;
    paths.sort();
    for path in paths {
        if path.is_dir() {
            list(root, &path, found)?;
        } else {
            let relative = path.strip_prefix(root).unwrap_or(&path);
            let parts: Vec<_> = relative
                .components()
                .map(|part| part.as_os_str().to_string_lossy())
                .collect();
            found.push(parts.join("/"));
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_compressed_comes_back() -> Result<()> {
        for path in ["a.gz", "a.zst", "a.json"] {
            let packed = compress(path, b"some text, some text")?;
            assert_eq!(decompress(path, &packed)?, b"some text, some text");
        }
        Ok(())
    }
}
