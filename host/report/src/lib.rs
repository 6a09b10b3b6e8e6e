//! Renders Nephoscope reports as text, JSON and HTML
