//! Verifies SM2 signatures with SM3 (GB/T 32918, GB/T 32905). Only verifies: nothing here touches a secret, so that
//! nothing needs constant time, and one short way through everything will do.
//!
//! Written out because the general crates add 13 kB to what the page downloads for the sake of an optional
//! co-signature. The tests hold it to the `sm2` crate and to signatures of openssl, gmssl and sm-crypto.

use super::error::BundleError;

/// The user identity that SM2 hashes into every signature; fixed, because libraries disagree on the default.
const USER_ID: &[u8; 16] = b"1234567812345678";

/// A number below 2^256, least significant limb first.
type Limbs = [u32; 8];

const ZERO: Limbs = [0; 8];
/// The prime of the field.
const P: Limbs =
    [0xffff_ffff, 0xffff_ffff, 0, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_fffe];
/// The order of the group.
const N: Limbs =
    [0x39d5_4123, 0x53bb_f409, 0x21c6_052b, 0x7203_df6b, 0xffff_ffff, 0xffff_ffff, 0xffff_ffff, 0xffff_fffe];
/// The coefficient b; a is −3.
const B: Limbs =
    [0x4d94_0e93, 0xddbc_bd41, 0x15ab_8f92, 0xf397_89f5, 0xcf65_09a7, 0x4d5a_9e4b, 0x9d9f_5e34, 0x28e9_fa9e];
/// The base point.
const G: (Limbs, Limbs) = (
    [0x334c_74c7, 0x715a_4589, 0xf266_0be1, 0x8fe3_0bbf, 0x6a39_c994, 0x5f99_0446, 0x1f19_8119, 0x32c4_ae2c],
    [0x2139_f0a0, 0x02df_32e5, 0xc62a_4740, 0xd0a9_877c, 0x6b69_2153, 0x59bd_cee3, 0xf4f6_779c, 0xbc37_36a2],
);

/// A public key on the curve.
#[derive(Clone, Debug)]
pub struct Sm2Key {
    x: Limbs,
    y: Limbs,
    /// The hash Z of user identity, curve and key, with which every message begins.
    prefix: [u8; 32],
}

impl Sm2Key {
    /// A key from its coordinates, or nothing if they are no point of the curve.
    pub fn new(x: &[u8; 32], y: &[u8; 32]) -> Option<Sm2Key> {
        let point = (from_bytes(x), from_bytes(y));
        let field = Modulus::new(&P);
        if !is_below(&point.0, &P) || !is_below(&point.1, &P) {
            return None;
        }
        // y² = x³ − 3x + b
        let (fx, fy) = (field.enter(&point.0), field.enter(&point.1));
        let square = field.mul(&fx, &fx);
        let three = field.enter(&[3, 0, 0, 0, 0, 0, 0, 0]);
        let right = field.mul(&field.sub(&square, &three), &fx);
        if field.mul(&fy, &fy) != field.add(&right, &field.enter(&B)) {
            return None;
        }
        let mut hash = Sm3::new();
        hash.push(&[0, 128]);
        hash.push(USER_ID);
        let mut a = P;
        if let Some(low) = a.first_mut() {
            *low -= 3;
        }
        for number in [&a, &B, &G.0, &G.1, &point.0, &point.1] {
            hash.push(&to_bytes(number));
        }
        Some(Sm2Key { x: point.0, y: point.1, prefix: hash.finish() })
    }

    /// Verifies r and s over a message.
    pub fn verify(&self, message: &[u8], signature: &[u8; 64]) -> Result<(), BundleError> {
        let mut halves = signature.chunks(32).map(|it| <[u8; 32]>::try_from(it).unwrap_or_default());
        let (r, s) = (halves.next().unwrap_or_default(), halves.next().unwrap_or_default());
        let (r, s) = (from_bytes(&r), from_bytes(&s));
        if [&r, &s].iter().any(|it| **it == ZERO || !is_below(it, &N)) {
            return Err(BundleError::SigFormat);
        }
        let mut hash = Sm3::new();
        hash.push(&self.prefix);
        hash.push(message);
        let order = Modulus::new(&N);
        let e = reduced(&from_bytes(&hash.finish()), &N);
        let t = order.add(&r, &s);
        if t == ZERO {
            return Err(BundleError::Signature);
        }
        let field = Modulus::new(&P);
        let (x, z) = self.combine(&field, &s, &t);
        // The point's x must be r − e modulo the order; it may be that number or that number plus the order.
        let expected = order.sub(&r, &e);
        let fits = |it: &Limbs| field.mul(&field.enter(it), &z) == x;
        let (raised, has_carry) = sum(&expected, &N);
        let is_raised = !has_carry && is_below(&raised, &P) && fits(&raised);
        if z != ZERO && (fits(&expected) || is_raised) { Ok(()) } else { Err(BundleError::Signature) }
    }

