//! Framing, unwrapping, and the table-driven format engine of Nephoscope
