//! What CloudFormation and the CDK did and declare.
//!
//! | component | document |
//! |---|---|
//! | `cloudformation.events` | output of `aws cloudformation describe-stack-events` and `describe-events` |
//! | `cloudformation.changesets` | output of `describe-change-set` |
//! | `cloudformation.template` | templates in JSON and YAML, output of `get-template` |
//! | `cloudformation.cdk` | `manifest.json` and `tree.json` of the CDK |
//! | `cloudformation.drift` | output of `describe-stack-resource-drifts` |
//! | `cloudformation.resources` | output of `describe-stack-resources` and `list-stack-resources` |
//! | `cloudformation.stacksets` | output of `describe-stack-set-operation`, `list-stack-instances`, ... |

pub mod cdk;
pub mod changesets;
mod document;
pub mod drift;
pub mod events;
mod identity;
mod properties;
mod reason;
mod refused;
pub mod resources;
mod stack;
pub mod stacksets;
mod status;
pub mod template;
mod variables;
mod wire;
