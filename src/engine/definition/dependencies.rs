//! Who reads what: the order in which cells are worked out, and what to look at again after a change.

use super::expression::tree::Reach;
use super::scheme::{FormulaIdx, Reader, Required, Scheme, SlotIdx, Work};

/// Orders the cells so that each comes after those it reads, and lists the readers of every source.
/// Gives the cells that depend on themselves.
pub fn order(scheme: &mut Scheme) -> Vec<SlotIdx> {
    let n_slots = scheme.slots.len();
    // The slots that each slot's value depends on. Only being asked and being computed give values;
    // `required` reads but is read by nothing.
    let mut reads: Vec<Vec<SlotIdx>> = Vec::with_capacity(n_slots);
    let mut read_by: Vec<Vec<SlotIdx>> = vec![Vec::new(); n_slots];
    for (at, slot) in scheme.slots.iter().enumerate() {
        let mut sources: Vec<SlotIdx> = Vec::new();
        for formula in slot.relevant.iter().chain(&slot.compute) {
            for it in &scheme.formula(*formula).program.dependencies {
                if usize::from(it.source) < n_slots && !sources.contains(&it.source) {
                    sources.push(it.source);
                }
            }
        }
        for source in &sources {
            if let Some(readers) = read_by.get_mut(usize::from(*source)) {
                readers.push(at as SlotIdx);
            }
        }
        reads.push(sources);
    }
    // Layer by layer; what is left over depends on a cycle, and what is left over the other way round too is
    // on one.
    let (ranks, blocked) = peel(&reads, &read_by);
    let mut max_rank = 0;
    for (slot, rank) in scheme.slots.iter_mut().zip(&ranks) {
        slot.rank = *rank;
        max_rank = max_rank.max(*rank);
    }
    scheme.max_rank = max_rank;
    scheme.readers = readers(scheme);
    if blocked.is_empty() {
        return blocked;
    }
    let (_, blocked_back) = peel(&read_by, &reads);
    blocked.into_iter().filter(|slot| blocked_back.contains(slot)).collect()
}

/// The layer of each slot, and the slots that no layer takes.
fn peel(reads: &[Vec<SlotIdx>], read_by: &[Vec<SlotIdx>]) -> (Vec<u16>, Vec<SlotIdx>) {
    let mut ranks = vec![0u16; reads.len()];
    let mut open: Vec<usize> = reads.iter().map(Vec::len).collect();
    let mut ready: Vec<SlotIdx> = (0..reads.len() as SlotIdx).filter(|it| open.get(usize::from(*it)) == Some(&0)).collect();
    let mut n_done = 0;
    while let Some(slot) = ready.get(n_done).copied() {
        n_done += 1;
        let rank = ranks.get(usize::from(slot)).copied().unwrap_or_default();
        for reader in read_by.get(usize::from(slot)).into_iter().flatten() {
            let at = usize::from(*reader);
            if let (Some(open), Some(reader_rank)) = (open.get_mut(at), ranks.get_mut(at)) {
                *open -= 1;
                *reader_rank = (*reader_rank).max(rank + 1);
                if *open == 0 {
                    ready.push(*reader);
                }
            }
        }
    }
    let blocked = (0..reads.len() as SlotIdx).filter(|it| open.get(usize::from(*it)).is_some_and(|it| *it > 0));
    (ranks, blocked.collect())
}

fn readers(scheme: &Scheme) -> Vec<Vec<Reader>> {
    let mut readers: Vec<Vec<Reader>> = vec![Vec::new(); scheme.n_sources()];
    let mut add = |work: Work, formula: FormulaIdx| {
        for it in &scheme.formula(formula).program.dependencies {
            let Some(list) = readers.get_mut(usize::from(it.source)) else { continue };
            // `when` and `check` often read the same: one reader, with the wider reach.
            match list.iter_mut().find(|known| known.work == work) {
                Some(known) => known.reach = known.reach.max(it.reach),
                None => list.push(Reader { work, reach: it.reach }),
            }
        }
    };
    for (at, slot) in scheme.slots.iter().enumerate() {
        let at = at as SlotIdx;
        slot.relevant.iter().for_each(|formula| add(Work::Relevant(at), *formula));
        slot.compute.iter().for_each(|formula| add(Work::Compute(at), *formula));
        if let Required::When(formula) = slot.required {
            add(Work::Required(at), formula);
        }
    }
    for (at, rule) in scheme.rules.iter().enumerate().filter(|(_, rule)| !rule.is_collection) {
        let parameters = rule.parameters.iter().map(|(_, formula, _)| formula);
        let formulas = rule.guards.iter().chain(&rule.when).chain([&rule.check]).chain(parameters);
        formulas.for_each(|formula| add(Work::Rule(at as u16), *formula));
    }
    // Whether something required is there depends, for a reference, on what it names.
    for (at, slot) in scheme.slots.iter().enumerate() {
        let Some(target) = slot.target else { continue };
        if let Some(list) = readers.get_mut(usize::from(scheme.membership(target))) {
            list.push(Reader { work: Work::Required(at as SlotIdx), reach: Reach::Any });
        }
    }
    readers
}
