//! Attaching files: read in slices with progress, hashed, kept, and bound to their place as one step of undo.

use super::files;
use super::signing::ZIP_ABOVE;
use super::ui::Ui;
use crate::engine::answers::{AnswerPath, Attachment, Edit, make};
use crate::engine::bundle::{attachment, refusal};
use crate::engine::definition::Id;
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// A file on its way in, or refused.
#[derive(Clone, Debug, PartialEq)]
pub struct Upload {
    /// The field it goes to.
    pub field: AnswerPath,
    /// Its name.
    pub name: String,
    /// How far it is, 0 to 100.
    pub percent: u32,
    /// Why it was refused, in words.
    pub refused: Option<String>,
}

/// The extensions a file dialog offers.
pub fn accept() -> String {
    attachment::MEDIA_TYPES.iter().flat_map(|it| it.extensions).map(|it| format!(".{it}")).collect::<Vec<_>>().join(",")
}

/// A size in words: 84 B, 3.1 MB.
pub fn size_words(bytes: u64) -> String {
    match bytes {
        0..1_000 => format!("{bytes} B"),
        1_000..1_000_000 => format!("{} kB", bytes.div_ceil(1_000)),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// A file on one line: its name and size.
pub fn file_words(file: &Attachment) -> String {
    [&file.name, " · ", &size_words(file.size)].concat()
}

/// About how large an e-mail gets that carries the signed file, in bytes. Files stand in base64 in a JSON bundle, and
/// an e-mail writes what it carries in base64 once more; a ZIP bundle holds them as they are.
pub fn mail_size(attached: u64) -> u64 {
    let bundle = if attached <= ZIP_ABOVE { attached * 4 / 3 } else { attached };
    bundle * 4 / 3 + 60_000
}

impl Ui {
    /// True while a file is on its way in, watched.
    pub fn is_attaching(self) -> bool {
        self.uploads.with(|uploads| uploads.iter().any(|it| it.refused.is_none()))
    }

    /// Says no more why files were refused: what was there then may not be there now.
    pub fn forget_refusals(self) {
        if self.uploads.with_untracked(|uploads| uploads.iter().any(|it| it.refused.is_some())) {
            self.uploads.update(|uploads| uploads.retain(|it| it.refused.is_none()));
        }
    }

    /// How much is attached and how large the e-mail gets, against its limit.
    pub fn mail_words(self, attached: u64) -> String {
        let mail = mail_size(attached);
        let limit = self.mail_limit.get();
        let key = if mail > limit { "files.mail_over" } else { "files.mail" };
        let (size, mail, limit) = (size_words(attached), size_words(mail), size_words(limit));
        self.fill(key, &[("size", &size), ("mail", &mail), ("limit", &limit)])
    }
}

/// The names of the files on their way to a field, watched.
pub fn uploads_at(ui: Ui, field: &AnswerPath) -> Vec<Id> {
    ui.uploads.with(|uploads| {
        let here = uploads.iter().filter(|it| it.field == *field && it.refused.is_none());
        here.map(|it| it.name.as_str().into()).collect()
    })
}

/// How far a file is on its way to a field, watched.
pub fn progress_of(ui: Ui, field: &AnswerPath, name: &str) -> Option<u32> {
    ui.uploads.with(|uploads| {
        let found = uploads.iter().find(|it| it.field == *field && it.name == name && it.refused.is_none());
        found.map(|it| it.percent)
    })
}

/// Why files were refused at a field, watched.
pub fn refusals_at(ui: Ui, field: &AnswerPath) -> Vec<Id> {
    ui.uploads.with(|uploads| {
        let here = uploads.iter().filter(|it| it.field == *field);
        here.filter_map(|it| it.refused.as_deref().map(Into::into)).collect()
    })
}

/// Gives the user a file that is attached, under its own name.
pub fn save(ui: Ui, id: Id) {
    let Some(file) = ui.session.document(|document| document.attachment(&id).cloned()) else { return };
    spawn_local(async move {
        let blob = match ui.store() {
            Some(store) => store.get_blob(&file.sha256).await.ok().flatten(),
            None => None,
        };
        match blob {
            Some(blob) => drop(files::download_file(ui.root, &blob, &file.name)),
            None => drop(ui.notice.try_set(ui.fill("files.gone", &[("name", &file.name)]))),
        }
    });
}

/// Attaches files to a field, one after the other.
pub fn attach(ui: Ui, field: AnswerPath, list: Vec<web_sys::File>) {
    ui.uploads.update(|uploads| uploads.retain(|it| it.field != field || it.refused.is_none()));
    spawn_local(async move {
        for file in list {
            attach_one(ui, &field, file).await;
        }
    });
}

async fn attach_one(ui: Ui, field: &AnswerPath, file: web_sys::File) {
    let name = file.name();
    let upload = Upload { field: field.clone(), name: name.clone(), percent: 0, refused: None };
    ui.uploads.try_update(|uploads| uploads.push(upload));
    let is_this = |it: &Upload, field: &AnswerPath, name: &str| it.field == *field && it.name == name && it.refused.is_none();
    let on_progress = {
        let (field, name) = (field.clone(), name.clone());
        move |percent: u32| {
            ui.uploads.try_update(|uploads| {
                if let Some(upload) = uploads.iter_mut().find(|it| is_this(it, &field, &name)) {
                    upload.percent = percent;
                }
            });
        }
    };
    let outcome = read_and_keep(ui, field, &file, &on_progress).await;
    ui.uploads.try_update(|uploads| {
        let Some(at) = uploads.iter().position(|it| is_this(it, field, &name)) else { return };
        match outcome {
            Ok(()) => {
                uploads.remove(at);
            }
            Err(said) => {
                if let Some(upload) = uploads.get_mut(at) {
                    upload.refused = Some(said);
                }
            }
        }
    });
}

async fn read_and_keep(ui: Ui, field: &AnswerPath, file: &web_sys::File, on_progress: &dyn Fn(u32)) -> Result<(), String> {
    let name = file.name();
    let read = files::read_in_slices(file, on_progress).await.map_err(|error| {
        ui.fill("files.unreadable", &[("name", &name), ("why", ui.t(error.key()))])
    })?;
    let media_type = refusal::judge(&name, read.size, &read.first_bytes)
        .map_err(|refusal| ui.fill("files.refused", &[("name", &name), ("why", ui.t(refusal.name()))]))?;
    if let Some(store) = ui.store() {
        store.put_blob(&read.sha256, file).await.map_err(|error| {
            ui.fill("files.not_kept", &[("name", &name), ("why", ui.t(error.key()))])
        })?;
    } else {
        return Err(ui.fill("files.not_kept", &[("name", &name), ("why", ui.t("storage.refused"))]));
    }
    if ui.session.is_gone() {
        return Ok(());
    }
    // The same file twice is stored once and declared once.
    let known = ui.session.document(|document| {
        document.attachments.iter().find(|it| it.sha256 == read.sha256).cloned()
    });
    let is_here = |id: &Id| ui.session.document(|document| document.rows(field).iter().any(|row| make::attachment_of(row) == Some(id)));
    if known.as_ref().is_some_and(|it| is_here(&it.id)) {
        return Err(ui.fill("files.twice", &[("name", &name)]));
    }
    let mut edits = Vec::new();
    // It keeps the name under which it is stored.
    let other = known.as_ref().map(|it| it.name.clone()).filter(|it| *it != name);
    let id = known.map(|it| it.id).unwrap_or_else(|| {
        let id = ui.session.new_id();
        edits.push(Edit::AddAttachment(Attachment {
            id: id.clone(),
            name: name.clone(),
            media_type: media_type.name.to_string(),
            size: read.size,
            sha256: read.sha256.clone(),
        }));
        id
    });
    let title = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_string();
    let row = make::file_entry(ui.session.new_id(), &title, Some(&id));
    edits.push(Edit::InsertRow { field: field.clone(), at: usize::MAX, row });
    ui.session.apply(Edit::Batch(edits));
    ui.touch(field);
    ui.notice.try_set(match &other {
        Some(other) => ui.fill("files.same", &[("name", &name), ("other", other)]),
        None => ui.fill("files.attached", &[("name", &name)]),
    });
    Ok(())
}
