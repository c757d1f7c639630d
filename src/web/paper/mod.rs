//! The table as it will stand on paper: read-only, drawn once from the document as it is now.
//!
//! On screen it looks like sheets; printed, the same elements break over A4 sheets. Lines are those of real
//! tables, because that is what browsers break well and whose heads they repeat.

mod code;
mod cover;
mod ink;
mod part;
mod rows;

use super::dom::{El, el};
use super::session::FillSession;
use super::ui::Ui;
use super::{random, signing};
use crate::engine::answers::{AnswerPath, Row, Signed};
use crate::engine::bundle::digest::Digest;
use crate::engine::bundle::paper::{self as digests, PaperCode, PaperKind};
use crate::engine::definition::{MATERIALS, Page};
use crate::engine::drafts::payload::from_payload;
use crate::engine::value::base64;
use crate::engine::value::json::Json;
use ink::Ink;
use leptos::prelude::*;
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/web/paper/page.js")]
extern "C" {
    fn open_paper(root: &web_sys::HtmlElement, style: &str) -> js_sys::Function;
}

/// What the sheets carry beside the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PaperMark {
    /// Not signed: every sheet says 草稿.
    Draft,
    /// To be filled in by hand.
    Blank,
    /// Signed: the fingerprint on the cover and, shortened, on every sheet.
    Signed {
        /// The digest of the signed payload in 16 groups of 4 hex digits.
        digest_groups: String,
        /// The first 16 digits, for the foot of every sheet.
        footer: String,
        /// What the QR code says.
        qr_text: String,
        /// The signed revision.
        rev: u32,
        /// Thumbprints of the keys that signed.
        kids: Vec<String>,
    },
}

/// A paper or file that accompanies the table, and that it is sent apart if it is no file.
fn given(ink: Ink, entry: &Row) -> String {
    match ink.attached(entry) {
        Some(_) => ink.entry(entry),
        None => [&ink.entry(entry), " · ", ink.t("files.is_paper")].concat(),
    }
}

/// What accompanies the table: the name of each material that is asked for, what the table says of it, and its papers and
/// files.
pub fn materials(ui: Ui) -> Vec<(String, String, Vec<String>)> {
    ui.session.judged(|table, document, validation| {
        let ink = Ink { ui, table, document, validation, is_draft: true, is_blank: false };
        let asked = table.definition.materials.iter().filter_map(|material| {
            let path = AnswerPath::part(MATERIALS).field(material.id.clone());
            let is_ours = !cover::is_brought(ink, material) && validation.field(&path).relevant;
            is_ours.then(|| (ink.words(&material.label), ink.words(&material.hint), document.rows(&path).iter().map(|it| given(ink, it)).collect()))
        });
        asked.collect()
    })
}

/// What was signed, on paper: the sheets that get the seal are made of the signed payload itself, never of what was typed
/// (which may be written otherwise) or typed since.
pub fn signed_paper(ui: Ui, payload: &Json, mark: PaperMark) -> Option<El> {
    let table = ui.session.table();
    let identity = ui.session.document(|document| document.table.clone());
    let read = from_payload(payload, &table.definition, &identity)?;
    let session = FillSession::new(table, read.document, Box::new(|| random::id().into()));
    session.read_only().set(true);
    session.judge();
    Some(paper(Ui { session, ..ui }.official(), mark))
}

/// The sheets of the draft as it is now: those of what was signed by all who should, or the draft.
pub fn sheets(ui: Ui) -> El {
    let signed = ui.session.document(|document| document.whole_signature().and_then(signed_mark));
    signed.and_then(|(payload, mark)| signed_paper(ui, &payload, mark)).unwrap_or_else(|| paper(ui, PaperMark::Draft))
}

/// What was signed and what its sheets carry; none if it cannot be read.
pub fn signed_mark(signed: &Signed) -> Option<(Json, PaperMark)> {
    let payload = signing::payload_of(&signed.statement)?;
    let kids = signing::texts(payload.get("signer")?, "kids");
    let digest = digests::read_digest(&signed.payload)?;
    let qr_text = qr_text(&payload, &signed.payload, &signing::first_kid(&signed.statement)?)?;
    let mark = PaperMark::Signed { digest_groups: digests::groups(&digest), footer: digests::footer(&digest), qr_text, rev: signed.rev, kids };
    Some((payload, mark))
}

/// What the QR code says on the sheets of a payload with this digest, which the key of this thumbprint signed first.
pub fn qr_text(payload: &Json, digest: &str, kid: &str) -> Option<String> {
    let kind = PaperKind::of_type(payload.get("type")?.as_text()?)?;
    let rev = payload.get("doc").or_else(|| payload.get("subject"))?.get("rev")?.as_int()?;
    let thumbprint = Digest::from_bytes(base64::decode_url(kid)?.try_into().ok()?);
    Some(PaperCode { kind, rev, payload: Digest::from_hex(digest)?, thumbprint }.to_text())
}

