//! Lines of syslog and lines that look like them.

use super::*;

fn check(text: &str, expected: Option<(&str, &str, &str, &str)>) {
    assert!(expected.is_none() || may_begin(text), "{text}");
    let found = parse(text, Reference::ANY);
    let found = found.map(|found| (found.host, found.process, found.pid, found.message));
    assert_eq!(found, expected, "{text}");
}

#[test]
fn lines_of_rfc_3164_and_their_relatives() {
    let full = Some(("web-1", "shop", "12", "hello: x"));
    check("May 12 14:00:00 web-1 shop[12]: hello: x", full);
    check("<13>May 12 14:00:00 web-1 shop[12]: hello: x", full);
    check("73 <13>May 12 14:00:00 web-1 shop[12]: hello: x", full);
    check("May  2 2026 14:00:00 web-1 shop[12]: hello: x", full);
    check("2026-05-12T14:00:00Z web-1 shop[12]: hello: x", full);
    check("2026-05-12T14:00:00 UTC web-1 shop[12]: hello: x", full);
    check("2026-05-12 14:00:00 web-1 shop[12]: hello: x", full);
    check("2026-05-12 14:00:00.123456 web-1 shop[12]: hello: x", full);
    check("2026-05-12 14:00:00 ERROR shop[12]: hello: x", None);
    check("2026-05-12 14:00:00 web-1 shop[main]: hello: x", None);
    check(
        "2026-05-12T14:00:00 CEST May 12 14:00:00 web-1 shop[12]: hello: x",
        full,
    );
    check(
        "2026-05-12T14:00:00Z Tue, May 12 14:00:00 2026 web-1 shop[12]: hello: x",
        full,
    );
    check(
        "2026-05-12T14:00:00.123456+02:00 web-1 shop: hello",
        Some(("web-1", "shop", "", "hello")),
    );
    check(
        "2026-05-12T14:00:00.000Z May 12 14:00:00 web-1 shop[12]: hello: x",
        full,
    );
    check(
        "May 12 14:00:00 kernel: [1.5] up",
        Some(("", "kernel", "", "[1.5] up")),
    );
    check(
        "May 12 14:00:00 web-1 last message repeated 2 times",
        Some(("web-1", "", "", "last message repeated 2 times")),
    );
    check(
        "May 12 14:00:00 web-1 exiting on signal 15",
        Some(("web-1", "syslogd", "", "exiting on signal 15")),
    );
    check(
        "May 12 14:00:00 web-1 syslogd 1.5.0#6: restart.",
        Some(("web-1", "syslogd", "", "syslogd 1.5.0#6: restart.")),
    );
    // FreeBSD, BusyBox and ESXi.
    check("May 12 14:00:00 <auth.info> web-1 shop[12]: hello: x", full);
    check("May 12 14:00:00 <4.6> web-1 shop[12]: hello: x", full);
    check("May 12 14:00:00 <b.x> web-1 shop[12]: hello: x", None);
    check("May 12 14:00:00 <4.9> web-1 shop[12]: hello: x", None);
    check("May 12 14:00:00 <4.6> is the version of the till", None);
    check(
        "Jan  1 00:00:01 (none) user.info shop: hello",
        Some(("(none)", "shop", "", "hello")),
    );
    check("Jan  1 00:00:01 (some) hello", None);
    check(
        "2026-05-12T14:00:00.123Z esx-1 Hostd: info hostd[2099] [Originator@6876] hello",
        Some((
            "esx-1",
            "Hostd",
            "",
            "info hostd[2099] [Originator@6876] hello",
        )),
    );
    check("2026-05-12T14:00:00.123Z info Host: hello", None);
    check("May 12 14:00:00 started the server", None);
    check(
        "May 12 14:00:00: --- last message repeated 5 times ---",
        Some(("", "", "", "--- last message repeated 5 times ---")),
    );
    check(
        "<13>May 12 14:00:00 web-1 no tag",
        Some(("web-1", "", "", "no tag")),
    );
}

