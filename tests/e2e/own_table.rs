//! A table that the page brings along: constants of fixed rows, options with words of their own, conditions on rows; and
//! files that are no table.

use crate::browser::{Engine, run};
use crate::element::{ask, open};
use crate::form_page::FormPage;
use serde_json::{Value, json};

fn table() -> Value {
    json!({
        "format": "1", "id": "own", "version": "2026.1", "languages": ["zh-CN"], "title": { "zh-CN": "运营中心情况表" }, "provenance": "official",
        "notice": { "title": { "zh-CN": "通知" }, "issuers": ["示例局"], "issued": "2026-01-05" },
        "offices": [{ "id": "city", "label": { "zh-CN": "市知识产权局" } }],
        "parts": [{ "id": "base", "label": { "zh-CN": "基本情况" }, "filled_by": "city", "source": { "kind": "notice", "at": "一" }, "sections": [{ "heading": { "zh-CN": "内容" }, "fields": [
            { "id": "kinds", "kind": "choices", "label": { "zh-CN": "业务" }, "options": [
                { "code": "a", "label": { "zh-CN": "托管" } }, { "code": "x", "label": { "zh-CN": "其他" }, "other": { "max_length": 20 } }] },
            { "id": "targets", "kind": "rows", "label": { "zh-CN": "指标" }, "columns": [
                { "id": "unit", "kind": "text", "label": { "zh-CN": "单位" }, "width": 4 },
                { "id": "least", "kind": "integer", "label": { "zh-CN": "最低" }, "width": 6 },
                { "id": "now", "kind": "integer", "label": { "zh-CN": "现在" }, "width": 6 }],
              "fixed": [{ "key": "deals", "label": { "zh-CN": "转让" }, "group": { "zh-CN": "产出" }, "cells": { "unit": "件", "least": 20 } }] }
        ] }] }],
        "rules": [{ "id": "enough", "scope": "base.targets", "check": "row.now >= row.least", "fields": ["row.now"], "verdict": true,
            "label": { "zh-CN": "不低于最低数" }, "message": { "zh-CN": "低于最低数" }, "severity": "error", "source": { "kind": "notice", "at": "二" } }],
    })
}

fn opened(form: &FormPage) {
    ask(form, "form.removeAttribute('table'); form.definition = given[0]; await form.ready;", &[table()]);
    form.wait_for_element("[data-sheet='base']");
}

#[test]
fn what_a_fixed_row_says_itself_is_shown_and_not_asked() {
    run(Engine::Chromium, "what_a_fixed_row_says_itself_is_shown_and_not_asked", |browser| {
        let form = open(browser, "index.html");
        opened(&form);
        let row = "[data-row='base/targets/deals']";
        assert_eq!((form.count(&format!("{row} input")), form.count(&format!("{row} output"))), (1, 2));
        let words = form.words(row);
        assert!(words.contains("产出") && words.contains("转让") && words.contains('件') && words.contains("20"), "{words}");
        // A condition on rows speaks at its cell.
        form.type_into("base/targets/deals/now", "3");
        form.session.wait("what is wrong is said", || form.words("[data-path='base/targets/deals/now'] .messages").contains("低于最低数").then_some(()));
        let refused = ask(&form, "return form.setData({ base: { targets: [{ id: 'deals', least: 1, now: 3 }] } }).then(() => '', (error) => error.message);", &[]);
        assert!(refused.as_str().is_some_and(|it| it.contains("base/targets/deals/least")), "{refused}");
    });
}

#[test]
fn an_option_among_several_asks_for_its_words() {
    run(Engine::Chromium, "an_option_among_several_asks_for_its_words", |browser| {
        let form = open(browser, "index.html");
        opened(&form);
        let cell = "[data-path='base/kinds']";
        assert_eq!(form.count(&format!("{cell} .other")), 0);
        form.click(&format!("{cell} label.check:nth-of-type(1)"));
        form.click(&format!("{cell} label.check:nth-of-type(2)"));
        let words = form.wait_for_element(&format!("{cell} .other"));
        form.session.type_into(&words, "质押").expect("words");
        let answers = ask(&form, "return form.getData();", &[]);
        assert_eq!(answers["base"]["kinds"], json!(["a", { "code": "x", "text": "质押" }]));
        // The group is named by the label of its cell.
        let name = form.attributes(&format!("{cell} [role='group']"), "aria-labelledby");
        assert_eq!(form.words(&format!("#{}", name[0])), "业务");
        form.click(&format!("{cell} label.check:nth-of-type(2)"));
        form.session.wait("without it there are no words", || (form.count(&format!("{cell} .other")) == 0).then_some(()));
    });
}

#[test]
fn a_file_that_is_no_table_says_what_it_is() {
    run(Engine::Chromium, "a_file_that_is_no_table_says_what_it_is", |browser| {
        let form = open(browser, "index.html");
        // "表" in GBK; nothing; a comma too many.
        for (bytes, wanted) in [(json!([0x7b, 0xb1, 0xed]), "不是 UTF-8"), (json!([0x20]), "文件是空的"), (json!([0x7b, 0x0a, 0x20, 0x2c]), "第 2 行第 2 个字符")] {
            let give = "const url = URL.createObjectURL(new Blob([new Uint8Array(given[0])])); form.setAttribute('table-src', url); await form.ready.catch(() => {});";
            ask(&form, give, &[bytes]);
            form.session.wait(wanted, || form.words(".banner.bad, .message.wrong, [role='alert']").contains(wanted).then_some(()));
            assert_eq!(form.count(".sheet"), 1, "what is open stays");
        }
    });
}
