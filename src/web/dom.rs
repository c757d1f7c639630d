//! The elements of the view: made once, then kept in step by signals.
//!
//! Signals, effects and owners are Leptos's; the elements are made here instead of with its `view!`. That macro
//! gives each element a type of its own and compiles the making, changing and removing of each for itself: the
//! form came to 1.1 MB of code. It also makes static parts through `innerHTML` and writes `style` attributes,
//! which a portal's policy may refuse. Here one type of element stands behind boxed closures, and only such
//! calls are made as every policy allows.

use crate::engine::definition::Id;
use gloo::events::{EventListener, EventListenerOptions};
use leptos::prelude::{Owner, StoredValue, untrack};
use leptos::reactive::effect::RenderEffect;
use std::collections::HashMap;
use wasm_bindgen::{JsCast, UnwrapThrowExt};
use wasm_bindgen_futures::spawn_local;
use web_sys::{Document, Event, HtmlElement, HtmlInputElement, Node};

/// An element. A clone is a second handle of the same one.
#[derive(Clone)]
pub struct El(HtmlElement);

/// What can stand inside an element: an element, a text, several of them, or nothing.
pub struct Child(Option<Node>);

/// What stands in an element of the page. Dropped, it is taken away and its signals end.
pub struct Mounted {
    owner: Owner,
    root: HtmlElement,
}

/// A new element with its classes, which may be none.
pub fn el(tag: &str, class: &str) -> El {
    let element: HtmlElement = document().create_element(tag).unwrap_throw().unchecked_into();
    if !class.is_empty() {
        element.set_class_name(class);
    }
    El(element)
}

/// A new element of a drawing.
pub fn svg(tag: &str) -> El {
    El(document().create_element_ns(Some("http://www.w3.org/2000/svg"), tag).unwrap_throw().unchecked_into())
}

/// A button that does not submit a form of the page around it. Its classes are the names under which that page may
/// style it.
pub fn button(class: &str, words: &str) -> El {
    el("button", class).attr("type", "button").attr("part", class).text(words)
}

/// A button that carries out a command of the form; the name is for tests and for scripts of a portal.
pub fn command(class: &str, name: &str, words: &str) -> El {
    button(class, words).attr("data-command", name)
}

/// A part that is made anew whenever a signal changes that `make` itself reads.
pub fn live<C: Into<Child>>(make: impl Fn() -> C + 'static) -> Child {
    live_part(Box::new(move || make().into()))
}

/// A text that follows its signals.
pub fn live_text(words: impl Fn() -> String + 'static) -> Child {
    let node = document().create_text_node("");
    let shown = node.clone();
    keep_in_step(Box::new(move || shown.set_data(&words())));
    Child(Some(node.into()))
}

/// One element for each id, in the order of the ids. An element is made once and stays until its id goes.
pub fn each(ids: impl Fn() -> Vec<Id> + 'static, make: impl Fn(Id) -> El + 'static) -> Child {
    each_part(Box::new(ids), Box::new(make))
}

/// Puts what `make` makes into an empty element of the page.
pub fn mount<C: Into<Child>>(root: &HtmlElement, make: impl FnOnce() -> C) -> Mounted {
    // The effects run on the browser's own queue. An error says only that an earlier form set this up.
    let _ = any_spawner::Executor::init_wasm_bindgen();
    let owner = Owner::new();
    append(root, owner.with(|| make().into()));
    Mounted { owner, root: root.clone() }
}

impl Mounted {
    /// Whoever owns the signals of what is mounted.
    pub fn owner(&self) -> Owner {
        self.owner.clone()
    }
}

impl Drop for Mounted {
    fn drop(&mut self) {
        // First, because a browser tells an element that lost the focus by its removal.
        self.owner.cleanup();
        self.root.set_text_content(None);
    }
}

impl El {
    /// The element itself, for what only the browser can do: focus, files, sizes.
    pub fn node(&self) -> &HtmlElement {
        &self.0
    }

    /// The element as an input, for its value, files and selection. Text areas and selects have these too.
    pub fn input(&self) -> &HtmlInputElement {
        self.0.unchecked_ref()
    }

    /// Sets an attribute.
    pub fn attr(self, name: &str, value: &str) -> Self {
        self.0.set_attribute(name, value).unwrap_throw();
        self
    }

    /// Sets an attribute without a value if `on`.
    pub fn flag(self, name: &str, on: bool) -> Self {
        if on { self.attr(name, "") } else { self }
    }

