//! What programs that let users in, and that change accounts, say of it.
//!
//! The lines of the programs are in tables of their own, [`ssh`], [`pam`], [`tools`] and
//! [`logins`].

mod logins;
mod pam;
mod ssh;
mod tools;

use std::net::IpAddr;

use nepho_codec::table::{Field, LineDecoder, LineFormat, Lines, peer_address, peer_port};
use nepho_codec::table::{resource, source_address, source_port, text};
use nepho_core::format::{Format, Stream};
use nepho_core::tables::{Column, Outcome, Row};

use crate::header;

/// Lines that say the same of an operation.
struct Rule {
    action: &'static str,
    /// How it ended, where the line tells.
    outcome: Option<Outcome>,
    lines: Lines,
}

/// Operation that succeeded.
const fn done(action: &'static str, patterns: &'static [&'static str]) -> Rule {
    rule(action, Some(Outcome::Success), patterns)
}

/// Operation that was refused or failed.
const fn refused(action: &'static str, patterns: &'static [&'static str]) -> Rule {
    rule(action, Some(Outcome::Failure), patterns)
}

/// Operation of which the line does not tell how it ended.
const fn told(action: &'static str, patterns: &'static [&'static str]) -> Rule {
    rule(action, None, patterns)
}

const fn rule(
    action: &'static str,
    outcome: Option<Outcome>,
    patterns: &'static [&'static str],
) -> Rule {
    let lines = Lines {
        name: "linux.auth",
        patterns,
        confidence: 0,
        constants: &[],
        fields: FIELDS,
        extras: EXTRAS,
        finish: None,
    };
    Rule {
        action,
        outcome,
        lines,
    }
}

/// Captures of all patterns: `actor` did it, `user` is whom it was done as, `account` was changed.
/// Tools that change accounts do not tell who ran them, so the account is all there is to look for.
const FIELDS: &[Field] = &[
    text(&["actor", "user", "account", "ruser"], Column::Actor),
    source_address(&["client"]),
    source_port(&["port"]),
    peer_address(&["server"]),
    peer_port(&["server_port"]),
    resource(&["account", "group"]),
];

const EXTRAS: &[(&str, &str)] = &[
    ("method", "auth_method"),
    ("client", "client"),
    ("user", "target_user"),
    ("group", "group"),
    ("tty", "tty"),
    ("session", "session"),
    ("reason", "reason"),
];

/// Which lines a program writes.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Group {
    Ssh,
    Pam,
    Tools,
    /// Only those that a rule knows.
    Logins,
}

/// Programs all of whose lines are about users and accounts, and daemons some of whose are.
fn group(program: &str) -> Option<Group> {
    Some(match program {
        "sshd" | "sshd-session" | "sshd-auth" | "dropbear" => Group::Ssh,
        "sudo"
        | "su"
        | "su-l"
        | "login"
        | "systemd-logind"
        | "useradd"
        | "userdel"
        | "usermod"
        | "adduser"
        | "newusers"
        | "groupadd"
        | "groupdel"
        | "groupmod"
        | "groupmems"
        | "passwd"
        | "chpasswd"
        | "chage"
        | "chfn"
        | "chsh"
        | "gpasswd"
        | "unix_chkpwd"
        | "vipw"
        | "pkexec"
        | "polkit-agent-helper-1"
        | "polkitd"
        | "doas"
        | "proftpd" => Group::Tools,
        "gdm-password" | "lightdm" | "sssd" => Group::Pam,
        _ if logins::is_daemon(program) => Group::Logins,
        _ => return None,
    })
}

/// Whether a line is about signing in or about accounts. The events that sudo writes as JSON are of
/// a format of their own.
///
/// Old versions of PAM name their module with the process: `vsftpd(pam_unix)`. Other programs may
/// call a part of theirs so, so the sentence must be one of the modules.
pub(crate) fn is_account_line(process: &str, message: &str) -> bool {
    let message = message.trim_start();
    let unrepeated = unrepeated(message);
    let program = header::program(process);
    let is_own = match (program, group(program)) {
        ("proftpd", _) => is_of_proftpd(unrepeated),
        (program, Some(Group::Logins)) => {
            logins::may_tell(program, unrepeated) && is_told_by(logins::RULES, unrepeated)
        }
        (_, group) => group.is_some() && !message.starts_with("@cee:"),
    };
    is_own || names_module(process) && is_told_by(pam::RULES, unrepeated) || is_of_pam(unrepeated)
}

/// Whether a program that only tells of users and accounts wrote a sentence that a rule knows.
pub(crate) fn is_told(program: &str, message: &str) -> bool {
    let message = unrepeated(message);
    let own = match group(program) {
        Some(Group::Ssh) => ssh::RULES,
        Some(Group::Tools) => tools::RULES,
        Some(Group::Pam) => &[],
        Some(Group::Logins) | None => return false,
    };
    is_told_by(own, message) || is_told_by(pam::RULES, without_module(message))
}

/// Whether a sentence is about a client, which stands behind the server, or tells the start of the
/// server: `10.0.0.5 (client.example.com[203.0.113.7]) - text`, `10.0.0.5 - ProFTPD 1.3.8 ...`.
/// All else that runs under this name has a level that it may tell in any way.
fn is_of_proftpd(message: &str) -> bool {
    let Some((_server, rest)) = message.split_once(' ') else {
        return false;
    };
    let client = rest
        .strip_prefix('(')
        .and_then(|rest| rest.split_once("])"));
    let address = client.and_then(|(client, _)| Some(client.rsplit_once('[')?.1));
    address.is_some_and(|address| address.parse::<IpAddr>().is_ok())
        || rest.starts_with("- ProFTPD ")
}

fn names_module(process: &str) -> bool {
    process.ends_with(')') && process.contains("(pam_")
}

/// Whether a sentence is one of those that rules know.
fn is_told_by(rules: &'static [Rule], message: &str) -> bool {
    let mut rules = rules.iter();
    rules.any(|rule| LineDecoder::new(&rule.lines).scan(message))
}

/// Whether a module of PAM wrote the line: `pam_unix(sshd:session): ...`, before version 0.99
/// `(pam_unix) ...`.
fn is_of_pam(message: &str) -> bool {
    let inner = without_module(message);
    message.starts_with("PAM ")
        || inner.len() < message.len() && is_told_by(pam::RULES, inner)
        || message.strip_prefix("pam_").is_some_and(|rest| {
            let open = rest.find('(');
            open.is_some_and(|open| open < 24 && rest[open..].contains("): "))
        })
}

/// What follows `(pam_unix) `, as modules before version 0.99 of Linux-PAM began on Debian.
fn without_module(message: &str) -> &str {
    let module = message
        .strip_prefix("(pam_")
        .and_then(|rest| rest.split_once(") "));
    match module {
        Some((name, rest)) if !name.contains(' ') => rest,
        _ => message,
    }
}

/// What is repeated, where rsyslog has put equal messages together:
/// `message repeated 2 times: [ Failed password for root from 10.0.0.7 port 50000 ssh2]`
/// (`runtime/ratelimit.c` of github.com/rsyslog/rsyslog, read 2026-11-28).
pub(crate) fn unrepeated(message: &str) -> &str {
    let message = message.trim();
    let repeated = message.strip_prefix("message repeated ").and_then(|rest| {
        let (count, inner) = rest.split_once(" times: [")?;
        let is_count = !count.is_empty() && count.bytes().all(|byte| byte.is_ascii_digit());
        inner.strip_suffix(']').filter(|_| is_count)
    });
    repeated.map_or(message, str::trim)
}

/// Reads what lines say of users and accounts.
pub(crate) struct Accounts {
    ssh: Vec<(&'static Rule, LineDecoder)>,
    pam: Vec<(&'static Rule, LineDecoder)>,
    tools: Vec<(&'static Rule, LineDecoder)>,
    logins: Vec<(&'static Rule, LineDecoder)>,
}

impl Default for Accounts {
    fn default() -> Self {
        let compile = |rules: &'static [Rule]| {
            let rules = rules.iter();
            rules
                .map(|rule| (rule, LineDecoder::new(&rule.lines)))
                .collect()
        };
        Self {
            ssh: compile(ssh::RULES),
            pam: compile(pam::RULES),
            tools: compile(tools::RULES),
            logins: compile(logins::RULES),
        }
    }
}

impl Accounts {
    /// Sets operation, outcome, actor and address of the client, as far as the line tells.
    pub(crate) fn fill(&mut self, program: &str, message: &str, row: &mut Row<'_>) {
        let message = unrepeated(message);
        let group = rules(program, message);
        let message = without_module(message);
        let own = match group {
            Group::Ssh => self.ssh.as_mut_slice(),
            Group::Tools => self.tools.as_mut_slice(),
            Group::Logins => self.logins.as_mut_slice(),
            Group::Pam => &mut [],
        };
        // Old versions of PAM name their module with the program: `sshd(pam_unix)`.
        for (rule, lines) in own.iter_mut().chain(&mut self.pam) {
            if !lines.scan(message) {
                continue;
            }
            lines.fill(message, row);
            row.constant(Column::Action, rule.action);
            // The line names nobody else.
            if message.starts_with("ROOT LOGIN") {
                row.constant(Column::Actor, "root");
            }
            if let Some(outcome) = rule.outcome {
                row.outcome(outcome);
            }
            return;
        }
    }
}

fn rules(program: &str, message: &str) -> Group {
    match group(program) {
        _ if is_of_pam(message) => Group::Pam,
        Some(group) => group,
        None => Group::Pam,
    }
}

/// Hands out what of a line has no column.
pub(crate) fn extras(program: &str, message: &str, found: &mut dyn FnMut(&str, &str)) {
    let message = unrepeated(message);
    let group = rules(program, message);
    let message = without_module(message);
    let own = match group {
        Group::Ssh => ssh::RULES,
        Group::Tools => tools::RULES,
        Group::Logins => logins::RULES,
        Group::Pam => &[],
    };
    for rule in own.iter().chain(pam::RULES) {
        let mut is_found = false;
        LineFormat::new(&rule.lines).extras(message, &Stream::default(), &mut |name, value| {
            is_found = true;
            found(name, value);
        });
        if is_found {
            return;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_repeated_is_found() {
        let check = |message: &str, expected: &str| assert_eq!(unrepeated(message), expected);
        check("message repeated 2 times: [ a [b]]", "a [b]");
        check("message repeated 2 times: [a]", "a");
        check(
            "message repeated x times: [ a]",
            "message repeated x times: [ a]",
        );
        check(
            "message repeated 2 times: [ a",
            "message repeated 2 times: [ a",
        );
        check(" a ", "a");
    }

    #[test]
    fn old_modules_of_pam_are_known() {
        let check = |process: &str, message: &str, expected: bool| {
            assert_eq!(is_account_line(process, message), expected, "{message}");
        };
        let failure = "authentication failure; logname= uid=0 euid=0 tty= ruser= rhost=10.0.0.7";
        check("pop3d", &format!("(pam_unix) {failure}"), true);
        check("pop(pam_unix)", failure, true);
        check("pop3d", failure, false);
        check("pop3d", "(pam_unix) check pass; user unknown", true);
        check("shop", "(pam_payment) error: refund refused", false);
        check("dpkg", "(pam_krb5) package installed", false);
        check(
            "puppet-agent",
            "(pam_limits) File[/etc/limits]: changed",
            false,
        );
        check(
            "shop(pam_a)",
            r#"{"level":"error","msg":"x","user":"ada"}"#,
            false,
        );
        check("CRON", "(root) CMD (run-parts)", false);
        check("polkitd(authority=local)", "Registered agent", true);
        check("named(8)", "loaded", false);
        check("shop", "(pam_unix is missing) x", false);
        check("shop", "(pam_unix)", false);
        check("shop", "(payment) authentication failure", false);
        assert_eq!(without_module("(pam_unix) x"), "x");
        assert_eq!(without_module("(pam x) y"), "(pam x) y");
    }

    #[test]
    fn daemons_tell_of_users_now_and_then() {
        let check = |process: &str, message: &str, expected: bool| {
            assert_eq!(is_account_line(process, message), expected, "{message}");
        };
        let failed = "LOGIN FAILED, user=ada, ip=[::ffff:203.0.113.7]";
        check("imapd", failed, true);
        check(
            "cyrus/imaps",
            "badlogin: [203.0.113.7] PLAIN [SASL(-13)]",
            true,
        );
        check("shop", failed, false);
        check("imapd", "Moved 7 bytes of new mail to /home/ada", false);
        check("smbd", "smbd version 4.19.5 started.", false);
        check("slapd", "conn=1000 op=1 RESULT tag=97 err=49 text=", false);
        check("slapd", "conn=1000 op=0 BIND dn=\"\" method=163", true);
        check("xinetd", "xinetd Version 2.3.15 started", false);
        check("radiusd", "Ready to process requests", false);
        check("monit", "'web' process is not running", false);
        check("ftpd", "connection timed out", false);
        check("in.tftpd", "RRQ from 203.0.113.7 filename boot", false);
        check("in.ftpd", "refused connect from 203.0.113.7", true);
        check("webmin", "Webmin starting", false);
    }

    #[test]
    fn what_proftpd_says_of_itself_is_no_account_line() {
        let check = |message: &str, expected: bool| {
            assert_eq!(is_account_line("proftpd", message), expected, "{message}");
        };
        check(
            "web-1 (a.example.com[203.0.113.7]) - USER ada: Login successful.",
            true,
        );
        check("10.0.0.5 (::1[::1]): FTP session opened.", true);
        check(
            "10.0.0.5 - ProFTPD 1.3.8 (stable) standalone mode STARTUP",
            true,
        );
        check("error: unable to bind to port 21", false);
        check("fatal: unknown configuration directive", false);
        check(r#"{"level":"error","msg":"x"}"#, false);
        check(r#"level=error msg="x y""#, false);
        check("GET /a 500", false);
        check("error (code[7]) - x", false);
    }
}
