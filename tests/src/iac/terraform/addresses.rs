//! Addresses of states against `terraform state list -state=FILE`.

use std::collections::BTreeSet;
use std::path::Path;
use std::process::Command;

use nepho_core::feed::{ChangeFeed, Document, FeedOutput};
use nepho_iac_terraform::state::{State, declared};

use super::super::{Figure, files, say};
use super::{short, text};

/// States whose addresses are those that Terraform lists; `None` where Terraform is not there.
pub(super) fn figure(data: &Path) -> Option<Figure> {
    if Command::new("terraform").arg("version").output().is_err() {
        say("skipped: terraform is not on PATH");
        return None;
    }
    let mut figure = Figure::new("Terraform: addresses of a state, of states");
    for path in files(data) {
        let text = text(&path);
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let is_state = State.sniff(&name, &text).0 > 0 && text.contains("\"version\"");
        // Terraform drops resources of this namespace, which only its own registry has, without a
        // word.
        if !is_state || text.contains("registry.opentofu.org/-/") {
            continue;
        }
        let Some(expected) = listed(&path) else {
            continue;
        };
        let case = short(data, &path);
        let uri = path.to_string_lossy();
        let document = Document {
            uri: &uri,
            text: &text,
            modified: None,
        };
        let mut found = BTreeSet::new();
        let read = declared(&document, &mut FeedOutput::default(), &mut |object| {
            let address = object.address.split(" (deposed").next();
            found.insert(address.unwrap_or("").to_owned());
        });
        let problem = match read {
            Err(error) => Some(error.to_string()),
            Ok(()) if found == expected => None,
            Ok(()) => {
                let only = |one: &BTreeSet<String>, other: &BTreeSet<String>| {
                    one.difference(other).cloned().collect::<Vec<_>>().join(" ")
                };
                let (more, less) = (only(&found, &expected), only(&expected, &found));
                Some(format!("too many: {more}; too few: {less}"))
            }
        };
        figure.count(&case, problem);
    }
    Some(figure)
}

/// Addresses that Terraform lists; `None` if it cannot read the state.
fn listed(path: &Path) -> Option<BTreeSet<String>> {
    let output = Command::new("terraform")
        .args(["state", "list"])
        .arg(format!("-state={}", path.display()))
        .output()
        .ok()?;
    let listed = String::from_utf8_lossy(&output.stdout);
    let addresses = listed.lines().filter(|line| !line.is_empty());
    let addresses = addresses.map(str::to_owned).collect();
    output.status.success().then_some(addresses)
}
