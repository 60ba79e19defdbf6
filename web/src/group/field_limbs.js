// SPDX-License-Identifier: AGPL-3.0-or-later
// group/field_limbs.js: integers mod p = 2^255 − 19 as twelve limbs in doubles: quick where a browser compiles its scripts
//
// An element is the sum of its limbs. Limb i is a multiple of 2^e_i, e_i = ⌈21.25·i⌉, so products add up without shifts, and what
// passes 2^255 comes back times 19·2^−255 (as in D. J. Bernstein's floating-point arithmetic). Rounding to a multiple of 2^k is
// adding and subtracting 1.5·2^(52+k): doubles are exact below 2^53 of their unit.
//
// "Carried": |limb i| is at most half of 2^e_(i+1), give or take 1/1000, so |element| < p. multiply, square and carry give carried elements.
// add and subtract do not carry. multiply is exact if its operands are sums of s and of t carried elements with s·t ≤ 16; square if s ≤ 4.

/** @typedef {import('./field.js').Field} Field */

const P = 2n ** 255n - 19n;
const WIDTH = 12;
const EXPONENTS = [0, 22, 43, 64, 85, 107, 128, 149, 170, 192, 213, 234, 255];
const WRAP = 19 * 2 ** -255;
const M0 = 1.5 * 2 ** 74, M1 = 1.5 * 2 ** 95, M2 = 1.5 * 2 ** 116, M3 = 1.5 * 2 ** 137, M4 = 1.5 * 2 ** 159, M5 = 1.5 * 2 ** 180;
const M6 = 1.5 * 2 ** 201, M7 = 1.5 * 2 ** 222, M8 = 1.5 * 2 ** 244, M9 = 1.5 * 2 ** 265, M10 = 1.5 * 2 ** 286, M11 = 1.5 * 2 ** 307;

/**
 * o = a·b. @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai @param {Float64Array} b @param {number} bi
 */
