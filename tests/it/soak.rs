//! Long random tests: `cargo xtask soak` runs them for minutes in release form, a short one runs with the others.
//!
//! Everything follows from one number, the seed, which is printed; a failure names the round's own seed and the
//! smallest input that was found for it.

use crate::scale::document;
use crate::validation::{Dice, EVERYTHING, edit_at_random, empty, first_case, load};
use shenbao::engine::answers::{Answer, AnswersDocument, TableIdentity};
use shenbao::engine::bundle::{
    reader::UncheckedBundle,
    verify::{Expect, Policy, verify},
};
use shenbao::engine::definition::{CheckedDefinition, Definition, Field, FieldKind};
use shenbao::engine::drafts::draft::{self, Draft};
use shenbao::engine::drafts::payload::{self, StatementHead};
use shenbao::engine::exchange::tsv;
use shenbao::engine::kinds;
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::{Validation, lint};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A reader of foreign bytes: its name, a sound file to start from, and itself.
struct Reader {
    name: &'static str,
    seeds: Vec<Vec<u8>>,
    read: fn(&[u8]),
}

struct Soak {
    tables: Vec<CheckedDefinition>,
    readers: Vec<Reader>,
}

impl Soak {
    fn new() -> Soak {
        let mut tables: Vec<CheckedDefinition> = TABLES.iter().map(|it| load(it.text)).collect();
        tables.push(document::table());
        tables.push(load(EVERYTHING));
        let drafts = tables.iter().map(|it| draft::write(&first_or_empty(it), "2026-01-01T00:00:00Z", &[]).into_bytes());
        let mut definitions = files("tests/data/definitions");
        definitions.extend(TABLES.iter().map(|it| it.text.as_bytes().to_vec()));
        let blocks = ["甲\t乙\r\n\"a\t\"\"b\"\"\r\nc\"\td\r\n", "1\t2\n3\t4", "\"\"\t\"\n\"\n"];
        let readers = vec![
            Reader { name: "draft", seeds: drafts.collect(), read: read_draft },
            Reader { name: "definition", seeds: definitions, read: |bytes| drop(lint::check(bytes)) },
            Reader { name: "bundle", seeds: files("tests/data/bundles"), read: read_bundle },
            Reader { name: "pasted block", seeds: blocks.map(|it| it.as_bytes().to_vec()).into(), read: read_block },
        ];
        Soak { tables, readers }
    }

    /// One round: everything follows from its seed.
    fn round(&self, seed: u64) {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        for _ in 0..3 {
            dice.roll(2);
        }
        let table = &self.tables[dice.roll(self.tables.len())];
        let start = match (dice.roll(3), &*table.definition.id) {
            (0, _) => empty(table),
            (1, "scale") => document::filled(table, 1 + dice.roll(4), dice.roll(6)),
            _ => first_or_empty(table),
        };
        let n_edits = 5 + dice.roll(40);
        let (document, undo) = edit_at_random(table, start.clone(), dice.0, n_edits);
        there_and_back(table, &start, document, undo);
        for reader in &self.readers {
            let mut bytes = dice.pick(&reader.seeds).cloned().unwrap_or_default();
            if dice.roll(8) == 0 {
                bytes = (0..dice.roll(300)).map(|_| dice.roll(256) as u8).collect();
            }
            for _ in 0..=dice.roll(4) {
                mutate(&mut dice, &mut bytes);
            }
            must_not_panic(reader, bytes, seed);
            if dice.roll(4) == 0 {
                must_not_grow_faster_than_its_input(reader, &mut dice, seed);
            }
        }
    }

