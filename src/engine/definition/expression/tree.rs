//! The typed tree of an expression.

use crate::engine::definition::scheme::{SlotIdx, SourceIdx, TableIdx};
use crate::engine::value::number::Number;
use std::sync::Arc;

/// Position of a node in its program.
pub type NodeIdx = u16;

/// What a value is, lists aside.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Base {
    /// Of a faulty expression: agrees with everything, so that one fault is reported once.
    Unknown,
    /// An exact number.
    Number,
    /// A text, never empty.
    Text,
    /// A truth value.
    Boolean,
    /// A day.
    Date,
    /// A part instance, a row, or a file entry.
    Record(TableIdx),
    /// One application of a collection.
    Application,
}

/// What an expression gives.
#[derive(Clone, Copy, Debug)]
pub struct Type {
    /// The value, or what a list has.
    pub base: Base,
    /// A list of it?
    pub is_list: bool,
    /// The choice whose codes these texts are.
    pub codes: Option<SlotIdx>,
}

impl Type {
    /// One value.
    pub const fn one(base: Base) -> Type {
        Type { base, is_list: false, codes: None }
    }

    /// The same as a list.
    pub fn list(self) -> Type {
        Type { is_list: true, ..self }
    }

    /// The same as one value.
    pub fn element(self) -> Type {
        Type { is_list: false, ..self }
    }

    /// True if a value of this type may stand where the other is wanted.
    pub fn agrees(self, other: Type) -> bool {
        self.base == Base::Unknown
            || other.base == Base::Unknown
            || self.base == other.base && self.is_list == other.is_list
    }

    /// True for one value of that base, or an unknown.
    pub fn is(self, base: Base) -> bool {
        self.agrees(Type::one(base))
    }
}

/// Where the records that an expression reads lie, seen from its own place.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Reach {
    /// Its own row.
    Row,
    /// Its own instance, any row.
    Instance,
    /// Anywhere.
    Any,
}

/// Arithmetic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Arithmetic {
    /// `+`
    Add,
    /// `-`
    Sub,
    /// `*`
    Mul,
    /// `/`, exact.
    Div,
}

/// Comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Comparison {
    /// `==`
    Equal,
    /// `!=`
    Unequal,
    /// `<`
    Less,
    /// `<=`
    AtMost,
    /// `>`
    Greater,
    /// `>=`
    AtLeast,
}

/// The five bounded loops.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Loop {
    /// Every element passes.
    All,
    /// Some element passes.
    Exists,
    /// Exactly one passes.
    ExistsOne,
    /// Those that pass.
    Filter,
    /// A value of each.
    Map,
}

/// The functions.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[allow(missing_docs, reason = "named as in the language")]
pub enum Function {
    Has,
    None,
    Default,
    Other,
    Size,
    Length,
    Sum,
    Least,
    Greatest,
    Distinct,
    Previous,
    Index,
    Abs,
    Trunc,
    Round,
    Growth,
    Contains,
    StartsWith,
    EndsWith,
    Substring,
    Fold,
    Chars,
    Words,
    Number,
    DateOf,
    DateFrom,
    Year,
    Month,
    Days,
    Months,
    AddDays,
    AddMonths,
}

/// One step of an expression; others are named by position.
#[derive(Clone, Debug, PartialEq)]
pub enum Node {
    /// A literal.
    Number(Number),
    /// A literal.
    Text(Arc<str>),
    /// A literal.
    Boolean(bool),
    /// A literal list.
    Items(Vec<NodeIdx>),
    /// `this` in a repeated part. In a part filled once, `this` is [`Node::Part`].
    Instance,
    /// `row`
    Row,
    /// A loop name, by depth.
    Variable(u8),
    /// The one record of a part filled once.
    Part(TableIdx),
    /// The instances of a repeated part.
    Instances(TableIdx),
    /// Every application of a collection.
    Applications,
    /// A part of an application.
    PartOf(NodeIdx, TableIdx),
    /// `profile.x`
    Profile(u16),
    /// `lists.x`
    Entries(u16),
    /// A member of a record, or of each record of a list.
    Member(NodeIdx, SlotIdx),
    /// A fixed row of a rows member.
    Fixed(NodeIdx, u16),
    /// `!`
    Not(NodeIdx),
    /// `-`
    Negate(NodeIdx),
    /// `&&`
    And(NodeIdx, NodeIdx),
    /// `||`
    Or(NodeIdx, NodeIdx),
    /// `==` and the like
    Compare(Comparison, NodeIdx, NodeIdx),
    /// `in`
    In(NodeIdx, NodeIdx),
    /// `+` and the like
    Calculate(Arithmetic, NodeIdx, NodeIdx),
    /// `? :`
    Choose(NodeIdx, NodeIdx, NodeIdx),
    /// A function.
    Call(Function, Vec<NodeIdx>),
    /// A loop over a list, its name by depth, and its body.
    Each(Loop, NodeIdx, u8, NodeIdx),
}

impl Node {
    /// The nodes that this one reads.
    pub fn children(&self) -> Vec<NodeIdx> {
        match self {
            Node::Items(items) | Node::Call(_, items) => items.clone(),
            Node::PartOf(a, _) | Node::Member(a, _) | Node::Fixed(a, _) | Node::Not(a) | Node::Negate(a) => vec![*a],
            Node::And(a, b)
            | Node::Or(a, b)
            | Node::Compare(_, a, b)
            | Node::In(a, b)
            | Node::Calculate(_, a, b)
            | Node::Each(_, a, _, b) => vec![*a, *b],
            Node::Choose(a, b, c) => vec![*a, *b, *c],
            _ => Vec::new(),
        }
    }
}

/// What a formula reads: a cell, a membership or a profile value, and where.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dependency {
    /// What.
    pub source: SourceIdx,
    /// Where, seen from the place of the formula.
    pub reach: Reach,
}

/// A checked expression.
#[derive(Clone, Debug, Default)]
pub struct Program {
    /// The steps; children stand before their parents, the root is the last.
    pub nodes: Vec<Node>,
    /// Character offset of each step, for problems found later.
    pub offsets: Vec<u16>,
    /// What it reads.
    pub dependencies: Vec<Dependency>,
}

impl Program {
    /// The step at a position.
    pub fn node(&self, at: NodeIdx) -> &Node {
        // A position comes from this very program; the constant stands in for what cannot happen.
        self.nodes.get(usize::from(at)).unwrap_or(&Node::Boolean(false))
    }

    /// The position of the root.
    pub fn root(&self) -> NodeIdx {
        self.nodes.len().saturating_sub(1) as NodeIdx
    }
}
