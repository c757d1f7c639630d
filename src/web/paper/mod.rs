//! The table as it will stand on paper: read-only, drawn once from the document as it is now.
//!
//! On screen it looks like sheets; printed, the same elements break over A4 sheets. Lines are those of real
//! tables, because that is what browsers break well and whose heads they repeat.

mod code;
mod cover;
mod ink;
mod part;
mod rows;

use super::ui::Ui;
use crate::engine::answers::AnswerPath;
use crate::engine::definition::Page;
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

/// The whole table on paper. A snapshot: it does not follow later edits.
#[component]
pub fn Paper(ui: Ui, mark: PaperMark) -> impl IntoView {
    let undo = ui.root.try_with_value(|root| open_paper(root, include_str!("../../../style/page.css")));
    let undo = StoredValue::new_local(undo);
    on_cleanup(move || {
        if let Some(Some(undo)) = undo.try_with_value(Clone::clone) {
            let _ = undo.call0(&JsValue::NULL);
        }
    });
    untrack(|| {
        ui.session.peek(|table, document, validation| {
            let is_draft = mark == PaperMark::Draft;
            let ink = Ink { ui, table, document, validation, is_draft };
            let foot = foot(ink, &mark);
            let sheets = sheets(ink, &mark).into_iter().map(|body| {
                view! {
                    <section class="paper-sheet">
                        {is_draft.then(|| view! { <div class="paper-mark" aria-hidden="true">{ui.t("paper.draft")}</div> })}
                        <div class="paper-body">{body}</div>
                        // Keeps the foot of every printed sheet free; on screen it is the foot.
                        <div class="paper-foot" aria-hidden="true"><div class="paper-foot-line">{foot.clone().into_iter().map(|it| view! { <span>{it}</span> }).collect_view()}</div></div>
                    </section>
                }
            });
            view! {
                <div class="papers" lang=ui.language>
                    {is_draft.then(|| view! { <div class="paper-mark every" aria-hidden="true">{ui.t("paper.draft")}</div> })}
                    <div class="paper-foot-line every">{foot.clone().into_iter().map(|it| view! { <span>{it}</span> }).collect_view()}</div>
                    {sheets.collect_view()}
                </div>
            }
        })
    })
}

/// What stands at the foot of every sheet: the table, whose it is, the revision, the fingerprint.
fn foot(ink: Ink, mark: &PaperMark) -> Vec<String> {
    let title = ink.words(&ink.table.definition.title);
    let of = cover::applicant(ink);
    let name = if of.is_empty() { title } else { [title, of].join(" · ") };
    let (rev, last) = match mark {
        PaperMark::Draft => (ink.document.document.rev, ink.t("paper.draft_foot").to_string()),
        PaperMark::Signed { footer, rev, .. } => (*rev, ink.ui.fill("paper.foot", &[("footer", footer)])),
    };
    vec![name, ink.ui.fill("paper.rev", &[("rev", &rev.to_string())]), last]
}

/// The sheets in order. A part that starts a sheet begins another one; the annex follows the table.
fn sheets(ink: Ink, mark: &PaperMark) -> Vec<Vec<AnyView>> {
    let mut sheets: Vec<Vec<AnyView>> = vec![vec![cover::head(ink, mark), cover::lifted(ink)]];
    let parts = &ink.table.definition.parts;
    for part in parts {
        for instance in ink.document.instances(&part.id) {
            let path = AnswerPath::instance(part.id.clone(), instance.id.clone());
            let Some(body) = part::part(ink, part, &path) else { continue };
            let is_first = sheets.len() == 1 && sheets.first().is_some_and(|sheet| sheet.len() == 2);
            if part.page == Page::New && !is_first {
                sheets.push(Vec::new());
            }
            if let Some(sheet) = sheets.last_mut() {
                sheet.push(body);
            }
        }
    }
    let remark = ink.words(&ink.table.definition.remark);
    if !remark.is_empty() && let Some(sheet) = sheets.last_mut() {
        sheet.push(view! { <p class="paper-remark">{remark}</p> }.into_any());
    }
    let annex: Vec<AnyView> = [cover::materials(ink), cover::conditions(ink), cover::kept(ink)].into_iter().flatten().collect();
    if !annex.is_empty() && let Some(sheet) = sheets.last_mut() {
        let title = ink.t("paper.appendix");
        sheet.push(view! { <div class="paper-annex"><h2>{title}</h2>{annex}</div> }.into_any());
    }
    sheets
}
