//! The ZIP profile: stored entries only, contiguous, nothing else.
//!
//! General ZIP libraries are tolerant, and two tolerant readers can see different files in one archive. This
//! reader takes one layout only. It is fed in slices and keeps no attachment, so that 512 MiB fit into a browser tab.

use super::{
    attachment::{AttachmentFacts, FIRST_BYTES, MEDIA_TYPES},
    digest::{Digest, RunningDigest},
    limit,
};

/// What the entry `mimetype` holds.
pub const MIMETYPE: &str = "application/vnd.sab+zip";

const LOCAL: u32 = 0x0403_4b50;
const CENTRAL: u32 = 0x0201_4b50;
const END: u32 = 0x0605_4b50;
const LOCAL_BYTES: usize = 30;
const CENTRAL_BYTES: usize = 46;
const END_BYTES: usize = 22;
/// 1 January 1980, the least date that the format can hold: a bundle does not say when it was packed.
const DOS_DATE: u16 = 0x0021;
/// "The name is UTF-8": some writers set it for every name.
const UTF8_FLAG: u16 = 0x0800;

/// A running CRC-32, as ZIP uses it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Crc32(u32);

impl Default for Crc32 {
    fn default() -> Crc32 {
        Crc32(!0)
    }
}

impl Crc32 {
    /// Takes the next slice. Sixteen table rows instead of 256: the table would cost more than the loop.
    pub fn push(&mut self, bytes: &[u8]) {
        const TABLE: [u32; 16] = [
            0x0000_0000,
            0x1db7_1064,
            0x3b6e_20c8,
            0x26d9_30ac,
            0x76dc_4190,
            0x6b6b_51f4,
            0x4db2_6158,
            0x5005_713c,
            0xedb8_8320,
            0xf00f_9344,
            0xd6d6_a3e8,
            0xcb61_b38c,
            0x9b64_c2b0,
            0x86d3_d2d4,
            0xa00a_e278,
            0xbdbd_f21c,
        ];
        let step = |crc: u32| (crc >> 4) ^ TABLE.get((crc & 15) as usize).copied().unwrap_or(0);
        for byte in bytes {
            self.0 = step(step(self.0 ^ u32::from(*byte)));
        }
    }

    /// The value after all slices.
    pub fn value(self) -> u32 {
        !self.0
    }

    /// The value of bytes at hand.
    pub fn of(bytes: &[u8]) -> u32 {
        let mut crc = Crc32::default();
        crc.push(bytes);
        crc.value()
    }
}

/// What a well-formed ZIP file held.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct ZipContents {
    /// The entry `bundle.sab.json`.
    pub bundle: Vec<u8>,
    /// Index and digest of each readable payload copy.
    pub payloads: Vec<(usize, Digest)>,
    /// The attachments.
    pub attachments: Vec<ZipAttachment>,
}

