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

/**
 * The same few secret scalars over many tuples of points: with k scalars, sum g is Σ_i scalars[i]·points[k·g + i].
 * @param {readonly Point[]} points k for each sum @param {readonly bigint[]} scalars k
 * @param {import('../base/refusal.js').Progress} [progress] @returns {Point[]}
 */
export function secretSums(points, scalars, progress) {
	const sums = [], k = scalars.length;
	for (let at = 0; at < points.length; at += k)
		sums.push(multiScalar(points.slice(at, at + k), scalars));
	progress?.(1, 1);
	return sums;
}

/** One of several points, by a secret index. @param {readonly Point[]} points @param {number} index @returns {Point} */
export const secretSelect = (points, index) => points[index];
