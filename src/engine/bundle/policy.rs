//! Reads a policy from JSON, as the page gives it to the signing module.

use super::{
    attachment::{AttachmentFacts, FIRST_BYTES},
    base64url,
    digest::Digest,
    paper, trust,
    verify::{Expect, Policy},
};
use crate::engine::value::json::Json;

/// Reads a policy; the error is the name of the member that is wrong or unknown, and for the trust list also the
/// pointer to what is wrong in it.
///
/// An unknown member is refused, because a demand that is not understood must not be dropped:
/// `{"expect":"application|part","trust":{…},"revoked":[…],"required_roles":[…],"recipient":"…","paper":"…",
/// "now":1795000000,"supplied":[{"sha256":"…","size":1,"first_bytes":"<base64url>"}]}`, all but `expect` optional.
/// `trust` is the object of [`trust`]: trust list and register. `paper` is a digest as typed, or the QR code's text.
pub fn from_json(json: &Json) -> Result<Policy, String> {
    let members = json.as_object().ok_or("policy")?;
    let expect = match json.get("expect").and_then(Json::as_text) {
        Some("application") => Expect::Application,
        Some("part") => Expect::Part,
        _ => return Err("expect".to_owned()),
    };
    let mut policy = Policy::new(expect);
    for (name, value) in members {
        match name.as_str() {
            "trust" => (policy.trust, policy.register) = trust::from_json(value).map_err(|it| ["trust", &it.pointer].concat())?,
            _ => read_member(&mut policy, name, value).ok_or_else(|| name.clone())?,
        }
    }
    Ok(policy)
}

fn read_member(policy: &mut Policy, name: &str, value: &Json) -> Option<()> {
    match name {
        "expect" => {}
        "revoked" => policy.revoked = texts(value)?,
        "required_roles" => policy.required_roles = texts(value)?,
        "recipient" => policy.recipient = Some(value.as_text()?.to_owned()),
        "paper" => policy.paper = Some(paper::read_digest(value.as_text()?)?),
        "now" => policy.now = Some(value.as_int()?),
        "supplied" => policy.supplied = value.as_list()?.iter().map(supplied).collect::<Option<_>>()?,
        _ => return None,
    }
    Some(())
}

fn texts(json: &Json) -> Option<Vec<String>> {
    json.as_list()?.iter().map(|it| it.as_text().map(String::from)).collect()
}

fn supplied(json: &Json) -> Option<AttachmentFacts> {
    let first_bytes = base64url::decode(json.get("first_bytes")?.as_text()?)?;
    Some(AttachmentFacts {
        sha256: Digest::from_hex(json.get("sha256")?.as_text()?)?,
        size: u64::try_from(json.get("size")?.as_int()?).ok()?,
        first_bytes: first_bytes.into_iter().take(FIRST_BYTES).collect(),
    })
}
