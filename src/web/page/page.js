//! What the site's own page has beside the form. Not needed to start; a portal's page has none of it.
import { keepAddress } from './address.js';
import { offer } from './offer.js';
import { keepOffline } from './offline.js';

keepAddress();
keepOffline();
offer(() => import('./one-file.js'));
