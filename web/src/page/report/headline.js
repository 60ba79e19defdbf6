// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/headline.js: how many signed, and on what that rests; never one without the other

import { t } from '../../text/catalogue.js';
import { h, name } from '../dom.js';
import { callout } from '../parts/callout.js';
import { icon } from '../parts/icon.js';
import { listed, p, say } from '../say.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */

/** The first sentence. @param {Report} report @returns {string} */
export function headlineText({ signers, bodies }) {
	if (signers === 0)
		return t('headline.nobody');
	if (bodies === 0)
		return t('headline.no_body', { n: signers });
	return t('headline.people', { people: t('headline.people_n', { n: signers }), bodies: t('headline.bodies_n', { n: bodies }) });
}

/** Those who vouch that only real staff is on the roll. @param {Report} report @returns {string[]} */
export const registrarNames = (report) => report.vouchers.filter((voucher) => voucher.registrar).map((voucher) => voucher.name || t('vouch.key_only', { short: voucher.short }));

/** The second sentence and the third. @param {Report} report @returns {Node[]} */
export function basis(report) {
	const names = registrarNames(report);
	return [...say('basis.true_if', { who: listed(names, (one) => h('strong', null, name(one))), n: names.length }), document.createTextNode(' '), ...say(report.headcount > 0 ? 'basis.roll_staff' : 'basis.roll', { keys: report.keys, staff: report.headcount })];
}

/** @param {Report} report */
export function headline(report) {
	return h('section', { class: 'headline' },
		h('p', { class: 'verdict good' }, icon('check'), h('span', null, t('headline.valid'))),
		h('h1', { 'data-focus': true }, headlineText(report)),
		h('p', { class: 'basis' }, basis(report)),
		report.words && p('headline.letter', { title: h('strong', null, name(report.words.title)), who: listed(report.words.addressees.map((addressee) => addressee.name)) }, 'headline-letter'),
		report.keys > report.headcount && report.headcount > 0 && callout('warning', p('basis.more_keys')),
		report.signers === 0 && p('headline.nobody_why', {}, 'hint'));
}
