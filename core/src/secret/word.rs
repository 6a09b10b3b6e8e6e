//! The secret that stands behind its name without a sign between the two.

/// Range of the word behind a name and blanks, where it looks like no word that people write:
/// `Password Hunter-2! is too short`. Letters, large and small, digits and signs are counted, and
/// three of the four must be there. The word reaches to the next blank or quote, without what ends
/// a sentence.
pub(super) fn bare_value(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let behind = rest.trim_start_matches([' ', '\t']);
    if behind.len() == rest.len() {
        return None;
    }
    let word = behind.trim_start_matches(['(', '[', '{']);
    let start = text.len() - word.len();
    let word = word.split([' ', '\t', '\n', '\r', '"', '\'']).next()?;
    let word = word.trim_end_matches([',', ';', '.', ':', '?', ')', ']', '}']);
    if word.len() < 6 || is_told(word) {
        return None;
    }
    // `User=App1` tells something else, unless a sign shows that it does not.
    let value = match word.split_once('=') {
        Some((name, value)) if is_setting(name) => value,
        _ => word,
    };
    let has = |is: fn(u8) -> bool| value.bytes().any(is);
    let has_sign = has(|byte| b"!@#$%^&*+=?~".contains(&byte));
    let kinds = [
        has(|byte| byte.is_ascii_lowercase()),
        has(|byte| byte.is_ascii_uppercase()),
        has(|byte| byte.is_ascii_digit()),
        has_sign,
    ];
    let is_mixed = kinds.into_iter().filter(|has| *has).count() > 2;
    let is_common = !has_sign && (value.len() < word.len() || is_method(word));
    (is_mixed && !is_common).then_some((start, start + word.len()))
}

/// Position behind ` is`, ` was`, ` to` or ` as` at `start`, or `start` itself.
pub(super) fn behind_verb(text: &str, start: usize) -> usize {
    let rest = text.get(start..).unwrap_or_default();
    let verbs = [" is", " was", " to", " as"];
    let verb = verbs.iter().find(|verb| {
        let behind = rest.strip_prefix(**verb);
        behind.is_some_and(|behind| behind.starts_with(' '))
    });
    start + verb.map_or(0, |verb| verb.len())
}

/// Names behind which people write a password.
const PASSWORDS: [&str; 6] = [
    "password",
    "passwd",
    "passphrase",
    "pwd",
    "credential",
    "bindpw",
];

/// Names behind which they write what a machine made, or the name of it.
const TOKENS: [&str; 6] = [
    "secret",
    "token",
    "api key",
    "apikey",
    "access key",
    "private key",
];

/// Names behind which only a machine's value is long and has digits.
const CLIENTS: [&str; 3] = ["client_secret", "client secret", "clientsecret"];

/// Ranges of the values that stand behind such names and blanks, in the text of an error.
pub(super) fn told_values(text: &str) -> Vec<(usize, usize)> {
    let lower = text.to_ascii_lowercase();
    let of_names = |names: &'static [&'static str], is_value: fn(&str) -> bool| {
        let ends = names
            .iter()
            .flat_map(|name| lower.match_indices(name).map(|(at, _)| at + name.len()));
        let values = ends.filter_map(|end| word_behind(text, end));
        let values = values.filter(|(start, end)| text.get(*start..*end).is_some_and(is_value));
        values.collect::<Vec<_>>()
    };
    let mut ranges = of_names(&PASSWORDS, is_password);
    ranges.extend(of_names(&TOKENS, is_token));
    ranges.extend(of_names(&CLIENTS, is_client_secret));
    ranges
}

/// Range of the word behind blanks, and behind a quote or bracket that opens.
fn word_behind(text: &str, start: usize) -> Option<(usize, usize)> {
    let rest = text.get(start..)?;
    let behind = rest.trim_start_matches([' ', '\t']);
    if behind.len() == rest.len() {
        return None;
    }
    let word = behind.trim_start_matches(['"', '\'', '`', '(', '[', '{']);
    let start = text.len() - word.len();
    let word = word.split([' ', '\t', '\n', '\r', '"', '\'', '`']).next()?;
    let word = word.trim_end_matches([',', ';', '.', ':', '?', ')', ']', '}']);
    (!word.is_empty() && !is_place(word) && !is_method(word)).then_some((start, start + word.len()))
}

