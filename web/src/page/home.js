// SPDX-License-Identifier: AGPL-3.0-or-later
// page/home.js: the first view: what can be done here, and whether to trust this copy

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { icon } from './parts/icon.js';
import { p, say } from './say.js';

/** The tasks, by the name of their view. */
const TASKS = /** @type {const} */ ([
	{ view: 'check', drawing: 'letter' },
	{ view: 'sign', drawing: 'pen' },
	{ view: 'key', drawing: 'key' },
	{ view: 'more', drawing: 'more' },
]);

/** @type {import('./router.js').Mount} */
export function home(app) {
	return {
		element: h('div', { class: 'home' },
			h('h1', null, t('home.title')),
			p('home.lead', {}, 'lead'),
			taskList(app, TASKS),
			h('section', { class: 'trust' },
				h('h2', null, t('home.trust_title')),
				servedWarning(),
				h('ul', { class: 'checks' },
					h('li', null, say('home.trust_nothing')),
					h('li', null, say('home.trust_offline')),
					h('li', null, say('home.trust_hash'))),
				h('div', { class: 'actions' }, button(t('home.trust_how'), () => app.go('about', { at: 'hash' }))),
				callout('warning', [p('home.device'), p('home.leave')], { title: t('home.device_title') }))),
	};
}

/** @param {import('./app.js').App} app @param {readonly { view: string, drawing: import('./parts/icon.js').Icon }[]} tasks */
export const taskList = (app, tasks) => h('ul', { class: 'tasks' }, ...tasks.map(({ view, drawing }) => h('li', null,
	h('button', { type: 'button', class: 'task', on: { click: () => app.go(view) } },
		icon(drawing),
		h('span', { class: 'task-text' }, h('span', { class: 'task-title' }, t(`home.${view}`)), h('span', { class: 'task-hint' }, t(`home.${view}_hint`))),
		icon('forward')))));

/** A copy that a server sent is only as good as that server, today. */
const servedWarning = () => (location.protocol === 'file:' ? null : callout('warning', p('home.served'), { title: t('home.served_title') }));
