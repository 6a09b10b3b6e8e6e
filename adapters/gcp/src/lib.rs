//! Log formats of gcp for Nephoscope
