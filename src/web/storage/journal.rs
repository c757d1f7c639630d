//! The last words of a page that is being closed.
//!
//! A database transaction started while a page goes away may not finish. Writing to `localStorage` is done
//! when the call returns, so the text that is not saved yet goes there too, until the database has it.

use super::store::DraftRecord;
use web_sys::Storage;

/// Version 1 had no key.
const VERSION: &str = "2";

/// Behind the number of a revision that is signed.
const SIGNED: &str = " signed";

/// What the browser keeps as plain texts, if it allows that.
pub fn local_storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// Where the journal entries of a database are.
pub(super) fn prefix(database: &str) -> String {
    format!("{database}/journal/")
}

/// Notes a draft. False if it does not fit or nothing may be kept.
pub(super) fn write(database: &str, record: &DraftRecord) -> bool {
    let Some(storage) = local_storage() else { return false };
    let Ok(text) = std::str::from_utf8(&record.bytes) else { return false };
    let mut entry = String::with_capacity(text.len() + 512);
    let head = [
        VERSION,
        &record.table_id,
        &record.table_version,
        &record.definition,
        &record.title,
        // A whole number: reading and writing fractions brings large tables into the program.
        &(record.saved_at as i64).to_string(),
        &(record.rev.to_string() + if record.signed { SIGNED } else { "" }),
        &record.uses.join(" "),
        &record.key,
    ];
    for line in head {
        entry.extend(line.chars().map(|c| if c == '\n' { ' ' } else { c }));
        entry.push('\n');
    }
    entry.push_str(text);
    storage.set_item(&(prefix(database) + &record.id), &entry).is_ok()
}

/// Forgets the entry of a draft.
pub(super) fn remove(database: &str, draft: &str) {
    if let Some(storage) = local_storage() {
        let _ = storage.remove_item(&(prefix(database) + draft));
    }
}

/// Every entry that is there and can be read.
pub(super) fn entries(database: &str) -> Vec<DraftRecord> {
    let Some(storage) = local_storage() else { return Vec::new() };
    let prefix = prefix(database);
    let read = |key: String| {
        let id = key.strip_prefix(&prefix)?;
        parse(id, &storage.get_item(&key).ok()??)
    };
    keys(&storage).into_iter().filter_map(read).collect()
}

/// All keys, taken before any is removed: removing one moves the others.
pub(super) fn keys(storage: &Storage) -> Vec<String> {
    let count = storage.length().unwrap_or(0);
    (0..count).filter_map(|idx| storage.key(idx).ok().flatten()).collect()
}

fn parse(id: &str, entry: &str) -> Option<DraftRecord> {
    let (version, rest) = entry.split_once('\n')?;
    let has_key = match version {
        "1" => false,
        VERSION => true,
        _ => return None,
    };
    let mut lines = rest.splitn(8 + usize::from(has_key), '\n');
    let mut signed = false;
    let mut revision = |line: &str| {
        signed = line.ends_with(SIGNED);
        line.strip_suffix(SIGNED).unwrap_or(line).parse().ok()
    };
    Some(DraftRecord {
        id: id.to_owned(),
        table_id: lines.next()?.to_owned(),
        table_version: lines.next()?.to_owned(),
        definition: lines.next()?.to_owned(),
        title: lines.next()?.to_owned(),
        saved_at: lines.next()?.parse::<i64>().ok()? as f64,
        rev: revision(lines.next()?)?,
        signed,
        uses: lines.next()?.split_whitespace().map(str::to_owned).collect(),
        key: if has_key { lines.next()?.to_owned() } else { String::new() },
        bytes: lines.next()?.as_bytes().to_vec(),
        is_alone: false,
    })
}
