// SPDX-License-Identifier: AGPL-3.0-or-later
// group/sums.js: sums of many multiples: Pippenger's buckets for many points, Straus' common doublings for few

import { digitCount, signedDigits } from './digits.js';

/** @typedef {import('./curve.js').Curve} Curve */
/** @typedef {import('./field.js').Elements} Elements */
/** @typedef {import('../base/refusal.js').Progress} Progress */
/** @typedef {{ row: Elements, at: number }} Place a point in a row */

const STRAUS_BITS = 4;
const STRAUS_HALF = 1 << (STRAUS_BITS - 1);

/** The window that costs least for so many points. @param {number} n */
function bestBits(n) {
	let best = 2, least = Infinity;
	for (let c = 2; c < 15; c++) {
		const cost = digitCount(c) * (7 * n + 18 * 2 ** (c - 1));
		if (cost < least)
			[best, least] = [c, cost];
	}
	return best;
}

export class Sums {
	/** @param {Curve} curve */
	constructor(curve) {
		this.curve = curve;
		this.addend = curve.allocate(1);
	}

	/** The cached addends of −8p … 8p, in this order. @param {Elements} table @param {number} at @param {Place} p */
	fillTable(table, at, p) {
		const { curve } = this, { field } = curve, w = field.width, size = curve.pointWidth;
		const multiple = curve.allocate(1), middle = at + STRAUS_HALF * size;
		curve.setIdentity(multiple, 0);
		curve.setCached(table, middle, multiple, 0);
		for (let i = 1; i <= STRAUS_HALF; i++) {
			if (i === 1)
				curve.copy(multiple, 0, p.row, p.at);
			else
				curve.addCached(multiple, 0, multiple, 0, table, middle + size, false);
			const plus = middle + i * size, minus = middle - i * size;
			curve.setCached(table, plus, multiple, 0);
			curve.copy(table, minus, table, plus);
			field.add(table, minus, table, plus + w, curve.constants, 2 * w);
			field.add(table, minus + w, table, plus, curve.constants, 2 * w);
			field.subtract(table, minus + 2 * w, curve.constants, 2 * w, table, plus + 2 * w);
		}
	}

	/**
	 * For each run of k points Σ scalars[i]·point i. The same operations in the same order whatever the scalars; which entries
	 * of the tables are read does depend on them.
	 * @param {readonly Place[]} points @param {readonly bigint[]} scalars k @param {Elements} o where the sums go, one after the other @param {Progress} [progress]
	 */
	straus(points, scalars, o, progress) {
		const { curve } = this, size = curve.pointWidth, k = scalars.length, count = digitCount(STRAUS_BITS);
		const digits = signedDigits(scalars, STRAUS_BITS), entries = 2 * STRAUS_HALF + 1;
		const tables = curve.allocate(k * entries), sum = curve.allocate(1);
		for (let start = 0, oi = 0; start < points.length; start += k, oi += size) {
			for (let i = 0; i < k; i++)
				this.fillTable(tables, i * entries * size, points[start + i]);
			curve.setIdentity(sum, 0);
			for (let window = count - 1; window >= 0; window--) {
				for (let i = 0; i < STRAUS_BITS; i++)
					curve.double(sum, 0, sum, 0, i === STRAUS_BITS - 1);
				for (let i = 0; i < k; i++) {
					const entry = i * entries + STRAUS_HALF + digits[i * count + window];
					curve.addCached(sum, 0, sum, 0, tables, entry * size, false, i < k - 1 || window === 0);
				}
			}
			curve.copy(o, oi, sum, 0);
			progress?.(start + k, points.length);
		}
	}

	/** o = Σ buckets[b]·(b + 1). @param {Elements} o @param {Elements} buckets @param {Uint8Array} used */
	sumBuckets(o, buckets, used) {
		const { curve, addend } = this, size = curve.pointWidth, running = curve.allocate(1);
		curve.setIdentity(o, 0);
		curve.setIdentity(running, 0);
		let empty = true;
		for (let b = used.length - 1; b >= 0; b--) {
			if (used[b]) {
				curve.setCached(addend, 0, buckets, b * size);
				curve.addCached(running, 0, running, 0, addend, 0, false);
				empty = false;
			}
			if (!empty) {
				curve.setCached(addend, 0, running, 0);
				curve.addCached(o, 0, o, 0, addend, 0, false);
			}
		}
	}

	/**
	 * o = Σ scalars[i]·points[i]. Variable time.
	 * @param {readonly Place[]} points with Z = 1 @param {readonly bigint[]} scalars @param {Elements} o @param {Progress} [progress]
	 */
	pippenger(points, scalars, o, progress) {
		const { curve } = this, n = points.length, size = curve.pointWidth, flat = curve.flatWidth;
		const bits = bestBits(n), count = digitCount(bits), half = 2 ** (bits - 1);
		const digits = signedDigits(scalars, bits), used = new Uint8Array(half);
		const addends = curve.field.allocate(3 * n), buckets = curve.allocate(half), sum = curve.allocate(1);
		points.forEach(({ row, at }, i) => curve.setFlat(addends, i * flat, row, at));
		curve.setIdentity(o, 0);
		for (let window = count - 1; window >= 0; window--) {
			used.fill(0);
			for (let i = 0; i < n; i++) {
				const digit = digits[i * count + window];
				if (digit === 0)
					continue;
				const bucket = Math.abs(digit) - 1, bi = bucket * size;
				if (used[bucket]) {
					curve.addFlat(buckets, bi, buckets, bi, addends, i * flat, digit < 0);
				} else {
					used[bucket] = 1;
					(digit < 0 ? curve.negate : curve.copy).call(curve, buckets, bi, points[i].row, points[i].at);
				}
			}
			for (let i = 0; i < bits; i++)
				curve.double(o, 0, o, 0, i === bits - 1);
			this.sumBuckets(sum, buckets, used);
			curve.add(o, 0, o, 0, sum, 0);
			progress?.(count - window, count);
		}
	}
}