#[test]
fn priorities_in_brackets_stand_before_a_tag() {
    check("May 12 14:00:00 <2.0> release notes: fixed a bug", None);
    check("May 12 14:00:00 <+4.+6> web-1 shop[12]: hello: x", None);
    check("2026-05-12T14:00:00Z <4.6> web-1 shop[12]: hello: x", None);
    let many = "<4.6> ".repeat(100_000);
    let line = format!("May 12 14:00:00 {many}web-1 shop[12]: hello");
    check(&line, None);
    check(
        "May 12 14:00:00 <0.4> web-1 kernel: up",
        Some(("web-1", "kernel", "", "up")),
    );
}

#[test]
fn a_bracket_that_was_never_opened_is_no_part_of_a_name() {
    let head = "May 12 14:00:00 web-1 gdm-password]";
    let full = |pid| Some(("web-1", "gdm-password", pid, "x"));
    check(&format!("{head}: x"), full(""));
    check(&format!("{head}[12]: x"), full("12"));
}

#[test]
fn lines_of_solaris_and_macos() {
    let full = Some(("web-1", "sshd", "12", "hello: x"));
    check(
        "May 12 14:00:00 web-1 sshd[12]: [ID 800047 auth.notice] hello: x",
        full,
    );
    let found = parse(
        "May 12 14:00:00 web-1 sshd[12]: [ID 800047 auth.notice] hello: x",
        Reference::ANY,
    );
    let found = found.map(|found| (found.severity(), found.facility(), found.message_id));
    let expected = (Some(Severity::NOTICE), Some("auth"), "800047");
    assert_eq!(found, Some(expected));
    check(
        "May 12 14:00:00 web-1 sshd[12]: [ID x] hello",
        Some(("web-1", "sshd", "12", "[ID x] hello")),
    );
    check(
        "2026-05-12 14:00:00.123456-0700  web-1 sshd[12]: hello: x",
        full,
    );
    check(
        "2026-05-12 14:00:00.123456-0700 web-1 sshd[12]: hello: x",
        full,
    );
    check(
        "2026-05-12 14:00:00.123456-0700  web-1 Google Chrome Helper (GPU)[12]: a[3]: x",
        Some(("web-1", "Google Chrome Helper (GPU)", "12", "a[3]: x")),
    );
    check(
        "2026-05-12 14:00:00.123456-0700  web-1 Chrome said [x]: y",
        None,
    );
    assert_eq!(
        program("Google Chrome Helper (GPU)"),
        "Google Chrome Helper"
    );
}

#[test]
fn lines_of_other_systems() {
    let full = Some(("web-1", "sshd", "12", "hello: x"));
    let priority = |text: &str| parse(text, Reference::ANY).and_then(|found| found.priority);
    for text in [
        "May 12 14:00:00 web-1 auth|security:info sshd[12]: hello: x",
        "May 12 14:00:00 web-1 auth.info sshd[12]: hello: x",
    ] {
        check(text, full);
        assert_eq!(priority(text), Some(4 * 8 + 6));
    }
    check(
        "Tue May 12 14:00:00 2026 daemon.notice netifd: up",
        Some(("", "netifd", "", "up")),
    );
    check(
        "May 12 14:00:00 relay Message forwarded from web-1: sshd[12]: hello: x",
        full,
    );
    check("May 12 14:00:00 web-1/10.0.0.7 sshd[12]: hello: x", full);
    check("May 12 14:00:00 s_net@web-1 sshd[12]: hello: x", full);
    check("May 12 14:00:00 UTC web-1 sshd[12]: hello: x", full);
    check("May 12 14:00:00 INFO/main sshd[12]: hello: x", None);
    check(
        "<13>May 12 14:00:00 web-1 sshd:hello: x",
        Some(("web-1", "sshd", "", "hello: x")),
    );
    check(
        "<13>May 12 14:00:00 web-1 http://example.com",
        Some(("web-1", "", "", "http://example.com")),
    );
    check(
        "May 12 14:00:00 web-1 CEF:0|Example|Gate|1|7|x|3|act=a",
        Some(("web-1", "", "", "CEF:0|Example|Gate|1|7|x|3|act=a")),
    );
    let event = "LEEF:1.0|Example|Gate|1|7|src=10.0.0.7";
    let full = Some(("web-1", "", "", event));
    check(&format!("<13>1 2026-05-12T14:00:00Z web-1 {event}"), full);
    check(&format!("2026-05-12T14:00:00Z web-1 {event}"), full);
    check(
        "<134>1 1778594400.774247467 MX84 flows allow src=10.0.0.7",
        Some(("MX84", "", "", "flows allow src=10.0.0.7")),
    );
    check(
        "<189>29: sw-1: *May 12 14:00:00.411: %SYS-5-CONFIG_I: x",
        Some(("sw-1", "SYS", "", "x")),
    );
    check("%SYS-5-CONFIG_I: x", Some(("", "SYS", "", "x")));
    check(
        "29: *May 12 14:00:00.411: %SYS-5-A: x",
        Some(("", "SYS", "", "x")),
    );
    for zone in ["+0000", "+00:00"] {
        let text = format!("2026-05-12T14:00:00{zone} web-1 kernel: x");
        check(&text, Some(("web-1", "kernel", "", "x")));
        check(&format!("2026-05-12T14:00:00{zone} web-1 main: x"), None);
    }
}

