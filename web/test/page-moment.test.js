// SPDX-License-Identifier: AGPL-3.0-or-later
// test/page-moment.test.js: the moment of handing in: drawn, whatever the work took; sent once; stopped when one leaves

import assert from 'node:assert/strict';
import test from 'node:test';
import { HostFault } from '../src/page/host.js';
import { LATEST, Moment, SOONEST } from '../src/page/moment.js';
import { Posting } from '../src/page/posting.js';

/** Four bytes for every part of the span, in turn. @param {...number} parts 0 … 1 */
function drawing(...parts) {
	let at = 0;
	return (/** @type {number} */ n) => {
		assert.equal(n, 4);
		const bytes = new Uint8Array(4);
		new DataView(bytes.buffer).setUint32(0, Math.min(2 ** 32 - 1, parts[at++ % parts.length] * 2 ** 32));
		return bytes;
	};
}

test('a moment lies 10 to 40 seconds after the press, and every part of that span is drawn', () => {
	assert.deepEqual([SOONEST, LATEST], [10_000, 40_000]);
	for (const [part, wait] of [[0, 10_000], [0.25, 17_500], [0.5, 25_000], [1, 40_000]])
		assert.ok(Math.abs(new Moment(drawing(part), () => 5).wait() - wait) < 0.001);
	const waits = Array.from({ length: 3000 }, () => new Moment(undefined, () => 0).wait());
	assert.ok(waits.every((wait) => wait >= SOONEST && wait < LATEST));
	for (let from = SOONEST; from < LATEST; from += 5000) /* 500 expected in each sixth; 300 is ten standard deviations away */
		assert.ok(waits.filter((wait) => wait >= from && wait < from + 5000).length > 300, `${from}`);
});

test('work that is done before the moment does not move it; work that takes longer waits for the next, drawn from the one before', () => {
	let now = 1000;
	const at = (/** @type {Moment} */ moment) => now + moment.wait();
	for (const took of [0, 1, 9_999, 24_999]) {
		now = 1000;
		const moment = new Moment(drawing(0.5, 0, 1), () => now);
		now += took;
		assert.equal(at(moment), 26_000, `${took}`);
	}
	for (const took of [25_000, 30_000, 34_999]) {
		now = 1000;
		const moment = new Moment(drawing(0.5, 0, 1), () => now);
		now += took;
		assert.equal(at(moment), 36_000, `${took}`);
	}
	now = 1000;
	const moment = new Moment(drawing(0.5, 0, 0.25), () => now);
	now += 36_000;
	assert.equal(at(moment), 53_500);
	now += 1000;
	assert.equal(at(moment), 53_500, 'looking does not move it');
});

/** A posting whose moment comes when the test says so. @param {import('node:test').TestContext} context @param {() => Promise<void>} send */
function posting(context, send) {
	const { setTimeout, clearTimeout } = globalThis;
	/** @type {Map<number, { at: number, act: () => void }>} */
	const set = new Map();
	let now = 0, last = 0;
	Object.assign(globalThis, {
		setTimeout: (/** @type {() => void} */ act, /** @type {number} */ ms) => {
			set.set(++last, { at: now + ms, act });
			return last;
		},
		clearTimeout: (/** @type {number} */ id) => set.delete(id),
	});
	context.after(() => Object.assign(globalThis, { setTimeout, clearTimeout }));
	const moment = new Moment(drawing(0), () => 0);
	const made = new Posting(send, moment);
	/** @type {string[]} */
	const told = [made.status];
	made.onChange = () => told.push(made.status);
	/** @param {number} ms */
	const pass = async (ms) => {
		now += ms;
		for (const [id, { at, act }] of set)
			if (at <= now && set.delete(id))
				act();
		for (let i = 0; i < 5; i++)
			await Promise.resolve();
	};
	return { made, told, pass, moment };
}

test('it is sent at its moment, once', async (context) => {
	let sent = 0;
	const { made, told, pass } = posting(context, async () => void sent++);
	await pass(9_999);
	assert.deepEqual([sent, made.status, made.sent], [0, 'waiting', false]);
	await pass(1);
	await pass(100_000);
	assert.deepEqual([sent, told, made.sent], [1, ['waiting', 'sending', 'kept'], true]);
});

test('what failed is sent again only when somebody asks, at a new moment', async (context) => {
	let sent = 0;
	const { made, told, pass, moment } = posting(context, async () => {
		if (++sent === 1)
			throw new Error('no network');
	});
	await pass(10_000);
	await pass(1_000_000);
	assert.deepEqual([sent, made.status, String(made.error), made.unclear], [1, 'failed', 'Error: no network', true]);
	for (const [code, unclear] of /** @type {[string, boolean][]} */ ([['unreached', true], ['answer', true], ['busy', false], ['closed', false]])) {
		made.error = new HostFault(code, '');
		assert.equal(made.unclear, unclear, code);
	}
	made.again(moment);
	await pass(9_999);
	assert.equal(sent, 1);
	await pass(1);
	assert.deepEqual([sent, told], [2, ['waiting', 'sending', 'failed', 'waiting', 'sending', 'kept']]);
});

test('whoever leaves sends nothing; an answer that comes later is not heard', async (context) => {
	let sent = 0, answer = () => {};
	const { made, pass, moment } = posting(context, () => new Promise((resolve) => {
		sent++;
		answer = () => resolve();
	}));
	made.stop();
	await pass(1_000_000);
	assert.deepEqual([sent, made.status, made.unclear], [0, 'stopped', false]);
	made.again(moment);
	await pass(10_000);
	assert.deepEqual([sent, made.status], [1, 'sending']);
	made.stop();
	answer();
	await pass(1_000_000);
	assert.deepEqual([sent, made.status, made.sent], [1, 'stopped', true]);
	made.stop();
	assert.equal(made.status, 'stopped');
});