    fn run(&self, seed: u64, time: Duration) -> u64 {
        let started = Instant::now();
        let mut said = Instant::now();
        let mut n_rounds = 0;
        loop {
            let round = seed.wrapping_add(n_rounds);
            if let Err(panic) = catch_unwind(AssertUnwindSafe(|| self.round(round))) {
                eprintln!("round {n_rounds} failed; the same again: cargo xtask soak --seed {round} --minutes 0");
                std::panic::resume_unwind(panic);
            }
            n_rounds += 1;
            if said.elapsed() > Duration::from_secs(30) {
                println!("  {n_rounds} rounds in {} s", started.elapsed().as_secs());
                said = Instant::now();
            }
            if started.elapsed() >= time {
                return n_rounds;
            }
        }
    }
}

fn files(folder: &str) -> Vec<Vec<u8>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).expect("test data").flatten().map(|it| it.path()).collect();
    // The order of a folder is the machine's; a seed must mean the same everywhere.
    paths.sort();
    paths.into_iter().filter(|it| it.is_file()).map(|it| std::fs::read(it).expect("test data")).collect()
}

fn first_or_empty(table: &CheckedDefinition) -> AnswersDocument {
    if table.definition.cases.is_empty() { empty(table) } else { first_case(table) }
}

/// The same document, whatever the order in which reasons were recorded.
fn tidied(document: &AnswersDocument) -> AnswersDocument {
    let mut document = document.clone();
    document.overrides.sort_by(|a, b| (&a.rule, &a.at).cmp(&(&b.rule, &b.at)));
    document
}

/// Undo to the beginning gives the start, redo to the end gives the end, and both files read back the same.
fn there_and_back(
    table: &CheckedDefinition,
    start: &AnswersDocument,
    document: AnswersDocument,
    undo: Vec<shenbao::engine::answers::Edit>,
) {
    let mut moved = document.clone();
    let mut validation = Validation::new(table, &moved);
    let mut redo = Vec::new();
    for edit in undo {
        let (changes, inverse) = moved.apply(edit);
        validation.update(table, &moved, &changes);
        redo.push(inverse);
    }
    assert_eq!(tidied(&moved), tidied(start), "undo to the beginning");
    assert!(validation == Validation::new(table, &moved), "validation after undo to the beginning");
    for edit in redo.into_iter().rev() {
        let (changes, _) = moved.apply(edit);
        validation.update(table, &moved, &changes);
    }
    assert_eq!(tidied(&moved), tidied(&document), "redo to the end");
    assert!(validation == Validation::new(table, &moved), "validation after redo to the end");

    let definition = &table.definition;
    let identity = TableIdentity {
        id: definition.id.to_string(),
        version: definition.version.clone(),
        sha256: table.digest.clone(),
    };
    let mut document = document;
    document.fill_up(definition);
    drop_what_nobody_can_type(definition, &mut document);
    document.table = identity.clone();
    document.document.rev = 1;
    let write = |document: &AnswersDocument| draft::write(document, "2026-01-01T00:00:00Z", &[]);
    let text = write(&document);
    let opened = Draft::parse(text.as_bytes()).and_then(|it| it.open(definition, &identity, None));
    let opened = opened.unwrap_or_else(|error| panic!("our own draft does not open: {error}")).document;
    same(&text, &write(&opened), "draft there and back");

    let head = StatementHead::default();
    let Ok(made) = payload::application_payload(&document, definition, &identity, &head) else { return };
    let read = payload::from_payload(&made, definition, &identity).expect("our own payload is read").document;
    let again = payload::application_payload(&read, definition, &identity, &head);
    let again = again.unwrap_or_else(|path| panic!("our own payload cannot be signed again: {path}"));
    same(&made.to_canonical(), &again.to_canonical(), "payload there and back");
}

/// Shows only where two texts part.
fn same(wanted: &str, found: &str, what: &str) {
    let Some(at) = wanted.chars().zip(found.chars()).position(|(a, b)| a != b) else {
        return assert_eq!(wanted.len(), found.len(), "{what}: one ends before the other");
    };
    let near = |text: &str| text.chars().skip(at.saturating_sub(120)).take(200).collect::<String>();
    panic!("{what}:\n  before: …{}…\n  after:  …{}…", near(wanted), near(found));
}

