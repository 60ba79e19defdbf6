// SPDX-License-Identifier: AGPL-3.0-or-later
// group/curve.js: the twisted Edwards curve −x² + y² = 1 + d·x²·y² over either field: additions and doublings in rows of elements
//
// Formulas of Hisil, Wong, Carter and Dawson (2008), complete for a = −1. A point takes four elements X, Y, Z, T with x = X/Z,
// y = Y/Z, T = XY/Z. An addend is what is added often: Y + X, Y − X, 2d·T, and 2Z ("cached"), or without 2Z for Z = 1 ("flat").

/** @typedef {import('./field.js').Field} Field */
/** @typedef {import('./field.js').Elements} Elements */

export const P = 2n ** 255n - 19n;

/** @param {bigint} n @param {bigint} power @returns {bigint} n^power mod p */
export function power(n, power) {
	let out = 1n;
	for (let base = n, rest = power; rest > 0n; rest >>= 1n, base = (base * base) % P)
		if (rest & 1n)
			out = (out * base) % P;
	return out;
}

export const D = (((P - 121665n) * power(121666n, P - 2n)) % P);

export class Curve {
	/** @param {Field} field */
	constructor(field) {
		this.field = field;
		/** @type {number} elements of a point, or of a cached addend, in the units of rows */
		this.pointWidth = 4 * field.width;
		/** @type {number} of a flat addend */
		this.flatWidth = 3 * field.width;
		this.temp = field.allocate(8);
		this.constants = field.allocate(3);
		field.setNumber(this.constants, 0, (2n * D) % P);
		field.setNumber(this.constants, field.width, 1n);
	}

	/** Rows for n points. @param {number} n @returns {Elements} */
	allocate(n) {
		return this.field.allocate(4 * n);
	}

	/** @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi */
	copy(o, oi, p, pi) {
		for (let i = 0; i < this.pointWidth; i++)
			o[oi + i] = p[pi + i];
	}

	/** @param {Elements} o @param {number} oi */
	setIdentity(o, oi) {
		const { field, constants } = this, w = field.width;
		for (let i = 0; i < 4; i++)
			for (let k = 0; k < w; k++)
				o[oi + i * w + k] = constants[(i === 1 || i === 2 ? w : 2 * w) + k];
	}

	/** o = −p. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi */
	negate(o, oi, p, pi) {
		const { field, constants } = this, w = field.width;
		this.copy(o, oi, p, pi);
		field.subtract(o, oi, constants, 2 * w, p, pi);
		field.subtract(o, oi + 3 * w, constants, 2 * w, p, pi + 3 * w);
	}

	/** o = 2p; T only where asked: a doubling does not read it. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi @param {boolean} withT */
	double(o, oi, p, pi, withT) {
		const { field: f, temp: t } = this, w = f.width;
		const E = 0, F = w, G = 2 * w, H = 3 * w, A = 4 * w, B = 5 * w, C = 6 * w;
		f.square(t, A, p, pi);
		f.square(t, B, p, pi + w);
		f.square(t, C, p, pi + 2 * w);
		f.add(t, E, p, pi, p, pi + w);
		f.square(t, E, t, E);
		f.add(t, H, t, A, t, B);
		f.subtract(t, E, t, H, t, E); /* the signs of E, F, G, H are all turned: the products stay */
		f.subtract(t, G, t, A, t, B);
		f.add(t, F, t, C, t, C);
		f.add(t, F, t, F, t, G);
		f.multiply(o, oi, t, F, t, E);
		f.multiply(o, oi + w, t, G, t, H);
		f.multiply(o, oi + 2 * w, t, F, t, G);
		if (withT)
			f.multiply(o, oi + 3 * w, t, E, t, H);
	}

	/** What the two kinds of addition share: from A, B, C, D. @param {Elements} o @param {number} oi @param {boolean} withT */
	finish(o, oi, withT) {
		const { field: f, temp: t } = this, w = f.width;
		const E = 0, F = w, G = 2 * w, H = 3 * w, A = 4 * w, B = 5 * w, C = 6 * w, D2 = 7 * w;
		f.subtract(t, E, t, B, t, A);
		f.add(t, H, t, B, t, A);
		f.subtract(t, F, t, D2, t, C);
		f.add(t, G, t, D2, t, C);
		f.multiply(o, oi, t, E, t, F);
		f.multiply(o, oi + w, t, G, t, H);
		f.multiply(o, oi + 2 * w, t, F, t, G);
		if (withT)
			f.multiply(o, oi + 3 * w, t, E, t, H);
	}

	/** A, B, C of an addition; subtracting swaps the addend's first two and turns C. @param {Elements} p @param {number} pi @param {Elements} q @param {number} qi @param {boolean} minus */
	begin(p, pi, q, qi, minus) {
		const { field: f, temp: t } = this, w = f.width;
		const A = 4 * w, B = 5 * w, C = 6 * w;
		f.subtract(t, A, p, pi + w, p, pi);
		f.add(t, B, p, pi + w, p, pi);
		f.multiply(t, A, t, A, q, minus ? qi : qi + w);
		f.multiply(t, B, t, B, q, minus ? qi + w : qi);
		f.multiply(t, C, p, pi + 3 * w, q, qi + 2 * w);
		if (minus)
			f.subtract(t, C, this.constants, 2 * w, t, C);
	}

	/** o = p ± a flat addend. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi @param {Elements} q @param {number} qi @param {boolean} minus */
	addFlat(o, oi, p, pi, q, qi, minus) {
		const { field: f, temp: t } = this, w = f.width;
		this.begin(p, pi, q, qi, minus);
		f.add(t, 7 * w, p, pi + 2 * w, p, pi + 2 * w);
		this.finish(o, oi, true);
	}

	/** o = p ± a cached addend. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi @param {Elements} q @param {number} qi @param {boolean} minus @param {boolean} [withT] */
	addCached(o, oi, p, pi, q, qi, minus, withT = true) {
		const { field: f, temp: t } = this, w = f.width;
		this.begin(p, pi, q, qi, minus);
		f.multiply(t, 7 * w, p, pi + 2 * w, q, qi + 3 * w);
		this.finish(o, oi, withT);
	}

	/** The flat addend of a point with Z = 1. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi */
	setFlat(o, oi, p, pi) {
		const { field: f, constants } = this, w = f.width;
		f.add(o, oi, p, pi + w, p, pi);
		f.subtract(o, oi + w, p, pi + w, p, pi);
		f.multiply(o, oi + 2 * w, p, pi + 3 * w, constants, 0);
	}

	/** The cached addend of a point. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi */
	setCached(o, oi, p, pi) {
		const w = this.field.width;
		this.setFlat(o, oi, p, pi);
		this.field.add(o, oi + 3 * w, p, pi + 2 * w, p, pi + 2 * w);
	}

	/** o = p + q. @param {Elements} o @param {number} oi @param {Elements} p @param {number} pi @param {Elements} q @param {number} qi @param {boolean} [minus] */
	add(o, oi, p, pi, q, qi, minus = false) {
		const addend = this.field.allocate(4);
		this.setCached(addend, 0, q, qi);
		this.addCached(o, oi, p, pi, addend, 0, minus);
	}
}
