//! One file per command.

pub(crate) mod changes;
pub(crate) mod completions;
pub(crate) mod components;
pub(crate) mod demo;
pub(crate) mod explain;
mod follow;
pub(crate) mod man;
pub(crate) mod map;
pub(crate) mod outcome;
pub(crate) mod outputs;
pub(crate) mod parse;
pub(crate) mod rules;
mod services;
mod table;
pub(crate) mod told;
