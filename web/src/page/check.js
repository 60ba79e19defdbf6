// SPDX-License-Identifier: AGPL-3.0-or-later
// page/check.js: checking a letter: choose a file, wait, read the result

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { fileChooser } from './parts/file.js';

/** @type {import('./router.js').Mount} */
export const check = (_app, _params) => ({
	element: h('div', null, h('h1', null, t('home.check')), fileChooser({ label: t('home.check'), accept: '.letter', onFile: () => {} })),
});
