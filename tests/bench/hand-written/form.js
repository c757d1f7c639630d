//! The first sheet of the 2017 table as one would write it by hand: the same cells and conditions as the table's
//! `cover` part, everything checked on every change, and nothing beside it: no saving, undo, paper or signing.

const PROVINCES = '11北京市 12天津市 13河北省 14山西省 15内蒙古自治区 21辽宁省 22吉林省 23黑龙江省 31上海市 32江苏省 33浙江省 34安徽省 35福建省 36江西省 37山东省 41河南省 42湖北省 43湖南省 44广东省 45广西壮族自治区 46海南省 50重庆市 51四川省 52贵州省 53云南省 54西藏自治区 61陕西省 62甘肃省 63青海省 64宁夏回族自治区 65新疆维吾尔自治区 66新疆生产建设兵团'
  .split(' ').map((it) => [it.slice(0, 2), it.slice(2)]);
const CATEGORIES = [
  ['subprovincial_city', '副省级城市'], ['prefecture_city', '地级城市（州、盟）'], ['county_city', '县级城市'],
  ['municipal_district', '直辖市市辖区'], ['separate_district', '计划单列市市辖区'],
];
const SECTIONS = [
  ['申报城市', [
    { id: 'city_name', label: '申报城市', required: true, min: 2, max: 30, hint: '写全称，如“某某市”“某某区”' },
    { id: 'category', label: '申报对象类别', required: true, options: CATEGORIES },
    { id: 'province', label: '所属省（自治区、直辖市）', required: true, options: PROVINCES },
    { id: 'division_code', label: '行政区划代码', pattern: /^[1-8]\d{5}$/, hint: '6 位数字' },
  ]],
  ['申报单位', [
    { id: 'ip_office', label: '知识产权局', required: true, min: 4, max: 60 },
    { id: 'sme_office', label: '中小企业主管部门', required: true, min: 4, max: 60 },
    { id: 'ip_seal', label: '知识产权局（盖章）', seal: true },
    { id: 'sme_seal', label: '中小企业主管部门（盖章）', seal: true },
  ]],
  ['申报概况', [
    { id: 'fill_date', label: '填报日期', required: true, pattern: /^\d{4}-\d{2}-\d{2}$/ },
    { id: 'park_count', label: '中小企业集聚的园区数量', computed: () => '2' },
    { id: 'pilot_start', label: '试点时间自', required: true, pattern: /^20\d\d$/ },
    { id: 'pilot_end', label: '试点时间至', required: true, pattern: /^20\d\d$/ },
  ]],
];
const VERDICTS = [
  { text: '类别与代码相符', marks: ['category', 'division_code'], holds: (it) => !it.division_code || it.category !== 'county_city' || !it.division_code.endsWith('00') },
  { text: '地区不能申报', marks: ['division_code'], holds: (it) => !/^(2327|5424|5425|65)/.test(it.division_code) },
  { text: '代码属于所选省份', marks: ['division_code', 'province'], holds: (it) => !it.division_code || it.division_code.startsWith(it.province === '66' ? '65' : it.province) },
  { text: '两个单位不同', marks: ['ip_office', 'sme_office'], holds: (it) => !it.ip_office || it.ip_office.trim() !== it.sme_office.trim() },
  { text: '不晚于截止日期', marks: ['fill_date'], holds: (it) => !it.fill_date || it.fill_date <= '2017-07-31' },
];

const answers = {};
const cells = {};
const touched = new Set();

function el(name, className, text) {
  const it = document.createElement(name);
  if (className) it.className = className;
  if (text) it.textContent = text;
  return it;
}

function fault(field) {
  const text = answers[field.id] || '';
  if (text === '') return field.required ? '请填写' : '';
  const length = Array.from(text.trim()).length;
  if (field.min && length < field.min) return `不少于${field.min}个字，现有${length}个`;
  if (field.max && length > field.max) return `不多于${field.max}个字，现有${length}个`;
  if (field.pattern && !field.pattern.test(text)) return '格式不对';
  return '';
}

function check() {
  let filled = 0, required = 0, errors = 0;
  const marked = new Map();
  for (const verdict of VERDICTS) {
    const holds = verdict.holds(answers);
    verdict.node.classList.toggle('fails', !holds);
    verdict.node.textContent = (holds ? '✓ ' : '✗ ') + verdict.text;
    if (!holds) for (const id of verdict.marks) marked.set(id, verdict.text);
  }
  for (const [, fields] of SECTIONS) {
    for (const field of fields) {
      const cell = cells[field.id];
      if (field.seal) continue;
      if (field.computed) { cell.value.textContent = field.computed(); continue; }
      const message = fault(field) || marked.get(field.id) || '';
      if (field.required) { required += 1; if (answers[field.id]) filled += 1; }
      if (message) errors += 1;
      const shows = message !== '' && touched.has(field.id);
      cell.value.classList.toggle('wrong', shows);
      cell.message.textContent = shows ? message : '';
    }
  }
  progress.textContent = `已填 ${filled}/${required}，${errors} 处问题`;
}

const sheet = el('article', 'sheet');
sheet.append(el('h1', '', '中小企业知识产权战略推进工程试点城市申报表'));
const progress = el('p', 'progress');
sheet.append(progress);
const grid = el('div', 'grid');
for (const [heading, fields] of SECTIONS) {
  grid.append(el('h2', '', heading));
  for (const field of fields) {
    const label = el('label', 'label', field.label + (field.required ? ' *' : ''));
    const value = el('div', field.seal ? 'value seal' : 'value');
    value.dataset.path = `cover/${field.id}`;
    cells[field.id] = { value };
    grid.append(label, value);
    if (field.seal || field.computed) continue;
    const control = el(field.options ? 'select' : 'input');
    control.id = label.htmlFor = field.id;
    for (const [code, words] of field.options ? [['', '']].concat(field.options) : []) {
      const option = el('option', '', words);
      option.value = code;
      control.append(option);
    }
    const message = el('div', 'message');
    message.setAttribute('role', 'status');
    control.addEventListener('input', () => { answers[field.id] = control.value; check(); });
    control.addEventListener('blur', () => { touched.add(field.id); check(); });
    value.append(control);
    if (field.hint) value.append(el('div', 'hint', field.hint));
    value.append(message);
    cells[field.id].message = message;
  }
}
sheet.append(grid);
for (const verdict of VERDICTS) {
  verdict.node = el('p', 'verdict');
  sheet.append(verdict.node);
}
document.body.append(sheet);
check();
