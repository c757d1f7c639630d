//! The site's own page without a network: registers the worker, and says when a new build is ready. Only index.html
//! has this; a portal's page never does. Where the browser has no workers (plain http, a private window) the page
//! goes on without.
/* global VERSION */
import { button, card, form, inForm, isEnglish, paragraph } from './box.js';

const workers = navigator.serviceWorker;

/** Set once the person agreed to the new build. */
let agreed = false;

async function start() {
  const registration = await workers.register(trusted('./sw.js'), { updateViaCache: 'none' });
  const look = () => {
    if (registration.waiting && workers.controller) tell(registration.waiting);
  };
  registration.addEventListener('updatefound', () => {
    const worker = registration.installing;
    worker.addEventListener('statechange', () => worker.state === 'installed' && look());
  });
  look();
  let wasControlled = !!workers.controller;
  workers.addEventListener('controllerchange', () => {
    if (agreed) location.reload();
    // Another window agreed, between its question and ours.
    else if (wasControlled) tell(null);
    wasControlled = true;
  });
  workers.addEventListener('message', ({ data }) => {
    if (data && data.others) say(word('others').replace('{n}', data.others));
  });
  const { active } = await workers.ready;
  if (!workers.controller) active.postMessage(`claim ${VERSION}`);
  // For a page that stays open for days.
  setInterval(() => registration.update().catch(() => {}), 3600000);
}

// Under a policy for Trusted Types an address of a worker needs one by name.
function trusted(address) {
  const types = window.trustedTypes;
  return types ? types.createPolicy('shenbao-offline', { createScriptURL: (it) => it }).createScriptURL(address) : address;
}

const CHINESE = {
  ready: '新版本已下载好。正在填写的内容不受影响；更新时先保存草稿，再返回列表。',
  now: '现在更新',
  later: '以后再说',
  others: '另有 {n} 个窗口打开着本页。请先关闭那些窗口（内容已自动保存），再点“现在更新”。',
  unsaved: '这份草稿没有保存在本机：请先点“保存草稿文件”，再更新。',
  home: '请先返回列表，再更新。',
};
const ENGLISH = {
  ready: 'A new version is ready. What you are filling in is left alone; updating saves the draft first, then goes to the start page.',
  now: 'Update now',
  later: 'Later',
  others: 'This page is open in {n} other window(s). Close them first (their content is saved), then update.',
  unsaved: 'This draft is not kept on this computer: save the draft file first, then update.',
  home: 'Go back to the start page first, then update.',
};

const word = (key) => (isEnglish() ? ENGLISH : CHINESE)[key];

let words = null;

function say(text) {
  words.textContent = text;
}

/** Says that a new build is there; `worker` is it, or null where it runs already and only this page is old. */
function tell(worker) {
  if (words) words.parentNode.remove();
  const box = card('shenbao-update', 'status', { right: '16px', bottom: '16px', maxWidth: '30em' });
  words = paragraph(box, word('ready'));
  button(box, 'update-now', word('now'), true, () => update(worker));
  button(box, 'update-later', word('later'), false, () => {
    box.remove();
    words = null;
  });
  document.body.appendChild(box);
}

/** Goes to the start page, which saves the draft, and lets the new build in. */
function update(worker) {
  if (inForm('.saving.bad')) return say(word('unsaved'));
  const home = inForm('[data-command="home"]');
  if (home) home.click();
  else if (!inForm('.start')) return say(word('home'));
  const go = () => {
    if (!inForm('.start')) return false;
    agreed = true;
    if (worker) worker.postMessage('update');
    else location.reload();
    return true;
  };
  if (go()) return undefined;
  const observer = new MutationObserver(() => go() && observer.disconnect());
  observer.observe(form().shadowRoot, { childList: true, subtree: true });
  return undefined;
}

/** Starts it where the browser has workers, once the form stands: that comes first. */
export function keepOffline() {
  if (workers) customElements.whenDefined('shenbao-form').then(() => setTimeout(() => start().catch(() => {}), 500));
}
