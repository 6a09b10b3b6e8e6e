//! Lines of the modules of PAM, which stand under the name of whatever program asked them.
//!
//! Source: the messages in `modules/pam_*` of github.com/linux-pam/linux-pam,
//! `src/sss_client/pam_sss.c` of github.com/SSSD/sssd, `nsswitch/pam_winbind.c` of Samba,
//! `pam/pam.c` of nss-pam-ldapd (arthurdejong.org/nss-pam-ldapd), and those of pam_krb5
//! (eyrie.org/~eagle/software/pam-krb5) and of `src/pam_google_authenticator.c` of
//! github.com/google/google-authenticator-libpam, as of 2026-11-30.

use super::{Rule, done, refused};

pub(super) static RULES: &[Rule] = &[
    done(
        "session_open",
        &[
            // Of a terminal at which nobody is yet.
            "{?{_:name}({_}): }session opened for user {user} by LOGIN(uid={_:int})",
            "{?{_:name}({_}): }session opened for user {user}(uid={_:int}) by {actor}(uid={_:int})",
            "{?{_:name}({_}): }session opened for user {user} by {actor}(uid={_:int})",
            "{?{_:name}({_}): }session opened for user {user} by{_:rest}",
        ],
    ),
    done(
        "session_close",
        &["{?{_:name}({_}): }session closed for user {user}"],
    ),
    done(
        "authentication",
        &[
            "{_:name}({_}): authentication success; logname={_} uid={_} euid={_} tty={tty} \
             ruser={_:longest} rhost={client}{?{ }user={user}}",
            "{_:name}({_}): user '{user}' granted access",
            "{_:name}({_}): user {user:word} authenticated as {_:word}",
            "Accepted google_authenticator for {user:word}",
        ],
    ),
    refused(
        "authentication",
        &[
            // Whoever signs in may choose `ruser`: the last host counts.
            "{?{_:name}({_}): }authentication failure; logname={_} uid={_} euid={_} tty={tty} \
             ruser={ruser:longest} rhost={client}{?{ }user={user}}",
            "{?PAM }{_:int} more authentication failure{?s}; logname={_} uid={_} euid={_} \
             tty={tty} \
             ruser={ruser:longest} rhost={client}{?{ }user={user}}",
            "{_:name}({_}): {reason:Authentication failure|Permission denied}; user={user}",
            "{_:name}({_}): requirement \"{reason}\" not met by user \"{user}\"",
            "{_:name}({_}): {?auth could not }identify password for [{user}]",
            "{_:name}({_}): auth could not identify password for [{user}]",
            "{?{_:name}({_}): }check pass; {reason}",
            "{_:name}({_}): {reason:conversation failed|conversation error}",
            "{_:name}({_}): received for user {user}: {reason}",
            "{_:name}({_}): Access denied for user {user}: {reason}",
            "{_:name}({_}): access denied for user `{user:longest}' from `{client}'",
            "{_:name}({_}): account {user} has {reason}",
            "{_:name}({_}): expired password for user {user} ({reason})",
            "{_:name}({_}): user {user} has blank password; {reason}",
            "{_:name}({_}): password check failed for user ({user})",
            "{_:name}({_}): user [{user}] {reason}",
            "{_:name}({_}): couldn't open {reason}",
            "{_:name}({_}): user '{user}' denied access ({reason})",
            "Invalid verification code for {user:word}",
        ],
    ),
    refused(
        "account_lock",
        &[
            "{_:name}({_}): Consecutive login failures for user {user} account {reason}",
            "{_:name}({_}): user {user} ({_:int}) {?has been }{?tally }{reason}",
            "{_:name}({_}): User {user} account {reason}",
        ],
    ),
    done(
        "password_change",
        &["{_:name}({_}): password changed for {user}"],
    ),
];
