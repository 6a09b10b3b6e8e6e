//! Analyzer of resources for Nephoscope
