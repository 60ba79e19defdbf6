// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-answer.test.js: a party's key and its answer cross between the command and the page, both ways

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { signAuthority } from '../src/proof/authority.js';
import { Session } from '../src/worker/session.js';
import { Town, TODAY, day } from './town.js';

const PASSPHRASE = 'sechs W\u00f6rter \u0645\u0646';
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const session = () => new Session({ random, now: () => performance.now() });
/** @param {Promise<unknown>} act @param {string} code @param {string} [member] */
const refused = (act, code, member) => assert.rejects(act, (/** @type {any} */ error) => (error.code === code && (member === undefined || error.member === member)) || assert.fail(`${error.stack}`));

const town = new Town();
town.write('passphrase', PASSPHRASE.normalize('NFD'));
const letter = town.letter('our');

/** Signed by both organisers, and added. @param {string} what @param {...string} options */
function organisersAdd(what, ...options) {
	town.ok(what, letter, ...options, '--authority', 'o1', '-o', 'record', '--force');
	town.ok('cosign', 'record', '--authority', 'o2');
	town.ok('add', letter, 'record');
}
/** The page with the letter as it is now, and a key of the command's. @param {string} key */
async function opened(key) {
	const page = session();
	const report = await page.run('read', { file: town.blob(letter), today: TODAY });
	await page.run('authority_open', { file: town.blob(key), passphrase: '' });
	return { page, report };
}
/** @param {Partial<import('../src/worker/tasks.js').Tasks['statement']['args']>} [more] */
const said = (more) => /** @type {const} */ ({ today: TODAY, sign: true, on: TODAY, language: 'en', text: 'We have heard you.', source: '', clarifies: '', stances: [], ...more });

test('a signature is the one of RFC 8032, whatever the key', () => {
	for (let i = 0; i < 20; i++) {
		const seed = random(32), message = random(3 * i);
		assert.deepEqual(signAuthority(seed, message), ed25519.sign(message, seed), Buffer.from(seed).toString('hex'));
	}
});

test('key files cross; a wrong passphrase and a member’s key do not open', async () => {
	const page = session();
	for (const [name, passphrase, thrifty, options] of /** @type {const} */ ([['none', '', false, []], ['thrifty', `${PASSPHRASE}\n`, true, ['--passphrase-file', 'passphrase']]])) {
		const made = await page.run('authority_new', {});
		town.write(name, (await page.run('key_file', { passphrase, thrifty })).file);
		const { key, short } = JSON.parse(town.ok('authority', 'show', name, '--json', ...options));
		assert.deepEqual({ key, short }, made);
	}
	town.ok('authority', 'new', '-o', 'own', '--no-passphrase');
	const own = await page.run('authority_open', { file: town.blob('own'), passphrase: '' });
	assert.deepEqual(own, JSON.parse(town.ok('authority', 'show', 'own', '--json')));
	await refused(page.run('authority_open', { file: town.blob('thrifty'), passphrase: 'another' }), 'passphrase');
	await refused(page.run('authority_open', { file: town.blob('thrifty'), passphrase: '' }), 'passphrase');
	await assert.rejects(page.run('key_file', { passphrase: '', thrifty: false }), /before there was a key/); // what could not be opened leaves no other behind
	await refused(page.run('authority_open', { file: town.blob('harbour-1.key'), passphrase: '' }), 'key_kind');
	await refused(page.run('authority_open', { file: new Blob([random(208)]), passphrase: '' }), 'key_file');
});

