//! The expression language: grammar, types, three-valued logic, exact numbers; and what it shares with CEL.

use shenbao::engine::answers::AnswerPath;
use shenbao::engine::definition::expression::{Scope, parse};
use shenbao::engine::definition::scheme::{Scheme, Show};
use shenbao::engine::definition::{CheckedDefinition, Definition};
use shenbao::engine::drafts::read::read_answers;
use shenbao::engine::validation::evaluate::{evaluate, shown};
use shenbao::engine::validation::sheet::{Lack, NO_ROW, Seen, Sheet, Value};
use shenbao::engine::validation::{Outcome, Validation};
use shenbao::engine::value::json;
use shenbao::engine::value::number::{Number, Rounded};

const EXCERPT: &str = include_str!("../data/definitions/excerpt-county.json");

fn definition() -> Definition {
    Definition::read(EXCERPT.as_bytes()).0.expect("the excerpt is readable")
}

/// Works out an expression that reads nothing.
fn work_out(definition: &Definition, text: &str) -> Result<Seen, String> {
    let scheme = Scheme::default();
    let (program, _) = parse(text, Scope::default(), &scheme, definition)
        .map_err(|faults| faults.iter().map(|it| format!("{:?}@{} {}", it.code, it.offset, it.detail)).collect::<String>())?;
    let mut budget = u64::MAX;
    Ok(evaluate(&scheme, &[&Sheet::default()], &program, None, (0, 0, NO_ROW), &mut budget))
}

#[test]
fn numbers_are_exact_and_nothing_rounds_unless_named() {
    let definition = definition();
    for (text, wanted) in [
        ("5 / 2", "2.5"),
        ("1 / 3 * 3", "1"),
        ("0.1 + 0.2", "0.3"),
        ("300 / 62000 * 10000 >= 48.4", "false"),
        ("484 / 100000 * 10000 >= 48.4", "true"),
        ("-7 / 2", "-3.5"),
        ("trunc(-3.567, 1)", "-3.5"),
        ("round(-3.55, 1)", "-3.6"),
        ("round(2.5, 0)", "3"),
        ("growth(100, 172, 3)", "19.81"),
        ("growth(100, 172.8, 3)", "20"),
        ("growth(100, 219.7, 3)", "30"),
        ("growth(100, 274.4, 3)", "40"),
        ("172.8 * 1000 >= 1728 * 100", "true"),
        ("172 * 1000 >= 1728 * 100", "false"),
        ("219.7 * 1000 >= 2197 * 100", "true"),
        ("274.4 * 1000 >= 2744 * 100", "true"),
        ("growth(100, 0, 3)", "-100"),
        ("growth(0, 5, 3)", "—"),
        ("growth(3, 1000000, 1)", "33333233.33"),
        ("999999999999999999 * 999999999999999999 * 99", "98999999999999999802000000000000000099"),
        ("999999999999999999 * 999999999999999999 * 999", "—"),
        ("1 / 0", "—"),
        ("1 - 2 - 3", "-4"),
        ("2 + 3 * 4 - 6 / 3", "12"),
        ("sum([0.1, 0.2, 0.3])", "0.6"),
        ("min([3, 1, 2])", "1"),
        ("max(3, 10, 2)", "10"),
        ("size(distinct([1, 1.0, 2]))", "2"),
        ("abs(-1.5)", "1.5"),
        ("number(\"12.50\")", "12.5"),
        ("number(\"twelve\")", "—"),
        ("months(date(\"2023-10-31\"), date(2024, 1, 1))", "3"),
        ("days(date(\"2024-02-28\"), date(\"2024-03-01\"))", "2"),
        ("addMonths(date(\"2024-01-31\"), 1)", "2024-02-29"),
        ("addDays(date(\"2199-12-31\"), 1)", "—"),
        ("date(100000, 1, 1)", "—"),
        ("date(2023, 2, 29)", "—"),
        ("year(date(\"2017-07-31\"))", "2017"),
        ("words(\"专利48.4件/万人。\")", "8"),
        ("chars(\"PCT申请 120 件\")", "9"),
        ("fold(\"ＡＢ　12－3\")", "AB12-3"),
        ("\"320500\".substring(0, 2)", "32"),
        ("\"320500\".substring(4, 90)", "00"),
        ("\"320500\".substring(6, 2)", "—"),
        ("size(\"𠀀a\")", "2"),
    ] {
        let seen = work_out(&definition, text).unwrap_or_else(|faults| panic!("{text}: {faults}"));
        assert_eq!(shown(&seen, Show::Plain), wanted, "{text}");
    }
}

