//! A line of syslog, of the parts that shippers and agents made of it: what the programs of a host
//! say of users is known by the line.

use nepho_core::Timestamp;

/// Programs whose messages about users are known behind a header of syslog.
pub const ACCOUNT_PROGRAMS: [&str; 12] = [
    "sshd",
    "sshd-session",
    "sudo",
    "su",
    "login",
    "useradd",
    "userdel",
    "usermod",
    "groupadd",
    "passwd",
    "chage",
    "systemd-logind",
];

/// The line as rsyslog writes it to files (`RSYSLOG_FileFormat`):
/// `2026-05-12T14:05:03.000000+00:00 web sshd[12]: message`. `pid` may be empty; `None` where
/// another part is, or could not be told from the rest.
pub fn line(
    time: Timestamp,
    host: &str,
    program: &str,
    pid: &str,
    message: &str,
) -> Option<String> {
    let is_word = |text: &str| !text.is_empty() && !text.contains([' ', '[']);
    let message = message.trim_start();
    if !is_word(host) || !is_word(program) || program.contains(':') || message.is_empty() {
        return None;
    }
    let time = time.to_string();
    let time = time.trim_end_matches('Z');
    let fraction = if time.contains('.') { "" } else { ".000000" };
    let is_number = !pid.is_empty() && pid.bytes().all(|byte| byte.is_ascii_digit());
    let (open, pid, close) = if is_number {
        ("[", pid, "]")
    } else {
        ("", "", "")
    };
    Some(format!(
        "{time}{fraction}+00:00 {host} {program}{open}{pid}{close}: {message}"
    ))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_become_a_line() {
        let time = Timestamp::parse_rfc3339("2026-05-12T14:05:03Z").expect("a time");
        let check = |host: &str, pid: &str, message: &str, expected: Option<&str>| {
            assert_eq!(line(time, host, "sshd", pid, message).as_deref(), expected);
        };
        let whole = "2026-05-12T14:05:03.000000+00:00 web sshd[12]: bye";
        check("web", "12", " bye", Some(whole));
        let bare = "2026-05-12T14:05:03.000000+00:00 web sshd: bye";
        check("web", "", "bye", Some(bare));
        check("web", "x", "bye", Some(bare));
        check("", "12", "bye", None);
        check("a b", "12", "bye", None);
        check("web", "12", " ", None);
        let later = Timestamp(time.0 + 1_500_000);
        assert_eq!(
            line(later, "web", "su", "", "x").as_deref(),
            Some("2026-05-12T14:05:03.001500+00:00 web su: x")
        );
    }
}
