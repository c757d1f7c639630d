//! Why something could not be kept or read back.

use wasm_bindgen::prelude::*;

/// Why something could not be kept on this computer or read back from it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreError {
    /// The browser does not let this page keep anything.
    Refused,
    /// There is no room left.
    Full,
    /// What was kept is no longer there, or the browser closed the storage and does not open it again.
    Gone,
    /// Another window writes this draft now.
    Taken,
    /// Another window has begun a draft under the same key: this one would hide it.
    Begun,
    /// Anything else, in the browser's words.
    Broken(String),
}

impl StoreError {
    /// The key of its words in the locale.
    pub fn key(&self) -> &'static str {
        match self {
            StoreError::Refused => "storage.refused",
            StoreError::Full => "storage.full",
            StoreError::Gone => "storage.gone",
            StoreError::Taken => "storage.taken",
            StoreError::Begun => "storage.begun",
            StoreError::Broken(_) => "storage.broken",
        }
    }

    /// The browser's words, if there are any.
    pub fn detail(&self) -> &str {
        match self {
            StoreError::Broken(detail) => detail,
            _ => "",
        }
    }

    /// The same error, met while opening: a storage that never opened was not closed but refused.
    pub(super) fn while_opening(self) -> StoreError {
        if self == StoreError::Gone { StoreError::Refused } else { self }
    }
}

/// A text member of a JavaScript object; blank if it is not there.
pub(super) fn text(object: &JsValue, name: &str) -> String {
    member(object, name).as_string().unwrap_or_default()
}

/// A number member of a JavaScript object; zero if it is not there.
pub(super) fn number(object: &JsValue, name: &str) -> f64 {
    member(object, name).as_f64().unwrap_or_default()
}

pub(super) fn member(object: &JsValue, name: &str) -> JsValue {
    js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or_default()
}

impl From<JsValue> for StoreError {
    fn from(error: JsValue) -> StoreError {
        let name = text(&error, "name");
        match name.as_str() {
            "SecurityError" | "NotAllowedError" => StoreError::Refused,
            "QuotaExceededError" => StoreError::Full,
            "InvalidStateError" | "UnknownError" | "AbortError" | "NotFoundError" | "NotReadableError" => {
                StoreError::Gone
            }
            "Taken" => StoreError::Taken,
            "Begun" => StoreError::Begun,
            _ => StoreError::Broken(format!("{name} {}", text(&error, "message"))),
        }
    }
}
