//! Writes one test per story of `scenarios`, so that a story is run, and named, as soon as its file
//! is there.

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

#[expect(
    clippy::disallowed_methods,
    reason = "a build script reads where to write from the environment"
)]
fn main() -> io::Result<()> {
    println!("cargo::rerun-if-changed=scenarios");
    let mut names = Vec::new();
    for entry in fs::read_dir("scenarios")? {
        let path = entry?.path();
        let is_story = path.extension().is_some_and(|ending| ending == "md");
        if let Some(name) = path
            .file_stem()
            .and_then(|name| name.to_str())
            .filter(|name| is_story && *name != "README")
        {
            names.push(name.to_owned());
        }
    }
    names.sort();
    let mut code = String::new();
    for name in names {
        let function = name.replace('-', "_");
        let _ = writeln!(
            code,
            "#[test]\nfn {function}() -> anyhow::Result<()> {{\n    run({name:?})\n}}\n"
        );
    }
    let folder = env::var_os("OUT_DIR")
        .map(PathBuf::from)
        .unwrap_or_default();
    fs::write(Path::new(&folder).join("stories.rs"), code)
}