function multiply(o, oi, a, ai, b, bi) {
	const a0 = a[ai + 0], a1 = a[ai + 1], a2 = a[ai + 2], a3 = a[ai + 3], a4 = a[ai + 4], a5 = a[ai + 5], a6 = a[ai + 6], a7 = a[ai + 7], a8 = a[ai + 8], a9 = a[ai + 9], a10 = a[ai + 10], a11 = a[ai + 11];
	const b0 = b[bi + 0], b1 = b[bi + 1], b2 = b[bi + 2], b3 = b[bi + 3], b4 = b[bi + 4], b5 = b[bi + 5], b6 = b[bi + 6], b7 = b[bi + 7], b8 = b[bi + 8], b9 = b[bi + 9], b10 = b[bi + 10], b11 = b[bi + 11];
	const w1 = b1 * WRAP, w2 = b2 * WRAP, w3 = b3 * WRAP, w4 = b4 * WRAP, w5 = b5 * WRAP, w6 = b6 * WRAP, w7 = b7 * WRAP, w8 = b8 * WRAP, w9 = b9 * WRAP, w10 = b10 * WRAP, w11 = b11 * WRAP;
	let r0 = a0 * b0 + a1 * w11 + a2 * w10 + a3 * w9 + a4 * w8 + a5 * w7 + a6 * w6 + a7 * w5 + a8 * w4 + a9 * w3 + a10 * w2 + a11 * w1;
	let r1 = a0 * b1 + a1 * b0 + a2 * w11 + a3 * w10 + a4 * w9 + a5 * w8 + a6 * w7 + a7 * w6 + a8 * w5 + a9 * w4 + a10 * w3 + a11 * w2;
	let r2 = a0 * b2 + a1 * b1 + a2 * b0 + a3 * w11 + a4 * w10 + a5 * w9 + a6 * w8 + a7 * w7 + a8 * w6 + a9 * w5 + a10 * w4 + a11 * w3;
	let r3 = a0 * b3 + a1 * b2 + a2 * b1 + a3 * b0 + a4 * w11 + a5 * w10 + a6 * w9 + a7 * w8 + a8 * w7 + a9 * w6 + a10 * w5 + a11 * w4;
	let r4 = a0 * b4 + a1 * b3 + a2 * b2 + a3 * b1 + a4 * b0 + a5 * w11 + a6 * w10 + a7 * w9 + a8 * w8 + a9 * w7 + a10 * w6 + a11 * w5;
	let r5 = a0 * b5 + a1 * b4 + a2 * b3 + a3 * b2 + a4 * b1 + a5 * b0 + a6 * w11 + a7 * w10 + a8 * w9 + a9 * w8 + a10 * w7 + a11 * w6;
	let r6 = a0 * b6 + a1 * b5 + a2 * b4 + a3 * b3 + a4 * b2 + a5 * b1 + a6 * b0 + a7 * w11 + a8 * w10 + a9 * w9 + a10 * w8 + a11 * w7;
	let r7 = a0 * b7 + a1 * b6 + a2 * b5 + a3 * b4 + a4 * b3 + a5 * b2 + a6 * b1 + a7 * b0 + a8 * w11 + a9 * w10 + a10 * w9 + a11 * w8;
	let r8 = a0 * b8 + a1 * b7 + a2 * b6 + a3 * b5 + a4 * b4 + a5 * b3 + a6 * b2 + a7 * b1 + a8 * b0 + a9 * w11 + a10 * w10 + a11 * w9;
	let r9 = a0 * b9 + a1 * b8 + a2 * b7 + a3 * b6 + a4 * b5 + a5 * b4 + a6 * b3 + a7 * b2 + a8 * b1 + a9 * b0 + a10 * w11 + a11 * w10;
	let r10 = a0 * b10 + a1 * b9 + a2 * b8 + a3 * b7 + a4 * b6 + a5 * b5 + a6 * b4 + a7 * b3 + a8 * b2 + a9 * b1 + a10 * b0 + a11 * w11;
	let r11 = a0 * b11 + a1 * b10 + a2 * b9 + a3 * b8 + a4 * b7 + a5 * b6 + a6 * b5 + a7 * b4 + a8 * b3 + a9 * b2 + a10 * b1 + a11 * b0;
	let c = 0;
	c = r0 + M0 - M0; r0 -= c; r1 += c;
	c = r6 + M6 - M6; r6 -= c; r7 += c;
	c = r1 + M1 - M1; r1 -= c; r2 += c;
	c = r7 + M7 - M7; r7 -= c; r8 += c;
	c = r2 + M2 - M2; r2 -= c; r3 += c;
	c = r8 + M8 - M8; r8 -= c; r9 += c;
	c = r3 + M3 - M3; r3 -= c; r4 += c;
	c = r9 + M9 - M9; r9 -= c; r10 += c;
	c = r4 + M4 - M4; r4 -= c; r5 += c;
	c = r10 + M10 - M10; r10 -= c; r11 += c;
	c = r5 + M5 - M5; r5 -= c; r6 += c;
	c = r11 + M11 - M11; r11 -= c; r0 += c * WRAP;
	c = r0 + M0 - M0; r0 -= c; r1 += c;
	c = r6 + M6 - M6; r6 -= c; r7 += c;
	o[oi + 0] = r0; o[oi + 1] = r1; o[oi + 2] = r2; o[oi + 3] = r3;
	o[oi + 4] = r4; o[oi + 5] = r5; o[oi + 6] = r6; o[oi + 7] = r7;
	o[oi + 8] = r8; o[oi + 9] = r9; o[oi + 10] = r10; o[oi + 11] = r11;
}

/**
 * o = a^(2^times). @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai @param {number} [times]
 */
