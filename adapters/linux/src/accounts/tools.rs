//! Lines of sudo, su, login, systemd-logind, proftpd, and of the tools that change accounts.
//!
//! Source: `lib/eventlog/eventlog.c` of github.com/sudo-project/sudo, `src/*.c` of
//! github.com/shadow-maint/shadow, `login-utils` of github.com/util-linux/util-linux,
//! `src/login/logind-session.c` of github.com/systemd/systemd, as of 2026-11-27;
//! `modules/mod_auth.c` and `src/log.c` of github.com/proftpd/proftpd, as of 2026-11-30.

use super::{Rule, done, refused, told};

pub(super) static RULES: &[Rule] = &[
    done(
        "sudo",
        &[
            // Without a terminal there are two blanks.
            "{actor} : {? }{?HOST={_} ; }{?TTY={tty} ; }{?CHROOT={_} ; }PWD={_} ; USER={user} ; \
             {?GROUP={group} ; }{?TSID={session} ; }{?ENV={_} ; }COMMAND={_:rest}",
            "{actor} : {? }{?HOST={_} ; }{?TTY={tty} ; }PWD={_} ; {?GROUP={group} ; }COMMAND={_:rest}",
        ],
    ),
    refused(
        "sudo",
        &[
            "{actor} : {reason} ; {?HOST={_} ; }{?TTY={tty} ; }{?CHROOT={_} ; }PWD={_} ; \
             USER={user} ; {_:rest}",
            "{actor} : {reason} ; {?HOST={_} ; }{?TTY={tty} ; }PWD={_} ; {_:rest}",
            "unable to execute {reason:rest}",
        ],
    ),
    told("sudo", &["{actor} : (command continued) {_:rest}"]),
    refused(
        "su",
        &[
            "FAILED su for {user} by {actor}",
            "FAILED SU (to {user}) {actor} on {tty}",
            // BSD
            "BAD SU {actor:word} to {user:word} on {tty}",
            "- {tty:word} {actor}:{user}",
            "'su {user}' failed for {actor} on {tty}",
            // IRIX
            "failed: {tty:word} changing from {actor:word} to {user:word}",
            "pam_authenticate: {reason:rest}",
        ],
    ),
    done(
        "su",
        &[
            "Successful su for {user} by {actor}",
            "(to {user}) {actor} on {tty}",
            // BSD
            "{actor:word} to {user:word} on /dev/{tty:word}",
            "+ {tty:word} {actor}:{user}",
            "'su {user}' succeeded for {actor} on {tty}",
            "succeeded: {tty:word} changing from {actor:word} to {user:word}",
        ],
    ),
    done(
        "doas",
        &["{actor:word} ran command {_} as {user:word} from {_:rest}"],
    ),
    refused(
        "doas",
        &[
            "command not permitted for {actor}: {_:rest}",
            "failed auth for {actor:word}",
        ],
    ),
    // In the system log `-` stands before what is told, in that of its own `:`.
    refused(
        "ftp_login",
        &[
            "{_} ({_}[{client:ip}]){?:}{? -} USER {user} (Login failed): {reason:rest}",
            "{_} ({_}[{client:ip}]){?:}{? -} USER {user}: no such user found{_:rest}",
            "{_} ({_}[{client:ip}]){?:}{? -} USER {user}: user is not a UserAlias{_:rest}",
            "{_} ({_}[{client:ip}]){?:}{? -} no such user '{user}'",
            "{_} ({_}[{client:ip}]){?:}{? -} Maximum login attempts ({_:int}) exceeded{_:rest}",
            "{_} ({_}[{client:ip}]){?:}{? -} SECURITY VIOLATION: {user} login attempted{_:rest}",
        ],
    ),
    done(
        "ftp_login",
        &["{_} ({_}[{client:ip}]){?:}{? -} {_:word} {user}: Login successful{_:rest}"],
    ),
    told(
        "ftp_connect",
        &["{_} ({_}[{client:ip}]){?:}{? -} FTP session {_:word}"],
    ),
    refused(
        "login",
        &[
            // Junos
            "LOGIN_FAILED: Login failed for user {user:longest} from host {client:word}",
            "FAILED LOGIN {?SESSION }{?({_:int}) }{?{_:int} }{?on '{tty}' }{?on {tty:word} }{?from \
             '{client}' }\
             {?FROM {client:word} }FOR '{user}', {reason:rest}",
            "FAILED LOGIN {?SESSION }{?({_:int}) }{?{_:int} }{?on '{tty}' }{?on {tty:word} }{?FROM \
             {client:word} }\
             FOR {user}, {reason:rest}",
            "TOO MANY LOGIN TRIES ({_:int}){_:rest}",
        ],
    ),
    done(
        "login",
        &[
            "LOGIN ON {tty:word} BY {user} FROM {client}",
            "LOGIN ON {tty:word} BY {user}",
            "DIALUP AT {tty:word} BY {user}",
            "ROOT LOGIN{ }{?ON }{?on }'{tty}'{? FROM '{client}'}{?{ }from '{client}'}",
            "ROOT LOGIN ON {tty:word}{? FROM {client}}",
        ],
    ),
    done(
        "session_open",
        &[
            "New session '{session}' of user '{user}'{_:rest}",
            "New session {session:word} of user {user} with class {_}.",
            "New session {session:word} of user {user}.",
        ],
    ),
    done(
        "session_close",
        &[
            "Session {session:word} logged out. Waiting for processes to exit.",
            "Removed session {session}.",
        ],
    ),
    done(
        "user_add",
        &["new user: name={account}, UID={_:int}, {_:rest}"],
    ),
    refused(
        "user_add",
        &[
            "failed adding user '{account}'{?, {reason}}",
            "failed adding user `{account}'{?, {reason}}",
        ],
    ),
    done(
        "user_delete",
        &["delete user '{account}'", "delete user `{account}'"],
    ),
    done(
        "user_change",
        &[
            "change user '{account}' {_:rest}",
            "change user `{account}' {_:rest}",
            "change user name '{account}' to '{_}'",
            "changed user '{account}' {_:rest}",
            "changed password expiry for {account}",
            "lock user '{account}' {_:rest}",
            "unlock user '{account}' {_:rest}",
        ],
    ),
    done(
        "pkexec",
        &[
            "Executing command [USER={user}] [TTY={tty}] {_:rest}",
            "{actor}: Executing command [USER={user}] [TTY={tty}] {_:rest}",
        ],
    ),
    done(
        "group_member_add",
        &[
            "add '{account}' to {?shadow }group '{group}'",
            "add `{account}' to {?shadow }group `{group}'",
            "user {account} added by {actor} to group {group}",
            "{_}: new member '{account}' to group '{group}'",
        ],
    ),
    done(
        "group_member_delete",
        &[
            "delete '{account}' from {?shadow }group '{group}'",
            "delete `{account}' from {?shadow }group `{group}'",
            "user {account} removed by {actor} from group {group}",
        ],
    ),
    done(
        "group_add",
        &[
            "new group: name={group}, GID={_:int}",
            "group added to {_}: name={group}, GID={_:int}",
            "group added to {_}: name={group}",
        ],
    ),
    done(
        "group_delete",
        &[
            "group '{group}' removed{? from {_}}",
            "remove{?d} {?shadow }group '{group}'{? owned by '{_}'}",
            "removed {?shadow }group '{group}'{? owned by '{_}'}",
        ],
    ),
    done(
        "group_change",
        &[
            "group changed in {_} (group {group}/{_:int}{_:rest}",
            "group changed in {_} (group {group}{_:rest}",
            "members of group {group} set by {actor} to {_:rest}",
            "change GID for '{account}' to {_:rest}",
        ],
    ),
    done(
        "password_change",
        &[
            "password for '{account}' changed by '{actor}'",
            "password for `{account}' changed by `{actor}'",
            "password changed for {account}{?, by {actor}}",
            "password of group {group} {_} by {actor}",
        ],
    ),
    refused(
        "authentication",
        &[
            "Operator of {_} FAILED to authenticate to gain authorization for action {reason:rest}",
            "password check failed for user ({user})",
            "{actor}: Error executing command as another user: {reason:rest}",
            "Error executing command as another user: {reason:rest}",
        ],
    ),
    done(
        "authentication",
        &["Operator of {_} successfully authenticated as unix-user:{user} to gain {_:rest}"],
    ),
];