    /// X and Z of s·G + t·key, both sums bit by bit at once.
    fn combine(&self, field: &Modulus, s: &Limbs, t: &Limbs) -> (Limbs, Limbs) {
        let one = field.enter(&[1, 0, 0, 0, 0, 0, 0, 0]);
        let b = field.enter(&B);
        let base = [field.enter(&G.0), field.enter(&G.1), one];
        let key = [field.enter(&self.x), field.enter(&self.y), one];
        let both = field.add_points(&base, &key, &b);
        let mut sum = [ZERO, one, ZERO];
        for place in (0..256).rev() {
            sum = field.add_points(&sum, &sum, &b);
            match (bit(s, place), bit(t, place)) {
                (true, true) => sum = field.add_points(&sum, &both, &b),
                (true, false) => sum = field.add_points(&sum, &base, &b),
                (false, true) => sum = field.add_points(&sum, &key, &b),
                (false, false) => {}
            }
        }
        let [x, _, z] = sum;
        (x, z)
    }
}

/// Arithmetic modulo an odd number, by Montgomery's form: a is kept as a·2^256.
struct Modulus {
    m: Limbs,
    /// −1/m modulo 2^32.
    inverse: u32,
    /// 2^512 modulo m, which takes numbers into the form.
    square: Limbs,
}

impl Modulus {
    fn new(m: &Limbs) -> Modulus {
        let low = m.first().copied().unwrap_or(1);
        // Newton: each step doubles the number of right bits, and an odd number is its own inverse modulo 8.
        let mut inverse = low;
        for _ in 0..4 {
            inverse = inverse.wrapping_mul(2u32.wrapping_sub(low.wrapping_mul(inverse)));
        }
        let mut modulus = Modulus { m: *m, inverse: inverse.wrapping_neg(), square: ZERO };
        let mut square = [1, 0, 0, 0, 0, 0, 0, 0];
        for _ in 0..512 {
            square = modulus.add(&square, &square);
        }
        modulus.square = square;
        modulus
    }

    fn enter(&self, a: &Limbs) -> Limbs {
        self.mul(a, &self.square)
    }

    fn add(&self, a: &Limbs, b: &Limbs) -> Limbs {
        let (sum, has_carry) = sum(a, b);
        if has_carry || !is_below(&sum, &self.m) { difference(&sum, &self.m).0 } else { sum }
    }

    fn sub(&self, a: &Limbs, b: &Limbs) -> Limbs {
        let (difference, has_borrow) = difference(a, b);
        if has_borrow { sum(&difference, &self.m).0 } else { difference }
    }

    /// a·b/2^256.
    #[inline(never)]
    fn mul(&self, a: &Limbs, b: &Limbs) -> Limbs {
        let mut out = ZERO;
        let mut top = 0u64;
        for limb in a {
            // out += limb · b
            let mut carry = 0u64;
            for (place, other) in out.iter_mut().zip(b) {
                carry += u64::from(*place) + u64::from(*limb) * u64::from(*other);
                *place = carry as u32;
                carry >>= 32;
            }
            top += carry;
            // out = (out + factor · m) / 2^32, with the factor that makes the lowest limb zero
            let low = out.first().copied().unwrap_or(0);
            let factor = low.wrapping_mul(self.inverse);
            let mut carry = 0u64;
            for (place, other) in out.iter_mut().zip(&self.m) {
                carry += u64::from(*place) + u64::from(factor) * u64::from(*other);
                *place = carry as u32;
                carry >>= 32;
            }
            top += carry;
            out.rotate_left(1);
            if let Some(last) = out.last_mut() {
                *last = top as u32;
            }
            top >>= 32;
        }
        if top != 0 || !is_below(&out, &self.m) { difference(&out, &self.m).0 } else { out }
    }

