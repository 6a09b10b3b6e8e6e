//! The packages that the tables are made of.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};

use crate::run::{root, say, status};

/// Packages of PyPI: name, version. Licenses: `core/src/key/data/README.md`.
const PYTHON: [(&str, &str); 6] = [
    ("pulumi-gcp", "10.2.0"),
    ("pulumi-azure", "6.40.1"),
    ("pulumi-aws", "7.51.1"),
    ("google-api-python-client", "2.202.0"),
    ("checkov", "3.3.30"),
    ("cfn-lint", "1.58.0"),
];
/// Packages of npm.
const NODE: [(&str, &str); 2] = [
    ("@aws-cdk/aws-service-spec", "0.1.216"),
    ("former2", "0.2.83"),
];

/// Unpacked packages.
pub(super) struct Folders {
    /// Python SDK of Google Cloud for Pulumi.
    pub(super) pulumi_gcp: PathBuf,
    /// The same of Azure.
    pub(super) pulumi_azure: PathBuf,
    /// The same of AWS.
    pub(super) pulumi_aws: PathBuf,
    /// Discovery documents of Google's APIs.
    pub(super) discovery: PathBuf,
    /// Policies over Terraform types, used as a list of their names.
    pub(super) checkov: PathBuf,
    /// Resource schemas of CloudFormation.
    pub(super) cfn_schemas: PathBuf,
    /// Database of CloudFormation resources of the CDK.
    pub(super) service_spec: PathBuf,
    /// Pairs of Terraform and CloudFormation types.
    pub(super) former2: PathBuf,
}

/// Downloads and unpacks what is not there yet.
pub(super) fn fetch() -> Result<Folders> {
    let base = root().join("target").join("data");
    fs::create_dir_all(&base).with_context(|| format!("create {}", base.display()))?;
    for (name, version) in PYTHON {
        fetch_python(&base, name, version)?;
    }
    for (name, version) in NODE {
        fetch_node(&base, name, version)?;
    }
    let folder = |name: &str, version: &str| base.join(format!("{}-{version}", plain(name)));
    let of = |wanted: &str| {
        PYTHON
            .iter()
            .chain(&NODE)
            .find(|(name, _)| *name == wanted)
            .map(|(name, version)| folder(name, version))
            .with_context(|| format!("no package `{wanted}`"))
    };
    Ok(Folders {
        pulumi_gcp: of("pulumi-gcp")?.join("pulumi_gcp"),
        pulumi_azure: of("pulumi-azure")?.join("pulumi_azure"),
        pulumi_aws: of("pulumi-aws")?.join("pulumi_aws"),
        discovery: of("google-api-python-client")?
            .join("googleapiclient")
            .join("discovery_cache")
            .join("documents"),
        checkov: of("checkov")?.join("checkov"),
        cfn_schemas: of("cfn-lint")?
            .join("cfnlint")
            .join("data")
            .join("schemas")
            .join("resources"),
        service_spec: of("@aws-cdk/aws-service-spec")?.join("package"),
        former2: of("former2")?.join("package"),
    })
}

fn fetch_python(base: &Path, name: &str, version: &str) -> Result<()> {
    let folder = base.join(format!("{name}-{version}"));
    if folder.exists() {
        return Ok(());
    }
    say(&format!("pip download {name} {version}"));
    let archives = base.join("archives").join(name);
    fs::create_dir_all(&archives)?;
    let wanted = format!("{name}=={version}");
    let place = archives.to_string_lossy().into_owned();
    let args = ["download", "--quiet", "--no-deps", "--only-binary", ":all:"];
    let mut pip = Command::new("pip");
    status(
        &mut pip,
        &[&args[..], &["--dest", &place, &wanted]].concat(),
    )?;
    let wheel = only_file(&archives)?;
    let to = folder.to_string_lossy().into_owned();
    let mut python = Command::new("python3");
    status(&mut python, &["-m", "zipfile", "-e", &wheel, &to])
}

fn fetch_node(base: &Path, name: &str, version: &str) -> Result<()> {
    let folder = base.join(format!("{}-{version}", plain(name)));
    if folder.exists() {
        return Ok(());
    }
    say(&format!("npm pack {name} {version}"));
    let archives = base.join("archives").join(plain(name));
    fs::create_dir_all(&archives)?;
    let place = archives.to_string_lossy().into_owned();
    let wanted = format!("{name}@{version}");
    let mut npm = Command::new("npm");
    let args = ["pack", "--silent", "--pack-destination", &place, &wanted];
    status(&mut npm, &args)?;
    let archive = only_file(&archives)?;
    fs::create_dir_all(&folder)?;
    let to = folder.to_string_lossy().into_owned();
    status(&mut Command::new("tar"), &["-xzf", &archive, "-C", &to])
}

/// Name of a folder for a package.
fn plain(name: &str) -> String {
    name.trim_start_matches('@').replace('/', "-")
}

fn only_file(folder: &Path) -> Result<String> {
    let mut files = fs::read_dir(folder)?;
    match (files.next(), files.next()) {
        (Some(file), None) => Ok(file?.path().to_string_lossy().into_owned()),
        _ => bail!("{} should hold one file", folder.display()),
    }
}
