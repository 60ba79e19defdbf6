// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/options.js: what a member can do on a letter, for telling before anything is made

import { betterOf, choiceOf } from './rings.js';
import { closesOf } from './state.js';

/** @typedef {import('../worker/tasks.d.ts').Options} Options */

/** @param {import('./act.js').Actor} actor @param {import('../record/shapes.js').Day} today @param {boolean} [waits] whether a signature may exist that the file does not hold @returns {Options} */
export function optionsOf({ letter, member, place, standing, votes }, today, waits = false) {
	const { rules } = letter, { edition, until } = place.roster.record;
	const isBundle = letter.bundle !== null, closes = closesOf(letter);
	const own = choiceOf(place.own, rules, isBundle), all = choiceOf(place.all, rules, isBundle);
	return {
		own, all,
		better: betterOf(own, all),
		stands: standing.stands, stands_in: standing.ring, certain: standing.stands !== 'none' || !(isBundle || waits),
		wave: place.roster.wave,
		pin: member.pin === null ? 'none' : 'same',
		closes, ends: rules.ends,
		open_to_sign: today <= closes, open_to_act: today <= rules.ends,
		release: rules.release,
		edition: { kind: member.kind, number: edition, until },
		votes,
	};
}
