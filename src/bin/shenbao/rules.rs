//! Runs the rules of the very definition that was signed over the signed answers.
//!
//! The result stands beside the cryptography and never changes it. A definition that is not at hand means
//! "rules not checked", never "passed".

use crate::input::{quoted, shown};
use shenbao::engine::drafts::read::read_data;
use shenbao::engine::bundle::{digest::Digest, statement::Payload};
use shenbao::engine::definition::{CheckedDefinition, Severity};
use shenbao::engine::locale::table::{place_name, sentence};
use shenbao::engine::tables::TABLES;
use shenbao::engine::validation::Validation;
use shenbao::engine::value::json::Json;

/// The definitions that are at hand, by digest.
pub struct Definitions(Vec<CheckedDefinition>);

/// How the rules came out.
pub enum RulesReport {
    /// They could not be run, and why, in Chinese and in English.
    NotChecked(&'static str, &'static str),
    /// They were run.
    Checked {
        /// Errors that nothing lifts, missing answers included.
        errors: Vec<RuleFinding>,
        /// Errors that a recorded reason lifts.
        lifted: Vec<RuleFinding>,
        /// Warnings.
        warnings: Vec<RuleFinding>,
    },
}

/// One condition that does not hold.
pub struct RuleFinding {
    /// The answer that it marks.
    pub path: String,
    /// The condition.
    pub code: &'static str,
    /// The rule, if it is one of the definition's.
    pub rule: Option<String>,
    /// The place in the words of the table, in Chinese and in English.
    place: (String, String),
    /// What is wrong there, in Chinese and in English.
    said: (String, String),
    /// The reason that lifts it, if one does.
    reason: Option<String>,
}

impl Definitions {
    /// The bundled tables; more are added with [`Definitions::add`].
    pub fn bundled() -> Definitions {
        let tables = TABLES.iter().filter_map(|it| CheckedDefinition::load(it.text.as_bytes()).0);
        Definitions(tables.collect())
    }

    /// Adds a definition from a file and gives its digest, or says how many problems it has.
    pub fn add(&mut self, bytes: &[u8]) -> Result<String, usize> {
        let (definition, problems) = CheckedDefinition::load(bytes);
        let definition = definition.ok_or(problems.len())?;
        let digest = definition.digest.clone();
        self.0.push(definition);
        Ok(digest)
    }

    /// The definition that a statement was made with.
    pub fn of(&self, payload: &Payload) -> Option<&CheckedDefinition> {
        self.find(&payload.form()?.sha256)
    }

    /// The role of an office that is called by its name; what no table knows is taken as it is.
    pub fn role(&self, name: &str) -> String {
        let known = self.0.iter().find_map(|it| it.definition.role_called(name));
        known.map_or_else(|| name.to_owned(), |it| it.to_string())
    }

    fn find(&self, digest: &Digest) -> Option<&CheckedDefinition> {
        let digest = digest.to_hex();
        self.0.iter().find(|it| it.digest == digest)
    }
}

/// The rules of an application.
pub fn rules_report(definitions: &Definitions, payload: &Payload) -> RulesReport {
    let Payload::Application(application) = payload else {
        return RulesReport::NotChecked("条件只对整份申报核对", "rules are for whole applications");
    };
    let Some(definition) = definitions.find(&application.form.sha256) else {
        if definitions.0.iter().any(|it| *it.definition.id == *application.form.id && it.definition.version == application.form.version) {
            return RulesReport::NotChecked("所给的表格定义与签名时的不是同一份，内容有改动", "the definition at hand is not the one that was signed with: its content differs");
        }
        return RulesReport::NotChecked("没有所签的这一版表格定义，请用 --definition 给出", "no definition with the signed digest; give it with --definition");
    };
    let read = read_data(&definition.definition, &application.data, None);
    if !read.problems.is_empty() {
        return RulesReport::NotChecked("所签的答案与表格定义对不上", "the signed answers do not fit the definition");
    }
    let validation = Validation::new(definition, &read.document);
    let violations = validation.violations();
    if violations.is_empty() && !validation.is_complete() {
        return RulesReport::NotChecked("本版程序不能核对", "this version cannot run them");
    }
    let (mut errors, mut lifted, mut warnings) = (Vec::new(), Vec::new(), Vec::new());
    for it in violations {
        let finding = RuleFinding {
            path: it.path.to_string(),
            code: it.code.word(),
            rule: it.rule.as_ref().map(|it| it.to_string()),
            place: in_both(|language| place_name(definition, &read.document, &it.path, language)),
            said: in_both(|language| sentence(definition, &it, language)),
            reason: it.rule.as_ref().filter(|_| it.overridden).and_then(|rule| read.document.reason(rule, &it.at)).map(str::to_owned),
        };
        match it.severity {
            Severity::Warning => warnings.push(finding),
            _ if it.overridden => lifted.push(finding),
            _ => errors.push(finding),
        }
    }
    RulesReport::Checked { errors, lifted, warnings }
}

