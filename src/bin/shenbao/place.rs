//! Where in a file a value stands that a JSON pointer names: what an editor calls line and column.

use shenbao::engine::value::json;

/// A place as editors count: lines and characters from 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    pub line: usize,
    pub column: usize,
}

/// The place of a byte.
pub fn of_byte(bytes: &[u8], at: usize) -> Place {
    let (line, column) = json::line_and_column(bytes, at);
    Place { line, column }
}

/// The place of the value that a pointer names, or of the nearest one around it that is there; with an offset,
/// of that character of the text. The file must be JSON.
pub fn of_pointer(bytes: &[u8], pointer: &str, offset: Option<usize>, is_name: bool) -> Place {
    let mut scanner = Scanner { bytes, at: 0 };
    scanner.skip_space();
    let (mut name_at, mut is_there) = (scanner.at, true);
    for step in pointer.split('/').skip(1) {
        let step = step.replace("~1", "/").replace("~0", "~");
        let back = scanner.at;
        match scanner.enter(&step) {
            Some(at) => name_at = at,
            None => {
                (scanner.at, is_there) = (back, false);
                break;
            }
        }
    }
    let at = match offset {
        Some(offset) if is_there => scanner.character(offset),
        _ if is_name => name_at,
        _ => scanner.at,
    };
    of_byte(bytes, at)
}

/// Walks over JSON that was parsed before, so that it need not tell faults.
struct Scanner<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl Scanner<'_> {
    fn peek(&self) -> u8 {
        self.bytes.get(self.at).copied().unwrap_or_default()
    }

    fn skip_space(&mut self) {
        while matches!(self.peek(), b' ' | b'\t' | b'\n' | b'\r') {
            self.at += 1;
        }
    }

    /// Steps over a text and gives it with its escapes as they are.
    fn text(&mut self) -> String {
        let start = self.at + 1;
        self.at = start;
        while !matches!(self.peek(), b'"' | 0) {
            self.at += if self.peek() == b'\\' { 2 } else { 1 };
        }
        let text = String::from_utf8_lossy(self.bytes.get(start..self.at).unwrap_or_default()).into_owned();
        self.at += 1;
        text
    }

    /// Steps over a value.
    fn value(&mut self) {
        let mut depth = 0;
        loop {
            match self.peek() {
                0 => return,
                b'"' => drop(self.text()),
                b'[' | b'{' => {
                    depth += 1;
                    self.at += 1;
                }
                b']' | b'}' if depth > 0 => {
                    depth -= 1;
                    self.at += 1;
                }
                b',' | b']' | b'}' if depth == 0 => return,
                _ => self.at += 1,
            }
            if depth == 0 && matches!(self.bytes.get(self.at - 1), Some(b'"' | b']' | b'}')) {
                return;
            }
        }
    }

    /// Steps to a member or element of the value here; gives where its name stands, or the element itself.
    fn enter(&mut self, step: &str) -> Option<usize> {
        let is_object = self.peek() == b'{';
        if !is_object && self.peek() != b'[' {
            return None;
        }
        self.at += 1;
        let mut idx = 0;
        loop {
            self.skip_space();
            if matches!(self.peek(), b']' | b'}' | 0) {
                return None;
            }
            let name_at = self.at;
            let is_it = if is_object {
                let name = self.text();
                self.skip_space();
                self.at += 1;
                self.skip_space();
                name == step
            } else {
                step.parse() == Ok(idx)
            };
            if is_it {
                return Some(name_at);
            }
            self.value();
            self.skip_space();
            if self.peek() == b',' {
                self.at += 1;
            }
            idx += 1;
        }
    }

    /// The byte of a character of the text here.
    fn character(&self, offset: usize) -> usize {
        let mut at = self.at + 1;
        for _ in 0..offset {
            let rest = self.bytes.get(at..).unwrap_or_default();
            at += match rest {
                [b'\\', b'u', ..] => 6,
                [b'\\', ..] => 2,
                [first, ..] if *first < 0x80 => 1,
                [first, ..] if *first < 0xe0 => 2,
                [first, ..] if *first < 0xf0 => 3,
                [_, ..] => 4,
                [] => 0,
            };
        }
        at
    }
}
