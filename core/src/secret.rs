//! Keeps secrets out of what is stored and printed.

mod noticed;
mod refused;
mod shapes;
mod signed;
mod told;
mod unnamed;
mod value;
mod word;

use std::borrow::Cow;
use std::fmt;

use serde::{Deserialize, Deserializer};

use noticed::Noticed;
use signed::SIGNED;
use value::value_after;

/// A secret setting. It has no `Serialize`, and its `Debug` and `Display` show only `***`.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Wraps a value that must not be shown.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value itself, for the one call that needs it.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl fmt::Display for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("***")
    }
}

impl<'de> Deserialize<'de> for Secret {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer).map(Self)
    }
}

/// What stands in the place of a secret.
const MASK: &str = "***";

/// Words after which, behind `=`, `:` or a blank, a secret follows. Compared without case.
const NAMES: [&str; 23] = [
    "password",
    "passphrase",
    "passwd",
    "pwd",
    "bindpw",
    "secret",
    "secret_key",
    "secret-key",
    "secretkey",
    "token",
    "api_key",
    "apikey",
    "api-key",
    "access_key",
    "access-key",
    "accesskey",
    "private_key",
    "private-key",
    "privatekey",
    "authorization",
    "sharedaccesskey",
    "accountkey",
    "identified by",
];

/// Ids, host names and addresses are shorter (an Azure id of 1 KiB is refused by Azure itself).
const LONGEST: usize = 1024;

/// Whether a value that identifies a resource or names its owner may be kept: one short line in
/// which nothing looks like a secret.
pub fn may_be_kept(value: &str) -> bool {
    !value.is_empty()
        && value.len() <= LONGEST
        && !has_control(value)
        && matches!(mask(value), Cow::Borrowed(_))
}

/// Whether there is a control character.
fn has_control(value: &str) -> bool {
    let is_control = |byte: u8| byte < 0x20 || byte == 0x7f;
    // Without a way out in the middle, which would be slower.
    let found = value
        .bytes()
        .fold(false, |found, byte| found | is_control(byte));
    found || (!value.is_ascii() && value.chars().any(char::is_control))
}

/// Bytes of a text that are looked at: more than are told, so that a secret is masked before it is
/// cut, and no more, because the search takes longer than its length says.
const WINDOW: usize = 4096;

/// The beginning of the text of an error or of what a person wrote, fit to be told: on one line,
/// without secrets, and cut to `most` characters, with `...` behind it if there are more.
///
/// The text may be of any length. Masked is all that [`mask`] masks, and the value that stands
/// behind a telling name without a sign between the two: `Invalid master password hunter2`,
/// `token "a1b2c3d4"`. A value is a word that is none of a language: it has a digit, a sign or a
/// large letter behind a small one. Names and ids of secrets stay. Passwords in commands and keys
/// that begin like many a word are masked as well, and each value that an API or a provider refuses
/// and quotes: `Invalid value: "orange"`.
pub fn told(text: &str, most: usize) -> String {
    let window = window(text);
    let line = window.split_whitespace().collect::<Vec<_>>().join(" ");
    cut(mask_error(&line), most, window.len() < text.len())
}

/// The beginning of a row of a log as [`told()`] gives one, but with its blanks. No more is masked
/// than [`mask`] does, and values that an API surely refused.
pub fn quoted(text: &str, most: usize) -> String {
    let text = text.trim_end();
    let window = window(text);
    let mut ranges = Vec::new();
    refused::find_sure(window, &mut ranges);
    ranges.extend(secrets(window));
    cut(masked(window, ranges), most, window.len() < text.len())
}

/// The beginning of `text` to the end of a word, if that is near: half a token is not known for
/// one.
fn window(text: &str) -> &str {
    let window = &text[..text.floor_char_boundary(WINDOW)];
    match window.rfind(char::is_whitespace) {
        Some(end) if window.len() < text.len() && end > WINDOW / 2 => &window[..end],
        _ => window,
    }
}

/// The first characters of `masked`, and `...` if there are or were more.
fn cut(masked: Cow<'_, str>, most: usize, is_cut: bool) -> String {
    match masked.char_indices().nth(most) {
        Some((end, _)) => format!("{}...", &masked[..end]),
        None if is_cut => format!("{masked}..."),
        None => masked.into_owned(),
    }
}

