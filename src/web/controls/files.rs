//! Papers and attached files: a list of entries, each a file, or a paper sent by post or on disc.

use super::text;
use crate::engine::answers::{Answer, AnswerPath, Edit, Row};
use crate::engine::definition::{FieldKind, Id};
use crate::engine::kinds::files;
use crate::web::attach;
use crate::web::dom::{El, command, each, el, live};
use crate::web::ui::{AnswerHandle, Ui};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{DragEvent, FileList};

/// The list with its buttons; files can also be dropped on it.
pub fn list(handle: AnswerHandle) -> El {
    let ui = handle.ui;
    let over = RwSignal::new(false);
    let path = StoredValue::new(handle.path());
    let most = handle.field(|field| match &field.kind {
        FieldKind::Files(kind) => kind.max as usize,
        _ => usize::MAX,
    });
    let ids = move || path.with_value(|path| ui.session.row_ids(path));
    let is_full = move || ids().len() >= most || handle.is_read_only();
    super::group(el("div", "files"), handle)
        .live_class("over", move || over.get())
        .on("dragover", move |event| {
            event.prevent_default();
            over.set(true);
        })
        .on("dragleave", move |_| over.set(false))
        .on("drop", move |event| {
            event.prevent_default();
            over.set(false);
            if !handle.is_read_only_now() {
                let event: &DragEvent = event.unchecked_ref();
                attach_all(ui, path, event.data_transfer().and_then(|data| data.files()));
            }
        })
        .add(each(ids, move |id| entry(ui, path.with_value(|path| path.row(id)))))
        // What is on its way, and what was said of it, stays the same element while more is said: an alert that
        // is made anew is read out again.
        .add(each(move || path.with_value(|path| attach::uploads_at(ui, path)), move |name| uploading(ui, path, name)))
        .add(each(move || path.with_value(|path| attach::refusals_at(ui, path)), |said| {
            el("p", "message wrong").attr("role", "alert").text(&said)
        }))
        .add(buttons(ui, path, is_full))
}

fn attach_all(ui: Ui, path: StoredValue<AnswerPath>, list: Option<FileList>) {
    let files = crate::web::files::list(list);
    let path = path.get_value();
    ui.later(move |it| (it.attach)(ui, path, files));
}

/// A file on its way in.
fn uploading(ui: Ui, path: StoredValue<AnswerPath>, name: Id) -> El {
    let shown = el("span", "file-name").text(&name);
    let percent = move || path.with_value(|path| attach::progress_of(ui, path, &name)).map(|it| it.to_string());
    el("div", "file uploading")
        .attr("role", "status")
        .add(shown)
        .add(el("progress", "").attr("max", "100").live_attr("value", percent))
}

fn buttons(ui: Ui, path: StoredValue<AnswerPath>, is_full: impl Fn() -> bool + Copy + 'static) -> El {
    let picker = el("input", "picker")
        .attr("type", "file")
        .attr("multiple", "")
        .attr("tabindex", "-1")
        .attr("aria-hidden", "true")
        .attr("accept", &attach::accept());
    let (chosen, opened) = (picker.clone(), picker.clone());
    let picker = picker.on("change", move |_| {
        attach_all(ui, path, chosen.input().files());
        // The same file can be chosen again after it was removed.
        chosen.input().set_value("");
    });
    let attach = command("button small", "attach", ui.t("files.attach"))
        .live_flag("disabled", is_full)
        .on_click(move || opened.node().click());
    let add_paper = command("button small", "add-paper", ui.t("files.paper"))
        .live_flag("disabled", is_full)
        .on_click(move || {
            let row = Row { id: ui.session.new_id(), cells: Default::default() };
            let field = path.get_value();
            let first = field.row(row.id.clone()).column("title");
            ui.session.add_row(&field, None, row);
            ui.focus.set(Some(first));
        });
    el("div", "file-buttons").add(picker).add(attach).add(add_paper).add(el("span", "hint").text(ui.t("files.drop")))
}

/// One entry: its title, what it is, and a button that takes it out.
fn entry(ui: Ui, entry: AnswerPath) -> El {
    let (title, pages, file) = (entry.column("title"), entry.column("pages"), entry.column("attachment"));
    let attached = {
        let file = file.clone();
        Memo::new(move |_| {
            let id: Id = text_at(ui, &file).into();
            let found = ui.session.document(|document| document.attachment(&id).map(attach::file_words));
            found.map(|it| (id, it))
        })
    };
    let about = live(move || match attached.get() {
        Some((id, words)) => {
            let save = command("button link file-name", "save-file", &words).attr("title", ui.t("files.save"));
            save.on_click(move || {
                let id = id.clone();
                ui.later(move |it| (it.save_attached)(ui, id));
            })
        }
        None => el("span", "file-name").text(ui.t("files.is_paper")),
    });
    let touched = title.clone();
    let title_input =
        typed(ui, title.clone(), "files.title", title_of).on("change", move |_| ui.touch(&touched));
    let shown = el("div", "file").attr("data-entry", &entry.to_string());
    let remove = command("button icon", "remove-file", "×")
        .attr("title", ui.t("files.remove"))
        .attr("aria-label", ui.t("files.remove"))
        .live_flag("disabled", move || ui.session.read_only().get())
        .on_click(move || {
            ui.forget_refusals();
            ui.session.apply(Edit::RemoveRow { row: entry.clone() });
            // The button that had the focus is gone, and keys are heard where the focus is.
            ui.focus.set(Some(entry.to_field()));
            ui.notice.set(ui.t("files.removed").into());
        });
    shown
        .add(el("span", "file-title").attr("data-path", &title.to_string()).add(title_input))
        .live(move || {
            let is_paper = ui.session.answer(&file).is_none();
            let (at, judged) = (pages.clone(), pages.clone());
            let pages = typed(ui, at.clone(), "files.pages", |text| files::pages(&text))
                .attr("inputmode", "numeric")
                .live_state("aria-invalid", move || matches!(ui.session.answer(&at), Some(Answer::Undecoded(_))))
                .on("change", move |_| ui.touch(&judged.to_field()));
            let unit = || el("span", "unit").text(ui.t("files.pages_unit"));
            is_paper.then(|| el("span", "file-pages").add(pages).add(unit()))
        })
        .add(about)
        .add(remove)
}

/// A line of an entry.
fn typed(ui: Ui, path: AnswerPath, label: &str, read: fn(String) -> Option<Answer>) -> El {
    let input = el("input", "").attr("type", "text").attr("aria-label", ui.t(label)).attr("placeholder", ui.t(label));
    let shown = path.clone();
    text::in_step(
        input.live_flag("readonly", move || ui.session.read_only().get()),
        move |typed| Some(text_at(ui, &shown)).filter(|_| read(typed.to_string()) != ui.session.answer(&shown)),
        move |typed| ui.session.type_answer(path.clone(), read(typed.to_string())),
    )
}

fn title_of(text: String) -> Option<Answer> {
    (!text.trim().is_empty()).then_some(Answer::Text(text))
}

fn text_at(ui: Ui, path: &AnswerPath) -> String {
    match ui.session.answer(path) {
        Some(Answer::Text(text)) => text,
        Some(Answer::Integer(number)) => number.to_string(),
        Some(Answer::Undecoded(text)) => text,
        _ => String::new(),
    }
}
