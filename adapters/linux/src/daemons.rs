//! How what daemons tell in syslog has ended: cron, dhcpd of ISC, charon of strongSwan.
//!
//! Sources, as of 2026-11-30: `do_command.c`, `security.c`, `misc.c` and `database.c` of
//! github.com/cronie-crond/cronie and `do_command.c` of cron in Debian; `server/dhcp.c` of
//! github.com/isc-projects/dhcp; `src/libcharon/sa` of github.com/strongswan/strongswan.

use nepho_core::tables::Outcome;

/// Outcome that a message of a program tells; `None` where it tells none.
pub(crate) fn outcome(program: &str, message: &str) -> Option<Outcome> {
    match program {
        "CRON" | "cron" | "crond" | "CROND" | "crontab" => of_cron(message),
        "dhcpd" => of_dhcpd(message),
        "charon" | "charon-systemd" | "charon-nm" => of_charon(message),
        _ => None,
    }
}

/// `(mona) FAILED to authorize user with PAM`, `(CRON) error (grandchild #124 failed with exit
/// status 1)`: what cron does, or whose table it reads, stands before what it says in brackets.
///
/// That a job was started (`CMD`) does not tell how it ended.
fn of_cron(message: &str) -> Option<Outcome> {
    let (_, said) = message.trim_start().strip_prefix('(')?.split_once(") ")?;
    let failed = [
        "error (",
        "ERROR (",
        "FAILED ",
        "WRONG FILE OWNER",
        "WRONG INODE INFO",
        "INSECURE MODE",
        "BAD FILE MODE",
        "NOT REGULAR",
        "NUMBER OF HARD LINKS > 1",
        "CAN'T OPEN",
        "CAN'T FORK",
        "CAN'T GETPWNAM",
        "CANNOT GET REAL PATH",
        "AUTH (crontab command not allowed)",
        "ORPHAN",
        "Syntax error, this crontab file will be ignored",
        "bad ",
    ];
    let is_failed = failed.iter().any(|start| said.starts_with(start));
    is_failed.then_some(Outcome::Failure)
}

/// `DHCPACK on 10.0.0.7 to 00:11:22:33:44:55 (web-1) via eth0`; behind a colon stands why a request
/// was not met.
fn of_dhcpd(message: &str) -> Option<Outcome> {
    let message = message.trim_start();
    let (kind, rest) = message.split_once(' ')?;
    let refusals = [
        "no free leases",
        "peer holds all free leases",
        "wrong network",
        "unknown network segment",
        "unknown client",
        "not responding",
        "abandoned",
    ];
    // The name that a client gives itself stands before the reason.
    let is_refused = || {
        let reason = rest.rsplit_once(": ").map_or("", |(_, reason)| reason);
        let is_taken = reason.starts_with("lease ") && reason.ends_with(" unavailable.");
        is_taken || refusals.iter().any(|refusal| reason.contains(refusal))
    };
    match kind {
        "DHCPNAK" | "DHCPDECLINE" => Some(Outcome::Failure),
        "DHCPDISCOVER" | "DHCPREQUEST" | "DHCPINFORM" if is_refused() => Some(Outcome::Failure),
        "DHCPACK" => Some(Outcome::Success),
        _ => None,
    }
}

/// `12[IKE] <shop|1> IKE_SA shop[1] established between ...`: the number of a thread, the part of
/// charon and the connection may stand before what is said. What is encoded and sent (`[ENC]`,
/// `[NET]`) is told by the other parts as well.
fn of_charon(message: &str) -> Option<Outcome> {
    let said = behind_connection(behind_thread(message.trim()));
    let failures = [
        "giving up after ",
        "no matching peer config found",
        "no IKE config found for ",
        "no shared key found for ",
        "no private key found for ",
        "no trusted ",
        "no acceptable ",
        "no proposal found",
        "no matching CHILD_SA config found",
    ];
    let is_notified = said.starts_with("received ") && said.contains("error notify")
        || said.starts_with("received AUTHENTICATION_FAILED")
        || said.starts_with("received proposals unacceptable");
    let is_refused = said.starts_with("authentication of ") && said.ends_with(" failed")
        || said.starts_with("EAP method ") && said.contains(" failed")
        || said.starts_with("establishing ") && is_told_to_fail(said)
        || said.ends_with(" failed for peer");
    if is_notified || is_refused || failures.iter().any(|start| said.starts_with(start)) {
        return Some(Outcome::Failure);
    }
    let is_association = said.starts_with("IKE_SA ") || said.starts_with("CHILD_SA ");
    let is_made = is_association && said.contains(" established ")
        || said.starts_with("authentication of ") && said.ends_with(" successful");
    is_made.then_some(Outcome::Success)
}

