//! The form as one HTML file, made from the files of the page that runs: those beside it, or those that the one file
//! carries in itself. What comes out is, byte for byte, what `cargo xtask dist` makes; only a preset is added.
import { add, button, card, form, isEnglish, paragraph, styled } from './box.js';
import { sha256 } from './sha256.js';

const TEMPLATE = 'one-file.html';
const PRESET = 'preset.json';
const HOLE = /<script type="text\/plain" data-shenbao-asset="([^"]+)"(?: data-sha256="([^"]+)")?>(?=<\/script>)/g;

const utf8 = (bytes) => new TextDecoder().decode(bytes);
const bytesOf = (text) => new TextEncoder().encode(text);

function carried(name) {
  const it = document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`);
  return it && it.textContent;
}

async function beside(name, digest) {
  const answer = await fetch(new URL(name, import.meta.url));
  const bytes = new Uint8Array(await answer.arrayBuffer());
  if (!answer.ok || (digest && sha256(bytes) !== digest)) throw new Error(name);
  return bytes;
}

async function base64(bytes) {
  const reader = new FileReader();
  await new Promise((resolve, reject) => {
    reader.onload = resolve;
    reader.onerror = reject;
    reader.readAsDataURL(new Blob([bytes]));
  });
  return reader.result.slice(reader.result.indexOf(',') + 1);
}

async function template() {
  const inPage = carried(TEMPLATE);
  return inPage ? utf8(Uint8Array.from(atob(inPage), (it) => it.charCodeAt(0))) : utf8(await beside(TEMPLATE));
}

/** A file of the program as it stands in the one file: what is not text in base64. */
async function content(name, digest) {
  const inPage = carried(name);
  if (inPage !== null) return inPage;
  const bytes = await beside(name, digest);
  return /\.(wasm|html)$/.test(name) ? base64(bytes) : utf8(bytes);
}

/** The bytes of the one file; `preset` is what it begins with, or null. */
export async function oneFile(preset) {
  const text = await template();
  const out = [];
  let from = 0;
  for (const hole of text.matchAll(HOLE)) {
    const [tag, name, digest] = hole;
    out.push(text.slice(from, hole.index), tag);
    from = hole.index + tag.length;
    // A preset may say anything; nothing in it can end the element.
    if (name === PRESET) out.push(preset ? JSON.stringify(preset).replace(/</g, '\\u003c') : '');
    else out.push(name === TEMPLATE ? await base64(bytesOf(text)) : await content(name, digest));
  }
  out.push(text.slice(from));
  return bytesOf(out.join(''));
}

const CHINESE = {
  title: '另存为单个文件',
  what: '得到一个 HTML 文件，里面是整个填报程序。发给园区或其他单位，双击即可打开填写、签名、核验，不需要网络，也不用安装。',
  blank: '打开一份草稿后再点，可以让文件打开就是这张表，并带上已填的内容。',
  table: '打开就填这张表：{table}',
  part: '带上“{part}”已填的内容（{n} 格）',
  private: '默认不带已填内容。请只勾选收到文件的人可以看到的部分；附件不会带上。',
  mail: '报送邮箱（可不填，多个用逗号分开）',
  limit: '邮件上限（MB，可不填）',
  save: '保存文件',
  close: '关闭',
  name: '申报表填报',
  saved: '已保存“{name}”，{size} MB。文件指纹（SHA-256）：',
  tell: '请把指纹另行告知收到文件的人，用来核对文件没有被改过。',
  failed: '没能取到程序文件“{name}”，或它不是同一版本。请检查网络，刷新本页后再试。',
  check: '核对一个文件',
  checkWhat: '选取收到的文件，算出它的指纹，与发文件的人告知的比对。文件不能证明自己没有被改过，要靠另外告知的指纹。',
};
const ENGLISH = {
  title: 'Save as one file',
  what: 'An HTML file with the whole program in it. Send it to parks or other offices: a double-click opens it to fill, sign and verify, without a network and with nothing to install.',
  blank: 'With a draft open, the file can begin with its table and take along what is filled in.',
  table: 'Open with this table: {table}',
  part: 'Take along what is filled in under “{part}” ({n} cells)',
  private: 'Nothing that is filled in goes along unless you say so. Choose only what the receivers may see; attached files stay here.',
  mail: 'E-mail addresses to send to (optional, separated by commas)',
  limit: 'Largest e-mail in MB (optional)',
  save: 'Save the file',
  close: 'Close',
  name: 'Shenbao',
  saved: 'Saved “{name}”, {size} MB. Its fingerprint (SHA-256):',
  tell: 'Tell the receivers this fingerprint by another way, so that they can see that the file was not changed.',
  failed: 'The program’s file “{name}” could not be had, or is of another version. Check the network, reload this page and try again.',
  check: 'Check a file',
  checkWhat: 'Choose a file you received: its fingerprint is worked out, to be compared with what the sender told you. A file cannot prove by itself that it was not changed.',
};

const word = (key, values = {}) => (isEnglish() ? ENGLISH : CHINESE)[key].replace(/\{(\w+)\}/g, (_, name) => values[name]);

const inLanguage = (words) => (words && (words[isEnglish() ? 'en' : 'zh-CN'] || words['zh-CN'] || Object.values(words)[0])) || '';

/** The draft that is open, with its table, or null. */
async function opened() {
  try {
    const draft = JSON.parse(await (await form().exportDraft()).text());
    return { draft, table: JSON.parse(await content(`tables/${draft.table.id}.json`)) };
  } catch (_) {
    return null;
  }
}

/** The answers of a part without those that are attached files, and how many cells they fill. */
function answersOf(part, answers) {
  const isKept = (id) => part.sections.some((section) => section.fields.some((field) => field.id === id && field.kind !== 'files'));
  let n = 0;
  const kept = (instance) => Object.fromEntries(Object.entries(instance).filter(([id, value]) => {
    if (id.startsWith('_') || id === 'id') return true;
    if (!isKept(id) || value === '' || value === null || (Array.isArray(value) && !value.length)) return false;
    n += 1;
    return true;
  }));
  const out = Array.isArray(answers) ? answers.map(kept) : kept(answers);
  return { answers: out, n };
}

function checkbox(to, name, text, isOn) {
  const label = styled(add(to, 'label'), { display: 'flex', gap: '8px', alignItems: 'baseline', margin: '0 0 6px' });
  const it = add(label, 'input');
  it.type = 'checkbox';
  it.name = name;
  it.checked = isOn;
  add(label, 'span', text);
  return it;
}

function line(to, name, text, value) {
  const label = styled(add(to, 'label', text), { display: 'block', margin: '0 0 8px' });
  const it = styled(add(label, 'input'), { display: 'block', width: '100%', boxSizing: 'border-box', font: 'inherit', padding: '4px 8px', minHeight: '36px' });
  it.name = name;
  it.value = value;
  return it;
}

function fingerprint(to, digest) {
  const it = styled(add(to, 'output', digest.match(/.{4}/g).join(' ')), { display: 'block', fontFamily: 'Consolas,"DejaVu Sans Mono",monospace', margin: '0 0 8px', userSelect: 'all' });
  it.dataset.sha256 = digest;
  return it;
}

/** Shows the box. */
export async function openOneFile() {
  if (document.querySelector('#shenbao-one-file')) return;
  const box = card('shenbao-one-file', 'dialog', {
    left: '50%', top: '50%', transform: 'translate(-50%,-50%)', width: 'min(36em, calc(100vw - 32px))', maxHeight: 'calc(100vh - 32px)', overflow: 'auto', padding: '20px 24px',
  });
  box.setAttribute('aria-label', word('title'));
  box.tabIndex = -1;
  const before = document.activeElement;
  const close = () => {
    box.remove();
    if (before && before.focus) before.focus();
  };
  box.addEventListener('keydown', (event) => {
    if (event.key === 'Escape') close();
    event.stopPropagation();
  });
  styled(add(box, 'h2', word('title')), { margin: '0 0 8px', fontSize: '20px' });
  paragraph(box, word('what'));
  const collect = await choices(box);
  const foot = add(box, 'p');
  const result = add(box, 'div');
  result.setAttribute('role', 'status');
  const save = button(foot, 'save-one-file', word('save'), true, async () => {
    save.disabled = true;
    result.textContent = '';
    try {
      const [preset, title] = collect();
      const bytes = await oneFile(preset);
      const name = `${word('name')}${title ? `-${title}` : ''}.html`;
      download(bytes, name);
      paragraph(result, word('saved', { name, size: (bytes.length / 1e6).toFixed(1) }));
      fingerprint(result, sha256(bytes));
      paragraph(result, word('tell'));
    } catch (error) {
      paragraph(result, word('failed', { name: error.message })).style.color = '#a61b1b';
    }
    save.disabled = false;
  });
  button(foot, 'close-one-file', word('close'), false, close);
  check(box);
  document.body.appendChild(box);
  box.focus();
}

/** The choices for the file; the function it gives tells what is chosen: a preset or null, and its name. */
async function choices(box) {
  const found = await opened();
  if (!found) {
    paragraph(box, word('blank')).style.color = '#4a5766';
    return () => [null, ''];
  }
  const { draft, table } = found;
  const data = draft.data || {};
  const title = inLanguage(table.title);
  const binds = checkbox(box, 'table', word('table', { table: title }), true);
  const parts = [];
  const more = add(box, 'div');
  for (const part of table.parts) {
    const answers = (data.answers || {})[part.id];
    const filled = answers && answersOf(part, answers);
    if (filled && filled.n) parts.push([part.id, filled.answers, checkbox(more, `part-${part.id}`, word('part', { part: inLanguage(part.label), n: filled.n }), false)]);
  }
  if (parts.length) paragraph(more, word('private')).style.color = '#4a5766';
  const profile = data.profile || {};
  const settings = (table.profile || []).map((it) => [it, line(more, `profile-${it.id}`, inLanguage(it.label), String(profile[it.id] || it.value))]);
  const mail = line(more, 'mail-to', word('mail'), form().getAttribute('mail-to') || '');
  const limit = line(more, 'mail-limit', word('limit'), form().getAttribute('mail-limit') || '');
  limit.inputMode = 'decimal';
  binds.addEventListener('change', () => {
    more.hidden = !binds.checked;
  });
  return () => {
    if (!binds.checked) return [null, ''];
    const preset = { table: table.id };
    const chosen = parts.filter((it) => it[2].checked);
    if (chosen.length) preset.answers = Object.fromEntries(chosen);
    const changed = settings.filter(([it, input]) => input.value.trim() && input.value.trim() !== String(it.value));
    if (changed.length) preset.profile = Object.fromEntries(changed.map(([it, input]) => [it.id, input.value.trim()]));
    if (mail.value.trim()) preset.mail_to = mail.value.trim();
    if (Number(limit.value) > 0) preset.mail_limit = Number(limit.value);
    return [preset, title];
  };
}

function download(bytes, name) {
  const url = URL.createObjectURL(new Blob([bytes], { type: 'text/html' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 60000);
}

/** The fingerprint of a file that the person chooses: the only bytes of itself that a local page can be shown. */
function check(box) {
  const details = styled(add(box, 'details'), { marginTop: '12px' });
  add(details, 'summary', word('check'));
  paragraph(details, word('checkWhat'));
  const picker = add(details, 'input');
  picker.type = 'file';
  picker.name = 'check-file';
  const result = add(details, 'div');
  result.setAttribute('role', 'status');
  picker.addEventListener('change', async () => {
    result.textContent = '';
    const file = picker.files[0];
    if (file) fingerprint(result, sha256(new Uint8Array(await file.arrayBuffer())));
  });
}
