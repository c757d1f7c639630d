//! The QR code of a sheet, ISO/IEC 18004: version 5 at level M in alphanumeric mode, which is what the text of
//! [`PaperCode`](super::paper::PaperCode) needs, and nothing else. A library for every version is ten times as large.

/// Modules of a side.
pub const SIDE: usize = 37;

/// The characters of the alphanumeric mode, each with its place as its value.
const ALPHABET: &str = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:";
/// Codewords of data, in two blocks of the same length, and of correction for each block.
const DATA: usize = 86;
const BLOCK: usize = DATA / 2;
const CORRECTION: usize = 24;
/// The centre of the one alignment pattern.
const ALIGNMENT: usize = 30;

/// Dark modules by line and column.
pub type Modules = [[bool; SIDE]; SIDE];

/// The code of a text; nothing if the text is too long or has other characters.
pub fn code(text: &str) -> Option<Modules> {
    let words = codewords(text)?;
    // Any mask gives a code that can be read; the standard asks for the one that looks least like a pattern.
    (0..8).map(|mask| drawn(&words, mask)).min_by_key(penalty)
}

/// The code of a text with one of the eight masks.
pub fn masked(text: &str, mask: u32) -> Option<Modules> {
    Some(drawn(&codewords(text)?, mask))
}

/// Data and correction in the order in which they are drawn.
fn codewords(text: &str) -> Option<Vec<u8>> {
    let values: Vec<u32> = text.chars().map(|it| ALPHABET.find(it).map(|at| at as u32)).collect::<Option<_>>()?;
    let mut bits = Bits::default();
    bits.push(0b0010, 4);
    bits.push(values.len() as u32, 9);
    for pair in values.chunks(2) {
        match pair {
            [first, second] => bits.push(first * 45 + second, 11),
            rest => bits.push(rest.iter().sum(), 6),
        }
    }
    if bits.0.len() > DATA * 8 {
        return None;
    }
    // The end mark, and zeros up to a whole byte.
    let end = (bits.0.len() + 4).min(DATA * 8).next_multiple_of(8);
    bits.0.resize(end, false);
    let byte = |bits: &[bool]| bits.iter().fold(0, |byte, bit| byte << 1 | u8::from(*bit));
    let mut data: Vec<u8> = bits.0.chunks(8).map(byte).collect();
    let padding = [0xec, 0x11].into_iter().cycle().take(DATA - data.len());
    data.extend(padding);
    let (first, second) = data.split_at(BLOCK);
    let mut words = interleaved(first, second);
    words.extend(interleaved(&correction(first), &correction(second)));
    Some(words)
}

#[derive(Default)]
struct Bits(Vec<bool>);

impl Bits {
    fn push(&mut self, value: u32, n: u32) {
        self.0.extend((0..n).rev().map(|bit| value >> bit & 1 == 1));
    }
}

fn interleaved(first: &[u8], second: &[u8]) -> Vec<u8> {
    first.iter().zip(second).flat_map(|(a, b)| [*a, *b]).collect()
}

/// The product of two elements of the field of 256 with x⁸ + x⁴ + x³ + x² + 1.
fn product(a: u8, b: u8) -> u8 {
    (0..8).rev().fold(0, |sum: u8, bit| {
        let doubled = sum << 1 ^ if sum & 0x80 == 0 { 0 } else { 0x1d };
        doubled ^ if b >> bit & 1 == 1 { a } else { 0 }
    })
}

/// The Reed-Solomon codewords of a block: what is left of it after division by ∏ (x − 2ⁱ).
fn correction(block: &[u8]) -> [u8; CORRECTION] {
    let mut divisor = [0; CORRECTION];
    divisor[CORRECTION - 1] = 1;
    let mut root = 1;
    for _ in 0..CORRECTION {
        for at in 0..CORRECTION {
            divisor[at] = product(divisor[at], root) ^ divisor.get(at + 1).copied().unwrap_or_default();
        }
        root = product(root, 2);
    }
    let mut left = [0; CORRECTION];
    for byte in block {
        let factor = byte ^ left[0];
        left.rotate_left(1);
        left[CORRECTION - 1] = 0;
        for (left, divisor) in left.iter_mut().zip(divisor) {
            *left ^= product(divisor, factor);
        }
    }
    left
}

/// How far a place is from a centre, as a king walks.
fn distance(line: usize, column: usize, centre: (usize, usize)) -> usize {
    line.abs_diff(centre.0).max(column.abs_diff(centre.1))
}

