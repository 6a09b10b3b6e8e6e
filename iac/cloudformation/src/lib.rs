//! What CloudFormation did: stack events and lists of stack resources.
//!
//! | component | document |
//! |---|---|
//! | `cloudformation.events` | output of `aws cloudformation describe-stack-events` |
//! | `cloudformation.resources` | output of `describe-stack-resources` and `list-stack-resources` |

mod document;
pub mod events;
mod identity;
mod properties;
mod reason;
pub mod resources;
mod stack;
