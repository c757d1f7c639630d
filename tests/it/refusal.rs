//! What is said of files that users will choose: bundle.md, section 6.

use shenbao::engine::bundle::attachment::MEDIA_TYPES;
use shenbao::engine::bundle::refusal::{FileRefusal, judge};
use shenbao::engine::locale;

const OLE2: &[u8] = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1";
const ZIP: &[u8] = b"PK\x03\x04\x14\x00\x06\x00";

#[test]
fn every_type_of_the_list_is_taken_under_each_of_its_extensions() {
    for row in MEDIA_TYPES {
        for extension in row.extensions {
            let mut bytes = row.first_bytes.to_vec();
            bytes.extend([0, 1, 2]);
            assert_eq!(judge(&format!("规划.{extension}"), 11, &bytes), Ok(row));
            assert_eq!(judge(&format!("规划.{}", extension.to_uppercase()), 11, &bytes), Ok(row));
        }
    }
}

#[test]
fn what_users_meet_is_told_by_name() {
    let cases: &[(&str, &[u8], FileRefusal)] = &[
        ("台账.xls", b"<html xmlns:x=\"urn:schemas-microsoft-com:office:excel\">", FileRefusal::WebPage),
        ("台账.xls", b"\xef\xbb\xbf\r\n<!DOCTYPE html>", FileRefusal::WebPage),
        ("台账.xls", b"<?xml version=\"1.0\"?>", FileRefusal::WebPage),
        ("通知.doc", b"MIME-Version: 1.0\r\nContent-Type: multipart/related", FileRefusal::WebPage),
        ("台账.xls", "名称,数量\r\n园区,3\r\n".as_bytes(), FileRefusal::PlainText),
        ("台账.xls", b"\xc3\xfb\xb3\xc6,\xca\xfd\xc1\xbf\r\n", FileRefusal::PlainText),
        ("台账.xls", b"\xff\xfe\x0d\x54\xf0\x79\t\x00", FileRefusal::PlainText),
        ("规划.doc", b"{\\rtf1\\ansi\\ansicpg936", FileRefusal::RichText),
        ("规划.docx", OLE2, FileRefusal::Encrypted),
        ("台账.XLSX", OLE2, FileRefusal::Encrypted),
        ("规划.docm", ZIP, FileRefusal::Macros),
        ("台账.xlsm", ZIP, FileRefusal::Macros),
        ("证明.zip", ZIP, FileRefusal::Archive),
        ("证明.rar", b"Rar!\x1a\x07\x00", FileRefusal::Archive),
        ("照片.heic", b"\0\0\0\x18ftypheic", FileRefusal::Kind),
        ("汇报.pptx", ZIP, FileRefusal::Kind),
        ("没有扩展名", b"%PDF-1.7", FileRefusal::Kind),
        ("规划.doc", ZIP, FileRefusal::Mismatch),
        ("规划.pdf", ZIP, FileRefusal::Mismatch),
        ("照片.png", b"\xff\xd8\xff\xe0\x00\x10JFIF", FileRefusal::Mismatch),
        ("../规划.pdf", b"%PDF-1.7", FileRefusal::Name),
        ("规划\u{202e}fdp.exe.pdf", b"%PDF-1.7", FileRefusal::Name),
    ];
    for (name, bytes, refusal) in cases {
        assert_eq!(judge(name, bytes.len() as u64, bytes), Err(*refusal), "{name}");
    }
}

#[test]
fn a_file_has_content_and_fits_into_a_bundle() {
    assert_eq!(judge("规划.pdf", 0, b""), Err(FileRefusal::Empty));
    assert_eq!(judge("规划.pdf", 600 * 1024 * 1024, b"%PDF-1.7"), Err(FileRefusal::TooLarge));
}

#[test]
fn every_refusal_has_words_in_every_language() {
    for language in locale::LANGUAGES {
        let words: String = locale::embedded(language.tag).collect();
        for refusal in FileRefusal::ALL {
            let key = format!("\"{}\":", refusal.name());
            assert!(words.contains(&key), "{} has no words for {key}", language.tag);
        }
    }
}
