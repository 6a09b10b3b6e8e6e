//! Long addresses in lines of text.

use super::canvas::cut;

/// Longest address that is shown in full.
const LONGEST: usize = 70;
/// What is left of the front of a longer one.
const FRONT: usize = 24;

/// An address with ids of Azure as a person says them, and what is left between both ends of a long
/// one; all of it where everything is asked for.
pub(super) fn address(text: &str, is_full: bool) -> String {
    if is_full {
        return text.to_owned();
    }
    let words: Vec<String> = text.split(' ').map(of_azure).collect();
    let text = words.join(" ");
    let length = text.chars().count();
    if length <= LONGEST {
        return text;
    }
    // What tells one from another stands at the end.
    let behind = LONGEST - FRONT - 3;
    let end: String = text.chars().skip(length - behind).collect();
    format!("{}{end}", cut(&text, FRONT + 3))
}

/// `microsoft.web/sites/shop in rg-shop` of the id of a resource; what is no id stays as it is.
fn of_azure(word: &str) -> String {
    let parts: Vec<&str> = word.split('/').collect();
    let is = |place: usize, name: &str| {
        let part: Option<&&str> = parts.get(place);
        part.is_some_and(|part| part.eq_ignore_ascii_case(name))
    };
    if !is(0, "") || !is(1, "subscriptions") || parts.len() < 3 {
        return word.to_owned();
    }
    let group = parts.get(4).filter(|_| is(3, "resourceGroups"));
    let start = if group.is_some() { 5 } else { 3 };
    let own = match is(start, "providers") {
        true => parts.get(start + 1..).unwrap_or_default().join("/"),
        false => parts.get(start..).unwrap_or_default().join("/"),
    };
    // What keeps account of the rest has no name of its own worth telling.
    let own = own
        .strip_prefix("microsoft.resources/")
        .unwrap_or(&own)
        .to_owned();
    match (group, own.is_empty()) {
        (Some(group), true) => format!("resource group {group}"),
        (Some(group), false) => format!("{own} in {group}"),
        (None, true) => word.to_owned(),
        (None, false) => own,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_of_azure_are_told_apart() {
        let check = |text: &str, expected: &str| assert_eq!(address(text, false), expected);
        let group = "/subscriptions/5d1c9f0e-7a2b-4c3d-8e4f-0123456789ab/resourceGroups/shop";
        check(group, "resource group shop");
        check(
            &format!("{group}/providers/microsoft.web/sites/web/config/appsettings"),
            "microsoft.web/sites/web/config/appsettings in shop",
        );
        check(
            &format!("{group}/providers/microsoft.resources/deployments/web-1"),
            "deployments/web-1 in shop",
        );
        check(
            "/subscriptions/5d1c9f0e/providers/microsoft.resources/deployments/main",
            "deployments/main",
        );
        check("/subscriptions/5d1c9f0e", "/subscriptions/5d1c9f0e");
        check("StopDBInstance orders", "StopDBInstance orders");
    }

    #[test]
    fn both_ends_of_a_long_address_are_left() {
        let long = format!(
            "module.network[0].{}.aws_subnet.private[\"b\"]",
            "module.x".repeat(9)
        );
        let told = address(&long, false);
        assert_eq!(told.chars().count(), LONGEST);
        assert!(told.starts_with("module.network[0].module..."), "{told}");
        assert!(told.ends_with("aws_subnet.private[\"b\"]"), "{told}");
        assert_eq!(address(&long, true), long);
    }
}
