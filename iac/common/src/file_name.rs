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

/// Words at the end of names.
const ENDINGS: [&str; 8] = ["log", "json", "jsonl", "ndjson", "txt", "out", "gz", "zst"];

/// What the name of a file says of what it is of: `net` of `net-apply.jsonl`, nothing of
/// `2-apply-2026-05-12T143054Z.jsonl`. Several words are told with `-` between them.
pub fn says(file: &str) -> String {
    let says = |word: &&str| {
        let lower = word.to_ascii_lowercase();
        !word.is_empty() && !is_number_or_time(&lower) && !KIND_OF_FILE.contains(&&*lower)
    };
    file_words(file)
        .filter(says)
        .collect::<Vec<&str>>()
        .join("-")
}

/// Whether a file may be called after the id of a run: `gh-4711.2.jsonl`,
/// `apply-01HVX3ABCDEF.json.gz`; not `net-apply.jsonl`, which a workspace has its name in.
pub fn is_of_run(file: &str) -> bool {
    let is_kind = |word: &&str| KIND_OF_FILE.contains(&&*word.to_ascii_lowercase());
    let words: Vec<&str> = file_words(file).skip_while(is_kind).collect();
    let own = words.iter().position(is_kind).unwrap_or(words.len());
    let (own, endings) = words.split_at(own);
    let is_ending = |word: &&str| ENDINGS.contains(&&*word.to_ascii_lowercase());
    own.iter().any(|word| is_number_of_run(word)) && endings.iter().all(is_ending)
}

/// Whether a folder may be called after the id of a run: `gh-4711.2`, `01HVX3ABCDEF`.
pub fn is_id_of_run(folder: &str) -> bool {
    file_words(folder).any(is_number_of_run)
}

/// Whether a word may tell one run from others: a number of four digits or more that is no year, or
/// eight letters and digits or more, mixed. Regions, zones and versions are shorter.
fn is_number_of_run(word: &str) -> bool {
    let digits = word.bytes().filter(u8::is_ascii_digit).count();
    let is_plain = word.bytes().all(|byte| byte.is_ascii_alphanumeric());
    match digits == word.len() {
        true => digits > 4 || digits == 4 && !word.starts_with("20"),
        false => {
            let is_time = is_number_or_time(&word.to_ascii_lowercase());
            is_plain && !is_time && digits > 1 && word.len() >= 8
        }
    }
}

/// Whether a word in lower case is a number or a part of a time, `12t143054z`.
fn is_number_or_time(word: &str) -> bool {
    word.starts_with(|c: char| c.is_ascii_digit())
        && word
            .bytes()
            .all(|byte| byte.is_ascii_digit() || matches!(byte, b't' | b'z'))
}

fn file_words(file: &str) -> impl Iterator<Item = &str> {
    file.split(['.', '-', '_', ' ', '#'])
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

    #[test]
    fn a_file_may_be_called_after_a_run() {
        let check = |file: &str, expected: bool| assert_eq!(is_of_run(file), expected, "{file}");
        check("apply-gh-4711.2.jsonl", true);
        check("gh-4711.2.json.gz", true);
        check("tf-apply-01HVX3ABCDEF.log", true);
        check("net-apply.jsonl", false);
        check("eu1-apply.jsonl", false);
        check("apply-eu1.jsonl", false);
        check("shop-v2.jsonl", false);
        check("apply-prod-2026-05-12T143054Z.jsonl", false);
        check("apply-net.jsonl", false);
        check("terraform.tfstate", false);
    }
}
