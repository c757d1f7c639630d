// A portal's own script, as tests: each exported function is one line of the element's contract.

const TABLE = {
  format: "1", id: "park-brief", version: "2026.1", languages: ["zh-CN"],
  title: { "zh-CN": "园区情况简表" }, provenance: "official",
  notice: { title: { "zh-CN": "关于填报园区情况的通知" }, issuers: ["示例市知识产权局"], issued: "2026-01-05" },
  offices: [{ id: "city", label: { "zh-CN": "市知识产权局" }, role: "city" }],
  parts: [
    {
      id: "park", label: { "zh-CN": "园区" }, filled_by: "city", source: { kind: "notice", at: "附件" },
      sections: [{ heading: { "zh-CN": "基本情况" }, fields: [
        { id: "name", kind: "text", label: { "zh-CN": "园区名称" }, required: true, prefill: "park", layout: { label: 4, value: 8 } },
        { id: "smes", kind: "integer", min: 0, label: { "zh-CN": "中小企业数" }, unit: { "zh-CN": "家" }, required: true, layout: { label: 4, value: 8 } },
        { id: "area", kind: "decimal", digits: 2, label: { "zh-CN": "面积" }, unit: { "zh-CN": "亩" }, layout: { label: 4, value: 8 } },
      ] }],
    },
    {
      id: "firms", label: { "zh-CN": "企业" }, filled_by: "city", source: { kind: "notice", at: "附件" },
      repeat: { min: 0, max: 3, noun: { "zh-CN": "企业" } },
      sections: [{ heading: { "zh-CN": "企业" }, fields: [{ id: "name", kind: "text", label: { "zh-CN": "名称" }, layout: { label: 4, value: 20 } }] }],
    },
  ],
};
const OTHER = { ...TABLE, id: "park-other", title: { "zh-CN": "另一张表" } };
// Everything that is typed and is no plain cell: words for another choice, titles of papers, reasons.
const WORDY = {
  ...TABLE,
  parts: [{
    ...TABLE.parts[0],
    sections: [{ heading: { "zh-CN": "基本情况" }, fields: [
      ...TABLE.parts[0].sections[0].fields,
      { id: "trade", kind: "choice", label: { "zh-CN": "行业" }, options: [{ code: "it", label: { "zh-CN": "软件" } }, { code: "other", label: { "zh-CN": "其他" }, other: {} }], layout: { label: 4, value: 20 } },
      { id: "papers", kind: "files", label: { "zh-CN": "材料" }, layout: { label: 4, value: 20 } },
    ] }],
  }],
  materials: [{ id: "plan", label: { "zh-CN": "申报方案" }, by: "city", source: { kind: "notice", at: "二" } }],
  rules: [{
    id: "enough", scope: "park", severity: "overridable", check: "this.smes >= 100", fields: ["this.smes"],
    message: { "zh-CN": "中小企业应不少于100家" }, override: { min_length: 4 }, source: { kind: "notice", at: "二" },
  }],
};
const FULL = { park: { name: "东湖园区", smes: 120 } };

let contract = null;
export function set_up(text) {
  contract = JSON.parse(text);
}

// ---- Tools

function check(holds, what) {
  if (!holds) throw new Error(what);
}

function same(found, wanted, what) {
  const [a, b] = [found, wanted].map((it) => JSON.stringify(it));
  check(a === b, `${what}: ${a} is not ${b}`);
}

