//! End-to-end stories over WebDriver in Chromium, Firefox and WebKitGTK, against the built release form.
//!
//! `cargo xtask test e2e` installs what is needed, builds the page and runs them. Each story is a function of a
//! browser; `in_every_browser!` makes one test of it for each engine, so that a failure names its engine.

mod address;
mod browser;
mod checking;
mod city_story;
mod devtools;
mod editing;
mod element;
mod fallback;
mod filled;
mod first_sheet;
mod foreign;
mod form_page;
mod hand_over;
mod host_calls;
mod hosts;
mod input_method;
mod keeping;
mod old;
mod own_table;
mod memory;
mod offline;
mod picker;
#[path = "../../src/bin/xtask/portal.rs"]
mod portal_folder;
mod plain;
mod policy;
mod portal;
mod reviewing;
mod scenario;
mod single_file;
mod site;
mod smoke;
#[path = "../../src/bin/xtask/static_server.rs"]
mod static_server;
mod two_computers;
mod webdriver;

/// One test for each engine from one story.
macro_rules! in_every_browser {
    ($($story:ident),+ $(,)?) => {$(
        mod $story {
            use crate::browser::{Engine, run};

            #[test]
            fn chromium() {
                run(Engine::Chromium, stringify!($story), super::$story);
            }

            #[test]
            fn firefox() {
                run(Engine::Firefox, stringify!($story), super::$story);
            }

            #[test]
            fn webkitgtk() {
                run(Engine::WebKitGtk, stringify!($story), super::$story);
            }
        }
    )+};
}
pub(crate) use in_every_browser;
