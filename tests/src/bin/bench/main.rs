//! Measures: `cargo xtask bench [formats|memory|cause]`; `bench decode FILE` is for a profiler.
//!
//! Rates are per second of CPU time of one core, peers and product interleaved in one run, the
//! median of five rounds; machines are noisy, so the ratios are what counts.

mod cause;
mod cpu;
mod formats;
mod memory;
mod naive;

use anyhow::{Result, bail};

fn main() -> Result<()> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    if let [part, path] = args.as_slice() {
        match part.as_str() {
            memory::CHILD => return memory::child(path),
            "decode" => return formats::decode_once(path),
            _ => {}
        }
    }
    let parts = if args.is_empty() {
        vec![
            "formats".to_owned(),
            "memory".to_owned(),
            "cause".to_owned(),
        ]
    } else {
        args
    };
    for part in parts {
        match part.as_str() {
            "formats" => formats::run()?,
            "memory" => memory::run()?,
            "cause" => cause::run()?,
            other => bail!("no part is called `{other}`; there are formats, memory, cause"),
        }
    }
    Ok(())
}

/// Prints a line of the result.
#[expect(clippy::print_stdout, reason = "the result of the program")]
fn say(line: &str) {
    println!("{line}");
}
