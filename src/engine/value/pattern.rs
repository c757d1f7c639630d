//! `pattern`: a whole-value pattern of literals and classes, each with `?`, `{n}` or `{n,m}`.
//!
//! Without groups, alternatives, `*` and `+`, matching takes time in proportion to pattern and text, and
//! the same pattern means the same in JSON Schema.

/// Most characters that one item may stand for.
const MAX_TIMES: usize = 200;

/// A pattern that was read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pattern {
    items: Vec<Item>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
struct Item {
    is_negated: bool,
    ranges: Vec<(char, char)>,
    min: usize,
    max: usize,
}

impl Pattern {
    /// Reads a pattern; `None` if it is not one of this small language.
    pub fn parse(text: &str) -> Option<Pattern> {
        let mut chars = text.chars().peekable();
        let mut items = Vec::new();
        while let Some(c) = chars.next() {
            let mut item = Item { is_negated: false, ranges: Vec::new(), min: 1, max: 1 };
            match c {
                '[' => {
                    item.is_negated = chars.next_if_eq(&'^').is_some();
                    loop {
                        let from = match chars.next()? {
                            ']' => break,
                            '\\' => escaped(chars.next()?)?,
                            '[' | '^' => return None,
                            c => c,
                        };
                        let mut to = from;
                        if chars.peek() == Some(&'-') {
                            chars.next();
                            to = match chars.next()? {
                                ']' => {
                                    // A `-` at the end stands for itself.
                                    item.ranges.extend([(from, from), ('-', '-')]);
                                    break;
                                }
                                '\\' => escaped(chars.next()?)?,
                                c => c,
                            };
                        }
                        if from > to {
                            return None;
                        }
                        item.ranges.push((from, to));
                    }
                    if item.ranges.is_empty() {
                        return None;
                    }
                }
                '\\' => {
                    let c = escaped(chars.next()?)?;
                    item.ranges.push((c, c));
                }
                '(' | ')' | '|' | '*' | '+' | '.' | '^' | '$' | '?' | '{' | '}' | ']' => return None,
                c => item.ranges.push((c, c)),
            }
            if chars.next_if_eq(&'?').is_some() {
                item.min = 0;
            } else if chars.next_if_eq(&'{').is_some() {
                let mut times = String::new();
                loop {
                    match chars.next()? {
                        '}' => break,
                        c => times.push(c),
                    }
                }
                let (min, max) = times.split_once(',').unwrap_or((&times, &times));
                (item.min, item.max) = (number(min)?, number(max)?);
                if item.min > item.max || item.max > MAX_TIMES {
                    return None;
                }
            }
            items.push(item);
        }
        (!items.is_empty()).then_some(Pattern { items })
    }

    /// True if the whole text is of this pattern.
    pub fn matches(&self, text: &str) -> bool {
        let chars: Vec<char> = text.chars().collect();
        // Which positions can be reached with the items so far. An item reaches from each of them as far as
        // its characters run, so one pass from the end and one from the start do for all positions.
        let mut reached = vec![false; chars.len() + 1];
        reached[0] = true;
        for item in &self.items {
            let mut next = vec![false; reached.len()];
            let mut run_end = reached.len() - 1;
            let mut ends = vec![run_end; reached.len()];
            for (at, c) in chars.iter().enumerate().rev() {
                if !item.takes(*c) {
                    run_end = at;
                }
                ends[at] = run_end;
            }
            let mut filled = 0;
            for (at, end) in ends.iter().enumerate().filter(|(at, _)| reached.get(*at) == Some(&true)) {
                let last = (at + item.max).min(*end);
                for place in next.iter_mut().take(last + 1).skip((at + item.min).max(filled)) {
                    *place = true;
                }
                filled = filled.max(last + 1);
            }
            reached = next;
        }
        reached.last() == Some(&true)
    }
}

impl Item {
    fn takes(&self, c: char) -> bool {
        self.ranges.iter().any(|(from, to)| (*from..=*to).contains(&c)) != self.is_negated
    }
}

/// Only signs may be escaped: `\d` and its like mean different things to different readers.
fn escaped(c: char) -> Option<char> {
    c.is_ascii_punctuation().then_some(c)
}

fn number(text: &str) -> Option<usize> {
    let is_number = (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit());
    if is_number { text.parse().ok() } else { None }
}
