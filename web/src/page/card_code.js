// SPDX-License-Identifier: AGPL-3.0-or-later
// page/card_code.js: the code on a card: what is typed, and which of its groups cannot be right (spec/cards.md §1)

export const CARD_GROUPS = 7;
const GROUP = 5, DIGITS = CARD_GROUPS * GROUP;
/** Damm's table. */
const Q = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790'];

/** Whether a group of five digits may stand there. @param {string} group @param {number} place 0 … 6 */
const fits = (group, place) => [...group].reduce((c, digit) => Number(Q[c][Number(digit)]), place) === 0;

/** @param {string} digits @returns {string[]} in groups of five; the last may be shorter */
export const cardGroups = (digits) => digits.match(/\d{1,5}/g) ?? [];

/**
 * Digits, with spaces, dashes or dots between them, in any script's digits that people of our languages type.
 * fault: '' for a code that may be right; letters: something else stands in it; count: not 35 digits; groups: these (1 … 7) are mistyped; swapped: these two changed places. With count, groups are those of another length, where that can be told.
 * @param {string} typed @returns {{ digits: string, fault: '' | 'letters' | 'count' | 'groups' | 'swapped', groups: number[] }}
 */
export function readCardCode(typed) {
	const plain = typed.normalize('NFKC').replace(/[\u0660-\u0669\u06f0-\u06f9]/g, (digit) => String(digit.charCodeAt(0) & 15)).replace(/[\s.\-\u2010-\u2015\u2212]+/gu, ' ').trim();
	const digits = plain.replaceAll(' ', '');
	if (/\D/.test(digits))
		return { digits, fault: 'letters', groups: [] };
	if (digits.length !== DIGITS) {
		const runs = plain.split(' ');
		return { digits, fault: 'count', groups: runs.length === CARD_GROUPS ? places(runs, (run) => run.length !== GROUP) : [] };
	}
	const groups = cardGroups(digits), wrong = places(groups, (group, i) => !fits(group, i));
	const [a, b] = wrong.map((n) => n - 1);
	const swapped = wrong.length === 2 && fits(groups[a], b) && fits(groups[b], a);
	return { digits, fault: swapped ? 'swapped' : wrong.length > 0 ? 'groups' : '', groups: wrong };
}

/** @param {string[]} groups @param {(group: string, i: number) => boolean} odd @returns {number[]} from 1 */
const places = (groups, odd) => groups.flatMap((group, i) => (odd(group, i) ? [i + 1] : []));
