//! What the name of a file says besides what the file is.

/// Words that say what a file is, not what it is of.
const KIND_OF_FILE: [&str; 41] = [
    "terraform",
    "tofu",
    "opentofu",
    "tf",
    "tfstate",
    "tfplan",
    "plan",
    "apply",
    "destroy",
    "refresh",
    "state",
    "show",
    "output",
    "errored",
    "backup",
    "run",
    "log",
    "logs",
    "ui",
    "json",
    "jsonl",
    "ndjson",
    "txt",
    "out",
    "gz",
    "zst",
    "default",
    "tflock",
    "lock",
    "info",
    "create",
    "update",
    "replace",
    "delete",
    "import",
    "moved",
    "move",
    "partial",
    "failure",
    "failed",
    "error",
];

/// What the name of a file says of what it is of: `net` of `net-apply.jsonl`, nothing of
/// `2-apply-2026-05-12T143054Z.jsonl`. Several words are told with `-` between them.
pub fn says(file: &str) -> String {
    let says = |word: &&str| {
        let lower = word.to_ascii_lowercase();
        let is_number_or_time = lower.starts_with(|c: char| c.is_ascii_digit())
            && lower
                .bytes()
                .all(|byte| byte.is_ascii_digit() || matches!(byte, b't' | b'z'));
        !word.is_empty() && !is_number_or_time && !KIND_OF_FILE.contains(&&*lower)
    };
    let words = file.split(['.', '-', '_', ' ', '#']).filter(says);
    words.collect::<Vec<&str>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_says_what_a_file_is_of() {
        let check = |file: &str, expected: &str| assert_eq!(says(file), expected, "{file}");
        check("net-apply.jsonl", "net");
        check("orders.plan.json.gz", "orders");
        check("shop-eu.tfstate#7", "shop-eu");
        check("2-apply-2026-05-12T143054Z.jsonl", "");
        check("errored.tfstate", "");
        check("prod-failed-create.log", "prod");
        check("", "");
    }
}
