//! The README's example is a table that can be filled, and its words keep step with the program.

use shenbao::engine::bundle::trust;
use shenbao::engine::validation::lint;

fn readme() -> String {
    std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/README.md")).expect("there is a README")
}

/// The first JSON example under a heading.
fn example(readme: &str, heading: &str) -> String {
    let (_, section) = readme.split_once(heading).expect("there is such a section");
    let (_, rest) = section.split_once("```json\n").expect("there is an example");
    rest.split_once("\n```").expect("the example ends").0.to_owned()
}

#[test]
fn the_example_of_a_trust_list_and_register_is_read_and_has_every_member() {
    let example = example(&readme(), "### 已知密钥名单和收文登记\n");
    let (trust, register) = trust::read(example.as_bytes()).expect("the example is a trust list and register");
    let (_, key) = trust.keys.first().expect("a key");
    assert!(key.org.is_some() && key.source.is_some() && key.since.is_some() && key.roles == ["city"]);
    let (_, entry) = register.documents.first().expect("a document");
    assert_eq!((entry.rev, &entry.kids[0]), (1, &trust.keys[0].0));
}

#[test]
fn the_example_of_a_table_has_no_problems() {
    let example = example(&readme(), "## 写一张表\n");
    let problems = lint::check(example.as_bytes());
    assert!(problems.is_empty(), "{}", problems.iter().map(ToString::to_string).collect::<Vec<_>>().join("\n"));
}

#[test]
fn every_option_of_verify_is_listed_and_no_other() {
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_shenbao")).args(["verify", "--help"]).output().expect("shenbao starts");
    let help = String::from_utf8(output.stdout).expect("the help is text");
    let options: Vec<&str> = help.lines().filter_map(|it| it.trim_start().split(' ').next()).filter(|it| it.starts_with("--")).collect();
    assert!(options.len() > 5, "the help lists options: {help}");
    let readme = readme();
    // The custom properties of the element begin like options.
    let table: Vec<&str> = readme.lines().filter(|it| it.starts_with("| `--") && !it.starts_with("| `--shenbao-")).collect();
    for option in &options {
        assert!(table.iter().any(|it| it.contains(&format!("`{option}"))), "the README's table lacks {option}");
    }
    let named = table.iter().flat_map(|line| line.split('`').filter(|it| it.starts_with("--")));
    for option in named.map(|it| it.split(' ').next().unwrap_or(it)) {
        assert!(options.contains(&option), "the README names {option}, which verify does not know");
    }
}

#[test]
fn the_tables_of_the_element_are_those_of_its_list() {
    let contract: serde_json::Value = serde_json::from_str(include_str!("../../src/web/element.json")).expect("the contract is JSON");
    let readme = readme();
    let (_, section) = readme.split_once("## 嵌入网页\n").expect("there is a section");
    let (section, _) = section.split_once("\n## ").expect("the section ends");
    let written: Vec<&str> = section.lines().filter(|it| it.starts_with("| `") && !it.starts_with("| `::part")).collect();
    let text = |it: &serde_json::Value, name: &str| it[name].as_str().expect("a text").to_owned();
    let lists = ["attributes", "properties", "methods", "events", "css", "parts"];
    let listed: Vec<String> = lists
        .iter()
        .flat_map(|list| contract[list].as_array().expect("a list"))
        .map(|it| {
            assert!(!text(it, "en").is_empty(), "{it} has words in both languages");
            format!("| `{}` | {} |", text(it, "name"), text(it, "zh").replace('|', "\\|"))
        })
        .collect();
    assert!(listed.len() > 60);
    assert_eq!(written, listed, "README and src/web/element.json say the same in the same order");
}

#[test]
fn the_policies_to_copy_are_those_that_the_tests_serve() {
    for policy in [include_str!("../portal/policy.txt"), include_str!("../portal/policy-old.txt"), include_str!("../portal/policy-page.txt")] {
        assert!(readme().contains(&format!("```\n{}\n```", policy.trim())), "the README lacks {policy}");
    }
}
