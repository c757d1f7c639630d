//! Puts functions that look alike beside each other: a module is 2 % smaller after compression, and nothing else changes.
//!
//! The compiler orders functions by crate and by how often they are called. A compressor says what it has just seen in
//! fewer bits than what it saw long ago, so each function is followed by the one left that shares most with it.

use crate::say::{Outcome, failed_at};
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fs;
use std::path::Path;
use wasm_encoder::reencode::{Error, Reencode, utils};
use wasm_encoder::{CodeSection, FunctionSection, Module};
use wasmparser::{CodeSectionReader, FunctionBody, FunctionSectionReader, Parser, Payload, TypeRef};

/// Functions are compared by the sequences of this many bytes that are in them.
const SEQUENCE: usize = 4;

/// A sequence that is in more functions than this says little about any of them.
const COMMON: usize = 300;

const AGAIN: &str = "build again";

/// Orders the functions of a module. From one module always comes the same.
pub fn functions(module: &Path) -> Outcome<()> {
    let bytes = fs::read(module).map_err(failed_at(module, AGAIN))?;
    let bytes = ordered(&bytes).map_err(failed_at(module, AGAIN))?;
    fs::write(module, bytes).map_err(failed_at(module, AGAIN))
}

fn ordered(bytes: &[u8]) -> Result<Vec<u8>, Error> {
    let mut taken = 0;
    let mut bodies = Vec::new();
    for payload in Parser::new(0).parse_all(bytes) {
        match payload? {
            Payload::ImportSection(section) => {
                for import in section.into_imports() {
                    taken += usize::from(matches!(import?.ty, TypeRef::Func(_)));
                }
            }
            Payload::CodeSectionEntry(body) => bodies.push(body.as_bytes()),
            _ => {}
        }
    }
    let order = by_likeness(&bodies);
    let mut places = vec![0; order.len()];
    for (place, function) in order.iter().enumerate() {
        places[*function] = taken + place;
    }
    let mut out = Module::new();
    Renumbered { taken, order, places }.parse_core_module(&mut out, Parser::new(0), bytes)?;
    Ok(out.finish())
}

/// Their numbers, from the shortest, each followed by the one left that is most like it.
fn by_likeness(bodies: &[&[u8]]) -> Vec<usize> {
    let mut holders: BTreeMap<&[u8], Vec<usize>> = BTreeMap::new();
    for (function, body) in bodies.iter().enumerate() {
        for sequence in body.windows(SEQUENCE) {
            let holders = holders.entry(sequence).or_default();
            if holders.last() != Some(&function) {
                holders.push(function);
            }
        }
    }
    // What each function has of them: with how many others it shares one is what counts below.
    let mut shared: Vec<Vec<usize>> = vec![Vec::new(); bodies.len()];
    let holders: Vec<Vec<usize>> = holders.into_values().filter(|it| it.len() > 1 && it.len() <= COMMON).collect();
    for (sequence, functions) in holders.iter().enumerate() {
        for function in functions {
            shared[*function].push(sequence);
        }
    }
    let mut left: Vec<usize> = (0..bodies.len()).collect();
    left.sort_by_key(|function| bodies[*function].len());
    let mut order = Vec::with_capacity(bodies.len());
    let mut next = left.first().copied();
    while let Some(function) = next {
        order.push(function);
        left.retain(|it| *it != function);
        let mut common = vec![0u32; bodies.len()];
        for sequence in &shared[function] {
            for other in &holders[*sequence] {
                common[*other] += 1;
            }
        }
        // As a share of what is in it, or the longest would always be next.
        let likeness = |it: &usize| f64::from(common[*it]) / (20.0 + bodies[*it].len() as f64);
        next = left.iter().copied().reduce(|best, it| if likeness(&it) > likeness(&best) { it } else { best });
    }
    order
}

/// Writes a module with its functions in another order.
struct Renumbered {
    /// How many functions it takes from its script; their numbers come first and stay.
    taken: usize,
    order: Vec<usize>,
    /// The new number of each.
    places: Vec<usize>,
}

impl Reencode for Renumbered {
    type Error = Infallible;

    fn function_index(&mut self, function: u32) -> Result<u32, Error> {
        let own = usize::try_from(function).ok().and_then(|it| it.checked_sub(self.taken));
        Ok(own.and_then(|it| u32::try_from(self.places[it]).ok()).unwrap_or(function))
    }

