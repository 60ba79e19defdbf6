// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/rules.js: what the letter asked for, and whether it has it

import { day, number, percent, t } from '../../text/catalogue.js';
import { h, name } from '../dom.js';
import { icon } from '../parts/icon.js';
import { portions } from '../parts/portions.js';
import { ringName } from './hidden.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** @param {Report} report */
export function rules(report) {
	const { rules } = report;
	const over = report.rings.filter((ring) => ring.above_share);
	return h('section', null,
		h('h2', null, t('rules.title')),
		h('ul', { class: 'marks' },
			rules.signers > 0 && mark(report.signers >= rules.signers, t('rules.signers', { n: rules.signers })),
			rules.bodies > 0 && mark(report.bodies >= rules.bodies, t('rules.bodies', { n: rules.bodies })),
			over.length === 0 && mark(true, t('rules.share_kept'), false)),
		portions(over, (ring) => h('li', { class: 'warning' }, icon('warning'), h('span', null, name(ringName(ring)), t('list.colon'), t('rules.share_over', { percent: percent(ring.id === '*' ? rules.max_share_all : rules.max_share) }))), h('ul', { class: 'marks' })),
		over.length > 0 && h('p', null, t('rules.share_why')),
		h('p', null, dates(report)),
		h('p', { class: 'hint' }, t('rules.ring', { n: number(rules.min_ring) })));
}

/** Until when one can sign and take back. @param {Report} report */
export const dates = (report) => t('rules.dates', { closes: day(report.closes), ends: day(report.rules.ends) });

/** @param {boolean} met @param {string} text @param {boolean} [say] */
const mark = (met, text, say = true) => h('li', { class: met ? 'good' : 'open' }, icon(met ? 'check' : 'wrong'), h('span', null, text, say && [t('list.colon'), h('strong', null, t(met ? 'rules.met' : 'rules.not_met'))]));
