//! Earlier versions of a draft, and drafts of another version of their table.

use super::app::AppState;
use super::clock;
use super::dom::{El, button, command, el};
use super::open::Question;
use super::start::{opening, storage_words};
use leptos::prelude::*;
use wasm_bindgen_futures::spawn_local;

/// A draft of another version of its table: what the other version lacks and has, and what to do.
pub fn version_question(app: AppState, question: Question) -> El {
    let (old, new) = question.versions();
    let fill = |key: &str| app.fill(key, &[("old", &old), ("new", &new)]);
    let asked = fill(if is_newer(&old, &new) { "version.ask_newer" } else { "version.ask" });
    let named = |key: &str, labels: Vec<String>| {
        (!labels.is_empty()).then(|| {
            let items = labels.iter().map(|label| el("li", "").text(label));
            el("details", "").flag("open", labels.len() <= 12).add(el("summary", "").text(&app.fill(key, &[("n", &labels.len().to_string()), ("new", &new)]))).add(el("ul", "").add_all(items))
        })
    };
    let go_over = command("button primary", "move-draft", &fill("version.move")).on_click(move || question.go_over(app.asks()));
    let stay = question.has_old().then(|| command("button", "keep-version", &fill("version.stay")).on_click(move || question.stay(app.asks())));
    let cancel = button("button", app.t("cancel")).on_click(move || question.cancel(app));
    el("aside", "banner question")
        .dialog(&asked)
        .add(el("p", "").add(el("strong", "").text(&asked)))
        .add(el("p", "").text(&fill("version.safe")))
        .add(named("version.kept", question.without_place()))
        .add(named("version.new", question.new_cells(app.tag())))
        .add((!question.has_old()).then(|| el("p", "hint").text(&fill("version.no_old"))))
        .add(el("p", "draft-buttons").add(go_over).add(stay).add(cancel))
}

/// True if a version stands after another, by the numbers in it.
fn is_newer(version: &str, other: &str) -> bool {
    let numbers = |text: &str| text.split('.').map(|it| it.parse::<u32>().unwrap_or(0)).collect::<Vec<_>>();
    numbers(version) > numbers(other)
}

/// The earlier versions of a draft that are kept, newest first.
pub fn versions(app: AppState, id: String) -> El {
    let times: RwSignal<Option<Vec<f64>>> = RwSignal::new(None);
    let asked = id.clone();
    spawn_local(async move {
        let Some(store) = app.store() else { return };
        match store.list_versions(&asked).await {
            Ok(list) => {
                times.try_set(Some(list));
            }
            Err(error) => {
                app.message.try_set(Some(storage_words(app, &error)));
            }
        }
    });
    el("ul", "versions").live(move || {
        let times = times.get().unwrap_or_default();
        // The newest, which comes first, is the draft itself.
        let older = times.into_iter().skip(1).map(|time| {
            let id = id.clone();
            let open = command("button small", "open-version", app.t("start.open_version"));
            let open = open.on_click(move || {
                let id = id.clone();
                opening(app, [id.as_str(), &(time as i64).to_string()].concat(), move |it, app| (it.open_version)(app, id, time));
            });
            // Several may be of one minute.
            el("li", "").text(&format!("{}:{:02} ", app.moment(time), clock::seconds(time))).add(open)
        });
        let items: Vec<El> = older.collect();
        if items.is_empty() { vec![el("li", "quiet").text(app.t("start.no_versions"))] } else { items }
    })
}
