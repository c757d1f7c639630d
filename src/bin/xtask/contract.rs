//! The element's contract (`src/web/element.json`) in the words of other tools: TypeScript declarations, the
//! custom elements manifest that editors read, and the README of the npm package.

use crate::root;
use crate::say::{Outcome, failed_at};
use serde_json::{Value, json};
use std::fs;

/// What the contract says, as JSON.
pub struct Contract(Value);

/// Types that the contract names.
const TYPES: &str = include_str!("../../web/page/types.d.ts");

/// What the element has as every control of a form has it.
const OF_CONTROLS: &str = "  readonly form: HTMLFormElement | null;
  readonly validity: ValidityState;
  readonly validationMessage: string;
  readonly willValidate: boolean;
";

/// A list of the contract; its members are objects with a name and words in two languages.
fn words(it: &Value) -> String {
    format!("{} {}", text(it, "zh"), text(it, "en"))
}

fn text<'a>(it: &'a Value, name: &str) -> &'a str {
    it[name].as_str().unwrap_or_default()
}

/// The name of the property of an attribute.
fn property(attribute: &str) -> String {
    let mut parts = attribute.split('-');
    let first = parts.next().unwrap_or_default().to_owned();
    parts.fold(first, |name, part| name + &part[..1].to_uppercase() + &part[1..])
}

impl Contract {
    /// Reads the contract from the sources.
    pub fn read() -> Outcome<Contract> {
        let path = root().join("src/web/element.json");
        let read = fs::read_to_string(&path).map_err(|error| error.to_string());
        let contract = read.and_then(|it| serde_json::from_str(&it).map_err(|error| error.to_string()));
        contract.map(Contract).map_err(failed_at(&path, "restore it from the repository"))
    }

    fn list(&self, name: &str) -> impl Iterator<Item = &Value> {
        self.0[name].as_array().into_iter().flatten()
    }

    fn tag(&self) -> &str {
        text(&self.0, "tag")
    }

    /// Attributes that are not properties of every element, with the types that a template may give them.
    fn attributes(&self) -> String {
        let kind = |it: &Value| match text(it, "type") {
            "number" => "number | string".to_owned(),
            "boolean" => "boolean | \"\"".to_owned(),
            other => other.to_owned(),
        };
        let own = self.list("attributes").filter(|it| text(it, "name") != "lang");
        own.map(|it| format!("  /** {} */\n  \"{}\"?: {};\n", words(it), text(it, "name"), kind(it))).collect()
    }

    /// The properties of these attributes: each reads as the attribute stands, without one as an empty text.
    fn reflected(&self) -> String {
        let own = self.list("attributes").filter(|it| text(it, "name") != "lang");
        own.map(|it| {
            let (read, set) = match text(it, "type") {
                "number" => ("string".to_owned(), "number | string"),
                words if words.contains('|') => (format!("{words} | ''"), ""),
                other => (other.to_owned(), ""),
            };
            let (name, set) = (property(text(it, "name")), if set.is_empty() { &read } else { set });
            format!("  /** {} */\n  get {name}(): {read};\n  set {name}(value: {set} | null);\n", words(it))
        })
        .collect()
    }

