//! `cargo xtask new format <adapter>.<name> [--lines]`: the folder of a new log format, which
//! compiles and passes its tests as it is; docs/guides/new-format.md goes on from there.

use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};

use crate::run::{root, say};

/// A format of JSON records, and one of lines; a test of `nepho-tests` compiles and runs them.
const JSON: [(&str, &str); 2] = [
    ("mod.rs", include_str!("../templates/json/mod.rs")),
    (
        "fixtures/events.jsonl",
        include_str!("../templates/json/fixture.jsonl"),
    ),
];
const LINES: [(&str, &str); 2] = [
    ("mod.rs", include_str!("../templates/lines/mod.rs")),
    (
        "fixtures/events.log",
        include_str!("../templates/lines/fixture.log"),
    ),
];
const README: &str = include_str!("../templates/README.md");

/// Makes what the arguments name.
pub(crate) fn run(args: &[String]) -> Result<()> {
    let args: Vec<&str> = args.iter().map(String::as_str).collect();
    let (name, is_lines) = match args[..] {
        ["format", name] => (name, false),
        ["format", name, "--lines"] => (name, true),
        _ => bail!("usage: cargo xtask new format <adapter>.<name> [--lines]"),
    };
    make(&root(), name, is_lines)?;
    let (adapter, _) = name.split_once('.').unwrap_or((name, ""));
    say(&format!(
        "made; next: INSTA_UPDATE=always cargo nextest run -p nepho-adapter-{adapter} --test golden"
    ));
    Ok(())
}

fn make(root: &Path, name: &str, is_lines: bool) -> Result<()> {
    let Some((adapter, short)) = name.split_once('.').filter(|(_, short)| is_module(short)) else {
        bail!("`{name}` is no name like `vault.audit`: small letters, digits and `_`");
    };
    let formats = root.join("adapters").join(adapter).join("src/formats");
    if !formats.is_dir() {
        bail!("there is no adapter `{adapter}`; docs/architecture.md says how to add a vendor");
    }
    let folder = formats.join(short);
    if folder.exists() {
        bail!("`{}` is there already", folder.display());
    }
    let (files, placeholder) = match is_lines {
        true => (LINES, "template.lines"),
        false => (JSON, "template.json"),
    };
    let filled = |text: &str| {
        let text = text
            .replace(placeholder, name)
            .replace("template.name", name);
        let text = text.replace("\"template\"", &format!("\"{adapter}\""));
        let text = text.replace("`template`", &format!("`{adapter}`"));
        text.replace("SUMMARY", &format!("Events of {name}"))
    };
    fs::create_dir_all(folder.join("fixtures"))
        .with_context(|| format!("make `{}`", folder.display()))?;
    for (file, text) in files.into_iter().chain([("README.md", README)]) {
        write(&folder.join(file), &filled(text))?;
    }
    let list = formats.join("mod.rs");
    let text = fs::read_to_string(&list).with_context(|| format!("read `{}`", list.display()))?;
    write(&list, &with_module(&text, short))
}

fn write(path: &Path, text: &str) -> Result<()> {
    fs::write(path, text).with_context(|| format!("write `{}`", path.display()))?;
    say(&format!("wrote {}", path.display()));
    Ok(())
}

fn is_module(name: &str) -> bool {
    let is_part = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_';
    name.bytes()
        .next()
        .is_some_and(|first| first.is_ascii_lowercase())
        && name.bytes().all(is_part)
}

/// The text with a line `mod name;` among those there are, in the order of the alphabet.
fn with_module(text: &str, name: &str) -> String {
    let fresh = format!("mod {name};");
    let mut lines: Vec<&str> = text.lines().collect();
    let is_later = |line: &&str| line.starts_with("mod ") && *line > fresh.as_str();
    let last = lines.iter().rposition(|line| line.starts_with("mod "));
    let place = lines.iter().position(is_later);
    let place = place.or(last.map(|last| last + 1)).unwrap_or(lines.len());
    lines.insert(place, &fresh);
    lines.join("\n") + "\n"
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_module_stands_among_the_others() {
        let check = |text: &str, expected: &str| assert_eq!(with_module(text, "m"), expected);
        check(
            "//! x\n\nmod a;\nmod z;\n",
            "//! x\n\nmod a;\nmod m;\nmod z;\n",
        );
        check("mod a;\n\nfn f() {}\n", "mod a;\nmod m;\n\nfn f() {}\n");
        check("//! x\n", "//! x\nmod m;\n");
    }

    #[test]
    fn names_are_those_of_modules() {
        assert!(is_module("s3_event"));
        for name in ["", "3s", "S3", "a-b", "a.b", "../x"] {
            assert!(!is_module(name), "{name}");
        }
    }

    #[test]
    fn a_format_is_a_folder_and_a_line() {
        let root = root().join("target/tmp/new-format");
        let formats = root.join("adapters/example/src/formats");
        let _ = fs::remove_dir_all(&root);
        fs::create_dir_all(&formats).expect("a folder");
        fs::write(formats.join("mod.rs"), "//! Formats.\n\nmod z;\n").expect("written");
        for (name, is_lines) in [("example.audit", false), ("example.access", true)] {
            make(&root, name, is_lines).expect("made");
            assert!(make(&root, name, is_lines).is_err(), "only once");
            let folder = formats.join(name.strip_prefix("example.").unwrap_or_default());
            let code = fs::read_to_string(folder.join("mod.rs")).expect("code");
            assert!(code.contains(&format!("name: \"{name}\"")), "{code}");
            for file in ["mod.rs", "README.md"] {
                let text = fs::read_to_string(folder.join(file)).expect("text");
                assert!(
                    !text.contains("template") && !text.contains("SUMMARY"),
                    "{text}"
                );
            }
        }
        let list = fs::read_to_string(formats.join("mod.rs")).expect("a list");
        assert_eq!(list, "//! Formats.\n\nmod access;\nmod audit;\nmod z;\n");
        assert!(make(&root, "nowhere.audit", false).is_err());
    }
}
