//! Makes the bundle vectors of our own: files for the error and warning names that the shared set leaves out.
//!
//! All keys are the public test keys of the shared set: the secret is the SHA-256 of `sab-test:` and the name.

use shenbao::engine::bundle::{
    base64url,
    digest::Digest,
    file,
    key::{KeyKind, SigningKey, VerifyingKey},
    sign::{self, StatementDraft},
};
use shenbao::engine::value::json::{self, Json};

/// A vector: the file's name and bytes, and its entry in the index without name and digest.
pub struct Own {
    pub file: String,
    pub bytes: Vec<u8>,
    pub entry: Vec<(&'static str, Json)>,
}

pub const DOC: &str = "urn:uuid:5d0f7f0a-3b53-4a3b-9a70-0b8a3c1de001";
const CITY: &str = "示例市人民政府";
const BUREAU: &str = "示例市科学技术局";
/// A minimal file that begins like a PDF.
pub const PDF: &[u8] = b"%PDF-1.4\n%own vector\n%%EOF\n";

pub fn secret(name: &str) -> [u8; 32] {
    *Digest::of(format!("sab-test:{name}").as_bytes()).as_bytes()
}

pub fn key(name: &str) -> SigningKey {
    let kind = if name.ends_with("ed25519") { KeyKind::Ed25519 } else { KeyKind::P256 };
    SigningKey::from_secret(kind, &secret(name)).expect("a test key")
}

pub fn parse(text: &str) -> Json {
    json::parse(text.as_bytes(), 24).expect("JSON of a test")
}

/// Sets the member at a path of names.
pub fn set(json: &Json, path: &[&str], value: Json) -> Json {
    let Some((first, rest)) = path.split_first() else { return value };
    let members = json.as_object().unwrap_or_default();
    let inner = set(json.get(first).unwrap_or(&Json::Null), rest, value);
    let others = members.iter().filter(|(name, _)| name != first).cloned();
    Json::Object(others.chain([(first.to_string(), inner)]).collect())
}

/// An application of a made-up city with one attachment, before its kids are set.
pub fn application() -> Json {
    parse(&format!(
        r#"{{"sab":"1.0","type":"application",
        "doc":{{"id":"{DOC}","rev":1,"prev":null,"created":"2026-11-22T08:00:00Z","lang":"zh-CN"}},
        "form":{{"id":"example-application-table","version":"2026.1","sha256":"{}"}},
        "signer":{{"role":"city","org":"{CITY}","kids":[]}},
        "to":["province-a"],"data":{{"answers":{{"city_name":"示例市"}}}},
        "attachments":[{{"id":"a1","name":"规划文本.pdf","type":"application/pdf","size":{},"sha256":"{}"}}]}}"#,
        Digest::of(b"form").to_hex(),
        PDF.len(),
        Digest::of(PDF).to_hex(),
    ))
}

/// An endorsement of an application's statement.
pub fn endorsement(application: &Json) -> Json {
    let payload = payload_of(application);
    let doc = payload.get("doc").expect("doc");
    parse(&format!(
        r#"{{"sab":"1.0","type":"endorsement",
        "subject":{{"doc":"{DOC}","rev":{},"payload":"{}","on":["{}"]}},
        "signer":{{"role":"province-a","org":"示例省科学技术厅","kids":[]}},
        "created":"2026-11-23T08:00:00Z","decision":"recommend","opinion":"同意推荐","remarks":[],"attachments":[]}}"#,
        doc.get("rev").and_then(Json::as_int).expect("rev"),
        sign::payload_sha256_of(application).expect("payload").to_hex(),
        sign::link_of(application).to_hex(),
    ))
}

