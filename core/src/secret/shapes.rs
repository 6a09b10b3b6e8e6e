//! Secrets that tell by their shape or by the address that they stand in.

use super::noticed::Noticed;

/// Beginnings of secrets, each with the bytes that one has at the least, itself included.
///
/// Sources, read 2026-11-29: docs.github.com/code-security/secret-scanning/introduction/
/// supported-secret-scanning-patterns, docs.gitlab.com/security/tokens, developer.hashicorp.com/
/// vault/docs/concepts/tokens, and the pages of the other vendors on their keys.
const BEGINNINGS: [(&str, usize); 35] = [
    // AWS access key ids have just so many; JSON web tokens two dots as well.
    ("AKIA", 20),
    ("ASIA", 20),
    ("eyJ", 41),
    ("AIza", 31),
    ("ya29.", 31),
    ("ghp_", 31),
    ("gho_", 31),
    ("ghu_", 31),
    ("ghs_", 31),
    ("ghr_", 31),
    ("github_pat_", 31),
    ("glpat-", 24),
    ("xoxa-", 31),
    ("xoxb-", 31),
    ("xoxp-", 31),
    ("xapp-", 31),
    ("hvs.", 24),
    ("hvb.", 24),
    ("npm_", 36),
    ("pul-", 40),
    ("SG.", 60),
    ("sk_live_", 24),
    ("rk_live_", 24),
    ("sk-ant-", 31),
    ("sk-proj-", 31),
    ("dop_v1_", 40),
    ("shpat_", 31),
    ("dapi", 36),
    ("GOCSPX-", 31),
    ("AGE-SECRET-KEY-1", 60),
    ("dckr_pat_", 31),
    ("pypi-AgE", 24),
    ("glsa_", 40),
    ("NRAK-", 32),
    // Just so many, letters and digits.
    ("hf_", 37),
];

/// What stands within tokens of HCP Terraform, which begin with 14 letters and digits.
const WITHIN: &str = ".atlasv1.";

/// Parameters of addresses whose values grant what is at the address.
const PARAMETERS: [&str; 4] = ["sig=", "X-Amz-Signature=", "X-Goog-Signature=", "code="];

/// A value of `code` is shorter than a key of Azure Functions where it is a status.
const KEY_BYTES: usize = 20;

/// Addresses of which the rest is the secret.
const WEBHOOKS: [&str; 6] = [
    "hooks.slack.com/services/",
    "discord.com/api/webhooks/",
    "discordapp.com/api/webhooks/",
    "webhook.office.com/webhookb2/",
    "outlook.office.com/webhook/",
    "api.telegram.org/bot",
];

/// What of these addresses and parameters is looked for in every text: what begins with three bytes
/// that few other words have.
const RARE: [&str; 13] = [
    ".slack.com/services/",
    "/webhooks/",
    "/webhookb2/",
    ".office.com/webhook/",
    ".telegram.org/bot",
    "?sig=",
    "&sig=",
    ";sig=",
    "?code=",
    "&code=",
    ";code=",
    "X-Amz-Signature=",
    "X-Goog-Signature=",
];

/// All words by which these secrets are noticed: the beginnings, what is rare, and what is within.
pub(super) const NOTICED: [&str; 49] = {
    let mut words = [WITHIN; 49];
    let mut at = 0;
    while at < BEGINNINGS.len() {
        words[at] = BEGINNINGS[at].0;
        at += 1;
    }
    let mut rare = 0;
    while rare < RARE.len() {
        words[at] = RARE[rare];
        at += 1;
        rare += 1;
    }
    words
};

/// Adds the ranges of these secrets.
pub(super) fn find(text: &str, noticed: Noticed, ranges: &mut Vec<(usize, usize)>) {
    for (number, (beginning, least)) in BEGINNINGS.into_iter().enumerate() {
        if !noticed.has_shape(number..number + 1) {
            continue;
        }
        for (start, _) in text.match_indices(beginning) {
            let end = end_of_token(text, start);
            let word = &text[start..end];
            let is_inside = text[..start].ends_with(|c: char| c.is_ascii_alphanumeric());
            let is_secret = match beginning {
                "AKIA" | "ASIA" => word.len() == least,
                "hf_" => {
                    let key = word.as_bytes().get(beginning.len()..).unwrap_or_default();
                    let is_whole = word.len() == least && key.iter().all(u8::is_ascii_alphanumeric);
                    is_whole && !is_inside
                }
                "eyJ" => word.len() >= least && word.matches('.').count() == 2,
                _ => word.len() >= least && !is_inside,
            };
            if is_secret {
                ranges.push((start, end));
            }
        }
    }
    for (at, _) in text.match_indices(WITHIN) {
        let before = text[..at].bytes().rev();
        let length = before.take_while(u8::is_ascii_alphanumeric).count();
        ranges.push((at - length, end_of_token(text, at)));
    }
    if noticed.has_shape(BEGINNINGS.len()..BEGINNINGS.len() + RARE.len()) {
        in_addresses(text, ranges);
    }
    refused_value(text, ranges);
}

