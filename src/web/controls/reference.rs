//! A part instance or a row, chosen by its name.

use crate::engine::answers::{Answer, AnswerPath};
use crate::engine::definition::{Id, ReferenceKind};
use crate::engine::kinds;
use super::described;
use crate::web::dom::{El, el, live};
use crate::web::ui::{AnswerHandle, Ui};

/// A drop-down list of the records that can be referred to.
pub fn select(handle: AnswerHandle, kind: &ReferenceKind) -> El {
    let ui = handle.ui;
    let kind = kind.clone();
    let chosen = move || match handle.answer() {
        Some(Answer::Reference(id)) => id.to_string(),
        _ => String::new(),
    };
    let entries = live(move || {
        let now = chosen();
        let entry = |(id, name): (Id, String)| el("option", "").attr("value", &id).flag("selected", *id == *now).text(&name);
        records(ui, &kind).into_iter().map(entry).collect::<Vec<El>>()
    });
    let select = el("select", "").add(el("option", "").attr("value", "").text(ui.t("field.choose"))).add(entries);
    let it = select.clone();
    let select = described(select, handle)
        .live_flag("disabled", move || handle.is_read_only())
        .on("change", move |_| {
            let id = it.input().value();
            handle.set((!id.is_empty()).then(|| Answer::Reference(id.as_str().into())));
        })
        .on("blur", move |_| handle.touch());
    el("span", "select").add(select)
}

/// The records with their names, watched.
fn records(ui: Ui, kind: &ReferenceKind) -> Vec<(Id, String)> {
    let (part, rows) = match kind.to.split_once('.') {
        Some((part, rows)) => (Id::from(part), Some(Id::from(rows))),
        None => (Id::from(kind.to.as_str()), None),
    };
    let name = |path: AnswerPath, number: usize| {
        let answer = ui.session.answer(&path);
        let text = answer.map(|answer| kinds::encode(&answer)).unwrap_or_default();
        if text.trim().is_empty() { format!("({number})") } else { text }
    };
    match rows {
        None => {
            let ids = ui.session.instance_ids(&part).into_iter().enumerate();
            ids.map(|(idx, id)| {
                let path = AnswerPath::instance(part.clone(), id.clone()).field(kind.show.clone());
                (id, name(path, idx + 1))
            })
            .collect()
        }
        Some(rows) => {
            let field = AnswerPath::part(part).field(rows);
            let ids = ui.session.row_ids(&field).into_iter().enumerate();
            ids.map(|(idx, id)| {
                let path = field.row(id.clone()).column(kind.show.clone());
                (id, name(path, idx + 1))
            })
            .collect()
        }
    }
}
