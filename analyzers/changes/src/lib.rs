//! Analyzer of changes for Nephoscope
