//! Secrets in the texts of errors alone: what begins like many a word, and passwords in commands.
//! To look for them in every row would be slow.

/// Digits of a key of Mailgun and of Twilio behind what it begins with.
const HEX_DIGITS: usize = 32;
/// Characters of a token of a bot of Telegram behind the colon, which begin with `AA`.
const BOT_CHARACTERS: usize = 35;
/// Shortest token of Okta.
const OKTA_CHARACTERS: usize = 20;

/// Adds the ranges of these secrets.
///
/// Sources, read 2026-11-29: documentation.mailgun.com (API keys), twilio.com/docs/iam/api-keys,
/// core.telegram.org/bots/api, developer.okta.com/docs/reference/core-okta-api (`SSWS`),
/// curl.se/docs/manpage.html (`-u`), dev.mysql.com/doc/refman (`-p`).
pub(super) fn find(text: &str, ranges: &mut Vec<(usize, usize)>) {
    keys(text, ranges);
    commands(text, ranges);
}

/// Keys that begin like many a word, and have an alphabet and a length of their own.
fn keys(text: &str, ranges: &mut Vec<(usize, usize)>) {
    for beginning in ["key-", "SK"] {
        for (start, _) in text.match_indices(beginning) {
            let key = start + beginning.len();
            let word = &text.as_bytes()[key..];
            // One more tells that the word goes on.
            let word = &word[..word.len().min(HEX_DIGITS + 1)];
            let length = word
                .iter()
                .take_while(|b| b.is_ascii_alphanumeric())
                .count();
            let digits = word.iter().take_while(|b| b.is_ascii_hexdigit()).count();
            if !is_within(text, start) && length == HEX_DIGITS && digits == length {
                ranges.push((start, key + length));
            }
        }
    }
    for (colon, _) in text.match_indices(":AA") {
        let length = length_of(text, colon + 1, is_of_token);
        let before = text.as_bytes()[..colon].iter().rev();
        let id = before.take_while(|byte| byte.is_ascii_digit()).count();
        if length == BOT_CHARACTERS && (8..=12).contains(&id) {
            ranges.push((colon - id, colon + 1 + length));
        }
    }
    for (start, scheme) in text.match_indices("SSWS ") {
        let token = start + scheme.len();
        let length = length_of(text, token, is_of_token);
        if length >= OKTA_CHARACTERS && !is_within(text, start) {
            ranges.push((token, token + length));
        }
    }
}

/// Passwords of commands, more than in rows: `-u app:value1` of any, `mysql -pvalue`.
fn commands(text: &str, ranges: &mut Vec<(usize, usize)>) {
    let is_curl = text.contains("curl");
    for flag in [" -u ", " --user "] {
        for (at, _) in text.match_indices(flag) {
            let start = at + flag.len();
            let Some((user, password)) = word_at(text, start).split_once(':') else {
                continue;
            };
            // Elsewhere these are a user and a group: `-u 1000:1000`, `-u app:app`.
            if !password.is_empty() && (is_curl || looks_secret(password)) {
                let begin = start + user.len() + 1;
                ranges.push((begin, begin + password.len()));
            }
        }
    }
    let clients = ["mysql", "mariadb", "sshpass"];
    let client = clients.iter().filter_map(|client| text.find(client)).min();
    let Some(client) = client else { return };
    for (at, flag) in text.match_indices(" -p").filter(|(at, _)| *at > client) {
        let start = at + flag.len();
        let password = word_at(text, start);
        // The client asks for it otherwise.
        if !password.is_empty() {
            ranges.push((start, start + password.len()));
        }
    }
}

/// Whether there are digits among letters.
fn looks_secret(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() > 5 && has(u8::is_ascii_digit) && has(u8::is_ascii_alphabetic)
}

fn is_of_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')
}

/// Whether `at` is in the middle of a word.
fn is_within(text: &str, at: usize) -> bool {
    text[..at].ends_with(|c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_'))
}

fn length_of(text: &str, start: usize, is_part: fn(u8) -> bool) -> usize {
    let bytes = text.as_bytes()[start..].iter();
    bytes.take_while(|byte| is_part(**byte)).count()
}

/// What stands at `start` up to a blank or quote.
pub(super) fn word_at(text: &str, start: usize) -> &str {
    let rest = &text[start..];
    let is_end = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    rest.split(is_end).next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use crate::secret::mask_error;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask_error(text), expected);
    }

    #[test]
    fn keys_tell_by_alphabet_and_length() {
        // Put together here so that no scanner of repositories takes them for real ones.
        let hex = "0123456789abcdef".repeat(2);
        check(&format!("refused key-{hex}"), "refused ***");
        check(&format!("twilio SK{hex}, expired"), "twilio ***, expired");
        let bot = format!("123456789:AA{}0123456", "abcdefghijklmnopqrstuvwxyz");
        check(&format!("bot {bot} is gone"), "bot *** is gone");
        check(&format!("SSWS 00{hex}"), "SSWS ***");
        check(&format!("client_secret a-{hex}"), "client_secret ***");
        for told in [
            "a key-value store",
            "the pair key-0123456789",
            "sk-learn and SKU 17",
            "npm_lifecycle_event",
            "at 10:AA:bb",
            "SSWS is a scheme",
            "the client secret was not found",
            "client secret orders-2 was not found",
        ] {
            check(told, told);
        }
        // An id is no key: it goes on, or is part of a longer word.
        for told in [
            format!("key-{hex}0"),
            format!("monkey-{hex}"),
            format!("DISK{hex}"),
        ] {
            check(&told, &told);
        }
    }

    #[test]
    fn passwords_of_commands_are_masked() {
        check("curl -u app:orange https://x", "curl -u app:*** https://x");
        check("run -u app:S3cr3tPw", "run -u app:***");
        check("mysql -uapp -porange shop", "mysql -uapp -p*** shop");
        check("bindpw hunter2 refused", "bindpw *** refused");
        check(
            "jdbc:oracle:thin:app/orange@//db:1521/x",
            "jdbc:oracle:thin:app/***@//db:1521/x",
        );
        for told in [
            "docker run -u 1000:1000 -p 80:80",
            "docker run -u app:app",
            "mysql -p shop",
            "ssh -p22 db",
            "jdbc:oracle:thin:@//db:1521/x",
        ] {
            check(told, told);
        }
    }
}
