//! Starts the form where one HTML file carries everything: opened by double-click, nothing can be fetched.
import init, { call, mount, unmount } from './shenbao-app.js';
import { keepAddress } from './address.js';
import { begin } from './begin.js';
import { offer } from './offer.js';
import * as oneFile from './one-file.js';
import { sha256 } from './sha256.js';
import * as signing from './signing.js';

// A file stands in the page in an element named after it, one that is not text in base64.
const text = (name) => document.querySelector(`script[type="text/plain"][data-shenbao-asset="${name}"]`).textContent;
const carried = (name) => Uint8Array.from(atob(text(name)), (it) => it.charCodeAt(0));

// src/web/outside.js asks here before it looks for files beside the program.
globalThis[Symbol.for('shenbao.signing')] = () =>
  signing.default({ module_or_path: carried('signing_bg.wasm') }).then(() => signing);

// What whoever gave out this file wants it to begin with. Each such file goes on with a draft of its own: all local
// pages share what the browser keeps.
const given = text('preset.json');
if (given) {
  const preset = JSON.parse(given);
  const form = document.querySelector('shenbao-form');
  form.setAttribute('table', preset.table);
  form.setAttribute('draft-key', `file-${sha256(new TextEncoder().encode(given)).slice(0, 16)}`);
  if (preset.mail_limit) form.setAttribute('mail-limit', preset.mail_limit);
  if (preset.mail_to) form.setAttribute('mail-to', preset.mail_to);
  Object.assign(form, { data: preset.answers || null, profile: preset.profile || null });
}

keepAddress();
offer(() => Promise.resolve(oneFile));
begin(() => init({ module_or_path: carried('shenbao-app_bg.wasm') }).then(() => ({ call, mount, unmount })));