    fn parse_function_section(&mut self, functions: &mut FunctionSection, section: FunctionSectionReader<'_>) -> Result<(), Error> {
        let kinds = section.into_iter().collect::<Result<Vec<u32>, _>>()?;
        for function in &self.order {
            functions.function(kinds[*function]);
        }
        Ok(())
    }

    fn parse_code_section(&mut self, code: &mut CodeSection, section: CodeSectionReader<'_>) -> Result<(), Error> {
        let bodies = section.into_iter().collect::<Result<Vec<FunctionBody<'_>>, _>>()?;
        for function in self.order.clone() {
            utils::parse_function_body(self, code, bodies[function].clone())?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::ordered;
    use wasm_encoder::{BlockType, CodeSection, ConstExpr, ElementSection, Elements, ExportKind, ExportSection, Function, FunctionSection};
    use wasm_encoder::{ImportSection, Instruction, Module, RefType, TableSection, TableType, TypeSection};
    use wasmparser::{Operator, Parser, Payload, Validator};

    /// A module that takes one function and has four; the first and the last are alike, and the last calls the second
    /// and what is taken.
    fn module() -> Vec<u8> {
        let mut types = TypeSection::new();
        types.ty().function([], []);
        let mut imports = ImportSection::new();
        imports.import(".", "a", wasm_encoder::EntityType::Function(0));
        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        let (counted, looped) = ([1, 2, 3, 4, 5, 6, 7, 8], [Instruction::Loop(BlockType::Empty), Instruction::Br(0), Instruction::End]);
        for body in 0..4 {
            let mut function = Function::new([]);
            match body {
                1 | 2 => looped.iter().cycle().take(body * 3).for_each(|it| _ = function.instruction(it)),
                _ => counted.iter().for_each(|it| _ = function.instruction(&Instruction::I32Const(*it)).instruction(&Instruction::Drop)),
            }
            if body == 3 {
                function.instruction(&Instruction::Call(2)).instruction(&Instruction::Call(0));
            }
            function.instruction(&Instruction::End);
            functions.function(0);
            code.function(&function);
        }
        let mut tables = TableSection::new();
        tables.table(TableType { element_type: RefType::FUNCREF, table64: false, minimum: 1, maximum: None, shared: false });
        let mut exports = ExportSection::new();
        exports.export("first", ExportKind::Func, 1).export("last", ExportKind::Func, 4);
        let mut elements = ElementSection::new();
        elements.active(None, &ConstExpr::i32_const(0), Elements::Functions(vec![2].into()));
        let mut module = Module::new();
        module.section(&types).section(&imports).section(&functions).section(&tables).section(&exports).section(&elements).section(&code);
        module.finish()
    }

    #[test]
    fn functions_that_are_alike_stand_together_and_are_called_as_before() {
        let before = module();
        let after = ordered(&before).expect("the module is read");
        Validator::new().validate_all(&after).expect("the module is valid");
        let (mut exported, mut bodies, mut calls) = (Vec::new(), Vec::new(), Vec::new());
        let mut in_table = Vec::new();
        for payload in Parser::new(0).parse_all(&after) {
            match payload.expect("a section") {
                Payload::ExportSection(section) => exported.extend(section.into_iter().map(|it| it.expect("an export").index as usize)),
                Payload::ElementSection(section) => {
                    for element in section {
                        let wasmparser::ElementItems::Functions(items) = element.expect("an element").items else { continue };
                        in_table.extend(items.into_iter().map(|it| it.expect("a number") as usize));
                    }
                }
                Payload::CodeSectionEntry(body) => {
                    let mut reader = body.get_operators_reader().expect("instructions");
                    while !reader.eof() {
                        if let Operator::Call { function_index } = reader.read().expect("an instruction") {
                            calls.push((bodies.len() + 1, function_index as usize));
                        }
                    }
                    bodies.push(body.as_bytes().to_vec());
                }
                _ => {}
            }
        }
        let [first, last] = exported[..] else { panic!("two exports, not {exported:?}") };
        assert_eq!(first.abs_diff(last), 1, "the two that are alike stand together");
        // What is called and what is in the table is the short loop; what is taken keeps its number.
        assert_eq!(calls, [(last, in_table[0]), (last, 0)]);
        let length = |number: usize| bodies[number - 1].len();
        assert_eq!(length(in_table[0]), bodies.iter().map(Vec::len).min().expect("bodies"));
        assert!(length(last) > length(first));
        assert_eq!(ordered(&before).expect("the module is read"), after, "the same comes out each time");
    }
}
