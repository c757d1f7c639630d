//! Browser start.
fn main() {}
