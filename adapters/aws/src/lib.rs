//! Log formats of aws for Nephoscope
