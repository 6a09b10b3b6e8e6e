//! Names every enabled component crate, so that the linker keeps what registers itself in it.

use std::fmt::Write as _;
use std::path::Path;
use std::{env, fs, io};

#[expect(
    clippy::disallowed_methods,
    reason = "cargo tells a build script where to write by the environment"
)]
fn main() -> io::Result<()> {
    let mut features: Vec<String> = env::vars()
        .filter_map(|(name, _)| name.strip_prefix("CARGO_FEATURE_").map(str::to_lowercase))
        .filter(|name| {
            ["adapter_", "iac_", "analyzer_"]
                .iter()
                .any(|kind| name.starts_with(kind))
        })
        .collect();
    features.sort();
    let mut code = String::new();
    for name in features {
        let _ = writeln!(code, "use {name} as _;");
    }
    let out = env::var("OUT_DIR").map_err(io::Error::other)?;
    fs::write(Path::new(&out).join("linked.rs"), code)
}
