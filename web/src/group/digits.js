// SPDX-License-Identifier: AGPL-3.0-or-later
// group/digits.js: scalars as signed digits: n = Σ digit_w·2^(c·w) with −2^(c−1) < digit ≤ 2^(c−1)

const BITS = 254; /* of a scalar, and the last carry */

/** How many digits of c bits a scalar has. @param {number} c */
export const digitCount = (c) => Math.ceil(BITS / c);

/**
 * The order of steps does not depend on the scalars.
 * @param {readonly bigint[]} scalars each from 0, below ℓ @param {number} c 1 … 15
 * @returns {Int16Array} the digits of one scalar after those of the other, the lowest first
 */
export function signedDigits(scalars, c) {
	const count = digitCount(c), half = 1 << (c - 1), mask = 2 * half - 1;
	const out = new Int16Array(count * scalars.length);
	const view = new DataView(new ArrayBuffer(48)); /* what is read past the scalar is 0 */
	scalars.forEach((scalar, i) => {
		for (let k = 0; k < 4; k++)
			view.setBigUint64(8 * k, scalar >> BigInt(64 * k), true);
		for (let w = 0, carry = 0; w < count; w++) {
			const at = w * c;
			const digit = ((view.getUint32(at >> 3, true) >>> (at & 7)) & mask) + carry;
			carry = (digit + half - 1) >> c;
			out[i * count + w] = digit - (carry << c);
		}
	});
	return out;
}
