//! Programs that are not ours check what was downloaded: jose, joserfc, jwcrypto and openssl.

use serde_json::{Value, json};
use shenbao::engine::value::base64::decode_url;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// SubjectPublicKeyInfo of an uncompressed P-256 point, RFC 5480, without the point.
const P256_HEAD: &[u8] = &[
    0x30, 0x59, 0x30, 0x13, 0x06, 0x07, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x02, 0x01, 0x06, 0x08, 0x2a, 0x86, 0x48, 0xce, 0x3d, 0x03,
    0x01, 0x07, 0x03, 0x42, 0x00, 0x04,
];

/// Each program accepts the file as it is and refuses it with one letter changed.
pub fn accept(bundle: &Path, folder: &Path) {
    let text = fs::read_to_string(bundle).expect("the signed file");
    let file: Value = serde_json::from_str(&text).expect("JSON");
    let statement = file["statements"][0].clone();
    let signatures = statement["signatures"].as_array().expect("signatures");
    let keys: Vec<Value> = signatures.iter().map(|it| header(it)["jwk"].clone()).collect();
    let mut changed = statement.clone();
    changed["payload"] = json!(flipped(statement["payload"].as_str().expect("a payload")));
    let cases = json!([
        { "name": "as it is", "statement": statement, "keys": keys },
        { "name": "changed", "statement": changed, "keys": keys },
    ]);
    fs::write(folder.join("cases.json"), cases.to_string()).expect("a file");
    fs::write(folder.join("values.jsonl"), "").expect("a file");
    let scripts = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/interop");
    let venv = std::env::var_os("SHENBAO_VENV").map_or_else(|| crate::site::target_dir().join("venv"), PathBuf::from);
    run(Command::new("node").arg(scripts.join("verify.mjs")).arg(folder));
    run(Command::new(venv.join("bin/python")).arg(scripts.join("verify.py")).arg(folder));
    for (report, programs) in [("node.json", ["jose 6", "jose 4"]), ("python.json", ["joserfc", "jwcrypto"])] {
        let text = fs::read_to_string(folder.join(report)).expect("a report");
        let report: Value = serde_json::from_str(&text).expect("JSON");
        let results = report["results"].as_array().expect("results");
        for program in programs {
            let said = |case: &str| {
                let found = results.iter().find(|it| it["program"] == program && it["name"] == case);
                found.unwrap_or_else(|| panic!("{program} was not asked"))["accepts"].as_bool()
            };
            assert_eq!((said("as it is"), said("changed")), (Some(true), Some(false)), "{program}");
        }
    }
    assert!(openssl(&statement, &keys[0], folder), "openssl accepts it");
    assert!(!openssl(&changed, &keys[0], folder), "openssl refuses it changed");
}

/// The protected header of a signature; it carries the key.
fn header(signature: &Value) -> Value {
    let bytes = decode_url(signature["protected"].as_str().expect("a header")).expect("base64url");
    serde_json::from_slice(&bytes).expect("JSON")
}

/// Changes one letter in the middle.
fn flipped(text: &str) -> String {
    let at = text.len() / 2;
    let other = if text.as_bytes()[at] == b'A' { 'B' } else { 'A' };
    format!("{}{other}{}", &text[..at], &text[at + 1..])
}

fn openssl(statement: &Value, key: &Value, folder: &Path) -> bool {
    let bytes = |json: &Value| decode_url(json.as_str().expect("text")).expect("base64url");
    let spki = [P256_HEAD, &bytes(&key["x"]), &bytes(&key["y"])].concat();
    let signature = &statement["signatures"][0];
    let message = format!("{}.{}", signature["protected"].as_str().expect("a header"), statement["payload"].as_str().expect("a payload"));
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.join(name);
        fs::write(&path, bytes).expect("a file");
        path
    };
    let (key, signature, message) =
        (write("key.der", &spki), write("signature.der", &der(&bytes(&signature["signature"]))), write("message", message.as_bytes()));
    let mut command = Command::new("openssl");
    command.args(["dgst", "-sha256", "-keyform", "DER", "-verify"]).arg(key).arg("-signature").arg(signature).arg(message);
    command.output().expect("openssl is installed").status.success()
}

/// The two numbers of a JOSE signature as openssl wants them, X.690.
fn der(raw: &[u8]) -> Vec<u8> {
    let number = |half: &[u8]| {
        let from = half.iter().position(|it| *it != 0).unwrap_or(half.len() - 1);
        let mut digits = half[from..].to_vec();
        if digits[0] >= 0x80 {
            digits.insert(0, 0);
        }
        [&[0x02, digits.len() as u8], digits.as_slice()].concat()
    };
    let (r, s) = raw.split_at(32);
    let both = [number(r), number(s)].concat();
    [&[0x30, both.len() as u8], both.as_slice()].concat()
}

fn run(command: &mut Command) {
    let name = command.get_program().to_string_lossy().into_owned();
    let Output { status, stderr, .. } = command.output().unwrap_or_else(|error| panic!("{name} does not start ({error}): run `cargo xtask setup`"));
    assert!(status.success(), "{name}: {}", String::from_utf8_lossy(&stderr));
}