/// Whether a message ends with ` failed`, or gives the reason behind that:
/// `establishing IKE_SA failed, peer not responding`.
fn is_told_to_fail(said: &str) -> bool {
    said.ends_with(" failed") || said.contains(" failed, ")
}

/// Message behind `12[IKE] `.
fn behind_thread(message: &str) -> &str {
    let digits = message.bytes().take_while(u8::is_ascii_digit).count();
    let part = message.get(digits..).and_then(|rest| {
        let (part, said) = rest.strip_prefix('[')?.split_once("] ")?;
        (digits > 0 && part.bytes().all(|byte| byte.is_ascii_uppercase())).then_some(said)
    });
    part.unwrap_or(message)
}

/// Message behind `<shop|1> `.
fn behind_connection(said: &str) -> &str {
    let behind = said
        .strip_prefix('<')
        .and_then(|rest| rest.split_once("> "));
    behind.map_or(said, |(_, said)| said)
}

#[cfg(test)]
mod tests {
    use nepho_core::tables::Outcome::{Failure, Success};

    use super::outcome;

    #[test]
    fn daemons_tell_how_it_ended() {
        let check = |program: &str, message: &str, expected| {
            assert_eq!(outcome(program, message), expected, "{program}: {message}");
        };
        let failed = "(CRON) error (grandchild #124 failed with exit status 1)";
        check("CRON", failed, Some(Failure));
        check(
            "crond",
            "(mona) FAILED to authorize user with PAM (x)",
            Some(Failure),
        );
        check(
            "cron",
            "(*system*backup) WRONG FILE OWNER (/etc/cron.d/backup)",
            Some(Failure),
        );
        check("CRON", "(mona) CMD (/usr/bin/backup || echo FAILED)", None);
        check("cron", "(mona) RELOAD (crontabs/mona)", None);
        let mac = "00:11:22:33:44:55";
        check(
            "dhcpd",
            &format!("DHCPACK on 10.0.0.7 to {mac} via eth0"),
            Some(Success),
        );
        check(
            "dhcpd",
            &format!("DHCPNAK on 10.0.0.7 to {mac} via eth0"),
            Some(Failure),
        );
        let discover = format!("DHCPDISCOVER from {mac} via eth0");
        check("dhcpd", &discover, None);
        let full = format!("{discover}: network 10.0.0.0/24: no free leases");
        check("dhcpd", &full, Some(Failure));
        check("dnsmasq", &full, None);
        let request = format!("DHCPREQUEST for 10.0.0.7 from {mac} via eth0");
        let taken = format!("{request}: lease 10.0.0.7 unavailable.");
        check("dhcpd", &taken, Some(Failure));
        let named = format!("DHCPREQUEST for 10.0.0.7 from {mac} (abandoned) via eth0");
        check("dhcpd", &named, None);
    }

    #[test]
    fn charon_tells_whether_peers_are_let_in() {
        let check = |message: &str, expected| {
            assert_eq!(outcome("charon", message), expected, "{message}");
        };
        let made = "IKE_SA shop[1] established between 10.0.0.7[vpn-1]...203.0.113.7[peer]";
        check(&format!("12[IKE] {made}"), Some(Success));
        check(&format!("12[IKE] <shop|1> {made}"), Some(Success));
        check(made, Some(Success));
        check(
            "09[IKE] authentication of 'peer' with pre-shared key successful",
            Some(Success),
        );
        check(
            "09[IKE] authentication of 'mona' with EAP failed",
            Some(Failure),
        );
        check(
            "12[IKE] received AUTHENTICATION_FAILED notify error",
            Some(Failure),
        );
        check(
            "11[IKE] received NO_PROPOSAL_CHOSEN error notify",
            Some(Failure),
        );
        check(
            "11[IKE] <shop|1> giving up after 5 retransmits",
            Some(Failure),
        );
        check(
            "11[IKE] no IKE config found for 10.0.0.7...203.0.113.7",
            Some(Failure),
        );
        check(
            "11[IKE] establishing IKE_SA failed, peer not responding",
            Some(Failure),
        );
        check("11[IKE] initiating IKE_SA shop[1] to 203.0.113.7", None);
        check(
            "11[ENC] generating IKE_AUTH response 1 [ N(AUTH_FAILED) ]",
            None,
        );
    }
}
