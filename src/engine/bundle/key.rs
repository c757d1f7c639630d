//! Signing and verifying keys: their JWK form, their thumbprints, and the four signature algorithms.
//!
//! The key decides the algorithm, the header must agree. SM2 can only be verified: the format has it as an
//! optional co-signature, made by an office's own device.

use super::{base64url, digest::Digest, error::BundleError, sm2::Sm2Key};
use crate::engine::value::json::Json;
use ed25519_dalek::Signer as _;
use p256::ecdsa::signature::Verifier as _;
use p256::elliptic_curve::point::AffineCoordinates as _;
use zeroize::Zeroizing;

/// The bytes of every signature in this format: r and s, or an Ed25519 signature.
pub const SIGNATURE_BYTES: usize = 64;

/// The three kinds of key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum KeyKind {
    /// NIST P-256, for ES256: the default for new keys.
    P256,
    /// Ed25519.
    Ed25519,
    /// The SM2 curve, for co-signatures in `signatures_ext`.
    Sm2,
}

impl KeyKind {
    /// All kinds.
    pub const ALL: &'static [KeyKind] = &[KeyKind::P256, KeyKind::Ed25519, KeyKind::Sm2];

    /// The JWK member `kty`.
    pub fn kty(self) -> &'static str {
        match self {
            KeyKind::Ed25519 => "OKP",
            KeyKind::P256 | KeyKind::Sm2 => "EC",
        }
    }

    /// The JWK member `crv`.
    pub fn crv(self) -> &'static str {
        match self {
            KeyKind::P256 => "P-256",
            KeyKind::Ed25519 => "Ed25519",
            KeyKind::Sm2 => "urn:oid:1.2.156.10197.1.301",
        }
    }

    /// The algorithm name written into headers.
    pub fn alg(self) -> &'static str {
        match self {
            KeyKind::P256 => "ES256",
            KeyKind::Ed25519 => "EdDSA",
            KeyKind::Sm2 => "urn:oid:1.2.156.10197.1.501",
        }
    }

    /// The kind of key that an algorithm name of a header needs; two names are accepted for Ed25519.
    pub fn of_alg(alg: &str) -> Option<KeyKind> {
        match alg {
            "Ed25519" => Some(KeyKind::Ed25519),
            _ => KeyKind::ALL.iter().copied().find(|it| it.alg() == alg),
        }
    }

    /// Whether signatures of this kind stand in `signatures_ext`.
    pub fn is_extension(self) -> bool {
        self == KeyKind::Sm2
    }
}

/// A JWK whose members are those of a public key, with coordinates not yet looked at.
///
/// Apart from [`VerifyingKey`] because the order of checks puts others between the two.
#[derive(Clone, Debug)]
pub struct UncheckedKey<'a> {
    /// What the members say it is.
    pub kind: KeyKind,
    x: &'a str,
    y: &'a str,
}

impl<'a> UncheckedKey<'a> {
    /// Takes exactly the public members of a known key type: a private `d` is refused.
    pub fn read(jwk: &'a Json) -> Result<UncheckedKey<'a>, BundleError> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_text).ok_or(BundleError::Key);
        let (kty, crv) = (text("kty")?, text("crv")?);
        let kind = KeyKind::ALL.iter().copied().find(|it| it.kty() == kty && it.crv() == crv);
        let kind = kind.ok_or(BundleError::Key)?;
        let n_members = jwk.as_object().map_or(0, <[_]>::len);
        let (x, y, n_expected) = match kind {
            KeyKind::Ed25519 => (text("x")?, "", 3),
            KeyKind::P256 | KeyKind::Sm2 => (text("x")?, text("y")?, 4),
        };
        if n_members != n_expected {
            return Err(BundleError::Key);
        }
        Ok(UncheckedKey { kind, x, y })
    }

    /// Decodes the coordinates and checks that they are a good point.
    pub fn check(&self) -> Result<VerifyingKey, BundleError> {
        let coordinate = |text: &str| -> Result<Vec<u8>, BundleError> {
            base64url::decode(text).ok_or(BundleError::Base64)
        };
        let (x, y) = (coordinate(self.x)?, coordinate(self.y)?);
        let x: [u8; 32] = x.try_into().map_err(|_| BundleError::Key)?;
        let y: [u8; 32] = match self.kind {
            KeyKind::Ed25519 => [0; 32],
            KeyKind::P256 | KeyKind::Sm2 => y.try_into().map_err(|_| BundleError::Key)?,
        };
        VerifyingKey::from_coordinates(self.kind, x, y)
    }
}

#[derive(Clone, Debug)]
enum Point {
    P256(p256::ecdsa::VerifyingKey),
    Ed25519(ed25519_dalek::VerifyingKey),
    Sm2(Sm2Key),
}

/// A public key that was checked: on its curve and not weak.
#[derive(Clone, Debug)]
pub struct VerifyingKey {
    kind: KeyKind,
    x: [u8; 32],
    y: [u8; 32],
    point: Point,
}

impl PartialEq for VerifyingKey {
    fn eq(&self, other: &VerifyingKey) -> bool {
        (self.kind, self.x, self.y) == (other.kind, other.x, other.y)
    }
}

impl Eq for VerifyingKey {}

