//! The definitions as part of the program: the command line and the tests open them without a file beside them.

/// A table that comes with the program, as the bytes of its file.
#[derive(Clone, Copy, Debug)]
pub struct BundledTable {
    /// The id in the file.
    pub id: &'static str,
    /// The definition, to be read with `CheckedDefinition::load`.
    pub text: &'static str,
}

/// Every table, newest notice first.
pub const TABLES: &[BundledTable] = &[
    BundledTable { id: "pilot-city-2017", text: include_str!("pilot-city-2017.json") },
    BundledTable { id: "work-plan-2010", text: include_str!("work-plan-2010.json") },
];

/// The bundled table of that id.
pub fn table(id: &str) -> Option<&'static BundledTable> {
    TABLES.iter().find(|it| it.id == id)
}
