// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-mutated.test.js: some hundred mutated lines and proofs through the core and through the page: one verdict. The long form is mutate.js; SEED chooses others

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { Judge, judgedByPage } from './judged.js';
import { compareAll, SHORT_SIZES } from './mutate.js';
import { Stock } from './mutated_proofs.js';

const COUNT = 300;
const SEED = Number(process.env.SEED ?? randomBytes(4).readUInt32LE());
const stock = new Stock(SHORT_SIZES);

for (const kind of /** @type {const} */ (['lines', 'proofs']))
	test(`mutated ${kind}: the core and the page give one verdict (${COUNT}, SEED=${SEED})`, async (t) => {
		const judge = new Judge();
		const { done, taken, refused, first } = await compareAll(kind, { seed: SEED, count: COUNT, stock, every: null, judge });
		assert.equal(await judge.end(), 0);
		t.diagnostic(`${taken} taken by both, ${refused} refused by both`);
		assert.equal(first, null, first ? `SEED=${SEED}, ${kind} ${first.number}: the page says ${first.page.verdict}, the core ${first.core.verdict}` : '');
		assert.equal(done, COUNT);
		assert.ok(taken >= 5 && refused > COUNT / 3);
	});

test('a verdict that differs once is found, and the case is handed out', async () => {
	const judge = new Judge();
	let asked = 0;
	const lying = { ask: async (/** @type {Uint8Array} */ bytes) => {
		const judged = await judge.ask(bytes);
		return asked++ === 41 ? { ...judged, verdict: `${judged.verdict}?` } : judged;
	} };
	const { done, first } = await compareAll('lines', { seed: SEED, count: 100, stock, every: null, judge: lying });
	await judge.end();
	assert.equal(done, 42);
	assert.equal(first?.number, 41);
	assert.equal(judgedByPage(/** @type {Uint8Array} */ (first?.bytes)).verdict, first?.page.verdict);
	assert.equal(`${first?.page.verdict}?`, first?.core.verdict);
});

test('a judge that dies is no agreement', async () => {
	const judge = new Judge();
	await assert.rejects(judge.ask(new Uint8Array([0x3f])), /the judge ended/);
});
