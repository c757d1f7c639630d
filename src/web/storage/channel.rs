//! Short messages between the windows of one browser.
//!
//! They go by `BroadcastChannel` and by the `storage` event at once: old browsers lack the first, and a local
//! file may be cut off from either. Each message may arrive twice, so none may mind being heard again.

use super::journal::local_storage;
use crate::web::random;
use gloo::events::EventListener;
use std::rc::Rc;
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent, StorageEvent};

pub(super) struct Channel {
    broadcast: Option<BroadcastChannel>,
    key: String,
    _listeners: Vec<EventListener>,
}

impl Channel {
    /// Joins the channel of a database.
    pub(super) fn join(database: &str, on_message: impl Fn(&str) + 'static) -> Channel {
        let on_message = Rc::new(on_message);
        let key = format!("{database}/message");
        let broadcast = BroadcastChannel::new(database).ok();
        let mut listeners = Vec::new();
        if let Some(broadcast) = &broadcast {
            let on_message = on_message.clone();
            listeners.push(EventListener::new(broadcast, "message", move |event| {
                let data = event.dyn_ref::<MessageEvent>().and_then(|it| it.data().as_string());
                if let Some(message) = data {
                    on_message(&message);
                }
            }));
        }
        if let Some(window) = web_sys::window() {
            let key = key.clone();
            listeners.push(EventListener::new(&window, "storage", move |event| {
                let Some(event) = event.dyn_ref::<StorageEvent>() else { return };
                let value = event.new_value().filter(|_| event.key().as_ref() == Some(&key));
                // The first word only makes the value a new one: an event comes for changes alone.
                if let Some((_, message)) = value.as_deref().and_then(|it| it.split_once(' ')) {
                    on_message(message);
                }
            }));
        }
        Channel { broadcast, key, _listeners: listeners }
    }

    /// Tells every other window.
    pub(super) fn send(&self, message: &str) {
        if let Some(broadcast) = &self.broadcast {
            let _ = broadcast.post_message(&JsValue::from_str(message));
        }
        if let Some(storage) = local_storage() {
            let _ = storage.set_item(&self.key, &format!("{} {message}", random::id()));
            let _ = storage.remove_item(&self.key);
        }
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        if let Some(broadcast) = &self.broadcast {
            broadcast.close();
        }
    }
}