/// What stands at a place whatever the data are; nothing where data stand.
fn fixed(line: usize, column: usize) -> Option<bool> {
    const FAR: usize = SIDE - 4;
    for finder in [(3, 3), (3, FAR), (FAR, 3)] {
        match distance(line, column, finder) {
            2 | 4 => return Some(false),
            0..=3 => return Some(true),
            _ => {}
        }
    }
    let alignment = distance(line, column, (ALIGNMENT, ALIGNMENT));
    if alignment <= 2 {
        return Some(alignment != 1);
    }
    if line == 6 || column == 6 {
        return Some((line + column) % 2 == 0);
    }
    // The marks of level and mask, which are drawn later, and the module beside them that is always dark.
    let is_mark = |a: usize, b: usize| a == 8 && (b <= 8 || b >= SIDE - 8);
    (is_mark(line, column) || is_mark(column, line)).then_some(line == SIDE - 8)
}

fn is_flipped(mask: u32, line: usize, column: usize) -> bool {
    let (sum, product) = (line + column, line * column);
    0 == match mask {
        0 => sum % 2,
        1 => line % 2,
        2 => column % 3,
        3 => sum % 3,
        4 => (line / 2 + column / 3) % 2,
        5 => product % 2 + product % 3,
        6 => (product % 2 + product % 3) % 2,
        _ => (sum % 2 + product % 3) % 2,
    }
}

fn drawn(words: &[u8], mask: u32) -> Modules {
    let mut modules = [[false; SIDE]; SIDE];
    let mut bits = words.iter().flat_map(|word| (0..8).rev().map(move |bit| word >> bit & 1 == 1));
    // Two columns at a time from the right, up and down in turn; the column of the timing pattern is left out.
    let rights = (1..SIDE).rev().step_by(2).map(|right| if right <= 6 { right - 1 } else { right });
    for (turn, right) in rights.enumerate() {
        for step in 0..SIDE {
            let line = if turn % 2 == 0 { SIDE - 1 - step } else { step };
            for column in [right, right - 1] {
                modules[line][column] = fixed(line, column)
                    .unwrap_or_else(|| bits.next().unwrap_or_default() ^ is_flipped(mask, line, column));
            }
        }
    }
    for line in 0..SIDE {
        modules[line][6] = fixed(line, 6).unwrap_or_default();
    }
    // Level M is 00, so that the mask is all there is to say. Ten bits of a BCH code follow, and a mask lies over all.
    let mut rest = mask << 10;
    for bit in (0..5).rev() {
        if rest >> (10 + bit) & 1 == 1 {
            rest ^= 0x537 << bit;
        }
    }
    let marks = (mask << 10 | rest) ^ 0x5412;
    for bit in 0..15 {
        let is_dark = marks >> bit & 1 == 1;
        // Around the upper left finder, past the timing patterns; and again beside the two others.
        let (line, column) = match bit {
            0..=5 => (bit, 8),
            6 | 7 => (bit + 1, 8),
            8 => (8, 7),
            _ => (8, 14 - bit),
        };
        modules[line][column] = is_dark;
        let (line, column) = if bit < 8 { (8, SIDE - 1 - bit) } else { (SIDE - 15 + bit, 8) };
        modules[line][column] = is_dark;
    }
    modules
}

/// How much a code looks like something else: long runs, blocks, what resembles a finder, too dark or too light.
fn penalty(modules: &Modules) -> usize {
    let across = |line: usize, at: usize| modules[line][at];
    let down = |column: usize, at: usize| modules[at][column];
    let mut sum = runs(&across) + runs(&down);
    let mut n_dark = 0;
    for line in 0..SIDE {
        for column in 0..SIDE {
            n_dark += usize::from(across(line, column));
            if line > 0 && column > 0 {
                let same = across(line, column);
                let others = [across(line - 1, column), across(line, column - 1), across(line - 1, column - 1)];
                sum += if others == [same; 3] { 3 } else { 0 };
            }
        }
    }
    sum + (n_dark * 20).abs_diff(SIDE * SIDE * 10) / (SIDE * SIDE) * 10
}

fn runs(at: &dyn Fn(usize, usize) -> bool) -> usize {
    // A finder seen from one side, with the blank before or after it.
    const FINDER: [bool; 11] = [true, false, true, true, true, false, true, false, false, false, false];
    let mut sum = 0;
    for line in 0..SIDE {
        let mut run = 0;
        for place in 0..SIDE {
            run = if place > 0 && at(line, place) == at(line, place - 1) { run + 1 } else { 1 };
            sum += match run {
                5 => 3,
                6.. => 1,
                _ => 0,
            };
            if place + FINDER.len() <= SIDE {
                let is_finder = (0..11).all(|step| at(line, place + step) == FINDER[step]);
                let is_mirrored = (0..11).all(|step| at(line, place + step) == FINDER[10 - step]);
                sum += 40 * (usize::from(is_finder) + usize::from(is_mirrored));
            }
        }
    }
    sum
}
