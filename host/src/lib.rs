//! Nephoscope as a library: engine and facade for embedding
