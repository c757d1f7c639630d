//! Text → typed tree. One pass: names and types are known while reading, since loops bind from the left.
//!
//! A syntax fault ends one expression; a fault of names or types does not, and gives a type that agrees
//! with everything, so that each fault is reported once.

use super::lexer::{Lexer, Token};
use super::tree::{Arithmetic, Base, Comparison, Dependency, Function, Loop, Node, NodeIdx, Program, Reach, Type};
use super::{MAX_CHARACTERS, MAX_LOOPS, MAX_NESTING, MAX_NODES, RESERVED};
use crate::engine::definition::problem::ProblemCode;
use crate::engine::definition::scheme::{Scheme, SlotIdx, SourceIdx, TableIdx};
use crate::engine::definition::{Choice, Definition, FieldKind, MATERIALS, ProfileKind};
use crate::engine::value::date::Date;
use std::sync::Arc;

/// The place that an expression is worked out for: which names it may use.
#[derive(Clone, Copy, Debug, Default)]
pub struct Scope {
    /// The part of `this`.
    pub this: Option<TableIdx>,
    /// The rows of `row`.
    pub row: Option<TableIdx>,
    /// True for a rule over many applications.
    pub is_collection: bool,
}

/// One fault, with the character offset.
#[derive(Clone, Debug)]
pub struct Fault {
    /// Which rule of the format.
    pub code: ProblemCode,
    /// Where.
    pub offset: usize,
    /// The name or type it speaks of.
    pub detail: String,
}

/// A checked expression and its type, or its faults.
pub fn parse(text: &str, scope: Scope, scheme: &Scheme, definition: &Definition) -> Result<(Program, Type), Vec<Fault>> {
    if text.chars().nth(MAX_CHARACTERS).is_some() {
        return Err(vec![Fault { code: ProblemCode::Limit, offset: MAX_CHARACTERS, detail: "2000 characters".into() }]);
    }
    let mut parser = Parser {
        scheme,
        definition,
        scope,
        lexer: Lexer::new(text),
        token: Token::End,
        at: 0,
        program: Program::default(),
        variables: Vec::new(),
        nesting: 0,
        faults: Vec::new(),
    };
    let parsed = parser.whole();
    match (parsed, parser.faults.is_empty()) {
        (Ok(it), true) => Ok((parser.program, it.ty)),
        _ => Err(parser.faults),
    }
}

/// A part of the tree as the parser hands it up.
#[derive(Clone, Copy)]
struct Typed {
    node: NodeIdx,
    ty: Type,
    /// Where the records lie that it gives.
    reach: Reach,
}

/// A syntax fault was reported; the expression is given up.
struct GivenUp;

type Parsed = Result<Typed, GivenUp>;

/// `n` number, `t` text, `d` date; `w` a literal 0 to 6, `W` a literal 1 to 10.
const FUNCTIONS: &[(&str, bool, &str, char, Function)] = &[
    ("contains", true, "tt", 'b', Function::Contains),
    ("startsWith", true, "tt", 'b', Function::StartsWith),
    ("endsWith", true, "tt", 'b', Function::EndsWith),
    ("substring", true, "tnn", 't', Function::Substring),
    ("abs", false, "n", 'n', Function::Abs),
    ("trunc", false, "nw", 'n', Function::Trunc),
    ("round", false, "nw", 'n', Function::Round),
    ("growth", false, "nnW", 'n', Function::Growth),
    ("fold", false, "t", 't', Function::Fold),
    ("chars", false, "t", 'n', Function::Chars),
    ("words", false, "t", 'n', Function::Words),
    ("number", false, "t", 'n', Function::Number),
    ("date", false, "nnn", 'd', Function::DateFrom),
    ("date", false, "t", 'd', Function::DateOf),
    ("year", false, "d", 'n', Function::Year),
    ("month", false, "d", 'n', Function::Month),
    ("days", false, "dd", 'n', Function::Days),
    ("months", false, "dd", 'n', Function::Months),
    ("addDays", false, "dn", 'd', Function::AddDays),
    ("addMonths", false, "dn", 'd', Function::AddMonths),
];

