//! Foreign programs against ours, both ways, with fresh keys in each run: jose (two majors), joserfc, jwcrypto,
//! openssl, sm-crypto, gmssl; canonicalize and rfc8785 for canonical JSON; Python's cryptography for key files;
//! jsonschema for the schema of definitions. Beside them, those that know what old browsers have: doiuse, acorn.
//!
//! A missing tool fails the test, it never skips it: `cargo xtask setup` installs `package.json` into
//! `tests/interop/node_modules` and `requirements.txt` into the virtual environment `target/venv`, or wherever
//! SHENBAO_VENV says.

#[path = "../it/bundle_own.rs"]
#[allow(dead_code)]
mod own;
mod lint;
mod schema;

use own::{PDF, application, endorsement, part, set, signed, signed_with_sm2};
use shenbao::engine::bundle::{
    base64url,
    digest::Digest,
    key::{KeyKind, SigningKey, VerifyingKey},
    key_file::{self, KeyFileHead},
    nfc,
    reader::UncheckedBundle,
    sign::{self, StatementDraft},
    verify::{Expect, Policy, verify},
};
use shenbao::engine::value::json::{self, Json};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A folder of its own for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("shenbao-interop-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> PathBuf {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a file for the test");
        path
    }

    fn read(&self, name: &str) -> Vec<u8> {
        let path = self.0.join(name);
        std::fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    }

    fn read_json(&self, name: &str) -> Json {
        json::parse(&self.read(name), 40).unwrap_or_else(|error| panic!("{name}: {error}"))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn here() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop")
}

/// Runs a program and gives its output; a program that is missing or fails ends the test with its own words.
fn run(command: &mut Command) -> Vec<u8> {
    let name = command.get_program().to_string_lossy().into_owned();
    let mend = "run `cargo xtask setup`, which installs what the interoperability test needs";
    let output = command.output().unwrap_or_else(|error| panic!("{name} does not start ({error}): {mend}"));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{name} failed: {said}\nif a package is missing: {mend}");
    output.stdout
}

fn node(script: &str, folder: &Folder) {
    run(Command::new("node").arg(here().join(script)).arg(&folder.0));
}

fn python(script: &str, folder: &Folder) {
    let default = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/venv");
    let venv = std::env::var_os("SHENBAO_VENV").map_or(default, PathBuf::from);
    run(Command::new(venv.join("bin/python")).arg(here().join(script)).arg(&folder.0));
}

fn openssl(arguments: &[&str]) -> Vec<u8> {
    run(Command::new("openssl").args(arguments))
}

struct Case {
    name: &'static str,
    statement: Json,
    keys: Vec<VerifyingKey>,
    is_good: bool,
}

fn public(name: &str) -> VerifyingKey {
    own::key(name).verifying_key().clone()
}

/// Changes one character in the middle of a text member of the first signature, or of the payload.
fn broken(statement: &Json, member: &str) -> Json {
    let change = |text: &str| {
        let (before, after) = text.split_at(text.len() / 2);
        let other = if after.starts_with('A') { "B" } else { "A" };
        Json::Text([before, other, &after[1..]].concat())
    };
    if member == "payload" {
        let payload = statement.get("payload").and_then(Json::as_text).expect("payload");
        return set(statement, &["payload"], change(payload));
    }
    let array = if member == "ext" { "signatures_ext" } else { "signatures" };
    let signatures = statement.get(array).and_then(Json::as_list).expect("signatures");
    let changed = signatures.iter().map(|it| {
        let text = it.get("signature").and_then(Json::as_text).expect("signature");
        set(it, &["signature"], change(text))
    });
    set(statement, &[array], Json::List(changed.collect()))
}

