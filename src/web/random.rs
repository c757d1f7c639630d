//! Random bytes and ids from the browser. The engine gets them as parameters.
//!
//! `crypto.getRandomValues` is there without a secure context; `crypto.randomUUID` is not.

/// Random bytes. None only where the browser has no source of them: then nothing may be signed.
pub fn bytes<const N: usize>() -> Option<[u8; N]> {
    let mut bytes = [0; N];
    let crypto = web_sys::window()?.crypto().ok()?;
    crypto.get_random_values_with_u8_array(&mut bytes).ok()?;
    Some(bytes)
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// A random id of 32 hexadecimal digits. It names things and protects nothing, so a browser without a source
/// of randomness gets one from `Math.random`.
pub fn id() -> String {
    let weak = || std::array::from_fn(|_| (js_sys::Math::random() * 256.0) as u8);
    hex(&bytes::<16>().unwrap_or_else(weak))
}

/// A random document id, `urn:uuid:…`, version 4.
pub fn document_id() -> String {
    let id = id();
    let part = |from: usize, to: usize| id.get(from..to).unwrap_or_default();
    // The variant's two bits are 10: one of 8, 9, a, b.
    let variant = match part(16, 17) {
        "0" | "1" | "2" | "3" => "8",
        "4" | "5" | "6" | "7" => "9",
        "8" | "9" | "a" | "b" => "a",
        _ => "b",
    };
    format!("urn:uuid:{}-{}-4{}-{variant}{}-{}", part(0, 8), part(8, 12), part(13, 16), part(17, 20), part(20, 32))
}
