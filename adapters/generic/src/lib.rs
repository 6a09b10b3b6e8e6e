//! Log formats of generic for Nephoscope