fn cases() -> Vec<Case> {
    let city = signed(&application(), &["city-p256"]);
    let ed25519 = signed(&application(), &["city-ed25519"]);
    let dual = signed_with_sm2(&application(), "city-p256", "city-sm2");
    let sm2 = own::sm2_key("city-sm2");
    // Above the 128,000 characters at which joserfc refuses by default.
    let long =
        set(&application(), &["data"], Json::object([("text", Json::Text("第一行\n申报".repeat(20_000)))]));
    let mut cases = Vec::new();
    let mut add = |name, statement: &Json, keys: &[VerifyingKey], is_good| {
        cases.push(Case { name, statement: statement.clone(), keys: keys.to_vec(), is_good });
    };
    add("ES256", &city, &[public("city-p256")], true);
    add("EdDSA", &ed25519, &[public("city-ed25519")], true);
    add(
        "two offices",
        &signed(&application(), &["city-p256", "city-ed25519"]),
        &[public("city-p256"), public("city-ed25519")],
        true,
    );
    add("SM2 co-signature", &dual, &[public("city-p256"), sm2.clone()], true);
    add(
        "endorsement",
        &signed(&endorsement(&city), &["province-a-p256"]),
        &[public("province-a-p256")],
        true,
    );
    add("part", &signed(&part(), &["park-east-p256"]), &[public("park-east-p256")], true);
    add("long payload", &signed(&long, &["city-p256"]), &[public("city-p256")], true);
    // The other way round, or the test could not fail.
    add("ES256, payload changed", &broken(&city, "payload"), &[public("city-p256")], false);
    add("ES256, signature changed", &broken(&city, "signature"), &[public("city-p256")], false);
    add("EdDSA, signature changed", &broken(&ed25519, "signature"), &[public("city-ed25519")], false);
    add("another key", &city, &[public("province-a-p256")], false);
    add("SM2, signature changed", &broken(&dual, "ext"), &[sm2], false);
    cases
}

#[test]
fn what_we_sign_verifies_in_foreign_libraries() {
    let folder = Folder::new("ours");
    let cases = cases();
    let list = cases.iter().map(|it| {
        Json::object([
            ("name", Json::text(it.name)),
            ("statement", it.statement.clone()),
            ("keys", Json::List(it.keys.iter().map(VerifyingKey::to_jwk).collect())),
        ])
    });
    folder.write("cases.json", Json::List(list.collect()).to_canonical());
    let mut dice = Dice(20_261_122);
    let n_values = 100_000;
    let values: Vec<String> = (0..n_values).map(|_| random_json(&mut dice, 3).to_canonical()).collect();
    folder.write("values.jsonl", values.join("\n"));
    node("verify.mjs", &folder);
    python("verify.py", &folder);
    for (file, programs) in [
        ("node.json", &["jose 6", "jose 4", "sm-crypto"]),
        ("python.json", &["joserfc", "jwcrypto", "gmssl"]),
    ] {
        let report = folder.read_json(file);
        let results = report.get("results").and_then(Json::as_list).expect("results");
        for program in programs {
            let mut n_asked = 0;
            for it in results.iter().filter(|it| it.get("program").and_then(Json::as_text) == Some(program)) {
                let name = it.get("name").and_then(Json::as_text).expect("name");
                let case = cases.iter().find(|it| it.name == name).expect("a case");
                let concerns_sm2 = ["sm-crypto", "gmssl"].contains(program);
                // A case whose only pinned key is SM2 says nothing to the others.
                if case.keys.iter().any(|it| it.kind().is_extension() == concerns_sm2) {
                    n_asked += 1;
                    let accepts = it.get("accepts").and_then(Json::as_bool);
                    assert_eq!(accepts, Some(case.is_good), "{program}: {name}");
                }
            }
            assert!(n_asked >= 2, "{program} was asked");
        }
        assert_eq!(report.get("n_values").and_then(Json::as_int), Some(n_values));
        assert_eq!(
            report.get("differing").and_then(Json::as_int),
            Some(0),
            "canonical JSON differs in {file}"
        );
    }
}

#[test]
fn what_we_sign_verifies_in_openssl() {
    let folder = Folder::new("openssl-verify");
    for case in cases() {
        let text = |json: &Json, name: &str| json.get(name).and_then(Json::as_text).expect("text").to_owned();
        let payload = text(&case.statement, "payload");
        let arrays =
            ["signatures", "signatures_ext"].map(|it| case.statement.get(it).and_then(Json::as_list));
        let signatures: Vec<&Json> = arrays.into_iter().flatten().flatten().collect();
        let mut all_good = true;
        for key in &case.keys {
            let kid = Json::Text(key.kid());
            let of_key = |it: &&&Json| {
                let header = base64url::decode(&text(it, "protected")).expect("b64");
                json::parse(&header, 6).expect("header").get("kid") == Some(&kid)
            };
            let Some(signature) = signatures.iter().find(of_key) else {
                all_good = false;
                continue;
            };
            let bytes = base64url::decode(&text(signature, "signature")).expect("b64");
            let message = folder.write("in.bin", format!("{}.{payload}", text(signature, "protected")));
            let pem = folder.write("key.pem", pem_of(key));
            let is_ed25519 = key.kind() == KeyKind::Ed25519;
            let file = folder.write("sig.bin", if is_ed25519 { bytes } else { der_of(&bytes) });
            let mut command = Command::new("openssl");
            match key.kind() {
                KeyKind::P256 => {
                    command
                        .args(["dgst", "-sha256", "-verify"])
                        .arg(&pem)
                        .arg("-signature")
                        .arg(&file)
                        .arg(&message);
                }
                KeyKind::Ed25519 | KeyKind::Sm2 => {
                    command
                        .args(["pkeyutl", "-verify", "-pubin", "-rawin", "-inkey"])
                        .arg(&pem)
                        .arg("-in")
                        .arg(&message);
                    command.arg("-sigfile").arg(&file);
                    if key.kind() == KeyKind::Sm2 {
                        command.args(["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"]);
                    }
                }
            }
            let output = command.output().expect("openssl is installed");
            all_good &= output.status.success();
        }
        assert_eq!(all_good, case.is_good, "{}", case.name);
    }
}

