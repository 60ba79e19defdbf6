// SPDX-License-Identifier: AGPL-3.0-or-later
// group/msm.js: sums of many multiples

import { group } from './chosen.js';

/** @typedef {import('./point.js').Point} Point */
/** @typedef {import('../base/refusal.js').Progress} Progress */

/**
 * Σ scalars[i]·points[i]. Variable time: for public data. Cost for n points: about 254/c·(7n + 9·2^c) multiplications of the
 * field, with the best c.
 * @param {readonly Point[]} points @param {readonly bigint[]} scalars as many, each from 0, below ℓ @param {Progress} [progress] @returns {Point}
 */
export const multiScalar = (points, scalars, progress) => group.multiScalar(points, scalars, progress);

/**
 * The same few secret scalars over many tuples of points: with k scalars, sum g is Σ_i scalars[i]·points[k·g + i].
 * The order of operations does not depend on the scalars; what is read from tables, and the time of one operation on big
 * integers, does. Best effort, as all of it in a browser.
 * @param {readonly Point[]} points k for each sum @param {readonly bigint[]} scalars k @param {Progress} [progress] @returns {Point[]}
 */
export const secretSums = (points, scalars, progress) => group.secretSums(points, scalars, progress);

/** One of several points by a secret index, all of them being read. @param {readonly Point[]} points @param {number} index @returns {Point} */
export const secretSelect = (points, index) => group.secretSelect(points, index);
