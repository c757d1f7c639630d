//! What the engine costs as a table grows, in one run: each measure at 3, 300 and 1,000 parks, as a multiple of
//! the same at 3. `cargo xtask bench` runs it; nothing passes or fails by time.
//!
//! Rounds of all sizes follow each other in turn, so that whatever else the machine does falls on all of them,
//! and the median of each is taken. Times stand beside the ratios only to say what a ratio is of.

mod document;

use document::{company, filled, park};
use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Edit};
use shenbao::engine::definition::CheckedDefinition;
use shenbao::engine::drafts::draft::{self, Draft};
use shenbao::engine::drafts::payload::{self, StatementHead};
use shenbao::engine::validation::Validation;
use std::hint::black_box;
use std::time::{Duration, Instant};

const SIZES: [usize; 3] = [3, 300, 1000];
const ROUNDS: usize = 5;

/// One filling with its validation, as a session holds it.
struct Filling {
    document: AnswersDocument,
    validation: Validation,
    draft: String,
    payload: String,
}

impl Filling {
    fn new(table: &CheckedDefinition, n_parks: usize, n_companies: usize) -> Filling {
        let document = filled(table, n_parks, n_companies);
        let validation = Validation::new(table, &document);
        let draft = draft::write(&document, "2026-01-01T00:00:00Z", &[]);
        let payload = payload_of(table, &document);
        Filling { document, validation, draft, payload }
    }

    /// One key: the answer written, everything that depends on it looked at, the places to redraw named.
    fn type_answer(&mut self, table: &CheckedDefinition, path: &AnswerPath, answer: Option<Answer>) {
        let (changes, inverse) = self.document.apply(Edit::SetAnswer { path: path.clone(), answer });
        black_box(self.validation.update(table, &self.document, &changes));
        black_box(inverse);
    }
}

fn payload_of(table: &CheckedDefinition, document: &AnswersDocument) -> String {
    let made = payload::application_payload(document, &table.definition, &document.table, &StatementHead::default());
    made.map(|it| it.to_canonical()).unwrap_or_else(|path| panic!("{path} cannot be signed"))
}

/// Median time of several calls: a mean would carry every pause that the machine makes.
fn time(mut call: impl FnMut()) -> f64 {
    let started = Instant::now();
    let mut times = Vec::new();
    let is_enough = |n_times: usize| {
        let elapsed = started.elapsed();
        elapsed > Duration::from_millis(300) || n_times >= 5 && elapsed > Duration::from_millis(10)
    };
    while times.is_empty() || !is_enough(times.len()) {
        let before = Instant::now();
        call();
        times.push(before.elapsed().as_secs_f64());
    }
    median(times)
}

fn median(mut times: Vec<f64>) -> f64 {
    times.sort_by(f64::total_cmp);
    times.get(times.len() / 2).copied().unwrap_or_default()
}

fn shown(seconds: f64) -> String {
    match seconds {
        it if it < 1e-3 => format!("{:.1} µs", it * 1e6),
        it => format!("{:.1} ms", it * 1e3),
    }
}

