//! The story of a made-up city as data: `tests/data/scenarios/city-three-parks.json`, played through the form.

use crate::form_page::FormPage;
use serde_json::Value;
use std::path::{Path, PathBuf};

/// The scenario's file.
pub struct Scenario(Value);

impl Scenario {
    pub fn read(name: &str) -> Scenario {
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/scenarios").join(name);
        let bytes = std::fs::read(&file).unwrap_or_else(|it| panic!("{}: {it}", file.display()));
        Scenario(serde_json::from_slice(&bytes).expect("a scenario is JSON"))
    }

    pub fn table(&self) -> &str {
        self.text("table")
    }

    fn text(&self, name: &str) -> &str {
        self.0[name].as_str().unwrap_or_else(|| panic!("the scenario has a text {name}"))
    }

    pub fn steps(&self) -> &[Value] {
        self.0["steps"].as_array().map(Vec::as_slice).expect("the scenario has steps")
    }

    pub fn mend(&self) -> &[Value] {
        self.0["mend"].as_array().map(Vec::as_slice).expect("the scenario has mend")
    }

    pub fn trouble(&self) -> &Value {
        &self.0["trouble"]
    }

    pub fn settled(&self) -> &Value {
        &self.0["settled"]
    }
}

/// Does one step as the clerk would; `folder` is where made-up files are put.
pub fn play(form: &FormPage, step: &Value, folder: &Path) {
    let written = step["path"].as_str().expect("a step has a path");
    let is_document = step.get("paper").is_some() || step.get("file").is_some();
    // The last number of a document's path is its place in the list, which the list itself makes.
    let place = if is_document { written.rsplit_once('/').map_or(written, |it| it.0) } else { written };
    let path = form.resolve(place);
    if let Some(text) = step["typed"].as_str() {
        form.type_into(&path, text);
    } else if let Some(label) = step["label"].as_str() {
        form.choose(&path, label);
    } else if let Some(paper) = step.get("paper") {
        form.add_paper(&path, paper["title"].as_str().expect("a title"), paper["pages"].as_u64().expect("pages"));
    } else if let Some(file) = step.get("file") {
        form.attach_file(&path, &made_up_file(folder, file["name"].as_str().expect("a name")));
    } else {
        panic!("no such step: {step}");
    }
}

/// A small file of the type that its name says.
fn made_up_file(folder: &Path, name: &str) -> PathBuf {
    let file = folder.join(name);
    let pdf = "%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n\
               3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n";
    std::fs::write(&file, pdf).expect("the temporary folder is writable");
    file
}

/// Compares a saved draft file with what the steps promise; every difference is told, not only the first.
pub fn assert_answers(draft: &Path, scenario: &Scenario) {
    let bytes = std::fs::read(draft).expect("the draft file can be read");
    let draft: Value = serde_json::from_slice(&bytes).expect("a draft file is JSON");
    let answers = &draft["data"]["answers"];
    let mut differing = Vec::new();
    let mended = |step: &&Value| scenario.mend().iter().any(|it| it["path"] == step["path"]);
    let steps = scenario.steps().iter().filter(|it| !mended(it)).chain(scenario.mend());
    for step in steps.filter(|it| it.get("value").is_some()) {
        let path = step["path"].as_str().expect("a step has a path");
        let found = path.split('/').try_fold(answers, member);
        // A draft keeps a text as it was typed; only what is signed is written in the office's form.
        let is_as_typed = step["value"].is_string() && found == step.get("typed");
        if found != Some(&step["value"]) && !is_as_typed {
            differing.push(format!("{path}: must be {}, is {}", step["value"], found.unwrap_or(&Value::Null)));
        }
    }
    assert!(differing.is_empty(), "{} answers differ:\n{}", differing.len(), differing.join("\n"));
}

/// One step down: a member by its name, or an entry of a list by its number or its id.
fn member<'a>(value: &'a Value, segment: &str) -> Option<&'a Value> {
    let Some(list) = value.as_array() else { return value.get(segment) };
    match segment.strip_prefix('#') {
        Some(number) => list.get(number.parse::<usize>().ok()?.checked_sub(1)?),
        None => list.iter().find(|it| it["id"] == segment || it["_id"] == segment),
    }
}
