//! Exact numbers: reduced fractions of two 128-bit integers. No arithmetic rounds; only display does.
//!
//! Checked arithmetic gives `None` on overflow and on division by zero, which a rule counts as not computable,
//! the same in native and wasm builds. Comparison cannot overflow.

use std::cmp::Ordering;

/// A fraction in lowest terms with a positive denominator, so that equal numbers are equal values.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Number {
    numerator: i128,
    denominator: i128,
}

impl From<i64> for Number {
    fn from(value: i64) -> Self {
        Number { numerator: i128::from(value), denominator: 1 }
    }
}

/// Compared exactly; no comparison overflows.
impl Ord for Number {
    fn cmp(&self, other: &Self) -> Ordering {
        // Continued fractions: compare whole parts, then the reciprocals of the remainders the other way
        // round. Cross-multiplication would overflow; Euclid's steps only shrink.
        let (mut a, mut b, mut c, mut d) = (self.numerator, self.denominator, other.numerator, other.denominator);
        let mut is_swapped = false;
        loop {
            // `i128::MIN / -1` cannot occur: denominators are positive.
            let by_whole = a.div_euclid(b).cmp(&c.div_euclid(d));
            let (rest_a, rest_c) = (a.rem_euclid(b), c.rem_euclid(d));
            let decided = match (by_whole, rest_a == 0, rest_c == 0) {
                (Ordering::Equal, true, true) => Some(Ordering::Equal),
                (Ordering::Equal, true, false) => Some(Ordering::Less),
                (Ordering::Equal, false, true) => Some(Ordering::Greater),
                (Ordering::Equal, false, false) => None,
                (unequal, _, _) => Some(unequal),
            };
            if let Some(order) = decided {
                return if is_swapped { order.reverse() } else { order };
            }
            (a, b, c, d) = (b, rest_a, d, rest_c);
            is_swapped = !is_swapped;
        }
    }
}

impl PartialOrd for Number {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Number {
    /// Zero.
    pub const ZERO: Number = Number { numerator: 0, denominator: 1 };

    /// The fraction, in lowest terms. `None` for a zero denominator or one beyond the range.
    pub fn new(numerator: i128, denominator: i128) -> Option<Number> {
        if denominator == 0 {
            return None;
        }
        // Zero has the divisor |denominator|, so it becomes 0/1.
        let divisor = gcd(numerator.unsigned_abs(), denominator.unsigned_abs());
        let numerator_abs = i128::try_from(numerator.unsigned_abs() / divisor).ok()?;
        let denominator_abs = i128::try_from(denominator.unsigned_abs() / divisor).ok()?;
        let is_negative = (numerator < 0) != (denominator < 0);
        Some(Number { numerator: if is_negative { -numerator_abs } else { numerator_abs }, denominator: denominator_abs })
    }

    /// Reads a plain decimal: sign, digits, and digits after one point. No exponent, no space, no separators.
    pub fn parse(text: &str) -> Option<Number> {
        let (is_negative, digits) = match text.strip_prefix('-') {
            Some(rest) => (true, rest),
            None => (false, text),
        };
        let (whole, fraction) = match digits.split_once('.') {
            Some((whole, fraction)) if !fraction.is_empty() => (whole, fraction),
            Some(_) => return None,
            None => (digits, ""),
        };
        if whole.is_empty() {
            return None;
        }
        let (mut numerator, mut denominator) = (0i128, 1i128);
        for byte in whole.bytes().chain(fraction.bytes()) {
            if !byte.is_ascii_digit() {
                return None;
            }
            numerator = numerator.checked_mul(10)?.checked_add(i128::from(byte - b'0'))?;
        }
        for _ in fraction.bytes() {
            denominator = denominator.checked_mul(10)?;
        }
        Number::new(if is_negative { -numerator } else { numerator }, denominator)
    }

    /// The sum.
    pub fn add(self, other: Number) -> Option<Number> {
        // Over the least common denominator, so that sums of decimals do not grow.
        let shared = i128::try_from(gcd(self.denominator.unsigned_abs(), other.denominator.unsigned_abs())).ok()?;
        let (factor, other_factor) = (other.denominator / shared, self.denominator / shared);
        let numerator =
            self.numerator.checked_mul(factor)?.checked_add(other.numerator.checked_mul(other_factor)?)?;
        Number::new(numerator, self.denominator.checked_mul(factor)?)
    }

    /// The difference.
    pub fn sub(self, other: Number) -> Option<Number> {
        self.add(other.neg())
    }

    /// The product.
    pub fn mul(self, other: Number) -> Option<Number> {
        // Reduced crosswise first: a product that fits then never overflows on the way.
        let left = Number::new(self.numerator, other.denominator)?;
        let right = Number::new(other.numerator, self.denominator)?;
        let numerator = left.numerator.checked_mul(right.numerator).filter(|it| *it != i128::MIN)?;
        Some(Number { numerator, denominator: left.denominator.checked_mul(right.denominator)? })
    }

    /// The exact quotient; `None` for a zero divisor.
    pub fn div(self, other: Number) -> Option<Number> {
        self.mul(Number::new(other.denominator, other.numerator)?)
    }

    /// The number with the other sign. Numerators never reach `i128::MIN`: see [`Number::new`].
    #[allow(clippy::should_implement_trait)]
    pub fn neg(self) -> Number {
        Number { numerator: self.numerator.wrapping_neg(), ..self }
    }

    /// The number without its sign.
    pub fn abs(self) -> Number {
        Number { numerator: self.numerator.wrapping_abs(), ..self }
    }