#[test]
fn comparing_never_overflows_and_agrees_with_order() {
    let huge = |numerator: i128, denominator: i128| Number::new(numerator, denominator).expect("in range");
    let max = i128::MAX;
    assert!(huge(max, max - 1) > huge(max - 1, max - 2).neg());
    assert!(huge(max - 2, max - 1) < huge(max - 1, max));
    assert_eq!(huge(max, max - 1).cmp(&huge(max, max - 1)), std::cmp::Ordering::Equal);
    assert!(huge(-max, 2) < huge(-max, 3));
    assert_eq!(Number::new(i128::MIN, 1), None);
    assert_eq!(Number::new(1, 0), None);
    // Against floats, where those are exact enough to tell.
    let mut state = 7u64;
    let mut next = || {
        state = state.wrapping_mul(6364136223846793005).wrapping_add(1442695040888963407);
        (state >> 40) as i128 - (1 << 23)
    };
    for _ in 0..20_000 {
        let (a, b, c, d) = (next(), next().abs() + 1, next(), next().abs() + 1);
        let by_cross = (a * d).cmp(&(c * b));
        assert_eq!(huge(a, b).cmp(&huge(c, d)), by_cross, "{a}/{b} and {c}/{d}");
        let sum = huge(a, b).add(huge(c, d)).expect("in range");
        assert_eq!(sum, huge(a * d + c * b, b * d));
        assert_eq!(sum.sub(huge(c, d)), Some(huge(a, b)));
    }
}

#[test]
fn numbers_are_shown_with_the_digits_asked_for() {
    let show = |text: &str, digits, rounded| Number::parse(text).expect("a number").show(digits, rounded);
    assert_eq!(show("79.995", 2, Rounded::Truncate), "79.99");
    assert_eq!(show("79.995", 2, Rounded::HalfUp), "80.00");
    assert_eq!(show("-0.004", 2, Rounded::Truncate), "0.00");
    assert_eq!(show("-0.005", 2, Rounded::HalfUp), "-0.01");
    assert_eq!(show("999.9", 0, Rounded::HalfUp), "1000");
    assert_eq!(show("7", 1, Rounded::Truncate), "7.0");
    let huge = Number::new(i128::MAX - 1, i128::MAX).expect("in range");
    assert_eq!(huge.show(6, Rounded::Truncate), "0.999999");
    assert_eq!(huge.show(6, Rounded::HalfUp), "1.000000");
    for text in ["", "-", "1.", ".5", "1e3", " 1", "1,000", "+1", "٣", "1.2.3"] {
        assert_eq!(Number::parse(text), None, "{text:?}");
    }
}

#[test]
fn what_is_no_expression_is_refused_where_it_goes_wrong() {
    let definition = definition();
    for (text, wanted) in [
        ("1 < 2 < 3", "Syntax@6"),
        ("1 +", "Syntax@3"),
        ("(1", "Syntax@2"),
        ("[]", "Syntax@0"),
        ("1e3", "Syntax@0"),
        ("5u", "Syntax@0"),
        ("1234567890123456789", "Syntax@0"),
        ("a % b", "Syntax@2"),
        ("'x", "Syntax@0"),
        ("\"\"", "ExprType@0"),
        ("1 + \"a\"", "ExprType@4"),
        ("1 == true", "ExprType@2"),
        ("true < false", "ExprType@5"),
        ("!1", "ExprType@1"),
        ("true ? 1 : \"a\"", "ExprType@11"),
        ("[1, \"a\"]", "ExprType@4"),
        ("[1] == [1]", "ExprType@4"),
        ("matches(\"a\", \"b\")", "UnknownName@0"),
        ("\"a\".matches(\"b\")", "UnknownName@4"),
        ("round(1, 7)", "ExprType@9"),
        ("round(1, 1 + 1)", "ExprType@9"),
        ("growth(1, 2, 0)", "ExprType@13"),
        ("date(\"2017-7-31\")", "BadValue@5"),
        ("[1].all(this, true)", "BadId@8"),
        ("[1].all(x, [2].all(x, true))", "BadId@19"),
        ("[1].all(x, x)", "ExprType@11"),
        ("x", "UnknownName@0"),
        ("this.x", "UnknownName@0"),
        ("applications", "UnknownName@0"),
        ("profile.x", "UnknownName@8"),
        ("null", "UnknownName@0"),
    ] {
        let fault = work_out(&definition, text).expect_err(text);
        assert!(fault.starts_with(wanted), "{text}: {fault}");
    }
}

