//! What leaves and enters: pasted blocks, e-mail drafts read back by another parser, file names.

use mail_parser::{MessageParser, MimeHeaders};
use shenbao::engine::exchange::eml::{self, File, Mail, Mailbox};
use shenbao::engine::exchange::{file_name, tsv};

fn block(rows: &[&[&str]]) -> Vec<Vec<String>> {
    rows.iter().map(|row| row.iter().map(|cell| cell.to_string()).collect()).collect()
}

#[test]
fn pasted_blocks_come_apart_into_cells() {
    for (text, rows) in [
        ("", &[] as &[&[&str]]),
        ("甲", &[&["甲"]]),
        ("甲\t1\r\n乙\t2\r\n", &[&["甲", "1"], &["乙", "2"]]),
        ("甲\t1\n乙\t2", &[&["甲", "1"], &["乙", "2"]]),
        ("甲\r乙\r", &[&["甲"], &["乙"]]),
        ("\t\t\r\n", &[&["", "", ""]]),
        ("甲\r\n\r\n乙", &[&["甲"], &[""], &["乙"]]),
        ("\"第一行\n第二行\"\t2\r\n", &[&["第一行\n第二行", "2"]]),
        ("\"第一行\r\n第二行\"", &[&["第一行\n第二行"]]),
        ("\"说\"\"好\"\"\"\t\"a\tb\"", &[&["说\"好\"", "a\tb"]]),
        // Quotes of the person's own.
        ("\"好\" 字\t1", &[&["\"好\" 字", "1"]]),
        ("\"没有完\t1\n乙", &[&["\"没有完", "1"], &["乙"]]),
        ("5\"\t6\"", &[&["5\"", "6\""]]),
    ] {
        assert_eq!(tsv::parse(text), block(rows), "{text:?}");
    }
}

#[test]
fn a_copied_block_pastes_the_same() {
    let rows = block(&[&["甲", "", "1,234"], &["两\n行", "\"引\"", "a\tb"], &["", "", ""], &["5\"", "'", "=1"]]);
    assert_eq!(tsv::parse(&tsv::write(&rows)), rows);
}

fn mailbox(name: &str, address: &str) -> Mailbox {
    Mailbox { name: name.into(), address: address.into() }
}

#[test]
fn recipients_are_read_as_typed() {
    assert_eq!(
        eml::parse_recipients("张三 <a@b.cn>； ｃ＠ｄ．ｃｎ、\"李四\"＜e@f.gov.cn＞\n"),
        Ok(vec![mailbox("张三", "a@b.cn"), mailbox("", "c@d.cn"), mailbox("李四", "e@f.gov.cn")])
    );
    assert_eq!(eml::parse_recipients(" ；"), Ok(vec![]));
    for bad in ["a@b", "张三", "a b@c.cn@d", "a@b.cn>", "知识@产权.中国", "a@b..cn"] {
        assert_eq!(eml::parse_recipients(&format!("x@y.cn；{bad}")), Err(bad.to_string()), "{bad}");
    }
}

#[test]
fn another_parser_reads_the_mail_as_meant() {
    let subject = "【申报】舞钢市 2017 年国家知识产权试点城市申报表（第 1 版，文件指纹 4f1c…9a）与方案、证明材料一并报送";
    let body = "各处室：\n现报送申报表，\r\n请查收。\n.\nFrom 舞钢市";
    let name = "试点城市申报表-舞钢市-第1版 (终).sab.json";
    let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
    let to = [mailbox("省知识产权局", "zscq@example.gov.cn"), mailbox("", "b@example.cn")];
    let cc = [mailbox("李四\r\nBcc: evil@example.com", "c@example.cn")];
    let files = [
        File { name, media_type: "application/vnd.sab+json", bytes: &bytes },
        File { name: "a\r\nX: y;\".pdf", media_type: "application/pdf\r\nX: y", bytes: b"" },
    ];
    let text = eml::write(&Mail { to: &to, cc: &cc, subject, body, date: "2026-11-22T08:05:09Z", files: &files });
    assert!(text.is_ascii() && text.split("\r\n").all(|line| line.len() <= 998 && !line.contains(['\r', '\n'])));
    assert!(text.contains("\r\nX-Unsent: 1\r\n") && text.contains("\r\nDate: Sun, 22 Nov 2026 08:05:09 +0000\r\n"));
    let mail = MessageParser::default().parse(text.as_bytes()).unwrap();
    assert_eq!(mail.subject(), Some(subject));
    let to: Vec<_> = mail.to().unwrap().iter().map(|it| (it.name().unwrap_or_default(), it.address().unwrap())).collect();
    assert_eq!(to, [("省知识产权局", "zscq@example.gov.cn"), ("", "b@example.cn")]);
    assert_eq!(mail.cc().unwrap().iter().count(), 1);
    assert!(mail.bcc().is_none() && mail.header("X").is_none());
    assert_eq!(mail.date().unwrap().to_rfc3339(), "2026-11-22T08:05:09Z");
    assert_eq!(mail.body_text(0).unwrap().replace("\r\n", "\n").trim_end(), body.replace("\r\n", "\n"));
    assert_eq!(mail.attachment_count(), 2);
    let file = mail.attachment(0).unwrap();
    assert_eq!((file.attachment_name(), file.contents()), (Some(name), bytes.as_slice()));
    assert_eq!(file.content_type().unwrap().subtype(), Some("vnd.sab+json"));
    let file = mail.attachment(1).unwrap();
    assert_eq!((file.attachment_name(), file.contents()), (Some("aX: y;\".pdf"), &b""[..]));
}

#[test]
fn a_mail_without_recipients_or_date_is_still_a_draft() {
    let text = eml::write(&Mail { to: &[], cc: &[], subject: "", body: "", date: "gestern", files: &[] });
    assert!(!text.contains("To:") && !text.contains("Date:"));
    assert!(MessageParser::default().parse(text.as_bytes()).is_some());
}

#[test]
fn file_names_are_taken_by_every_system() {
    assert_eq!(file_name(&["试点城市申报表", " 舞钢市 ", "", "第1版"], ".sab.json"), "试点城市申报表-舞钢市-第1版.sab.json");
    assert_eq!(file_name(&["..a/b\\c:d*e?f\"g<h>i|j\u{202e}k\n"], ".eml"), "abcdefghijk.eml");
    assert_eq!(file_name(&["", "..", "/"], ".eml"), "shenbao.eml");
    let long = file_name(&[&"市".repeat(200)], ".sbdraft.json");
    assert!(long.len() <= 255 && long.ends_with("市.sbdraft.json"));
}
