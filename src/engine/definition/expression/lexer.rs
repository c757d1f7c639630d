//! The words of an expression.

use crate::engine::value::number::Number;

/// One word, with nothing of its meaning.
#[derive(Clone, Debug, PartialEq)]
pub enum Token {
    /// A name or keyword.
    Name(String),
    /// A number of at most 18 significant digits.
    Number(Number),
    /// A text between quotes, escapes resolved.
    Text(String),
    /// An operator or bracket.
    Sign(&'static str),
    /// Nothing left.
    End,
}

/// Longest first, so that `<=` is not read as `<`.
const SIGNS: &[&str] = &[
    "&&", "||", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "!", "?", ":", "(", ")", "[", "]", ",", ".",
];

/// Reads one word after another.
pub struct Lexer<'a> {
    rest: &'a str,
    /// What was left when `offset` was last asked, and the answer: counting from the front again and again
    /// would be quadratic.
    counted: (&'a str, usize),
}

impl<'a> Lexer<'a> {
    /// Starts at the front.
    pub fn new(text: &'a str) -> Self {
        Lexer { rest: text, counted: (text, 0) }
    }

    /// The character offset of what is left.
    fn offset(&mut self) -> usize {
        let (before, offset) = self.counted;
        let passed = before.get(..before.len() - self.rest.len()).unwrap_or_default();
        self.counted = (self.rest, offset + passed.chars().count());
        self.counted.1
    }

    /// The next word and its character offset; or the offset of something that is no word.
    pub fn next(&mut self) -> Result<(Token, usize), usize> {
        self.rest = self.rest.trim_start_matches([' ', '\t', '\n', '\r']);
        let at = self.offset();
        let Some(first) = self.rest.chars().next() else { return Ok((Token::End, at)) };
        let token = match first {
            'a'..='z' => {
                let name = self.take_while(|c| c.is_ascii_alphanumeric() || c == '_');
                Some(Token::Name(name.to_string()))
            }
            '0'..='9' => self.number(),
            '"' | '\'' => self.text(first),
            _ => SIGNS.iter().find(|sign| self.rest.starts_with(**sign)).map(|sign| {
                self.rest = self.rest.get(sign.len()..).unwrap_or_default();
                Token::Sign(sign)
            }),
        };
        token.map(|token| (token, at)).ok_or(at)
    }

    fn take_while(&mut self, keep: impl Fn(char) -> bool) -> &'a str {
        let end = self.rest.find(|c| !keep(c)).unwrap_or(self.rest.len());
        let (taken, rest) = self.rest.split_at(end);
        self.rest = rest;
        taken
    }

    fn number(&mut self) -> Option<Token> {
        let before = self.rest;
        let mut length = self.take_while(|c| c.is_ascii_digit()).len();
        if let Some(after) = self.rest.strip_prefix('.')
            && after.starts_with(|c: char| c.is_ascii_digit())
        {
            self.rest = after;
            length += 1 + self.take_while(|c| c.is_ascii_digit()).len();
        }
        // No suffix and no exponent: `1e3` and `5u` are slips, not numbers.
        if self.rest.starts_with(|c: char| c.is_ascii_alphanumeric() || c == '_' || !c.is_ascii()) {
            return None;
        }
        let text = before.get(..length)?;
        let significant = text.trim_start_matches(['0', '.']).bytes().filter(u8::is_ascii_digit).count();
        if significant > 18 || length > 40 {
            return None;
        }
        Number::parse(text).map(Token::Number)
    }

    fn text(&mut self, quote: char) -> Option<Token> {
        let mut out = String::new();
        let mut chars = self.rest.chars();
        chars.next();
        loop {
            let c = match chars.next()? {
                c if c == quote => break,
                '\n' | '\r' => return None,
                '\\' => match chars.next()? {
                    c @ ('\\' | '"' | '\'') => c,
                    'n' => '\n',
                    't' => '\t',
                    'u' => {
                        let mut code = 0;
                        for _ in 0..4 {
                            code = code * 16 + chars.next()?.to_digit(16)?;
                        }
                        char::from_u32(code)?
                    }
                    _ => return None,
                },
                c => c,
            };
            out.push(c);
        }
        self.rest = chars.as_str();
        Some(Token::Text(out))
    }
}
