//! Runs the vectors of signed bundles from their index alone, natively and in the browser.
//!
//! Another set of the same form, put in the place of `tests/data/bundles`, is tested the same way. How a file is
//! read is a parameter: from the disk in the native tests, fetched in `tests/web.rs`.

use shenbao::engine::bundle::{
    digest::Digest,
    key_file, nfc,
    reader::{BundleReader, UncheckedBundle},
    trust::{RegisterEntry, TrustEntry},
    verify::{Expect, Policy, VerificationReport, verify},
};
use shenbao::engine::value::json::{self, Json};
use std::collections::BTreeSet;

/// Reads a file of the set by its name in the index.
pub type Read<'a> = &'a dyn Fn(&str) -> Vec<u8>;

/// The index of a set.
pub fn index(read: Read) -> Json {
    json::parse(&read("index.json"), 24).expect("the index is strict JSON")
}

/// The files that an index names.
#[allow(dead_code)] // The browser fetches them before the run; the disk needs no list.
pub fn files(index: &Json) -> Vec<String> {
    let lists = ["vectors", "key_files"].into_iter().filter_map(|it| index.get(it)).filter_map(Json::as_list);
    lists.flatten().map(|it| text(it, "file").to_owned()).collect()
}

/// A text member that must be there.
pub fn text<'a>(json: &'a Json, name: &str) -> &'a str {
    json.get(name).and_then(Json::as_text).unwrap_or_else(|| panic!("text member {name}"))
}

/// A list of texts.
pub fn texts(json: &Json) -> Vec<String> {
    json.as_list().expect("a list").iter().map(|it| it.as_text().expect("a text").to_owned()).collect()
}

/// Reads a policy of the index. An unknown member fails: a demand that is not understood must not be dropped.
pub fn policy_of(json: &Json) -> Policy {
    let mut policy = Policy::new(Expect::Application);
    policy.nfc = Some(nfc::compose);
    for (name, value) in json.as_object().expect("a policy") {
        match name.as_str() {
            "expect" => {
                policy.expect = match value.as_text() {
                    Some("application") => Expect::Application,
                    Some("part") => Expect::Part,
                    it => panic!("expect {it:?}"),
                };
            }
            "pinned" => {
                for (kid, entry) in value.as_object().expect("pinned") {
                    let entry = match entry {
                        Json::List(_) => TrustEntry { roles: texts(entry), ..TrustEntry::default() },
                        _ => TrustEntry {
                            roles: texts(entry.get("roles").expect("roles")),
                            org: entry.get("org").and_then(Json::as_text).map(String::from),
                            ..TrustEntry::default()
                        },
                    };
                    policy.trust.keys.push((kid.clone(), entry));
                }
            }
            "revoked" => policy.revoked = texts(value),
            "required_roles" => policy.required_roles = texts(value),
            "recipient" => policy.recipient = value.as_text().map(String::from),
            "paper_payload_sha256" => {
                policy.paper = Some(Digest::from_hex(value.as_text().unwrap()).expect("a digest"));
            }
            "seen" => {
                for (doc, entry) in value.as_object().expect("seen") {
                    let entry = RegisterEntry {
                        rev: entry.get("rev").and_then(Json::as_int).expect("rev"),
                        payload: Digest::from_hex(text(entry, "payload_sha256")).expect("a digest"),
                        org: entry.get("org").and_then(Json::as_text).map(String::from),
                        kids: entry.get("kids").map(texts).unwrap_or_default(),
                    };
                    policy.register.documents.push((doc.clone(), entry));
                }
            }
            // Two members of our own, for warnings.
            "now" => policy.now = value.as_int(),
            "sm2" => policy.checks_sm2 = value.as_bool().expect("sm2"),
            it => panic!("unknown policy member {it}"),
        }
    }
    policy
}

/// What came out, and how it differs from what the index promises.
pub struct Tried {
    pub report: VerificationReport,
    pub complaint: Option<String>,
}