/// `text` with passwords, tokens and keys replaced by `***`. It should not be long: what [`told()`]
/// gives is masked in time that the length of the text does not change.
///
/// Masked are: the value behind a telling name (`password=`, `"token": "..."`,
/// `Authorization: Bearer ...`), be it a list or an object, cookies, a word
/// behind `password` and blanks that has three of small letters, large letters, digits and signs
/// and is no name of a method, keys and tokens of many vendors, JSON web tokens, signatures and
/// keys in addresses, PEM blocks, the password in `scheme://user:password@host` and the user in
/// `https://token@host`; without a name, what commands, connection strings and the schemes of
/// authorization hold ([`unnamed`]). Text without any of these is borrowed as it is.
pub fn mask(text: &str) -> Cow<'_, str> {
    masked(text, secrets(text))
}

/// The text of an error with all masked that [`told()`] masks.
fn mask_error(text: &str) -> Cow<'_, str> {
    let mut ranges = word::told_values(text);
    told::find(text, &mut ranges);
    ranges.extend(secrets(text));
    ranges.retain(|(start, _)| !refused::is_kind(text, *start));
    refused::find(text, &mut ranges);
    masked(text, ranges)
}

/// Ranges of all secrets.
fn secrets(text: &str) -> Vec<(usize, usize)> {
    let mut ranges = Vec::new();
    let noticed = Noticed::of(text);
    if noticed.is_empty() {
        return ranges;
    }
    named_values(text, noticed, &mut ranges);
    // `password: Invalid value: "x"` has the value further on.
    let named = ranges.len();
    ranges.retain(|(start, _)| !refused::is_kind(text, *start));
    if ranges.len() < named {
        refused::find_sure(text, &mut ranges);
    }
    shapes::find(text, noticed, &mut ranges);
    unnamed::find(text, noticed, &mut ranges);
    url_passwords(text, &mut ranges);
    pem_blocks(text, &mut ranges);
    ranges
}

/// `text` with `***` in place of these ranges.
fn masked(text: &str, mut ranges: Vec<(usize, usize)>) -> Cow<'_, str> {
    if ranges.is_empty() {
        return Cow::Borrowed(text);
    }
    ranges.sort_unstable();
    let mut masked = String::with_capacity(text.len());
    let mut position = 0;
    for (start, end) in ranges {
        if end <= position {
            continue;
        }
        // Ranges that overlap hide one secret.
        if start > position || position == 0 {
            masked.push_str(&text[position..start]);
            masked.push_str(MASK);
        }
        position = end;
    }
    masked.push_str(&text[position..]);
    Cow::Owned(masked)
}

fn named_values(text: &str, noticed: Noticed, ranges: &mut Vec<(usize, usize)>) {
    let names = NAMES.into_iter().chain(SIGNED).enumerate();
    let mut names = names
        .filter(|(number, _)| noticed.has_name(*number))
        .peekable();
    if names.peek().is_none() {
        return;
    }
    let lower = text.to_ascii_lowercase();
    for (number, name) in names {
        for (found, _) in lower.match_indices(name) {
            // `...:secret:name` is the address of a secret, not its value; `:password=>` is Ruby.
            if lower[..found].ends_with(':') && !is_assigned(&lower, found + name.len()) {
                continue;
            }
            if number >= NAMES.len() {
                ranges.extend(signed::value_behind(text, found, found + name.len()));
                continue;
            }
            // `--password value` needs no sign between the two.
            let is_flag = is_flag(text, found, name);
            // `PASSWORD 'value'` of SQL neither; `unexpected token 'x'` is of parsers.
            let is_word = matches!(name, "token" | "authorization");
            let is_sql = !is_word || text[..found].ends_with('_');
            let end = found + name.len();
            let range = value_after(text, end, is_flag, is_sql);
            let range = range.or_else(|| element(text, found, end)).or_else(|| {
                let is_password = matches!(name, "password" | "passwd" | "pwd");
                is_password.then(|| word::bare_value(text, word::behind_verb(text, end)))?
            });
            ranges.extend(range);
        }
    }
}

