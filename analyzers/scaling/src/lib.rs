//! Analyzer of scaling for Nephoscope
