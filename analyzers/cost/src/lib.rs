//! Analyzer of cost for Nephoscope
