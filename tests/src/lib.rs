//! Scenarios, corpora and end-to-end tests of Nephoscope