function square(o, oi, a, ai, times = 1) {
	let a0 = a[ai + 0], a1 = a[ai + 1], a2 = a[ai + 2], a3 = a[ai + 3], a4 = a[ai + 4], a5 = a[ai + 5], a6 = a[ai + 6], a7 = a[ai + 7], a8 = a[ai + 8], a9 = a[ai + 9], a10 = a[ai + 10], a11 = a[ai + 11];
	let c = 0;
	for (let i = 0; i < times; i++) {
		const d0 = 2 * a0, d1 = 2 * a1, d2 = 2 * a2, d3 = 2 * a3, d4 = 2 * a4, d5 = 2 * a5, d6 = 2 * a6, d7 = 2 * a7, d8 = 2 * a8, d9 = 2 * a9, d10 = 2 * a10;
		const w6 = a6 * WRAP, w7 = a7 * WRAP, w8 = a8 * WRAP, w9 = a9 * WRAP, w10 = a10 * WRAP, w11 = a11 * WRAP;
		let r0 = a0 * a0 + d1 * w11 + d2 * w10 + d3 * w9 + d4 * w8 + d5 * w7 + a6 * w6;
		let r1 = d0 * a1 + d2 * w11 + d3 * w10 + d4 * w9 + d5 * w8 + d6 * w7;
		let r2 = d0 * a2 + a1 * a1 + d3 * w11 + d4 * w10 + d5 * w9 + d6 * w8 + a7 * w7;
		let r3 = d0 * a3 + d1 * a2 + d4 * w11 + d5 * w10 + d6 * w9 + d7 * w8;
		let r4 = d0 * a4 + d1 * a3 + a2 * a2 + d5 * w11 + d6 * w10 + d7 * w9 + a8 * w8;
		let r5 = d0 * a5 + d1 * a4 + d2 * a3 + d6 * w11 + d7 * w10 + d8 * w9;
		let r6 = d0 * a6 + d1 * a5 + d2 * a4 + a3 * a3 + d7 * w11 + d8 * w10 + a9 * w9;
		let r7 = d0 * a7 + d1 * a6 + d2 * a5 + d3 * a4 + d8 * w11 + d9 * w10;
		let r8 = d0 * a8 + d1 * a7 + d2 * a6 + d3 * a5 + a4 * a4 + d9 * w11 + a10 * w10;
		let r9 = d0 * a9 + d1 * a8 + d2 * a7 + d3 * a6 + d4 * a5 + d10 * w11;
		let r10 = d0 * a10 + d1 * a9 + d2 * a8 + d3 * a7 + d4 * a6 + a5 * a5 + a11 * w11;
		let r11 = d0 * a11 + d1 * a10 + d2 * a9 + d3 * a8 + d4 * a7 + d5 * a6;
		c = r0 + M0 - M0; r0 -= c; r1 += c;
		c = r6 + M6 - M6; r6 -= c; r7 += c;
		c = r1 + M1 - M1; r1 -= c; r2 += c;
		c = r7 + M7 - M7; r7 -= c; r8 += c;
		c = r2 + M2 - M2; r2 -= c; r3 += c;
		c = r8 + M8 - M8; r8 -= c; r9 += c;
		c = r3 + M3 - M3; r3 -= c; r4 += c;
		c = r9 + M9 - M9; r9 -= c; r10 += c;
		c = r4 + M4 - M4; r4 -= c; r5 += c;
		c = r10 + M10 - M10; r10 -= c; r11 += c;
		c = r5 + M5 - M5; r5 -= c; r6 += c;
		c = r11 + M11 - M11; r11 -= c; r0 += c * WRAP;
		c = r0 + M0 - M0; r0 -= c; r1 += c;
		c = r6 + M6 - M6; r6 -= c; r7 += c;
		a0 = r0; a1 = r1; a2 = r2; a3 = r3;
		a4 = r4; a5 = r5; a6 = r6; a7 = r7;
		a8 = r8; a9 = r9; a10 = r10; a11 = r11;
	}
	o[oi + 0] = a0; o[oi + 1] = a1; o[oi + 2] = a2; o[oi + 3] = a3;
	o[oi + 4] = a4; o[oi + 5] = a5; o[oi + 6] = a6; o[oi + 7] = a7;
	o[oi + 8] = a8; o[oi + 9] = a9; o[oi + 10] = a10; o[oi + 11] = a11;
}

/**
 * o = a + b, not carried. @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai @param {Float64Array} b @param {number} bi
 */
function add(o, oi, a, ai, b, bi) {
	o[oi + 0] = a[ai + 0] + b[bi + 0]; o[oi + 1] = a[ai + 1] + b[bi + 1]; o[oi + 2] = a[ai + 2] + b[bi + 2];
	o[oi + 3] = a[ai + 3] + b[bi + 3]; o[oi + 4] = a[ai + 4] + b[bi + 4]; o[oi + 5] = a[ai + 5] + b[bi + 5];
	o[oi + 6] = a[ai + 6] + b[bi + 6]; o[oi + 7] = a[ai + 7] + b[bi + 7]; o[oi + 8] = a[ai + 8] + b[bi + 8];
	o[oi + 9] = a[ai + 9] + b[bi + 9]; o[oi + 10] = a[ai + 10] + b[bi + 10]; o[oi + 11] = a[ai + 11] + b[bi + 11];
}

/**
 * o = a − b, not carried. @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai @param {Float64Array} b @param {number} bi
 */
function subtract(o, oi, a, ai, b, bi) {
	o[oi + 0] = a[ai + 0] - b[bi + 0]; o[oi + 1] = a[ai + 1] - b[bi + 1]; o[oi + 2] = a[ai + 2] - b[bi + 2];
	o[oi + 3] = a[ai + 3] - b[bi + 3]; o[oi + 4] = a[ai + 4] - b[bi + 4]; o[oi + 5] = a[ai + 5] - b[bi + 5];
	o[oi + 6] = a[ai + 6] - b[bi + 6]; o[oi + 7] = a[ai + 7] - b[bi + 7]; o[oi + 8] = a[ai + 8] - b[bi + 8];
	o[oi + 9] = a[ai + 9] - b[bi + 9]; o[oi + 10] = a[ai + 10] - b[bi + 10]; o[oi + 11] = a[ai + 11] - b[bi + 11];
}

