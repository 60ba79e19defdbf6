// SPDX-License-Identifier: AGPL-3.0-or-later
// group/field.js: what the curve needs of the field mod p = 2^255 − 19, and which of the two ways of computing it is quicker here

import { big } from './field_big.js';
import { limbs } from './field_limbs.js';

/** @typedef {any} Elements a row of elements: Float64Array for limbs, bigint[] for big integers; only the field looks inside */
/** @typedef {(o: Elements, oi: number, a: Elements, ai: number, b: Elements, bi: number) => void} Binary o may be a or b */

/**
 * Rows are addressed by offset: element k of a row stands at k·width. Sums and differences are not reduced: multiply takes sums of
 * s and of t products with s·t ≤ 16, square a sum of at most 4, all others of at most 16. Variable time.
 * @typedef {object} Field
 * @property {string} name
 * @property {number} width
 * @property {(n: number) => Elements} allocate a row of n zeros
 * @property {Binary} multiply
 * @property {(o: Elements, oi: number, a: Elements, ai: number, times?: number) => void} square a^(2^times), times being 1 unless said
 * @property {Binary} add
 * @property {Binary} subtract
 * @property {(o: Elements, oi: number, a: Elements, ai: number) => void} carry a sum becomes as good as a product
 * @property {(a: Elements, ai: number) => boolean} isZero
 * @property {(a: Elements, ai: number) => boolean} isOdd of the number from 0 to p − 1
 * @property {(o: Elements, oi: number, n: bigint) => void} setNumber n: 0 … p − 1
 * @property {(a: Elements, ai: number) => bigint} toNumber 0 … p − 1
 * @property {(o: Elements, oi: number, bytes: Uint8Array, at: number) => void} setBytes 32 bytes, little-endian, below 2^255
 * @property {(o: Elements, oi: number, a: Elements, ai: number, b: Elements, bi: number, bit: number) => void} choose b where bit is 1; it may be secret
 */

const ROUND_MS = 1, LEAST_MS = 6, ENOUGH_MS = 300;
const ROUNDS_MAX = 50_000; /* for clocks that stand still */

/** Rounds in a millisecond, from one tick of the clock to another: hardened browsers have clocks of 100 ms. @param {Field} field @param {() => number} now */
function rate(field, now) {
	const row = field.allocate(2);
	field.setNumber(row, 0, 2n ** 254n - 12345n);
	field.setNumber(row, field.width, 2n ** 253n - 98765n);
	const round = () => {
		for (let i = 0; i < 50; i++) {
			field.multiply(row, 0, row, 0, row, field.width);
			field.square(row, 0, row, 0);
		}
	};
	const first = now();
	for (let i = 0; now() === first && i < ROUNDS_MAX; i++)
		round();
	const start = now();
	let rounds = 0;
	do {
		round();
		rounds++;
	} while (now() - start < ROUND_MS && rounds < ROUNDS_MAX);
	const spent = now() - start;
	return spent > 0 ? rounds / spent : 0;
}

/**
 * Limbs are some three times quicker where scripts are compiled, which shows only after a while, and nine times slower where
 * they are not (hardened browsers). The best rounds are compared: other work on the machine only slows. Where it stays unclear
 * big integers are taken, which never are very slow. Takes 10 ms in the first case, 300 ms in the second, 400 ms under a coarse clock.
 * @param {() => number} [now] a clock in milliseconds
 * @returns {Field}
 */
export function quickerField(now = () => performance.now()) {
	const start = now();
	let bestLimbs = 0, bestBig = 0;
	for (let i = 0, spent = 0; i < 300 && spent < ENOUGH_MS; i++, spent = now() - start) {
		bestLimbs = Math.max(bestLimbs, rate(limbs, now));
		bestBig = Math.max(bestBig, rate(big, now));
		if (bestBig === 0)
			break;
		if (now() - start >= LEAST_MS && bestLimbs > 1.5 * bestBig)
			return limbs;
	}
	return big;
}