/// Adds what grants access within addresses.
fn in_addresses(text: &str, ranges: &mut Vec<(usize, usize)>) {
    for parameter in PARAMETERS {
        for start in found(text, parameter) {
            let is_key = text[..start - parameter.len()].ends_with(['?', '&', ';']);
            let end = end_of_value(text, start);
            if is_key && (parameter != "code=" || end - start >= KEY_BYTES) {
                ranges.push((start, end));
            }
        }
    }
    for address in WEBHOOKS {
        ranges.extend(found(text, address).map(|start| (start, end_of_value(text, start))));
    }
}

/// Where a word that stands in `text`, in any case, ends.
fn found<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let places = text.as_bytes().windows(word.len()).enumerate();
    places
        .filter(|(_, here)| here.eq_ignore_ascii_case(word.as_bytes()))
        .map(|(at, _)| at + word.len())
}

fn end_of_token(text: &str, start: usize) -> usize {
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'));
    let rest = &text[start..];
    let token = rest.split(is_other).next().unwrap_or(rest);
    // A dot ends the sentence.
    start + token.trim_end_matches('.').len()
}

fn end_of_value(text: &str, start: usize) -> usize {
    let is_end = |c: char| c.is_whitespace() || "&\"'\\<>`),;".contains(c);
    let rest = &text[start..];
    start + rest.find(is_end).unwrap_or(rest.len())
}

/// The value that AWS refuses: `Value 'x' at 'masterUserPassword' failed to satisfy constraint`.
fn refused_value(text: &str, ranges: &mut Vec<(usize, usize)>) {
    for (at, _) in text.match_indices("' at '") {
        let path = text[at + 6..].split('\'').next().unwrap_or_default();
        let path = path.to_ascii_lowercase();
        let is_secret = super::NAMES.iter().any(|name| path.contains(name));
        if let Some(start) = text[..at].rfind('\'').filter(|_| is_secret) {
            ranges.push((start + 1, at));
        }
    }
}

#[cfg(test)]
mod tests {
    use crate::secret::mask;

    #[test]
    fn tokens_tell_by_their_beginning() {
        let long = "0a1B2c3D4e5F6a7B8c9D0a1B2c3D4e5F6a7B8c9D0a1B2c3D4e5F6a7B8c9D";
        for beginning in [
            "glpat-",
            "github_pat_",
            "hvs.",
            "npm_",
            "pul-",
            "SG.",
            "sk_live_",
            "dop_v1_",
            "GOCSPX-",
            "AGE-SECRET-KEY-1",
            "dckr_pat_",
            "pypi-AgE",
            "glsa_",
            "NRAK-",
        ] {
            // Put together here so that no scanner of repositories takes it for a real one.
            let text = format!("refused {beginning}{long}.");
            assert_eq!(mask(&text), "refused ***.", "{beginning}");
        }
        let text = format!("token: aB3dE5gH7jK9mN.atlasv1.{long}, expired");
        assert!(!mask(&text).contains("atlasv1"));
        let text = format!("hf_{} is refused", &long[..34]);
        assert_eq!(mask(&text), "*** is refused");
        for told in [
            "hf_transfer",
            "hf_hub_download_of_a_file_of_the_model",
            "glsa_lookup",
            "pypi-AgE",
            "npm_lifecycle_event",
            "pul-request",
            "hvs.example.com",
            "a dapifier",
            "the SG. of the database",
        ] {
            assert_eq!(mask(told), told);
        }
    }

    #[test]
    fn addresses_lose_what_grants_access() {
        let check = |text: &str, expected: &str| assert_eq!(mask(text), expected);
        check(
            "PUT https://sa.blob.core.windows.net/a?sv=2024&sig=aB%2Fc%3D&se=1 403",
            "PUT https://sa.blob.core.windows.net/a?sv=2024&sig=***&se=1 403",
        );
        check(
            "GET https://b.s3.amazonaws.com/k?x-amz-signature=0a1b2c",
            "GET https://b.s3.amazonaws.com/k?x-amz-signature=***",
        );
        check(
            "https://f.azurewebsites.net/api/x?code=aBcDeFgHiJkLmNoPqRsTuVw==",
            "https://f.azurewebsites.net/api/x?code=***",
        );
        check(
            "https://a.example.com/?code=404",
            "https://a.example.com/?code=404",
        );
        check(
            "POST https://hooks.slack.com/services/T0/B0/xYz failed",
            "POST https://hooks.slack.com/services/*** failed",
        );
        check(
            "POST https://api.telegram.org/bot123456789:AAx/sendMessage 403",
            "POST https://api.telegram.org/bot*** 403",
        );
        check("design=flat&sign=1", "design=flat&sign=1");
    }

    #[test]
    fn a_value_that_is_refused_is_masked_by_where_it_stands() {
        assert_eq!(
            mask("Value 'WXJa5sP8' at 'masterUserPassword' failed to satisfy constraint"),
            "Value '***' at 'masterUserPassword' failed to satisfy constraint"
        );
        let told = "Value 'db.t3' at 'dBInstanceClass' failed to satisfy constraint";
        assert_eq!(mask(told), told);
    }
}
