//! Loads and starts the form; a file of its own, so that a strict policy needs no inline script.
import init, { call, mount, style, unmount } from './shenbao-app.js';
import { begin } from './begin.js';

begin(init({ module_or_path: new URL('./shenbao-app_bg.wasm', import.meta.url) }).then(() => ({ call, mount, style, unmount })));
