//! After the first signature: a second key, the next revision, a key opened from its file, a large attachment.

use crate::browser::{Browser, Engine, run};
use crate::filled;
use crate::form_page::FormPage;
use crate::webdriver::keys;
use serde_json::{Value, json};
use std::fs;
use std::path::Path;
use std::process::Command;

#[test]
fn two_offices_sign_and_the_next_revision_follows() {
    run(Engine::Chromium, "two_offices_sign_and_the_next_revision_follows", two_offices_sign);
}

fn two_offices_sign(browser: &mut Browser) {
    let form = filled::open(browser);
    go_to_signing(&form);
    form.wait_for_element("#sign-org");
    // The form knows who seals, and says what is missing.
    assert_eq!(form.property("#sign-org", "value"), "示例市知识产权局");
    form.command("sign-now");
    form.session.wait("what is missing is said", || form.words(".signing .banner.bad").contains("密钥文件").then_some(()));
    form.click("summary[data-command='new-key']");
    let passphrase = form.make_key();
    let key_file = browser.downloaded(".sabkey.json");
    form.session.wait("the first key", || (form.count(".key") == 1).then_some(()));
    assert!(form.words(".notice").contains("另存一份备用"), "a spare copy is urged");
    // The passphrase made here stays on screen until it is written down; nothing is signed before.
    assert_eq!(form.words(".passphrase"), passphrase);
    form.command("sign-now");
    form.session.wait("the note comes first", || form.words(".signing .banner.bad").contains("抄下").then_some(()));
    form.command("noted");
    form.session.wait("it is noted", || (form.count(".passphrase") == 0).then_some(()));
    form.click("summary[data-command='new-key']");
    form.make_key();
    form.session.wait("the second key", || (form.count(".key") == 2).then_some(()));
    assert_eq!(form.property("#sign-org", "value"), "示例市知识产权局、示例市经济和信息化委员会", "both offices sign");
    let second_key = browser.downloaded_as("经济和信息化委员会", ".sabkey.json");
    assert_ne!(second_key, key_file, "the keys of two offices have two names");
    // The page around the form may change its language meanwhile; the keys stay open.
    for tag in ["en", "zh-CN"] {
        form.session.script("document.querySelector('shenbao-form').setAttribute('lang', arguments[0])", &[json!(tag)]);
        form.wait_for_element(&format!("[lang='{tag}'] .signing"));
        assert_eq!(form.count(".key"), 2, "{tag}");
    }
    form.command("noted");
    let first = sign_and_save(browser, &form, "第 1 版", ".sab.json");
    assert!(form.words(".notice").contains("已保存"), "the page says that the file is there");

    // A wrong address is said at its field, until it is changed.
    let recipients = form.wait_for_element("#recipients");
    form.session.type_into(&recipients, "a@b").expect("an address");
    form.command("mail");
    form.session.wait("the address is refused", || form.words(".steps .message").contains("a@b").then_some(()));
    form.session.type_into(&recipients, ".cn").expect("the rest of it");
    form.session.wait("the refusal goes", || (form.count(".steps .message") == 0).then_some(()));
    let report = verify(&first);
    assert_eq!(statement(&report)["keys"].as_array().map(Vec::len), Some(2), "{report}");

    // A change after signing begins the next revision, which names the one before.
    form.command("back");
    assert_eq!(form.words(".bar .signed-mark"), "第 1 版已签名");
    form.wait_until_saved();
    form.command("home");
    form.session.wait("the list knows what is signed", || (form.words(".draft .signed-mark") == "第 1 版已签名").then_some(()));
    form.command("open");
    form.command("hand-over");
    form.wait_for_element("[data-command='save-bundle']");
    form.command("back");
    let path = form.resolve("city/population");
    form.type_over(&path, "2000001");
    form.session.wait("the next revision is named", || (form.words(".bar .begun-mark") == "第 2 版，未签名").then_some(()));
    // The driver empties a cell before it types.
    form.command("undo");
    form.command("undo");
    form.session.wait("without the change it is signed again", || (form.words(".bar .signed-mark") == "第 1 版已签名").then_some(()));
    form.command("redo");
    form.command("redo");
    form.session.wait("with it, it is not", || (form.count(".bar .signed-mark") == 0).then_some(()));
    form.attach_large_paper(browser.folder(), "大附件.pdf");
    let said = form.words(".attached-size");
    assert!(said.contains("16.7 MB") && said.contains("超过上限"), "what an e-mail takes is said: {said}");
    assert_eq!(form.count(".attached-size.over"), 1);

    // The key comes back from its file, with its passphrase only.
    go_to_signing(&form);
    assert_eq!(form.count(".signed-mark"), 0, "the next revision is not signed");
    let picker = form.wait_for_element("input[data-input='key-file']");
    form.session.type_into(&picker, &key_file.display().to_string()).expect("the key file");
    let typed = form.wait_for_element("#key-pass");
    form.session.type_into(&typed, "not the passphrase").expect("a passphrase");
    form.command("open-key");
    form.session.wait("a wrong passphrase is said", || form.words(".key-box .message").contains("口令").then_some(()));
    form.session.clear(&typed).expect("the passphrase is cleared");
    form.session.type_into(&typed, &format!("{passphrase}{}", keys::ENTER)).expect("the passphrase");
    form.session.wait("the key of the file", || (form.count(".key") == 1).then_some(()));
    let second = sign_and_save(browser, &form, "第 2 版", ".sab.zip");
    let report = verify(&second);
    let doc = &statement(&report)["payload"]["doc"];
    assert_eq!(doc["rev"], 2, "{report}");
    assert_eq!(doc["prev"], statement(&verify(&first))["payload_sha256"]);
}

