//! The formats, one folder each.

mod ecs;
mod ocsf;
