// SPDX-License-Identifier: AGPL-3.0-or-later
// page/more.js: the rarer tasks

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { taskList } from './home.js';

/** @type {import('./router.js').Mount} */
export const more = (app) => ({
	element: h('div', { class: 'home' }, h('h1', null, t('more.title')), taskList(app, [
		{ view: 'enrol', drawing: 'people' },
		{ view: 'withdraw', drawing: 'pen' },
		{ view: 'vote', drawing: 'check' },
		{ view: 'answer', drawing: 'letter' },
		{ view: 'advance', drawing: 'key' },
		{ view: 'restore', drawing: 'key' },
	])),
});
