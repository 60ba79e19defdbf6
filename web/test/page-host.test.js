// SPDX-License-Identifier: AGPL-3.0-or-later
// test/page-host.test.js: what the page asks of its server, and what it makes of answers, of which any may be a trap

import assert from 'node:assert/strict';
import test from 'node:test';
import { CODES } from '../src/base/refusal.js';
import { Host, HostFault, hostOf, isSlug } from '../src/page/host.js';
import { has } from '../src/text/catalogue.js';

/** @param {unknown} body @param {number} [status] @param {string} [type] @param {Record<string, string>} [headers] */
const answer = (body, status = 200, type = 'application/json', headers = {}) => new Response(typeof body === 'object' && !(body instanceof ReadableStream) && !(body instanceof Uint8Array) ? JSON.stringify(body) : /** @type {any} */ (body), { status, headers: { 'Content-Type': type, ...headers } });
/** @param {string} name @param {number} status @param {object} [more] */
const problem = (name, status, more = {}) => answer({ type: `/problems/${name}`, title: 'x', status, ...more }, status, 'application/problem+json');

/** A server that gives one answer, and what it was asked. @param {() => Response | Promise<Response>} give @param {object} [more] */
function server(give, more = {}) {
	/** @type {{ path: string, options: RequestInit }[]} */
	const asked = [];
	return { asked, host: new Host({ fetch: async (path, options) => {
		asked.push({ path, options });
		return give();
	}, ...more }) };
}

/** @param {Promise<unknown>} work @param {string} code @returns {Promise<HostFault>} */
async function fault(work, code) {
	const error = await work.then((value) => assert.fail(`${code}: ${value}`), (reason) => reason);
	assert.ok(error instanceof HostFault, error);
	assert.equal(error.code, code, error.message);
	return error;
}

const SAFE = { mode: 'same-origin', credentials: 'omit', referrerPolicy: 'no-referrer', redirect: 'error', cache: 'no-store' };
const kept = () => answer({ kept: true }, 202);

test('only a page that a server gave at its own place has a server', () => {
	for (const protocol of ['http:', 'https:'])
		assert.ok(hostOf(/** @type {any} */ ({ protocol, pathname: '/undersigned.html' })) instanceof Host);
	for (const [protocol, pathname] of [['file:', '/undersigned.html'], ['file:', '/stick/undersigned.html'], ['https:', '/'], ['https:', '/x/undersigned.html'], ['blob:', '/undersigned.html'], ['data:', '']])
		assert.equal(hostOf(/** @type {any} */ ({ protocol, pathname })), null, protocol + pathname);
	assert.ok(isSlug('a') && isSlug('on-the-harbour-2') && isSlug('a'.repeat(64)));
	assert.ok(!['', '-', 'a-', '-a', 'A', 'a_b', 'a/b', 'a.letter', 'a?x', 'a\n', 'a'.repeat(65)].some(isSlug));
});

test('what is asked carries no cookie, no referrer, stays in no cache and follows nowhere', async () => {
	const { host, asked } = server(kept);
	await host.submit('harbour', '{"a":1}');
	await host.enrol('staff', '1'.repeat(35), '{"b":2}');
	const list = server(() => answer({ letters: [] }));
	await list.host.letters();
	const file = server(() => answer('x\n', 200, 'application/x-ndjson'));
	await file.host.letter('harbour');
	const all = [...asked, ...list.asked, ...file.asked];
	assert.deepEqual(all.map(({ path, options: { method, body, headers } }) => [method, path, body, headers]), [
		['POST', '/api/v1/letters/harbour/submissions', `{"a":1}${'\n'.repeat(4089)}`, { 'Content-Type': 'application/x-ndjson' }],
		['POST', '/api/v1/series/staff/enrolments', `{"code":"${'1'.repeat(35)}","enrolment":{"b":2}}`, { 'Content-Type': 'application/json' }],
		['GET', '/api/v1/letters', undefined, {}],
		['GET', '/letters/harbour.letter', undefined, {}],
	]);
	for (const { options } of all)
		assert.deepEqual(Object.fromEntries(Object.keys(SAFE).map((key) => [key, /** @type {any} */ (options)[key]])), SAFE);
});

test('all that is handed in has one of a few lengths, and ends its line', async () => {
	for (const [n, size] of [[1, 4096], [4095, 4096], [4096, 8192], [5000, 8192], [9000, 12_288]]) {
		const { host, asked } = server(kept);
		await host.submit('harbour', 'x'.repeat(n));
		assert.match(String(asked[0].options.body), /^x+\n+$/);
		assert.equal(String(asked[0].options.body).length, size, `${n}`);
	}
});