/// Functions whose arguments have no one type.
const GENERIC: &[(&str, usize, Function)] = &[
    ("has", 1, Function::Has),
    ("none", 1, Function::None),
    ("default", 2, Function::Default),
    ("other", 1, Function::Other),
    ("size", 1, Function::Size),
    ("sum", 1, Function::Sum),
    ("min", 0, Function::Least),
    ("max", 0, Function::Greatest),
    ("distinct", 1, Function::Distinct),
    ("previous", 1, Function::Previous),
    ("index", 1, Function::Index),
];

const LOOPS: &[(&str, Loop)] = &[
    ("all", Loop::All),
    ("exists", Loop::Exists),
    ("exists_one", Loop::ExistsOne),
    ("filter", Loop::Filter),
    ("map", Loop::Map),
];

/// The names of all functions, for whoever misspelled one.
pub fn function_names() -> impl Iterator<Item = &'static str> {
    let functions = FUNCTIONS.iter().map(|it| it.0).chain(GENERIC.iter().map(|it| it.0));
    functions.chain(LOOPS.iter().map(|it| it.0))
}

struct Parser<'a> {
    scheme: &'a Scheme,
    definition: &'a Definition,
    scope: Scope,
    lexer: Lexer<'a>,
    token: Token,
    at: usize,
    program: Program,
    variables: Vec<(String, Typed)>,
    nesting: usize,
    faults: Vec<Fault>,
}

