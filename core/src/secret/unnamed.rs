//! Secrets without a name, which the place tells that they are handed over in: a flag of a command,
//! a connection string, a scheme of authorization.

use super::noticed::Noticed;
use super::told::word_at;
use super::word::{is_password, is_random};

/// Words by which they are noticed.
pub(super) const NOTICED: [&str; 10] = [
    "jdbc:oracle:",
    "tcp(",
    "unix(",
    "cloudsql(",
    "basic ",
    "bearer ",
    "curl ",
    "mysql",
    "mariadb",
    "sshpass -p",
];

/// Range of a secret, from a text and where a word in it ends.
type Find = fn(&str, usize) -> Option<(usize, usize)>;

/// What finds a secret where a word of [`NOTICED`] ends, in the order of the words.
const FINDS: [Find; NOTICED.len()] = [
    oracle, go_mysql, go_mysql, go_mysql, basic, bearer, curl, mysql, mysql, sshpass,
];

/// Fewest characters of a user and a password in base64, and of a token.
const BASIC_CHARACTERS: usize = 8;
const BEARER_CHARACTERS: usize = 16;

/// Adds the ranges of these secrets.
///
/// Sources, read 2026-11-30: docs.oracle.com (JDBC, thin URLs), pkg.go.dev/github.com/
/// go-sql-driver/mysql (DSN), RFC 7617 (Basic), RFC 6750 (Bearer), curl.se/docs/manpage.html
/// (`-u`), dev.mysql.com/doc/refman (`-p`), the manual page of sshpass.
pub(super) fn find(text: &str, noticed: Noticed, ranges: &mut Vec<(usize, usize)>) {
    let words = NOTICED.into_iter().zip(FINDS).enumerate();
    for (_, (word, find)) in words.filter(|(number, _)| noticed.has_unnamed(*number)) {
        let places = text.as_bytes().windows(word.len()).enumerate();
        let found = places.filter(|(_, here)| here.eq_ignore_ascii_case(word.as_bytes()));
        ranges.extend(found.filter_map(|(at, _)| find(text, at + word.len())));
    }
}

/// `jdbc:oracle:thin:app/value@//db:1521/shop`.
fn oracle(text: &str, start: usize) -> Option<(usize, usize)> {
    let (user, _) = word_at(text, start).rsplit_once('@')?;
    let (name, _) = user.split_once('/')?;
    (name.len() + 1 < user.len()).then_some((start + name.len() + 1, start + user.len()))
}

/// `app:value@tcp(db:3306)/shop`, of which the bracket ends at `end`.
fn go_mysql(text: &str, end: usize) -> Option<(usize, usize)> {
    let before = text.get(..end)?.trim_end_matches('(');
    let at = before
        .trim_end_matches(|c: char| c.is_ascii_alphanumeric())
        .len();
    let before = before.get(..at)?.strip_suffix('@')?;
    let is_start = |c: char| c.is_whitespace() || matches!(c, '"' | '\'' | '`');
    let user = before.rsplit(is_start).next()?;
    // `mysql://app:value@tcp(db)` is found as an address.
    let (name, password) = user.split_once(':')?;
    let is_one = !name.is_empty() && !password.is_empty() && !password.starts_with("//");
    is_one.then_some((before.len() - password.len(), before.len()))
}

/// `Basic dXNlcjp2YWx1ZQ==`: user and password, which a colon parts.
fn basic(text: &str, start: usize) -> Option<(usize, usize)> {
    let length = token_length(text, start)?;
    let value = text.get(start..start + length)?;
    let is_one = length >= BASIC_CHARACTERS
        && decoded(value).is_some_and(|pair| pair.contains(':') && !super::has_control(&pair));
    is_one.then_some((start, start + length))
}

