//! The problems of a definition in sentences for its author: what is wrong, and how to mend it where that can be
//! told. They are words of the command line alone; the page does not carry them.

use shenbao::engine::definition::expression::{RESERVED, parser};
use shenbao::engine::definition::{Definition, Problem, ProblemCode};
use shenbao::engine::locale::fill;
use shenbao::engine::value::json::{self, Json, JsonErrorKind};

/// A sentence in Chinese and in English.
type Said = (&'static str, &'static str);

/// What the sentences of a file are made from.
pub struct Sentences<'a> {
    bytes: &'a [u8],
    json: Json,
    language: &'static str,
    /// Everything in the file that has a name, and the words of the language of rules.
    names: Vec<String>,
    /// How many of these are words of the language of rules, which come first.
    n_reserved: usize,
    /// Every member of the format.
    members: Vec<String>,
}

impl<'a> Sentences<'a> {
    /// Prepares the sentences of a file.
    pub fn new(bytes: &'a [u8], language: &'static str) -> Self {
        let json = json::parse(bytes, 24).unwrap_or(Json::Null);
        let mut names: Vec<String> = RESERVED.iter().take(5).map(|it| (*it).to_owned()).collect();
        names.extend(parser::function_names().map(str::to_owned));
        let n_reserved = names.len();
        collect_names(&json, &mut names);
        let mut members = Vec::new();
        collect_members(&Definition::json_schema(), &mut members);
        Sentences { bytes, json, language, names, n_reserved, members }
    }

    /// True for a name that something in the file has.
    pub fn is_in_file(&self, name: &str) -> bool {
        self.names.iter().skip(self.n_reserved).any(|it| it == name)
    }

    /// What is wrong, and how to mend it.
    pub fn of(&self, problem: &Problem) -> String {
        let (said, meant) = self.template(problem);
        let detail = problem.detail.as_str();
        let (found, wanted) = detail.split_once(" instead of ").unwrap_or((detail, ""));
        let given = self.at(&problem.pointer);
        let is_quoted = problem.code == ProblemCode::WrongType;
        let given = given.and_then(Json::as_text).filter(|_| !is_quoted).map(str::to_owned).or_else(|| given.map(Json::to_canonical));
        let values = [
            ("detail", detail.to_owned()),
            ("found", self.term(found)),
            ("wanted", self.term(wanted)),
            ("term", self.term(detail)),
            ("given", given.unwrap_or_default()),
            ("sum", detail.split(' ').next().unwrap_or_default().to_owned()),
            ("left", detail.split(' ').nth(2).unwrap_or_default().to_owned()),
            ("offset", problem.offset.map_or(0, |it| it + 1).to_string()),
            ("slip", self.slip(problem).map_or("", |it| self.choose(it)).to_owned()),
            ("meant", meant.map_or(String::new(), |it| self.in_words(("是不是“{meant}”？", "Did you mean “{meant}”? "), &it))),
        ];
        let values: Vec<(&str, &str)> = values.iter().map(|(name, value)| (*name, value.as_str())).collect();
        fill(self.choose(said), &values).trim_end().to_owned()
    }

