//! The table of `scale.json`, filled for any number of parks and companies: tests of scale and the benchmark
//! fill it the same way.

use shenbao::engine::answers::{Answer, AnswerPath, AnswersDocument, Cells, Chosen, DocumentIdentity, PartInstance, Row, TableIdentity};
use shenbao::engine::definition::{CheckedDefinition, Field, FieldKind, Id};

/// The definition, as its file is.
pub const DEFINITION: &str = include_str!("../data/definitions/scale.json");

/// The definition, ready for filling.
pub fn table() -> CheckedDefinition {
    let (table, problems) = CheckedDefinition::load(DEFINITION.as_bytes());
    table.unwrap_or_else(|| panic!("{problems:?}"))
}

/// The path of a field of a park; parks are called p0, p1, and so on.
pub fn park(number: usize, field: &str) -> AnswerPath {
    AnswerPath::instance("parks", format!("p{number}")).field(field)
}

/// The path of a cell of the list of companies; its rows are called c0, c1, and so on.
pub fn company(number: usize, column: &str) -> AnswerPath {
    AnswerPath::part("city").field("companies").row(format!("c{number}")).column(column)
}

/// Every field of every part answered, in as many parks and companies.
pub fn filled(table: &CheckedDefinition, n_parks: usize, n_companies: usize) -> AnswersDocument {
    let definition = &table.definition;
    let identity = TableIdentity { id: definition.id.to_string(), version: definition.version.clone(), sha256: table.digest.clone() };
    let document = DocumentIdentity { id: "urn:uuid:5a1e0000-0000-4000-8000-000000000000".into(), rev: 1, prev: None };
    let mut new = AnswersDocument { table: identity, document, ..AnswersDocument::default() };
    for part in &definition.parts {
        let n_instances = if part.repeat.is_some() { n_parks } else { 1 };
        let instances = (0..n_instances).map(|number| {
            let id = if part.repeat.is_some() { Id::from(format!("p{number}")) } else { "".into() };
            let answers = part.fields().filter_map(|field| Some((field.id.clone(), answer(field, number, n_companies)?)));
            PartInstance { id, answers: answers.collect() }
        });
        new.parts.insert(part.id.clone(), instances.collect());
    }
    new.fill_up(definition);
    new
}

fn answer(field: &Field, number: usize, n_companies: usize) -> Option<Answer> {
    let choice = |code: &str| Chosen { code: code.into(), text: None };
    // What the rules compare, so that they hold; everything else by its kind.
    match &*field.id {
        "population" => return Some(Answer::Integer(100_000)),
        "patents" | "staff" => return Some(Answer::Integer(500)),
        "from" => return Some(Answer::Date("2017-08".into())),
        "output" => return Some(Answer::Decimal("5000000".into())),
        "figure_1" => return Some(Answer::Integer(10_000_000)),
        "pilot" | "hightech" => return Some(Answer::Boolean(true)),
        _ => {}
    }
    Some(match &field.kind {
        FieldKind::Text(kind) => Answer::Text(match kind.format {
            None => format!("{}{number}号", field.label.get("zh-CN")),
            // Whatever the format says of it, it is kept as typed.
            Some(_) => "100080".into(),
        }),
        FieldKind::Long(_) => Answer::Text("推进中小企业知识产权战略，建立专利导航产业发展工作机制。".repeat(4)),
        FieldKind::Integer(_) => Answer::Integer(7 + number as i64),
        FieldKind::Year(_) => Answer::Integer(2016),
        FieldKind::Decimal(_) => Answer::Decimal("12.5".into()),
        FieldKind::Month(_) => Answer::Date("2020-07".into()),
        FieldKind::Date(_) => Answer::Date("2017-07-01".into()),
        FieldKind::Boolean(_) => Answer::Boolean(false),
        FieldKind::Choice(kind) => Answer::Choice(choice(kind.options.first().map_or("a", |it| &it.code))),
        FieldKind::Choices(kind) => Answer::Choices(vec![choice(&kind.options.first()?.code)]),
        FieldKind::Texts(_) => Answer::Texts(vec!["市财政局".into(), "市工信局".into()]),
        FieldKind::Rows(kind) => {
            let row = |id: Id, number: usize| {
                let cells = kind.columns.iter().filter_map(|column| Some((column.id.clone(), answer(column, number, 0)?)));
                Row { id, cells: cells.collect::<Cells>() }
            };
            if kind.fixed.is_empty() && n_companies == 0 {
                // An empty list is no answer.
                return None;
            } else if kind.fixed.is_empty() {
                Answer::Rows((0..n_companies).map(|number| row(format!("c{number}").into(), number)).collect())
            } else {
                Answer::Rows(kind.fixed.iter().map(|it| row(it.key.clone(), number)).collect())
            }
        }
        _ => return None,
    })
}