/// The text that `value` is in base64.
fn decoded(value: &str) -> Option<String> {
    let value = value.trim_end_matches('=');
    let mut bytes = Vec::with_capacity(value.len());
    let (mut bits, mut held) = (0_u32, 0);
    for byte in value.bytes() {
        let six = match byte {
            b'A'..=b'Z' => byte - b'A',
            b'a'..=b'z' => byte - b'a' + 26,
            b'0'..=b'9' => byte - b'0' + 52,
            b'+' | b'-' => 62,
            b'/' | b'_' => 63,
            _ => return None,
        };
        bits = bits << 6 | u32::from(six);
        held += 6;
        if held >= 8 {
            held -= 8;
            bytes.push((bits >> held & 0xff) as u8);
        }
    }
    String::from_utf8(bytes).ok()
}

/// `Bearer 0a1B2c3D4e5F6a7B8c9D`. What a server answers names a realm, an error or a scope there.
fn bearer(text: &str, start: usize) -> Option<(usize, usize)> {
    let length = token_length(text, start)?;
    let value = text.get(start..start + length)?;
    let is_one = match value.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
        true => is_drawn(value),
        false => is_random(value) || is_uuid(value),
    };
    (is_one && length >= BEARER_CHARACTERS).then_some((start, start + length))
}

/// Digits that a token of one kind of letters has at the least.
const TOKEN_DIGITS: usize = 3;

/// Whether a word of letters and digits is none that people write: small letters, large ones and
/// digits take turns at two of five characters, as they do at three of five where they are drawn by
/// lot, or each fifth is a digit, or there are digits among letters of one kind alone.
/// `OAuth2AuthenticationToken` is the name of a class.
fn is_drawn(word: &str) -> bool {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let kinds: Option<Vec<usize>> = word.bytes().map(kind).collect();
    kinds.is_some_and(|kinds| {
        let turns = kinds.windows(2).filter(|two| two[0] != two[1]).count();
        let digits = kinds.iter().filter(|kind| **kind == 2).count();
        let is_of_one = !(kinds.contains(&0) && kinds.contains(&1));
        let is_mixed = turns * 5 >= kinds.len() * 2 || digits * 5 >= kinds.len();
        digits < kinds.len() && (is_mixed || is_of_one && digits >= TOKEN_DIGITS)
    })
}