/// An attachment's entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ZipAttachment {
    /// The digest that the entry's name claims.
    pub claimed: Digest,
    /// The entry's extension.
    pub extension: &'static str,
    /// What its bytes really are.
    pub facts: AttachmentFacts,
    /// Where its bytes begin in the file.
    pub offset: u64,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Role {
    Mimetype,
    Bundle,
    Payload(usize),
    Attachment(Digest, &'static str),
}

struct Entry {
    name: Vec<u8>,
    flags: u16,
    crc: u32,
    size: u32,
    offset: u64,
}

enum Phase {
    Header,
    Data { role: Role, left: u64, crc: Crc32, digest: RunningDigest, first_bytes: Vec<u8>, offset: u64 },
    Central,
    Done,
}

/// Reads a ZIP file in slices.
pub struct ZipReader {
    at: u64,
    pending: Vec<u8>,
    phase: Phase,
    entries: Vec<Entry>,
    n_central: usize,
    central_at: u64,
    mimetype: Vec<u8>,
    has_bundle: bool,
    contents: ZipContents,
    fault: Option<&'static str>,
}

impl Default for ZipReader {
    fn default() -> ZipReader {
        ZipReader::new()
    }
}

impl ZipReader {
    /// A reader at the beginning of a file.
    pub fn new() -> ZipReader {
        ZipReader {
            at: 0,
            pending: Vec::new(),
            phase: Phase::Header,
            entries: Vec::new(),
            n_central: 0,
            central_at: 0,
            mimetype: Vec::new(),
            has_bundle: false,
            contents: ZipContents::default(),
            fault: None,
        }
    }

    /// Takes the next slice. After a fault the rest is ignored.
    pub fn push(&mut self, bytes: &[u8]) {
        let mut rest = bytes;
        while self.fault.is_none() && !rest.is_empty() {
            if let Err(fault) = self.step(&mut rest) {
                self.fault = Some(fault);
            }
        }
    }

    /// What the file held, or in English what is wrong with it.
    pub fn finish(self) -> Result<ZipContents, &'static str> {
        match (self.fault, self.phase) {
            (Some(fault), _) => Err(fault),
            (None, Phase::Done) => Ok(self.contents),
            (None, _) => Err("cut short"),
        }
    }

    /// Fills `pending` up to `n` bytes; says whether they are there.
    fn fill(&mut self, n: usize, rest: &mut &[u8]) -> bool {
        let missing = n.saturating_sub(self.pending.len()).min(rest.len());
        let (taken, left) = rest.split_at(missing);
        self.pending.extend_from_slice(taken);
        self.at += missing as u64;
        *rest = left;
        self.pending.len() >= n
    }

    fn step(&mut self, rest: &mut &[u8]) -> Result<(), &'static str> {
        match &mut self.phase {
            Phase::Header => self.header(rest),
            Phase::Central => self.central(rest),
            Phase::Done => Err("bytes after the end"),
            Phase::Data { role, left, crc, digest, first_bytes, .. } => {
                let n = usize::try_from(*left).unwrap_or(usize::MAX).min(rest.len());
                let (taken, after) = rest.split_at(n);
                *rest = after;
                self.at += n as u64;
                *left -= n as u64;
                crc.push(taken);
                match role {
                    Role::Mimetype => self.mimetype.extend_from_slice(taken),
                    Role::Bundle => self.contents.bundle.extend_from_slice(taken),
                    Role::Payload(_) => digest.push(taken),
                    Role::Attachment(..) => {
                        digest.push(taken);
                        let room = FIRST_BYTES.saturating_sub(first_bytes.len());
                        first_bytes.extend(taken.iter().take(room));
                    }
                }
                self.end_of_data()
            }
        }
    }

    fn header(&mut self, rest: &mut &[u8]) -> Result<(), &'static str> {
        if !self.fill(4, rest) {
            return Ok(());
        }
        if u32_at(&self.pending, 0) == CENTRAL && !self.entries.is_empty() {
            self.central_at = self.at - 4;
            self.phase = Phase::Central;
            return Ok(());
        }
        if u32_at(&self.pending, 0) != LOCAL {
            return Err("no entry where one must be");
        }
        if !self.fill(LOCAL_BYTES, rest) {
            return Ok(());
        }
        let name_bytes = usize::from(u16_at(&self.pending, 26));
        if name_bytes > 100 {
            return Err("an unlisted entry");
        }
        if !self.fill(LOCAL_BYTES + name_bytes, rest) {
            return Ok(());
        }
        let header = std::mem::take(&mut self.pending);
        let name = header.get(LOCAL_BYTES..).unwrap_or_default().to_vec();
        let entry = Entry {
            flags: u16_at(&header, 6),
            crc: u32_at(&header, 14),
            size: u32_at(&header, 22),
            offset: self.at - header.len() as u64,
            name,
        };
        if entry.flags & !UTF8_FLAG != 0 {
            return Err("an encrypted entry or one with a data descriptor");
        }
        if u16_at(&header, 8) != 0 || u32_at(&header, 18) != entry.size {
            return Err("an entry that is not stored");
        }
        if u16_at(&header, 28) != 0 {
            return Err("an extra field");
        }
        if self.entries.len() >= limit::ZIP_ENTRIES {
            return Err("too many entries");
        }
        let role = role_of(&entry.name).ok_or("an unlisted entry")?;
        if self.entries.is_empty() != (role == Role::Mimetype) {
            return Err("the entry mimetype must be the first and only one of its name");
        }
        if self.entries.iter().any(|it| it.name.eq_ignore_ascii_case(&entry.name)) {
            return Err("an entry occurs twice");
        }
        if let Role::Attachment(digest, _) = role
            && self.contents.attachments.iter().any(|it| it.claimed == digest)
        {
            return Err("an attachment occurs twice");
        }
        let left = u64::from(entry.size);
        let most = match role {
            Role::Mimetype => MIMETYPE.len() as u64,
            Role::Bundle => limit::JSON_FILE,
            Role::Payload(_) | Role::Attachment(..) => limit::ZIP_FILE,
        };
        if left > most {
            return Err("an entry is too large");
        }
        self.entries.push(entry);
        let (crc, digest) = (Crc32::default(), RunningDigest::new());
        self.phase = Phase::Data { role, left, crc, digest, first_bytes: Vec::new(), offset: self.at };
        self.end_of_data()
    }

    /// Ends the entry whose last byte was read, which for an empty one is at once.
    fn end_of_data(&mut self) -> Result<(), &'static str> {
        if !matches!(self.phase, Phase::Data { left: 0, .. }) {
            return Ok(());
        }
        let Phase::Data { role, crc, digest, first_bytes, offset, .. } =
            std::mem::replace(&mut self.phase, Phase::Header)
        else {
            return Ok(());
        };
        let (expected, size) = self.entries.last().map_or((0, 0), |it| (it.crc, u64::from(it.size)));
        if crc.value() != expected {
            return Err("an entry does not have its checksum");
        }
        match role {
            Role::Mimetype if self.mimetype != MIMETYPE.as_bytes() => {
                return Err("another content of mimetype");
            }
            Role::Mimetype => {}
            Role::Bundle => self.has_bundle = true,
            Role::Payload(idx) => self.contents.payloads.push((idx, digest.finish())),
            Role::Attachment(claimed, extension) => {
                let facts = AttachmentFacts { sha256: digest.finish(), size, first_bytes };
                self.contents.attachments.push(ZipAttachment { claimed, extension, facts, offset });
            }
        }
        Ok(())
    }

    fn central(&mut self, rest: &mut &[u8]) -> Result<(), &'static str> {
        if !self.fill(4, rest) {
            return Ok(());
        }
        if u32_at(&self.pending, 0) == END {
            return self.end(rest);
        }
        if u32_at(&self.pending, 0) != CENTRAL {
            return Err("a broken central directory");
        }
        if !self.fill(CENTRAL_BYTES, rest) {
            return Ok(());
        }
        let entry = self.entries.get(self.n_central).ok_or("more names than entries")?;
        let name_bytes = entry.name.len();
        if usize::from(u16_at(&self.pending, 28)) != name_bytes {
            return Err("the central directory differs from an entry");
        }
        if !self.fill(CENTRAL_BYTES + name_bytes, rest) {
            return Ok(());
        }
        let header = std::mem::take(&mut self.pending);
        let entry = self.entries.get(self.n_central).ok_or("more names than entries")?;
        let agrees = u16_at(&header, 8) == entry.flags
            && u16_at(&header, 10) == 0
            && u32_at(&header, 16) == entry.crc
            && u32_at(&header, 20) == entry.size
            && u32_at(&header, 24) == entry.size
            && u64::from(u32_at(&header, 42)) == entry.offset
            && header.get(CENTRAL_BYTES..) == Some(entry.name.as_slice());
        if !agrees {
            return Err("the central directory differs from an entry");
        }
        // Extra field, comment, disk number.
        if [30, 32, 34].iter().any(|at| u16_at(&header, *at) != 0) {
            return Err("an extra field or a comment");
        }
        self.n_central += 1;
        Ok(())
    }

    fn end(&mut self, rest: &mut &[u8]) -> Result<(), &'static str> {
        if !self.fill(END_BYTES, rest) {
            return Ok(());
        }
        let end = std::mem::take(&mut self.pending);
        let n_entries = self.entries.len();
        let end_at = self.at - END_BYTES as u64;
        let agrees = u32_at(&end, 4) == 0
            && self.n_central == n_entries
            && usize::from(u16_at(&end, 8)) == n_entries
            && usize::from(u16_at(&end, 10)) == n_entries
            && u64::from(u32_at(&end, 12)) == end_at - self.central_at
            && u64::from(u32_at(&end, 16)) == self.central_at
            && u16_at(&end, 20) == 0;
        if !agrees {
            return Err("a broken end of the central directory");
        }
        if !self.has_bundle {
            return Err("no entry bundle.sab.json");
        }
        self.phase = Phase::Done;
        Ok(())
    }
}

