// SPDX-License-Identifier: AGPL-3.0-or-later
// page/device_step.js: before anything secret: whose device is this, and how to get away

import { t } from '../text/catalogue.js';
import { h } from './dom.js';
import { button } from './parts/button.js';
import { callout } from './parts/callout.js';
import { leaveNow } from './parts/leave.js';
import { p } from './say.js';

/** Asked once: whoever answered is not asked again before the page is closed. */
let answered = false;

/**
 * The step, or none when it was answered before. params keeps which, so that steps do not change under a walk.
 * @param {Record<string, any>} params @param {import('./dom.js').Children} [need] what to have at hand
 * @returns {import('./parts/stepper.js').Step[]}
 */
export function deviceStep(params, need) {
	params.device ??= !answered;
	return params.device ? [{ title: t('device.title'), next: '', body: (w) => body(w, need) }] : [];
}

/** @param {import('./parts/stepper.js').Walk} w @param {import('./dom.js').Children} need */
function body(w, need) {
	const on = () => {
		answered = true;
		void w.next();
	};
	const unsure = h('div', { hidden: true }, callout('warning', [
		p('device.no_why'),
		p('device.no_do'),
		h('div', { class: 'actions' }, button(t('leave.do'), () => leaveNow(w.app), { kind: 'danger', icon: 'leave' }), button(t('device.anyway'), on, { kind: 'quiet' })),
	], { title: t('device.no_title'), alert: true }));
	return [
		need,
		h('h3', null, t('device.question')),
		p('device.why'),
		h('div', { class: 'actions' },
			button(t('device.yes'), on, { kind: 'first' }),
			button(t('device.no'), () => {
				unsure.hidden = false;
				unsure.scrollIntoView({ block: 'nearest' });
			})),
		unsure,
		!w.app.host && p('device.offline', {}, 'hint'),
		p('device.leave', {}, 'hint'),
	].flat();
}