/** o = a, carried; a: a sum of at most 16 carried elements. @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai */
function carry(o, oi, a, ai) {
	let r0 = a[ai + 0], r1 = a[ai + 1], r2 = a[ai + 2], r3 = a[ai + 3], r4 = a[ai + 4], r5 = a[ai + 5], r6 = a[ai + 6], r7 = a[ai + 7], r8 = a[ai + 8], r9 = a[ai + 9], r10 = a[ai + 10], r11 = a[ai + 11];
	let c = 0;
	c = r0 + M0 - M0; r0 -= c; r1 += c;
	c = r6 + M6 - M6; r6 -= c; r7 += c;
	c = r1 + M1 - M1; r1 -= c; r2 += c;
	c = r7 + M7 - M7; r7 -= c; r8 += c;
	c = r2 + M2 - M2; r2 -= c; r3 += c;
	c = r8 + M8 - M8; r8 -= c; r9 += c;
	c = r3 + M3 - M3; r3 -= c; r4 += c;
	c = r9 + M9 - M9; r9 -= c; r10 += c;
	c = r4 + M4 - M4; r4 -= c; r5 += c;
	c = r10 + M10 - M10; r10 -= c; r11 += c;
	c = r5 + M5 - M5; r5 -= c; r6 += c;
	c = r11 + M11 - M11; r11 -= c; r0 += c * WRAP;
	c = r0 + M0 - M0; r0 -= c; r1 += c;
	c = r6 + M6 - M6; r6 -= c; r7 += c;
	o[oi + 0] = r0; o[oi + 1] = r1; o[oi + 2] = r2; o[oi + 3] = r3;
	o[oi + 4] = r4; o[oi + 5] = r5; o[oi + 6] = r6; o[oi + 7] = r7;
	o[oi + 8] = r8; o[oi + 9] = r9; o[oi + 10] = r10; o[oi + 11] = r11;
}

const CARRIED = new Float64Array(WIDTH);

/** @param {Float64Array} a @param {number} ai a sum of carried elements @returns {boolean} */
function isZero(a, ai) {
	carry(CARRIED, 0, a, ai);
	return CARRIED.every((limb) => limb === 0);
}

/** Whether a mod p, from 0 to p − 1, is odd. @param {Float64Array} a @param {number} ai a sum of carried elements @returns {boolean} */
function isOdd(a, ai) {
	carry(CARRIED, 0, a, ai);
	/* the top limb that is not 0 has the sign, and a negative element lacks p, which is odd */
	let top = WIDTH - 1;
	while (top > 0 && CARRIED[top] === 0)
		top--;
	const odd = CARRIED[0] % 2 !== 0;
	return CARRIED[top] < 0 ? !odd : odd;
}

/** @param {Float64Array} o @param {number} oi @param {bigint} n 0 … p − 1 */
function setNumber(o, oi, n) {
	for (let i = 0; i < WIDTH; i++)
		o[oi + i] = Number(BigInt.asUintN(EXPONENTS[i + 1] - EXPONENTS[i], n >> BigInt(EXPONENTS[i]))) * 2 ** EXPONENTS[i];
	carry(o, oi, o, oi);
}

/** @param {Float64Array} a @param {number} ai @returns {bigint} 0 … p − 1 */
function toNumber(a, ai) {
	let sum = 0n;
	for (let i = 0; i < WIDTH; i++)
		sum += BigInt(a[ai + i]);
	const rest = sum % P;
	return rest < 0n ? rest + P : rest;
}

/** @param {Float64Array} o @param {number} oi @param {Uint8Array} bytes @param {number} at 32 bytes from here, little-endian, below 2^255 */
function setBytes(o, oi, bytes, at) {
	let held = 0, bits = 0, next = at;
	for (let i = 0; i < WIDTH; i++) {
		const size = EXPONENTS[i + 1] - EXPONENTS[i];
		for (; bits < size; bits += 8)
			held |= bytes[next++] << bits;
		o[oi + i] = (held & ((1 << size) - 1)) * 2 ** EXPONENTS[i];
		held >>>= size;
		bits -= size;
	}
	carry(o, oi, o, oi);
}

/** o = a or b, by a secret bit, without a branch. @param {Float64Array} o @param {number} oi @param {Float64Array} a @param {number} ai @param {Float64Array} b @param {number} bi @param {number} bit 1: b */
function choose(o, oi, a, ai, b, bi, bit) {
	for (let i = 0; i < WIDTH; i++)
		o[oi + i] = a[ai + i] * (1 - bit) + b[bi + i] * bit;
}

/** @type {Field} */
export const limbs = {
	name: 'limbs', width: WIDTH, allocate: (n) => new Float64Array(WIDTH * n),
	multiply, square, add, subtract, carry, isZero, isOdd, setNumber, toNumber, setBytes, choose,
};
