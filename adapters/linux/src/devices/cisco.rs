//! Messages of IOS, IOS XE, IOS XR and NX-OS, and of EOS of Arista, which writes the same.
//!
//! Sources, as of 2026-12-01: cisco.com, "Cisco IOS Security Command Reference" (`login on-success
//! log`, `access-list (IP)`), "System Message Guide for Cisco IOS XE", "Cisco NX-OS System Messages
//! Reference"; arista.com, "EOS System Message Guide".

use nepho_core::tables::Outcome;

use super::{Rule, rule};

pub(super) static RULES: &[Rule] = &[
    // SEC_LOGIN
    rule(
        "login",
        Some(Outcome::Success),
        &[
            "Login Success [user: {user:longest}] [Source: {client:ip}] [localport: {server_port:int}]{_:rest}",
        ],
    ),
    rule(
        "login",
        Some(Outcome::Failure),
        &[
            "Login failed [user: {user:longest}] [Source: {client:ip}] [localport: {server_port:int}] \
             [Reason: {reason}]{_:rest}",
            // NX-OS
            "{?error: }{?PAM: }{?pam_aaa:}Authentication {_:failed|failure} for {?illegal }{?user }\
             {user:longest} from {client:ip}{_:rest}",
        ],
    ),
    rule(
        "login",
        None,
        &[
            "User '{user:longest}' authentication for SSH2 Session from {client:ip} (tty = {tty:int}) \
           using {_:longest} {verdict:Succeeded|Failed}",
        ],
    ),
    // AAA of EOS, Arista
    rule(
        "login",
        Some(Outcome::Success),
        &["user {user:longest} logged in [from: {client:ip}] [service: {_}]"],
    ),
    rule(
        "login",
        Some(Outcome::Failure),
        &[
            "user {user:longest} failed to login [from: {client:ip}] [service: {_}] [reason: {reason}]",
        ],
    ),
    rule(
        "logout",
        None,
        &[
            "user {user:longest} logged out [from: {client:ip}] [service: {_}]",
            "User {user:word} has exited tty session {tty:int}({client:ip})",
            "User {user:word} has exited tty session {tty:int}({_})",
        ],
    ),
    // SYS, VSHD
    rule(
        "configure",
        None,
        &[
            // The line stands where no user has signed in.
            "Configured from {_} by {_:console|vty}",
            "Configured from {_} by vty{_:int}{? ({client:ip})}",
            "Configured from {_} by {user:word} on {client:ip}@{tty:word}",
            "Configured from {_} by {user:word} on {tty:word}{? ({client:ip})}",
            "Configured from {_} by {user:word}",
        ],
    ),
    // MGBL-CONFIG of IOS XR
    rule(
        "commit",
        None,
        &["Configuration committed by user '{user}'. {_:rest}"],
    ),
    // PARSER, HA_EM
    rule(
        "configure",
        None,
        &["User:{user:word}{ }logged command:{command:rest}"],
    ),
    // SEC: IPACCESSLOGP, IPACCESSLOGDP, IPACCESSLOGNP, IPACCESSLOGRP, IPACCESSLOGS
    rule(
        "",
        None,
        &[
            "list {rule:word} {verdict:denied|permitted} {protocol:name} {client:ip}({port:int}){? ({_})} \
             -> {server:ip}({server_port:int}), {packets:int} packet{_:rest}",
            "list {rule:word} {verdict:denied|permitted} {protocol:name} {client:ip}{? ({_})} -> {server:ip} \
             ({_:int}/{_:int}), {packets:int} packet{_:rest}",
            "list {rule:word} {verdict:denied|permitted} {protocol:name} {client:ip}{? ({_})} -> {server:ip}, \
             {packets:int} packet{_:rest}",
            "list {rule:word} {verdict:denied|permitted} {client:ip} {packets:int} packet{_:rest}",
        ],
    ),
    // AUTHMGR, DOT1X, MAB
    rule(
        "network_login",
        Some(Outcome::Failure),
        &[
            "Authentication failed for client ({_}) on Interface {_:rest}",
            "Authentication failed for client ({_}) with reason {_:rest}",
            "Authorization failed {?or unapplied }for client ({_}) on Interface {_:rest}",
        ],
    ),
    rule(
        "network_login",
        Some(Outcome::Success),
        &[
            "Authentication successful for client ({_}) on Interface {_:rest}",
            "Authorization succeeded for client ({_}) on Interface {_:rest}",
        ],
    ),
];
