//! Event logs of Windows machines, as collectors and exports write them.

mod formats;
mod security_text;
mod xml;
