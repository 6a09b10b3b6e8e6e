//! Lines of OpenSSH's server, and of dropbear.
//!
//! Source: the messages in `auth.c`, `auth2.c`, `monitor.c`, `packet.c`, `session.c` and `sshd.c`
//! of github.com/openssh/openssh-portable, `svr-auth*.c` of github.com/mkj/dropbear, read
//! 2026-11-27.

use super::{Rule, done, refused, told};

pub(super) static RULES: &[Rule] = &[
    done(
        "ssh_login",
        &[
            "Accepted {method:word} for {user} from {client:word} port {port:int}{_:rest}",
            "Accepted {method:word} for {user} from {client:word}",
            // dropbear
            "{method:word} auth succeeded for '{user}' {?with {_} }from {client:address}",
        ],
    ),
    refused(
        "ssh_login",
        &[
            // Users may call themselves `x from 203.0.113.7 port 1 ssh2`: the last end counts.
            "Failed {method:word} for {?invalid user }{?illegal user }{user:longest} from \
             {client:word} port {port:int}{_:rest}",
            "Failed {method:word} for {?invalid user }{user:longest} from {client:word}",
            "Invalid user {user:longest} from {client:word} port {port:int}{_:rest}",
            "Invalid user {user:longest} from {client:word}",
            "Illegal user {user:longest} from {client:word}{_:rest}",
            "input_userauth_request: {?invalid user }{?illegal user }{user} [preauth]",
            "input_userauth_request: {?invalid user }{?illegal user }{user}",
            "{?error: }PAM: {reason} for {?illegal user }{?invalid user }{user:longest} from \
             {client:word}{_:rest}",
            "{?error: }maximum authentication attempts exceeded for {?invalid user \
             }{user:longest} from \
             {client:word} port {port:int}{_:rest}",
            "{?error: }Received disconnect from {client:ip}{? port {port:int}}: {_:int}: \
             {_}uth fail{_:rest}",
            "Disconnecting {?invalid user }{?authenticating user }{user:longest} {client:ip} port \
             {port:int}: {reason:Too many authentication failures|Packet corrupt}{? [preauth]}",
            // Others tell names behind the client again.
            "Disconnecting {?invalid user }{?authenticating user }{user:word} {client:ip} port \
             {port:int}: {reason:rest}",
            "Disconnecting: Too many authentication failures{? for {?invalid user \
             }{user:word}}{_:rest}",
            "User {user:longest} from {client:word} not allowed because {reason:rest}",
            "User {user} not allowed because {reason:rest}",
            "Login restricted for {user}: {reason:rest}",
            "ROOT LOGIN REFUSED FROM {client:word}{? port {port:int}}{_:rest}",
            "Authentication refused: {reason:rest}",
            "Authentication tried for {user} with {reason} but not from a permitted host \
             (host={_}, ip={client:ip}{_:rest}",
            "Authentication tried for {user} with {reason} but not from a permitted host{_:rest}",
            "{?fatal: }Access denied for user {user}{? by {reason:rest}}",
            "refused connect from {_} ({client:ip})",
            // Junos
            "{?SSHD_LOGIN_FAILED: }Login failed for user '{user:longest}' from host '{client:ip}'",
            // dropbear
            "{_:Bad|bad} {?PAM }password attempt for '{user:longest}' from {client:address}",
            "{_:Login|login} attempt for nonexistent user{? '{user:longest}'} from \
             {client:address}",
            "{_:Exit|exit} before auth (user '{user}', {_:int} fails): {reason:longest} from \
             {client:address}",
            "{_:Exit|exit} before auth: {reason:longest} from {client:address}",
            "{_:Exit|exit} before auth{?{ }from <{client:address}>}: {?(user '{user}', {_:int} \
             fails): }{reason:rest}",
        ],
    ),
    refused(
        "ssh_connect",
        &[
            "{?error: }Did not receive identification string from {client:ip}{? port \
             {port:int}}{_:rest}",
            "Bad protocol version identification {_:longest} from {client:ip}{? port \
             {port:int}}{_:rest}",
            "{?fatal: }{?error: }Unable to negotiate with {client:ip}{? port {port:int}}: \
             {reason:rest}",
            "{?fatal: }Unable to negotiate a key exchange method{_:rest}",
            "{?fatal: }Timeout before authentication for connection from {client:ip} to \
             {server:ip}, {_:rest}",
            "{?fatal: }Timeout before authentication for {?connection from }{client:ip}{? port \
             {port:int}}{_:rest}",
            "{?error: }{?beginning }drop connection #{_:int} from [{client:ip}]:{port:int} on \
             [{server:ip}]:{server_port:int} {reason:rest}",
            "{?error: }{?beginning }{?drop connection #{_:int} }from [{client:ip}]:{port:int} on \
             {reason:rest}",
            "drop connection #{_:int} from [{client:ip}]:{port:int} on {reason:rest}",
            "banner exchange: Connection from {client:ip} port {port:int}: {reason:rest}",
            "ssh_dispatch_run_fatal: Connection from {_} {client:ip} port {port:int}: \
             {reason:rest}",
            "reverse mapping checking getaddrinfo for {_} [{client:ip}] failed{_:rest}",
            "Address {client:ip} maps to {_}, but this does not map back to the address{_:rest}",
            "Nasty PTR record {_} is set up for {client:ip}, ignoring",
            "{?fatal: }Read from socket failed: {reason:rest}",
            "{?error: }kex_exchange_identification: {reason:rest}",
        ],
    ),
    told(
        "ssh_connect",
        &[
            "Connection from {client:ip} port {port:int} on {server:ip} port \
             {server_port:int}{_:rest}",
            "Connection from {client:ip} port {port:int}{_:rest}",
            "scanned from {client:ip} with {_:rest}",
            "Connection from {client:ip} on {_:rest}",
            "Child connection from {client:address}",
        ],
    ),
    told(
        "ssh_login",
        &[
            "Postponed {method:word} for {?invalid user }{user:longest} from {client:word} port \
             {port:int}{_:rest}",
            "Partial {method:word} for {?invalid user }{user:longest} from {client:word} port \
             {port:int}{_:rest}",
            "Authorized to {user}, krb5 principal {_:word} ({_:rest}",
        ],
    ),
    told(
        "ssh_disconnect",
        &[
            "{?error: }Received disconnect from {client:ip} port {port:int}:{_:rest}",
            "{?error: }Received disconnect from {client:ip}: {_:rest}",
            "Disconnected from user {user:longest} {client:ip}{? port {port:int}}{_:rest}",
            "Disconnected from {?invalid user }{?authenticating user }{user:longest} {client:ip} \
             port \
             {port:int}{_:rest}",
            "Disconnected from {client:ip}{? port {port:int}}{_:rest}",
            "Connection {_:name} by {?invalid user }{?authenticating user }{user:longest} \
             {client:ip} \
             port {port:int}{_:rest}",
            "Connection {_:name} by {client:ip}{? port {port:int}}{_:rest}",
            "Closing connection to {client:ip}{? port {port:int}}{_:rest}",
            "Close session: user {user:longest} from {client:ip} port {port:int}{_:rest}",
            "Read error from remote host {client:ip}{? port {port:int}}: {reason:rest}",
            "Timeout, client not responding{? from user {user:longest} {client:ip} port \
             {port:int}}{_:rest}",
            "Exit ({user}){?{ }from <{client:address}>}: {reason:rest}",
        ],
    ),
    refused(
        "ssh_session",
        &["subsystem request for {_:word} by user {user} failed, {reason:rest}"],
    ),
    done(
        "ssh_session",
        &[
            "Starting session: {_} for {user} from {client:ip} port {port:int}{_:rest}",
            "subsystem request for {_:word} by user {user}",
            "session opened for local user {user} from [{client:ip}]",
        ],
    ),
];
