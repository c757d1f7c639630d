//! New documents, instances and rows: ids come from the caller, who has the randomness.

/// True for an id that a place may have: that of an instance or row, or the key of a fixed row.
pub fn is_place_id(text: &str) -> bool {
    (1..=40).contains(&text.len())
        && text.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'_')
}

/// True for a random id of an instance or row: `[a-z0-9]{1,16}`.
pub fn is_random_id(text: &str) -> bool {
    text.len() <= 16 && is_place_id(text) && !text.contains('_')
}
