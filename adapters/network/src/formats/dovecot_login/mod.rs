//! Sign-ins at Dovecot.
//!
//! Source: doc.dovecot.org/2.3/configuration_manual/logging and `src/login-common/client-common.c`
//! of github.com/dovecot/core, as of 2026-11-28.

use nepho_codec::table::{
    Event, GuardedLines, Lines, keep, part, peer_address, source_address, text, time,
};
use nepho_core::tables::{Column, Outcome, Row};

nepho_core::register!(Component {
    kind: Kind::Format,
    name: "dovecot.audit_login",
    summary: "Sign-ins at Dovecot",
    permissions: &[],
    make: Make::Format(|| Box::new(GuardedLines::new(&LINES, may_fit))),
});

const RESULT: usize = 0;
const TIME: usize = 1;
const REFUSED: usize = 2;

static LINES: Lines = Lines {
    name: "dovecot.audit_login",
    patterns: &[
        "{?{time:time} }{?{_:name}: }{?Info: }{service:imap-login|pop3-login|submission-login|managesieve-login|lmtp-login}: \
         {?Info: }{result}: user=<{user:longest}>, {?method={method:name}, }rip={client:ip}, {?lip={server:ip}, }{rest:rest}",
        "{?{time:time} }{?{_:name}: }{?Info: }{service:imap-login|pop3-login|submission-login|managesieve-login|lmtp-login}: \
         {?Info: }{result}: user=<{user:longest}>, {?method={method:name}, }rip={client:ip}{?, lip={server:ip}}",
        // Of its own file syslog took the service for the program.
        "Info: {result}: user=<{user:longest}>, {?method={method:name}, }rip={client:ip}{?, lip={server:ip}}{?, {rest:rest}}",
        // Before the client told a user.
        "{?{time:time} }{?{_:name}: }{?Info: }{service:imap-login|pop3-login|submission-login|managesieve-login|lmtp-login}: \
         {?Info: }{result}: {?method={method:name}, }rip={client:ip}{?, lip={server:ip}}{?, {rest:rest}}",
        "{?{time:time} }{?{_:name}: }{_:auth|auth-worker}{?({_:name})}: {?Info: }{?conn unix:{_}: }{?auth-worker<{_:int}>: }\
         {database:pam|sql|ldap|passwd-file|passwd|shadow|bsdauth|checkpassword|vpopmail|dict|lua|static|imap|oauth2}({user},{client:ip}{?,<{_}>}{?,}): {refused:rest}",
        "{?{time:time} }{?{_:name}: }{_:auth|auth-worker}{?({_:name})}: {?Info: }{?conn unix:{_}: }{?auth-worker<{_:int}>: }\
         {database:pam|sql|ldap|passwd-file|passwd|shadow|bsdauth|checkpassword|vpopmail|dict|lua|static|imap|oauth2}({user}): {refused:rest}",
        "Info: {?conn unix:{_}: }{?auth-worker<{_:int}>: }\
         {database:pam|sql|ldap|passwd-file|passwd|shadow|bsdauth|checkpassword|vpopmail|dict|lua|static|imap|oauth2}({user},{client:ip}{?,<{_}>}{?,}): {refused:rest}",
    ],
    confidence: 92,
    constants: &[(Column::Process, "dovecot")],
    fields: &[
        time(&["time"]),
        text(&["user"], Column::Actor),
        source_address(&["client"]),
        peer_address(&["server"]),
        part(&["result"], Column::Action, action),
        keep(&["result"], RESULT),
        keep(&["time"], TIME),
        keep(&["refused"], REFUSED),
    ],
    extras: &[
        ("method", "auth_method"),
        ("service", "login_service"),
        ("database", "auth_database"),
        ("refused", "reason"),
    ],
    finish: Some(finish),
};

/// Whether syslog does not know the line better: it reads those that begin with a time of its own,
/// `May 12 14:04:01 imap-login: Info: ...`, and gives what follows.
fn may_fit(line: &str) -> bool {
    !matches!(
        line.as_bytes(),
        [b'A'..=b'Z', b'a'..=b'z', b'a'..=b'z', b' ', ..]
    )
}

/// `Login`, `Disconnected` of what stands before the user.
fn action(result: &str) -> &str {
    let end = result.find([':', '(']).unwrap_or(result.len());
    result[..end].trim_end()
}

/// Whether a database of passwords tells that it did not let a user in (`src/auth/passdb-*.c`,
/// `src/auth/auth-request.c`).
fn is_refusal(reason: &str) -> bool {
    const STARTS: [&str; 6] = [
        "unknown user",
        "Password mismatch",
        "Invalid password",
        "invalid credentials",
        "Login user not found",
        "user not found from any passdbs",
    ];
    STARTS.iter().any(|start| reason.starts_with(start))
        || reason.contains("() failed: ")
        || reason.starts_with("password mismatch")
}

fn finish(event: &Event<'_>, row: &mut Row<'_>) {
    let stamp = event.kept(TIME).map_or(0, |time| time.len());
    let body = event.text.get(stamp..).unwrap_or(event.text);
    row.text(Column::Body, body.trim_start());
    if let Some(reason) = event.kept(REFUSED) {
        row.constant(Column::Action, "authenticate");
        if is_refusal(&reason) {
            row.outcome(Outcome::Failure);
        }
        return;
    }
    let result = event.kept(RESULT).unwrap_or_default();
    // `Login` to 2.3, `Logged in` since 2.4; a proxy signs in elsewhere.
    let is_proxied = result.starts_with("proxy(");
    let is_signed_in = matches!(&*result, "Login" | "Logged in")
        || is_proxied && result.contains("): started proxying to ");
    let is_refused = result.contains("auth failed")
        || result.contains("auth_failed")
        || is_proxied && result.contains("): Login failed to ");
    if is_signed_in {
        row.outcome(Outcome::Success);
    } else if is_refused {
        row.outcome(Outcome::Failure);
    }
}
