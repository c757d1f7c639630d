//! The 2017 table as one would write it by hand: its cells and the conditions of its first sheet, everything checked on
//! every change, and nothing beside it: no saving, undo, paper or signing. The bench puts the list of `PARTS` before this
//! script, made from the definition: the first sheet alone, or every part with two parks, all in the page.
/* global PARTS */

const VERDICTS = [
  { text: '类别与代码相符', marks: ['category', 'division_code'], holds: (it) => !it.division_code || it.category !== 'county_city' || !it.division_code.endsWith('00') },
  { text: '地区不能申报', marks: ['division_code'], holds: (it) => !/^(2327|5424|5425|65)/.test(it.division_code) },
  { text: '代码属于所选省份', marks: ['division_code', 'province'], holds: (it) => !it.division_code || it.division_code.startsWith(it.province === '66' ? '65' : it.province) },
  { text: '两个单位不同', marks: ['ip_office', 'sme_office'], holds: (it) => !it.ip_office || it.ip_office.trim() !== it.sme_office.trim() },
  { text: '不晚于截止日期', marks: ['fill_date'], holds: (it) => !it.fill_date || it.fill_date <= '2017-07-31' },
];

const answers = {};
const cells = [];
const touched = new Set();
const FIRST = 'cover';

function el(name, className, text) {
  const it = document.createElement(name);
  if (className) it.className = className;
  if (text) it.textContent = text;
  return it;
}

function fault(field, text) {
  if (text === '') return field.required ? '请填写' : '';
  const length = Array.from(text.trim()).length;
  if (field.min && length < field.min) return `不少于${field.min}个字，现有${length}个`;
  if (field.max && length > field.max) return `不多于${field.max}个字，现有${length}个`;
  if (PATTERNS[field.kind] && !PATTERNS[field.kind].test(text)) return '格式不对';
  return '';
}

const PATTERNS = { integer: /^\d+$/, decimal: /^\d+(\.\d+)?$/, date: /^\d{4}-\d{2}-\d{2}$/, month: /^\d{4}-\d{2}$/, year: /^20\d\d$/ };

function check() {
  let filled = 0, required = 0, errors = 0;
  const marked = new Map();
  const first = (id) => answers[`${FIRST}/${id}`] || '';
  const cover = new Proxy({}, { get: (_, id) => first(id) });
  for (const verdict of VERDICTS) {
    const holds = verdict.holds(cover);
    verdict.node.classList.toggle('fails', !holds);
    verdict.node.textContent = (holds ? '✓ ' : '✗ ') + verdict.text;
    if (!holds) for (const id of verdict.marks) marked.set(`${FIRST}/${id}`, verdict.text);
  }
  for (const { path, field, value, message } of cells) {
    const text = answers[path] || '';
    const said = fault(field, text) || marked.get(path) || '';
    if (field.required) { required += 1; if (text) filled += 1; }
    if (said) errors += 1;
    const shows = said !== '' && touched.has(path);
    value.classList.toggle('wrong', shows);
    message.textContent = shows ? said : '';
  }
  progress.textContent = `已填 ${filled}/${required}，${errors} 处问题`;
}

function control(field) {
  if (field.kind === 'long') return el('textarea');
  if (!field.options) return el('input');
  const it = el('select');
  for (const [code, words] of [['', '']].concat(field.options)) {
    const option = el('option', '', words);
    option.value = code;
    it.append(option);
  }
  return it;
}

// The part of a cell that takes input, and what is wrong with it.
function input(path, field, value) {
  const it = control(field);
  it.id = path;
  const message = el('div', 'message');
  message.setAttribute('role', 'status');
  it.addEventListener('input', () => { answers[path] = it.value; check(); });
  it.addEventListener('blur', () => { touched.add(path); check(); });
  value.append(it);
  if (field.unit) value.append(el('span', 'unit', field.unit));
  if (field.hint) value.append(el('div', 'hint', field.hint));
  value.append(message);
  cells.push({ path, field, value, message });
}

// A table in a cell, with one row and a button for more.
function rows(path, field, value) {
  const table = el('table');
  const head = el('tr');
  for (const column of field.columns) head.append(el('th', '', column.label));
  table.append(head);
  const add = () => {
    const row = el('tr');
    const n = table.children.length;
    for (const column of field.columns) {
      const cell = el('td');
      input(`${path}/${n}/${column.id}`, column, cell);
      row.append(cell);
    }
    table.append(row);
  };
  add();
  const more = el('button', '', '+ 添加一行');
  more.type = 'button';
  more.addEventListener('click', () => { add(); check(); });
  value.append(table, more);
}

function part({ id, title, sections }) {
  const sheet = el('article', 'sheet');
  sheet.append(el('h1', '', title));
  const grid = el('div', 'grid');
  for (const [heading, fields] of sections) {
    if (heading) grid.append(el('h2', '', heading));
    for (const field of fields) {
      const path = `${id}/${field.id}`;
      const label = el('label', 'label', field.label + (field.required ? ' *' : ''));
      const value = el('div', field.kind === 'seal' ? 'value seal' : 'value');
      value.dataset.path = path;
      grid.append(label, value);
      if (field.kind === 'seal' || field.kind === 'computed') continue;
      label.htmlFor = path;
      if (field.kind === 'rows') rows(path, field, value);
      else input(path, field, value);
    }
  }
  sheet.append(grid);
  return sheet;
}

const progress = el('p', 'progress');
document.body.append(progress, ...PARTS.map(part));
for (const verdict of VERDICTS) {
  verdict.node = el('p', 'verdict');
  document.querySelector('.sheet').append(verdict.node);
}
check();