    /// True for a whole number.
    pub fn is_integer(self) -> bool {
        self.denominator == 1
    }

    /// The whole number, if it is one within 64 bits.
    pub fn to_integer(self) -> Option<i64> {
        if self.is_integer() { i64::try_from(self.numerator).ok() } else { None }
    }

    /// The decimal text, if the number has a finite one.
    pub fn to_decimal(self) -> Option<String> {
        let (mut rest, mut digits) = (self.denominator, 0);
        while rest % 10 == 0 {
            rest /= 10;
            digits += 1;
        }
        for factor in [2, 5] {
            while rest % factor == 0 {
                rest /= factor;
                digits += 1;
            }
        }
        (rest == 1).then(|| self.show(digits, Rounded::Truncate))
    }

    /// The text with that many digits after the point.
    pub fn show(self, digits: u32, rounded: Rounded) -> String {
        let (is_negative, mut all) = self.decimals(digits, rounded);
        let point = all.len().saturating_sub(digits as usize);
        let is_zero = all.iter().all(|digit| *digit == b'0');
        if digits > 0 {
            all.insert(point, b'.');
        }
        if is_negative && !is_zero {
            all.insert(0, b'-');
        }
        all.into_iter().map(char::from).collect()
    }

    /// The number shortened to that many digits after the point; `None` on overflow.
    pub fn shorten(self, digits: u32, rounded: Rounded) -> Option<Number> {
        let (is_negative, all) = self.decimals(digits, rounded);
        let (mut numerator, mut denominator) = (0i128, 1i128);
        for digit in all {
            numerator = numerator.checked_mul(10)?.checked_add(i128::from(digit - b'0'))?;
        }
        for _ in 0..digits {
            denominator = denominator.checked_mul(10)?;
        }
        Number::new(if is_negative { -numerator } else { numerator }, denominator)
    }

    /// Sign, and the digits of the whole part (at least one) followed by that many after the point.
    fn decimals(self, digits: u32, rounded: Rounded) -> (bool, Vec<u8>) {
        let (value, divisor) = (self.numerator.unsigned_abs(), self.denominator.unsigned_abs());
        let mut out = Vec::new();
        let mut whole = value / divisor;
        while whole > 0 || out.is_empty() {
            out.push(b'0' + (whole % 10) as u8);
            whole /= 10;
        }
        out.reverse();
        let mut rest = value % divisor;
        for _ in 0..digits {
            // Ten times the remainder by addition: both stay below 2^127, so nothing overflows.
            let (mut digit, mut sum) = (0, 0);
            for _ in 0..10 {
                sum += rest;
                if sum >= divisor {
                    sum -= divisor;
                    digit += 1;
                }
            }
            rest = sum;
            out.push(b'0' + digit);
        }
        if rounded == Rounded::HalfUp && rest >= divisor - rest {
            for digit in out.iter_mut().rev() {
                if *digit < b'9' {
                    *digit += 1;
                    return (self.numerator < 0, out);
                }
                *digit = b'0';
            }
            out.insert(0, b'1');
        }
        (self.numerator < 0, out)
    }

    /// Compound growth from `base` to `end` over `periods`, in percent, rounded down to two places.
    ///
    /// `None` if the base is not positive, the end negative or the growth beyond 10^9 times.
    pub fn growth(base: Number, end: Number, periods: u32) -> Option<Number> {
        if base <= Number::ZERO || end < Number::ZERO || periods == 0 {
            return None;
        }
        let ratio = end.div(base)?;
        // The greatest whole t with (t / 10000)^n <= ratio, found by halving; no roots, no rounding.
        let is_within = |t: u64| {
            let mut left = Wide::from(ratio.denominator.unsigned_abs());
            let mut right = Wide::from(ratio.numerator.unsigned_abs());
            for _ in 0..periods {
                left.multiply(t);
                right.multiply(10_000);
            }
            left.is_at_most(&right)
        };
        let (mut low, mut high) = (0u64, 10_000_000_000_000u64);
        if is_within(high) {
            return None;
        }
        while high - low > 1 {
            let middle = low + (high - low) / 2;
            if is_within(middle) { low = middle } else { high = middle }
        }
        Number::new(i128::from(low) - 10_000, 100)
    }
}

/// How a number is shortened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Rounded {
    /// Towards zero.
    Truncate,
    /// Half away from zero.
    HalfUp,
}

fn gcd(mut a: u128, mut b: u128) -> u128 {
    while b > 0 {
        (a, b) = (b, a % b);
    }
    a.max(1)
}

/// A whole number of any size, least significant limb first: growth needs 600 bits.
struct Wide(Vec<u32>);

impl Wide {
    fn from(mut value: u128) -> Wide {
        let mut limbs = Vec::new();
        while value > 0 {
            limbs.push(value as u32);
            value >>= 32;
        }
        Wide(limbs)
    }

    fn multiply(&mut self, factor: u64) {
        let mut carry = 0u128;
        for limb in &mut self.0 {
            carry += u128::from(*limb) * u128::from(factor);
            *limb = carry as u32;
            carry >>= 32;
        }
        self.0.extend(Wide::from(carry).0);
        while self.0.last() == Some(&0) {
            self.0.pop();
        }
    }

    fn is_at_most(&self, other: &Wide) -> bool {
        let by_length = self.0.len().cmp(&other.0.len());
        by_length.then_with(|| self.0.iter().rev().cmp(other.0.iter().rev())) != Ordering::Greater
    }
}