    /// `index.d.ts`.
    pub fn declarations(&self) -> String {
        let mut out = String::from("// Made from the element's contract by `cargo xtask dist`.\n\n");
        out.push_str(TYPES);
        out.push_str("\n/** Attributes of the element. */\nexport interface ShenbaoFormAttributes {\n");
        out.push_str(&self.attributes());
        out.push_str("}\n\n/** Properties that take more than text. */\nexport interface ShenbaoFormProperties {\n");
        for it in self.list("properties").filter(|it| it["readonly"] != json!(true)) {
            out.push_str(&format!("  /** {} */\n  {}?: {};\n", words(it), text(it, "name"), text(it, "type")));
        }
        out.push_str("}\n\n/** What the element tells the page. */\nexport interface ShenbaoFormEventMap {\n");
        for it in self.list("events") {
            out.push_str(&format!("  /** {} */\n  \"{}\": CustomEvent<{}>;\n", words(it), text(it, "name"), text(it, "type")));
        }
        out.push_str(&format!("}}\n\n/** `<{}>` */\nexport interface ShenbaoFormElement extends HTMLElement {{\n", self.tag()));
        for it in self.list("properties") {
            let readonly = if it["readonly"] == json!(true) { "readonly " } else { "" };
            out.push_str(&format!("  /** {} */\n  {readonly}{}: {};\n", words(it), text(it, "name"), text(it, "type")));
        }
        out.push_str(&self.reflected());
        out.push_str(OF_CONTROLS);
        for it in self.list("methods") {
            out.push_str(&format!("  /** {} */\n  {}{};\n", words(it), text(it, "name"), text(it, "type").replacen(" =>", ":", 1)));
        }
        for (verb, options) in [("add", "AddEventListenerOptions"), ("remove", "EventListenerOptions")] {
            out.push_str(&format!(
                "  {verb}EventListener<K extends keyof ShenbaoFormEventMap>(type: K, listener: (this: ShenbaoFormElement, event: ShenbaoFormEventMap[K]) => unknown, options?: boolean | {options}): void;\n\
                 \x20 {verb}EventListener<K extends keyof HTMLElementEventMap>(type: K, listener: (this: ShenbaoFormElement, event: HTMLElementEventMap[K]) => unknown, options?: boolean | {options}): void;\n\
                 \x20 {verb}EventListener(type: string, listener: EventListenerOrEventListenerObject, options?: boolean | {options}): void;\n"
            ));
        }
        out.push_str(&format!(
            "}}\n\n/** Fulfilled once the element is defined; refused where the browser cannot run it. */\nexport const ready: Promise<void>;\n\n\
             declare global {{\n  interface HTMLElementTagNameMap {{ \"{}\": ShenbaoFormElement }}\n}}\n",
            self.tag()
        ));
        out
    }

    /// `react.d.ts`: the element in JSX, for React 19 and newer.
    pub fn for_react(&self) -> String {
        let mut out = String::from(
            "// Made from the element's contract by `cargo xtask dist`: `import type {} from \"shenbao/react\";`\n\
             import type { DetailedHTMLProps, HTMLAttributes } from \"react\";\n\
             import type { ShenbaoFormAttributes, ShenbaoFormElement, ShenbaoFormEventMap, ShenbaoFormProperties } from \"shenbao\";\n\n\
             type Listeners = { [K in keyof ShenbaoFormEventMap as `on${K}`]?: (event: ShenbaoFormEventMap[K]) => void };\n\n\
             declare module \"react\" {\n  namespace JSX {\n    interface IntrinsicElements {\n",
        );
        out.push_str(&format!(
            "      \"{}\": DetailedHTMLProps<HTMLAttributes<ShenbaoFormElement>, ShenbaoFormElement> & ShenbaoFormAttributes & ShenbaoFormProperties & Listeners;\n    }}\n  }}\n}}\n",
            self.tag()
        ));
        out
    }

    /// `vue.d.ts`: the element in templates, for Vue 3.
    pub fn for_vue(&self) -> String {
        format!(
            "// Made from the element's contract by `cargo xtask dist`: `import type {{}} from \"shenbao/vue\";`\n\
             import type {{ DefineComponent, HTMLAttributes }} from \"vue\";\n\
             import type {{ ShenbaoFormAttributes, ShenbaoFormEventMap, ShenbaoFormProperties }} from \"shenbao\";\n\n\
             type Listeners = {{ [K in keyof ShenbaoFormEventMap as `on${{Capitalize<K>}}`]?: (event: ShenbaoFormEventMap[K]) => void }};\n\n\
             declare module \"vue\" {{\n  interface GlobalComponents {{\n    \"{}\": DefineComponent<HTMLAttributes & ShenbaoFormAttributes & ShenbaoFormProperties & Listeners>;\n  }}\n}}\n",
            self.tag()
        )
    }

