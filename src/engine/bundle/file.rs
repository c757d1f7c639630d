//! Writes bundle files from finished statements and attachment bytes, in either profile.

use super::{
    VERSION, attachment, base64url,
    digest::Digest,
    error::{BundleError, Fault},
    limit,
    statement::Payload,
    zip::{Crc32, MIMETYPE, ZipWriter},
};
use crate::engine::value::json::{self, Json};

/// The JSON profile, and the only one for part files. Attachments come last, so that a reader sees the statements first.
pub fn json_file(statements: &[Json], attachments: &[(Digest, &[u8])]) -> String {
    let mut out = json_head(statements);
    let mut written: Vec<&Digest> = Vec::new();
    for (digest, bytes) in attachments {
        if !written.contains(&digest) {
            out.push_str(&json_attachment(written.is_empty(), digest, bytes));
            written.push(digest);
        }
    }
    out.push_str(json_tail());
    out
}

/// What stands before the first attachment in the JSON profile.
pub fn json_head(statements: &[Json]) -> String {
    head(statements) + ",\n\"attachments\":{"
}

/// One attachment in the JSON profile.
pub fn json_attachment(is_first: bool, digest: &Digest, bytes: &[u8]) -> String {
    let comma = if is_first { "\n\"" } else { ",\n\"" };
    [comma, &digest.to_hex(), "\":\"", &base64url::encode(bytes), "\""].concat()
}

/// What stands after the last attachment in the JSON profile.
pub fn json_tail() -> &'static str {
    "}}\n"
}

/// Everything but the attachments and the closing bracket.
fn head(statements: &[Json]) -> String {
    let mut out = String::from("{\"sab\":\"");
    out.push_str(VERSION);
    out.push_str("\",\n\"statements\":[");
    for (idx, statement) in statements.iter().enumerate() {
        out.push_str(if idx > 0 { ",\n" } else { "" });
        out.push_str(&statement.to_canonical());
    }
    out.push(']');
    out
}

/// Writes the ZIP profile piece by piece, so that attachments never have to be in memory together.
pub struct ZipFile {
    writer: ZipWriter,
    declared: Vec<(Digest, &'static str)>,
    written: Vec<Digest>,
}

impl ZipFile {
    /// Begins a file and gives its first bytes: everything but attachments.
    pub fn begin(statements: &[Json]) -> Result<(ZipFile, Vec<u8>), Fault> {
        let mut declared = Vec::new();
        let mut entries = vec![
            ("mimetype".to_owned(), MIMETYPE.as_bytes().to_vec()),
            ("bundle.sab.json".to_owned(), (head(statements) + "}\n").into_bytes()),
        ];
        for (idx, statement) in statements.iter().enumerate() {
            let structure = || Fault::at(BundleError::Structure, "payload");
            let bytes = statement.get("payload").and_then(Json::as_text).and_then(base64url::decode);
            let bytes = bytes.ok_or_else(structure)?;
            let payload = json::parse(&bytes, limit::DEPTH).map_err(|_| structure())?;
            for entry in Payload::read(&payload)?.attachments() {
                let row = attachment::check_type(&entry.name, &entry.media_type);
                let row = row.map_err(|error| Fault::at(error, &entry.name))?;
                declared.push((entry.sha256, row.extensions.first().copied().unwrap_or_default()));
            }
            entries.push((["payloads/", &idx.to_string(), ".json"].concat(), bytes));
        }
        let mut file = ZipFile { writer: ZipWriter::new(), declared, written: Vec::new() };
        let mut out = Vec::new();
        for (name, bytes) in entries {
            let header = file.writer.entry(&name, Crc32::of(&bytes), bytes.len() as u64);
            out.extend(header.ok_or_else(|| Fault::at(BundleError::TooLarge, &name))?);
            out.extend(bytes);
        }
        Ok((file, out))
    }

    /// What stands before an attachment's bytes. Empty if the same bytes were written before: skip them then.
    pub fn attachment(&mut self, sha256: Digest, crc: u32, size: u64) -> Result<Vec<u8>, Fault> {
        let name = sha256.to_hex();
        if self.written.contains(&sha256) {
            return Ok(Vec::new());
        }
        let declared = self.declared.iter().find(|(it, _)| *it == sha256);
        let (_, extension) = declared.ok_or_else(|| Fault::at(BundleError::AttUnreferenced, &name))?;
        let entry = ["attachments/", &name, ".", extension].concat();
        let header = self.writer.entry(&entry, crc, size);
        let header = header.ok_or_else(|| Fault::at(BundleError::TooLarge, &name))?;
        self.written.push(sha256);
        Ok(header)
    }

    /// What stands after the last attachment.
    pub fn finish(self) -> Result<Vec<u8>, Fault> {
        match self.declared.iter().find(|(it, _)| !self.written.contains(it)) {
            Some((missing, _)) => Err(Fault::at(BundleError::AttMissing, &missing.to_hex())),
            None => Ok(self.writer.finish()),
        }
    }
}

/// The ZIP profile with everything at hand.
pub fn zip_file(statements: &[Json], attachments: &[(Digest, &[u8])]) -> Result<Vec<u8>, Fault> {
    let (mut file, mut out) = ZipFile::begin(statements)?;
    for (digest, bytes) in attachments {
        let header = file.attachment(*digest, Crc32::of(bytes), bytes.len() as u64)?;
        if !header.is_empty() {
            out.extend(header);
            out.extend_from_slice(bytes);
        }
    }
    out.extend(file.finish()?);
    Ok(out)
}
