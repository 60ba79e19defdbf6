// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/rings.js: the two rings in which a member may sign: whether they may, what each hides among, which hides better (spec/records.md, The state of a letter)

import { isAboveShare } from './state.js';

/** @typedef {import('../base/refusal.js').Code} Code */
/** @typedef {import('../record/shapes.js').Rules} Rules */
/** @typedef {import('./ring.js').Ring} Ring */
/**
 * @typedef {object} RingChoice
 * @property {string} label a body's id or `*`
 * @property {string} name the body's, '' for `*`
 * @property {number} keys
 * @property {number | null} made signatures in it now; of `*`: all that name its roster, in any ring; null: a bundle cannot tell
 * @property {number | null} percent chance that any one of it signed, once one more has; at least 1
 * @property {'yes' | Code} may
 */

/** Whether one more may sign in the ring. @param {Ring} ring @param {Rules} rules @param {boolean} isBundle @returns {'yes' | Code} */
function mayIn(ring, rules, isBundle) {
	const isAll = ring.label === '*';
	if (rules.rings === (isAll ? 'body' : 'roster'))
		return 'ring_not_allowed';
	if (ring.size < rules.min_ring)
		return 'ring_below_min';
	if (isBundle)
		return ring.complete ? 'yes' : 'ring_unknown';
	const all = /** @type {Ring} */ (ring.roster.rings.get('*')); /* whoever signs in a body's ring counts there too */
	return isAboveShare(all, rules, 1) || isAboveShare(ring, rules, 1) ? 'ring_above_share' : 'yes';
}

/** Rounded to the nearest, at least 1. @param {number} part @param {number} whole */
const percentOf = (part, whole) => Math.max(1, Math.floor((200 * part + whole) / (2 * whole)));

/** @param {Ring} ring @param {Rules} rules @param {boolean} isBundle @returns {RingChoice} */
export function choiceOf(ring, rules, isBundle) {
	const made = isBundle ? null : ring.label === '*' ? ring.roster.made : ring.made;
	return {
		label: ring.label,
		name: ring.name,
		keys: ring.size,
		made,
		percent: made === null ? null : percentOf(made + 1, ring.size),
		may: mayIn(ring, rules, isBundle),
	};
}

/**
 * Of those that may: where the smaller part has signed, once one more has; where that is the same or unknown, the larger.
 * @param {RingChoice} own @param {RingChoice} all @returns {string} a label, '' if neither may
 */
export function betterOf(own, all) {
	if (own.may !== 'yes' || all.may !== 'yes')
		return own.may === 'yes' ? own.label : all.may === 'yes' ? all.label : '';
	if (own.made !== null && all.made !== null) {
		const [ownPart, allPart] = [(own.made + 1) * all.keys, (all.made + 1) * own.keys];
		if (ownPart !== allPart)
			return ownPart < allPart ? own.label : all.label;
	}
	return own.keys > all.keys ? own.label : all.label;
}
