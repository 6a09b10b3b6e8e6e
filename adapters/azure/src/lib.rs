//! Log formats of Microsoft Azure.
//!
//! Activity Log and resource logs share one envelope (`time`, `resourceId`, `operationName`,
//! `category`, `properties`, ...), so one decoder reads both; [`record`] holds what they have in
//! common. The wrappings in which Azure delivers them (`{"records":[...]}`, arrays of the command
//! line) are undone before, by `nepho_codec`.

mod flow;
pub mod formats;
mod record;
