//! Log formats of kubernetes for Nephoscope
