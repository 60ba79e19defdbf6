// SPDX-License-Identifier: AGPL-3.0-or-later
// group/ristretto.js: ristretto255 encodings of points of the curve (RFC 9496 §4.3), and points of bytes drawn evenly (§4.3.4), in variable time: for public data

import { fromNumber } from '../base/bytes.js';
import { D, P, power } from './curve.js';

/** @typedef {import('./curve.js').Curve} Curve */
/** @typedef {import('./field.js').Elements} Elements */

const SQRT_M1 = power(2n, (P - 1n) / 4n);
/** 1/√(a − d), the root that RFC 9496 takes. */
const INVSQRT_A_MINUS_D = 54469307008909316920995813868745141605393597292927456921205312896311721017578n;

/** √(a·d − 1), likewise. */
const SQRT_AD_MINUS_ONE = 25063068953384623474111414158702152701244531502492656460079210482610430750235n;

/** Whether 32 bytes are a number below p that is even: the only ones that may encode a point. @param {Uint8Array} bytes @param {number} at */
function isEvenBelowP(bytes, at) {
	if (bytes[at] & 1 || bytes[at + 31] > 0x7f)
		return false;
	if (bytes[at + 31] < 0x7f || bytes[at] < 0xed)
		return true;
	for (let i = 1; i < 31; i++)
		if (bytes[at + i] !== 0xff)
			return true;
	return false;
}

export class Ristretto {
	/** @param {Curve} curve */
	constructor(curve) {
		this.curve = curve;
		this.field = curve.field;
		this.temp = this.field.allocate(11);
		/* 0, 1, √−1, d, 1/√(a − d), −1, −√−1; of the map: 1 − d², (d − 1)², √(a·d − 1) */
		const constants = [0n, 1n, SQRT_M1, D, INVSQRT_A_MINUS_D, P - 1n, P - SQRT_M1, P + 1n - ((D * D) % P), ((D - 1n) * (D - 1n)) % P, SQRT_AD_MINUS_ONE];
		this.constants = this.field.allocate(constants.length);
		constants.forEach((n, i) => this.field.setNumber(this.constants, i * this.field.width, n));
	}

	/** o = a^((p − 5)/8), o not being a; uses two temporaries. @param {Elements} t @param {number} o @param {number} a @param {number} t1 @param {number} t2 */
	power(t, o, a, t1, t2) {
		const f = this.field;
		/** o and t1 hold a^(2^n − 1) for growing n. @param {number} to @param {number} from @param {number} times @param {number} by */
		const step = (to, from, times, by) => {
			f.square(t, t2, t, from, times);
			f.multiply(t, to, t, t2, t, by);
		};
		f.square(t, o, t, a);
		step(t1, o, 2, a); /* a^9 */
		f.multiply(t, o, t, o, t, t1); /* a^11 */
		step(o, o, 1, t1); /* 5 */
		step(o, o, 5, o); /* 10 */
		step(t1, o, 10, o); /* 20 */
		step(t1, t1, 20, t1); /* 40 */
		step(o, t1, 10, o); /* 50 */
		step(t1, o, 50, o); /* 100 */
		step(t1, t1, 100, t1); /* 200 */
		step(o, t1, 50, o); /* 250 */
		step(o, o, 2, a); /* 2^252 − 3 */
	}

	/** o = |1/√v|, or |√(√−1/v)|. @param {Elements} t @param {number} o @param {number} v @param {readonly number[]} free five temporaries @returns {boolean} whether v is a square */
	invertSquareRoot(t, o, v, [v3, v7, root, t1, t2]) {
		const { field: f, constants: k } = this, w = f.width;
		f.square(t, t1, t, v);
		f.multiply(t, v3, t, t1, t, v);
		f.square(t, t1, t, v3);
		f.multiply(t, v7, t, t1, t, v);
		this.power(t, root, v7, t1, t2);
		f.multiply(t, o, t, root, t, v3);
		f.square(t, t1, t, o);
		f.multiply(t, t1, t, t1, t, v);
		const is = (/** @type {number} */ constant) => {
			f.subtract(t, t2, t, t1, k, constant * w);
			return f.isZero(t, t2);
		};
		const right = is(1), flipped = !right && is(5), flippedToo = !right && !flipped && is(6);
		if (flipped || flippedToo)
			f.multiply(t, o, t, o, k, 2 * w);
		this.makeEven(t, o);
		return right || flipped;
	}

	/** a becomes |a|. @param {Elements} t @param {number} a */
	makeEven(t, a) {
		if (this.field.isOdd(t, a))
			this.field.subtract(t, a, this.constants, 0, t, a);
	}