    /// The complete addition of Renes, Costello and Batina for a = −3 (algorithm 4): right for every pair of points,
    /// equal ones and the neutral one included, so that there is no special case to forget.
    #[inline(never)]
    fn add_points(&self, one: &[Limbs; 3], two: &[Limbs; 3], b: &Limbs) -> [Limbs; 3] {
        let ([x1, y1, z1], [x2, y2, z2]) = (one, two);
        let (add, sub) = (|a: &Limbs, b: &Limbs| self.add(a, b), |a: &Limbs, b: &Limbs| self.sub(a, b));
        let mul = |a: &Limbs, b: &Limbs| self.mul(a, b);
        let thrice = |a: &Limbs| self.add(&self.add(a, a), a);
        let (xx, yy, zz) = (mul(x1, x2), mul(y1, y2), mul(z1, z2));
        let xy = sub(&mul(&add(x1, y1), &add(x2, y2)), &add(&xx, &yy));
        let yz = sub(&mul(&add(y1, z1), &add(y2, z2)), &add(&yy, &zz));
        let xz = sub(&mul(&add(x1, z1), &add(x2, z2)), &add(&xx, &zz));
        let three_xz = thrice(&sub(&xz, &mul(b, &zz)));
        let (minus, plus) = (sub(&yy, &three_xz), add(&yy, &three_xz));
        let three_zz = thrice(&zz);
        let mixed = thrice(&sub(&sub(&mul(b, &xz), &three_zz), &xx));
        let rest = sub(&thrice(&xx), &three_zz);
        [
            sub(&mul(&xy, &plus), &mul(&yz, &mixed)),
            add(&mul(&plus, &minus), &mul(&rest, &mixed)),
            add(&mul(&yz, &minus), &mul(&xy, &rest)),
        ]
    }
}

fn sum(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = ZERO;
    let mut carry = 0u64;
    for ((place, a), b) in out.iter_mut().zip(a).zip(b) {
        carry += u64::from(*a) + u64::from(*b);
        *place = carry as u32;
        carry >>= 32;
    }
    (out, carry != 0)
}

fn difference(a: &Limbs, b: &Limbs) -> (Limbs, bool) {
    let mut out = ZERO;
    let mut borrow = 0i64;
    for ((place, a), b) in out.iter_mut().zip(a).zip(b) {
        borrow += i64::from(*a) - i64::from(*b);
        *place = borrow as u32;
        borrow >>= 32;
    }
    (out, borrow != 0)
}

fn is_below(a: &Limbs, b: &Limbs) -> bool {
    difference(a, b).1
}

fn reduced(a: &Limbs, m: &Limbs) -> Limbs {
    if is_below(a, m) { *a } else { difference(a, m).0 }
}

fn bit(a: &Limbs, place: usize) -> bool {
    a.get(place / 32).is_some_and(|it| it >> (place % 32) & 1 == 1)
}

fn from_bytes(bytes: &[u8; 32]) -> Limbs {
    let mut out = ZERO;
    for (limb, four) in out.iter_mut().rev().zip(bytes.chunks(4)) {
        *limb = four.iter().fold(0, |limb, byte| limb << 8 | u32::from(*byte));
    }
    out
}

fn to_bytes(limbs: &Limbs) -> [u8; 32] {
    let mut out = [0; 32];
    for (four, limb) in out.chunks_mut(4).zip(limbs.iter().rev()) {
        four.copy_from_slice(&limb.to_be_bytes());
    }
    out
}

/// The hash SM3.
struct Sm3 {
    state: [u32; 8],
    block: [u8; 64],
    filled: usize,
    n_bytes: u64,
}

impl Sm3 {
    fn new() -> Sm3 {
        let state = [
            0x7380_166f,
            0x4914_b2b9,
            0x1724_42d7,
            0xda8a_0600,
            0xa96f_30bc,
            0x1631_38aa,
            0xe38d_ee4d,
            0xb0fb_0e4e,
        ];
        Sm3 { state, block: [0; 64], filled: 0, n_bytes: 0 }
    }

