//! One folder per format.

pub mod audit;
pub mod cri;
pub mod docker;