/// The edits at random also answer seals and computed cells, and write days that no calendar has as if they had
/// been read; the page does neither, and a draft with them reads back otherwise, as it should.
fn drop_what_nobody_can_type(definition: &Definition, document: &mut AnswersDocument) {
    let is_day = |answer: &Answer| !matches!(answer, Answer::Date(it) if it == "2020-13" || it == "2010-02-30");
    for part in &definition.parts {
        for instance in document.parts.get_mut(&part.id).into_iter().flatten() {
            for field in part.fields() {
                let FieldKind::Rows(kind) = &field.kind else { continue };
                let Some(Answer::Rows(rows)) = instance.answers.get_mut(&field.id) else { continue };
                for row in rows {
                    row.cells.retain(|id, answer| {
                        is_day(answer) && kind.columns.iter().any(|it| it.id == *id && kinds::is_typed(it))
                    });
                }
            }
            instance.answers.retain(|id, answer| {
                let is_list = matches!(answer, Answer::Rows(_) | Answer::ConfirmedNone);
                let fits = |field: &Field| match &field.kind {
                    FieldKind::Rows(_) | FieldKind::Files(_) => is_list,
                    _ => kinds::is_typed(field),
                };
                is_day(answer) && part.field(id).is_some_and(fits)
            });
        }
    }
}

fn read_draft(bytes: &[u8]) {
    let Ok(draft) = Draft::parse(bytes) else { return };
    for it in TABLES {
        let (table, _) = CheckedDefinition::load(it.text.as_bytes());
        let Some(table) = table.filter(|table| draft.table.id == *table.definition.id) else { continue };
        let identity = TableIdentity { sha256: table.digest.clone(), ..draft.table.clone() };
        if let Ok(opened) = draft.open(&table.definition, &identity, None) {
            Validation::new(&table, &opened.document);
        }
    }
}

fn read_bundle(bytes: &[u8]) {
    for name in ["a.sab.json", "a.sab.zip"] {
        verify(&UncheckedBundle::from_bytes(name, bytes), &Policy::new(Expect::Application));
    }
}

fn read_block(bytes: &[u8]) {
    let rows = tsv::parse(&String::from_utf8_lossy(bytes));
    assert_eq!(tsv::parse(&tsv::write(&rows)), rows, "a block there and back");
}

/// Changes some bytes: flips, cuts, doubles, or puts in what readers stumble over.
fn mutate(dice: &mut Dice, bytes: &mut Vec<u8>) {
    const NASTY: &[&[u8]] = &[
        b"\"", b"\\", b"{", b"}", b"[", b"]", b",", b":", b"null", b"-", b"1e9", b"9007199254740993", b"\\u0000",
        b"\\ud800", b"\xff", b"\xe2\x80\xae", b"\xef\xbb\xbf", b"\t", b"\r", b"\n", b"((((", b"!!!!", b"!-!-", b"this.",
        b"999999999999999999999", b"\"none\":true", b"\"undecoded\":\"x\"", b"PK\x03\x04", b"PK\x05\x06",
    ];
    let at = dice.roll(bytes.len() + 1);
    let end = (at + dice.roll(40)).min(bytes.len());
    match dice.roll(6) {
        0 => {
            if let Some(byte) = bytes.get_mut(at) {
                *byte ^= 1 << dice.roll(8);
            }
        }
        1 => drop(bytes.drain(at..end)),
        2 => bytes.truncate(at),
        3 => {
            let copy = bytes[at..end].to_vec();
            let to = dice.roll(bytes.len() + 1);
            bytes.splice(to..to, copy);
        }
        4 => {
            let copy = bytes[at..end].repeat(1 + dice.roll(50));
            bytes.splice(at..at, copy);
        }
        _ => {
            let nasty = *dice.pick(NASTY).expect("there are some");
            bytes.splice(at..end.min(at + dice.roll(3)), nasty.iter().copied());
        }
    }
}