    fn choose(&self, said: Said) -> &'static str {
        if self.language == "en" { said.1 } else { said.0 }
    }

    fn in_words(&self, said: Said, meant: &str) -> String {
        fill(self.choose(said), &[("meant", meant)])
    }

    /// The sentence of a problem, and the word that was probably meant.
    fn template(&self, problem: &Problem) -> (Said, Option<String>) {
        use ProblemCode::*;
        let (pointer, detail) = (problem.pointer.as_str(), problem.detail.as_str());
        let member = pointer.rsplit('/').next().unwrap_or_default();
        let said = match problem.code {
            NotJson => return (self.not_json(), None),
            WrongType if member == "kind" => ("表格的列不能用“{detail}”这一种。", "A column cannot be of the kind “{detail}”."),
            WrongType => match self.at(pointer) {
                Some(Json::Text(text)) if is_only_quoted(text.trim(), detail) => (
                    "这里应为{term}，不是 {given}：去掉引号。", "This must be {term}, not {given}: leave out the quotes.",
                ),
                Some(Json::Int(_)) if ["string", "text"].contains(&detail) => (
                    "这里应为{term}，不是 {given}：加上引号。", "This must be {term}, not {given}: put it in quotes.",
                ),
                _ => ("这里应为{term}，不是 {given}。", "This must be {term}, not {given}."),
            },
            MissingMember => ("缺少“{detail}”，请补上。", "“{detail}” is missing; add it."),
            UnknownMember => return (
                ("没有“{detail}”这一项。{meant}请改正或删去。", "There is no member “{detail}”. {meant}Mend or remove it."),
                nearest(detail, &self.members),
            ),
            UnknownWord if pointer == "/format" => (
                "本程序不认识格式“{detail}”，请写 \"1\"。", "This program does not know format “{detail}”; write \"1\".",
            ),
            UnknownWord if problem.offset.is_some() => return (
                ("选项里没有“{detail}”。{meant}", "No option is “{detail}”. {meant}"), nearest(detail, &self.names),
            ),
            UnknownWord => {
                let given = self.at(pointer).and_then(Json::as_text).unwrap_or_default();
                let words: Vec<String> = detail.split(", ").map(str::to_owned).collect();
                return (
                    ("“{given}”不是可用的词。{meant}可用：{detail}。", "“{given}” is not a word for this. {meant}Allowed: {detail}."),
                    nearest(given, &words),
                );
            }
            BadId if member == "version" => (
                "版本“{detail}”应为“年份.序号”，例如 2026.1。", "Version “{detail}” must be a year and a number, such as 2026.1.",
            ),
            BadId => (
                "编号“{detail}”不能用。请用小写字母开头，只用小写字母、数字和下划线，最多 40 个字符，不用 this、row 等保留字。",
                "“{detail}” cannot be an id. Begin with a small letter; use small letters, digits and _, 40 at most, and no reserved word such as this or row.",
            ),
            DuplicateId => ("编号“{detail}”已经用过，请改一个。", "The id “{detail}” is taken; choose another."),
            UnknownName if detail.starts_with('{') => {
                let rule = pointer.split('/').take(3).collect::<Vec<_>>().join("/");
                let mut known = Vec::new();
                let parameters = self.at(&rule).and_then(|it| it.get("parameters")).and_then(Json::as_object);
                known.extend(parameters.unwrap_or_default().iter().map(|(name, _)| ["{", name, "}"].concat()));
                let only = (known.len() == 1).then(|| known.first().cloned()).flatten();
                return (
                    (
                        "提示里写了 {detail}，parameters 里没有它，显示时会原样留着。{meant}请改正，或在 parameters 里加上。",
                        "The message names {detail}, which is no parameter and would be shown as it stands. {meant}Mend it, or add the parameter.",
                    ),
                    nearest(detail, &known).or(only),
                );
            }
            UnknownName if problem.offset.is_none() && member == detail && self.at(pointer).is_some_and(|it| it.as_text().is_some()) => (
                "“{detail}”不在 languages 里：请在 languages 里加上，或删去这种语言的文字。",
                "“{detail}” is not among the languages: add it there, or remove the words in it.",
            ),
            UnknownName if self.is_called(problem) => {
                return (
                    ("没有函数“{detail}”。{meant}可用的函数：has、size、sum、count、min、max、round 等，见 README。", "There is no function “{detail}”. {meant}Functions are has, size, sum, count, min, max, round and others; see the README."),
                    nearest(detail, &parser::function_names().map(str::to_owned).collect::<Vec<_>>()),
                );
            }
            UnknownName => {
                let (path, last) = detail.rsplit_once('.').map_or(("", detail), |(path, last)| (path, last));
                let meant = nearest(last, &self.names).map(|it| if path.is_empty() { it } else { [path, ".", &it].concat() });
                return (("找不到“{detail}”。{meant}", "Nothing is called “{detail}”. {meant}"), meant);
            }
            Syntax if self.slip(problem).is_some() => (
                "表达式第 {offset} 个字符处写法不对：{slip}。", "Character {offset} of the expression is not right: {slip}.",
            ),
            Syntax if detail.len() <= 2 => (
                "表达式第 {offset} 个字符处应为“{detail}”。", "Character {offset} of the expression must be “{detail}”.",
            ),
            Syntax => ("表达式第 {offset} 个字符处写法不对：{term}。", "Character {offset} of the expression is not right: {term}."),
            ExprType if detail.contains(" instead of ") => (
                "表达式第 {offset} 个字符处是{found}，应为{wanted}。", "Character {offset} of the expression is a {found}, where a {wanted} is wanted.",
            ),
            ExprType => ("表达式第 {offset} 个字符处不能这样用：{term}。", "Character {offset} of the expression cannot be used so: {term}."),
            Hole => (
                "“{detail}”可以空着，空着时这条规则判断不了。请先用 has(…) 判断，或把这一栏设为必填。",
                "“{detail}” may be blank, and then the rule says nothing. Ask has(…) first, or make the cell required.",
            ),
            Cycle => ("“{detail}”绕一圈算到了自己。", "“{detail}” is worked out from itself."),
            Limit if detail == "at least one field" => (
                "这一节没有栏（fields），请加上栏，或删去这一节。", "This section has no fields; add some or remove it.",
            ),
            Limit if detail == "at least one section" => ("这一部分没有节（sections），请加上。", "This part has no sections; add one."),
            Limit if detail == "at least one part" => ("表没有部分（parts），请加上。", "The table has no parts; add one."),
            Limit if detail == "at least one column" => ("表格没有列（columns），请加上。", "These rows have no columns; add some."),
            Limit => ("超出限度，应为：{term}。", "Beyond a limit; it must be: {term}."),
            Layout if !detail.contains(" of ") => (
                "节标题太宽，右边只剩 {detail} 格，至少要留 8 格。", "The heading leaves {detail} columns; at least 8 must be left.",
            ),
            Layout if detail.starts_with("0 of") => ("这一栏占 0 格，看不见。请写 1 至 24。", "This is 0 columns wide and cannot be seen; write 1 to 24."),
            Layout => Self::widths(detail),
            Source if detail == "no source" => (
                "没有写依据（source）。请写明出自通知哪一条，例如 {\"kind\": \"notice\", \"at\": \"一（二）\"}。",
                "There is no source. Name the clause of the notice, as in {\"kind\": \"notice\", \"at\": \"一（二）\"}.",
            ),
            Source if ["at", "ref", "note"].contains(&detail) => ("依据（source）缺少“{detail}”。", "The source lacks “{detail}”."),
            Source => ("依据指的“{detail}”不在 references 里。", "The source names “{detail}”, which is not among the references."),
            Untested if detail.ends_with("holds") => (
                "没有一个例子让这条规则通过。请在 cases 里补一个（\"holds\"）。", "No case shows this rule holding. Add one to cases (\"holds\").",
            ),
            Untested => (
                "没有一个例子让这条规则不通过。请在 cases 里补一个（\"fails\"）。", "No case shows this rule failing. Add one to cases (\"fails\").",
            ),
            CaseFailed if detail.contains(" instead of ") => (
                "例子的结果与所写的不同：写的是{wanted}，算出来是{found}。请改例子或规则。",
                "The case comes out otherwise: stated {wanted}, found {found}. Mend the case or the rule.",
            ),
            CaseFailed => ("例子说“{detail}”缺填或不对，算出来没有。", "The case says that “{detail}” is missing or wrong; it is not."),
            MissingLanguage => ("缺少语言“{detail}”的文字。", "The words in “{detail}” are missing."),
            NoWords => ("“{detail}”没有文字。请写上。", "“{detail}” has no words. Write some."),
            Unused => ("参数“{detail}”没有用到：提示里没有写 {{detail}}。请写上或删去。", "The parameter “{detail}” is not used: no message names {{detail}}. Name or remove it."),
            NoLabel => (
                "这一条件显示是否符合（verdict），但没有 label：符合时只有“符合”两字。请在 label 里写上它要求什么。",
                "The verdict of this condition is shown, but there is no label: where it holds, nothing says what does. Say in label what it asks for.",
            ),
            BadPattern => (
                "式样“{detail}”不能用：须描述整个值，只用文字、字符类和次数。", "“{detail}” cannot be a pattern: it must describe the whole value with literals, classes and counts.",
            ),
            BadValue if member == "issued" || ["date", "month"].iter().any(|it| self.kind_of(pointer) == Some(*it)) => (
                "“{detail}”不是日期。请写成 2026-01-05 的样子。", "“{detail}” is no date. Write it like 2026-01-05.",
            ),
            BadValue if pointer.starts_with("/cases/") && detail.contains("holds, fails") => (
                "结果应写 \"holds\"、\"fails\"、\"undecided\"、\"n/a\" 或 {\"fails\": [\"位置\"]}。",
                "An outcome is \"holds\", \"fails\", \"undecided\", \"n/a\" or {\"fails\": [\"place\"]}.",
            ),
            BadValue if pointer.starts_with("/cases/") => (
                "例子里“{detail}”的答案不合这一栏的要求，或没有这一栏。", "The answer of the case at “{detail}” does not fit its cell, or there is no such cell.",
            ),
            BadValue => ("值 {detail} 不合这里的要求。", "The value {detail} does not fit here."),
            Costly => ("行数最多时要算 {detail} 步，可能拖慢填写。", "At the greatest counts this takes {detail} steps, which may slow down filling."),
            RoundedComparison => ("比较的是四舍五入后的数，请比较原来的数。", "This compares a rounded number; compare the exact one."),
        };
        (said, None)
    }

    /// How widths do not add up: a cell fits in the line, rows fill it.
    fn widths(detail: &str) -> Said {
        let mut numbers = detail.split(' ').filter_map(|it| it.parse::<u32>().ok());
        match (numbers.next(), numbers.next()) {
            (Some(sum), Some(left)) if sum < left => (
                "各列共 {sum} 格，应正好 {left} 格。请调整各列的 width。",
                "The columns take {sum} of {left} columns; they must fill the line. Change the widths.",
            ),
            _ => (
                "共占 {sum} 格，一行只有 {left} 格。请调小 layout 或 width。",
                "This takes {sum} columns where the line has {left}. Make layout or width smaller.",
            ),
        }
    }

    fn not_json(&self) -> Said {
        match json::parse(self.bytes, 24).map_err(|it| (it.kind, self.bytes.get(it.offset))) {
            Err((JsonErrorKind::Utf8, _)) => ("文件不是 UTF-8 编码。请在编辑器里另存为 UTF-8。", "The file is not UTF-8. Save it as UTF-8."),
            Err((JsonErrorKind::Depth, _)) => ("括号套得太深，最多 24 层。", "Brackets are nested more than 24 deep."),
            Err((JsonErrorKind::DuplicateKey, _)) => ("同一项写了两次，请删去一个。", "This member occurs twice; remove one."),
            Err((JsonErrorKind::Number, _)) => (
                "数字写法不对：只能写整数，小数请写成文字，例如 \"0.5\"。", "Only integers are numbers; write a decimal as text, as in \"0.5\".",
            ),
            Err((_, None)) => ("文件到这里就断了，请补全引号和括号。", "The file ends here; a quote or bracket is missing."),
            Err((_, Some(b',' | b'}' | b']'))) => (
                "不是正确的 JSON：这里多了逗号或缺了内容。", "Not valid JSON: a comma too many, or something is missing before it.",
            ),
            _ => ("不是正确的 JSON：请查看这里和前面的逗号、引号、括号（要用半角）。", "Not valid JSON: look at the commas, quotes and brackets here and before."),
        }
    }

    /// The characters of an expression from the place of a problem on.
    fn rest_of(&self, problem: &Problem) -> String {
        let expression = self.at(&problem.pointer).and_then(Json::as_text).unwrap_or_default();
        expression.chars().skip(problem.offset.unwrap_or_default()).collect()
    }

    /// True if the name that nothing has is called like a function.
    fn is_called(&self, problem: &Problem) -> bool {
        problem.offset.is_some() && self.rest_of(problem).trim_start_matches(|c: char| c.is_alphanumeric() || c == '_').trim_start().starts_with('(')
    }

    /// How a slip of the pen in an expression is mended, if it is a common one.
    fn slip(&self, problem: &Problem) -> Option<Said> {
        let rest = self.rest_of(problem);
        let word = rest.split(|c: char| !c.is_ascii_alphabetic()).next().unwrap_or_default();
        Some(match (rest.chars().next()?, word.to_ascii_lowercase().as_str()) {
            (_, "and") => ("“并且”写 &&", "write && for and"),
            (_, "or") => ("“或者”写 ||", "write || for or"),
            (_, "not") => ("“非”写 !", "write ! for not"),
            ('=', _) => ("相等写 ==", "write == for equal"),
            ('≥' | '≧', _) => ("大于或等于写 >=", "write >="),
            ('≤' | '≦', _) => ("小于或等于写 <=", "write <="),
            ('≠', _) => ("不等写 !=", "write !="),
            ('×' | '＊', _) => ("乘写 *", "write * for times"),
            ('÷' | '／', _) => ("除写 /", "write / for divided by"),
            ('%' | '％', _) => ("没有百分号，请写成数，如 0.2", "there is no percent sign; write a number, as 0.2"),
            ('（' | '）' | '，' | '！' | '＞' | '＜' | '＝' | '．' | '【' | '】', _) => ("这个符号要用半角", "this sign is a full-width one; use the plain one"),
            ('“' | '”' | '‘' | '’' | '＂', _) => ("引号要用半角的 '…'", "use plain quotes, '…'"),
            (c, _) if c.is_alphabetic() && !c.is_ascii() => ("中文要放在引号里（'…'）；栏要写它的编号（id）", "put words in quotes, '…'; a field goes by its id"),
            _ => return None,
        })
    }

    /// Where a field that is named `part.field` or `part.rows.column` is worked out.
    pub fn pointer_of(&self, name: &str) -> Option<String> {
        let mut steps = name.split('.');
        let find = |list: &Json, id: &str| list.as_list()?.iter().position(|it| it.get("id").and_then(Json::as_text) == Some(id));
        let part = find(self.json.get("parts")?, steps.next()?)?;
        let sections = self.at(&format!("/parts/{part}/sections"))?.as_list()?;
        let field = steps.next()?;
        let (section, at) = sections.iter().enumerate().find_map(|(n, it)| Some((n, find(it.get("fields")?, field)?)))?;
        let mut pointer = format!("/parts/{part}/sections/{section}/fields/{at}");
        if let Some(column) = steps.next() {
            let at = find(self.at(&format!("{pointer}/columns"))?, column)?;
            pointer.push_str(&format!("/columns/{at}"));
        }
        Some(pointer)
    }

    /// The value that a pointer names.
    fn at(&self, pointer: &str) -> Option<&Json> {
        let mut at = &self.json;
        for step in pointer.split('/').skip(1) {
            at = match at {
                Json::List(items) => items.get(step.parse::<usize>().ok()?)?,
                other => other.get(&step.replace("~1", "/").replace("~0", "~"))?,
            };
        }
        Some(at)
    }

    /// The kind of the cell or constant around a value.
    fn kind_of(&self, pointer: &str) -> Option<&str> {
        self.at(pointer.rsplit_once('/')?.0)?.get("kind")?.as_text()
    }

    /// A word of the program in the language of the sentence; anything else as it is.
    fn term(&self, word: &str) -> String {
        if self.language == "en" {
            return word.to_owned();
        }
        if let Some(of) = word.strip_prefix("list of ") {
            return [self.term(of).as_str(), "的列表"].concat();
        }
        if let Some(of) = word.strip_prefix("record of ") {
            return match of.strip_prefix("list of ") {
                Some(of) => ["“", of, "”的列表"].concat(),
                None => ["“", of, "”的一份"].concat(),
            };
        }
        TERMS.iter().find(|(it, _)| *it == word).map_or_else(|| word.to_owned(), |(_, said)| (*said).to_owned())
    }
}

