// SPDX-License-Identifier: AGPL-3.0-or-later
// page/report/vouch.js: who stands for the roll and for the letter, and where to check that it is really they; all fingerprints

import { t } from '../../text/catalogue.js';
import { h, name } from '../dom.js';
import { compareHint, fingerprint, fingerprints } from '../parts/fingerprint.js';
import { p } from '../say.js';

/** @typedef {import('../../worker/tasks.js').Report} Report */
/** @typedef {import('../../worker/tasks.js').Voucher} Voucher */

/** @param {Report} report */
export function vouch(report) {
	return h('section', null,
		h('h2', null, t('vouch.title')),
		p('vouch.lead'),
		group('vouch.registrars', report.vouchers.filter((voucher) => voucher.registrar), report.registrars_quorum),
		group('vouch.organisers', report.vouchers.filter((voucher) => voucher.organiser), report.organisers_quorum));
}

/** @param {string} key @param {Voucher[]} vouchers @param {number} quorum */
const group = (key, vouchers, quorum) => h('div', null,
	h('h3', null, t(key)),
	p(`${key}_what`, { quorum, n: vouchers.length }, 'hint'),
	h('ul', { class: 'vouchers' }, ...vouchers.map((voucher) => h('li', null,
		h('p', { class: 'voucher-name' }, voucher.name ? name(voucher.name) : t('vouch.no_name')),
		h('p', null, t('vouch.key'), ' ', fingerprint(voucher.short)),
		h('p', { class: 'hint' }, voucher.where ? [t('vouch.where'), ' ', h('bdi', { class: 'address' }, voucher.where)] : t('vouch.nowhere'))))));

/** @param {Report} report */
export function shorts(report) {
	return h('section', null,
		h('h2', null, t('shorts.title')),
		compareHint(),
		fingerprints([
			{ label: t('shorts.letter'), short: report.short.letter, hint: t('shorts.letter_hint') },
			{ label: t('shorts.words'), short: report.short.words, hint: t('shorts.words_hint') },
			{ label: t('shorts.roster'), short: report.short.roster, hint: t('shorts.roster_hint') },
			{ label: t('shorts.pin'), short: report.short.pin, hint: t('shorts.pin_hint') },
		]));
}
