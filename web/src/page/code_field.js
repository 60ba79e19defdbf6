// SPDX-License-Identifier: AGPL-3.0-or-later
// page/code_field.js: typing a written code: ten groups of four, shown back in groups while one types

import { t } from '../text/catalogue.js';
import { h, refill } from './dom.js';
import { field } from './fields.js';

const GROUPS = 10;
const GROUP = 4;

/** What phones make of dashes and spaces, as the code has them. Letters and digits stay as typed. @param {string} typed @returns {string} */
export const tidyCode = (typed) => typed.normalize('NFKC').replace(/[\u2010-\u2015\u2212]/g, '-').replace(/\s/gu, ' ');

/** @param {string} typed @returns {string[]} its letters and digits in groups of four; the last may be shorter */
export function groupsOf(typed) {
	const letters = [...tidyCode(typed).toLowerCase()].filter((letter) => letter !== '-' && letter !== ' ');
	return Array.from({ length: Math.ceil(letters.length / GROUP) }, (_, i) => letters.slice(GROUP * i, GROUP * (i + 1)).join(''));
}

/** @param {string} typed @param {string} code @returns {number[]} which groups (0 … 9) of the code are not as typed */
export function differingGroups(typed, code) {
	const written = groupsOf(typed);
	return groupsOf(code).flatMap((group, i) => (group === written[i] ? [] : [i]));
}

/** 0, 1, 8 and 9 stand in no code: somebody misread a letter. @param {string} typed @returns {string[]} those typed, each once */
export const strangers = (typed) => [...new Set(groupsOf(typed).join('').replace(/[a-z2-7]/g, ''))];

/** A group with its digits marked, so that 2 and z, 5 and s are told apart. @param {string} group @returns {HTMLElement} */
export const marked = (group) => h('span', null, ...[...group].map((letter) => (/\d/.test(letter) ? h('span', { class: 'digit' }, letter) : letter)));

/**
 * @param {{ label: string, hint?: string }} options
 * @returns {import('./fields.js').Field & { set: (code: string) => void, mark: (wrong: number[]) => void }} mark: shows which groups (0 … 9) differ
 */
export function codeField({ label, hint }) {
	const seen = h('ol', { class: 'code-groups typed', dir: 'ltr' });
	const count = h('p', { class: 'hint', role: 'status' });
	/** @param {string} value @param {number[]} [wrong] */
	const show = (value, wrong = []) => {
		const groups = groupsOf(value);
		refill(seen, ...groups.map((group, i) => h('li', { class: wrong.includes(i) ? 'differs' : undefined }, marked(group), wrong.includes(i) && h('span', { class: 'differs-word' }, t('code.differs')))));
		seen.hidden = groups.length === 0;
		const odd = strangers(value);
		const whole = groups.filter((group) => group.length === GROUP).length;
		count.textContent = groups.length === 0 ? '' : odd.length > 0 ? t('code.strangers', { letters: odd.join(' ') }) : groups.length > GROUPS ? t('code.too_long') : t('code.count', { n: whole, all: GROUPS });
	};
	const inner = field({ label, hint, code: true, rows: 3, onInput: (value) => show(value) });
	show('');
	return {
		...inner,
		element: h('div', { class: 'code-field' }, inner.element, seen, count),
		clear: () => {
			inner.clear();
			show('');
		},
		set: (code) => {
			inner.input.value = code;
			inner.fault('');
			show(code);
		},
		mark: (wrong) => show(inner.value(), wrong),
	};
}