/// What the engine's details are called.
const TERMS: &[(&str, &str)] = &[
    ("object", "对象 {…}"),
    ("string", "文字 \"…\""),
    ("array", "数组 […]"),
    ("integer", "整数"),
    ("integer, at least 0", "不小于 0 的整数"),
    ("true or false", "true 或 false"),
    ("true, false or an expression", "true、false 或表达式"),
    ("number", "数"),
    ("text", "文字"),
    ("boolean", "是非"),
    ("date", "日期"),
    ("value", "值"),
    ("application", "申报表"),
    ("holds", "holds（通过）"),
    ("fails", "fails（不通过）"),
    ("undecided", "undecided（未定）"),
    ("n/a", "n/a（不适用）"),
    ("no place", "没有一处"),
    ("nothing more", "到这里应当结束"),
    ("a value", "缺一个值"),
    ("a name", "缺一个名称"),
    ("a loop name", "循环要先写一个名称"),
    ("the key of a row", "方括号里写行的编号"),
    ("a list has elements", "列表不能是空的"),
    ("a comparison has two sides", "一次只能比较两个值，连着比较用 && 分开写"),
    ("not a name, number, text or operator", "不是名称、数、文字或运算符"),
    ("number of arguments", "参数的个数不对"),
    ("a literal number in range", "要直接写一个范围内的数"),
    ("an empty text", "空的文字，没有答案会等于它；判断是否填写用 has(…)"),
    ("the expression gives another type", "结果不是所要的类型，条件的结果须为是非"),
    ("a message shows numbers, texts, dates and truth values", "提示里只能显示数、文字、日期和是非"),
    ("a definition has at most 1 MiB", "文件最大 1 MiB"),
    ("1 to 8 languages", "1 至 8 种语言"),
    ("one option asks for words", "只能有一个选项要求说明"),
    ("at most 1000 rules", "规则最多 1000 条"),
    ("at most 1000 profile values", "profile 最多 1000 项"),
    ("at most 5000 list entries", "各名录合计最多 5000 项"),
    ("at most 2000 fields", "栏最多 2000 个"),
    ("min ≤ max", "下限（min）不大于上限（max）"),
    ("min ≤ max ≤ 5000", "下限（min）不大于上限（max），上限最大 5000"),
    ("min ≤ start ≤ max ≤ 1000", "min 不大于 start，start 不大于 max，max 最大 1000"),
    ("min_length ≤ max_length ≤ 20000", "min_length 不大于 max_length，max_length 最大 20000"),
    ("max_length ≤ 20000", "max_length 最大 20000"),
    ("two words", "恰好两个词"),
    ("options or options_from", "options 和 options_from 写且只写一个"),
    ("1 to 6 digits", "小数 1 至 6 位"),
    ("at most 6 digits", "小数最多 6 位"),
    ("400 nodes", "表达式太长，最多 400 个成分"),
    ("2000 characters", "表达式最多 2000 个字符"),
    ("nested 32 deep", "表达式最多嵌套 32 层"),
    ("loops nested 2 deep", "循环最多嵌套 2 层"),
];

