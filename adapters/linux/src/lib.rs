//! Log formats of hosts: syslog, sign-ins, the journal.

mod formats;
