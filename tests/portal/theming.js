// Every custom property and part of the element, live. The list is the element's own: src/web/element.json, which the
// server gives beside this page.
const form = document.querySelector('shenbao-form');
const list = await (await fetch('element.json')).json();
await form.ready;

const row = (name, words) => {
  const item = document.createElement('li');
  const label = document.createElement('label');
  const code = document.createElement('code');
  code.textContent = name;
  const small = document.createElement('small');
  small.textContent = words;
  label.append(code);
  item.append(label);
  return { item, label, small };
};
const set = new Map();
const say = () => {
  const lines = [...set].map(([name, value]) => `  ${name}: ${value};`);
  document.querySelector('#sheet').textContent = lines.length ? `shenbao-form {\n${lines.join('\n')}\n}` : '';
};

for (const { name, zh } of list.css) {
  const { item, label, small } = row(name, zh);
  const input = document.createElement('input');
  const value = getComputedStyle(form).getPropertyValue(name).trim();
  input.type = value.startsWith('#') ? 'color' : 'text';
  input.value = value;
  input.dataset.property = name;
  input.addEventListener('input', () => {
    form.style.setProperty(name, input.value);
    set.set(name, input.value);
    say();
  });
  label.append(input, small);
  document.querySelector('#css').append(item);
}

// A part is outlined while the pointer is on its name.
const sheet = new CSSStyleSheet();
document.adoptedStyleSheets = [...document.adoptedStyleSheets, sheet];
for (const { name, zh } of list.parts) {
  const { item, label, small } = row(`::part(${name})`, zh);
  label.append(small);
  item.dataset.part = name;
  item.addEventListener('pointerenter', () => sheet.replaceSync(`shenbao-form::part(${name}) { outline: 3px solid #e6007a; outline-offset: -2px; }`));
  item.addEventListener('pointerleave', () => sheet.replaceSync(''));
  document.querySelector('#parts').append(item);
}

document.querySelector('#theme').addEventListener('change', (event) => form.setAttribute('theme', event.target.value));
document.querySelector('#again').addEventListener('click', () => location.reload());
document.body.dataset.ready = '';