test('kept is kept; nothing else is', async () => {
	const submit = (/** @type {() => Response} */ give) => server(give).host.submit('a', '{}');
	await submit(kept);
	for (const give of [
		() => answer({ kept: true }, 200), () => answer({ kept: false }, 202), () => answer({ kept: 'true' }, 202), () => answer({}, 202), () => answer('null', 202), () => answer('true', 202), () => answer('[]', 202), () => answer('', 202),
		() => answer('{"kept":true', 202), () => answer({ kept: true }, 202, 'text/html'), () => answer({ kept: true }, 202, ''), () => answer({ kept: true }, 202, 'application/jsonx'), () => answer(`{"kept":true}${' '.repeat(65_536)}`, 202),
	])
		await fault(submit(give), 'answer');
	await server(() => answer({ kept: true }, 202, 'Application/JSON; charset=utf-8')).host.submit('a', '{}');
});

test('an answer that a party signed goes to the records as it is; it stands there, or nothing is believed', async () => {
	const record = (/** @type {unknown} */ body, status = 200) => {
		const { host, asked } = server(() => answer(body, status));
		return host.record('harbour', '{"a":1}').then(() => asked);
	};
	const [{ path, options }] = await record({ added: 1, known: 0 });
	assert.deepEqual([path, options.method, options.body], ['/api/v1/letters/harbour/records', 'POST', '{"a":1}']);
	assert.deepEqual(Object.fromEntries(Object.keys(SAFE).map((key) => [key, /** @type {any} */ (options)[key]])), SAFE);
	await record({ added: 0, known: 1 }); // sent again
	for (const odd of [{ added: 0, known: 0 }, { added: 2, known: 0 }, { added: 1, known: 1 }, { added: 1 }, {}, { kept: true }, 'null', '[]', ''])
		await fault(record(odd), 'answer');
	await fault(record({ added: 1, known: 0 }, 202), 'answer');
	await fault(server(() => problem('no-role', 422)).host.record('a', '{}'), 'other');
});

test('reasons are told in our own words, and only those that can be', async () => {
	const submit = (/** @type {Response} */ given) => server(() => given).host.submit('a', '{}');
	for (const [name, status, code] of /** @type {[string, number, string][]} */ ([
		['closed', 409, 'closed'], ['ring-above-share', 409, 'ring_above_share'], ['proof', 422, 'proof'], ['letter-unknown', 404, 'letter_unknown'], ['stopped', 503, 'busy'], ['store-full', 507, 'busy'], ['pin', 422, 'other'], ['trouble', 422, 'other'],
		['__proto__', 422, 'other'], ['constructor', 422, 'other'], ['canonical', 422, 'other'], ['none', 404, 'missing'], ['none', 500, 'answer'],
	])) {
		const { code: told, message } = await fault(submit(problem(name, status, { detail: 'Call 555 now' })), code);
		assert.ok(has(`host.${told}`) || (CODES.includes(/** @type {any} */ (told)) && has(`refusal.${told}`)), told);
		assert.ok(!message.includes('555'));
	}
	await fault(submit(answer({ type: 'about:blank' }, 429, 'application/problem+json')), 'busy');
	await fault(submit(answer('<h1>no</h1>', 413, 'text/html')), 'other');
	await fault(submit(answer('<h1>no</h1>', 302, 'text/html')), 'answer');
	await fault(submit(answer('{', 422, 'application/problem+json')), 'answer');
	assert.deepEqual(['unreached', 'answer', 'busy', 'too_many_codes', 'closed', 'proof', 'card_used'].map((code) => new HostFault(code, '').passing), [true, true, true, true, false, false, false]);
});

test('the groups of a mistyped code are told; nothing else of what the server writes', async () => {
	const enrol = (/** @type {unknown} */ detail, name = 'card-check') => fault(server(() => problem(name, 400, { detail })).host.enrol('staff', '0', '{}'), name.replace('-', '_'));
	const groups = async (/** @type {unknown} */ detail) => (({ groups, swapped }) => ({ groups, swapped }))(await enrol(detail));
	assert.deepEqual(await groups('Member groups 2 4.'), { groups: [2, 4], swapped: false });
	assert.deepEqual(await groups('Member swapped 1 7.'), { groups: [1, 7], swapped: true });
	for (const odd of ['Member groups 8.', 'Member groups 0.', 'Member groups.', 'Member code.', 'Member groups 1', ' Member groups 1.', 'Member groups 1 1 1 1 1 1 1 1.', { toString: 'x' }, ['Member groups 1.', 1], 5, null])
		assert.deepEqual(await groups(odd), { groups: [], swapped: false }, String(JSON.stringify(odd)));
	assert.deepEqual((await enrol('Member groups 2.', 'card-form')).groups, []);
});