impl Parser<'_> {
    fn fault(&mut self, code: ProblemCode, offset: usize, detail: impl Into<String>) {
        self.faults.push(Fault { code, offset, detail: detail.into() });
    }

    fn give_up<T>(&mut self, code: ProblemCode, offset: usize, detail: &str) -> Result<T, GivenUp> {
        self.fault(code, offset, detail);
        Err(GivenUp)
    }

    fn advance(&mut self) -> Result<(), GivenUp> {
        match self.lexer.next() {
            Ok((token, at)) => {
                (self.token, self.at) = (token, at);
                Ok(())
            }
            Err(at) => self.give_up(ProblemCode::Syntax, at, "not a name, number, text or operator"),
        }
    }

    fn is_sign(&self, sign: &str) -> bool {
        matches!(self.token, Token::Sign(it) if it == sign)
    }

    fn eat(&mut self, sign: &str) -> Result<bool, GivenUp> {
        let found = self.is_sign(sign);
        if found {
            self.advance()?;
        }
        Ok(found)
    }

    fn expect(&mut self, sign: &str) -> Result<(), GivenUp> {
        if self.eat(sign)? { Ok(()) } else { self.give_up(ProblemCode::Syntax, self.at, sign) }
    }

    fn push(&mut self, node: Node, offset: usize) -> Result<NodeIdx, GivenUp> {
        if self.program.nodes.len() >= MAX_NODES {
            return self.give_up(ProblemCode::Limit, offset, "400 nodes");
        }
        self.program.nodes.push(node);
        self.program.offsets.push(offset as u16);
        Ok(self.program.root())
    }

    fn typed(&mut self, node: Node, ty: Type, offset: usize) -> Parsed {
        Ok(Typed { node: self.push(node, offset)?, ty, reach: Reach::Any })
    }

    /// What stands for a faulty piece, so that the rest is checked too.
    fn unknown(&mut self, offset: usize) -> Parsed {
        self.typed(Node::Boolean(false), Type::one(Base::Unknown), offset)
    }

    fn depends(&mut self, source: SourceIdx, reach: Reach) {
        let known = self.program.dependencies.iter_mut().find(|it| it.source == source);
        match known {
            Some(it) => it.reach = it.reach.max(reach),
            None => self.program.dependencies.push(Dependency { source, reach }),
        }
    }

    fn nested(&mut self, read: impl FnOnce(&mut Self) -> Parsed) -> Parsed {
        self.nesting += 1;
        if self.nesting > MAX_NESTING {
            return self.give_up(ProblemCode::Limit, self.at, "nested 32 deep");
        }
        let parsed = read(self);
        self.nesting -= 1;
        parsed
    }

    fn want(&mut self, it: Typed, wanted: Type, offset: usize) {
        if !it.ty.agrees(wanted) {
            let detail = self.mismatch(it.ty, wanted);
            self.fault(ProblemCode::ExprType, offset, detail);
        }
    }

    fn mismatch(&self, found: Type, wanted: Type) -> String {
        let mut detail = self.type_name(found);
        detail.push_str(" instead of ");
        detail.push_str(&self.type_name(wanted));
        detail
    }

    fn type_name(&self, ty: Type) -> String {
        let name = match ty.base {
            Base::Unknown => "value",
            Base::Number => "number",
            Base::Text => "text",
            Base::Boolean => "boolean",
            Base::Date => "date",
            Base::Application => "application",
            Base::Record(table) => &self.scheme.table(table).id,
        };
        let mut out = String::new();
        if matches!(ty.base, Base::Record(_)) {
            out.push_str("record of ");
        }
        if ty.is_list {
            out.push_str("list of ");
        }
        out.push_str(name);
        out
    }

    fn whole(&mut self) -> Parsed {
        self.advance()?;
        let parsed = self.expr()?;
        if self.token != Token::End {
            return self.give_up(ProblemCode::Syntax, self.at, "nothing more");
        }
        Ok(parsed)
    }

    fn expr(&mut self) -> Parsed {
        self.nested(|it| {
            let condition = it.or()?;
            let at = it.at;
            if !it.eat("?")? {
                return Ok(condition);
            }
            it.want(condition, Type::one(Base::Boolean), at);
            let yes = it.or()?;
            it.expect(":")?;
            let no_at = it.at;
            let no = it.expr()?;
            if !no.ty.agrees(yes.ty) {
                let detail = it.mismatch(no.ty, yes.ty);
                it.fault(ProblemCode::ExprType, no_at, detail);
            }
            let node = it.push(Node::Choose(condition.node, yes.node, no.node), at)?;
            let ty = if yes.ty.base == Base::Unknown { no.ty } else { yes.ty };
            Ok(Typed { node, ty: Type { codes: yes.ty.codes.or(no.ty.codes), ..ty }, reach: yes.reach.max(no.reach) })
        })
    }

    fn or(&mut self) -> Parsed {
        let mut left = self.and()?;
        while self.is_sign("||") {
            left = self.logic(left, Parser::and, Node::Or)?;
        }
        Ok(left)
    }

    fn and(&mut self) -> Parsed {
        let mut left = self.relation()?;
        while self.is_sign("&&") {
            left = self.logic(left, Parser::relation, Node::And)?;
        }
        Ok(left)
    }

    fn logic(&mut self, left: Typed, read: fn(&mut Self) -> Parsed, make: fn(NodeIdx, NodeIdx) -> Node) -> Parsed {
        let at = self.at;
        self.advance()?;
        let right_at = self.at;
        let right = read(self)?;
        self.want(left, Type::one(Base::Boolean), at);
        self.want(right, Type::one(Base::Boolean), right_at);
        self.typed(make(left.node, right.node), Type::one(Base::Boolean), at)
    }

    fn relation(&mut self) -> Parsed {
        let left = self.sum()?;
        let at = self.at;
        let comparison = match &self.token {
            Token::Sign("==") => Some(Comparison::Equal),
            Token::Sign("!=") => Some(Comparison::Unequal),
            Token::Sign("<") => Some(Comparison::Less),
            Token::Sign("<=") => Some(Comparison::AtMost),
            Token::Sign(">") => Some(Comparison::Greater),
            Token::Sign(">=") => Some(Comparison::AtLeast),
            Token::Name(name) if name == "in" => None,
            _ => return Ok(left),
        };
        self.advance()?;
        let right = self.sum()?;
        let node = match comparison {
            None => {
                self.want(right, left.ty.element().list(), at);
                if left.ty.is_list || matches!(left.ty.base, Base::Application) {
                    let detail = self.type_name(left.ty);
                    self.fault(ProblemCode::ExprType, at, detail);
                }
                Node::In(left.node, right.node)
            }
            Some(comparison) => {
                self.want(right, left.ty, at);
                let is_ordered = matches!(left.ty.base, Base::Number | Base::Date | Base::Text | Base::Unknown);
                let is_equality = matches!(comparison, Comparison::Equal | Comparison::Unequal);
                if left.ty.is_list || !is_ordered && !is_equality || left.ty.base == Base::Application {
                    let detail = self.type_name(left.ty);
                    self.fault(ProblemCode::ExprType, at, detail);
                }
                Node::Compare(comparison, left.node, right.node)
            }
        };
        self.check_codes(left, right.node);
        self.check_codes(right, left.node);
        let is_chain = matches!(&self.token, Token::Sign("==" | "!=" | "<" | "<=" | ">" | ">="))
            || matches!(&self.token, Token::Name(name) if name == "in");
        if is_chain {
            return self.give_up(ProblemCode::Syntax, self.at, "a comparison has two sides");
        }
        self.typed(node, Type::one(Base::Boolean), at)
    }

    /// A text literal compared with a choice must be one of its codes.
    fn check_codes(&mut self, choice: Typed, literal: NodeIdx) {
        let Some(slot) = choice.ty.codes else { return };
        match self.program.node(literal).clone() {
            Node::Text(code) => {
                if !options(self.scheme, self.definition, slot).iter().any(|it| it.code == code) {
                    let offset = self.program.offsets.get(usize::from(literal)).copied().unwrap_or_default();
                    self.fault(ProblemCode::UnknownWord, usize::from(offset), &*code);
                }
            }
            Node::Items(items) => items.into_iter().for_each(|item| self.check_codes(choice, item)),
            Node::Choose(_, yes, no) => [yes, no].into_iter().for_each(|item| self.check_codes(choice, item)),
            _ => {}
        }
    }

    fn sum(&mut self) -> Parsed {
        let mut left = self.product()?;
        loop {
            let operator = match self.token {
                Token::Sign("+") => Arithmetic::Add,
                Token::Sign("-") => Arithmetic::Sub,
                _ => return Ok(left),
            };
            left = self.calculation(left, operator, Parser::product)?;
        }
    }

    fn product(&mut self) -> Parsed {
        let mut left = self.unary()?;
        loop {
            let operator = match self.token {
                Token::Sign("*") => Arithmetic::Mul,
                Token::Sign("/") => Arithmetic::Div,
                _ => return Ok(left),
            };
            left = self.calculation(left, operator, Parser::unary)?;
        }
    }

    fn calculation(&mut self, left: Typed, operator: Arithmetic, read: fn(&mut Self) -> Parsed) -> Parsed {
        let at = self.at;
        self.advance()?;
        let right_at = self.at;
        let right = read(self)?;
        self.want(left, Type::one(Base::Number), at);
        self.want(right, Type::one(Base::Number), right_at);
        self.typed(Node::Calculate(operator, left.node, right.node), Type::one(Base::Number), at)
    }

    fn unary(&mut self) -> Parsed {
        let at = self.at;
        let (base, make): (Base, fn(NodeIdx) -> Node) = match self.token {
            Token::Sign("!") => (Base::Boolean, Node::Not),
            Token::Sign("-") => (Base::Number, Node::Negate),
            _ => return self.member(),
        };
        self.nested(|it| {
            it.advance()?;
            let operand_at = it.at;
            let operand = it.unary()?;
            it.want(operand, Type::one(base), operand_at);
            it.typed(make(operand.node), Type::one(base), at)
        })
    }

    fn member(&mut self) -> Parsed {
        let mut left = self.primary()?;
        loop {
            if self.is_sign("[") {
                left = self.fixed_row(left)?;
                continue;
            }
            if !self.eat(".")? {
                return Ok(left);
            }
            let at = self.at;
            let Token::Name(name) = &self.token else { return self.give_up(ProblemCode::Syntax, at, "a name") };
            let name = name.clone();
            self.advance()?;
            left = if !self.is_sign("(") {
                self.member_of(left, &name, at)?
            } else if let Some((_, kind)) = LOOPS.iter().find(|(it, _)| *it == name) {
                self.each(left, *kind, at)?
            } else {
                self.call(&name, Some(left), at)?
            };
        }
    }

    fn member_of(&mut self, of: Typed, name: &str, at: usize) -> Parsed {
        let (scheme, is_list) = (self.scheme, of.ty.is_list);
        match of.ty.base {
            Base::Unknown => self.unknown(at),
            Base::Record(table) => {
                let Some(slot_idx) = scheme.member(table, name) else {
                    self.fault(ProblemCode::UnknownName, at, name);
                    return self.unknown(at);
                };
                let slot = scheme.slot(slot_idx);
                let Some(ty) = slot.ty else {
                    self.fault(ProblemCode::ExprType, at, name);
                    return self.unknown(at);
                };
                let mut reach = of.reach;
                self.depends(slot_idx, reach);
                if let Some(child) = slot.child {
                    reach = reach.max(Reach::Instance);
                    self.depends(scheme.membership(child), reach);
                }
                if let Some(target) = slot.target {
                    reach = Reach::Any;
                    self.depends(scheme.membership(target), reach);
                    // The target is found by id, also where its list stands in a field that may not be asked.
                    if let Some(holder) = scheme.table(target).holder {
                        self.depends(holder, reach);
                    }
                }
                let ty = Type { is_list: is_list || ty.is_list, ..ty };
                Ok(Typed { node: self.push(Node::Member(of.node, slot_idx), at)?, ty, reach })
            }
            Base::Application => {
                let Some(part) = scheme.part(name) else {
                    self.fault(ProblemCode::UnknownName, at, name);
                    return self.unknown(at);
                };
                let is_list = is_list || scheme.table(part).is_repeated;
                let ty = Type { is_list, ..Type::one(Base::Record(part)) };
                self.typed(Node::PartOf(of.node, part), ty, at)
            }
            _ => {
                self.fault(ProblemCode::UnknownName, at, name);
                self.unknown(at)
            }
        }
    }

    fn fixed_row(&mut self, of: Typed) -> Parsed {
        self.expect("[")?;
        let at = self.at;
        let Token::Text(key) = &self.token else { return self.give_up(ProblemCode::Syntax, at, "the key of a row") };
        let key = key.clone();
        self.advance()?;
        self.expect("]")?;
        if of.ty.base == Base::Unknown {
            return self.unknown(at);
        }
        if let (Node::Member(record, _), Base::Record(table), true) =
            (self.program.node(of.node), of.ty.base, of.ty.is_list)
        {
            let is_one = !self.is_list_node(*record);
            let position = self.scheme.table(table).fixed.iter().position(|it| **it == *key);
            if let (true, Some(position)) = (is_one, position) {
                let node = self.push(Node::Fixed(of.node, position as u16), at)?;
                return Ok(Typed { node, ty: of.ty.element(), reach: of.reach });
            }
        }
        self.fault(ProblemCode::UnknownName, at, key);
        self.unknown(at)
    }

    fn is_list_node(&self, at: NodeIdx) -> bool {
        match self.program.node(at) {
            Node::Instances(_) | Node::Applications | Node::Each(Loop::Filter | Loop::Map, ..) => true,
            Node::Member(of, slot) => self.scheme.slot(*slot).ty.is_some_and(|ty| ty.is_list) || self.is_list_node(*of),
            Node::PartOf(of, part) => self.scheme.table(*part).is_repeated || self.is_list_node(*of),
            Node::Choose(_, yes, _) => self.is_list_node(*yes),
            _ => false,
        }
    }

    fn each(&mut self, list: Typed, kind: Loop, at: usize) -> Parsed {
        self.expect("(")?;
        let name_at = self.at;
        let Token::Name(name) = &self.token else { return self.give_up(ProblemCode::Syntax, name_at, "a loop name") };
        let name = name.clone();
        self.advance()?;
        self.expect(",")?;
        let is_taken = RESERVED.contains(&name.as_str())
            || self.scheme.part(&name).is_some()
            || self.variables.iter().any(|(it, _)| *it == name);
        if is_taken {
            self.fault(ProblemCode::BadId, name_at, name.as_str());
        }
        if !list.ty.is_list && list.ty.base != Base::Unknown {
            let detail = self.mismatch(list.ty, list.ty.list());
            self.fault(ProblemCode::ExprType, at, detail);
        }
        if self.variables.len() >= MAX_LOOPS {
            return self.give_up(ProblemCode::Limit, at, "loops nested 2 deep");
        }
        let depth = self.variables.len() as u8;
        self.variables.push((name, Typed { ty: list.ty.element(), ..list }));
        let body_at = self.at;
        let body = self.expr()?;
        self.variables.pop();
        self.expect(")")?;
        if kind == Loop::Map {
            if body.ty.is_list {
                let detail = self.mismatch(body.ty, body.ty.element());
                self.fault(ProblemCode::ExprType, body_at, detail);
            }
        } else {
            self.want(body, Type::one(Base::Boolean), body_at);
        }
        let (ty, reach) = match kind {
            Loop::Filter => (list.ty.list(), list.reach),
            Loop::Map => (body.ty.list(), body.reach),
            _ => (Type::one(Base::Boolean), Reach::Any),
        };
        Ok(Typed { node: self.push(Node::Each(kind, list.node, depth, body.node), at)?, ty, reach })
    }

    fn primary(&mut self) -> Parsed {
        let at = self.at;
        match self.token.clone() {
            Token::Number(number) => {
                self.advance()?;
                self.typed(Node::Number(number), Type::one(Base::Number), at)
            }
            Token::Text(text) => {
                self.advance()?;
                if text.is_empty() {
                    // No answer is an empty text: the comparison would never hold.
                    self.fault(ProblemCode::ExprType, at, "an empty text");
                }
                self.typed(Node::Text(Arc::from(text)), Type::one(Base::Text), at)
            }
            Token::Sign("(") => {
                self.advance()?;
                let inner = self.expr()?;
                self.expect(")")?;
                Ok(inner)
            }
            Token::Sign("[") => {
                self.advance()?;
                let items = self.arguments("]")?;
                let Some((first, _)) = items.first().copied() else {
                    return self.give_up(ProblemCode::Syntax, at, "a list has elements");
                };
                for (item, item_at) in &items {
                    self.want(*item, first.ty.element(), *item_at);
                }
                let nodes = items.iter().map(|(it, _)| it.node).collect();
                let reach = items.iter().map(|(it, _)| it.reach).max().unwrap_or(Reach::Any);
                Ok(Typed { node: self.push(Node::Items(nodes), at)?, ty: first.ty.list(), reach })
            }
            Token::Name(name) => {
                self.advance()?;
                if self.is_sign("(") { self.call(&name, None, at) } else { self.name(&name, at) }
            }
            _ => self.give_up(ProblemCode::Syntax, at, "a value"),
        }
    }

    fn name(&mut self, name: &str, at: usize) -> Parsed {
        let scheme = self.scheme;
        if let Some((_, variable)) = self.variables.iter().find(|(it, _)| it == name) {
            let variable = *variable;
            let depth = self.variables.iter().position(|(it, _)| it == name).unwrap_or_default();
            return Ok(Typed { node: self.push(Node::Variable(depth as u8), at)?, ..variable });
        }
        match (name, self.scope) {
            ("true" | "false", _) => self.typed(Node::Boolean(name == "true"), Type::one(Base::Boolean), at),
            ("this", Scope { this: Some(table), .. }) => {
                let is_repeated = scheme.table(table).is_repeated;
                let node = if is_repeated { Node::Instance } else { Node::Part(table) };
                let reach = if is_repeated { Reach::Instance } else { Reach::Any };
                Ok(Typed { node: self.push(node, at)?, ty: Type::one(Base::Record(table)), reach })
            }
            ("row", Scope { row: Some(table), .. }) => {
                Ok(Typed { node: self.push(Node::Row, at)?, ty: Type::one(Base::Record(table)), reach: Reach::Row })
            }
            ("applications", Scope { is_collection: true, .. }) => {
                self.typed(Node::Applications, Type::one(Base::Application).list(), at)
            }
            ("profile" | "lists", _) => self.global(name == "profile", at),
            _ => {
                let part = if RESERVED.contains(&name) && name != MATERIALS { None } else { scheme.part(name) };
                let Some(part) = part else {
                    self.fault(ProblemCode::UnknownName, at, name);
                    return self.unknown(at);
                };
                let ty = Type::one(Base::Record(part));
                if !scheme.table(part).is_repeated {
                    return self.typed(Node::Part(part), ty, at);
                }
                self.depends(scheme.membership(part), Reach::Any);
                self.typed(Node::Instances(part), ty.list(), at)
            }
        }
    }

    fn global(&mut self, is_profile: bool, at: usize) -> Parsed {
        self.expect(".")?;
        let name_at = self.at;
        let Token::Name(name) = &self.token else { return self.give_up(ProblemCode::Syntax, name_at, "a name") };
        let name = name.clone();
        self.advance()?;
        let scheme = self.scheme;
        if is_profile {
            if let Some(found) = scheme.profile.iter().position(|(id, _)| **id == *name) {
                let base = match scheme.profile.get(found).map(|(_, kind)| *kind) {
                    Some(ProfileKind::Date) => Base::Date,
                    Some(ProfileKind::Text) => Base::Text,
                    _ => Base::Number,
                };
                self.depends(scheme.profile_source(found), Reach::Any);
                return self.typed(Node::Profile(found as u16), Type::one(base), at);
            }
        } else if let Some(found) = scheme.lists.iter().position(|(id, _)| **id == *name) {
            return self.typed(Node::Entries(found as u16), Type::one(Base::Text).list(), at);
        }
        self.fault(ProblemCode::UnknownName, name_at, name);
        self.unknown(at)
    }

    fn arguments(&mut self, end: &str) -> Result<Vec<(Typed, usize)>, GivenUp> {
        let mut items = Vec::new();
        if self.eat(end)? {
            return Ok(items);
        }
        loop {
            let at = self.at;
            items.push((self.expr()?, at));
            if !self.eat(",")? {
                self.expect(end)?;
                return Ok(items);
            }
        }
    }

    fn call(&mut self, name: &str, receiver: Option<Typed>, at: usize) -> Parsed {
        self.expect("(")?;
        let mut arguments: Vec<(Typed, usize)> = receiver.map(|it| (it, at)).into_iter().collect();
        arguments.extend(self.arguments(")")?);
        let generic = GENERIC.iter().find(|(it, _, _)| *it == name && receiver.is_none());
        if let Some((_, count, function)) = generic {
            let is_fit = *count == arguments.len() || *count == 0 && !arguments.is_empty();
            if !is_fit {
                self.fault(ProblemCode::ExprType, at, "number of arguments");
                return self.unknown(at);
            }
            return self.generic(*function, &arguments, at);
        }
        let mut known = FUNCTIONS.iter().filter(|it| it.0 == name && it.1 == receiver.is_some()).peekable();
        if known.peek().is_none() {
            self.fault(ProblemCode::UnknownName, at, name);
            return self.unknown(at);
        }
        let Some((_, _, wanted, result, function)) = known.find(|it| it.2.len() == arguments.len()) else {
            self.fault(ProblemCode::ExprType, at, "number of arguments");
            return self.unknown(at);
        };
        for ((argument, argument_at), wanted) in arguments.iter().zip(wanted.chars()) {
            self.want(*argument, Type::one(base_of(wanted)), *argument_at);
            let range = match wanted {
                'w' => 0..=6,
                'W' => 1..=10,
                _ => continue,
            };
            let literal = match self.program.node(argument.node) {
                Node::Number(number) => number.to_integer(),
                _ => None,
            };
            if !literal.is_some_and(|it| range.contains(&it)) {
                self.fault(ProblemCode::ExprType, *argument_at, "a literal number in range");
            }
        }
        if *function == Function::DateOf
            && let Some((argument, argument_at)) = arguments.first()
            && let Node::Text(text) = self.program.node(argument.node)
            && Date::parse_iso_day(text).is_none()
        {
            let detail = text.to_string();
            self.fault(ProblemCode::BadValue, *argument_at, detail);
        }
        let nodes = arguments.iter().map(|(it, _)| it.node).collect();
        self.typed(Node::Call(*function, nodes), Type::one(base_of(*result)), at)
    }

    fn generic(&mut self, function: Function, arguments: &[(Typed, usize)], at: usize) -> Parsed {
        let Some((first, first_at)) = arguments.first().copied() else { return self.unknown(at) };
        let number = Type::one(Base::Number);
        let (mut function, mut ty, mut reach) = (function, Type::one(Base::Boolean), Reach::Any);
        let mut is_wrong = false;
        match function {
            Function::None | Function::Other => {
                // Both ask about a cell itself, not about its value.
                let slot = match self.program.node(first.node) {
                    Node::Member(of, slot) if !self.is_list_node(*of) => Some(self.scheme.slot(*slot)),
                    _ => None,
                };
                is_wrong = first.ty.base != Base::Unknown
                    && !slot.is_some_and(|slot| match function {
                        Function::None => slot.field.none.0.is_some(),
                        _ => first.ty.codes.is_some_and(|codes| {
                            options(self.scheme, self.definition, codes).iter().any(|it| it.other.is_some())
                        }),
                    });
                if function == Function::Other {
                    ty = Type::one(Base::Text);
                }
            }
            Function::Default => {
                if let Some((second, second_at)) = arguments.get(1).copied() {
                    self.want(second, first.ty, second_at);
                    self.check_codes(first, second.node);
                    reach = first.reach.max(second.reach);
                }
                ty = first.ty;
            }
            Function::Size => {
                ty = number;
                is_wrong = !first.ty.is_list && !first.ty.is(Base::Text);
            }
            Function::Sum => {
                ty = number;
                is_wrong = !first.ty.agrees(number.list());
            }
            Function::Least | Function::Greatest => {
                // One list, or two and more values.
                ty = first.ty.element();
                is_wrong = first.ty.is_list != (arguments.len() == 1) && first.ty.base != Base::Unknown
                    || !matches!(first.ty.base, Base::Number | Base::Date | Base::Unknown);
                for (argument, argument_at) in arguments.iter().skip(1) {
                    self.want(*argument, first.ty, *argument_at);
                }
            }
            Function::Distinct => {
                ty = first.ty;
                reach = first.reach;
                is_wrong = !first.ty.is_list && first.ty.base != Base::Unknown
                    || matches!(first.ty.base, Base::Application);
            }
            Function::Previous | Function::Index => {
                let table = match first.ty.base {
                    Base::Record(table) if !first.ty.is_list && self.scheme.table(table).is_repeated => Some(table),
                    _ => None,
                };
                is_wrong = table.is_none() && first.ty.base != Base::Unknown;
                if let Some(table) = table {
                    reach = match self.scheme.table(table).holder {
                        Some(_) => first.reach.max(Reach::Instance),
                        None => Reach::Any,
                    };
                    self.depends(self.scheme.membership(table), reach);
                }
                ty = if function == Function::Previous { first.ty } else { number };
            }
            _ => {}
        }
        if is_wrong {
            let detail = self.type_name(first.ty);
            self.fault(ProblemCode::ExprType, first_at, detail);
        }
        if function == Function::Size && !first.ty.is_list && first.ty.base == Base::Text {
            function = Function::Length;
        }
        let nodes = arguments.iter().map(|(it, _)| it.node).collect();
        Ok(Typed { node: self.push(Node::Call(function, nodes), at)?, ty, reach })
    }
}

/// The options of a choice.
fn options<'a>(scheme: &'a Scheme, definition: &'a Definition, slot: SlotIdx) -> &'a [Choice] {
    match &scheme.slot(slot).field.kind {
        FieldKind::Choice(it) => definition.options(&it.options, it.options_from.as_ref()),
        FieldKind::Choices(it) => definition.options(&it.options, it.options_from.as_ref()),
        _ => &[],
    }
}

fn base_of(letter: char) -> Base {
    match letter {
        't' => Base::Text,
        'd' => Base::Date,
        'b' => Base::Boolean,
        _ => Base::Number,
    }
}
