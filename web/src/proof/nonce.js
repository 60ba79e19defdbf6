// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/nonce.js: the fresh scalars of an act (spec/protocol.md §3, Randomness)

import { sha512 } from '@noble/hashes/sha2.js';
import { concat, u32be } from '../base/bytes.js';
import { hashToScalar } from '../group/hash.js';
import { encodeScalar } from '../group/scalar.js';

const NAME = 'undersigned/1 nonce';

/**
 * The secret, the act and 32 fresh bytes together: a broken random generator must not give x away.
 * @param {'ring' | 'tag' | 'enrolment'} purpose @param {bigint} x the member's secret
 * @param {Uint8Array} context what the act is about, see the spec @param {Uint8Array} fresh 32 random bytes
 * @returns {(i: number) => bigint} scalar i of the act
 */
export function nonceScalars(purpose, x, context, fresh) {
	if (fresh.length !== 32)
		throw new Error('32 fresh bytes');
	const zero = new Uint8Array(1);
	const seed = sha512(concat(NAME, zero, purpose, zero, encodeScalar(x), context, fresh));
	return (i) => hashToScalar(NAME, concat(seed, u32be(i)));
}
