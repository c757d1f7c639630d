//! Proves that a wasm module uses the first version of WebAssembly and mutable globals, nothing newer.
//!
//! What cannot be told by looking is whether every browser in an office accepts a newer feature; two domestic
//! ones refuse reference types whatever version they report. So anything newer fails the build.

use crate::say::{Failure, Outcome};
use std::path::Path;
use wasmparser::{Validator, WasmFeatures};

/// The features a shipped module may use. Floats are part of the first version; the parser lists them apart.
fn allowed() -> WasmFeatures {
    WasmFeatures::MUTABLE_GLOBAL | WasmFeatures::FLOATS | WasmFeatures::GC_TYPES
}

/// Fails where the module at `path` needs more than that.
pub fn check(path: &Path) -> Outcome<()> {
    let bytes = std::fs::read(path).map_err(|error| Failure {
        what: format!("{} cannot be read: {error}", path.display()),
        mend: "build again".to_owned(),
    })?;
    Validator::new_with_features(allowed()).validate_all(&bytes).map(|_| ()).map_err(|error| Failure {
        what: format!("{} does not validate with MVP features and mutable globals: {error}", path.display()),
        mend: "find what turned the feature on: the target-cpu flag, build-std, or a parameter of wasm-opt".to_owned(),
    })
}
