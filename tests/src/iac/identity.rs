//! Keys of resources against what the data beside the repository (`../shared/iac`) tell of them.

mod azure;
mod data;
mod google;
mod states;

use super::Figure;

/// Cases that are not as expected, by their kind, and why.
pub const EXPLAINED: [(&str, &str); 3] = [
    (
        "ARNs of users with a path",
        "the path (`/test/`) is in no id: the physical id is the name alone",
    ),
    (
        "ARN of a server certificate",
        "the provider's id is a number that the ARN does not have",
    ),
    (
        "types of the resource manager",
        "`aztft` makes types up to tell associations and properties apart (`subnets/natGateways`), \
         which the resource manager does not have; ours is that of the resource",
    ),
];

/// All figures on identity; none where the data are absent.
///
/// | figure | right is |
/// |---|---|
/// | names of Google assets on plans | the name that Cloud Asset Inventory has, made of the attributes of the plan |
/// | names of Google resources by attributes | the same name from attributes as from id or self link |
/// | ARNs by physical id | the ARN that the provider told, made of id, region and account |
/// | types of the resource manager | the type that the map of `aztft` has for an azurerm type |
/// | keys of instances in states | a full id, an id that a cloud made, or a parent |
pub fn figures() -> Vec<Figure> {
    let Some(folder) = data::folder() else {
        return Vec::new();
    };
    let instances = data::instances(&folder);
    vec![
        google::assets(&folder),
        google::attributes(&instances),
        states::arns(&instances),
        azure::types(&folder),
        states::keys(&folder),
    ]
}

/// A figure that answers are added to.
fn named(name: &str) -> Figure {
    Figure {
        name: name.to_owned(),
        ..Figure::default()
    }
}

/// Adds one answer; `found` and `expected` are quoted where they differ.
fn compare(figure: &mut Figure, what: &str, found: Option<&str>, expected: &str) {
    figure.total += 1;
    if found == Some(expected) {
        figure.right += 1;
    } else {
        let found = found.unwrap_or("nothing");
        figure
            .wrong
            .push(format!("{what}: {found}, not {expected}"));
    }
}
