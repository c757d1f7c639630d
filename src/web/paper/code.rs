//! The QR code on the cover, drawn as one path.

use crate::engine::bundle::qr;
use crate::web::dom::{El, svg};

/// Modules of blank margin that a reader needs on every side.
const QUIET: usize = 4;

/// The code of a text; nothing if it is too long for one.
pub fn code(text: &str, label: &str) -> Option<El> {
    let (side, path) = drawn(text)?;
    let drawing = svg("svg")
        .attr("class", "paper-code")
        .attr("role", "img")
        .attr("aria-label", label)
        .attr("viewBox", &format!("0 0 {side} {side}"))
        .attr("shape-rendering", "crispEdges");
    Some(drawing.add(svg("path").attr("d", &path).attr("fill", "#000")))
}

/// The side in modules, quiet zone included, and the dark runs of each line as a path.
fn drawn(text: &str) -> Option<(usize, String)> {
    let modules = qr::code(text)?;
    let mut path = String::new();
    for (line, modules) in modules.iter().enumerate() {
        let mut at = 0;
        for run in modules.chunk_by(|a, b| a == b) {
            if run.first() == Some(&true) {
                path += &format!("M{} {}h{}v1h-{}z", at + QUIET, line + QUIET, run.len(), run.len());
            }
            at += run.len();
        }
    }
    Some((qr::SIDE + 2 * QUIET, path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signed_table_needs_45_modules() {
        // The length that the bundle format says: kind, one digit of revision, two base32 digests.
        let text = ["SAB1:A:1:", &"A".repeat(52), ":", &"B".repeat(52)].concat();
        assert_eq!(text.len(), 114);
        assert_eq!(drawn(&text).map(|it| it.0), Some(45));
    }

    #[test]
    fn a_text_that_no_code_can_hold_is_left_out() {
        assert_eq!(drawn(&"A".repeat(5000)), None);
    }
}
