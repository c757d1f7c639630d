//! What a file is that was given as a signed file and is none: said by its first bytes, never by its name.

use shenbao::engine::drafts::draft::{Draft, DraftErrorKind};
use std::io::Read;
use std::path::Path;

/// Largest file that is read again to say what it is.
const MOST: u64 = 32 << 20;

/// What the file is, in Chinese and in English, if it is something known that is not a signed file.
pub fn of(path: &Path) -> Option<(&'static str, &'static str)> {
    let mut bytes = Vec::new();
    std::fs::File::open(path).ok()?.take(MOST).read_to_end(&mut bytes).ok()?;
    match Draft::parse(&bytes).map_err(|it| it.kind) {
        Ok(_) | Err(DraftErrorKind::Newer | DraftErrorKind::Missing | DraftErrorKind::WrongType) => Some((
            "这是草稿文件，还没有签名。请填报单位签名后再报送。", "This is a draft: nobody has signed it yet.",
        )),
        Err(DraftErrorKind::Pdf) => Some(("这是 PDF 文件，不是签名文件。", "This is a PDF file, not a signed file.")),
        Err(DraftErrorKind::Office) => Some((
            "这是 Word 或 Excel 文件，不是签名文件。", "This is a Word or Excel file, not a signed file.",
        )),
        Err(DraftErrorKind::Mail) => Some((
            "这是邮件。请在邮件程序里打开，把附件中的签名文件存下来再核验。",
            "This is an e-mail. Open it in a mail program, save the signed file attached to it, and verify that.",
        )),
        Err(DraftErrorKind::KeyFile) => Some((
            "这是密钥文件，不是签名文件。密钥文件不要发给别人。", "This is a key file, not a signed file. A key file is for nobody else.",
        )),
        Err(DraftErrorKind::Definition) => Some(("这是表格定义，不是签名文件。", "This is the definition of a table, not a signed file.")),
        Err(DraftErrorKind::Empty) => Some(("文件是空的。", "The file is empty.")),
        Err(_) => None,
    }
}
