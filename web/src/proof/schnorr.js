// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/schnorr.js: Schnorr signatures R ‖ s, for tags (spec/protocol.md §4) and possession (§5)

import { concat, equal } from '../base/bytes.js';
import { encodePoint, isIdentity, secretMultiply } from '../group/point.js';
import { multiScalar } from '../group/msm.js';
import { decodeScalar, encodeScalar, mod } from '../group/scalar.js';

/** @typedef {import('../group/point.js').Point} Point */
/** @typedef {(r: Uint8Array) => bigint} Challenge c, from the bytes of R and what the caller binds */

export const SIGNATURE_SIZE = 64;

/**
 * R = nonce·base, s = nonce + c·secret.
 * @param {{ base: Point, secret: bigint, nonce: bigint, challenge: Challenge }} given
 * @returns {Uint8Array} 64 bytes
 */
export function sign({ base, secret, nonce, challenge }) {
	const R = secretMultiply(base, nonce);
	if (isIdentity(R))
		throw new Error('the fresh bytes gave the scalar 0');
	const r = encodePoint(R);
	return concat(r, encodeScalar(mod(nonce + challenge(r) * secret)));
}

/**
 * s·base = R + c·key, with R canonical and not the identity. Variable time.
 * @param {{ base: Point, key: Point, signature: Uint8Array, challenge: Challenge }} given
 * @returns {boolean}
 */
export function verify({ base, key, signature, challenge }) {
	if (signature.length !== SIGNATURE_SIZE)
		return false;
	const r = signature.subarray(0, 32);
	const s = decodeScalar(signature.subarray(32));
	if (s === null)
		return false;
	/* an encoding is R's only canonical one: comparing bytes refuses every other spelling */
	const R = multiScalar([base, key], [s, mod(-challenge(r))]);
	return !isIdentity(R) && equal(encodePoint(R), r);
}
