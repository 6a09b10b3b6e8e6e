//! Log formats of hosts: syslog, sign-ins, the journal, the audit daemon, the kernel.

mod accounts;
mod cloud_foundry;
mod daemons;
mod device_events;
mod devices;
pub mod formats;
mod header;
mod journal;