/// Whether a word has the form of a UUID.
fn is_uuid(word: &str) -> bool {
    word.len() == 36
        && word.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

/// Bytes of the credentials behind a scheme of authorization, if the word before `start` is not the
/// end of another. RFC 9110, section 11.2 (`token68`).
fn token_length(text: &str, start: usize) -> Option<usize> {
    let scheme = text.get(..start)?.trim_end_matches(' ');
    let before = scheme.trim_end_matches(|c: char| c.is_ascii_alphabetic());
    if scheme.len() - before.len() > "bearer".len() || before.ends_with(['-', '_']) {
        return None;
    }
    let rest = text.get(start..)?;
    let is_other = |c: char| !(c.is_ascii_alphanumeric() || "-._~+/=".contains(c));
    let word = rest.split(is_other).next()?;
    // `error="invalid_token"` is no token, a dot ends the sentence.
    let is_named = word.trim_end_matches('=').contains('=') || rest[word.len()..].starts_with('"');
    (!is_named).then(|| word.trim_end_matches('.').len())
}

/// `curl -u app:value https://x`.
fn curl(text: &str, start: usize) -> Option<(usize, usize)> {
    let line = command(text, start, "curl ".len())?;
    let flags = [" -u", " --user", " --proxy-user", " -U"];
    flags.into_iter().find_map(|flag| {
        let at = start + line.find(flag)? - 1 + flag.len();
        let value = match text.get(at..)?.strip_prefix([' ', '=']) {
            Some(_) => at + 1,
            None if flag.len() == " -u".len() => at,
            None => return None,
        };
        let value = behind_quote(text, value);
        let word = argument(text, value);
        let (user, password) = word.split_once(':')?;
        (!password.is_empty()).then_some((value + user.len() + 1, value + word.len()))
    })
}

/// `mysql -uapp -pvalue`, `mysqldump -pvalue1 shop`.
fn mysql(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let name = rest.find(|c: char| !c.is_ascii_alphanumeric() && c != '-')?;
    // The server is no client.
    if rest.starts_with("d ") {
        return None;
    }
    let name_start = text
        .get(..start)?
        .trim_end_matches(|c: char| c.is_ascii_alphabetic());
    let begin = start + name + 1;
    let line = command(text, begin, begin - name_start.len())?;
    let at = begin - 1 + line.find(" -p")? + " -p".len();
    let value = behind_quote(text, at);
    let password = argument(text, value);
    // The client asks for it otherwise, and `-p 3306:3306` are ports of a container.
    let is_ports = |byte: u8| byte.is_ascii_digit() || byte == b':';
    let is_number = password.len() < 6 && password.bytes().all(|byte| byte.is_ascii_digit());
    let is_port = is_number || password.contains(':') && password.bytes().all(is_ports);
    let is_client = [" -u", " -h", " --user", " --host"]
        .iter()
        .any(|flag| line.contains(flag));
    let is_one = is_client || is_password(password);
    (!password.is_empty() && is_one && !is_port).then_some((value, value + password.len()))
}

/// `sshpass -pvalue ssh x`, `sshpass -p value ssh x`.
fn sshpass(text: &str, start: usize) -> Option<(usize, usize)> {
    let blanks = text.get(start..)?.bytes().take_while(|byte| *byte == b' ');
    let value = behind_quote(text, start + blanks.count());
    let password = argument(text, value);
    let behind = text
        .get(value + password.len()..)?
        .trim_start_matches(['"', '\'', ' ']);
    let is_run = ["ssh", "scp", "sftp", "rsync"]
        .iter()
        .any(|run| behind.starts_with(run));
    let is_one = !password.is_empty() && (is_run || is_password(password));
    is_one.then_some((value, value + password.len()))
}

/// The rest of a command whose name of so many bytes, with the blank behind it, ends at `start`,
/// from that blank on; `None` if the name is a part of another word.
fn command(text: &str, start: usize, name: usize) -> Option<&str> {
    let before = text.get(..start.checked_sub(name)?)?;
    let is_blank = text.get(..start)?.ends_with(' ');
    let is_begin = before.ends_with([
        ' ', '/', '"', '\'', '`', '(', '\t', '\n', ':', '=', ';', '|',
    ]) || before.is_empty();
    let line = text.get(start - 1..)?;
    let ends = [" | ", "; ", " && ", " || ", "\n"];
    let end = ends.iter().filter_map(|end| line.find(end)).min();
    (is_blank && is_begin).then(|| &line[..end.unwrap_or(line.len())])
}

/// Position behind the quote at `start`, if there is one.
fn behind_quote(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let inner = rest.trim_start_matches('\\');
    let is_quoted = inner.starts_with(['"', '\'']);
    start
        + if is_quoted {
            rest.len() - inner.len() + 1
        } else {
            0
        }
}

/// The argument of a command at `start`: to the quote that stands before it, or to a blank.
fn argument(text: &str, start: usize) -> &str {
    match text
        .get(..start)
        .and_then(|before| before.chars().next_back())
    {
        Some(quote @ ('"' | '\'')) => {
            let rest = &text[start..];
            let inner = rest.split(quote).next().unwrap_or_default();
            inner.trim_end_matches('\\')
        }
        _ => word_at(text, start).trim_end_matches([',', ')', ';', '\\']),
    }
}

#[cfg(test)]
mod tests {
    use crate::secret::mask;

    fn check(text: &str, expected: &str) {
        assert_eq!(mask(text), expected);
    }

    fn check_told(texts: &[&str]) {
        for told in texts {
            check(told, told);
        }
    }

    #[test]
    fn passwords_in_connection_strings_are_masked() {
        check(
            "open app:hunter2secret@tcp(orders-db:3306)/shop: refused",
            "open app:***@tcp(orders-db:3306)/shop: refused",
        );
        check(
            r#"{"dsn":"app:a@b:c@unix(/run/m.sock)/shop"}"#,
            r#"{"dsn":"app:***@unix(/run/m.sock)/shop"}"#,
        );
        check(
            "DSN=app:x@cloudsql(p:r:i)/s",
            "DSN=app:***@cloudsql(p:r:i)/s",
        );
        check(
            "mysql://app:x@tcp(db:3306)/s",
            "mysql://app:***@tcp(db:3306)/s",
        );
        check(
            "jdbc:oracle:thin:app/hunter2@db:1521:x refused",
            "jdbc:oracle:thin:app/***@db:1521:x refused",
        );
        check_told(&[
            "app@tcp(orders-db:3306)/shop",
            "dial tcp(10.0.0.5:3306): i/o timeout",
            "git clone user:name@host",
            "git@github.com:shop/orders.git",
            "scp file mona:team@bastion:/tmp",
            "jdbc:oracle:thin:@//db:1521/x",
            "connected as app:10.0.0.5@tcp",
        ]);
    }

    #[test]
    fn credentials_behind_a_scheme_are_masked() {
        check("Basic YWRtaW46aHVudGVyMg==", "Basic ***");
        check(
            "got basic YWRtaW46aHVudGVyMnNlY3JldA, refused",
            "got basic ***, refused",
        );
        check("sent Bearer abcdef0123456789abcdef.", "sent Bearer ***.");
        check("Bearer AbCdEfGhIjKlMnOpQr", "Bearer ***");
        check("Bearer 9f8e7d6c5b4a39281706, x", "Bearer ***, x");
        check("Bearer aB3dE5gH7_jK9mN1pQ3rS5t", "Bearer ***");
        check(
            "bearer 550e8400-e29b-41d4-a716-446655440000 x",
            "bearer *** x",
        );
        check(
            "Authorization: Bearer abcdef0123456789%x",
            "Authorization: Bearer ***",
        );
        check_told(&[
            "Basic auth is on",
            "Basic authentication required",
            "Basic B-series plan2024",
            "Basic realm=\"shop\"",
            "Bearer of the news",
            "Bearer authentication-required",
            "Bearer error=\"invalid_token1234567\"",
            "Bearer realm1234567890abc=\"x\"",
            "Bearer kubernetes-service-account-2",
            "Bearer AuthenticationException: expired",
            "Bearer OAuth2AuthenticationToken is missing",
            "Bearer Http2ServerTokenFilter",
            "forbearer abcdef0123456789abcdef",
            "the Bearer token is missing",
        ]);
    }

    #[test]
    fn passwords_of_commands_are_masked_in_rows() {
        check(
            "curl -u admin:hunter2secret https://x",
            "curl -u admin:*** https://x",
        );
        check(
            "+ /usr/bin/curl -sS -uapp:orange x",
            "+ /usr/bin/curl -sS -uapp:*** x",
        );
        check("curl --user 'app:a b' x", "curl --user 'app:***' x");
        check(
            r#"{"cmd":"curl -u \"app:orange\" x","n":1}"#,
            r#"{"cmd":"curl -u \"app:***\" x","n":1}"#,
        );
        check("mysql -phunter2secret shop", "mysql -p*** shop");
        check(
            "mysqldump -uapp -porange shop",
            "mysqldump -uapp -p*** shop",
        );
        check(
            "mariadb-dump -h db -p'a b' shop",
            "mariadb-dump -h db -p'***' shop",
        );
        check("sshpass -p orange ssh db", "sshpass -p *** ssh db");
        check("sshpass -phunter2 rsync x", "sshpass -p*** rsync x");
        check_told(&[
            "curl -u app https://x:8080",
            "curl/8.5.0 GET / -u a:b",
            "curl https://x | docker run -u 1000:1000 x",
            "docker run -p 8080:80 -u app:app x",
            "ssh -p 8080 db",
            "mysql -pretty",
            "mysql -p shop",
            "mysql -uapp shop; ssh -p2222 db",
            "docker run mysql:8 -p3306:3306",
            "docker run mysql -p3306:3306",
            "mysqld started -p4ss",
            "sshpass -p is not safe",
        ]);
    }
}