/// A part with one cell of each state, and a rule for every check in a table.
fn outcomes(checks: &[&str]) -> Vec<Outcome> {
    let rules: Vec<String> = checks
        .iter()
        .enumerate()
        .map(|(idx, check)| {
            let check = check.replace('\\', "\\\\").replace('"', "\\\"");
            format!(r#"{{"id":"r{idx}","scope":"p","severity":"error","check":"{check}","message":"m"}}"#)
        })
        .collect();
    let text = [
        r#"{"format":"1","id":"d","version":"2026.1","languages":["en"],"provenance":"reconstructed","title":"t","notice":{},
        "lists":{"codes":["x","y"]},
        "parts":[{"id":"p","label":"p","sections":[{"fields":[
          {"id":"yes","kind":"boolean","label":"l"},{"id":"no","kind":"boolean","label":"l"},{"id":"open","kind":"boolean","label":"l"},
          {"id":"one","kind":"integer","label":"l","max":0},{"id":"blank","kind":"integer","label":"l"},{"id":"none","kind":"integer","label":"l","none":true},
          {"id":"hidden","kind":"integer","label":"l","relevant":"this.no"},
          {"id":"bad","kind":"integer","label":"l"},{"id":"loose","kind":"text","format":"one-name","format_severity":"warning","label":"l"},
          {"id":"broken","kind":"computed","result":"number","label":"l","compute":"1 / (this.one - 1)"},
          {"id":"texts","kind":"texts","label":"l","none":true},{"id":"some","kind":"texts","label":"l"},
          {"id":"pick","kind":"choice","label":"l","options":[{"code":"x","label":"x"},{"code":"o","label":"o","other":{}}]},
          {"id":"link","kind":"reference","to":"q","show":"n","label":"l"},
          {"id":"rows","kind":"rows","label":"l","columns":[{"id":"a","kind":"integer","label":"l"},{"id":"b","kind":"boolean","label":"l"}]},
          {"id":"empty","kind":"rows","label":"l","columns":[{"id":"a","kind":"integer","label":"l"}]}]}]},
          {"id":"q","label":"q","repeat":{"noun":"q"},"sections":[{"fields":[{"id":"n","kind":"integer","label":"l"}]}]}],
        "rules":["#,
        &rules.join(","),
        "]}",
    ]
    .concat();
    let (checked, problems) = CheckedDefinition::load(text.as_bytes());
    let table = checked.unwrap_or_else(|| panic!("{:?}", problems.iter().map(ToString::to_string).collect::<Vec<_>>()));
    let answers = r#"{"p":{"yes":true,"no":false,"one":1,"none":{"none":true},"hidden":5,"bad":{"undecoded":"12o"},"loose":"a、b",
        "texts":{"none":true},"some":["m","n"],"pick":{"code":"o","text":"words"},"link":"gone",
        "rows":[{"id":"r1","a":3,"b":true},{"id":"r2"},{"id":"r3","a":4},{"id":"r4","a":5,"b":false}],"empty":[{"id":"s1"}]},
        "q":[{"id":"q1","n":1},{"id":"q2"}]}"#;
    let answers = json::parse(answers.as_bytes(), 8).expect("strict JSON");
    let document = read_answers(&table.definition, &answers).document;
    let validation = Validation::new(&table, &document);
    let at = AnswerPath::part("p");
    (0..checks.len()).map(|idx| validation.rule(&format!("r{idx}"), &at).expect("a state").outcome).collect()
}

