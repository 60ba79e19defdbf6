// SPDX-License-Identifier: AGPL-3.0-or-later
// worker-session.test.js: the worker's tasks: what is no letter is refused at the first slice, nothing is asked out of turn, the loop answers every question once

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { Refusal } from '../src/base/refusal.js';
import { FILE_MAX } from '../src/worker/reading.js';
import { Session } from '../src/worker/session.js';

const TODAY = '2026-06-01';
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const session = () => new Session({ random, now: () => performance.now() });
/** @param {string} name */
const vector = (name) => readFileSync(new URL(`../../test/vectors/letters/${name}.letter`, import.meta.url));
/** @param {Promise<unknown>} act @param {string} code @param {number} [line] */
const refused = (act, code, line = 0) => assert.rejects(act, (/** @type {any} */ error) => (error.code === code && error.line === line) || assert.fail(`${error.stack}`));

/** A file of any size that counts what is read of it. @param {number} size @param {(n: number) => Uint8Array} content */
function fileOf(size, content) {
	const seen = { bytes: 0 };
	const slice = (/** @type {number} */ from, /** @type {number} */ to) => ({
		arrayBuffer: async () => {
			const n = Math.max(0, Math.min(to, size) - from);
			seen.bytes += n;
			return content(n).buffer;
		},
	});
	return { seen, file: /** @type {Blob} */ (/** @type {unknown} */ ({ size, slice })) };
}

test('a file that is too large is refused unread; random bytes and zeros after the first slice', async () => {
	const zeros = (/** @type {number} */ n) => new Uint8Array(n);
	const large = fileOf(1024 ** 3, zeros);
	await refused(session().run('read', { file: large.file, today: TODAY }), 'file_too_large');
	assert.equal(large.seen.bytes, 0);
	for (const content of [zeros, random, (/** @type {number} */ n) => zeros(n).fill(10), (/** @type {number} */ n) => zeros(n).fill(0x20)]) {
		const { file, seen } = fileOf(FILE_MAX, content);
		await refused(session().run('read', { file, today: TODAY }), 'json', 1);
		assert.ok(seen.bytes <= 64 * 1024, `${seen.bytes} bytes`);
	}
});

test('a line without an end is refused once it is too long', async () => {
	const { file, seen } = fileOf(FILE_MAX, (n) => new Uint8Array(n).fill(0x7b));
	await assert.rejects(session().run('read', { file, today: TODAY }), Refusal);
	assert.ok(seen.bytes <= 66 * 1024 ** 2, `${seen.bytes} bytes`);
});

test('an empty file is at fault at line 1; a letter cut off at its last line', async () => {
	await refused(session().run('read', { file: new Blob([]), today: TODAY }), 'no_letter', 1);
	await refused(session().run('read', { file: new Blob([vector('valid-base').subarray(0, -1)]), today: TODAY }), 'truncated', 14);
});

test('reading tells its progress, to the end; what is cut into slices is the same letter', async () => {
	const file = new Blob([vector('valid-base')]);
	/** @type {[string, number, number][]} */
	const told = [];
	const report = await session().run('read', { file, today: TODAY }, (...each) => told.push(each));
	assert.deepEqual(told.filter(([stage]) => stage === 'reading').at(-1), ['reading', file.size, file.size]);
	assert.deepEqual([report.kind, report.bytes, report.lines], ['letter', file.size, 14]);
	const big = new Blob([vector('valid-life'), ...Array.from({ length: 200 }, (_, i) => `{"n":${i},"pad":"${'x'.repeat(1000)}"}\n`)]);
	await assert.rejects(session().run('read', { file: big, today: TODAY }), (/** @type {any} */ error) => error.line === 54);
});

test('a fault forgets the letter that was read before; nothing is asked out of turn', async () => {
	const page = session(), file = new Blob([vector('valid-base')]);
	await assert.rejects(page.run('options', { today: TODAY }), /before a letter was read/);
	await page.run('read', { file, today: TODAY });
	await assert.rejects(page.run('options', { today: TODAY }), /before there was a key/);
	await page.run('key_new', { series: 'staff', edition: 1, pin: '' });
	await assert.rejects(page.run('options', { today: TODAY }), Refusal);
	await refused(page.run('read', { file: new Blob(['x']), today: TODAY }), 'json', 1);
	await assert.rejects(page.run('options', { today: TODAY }), /before a letter was read/);
	await page.run('read', { file, today: TODAY });
	await page.run('forget', {});
	await assert.rejects(page.run('open_words', { link: '' }), /before a letter was read/);
	await assert.rejects(page.run('key_file', { passphrase: '', thrifty: false }), /before there was a key/);
	await assert.rejects(page.run(/** @type {any} */ ('constructor'), /** @type {any} */ ({})), /no such task/);
});

test('a key that fails to open leaves none of another', async () => {
	const page = session();
	await page.run('key_new', { series: 'staff', edition: 1, pin: '' });
	const { file } = await page.run('key_file', { passphrase: '', thrifty: false });
	const other = session();
	const opened = await other.run('key_open', { file: new Blob([/** @type {any} */ (file)]), passphrase: '' });
	assert.equal(opened.series, 'staff');
	await refused(other.run('key_open', { file: new Blob(['x']), passphrase: '' }), 'key_file');
	await assert.rejects(other.run('enrol', { body: 'mint', editions: 1 }), /before there was a key/);
});

test('the loop answers in order, each question once, and says whose fault it is', async () => {
	/** @type {any[]} */
	const answers = [];
	const target = Object.assign(new EventTarget(), { crypto: { getRandomValues: (/** @type {Uint8Array} */ bytes) => bytes.fill(7) }, postMessage: (/** @type {any} */ data) => answers.push(data) });
	Object.defineProperty(globalThis, 'self', { value: target, configurable: true });
	await import('../src/worker/worker.js');
	const ask = (/** @type {number} */ id, /** @type {string} */ task, /** @type {any} */ args) => target.dispatchEvent(Object.assign(new Event('message'), { data: { id, task, args } }));
	ask(1, 'key_new', { series: 'Staff', edition: 1, pin: '' });
	ask(2, 'read', { file: new Blob([vector('valid-base')]), today: TODAY });
	ask(3, 'key_file', { passphrase: '', thrifty: false });
	ask(4, 'key_new', { series: 'staff', edition: 1, pin: '' });
	ask(5, 'nothing', {});
	while (answers.filter((answer) => !answer.progress).length < 5)
		await new Promise((resolve) => setImmediate(resolve));
	const [first, second, third, fourth, fifth] = answers.filter((answer) => !answer.progress);
	assert.deepEqual(first, { id: 1, refusal: { code: 'id_form', line: 0, member: 'series', detail: '' } });
	assert.equal(second.id, 2);
	assert.equal(second.result.kind, 'letter');
	assert.deepEqual(third, { id: 3, bug: 'asked before there was a key' });
	assert.equal(fourth.result.series, 'staff');
	assert.deepEqual([fifth.id, fifth.bug], [5, 'no such task: nothing']);
	const progress = answers.filter((answer) => answer.progress);
	assert.ok(progress.length >= 1 && progress.every(({ id }) => id === 2));
});
