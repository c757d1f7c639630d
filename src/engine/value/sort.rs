//! The one sort of the page: what the standard library sorts has its own copy of that code for each type.

/// The positions 0 to `n` in order. `is_after` tells whether the item at one position comes after that at
/// another; the order of equal items is not kept.
pub fn sorted(n: usize, is_after: &dyn Fn(usize, usize) -> bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..n).collect();
    let sift = |heap: &mut [usize], mut at: usize| loop {
        let mut last = at;
        for child in [2 * at + 1, 2 * at + 2] {
            if let (Some(it), Some(other)) = (heap.get(child), heap.get(last))
                && is_after(*it, *other)
            {
                last = child;
            }
        }
        if last == at {
            break;
        }
        heap.swap(at, last);
        at = last;
    };
    for at in (0..n / 2).rev() {
        sift(&mut order, at);
    }
    for end in (1..n).rev() {
        order.swap(0, end);
        sift(order.split_at_mut(end).0, 0);
    }
    order
}
