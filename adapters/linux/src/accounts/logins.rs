//! Sign-ins and clients of daemons of which the other lines are of something else: FTP, IMAP and
//! POP3 servers, xinetd, TCP wrappers, and administration over HTTP.
//!
//! Source: `authlib` and `imap` of courier-mta.org, `src/imapd` and `src/ipopd` of
//! github.com/uw-imap/imap, `imap/imapd.c` of github.com/cyrusimap/cyrus-imapd, `libexec/ftpd` of
//! github.com/freebsd/freebsd-src, `src/ftpd.c` of github.com/jedisct1/pure-ftpd, `xinetd/log.c`
//! of github.com/xinetd-org/xinetd, hosts_access(5), `miniserv.pl` of github.com/webmin/webmin,
//! `sesman` of github.com/neutrinolabs/xrdp, `program/actions` of Roundcube,
//! `libraries/classes/Logging.php` of github.com/phpmyadmin/phpmyadmin, `src/http/processor.c` of
//! bitbucket.org/tildeslash/monit, `src/main/auth.c` of github.com/FreeRADIUS/freeradius-server,
//! `src/kdc` of github.com/krb5/krb5, `auth/auth_log.c` of Samba, `servers/slapd/bind.c` of
//! OpenLDAP, `utils/mountd` of nfs-utils, `src/blocker` of sshguard, `pveproxy` of Proxmox,
//! `src/etc/inc/auth.inc` of github.com/pfsense/pfsense, as of 2026-12-01.

use super::{Rule, done, refused, told};

/// Whether a program is one of these daemons.
pub(super) fn is_daemon(program: &str) -> bool {
    let is_named = matches!(
        program,
        "ftpd"
            | "wu-ftpd"
            | "pure-ftpd"
            | "imapd"
            | "imap"
            | "imaps"
            | "imapd-ssl"
            | "imaplogin"
            | "pop3"
            | "pop3s"
            | "pop3d"
            | "pop3d-ssl"
            | "ipop3d"
            | "courierpop3login"
            | "courieresmtpd"
            | "sieve"
            | "timsieved"
            | "telnetd"
            | "klogind"
            | "xinetd"
            | "webmin"
            | "usermin"
            | "xrdp-sesman"
            | "roundcube"
            | "phpMyAdmin"
            | "screensharingd"
            | "monit"
            | "radiusd"
            | "freeradius"
            | "krb5kdc"
            | "slapd"
            | "smbd"
            | "winbindd"
            | "rpc.mountd"
            | "pvedaemon"
            | "pveproxy"
            | "sshguard"
            | "php-fpm"
    );
    is_named || program.starts_with("in.")
}

/// Whether a line is worth a closer look: of some daemons nearly none is.
pub(super) fn may_tell(program: &str, message: &str) -> bool {
    match program {
        "slapd" => message.starts_with("conn=") && message.contains(" BIND dn=\""),
        "smbd" | "winbindd" => message.starts_with("Auth: ") && is_single(message),
        _ => true,
    }
}

/// Whether state and client are told once: user and workstation, which stand on both sides of them,
/// may be anything that the client writes.
fn is_single(message: &str) -> bool {
    let mut parts = ["] status [", "] remote host ["].iter();
    parts.all(|part| message.matches(part).count() == 1)
}

