// SPDX-License-Identifier: AGPL-3.0-or-later
// group/group.js: ristretto255 over a given field: everything that point.js and msm.js offer; the tests make one over each field

import { createCurve } from './curve_big.js';
import { Edwards } from './edwards.js';
import { Ristretto } from './ristretto.js';
import { Sums } from './sums.js';

/** @typedef {import('./field.js').Field} Field */
/** @typedef {import('./field.js').Elements} Elements */
/** @typedef {import('./edwards.js').EdwardsPoint} EdwardsPoint */
/** @typedef {import('../base/refusal.js').Progress} Progress */

const STRAUS_MOST = 64; /* points; above it buckets are quicker */
const BUCKETS_MOST = 1 << 16; /* points at a time: some 20 MB of addends */
const TOLD_EVERY = 32;

/** An element: one of the points of the curve that stand for it. Immutable. */
export class Point {
	/** @param {Elements} row @param {number} at @param {boolean} flat Z = 1 */
	constructor(row, at, flat) {
		this.row = row;
		this.at = at;
		this.flat = flat;
		Object.freeze(this);
	}
}

export class Group {
	/** @param {Field} field @param {number} [bucketsMost] */
	constructor(field, bucketsMost = BUCKETS_MOST) {
		this.field = field;
		this.bucketsMost = bucketsMost;
		this.curve = createCurve(field);
		this.ristretto = new Ristretto(this.curve);
		this.sums = new Sums(this.curve);
		this.identity = this.make((o) => this.curve.setIdentity(o, 0), true);
		this.base = this.fromLibrary(Edwards.BASE);
	}

	/** @param {(o: Elements) => void} write @param {boolean} [flat] @returns {Point} */
	make(write, flat = false) {
		const row = this.curve.allocate(1);
		write(row);
		return new Point(row, 0, flat);
	}

	/** @param {Uint8Array} bytes @returns {Point[] | number} see point.js */
	decodePoints(bytes, /** @type {Progress | undefined} */ progress = undefined) {
		const n = bytes.length / 32, size = this.curve.pointWidth;
		if (!Number.isInteger(n))
			throw new Error('points have 32 bytes each');
		const row = this.curve.allocate(n), points = [];
		for (let i = 0; i < n; i++) {
			if (!this.ristretto.decode(row, i * size, bytes, 32 * i))
				return i;
			points.push(new Point(row, i * size, true));
			if (i % TOLD_EVERY === TOLD_EVERY - 1 || i === n - 1)
				progress?.(i + 1, n);
		}
		return points;
	}

	/** @param {Uint8Array} bytes @returns {Point | null} */
	decodePoint(bytes) {
		const row = this.curve.allocate(1);
		return bytes.length === 32 && this.ristretto.decode(row, 0, bytes, 0) ? new Point(row, 0, true) : null;
	}

	/** RFC 9496 §4.3.4, variable time. @param {Uint8Array} bytes 64, drawn evenly @returns {Point} */
	derivePoint(bytes) {
		const [p, q] = [0, 32].map((at) => this.make((o) => this.ristretto.map(o, 0, bytes, at)));
		return this.add(p, q);
	}

	/** @param {Point} p */
	encodePoint(p) {
		return this.ristretto.encode(p.row, p.at);
	}

	/** @param {Point} p @param {Point} q */
	add(p, q) {
		return this.make((o) => this.curve.add(o, 0, p.row, p.at, q.row, q.at));
	}

	/** @param {Point} p @param {Point} q */
	subtract(p, q) {
		return this.make((o) => this.curve.add(o, 0, p.row, p.at, q.row, q.at, true));
	}

	/** @param {Point} p */
	negate(p) {
		return this.make((o) => this.curve.negate(o, 0, p.row, p.at), p.flat);
	}

	/** x1·y2 = y1·x2, or y1·y2 = x1·x2 (RFC 9496 §4.3.3). @param {Point} p @param {Point} q */
	isEqual(p, q) {
		const { field: f } = this, w = f.width, t = f.allocate(2);
		const same = (/** @type {number} */ first, /** @type {number} */ second) => {
			f.multiply(t, 0, p.row, p.at + first, q.row, q.at + w);
			f.multiply(t, w, p.row, p.at + second, q.row, q.at);
			f.subtract(t, 0, t, 0, t, w);
			return f.isZero(t, 0);
		};
		return same(0, w) || same(w, 0);
	}

	/** @param {Point} p */
	isIdentity(p) {
		return this.field.isZero(p.row, p.at) || this.field.isZero(p.row, p.at + this.field.width);
	}

	/** @param {Point} p @returns {EdwardsPoint} */
	toLibrary(p) {
		const [X, Y, Z, T] = [0, 1, 2, 3].map((i) => this.field.toNumber(p.row, p.at + i * this.field.width));
		return new Edwards(X, Y, Z, T);
	}

	/** @param {EdwardsPoint} p @returns {Point} */
	fromLibrary(p) {
		return this.make((o) => [p.X, p.Y, p.Z, p.T].forEach((n, i) => this.field.setNumber(o, i * this.field.width, n)), p.Z === 1n);
	}

	/** @param {Point} p @param {bigint} n */
	secretMultiply(p, n) {
		if (n === 0n)
			return this.identity;
		return this.fromLibrary((p === this.base ? Edwards.BASE : this.toLibrary(p)).multiply(n));
	}

	/** With Z = 1. @param {Point} p @returns {Point} */
	flatten(p) {
		if (p.flat)
			return p;
		const { x, y } = this.toLibrary(p).toAffine();
		return this.fromLibrary(Edwards.fromAffine({ x, y }));
	}

	/** @param {readonly Point[]} points @param {readonly bigint[]} scalars @param {Progress} [progress] @returns {Point} */
	multiScalar(points, scalars, progress) {
		if (points.length !== scalars.length)
			throw new Error('as many scalars as points');
		if (points.length === 0)
			return this.identity;
		if (points.length <= STRAUS_MOST)
			return this.make((o) => this.sums.straus(points, scalars, o, progress));
		let sum = this.identity;
		for (let start = 0; start < points.length; start += this.bucketsMost) {
			const some = points.slice(start, start + this.bucketsMost).map((p) => this.flatten(p));
			const told = progress && ((/** @type {number} */ done, /** @type {number} */ total) => progress(start + Math.round((some.length * done) / total), points.length));
			const part = this.make((o) => this.sums.pippenger(some, scalars.slice(start, start + this.bucketsMost), o, told));
			sum = start === 0 ? part : this.add(sum, part);
		}
		return sum;
	}

	/** @param {readonly Point[]} points @param {readonly bigint[]} scalars @param {Progress} [progress] @returns {Point[]} */
	secretSums(points, scalars, progress) {
		const n = points.length / scalars.length, size = this.curve.pointWidth;
		if (!Number.isInteger(n))
			throw new Error('as many points in each tuple as scalars');
		const row = this.curve.allocate(n);
		this.sums.straus(points, scalars, row, progress);
		return Array.from({ length: n }, (_, i) => new Point(row, i * size, false));
	}

	/** @param {readonly Point[]} points @param {number} index */
	secretSelect(points, index) {
		const { field } = this;
		return this.make((o) => {
			points.forEach((point, i) => {
				const bit = ((index ^ i) - 1) >>> 31;
				for (let k = 0; k < 4; k++)
					field.choose(o, k * field.width, o, k * field.width, point.row, point.at + k * field.width, bit);
			});
		});
	}
}
