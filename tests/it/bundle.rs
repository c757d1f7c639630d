//! Signed bundles: every vector gives the result that its index names, and what we write we can read.
//!
//! The vectors are driven by `index.json` alone, in `vectors.rs`: another set of the same form, put in its place, is tested the
//! same way. `own/` holds vectors for the names that the shared set leaves out; `OWN_VECTORS=write` makes them anew.

use crate::bundle_own::{
    self as own, PDF, application, endorsement, file_of, key, part, set, signed, signed_with_sm2,
};
use crate::vectors::{self, large, text, texts};
use shenbao::engine::bundle::{
    attachment::AttachmentFacts,
    base64url,
    digest::Digest,
    error::{BundleError, BundleWarning},
    file,
    key::{KeyKind, SigningKey, VerifyingKey},
    key_file::{self, KeyFileError, KeyFileHead},
    limit, nfc, paper, qr,
    reader::{AttachmentBytes, BundleReader, UncheckedBundle},
    sign,
    trust::{self, Register, RegisterEntry, TrustEntry, TrustList},
    verify::{Expect, Policy, VerificationReport, verify},
    zip::{Crc32, ZipWriter},
};
use shenbao::engine::value::json::{self, Json};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

fn vectors() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/bundles")
}

fn read(path: impl AsRef<Path>) -> Vec<u8> {
    let path = path.as_ref();
    std::fs::read(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

fn index(dir: &Path) -> Json {
    vectors::index(&|name| read(dir.join(name)))
}

fn try_vector(dir: &Path, vector: &Json) -> vectors::Tried {
    vectors::try_vector(&|name| read(dir.join(name)), vector)
}

fn try_index(dir: &Path) -> BTreeSet<String> {
    vectors::try_index(&|name| read(dir.join(name)))
}

#[test]
fn every_shared_vector_gives_the_named_result() {
    try_index(&vectors());
}

#[test]
fn every_vector_of_our_own_gives_the_named_result() {
    try_index(&vectors().join("own"));
}

/// The index and the files of our own vectors, as the generator makes them.
fn own_files() -> Vec<(String, Vec<u8>)> {
    let made = own::all();
    let n_valid = made.iter().filter(|it| it.entry.contains(&("valid", Json::Bool(true)))).count();
    let entries = made.iter().map(|it| {
        let named =
            [("file", Json::text(it.file.as_str())), ("sha256", Json::Text(Digest::of(&it.bytes).to_hex()))];
        let members = it.entry.clone();
        Json::object(
            named
                .into_iter()
                .chain(members)
                .chain(it.file.ends_with(".zip").then(|| ("profile", Json::text("zip")))),
        )
    });
    let entries: Vec<String> = entries.map(|it| it.to_canonical()).collect();
    let counts = format!(r#"{{"valid":{n_valid},"invalid":{},"key_files":0}}"#, made.len() - n_valid);
    let index = format!(
        "{{\"format\":\"sab\",\"version\":\"1.0\",\"warning\":\"all keys are public test keys\",\"counts\":{counts},\n\"key_files\":[],\n\"vectors\":[\n{}\n]}}\n",
        entries.join(",\n")
    );
    let mut files: Vec<(String, Vec<u8>)> = made.into_iter().map(|it| (it.file, it.bytes)).collect();
    files.push(("index.json".to_owned(), index.into_bytes()));
    files
}

#[test]
fn our_own_vectors_are_those_of_the_generator() {
    let dir = vectors().join("own");
    let is_asked_to_write = std::env::var("OWN_VECTORS").is_ok_and(|it| it == "write");
    for (name, bytes) in own_files() {
        if is_asked_to_write {
            std::fs::create_dir_all(&dir).expect("the folder");
            std::fs::write(dir.join(&name), &bytes).expect("a vector");
        }
        assert!(
            read(dir.join(&name)) == bytes,
            "{name} differs: run the test with OWN_VECTORS=write and look at the change"
        );
    }
}

#[test]
fn a_vector_with_a_wrong_promise_is_noticed() {
    let index = index(&vectors());
    let all = index.get("vectors").and_then(Json::as_list).expect("vectors");
    let find = |valid: bool| {
        all.iter().find(|it| it.get("valid").and_then(Json::as_bool) == Some(valid)).expect("a vector")
    };
    let refused = set(find(false), &["result"], Json::text("AUTHENTIC"));
    assert!(try_vector(&vectors(), &refused).complaint.is_some());
    let accepted = set(find(true), &["result"], Json::text("E_SIGNATURE"));
    assert!(try_vector(&vectors(), &accepted).complaint.is_some());
    let digest = set(find(true), &["sha256"], Json::Text(Digest::of(b"").to_hex()));
    assert!(try_vector(&vectors(), &digest).complaint.is_some());
}

#[test]
fn every_error_and_warning_name_has_a_vector() {
    let mut seen: BTreeSet<String> = BTreeSet::new();
    for dir in [vectors(), vectors().join("own")] {
        for vector in index(&dir).get("vectors").and_then(Json::as_list).expect("vectors") {
            seen.insert(text(vector, "result").to_owned());
            seen.extend(vector.get("warnings").map(texts).unwrap_or_default());
        }
        for entry in index(&dir).get("key_files").and_then(Json::as_list).expect("key files") {
            seen.insert(text(entry, "result").to_owned());
        }
    }
    // Made when the test runs, since nobody wants to store it.
    seen.insert(BundleError::TooLarge.name().to_owned());
    // Cannot be made on purpose.
    seen.insert(KeyFileError::Memory.name().to_owned());
    let errors = BundleError::ALL.iter().map(|it| it.name());
    let names = errors
        .chain(BundleWarning::ALL.iter().map(|it| it.name()))
        .chain(KeyFileError::ALL.iter().map(|it| it.name()));
    let missing: Vec<&str> = names.filter(|it| !seen.contains(*it)).collect();
    assert!(missing.is_empty(), "no vector for {missing:?}");
}

#[test]
fn a_file_beyond_the_limit_is_refused_before_it_is_read() {
    let judge = |bundle: UncheckedBundle, expect| verify(&bundle, &Policy::new(expect)).name();
    assert_eq!(judge(large("a.sab.json", b"{", limit::JSON_FILE + 1), Expect::Application), "E_TOO_LARGE");
    assert_eq!(judge(large("a.sab.json", b"{", limit::JSON_FILE), Expect::Application), "E_JSON");
    assert_eq!(
        judge(large("a.sab.zip", b"PK\x03\x04", limit::ZIP_FILE + 1), Expect::Application),
        "E_TOO_LARGE"
    );
    // Size comes before kind.
    assert_eq!(judge(large("a.sab.zip", b"PK\x03\x04", limit::ZIP_FILE + 1), Expect::Part), "E_TOO_LARGE");
    // Padding after a good file is white space, and free.
    let good = file_of(&[signed(&application(), &["city-p256"])]);
    assert_eq!(judge(large("a", &good, 1 << 20), Expect::Application), "INTACT");
}

#[test]
fn a_file_of_millions_of_values_is_refused_before_it_fills_the_memory() {
    let zeros = "0,".repeat(limit::VALUES as usize + 1);
    let file = format!(r#"{{"sab":"1.0","statements":[{zeros}0]}}"#);
    let report = judge(file.as_bytes(), &Policy::new(Expect::Application));
    assert_eq!(report.name(), "E_LIMIT");
    // Commas inside texts do not count.
    let text = ",".repeat(limit::VALUES as usize + 1);
    let file = format!(r#"{{"sab":"1.0","statements":["\"{text}"]}}"#);
    assert_eq!(judge(file.as_bytes(), &Policy::new(Expect::Application)).name(), "E_STRUCTURE");
}

fn judge(bytes: &[u8], policy: &Policy) -> VerificationReport {
    verify(&UncheckedBundle::from_bytes("file", bytes), policy)
}

#[test]
fn what_is_signed_here_verifies_here() {
    let attachments: &[(Digest, &[u8])] = &[(Digest::of(PDF), PDF)];
    for keys in [&["city-p256"][..], &["city-ed25519"], &["city-p256", "city-ed25519"]] {
        let application = signed(&application(), keys);
        let statements = [application.clone(), signed(&endorsement(&application), &["province-a-p256"])];
        let policy = Policy::new(Expect::Application);
        let json = file::json_file(&statements, attachments);
        let zip = file::zip_file(&statements, attachments).expect("a ZIP");
        for bytes in [json.as_bytes(), &zip] {
            let bundle = UncheckedBundle::from_bytes("file", bytes);
            let report = verify(&bundle, &policy);
            assert_eq!(report.name(), "INTACT", "{:?}", report.outcome);
            assert_eq!(report.statements.len(), 2);
            assert_eq!(report.statements[0].keys.len(), keys.len());
            assert_eq!(bundle.statements(), statements);
            let found = match bundle.attachment(&Digest::of(PDF)) {
                Some(AttachmentBytes::Bytes(bytes)) => bytes,
                Some(AttachmentBytes::Range { offset, size }) => {
                    zip[offset as usize..][..size as usize].to_vec()
                }
                None => panic!("the attachment is there"),
            };
            assert_eq!(found, PDF);
        }
    }
    let part = file_of(&[signed(&part(), &["park-east-p256"])]);
    assert_eq!(judge(&part, &Policy::new(Expect::Part)).name(), "INTACT");
    let dual = file_of(&[signed_with_sm2(&application(), "city-p256", "city-sm2")]);
    assert_eq!(judge(&dual, &Policy::new(Expect::Application)).name(), "INTACT");
}

#[test]
fn es256_signatures_are_those_of_rfc_6979() {
    // RFC 6979, A.2.5, SHA-256, message "sample".
    let secret =
        Digest::from_hex("c9afa9d845ba75166b5c215767b1d6934e50c3db36e89b127b8a622b120f6721").expect("hex");
    let key = SigningKey::from_secret(KeyKind::P256, secret.as_bytes()).expect("a key");
    let signature = key.sign(b"sample").expect("a signature");
    let r = "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716";
    let s = "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8";
    let hex: String = signature.iter().map(|it| format!("{it:02x}")).collect();
    assert_eq!(hex, format!("{r}{s}"));
}

#[test]
fn our_sm2_agrees_with_the_sm2_crate() {
    use sm2::dsa::signature::{Signer as _, Verifier as _};
    use sm2::elliptic_curve::sec1::ToSec1Point as _;
    let mut dice = Dice(42);
    for round in 0..60 {
        let secret = sm2::SecretKey::from_slice(&own::secret(&format!("sm2-{round}"))).expect("a scalar");
        let signing = sm2::dsa::SigningKey::new("1234567812345678", &secret).expect("a key");
        let point = signing.verifying_key().as_affine().to_sec1_point(false);
        let member = |from: usize| Json::Text(base64url::encode(&point.as_bytes()[from..from + 32]));
        let jwk = |x: Json, y: Json| {
            let crv = Json::text(KeyKind::Sm2.crv());
            VerifyingKey::from_jwk(&Json::object([
                ("crv", crv),
                ("kty", Json::text("EC")),
                ("x", x),
                ("y", y),
            ]))
        };
        let ours = jwk(member(1), member(33)).expect("a point of the curve");
        assert_eq!(jwk(member(33), member(1)), Err(BundleError::Key), "x and y exchanged are no point");
        // Lengths around the block of SM3.
        let message: Vec<u8> = (0..round * 3).map(|_| dice.roll(256) as u8).collect();
        let signature: [u8; 64] = signing.sign(&message).to_bytes().as_slice().try_into().expect("64 bytes");
        assert_eq!(ours.verify(&message, &signature), Ok(()), "round {round}");
        let mut changed = signature;
        changed[dice.roll(64)] ^= 1 << dice.roll(8);
        let theirs = sm2::dsa::Signature::from_slice(&changed);
        let theirs = theirs.is_ok_and(|it| signing.verifying_key().verify(&message, &it).is_ok());
        assert_eq!(ours.verify(&message, &changed).is_ok(), theirs);
        assert!(!theirs);
    }
    // r or s out of range is a malformed signature, not a wrong one.
    let ours = own::sm2_key("city-sm2");
    let order = "fffffffeffffffffffffffffffffffff7203df6b21c6052b53bbf40939d54123";
    let order = *Digest::from_hex(order).expect("hex").as_bytes();
    for (r, s) in
        [([0; 32], [1; 32]), ([1; 32], [0; 32]), (order, [1; 32]), ([1; 32], order), ([0xff; 32], [1; 32])]
    {
        let signature: [u8; 64] = [r, s].concat().try_into().expect("64 bytes");
        assert_eq!(ours.verify(b"", &signature), Err(BundleError::SigFormat));
    }
    // s = n − r makes t zero.
    let mut r = [0; 32];
    r[31] = 0x23;
    let mut s = order;
    s[31] = 0;
    let signature: [u8; 64] = [r, s].concat().try_into().expect("64 bytes");
    assert_eq!(ours.verify(b"", &signature), Err(BundleError::Signature));
}

#[test]
fn a_draft_refuses_what_a_reader_would() {
    let city = key("city-p256");
    let keys = [city.verifying_key().clone()];
    let error = |payload: &Json| sign::StatementDraft::new(payload, &keys).map(drop).map_err(|it| it.error);
    let good = sign::with_kids(&application(), &[city.verifying_key()]);
    assert_eq!(error(&good), Ok(()));
    assert_eq!(error(&application()), Err(BundleError::SignerSet));
    assert_eq!(error(&set(&good, &["doc", "rev"], Json::Int(2))), Err(BundleError::Prev));
    assert_eq!(error(&set(&good, &["doc", "created"], Json::text("today"))), Err(BundleError::Structure));
    assert_eq!(error(&set(&good, &["view"], Json::text("other"))), Err(BundleError::Structure));
    let deep = (0..30).fold(Json::Null, |it, _| Json::List(vec![it]));
    assert_eq!(error(&set(&good, &["data", "deep"], deep)), Err(BundleError::Json));
    let huge = Json::Text("x".repeat(limit::PAYLOAD));
    assert_eq!(error(&set(&good, &["data", "huge"], huge)), Err(BundleError::Limit));
    // A signature that does not fit never becomes a statement.
    let draft = sign::StatementDraft::new(&good, &keys).expect("good");
    assert_eq!(draft.finish(&[[1; 64]]).map_err(|it| it.error), Err(BundleError::Signature));
}

#[test]
fn a_report_says_how_far_it_came() {
    let bytes = file_of(&[signed(&application(), &["city-p256"])]);
    let mut policy = Policy::new(Expect::Application);
    policy.trust.keys.push((
        own::kid("city-ed25519"),
        TrustEntry { roles: vec!["city".to_owned()], ..TrustEntry::default() },
    ));
    policy.paper = Some(Digest::of(b""));
    let report = judge(&bytes, &policy);
    assert_eq!(report.name(), "E_KEY_UNTRUSTED");
    let states: Vec<&str> = report.steps.iter().map(|(_, state)| state.name()).collect();
    let expected = [
        "passed",
        "not-asked",
        "passed",
        "passed",
        "passed",
        "failed",
        "not-reached",
        "not-reached",
        "not-reached",
    ];
    assert_eq!(states, expected);
    // First contact: whose the file claims to be is shown, so that a person can compare.
    assert_eq!(report.statements.len(), 1);
    let cut = judge(&bytes[..bytes.len() - 30], &policy);
    assert_eq!(cut.name(), "E_JSON");
    assert!(cut.statements.is_empty(), "nothing of a broken file is shown");
    let json = report.to_json().to_canonical();
    assert!(json.contains(r#""error":"E_KEY_UNTRUSTED""#) && json.contains("示例市人民政府"));
}

#[test]
fn an_attachment_may_come_beside_the_file() {
    let bytes = file::json_file(&[signed(&application(), &["city-p256"])], &[]).into_bytes();
    let mut policy = Policy::new(Expect::Application);
    assert_eq!(judge(&bytes, &policy).name(), "E_ATT_MISSING");
    policy.supplied.push(AttachmentFacts::of(PDF));
    assert_eq!(judge(&bytes, &policy).name(), "INTACT");
}

/// A small generator of random numbers (xorshift64*): repeatable, and without a crate.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }
}

#[test]
fn every_flipped_bit_and_every_cut_is_refused() {
    let bytes = file_of(&[signed(&application(), &["city-p256"])]);
    let policy = Policy::new(Expect::Application);
    for at in 0..bytes.len() {
        let mut changed = bytes.clone();
        changed[at] ^= 1 << (at % 8);
        assert!(judge(&changed, &policy).outcome.is_err(), "bit {} of byte {at}", at % 8);
    }
    for len in 0..bytes.len() - 1 {
        assert!(judge(&bytes[..len], &policy).outcome.is_err(), "cut at {len}");
    }
    assert!(judge(&bytes[..bytes.len() - 1], &policy).outcome.is_ok(), "only the last line break is free");
    let zip =
        file::zip_file(&[signed(&application(), &["city-p256"])], &[(Digest::of(PDF), PDF)]).expect("a ZIP");
    for len in 0..zip.len() {
        assert!(judge(&zip[..len], &policy).outcome.is_err(), "ZIP cut at {len}");
    }
}

#[test]
fn changed_files_never_make_it_panic() {
    let mut dice = Dice(7);
    let files: Vec<PathBuf> =
        std::fs::read_dir(vectors()).expect("vectors").flatten().map(|it| it.path()).collect();
    let seeds: Vec<Vec<u8>> =
        files.iter().filter(|it| it.is_file() && !it.ends_with("index.json")).map(read).collect();
    for round in 0..2000 {
        let mut bytes = seeds[round % seeds.len()].clone();
        for _ in 0..1 + dice.roll(4) {
            let at = dice.roll(bytes.len());
            match dice.roll(4) {
                0 => bytes[at] = dice.roll(256) as u8,
                1 => drop(bytes.drain(at..(at + 1 + dice.roll(40)).min(bytes.len()))),
                2 => bytes.insert(at, b"[]{}\",:0-\\"[dice.roll(10)]),
                _ => {
                    let from = dice.roll(bytes.len());
                    let copied = bytes[from..(from + dice.roll(200)).min(bytes.len())].to_vec();
                    bytes.splice(at..at, copied);
                }
            }
            if bytes.is_empty() {
                bytes.push(b'{');
            }
        }
        let expect = if dice.roll(2) == 0 { Expect::Application } else { Expect::Part };
        judge(&bytes, &Policy::new(expect));
        key_file::inspect(&bytes);
        let _ = trust::read(&bytes);
    }
}

fn random_text(dice: &mut Dice) -> String {
    let pool = [
        'a',
        'é',
        '中',
        '\u{0}',
        '"',
        '\\',
        '\u{1f}',
        '\u{7f}',
        '\u{e000}',
        '\u{ffff}',
        '\u{10000}',
        '\u{20bb7}',
        '/',
        '\u{2028}',
    ];
    (0..dice.roll(6)).map(|_| pool[dice.roll(pool.len())]).collect()
}

fn random_json(dice: &mut Dice, depth: usize) -> Json {
    match dice.roll(if depth == 0 { 4 } else { 6 }) {
        0 => Json::Null,
        1 => Json::Bool(dice.roll(2) == 0),
        2 => Json::Int(
            [0, 1, -1, 9_007_199_254_740_991, -9_007_199_254_740_991, dice.roll(1 << 30) as i64]
                [dice.roll(6)],
        ),
        3 => Json::Text(random_text(dice)),
        4 => Json::List((0..dice.roll(4)).map(|_| random_json(dice, depth - 1)).collect()),
        _ => {
            let mut members: Vec<(String, Json)> = Vec::new();
            for _ in 0..dice.roll(5) {
                let name = random_text(dice);
                if !members.iter().any(|(it, _)| *it == name) {
                    members.push((name, random_json(dice, depth - 1)));
                }
            }
            Json::Object(members)
        }
    }
}

/// Whether members stand in the order of their UTF-16 code units, everywhere.
fn is_sorted(json: &Json) -> bool {
    match json {
        Json::List(items) => items.iter().all(is_sorted),
        Json::Object(members) => {
            let names: Vec<Vec<u16>> =
                members.iter().map(|(name, _)| name.encode_utf16().collect()).collect();
            names.windows(2).all(|pair| pair[0] < pair[1]) && members.iter().all(|(_, it)| is_sorted(it))
        }
        _ => true,
    }
}

#[test]
fn canonical_text_is_read_back_and_stays_the_same() {
    let mut dice = Dice(20261122);
    for _ in 0..20_000 {
        let value = random_json(&mut dice, 4);
        let canonical = value.to_canonical();
        let back = json::parse(canonical.as_bytes(), 24).expect("canonical text is strict JSON");
        assert_eq!(back.to_canonical(), canonical);
        assert!(is_sorted(&back), "{canonical}");
    }
}

#[test]
fn base64url_has_one_spelling() {
    let mut dice = Dice(3);
    for len in 0..200 {
        let bytes: Vec<u8> = (0..len).map(|_| dice.roll(256) as u8).collect();
        let text = base64url::encode(&bytes);
        assert_eq!(base64url::decode(&text), Some(bytes));
    }
    assert_eq!(base64url::encode(b"\xfb\xff\xfe"), "-__-");
    for refused in ["A", "AB", "AAB", "AA==", "AA\n", "+/+/", "AAAAA", "中"] {
        assert_eq!(base64url::decode(refused), None, "{refused}");
    }
}

#[test]
fn a_key_file_opens_with_its_passphrase_only() {
    for name in ["city-p256", "city-ed25519"] {
        let head = KeyFileHead {
            label: "示例市政府".to_owned(),
            created: "2026-11-22T08:00:00Z".to_owned(),
            salt: [7; 16],
            iv: [9; 12],
        };
        let saved = key_file::save(&key(name), "caf\u{e9} 马", nfc::compose, &head).expect("saved");
        // Typed on a keyboard that composes differently.
        let opened = key_file::open(saved.as_bytes(), "cafe\u{301} 马", nfc::compose).expect("opened");
        assert_eq!(opened.key.verifying_key(), key(name).verifying_key());
        assert_eq!((opened.label.as_str(), opened.created.as_str()), ("示例市政府", "2026-11-22T08:00:00Z"));
        assert_eq!(opened.key.sign(b"x"), key(name).sign(b"x"));
        let refused = |bytes: &str, passphrase: &str| {
            key_file::open(bytes.as_bytes(), passphrase, nfc::compose).map(drop)
        };
        assert_eq!(refused(&saved, "cafe 马"), Err(KeyFileError::Passphrase));
        assert_eq!(
            refused(&saved.replace("示例市", "另一市"), "caf\u{e9} 马"),
            Err(KeyFileError::Passphrase)
        );
        let (public, label) = key_file::inspect(saved.as_bytes()).expect("readable");
        assert_eq!((&public, label.as_str()), (key(name).verifying_key(), "示例市政府"));
        assert!(!saved.contains(&base64url::encode(&own::secret(name))), "the secret is not in the file");
    }
}

#[test]
fn a_zip_reads_the_same_in_slices_of_any_size() {
    let bytes = file::zip_file(&own_statement(), &[(Digest::of(PDF), PDF)]).expect("a ZIP");
    let policy = Policy::new(Expect::Application);
    for slice in [1, 3, 7, 64, 1000] {
        let mut reader = BundleReader::new("a.sab.zip");
        bytes.chunks(slice).for_each(|it| reader.push(it));
        assert_eq!(verify(&reader.finish(), &policy).name(), "INTACT", "slices of {slice}");
    }
}

/// A ZIP file of these entries, as a foreign program would write it.
fn zip_of(entries: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new();
    let mut out = Vec::new();
    for (name, bytes) in entries {
        out.extend(writer.entry(name, Crc32::of(bytes), bytes.len() as u64).expect("small"));
        out.extend_from_slice(bytes);
    }
    out.extend(writer.finish());
    out
}

#[test]
fn a_zip_keeps_to_its_profile() {
    let statement = signed(&application(), &["city-p256"]);
    let payload = base64url::decode(text(&statement, "payload")).expect("payload");
    let bundle = format!(r#"{{"sab":"1.0","statements":[{}]}}"#, statement.to_canonical()).into_bytes();
    let attachment = format!("attachments/{}.pdf", Digest::of(PDF).to_hex());
    let mimetype = ("mimetype", &b"application/vnd.sab+zip"[..]);
    let bundle_entry = ("bundle.sab.json", &bundle[..]);
    let payload_entry = ("payloads/0.json", &payload[..]);
    let pdf = (attachment.as_str(), PDF);
    let name_of =
        |entries: &[(&str, &[u8])]| judge(&zip_of(entries), &Policy::new(Expect::Application)).name();
    assert_eq!(name_of(&[mimetype, bundle_entry, payload_entry, pdf]), "INTACT");
    assert_eq!(
        name_of(&[mimetype, pdf, payload_entry, bundle_entry]),
        "INTACT",
        "readers need only mimetype first"
    );
    assert_eq!(name_of(&[bundle_entry, mimetype, payload_entry, pdf]), "E_ZIP");
    assert_eq!(name_of(&[mimetype, bundle_entry, pdf]), "E_ZIP_PAYLOAD");
    assert_eq!(name_of(&[mimetype, bundle_entry, payload_entry]), "E_ATT_MISSING");
    assert_eq!(name_of(&[mimetype, bundle_entry, payload_entry, pdf, ("payloads/1.json", b"{}")]), "E_ZIP");
    assert_eq!(name_of(&[mimetype, bundle_entry, payload_entry, pdf, ("notes.txt", b"hello")]), "E_ZIP");
    assert_eq!(name_of(&[mimetype, bundle_entry, payload_entry, pdf, ("MIMETYPE", b"")]), "E_ZIP");
    assert_eq!(name_of(&[("mimetype", b"application/zip"), bundle_entry, payload_entry, pdf]), "E_ZIP");
    let extra = format!("attachments/{}.pdf", Digest::of(b"%PDF-2").to_hex());
    assert_eq!(
        name_of(&[mimetype, bundle_entry, payload_entry, pdf, (&extra, b"%PDF-2")]),
        "E_ATT_UNREFERENCED"
    );
    let with_attachments = file_of(&[statement]);
    assert_eq!(name_of(&[mimetype, ("bundle.sab.json", &with_attachments), payload_entry, pdf]), "E_ZIP");
    // Bytes before, after and between.
    let good = zip_of(&[mimetype, bundle_entry, payload_entry, pdf]);
    let judge_named = |bytes: &[u8]| {
        verify(&UncheckedBundle::from_bytes("a.zip", bytes), &Policy::new(Expect::Application)).name()
    };
    assert_eq!(judge_named(&[b"x", &good[..]].concat()), "E_ZIP");
    assert_eq!(judge_named(&[&good[..], b"x"].concat()), "E_ZIP");
    // Our own writer leaves out nothing and takes nothing undeclared.
    let (mut zip, _) = file::ZipFile::begin(&own_statement()).expect("begun");
    assert_eq!(
        zip.attachment(Digest::of(b"x"), 0, 1).map_err(|it| it.error),
        Err(BundleError::AttUnreferenced)
    );
    assert_eq!(zip.finish().map_err(|it| it.error), Err(BundleError::AttMissing));
}

fn own_statement() -> Vec<Json> {
    vec![signed(&application(), &["city-p256"])]
}

#[test]
fn paper_and_file_are_compared_by_the_whole_digest() {
    let digest = Digest::of(b"payload");
    let code = paper::PaperCode {
        kind: paper::PaperKind::Application,
        rev: 1,
        payload: digest,
        thumbprint: key("city-p256").verifying_key().thumbprint(),
    };
    let text = code.to_text();
    assert_eq!(text.len(), 114, "the length that the format promises for one digit of revision");
    assert!(
        text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit() || it == b':'),
        "alphanumeric mode"
    );
    assert_eq!(paper::PaperCode::from_text(&text), Some(code));
    for refused in [
        text.replace("SAB1", "SAB2"),
        text.replace(":1:", ":01:"),
        text.replace(":A:", ":B:"),
        text[..113].to_owned(),
    ] {
        assert_eq!(paper::PaperCode::from_text(&refused), None, "{refused}");
    }
    let groups = paper::groups(&digest);
    assert_eq!(groups.split(' ').count(), 16);
    assert!(groups.split(' ').all(|it| it.len() == 4));
    assert_eq!(paper::footer(&digest), groups[..19]);
    let full_width: String = groups
        .chars()
        .map(|c| if c == ' ' { '\u{3000}' } else { char::from_u32(c as u32 + 0xfee0).unwrap() })
        .collect();
    for typed in [&groups, &groups.to_uppercase(), &groups.replace(' ', "-"), &full_width, &text] {
        assert_eq!(paper::read_digest(typed), Some(digest), "{typed}");
    }
    assert_eq!(paper::read_digest(&groups[..74]), None, "a prefix is not enough");
}

#[test]
fn trust_list_and_register_are_written_and_read_back() {
    let list = TrustList {
        keys: vec![(
            own::kid("city-p256"),
            TrustEntry {
                org: Some("示例市人民政府".to_owned()),
                roles: vec!["city".to_owned()],
                source: Some("paper".to_owned()),
                since: Some("2026-11-22T08:00:00Z".to_owned()),
                revoked: None,
            },
        )],
    };
    let mut register = Register::default();
    let entry =
        RegisterEntry { rev: 2, payload: Digest::of(b"2"), org: None, kids: vec![own::kid("city-p256")] };
    register.accept(own::DOC, RegisterEntry { rev: 1, ..entry.clone() });
    register.accept(own::DOC, entry);
    let text = trust::to_json(&list, &register).to_canonical();
    assert_eq!(trust::read(text.as_bytes()), Ok((list, register.clone())));
    assert_eq!(register.documents.len(), 1, "only the latest revision is kept");
    for refused in [
        r#"{"sabtrust":"2.0"}"#,
        r#"{"sabtrust":"1.0","key":{}}"#,
        r#"{"sabtrust":"1.0","keys":{"k":{"roles":"city"}}}"#,
        "[]",
        "",
    ] {
        assert!(trust::read(refused.as_bytes()).is_err(), "{refused}");
    }
}

#[test]
fn a_policy_demand_that_is_not_understood_is_refused() {
    let policy = |text: &str| shenbao::engine::bundle::policy::from_json(&own::parse(text));
    let good = policy(r#"{"expect":"part","required_roles":["park"],"recipient":"city","now":1795334400}"#)
        .expect("good");
    assert_eq!((good.expect, good.recipient.as_deref()), (Expect::Part, Some("city")));
    assert_eq!(
        policy(r#"{"expect":"part","required_role":["park"]}"#).map(drop),
        Err("required_role".to_owned())
    );
    assert_eq!(policy(r#"{"expect":"part","paper":"abcd"}"#).map(drop), Err("paper".to_owned()));
    assert_eq!(policy(r"{}").map(drop), Err("expect".to_owned()));
}

/// An application that names both keys, signed by the first alone.
fn half_signed() -> Json {
    let (city, bureau) = (key("city-p256"), key("city-ed25519"));
    let payload = sign::with_names(&application(), &[city.verifying_key().kid(), bureau.verifying_key().kid()]);
    sign::sign_first(&payload, &[&city]).expect("the first signature")
}

#[test]
fn a_second_office_adds_its_signature_to_the_same_bytes() {
    let half = half_signed();
    let judge = |statements: &[Json], policy: &Policy| verify(&UncheckedBundle::from_bytes("a.sab.json", &file_of(statements)), policy);
    let policy = Policy::new(Expect::Application);
    // One of two signatures is no signature set, whoever is to blame; what is there is said beside it.
    let report = judge(std::slice::from_ref(&half), &policy);
    assert_eq!(report.name(), "E_SIGNER_SET");
    assert!(report.statements.is_empty());
    let awaited = report.awaited.expect("only a signature is missing");
    assert_eq!(awaited.kids, [own::kid("city-ed25519")]);
    assert_eq!(awaited.statement.keys.iter().map(VerifyingKey::kid).collect::<Vec<_>>(), [own::kid("city-p256")]);

    let whole = sign::add_signature(&half, &key("city-ed25519")).expect("the second signature");
    assert_eq!(whole.get("payload"), half.get("payload"));
    assert_eq!(sign::payload_sha256_of(&whole), sign::payload_sha256_of(&half));
    assert_eq!(sign::kids_of(&whole), [own::kid("city-p256"), own::kid("city-ed25519")]);
    let report = judge(std::slice::from_ref(&whole), &policy);
    assert_eq!((report.name(), report.awaited.is_none()), ("INTACT", true));
    assert_eq!(report.statements[0].keys.len(), 2);
    // The same bytes as if both had signed in one sitting: both algorithms give one signature for one message.
    assert_eq!(whole, signed(&application(), &["city-p256", "city-ed25519"]));

    let refused = |statement: &Json, name: &str| sign::add_signature(statement, &key(name)).map_err(|it| it.error);
    assert_eq!(refused(&half, "city-p256"), Err(BundleError::SignerSet), "the same key twice");
    assert_eq!(refused(&whole, "city-ed25519"), Err(BundleError::SignerSet), "the same key twice");
    assert_eq!(refused(&half, "park-east-p256"), Err(BundleError::SignerSet), "a key that is not named");
}

#[test]
fn nothing_else_may_be_wrong_with_what_waits_for_a_signature() {
    let half = half_signed();
    let good = file_of(std::slice::from_ref(&half));
    let report = |bytes: &[u8], policy: &Policy| verify(&UncheckedBundle::from_bytes("a.sab.json", bytes), policy);
    let policy = Policy::new(Expect::Application);
    let is_awaited = |bytes: &[u8], policy: &Policy| report(bytes, policy).awaited.is_some();
    assert!(is_awaited(&good, &policy));
    // Without its attachment, with a key that is not named, as a part, on other paper, by an unknown key.
    assert!(!is_awaited(file::json_file(&[half.clone()], &[]).as_bytes(), &policy));
    let named = sign::with_names(&application(), &[own::kid("city-p256"), own::kid("city-ed25519")]);
    let foreign = sign::add_signature(&sign::sign_first(&named, &[&key("city-p256")]).expect("signed"), &key("city-ed25519"));
    let text = foreign.expect("signed").to_canonical();
    let stranger = signed(&application(), &["park-east-p256"]);
    let other = stranger.get("signatures").and_then(Json::as_list).expect("signatures")[0].to_canonical();
    let second = json::parse(text.as_bytes(), 24).expect("JSON");
    let second = second.get("signatures").and_then(Json::as_list).expect("signatures")[1].to_canonical();
    let swapped = own::parse(&text.replace(&second, &other));
    assert_eq!(report(&file_of(&[swapped]), &policy).name(), "E_SIGNATURE");
    assert!(!is_awaited(&good, &Policy::new(Expect::Part)));
    assert!(!is_awaited(&good, &Policy { paper: Some(Digest::of(b"")), ..policy.clone() }));
    let mut trust = TrustList::default();
    trust.keys.push((own::kid("city-ed25519"), TrustEntry { roles: vec!["city".to_owned()], ..TrustEntry::default() }));
    assert!(!is_awaited(&good, &Policy { trust, ..policy.clone() }));
    // An endorsement of it names the statement that would change.
    let endorsed = file_of(&[half.clone(), signed(&endorsement(&half), &["province-a-p256"])]);
    assert!(!is_awaited(&endorsed, &policy));
    // A name twice stays a fault, signed or not.
    let twice = sign::with_names(&application(), &[own::kid("city-p256"), own::kid("city-ed25519"), own::kid("city-ed25519")]);
    assert!(sign::sign_first(&twice, &[&key("city-p256")]).is_err());
}

#[test]
fn our_qr_codes_are_those_of_a_library() {
    use fast_qr::{ECL, Mask, Mode, QRBuilder, Version};
    let masks = [
        Mask::Checkerboard, Mask::HorizontalLines, Mask::VerticalLines, Mask::DiagonalLines, Mask::LargeCheckerboard,
        Mask::Fields, Mask::Diamonds, Mask::Meadow,
    ];
    let mut texts = vec!["".to_owned(), "A".to_owned(), "SAB1:A:1:".to_owned(), " $%*+-./:0".repeat(12)];
    for rev in [1, 12, 123_456_789] {
        let digest = |of: &str| Digest::of(of.as_bytes());
        let code = paper::PaperCode { kind: paper::PaperKind::Application, rev, payload: digest("a"), thumbprint: digest("b") };
        texts.push(code.to_text());
    }
    for text in &texts {
        let theirs = |mask| {
            let built = QRBuilder::new(text.as_str()).ecl(ECL::M).version(Version::V05).mode(Mode::Alphanumeric).mask(mask).build();
            let code = built.expect("it fits");
            (0..code.size).flat_map(|line| code[line].iter().map(|it| it.value()).collect::<Vec<_>>()).collect::<Vec<bool>>()
        };
        let all: Vec<Vec<bool>> = masks.into_iter().map(theirs).collect();
        for (mask, theirs) in all.iter().enumerate() {
            let ours = qr::masked(text, mask as u32).expect("it fits").concat();
            assert!(ours == *theirs, "{text} with mask {mask}");
        }
        assert!(all.contains(&qr::code(text).expect("it fits").concat()));
    }
    assert_eq!(qr::code(&"A".repeat(123)), None, "too long");
    assert!(qr::code(&"A".repeat(122)).is_some());
    assert_eq!(qr::code("sab1"), None, "not in the alphabet");
}