pub(super) static RULES: &[Rule] = &[
    refused(
        "login",
        &[
            // Courier
            "LOGIN FAILED, user={user:longest}, ip=[{client:ip}]{?, port=[{port:int}]}",
            "LOGIN FAILED, method={method:name}, ip=[{client:ip}]{?, port=[{port:int}]}",
            "error,relay={client:ip},{?port={port:int},}msg=\"{reason:quoted}\"{_:rest}",
            // Of the University of Washington
            "Login {reason:failed|disabled|excessive login failures} user={user:longest} \
             auth={_:longest} host={_:longest}[{client:ip}]",
            // Cyrus
            "badlogin: {_}[{client:ip}] plaintext {user:word} {reason:rest}",
            "badlogin: {_}[{client:ip}] {method:name} {reason:rest}",
            "Authentication failed from {client:ip} ({_}): {reason:rest}",
            // Webmin
            "Invalid login as {user:longest} from {client:word}",
            "Non-existent login as {user:longest} from {client:word}",
            // xrdp
            "{?[{_:name}{? }] }AUTHFAIL: user={user:longest} ip={client:ip} time={_:int}",
            // Roundcube
            "{?<{session}> }IMAP Error: Login failed for {user:longest} against {_:word} from \
             {client:ip}{_:rest}",
            "{?<{session}> }IMAP Error: Login failed for {user:longest} from {client:ip}{_:rest}",
            "{?<{session}> }{_:Failed|FAILED} login for {user:longest} from {client:ip}{_:rest}",
            // phpMyAdmin
            "user denied: {user:longest} ({reason}) from {client:ip}",
            // Screen sharing of macOS
            "Authentication: FAILED :: User Name: {user:longest} :: Viewer Address: {client:ip} \
             :: Type: \
             {method:rest}",
            // Monit
            "HttpRequest: access denied -- client {client:ip}: wrong password for user '{user}'",
            "HttpRequest: access denied -- client {client:ip}: unknown user '{user}'",
            "HttpRequest: access denied -- client {client:ip}: {reason:rest}",
            // FreeRADIUS
            "{?({_:int}) }Login incorrect{? ({reason})}: [{user:longest}/<via {_}] (from client {_:rest}",
            "{?({_:int}) }Login incorrect{? ({reason})}: [{user}/{_}] (from client {_:rest}",
            "{?({_:int}) }Login incorrect{? ({reason})}: [{user}] (from client {_:rest}",
            // Kerberos of MIT
            "{_:AS_REQ|TGS_REQ} ({_}) {client:ip}: \
             {reason:CLIENT_NOT_FOUND|SERVER_NOT_FOUND|PREAUTH_FAILED|CLIENT KEY EXPIRED}: {user} \
             for {_:rest}",
            // pfSense and OPNsense
            "/{_:name}: webConfigurator authentication error for {?user }'{user:longest}' from: {client:ip}{_:rest}",
            "/{_:name}: Web GUI authentication error for {?user }'{user:longest}' from {client:ip}{_:rest}",
            // Proxmox
            "authentication failure; rhost={client:ip} user={user} msg={reason:rest}",
        ],
    ),
    done(
        "login",
        &[
            "LOGIN, user={user:longest}, ip=[{client:ip}]{?, port=[{port:int}]}{?, {_:rest}}",
            "{_:Login|Authenticated} user={user:longest} host={_:longest}[{client:ip}]{? {_:rest}}",
            "login: {_}[{client:ip}] {user:word} {method:name} {_:rest}",
            "Successful login as {user:longest} from {client:word}",
            "{?[{_:name}{? }] }++ created session (access granted): username {user:longest}, ip \
             {client:address}{_:rest}",
            "{?<{session}> }Successful login for {user:longest} (ID: {_:int}) from \
             {client:ip}{_:rest}",
            "user authenticated: {user:longest} from {client:ip}",
            "{?({_:int}) }Login OK: [{user:longest}/<via {_}] (from client {_:rest}",
            "{?({_:int}) }Login OK: [{user}/{_}] (from client {_:rest}",
            "{?({_:int}) }Login OK: [{user}] (from client {_:rest}",
            "{_:AS_REQ|TGS_REQ} ({_}) {client:ip}: ISSUE: {_}, etypes {_}, {user} for {_:rest}",
            "<{_}> successful auth for user '{user}'",
            "/{_:name}: Successful login for user '{user:longest}' from: {client:ip}{_:rest}",
            // Samba
            "Auth: [{_}] user [{_}]\\[{user}] at [{_}] with [{method}] status [NT_STATUS_OK] \
             workstation [{_}] remote host [{_:ipv4|ipv6}:{client}:{port:int}]{_:rest}",
            "Authentication: SUCCEEDED :: User Name: {user:longest} :: Viewer Address: \
             {client:ip} :: \
             Type: {method:rest}",
        ],
    ),
    refused(
        "login",
        &[
            "Auth: [{_}] user [{_}]\\[{user}] at [{_}] with [{method}] status [{reason}] \
             workstation [{_}] remote host [{_:ipv4|ipv6}:{client}:{port:int}]{_:rest}",
        ],
    ),
    told(
        "login",
        &[
            "AS_REQ ({_}) {client:ip}: NEEDED_PREAUTH: {user} for {_:rest}",
            // OpenLDAP
            "conn={session:int} op={_:int} BIND dn=\"{user}\" method={_:int}",
        ],
    ),
    told(
        "session_close",
        &[
            "{_:LOGOUT|DISCONNECTED|TIMEOUT}, user={user:longest}, ip=[{client:ip}]{?, \
             port=[{port:int}]}{?, {_:rest}}",
            "Logout user={user:longest} host={_:longest}[{client:ip}]",
            "Logout by {user:longest} from {client:word}",
            "/{_:name}: {_:User logged out|Session timed out} for user '{user:longest}' from: {client:ip}{_:rest}",
        ],
    ),
    refused(
        "reject",
        &[
            "error,relay={client:ip},{?port={port:int},}{?ident={_},}from=<{_}>,to=<{_}>: \
             {reason:rest}",
        ],
    ),
    refused(
        "ftp_login",
        &[
            "FTP LOGIN FAILED FROM {client}, {user:word}",
            "FTP LOGIN FAILED FROM {client:word}",
            "failed login from {_}[{client:ip}]",
            "(?@{client}) [{_:name}] Authentication failed for user [{user}]",
        ],
    ),
    done(
        "ftp_login",
        &[
            "FTP LOGIN FROM {_}[{client:ip}], {user:word}",
            "FTP LOGIN FROM {client} as {user:word}",
            "ANONYMOUS FTP LOGIN FROM {client}, {_:rest}",
            "({_:longest}@{client}) [{_:name}] {user} is now logged in",
        ],
    ),
    told(
        "ftp_connect",
        &[
            "connection from {client:word}{? {_:rest}}",
            "(?@{client}) [{_:name}] New connection from {_:word}",
        ],
    ),
    refused(
        "connect",
        &[
            "refused connect from {_} ({client:ip})",
            "refused connect from {client:word}",
            "FAIL: {_:name} {reason:name} from={client:ip}",
        ],
    ),
    told(
        "connect",
        &[
            "connect from {_} ({client:ip})",
            "connect from {client:word}",
            "START: {_:name} {?pid={_:int} }from={client:ip}",
        ],
    ),
    done(
        "mount",
        &["authenticated {_:mount|unmount} request from {client:address} for {_:rest}"],
    ),
    refused(
        "mount",
        &["refused {_:mount|unmount} request from {client:address} for {_:rest}"],
    ),
    told(
        "attack",
        &["Attack from \"{client:ip}\" on service {_:rest}"],
    ),
];
