// SPDX-License-Identifier: AGPL-3.0-or-later
// page/about.js: how to check this copy, what it protects and what not, whose work is in it

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { disclosure } from './parts/disclosure.js';
import { p, say } from './say.js';

/** How to compute the hash, by system. The name of the file is the reader's. */
const HASHERS = /** @type {const} */ ([
	['about.hash_windows', 'certutil -hashfile page.html SHA256'],
	['about.hash_mac', 'shasum -a 256 page.html'],
	['about.hash_linux', 'sha256sum page.html'],
]);

/** @type {import('./router.js').Mount} */
export function about(_app, params) {
	const element = h('div', { class: 'about' },
		h('h1', { 'data-focus': params.at !== 'hash' }, t('about.title')),
		p('about.what', {}, 'lead'),
		h('section', null,
			h('h2', { 'data-focus': params.at === 'hash' }, t('about.hash_title')),
			p('about.hash_why'),
			h('ol', null, h('li', null, say('about.hash_save')), h('li', null, say('about.hash_run'), commands()), h('li', null, say('about.hash_compare'))),
			p('about.hash_not_here', {}, 'hint')),
		h('section', null, h('h2', null, t('about.safe_title')), bullets('about.safe', 4)),
		h('section', null, h('h2', null, t('about.unsafe_title')), p('about.unsafe_lead'), bullets('about.unsafe', 9)),
		h('section', null, h('h2', null, t('about.leave_title')), p('about.leave'), p('about.leave_not')),
		h('section', null,
			h('h2', null, t('about.licence_title')),
			p('about.licence'),
			disclosure(t('about.licence_others'), h('pre', { class: 'mono notices', dir: 'ltr', lang: 'en', tabindex: '0' }, NOTICES))));
	return { element };
}

const commands = () => h('dl', { class: 'commands' }, ...HASHERS.map(([key, command]) => h('div', null, h('dt', null, t(key)), h('dd', { class: 'mono', dir: 'ltr' }, command))));

/** Texts key_1 … key_n. @param {string} key @param {number} n */
const bullets = (key, n) => h('ul', null, ...Array.from({ length: n }, (_, i) => h('li', null, say(`${key}_${i + 1}`))));