/// The whole table on paper. A snapshot: it does not follow later edits.
pub fn paper(ui: Ui, mark: PaperMark) -> El {
    let undo = ui.root.try_with_value(|root| open_paper(root, crate::web::style::PAGE));
    let undo = StoredValue::new_local(undo);
    on_cleanup(move || {
        if let Some(Some(undo)) = undo.try_with_value(Clone::clone) {
            let _ = undo.call0(&JsValue::NULL);
        }
    });
    untrack(|| {
        ui.session.judged(|table, document, validation| {
            let is_draft = mark == PaperMark::Draft;
            let is_open = is_draft || mark == PaperMark::Blank;
            // A sheet is in one language: that of the screen, or the table's own if the table does not speak that.
            let speaks = table.definition.languages.iter().any(|it| **it == *ui.language);
            let ui = if speaks { ui } else { ui.official() };
            let ink = Ink { ui, table, document, validation, is_draft: is_open, is_blank: mark == PaperMark::Blank };
            let foot = foot(ink, &mark);
            let papers = el("div", "papers")
                .attr("lang", ui.language)
                .add(draft_mark(is_draft, ink, "paper-mark every"))
                .add(foot_line("paper-foot-line every", &foot));
            papers.add_all(bodies(ink, &mark).into_iter().map(|body| {
                // Keeps the foot of every printed sheet free; on screen it is the foot.
                let room = el("div", "paper-foot").attr("aria-hidden", "true").add(foot_line("paper-foot-line", &foot));
                el("section", "paper-sheet").add(draft_mark(is_draft, ink, "paper-mark")).add(body).add(room)
            }))
        })
    })
}

fn draft_mark(is_draft: bool, ink: Ink, class: &str) -> Option<El> {
    is_draft.then(|| written("div", class, ink.t("paper.draft")).attr("aria-hidden", "true"))
}

fn foot_line(class: &str, foot: &[String]) -> El {
    el("div", class).add_all(foot.iter().map(|it| written("span", "", it)))
}

/// An element that holds nothing but words.
fn written(tag: &str, class: &str, words: &str) -> El {
    el(tag, class).text(words)
}

/// A cell that takes several columns.
fn wide(tag: &str, class: &str, columns: u32) -> El {
    el(tag, class).attr("colspan", &columns.to_string())
}

/// What stands at the foot of every sheet: the table, whose it is, the revision, the fingerprint.
fn foot(ink: Ink, mark: &PaperMark) -> Vec<String> {
    let title = ink.words(&ink.table.definition.title);
    let of = cover::applicant(ink);
    let name = if of.is_empty() { title } else { [title, of].join(" · ") };
    let (rev, last) = match mark {
        PaperMark::Blank => return vec![name, ink.t("paper.blank_foot").to_string()],
        PaperMark::Draft => (ink.document.document.rev, ink.t("paper.draft_foot").to_string()),
        PaperMark::Signed { footer, rev, .. } => (*rev, ink.ui.fill("paper.foot", &[("footer", footer)])),
    };
    vec![name, ink.ui.fill("paper.rev", &[("rev", &rev.to_string())]), last]
}

/// The bodies of the sheets in order. A part that starts a sheet begins another one; the annex follows the table.
fn bodies(ink: Ink, mark: &PaperMark) -> Vec<El> {
    let new = || el("div", "paper-body");
    let mut done = Vec::new();
    let mut body = new().add(cover::head(ink, mark)).add(cover::lifted(ink));
    let mut is_first = true;
    let parts = &ink.table.definition.parts;
    for part in parts {
        for instance in ink.document.instances(&part.id) {
            let path = AnswerPath::instance(part.id.clone(), instance.id.clone());
            let Some(inside) = part::part(ink, part, &path) else { continue };
            if part.page == Page::New && !is_first {
                done.push(std::mem::replace(&mut body, new()));
            }
            body = body.add(inside);
            is_first = false;
        }
    }
    let remark = ink.words(&ink.table.definition.remark);
    if !remark.is_empty() {
        body = body.add(written("p", "paper-remark", &remark));
    }
    let annex = [cover::materials(ink), cover::conditions(ink), cover::kept(ink)];
    let annex: Vec<El> = annex.into_iter().flatten().collect();
    if !annex.is_empty() {
        body = body.add(el("div", "paper-annex").add(written("h2", "", ink.t("paper.appendix"))).add(annex));
    }
    done.push(body);
    done
}
