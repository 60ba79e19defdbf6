// SPDX-License-Identifier: AGPL-3.0-or-later
// group/scalar.js: scalars: integers from 0 to ℓ − 1 (spec/protocol.md §1)

import { fromNumber, toNumber } from '../base/bytes.js';

/** ℓ, the order of the group. */
export const L = 2n ** 252n + 27742317777372353535851937790883648493n;

/** @param {bigint} n any integer @returns {bigint} n mod ℓ, from 0 */
export function mod(n) {
	const rest = n % L;
	return rest < 0n ? rest + L : rest;
}

/** @param {Uint8Array} bytes @returns {bigint | null} null: not 32 bytes, or not below ℓ */
export function decodeScalar(bytes) {
	if (bytes.length !== 32)
		return null;
	const n = toNumber(bytes);
	return n < L ? n : null;
}

/** @param {bigint} n from 0, below ℓ @returns {Uint8Array} 32 bytes, little-endian */
export function encodeScalar(n) {
	if (n < 0n || n >= L)
		throw new Error('not a scalar');
	return fromNumber(n, 32);
}
