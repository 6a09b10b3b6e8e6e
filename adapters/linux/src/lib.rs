//! Log formats of hosts: syslog, sign-ins, the journal, the audit daemon, the kernel.

mod accounts;
pub mod formats;
mod header;
mod journal;
