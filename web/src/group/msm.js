// SPDX-License-Identifier: AGPL-3.0-or-later
// group/msm.js: sums of many multiples, for public data

import { add, IDENTITY, multiply } from './point.js';

/** @typedef {import('./point.js').Point} Point */

/**
 * Σ scalars[i]·points[i]. Variable time. @param {readonly Point[]} points @param {readonly bigint[]} scalars as many
 * @param {import('../base/refusal.js').Progress} [progress] @returns {Point}
 */
export function multiScalar(points, scalars, progress) {
	if (points.length !== scalars.length)
		throw new Error('as many scalars as points');
	return points.reduce((sum, point, i) => {
		progress?.(i + 1, points.length);
		return add(sum, multiply(point, scalars[i]));
	}, IDENTITY);
}