#[test]
fn daemons_need_no_number() {
    for time in ["14:00:00Z", "14:00:00.123456Z", "14:00:00+00:00"] {
        let text = format!("2026-05-12T{time} web-1 sudo:   ada : TTY=pts/0");
        check(&text, Some(("web-1", "sudo", "", "  ada : TTY=pts/0")));
        check(&format!("2026-05-12T{time} web-1 main: x"), None);
    }
}

#[test]
fn a_level_may_stand_before_the_process() {
    let level = |text: &str| parse(text, Reference::ANY).and_then(|found| found.level);
    for zone in ["Z", "-07:00"] {
        let time = format!("2026-05-12T14:00:00.123456{zone}");
        let text = format!("{time} NOTICE kernel: [ 0.1] up");
        check(&text, Some(("", "kernel", "", "[ 0.1] up")));
        assert_eq!(level(&text), Some(5));
        let full = Some(("", "shop", "12", "hello: x"));
        check(&format!("{time} WARNING shop[12]: hello: x"), full);
    }
    check("2026-05-12T14:00:00.123456Z INFO shop: hello", None);
    check("2026-05-12T14:00:00.123456Z ERROR shop: hello", None);
    check("2026-05-12T14:00:00Z INFO shop[12]: hello", None);
    let text = "May 12 14:00:00.123456 sw-1 NOTICE swss#orchagent: :- main: up";
    let full = Some(("sw-1", "swss#orchagent", "", ":- main: up"));
    check(text, full);
    assert_eq!(level(text), Some(5));
    check("May 12 14:00:00 web-1 ERROR shop: x", None);
}

#[test]
fn lines_without_a_tag() {
    let repeated = "--- last message repeated 5 times ---";
    check(
        &format!("May 12 14:00:00 {repeated}"),
        Some(("", "", "", repeated)),
    );
    check(
        "May 12 14:00:00 web-1 -- MARK --",
        Some(("web-1", "", "", "-- MARK --")),
    );
    check(
        "May 12 14:00:00 web-1.shop.example Job `daily' ended",
        Some(("web-1.shop.example", "", "", "Job `daily' ended")),
    );
    check(
        "May 12 14:00:00 10.0.0.7 link down",
        Some(("10.0.0.7", "", "", "link down")),
    );
    check("May 12 14:00:00 version 1.2.3 is out", None);
    check("May 12 14:00:00 1.2.3 is out", None);
    check("May 12 14:00:00 org.example.Shop failed", None);
    check("May 12 14:00:00 com.shop.cart started", None);
    check("May 12 14:00:00 shop.cart.views failed", None);
}