/// SubjectPublicKeyInfo as PEM.
fn pem_of(key: &VerifyingKey) -> String {
    let jwk = key.to_jwk();
    let coordinate =
        |name: &str| base64url::decode(jwk.get(name).and_then(Json::as_text).expect(name)).expect("b64");
    let mut der = spki_head(key.kind());
    der.extend(coordinate("x"));
    if key.kind() != KeyKind::Ed25519 {
        der.extend(coordinate("y"));
    }
    let mut text = base64url::encode(&der).replace('-', "+").replace('_', "/");
    while !text.len().is_multiple_of(4) {
        text.push('=');
    }
    let lines: Vec<&str> =
        text.as_bytes().chunks(64).map(|it| std::str::from_utf8(it).expect("ASCII")).collect();
    format!("-----BEGIN PUBLIC KEY-----\n{}\n-----END PUBLIC KEY-----\n", lines.join("\n"))
}

fn spki_head(kind: KeyKind) -> Vec<u8> {
    let hex = match kind {
        KeyKind::P256 => "3059301306072a8648ce3d020106082a8648ce3d03010703420004",
        KeyKind::Sm2 => "3059301306072a8648ce3d020106082a811ccf5501822d03420004",
        KeyKind::Ed25519 => "302a300506032b6570032100",
    };
    (0..hex.len()).step_by(2).map(|at| u8::from_str_radix(&hex[at..at + 2], 16).expect("hex")).collect()
}

/// r and s as the DER that openssl wants.
fn der_of(signature: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    for half in signature.chunks(32) {
        let start = half.iter().position(|it| *it != 0).unwrap_or(31);
        let mut number = half[start..].to_vec();
        if number[0] >= 0x80 {
            number.insert(0, 0);
        }
        body.extend([2, number.len() as u8]);
        body.extend(number);
    }
    [vec![0x30, body.len() as u8], body].concat()
}

/// The reverse.
fn raw_of(der: &[u8]) -> [u8; 64] {
    let mut out = [0; 64];
    let mut at = 2;
    for half in out.chunks_mut(32) {
        let len = usize::from(der[at + 1]);
        let number = &der[at + 2..at + 2 + len];
        let number = &number[number.len().saturating_sub(32)..];
        half[32 - number.len()..].copy_from_slice(number);
        at += 2 + len;
    }
    out
}

fn judge(bytes: &[u8]) -> String {
    let report = verify(&UncheckedBundle::from_bytes("file", bytes), &Policy::new(Expect::Application));
    format!("{} {:?}", report.name(), report.outcome.err().map(|it| it.place))
}

#[test]
fn what_jose_and_joserfc_sign_opens_here() {
    let folder = Folder::new("foreign");
    folder.write("template.json", application().to_canonical());
    let attachment = Json::object([(Digest::of(PDF).to_hex(), Json::Text(base64url::encode(PDF)))]);
    folder.write("attachments.json", attachment.to_canonical());
    for kind in [KeyKind::P256, KeyKind::Ed25519] {
        let key = SigningKey::from_secret(kind, &own::secret("interop")).expect("a key");
        let head = KeyFileHead {
            label: "示例市".to_owned(),
            created: "2026-11-22T08:00:00Z".to_owned(),
            salt: [3; 16],
            iv: [4; 12],
        };
        let file = key_file::save(&key, "cafe\u{301}-7-battery 马", nfc::compose, &head).expect("saved");
        folder.write(&format!("ours-{}.sabkey.json", kind.crv()), file);
    }
    node("sign.mjs", &folder);
    python("sign.py", &folder);
    for name in ["jose-es256", "jose-eddsa", "jose-both", "joserfc-es256", "joserfc-eddsa"] {
        assert_eq!(judge(&folder.read(&format!("{name}.sab.json"))), "INTACT None", "{name}");
    }
    // Key files, both ways.
    for name in ["python-p256", "python-ed25519"] {
        let bytes = folder.read(&format!("{name}.sabkey.json"));
        let opened = key_file::open(&bytes, "café-7-battery 马", nfc::compose);
        assert_eq!(opened.map(|it| it.label), Ok("made by Python".to_owned()), "{name}");
    }
    let opened = folder.read_json("opened.json");
    for kind in [KeyKind::P256, KeyKind::Ed25519] {
        let private = opened.get(&format!("ours-{}.sabkey.json", kind.crv())).expect("opened by Python");
        let d = private.get("d").and_then(Json::as_text).expect("d");
        assert_eq!(base64url::decode(d).as_deref(), Some(&own::secret("interop")[..]));
    }
}