	/**
	 * @param {Elements} o @param {number} oi where the point goes, with Z = 1 @param {Uint8Array} bytes @param {number} at
	 * @returns {boolean} false: not a canonical encoding, or the identity
	 */
	decode(o, oi, bytes, at) {
		if (!isEvenBelowP(bytes, at))
			return false;
		const { field: f, temp: t, constants: k } = this, w = f.width;
		const [s, u1, u2, v, I, x] = [0, w, 2 * w, 3 * w, 4 * w, 5 * w];
		const free = [6 * w, 7 * w, 8 * w, 9 * w, 10 * w], [a, b] = free;
		f.setBytes(t, s, bytes, at);
		f.square(t, a, t, s);
		f.subtract(t, u1, k, w, t, a);
		f.add(t, u2, k, w, t, a);
		f.square(t, a, t, u1);
		f.multiply(t, a, t, a, k, 3 * w);
		f.square(t, b, t, u2);
		f.add(t, v, t, a, t, b);
		f.subtract(t, v, k, 0, t, v);
		f.multiply(t, x, t, v, t, b);
		if (!this.invertSquareRoot(t, I, x, free))
			return false;
		f.multiply(t, a, t, I, t, u2); /* Dx */
		f.multiply(t, b, t, I, t, a);
		f.multiply(t, b, t, b, t, v); /* Dy */
		f.add(t, s, t, s, t, s);
		f.multiply(t, x, t, s, t, a);
		this.makeEven(t, x);
		f.subtract(o, oi, t, x, k, 0);
		f.multiply(o, oi + w, t, u1, t, b);
		f.add(o, oi + 2 * w, k, w, k, 0);
		f.multiply(o, oi + 3 * w, o, oi, o, oi + w);
		/* s = 0 is the identity */
		return !f.isOdd(o, oi + 3 * w) && !f.isZero(o, oi + w) && !f.isZero(t, s);
	}

	/** MAP: the point of an element, not one of its own. @param {Elements} o @param {number} oi @param {Uint8Array} bytes @param {number} at 32 of them, their last bit being overlooked */
	map(o, oi, bytes, at) {
		const { field: f, temp: t, constants: k } = this, w = f.width;
		const [r0, r, u, v, s, x] = [0, w, 2 * w, 3 * w, 4 * w, 5 * w];
		const free = [6 * w, 7 * w, 8 * w, 9 * w, 10 * w], [a, b, c, d] = free;
		const low = bytes.slice(at, at + 32);
		low[31] &= 0x7f;
		f.setBytes(t, r0, low, 0);
		f.square(t, a, t, r0);
		f.multiply(t, r, t, a, k, 2 * w);
		f.add(t, a, t, r, k, w);
		f.multiply(t, u, t, a, k, 7 * w);
		f.multiply(t, a, t, r, k, 3 * w);
		f.subtract(t, a, k, 5 * w, t, a);
		f.add(t, b, t, r, k, 3 * w);
		f.multiply(t, v, t, a, t, b);
		f.multiply(t, x, t, u, t, v);
		const isSquare = this.invertSquareRoot(t, s, x, free); /* then √(u/v) = u/√(u·v) */
		f.multiply(t, s, t, s, t, u);
		this.makeEven(t, s);
		f.subtract(t, a, t, r, k, w);
		f.multiply(t, b, t, a, k, 8 * w);
		if (isSquare)
			f.subtract(t, b, k, 0, t, b); /* c = −1 */
		else {
			f.multiply(t, s, t, s, t, r0);
			this.makeEven(t, s);
			f.subtract(t, s, k, 0, t, s);
			f.multiply(t, b, t, b, t, r); /* c = r */
		}
		f.subtract(t, b, t, b, t, v); /* N */
		f.add(t, a, t, s, t, s);
		f.multiply(t, a, t, a, t, v); /* w0 */
		f.multiply(t, b, t, b, k, 9 * w); /* w1 */
		f.square(t, s, t, s);
		f.subtract(t, c, k, w, t, s); /* w2 */
		f.add(t, d, k, w, t, s); /* w3 */
		f.multiply(o, oi, t, a, t, d);
		f.multiply(o, oi + w, t, c, t, b);
		f.multiply(o, oi + 2 * w, t, b, t, d);
		f.multiply(o, oi + 3 * w, t, a, t, c);
	}

	/** @param {Elements} p @param {number} pi @returns {Uint8Array} 32 bytes */
	encode(p, pi) {
		const { field: f, temp: t, constants: k } = this, w = f.width;
		const [X, Y, Z, T] = [pi, pi + w, pi + 2 * w, pi + 3 * w];
		const [u1, u2, I, zInv, D1, D2] = [0, w, 2 * w, 3 * w, 4 * w, 5 * w];
		const free = [6 * w, 7 * w, 8 * w, 9 * w, 10 * w], [a, b, c] = free;
		f.add(t, a, p, Z, p, Y);
		f.subtract(t, b, p, Z, p, Y);
		f.multiply(t, u1, t, a, t, b);
		f.multiply(t, u2, p, X, p, Y);
		f.square(t, D1, t, u2);
		f.multiply(t, D1, t, D1, t, u1);
		this.invertSquareRoot(t, I, D1, free);
		f.multiply(t, D1, t, I, t, u1);
		f.multiply(t, D2, t, I, t, u2);
		f.multiply(t, a, t, D1, t, D2);
		f.multiply(t, zInv, t, a, p, T);
		f.multiply(t, a, p, T, t, zInv);
		const turned = f.isOdd(t, a), root = turned ? 2 * w : w;
		f.multiply(t, a, p, turned ? Y : X, k, root); /* x */
		f.multiply(t, b, p, turned ? X : Y, k, root); /* y */
		if (turned)
			f.multiply(t, D2, t, D1, k, 4 * w);
		f.multiply(t, c, t, a, t, zInv);
		if (f.isOdd(t, c))
			f.subtract(t, b, k, 0, t, b);
		f.subtract(t, b, p, Z, t, b);
		f.multiply(t, b, t, b, t, D2);
		this.makeEven(t, b);
		return fromNumber(f.toNumber(t, b), 32);
	}
}