impl VerifyingKey {
    fn from_coordinates(kind: KeyKind, x: [u8; 32], y: [u8; 32]) -> Result<VerifyingKey, BundleError> {
        let point = match kind {
            KeyKind::Ed25519 => {
                let key = ed25519_dalek::VerifyingKey::from_bytes(&x).map_err(|_| BundleError::Key)?;
                // A small-order key verifies one signature for every message. A y coordinate beyond the prime is a
                // second spelling of another key, which RFC 8032 refuses and the library would take.
                if key.is_weak() || key.to_edwards().compress().to_bytes() != x {
                    return Err(BundleError::Key);
                }
                Point::Ed25519(key)
            }
            KeyKind::P256 => {
                // Not from SEC1 bytes: that way also knows compressed points, which would be dead weight.
                let point = Option::from(p256::AffinePoint::from_coordinates(&x.into(), &y.into()));
                let key = p256::ecdsa::VerifyingKey::from_affine(point.ok_or(BundleError::Key)?);
                Point::P256(key.map_err(|_| BundleError::Key)?)
            }
            KeyKind::Sm2 => Point::Sm2(Sm2Key::new(&x, &y).ok_or(BundleError::Key)?),
        };
        Ok(VerifyingKey { kind, x, y, point })
    }

    /// Reads a public JWK.
    pub fn from_jwk(jwk: &Json) -> Result<VerifyingKey, BundleError> {
        UncheckedKey::read(jwk)?.check()
    }

    /// The kind of key.
    pub fn kind(&self) -> KeyKind {
        self.kind
    }

    /// The public JWK.
    pub fn to_jwk(&self) -> Json {
        let mut members = vec![
            ("crv", Json::text(self.kind.crv())),
            ("kty", Json::text(self.kind.kty())),
            ("x", Json::text(base64url::encode(&self.x))),
        ];
        if self.kind != KeyKind::Ed25519 {
            members.push(("y", Json::text(base64url::encode(&self.y))));
        }
        Json::object(members)
    }

    /// The RFC 7638 thumbprint: SHA-256 of the JWK's required members, which here are all it has.
    pub fn thumbprint(&self) -> Digest {
        Digest::of(self.to_jwk().to_canonical().as_bytes())
    }

    /// The key's name in files: the thumbprint as base64url.
    pub fn kid(&self) -> String {
        base64url::encode(self.thumbprint().as_bytes())
    }

    /// Verifies 64 signature bytes over a message.
    pub fn verify(&self, message: &[u8], signature: &[u8; SIGNATURE_BYTES]) -> Result<(), BundleError> {
        match &self.point {
            Point::P256(key) => {
                let signature = p256::ecdsa::Signature::from_slice(signature);
                let signature = signature.map_err(|_| BundleError::SigFormat)?;
                key.verify(message, &signature).map_err(|_| BundleError::Signature)
            }
            Point::Ed25519(key) => {
                let signature = ed25519_dalek::Signature::from_bytes(signature);
                key.verify_strict(message, &signature).map_err(|_| BundleError::Signature)
            }
            Point::Sm2(key) => key.verify(message, signature),
        }
    }
}

enum Secret {
    P256(p256::ecdsa::SigningKey),
    Ed25519(ed25519_dalek::SigningKey),
}

/// A private key in memory. Both libraries overwrite their secret when it is dropped.
pub struct SigningKey {
    secret: Secret,
    verifying_key: VerifyingKey,
}

impl SigningKey {
    /// A key from 32 secret bytes. For a new key they are fresh randomness.
    ///
    /// Nothing comes back for SM2, and for the one in 2^32 values that are no P-256 scalar: draw again.
    pub fn from_secret(kind: KeyKind, secret: &[u8; 32]) -> Option<SigningKey> {
        let (secret, x, y) = match kind {
            KeyKind::Ed25519 => {
                let key = ed25519_dalek::SigningKey::from_bytes(secret);
                let x = key.verifying_key().to_bytes();
                (Secret::Ed25519(key), x, [0; 32])
            }
            KeyKind::P256 => {
                let key = p256::ecdsa::SigningKey::from_slice(secret).ok()?;
                let point = key.verifying_key().as_affine();
                let (x, y) = (point.x().into(), point.y().into());
                (Secret::P256(key), x, y)
            }
            KeyKind::Sm2 => return None,
        };
        let verifying_key = VerifyingKey::from_coordinates(kind, x, y).ok()?;
        Some(SigningKey { secret, verifying_key })
    }

    /// The public half.
    pub fn verifying_key(&self) -> &VerifyingKey {
        &self.verifying_key
    }

    /// Signs a message, without randomness: RFC 6979 for ES256, RFC 8032 for Ed25519.
    pub fn sign(&self, message: &[u8]) -> Option<[u8; SIGNATURE_BYTES]> {
        match &self.secret {
            Secret::Ed25519(key) => Some(key.sign(message).to_bytes()),
            Secret::P256(key) => {
                let signature: p256::ecdsa::Signature = key.try_sign(message).ok()?;
                <[u8; SIGNATURE_BYTES]>::try_from(signature.to_bytes().as_slice()).ok()
            }
        }
    }

    /// The 32 secret bytes, for the key file.
    pub(crate) fn secret_bytes(&self) -> Zeroizing<[u8; 32]> {
        Zeroizing::new(match &self.secret {
            Secret::Ed25519(key) => key.to_bytes(),
            Secret::P256(key) => key.to_bytes().into(),
        })
    }
}

impl std::fmt::Debug for SigningKey {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("SigningKey(")?;
        f.write_str(&self.verifying_key.kid())?;
        f.write_str(")")
    }
}