fn role_of(name: &[u8]) -> Option<Role> {
    let name = std::str::from_utf8(name).ok()?;
    if name == "mimetype" {
        return Some(Role::Mimetype);
    }
    if name == "bundle.sab.json" {
        return Some(Role::Bundle);
    }
    if let Some(number) = name.strip_prefix("payloads/").and_then(|it| it.strip_suffix(".json")) {
        return (0..limit::STATEMENTS).find(|idx| idx.to_string() == number).map(Role::Payload);
    }
    let (digest, extension) = name.strip_prefix("attachments/")?.split_once('.')?;
    let row = MEDIA_TYPES.iter().find(|it| it.extensions.first() == Some(&extension))?;
    Some(Role::Attachment(Digest::from_hex(digest)?, row.extensions.first()?))
}

fn u16_at(bytes: &[u8], at: usize) -> u16 {
    match bytes.get(at..at + 2) {
        Some([low, high]) => u16::from_le_bytes([*low, *high]),
        _ => 0,
    }
}

fn u32_at(bytes: &[u8], at: usize) -> u32 {
    u32::from(u16_at(bytes, at)) | (u32::from(u16_at(bytes, at + 2)) << 16)
}

/// Writes a ZIP file piece by piece: the caller puts each entry's bytes after its header.
#[derive(Clone, Debug, Default)]
pub struct ZipWriter {
    central: Vec<u8>,
    at: u64,
    n_entries: usize,
}