/// Most bytes of a flag before the name in it.
const FLAG_BYTES: usize = 40;

/// Words before a name that make a flag tell something else of it than its value.
const OTHER_FLAGS: [&str; 12] = [
    "no-", "ask-", "prompt-", "without-", "reset-", "change-", "show-", "skip-", "max-", "min-",
    "next-", "page-",
];

/// Whether the name at `found` is a flag of a command, or the last part of one: `--password`,
/// `--db-password`, `-client-secret`. The secret of another flag is the name of one:
/// `--image-pull-secret registry`.
fn is_flag(text: &str, found: usize, name: &str) -> bool {
    let before = &text.as_bytes()[found.saturating_sub(FLAG_BYTES)..found];
    let is_part = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.');
    let length = before.iter().rev().take_while(is_part).count();
    let flag = &text[found - length..found];
    let Some(prefix) = flag.strip_prefix("--").or_else(|| flag.strip_prefix('-')) else {
        return false;
    };
    if prefix.is_empty() {
        return true;
    }
    let is_one = match name {
        "secret" => ["client-", "client_", "app-", "shared-"].contains(&prefix),
        "private_key" | "private-key" | "privatekey" | "authorization" | "identified by" => false,
        _ => !OTHER_FLAGS.iter().any(|other| prefix.ends_with(other)),
    };
    is_one && prefix.ends_with(['-', '_', '.'])
}

/// Whether `=` follows a name that ends at `end`.
fn is_assigned(text: &str, end: usize) -> bool {
    let rest = text.get(end..).unwrap_or_default();
    rest.trim_start_matches(' ').starts_with('=')
}

/// Range of the value of an XML element in whose name a word stands: `<password>value</password>`.
fn element(text: &str, word: usize, end: usize) -> Option<(usize, usize)> {
    let value = text.get(end..)?.strip_prefix('>')?;
    let (_, name) = text.get(..word)?.rsplit_once('<')?;
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-' | '.' | ':');
    let length = value.find("</").filter(|length| *length > 0)?;
    name.chars()
        .all(is_name)
        .then_some((end + 1, end + 1 + length))
}

/// Passwords beside which the name is a token.
///
/// github.blog/2012-09-21-easier-builds-and-deployments-using-git-over-https-and-oauth, read
/// 2026-11-29.
const EMPTY_PASSWORDS: [&str; 2] = ["", "x-oauth-basic"];

/// Passwords in addresses, and what may be a token: a name without a password in an address of the
/// web.
fn url_passwords(text: &str, ranges: &mut Vec<(usize, usize)>) {
    // Go takes a password with `/` or `#` for a port: `invalid port ":pa" after host`.
    for (at, word) in text.match_indices("invalid port \"") {
        let start = at + word.len() - 1;
        let length = text[start..].find("\" after host");
        ranges.extend(length.map(|length| (start, start + length + 1)));
    }
    for (found, _) in text.match_indices("://") {
        let start = found + 3;
        let authority = &text[start..];
        let end = authority
            .find(|c: char| c == '/' || c.is_whitespace() || c == '"')
            .unwrap_or(authority.len());
        // What stands behind the colon is no port: the password goes on.
        let is_quote = |c: char| c.is_whitespace() || matches!(c, '"' | '`' | '\'');
        let port = authority[..end].rsplit_once(':').map(|(_, port)| port);
        let is_cut = !authority[..end].contains(['@', ']'])
            && port
                .is_some_and(|port| !port.is_empty() && !port.bytes().all(|b| b.is_ascii_digit()));
        let end = match is_cut {
            true => authority.find(is_quote).unwrap_or(authority.len()),
            false => end,
        };
        let Some((user, _)) = authority[..end].rsplit_once('@') else {
            continue;
        };
        let is_web = text[..found].ends_with("http") || text[..found].ends_with("https");
        match user.split_once(':') {
            Some((name, password)) if !is_web || !EMPTY_PASSWORDS.contains(&password) => {
                ranges.push((start + name.len() + 1, start + user.len()));
            }
            _ if is_web => ranges.push((start, start + user.len())),
            _ => {}
        }
    }
}