/// Whether a word is none that people write in a sentence: `hunter2`, `hunTer`, `tree!`, and what
/// looks like an address of mail.
pub(super) fn is_password(word: &str) -> bool {
    let bytes = word.as_bytes();
    let has_sign = bytes.iter().any(|byte| b"!@#$%^&*+=?~".contains(byte));
    let has_digit = bytes.iter().any(u8::is_ascii_digit);
    let is_bent = bytes
        .windows(2)
        .any(|two| two[0].is_ascii_lowercase() && two[1].is_ascii_uppercase());
    word.len() > 3 && (has_sign || has_digit || is_bent)
}

/// Whether a word is long, of letters and digits, and no name of several parts.
fn is_token(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() > 7
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !is_mail(word)
        && (!word.contains(['-', '/', ':', '.']) || is_random(word))
}

/// Whether a word is long, with digits and letters, and no path.
fn is_client_secret(word: &str) -> bool {
    let has = |is: fn(&u8) -> bool| word.as_bytes().iter().any(is);
    word.len() > 15
        && has(u8::is_ascii_digit)
        && has(u8::is_ascii_alphabetic)
        && !word.contains(['/', ':'])
}

/// Whether the characters of a long word look drawn by lot: large and small letters and digits that
/// take turns. Those of names stand together.
pub(super) fn is_random(word: &str) -> bool {
    let kind = |byte: u8| match byte {
        b'a'..=b'z' => Some(0),
        b'A'..=b'Z' => Some(1),
        b'0'..=b'9' => Some(2),
        _ => None,
    };
    let kinds: Vec<usize> = word.bytes().filter_map(kind).collect();
    let turns = kinds.windows(2).filter(|two| two[0] != two[1]).count();
    kinds.len() >= 20 && (0..3).all(|kind| kinds.contains(&kind)) && turns * 4 >= kinds.len()
}

/// Whether a word is a path, a URL, an ARN or an address of mail: it tells whose password it is, or
/// where.
fn is_told(word: &str) -> bool {
    is_mail(word) || is_place(word)
}

/// Whether a word is an address of mail.
fn is_mail(word: &str) -> bool {
    word.split_once('@').is_some_and(|(user, host)| {
        let is_of = |text: &str, signs: &[u8]| {
            let mut bytes = text.bytes();
            bytes.all(|byte| byte.is_ascii_alphanumeric() || signs.contains(&byte))
        };
        let top = host.rsplit_once('.').map(|(_, top)| top);
        let is_top = |top: &str| top.len() > 1 && top.bytes().all(|byte| byte.is_ascii_lowercase());
        !user.is_empty() && is_of(user, b"._+-") && is_of(host, b".-") && top.is_some_and(is_top)
    })
}

/// Whether a word is a path, a URL or an ARN.
fn is_place(word: &str) -> bool {
    word.starts_with('/') || word.starts_with("arn:") || word.contains("://")
}

/// Whether a word is the name of a setting: small letters, large ones, or words that begin large.
fn is_setting(name: &str) -> bool {
    let bytes = name.as_bytes();
    let is_large = |byte: &u8| byte.is_ascii_uppercase();
    let is_of_names = |byte: &u8| byte.is_ascii_alphabetic() || matches!(byte, b'_' | b'-' | b'.');
    !name.is_empty()
        && bytes.iter().all(is_of_names)
        && (!bytes.iter().any(u8::is_ascii_lowercase)
            || !bytes.windows(2).any(|two| two.iter().all(is_large)))
}

/// Beginnings, in small letters, of names of methods that have letters of both kinds and digits.
const METHODS: [&str; 24] = [
    "aes", "argon2", "base64", "bcrypt", "blake2", "chacha20", "des", "ed25519", "ecdsa", "hmac",
    "kerberos", "md4", "md5", "ntlm", "oauth", "pbkdf2", "pkcs", "rc4", "ripemd", "rsa", "saml",
    "scram", "scrypt", "sha",
];

/// Whether a word is the name of a method of hashing, ciphering or signing in.
fn is_method(word: &str) -> bool {
    METHODS.iter().any(|method| {
        let (Some(front), Some(rest)) = (word.get(..method.len()), word.get(method.len()..)) else {
            return false;
        };
        // `Shadow` is none, `NTLMv2` and `Argon2id` are.
        let version = rest.strip_prefix(['v', 'V']).unwrap_or(rest);
        let is_apart = method.ends_with(|last: char| last.is_ascii_digit())
            || !version.starts_with(|next: char| next.is_ascii_alphabetic());
        // No version and no length of a key has more.
        let mut numbers = rest.split(|next: char| !next.is_ascii_digit());
        let is_short = numbers.all(|number| number.len() <= 4);
        is_apart && is_short && front.eq_ignore_ascii_case(method)
    })
}
