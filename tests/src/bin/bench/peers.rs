//! Runs the peers, each in a process of its own: the Rust libraries of `tests/peers`, which are
//! built on demand into `target/bench-peers`, and DuckDB from PyPI in a virtual environment there.

use std::io::Write as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use anyhow::{Context, Result};

use crate::corpora::{Corpus, Form};
use crate::say;

/// What can be compared with on this machine.
pub(crate) struct Peers {
    rust: Option<PathBuf>,
    python: Option<PathBuf>,
}

/// A peer at its work.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Peer {
    /// `serde_json::Value`.
    SerdeJson,
    /// sonic-rs with derived structs.
    SonicRs,
    /// The vrl crate.
    Vrl,
    /// DuckDB with the event as received.
    DuckDb,
    /// DuckDB with typed columns and without the event.
    DuckDbTyped,
}

/// What a peer did.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Events, or bytes of text.
    pub(crate) rows: u64,
    /// CPU seconds, with reading the file.
    pub(crate) seconds: f64,
    /// CPU seconds once the file was read; as `seconds` for DuckDB, which reads on its own.
    pub(crate) in_memory: f64,
}

impl Peer {
    /// All of them.
    pub(crate) const ALL: [Self; 5] = [
        Self::SerdeJson,
        Self::SonicRs,
        Self::DuckDb,
        Self::DuckDbTyped,
        Self::Vrl,
    ];

    /// Name in tables.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Self::SerdeJson => "serde_json::Value",
            Self::SonicRs => "sonic-rs derive",
            Self::Vrl => "vrl crate",
            Self::DuckDb => "DuckDB",
            Self::DuckDbTyped => "DuckDB, no raw",
        }
    }
}

/// Folder of this crate's neighbours.
fn tests_folder() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn target() -> PathBuf {
    tests_folder().join("../target/bench-peers")
}

impl Peers {
    /// Builds and installs the peers; those that cannot be had are left out, and told.
    pub(crate) fn prepare() -> Self {
        let or_say = |what: &str, made: Result<PathBuf>| match made {
            Ok(path) => Some(path),
            Err(error) => {
                say(&format!("left out: {what}: {error:#}"));
                None
            }
        };
        let peers = Self {
            rust: or_say("serde_json::Value, sonic-rs, vrl, libdeflate", build()),
            python: or_say("DuckDB, polars, pyarrow", install()),
        };
        say(&format!("peers: {}", peers.versions()));
        peers
    }

    /// Names and versions of the peers that are there.
    fn versions(&self) -> String {
        let rust = self
            .rust
            .as_ref()
            .map(|path| text(Command::new(path).arg("versions")));
        let script = "import duckdb, polars, pyarrow; print('duckdb', duckdb.__version__, \
                      '\\npolars', polars.__version__, '\\npyarrow', pyarrow.__version__)";
        let python = self.python.as_ref();
        let python = python.map(|path| text(Command::new(path).args(["-c", script])));
        let told: Vec<String> = [rust, python].into_iter().flatten().flatten().collect();
        let lines = told.iter().flat_map(|text| text.lines());
        lines.map(str::trim).collect::<Vec<_>>().join(", ")
    }

    /// Rows and CPU seconds of a peer; `None` if it is not there.
    pub(crate) fn run(&self, peer: Peer, corpus: Corpus, path: &Path) -> Result<Option<Run>> {
        let rust = |name: &str| {
            let run =
                |program| measured(Command::new(program).args([name, corpus.name()]).arg(path));
            self.rust.as_ref().map(run).transpose()
        };
        match peer {
            Peer::SerdeJson => rust("serde_json"),
            Peer::SonicRs => rust("sonic-rs"),
            Peer::Vrl => rust("vrl"),
            Peer::DuckDb => {
                self.duckdb_both(&corpus.duckdb_query(Form::Raw, &path.to_string_lossy()))
            }
            Peer::DuckDbTyped => {
                self.duckdb_both(&corpus.duckdb_query(Form::Typed, &path.to_string_lossy()))
            }
        }
    }