/// A part of a made-up park.
pub fn part() -> Json {
    let part = set(&application(), &["type"], Json::text("part"));
    let part = set(&part, &["part"], Json::text("park"));
    let part = set(&part, &["doc", "id"], Json::text("urn:uuid:5d0f7f0a-3b53-4a3b-9a70-0b8a3c1de002"));
    set(&set(&part, &["signer", "role"], Json::text("park")), &["to"], parse(r#"["city"]"#))
}

fn payload_of(statement: &Json) -> Json {
    let bytes =
        base64url::decode(statement.get("payload").and_then(Json::as_text).expect("payload")).expect("b64");
    json::parse(&bytes, 24).expect("payload")
}

/// Signs as an honest writer does, with the kids set.
pub fn signed(payload: &Json, keys: &[&str]) -> Json {
    let keys: Vec<SigningKey> = keys.iter().map(|it| key(it)).collect();
    let public: Vec<&VerifyingKey> = keys.iter().map(SigningKey::verifying_key).collect();
    let payload = sign::with_kids(payload, &public);
    sign::sign(&payload, &keys.iter().collect::<Vec<_>>()).expect("a good payload")
}

fn sm2_signing_key(name: &str) -> sm2::dsa::SigningKey {
    let secret_key = sm2::SecretKey::from_slice(&secret(name)).expect("a scalar");
    sm2::dsa::SigningKey::new("1234567812345678", &secret_key).expect("a key")
}

/// The public half of an SM2 test key, as the library has it.
pub fn sm2_key(name: &str) -> VerifyingKey {
    use sm2::elliptic_curve::sec1::ToSec1Point as _;
    let point = sm2_signing_key(name).verifying_key().as_affine().to_sec1_point(false);
    let coordinate = |from: usize| Json::Text(base64url::encode(&point.as_bytes()[from..from + 32]));
    let jwk = Json::object([
        ("crv", Json::text(KeyKind::Sm2.crv())),
        ("kty", Json::text("EC")),
        ("x", coordinate(1)),
        ("y", coordinate(33)),
    ]);
    VerifyingKey::from_jwk(&jwk).expect("a point")
}

/// Signs with a P-256 and an SM2 key. The bytes to sign leave the library and the signatures come back, as with a
/// key on an office's own device.
pub fn signed_with_sm2(payload: &Json, name: &str, sm2_name: &str) -> Json {
    use sm2::dsa::signature::Signer as _;
    let registered = key(name);
    let sm2_signing = sm2_signing_key(sm2_name);
    let keys = [registered.verifying_key().clone(), sm2_key(sm2_name)];
    let payload = sign::with_kids(payload, &keys.iter().collect::<Vec<_>>());
    let draft = StatementDraft::new(&payload, &keys).expect("a good payload");
    let signatures: Vec<[u8; 64]> = draft
        .to_sign()
        .iter()
        .map(|(key, bytes)| match key.kind() {
            KeyKind::Sm2 => sm2_signing.sign(bytes).to_bytes().as_slice().try_into().expect("64 bytes"),
            _ => registered.sign(bytes).expect("a signature"),
        })
        .collect();
    draft.finish(&signatures).expect("good signatures")
}

/// Signs whatever bytes it is given under whatever header: what an honest writer would refuse.
pub fn signed_raw(payload: &[u8], name: &str, change: impl Fn(Json) -> Json) -> Json {
    let key = key(name);
    let header = Json::object([
        ("alg", Json::text(key.verifying_key().kind().alg())),
        ("cty", Json::text(sign::CONTENT_TYPE)),
        ("jwk", key.verifying_key().to_jwk()),
        ("kid", Json::Text(key.verifying_key().kid())),
        ("typ", Json::text(sign::STATEMENT_TYPE)),
    ]);
    let protected = base64url::encode(change(header).to_canonical().as_bytes());
    let payload = base64url::encode(payload);
    let signature = key.sign(format!("{protected}.{payload}").as_bytes()).expect("a signature");
    let signature = Json::object([
        ("protected", Json::Text(protected)),
        ("signature", Json::Text(base64url::encode(&signature))),
    ]);
    Json::object([("payload", Json::Text(payload)), ("signatures", Json::List(vec![signature]))])
}

pub fn kid(name: &str) -> String {
    key(name).verifying_key().kid()
}

pub fn file_of(statements: &[Json]) -> Vec<u8> {
    file::json_file(statements, &[(Digest::of(PDF), PDF)]).into_bytes()
}

fn pins(entries: &[(&str, &str, Option<&str>)]) -> Json {
    Json::object(entries.iter().map(|(name, role, org)| {
        let roles = Json::List(vec![Json::text(*role)]);
        let entry = match org {
            Some(org) => Json::object([("roles", roles), ("org", Json::text(*org))]),
            None => roles,
        };
        (kid(name), entry)
    }))
}

fn seen(rev: i64, payload: &Digest, org: Option<&str>, kids: &[&str]) -> Json {
    let mut entry = vec![("rev", Json::Int(rev)), ("payload_sha256", Json::Text(payload.to_hex()))];
    if let Some(org) = org {
        entry.push(("org", Json::text(org)));
        entry.push(("kids", Json::List(kids.iter().map(|it| Json::Text(kid(it))).collect())));
    }
    Json::object([(DOC, Json::object(entry))])
}

/// All vectors of our own, in the order of the index.
pub fn all() -> Vec<Own> {
    let city = "city-p256";
    let first = signed(&application(), &[city]);
    let first_digest = sign::payload_sha256_of(&first).expect("payload");
    let second_payload = set(&application(), &["doc", "rev"], Json::Int(2));
    let second_payload = set(&second_payload, &["doc", "prev"], Json::Text(first_digest.to_hex()));
    let second = signed(&second_payload, &[city]);
    let by_another = signed(&second_payload, &["city-ed25519"]);
    let mut out: Vec<Own> = Vec::new();
    let mut add = |file: &str,
                   result: &str,
                   note: &str,
                   bytes: Vec<u8>,
                   policy: Vec<(&str, Json)>,
                   warnings: &[&str]| {
        let has_expect = policy.iter().any(|(name, _)| *name == "expect");
        let expect = (!has_expect).then(|| ("expect", Json::text("application")));
        let entry = vec![
            ("category", Json::text("own")),
            ("policy", Json::object(expect.into_iter().chain(policy))),
            ("result", Json::text(result)),
            ("valid", Json::Bool(!result.starts_with("E_"))),
            ("note", Json::text(note)),
            ("warnings", Json::List(warnings.iter().map(|it| Json::text(*it)).collect())),
        ];
        out.push(Own { file: file.to_owned(), bytes, entry });
    };
    let pinned = |org| vec![("pinned", pins(&[(city, "city", org)]))];

    add(
        "o01-application.sab.json",
        "AUTHENTIC",
        "one application, the key pinned to its office",
        file_of(std::slice::from_ref(&first)),
        pinned(Some(CITY)),
        &[],
    );
    add(
        "o02-org.sab.json",
        "E_ORG",
        "the key is pinned to another office",
        file_of(std::slice::from_ref(&first)),
        pinned(Some(BUREAU)),
        &[],
    );
    let other = Digest::of(b"another payload");
    add(
        "o03-fork.sab.json",
        "E_FORK",
        "revision 1 again with another content",
        file_of(std::slice::from_ref(&first)),
        vec![("seen", seen(1, &other, None, &[]))],
        &[],
    );
    let mut not_utf8 = file_of(std::slice::from_ref(&first));
    if let Some(byte) = not_utf8.iter_mut().find(|it| **it == b'\n') {
        *byte = 0xff;
    }
    add(
        "o04-file-utf8.sab.json",
        "E_UTF8",
        "a byte that is not UTF-8 in the file object",
        not_utf8,
        vec![],
        &[],
    );
    let honest = sign::with_kids(&application(), &[key(city).verifying_key()]).to_canonical().into_bytes();
    let mut broken = honest.clone();
    if let Some(byte) = broken.iter_mut().find(|it| **it >= 0x80) {
        *byte = 0xff;
    }
    add(
        "o05-payload-utf8.sab.json",
        "E_UTF8",
        "a correctly signed payload that is not UTF-8",
        file_of(&[signed_raw(&broken, city, |it| it)]),
        vec![],
        &[],
    );
    let cty = signed_raw(&honest, city, |it| set(&it, &["cty"], Json::text("json")));
    add("o06-cty.sab.json", "E_CTY", "cty of another kind of content", file_of(&[cty]), vec![], &[]);
    add(
        "o07-two-applications.sab.json",
        "E_MULTI_APPLICATION",
        "two revisions in one file",
        file_of(&[first.clone(), second.clone()]),
        vec![],
        &[],
    );
    let unreferenced = file::json_file(
        std::slice::from_ref(&first),
        &[(Digest::of(PDF), PDF), (Digest::of(b"%PDF-x"), b"%PDF-x")],
    );
    add(
        "o08-unreferenced.sab.json",
        "E_ATT_UNREFERENCED",
        "an attachment that no statement declares",
        unreferenced.into_bytes(),
        vec![],
        &[],
    );

    // Who may continue a document.
    add(
        "o09-revision-2.sab.json",
        "INTACT",
        "revision 2 by the key of revision 1",
        file_of(std::slice::from_ref(&second)),
        vec![("seen", seen(1, &first_digest, Some(CITY), &[city]))],
        &[],
    );
    add(
        "o10-key-changed.sab.json",
        "E_KEY_CHANGED",
        "revision 2 by a key that nobody pinned to the office of revision 1",
        file_of(std::slice::from_ref(&by_another)),
        vec![("seen", seen(1, &first_digest, Some(CITY), &[city]))],
        &[],
    );
    add(
        "o11-key-changed-pinned-elsewhere.sab.json",
        "E_KEY_CHANGED",
        "revision 2 by a pinned key of another office",
        file_of(&[signed(&set(&second_payload, &["signer", "org"], Json::text(BUREAU)), &["city-ed25519"])]),
        vec![
            ("seen", seen(1, &first_digest, Some(CITY), &[city])),
            ("pinned", pins(&[("city-ed25519", "city", Some(BUREAU))])),
        ],
        &[],
    );
    add(
        "o12-new-key-of-owner.sab.json",
        "AUTHENTIC",
        "revision 2 by a new key that is pinned to the office of revision 1",
        file_of(&[by_another]),
        vec![
            ("seen", seen(1, &first_digest, Some(CITY), &[city])),
            ("pinned", pins(&[("city-ed25519", "city", Some(CITY))])),
        ],
        &[],
    );

    // Two offices sign one statement.
    let both = format!("{CITY}、{BUREAU}");
    let joint =
        signed(&set(&application(), &["signer", "org"], Json::text(both.as_str())), &[city, "city-ed25519"]);
    let joint_pins = |org| pins(&[(city, "city", Some(CITY)), ("city-ed25519", "city", Some(org))]);
    add(
        "o13-joint.sab.json",
        "AUTHENTIC",
        "two offices sign one statement, which names both",
        file_of(std::slice::from_ref(&joint)),
        vec![("pinned", joint_pins(BUREAU))],
        &[],
    );
    add(
        "o14-joint-other-office.sab.json",
        "E_ORG",
        "a joint statement names an office whose key did not sign",
        file_of(&[joint]),
        vec![("pinned", joint_pins("示例市财政局"))],
        &[],
    );

    // Warnings.
    let nfd = set(&application(), &["data"], parse(r#"{"answers":{"city_name":"Cafe\u0301"}}"#));
    add(
        "o20-not-nfc.sab.json",
        "INTACT",
        "an answer in normal form D",
        file_of(&[signed(&nfd, &[city])]),
        vec![],
        &["W_NOT_NFC"],
    );
    // 2026-11-22T08:00:00Z is 1795334400.
    let a_day = 24 * 60 * 60;
    add(
        "o21-future.sab.json",
        "INTACT",
        "a time one second more than a day ahead",
        file_of(std::slice::from_ref(&first)),
        vec![("now", Json::Int(1_795_334_400 - a_day - 1))],
        &["W_TIME"],
    );
    add(
        "o22-not-future.sab.json",
        "INTACT",
        "a time exactly a day ahead",
        file_of(std::slice::from_ref(&first)),
        vec![("now", Json::Int(1_795_334_400 - a_day))],
        &[],
    );
    let early = set(&endorsement(&first), &["created"], Json::text("2026-11-22T07:59:59Z"));
    add(
        "o23-before-subject.sab.json",
        "INTACT",
        "an endorsement older than its application",
        file_of(&[first.clone(), signed(&early, &["province-a-p256"])]),
        vec![],
        &["W_TIME"],
    );
    let with_sm2 = signed_with_sm2(&application(), city, "city-sm2");
    add(
        "o24-sm2-unchecked.sab.json",
        "INTACT",
        "an SM2 co-signature and a verifier without SM2",
        file_of(std::slice::from_ref(&with_sm2)),
        vec![("sm2", Json::Bool(false))],
        &["W_EXT_UNCHECKED"],
    );
    add(
        "o25-sm2-checked.sab.json",
        "INTACT",
        "the same file, SM2 checked",
        file_of(std::slice::from_ref(&with_sm2)),
        vec![],
        &[],
    );
    let evidence = parse(r#"[{"type":"some-later-kind","over":"payload","data":"AAEC"}]"#);
    let evidence = set(&first, &["evidence"], evidence);
    add(
        "o26-evidence.sab.json",
        "INTACT",
        "evidence of an unknown kind",
        file_of(&[evidence]),
        vec![],
        &["W_EVIDENCE_UNCHECKED"],
    );
    let third = set(
        &set(&application(), &["doc", "rev"], Json::Int(3)),
        &["doc", "prev"],
        Json::Text(other.to_hex()),
    );
    add(
        "o27-revision-gap.sab.json",
        "INTACT",
        "revision 3 after revision 1",
        file_of(&[signed(&third, &[city])]),
        vec![("seen", seen(1, &first_digest, None, &[]))],
        &["W_REV_GAP"],
    );

    // Edges that the shared set does not touch.
    let five = Json::List(vec![first.get("signatures").and_then(Json::as_list).expect("list")[0].clone(); 5]);
    add(
        "o30-five-signatures.sab.json",
        "E_LIMIT",
        "more than four signatures",
        file_of(&[set(&first, &["signatures"], five)]),
        vec![],
        &[],
    );
    let zero = signed_raw(&honest, city, |it| it);
    let zero_signature = Json::Text(base64url::encode(&[0; 64]));
    let protected = zero.get("signatures").and_then(Json::as_list).expect("list")[0]
        .get("protected")
        .cloned()
        .expect("protected");
    let zeros = Json::List(vec![Json::object([("protected", protected), ("signature", zero_signature)])]);
    add(
        "o31-zero-signature.sab.json",
        "E_SIG_FORMAT",
        "r and s are zero",
        file_of(&[set(&first, &["signatures"], zeros)]),
        vec![],
        &[],
    );
    let newer = set(&application(), &["sab"], Json::text("2.0")).to_canonical();
    add(
        "o32-payload-version.sab.json",
        "E_VERSION",
        "a payload of a later version",
        file_of(&[signed_raw(newer.as_bytes(), city, |it| it)]),
        vec![],
        &[],
    );
    let deep = format!("{}{}", "[".repeat(30), "]".repeat(30));
    add(
        "o33-header-depth.sab.json",
        "E_DEPTH",
        "a header nested deeper than six",
        file_of(&[signed_raw(&honest, city, |it| {
            set(&it, &["jwk"], json::parse(deep.as_bytes(), 40).expect("deep"))
        })]),
        vec![],
        &[],
    );
    let receipt = set(&application(), &["type"], Json::text("receipt")).to_canonical();
    add(
        "o34-reserved-type.sab.json",
        "E_TYPE",
        "a type reserved for later",
        file_of(&[signed_raw(receipt.as_bytes(), city, |it| it)]),
        vec![],
        &[],
    );
    let zip = file::zip_file(std::slice::from_ref(&first), &[(Digest::of(PDF), PDF)]).expect("a ZIP");
    add("o40-application.sab.zip", "INTACT", "our own ZIP profile", zip, vec![], &[]);
    out
}
