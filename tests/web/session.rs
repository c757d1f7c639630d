//! A filling: before it is judged the form is shown first and nothing is lost on the way; after it was signed a change
//! begins the next revision until it is taken back.

use leptos::prelude::*;
use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, DocumentIdentity, Signed, TableIdentity};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::tables::{index, table};
use shenbao::web::session::FillSession;
use std::sync::Arc;
use wasm_bindgen_test::wasm_bindgen_test;

fn session() -> FillSession {
    let summary = &index()[0];
    let text = table(&summary.id).expect("the first table").text;
    let table = Arc::new(CheckedDefinition::known(text.as_bytes(), &summary.sha256).expect("it can be read"));
    let identity = TableIdentity { id: summary.id.clone(), version: "1".into(), sha256: summary.sha256.clone() };
    let document = DocumentIdentity { id: "d".into(), rev: 1, prev: None };
    let blank = AnswersDocument::new(&table.definition, identity, document, &mut || "x".into());
    FillSession::new(table, blank, Box::new(|| "y".into()))
}

/// The path and the counts that a watcher has seen, newest last.
fn watched(session: FillSession) -> (AnswerPath, RwSignal<Vec<u32>>) {
    let seen = RwSignal::new(Vec::new());
    let _ = Effect::new_isomorphic(move |_| {
        let total = session.total();
        seen.update_untracked(|seen| seen.push(total.map_or(0, |it| it.required)));
    });
    let (part, field) = session.peek(|table, _| {
        let part = &table.definition.parts[0];
        (part.id.clone(), part.fields().next().expect("a first field").id.clone())
    });
    (AnswerPath::part(part).field(field), seen)
}

/// A session with such a watcher; both live as long as the owner.
fn watched_session() -> (Owner, FillSession, AnswerPath, RwSignal<Vec<u32>>) {
    // Effects run on the browser's own queue; another test may have said so before.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    let (session, (path, seen)) = owner.with(|| {
        let session = session();
        (session, watched(session))
    });
    (owner, session, path, seen)
}

async fn turn() {
    shenbao::web::clock::pause(0).await;
}

#[wasm_bindgen_test]
async fn whoever_watches_a_blank_form_hears_of_it_once_it_is_judged() {
    let (_owner, session, _, seen) = watched_session();
    turn().await;
    assert_eq!(seen.get_untracked(), [0], "nothing is known yet");
    session.judge();
    turn().await;
    let counts = seen.get_untracked();
    assert!(counts.len() == 2 && counts[1] > 10, "{counts:?}");
    session.judge();
    turn().await;
    assert_eq!(seen.get_untracked().len(), 2, "a second time says nothing new");
}

#[wasm_bindgen_test]
async fn a_key_before_that_is_kept_and_all_the_others_hear_of_their_state_all_the_same() {
    let (owner, session, path, _) = watched_session();
    let other = AnswerPath::part(path.part.clone()).field("ip_office");
    let asked = owner.with(|| {
        let asked = RwSignal::new(0);
        let _ = Effect::new_isomorphic(move |_| {
            session.field(&other);
            asked.update_untracked(|n| *n += 1);
        });
        asked
    });
    turn().await;
    session.type_answer(path.clone(), Some(Answer::Text("示例市".into())));
    session.touch(&path);
    turn().await;
    session.judge();
    turn().await;
    assert_eq!(session.document(|it| it.answer(&path).cloned()), Some(Answer::Text("示例市".into())));
    assert_eq!(asked.get_untracked(), 2, "the state of another cell was told");
    assert!(session.undo().is_some() && session.document(|it| it.answer(&path).is_none()));
}

#[wasm_bindgen_test]
async fn what_is_signed_is_signed_again_once_the_change_is_taken_back() {
    let (_owner, session, path, _) = watched_session();
    let typed = |text: &str| session.type_answer(path.clone(), Some(Answer::Text(text.into())));
    let sign = |rev| session.keep_signed(Some(Signed { rev, payload: format!("p{rev}"), statement: String::new(), awaits: false }));
    let state = || session.document(|it| (it.document.rev, it.is_signed(), it.document.prev.clone()));
    typed("甲");
    sign(1);
    typed("甲乙");
    assert_eq!(state(), (2, false, Some("p1".into())));
    session.undo();
    assert_eq!(state(), (1, true, None));
    // What was typed before the signature was a step of its own, and ends the signed revision as any change does.
    session.undo();
    assert_eq!(state(), (2, false, Some("p1".into())));
    session.redo();
    assert_eq!(state(), (1, true, None));
    session.redo();
    assert_eq!(state(), (2, false, Some("p1".into())));
    // Once the second revision is signed nothing brings the first one back.
    sign(2);
    session.undo();
    assert_eq!(state(), (3, false, Some("p2".into())));
}