async function until(what, holds) {
  for (const start = Date.now(); !holds(); ) {
    check(Date.now() - start < 10000, `waited in vain: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

async function fails(promise, part) {
  const error = await promise.then(() => null, (it) => it);
  const said = String((error && error.message) || error);
  check(error instanceof Error && said.includes(part), `it should fail with ${part}: ${said}`);
  return error;
}

// A storage of the page, so that no test sees another's drafts.
function memory() {
  const map = new Map();
  return { map, get: (key) => map.get(key), set: (key, value) => void map.set(key, value), delete: (key) => void map.delete(key), keys: () => [...map.keys()] };
}

function make(properties = {}, attributes = {}) {
  const form = document.createElement("shenbao-form");
  for (const [name, value] of Object.entries(attributes)) form.setAttribute(name, value);
  Object.assign(form, { definition: TABLE, storage: memory() }, properties);
  document.body.append(form);
  return form;
}

async function opened(properties, attributes) {
  const form = make(properties, attributes);
  await form.ready;
  return form;
}

const find = (form, selector) => form.shadowRoot.querySelector(selector);
const cell = (form, path) => find(form, `[data-path="${path}"] input`);
const shown = (form) => find(form, ".root").innerText;

async function type(form, path, text) {
  await until(`${path} is on screen`, () => cell(form, path));
  const input = cell(form, path);
  input.value = text;
  input.dispatchEvent(new Event("input", { bubbles: true, composed: true }));
  input.dispatchEvent(new Event("change", { bubbles: true }));
}

function heard(target, name) {
  const list = [];
  target.addEventListener("shenbao-" + name, (event) => list.push(event.detail));
  return list;
}

// ---- The contract

// Rows that are always there, rows that can be added, a material of another office, two contacts.
const cellsOf = (...ids) => ids.map((id) => ({ id, kind: "integer", label: { "zh-CN": id === "all" ? "合计" : "其中发明" }, unit: { "zh-CN": "件" }, required: true }));
const ROWS = {
  ...TABLE, id: "park-rows", offices: [...TABLE.offices, { id: "province", label: { "zh-CN": "省局" }, role: "province" }],
  parts: [{ ...TABLE.parts[0], sections: [
    ...["甲局", "乙局"].map((office, n) => ({ heading: { "zh-CN": office }, fields: [{ id: "contact" + n, kind: "text", label: { "zh-CN": "联系人" }, required: true, layout: { label: 4, value: 20 } }] })),
    { heading: { "zh-CN": "指标" }, fields: [
      { id: "years", kind: "rows", label: { "zh-CN": "年度" }, fixed: [{ key: "y1", label: { "zh-CN": "2014年" } }, { key: "y2", label: { "zh-CN": "2015年" } }], groups: [{ label: { "zh-CN": "申请量" }, columns: ["all", "part"] }], columns: cellsOf("all", "part") },
      { id: "list", kind: "rows", label: { "zh-CN": "名单" }, max: 2, columns: cellsOf("all", "part") },
    ] },
  ] }],
  materials: [{ id: "letter", label: { "zh-CN": "推荐函" }, by: "province", source: { kind: "notice", at: "二" } }, { id: "plan", label: { "zh-CN": "方案" }, by: "city", source: { kind: "notice", at: "二" } }],
};

function paste(form, path, text) {
  const data = new DataTransfer();
  data.setData("text/plain", text);
  cell(form, path).dispatchEvent(new ClipboardEvent("paste", { clipboardData: data, bubbles: true, cancelable: true, composed: true }));
}

export async function what_is_undone_in_fixed_rows_is_gone_from_the_screen() {
  const form = await opened({ definition: ROWS });
  await type(form, "park/years/y1/all", "5");
  await form.undo();
  same(await form.getData(), {}, "nothing is left");
  await until("the cell is blank", () => cell(form, "park/years/y1/all").value === "");
  await form.redo();
  await until("the cell is filled again", () => cell(form, "park/years/y1/all").value === "5");
  paste(form, "park/years/y1/all", "1\t2\n3\t4");
  await until("the block", () => cell(form, "park/years/y2/part").value === "4");
  await form.undo();
  await until("the block is gone", () => ["y1/part", "y2/all", "y2/part"].every((it) => cell(form, "park/years/" + it).value === ""));
  same(cell(form, "park/years/y1/all").value, "5", "what was there before");
  form.remove();
}

export async function a_notice_says_what_was_pasted_and_leaves_with_the_next_step() {
  const form = await opened({ definition: ROWS });
  const notice = () => find(form, ".notice") && find(form, ".notice").textContent;
  find(form, '[data-path="park/list"] [data-command=add-row]').click();
  await until("a row", () => find(form, '[data-path^="park/list/"]'));
  paste(form, find(form, '[data-path^="park/list/"]').dataset.path, "1\t2\n3\t4\n5\t6");
  await until("the notice", notice);
  same(notice(), "已粘贴 2 行；2 格没有粘贴（超出右边的列，或超出 2 行）：5、6", "what was pasted");
  await form.undo();
  await until("no notice", () => !notice());
  form.remove();
}

export async function places_of_the_same_name_are_told_apart() {
  const form = await opened({ definition: ROWS });
  same([...form.shadowRoot.querySelectorAll('[data-row="park/years/y1"] .row-label')].map((it) => it.textContent), ["申请量 合计(件)*", "申请量 其中发明(件)*"], "labels of a phone");
  await type(form, "park/years/y1/all", "1");
  await form.reportValidity();
  await until("the list", () => find(form, ".summary"));
  same([...form.shadowRoot.querySelectorAll(".summary .where")].map((it) => it.textContent), ["园区 · 甲局 · 联系人", "园区 · 乙局 · 联系人", "园区 · 年度 · 2014年 · 申请量 其中发明", "园区 · 年度 · 2015年 · 申请量 合计", "园区 · 年度 · 2015年 · 申请量 其中发明"], "places");
  form.remove();
}

export async function a_material_of_another_office_is_not_asked_for() {
  const form = await opened({ definition: ROWS });
  find(form, '[data-place="materials"]').click();
  await until("the materials", () => find(form, '[data-path="materials/plan"] [data-command=attach]'));
  check(!find(form, '[data-path="materials/letter"] [data-command]'), "no buttons for the other office's");
  check(find(form, '[data-path="materials/letter"]').innerText.includes("省局"), "who brings it");
  form.remove();
}

export async function it_has_what_the_list_says() {
  const form = await opened();
  const type = customElements.get(contract.tag);
  same([...type.observedAttributes].sort(), contract.attributes.map((it) => it.name).sort(), "attributes");
  const own = Object.getOwnPropertyDescriptors(type.prototype);
  const camel = (name) => name.replace(/-(.)/g, (_, letter) => letter.toUpperCase());
  const listed = contract.properties.map((it) => it.name);
  for (const { name, readonly } of contract.properties) check(own[name] && own[name].get && !!own[name].set === !readonly, `property ${name}`);
  for (const { name } of contract.methods) check(typeof own[name].value === "function", `method ${name}`);
  for (const { name } of contract.attributes) check(camel(name) in form, `attribute ${name} has a property`);
  // Whatever a page can see and the list lacks is the browser's own or what form controls have.
  const usual = ["constructor", "connectedCallback", "disconnectedCallback", "attributeChangedCallback", "formAssociatedCallback", "formDisabledCallback", "formResetCallback", "formStateRestoreCallback", "form", "validity", "validationMessage", "willValidate"];
  const known = [...usual, ...listed, ...contract.methods.map((it) => it.name), ...contract.attributes.map((it) => camel(it.name))];
  same(Object.keys(own).filter((it) => !known.includes(it)), [], "not on the list");
  const styles = [...form.shadowRoot.adoptedStyleSheets].flatMap((it) => [...it.cssRules]).map((it) => it.cssText).join("\n");
  const used = new Set(styles.match(/--shenbao-[a-z-]+/g));
  same([...used].sort(), contract.css.map((it) => it.name).sort(), "custom properties");
  // Parts: those of the filling screen are there, and none is unnamed.
  const seen = () => new Set([...form.shadowRoot.querySelectorAll("[part]")].flatMap((it) => [...it.part]));
  const classes = ["plain", "link", "small", "icon", "wide", "home", "outline-button", "danger", "note", "seal-box", "none", "mend"];
  await form.reportValidity();
  await until("the list of problems", () => seen().has("summary"));
  const parts = contract.parts.map((it) => it.name);
  same([...seen()].filter((it) => !parts.includes(it) && !classes.includes(it)), [], "parts that are not listed");
  const elsewhere = ["notice", "option", "message"];
  same(parts.filter((it) => !seen().has(it) && !elsewhere.includes(it)), [], "listed parts that are nowhere");
  form.remove();
}

export async function calls_wait_until_it_is_ready() {
  const form = make();
  // Nothing is on screen yet.
  check(!find(form, ".sheet"), "the form is not there yet");
  const order = [];
  form.ready.then(() => order.push("ready"));
  form.addEventListener("shenbao-ready", (event) => order.push(event.detail.table));
  same(form.checkValidity(), false, "what is not there is not valid");
  await form.setData(FULL);
  same(await form.getData(), FULL, "the call before it was there counts");
  await until("ready is told", () => order.length === 2);
  same(order.sort(), ["park-brief", "ready"], "ready");
  form.remove();
}

export async function what_was_set_before_the_definition_counts() {
  // As an element that was parsed before the script came: own properties hide those of the class.
  const form = document.createElement("shenbao-form");
  for (const [name, value] of Object.entries({ definition: TABLE, storage: memory(), data: FULL, readonly: true })) {
    Object.defineProperty(form, name, { value, writable: true, configurable: true, enumerable: true });
  }
  document.body.append(form);
  await form.ready;
  same(await form.getData(), FULL, "data");
  check(form.hasAttribute("readonly"), "a property that has an attribute sets it");
  check(!Object.prototype.hasOwnProperty.call(form, "data"), "the property is the class's again");
  form.remove();
}

export async function an_unknown_table_is_told_and_shown() {
  const form = make({ definition: null }, { table: "../index" });
  const errors = heard(document, "error");
  await fails(form.ready, "../index");
  check(errors.length === 1 && errors[0].message.includes("../index"), `it is told once: ${JSON.stringify(errors)}`);
  await until("it is shown", () => find(form, "[role=alert]"));
  check(shown(form).includes("../index"), shown(form));
  check(!find(form, "[data-command=new]"), "no list of tables where the page names one");
  // A mended attribute opens the form.
  form.definition = TABLE;
  await form.ready;
  await until("the form", () => find(form, ".sheet"));
  form.remove();
}

export async function a_malformed_definition_leaves_the_work_at_hand() {
  const form = await opened();
  await type(form, "park/name", "甲园区");
  const errors = heard(form, "error");
  const broken = JSON.parse(JSON.stringify(TABLE));
  broken.parts[0].sections[0].fields[1].kind = "number";
  form.definition = broken;
  await until("the error", () => errors.length === 1);
  check(errors[0].message.includes("/parts/0/sections/0/fields/1/kind：应为 text"), errors[0].message);
  await until("it is shown", () => find(form, "[role=alert]"));
  same(await form.getData(), { park: { name: "甲园区" } }, "the work");
  check(cell(form, "park/name").value === "甲园区", "on screen too");
  form.definition = "{";
  await until("the second error", () => errors.length === 2);
  const { id, ...nameless } = TABLE;
  form.definition = nameless;
  await until("the third error", () => errors.length === 3);
  check(errors[2].message.includes("最外层：缺少“id”，请补上"), errors[2].message);
  same(await form.getData(), { park: { name: "甲园区" } }, "the work");
  form.definition = OTHER;
  await until("a good one opens", () => shown(form).includes("另一张表"));
  form.remove();
}

export async function wrong_data_leave_the_work_at_hand() {
  const form = await opened();
  const errors = heard(form, "error");
  await type(form, "park/name", "甲园区");
  await fails(form.setData({ park: { nam: "乙" } }), "park/nam");
  await fails(form.setData({ park: { smes: "many" } }), "park/smes");
  await fails(form.setData({ park: { smes: 1.5 } }), "park/smes");
  await fails(form.setData('{"park":{"smes":1.5}}'), "字节");
  const error = await fails(form.setData([]), "种类");
  same([error.name, error.code], ["ShenbaoError", "set-data"], "what a page's program tells errors by");
  check(errors.length === 5 && errors[0].message.includes("没有对应的栏目"), JSON.stringify(errors));
  same(await form.getData(), { park: { name: "甲园区" } }, "the work");
  // At the beginning there is no work: the blank form opens and says it.
  const begun = make({ data: { parc: {} } });
  const told = heard(begun, "error");
  await begun.ready;
  await until("it is told", () => told.length === 1 && told[0].message.includes("parc"));
  check(cell(begun, "park/name"), "the form is there");
  form.remove();
  begun.remove();
}

export async function a_page_gives_numbers_as_it_has_them() {
  const form = await opened({ data: { park: { name: "甲园区", area: 480.25 } } });
  same(await form.getData(), { park: { area: "480.25", name: "甲园区" } }, "with digits after the point");
  await form.setData({ park: { area: 480 } });
  same(await form.getData(), { park: { area: "480" } }, "a whole number");
  form.remove();
}

export async function a_draft_that_is_being_opened_says_so() {
  const storage = memory();
  const form = await opened({ storage });
  await type(form, "park/name", "甲园区");
  const saved = heard(form, "draft-saved");
  await until("it is kept", () => saved.length > 0);
  form.remove();
  const start = make({ definition: null, storage });
  await until("the list of drafts", () => find(start, ".draft [data-command=open]"));
  const open = find(start, ".draft [data-command=open]");
  const said = [];
  new MutationObserver(() => said.push(`${open.disabled} ${open.textContent}`)).observe(open, { attributes: true, childList: true, characterData: true, subtree: true });
  open.click();
  await until("the button says it", () => said.includes("true 正在打开……"));
  start.remove();
}

export async function a_definition_file_is_fetched() {
  const address = URL.createObjectURL(new Blob([JSON.stringify(TABLE)], { type: "application/json" }));
  const form = await opened({ definition: null }, { "table-src": address });
  check(shown(form).includes("园区情况简表"), shown(form));
  const errors = heard(form, "error");
  form.setAttribute("table-src", "./no-such-table.json");
  await until("what cannot be had is told", () => errors.length === 1);
  check(errors[0].message.includes("404") && errors[0].message.includes("no-such-table.json"), errors[0].message);
  check(find(form, ".sheet"), "the form stays");
  form.remove();
}

export async function data_go_in_and_out_and_can_be_undone() {
  const form = await opened({ data: { park: { name: "甲" } } });
  same(form.data, { park: { name: "甲" } }, "the beginning");
  const firms = [{ id: "f1", name: "一厂" }, { id: "f2", name: "二厂" }];
  form.data = { firms, ...FULL };
  same(await form.getData(), { firms, ...FULL }, "replaced");
  check(form.checkValidity(), "complete");
  await until("on screen", () => cell(form, "park/name").value === "东湖园区");
  await form.undo();
  same(await form.getData(), { park: { name: "甲" } }, "one step back");
  await form.redo();
  same(await form.getData(), { firms, ...FULL }, "and again");
  form.remove();
}

export async function prefilled_cells_and_reset() {
  const form = await opened({ prefill: { park: "西湖园区", other: "x" } });
  same(await form.getData(), { park: { name: "西湖园区" } }, "prefilled");
  await type(form, "park/name", "改过");
  await type(form, "park/smes", "7");
  form.reportValidity();
  await form.reset();
  same(await form.getData(), { park: { name: "西湖园区" } }, "as it began");
  await until("nothing is held against it", () => !find(form, ".cell.wrong"));
  await form.undo();
  same(await form.getData(), { park: { name: "改过", smes: 7 } }, "a reset can be undone");
  form.remove();
}

export async function changes_and_validity_are_told() {
  const host = document.createElement("div");
  document.body.append(host);
  const form = make();
  host.append(form);
  const [changes, validity] = ["change", "validity"].map((it) => heard(host, it));
  await form.ready;
  same(validity.length, 1, "how it stands at first");
  same([validity[0].valid, validity[0].missing], [false, 2], "two cells are missing");
  await type(form, "park/name", "甲");
  await until("the change", () => changes.length === 1);
  same(validity[validity.length - 1].missing, 1, "one is missing");
  await form.setData(FULL);
  await until("it is valid", () => validity[validity.length - 1].valid);
  same(changes.length, 2, "several cells at once are one change");
  // The event comes from the element, whatever is inside.
  form.addEventListener("shenbao-change", (event) => check(event.composed && event.bubbles && event.target === form, "composed"));
  await type(form, "park/smes", "-1");
  await until("an error counts", () => validity[validity.length - 1].errors === 1);
  host.remove();
}

export async function settings_are_live() {
  const form = await opened();
  await until("the cell", () => cell(form, "park/name"));
  check(!cell(form, "park/name").readOnly, "it can be filled in");
  form.readonly = true;
  await until("read-only", () => cell(form, "park/name").readOnly);
  await form.setData(FULL);
  same(await form.getData(), FULL, "the page itself may change it");
  await until("still read-only", () => cell(form, "park/name").readOnly);
  form.removeAttribute("readonly");
  await until("it can be filled in again", () => !cell(form, "park/name").readOnly);
  const ground = () => getComputedStyle(find(form, ".root")).backgroundColor;
  const light = ground();
  form.theme = "dark";
  check(ground() !== light, "the dark theme");
  form.theme = "light";
  same(ground(), light, "the light theme");
  form.style.setProperty("--shenbao-ground", "rgb(1, 2, 3)");
  same(ground(), "rgb(1, 2, 3)", "a custom property of the page");
  form.remove();
}

// As a key does it: the control is not left.
function key(input, letter) {
  input.setRangeText(letter, input.selectionStart, input.selectionEnd, "end");
  input.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, data: letter }));
}

export async function what_is_typed_counts_before_the_control_is_left() {
  const form = await opened({ definition: WORDY, data: { park: { name: "甲", smes: 7, trade: "other" } } });
  const drafted = async () => JSON.parse(await (await form.exportDraft()).text()).data;
  find(form, "[data-command=check]").click();
  find(form, "[data-command=add-paper]").click();
  const [other, title, pages, reason] = [".other", ".file-title input", ".file-pages input", ".reason textarea"];
  await until("all of them are there", () => [other, title, pages, reason].every((it) => find(form, it)));
  const lines = [[other, " 种 业 "], [title, "会议 纪要"], [pages, "012"], [reason, "新设 园区，人口尚未迁入"]];
  for (const [selector, words] of lines) {
    const input = find(form, selector);
    input.focus();
    for (const letter of words) {
      key(input, letter);
      // Whatever follows from the letter is done before the next one.
      await new Promise((resolve) => setTimeout(resolve, 0));
      check(find(form, selector) === input && form.shadowRoot.activeElement === input, `${selector} stays where it is`);
    }
    same(input.value, words, `${selector} keeps what is typed`);
  }
  const data = await drafted();
  const { trade, papers } = data.answers.park;
  same([trade.text, papers[0].title, papers[0].pages], [" 种 业 ", "会议 纪要", 12], "the answers");
  same(data.overrides.map((it) => it.reason), ["新设 园区，人口尚未迁入"], "the reason");
  check(form.checkValidity(), "it lifts the condition");
  // A line that was typed is one step.
  await form.undo();
  same((await drafted()).overrides || [], [], "the reason is taken back");
  await until("on screen too", () => find(form, reason).value === "");
  await form.undo();
  await until("the pages", () => find(form, pages).value === "");
  same((await drafted()).answers.park.papers[0].title, "会议 纪要", "no more than that");
  form.remove();
}

export async function the_largest_mail_is_live() {
  const form = await opened({ definition: WORDY }, { "mail-limit": "1" });
  // A file that another computer has; its size is known.
  const draft = JSON.parse(await (await form.exportDraft()).text());
  draft.attachments = [{ id: "a1", name: "方案.pdf", type: "application/pdf", size: 1_200_000, sha256: "0a".repeat(32) }];
  draft.data.answers = { park: { papers: [{ _id: "p1", attachment: "a1" }] } };
  await form.importDraft(JSON.stringify(draft));
  await until("the file", () => find(form, ".file[data-entry]"));
  find(form, ".entry[data-place^=materials]").click();
  const size = () => find(form, ".attached-size");
  await until("too large for a mail", () => size() && size().classList.contains("over"));
  const before = size().textContent;
  form.setAttribute("mail-limit", "5");
  await until("not any more", () => !size().classList.contains("over"));
  check(before.includes("上限 1.0 MB") && size().textContent.includes("上限 5.0 MB"), `${before} / ${size().textContent}`);
  form.removeAttribute("mail-limit");
  await until("the usual one", () => size().textContent.includes("上限 20"));
  form.remove();
}

export async function it_prints_when_asked() {
  const form = await opened({ data: FULL });
  const { print } = window;
  let printed = null;
  // The browser's dialog would stop the tests.
  window.print = () => (printed = [...form.shadowRoot.querySelectorAll(".paper-sheet")].map((it) => it.innerText).join(""));
  try {
    await form.print();
    await until("the dialog", () => printed !== null);
  } finally {
    window.print = print;
  }
  check(printed.includes("东湖园区") && printed.includes("120"), "the answers are on the paper that is there then");
  // Of two on a page only the one that is asked goes to paper.
  const other = await opened({ data: FULL });
  let ways = null;
  window.print = () => {
    window.dispatchEvent(new Event("beforeprint"));
    ways = [form, other].map((it) => it.hasAttribute("data-paper-way"));
    window.dispatchEvent(new Event("afterprint"));
  };
  try {
    await other.print();
    await until("the dialog", () => ways !== null);
  } finally {
    window.print = print;
  }
  same(ways, [false, true], "the other one prints alone");
  await until("the paper of the first is there again", () => form.hasAttribute("data-paper-way"));
  other.remove();
  form.remove();
}

// ---- Colours

const numbers = (color) => color.match(/[\d.]+/g).map(Number);

function luminance(color) {
  const [r, g, b] = color.map((it) => (it / 255 <= 0.03928 ? it / 255 / 12.92 : ((it / 255 + 0.055) / 1.055) ** 2.4));
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

// What a colour that may be seen through comes to on another.
const over = ([r, g, b, a = 1], below) => [r, g, b].map((it, idx) => it * a + below[idx] * (1 - a));

function ground(element) {
  if (!element) return [255, 255, 255];
  const color = numbers(getComputedStyle(element).backgroundColor);
  if (color.length === 3) return color;
  return over(color, ground(element.parentElement || (element.getRootNode().host || null)));
}

// The texts on screen, each with the contrast to what lies behind it. Who cannot press a button need not read it, and
// the mark of a draft lies behind the words of its paper.
function contrasts(root) {
  const found = [];
  const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  for (let text = walker.nextNode(); text; text = walker.nextNode()) {
    const element = text.parentElement;
    if (!text.data.trim() || element.closest(":disabled, option, svg, .paper-mark") || !element.checkVisibility()) continue;
    const below = ground(element);
    const [light, dark] = [luminance(over(numbers(getComputedStyle(element).color), below)), luminance(below)].sort((a, b) => b - a);
    found.push([(light + 0.05) / (dark + 0.05), `${text.data.trim().slice(0, 20)} in ${element.className || element.localName}`]);
  }
  return found;
}

export async function every_text_can_be_read_in_both_themes() {
  const form = await opened({ definition: WORDY, data: { park: { name: "甲", smes: 7 } } });
  const start = await opened({ definition: null });
  await until("the start page", () => find(start, ".card"));
  start.theme = "dark";
  same(contrasts(find(start, ".root"))[0][0] > 10, true, "the theme is dark");
  const faint = [];
  const look = (which, screen) => {
    for (const theme of ["light", "dark"]) {
      which.theme = theme;
      const found = contrasts(find(which, ".root"));
      check(found.length > 5, `${screen} has words`);
      for (const [contrast, what] of found) if (contrast < 4.5) faint.push(`${contrast.toFixed(2)} ${theme} ${screen}: ${what}`);
    }
  };
  look(start, "start");
  look(form, "form");
  find(form, "[data-command=check]").click();
  await until("the problems", () => find(form, ".summary") && find(form, ".reason textarea"));
  look(form, "problems");
  key(find(form, ".reason textarea"), "新设园区，人口尚未迁入");
  find(form, "[data-command=review]").click();
  await until("the review page", () => find(form, "[data-command=sign]:not([disabled])"));
  look(form, "review");
  find(form, "[data-command=sign]").click();
  await until("the signing page", () => find(form, "#sign-org"));
  look(form, "sign");
  same(faint, [], "too faint");
  form.remove();
  start.remove();
}

export async function words_can_be_replaced() {
  const form = await opened();
  await until("the cell", () => cell(form, "park/name"));
  // While somebody types.
  const input = cell(form, "park/name");
  input.focus();
  for (const letter of "甲丙") key(input, letter);
  input.setSelectionRange(1, 1);
  form.messages = { "zh-CN": { "bar.review": "提交审核" } };
  await until("other words", () => shown(form).includes("提交审核"));
  await until("the focus", () => form.shadowRoot.activeElement === cell(form, "park/name"));
  check(cell(form, "park/name") !== input, "it is another control");
  key(cell(form, "park/name"), "乙");
  same(await form.getData(), { park: { name: "甲乙丙" } }, "the typing goes on");
  // While an input method composes: what it shows would go with the control.
  const composed = cell(form, "park/name");
  composed.dispatchEvent(new CompositionEvent("compositionstart", { bubbles: true }));
  composed.setRangeText("ding", 2, 2, "end");
  composed.dispatchEvent(new InputEvent("input", { bubbles: true, composed: true, isComposing: true, data: "ding" }));
  same(await form.getData(), { park: { name: "甲乙丙" } }, "what is composed is no answer yet");
  form.messages = null;
  await until("our words", () => shown(form).includes("检查并签名"));
  await until("it is there", () => cell(form, "park/name").value === "甲乙ding丙");
  form.remove();
}

export async function a_draft_goes_out_and_comes_back() {
  const form = await opened();
  await form.setData(FULL);
  const file = await form.exportDraft();
  check(file instanceof File && file.name.endsWith(".sbdraft.json") && file.name.includes("东湖园区"), file.name);
  const text = await file.text();
  same(JSON.parse(text).data.answers, FULL, "the answers");
  const other = await opened();
  const validity = heard(other, "validity");
  await other.importDraft(file);
  same(await other.getData(), FULL, "from a file");
  await until("how it stands is told", () => validity.length > 0 && validity[validity.length - 1].valid);
  await other.setData({});
  await other.importDraft(text);
  same(await other.getData(), FULL, "from a text");
  await fails(other.importDraft("{}"), "没有打开“草稿”：不是本程序的文件");
  await fails(other.importDraft(new File(["%PDF-1.7"], "方案.pdf")), "没有打开“方案.pdf”：这是 PDF 文件");
  await fails(other.importDraft(new File([text.slice(0, 90)], "半份.sbdraft.json")), "没有打开“半份.sbdraft.json”：内容不完整");
  same(await other.getData(), FULL, "what is no draft changes nothing");
  form.remove();
  other.remove();
}

export async function a_file_that_leaves_can_be_held_back() {
  const form = await opened({ data: FULL });
  const clicks = [];
  HTMLAnchorElement.prototype.click = function () {
    clicks.push(this.download);
  };
  try {
    const files = [];
    const hold = (event) => {
      event.preventDefault();
      files.push(event.detail.file);
    };
    form.addEventListener("shenbao-export", hold);
    find(form, "[data-command=save-draft]").click();
    await until("the page has the file", () => files.length === 1);
    check(files[0].name.endsWith(".sbdraft.json") && files[0].size > 100, files[0].name);
    same(clicks, [], "nothing is downloaded");
    form.removeEventListener("shenbao-export", hold);
    find(form, "[data-command=save-draft]").click();
    await until("otherwise it is downloaded", () => clicks.length === 1);
  } finally {
    // It has none of its own.
    delete HTMLAnchorElement.prototype.click;
  }
  form.remove();
}

export async function a_draft_goes_on_by_its_key() {
  const key = "key-" + Math.random();
  // In the browser's own storage.
  const first = await opened({ storage: null }, { "draft-key": key });
  const saved = heard(first, "draft-saved");
  await type(first, "park/name", "甲");
  await until("it is saved", () => saved.length > 0 && saved[0].at > 1.7e12);
  // What is typed at the last moment is saved as the form goes.
  await type(first, "park/name", "甲乙");
  first.remove();
  await new Promise((resolve) => setTimeout(resolve, 0));
  const other = await opened({ storage: null }, { "draft-key": key + "x" });
  same(await other.getData(), {}, "another key is another draft");
  const second = await opened({ storage: null }, { "draft-key": key });
  same(await second.getData(), { park: { name: "甲乙" } }, "it goes on");
  // Another table has its own draft of that key.
  second.definition = OTHER;
  await second.ready;
  await until("the other table", () => shown(second).includes("另一张表"));
  same(await second.getData(), {}, "the other table is blank");
  second.remove();
  other.remove();
}

export async function a_draft_given_under_another_key_is_a_copy() {
  const storage = memory();
  const first = await opened({ storage }, { "draft-key": "first" });
  const saved = heard(first, "draft-saved");
  await type(first, "park/name", "甲");
  await until("it is saved", () => saved.length > 0);
  const draft = JSON.parse(await (await first.exportDraft()).text());
  first.remove();
  draft.attachments = [{ id: "a1", name: "方案.pdf", type: "application/pdf", size: 3, sha256: "0a".repeat(32) }];
  draft.files = { ["0a".repeat(32)]: "AAAA" };
  draft.data.answers.park.name = "乙";
  const other = await opened({ storage }, { "draft-key": "other" });
  await other.importDraft(JSON.stringify(draft));
  same((await other.getData()).park.name, "乙", "the answers of the file");
  check(JSON.parse(await (await other.exportDraft()).text()).document.id !== draft.document.id, "an id of its own");
  await until("what was done, and which file is damaged", () => {
    const said = shown(other);
    return said.includes("编号是新的") && said.includes("附件已损坏，请重新添加：方案.pdf");
  });
  other.remove();
  const again = await opened({ storage }, { "draft-key": "first" });
  same((await again.getData()).park.name, "甲", "the draft under the other key stays");
  again.remove();
}

export async function a_draft_is_brought_back_by_the_browser() {
  const storage = memory();
  const form = await opened({ storage });
  const saved = heard(form, "draft-saved");
  await type(form, "park/name", "甲");
  await until("it is saved", () => saved.length > 0);
  const { id } = JSON.parse(await (await form.exportDraft()).text()).document;
  form.remove();
  // What a browser calls after "back", with what the element had given it to keep.
  const again = make({ storage });
  again.formStateRestoreCallback(id, "restore");
  same(await again.getData(), { park: { name: "甲" } }, "the draft");
  again.remove();
}

export async function a_page_may_keep_drafts_itself() {
  const storage = memory();
  const form = await opened({ storage }, { "draft-key": "mine" });
  const saved = heard(form, "draft-saved");
  await type(form, "park/name", "甲");
  await until("it is saved", () => saved.length > 0);
  const record = [...storage.map].find(([key]) => key.startsWith("draft/"))[1];
  same(JSON.parse(new TextDecoder().decode(record.bytes)).data.answers, { park: { name: "甲" } }, "what the page keeps");
  form.remove();
  const again = await opened({ storage }, { "draft-key": "mine" });
  same(await again.getData(), { park: { name: "甲" } }, "from the page's storage");
  // A storage that fails is told.
  const errors = heard(again, "draft-error");
  storage.set = async () => {
    throw new DOMException("full", "QuotaExceededError");
  };
  await type(again, "park/name", "乙");
  await until("the page hears why", () => errors.length > 0);
  check(errors[0].message.length > 4, errors[0].message);
  again.remove();
}

export async function nothing_is_kept_with_autosave_off() {
  const storage = memory();
  const form = await opened({ storage }, { autosave: "off" });
  await type(form, "park/name", "甲");
  check(find(form, ".saving").textContent.includes("不自动保存"), find(form, ".saving").textContent);
  await new Promise((resolve) => setTimeout(resolve, 900));
  same([...storage.map.keys()].filter((it) => it.startsWith("draft/")), [], "nothing is kept");
  form.setAttribute("autosave", "on");
  const saved = heard(form, "draft-saved");
  await type(form, "park/name", "甲乙");
  await until("now it is", () => saved.length > 0);
  form.remove();
}

export async function moved_and_brought_back_it_has_lost_nothing() {
  const form = await opened();
  await type(form, "park/name", "甲");
  const root = find(form, ".root");
  const box = document.createElement("div");
  document.body.append(box);
  // Moved: the same elements, and undo goes on.
  cell(form, "park/name").focus();
  cell(form, "park/name").setSelectionRange(1, 1);
  box.append(form);
  check(form.shadowRoot.activeElement === cell(form, "park/name"), "the focus is where it was");
  same(cell(form, "park/name").selectionStart, 1, "at the same place");
  await new Promise((resolve) => setTimeout(resolve, 20));
  check(find(form, ".root") === root, "nothing is made anew");
  // Whoever was elsewhere stays there.
  cell(form, "park/name").blur();
  await new Promise((resolve) => setTimeout(resolve, 20));
  document.body.append(form);
  box.append(form);
  check(!form.shadowRoot.activeElement, "the focus is not taken");
  const other = document.createElement("input");
  box.append(other);
  cell(form, "park/name").focus();
  other.focus();
  box.append(form);
  check(document.activeElement === other, "nor from another control of the page");
  await type(form, "park/smes", "5");
  // Removed: its elements go. Brought back: so do the answers.
  form.remove();
  await until("it is taken down", () => !find(form, ".root"));
  let is_settled = false;
  const waiting = form.getData().then((data) => {
    is_settled = true;
    return data;
  });
  await new Promise((resolve) => setTimeout(resolve, 20));
  check(!is_settled, "calls wait until it is back");
  document.body.append(form);
  same(await waiting, { park: { name: "甲", smes: 5 } }, "nothing is lost");
  await until("on screen", () => cell(form, "park/name").value === "甲");
  form.remove();
  box.remove();
}

export async function two_forms_on_a_page_are_two() {
  const [one, two] = [await opened(), await opened({ definition: OTHER })];
  await type(one, "park/name", "一");
  await type(two, "park/name", "二");
  same([await one.getData(), await two.getData()], [{ park: { name: "一" } }, { park: { name: "二" } }], "answers");
  same(one.shadowRoot.adoptedStyleSheets[0] === two.shadowRoot.adoptedStyleSheets[0], true, "they share one style sheet");
  two.remove();
  await until("one is taken down", () => !find(two, ".root"));
  await type(one, "park/name", "仍在");
  same(await one.getData(), { park: { name: "仍在" } }, "the other goes on");
  one.remove();
}

export async function modes_show_other_things_and_come_back() {
  const form = await opened({ data: FULL });
  await type(form, "park/name", "改过");
  form.mode = "print";
  await until("paper", () => find(form, ".papers") && !find(form, ".sheet"));
  check(shown(form).includes("改过"), "the answers are on it");
  form.mode = "verify";
  await until("verification", () => find(form, "[data-input=bundle]"));
  form.mode = "fill";
  await until("the form", () => find(form, ".sheet"));
  same(await form.getData(), { park: { name: "改过", smes: 120 } }, "the work is back");
  form.mode = "blank";
  await until("blank paper", () => find(form, ".papers") && !shown(form).includes("改过"));
  check(!find(form, ".paper-mark"), "it is no draft");
  form.mode = "fill";
  await until("the form", () => find(form, ".sheet"));
  same(await form.getData(), { park: { name: "改过", smes: 120 } }, "after the blank table too");
  form.remove();
}

export async function the_first_error_gets_the_focus() {
  const form = await opened({ data: { park: { name: "甲" } } });
  same(form.reportValidity(), false, "something is missing");
  await until("the list of problems", () => find(form, ".summary"));
  same(await form.focusFirstError(), true, "there is one");
  await until("the focus", () => form.shadowRoot.activeElement === cell(form, "park/smes"));
  await form.setData(FULL);
  same(await form.focusFirstError(), false, "there is none");
  await fails(opened().then((it) => it.sign().finally(() => it.remove())), "2");
  form.remove();
}

async function in_form(attributes = {}) {
  const outer = document.createElement("form");
  document.body.append(outer);
  const form = make({}, { name: "application", ...attributes });
  outer.append(form);
  await form.ready;
  return [outer, form];
}

export async function a_form_of_the_page_gets_a_file() {
  const [outer, form] = await in_form();
  check(form.form === outer && [...outer.elements].includes(form), "it is one of the form's elements");
  same(outer.checkValidity(), false, "not complete");
  check(form.validity.valueMissing && form.validationMessage.includes("2"), form.validationMessage);
  await type(form, "park/name", "甲");
  // At once, without waiting for any saving.
  const file = new FormData(outer).get("application");
  check(file instanceof File && file.name.endsWith(".sbdraft.json"), "the draft");
  same(JSON.parse(await file.text()).data.answers, { park: { name: "甲" } }, "its answers");
  await form.setData(FULL);
  check(outer.checkValidity(), "complete");
  form.removeAttribute("name");
  same([...new FormData(outer).keys()], [], "without a name nothing is submitted");
  // The message of the browser leads to the list of problems.
  await form.setData({});
  form.setAttribute("name", "application");
  outer.reportValidity();
  await until("the list of problems", () => find(form, ".summary"));
  outer.remove();
}

export async function a_form_of_the_page_disables_and_resets_it() {
  const [outer, form] = await in_form();
  const set = document.createElement("fieldset");
  await type(form, "park/name", "甲");
  set.disabled = true;
  outer.append(set);
  set.append(form);
  await until("disabled", () => cell(form, "park/name").readOnly);
  same([...new FormData(outer).keys()], [], "what is disabled is not submitted");
  same(outer.checkValidity(), true, "nor is it asked");
  set.disabled = false;
  await until("enabled", () => !cell(form, "park/name").readOnly);
  outer.reset();
  await until("blank", () => cell(form, "park/name").value === "");
  same(await form.getData(), {}, "reset");
  outer.remove();
}
