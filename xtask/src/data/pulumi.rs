//! What the Python SDKs of Pulumi tell of a resource: its token, its properties, and the forms of
//! its id in the section on import.

use std::collections::BTreeSet;
use std::path::Path;

use anyhow::Result;

use super::text;

/// A resource class.
pub(super) struct Class {
    /// Module of the token: `compute`.
    pub(super) module: String,
    /// Name of the token: `Disk`.
    pub(super) name: String,
    /// Output properties in the spelling of Python, which is nearly that of Terraform.
    pub(super) properties: BTreeSet<String>,
    /// Forms of the id with `{{variables}}`, the preferred one first.
    pub(super) formats: Vec<String>,
    /// Ids in the examples of `pulumi import`.
    pub(super) examples: Vec<String>,
}

impl Class {
    /// Module and name: `compute:Disk`.
    pub(super) fn token(&self) -> String {
        format!("{}:{}", self.module, self.name)
    }
}

/// Classes of a package, in the order of their tokens.
pub(super) fn classes(folder: &Path, package: &str) -> Result<Vec<Class>> {
    let mut classes = Vec::new();
    for source in text::files(folder, ".py")? {
        let mark = format!("@pulumi.type_token(\"{package}:");
        for (at, _) in source.match_indices(&mark) {
            let rest = source.get(at + mark.len()..).unwrap_or_default();
            classes.extend(class(rest, package));
        }
    }
    classes.sort_by_key(|class| (class.module.clone(), class.name.clone()));
    Ok(classes)
}

/// The class whose token `rest` begins with, behind the package.
fn class(rest: &str, package: &str) -> Option<Class> {
    let (token, body) = rest.split_once('"')?;
    let head = body.lines().nth(1)?;
    head.contains("pulumi.CustomResource").then_some(())?;
    let (path, name) = token.split_once(':')?;
    let module = path.split('/').next()?;
    let mut properties = BTreeSet::new();
    let mut formats = Vec::new();
    let mut examples = Vec::new();
    let import = format!("pulumi import {package}:");
    let mut is_import = false;
    let mut lines = body.lines().peekable();
    while let Some(line) = lines.next() {
        let trimmed = line.trim();
        if trimmed == "## Import" {
            is_import = true;
        } else if line.trim_start().starts_with("@pulumi.getter") {
            let name = lines.peek().and_then(|line| {
                let name = line.trim().strip_prefix("def ")?;
                name.split('(').next()
            });
            properties.extend(name.map(str::to_owned));
        } else if let Some(format) = trimmed.strip_prefix("* ") {
            let format = format.trim_matches('`');
            let is_format = format.contains("{{") && !format.contains(' ');
            if is_import
                && is_format
                && !format.starts_with("http")
                && !formats.contains(&format.to_owned())
            {
                formats.push(format.to_owned());
            }
        } else if let Some((_, example)) = trimmed.split_once(&import) {
            let id = example.split_whitespace().nth(2);
            examples.extend(id.map(|id| id.trim_matches('"').to_owned()));
        }
    }
    Some(Class {
        module: module.to_owned(),
        name: name.to_owned(),
        properties,
        formats,
        examples,
    })
}
