//! The verdict on an incident: the change held responsible or none, in words a tired person
//! understands.

mod beneath;
mod between;
pub(crate) mod candidates;
pub(crate) mod class;
mod cluster;
mod confidence;
mod doubt;
mod early;
mod ending;
mod flags;
pub(crate) mod harmless;
mod limits;
mod loose;
mod named;
mod outside;
mod pauses;
mod pods;
mod pool;
mod ports;
mod ranges;
pub(crate) mod reach;
pub(crate) mod repairs;
pub(crate) mod report;
mod same;
pub(crate) mod score;
mod series;
mod stranger;
mod text;
mod trouble;
pub(crate) mod weigh;
mod zones;
