// SPDX-License-Identifier: AGPL-3.0-or-later
// page/views.js: every view by its name

import { about } from './about.js';
import { advance } from './advance.js';
import { answer, partyKey } from './answer.js';
import { check } from './check.js';
import { enrol } from './enrol.js';
import { home } from './home.js';
import { key, restore } from './key.js';
import { more } from './more.js';
import { sign } from './sign.js';
import { vote } from './vote.js';
import { withdraw } from './withdraw.js';

/** @type {Record<string, import('./router.js').Mount>} */
export const VIEWS = { home, check, sign, key, enrol, withdraw, vote, advance, restore, answer, party_key: partyKey, more, about };
