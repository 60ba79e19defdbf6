// SPDX-License-Identifier: AGPL-3.0-or-later
// bench-measure.test.js: the measuring functions run through, small; what they measure decides nothing

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { measureAll, measureLetter } from '../bench/measure.js';

const place = { random: (/** @type {number} */ n) => new Uint8Array(randomBytes(n)), now: () => performance.now() };
const isTime = (/** @type {number} */ ms) => assert.ok(ms >= 0 && Number.isFinite(ms));

test('rings', () => {
	const told = [];
	const { field, yardstick, figures } = measureAll({ ...place, told: (name) => told.push(name) }, { sizes: [5], letter: false });
	assert.ok(['limbs', 'big'].includes(field));
	isTime(yardstick);
	assert.deepEqual(told, ['decode 5', 'sign 5', 'verify 5']);
	assert.deepEqual(Object.keys(figures), told);
	Object.values(figures).forEach(isTime);
});

test('a letter over many rings', () => {
	const figures = measureLetter(place, { n: 40, bodies: 4, signatures: 12, made: 2 });
	assert.deepEqual(Object.keys(figures), ['decode', 'verify', 'gap']);
	Object.values(figures).forEach(isTime);
	assert.throws(() => measureLetter({ ...place, random: () => new Uint8Array(1) }, { n: 40, bodies: 4, signatures: 4, made: 1 }));
});