    /// Makes it a question that has to be answered, named by its words.
    pub fn dialog(self, words: &str) -> Self {
        self.attr("role", "alertdialog").attr("aria-label", words).attr("tabindex", "-1")
    }

    /// Gives it the focus once it is in the page.
    pub fn focus_soon(self) -> Self {
        let node = self.0.clone();
        spawn_local(async move { drop(node.focus()) });
        self
    }

    /// Gives its first button the focus once it is in the page, and brings all of it into view.
    pub fn focus_within_soon(self) -> Self {
        let node = self.0.clone();
        spawn_local(async move {
            let below = web_sys::window().and_then(|it| it.inner_height().ok()?.as_f64()).is_some_and(|height| node.get_bounding_client_rect().bottom() > height);
            if below {
                node.scroll_into_view_with_bool(false);
            }
            let first = node.query_selector("button:not([disabled])").ok().flatten();
            if let Some(first) = first.and_then(|it| it.dyn_into::<HtmlElement>().ok()) {
                let _ = first.focus();
            }
        });
        self
    }

    /// Adds a class if `on`.
    pub fn class_if(self, class: &str, on: bool) -> Self {
        self.switch_class(class, on);
        self
    }

    /// Sets a property of the style, mostly a custom one such as how many columns a cell takes. A policy that
    /// refuses `style` attributes allows this.
    pub fn style(self, name: &str, value: &str) -> Self {
        self.0.style().set_property(name, value).unwrap_throw();
        self
    }

    /// Sets an attribute that follows its signals; none takes it away.
    pub fn live_attr(self, name: &'static str, value: impl Fn() -> Option<String> + 'static) -> Self {
        let element = self.0.clone();
        keep_in_step(Box::new(move || match value() {
            Some(value) => element.set_attribute(name, &value).unwrap_throw(),
            None => element.remove_attribute(name).unwrap_throw(),
        }));
        self
    }

    /// Sets an attribute without a value while `on` holds.
    pub fn live_flag(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.live_attr(name, move || on().then(String::new))
    }

    /// Sets an attribute to `true` or `false`, as the ARIA states want it.
    pub fn live_state(self, name: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        self.live_attr(name, move || Some(if on() { "true" } else { "false" }.to_owned()))
    }

    /// Has a class while `on` holds.
    pub fn live_class(self, class: &'static str, on: impl Fn() -> bool + 'static) -> Self {
        let it = self.clone();
        keep_in_step(Box::new(move || it.switch_class(class, on())));
        self
    }

    /// Keeps a property of the style in step.
    pub fn live_style(self, name: &'static str, value: impl Fn() -> String + 'static) -> Self {
        let it = self.0.clone();
        keep_in_step(Box::new(move || it.style().set_property(name, &value()).unwrap_throw()));
        self
    }

    /// Keeps the value of an input, text area or select in step. A value that is already shown is not written
    /// again: that would move the caret and break a composition.
    pub fn live_value(self, value: impl Fn() -> String + 'static) -> Self {
        let it = self.clone();
        keep_in_step(Box::new(move || {
            let value = value();
            if it.input().value() != value {
                it.input().set_value(&value);
            }
        }));
        self
    }

    /// Keeps a check box in step.
    pub fn live_checked(self, on: impl Fn() -> bool + 'static) -> Self {
        let it = self.clone();
        keep_in_step(Box::new(move || it.input().set_checked(on())));
        self
    }

    /// Appends a text.
    pub fn text(self, words: &str) -> Self {
        self.add(words)
    }

    /// Appends a text that follows its signals.
    pub fn live_text(self, words: impl Fn() -> String + 'static) -> Self {
        self.add(live_text(words))
    }

    /// Appends a part that is made anew whenever a signal changes that `make` itself reads.
    pub fn live<C: Into<Child>>(self, make: impl Fn() -> C + 'static) -> Self {
        self.add(live(make))
    }

    /// Appends what stands inside.
    pub fn add(self, child: impl Into<Child>) -> Self {
        append(&self.0, child.into());
        self
    }

    /// Appends several.
    pub fn add_all<C: Into<Child>>(self, children: impl IntoIterator<Item = C>) -> Self {
        for child in children {
            append(&self.0, child.into());
        }
        self
    }

    /// Calls on an event of the element or of what stands inside it, until the part it was made for is gone: a
    /// browser still tells an element that lost the focus by its removal.
    pub fn on(self, event: &'static str, call: impl FnMut(&Event) + 'static) -> Self {
        listen(&self.0, event, Box::new(call));
        self
    }

