//! Change feed of pulumi for Nephoscope
