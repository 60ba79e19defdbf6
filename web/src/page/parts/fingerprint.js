// SPDX-License-Identifier: AGPL-3.0-or-later
// page/parts/fingerprint.js: 24 digits in groups of four, to compare by eye or telephone

import { t } from '../../text/catalogue.js';
import { h } from '../dom.js';

/** @param {string} short six groups of four, spaces between @param {string} [label] @returns {HTMLElement} groups do not break; a screen reader reads digit by digit */
export function fingerprint(short, label) {
	const groups = short.split(' ');
	const spoken = groups.map((group) => group.split('').join(' ')).join(', ');
	return h('span', { class: 'fingerprint', dir: 'ltr' },
		h('span', { class: 'unseen' }, label ? `${label}: ${spoken}` : spoken),
		h('span', { 'aria-hidden': 'true', class: 'fingerprint-groups' }, ...groups.map((group) => h('span', null, group))));
}

/** A list of named fingerprints. @param {{ label: string, short: string, hint?: string }[]} items */
export function fingerprints(items) {
	return h('dl', { class: 'fingerprints' }, ...items.map(({ label, short, hint }) => h('div', null, h('dt', null, label), h('dd', null, fingerprint(short), hint && h('p', { class: 'hint' }, hint)))));
}

/** What to do with them. */
export const compareHint = () => h('p', { class: 'hint' }, t('fingerprint.hint'));