fn collect_names(json: &Json, names: &mut Vec<String>) {
    match json {
        Json::List(items) => items.iter().for_each(|it| collect_names(it, names)),
        Json::Object(members) => {
            for (name, value) in members {
                match (name.as_str(), value) {
                    ("id" | "code" | "key", Json::Text(text)) => names.push(text.clone()),
                    ("lists", Json::Object(lists)) => names.extend(lists.iter().map(|(id, _)| id.clone())),
                    // The ids of cases and of their answers are not names of the table.
                    ("cases", _) => {}
                    _ => collect_names(value, names),
                }
            }
        }
        _ => {}
    }
}

fn collect_members(schema: &Json, members: &mut Vec<String>) {
    match schema {
        Json::List(items) => items.iter().for_each(|it| collect_members(it, members)),
        Json::Object(parts) => {
            for (name, value) in parts {
                if name == "properties" {
                    members.extend(value.as_object().unwrap_or_default().iter().map(|(name, _)| name.clone()));
                }
                collect_members(value, members);
            }
        }
        _ => {}
    }
}

/// True if a text is what is wanted, but for the quotes around it.
fn is_only_quoted(text: &str, wanted: &str) -> bool {
    let is_integer = wanted.starts_with("integer") && text.parse::<i64>().is_ok();
    is_integer || wanted.starts_with("true") && matches!(text, "true" | "false")
}

/// The word that differs least, if it is near enough to have been meant.
fn nearest(word: &str, known: &[String]) -> Option<String> {
    let near = (word.chars().count() / 3).clamp(1, 3);
    let known = known.iter().map(|it| (distance(word, it), it)).filter(|(far, it)| *far > 0 && *far <= near && it.len() > 1);
    known.min_by_key(|(far, _)| *far).map(|(_, it)| it.clone())
}

/// How many letters must be put in, taken out or changed.
fn distance(a: &str, b: &str) -> usize {
    let b: Vec<char> = b.chars().collect();
    let mut row: Vec<usize> = (0..=b.len()).collect();
    for (at, x) in a.chars().enumerate() {
        let mut diagonal = row[0];
        row[0] = at + 1;
        for (idx, y) in b.iter().enumerate() {
            let changed = diagonal + usize::from(x != *y);
            diagonal = row[idx + 1];
            row[idx + 1] = changed.min(row[idx] + 1).min(diagonal + 1);
        }
    }
    row[b.len()]
}
