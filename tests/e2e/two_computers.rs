//! Two offices sign one application, one after the other, each in its own browser: the second adds its signature to
//! what the first has signed, and nothing that was signed changes.

use crate::browser::{Browser, Engine, keep_screenshot, run};
use crate::filled;
use crate::foreign;
use crate::form_page::FormPage;
use serde_json::Value;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

const FIRST: &str = "示例市知识产权局";
const SECOND: &str = "示例市工业和信息化局";

#[test]
fn two_offices_sign_the_same_statement_on_two_computers() {
    run(Engine::Chromium, "two_offices_sign_the_same_statement_on_two_computers", |first| {
        let second = Browser::start(Engine::Firefox, "the_second_office");
        sign_on_two_computers(first, &second);
    });
}

fn sign_on_two_computers(first: &Browser, second: &Browser) {
    // The second office makes its key and tells the first its thumbprint.
    let theirs = FormPage::open(second);
    theirs.command("signing-keys");
    let org = theirs.wait_for_element("#key-org");
    theirs.session.type_into(&org, SECOND).expect("the office");
    let (their_key, their_passphrase) = make_key(second, &theirs);
    let kid = theirs.property(".key input", "value").as_str().expect("a thumbprint").to_owned();
    keep_screenshot(second, "keys");

    // The first signs, and names that key.
    let ours = FormPage::open(first);
    ours.open_file(&filled::write(&filled::complete(), first.folder()));
    ours.wait_for_element(".sheet");
    ours.attach_paper(first.folder(), "证明材料.pdf");
    ours.command("review");
    ours.click("[data-command='sign']:not([disabled])");
    ours.wait_for_element("#sign-org");
    assert_eq!(ours.property("#sign-org", "value"), FIRST, "the form knows the office that seals");
    ours.click("summary[data-command='new-key']");
    let (our_key, our_passphrase) = make_key(first, &ours);
    ours.click("#sign-second");
    let org = ours.wait_for_element("#second-org");
    ours.session.type_into(&org, SECOND).expect("the other office");
    let typed = ours.wait_for_element("#second-kid");
    ours.session.type_into(&typed, &kid[..42]).expect("a thumbprint cut short");
    ours.command("sign-now");
    ours.session.wait("a thumbprint cut short is said", || ours.words(".banner.bad").contains("密钥指纹不对").then_some(()));
    ours.session.type_into(&typed, &kid[42..]).expect("the rest of it");
    keep_screenshot(first, "sign-second");
    ours.command("sign-now");
    ours.wait_for_element("[data-input='joined']");
    let digest = shown_digest(&ours, ".digest");
    assert_eq!(ours.count("[data-command='print-signed']"), 0, "nothing to seal before both have signed");
    keep_screenshot(first, "signed-first");
    // The form does not pass it off as ready to go out.
    ours.command("back");
    assert_eq!(ours.words(".bar .signed-mark"), "第 1 版待加签");
    ours.command("hand-over");
    ours.wait_for_element("[data-input='joined']");
    ours.command("save-bundle");
    let half = first.downloaded_as("待加签", ".sab.json");
    let (code, said) = verify(&half);
    assert_eq!(code, 1);
    assert!(said["error"] == "E_SIGNER_SET" && said["awaited"]["kids"][0] == *kid, "{said}");
    // Nothing but the second signature makes it whole.
    ours.choose_file("[data-input='joined']", &half);
    ours.session.wait("one signature is not enough", || ours.words(".banner.bad").contains("签名还不齐").then_some(()));

    // A file that was changed on the way takes no signature.
    let text = fs::read_to_string(&half).expect("the file");
    let at = text.find("\"payload\":\"").expect("a payload") + 300;
    let other = if &text[at..at + 1] == "A" { "B" } else { "A" };
    let changed = second.folder().join("changed.sab.json");
    fs::write(&changed, format!("{}{other}{}", &text[..at], &text[at + 1..])).expect("a file");
    theirs.command("back");
    open_bundle(&theirs, &changed);
    let verdict = theirs.session.wait("a verdict", || theirs.attributes("[data-verdict]", "data-verdict").into_iter().next());
    assert!(verdict.starts_with("E_") && verdict != "E_SIGNER_SET", "{verdict}");
    assert_eq!(theirs.count(".countersign"), 0);
    theirs.command("home");

    // The second office reads it, and adds its signature with the key that was named.
    open_bundle(&theirs, &half);
    theirs.wait_for_element("[data-verdict='E_SIGNER_SET']");
    theirs.wait_for_element(".countersign");
    assert!(theirs.words("[data-verdict]").contains("2 个签名中只有 1 个"));
    assert!(theirs.count(".paper-sheet") > 4, "it is there to be read");
    keep_screenshot(second, "countersign");
    open_key(&theirs, &our_key, &our_passphrase);
    theirs.session.wait("the same key twice is refused", || theirs.words(".countersign .banner").contains("已在这份申报上签过名").then_some(()));
    open_key(&theirs, &their_key, &their_passphrase);
    theirs.click("[data-command='add-signature']:not([disabled])");
    theirs.wait_for_element("[data-verdict='INTACT']");
    theirs.wait_for_element("[data-command='save-bundle']");
    assert_eq!(shown_digest(&theirs, ".steps .digest"), digest, "what was signed has not changed");
    let who = theirs.words(".statements");
    assert!(who.contains(FIRST) && who.contains(SECOND) && who.contains(&kid), "{who}");
    keep_screenshot(second, "countersigned");
    theirs.command("save-bundle");
    let whole = second.downloaded(".sab.json");
    let to = theirs.wait_for_element("#recipients");
    theirs.session.type_into(&to, "apply@example.org").expect("a recipient");
    theirs.command("mail");
    let mail = fs::read_to_string(second.downloaded(".eml")).expect("the mail");
    assert!(mail.contains("apply@example.org"), "{mail}");
    assert!(theirs.session.print().starts_with(b"%PDF"));

    let (code, said) = verify(&whole);
    assert_eq!((code, said["verdict"].as_str()), (0, Some("INTACT")), "{said}");
    let statement = &said["statements"][0];
    assert_eq!(statement["payload"]["signer"]["org"], format!("{FIRST}、{SECOND}"));
    assert_eq!(statement["keys"].as_array().map(Vec::len), Some(2));
    assert_eq!(payload(&whole), payload(&half));
    foreign::accept(&whole, second.folder());

    // Back at the first office it takes the place of the file that waited.
    ours.choose_file("[data-input='joined']", &whole);
    ours.wait_for_element("[data-command='print-signed']");
    assert_eq!(shown_digest(&ours, ".digest"), digest);
    ours.command("save-bundle");
    let kept = first.downloaded("版.sab.json");
    assert_eq!(fs::read(&kept).expect("the whole file"), fs::read(&whole).expect("the whole file"));
}

