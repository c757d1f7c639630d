//! What a file is that was given as a signed file and is none: said by its first bytes, never by its name.

use crate::language::either;
use shenbao::engine::drafts::draft::{Draft, DraftErrorKind};
use shenbao::engine::value::json::JsonErrorKind;
use std::io::Read;
use std::path::Path;

/// Largest file that is read again to say what it is.
const MOST: u64 = 32 << 20;

const NOTHING_OF_OURS: (&str, &str) = (
    "这不是本程序的文件。签名文件的名称以 .sab.json 或 .sab.zip 结尾。",
    "This is no file of this program. Names of signed files end in .sab.json or .sab.zip.",
);

/// True if the bytes begin neither like JSON nor with the mark of an encoding.
fn is_foreign(bytes: &[u8]) -> bool {
    let marks: [&[u8]; 3] = [b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff"];
    let first = bytes.iter().find(|it| !it.is_ascii_whitespace());
    !marks.iter().any(|it| bytes.starts_with(it)) && first != Some(&b'{')
}

/// What the file is, in words, if it is something known that is not a signed file.
pub fn of(path: &Path) -> Option<&'static str> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    let (chinese, english) = match Draft::parse(&bytes).map_err(|it| it.kind) {
        Ok(_) | Err(DraftErrorKind::Newer | DraftErrorKind::Missing | DraftErrorKind::WrongType) => (
            "这是草稿文件，还没有签名。请填报单位签名后再报送。", "This is a draft: nobody has signed it yet.",
        ),
        Err(DraftErrorKind::Pdf) => ("这是 PDF 文件，不是签名文件。", "This is a PDF file, not a signed file."),
        Err(DraftErrorKind::Office) => (
            "这是 Word 或 Excel 文件，不是签名文件。", "This is a Word or Excel file, not a signed file.",
        ),
        Err(DraftErrorKind::Mail) => (
            "这是邮件。请在邮件程序里打开，把附件中的签名文件存下来再核验。",
            "This is an e-mail. Open it in a mail program, save the signed file attached to it, and verify that.",
        ),
        Err(DraftErrorKind::KeyFile) => (
            "这是密钥文件，不是签名文件。密钥文件不要发给别人。", "This is a key file, not a signed file. A key file is for nobody else.",
        ),
        Err(DraftErrorKind::Definition) => ("这是表格定义，不是签名文件。", "This is the definition of a table, not a signed file."),
        // Bytes that begin like no text of ours; a bundle that was saved in another encoding begins with a mark or a bracket.
        Err(DraftErrorKind::NotJson(JsonErrorKind::Utf8 | JsonErrorKind::Syntax, _)) if is_foreign(&bytes) => NOTHING_OF_OURS,
        Err(DraftErrorKind::NotDraft) => NOTHING_OF_OURS,
        Err(DraftErrorKind::Empty) => ("文件是空的。", "The file is empty."),
        Err(_) => return None,
    };
    Some(either(chinese, english))
}
