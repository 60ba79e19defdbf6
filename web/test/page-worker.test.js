// SPDX-License-Identifier: AGPL-3.0-or-later
// test/page-worker.test.js: the page's side of the worker: one task at a time, and a worker that was ended has no say any more

import assert from 'node:assert/strict';
import test from 'node:test';
import { Trouble, WorkerClient } from '../src/page/worker_client.js';

/** Workers that do nothing by themselves. */
function idleWorkers() {
	/** @type {any[]} */
	const made = [];
	const client = new WorkerClient(() => {
		const worker = { asked: [], ended: false, postMessage: (/** @type {any} */ ask) => worker.asked.push(ask), terminate: () => (worker.ended = true) };
		made.push(worker);
		return /** @type {any} */ (worker);
	});
	return { client, made };
}

test('what an ended worker still says, answer or error, does not touch the task of the next', async () => {
	const { client, made } = idleWorkers();
	const first = client.ask('forget', {});
	client.stop();
	await assert.rejects(first, { code: 'stopped' });
	const second = client.ask('forget', {});
	assert.ok(made[0].ended && !made[1].ended);
	made[0].onmessage({ data: { id: made[0].asked[0].id, result: 'late' } });
	made[0].onerror({ message: 'late', preventDefault() {} });
	assert.ok(client.busy && !made[1].ended);
	made[1].onmessage({ data: { id: made[1].asked[0].id, result: 'right' } });
	assert.equal(await second, 'right');
});

test('an error of the worker at work ends its task; the next task gets a new worker; a second task at once is refused', async () => {
	const { client, made } = idleWorkers();
	const first = client.ask('forget', {});
	await assert.rejects(client.ask('forget', {}), Trouble);
	made[0].onerror({ message: 'broken', preventDefault() {} });
	await assert.rejects(first, Trouble);
	assert.ok(made[0].ended && !client.busy);
	void client.ask('forget', {});
	assert.equal(made.length, 2);
});
