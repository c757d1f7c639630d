//! Which of a draft's saved versions are worth keeping.
//!
//! Saving happens every second while one types, so the last five saves would all be of the last five seconds.
//! A bad edit is noticed minutes or days later. Kept are the newest two, and one of each older age.

const MINUTE: f64 = 60_000.0;
/// Of the versions younger than each of these, the oldest is kept: it grows into the next age.
const AGES: [f64; 3] = [5.0 * MINUTE, 60.0 * MINUTE, 24.0 * 60.0 * MINUTE];

/// The times to drop, given all times in ascending order.
pub(super) fn to_drop(times: &[f64]) -> Vec<f64> {
    let Some((newest, older)) = times.split_last() else { return Vec::new() };
    let Some((_, older)) = older.split_last() else { return Vec::new() };
    let age_of = |time: f64| AGES.iter().filter(|age| newest - time >= **age).count();
    let mut drop = Vec::new();
    let mut kept: Option<f64> = None;
    for &time in older {
        match kept {
            Some(before) if age_of(before) == age_of(time) => {
                // Of those older than all ages the newest is kept, so that there is one from not long before.
                if age_of(time) == AGES.len() {
                    drop.push(before);
                    kept = Some(time);
                } else {
                    drop.push(time);
                }
            }
            _ => kept = Some(time),
        }
    }
    drop
}
