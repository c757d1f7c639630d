//! Papers and attached files: a list of entries, each a file, or a paper sent by post or on disc.

use crate::engine::answers::{Answer, AnswerPath, Edit, Row};
use crate::engine::definition::{FieldKind, Id};
use crate::web::attach;
use crate::web::ui::{AnswerHandle, Ui};
use leptos::html;
use leptos::prelude::*;

/// The list with its buttons; files can also be dropped on it.
pub fn list(handle: AnswerHandle) -> impl IntoView {
    let ui = handle.ui;
    let picker = NodeRef::<html::Input>::new();
    let over = RwSignal::new(false);
    let path = StoredValue::new(handle.path());
    let most = handle.field(|field| match &field.kind {
        FieldKind::Files(kind) => kind.max as usize,
        _ => usize::MAX,
    });
    let ids = move || path.with_value(|path| ui.session.row_ids(path));
    let is_full = move || ids().len() >= most || handle.is_read_only();
    let on_files = move |list: Option<web_sys::FileList>| {
        let Some(list) = list else { return };
        let files: Vec<web_sys::File> = (0..list.length()).filter_map(|idx| list.item(idx)).collect();
        attach::attach(ui, path.get_value(), files);
    };
    let add_paper = move |_| {
        let row = Row { id: ui.session.new_id(), cells: Default::default() };
        let field = path.get_value();
        let first = field.row(row.id.clone()).column("title");
        ui.session.add_row(&field, None, row);
        ui.focus.set(Some(first));
    };
    view! {
        <div class="files" id=handle.control_id() class:over=move || over.get()
            on:dragover=move |event| {
                event.prevent_default();
                over.set(true);
            }
            on:dragleave=move |_| over.set(false)
            on:drop=move |event| {
                event.prevent_default();
                over.set(false);
                if !handle.is_read_only_now() {
                    on_files(event.data_transfer().and_then(|data| data.files()));
                }
            }
        >
            <For each=ids key=|id| id.clone() let(id)>
                <Entry ui entry=path.with_value(|path| path.row(id)) />
            </For>
            {move || attach::progress_at(ui, &path.get_value()).into_iter().map(|(name, percent)| view! {
                <div class="file uploading" role="status">
                    <span class="file-name">{name}</span>
                    <progress max="100" value=percent.to_string()></progress>
                </div>
            }).collect_view()}
            {move || attach::refusals_at(ui, &path.get_value()).into_iter().map(|said| view! {
                <p class="message wrong" role="alert">{said}</p>
            }).collect_view()}
            <div class="file-buttons">
                <input node_ref=picker type="file" class="picker" multiple=true tabindex="-1" aria-hidden="true"
                    accept=attach::accept()
                    on:change=move |_| {
                        let Some(input) = picker.get_untracked() else { return };
                        on_files(input.files());
                        // The same file can be chosen again after it was removed.
                        input.set_value("");
                    } />
                <button type="button" class="button small" data-command="attach" disabled=is_full on:click=move |_| {
                    if let Some(input) = picker.get_untracked() {
                        input.click();
                    }
                }>{ui.t("files.attach")}</button>
                <button type="button" class="button small" data-command="add-paper" disabled=is_full on:click=add_paper>{ui.t("files.paper")}</button>
                <span class="hint">{ui.t("files.drop")}</span>
            </div>
        </div>
    }
}

/// One entry: its title, what it is, and a button that takes it out.
#[component]
fn Entry(ui: Ui, entry: AnswerPath) -> impl IntoView {
    let title_path = entry.column("title");
    let pages_path = entry.column("pages");
    let file_path = entry.column("attachment");
    let text_at = move |path: &AnswerPath| match ui.session.answer(path) {
        Some(Answer::Text(text)) => text,
        Some(Answer::Integer(number)) => number.to_string(),
        Some(Answer::Undecoded(text)) => text,
        _ => String::new(),
    };
    let file = move || {
        let id: Id = text_at(&file_path).into();
        ui.session.document(|document| document.attachment(&id).cloned())
    };
    let about = move || match file() {
        Some(file) => format!("{} · {}", file.name, attach::size_words(file.size)),
        None => ui.t("files.is_paper").to_string(),
    };
    let is_paper = {
        let entry = entry.clone();
        move || ui.session.answer(&entry.column("attachment")).is_none()
    };
    let title = {
        let path = title_path.clone();
        move || text_at(&path)
    };
    let pages = {
        let path = pages_path.clone();
        move || text_at(&path)
    };
    let remove = entry.clone();
    let locked = move || ui.session.read_only().get();
    let title_cell = title_path.clone();
    let pages_cell = pages_path.clone();
    view! {
        <div class="file" data-entry=entry.to_string()>
            <span data-path=title_path.to_string() class="file-title">
                <input type="text" aria-label=ui.t("files.title") placeholder=ui.t("files.title") prop:value=title readonly=locked
                    on:change=move |event| {
                        let text = event_target_value(&event);
                        let answer = (!text.trim().is_empty()).then_some(Answer::Text(text));
                        ui.session.type_answer(title_cell.clone(), answer);
                        ui.session.touch(&title_cell);
                    } />
            </span>
            {move || is_paper().then(|| {
                let pages = pages.clone();
                let pages_cell = pages_cell.clone();
                view! {
                    <span class="file-pages">
                        <input type="text" inputmode="numeric" aria-label=ui.t("files.pages") placeholder=ui.t("files.pages") prop:value=pages readonly=locked
                            on:change=move |event| {
                                let text = event_target_value(&event);
                                let answer = match crate::engine::value::text::fold(&text).parse::<i64>() {
                                    Ok(number) if number > 0 => Some(Answer::Integer(number)),
                                    _ if text.trim().is_empty() => None,
                                    _ => Some(Answer::Undecoded(text)),
                                };
                                ui.session.type_answer(pages_cell.clone(), answer);
                            } />
                    </span>
                }
            })}
            <span class="file-name">{about}</span>
            <button type="button" class="button icon" data-command="remove-file" title=ui.t("files.remove") aria-label=ui.t("files.remove") disabled=locked
                on:click=move |_| {
                    ui.session.apply(Edit::RemoveRow { row: remove.clone() });
                    ui.notice.set(ui.t("files.removed").into());
                }>"×"</button>
        </div>
    }
}
