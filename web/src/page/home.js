// SPDX-License-Identifier: AGPL-3.0-or-later
// page/home.js: the first view: what can be done here, and whether to trust this copy

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { icon } from './parts/icon.js';
import { p, say } from './say.js';
import { servedLetters } from './served.js';

/** The tasks, by the name of their view. */
const TASKS = /** @type {const} */ ([
	{ view: 'check', drawing: 'letter' },
	{ view: 'sign', drawing: 'pen' },
	{ view: 'key', drawing: 'key' },
	{ view: 'more', drawing: 'more' },
]);

/** @type {import('./router.js').Mount} */
export function home(app, params) {
	const served = app.host && servedLetters(app, app.host);
	return {
		toStep: served?.ask,
		element: h('div', { class: 'home' },
			h('h1', null, t('home.title')),
			params.strange && callout('info', p('served.strange')),
			p('home.lead', {}, 'lead'),
			served?.element,
			taskList(app, TASKS),
			h('section', { class: 'trust' },
				h('h2', null, t('home.trust_title')),
				servedWarning(),
				h('ul', { class: 'checks' },
					h('li', null, say(app.host ? 'served.trust' : 'home.trust_nothing')),
					!app.host && h('li', null, say('home.trust_offline')),
					h('li', null, say('home.trust_hash'))),
				h('div', { class: 'actions' }, button(t('home.trust_how'), () => app.go('about', { at: 'hash' }))),
				callout('warning', [p('home.device'), p('home.leave')], { title: t('home.device_title') }))),
	};
}

/** @param {import('./app.js').App} app @param {readonly { view: string, drawing: import('./parts/icon.js').Icon }[]} tasks */
export const taskList = (app, tasks) => h('ul', { class: 'tasks' }, ...tasks.map(({ view, drawing }) => task(drawing, t(`home.${view}`), t(`home.${view}_hint`), () => app.go(view))));

/** @param {import('./parts/icon.js').Icon} drawing @param {import('./dom.js').Child} title @param {string} hint @param {() => void} act */
export const task = (drawing, title, hint, act) => h('li', null,
	h('button', { type: 'button', class: 'task', on: { click: act } },
		icon(drawing),
		h('span', { class: 'task-text' }, h('span', { class: 'task-title' }, title), h('span', { class: 'task-hint' }, hint)),
		icon('forward')));

/** A copy that a server sent is only as good as that server, today. */
const servedWarning = () => (location.protocol === 'file:' ? null : callout('warning', p('home.served'), { title: t('home.served_title') }));