    /// Calls when the element is clicked or its key is pressed.
    pub fn on_click(self, mut call: impl FnMut() + 'static) -> Self {
        self.on("click", move |_| call())
    }

    fn switch_class(&self, class: &str, on: bool) {
        let _ = self.0.class_list().toggle_with_force(class, on);
    }
}

impl Child {
    /// Nothing.
    pub fn none() -> Self {
        Child(None)
    }
}

impl From<El> for Child {
    fn from(it: El) -> Self {
        Child(Some(it.0.into()))
    }
}

impl From<&str> for Child {
    fn from(words: &str) -> Self {
        Child((!words.is_empty()).then(|| document().create_text_node(words).into()))
    }
}

impl From<String> for Child {
    fn from(words: String) -> Self {
        words.as_str().into()
    }
}

impl<C: Into<Child>> From<Option<C>> for Child {
    fn from(it: Option<C>) -> Self {
        it.map_or(Child(None), Into::into)
    }
}

impl<C: Into<Child>> From<Vec<C>> for Child {
    fn from(children: Vec<C>) -> Self {
        let list: Node = document().create_document_fragment().into();
        for child in children {
            append(&list, child.into());
        }
        Child(Some(list))
    }
}

fn document() -> Document {
    gloo::utils::document()
}

fn append(parent: &Node, child: Child) {
    if let Some(node) = child.0 {
        parent.append_child(&node).unwrap_throw();
    }
}

/// Runs `step` now, and again whenever a signal changes that it reads, until the owner is gone.
fn keep_in_step(step: Box<dyn Fn()>) {
    let effect = RenderEffect::new(move |_| step());
    StoredValue::new_local(effect);
}

fn listen(element: &HtmlElement, event: &'static str, call: Box<dyn FnMut(&Event)>) {
    let listener = EventListener::new_with_options(element, event, EventListenerOptions::enable_prevent_default(), call);
    StoredValue::new_local(listener);
}

/// A changing part lies between two comments, so that parts inside it may change on their own.
fn live_part(make: Box<dyn Fn() -> Child>) -> Child {
    let (start, end): (Node, Node) = (document().create_comment("").into(), document().create_comment("").into());
    let list: Node = document().create_document_fragment().into();
    list.append_child(&start).unwrap_throw();
    list.append_child(&end).unwrap_throw();
    keep_in_step(Box::new(move || {
        let Some(parent) = end.parent_node() else { return };
        while let Some(old) = end.previous_sibling().filter(|old| *old != start) {
            parent.remove_child(&old).unwrap_throw();
        }
        if let Child(Some(node)) = make() {
            parent.insert_before(&node, Some(&end)).unwrap_throw();
        }
    }));
    Child(Some(list))
}

fn each_part(ids: Box<dyn Fn() -> Vec<Id>>, make: Box<dyn Fn(Id) -> El>) -> Child {
    let end: Node = document().create_comment("").into();
    let list: Node = document().create_document_fragment().into();
    list.append_child(&end).unwrap_throw();
    // An element outlives the run of the effect that made it, so its owner is a child of this one.
    let owner = Owner::current().unwrap_or_default();
    let mut made: HashMap<Id, (Owner, Node)> = HashMap::new();
    let effect = RenderEffect::new(move |_| {
        let ids = ids();
        let Some(parent) = end.parent_node() else { return };
        untrack(|| {
            let mut before = std::mem::take(&mut made);
            let mut kept = Vec::with_capacity(ids.len());
            for id in ids {
                // An id that is there twice has one element: the second would stay when the id goes.
                if made.contains_key(&id) {
                    continue;
                }
                let (own, node) = before.remove(&id).unwrap_or_else(|| {
                    let own = owner.child();
                    let node = own.with(|| make(id.clone())).0.into();
                    (own, node)
                });
                kept.push(node.clone());
                made.insert(id, (own, node));
            }
            for (own, node) in before.into_values() {
                own.cleanup();
                if let Some(parent) = node.parent_node() {
                    parent.remove_child(&node).unwrap_throw();
                }
            }
            // From the end, so that an element that is in its place is not moved: moving takes the focus away.
            let mut next = end.clone();
            for node in kept.into_iter().rev() {
                if node.next_sibling().as_ref() != Some(&next) {
                    parent.insert_before(&node, Some(&next)).unwrap_throw();
                }
                next = node;
            }
        });
    });
    StoredValue::new_local(effect);
    Child(Some(list))
}
