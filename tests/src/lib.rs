//! What crosses the crates of Nephoscope: scenarios, corpora, end-to-end tests, benchmarks.

pub mod catalog;
pub mod generate;
pub mod iac;
pub mod scenario;
