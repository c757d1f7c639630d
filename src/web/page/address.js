//! The page's address tells which draft and which of its screens is open, so that "back" and "forward" of the browser go
//! from one to the other instead of leaving the page, and a reload comes back to where it was.
import { form, inForm } from './box.js';

// The place that is being opened by itself. One that breaks the program on the way is not tried again: the list comes then.
const OPENING = 'shenbao-opening';
// Nobody looks at a blank page for longer, whatever keeps the draft from opening.
const PATIENCE_MS = 3000;

// The buttons that close what lies over the form.
const COVERS = ['[data-command="pick-division"][aria-expanded="true"]', '.outline-open [data-command="outline"]'];

const asked = () => location.hash.slice(1);
const address = (place) => (place ? `#${place}` : location.pathname + location.search);
const rested = () => new Promise((done) => setTimeout(done));

export async function keepAddress() {
  await customElements.whenDefined('shenbao-form');
  // With a table of its own there is no list to come from, and the draft comes back by its key.
  if (form().table) return;
  let here = '';
  let isFollowing = false;
  // Each screen starts at its head.
  history.scrollRestoration = 'manual';

  const replace = (place) => history.replaceState(history.state, '', address(place));
  const comesFrom = (place) => !!history.state && history.state.before === place;

  // Another screen is open.
  function write() {
    if (here === asked()) return;
    // Whoever goes back by a button of the page does not go forward.
    if (comesFrom(here)) history.back();
    // What is signed is not signed again.
    else if (asked().endsWith('/sign') && here.endsWith('/hand-over')) replace(here);
    else history.pushState({ before: asked() }, '', address(here));
  }

  // Another address was asked for.
  async function follow() {
    if (isFollowing) return;
    // What lies over the form on a phone goes first.
    const [over] = COVERS.map(inForm).filter(Boolean);
    if (here && over) {
      over.click();
      history.pushState({ before: asked() }, '', address(here));
      return;
    }
    isFollowing = true;
    let hasGone = true;
    for (let place = here; asked() !== here && asked() !== place; ) {
      place = asked();
      // What goes wrong is said on the screen.
      hasGone = await form().go(place).catch(() => true);
      await rested();
    }
    isFollowing = false;
    if (asked() === here) return;
    // Something was in the way: what was asked for stays where "back" finds it.
    if (here && !hasGone) history.pushState({ before: asked() }, '', address(here));
    else if (comesFrom(here)) history.back();
    else replace(here);
  }

  form().addEventListener('shenbao-place', ({ detail }) => {
    here = detail.place;
    if (!isFollowing) write();
  });
  window.addEventListener('popstate', follow);
  if (!asked()) return;
  if (remembered() === asked()) replace('');
  remember(asked());
  form().addEventListener('shenbao-validity', () => remember(''), { once: true });
  window.addEventListener('pagehide', () => {
    if (!inForm('.panic')) remember('');
  });
  // The list would only flash by. What cannot be seen takes the focus all the same.
  form().style.opacity = '0';
  const show = () => (form().style.opacity = '');
  setTimeout(show, PATIENCE_MS);
  await follow();
  show();
}

function remembered() {
  try {
    return sessionStorage.getItem(OPENING);
  } catch (_) {
    return '';
  }
}

function remember(place) {
  try {
    sessionStorage.setItem(OPENING, place);
  } catch (_) {
    // A browser that keeps nothing opens no draft by itself.
  }
}
