// SPDX-License-Identifier: AGPL-3.0-or-later
// proof/ring_coefficients.js: what each key of a ring is multiplied by, summed over many proofs (spec/protocol.md §3, The verifier)

import { L, mod } from '../group/scalar.js';
import { digit } from './ring_form.js';

const LOW_DIGITS = 3;
const SLOT = 576n; /* bits: a product of two scalars has 506, the rest is room for 2^70 sums */

/** first · Π_j rows[j][k_j] for k = 0 … count − 1. @param {bigint[][]} rows four each, lowest digit first @param {bigint} first @param {number} count @returns {bigint[]} */
function products(rows, first, count) {
	let list = [first];
	for (let j = rows.length - 1; j >= 0; j--) {
		const wanted = Math.ceil(count / 4 ** j);
		/** @type {bigint[]} */
		const next = [];
		for (let k = 0; k < wanted; k++)
			next.push((list[k >> 2] * rows[j][k & 3]) % L);
		list = next;
	}
	return list;
}

/** Σ values[i]·2^(SLOT·i). @param {bigint[]} values a power of two of them @returns {bigint} */
function pack(values) {
	let list = values, width = SLOT;
	while (list.length > 1) {
		const pairs = [];
		for (let i = 0; i < list.length; i += 2)
			pairs.push(list[i] | (list[i + 1] << width));
		list = pairs;
		width *= 2n;
	}
	return list[0];
}

/**
 * Σ_s w_s Π_j f^(s)_{j,k_j} for each key k. The products over the low digits of a proof are packed into one long integer: one
 * multiplication of it then serves 64 keys, and nothing is reduced before the end. Public data; variable time.
 */
export class KeyCoefficients {
	/** @param {number} n keys @param {number} m digits */
	constructor(n, m) {
		this.n = n;
		this.m = m;
		this.low = Math.min(m, LOW_DIGITS);
		/** @type {bigint[]} one for each 4^low keys */
		this.sums = new Array(Math.ceil(n / 4 ** this.low)).fill(0n);
		this.tail = 0n;
	}

	/** One proof more. @param {bigint[][]} f m rows of four, f_{j,0} too @param {bigint} xi @param {bigint} weight */
	add(f, xi, weight) {
		const packed = pack(products(f.slice(0, this.low), 1n, 4 ** this.low));
		const high = products(f.slice(this.low), weight, this.sums.length);
		for (let i = 0; i < this.sums.length; i++)
			this.sums[i] += high[i] * packed;
		this.tail += weight * padding(f, xi, this.n);
	}

	/** @returns {bigint[]} n scalars */
	finish() {
		const width = 4 ** this.low, out = new Array(this.n);
		for (let i = 0; i < this.sums.length; i++)
			for (let rest = this.sums[i], k = i * width; k < Math.min((i + 1) * width, this.n); k++) {
				out[k] = BigInt.asUintN(Number(SLOT), rest) % L;
				rest >>= SLOT;
			}
		out[this.n - 1] = mod(out[this.n - 1] + this.tail);
		return out;
	}
}

/** What all positions past the last key add to it: nothing is enumerated. @param {bigint[][]} f @param {bigint} xi @param {number} n @returns {bigint} */
function padding(f, xi, n) {
	const powers = [1n];
	for (let j = 1; j < f.length; j++)
		powers.push(mod(powers[j - 1] * xi));
	let sum = 0n, above = 1n;
	for (let j = f.length - 1; j >= 0; j--) {
		const d = digit(n - 1, j);
		for (let i = d + 1; i < 4; i++)
			sum = mod(sum + ((powers[j] * f[j][i]) % L) * above);
		above = (above * f[j][d]) % L;
	}
	return sum;
}