/// What is measured, at one size, by number of the call.
type Measure = (&'static str, fn(&CheckedDefinition, &mut Filling, usize));

const BY_PARKS: &[Measure] = &[
    ("a key in a cell that nothing reads", |table, it, n| {
        it.type_answer(table, &park(1, "figure_3"), Some(Answer::Integer(n as i64)));
    }),
    ("a key in a cell of the ratio", |table, it, n| {
        it.type_answer(table, &park(1, "patents"), Some(Answer::Integer(480 + (n % 9) as i64)));
    }),
    ("the first key of a blank cell", |table, it, n| {
        it.type_answer(table, &park(1, "figure_4"), (n % 2 == 0).then_some(Answer::Integer(1)));
    }),
    ("a key in a name that must be unique", |table, it, n| {
        it.type_answer(table, &park(1, "name"), Some(Answer::Text(format!("园区{}", n % 7))));
    }),
    ("all checked anew", |table, it, _| {
        black_box(Validation::new(table, &it.document));
    }),
    ("draft written", |_, it, _| {
        black_box(draft::write(&it.document, "2026-01-01T00:00:00Z", &[]));
    }),
    ("draft read", |table, it, _| {
        let draft = Draft::parse(it.draft.as_bytes()).expect("our own draft is read");
        black_box(draft.open(&table.definition, &it.document.table, None).expect("it is of this table"));
    }),
    ("payload made", |table, it, _| {
        black_box(payload_of(table, &it.document));
    }),
    ("payload read", |table, it, _| {
        let json = shenbao::engine::value::json::parse(it.payload.as_bytes(), 40).expect("our own payload is JSON");
        black_box(payload::from_payload(&json, &table.definition, &it.document.table).expect("it is a payload"));
    }),
];

const BY_ROWS: &[Measure] = &[
    ("a key in a cell that nothing reads", |table, it, n| {
        it.type_answer(table, &company(1, "founded"), Some(Answer::Integer(1990 + (n % 20) as i64)));
    }),
    ("a key in a cell that the total reads", |table, it, n| {
        it.type_answer(table, &company(1, "patents"), Some(Answer::Integer((n % 9) as i64)));
    }),
    ("the first key of a blank cell", |table, it, n| {
        it.type_answer(table, &company(1, "staff"), (n % 2 == 0).then_some(Answer::Integer(900)));
    }),
    ("a key in a name that must be unique", |table, it, n| {
        it.type_answer(table, &company(1, "name"), Some(Answer::Text(format!("企业{}", n % 7))));
    }),
    ("all checked anew", |table, it, _| {
        black_box(Validation::new(table, &it.document));
    }),
];

/// Medians by measure and size.
fn measure(table: &CheckedDefinition, measures: &[Measure], size: impl Fn(usize) -> (usize, usize)) -> Vec<[f64; 3]> {
    let mut fillings = SIZES.map(|n| {
        let (n_parks, n_companies) = size(n);
        Filling::new(table, n_parks, n_companies)
    });
    let mut times = vec![[(); 3].map(|_| Vec::new()); measures.len()];
    for _ in 0..ROUNDS {
        for ((_, run), times) in measures.iter().zip(&mut times) {
            for (filling, times) in fillings.iter_mut().zip(times) {
                let mut n = 0;
                times.push(time(|| {
                    run(table, filling, n);
                    n += 1;
                }));
            }
        }
    }
    times.into_iter().map(|it| it.map(median)).collect()
}

fn print(what: &str, measures: &[Measure], found: &[[f64; 3]]) {
    println!("\n{what}: medians of {ROUNDS} rounds; the factor is the multiple of the same at 3\n");
    let heads = SIZES.map(|it| format!("{it:>22}")).concat();
    println!("{:<40}{heads}", "");
    for ((name, _), times) in measures.iter().zip(found) {
        let [first, ..] = *times;
        let cells = times.map(|it| format!("{:>11} {:>9.2}x", shown(it), it / first));
        println!("{name:<40}{}", cells.map(|it| format!("{it:>22}")).concat());
    }
    // The point of looking only at what depends on an edit, as one figure.
    let anew = measures.iter().zip(found).find(|((name, _), _)| *name == "all checked anew").map(|it| it.1);
    for ((name, _), times) in measures.iter().zip(found).filter(|((name, _), _)| name.contains("key")) {
        let Some(anew) = anew else { continue };
        let cells = [0, 1, 2].map(|idx| format!("{:>20.5}x ", times[idx] / anew[idx]));
        println!("{:<40}{}", format!("  as a part of all anew: {}", name.trim_start_matches("a key in ")), cells.concat());
    }
}

fn main() {
    let table = document::table();
    let loaded = median((0..ROUNDS).map(|_| time(|| drop(black_box(document::table())))).collect());
    println!("scale.json ({} bytes) decoded and checked: {}", document::DEFINITION.len(), shown(loaded));
    print("parks, with 3 companies", BY_PARKS, &measure(&table, BY_PARKS, |n| (n, 3)));
    print("rows of one list, with 3 parks", BY_ROWS, &measure(&table, BY_ROWS, |n| (3, n)));
}