#[test]
fn a_second_signature_goes_onto_an_archive() {
    run(Engine::Chromium, "a_second_signature_goes_onto_an_archive", |browser| {
        let form = FormPage::open(browser);
        form.command("signing-keys");
        let org = form.wait_for_element("#key-org");
        form.session.type_into(&org, SECOND).expect("the office");
        let (their_key, their_passphrase) = make_key(browser, &form);
        let kid = form.property(".key input", "value").as_str().expect("a thumbprint").to_owned();
        // Its file is told from that of the other key by what it is called here.
        let their_file = browser.folder().join("second.sabkey.json");
        fs::rename(&their_key, &their_file).expect("the key file");
        form.command("back");
        form.open_file(&filled::write(&filled::complete(), browser.folder()));
        form.wait_for_element(".sheet");
        form.attach_large_paper(browser.folder(), "证明材料.pdf");
        form.command("review");
        form.click("[data-command='sign']:not([disabled])");
        form.click("summary[data-command='new-key']");
        make_key(browser, &form);
        form.click("#sign-second");
        let org = form.wait_for_element("#second-org");
        form.session.type_into(&org, SECOND).expect("the other office");
        let typed = form.wait_for_element("#second-kid");
        form.session.type_into(&typed, &kid).expect("a thumbprint");
        form.command("sign-now");
        form.wait_for_element("[data-input='joined']");
        let digest = shown_digest(&form, ".digest");
        form.command("save-bundle");
        let half = browser.downloaded_as("待加签", ".sab.zip");
        assert_eq!(verify(&half).1["error"], "E_SIGNER_SET");

        let other = FormPage::open(browser);
        open_bundle(&other, &half);
        other.wait_for_element("[data-verdict='E_SIGNER_SET']");
        open_key(&other, &their_file, &their_passphrase);
        other.click("[data-command='add-signature']:not([disabled])");
        other.wait_for_element("[data-verdict='INTACT']");
        assert_eq!(shown_digest(&other, ".steps .digest"), digest, "what was signed has not changed");
        other.command("save-bundle");
        let whole = browser.downloaded("版.sab.zip");
        let (code, said) = verify(&whole);
        assert_eq!((code, said["verdict"].as_str()), (0, Some("INTACT")), "{said}");
        assert_eq!(said["statements"][0]["keys"].as_array().map(Vec::len), Some(2));
    });
}

/// Makes a key with an offered passphrase; its file and its passphrase.
fn make_key(browser: &Browser, form: &FormPage) -> (PathBuf, String) {
    let passphrase = form.make_key();
    let file = browser.downloaded(".sabkey.json");
    form.session.wait("the key", || (form.count(".key") == 1).then_some(()));
    assert!(form.words(".notice").contains("请另存一份备用"), "a spare copy is urged");
    form.command("noted");
    (file, passphrase)
}

fn open_key(form: &FormPage, file: &Path, passphrase: &str) {
    form.choose_file("input[data-input='key-file']", file);
    let typed = form.wait_for_element("#key-pass");
    form.session.clear(&typed).expect("the passphrase is cleared");
    form.session.type_into(&typed, passphrase).expect("the passphrase");
    form.command("open-key");
}

fn open_bundle(form: &FormPage, file: &Path) {
    form.choose_file(".start input[type=file]", file);
}

/// The fingerprint as shown, once it is there.
fn shown_digest(form: &FormPage, selector: &str) -> String {
    form.session.wait("the fingerprint", || Some(form.words(selector)).filter(|it| it.len() == 79))
}

fn payload(bundle: &Path) -> Value {
    let file: Value = serde_json::from_slice(&fs::read(bundle).expect("the file")).expect("JSON");
    file["statements"][0]["payload"].clone()
}

/// What the command line says, and its exit code.
fn verify(bundle: &Path) -> (i32, Value) {
    let said = Command::new(env!("CARGO_BIN_EXE_shenbao")).args(["verify", "--json"]).arg(bundle).output().expect("the command line");
    let out = String::from_utf8_lossy(&said.stdout).into_owned();
    (said.status.code().expect("an exit code"), serde_json::from_str(out.trim()).expect("one line of JSON"))
}