#[test]
fn lines_of_journalctl() {
    let full = Some(("web-1", "sshd", "12", "hello: x"));
    check("Tue 2026-05-12 14:00:00 UTC web-1 sshd[12]: hello: x", full);
    check("1778594400.123456 web-1 sshd[12]: hello: x", full);
    check(
        "Tue 2026-05-12 14:00:00 CEST web-1 kernel: x",
        Some(("web-1", "kernel", "", "x")),
    );
    check("Tue 2026-05-12 14:00:00 UTC web-1 main: x", None);
    // Months of other languages, which are words as well.
    check("Dez 12 14:00:00 web-1 sshd[12]: hello: x", full);
    check(
        "maj  2 14:00:00.250 web-1 kernel: x",
        Some(("web-1", "kernel", "", "x")),
    );
    check(
        "nov 12 14:00:00 web-1 kernel: x",
        Some(("web-1", "kernel", "", "x")),
    );
    check("set 12 14:00:00 as the start time", None);
    check("set 12 14:00:00 web-1 shop: x", None);
    check("out 12 14:00:00 as default: x", None);
    check("may 12 14:00:00 be late: x", None);
    check(
        "1778594400.123    120 10.0.0.7 TCP_HIT/200 1 GET a[1]: b",
        None,
    );
    check("[   12.345678] web-1 sshd[12]: hello: x", full);
    check(
        "[ 1012.345678] web-1 kernel: x",
        Some(("web-1", "kernel", "", "x")),
    );
    check("[   12.345678] systemd[1]: Started x", None);
    check("[   12.345678] usb 1-1: new device", None);
    let found = parse("1778594400.123456 web-1 sshd[12]: x", Reference::ANY);
    let time = Timestamp::parse_rfc3339("2026-05-12T14:00:00.123456Z");
    assert_eq!(found.and_then(|found| found.time), time);
}

#[test]
fn a_priority_needs_no_time() {
    check("<14>app[12]: x", Some(("", "app", "12", "x")));
    check("<14>app: x", Some(("", "app", "", "x")));
    check("<14> no tag", Some(("", "", "", "no tag")));
    check("<14>Error: x", Some(("", "", "", "Error: x")));
    check("<14>{\"a\":1}", Some(("", "", "", "{\"a\":1}")));
    check("<6>[    1.000000] usb 1-1: x", None);
    check("<14>", None);
}

#[test]
fn lines_of_rfc_5424() {
    let check = |text: &str, structured: &str, message: &str| {
        let found = parse(text, Reference::ANY).expect("a header");
        assert_eq!(
            (found.structured, found.message),
            (structured, message),
            "{text}"
        );
        assert_eq!((found.host, found.process), ("web-1", "shop"), "{text}");
    };
    let head = "<165>1 2026-05-12T14:00:00.003Z web-1 shop";
    check(
        &format!(r#"{head} 8 ID47 [a@1 b="c \"]"][d@1] text [x]"#),
        r#"[a@1 b="c \"]"][d@1]"#,
        "text [x]",
    );
    check(&format!("{head} - - - \u{feff}text"), "", "text");
    check(&format!("{head} - - -"), "", "");
    check(
        &format!("{head} web.1 - State changed"),
        "",
        "State changed",
    );
}

#[test]
fn lines_of_applications_are_not_syslog() {
    for text in [
        "2026-05-12T14:00:00Z checkout ERROR could not connect to db:5432",
        "2026-05-12T14:00:00Z checkout main: started",
        "2026-05-12T14:00:00.123456789Z stdout F shop: x",
        "May 12 14:00:00 ERROR shop: x",
        "2026-05-12 14:00:00 web-1 shop: x",
        "May I come in: x",
        "<div>May 12",
        "",
    ] {
        check(text, None);
    }
}

#[test]
fn machines_of_ec2_are_named_by_their_address() {
    let check = |host: &str, provider: Option<&str>, region: Option<&str>| {
        let envelope = with_host(Envelope::default(), host);
        assert_eq!(envelope.get(Column::Provider), provider, "{host}");
        assert_eq!(envelope.get(Column::Region), region, "{host}");
    };
    check("ip-10-0-0-7", Some("aws"), None);
    check("ip-10-0-0-7.ec2.internal", Some("aws"), Some("us-east-1"));
    check(
        "ip-10-0-0-7.eu-west-1.compute.internal",
        Some("aws"),
        Some("eu-west-1"),
    );
    for host in ["", "-", "web-1", "ip-1", "ip-10-0-0-700", "ip-10-0-0-7-8"] {
        check(host, None, None);
    }
    // What is around knows better whose machine it is.
    let told = Envelope::default().with(Column::Provider, "azure");
    let envelope = with_host(told, "ip-10-0-0-7.eu-west-1.compute.internal");
    assert_eq!(envelope.get(Column::Provider), Some("azure"));
    assert_eq!(envelope.get(Column::Region), None);
}
