//! Blocks of cells as Excel and WPS put them on the clipboard: tabs between cells, line ends between rows,
//! and quotes around a cell that holds one of these.

/// Reads a pasted block. Any text at all is a block; a text without tabs and line ends is one cell.
pub fn parse(text: &str) -> Vec<Vec<String>> {
    let mut rows = Vec::new();
    let mut row = Vec::new();
    let mut rest = text;
    if text.is_empty() {
        return rows;
    }
    loop {
        let (cell, after) = quoted(rest).unwrap_or_else(|| {
            let end = rest.find(['\t', '\n', '\r']).unwrap_or(rest.len());
            let (cell, after) = rest.split_at(end);
            (cell.to_string(), after)
        });
        row.push(cell);
        if let Some(after) = after.strip_prefix('\t') {
            rest = after;
            continue;
        }
        rows.push(std::mem::take(&mut row));
        match line_end(after) {
            // A spreadsheet ends the last row too: that is no row of its own.
            Some("") | None => return rows,
            Some(after) => rest = after,
        }
    }
}

/// What follows a line end of any system.
fn line_end(text: &str) -> Option<&str> {
    let after = text.strip_prefix("\r\n");
    after.or_else(|| text.strip_prefix('\n')).or_else(|| text.strip_prefix('\r'))
}

/// A cell in quotes, and what follows. Quotes that nothing closes before the end of the cell are the
/// person's own.
fn quoted(text: &str) -> Option<(String, &str)> {
    let mut rest = text.strip_prefix('"')?;
    let mut cell = String::new();
    loop {
        let (before, after) = rest.split_once('"')?;
        cell.push_str(before);
        match after.strip_prefix('"') {
            Some(after) => {
                cell.push('"');
                rest = after;
            }
            None if after.is_empty() || after.starts_with(['\t', '\n', '\r']) => {
                return Some((cell.replace("\r\n", "\n").replace('\r', "\n"), after));
            }
            None => return None,
        }
    }
}

/// Writes a block for the clipboard.
pub fn write(rows: &[Vec<String>]) -> String {
    let mut out = String::new();
    for row in rows {
        for (idx, cell) in row.iter().enumerate() {
            if idx > 0 {
                out.push('\t');
            }
            if cell.contains(['\t', '\n', '\r']) || cell.starts_with('"') {
                out.push('"');
                out.push_str(&cell.replace('"', "\"\""));
                out.push('"');
            } else {
                out.push_str(cell);
            }
        }
        out.push_str("\r\n");
    }
    out
}
