//! Change feed of cloudformation for Nephoscope
