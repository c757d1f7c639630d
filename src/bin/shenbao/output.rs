//! Prints lines. A reader that stopped listening, such as `head`, is no reason to fail.

use std::fmt::Arguments;
use std::io::Write as _;

/// Prints a line.
pub fn line(text: Arguments) {
    let _ = writeln!(std::io::stdout(), "{text}");
}

/// Prints a text that ends its lines itself.
pub fn text(text: &str) {
    let _ = std::io::stdout().write_all(text.as_bytes());
}

/// `println!`, but for the panic of a pipe that nobody reads any more.
macro_rules! say {
    ($($it:tt)*) => { $crate::output::line(format_args!($($it)*)) };
}
pub(crate) use say;
