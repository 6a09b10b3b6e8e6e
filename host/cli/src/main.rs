//! The nepho command.
fn main() {}
