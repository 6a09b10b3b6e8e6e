//! Analyzer of incidents for Nephoscope