impl RulesReport {
    /// Whether the rules ran and nothing failed.
    pub fn holds(&self) -> bool {
        matches!(self, RulesReport::Checked { errors, .. } if errors.is_empty())
    }

    /// The report as JSON.
    pub fn to_json(&self) -> Json {
        let list = |findings: &[RuleFinding]| {
            Json::List(
                findings
                    .iter()
                    .map(|it| {
                        Json::object([
                            ("path", Json::text(it.path.as_str())),
                            ("code", Json::text(it.code)),
                            ("rule", it.rule.as_deref().map_or(Json::Null, Json::text)),
                            ("reason", it.reason.as_deref().map_or(Json::Null, Json::text)),
                        ])
                    })
                    .collect(),
            )
        };
        match self {
            RulesReport::NotChecked(_, why) => {
                Json::object([("checked", Json::Bool(false)), ("why", Json::text(*why))])
            }
            RulesReport::Checked { errors, lifted, warnings } => Json::object([
                ("checked", Json::Bool(true)),
                ("errors", list(errors)),
                ("lifted", list(lifted)),
                ("warnings", list(warnings)),
            ]),
        }
    }

    /// The report in a few words.
    pub fn to_words(&self, language: &str) -> String {
        let is_chinese = language != "en";
        let places = |findings: &[RuleFinding]| places(findings, is_chinese);
        match (self, is_chinese) {
            (RulesReport::NotChecked(_, why), false) => format!("rules not checked ({why})"),
            (RulesReport::NotChecked(why, _), true) => format!("未核对填报条件（{why}）"),
            (RulesReport::Checked { errors, lifted, warnings }, false) => format!(
                "rules: {} failed{}, {} lifted by a reason{}, {} warnings{}",
                errors.len(),
                places(errors),
                lifted.len(),
                places(lifted),
                warnings.len(),
                places(warnings)
            ),
            (RulesReport::Checked { errors, lifted, warnings }, true) => format!(
                "填报条件：{} 项不符{}，{} 项已说明理由{}，{} 项提醒{}",
                errors.len(),
                places(errors),
                lifted.len(),
                places(lifted),
                warnings.len(),
                places(warnings)
            ),
        }
    }
}

/// The first few findings, in brackets; `--json` has them all.
fn places(findings: &[RuleFinding], is_chinese: bool) -> String {
    const SHOWN: usize = 5;
    if findings.is_empty() {
        return String::new();
    }
    let names = findings.iter().take(SHOWN).map(|it| {
        let code = it.rule.as_deref().unwrap_or(it.code);
        let reason = it.reason.as_deref().map(quoted);
        match is_chinese {
            true => {
                let reason = reason.map_or(String::new(), |it| format!("，理由{it}"));
                format!("{}：{} [{code}]{reason}", shown(&it.place.0), shown(&it.said.0))
            }
            false => {
                let reason = reason.map_or(String::new(), |it| format!(", because {it}"));
                format!("{}: {} [{code}]{reason}", shown(&it.place.1), shown(&it.said.1))
            }
        }
    });
    let between = if is_chinese { "；" } else { "; " };
    let more = if findings.len() > SHOWN { "……" } else { "" };
    let names = names.collect::<Vec<_>>().join(between);
    if is_chinese { format!("（{names}{more}）") } else { format!(" ({names}{more})") }
}

fn in_both(say: impl Fn(&str) -> String) -> (String, String) {
    (say("zh-CN"), say("en"))
}