fn panics(reader: &Reader, bytes: &[u8]) -> bool {
    catch_unwind(AssertUnwindSafe(|| (reader.read)(bytes))).is_err()
}

fn must_not_panic(reader: &Reader, mut bytes: Vec<u8>, seed: u64) {
    let started = Instant::now();
    if !panics(reader, &bytes) {
        // No file of this size takes seconds, whatever the machine is busy with.
        let took = started.elapsed();
        assert!(took < Duration::from_secs(20), "seed {seed}: {} took {took:?} for {}", reader.name, kept(reader, &bytes));
        return;
    }
    // Cut away whatever is not needed for it, in ever smaller pieces.
    let mut piece = bytes.len() / 2;
    while piece > 0 {
        let mut at = 0;
        while at < bytes.len() {
            let mut fewer = bytes.clone();
            fewer.drain(at..(at + piece).min(bytes.len()));
            if panics(reader, &fewer) {
                bytes = fewer;
            } else {
                at += piece;
            }
        }
        piece /= 2;
    }
    panic!("seed {seed}: {} panics at {}", reader.name, kept(reader, &bytes));
}

/// Names what failed: the bytes themselves where they are few, else the file they were put into.
fn kept(reader: &Reader, bytes: &[u8]) -> String {
    if bytes.len() <= 400 {
        return format!("{:?}", String::from_utf8_lossy(bytes));
    }
    let file = std::env::temp_dir().join(format!("shenbao-soak-{}-{}.bin", reader.name.replace(' ', "-"), std::process::id()));
    let _ = std::fs::write(&file, bytes);
    file.display().to_string()
}

/// Four times as much of the same must not take much more than four times as long. Only what takes long enough
/// to be seen by the clock is judged, by the best of several tries, and a square would be sixteen times.
fn must_not_grow_faster_than_its_input(reader: &Reader, dice: &mut Dice, seed: u64) {
    let Some(whole) = dice.pick(&reader.seeds).filter(|it| it.len() > 1) else { return };
    let at = dice.roll(whole.len());
    let mut unit = whole[at..(at + 1 + dice.roll(30)).min(whole.len())].to_vec();
    mutate(dice, &mut unit);
    unit.truncate(200);
    if unit.is_empty() {
        return;
    }
    let (head, tail) = if dice.roll(2) == 0 { (&whole[..at], &whole[at..]) } else { (&[][..], &[][..]) };
    let repeated = |size: usize| [head, &unit.repeat(size / unit.len()), tail].concat();
    let time = |bytes: &[u8]| {
        let tries = (0..3).map(|_| {
            let started = Instant::now();
            (reader.read)(bytes);
            started.elapsed()
        });
        tries.min().unwrap_or_default()
    };
    let (small, large) = (repeated(60_000), repeated(240_000));
    let (first, second) = (time(&small), time(&large));
    let is_steep = second > Duration::from_millis(60) && second > first * 10;
    // Once more before it is said: another process may have had the machine.
    if is_steep && time(&large) > time(&small) * 10 {
        panic!("seed {seed}: {} took {first:?} for {} bytes and {second:?} for {}: {}", reader.name, small.len(), large.len(), kept(reader, &unit));
    }
}

fn number(name: &str) -> Option<f64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[ignore = "takes minutes: cargo xtask soak"]
fn for_minutes() {
    let seed = std::env::var("SHENBAO_SOAK_SEED").ok().and_then(|it| it.parse().ok()).unwrap_or(1);
    let minutes = number("SHENBAO_SOAK_MINUTES").unwrap_or(10.0);
    println!("seed {seed}, {minutes} minutes");
    let n_rounds = Soak::new().run(seed, Duration::from_secs_f64(minutes.max(0.0) * 60.0));
    println!("{n_rounds} rounds passed");
}

#[test]
fn a_few_rounds_of_the_soak_pass() {
    let soak = Soak::new();
    for seed in 1..=12 {
        soak.round(seed);
    }
}
