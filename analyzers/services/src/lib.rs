//! Analyzer of services for Nephoscope
