//! The list of administrative divisions behind the picker by province, city and district.
//!
//! The text is a file of its own, loaded by the page when a picker is first opened, so it costs nothing before that.
//! Codes change with the years: the list has a version, and a code that it does not know is never an error.

use super::value::text::fold;
use std::cell::RefCell;
use std::sync::Arc;

/// The newest list, for the tools and the tests. The page loads the same file by its name instead.
#[cfg(not(target_arch = "wasm32"))]
pub const DIVISIONS: &str = include_str!("divisions-2023.1.txt");

/// The version of the newest list.
pub const VERSION: &str = "2023.1";

/// The name of its file beside the page.
pub const FILE: &str = "divisions-2023.1.txt";

thread_local! {
    /// The list, once somebody has it. A check that runs before says nothing of names.
    static KNOWN: RefCell<Option<Arc<Divisions>>> = const { RefCell::new(None) };
}

/// Makes the list known to whoever checks names from now on.
pub fn learn(list: Arc<Divisions>) {
    KNOWN.set(Some(list));
}

/// Whether the list has a division of this name, once the list is known.
pub fn has_name(typed: &str) -> Option<bool> {
    KNOWN.with_borrow(|list| list.as_ref().map(|list| list.has_name(typed)))
}

/// One province, city, district or county, or a statistical code of a development zone.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Division {
    /// The six digits of GB/T 2260, `AABBCC`.
    pub code: u32,
    /// The name as in the list, without those above it.
    pub name: String,
    /// True for a statistical code of a development zone: not a division, though a park may lie in one.
    pub is_zone: bool,
}

/// All divisions, sorted by code.
#[derive(Clone, Debug, Default)]
pub struct Divisions {
    list: Vec<Division>,
}

impl Divisions {
    /// Reads the text of the list. What cannot be read is left out: the list only helps, it decides nothing.
    pub fn read(text: &str) -> Self {
        let mut list = Vec::new();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut items = line.split(' ');
            let Some((digits, name)) = items.next().map(split_digits) else { continue };
            let (Ok(number), 2 | 4) = (digits.parse::<u32>(), digits.len()) else { continue };
            let above = if digits.len() == 2 { number * 10_000 } else { number * 100 };
            if !name.is_empty() {
                list.push(Division { code: above, name: name.into(), is_zone: false });
            }
            let mut last = 0_u32;
            for item in items {
                let (is_zone, item) = item.strip_prefix('*').map_or((false, item), |rest| (true, rest));
                let (digits, name) = split_digits(item);
                last = digits.parse().unwrap_or(last.saturating_add(1));
                if (1..100).contains(&last) && !name.is_empty() {
                    list.push(Division { code: above + last, name: name.into(), is_zone });
                }
            }
        }
        list.sort_by_key(|it| it.code);
        list.dedup_by_key(|it| it.code);
        Divisions { list }
    }

    /// Every entry, sorted by code.
    pub fn all(&self) -> &[Division] {
        &self.list
    }

    /// The entry of a code.
    pub fn get(&self, code: u32) -> Option<&Division> {
        let idx = self.list.binary_search_by_key(&code, |it| it.code).ok()?;
        self.list.get(idx)
    }

    /// The provinces.
    pub fn provinces(&self) -> impl Iterator<Item = &Division> {
        self.list.iter().filter(|it| it.code % 10_000 == 0)
    }

    /// What the next step of the picker offers: the cities of a province and what it governs without a city
    /// between (districts of 直辖市, counties governed directly), or the districts and counties of a city.
    pub fn below(&self, code: u32) -> impl Iterator<Item = &Division> {
        let start = self.list.partition_point(|it| it.code <= code);
        let same_province = self.list.get(start..).unwrap_or_default().iter().take_while(move |it| it.code / 10_000 == code / 10_000);
        same_province.filter(move |it| self.above(it.code) == Some(code))
    }

    /// The division above: the city if the list has it, else the province.
    pub fn above(&self, code: u32) -> Option<u32> {
        [code / 100 * 100, code / 10_000 * 10_000].into_iter().find(|it| *it != code && self.get(*it).is_some())
    }

    /// The codes from the province down to the entry; none for a code that the list does not have.
    pub fn chain(&self, code: u32) -> Vec<u32> {
        let mut chain = Vec::new();
        let mut next = self.get(code).map(|it| it.code);
        while let Some(code) = next {
            chain.insert(0, code);
            next = self.above(code);
        }
        chain
    }

    /// The full name, such as 江苏省苏州市张家港市.
    pub fn full_name(&self, code: u32) -> Option<String> {
        let names = self.names(code);
        (!names.is_empty()).then(|| names.concat())
    }

    /// The full name with spaces, such as 江苏省 苏州市 张家港市; blank for a code that the list does not have.
    pub fn spaced_name(&self, code: u32) -> String {
        self.names(code).join(" ")
    }

    fn names(&self, code: u32) -> Vec<&str> {
        self.chain(code).into_iter().filter_map(|it| self.get(it)).map(|it| it.name.as_str()).collect()
    }

    /// True for the name of an entry, alone or after the names of those above it: 张家港市, 江苏省苏州市张家港市.
    pub fn has_name(&self, typed: &str) -> bool {
        let mut typed = fold(typed);
        typed.retain(|it| !it.is_whitespace());
        self.list.iter().any(|it| {
            let is_end = !it.is_zone && typed.ends_with(&*it.name);
            is_end && (it.name == typed || self.names(it.code).concat().ends_with(&typed))
        })
    }

    /// What a typed text may mean: codes that begin with it and names that are it, then names that begin with it,
    /// then names that hold it. Only if there are none: full names that have its characters in this order, so that
    /// 苏州张家港 is found too.
    pub fn find(&self, typed: &str) -> Vec<&Division> {
        let mut typed = fold(typed);
        typed.retain(|it| !it.is_whitespace());
        let (mut same, mut starting, mut holding) = (Vec::new(), Vec::new(), Vec::new());
        if typed.is_empty() {
            return same;
        }
        for it in &self.list {
            if it.name == typed || it.code.to_string().starts_with(&typed) {
                same.push(it);
            } else if it.name.starts_with(&typed) {
                starting.push(it);
            } else if it.name.contains(&typed) {
                holding.push(it);
            }
        }
        same.append(&mut starting);
        same.append(&mut holding);
        if same.is_empty() {
            same.extend(self.list.iter().filter(|it| {
                let names = self.names(it.code);
                let mut chars = names.iter().flat_map(|name| name.chars());
                typed.chars().all(|wanted| chars.any(|it| it == wanted))
            }));
        }
        same
    }
}

/// Splits the digits at the start of an item from its name.
fn split_digits(item: &str) -> (&str, &str) {
    item.split_at(item.bytes().take_while(u8::is_ascii_digit).count())
}