    /// The faster of two ways to take a result: as Arrow batches, and as a temporary table.
    fn duckdb_both(&self, query: &str) -> Result<Option<Run>> {
        let arrow = self.duckdb("arrow", query)?;
        let table = self.duckdb("table", query)?;
        Ok(arrow.zip(table).map(|(arrow, table)| {
            if arrow.seconds < table.seconds {
                arrow
            } else {
                table
            }
        }))
    }

    /// Rows and CPU seconds of a query; `None` if there is no DuckDB.
    pub(crate) fn duckdb(&self, how: &str, query: &str) -> Result<Option<Run>> {
        let Some(python) = &self.python else {
            return Ok(None);
        };
        let mut child = Command::new(python)
            .arg(tests_folder().join("peers/duckdb_run.py"))
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .spawn()?;
        let mut stdin = child.stdin.take().context("no standard input")?;
        write!(stdin, "{how}\n{query}")?;
        drop(stdin);
        let output = child.wait_with_output()?;
        anyhow::ensure!(output.status.success(), "DuckDB did not run: {query}");
        numbers(&String::from_utf8_lossy(&output.stdout)).map(Some)
    }

    /// Bytes of the text and CPU seconds of libdeflate over a gzip file in memory.
    pub(crate) fn inflate(&self, path: &Path) -> Result<Option<Run>> {
        let run = |program| measured(Command::new(program).arg("inflate").arg(path));
        self.rust.as_ref().map(run).transpose()
    }

    /// What each reader of Parquet files found in one.
    pub(crate) fn read_parquet(&self, path: &Path) -> Result<Option<String>> {
        let script = tests_folder().join("peers/read_parquet.py");
        let run = |python| text(Command::new(python).arg(script).arg(path));
        self.python.as_ref().map(run).transpose()
    }
}

fn build() -> Result<PathBuf> {
    say("> cargo build --release (tests/peers; some minutes the first time)");
    let folder = target().join("build");
    let status = Command::new("cargo")
        .args(["build", "--release", "--quiet", "--locked", "--target-dir"])
        .arg(&folder)
        .current_dir(tests_folder().join("peers"))
        .status()
        .context("start cargo")?;
    anyhow::ensure!(status.success(), "they do not build");
    Ok(folder.join("release/peers"))
}

fn install() -> Result<PathBuf> {
    let folder = target().join("venv");
    let python = folder.join("bin/python");
    let has_all = |python: &Path| {
        text(Command::new(python).args(["-c", "import duckdb, polars, pyarrow"])).is_ok()
    };
    if !has_all(&python) {
        say("> pip install duckdb polars pyarrow (into target/bench-peers/venv)");
        text(Command::new("python3").args(["-m", "venv"]).arg(&folder))?;
        let install = [
            "-m", "pip", "install", "--quiet", "duckdb", "polars", "pyarrow",
        ];
        text(Command::new(&python).args(install))?;
    }
    Ok(python)
}

/// Python with networkx, where it can be had.
pub(crate) fn python() -> Option<PathBuf> {
    let python = install().ok()?;
    let has = || text(Command::new(&python).args(["-c", "import networkx"])).is_ok();
    if !has() {
        say("> pip install networkx (into target/bench-peers/venv)");
        let install = ["-m", "pip", "install", "--quiet", "networkx"];
        text(Command::new(&python).args(install)).ok()?;
    }
    has().then_some(python)
}

/// Standard output of a program that must succeed.
pub(crate) fn text(command: &mut Command) -> Result<String> {
    let name = command.get_program().to_string_lossy().into_owned();
    let output = command
        .output()
        .with_context(|| format!("start `{name}`"))?;
    let errors = String::from_utf8_lossy(&output.stderr);
    anyhow::ensure!(
        output.status.success(),
        "`{name}`: {}",
        errors.lines().last().unwrap_or("failed")
    );
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What a process tells that prints rows, CPU seconds, and those in memory if they differ.
pub(crate) fn measured(command: &mut Command) -> Result<Run> {
    numbers(&text(command)?)
}

fn numbers(text: &str) -> Result<Run> {
    let mut words = text.split_whitespace();
    let rows = words.next().context("no rows were told")?.parse()?;
    let seconds = words.next().context("no time was told")?.parse()?;
    let in_memory = words.next().map_or(Ok(seconds), str::parse)?;
    Ok(Run {
        rows,
        seconds,
        in_memory,
    })
}