#[test]
fn blank_is_an_unknown_and_what_cannot_be_computed_does_not_pass() {
    use Outcome::{Fails, Holds, NotComputable, Undecided};
    let table: &[(&str, Outcome)] = &[
        // The deciding value wins in any position; then blank, then not computable.
        ("this.open && this.no", Fails),
        ("this.no && this.open", Fails),
        ("this.open || this.yes", Holds),
        ("this.open && this.yes", Undecided),
        ("this.broken > 1 && this.no", Fails),
        ("this.broken > 1 && this.yes", NotComputable),
        ("this.broken > 1 && this.open", Undecided),
        ("this.broken > 1 || this.yes", Holds),
        ("!this.open", Undecided),
        ("!(this.broken > 1)", NotComputable),
        ("this.open ? true : true", Undecided),
        ("this.yes ? true : this.open", Holds),
        // Arithmetic and comparison.
        ("this.blank + 1 > 0", Undecided),
        ("this.blank == this.blank", Undecided),
        ("this.broken + this.blank > 0", Undecided),
        ("this.broken > 0", NotComputable),
        // A range violation blanks nothing; structure and 无 do, and so does what is not asked.
        ("this.one == 1", Holds),
        ("this.bad == 12", Undecided),
        ("this.none == 0", Undecided),
        ("(none(this.none) ? 0 : this.none) == 0", Holds),
        ("this.hidden == 5", Undecided),
        ("this.loose == \"a、b\"", Undecided),
        ("has(this.loose)", Fails),
        // Never blank.
        ("has(this.blank)", Fails),
        ("has(this.one)", Holds),
        ("has(this.hidden)", Fails),
        ("has(this.broken)", NotComputable),
        ("none(this.none)", Holds),
        ("default(this.blank, 7) == 7", Holds),
        ("default(this.broken, 7) == 7", NotComputable),
        // 无 in a list is an empty list, an unanswered one is blank.
        ("size(this.texts) == 0", Holds),
        ("has(this.texts)", Fails),
        ("this.texts.all(t, t == \"z\")", Holds),
        ("size(this.some) == 2 && \"m\" in this.some", Holds),
        // Rows: the spare one is not there; a blank cell makes a sum unknown.
        ("size(this.rows) == 3", Holds),
        ("sum(this.rows.a) == 12", Holds),
        ("this.rows.exists(r, r.b)", Holds),
        ("this.rows.all(r, r.b)", Fails),
        ("this.rows.all(r, default(r.b, true) || r.a > 4)", Holds),
        ("this.rows.exists_one(r, r.b)", Undecided),
        ("this.rows.exists_one(r, r.a > 3)", Fails),
        ("size(this.rows.filter(r, r.b)) > 0", Undecided),
        ("sum(this.rows.filter(r, has(r.b)).a) == 8", Holds),
        ("sum(this.rows.map(r, r.a * 2)) == 24", Holds),
        ("this.rows.all(r, !has(previous(r)) || previous(r).a < r.a)", Holds),
        ("this.rows.exists(r, index(r) == 3 && r.a == 5)", Holds),
        ("true in this.rows.b", Holds),
        ("has(this.empty)", Fails),
        ("sum(this.empty.a) == 0", Undecided),
        // A repeated part is never blank; a reference to something gone is.
        ("size(q) == 2", Holds),
        ("sum(q.n) == 1", Undecided),
        ("has(q.n)", Holds),
        ("has(this.link)", Fails),
        ("this.link.n == 1", Undecided),
        ("q.exists(i, i == this.link)", Undecided),
        ("this.pick == \"o\" && other(this.pick) == \"words\"", Holds),
        ("this.pick in lists.codes", Fails),
    ];
    let checks: Vec<&str> = table.iter().map(|(check, _)| *check).collect();
    for ((check, wanted), found) in table.iter().zip(outcomes(&checks)) {
        assert_eq!(found, *wanted, "{check}");
    }
}

#[test]
fn an_evaluation_ends_when_its_steps_are_used_up() {
    let definition = definition();
    let items = vec!["1"; 60].join(",");
    let text = format!("[{items}].all(a, [{items}].all(b, a == b))");
    let scheme = Scheme::default();
    let (program, _) = parse(&text, Scope::default(), &scheme, &definition).expect("parses");
    let run = |mut budget: u64| evaluate(&scheme, &[&Sheet::default()], &program, None, (0, 0, NO_ROW), &mut budget);
    assert_eq!(run(u64::MAX), Ok(Value::Boolean(true)));
    assert_eq!(run(5_000), Err(Lack::NotComputable));
    // Not even `true ||` lets something pass that took too long.
    let text = format!("{text} || true");
    let (program, _) = parse(&text, Scope::default(), &scheme, &definition).expect("parses");
    assert_eq!(evaluate(&scheme, &[&Sheet::default()], &program, None, (0, 0, NO_ROW), &mut 5_000), Err(Lack::NotComputable));
}

/// Random expressions of the part that is CEL's: integers without `/`, comparison, logic, texts, macros.
struct Writer(u64);