impl ZipWriter {
    /// A writer at the beginning of a file.
    pub fn new() -> ZipWriter {
        ZipWriter::default()
    }

    /// The local header of the next entry, or nothing if the file would grow beyond the limits.
    pub fn entry(&mut self, name: &str, crc: u32, size: u64) -> Option<Vec<u8>> {
        let after = self.at + (LOCAL_BYTES + name.len()) as u64 + size;
        if after > limit::ZIP_FILE || self.n_entries >= limit::ZIP_ENTRIES {
            return None;
        }
        let size32 = u32::try_from(size).ok()?;
        let mut common = Vec::new();
        for field in [10, 0, 0, 0, DOS_DATE] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        for field in [crc, size32, size32] {
            common.extend_from_slice(&field.to_le_bytes());
        }
        common.extend_from_slice(&u16::try_from(name.len()).ok()?.to_le_bytes());
        common.extend_from_slice(&[0, 0]);
        let local = [&LOCAL.to_le_bytes()[..], &common, name.as_bytes()].concat();
        let offset = u32::try_from(self.at).ok()?.to_le_bytes();
        // Comment length, disk number, internal and external attributes: all zero.
        self.central.extend(
            [&CENTRAL.to_le_bytes()[..], &[20, 0], &common, &[0; 10], &offset, name.as_bytes()].concat(),
        );
        self.at = after;
        self.n_entries += 1;
        Some(local)
    }

    /// Everything after the last entry.
    pub fn finish(self) -> Vec<u8> {
        let n_entries = (self.n_entries as u16).to_le_bytes();
        let size = (self.central.len() as u32).to_le_bytes();
        let offset = (self.at as u32).to_le_bytes();
        [&self.central[..], &END.to_le_bytes(), &[0; 4], &n_entries, &n_entries, &size, &offset, &[0; 2]]
            .concat()
    }
}