    /// `custom-elements.json`, version 1.0.0 of the custom elements manifest.
    pub fn manifest(&self, version: &str) -> Value {
        let described = |it: &Value| json!({ "name": text(it, "name"), "description": words(it) });
        let typed = |it: &Value| {
            let mut out = described(it);
            out["type"] = json!({ "text": text(it, "type") });
            out
        };
        let fields = self.list("properties").map(|it| {
            let mut out = typed(it);
            out["kind"] = json!("field");
            if it["readonly"] == json!(true) {
                out["readonly"] = json!(true);
            }
            out
        });
        let methods = self.list("methods").map(|it| {
            let mut out = described(it);
            let (parameters, returned) = text(it, "type").split_once(" => ").unwrap_or(("()", "void"));
            let inner = parameters.trim_start_matches('(').trim_end_matches(')');
            // No method of the contract takes more than one parameter, and no type of one has a comma in it.
            let parameters = inner.split(", ").filter_map(|it| it.split_once(": ")).map(|(name, kind)| json!({ "name": name, "type": { "text": kind } }));
            out["kind"] = json!("method");
            out["parameters"] = parameters.collect();
            out["return"] = json!({ "type": { "text": returned } });
            out
        });
        let members: Vec<Value> = fields.chain(methods).collect();
        let events = self.list("events").map(|it| {
            let mut out = described(it);
            out["type"] = json!({ "text": format!("CustomEvent<{}>", text(it, "type")) });
            out
        });
        let named = |name: &str| self.list(name).map(described).collect::<Vec<Value>>();
        json!({
            "schemaVersion": "1.0.0",
            "modules": [{
                "kind": "javascript-module",
                "path": "index.js",
                "declarations": [{
                    "kind": "class",
                    "name": "ShenbaoForm",
                    "tagName": self.tag(),
                    "customElement": true,
                    "superclass": { "name": "HTMLElement" },
                    "description": format!("申报表填报 An application table to fill in, sign and verify; version {version}"),
                    "attributes": self.list("attributes").map(typed).collect::<Vec<Value>>(),
                    "members": members,
                    "events": events.collect::<Vec<Value>>(),
                    "cssProperties": named("css"),
                    "cssParts": named("parts"),
                }],
                "exports": [{ "kind": "custom-element-definition", "name": self.tag(), "declaration": { "name": "ShenbaoForm", "module": "index.js" } }],
            }],
        })
    }

    /// `README.md` of the package.
    pub fn readme(&self) -> String {
        let mut out = format!(
            "# shenbao\n\n申报表填报组件 `<{0}>`。没有服务器；样式、表格、WebAssembly 都在包内，只从包所在的网站加载。\n\n\
             The custom element `<{0}>`. No server; styles, tables and WebAssembly are in the package and load from wherever it is served.\n\n\
             ```js\nimport \"shenbao\";\n```\n\n```html\n<{0} table=\"pilot-city-2017\"></{0}>\n```\n\n\
             - 不用打包工具 / without a bundler: `<script type=\"module\" src=\"…/shenbao/index.js\"></script>`，校验值在 `integrity.json`。\n\
             - Vite 开发服务器 / dev server: `optimizeDeps: {{ exclude: [\"shenbao\"] }}`。\n\
             - Vue: `compilerOptions: {{ isCustomElement: (tag) => tag === \"{0}\" }}`；类型 / types: `import type {{}} from \"shenbao/vue\"`。\n\
             - React 19: 属性、事件直接写 / properties and events as they are: `onshenbao-change={{…}}`；类型 / types: `import type {{}} from \"shenbao/react\"`。\n",
            self.tag()
        );
        for (list, title) in [("attributes", "属性 Attributes"), ("properties", "JS 属性 Properties"), ("methods", "方法 Methods"), ("events", "事件 Events"), ("css", "自定义属性 Custom properties"), ("parts", "部件 Parts")] {
            let lines: Vec<String> = self
                .list(list)
                .map(|it| {
                    let kind = text(it, "type").replace('|', "\\|");
                    let kind = if kind.is_empty() { kind } else { format!(" `{kind}`") };
                    format!("| `{}`{kind} | {} | {} |\n", text(it, "name"), text(it, "zh"), text(it, "en"))
                })
                .collect();
            if !lines.is_empty() {
                out.push_str(&format!("\n## {title}\n\n| | | |\n|---|---|---|\n{}", lines.concat()));
            }
        }
        out
    }
}

#[cfg(test)]
mod tests {
    use super::Contract;

    #[test]
    fn the_element_is_declared_with_what_it_has() {
        let declared = Contract::read().map(|it| it.declarations()).unwrap_or_default();
        for line in [
            "get draftKey(): string;",
            "set draftKey(value: string | null);",
            "get mode(): 'fill' | 'verify' | 'print' | 'blank' | '';",
            "get readonly(): boolean;",
            "set mailLimit(value: number | string | null);",
            "readonly form: HTMLFormElement | null;",
            "readonly validity: ValidityState;",
        ] {
            assert!(declared.contains(line), "{line}");
        }
    }
}
