//! The Leptos view and the custom element.
