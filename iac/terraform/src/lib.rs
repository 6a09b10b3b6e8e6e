//! Change feed of terraform for Nephoscope
