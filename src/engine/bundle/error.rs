//! The closed lists of error and warning names. The format fixes the names; sentences live in the locale.

use std::fmt;

/// Makes an enum whose variants each have a fixed name, and the list of all of them. What is said about each
/// is its documentation; the words for people are in the locale.
macro_rules! named {
    ($(#[$doc:meta])* $type:ident { $($variant:ident = $name:literal : $about:literal,)* }) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
        pub enum $type {
            $(#[doc = $about] $variant,)*
        }

        impl $type {
            /// Every value, in the order of the checks.
            pub const ALL: &'static [$type] = &[$($type::$variant,)*];

            /// The name that the format gives it.
            pub fn name(self) -> &'static str {
                match self { $($type::$variant => $name,)* }
            }

            /// The value of that name.
            pub fn from_name(name: &str) -> Option<$type> {
                $type::ALL.iter().copied().find(|it| it.name() == name)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(self.name())
            }
        }
    };
}
pub(crate) use named;

named! {
    /// Why a bundle was refused: the first step that failed gives the name.
    BundleError {
        TooLarge = "E_TOO_LARGE": "the file is larger than the format allows",
        Zip = "E_ZIP": "the ZIP file does not keep to the profile of the format",
        ZipPayload = "E_ZIP_PAYLOAD": "a readable payload copy in the ZIP file differs from the signed payload",
        Utf8 = "E_UTF8": "the text is not UTF-8",
        Depth = "E_DEPTH": "the JSON text is nested too deeply",
        Json = "E_JSON": "the text is not valid JSON; the file may have been cut short on its way",
        DuplicateKey = "E_DUP_KEY": "a member occurs twice in one JSON object",
        Number = "E_NUMBER": "a number is not a safe integer",
        Structure = "E_STRUCTURE": "members are missing, unknown or of the wrong kind",
        Version = "E_VERSION": "the file has a format version that this program does not know",
        Limit = "E_LIMIT": "a limit of the format is exceeded",
        Base64 = "E_B64": "a text is not strict base64url",
        NotCanonical = "E_NOT_CANONICAL": "signed JSON is not in its canonical form",
        NoSignature = "E_NO_SIGNATURE": "a statement has no registered signature",
        Unprotected = "E_UNPROTECTED": "a signature has an unprotected header",
        Crit = "E_CRIT": "a signature header asks for extensions",
        HeaderParam = "E_HEADER_PARAM": "a signature header has an unknown parameter",
        AlgForbidden = "E_ALG_FORBIDDEN": "a signature uses an algorithm that the format does not allow",
        Typ = "E_TYP": "a signature was made for another kind of document",
        Cty = "E_CTY": "a signature was made for another kind of content",
        Key = "E_KEY": "a public key is malformed or weak",
        AlgKeyMismatch = "E_ALG_KEY_MISMATCH": "the algorithm does not fit the key",
        SigFormat = "E_SIG_FORMAT": "a signature is malformed",
        Signature = "E_SIGNATURE": "a signature does not fit: the content or the key was changed after signing",
        Kid = "E_KID": "a key name is not the thumbprint of its key",
        Type = "E_TYPE": "a statement is of a type that does not belong here",
        SignerSet = "E_SIGNER_SET": "the signatures are not those of exactly the named keys; one may have been removed",
        DupStatement = "E_DUP_STATEMENT": "a statement occurs twice",
        NoApplication = "E_NO_APPLICATION": "the file holds no application",
        NotAPart = "E_NOT_A_PART": "the file is not a part file",
        MultiApplication = "E_MULTI_APPLICATION": "the file holds two applications",
        Order = "E_ORDER": "the statements are in the wrong order",
        Prev = "E_PREV": "the revision does not follow the one before",
        Subject = "E_SUBJECT": "an endorsement belongs to another application or revision",
        Link = "E_LINK": "an endorsement refers to a statement that is not in the file; one may have been removed",
        AttName = "E_ATT_NAME": "an attachment has a name that is not allowed",
        AttType = "E_ATT_TYPE": "an attachment is of a type that is not allowed, or its name or content does not fit its type",
        AttUnreferenced = "E_ATT_UNREFERENCED": "the file holds an attachment that no statement declares",
        AttMissing = "E_ATT_MISSING": "a declared attachment is not in the file",
        AttSize = "E_ATT_SIZE": "an attachment has another size than declared",
        AttDigest = "E_ATT_DIGEST": "an attachment has other content than declared",
        KeyRevoked = "E_KEY_REVOKED": "a key was revoked",
        KeyUntrusted = "E_KEY_UNTRUSTED": "first contact: a key is not yet in the trust list; compare it with the sealed paper",
        Role = "E_ROLE": "a key is trusted for another role",
        Org = "E_ORG": "a key is trusted for another organization",
        Policy = "E_POLICY": "a required office has not signed",
        Recipient = "E_RECIPIENT": "the file is addressed to another office",
        StaleRevision = "E_STALE_REVISION": "a newer revision was received before",
        Fork = "E_FORK": "another file with the same revision was received before",
        KeyChanged = "E_KEY_CHANGED": "a later revision is signed by a key that is not pinned to the organization of the first",
        PaperMismatch = "E_PAPER_MISMATCH": "the digest on the sealed paper differs",
    }
}

impl std::error::Error for BundleError {}

named! {
    /// What does not refuse a file but should be seen by a person.
    BundleWarning {
        NotNfc = "W_NOT_NFC": "a text is not in Unicode normal form C; it may look equal to another one and differ",
        Time = "W_TIME": "a time lies in the future or before that of a statement it refers to",
        ExtUnchecked = "W_EXT_UNCHECKED": "an SM2 signature was not checked",
        EvidenceUnchecked = "W_EVIDENCE_UNCHECKED": "evidence is attached that this program does not check",
        RevisionGap = "W_REV_GAP": "a revision between the last one seen and this one is missing; ask for it",
    }
}

/// An error and the place where it was found, in the words of the file: a member, an attachment name, a key name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Fault {
    /// Which check failed.
    pub error: BundleError,
    /// Where, as far as it is known; may be empty.
    pub place: String,
}

impl Fault {
    /// A fault at a place. Kept out of line: there are a hundred of these, and none is in a hurry.
    #[cold]
    #[inline(never)]
    pub fn at(error: BundleError, place: &str) -> Fault {
        Fault { error, place: place.to_owned() }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.error.name())?;
        if !self.place.is_empty() {
            f.write_str(" at ")?;
            f.write_str(&self.place)?;
        }
        Ok(())
    }
}

impl std::error::Error for Fault {}
