//! The command line as a reviewer meets it: one line for each file, exit codes, and options that are not dropped.

use crate::bundle_own as own;
use shenbao::engine::bundle::{
    digest::Digest,
    file, paper, sign,
    trust::{self, Register, RegisterEntry, TrustEntry, TrustList},
};
use shenbao::engine::value::json::{self, Json};
use std::path::PathBuf;
use std::process::{Command, Output};

/// A folder of its own for one test, gone afterwards.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let path = std::env::temp_dir().join(format!("shenbao-cli-{}-{name}", std::process::id()));
        std::fs::create_dir_all(&path).expect("a folder for the test");
        Folder(path)
    }

    fn write(&self, name: &str, bytes: impl AsRef<[u8]>) -> String {
        let path = self.0.join(name);
        std::fs::write(&path, bytes).expect("a file for the test");
        path.to_string_lossy().into_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn shenbao(arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_shenbao"));
    command.args(arguments).env("LC_ALL", "en_GB.UTF-8").output().expect("the program runs")
}

fn code_and_text(arguments: &[&str]) -> (i32, String) {
    let output = shenbao(arguments);
    (output.status.code().expect("an exit code"), String::from_utf8(output.stdout).expect("UTF-8"))
}

fn application() -> Vec<u8> {
    own::file_of(&[own::signed(&own::application(), &["city-p256"])])
}

fn trust_of(key: &str, org: &str) -> String {
    let entry =
        TrustEntry { org: Some(org.to_owned()), roles: vec!["city".to_owned()], ..TrustEntry::default() };
    trust::to_json(&TrustList { keys: vec![(own::kid(key), entry)] }, &Register::default()).to_canonical()
}

#[test]
fn one_line_for_each_file_and_the_worst_sets_the_exit_code() {
    let folder = Folder::new("lines");
    let good = folder.write("good.sab.json", application());
    let mut bytes = application();
    bytes.truncate(bytes.len() - 5);
    let cut = folder.write("cut.sab.json", bytes);
    let (code, text) = code_and_text(&["verify", &good]);
    assert_eq!(code, 0);
    assert!(text.contains("good.sab.json: INTACT: ") && text.contains("示例市人民政府"), "{text}");
    let (code, text) = code_and_text(&["verify", &cut, &good]);
    assert_eq!((code, text.lines().count()), (1, 2));
    assert!(text.contains("cut.sab.json: E_JSON: "), "{text}");
    let (code, text) = code_and_text(&["verify", "--lang", "zh", &cut]);
    assert!(code == 1 && text.contains("E_JSON") && text.contains("文件不完整"), "{text}");
    // A file that is not there: the others are still judged.
    let output = shenbao(&["verify", "no-such-file", &good]);
    assert_eq!(output.status.code(), Some(2));
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(text.lines().count() == 2 && text.contains("no-such-file: UNREADABLE: ") && text.contains("INTACT"), "{text}");
    let (code, text) = code_and_text(&["verify", "--json", "no-such-file"]);
    assert!(code == 2 && text.contains(r#""error":"UNREADABLE""#) && text.contains(r#""passed":false"#), "{text}");
}

#[test]
fn a_file_that_was_never_signed_is_called_what_it_is() {
    let folder = Folder::new("kinds");
    let draft = r#"{"sbdraft":"1","saved":"2026-01-01T00:00:00Z"}"#;
    for (name, bytes, wanted) in [
        ("a.sab.json", draft.as_bytes(), "这是草稿文件"),
        ("b.sab.json", &br#"{"sabkey":"1.0"}"#[..], "这是密钥文件"),
        ("c.sab.json", include_bytes!("../data/definitions/excerpt-pilot-city.json"), "这是表格定义"),
        ("d.sab.json", b"Subject: =?utf-8?B?5Lit?=\r\nMIME-Version: 1.0\r\n\r\n", "这是邮件"),
        ("e.sab.zip", b"PK\x03\x04\x14\0\0\0\0\0\0\0\0\0[Content_Types].xml", "Word 或 Excel"),
        ("f.sab.json", own::PDF, "PDF"),
        ("g.sab.json", b"", "文件是空的"),
        ("h.sab.json", b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR", "不是本程序的文件"),
        ("i.sab.json", br#"{"name":"x"}"#, "不是本程序的文件"),
    ] {
        let (code, text) = code_and_text(&["verify", "--lang", "zh", &folder.write(name, bytes)]);
        assert!(code == 1 && text.contains(wanted) && text.contains(": E_"), "{name}: {text}");
    }
}

#[test]
fn the_language_is_that_of_the_machine_and_chinese_where_it_says_nothing() {
    let folder = Folder::new("language");
    let good = folder.write("good.sab.json", application());
    let said = |locale: Option<&str>, command: &str| {
        let mut program = Command::new(env!("CARGO_BIN_EXE_shenbao"));
        program.args([command, &good]).env_remove("LC_ALL").env_remove("LC_MESSAGES").env_remove("LANG");
        if let Some(locale) = locale {
            program.env("LANG", locale);
        }
        String::from_utf8(program.output().expect("the program runs").stdout).expect("UTF-8")
    };
    for (command, chinese, english) in [("verify", "申报表第 1 版", "application, revision 1"), ("check", "处错误", "error: ")] {
        assert!(said(None, command).contains(chinese));
        assert!(said(Some("zh_CN.UTF-8"), command).contains(chinese));
        assert!(said(Some("en_US.UTF-8"), command).contains(english));
    }
}

#[test]
fn a_reader_that_stops_listening_is_no_reason_to_fail() {
    let folder = Folder::new("pipe");
    let good = folder.write("good.sab.json", application());
    let table = folder.write("d.json", include_bytes!("../data/definitions/excerpt-pilot-city.json"));
    for arguments in [&["inspect", &good][..], &["verify", &good], &["check", &table], &["schema"], &["--help"]] {
        let (reader, writer) = std::io::pipe().expect("a pipe");
        drop(reader);
        let output = Command::new(env!("CARGO_BIN_EXE_shenbao")).args(arguments).stdout(writer).output().expect("it runs");
        assert_eq!(output.status.code(), Some(0), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        assert!(output.stderr.is_empty(), "{arguments:?}");
    }
}

#[test]
fn what_cannot_be_understood_does_not_run() {
    let folder = Folder::new("usage");
    let good = folder.write("good.sab.json", application());
    let list = folder.write("trust.json", r#"{"sabtrust":"1.0","kyes":{}}"#);
    for arguments in [
        &["verify"][..],
        &["verify", "--expect", "letter", &good],
        &["verify", "--expect-paper", "e87a 1fd0", &good],
        &["verify", "--trsut", &list, &good],
        &["verify", "--trust", &list, &good],
        &["verify", "--definition", &good, &good],
        &["judge", &good],
        &[],
    ] {
        let output = shenbao(arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(!output.stderr.is_empty(), "{arguments:?} says why");
    }
    assert_eq!(code_and_text(&["--help"]).0, 0);
    assert_eq!(code_and_text(&["verify", "--help"]).0, 0);
}

#[test]
fn what_is_wrong_with_the_arguments_is_said_in_the_language_of_the_run() {
    let said = |arguments: &[&str]| {
        let output = shenbao(&[&["--lang", "zh"], arguments].concat());
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    for (arguments, wanted) in [
        (&[][..], "用法：shenbao 命令"),
        (&["judge"], "没有命令 judge"),
        (&["verify"], "没有写文件"),
        (&["verify", "--trsut", "x"], "没有选项 --trsut"),
        (&["verify", "--trust"], "选项 --trust 后面缺少值"),
        (&["verify", "--json=1", "x"], "选项 --json 不带值"),
        (&["schema", "x"], "多余的参数 x"),
        (&["inspect", "no-such-file"], "no-such-file: 没有这个文件"),
        (&["check", env!("CARGO_MANIFEST_DIR")], "这是文件夹"),
        (&["verify", "--lang", "fr", "x"], "--lang 只能是 zh 或 en"),
    ] {
        assert!(said(arguments).contains(wanted), "{arguments:?}: {}", said(arguments));
    }
    let output = shenbao(&["verify", "--lang=zh", "--help"]);
    assert!(output.status.success() && String::from_utf8_lossy(&output.stdout).starts_with("用法："));
}

#[test]
fn a_trust_list_that_is_wrong_says_where_and_how_it_must_be() {
    let folder = Folder::new("trust");
    let good = folder.write("good.sab.json", application());
    let key = own::kid("city-p256");
    let said = |text: &str| {
        let output = shenbao(&["--lang", "zh", "verify", "--trust", &folder.write("t.json", text), &good]);
        assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0), "{text}");
        String::from_utf8(output.stderr).expect("UTF-8")
    };
    let list = |entry: &str| format!("{{\"sabtrust\": \"1.0\",\n \"keys\": {{\n  \"{key}\": {entry}\n}}}}");
    let register = |entry: &str| format!("{{\"sabtrust\": \"1.0\",\n \"register\": {{\n  \"urn:x\": {entry}\n}}}}");
    for (text, wanted) in [
        ("{\"sabtrust\": \"1.0\",\n}".to_owned(), "t.json:2:1: 这里不是正确的 JSON"),
        (r#"{"keys": {}}"#.to_owned(), "t.json:1:1: 不是密钥名单或收文登记"),
        (list(r#"{"org": "示例市"}"#), "缺少“roles”"),
        (list(r#"{"role": ["city"]}"#), "t.json:3:51: 没有“role”这一项"),
        (list(r#"{"roles": "city"}"#), "“roles”的写法不对：应为方括号里的文字"),
        (list(r#"{"roles": ["city"], "source": "phone"}"#), "“source”的写法不对：应为 paper、letter 或 ca"),
        (list(r#"{"roles": ["city"], "since": "2026-13-01T00:00:00Z"}"#), "“since”的写法不对：应为 2026-01-05T00:00:00Z"),
        (list(r#"{"roles": ["city"]}"#).replace(&key, "abc"), "t.json:3:3: “abc”的写法不对：应为密钥指纹"),
        (register(r#"{"rev": 0, "payload": ""}"#), "“rev”的写法不对：应为 1 起的整数"),
        (register(r#"{"rev": 1, "payload": "98BA"}"#), "“payload”的写法不对：应为 64 位小写的文件指纹"),
    ] {
        assert!(said(&text).contains(wanted), "{text}: {}", said(&text));
    }
    // The mark of Notepad is no fault.
    let marked = folder.write("marked.json", format!("\u{feff}{}", list(r#"{"roles": ["city"]}"#)));
    assert_eq!(shenbao(&["verify", "--trust", &marked, &good]).status.code(), Some(0));
}

#[test]
fn every_demand_of_the_policy_has_an_option() {
    let folder = Folder::new("policy");
    let good = folder.write("good.sab.json", application());
    let statement = own::signed(&own::application(), &["city-p256"]);
    let digest = sign::payload_sha256_of(&statement).expect("a digest");
    let verdict = |arguments: &[&str]| {
        let all = [&["verify", "--json"], arguments, &[good.as_str()]].concat();
        let (code, text) = code_and_text(&all);
        let report = json::parse(text.trim_end().as_bytes(), 40).expect("one JSON object");
        let name =
            report.get("verdict").and_then(Json::as_text).or(report.get("error").and_then(Json::as_text));
        (code, name.expect("a verdict or an error").to_owned())
    };
    let is = |code, name: &str| (code, name.to_owned());
    let pinned = folder.write("trust.json", trust_of("city-p256", "示例市人民政府"));
    let others = folder.write("others.json", trust_of("city-ed25519", "示例市人民政府"));
    assert_eq!(verdict(&["--trust", &pinned]), is(0, "AUTHENTIC"));
    assert_eq!(verdict(&["--trust", &others]), is(1, "E_KEY_UNTRUSTED"));
    assert_eq!(verdict(&["--expect-paper", &paper::groups(&digest)]), is(0, "INTACT+PAPER"));
    assert_eq!(verdict(&["--expect-paper", &Digest::of(b"").to_hex()]), is(1, "E_PAPER_MISMATCH"));
    assert_eq!(verdict(&["--expect", "part"]), is(1, "E_NOT_A_PART"));
    assert_eq!(verdict(&["--require-role", "city"]), is(0, "INTACT"));
    assert_eq!(verdict(&["--require-role", "city", "--require-role", "province-a"]), is(1, "E_POLICY"));
    assert_eq!(verdict(&["--recipient", "province-a"]), is(0, "INTACT"));
    assert_eq!(verdict(&["--recipient", "province-b"]), is(1, "E_RECIPIENT"));
    // An office may be named as its table names it.
    assert_eq!(verdict(&["--require-role", "申报城市"]), is(0, "INTACT"));
    assert_eq!(verdict(&["--require-role", "省知识产权局"]), is(1, "E_POLICY"));
    let mut register = Register::default();
    register.accept(own::DOC, RegisterEntry { rev: 2, payload: digest, org: None, kids: Vec::new() });
    let register = trust::to_json(&TrustList::default(), &register).to_canonical();
    assert_eq!(verdict(&["--register", &folder.write("register.json", register)]), is(1, "E_STALE_REVISION"));
}

#[test]
fn one_of_two_signatures_is_refused_and_says_whose_is_missing() {
    let folder = Folder::new("half");
    let org = own::set(&own::application(), &["signer", "org"], Json::text("示例市知识产权局、示例市工业和信息化局"));
    let payload = sign::with_names(&org, &[own::kid("city-p256"), own::kid("city-ed25519")]);
    let half = sign::sign_first(&payload, &[&own::key("city-p256")]).expect("the first signature");
    let whole = sign::add_signature(&half, &own::key("city-ed25519")).expect("the second signature");
    let (half, whole) = (folder.write("half.sab.json", own::file_of(&[half])), folder.write("whole.sab.json", own::file_of(&[whole])));
    let (code, text) = code_and_text(&["verify", &half]);
    assert_eq!(code, 1);
    assert!(text.contains("E_SIGNER_SET") && text.contains("1 of 2 signatures") && text.contains(&own::kid("city-ed25519")), "{text}");
    let (_, text) = code_and_text(&["verify", "--lang", "zh", &half]);
    assert!(text.contains("2 个签名中只有 1 个"), "{text}");
    let (code, text) = code_and_text(&["verify", &whole]);
    assert!(code == 0 && text.contains("“示例市知识产权局、示例市工业和信息化局” [city], 2 signatures"), "{text}");
}

#[test]
fn rules_that_were_not_run_are_never_said_to_hold() {
    let folder = Folder::new("rules");
    let good = folder.write("good.sab.json", application());
    let (code, text) = code_and_text(&["verify", &good]);
    assert!(code == 0 && text.contains("rules not checked"), "{text}");
    let (code, _) = code_and_text(&["verify", "--strict-rules", &good]);
    assert_eq!(code, 1, "strict: what was not checked does not pass");
}

/// An application that fills the excerpt of the 2017 table with the answers of its case `good`, one of them changed.
fn excerpt(population: i64) -> Vec<u8> {
    excerpt_with(population, None)
}

/// The same with a reason for its first park.
fn excerpt_with(population: i64, reason: Option<&str>) -> Vec<u8> {
    let definition = json::parse(include_bytes!("../data/definitions/excerpt-pilot-city.json"), 24).expect("JSON");
    let cases = definition.get("cases").and_then(Json::as_list).expect("cases");
    let answers = cases.first().and_then(|it| it.get("answers")).expect("answers");
    let parks = answers.get("parks").and_then(Json::as_list).expect("parks");
    let parks = parks.iter().enumerate().map(|(idx, park)| match idx {
        0 => own::set(park, &["population"], Json::Int(population)),
        _ => park.clone(),
    });
    let answers = Json::object([("parks", Json::List(parks.collect()))]);
    let mut data = Json::object([("answers", answers)]);
    if let Some(reason) = reason {
        let given = [("rule", Json::text("park-48.4")), ("at", Json::text("parks/i1")), ("reason", Json::text(reason))];
        data = data.with("overrides", Json::List(vec![Json::object(given)]));
    }
    let payload = own::set(&own::application(), &["data"], data);
    let digest = Digest::of(definition.to_canonical().as_bytes()).to_hex();
    let payload = own::set(&payload, &["form", "sha256"], Json::text(digest));
    own::file_of(&[own::signed(&payload, &["city-p256"])])
}

#[test]
fn the_rules_of_the_signed_definition_are_run_on_the_signed_answers() {
    let folder = Folder::new("definition");
    let definition = folder.write("d.json", include_bytes!("../data/definitions/excerpt-pilot-city.json"));
    let (good, bad) = (folder.write("good.sab.json", excerpt(100_000)), folder.write("bad.sab.json", excerpt(100_001)));
    let (code, text) = code_and_text(&["verify", "--definition", &definition, "--strict-rules", &good]);
    assert!(code == 0 && text.contains("rules: 0 failed"), "{text}");
    let (code, text) = code_and_text(&["verify", "--definition", &definition, &bad]);
    assert!(code == 0 && text.contains("rules: 1 failed (甲园 · 有效发明专利数: "), "{text}");
    assert!(text.contains("below 48.4 [park-48.4])") && text.contains("of “示例市人民政府” [申报城市]"), "{text}");
    let (_, text) = code_and_text(&["verify", "--lang", "zh", "--definition", &definition, &bad]);
    assert!(text.contains("填报条件：1 项不符（甲园 · 有效发明专利数：每万人口发明专利拥有量为 ") && text.contains("[申报城市]"), "{text}");
    let (code, text) = code_and_text(&["verify", "--definition", &definition, "--strict-rules", &bad]);
    assert!(code == 1 && text.contains("bad.sab.json: failed by its rules, see the end: INTACT"), "{text}");
    let (_, text) = code_and_text(&["verify", "--json", "--strict-rules", "--definition", &definition, &bad]);
    assert!(text.contains(r#""rule":"park-48.4""#) && text.contains(r#""verdict":"INTACT""#) && text.contains(r#""passed":false"#), "{text}");
    // A reason is told with what it lifts.
    let (_, text) = code_and_text(&["verify", "--definition", &definition, &folder.write("lifted.sab.json", excerpt_with(100_001, Some("统计口径不同，见附函说明")))]);
    assert!(text.contains("1 lifted by a reason (甲园") && text.contains("because “统计口径不同，见附函说明”"), "{text}");
    // A definition that nothing was signed with is of no use to whoever gave it.
    let other = folder.write("other.json", include_bytes!("../../src/engine/tables/work-plan-2010.json"));
    for (given, is_used) in [(&definition, true), (&other, false)] {
        let said = String::from_utf8(shenbao(&["verify", "--definition", given, &good]).stderr).expect("UTF-8");
        assert_eq!(said.contains("this definition is not used"), !is_used, "{given}: {said}");
    }
    // Without the definition nothing is said about its rules.
    let (code, text) = code_and_text(&["verify", &bad]);
    assert!(code == 0 && text.contains("rules not checked"), "{text}");
}

#[test]
fn an_attachment_may_lie_beside_the_file() {
    let folder = Folder::new("beside");
    let statement = own::signed(&own::application(), &["city-p256"]);
    let bare = folder.write("bare.sab.json", file::json_file(&[statement], &[]));
    assert_eq!(code_and_text(&["verify", &bare]).0, 1);
    // Whatever its name: the digest decides.
    let beside = folder.write("renamed.bin", own::PDF);
    assert_eq!(code_and_text(&["verify", "--attachment", &beside, &bare]).0, 0);
}

#[test]
fn inspect_prints_what_is_signed_and_nothing_of_a_broken_file() {
    let folder = Folder::new("inspect");
    let good = folder.write("good.sab.json", application());
    let (code, text) = code_and_text(&["inspect", &good]);
    assert_eq!(code, 0);
    for expected in ["示例市人民政府", "规划文本.pdf", "city_name: 示例市", "revision    1", "province-a"] {
        assert!(text.contains(expected), "{expected} in {text}");
    }
    let (_, text) = code_and_text(&["inspect", "--lang", "zh", &good]);
    assert!(text.contains(&format!("密钥指纹　　 {}", own::kid("city-p256"))) && text.contains("申报编号　　 urn:uuid:"), "{text}");
    let part = own::file_of(&[own::signed(&own::part(), &["park-east-p256"])]);
    let (code, text) = code_and_text(&["inspect", &folder.write("part.sab-part.json", part)]);
    assert!(code == 0 && text.contains("statement 0: part"), "{text}");
    // One figure changed after signing.
    let text = String::from_utf8(application()).expect("UTF-8");
    let broken = text.replacen("eyJhdHRh", "eyJhdHRi", 1);
    assert_ne!(broken, text);
    let (code, text) = code_and_text(&["inspect", &folder.write("broken.sab.json", broken)]);
    assert!(code == 1 && !text.contains("示例市"), "{text}");
}

#[test]
fn a_file_cannot_steer_the_terminal() {
    let folder = Folder::new("terminal");
    let payload = own::set(&own::application(), &["signer", "org"], Json::text("\u{1b}[2J\u{202e}示例"));
    let file = folder.write("hostile.sab.json", own::file_of(&[own::signed(&payload, &["city-p256"])]));
    for command in ["verify", "inspect"] {
        let (code, text) = code_and_text(&[command, &file]);
        assert_eq!(code, 0);
        assert!(!text.contains('\u{1b}') && !text.contains('\u{202e}') && text.contains("\\u{1b}"), "{text}");
    }
}

#[test]
fn a_slip_of_the_pen_in_a_definition_is_told_with_its_mend() {
    let folder = Folder::new("slips");
    let sound = include_str!("../data/definitions/excerpt-pilot-city.json");
    for (from, to, wanted) in [
        ("this.per_10k >= 48.4", "this.per_10k ≥ 48.4", "大于或等于写 >="),
        ("this.per_10k >= 48.4", "this.per_10k = 48.4", "相等写 =="),
        ("this.per_10k >= 48.4", "this.per_10k > 48 and this.per_10k < 99", "“并且”写 &&"),
        ("this.per_10k >= 48.4", "（this.per_10k > 48）", "这个符号要用半角"),
        ("this.per_10k >= 48.4", "len(this.per_10k) > 48", "没有函数“len”"),
        ("\"min_length\": 10", "\"min_length\": \"10\"", "不是 \"10\"：去掉引号"),
        ("\"zh-CN\": \"每万人口发明专利拥有量为 {value},低于 48.4 件\"", "\"zh-CN\": \"\"", "“zh-CN”没有文字"),
    ] {
        let broken = sound.replacen(from, to, 1);
        assert!(broken != sound, "{from}");
        let (code, text) = code_and_text(&["check", "--lang", "zh", &folder.write("d.json", broken)]);
        assert!(code == 1 && text.contains(wanted), "{to}: {text}");
    }
    // Editors look for the schema of a file there.
    let (_, text) = code_and_text(&["check", &folder.write("d.json", sound.replacen('{', "{\"$schema\": \"./definition.schema.json\",", 1))]);
    assert!(!text.contains("schema ["), "{text}");
}