test('an answer made in the page is added by the command, and the letter says whose it is', async () => {
	town.ok('authority', 'new', '-o', 'mayor', '--no-passphrase');
	const { page: stranger } = await opened('mayor');
	await refused(stranger.run('statement', said()), 'no_role');
	organisersAdd('party', '--id', 'mayor', '--key', JSON.parse(town.ok('authority', 'show', 'mayor', '--json')).key);
	organisersAdd('statement', '--party', 'mayor', '--on', day(-3), '--text', 'Not now.', '--stance', 'd1=rejects');

	const { page, report } = await opened('mayor');
	const stances = /** @type {const} */ ([{ demand: 'd1', stance: 'counter', note: ' Half of it.\r' }, { demand: '*', stance: 'partly', note: '' }]);
	const more = { text: '  We o\u0308ffer half.\r\n\r\nNo more.\n', on: day(-1), source: 'https://mayor.example/1', clarifies: report.statements[0].id, stances: [...stances] };
	const looked = await page.run('statement', said({ ...more, sign: false }));
	assert.equal(looked.line, '');
	const { line, statement } = await page.run('statement', said(more));
	assert.deepEqual(statement, looked.statement);
	assert.deepEqual((await page.run('statement', said(more))).line, line); // judged anew: the letter did not keep the first
	await refused(page.run('statement', said({ clarifies: statement.id })), 'clarifies_unknown', 'clarifies');

	town.write('answer', `${line}\n`);
	town.ok('add', letter, 'answer');
	const verified = JSON.parse(town.ok('verify', letter, '--json'));
	assert.equal(verified.valid, true);
	const { report: after } = await opened('mayor');
	const { line: at, ...stands } = after.statements[1], { line: none, ...shown } = statement;
	assert.ok(at > 0 && none === 0);
	assert.deepEqual(stands, shown); // the preview was true
	assert.equal(stands.text, 'We \u00f6ffer half.\n\nNo more.');
	assert.deepEqual(stands.stances[0], { demand: 'd1', stance: 'counter', note: 'Half of it.' });
	assert.deepEqual(after.stances.map(({ demand, stance, authenticated }) => [demand, stance, authenticated]).sort(), [['*', 'partly', true], ['d1', 'counter', true]]);
	assert.match(town.ok('show', letter), /signed with the key that the organisers gave/);
	await refused((await opened('mayor')).page.run('statement', said(more)), 'repeated');

	const flipped = line.replace(/("signature":")(.)/, (_, start, first) => start + (first === 'A' ? 'B' : 'A'));
	town.write('flipped', `${flipped.replace('half', 'some')}\n`);
	town.refused('add', letter, 'flipped');
});

test('what no reader would take is refused before it is signed, and where it is wrong is told', async () => {
	organisersAdd('party', '--id', 'neighbour', '--name', 'The Neighbour');
	organisersAdd('statement', '--party', 'neighbour', '--on', day(-2), '--text', 'Go on.');
	const { page, report } = await opened('mayor');
	const [own, , others] = report.statements;
	assert.equal(others.party, 'neighbour');
	for (const [code, member, more] of /** @type {const} */ ([
		['dated_ahead', 'on', { on: day(1) }], ['date', 'on', { on: '' }], ['date', 'on', { on: '2026-02-30' }],
		['clarifies_unknown', 'clarifies', { clarifies: others.id }], ['clarifies_unknown', 'clarifies', { clarifies: report.letter }], ['clarifies_later', 'on', { clarifies: own.id, on: day(-4) }],
		['text_length', 'text', { text: ' \n' }], ['text_length', 'text', { text: '\u00e9'.repeat(8193) }], ['text_control', 'text', { text: 'a\u0007' }],
		['language_form', 'language', { language: 'english please' }], ['url', 'source.url', { source: 'mayor.example' }], ['url', 'source.url', { source: 'javascript:alert(1)' }],
	]))
		for (const sign of [true, false])
			await refused(page.run('statement', said({ ...more, sign })), code, member);
	await refused(page.run('statement', said({ stances: [{ demand: 'd9', stance: 'accepts', note: '' }] })), 'demand_unknown');
	await refused(page.run('statement', said({ stances: [{ demand: 'd1', stance: /** @type {any} */ ('perhaps'), note: '' }] })), 'choice');
	assert.ok((await page.run('statement', said({ text: '\u00e9'.repeat(8192) }))).line); // after so many refusals the letter is whole
	await page.run('key_open', { file: town.blob('harbour-1.key'), passphrase: '' });
	await refused(page.run('statement', said()), 'key_kind');
	await page.run('authority_open', { file: town.blob('o1'), passphrase: '' });
	await refused(page.run('statement', said()), 'no_role');
	await refused(page.run('enrol', { body: 'harbour', editions: 1 }), 'key_kind');
});