test('a list is taken whole and well formed, or not at all', async () => {
	const list = (/** @type {unknown} */ body) => server(() => answer(body)).host.letters();
	assert.deepEqual(await list({ letters: [{ slug: 'a', title: '<b>x</b>', signers: 3, more: 1 }, { slug: 'b', title: '', signers: 0 }] }), [{ slug: 'a', title: '<b>x</b>', signers: 3 }, { slug: 'b', title: '', signers: 0 }]);
	const one = { slug: 'a', title: 'x', signers: 3 };
	for (const odd of [{ ...one, slug: '../x' }, { ...one, slug: undefined }, { ...one, title: 5 }, { ...one, title: 'x'.repeat(1001) }, { ...one, signers: -1 }, { ...one, signers: 0.5 }, { ...one, signers: '3' }, null, 5, 'a', []])
		await fault(list({ letters: [one, odd] }), 'answer');
	for (const odd of [{}, { letters: {} }, { letters: 'a' }, [], { letters: Array.from({ length: 10_001 }, () => one) }])
		await fault(list(odd), 'answer');
});

/** @param {number} pieces @param {number} size @param {() => void} [pulled] */
const stream = (pieces, size, pulled = () => {}) => new ReadableStream({ pull: (out) => {
	pulled();
	if (pieces-- > 0)
		out.enqueue(new Uint8Array(size));
	else
		out.close();
} }, { highWaterMark: 0 });

test('a letter comes in pieces, with how much of it; what is no letter, or too long, ends early', async () => {
	/** @type {[number, number][]} */
	const told = [];
	const get = (/** @type {Response} */ given) => server(() => given).host.letter('a', (done, total) => told.push([done, total]));
	const type = 'application/x-ndjson';
	assert.equal((await get(answer(stream(3, 10), 200, type, { 'Content-Length': '30' }))).size, 30);
	assert.deepEqual(told.splice(0), [[10, 30], [20, 30], [30, 30]]);
	await get(answer(stream(2, 10), 200, type, { 'Content-Length': '15' }));
	await get(answer(stream(1, 10), 200, type));
	await get(answer(stream(1, 10), 200, type, { 'Content-Length': 'x' }));
	assert.deepEqual(told.splice(0), [[10, 15], [20, 0], [10, 0], [10, 0]]);
	await fault(get(answer('x', 200, 'text/html')), 'answer');
	await fault(get(answer('x', 206, type)), 'answer');
	await fault(get(problem('none', 404)), 'missing');
	let pulls = 0;
	await fault(get(answer(stream(1, 10, () => pulls++), 200, type, { 'Content-Length': String(2 ** 28 + 1) })), 'answer');
	assert.equal(pulls, 0, 'said to be too long: nothing was read');
	await fault(get(answer(stream(1e9, 2 ** 26, () => pulls++), 200, type)), 'answer');
	assert.ok(pulls < 10, `${pulls}`);
});

test('no answer, a broken one, or one that never ends: unreached; stopped is stopped', async () => {
	await fault(server(() => Promise.reject(new TypeError('no network'))).host.letters(), 'unreached');
	await fault(server(() => answer(new ReadableStream({ pull: (out) => out.error(new Error('cut')) }))).host.letters(), 'unreached');
	/** Never answers, but for being ended. @param {object} more */
	const silent = (more) => new Host({ fetch: (_, { signal }) => new Promise((_, reject) => /** @type {AbortSignal} */ (signal).addEventListener('abort', () => reject(new Error('aborted')))), ...more });
	await fault(silent({ patience: 1 }).letters(), 'unreached');
	await fault(silent({ patience: 1 }).submit('a', '{}'), 'unreached');
	const host = silent({});
	const waiting = host.letters();
	assert.equal(host.busy, true);
	host.stop();
	await assert.rejects(waiting, { name: 'Refusal', code: 'stopped' });
	assert.equal(host.busy, false);
});