fn pem_blocks(text: &str, ranges: &mut Vec<(usize, usize)>) {
    let Some(start) = text.find("-----BEGIN ") else {
        return;
    };
    if text[start..].contains("PRIVATE KEY") {
        ranges.push((start, text.len()));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
    }

    #[test]
    fn secrets_are_masked_and_the_rest_stays() {
        check("password=hunter2 user=amit", "password=*** user=amit");
        check(r#"{"token":"abc","n":1}"#, r#"{"token":"***","n":1}"#);
        check("Authorization: Bearer abc.def", "Authorization: Bearer ***");
        check("login --password hunter2 -u x", "login --password *** -u x");
        check("key AKIAIOSFODNN7EXAMPLE used", "key *** used");
        check(
            "<db_password>a b</db_password> <password></password>",
            "<db_password>***</db_password> <password></password>",
        );
        check("Authorization: SSWS 00abc", "Authorization: SSWS ***");
        check("bindpw: orange binddn: x", "bindpw: *** binddn: x");
        check("password is mYs4x4geAXuy", "password is ***");
        check("password is not valid", "password is not valid");
        check(
            "https://t0ken@git.example.com/shop and https://t0ken:x-oauth-basic@git.example.com/",
            "https://***@git.example.com/shop and https://***@git.example.com/",
        );
        check("ssh://git@example.com/shop", "ssh://git@example.com/shop");
        check(
            "postgres://app:s3cret@db:5432/shop",
            "postgres://app:***@db:5432/shop",
        );
        check(
            "CREATE USER mona PASSWORD 'hunter 2' VALID",
            "CREATE USER mona PASSWORD '***' VALID",
        );
        check("secret_access_key 'wJal/rX'", "secret_access_key '***'");
        check("SESSION_TOKEN 'it''s' x", "SESSION_TOKEN '***' x");
        check("IDENTIFIED BY 'x y'", "IDENTIFIED BY '***'");
        check("password='',user='x'", "password='',user='x'");
        check("password 'cut", "password '***");
        check("Unexpected token '<'", "Unexpected token '<'");
        check(
            "The parameter MasterUserPassword CANARY-pa55w0rd! is not a valid password",
            "The parameter MasterUserPassword *** is not a valid password",
        );
        check(
            "password CANARYpw=1 already exists",
            "password *** already exists",
        );
        for told in [
            "password authentication failed for user \"app2\"",
            "Password Policy v2 of 2026-11-28T10:00:00Z",
            "password scram-sha-256 is not supported",
            "wrong password user=App1",
            "wrong password User=App1",
            "wrong password (SQLSTATE=28P01)",
            "password /run/Secrets/db1! not found",
            "password Argon2id hash",
            "password NTLMv2 refused",
            "password OAuth2Client",
            "password SHA256-hashed",
            "password arn:aws:iam::111122223333:user/Bob",
            "password Bob1@example.com expired",
        ] {
            check(told, told);
        }
        for secret in [
            "Ab1!,rest-of-it",
            "CANARYpw=1,zzz",
            "CANARY,pa55w0rd!",
            "Canary1,rest!",
            "user=Hunter-2!",
            "Hunter22x",
            "Sha256!Xy",
            "Shadow22",
        ] {
            for blank in [" ", "  ", "\t"] {
                let text = format!("password{blank}{secret} is not valid");
                check(&text, &format!("password{blank}*** is not valid"));
                check(
                    &format!("password{blank}{secret}."),
                    &format!("password{blank}***."),
                );
            }
        }
        check(
            "connection refused to db:5432",
            "connection refused to db:5432",
        );
    }

    #[test]
    fn names_of_keys_are_known_in_each_spelling() {
        for name in [
            "passphrase",
            "private-key",
            "access-key",
            "secret-key",
            "secretKey",
        ] {
            check(&format!("{name}=orange x"), &format!("{name}=*** x"));
            check(&format!("{name}: orange x"), &format!("{name}: *** x"));
        }
        for told in ["access-key id", "secretKeyRef: orders", "passphrases=2"] {
            check(told, told);
        }
    }

    #[test]
    fn the_value_of_a_flag_is_masked_and_words_of_a_sentence_stay() {
        check("login -password hunter2", "login -password ***");
        check("run --db-password hunter2 -x", "run --db-password *** -x");
        check("run --db.password 'a b' -x", "run --db.password '***' -x");
        check("--client-secret orange", "--client-secret ***");
        for told in [
            "--no-password prompt",
            "--max-token 4096",
            "--image-pull-secret registry",
            "--password-file /run/x",
            "one-password is short",
            "the flag --db-password is required",
            "--password --user app",
        ] {
            check(told, told);
        }
    }

    #[test]
    fn values_that_errors_tell_are_masked() {
        let check = |text: &str, expected: &str| assert_eq!(mask_error(text), expected);
        let masked = "Invalid master password ***";
        for value in [
            "hunter2secret",
            "hunTer",
            "orange-tree!",
            "20260512",
            "\"hunter2\"",
        ] {
            let expected = match value.starts_with('"') {
                true => "Invalid master password \"***\"".to_owned(),
                false => masked.to_owned(),
            };
            check(&format!("Invalid master password {value}"), &expected);
        }
        check(
            "MasterUserPassword hunter2, or none.",
            "MasterUserPassword ***, or none.",
        );
        check("Passphrase `hunter2` is wrong", "Passphrase `***` is wrong");
        check(
            "bad token a1b2c3d4e5 (password=x)",
            "bad token *** (password=***)",
        );
        check(
            "the API key a1B2c3d4e5 has expired",
            "the API key *** has expired",
        );
        check(
            "secret access key wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY is not valid",
            "secret access key *** is not valid",
        );
        check(
            "API key sk-live-4eC39HqLyjWDarjtT1zdp7dc refused",
            "API key *** refused",
        );
        check("password rsa20240512 is weak", "password *** is weak");
        check(
            "the password orange@tree.com is weak",
            "the password *** is weak",
        );
        for told in [
            "secret projects/123456789012/secrets/OrdersDb was not found",
            "token of bob@shop2.example.com has expired",
            "password RSA-4096 is not supported",
            "MasterUserPassword is not a valid password. Only printable ASCII may be used.",
            "password authentication failed for user app2",
            "Password must be 8 to 41 characters",
            "password sha256 is not supported",
            "secret \"orders-db-2\" not found",
            "Secrets Manager can't find the specified secret",
            "secret orders-2 is scheduled for deletion",
            "secret prod/orders2/db was not found",
            "password arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbC123",
            "The security token included in the request is invalid",
            "the key alias orders2 is in use",
            "tokens v2beta3 are unknown",
        ] {
            check(told, told);
        }
    }

    #[test]
    fn what_is_told_is_masked_before_it_is_cut() {
        assert_eq!(told("a\n b  password hunter2", 300), "a b password ***");
        assert_eq!(told("password=orange-tree refused", 12), "password=***...");
        assert_eq!(
            told(&"\u{e4}".repeat(9000), 300),
            "\u{e4}".repeat(300) + "..."
        );
        assert_eq!(quoted("a  b token=x \n", 300), "a  b token=***");
        // The token begins in what is looked at and ends behind it.
        let padding = format!("password={} ", "x".repeat(4060));
        let text = format!("{padding}glpat-{}", "0a1B2c3D4e5F6a7B8c9D".repeat(3));
        assert_eq!(told(&text, 300), "password=***...");
    }

    #[test]
    fn texts_of_any_length_are_told_in_time() {
        // One of them alone took hours.
        for part in [
            "SK",
            "password=",
            "eyJ",
            "token>",
            "cookie:a=",
            "' at '",
            "://",
            "alue: [[]: ",
            "Invalid value: [[]: ",
            "' is not valid ",
            "mysql ",
            "curl -u ",
            "sshpass -p ",
            "a:@tcp(",
            "Basic a",
            "--token",
        ] {
            assert!(told(&part.repeat(2 << 20), 300).len() <= 1203);
            assert!(quoted(&part.repeat(2 << 20), 300).len() <= 1203);
        }
    }

    #[test]
    fn a_secret_setting_is_not_shown() {
        assert_eq!(
            format!("{:?} {}", Secret::new("x"), Secret::new("x")),
            "*** ***"
        );
    }
}
