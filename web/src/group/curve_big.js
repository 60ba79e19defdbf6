// SPDX-License-Identifier: AGPL-3.0-or-later
// group/curve_big.js: the curve's formulas once more for big integers, without rows between: where scripts are not compiled, calls and rows cost as much as the arithmetic

import { Curve } from './curve.js';
import { big, fold } from './field_big.js';

/** @typedef {import('./field.js').Field} Field */

/**
 * The letters of curve.js. @param {bigint[]} o @param {number} oi @param {bigint} A @param {bigint} B @param {bigint} C @param {bigint} D @param {boolean} withT
 */
function finish(o, oi, A, B, C, D, withT) {
	const E = B - A, F = D - C, G = D + C, H = B + A;
	o[oi] = fold(E * F);
	o[oi + 1] = fold(G * H);
	o[oi + 2] = fold(F * G);
	if (withT)
		o[oi + 3] = fold(E * H);
}

export class BigCurve extends Curve {
	constructor() {
		super(big);
	}

	/** @override @param {bigint[]} o @param {number} oi @param {bigint[]} p @param {number} pi @param {boolean} withT */
	double(o, oi, p, pi, withT) {
		const X = p[pi], Y = p[pi + 1], Z = p[pi + 2], S = X + Y;
		const A = fold(X * X), B = fold(Y * Y), E = A + B - fold(S * S), G = A - B, F = 2n * fold(Z * Z) + G;
		o[oi] = fold(E * F);
		o[oi + 1] = fold(G * (A + B));
		o[oi + 2] = fold(F * G);
		if (withT)
			o[oi + 3] = fold(E * (A + B));
	}

	/** @override @param {bigint[]} o @param {number} oi @param {bigint[]} p @param {number} pi @param {bigint[]} q @param {number} qi @param {boolean} minus */
	addFlat(o, oi, p, pi, q, qi, minus) {
		const X = p[pi], Y = p[pi + 1], C = fold(p[pi + 3] * q[qi + 2]);
		finish(o, oi, fold((Y - X) * q[minus ? qi : qi + 1]), fold((Y + X) * q[minus ? qi + 1 : qi]), minus ? -C : C, 2n * p[pi + 2], true);
	}

	/** @override @param {bigint[]} o @param {number} oi @param {bigint[]} p @param {number} pi @param {bigint[]} q @param {number} qi @param {boolean} minus @param {boolean} [withT] */
	addCached(o, oi, p, pi, q, qi, minus, withT = true) {
		const X = p[pi], Y = p[pi + 1], C = fold(p[pi + 3] * q[qi + 2]), D = fold(p[pi + 2] * q[qi + 3]);
		finish(o, oi, fold((Y - X) * q[minus ? qi : qi + 1]), fold((Y + X) * q[minus ? qi + 1 : qi]), minus ? -C : C, D, withT);
	}
}

/** @param {Field} field @returns {Curve} */
export const createCurve = (field) => (field === big ? new BigCurve() : new Curve(field));