/// Verifies one vector and says how it differs from what the index promises.
pub fn try_vector(read: Read, vector: &Json) -> Tried {
    let name = text(vector, "file");
    let bytes = read(name);
    let report =
        verify(&UncheckedBundle::from_bytes(name, &bytes), &policy_of(vector.get("policy").expect("policy")));
    let mut complaint = None;
    let mut differs = |what: &str, expected: String, found: String| {
        if expected != found {
            complaint = Some(format!("{name}: {what} must be {expected}, is {found}"));
        }
    };
    differs("sha256", text(vector, "sha256").to_owned(), Digest::of(&bytes).to_hex());
    if let Some(detail) = vector.get("detail") {
        let first = report.statements.first();
        let doc = first.and_then(|it| it.payload.doc());
        differs("doc", text(detail, "doc").to_owned(), doc.map(|it| it.id.clone()).unwrap_or_default());
        differs(
            "rev",
            format!("{:?}", detail.get("rev").and_then(Json::as_int)),
            format!("{:?}", doc.map(|it| it.rev)),
        );
        differs(
            "payload digest",
            text(detail, "payload_sha256").to_owned(),
            first.map(|it| it.payload_sha256.to_hex()).unwrap_or_default(),
        );
        let roles: Vec<String> =
            report.statements.iter().map(|it| it.payload.signer().role.clone()).collect();
        differs("roles", texts(detail.get("roles").expect("roles")).join(" "), roles.join(" "));
    }
    if let Some(warnings) = vector.get("warnings") {
        let found: BTreeSet<&str> = report.warnings.iter().map(|it| it.warning.name()).collect();
        differs("warnings", texts(warnings).join(" "), found.into_iter().collect::<Vec<_>>().join(" "));
    }
    differs(
        "valid",
        format!("{:?}", vector.get("valid").and_then(Json::as_bool)),
        format!("{:?}", Some(report.outcome.is_ok())),
    );
    differs("result", text(vector, "result").to_owned(), report.name().to_owned());
    Tried { report, complaint }
}

/// Runs all vectors of an index; returns the results that were seen.
pub fn try_index(read: Read) -> BTreeSet<String> {
    let index = index(read);
    let vectors = index.get("vectors").and_then(Json::as_list).expect("vectors");
    let mut complaints = Vec::new();
    let mut seen = BTreeSet::new();
    for vector in vectors {
        let tried = try_vector(read, vector);
        seen.insert(tried.report.name().to_owned());
        seen.extend(tried.report.warnings.iter().map(|it| it.warning.name().to_owned()));
        complaints.extend(tried.complaint);
    }
    let key_files = index.get("key_files").and_then(Json::as_list).unwrap_or_default();
    for entry in key_files {
        let found = match key_file::open(
            &read(text(entry, "file")),
            text(entry, "passphrase"),
            nfc::compose,
        ) {
            Ok(_) => "OK",
            Err(error) => error.name(),
        };
        seen.insert(found.to_owned());
        if found != text(entry, "result") {
            complaints.push(format!(
                "{}: must be {}, is {found}",
                text(entry, "file"),
                text(entry, "result")
            ));
        }
    }
    assert!(complaints.is_empty(), "{} of {}:\n{}", complaints.len(), vectors.len(), complaints.join("\n"));
    let counts = index.get("counts").expect("counts");
    let count = |name: &str| counts.get(name).and_then(Json::as_int).unwrap_or(0) as usize;
    assert_eq!(vectors.len(), count("valid") + count("invalid"));
    assert_eq!(key_files.len(), count("key_files"));
    seen
}

/// Pushes `first` and then blanks until the file has this size.
pub fn large(name: &str, first: &[u8], size: u64) -> UncheckedBundle {
    let mut reader = BundleReader::new(name);
    reader.push(first);
    let slice = vec![b' '; 1 << 20];
    let mut left = size - first.len() as u64;
    while left > 0 {
        let n = left.min(slice.len() as u64);
        reader.push(&slice[..n as usize]);
        left -= n;
    }
    reader.finish()
}