#[test]
fn what_openssl_signs_opens_here() {
    let folder = Folder::new("openssl-sign");
    let path = |name: &str| folder.0.join(name).to_string_lossy().into_owned();
    let make = |kind: KeyKind| {
        let name = path(&format!("{}.pem", kind.kty().to_owned() + &kind.alg().replace(':', "-")));
        match kind {
            KeyKind::P256 => openssl(&[
                "genpkey",
                "-algorithm",
                "EC",
                "-pkeyopt",
                "ec_paramgen_curve:P-256",
                "-out",
                &name,
            ]),
            KeyKind::Sm2 => {
                openssl(&["genpkey", "-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:SM2", "-out", &name])
            }
            KeyKind::Ed25519 => openssl(&["genpkey", "-algorithm", "ed25519", "-out", &name]),
        };
        let der = openssl(&["pkey", "-in", &name, "-pubout", "-outform", "DER"]);
        let n_bytes = if kind == KeyKind::Ed25519 { 32 } else { 64 };
        let point = &der[der.len() - n_bytes..];
        let mut members = vec![("crv", Json::text(kind.crv())), ("kty", Json::text(kind.kty()))];
        for (member, bytes) in ["x", "y"].into_iter().zip(point.chunks(32)) {
            members.push((member, Json::Text(base64url::encode(bytes))));
        }
        (name, VerifyingKey::from_jwk(&Json::object(members)).expect("a good key of openssl"))
    };
    for kinds in [
        &[KeyKind::P256][..],
        &[KeyKind::Ed25519],
        &[KeyKind::P256, KeyKind::Sm2],
        &[KeyKind::P256, KeyKind::Ed25519],
    ] {
        let pairs: Vec<(String, VerifyingKey)> = kinds.iter().map(|it| make(*it)).collect();
        let keys: Vec<VerifyingKey> = pairs.iter().map(|(_, key)| key.clone()).collect();
        let payload = sign::with_kids(&application(), &keys.iter().collect::<Vec<_>>());
        let draft = StatementDraft::new(&payload, &keys).expect("a draft");
        let signatures: Vec<[u8; 64]> = draft
            .to_sign()
            .into_iter()
            .map(|(key, bytes)| {
                let (pem, _) = pairs.iter().find(|(_, it)| it == key).expect("its file");
                let message = folder.write("in.bin", bytes).to_string_lossy().into_owned();
                let sm3 = ["-digest", "sm3", "-pkeyopt", "distid:1234567812345678"];
                let raw = ["pkeyutl", "-sign", "-rawin", "-inkey", pem, "-in", &message];
                match key.kind() {
                    KeyKind::P256 => raw_of(&openssl(&["dgst", "-sha256", "-sign", pem, &message])),
                    KeyKind::Sm2 => raw_of(&openssl(&[&raw[..], &sm3].concat())),
                    KeyKind::Ed25519 => openssl(&raw).try_into().expect("64 bytes"),
                }
            })
            .collect();
        let statement = draft.finish(&signatures).expect("good signatures of openssl");
        assert_eq!(judge(&own::file_of(&[statement])), "INTACT None", "{kinds:?}");
    }
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

fn random_text(dice: &mut Dice) -> String {
    let pool = [
        'a',
        'Z',
        'é',
        '中',
        '\u{0}',
        '\u{8}',
        '\n',
        '"',
        '\\',
        '\u{1f}',
        '\u{7f}',
        '\u{2028}',
        '\u{e000}',
        '\u{fb01}',
        '\u{ffff}',
        '\u{10000}',
        '\u{20bb7}',
        '\u{10ffff}',
        '/',
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
                // JavaScript orders whole-number names apart and has one name of its own.
                if !members.iter().any(|(it, _)| *it == name) {
                    members.push((name, random_json(dice, depth - 1)));
                }
            }
            Json::Object(members)
        }
    }
}
