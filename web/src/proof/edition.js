// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/edition.js: a member's chain of keys, one per edition (spec/protocol.md §6)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat } from '../base/bytes.js';
import { hashToScalar } from '../group/hash.js';

export const STATE_SIZE = 20;
export const EDITION_MAX = 65535;

/** s_{e+1}. @param {Uint8Array} state s_e @returns {Uint8Array} */
export const nextState = (state) => sha512(concat('undersigned/1 next edition', new Uint8Array(1), state)).slice(0, STATE_SIZE);

/** x_e. @param {Uint8Array} state s_e @param {string} series @returns {bigint} not 0 */
export function editionKey(state, series) {
	const x = hashToScalar('undersigned/1 edition key', concat(state, series));
	if (x === 0n)
		throw new Error('a chain reached the scalar 0');
	return x;
}

/**
 * The state of a later edition; the one given, and all between, are wiped.
 * @param {Uint8Array} state @param {number} editions how many to go on, at least 1 @returns {Uint8Array}
 */
export function advance(state, editions) {
	let at = state;
	for (let i = 0; i < editions; i++) {
		const next = nextState(at);
		at.fill(0);
		at = next;
	}
	return at;
}
