//! The browser's clock and timers. The engine gets times as parameters; in the page they come from here.

use js_sys::{Date, Promise};
use wasm_bindgen::JsValue;
use wasm_bindgen_futures::JsFuture;

/// Milliseconds since 1970, by this computer's clock.
pub fn now() -> f64 {
    Date::now()
}

/// Today by this computer's clock and time zone, as `2026-11-22`.
pub fn today() -> String {
    let date = Date::new_0();
    format!("{:04}-{:02}-{:02}", date.get_full_year(), date.get_month() + 1, date.get_date())
}

/// Now in UTC without fractions of a second, as `2026-11-22T08:00:00Z`.
pub fn utc() -> String {
    let text = String::from(Date::new_0().to_iso_string());
    let seconds = text.split_once('.').map(|(seconds, _)| format!("{seconds}Z"));
    seconds.unwrap_or(text)
}

/// A promise that is kept after some milliseconds. A hidden tab may be made to wait longer.
pub(super) fn timer(ms: i32) -> Promise {
    Promise::new(&mut |resolve, _| {
        let window = web_sys::window();
        let set = window.map(|it| it.set_timeout_with_callback_and_timeout_and_arguments_0(&resolve, ms));
        if !matches!(set, Some(Ok(_))) {
            // Without timers nothing can be waited for.
            let _ = resolve.call0(&wasm_bindgen::JsValue::UNDEFINED);
        }
    })
}

/// How long a tab may take to paint before it is taken for hidden.
const HIDDEN_MS: i32 = 200;

/// Waits some milliseconds.
pub async fn pause(ms: i32) {
    let _ = JsFuture::from(timer(ms)).await;
}

/// Waits until what is on screen now was painted, for work that the form need not wait for. A hidden tab paints
/// nothing, and goes on after a moment.
pub async fn painted() {
    let frame = Promise::new(&mut |resolve, _| {
        if let Some(window) = web_sys::window() {
            let _ = window.request_animation_frame(&resolve);
        }
    });
    let _ = JsFuture::from(Promise::race(&js_sys::Array::of2(&frame, &timer(HIDDEN_MS)))).await;
    // The frame is painted after those who asked for it were called, and before the next task.
    pause(0).await;
}

/// A moment by this computer's clock and time zone, as an office writes it (2026年11月22日 14:32), or in another
/// language as 2026-11-22 14:32.
pub fn words(language: &str, ms: f64) -> String {
    let date = Date::new(&JsValue::from_f64(ms));
    let (year, month, day) = (date.get_full_year(), date.get_month() + 1, date.get_date());
    let (hour, minute) = (date.get_hours(), date.get_minutes());
    match language.starts_with("zh") {
        true => format!("{year}年{month}月{day}日 {hour:02}:{minute:02}"),
        false => format!("{year}-{month:02}-{day:02} {hour:02}:{minute:02}"),
    }
}

/// A moment in the fewest words: the time of day (14:32:07), and before today the day with it (11-22 14:32).
pub fn short_words(ms: f64) -> String {
    let (date, today) = (Date::new(&JsValue::from_f64(ms)), Date::new_0());
    let time = format!("{:02}:{:02}", date.get_hours(), date.get_minutes());
    if date.to_date_string() == today.to_date_string() {
        format!("{time}:{:02}", seconds(ms))
    } else {
        format!("{:02}-{:02} {time}", date.get_month() + 1, date.get_date())
    }
}

/// The seconds of a moment, 0 to 59: no time zone of today has a fraction of a minute.
pub fn seconds(ms: f64) -> u32 {
    (ms / 1000.0).rem_euclid(60.0) as u32
}