#[test]
fn an_earlier_version_goes_on_where_the_draft_is() {
    run(Engine::Chromium, "an_earlier_version_goes_on_where_the_draft_is", |browser| {
        let form = filled::open(browser);
        form.wait_until_saved();
        let name = form.resolve("cover/ip_office");
        form.type_over(&name, "示例市知识产权局（新）");
        form.wait_until_saved();
        go_to_signing(&form);
        form.click("summary[data-command='new-key']");
        form.make_key();
        form.session.wait("a key", || (form.count(".key") == 1).then_some(()));
        form.command("noted");
        sign_and_save(browser, &form, "第 1 版", ".sab.json");
        form.command("back");
        form.wait_until_saved();
        form.command("home");
        form.command("versions");
        form.click(".versions li:last-child [data-command='open-version']");
        form.wait_for_element(".sheet");
        // Its number is signed: nothing else is signed under it.
        form.session.wait("the next revision", || (form.words(".bar .begun-mark") == "第 2 版，未签名").then_some(()));
        assert_eq!(form.typed(&name), "示例市知识产权局");
    });
}

#[test]
fn what_is_attached_comes_out_again() {
    run(Engine::Chromium, "what_is_attached_comes_out_again", |browser| {
        let form = filled::open(browser);
        let content = b"%PDF-1.4\n%one page\n";
        form.attach_paper(browser.folder(), "证明甲.pdf");
        // The same file once more is said, and not listed twice.
        let cell = form.first_files_cell();
        let input = form.wait_for_element(&format!("[data-path='{cell}'] input[type=file]"));
        form.session.type_into(&input, &browser.folder().join("证明甲.pdf").display().to_string()).expect("the file again");
        form.session.wait("it is said", || form.words(&format!("[data-path='{cell}'] .message.wrong")).contains("已在这里").then_some(()));
        assert_eq!(form.count(&format!("[data-path='{cell}'] [data-command='save-file']")), 1);
        form.command("save-file");
        let saved = browser.downloaded_as("证明甲", ".pdf");
        assert_eq!(fs::read(&saved).expect("the file"), content);
        fs::remove_file(&saved).expect("room for the next one");

        go_to_signing(&form);
        form.click("summary[data-command='new-key']");
        form.make_key();
        form.session.wait("a key", || (form.count(".key") == 1).then_some(()));
        form.command("noted");
        let bundle = sign_and_save(browser, &form, "第 1 版", ".sab.json");
        let code = |form: &FormPage| form.property(".paper-code", "innerHTML");
        form.wait_for_element(".paper-code");
        let printed = code(&form);
        let form = FormPage::open(browser);
        form.open_file(&bundle);
        form.wait_for_element(".paper-code");
        assert_eq!(code(&form), printed, "the sheets of a received file carry the same code");
        form.click(".attached [data-command='save-file']:not([disabled])");
        assert_eq!(fs::read(browser.downloaded_as("证明甲", ".pdf")).expect("the file"), content);
        what_an_office_asks(browser, &form, &statement(&verify(&bundle))["keys"][0]["kid"]);
    });
}

/// Whose signature, to whom, and the list of known keys: offices by name or code, and a list that is wrong is named.
fn what_an_office_asks(browser: &Browser, form: &FormPage, kid: &Value) {
    let verdict = |name: &str| drop(form.wait_for_element(&format!("[data-verdict='{name}']")));
    let ask = |field: &str, office: &str| {
        let field = form.wait_for_element(field);
        form.session.clear(&field).expect("the field is cleared");
        form.session.type_into(&field, &format!("{office}{}", keys::ENTER)).expect("an office");
    };
    verdict("INTACT");
    form.click("details summary");
    ask("#verify-recipient", "申报城市");
    verdict("E_RECIPIENT");
    ask("#verify-recipient", "省知识产权局");
    verdict("INTACT");
    ask("#verify-role", "prov_ip");
    verdict("E_POLICY");
    ask("#verify-role", "申报城市");
    verdict("INTACT");
    let list = browser.folder().join("登记.json");
    for (text, said, name) in [
        ("{\"sabtrust\":".to_owned(), "不是这种名单", "INTACT"),
        (json!({ "sabtrust": "1.0", "keys": { kid.as_str().expect("a key"): { "roles": "city" } } }).to_string(), "/roles", "INTACT"),
        (json!({ "sabtrust": "1.0", "keys": { kid.as_str().expect("a key"): { "roles": ["city"] } } }).to_string(), "", "AUTHENTIC"),
    ] {
        fs::write(&list, text).expect("the folder is writable");
        form.choose_file("[data-input='trust']", &list);
        form.session.wait("what is wrong with the list", || form.words("details .message.wrong").contains(said).then_some(()));
        verdict(name);
    }
    assert_eq!(form.count("details .message.wrong"), 0, "what was wrong is said no more");
}

/// Review, then the page for signing.
fn go_to_signing(form: &FormPage) {
    form.command("review");
    form.click("[data-command='sign']:not([disabled])");
}

fn sign_and_save(browser: &Browser, form: &FormPage, name: &str, ending: &str) -> std::path::PathBuf {
    form.command("sign-now");
    form.wait_for_element("[data-command='save-bundle']");
    form.command("save-bundle");
    browser.downloaded_as(name, ending)
}

fn verify(bundle: &Path) -> Value {
    let said = Command::new(env!("CARGO_BIN_EXE_shenbao")).args(["verify", "--json"]).arg(bundle).output().expect("the command line");
    let out = String::from_utf8_lossy(&said.stdout).into_owned();
    assert!(said.status.success(), "{out}");
    serde_json::from_str(out.trim()).expect("one line of JSON")
}

fn statement(report: &Value) -> &Value {
    &report["statements"][0]
}