    fn push(&mut self, bytes: &[u8]) {
        self.n_bytes += bytes.len() as u64;
        for byte in bytes {
            self.byte(*byte);
        }
    }

    fn byte(&mut self, byte: u8) {
        if let Some(place) = self.block.get_mut(self.filled) {
            *place = byte;
        }
        self.filled += 1;
        if self.filled == 64 {
            self.filled = 0;
            self.compress();
        }
    }

    fn finish(mut self) -> [u8; 32] {
        let n_bits = self.n_bytes.wrapping_mul(8);
        self.byte(0x80);
        while self.filled != 56 {
            self.byte(0);
        }
        for byte in n_bits.to_be_bytes() {
            self.byte(byte);
        }
        let mut out = [0; 32];
        for (four, word) in out.chunks_mut(4).zip(self.state) {
            four.copy_from_slice(&word.to_be_bytes());
        }
        out
    }

    fn compress(&mut self) {
        // The expanded message, 68 words; a fixed array and `% 68` keep every index inside.
        let mut words = [0u32; 68];
        for (word, four) in words.iter_mut().zip(self.block.chunks(4)) {
            *word = four.iter().fold(0, |word, byte| word << 8 | u32::from(*byte));
        }
        for idx in 16..68 {
            let at = |back: usize| words[(idx - back) % 68];
            let mixed = at(16) ^ at(9) ^ at(3).rotate_left(15);
            let mixed = mixed ^ mixed.rotate_left(15) ^ mixed.rotate_left(23);
            words[idx] = mixed ^ at(13).rotate_left(7) ^ at(6);
        }
        let [mut a, mut b, mut c, mut d, mut e, mut f, mut g, mut h] = self.state;
        for round in 0..64 {
            let is_early = round < 16;
            let constant: u32 = if is_early { 0x79cc_4519 } else { 0x7a87_9d8a };
            let turned = a.rotate_left(12);
            let first =
                turned.wrapping_add(e).wrapping_add(constant.rotate_left(round as u32 % 32)).rotate_left(7);
            let second = first ^ turned;
            let choose = if is_early { a ^ b ^ c } else { (a & b) | (a & c) | (b & c) };
            let other = if is_early { e ^ f ^ g } else { (e & f) | (!e & g) };
            let word = words[round];
            let left = choose.wrapping_add(d).wrapping_add(second).wrapping_add(word ^ words[round + 4]);
            let right = other.wrapping_add(h).wrapping_add(first).wrapping_add(word);
            (d, c, b, a) = (c, b.rotate_left(9), a, left);
            (h, g, f, e) = (g, f.rotate_left(19), e, right ^ right.rotate_left(9) ^ right.rotate_left(17));
        }
        for (state, word) in self.state.iter_mut().zip([a, b, c, d, e, f, g, h]) {
            *state ^= word;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Sm3;

    /// tables.md 6.10: computed with OpenSSL 3.0.19.
    #[test]
    fn sm3_gives_what_openssl_gives() {
        let hash = |text: &str| {
            let mut hash = Sm3::new();
            hash.push(text.as_bytes());
            hash.finish().iter().map(|byte| format!("{byte:02x}")).collect::<String>()
        };
        for (text, digest) in [
            ("abc", "66c7f0f462eeedd9d1f2d46bdc10e4e24167c4875cf2f7a2297da02b8f4ba8e0"),
            ("hello world", "44f0061e69fa6fdfc290c494654a05dc0c053da7e5c52b84ef93a9d67d3fff88"),
            (&"abcd".repeat(16), "debe9ff92275b8a138604889c18e5a4d6fdb70e5387e5765293dcba39c0c5732"),
            ("", "1ab21d8355cfa17f8e61194831e81a8f22bec8c728fefb747ed035eb5082aa2b"),
            ("中小企业知识产权战略推进工程", "cca7a92a3bde015877e43b189f31375af03ce4be7057fb796703be6dc2cd6336"),
        ] {
            assert_eq!(hash(text), digest, "{text}");
        }
    }
}