impl Writer {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn number(&mut self, depth: u64, names: &[&str]) -> String {
        if depth == 0 || self.roll(3) == 0 {
            return match names.len() as u64 {
                n if n > 0 && self.roll(2) == 0 => names[self.roll(n) as usize].to_string(),
                _ => self.roll(9).to_string(),
            };
        }
        let (a, b) = (self.number(depth - 1, names), self.number(depth - 1, names));
        match self.roll(6) {
            0 => format!("({a} + {b})"),
            1 => format!("{a} - {b}"),
            2 => format!("({a}) * ({b})"),
            3 => format!("-({a})"),
            4 => format!("size({})", self.text(depth - 1, names)),
            _ => format!("({} ? {a} : {b})", self.boolean(depth - 1, names)),
        }
    }

    fn text(&mut self, depth: u64, names: &[&str]) -> String {
        let texts = ["\"a\"", "'ab'", "\"组长\"", "\"\\u7ec4\"", "\"ba\"", "\"𠀀\""];
        if depth == 0 || self.roll(2) == 0 {
            return texts[self.roll(texts.len() as u64) as usize].to_string();
        }
        let (a, b) = (self.text(depth - 1, names), self.text(depth - 1, names));
        format!("({} ? {a} : {b})", self.boolean(depth - 1, names))
    }

    fn list(&mut self, depth: u64, names: &[&str]) -> String {
        let n = 1 + self.roll(4);
        let items: Vec<String> = (0..n).map(|_| self.number(depth.saturating_sub(1), names)).collect();
        format!("[{}]", items.join(", "))
    }

    fn boolean(&mut self, depth: u64, names: &[&str]) -> String {
        if depth == 0 {
            return if self.roll(2) == 0 { "true" } else { "false" }.to_string();
        }
        let sign = ["==", "!=", "<", "<=", ">", ">="][self.roll(6) as usize];
        match self.roll(9) {
            0 => format!("({} && {})", self.boolean(depth - 1, names), self.boolean(depth - 1, names)),
            1 => format!("{} || {}", self.boolean(depth - 1, names), self.boolean(depth - 1, names)),
            2 => format!("!({})", self.boolean(depth - 1, names)),
            3 => format!("({}) {sign} ({})", self.number(depth - 1, names), self.number(depth - 1, names)),
            4 => format!("{} {sign} {}", self.text(depth - 1, names), self.text(depth - 1, names)),
            5 => format!("({}) in {}", self.number(depth - 1, names), self.list(depth, names)),
            6 => {
                let test = ["contains", "startsWith", "endsWith"][self.roll(3) as usize];
                format!("{}.{test}({})", self.text(depth - 1, names), self.text(depth - 1, names))
            }
            _ if names.len() >= 2 => "true".into(),
            _ => {
                let name = ["x", "y"][names.len()];
                let mut inner = names.to_vec();
                inner.push(name);
                let each = ["all", "exists", "exists_one"][self.roll(3) as usize];
                let list = match self.roll(3) {
                    0 => format!("{}.filter({name}, {})", self.list(depth, names), self.boolean(depth - 1, &inner)),
                    1 => format!("{}.map({name}, {})", self.list(depth, names), self.number(depth - 1, &inner)),
                    _ => self.list(depth, names),
                };
                format!("{list}.{each}({name}, {})", self.boolean(depth - 1, &inner))
            }
        }
    }
}

#[test]
fn the_shared_part_agrees_with_an_implementation_of_cel() {
    let definition = definition();
    let mut writer = Writer(20_260_101);
    let (mut n_compared, mut n_true) = (0, 0);
    while n_compared < 3000 {
        let text = writer.boolean(4, &[]);
        let ours = match work_out(&definition, &text) {
            Ok(Ok(Value::Boolean(value))) => value,
            Ok(other) => panic!("{text}: {other:?}"),
            // Too long, too deep: a limit of ours, not a difference.
            Err(fault) if fault.starts_with("Limit") => continue,
            Err(fault) => panic!("{text}: {fault}"),
        };
        let program = cel::Program::compile(&text).unwrap_or_else(|error| panic!("{text}: {error}"));
        match program.execute(&cel::Context::default()) {
            Ok(cel::Value::Bool(theirs)) => assert_eq!(ours, theirs, "{text}"),
            // Their integers have 64 bits, ours do not end there.
            Ok(other) => panic!("{text}: {other:?}"),
            Err(error) => panic!("{text}: {error}"),
        }
        n_compared += 1;
        n_true += usize::from(ours);
    }
    assert!((600..2400).contains(&n_true), "both outcomes occur: {n_true} of {n_compared}");
}
