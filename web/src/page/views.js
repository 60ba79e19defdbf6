// SPDX-License-Identifier: AGPL-3.0-or-later
// page/views.js: every view by its name

import { about } from './about.js';
import { check } from './check.js';
import { home } from './home.js';
import { more } from './more.js';

/** @type {Record<string, import('./router.js').Mount>} */
export const VIEWS = { home, check, more, about };
