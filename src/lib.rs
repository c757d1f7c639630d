//! Shenbao: application tables of Chinese government notices, filled in a browser without a server.
//!
//! `engine` is pure: it knows tables, answers, rules and bundles, and neither the browser nor files,
//! clocks or randomness. `web` is the Leptos view around it. Directions: `main` → `web` → `engine` ← `bin`.

pub mod engine;
#[cfg(feature = "web")]
pub mod web;
