//! What Helm prints for people: tables and words.

/// Heads of the tables of `helm history` and `helm list`, and how what `helm status` prints begins
/// (helm.sh/docs/helm, read 2026-11-29).
const HISTORY: [&str; 7] = [
    "REVISION",
    "UPDATED",
    "STATUS",
    "CHART",
    "APP",
    "VERSION",
    "DESCRIPTION",
];
const LIST: [&str; 8] = [
    "NAME",
    "NAMESPACE",
    "REVISION",
    "UPDATED",
    "STATUS",
    "CHART",
    "APP",
    "VERSION",
];
const STATUS: [&str; 3] = ["NAME:", "LAST DEPLOYED:", "NAMESPACE:"];

/// Lines of warnings that stand in front of a table at most.
const FRONT: usize = 8;

/// What to do with a table; `None` of any other document.
pub(super) fn advice(text: &str) -> Option<&'static str> {
    let text = text.trim_start_matches('\u{feff}');
    if text.starts_with('{') {
        return None;
    }
    let lines = text.lines().take(FRONT);
    let is_head = |words: &[&str]| {
        let mut lines = lines.clone();
        lines.any(|line| line.split_whitespace().eq(words.iter().copied()))
    };
    if is_head(&HISTORY) {
        return Some(
            "this table is for people; run `helm history RELEASE -o json > RELEASE.json`, and read that file",
        );
    }
    if is_head(&LIST) {
        return Some(
            "this table is for people; run `helm list --all-namespaces -o json > releases.json`, and read that file",
        );
    }
    let mut lines = lines.skip_while(|line| !line.starts_with(STATUS[0]));
    let is_status = STATUS
        .iter()
        .all(|word| lines.next().is_some_and(|line| line.starts_with(word)));
    is_status.then_some(
        "this text is for people; run `helm status RELEASE -o json > status.json`, and read that file",
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_printed_for_people_is_told_from_what_quotes_it() {
        let check = |text: &str, expected: Option<&str>| {
            let advice = advice(text);
            let is_as_expected = match expected {
                Some(command) => advice.is_some_and(|advice| advice.contains(command)),
                None => advice.is_none(),
            };
            assert!(is_as_expected, "{text}: {advice:?}");
        };
        let history = "REVISION\tUPDATED                 \tSTATUS    \tCHART     \tAPP VERSION\tDESCRIPTION     \n1       \tMon May  6 10:00:00 2024\tdeployed  \tshop-1.2.3\t7          \tInstall complete\n";
        check(history, Some("helm history RELEASE -o json"));
        check(
            &format!("WARNING: the configuration is group-readable.\n{history}"),
            Some("helm history RELEASE -o json"),
        );
        let list = "NAME\tNAMESPACE\tREVISION\tUPDATED\tSTATUS\tCHART\tAPP VERSION\nshop\tshop\t1\t2024-05-06 10:00:00.1 +0000 UTC\tdeployed\tshop-1.2.3\t7\n";
        check(list, Some("helm list --all-namespaces -o json"));
        let status = "NAME: shop\nLAST DEPLOYED: Mon May  6 10:00:00 2024\nNAMESPACE: shop\nSTATUS: deployed\nREVISION: 1\n";
        check(status, Some("helm status RELEASE -o json"));
        check(
            "12:00 NAME NAMESPACE REVISION UPDATED STATUS CHART APP VERSION\n",
            None,
        );
        check("NAME: shop\nREVISION: 1\n", None);
    }
}
