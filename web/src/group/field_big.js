// SPDX-License-Identifier: AGPL-3.0-or-later
// group/field_big.js: integers mod p = 2^255 − 19 as big integers: quick where a browser does not compile its scripts, big integers being native
//
// Elements are kept as they come, negative too, and are folded at 2^256 ≡ 38 when multiplied: below 2^257 then.

/** @typedef {import('./field.js').Field} Field */

const P = 2n ** 255n - 19n;
const LOW = 2n ** 256n - 1n;

/** @param {bigint} n below 2^520 in size @returns {bigint} below 2^257 */
export function fold(n) {
	const once = (n & LOW) + (n >> 256n) * 38n;
	return (once & LOW) + (once >> 256n) * 38n;
}

/** @param {bigint} n @returns {bigint} 0 … p − 1 */
function reduce(n) {
	const rest = n % P;
	return rest < 0n ? rest + P : rest;
}

/** @param {Uint8Array} bytes @param {number} at */
function read(bytes, at) {
	const view = new DataView(bytes.buffer, bytes.byteOffset + at, 32);
	return view.getBigUint64(0, true) | (view.getBigUint64(8, true) << 64n) | (view.getBigUint64(16, true) << 128n) | (view.getBigUint64(24, true) << 192n);
}

/** @type {Field} */
export const big = {
	name: 'big',
	width: 1,
	allocate: (n) => new Array(n).fill(0n),
	multiply(o, oi, a, ai, b, bi) {
		/** @type {[bigint, bigint]} */
		const [x, y] = [a[ai], b[bi]];
		const n = x * y, once = (n & LOW) + (n >> 256n) * 38n;
		o[oi] = (once & LOW) + (once >> 256n) * 38n;
	},
	square(o, oi, a, ai, times = 1) {
		/** @type {bigint} */
		let n = a[ai];
		for (let i = 0; i < times; i++)
			n = fold(n * n);
		o[oi] = n;
	},
	add(o, oi, a, ai, b, bi) {
		o[oi] = a[ai] + b[bi];
	},
	subtract(o, oi, a, ai, b, bi) {
		o[oi] = a[ai] - b[bi];
	},
	carry(o, oi, a, ai) {
		o[oi] = fold(a[ai]);
	},
	isZero: (a, ai) => a[ai] % P === 0n,
	isOdd: (a, ai) => (reduce(a[ai]) & 1n) === 1n,
	setNumber(o, oi, n) {
		o[oi] = n;
	},
	toNumber: (a, ai) => reduce(a[ai]),
	setBytes(o, oi, bytes, at) {
		o[oi] = read(bytes, at);
	},
	choose(o, oi, a, ai, b, bi, bit) {
		o[oi] = [a[ai], b[bi]][bit];
	},
};
