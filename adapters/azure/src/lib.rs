//! Log formats of azure for Nephoscope
