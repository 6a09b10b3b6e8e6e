//! Plans that are no JSON: for people, and for Terraform itself.

/// Sentences that only a plan for people has.
const SENTENCES: [&str; 6] = [
    "Terraform will perform the following actions:",
    "OpenTofu will perform the following actions:",
    "Terraform used the selected providers to generate the following execution",
    "OpenTofu used the selected providers to generate the following execution",
    "An execution plan has been generated and is shown below.",
    "No changes. Your infrastructure matches the configuration.",
];

/// Whether the text is a plan as people read it, with or without colors.
pub(crate) fn is_text_plan(text: &str) -> bool {
    // A log or a document may quote such a sentence in a string.
    if text.trim_start().starts_with(['{', '[']) {
        return false;
    }
    let is_sentence = |line: &str| {
        let plain = without_colors(line);
        SENTENCES.iter().any(|sentence| plain.starts_with(sentence))
    };
    text.lines().take(400).any(|line| is_sentence(line.trim()))
}

/// Whether it is the plan within a plan file, which is a zip archive (`terraform plan -out`).
pub(super) fn is_binary_plan(name: &str, text: &str) -> bool {
    let file = name.rsplit(['!', ':', '#']).next().unwrap_or(name);
    let is_json = text.trim_start().starts_with(['{', '[']);
    let is_binary = text
        .chars()
        .take(64)
        .any(|c| c.is_control() && !c.is_whitespace());
    let is_plan_file = file == "tfplan" || file.ends_with(".tfplan");
    is_plan_file && is_binary && !is_json
}

/// What to do with a plan that is no JSON; `None` of any other document.
pub(super) fn advice(name: &str, text: &str) -> Option<&'static str> {
    if is_text_plan(text) && !text.contains("{\"format_version\"") {
        return Some(
            "this plan is for people and leaves things out; run `terraform plan -out=FILE` and `terraform show -json FILE > plan.json`, and read that file",
        );
    }
    is_binary_plan(name, text).then_some(
        "this plan is for Terraform itself; run `terraform show -json FILE > plan.json`, and read that file",
    )
}

/// The line without the escape sequences of terminals.
pub(crate) fn without_colors(line: &str) -> String {
    let mut plain = String::with_capacity(line.len());
    let mut rest = line;
    while let Some((before, escape)) = rest.split_once('\u{1b}') {
        plain.push_str(before);
        rest = escape.split_once('m').map_or("", |(_, rest)| rest);
    }
    plain.push_str(rest);
    plain.trim_start().to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plans_for_people_are_told_from_what_quotes_them() {
        let plain = "\nTerraform will perform the following actions:\n\n  # a.b will be created\n";
        let colored = "\u{1b}[0m\u{1b}[1mOpenTofu will perform the following actions:\u{1b}[0m";
        for text in [plain, colored] {
            assert!(is_text_plan(text) && advice("x", text).is_some(), "{text}");
        }
        let quoted = r#"{"@message":"Terraform will perform the following actions:"}"#;
        assert!(!is_text_plan(quoted) && advice("x", quoted).is_none());
        assert!(!is_text_plan(
            "they said: Terraform will perform the following actions:"
        ));
    }

    #[test]
    fn the_inside_of_a_plan_file_is_known_by_name_and_bytes() {
        let bytes = "\u{8}\u{3}\u{12}\u{6}1.11.4";
        assert!(is_binary_plan("out.tfplan", bytes) && is_binary_plan("plan.zip!tfplan", bytes));
        assert!(!is_binary_plan("tfplan", "{\"format_version\":\"1.2\"}"));
        assert!(!is_binary_plan("x.log", bytes));
    }
}
