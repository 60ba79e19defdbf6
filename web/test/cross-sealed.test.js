// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-sealed.test.js: what is sealed may hold anything: the page and the command open the same, and refuse the same

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { decodeBase64url, encodeBase64url } from '../src/base/base64url.js';
import { concat, utf8 } from '../src/base/bytes.js';
import { Session } from '../src/worker/session.js';
import { canonical, idOf } from './mutations.js';
import { everyType, signed } from './resigned.js';
import { TODAY, Town } from './town.js';

const town = new Town();
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const LINK = encodeBase64url(random(32));

const { lines, seeds } = everyType(town);
const records = lines.map((line) => JSON.parse(line));
const wordsAt = records.findIndex(({ type }) => type === 'words');
const head = lines.slice(0, wordsAt);
const { signatures: _, ...letterCore } = records[wordsAt - 1];
const letterId = idOf(canonical(letterCore));
const organisers = [town.public.o1, town.public.o2];
const words = canonical({ ...records[wordsAt], signatures: [] });
const { signatures: _t, ...translation } = records.find(({ type }) => type === 'translation');
const sign = (/** @type {any} */ changes, keys = organisers) => signed({ ...translation, ...changes }, keys, seeds);

/** @param {Uint8Array} plain a multiple of 4,096 bytes @returns {string} the whole letter */
function sealedLetter(plain) {
	const nonce = random(24), aad = concat('undersigned/1 sealed\0', decodeBase64url(letterId) ?? '');
	const ciphertext = concat(nonce, xchacha20poly1305(decodeBase64url(LINK) ?? random(32), nonce, aad).encrypt(plain));
	const line = signed({ type: 'sealed', v: 1, letter: letterId, ciphertext: encodeBase64url(ciphertext) }, organisers, seeds);
	return [...head, line, ''].join('\n');
}

/** @param {string} text @param {number} [extra] blocks of zeros that nobody needs */
function padded(text, extra = 0) {
	const bytes = utf8(text), plain = new Uint8Array(4096 * (Math.ceil(bytes.length / 4096) + extra));
	plain.set(bytes);
	return plain;
}

const GOOD = {
	words: padded(`${words}\n`),
	'words and a translation': padded(`${words}\n${sign({})}\n`),
	'words and two translations': padded(`${words}\n${sign({})}\n${sign({ language: 'de' })}\n`),
	'zeros that nobody needs': padded(`${words}\n`, 3),
};
const BAD = {
	nothing: padded('', 1),
	'no LF': padded(words),
	'no LF behind the translation': padded(`${words}\n${sign({})}`),
	'something behind the zeros': concat(padded(`${words}\n`).subarray(0, -1), new Uint8Array([1])),
	'an LF behind the zeros': concat(padded(`${words}\n`).subarray(0, -1), '\n'),
	'an empty line': padded(`${words}\n\n`),
	'signed words': padded(`${lines[wordsAt]}\n`),
	'other words': padded(`${canonical({ ...records[wordsAt], title: 'Other', signatures: [] })}\n`),
	'words twice': padded(`${words}\n${words}\n`),
	'a translation first': padded(`${sign({})}\n${words}\n`),
	'a translation alone': padded(`${sign({})}\n`),
	'a translation twice': padded(`${words}\n${sign({})}\n${sign({})}\n`),
	'a translation that one organiser signed': padded(`${words}\n${sign({}, [town.public.o1])}\n`),
	'a translation that a registrar signed too': padded(`${words}\n${sign({}, [...organisers, town.public.r1])}\n`),
	'a translation of other demands': padded(`${words}\n${sign({ demands: [{ id: 'd2', text: 'x' }] })}\n`),
	'a translation into the own language': padded(`${words}\n${sign({ language: 'EN' })}\n`),
	'a translation of another letter': padded(`${words}\n${sign({ letter: 'A'.repeat(43) })}\n`),
	'a translation with a wrong signature': padded(`${words}\n${canonical({ ...JSON.parse(sign({})), title: 'x' })}\n`),
	'another record': padded(`${words}\n${lines.find((line) => line.includes('"type":"party"'))}\n`),
	'a newer roster': padded(`${words}\n{"type":"roster","v":2}\n`),
	'a newer letter': padded(`{"type":"letter","v":2}\n`),
	'words that are not canonical': padded(`${words.replace(':', ': ')}\n`),
};

/** @param {Uint8Array} plain @returns {Promise<[string, string]>} what the page and the command say: '' or why not */
async function verdicts(plain) {
	town.write('sealed.letter', sealedLetter(plain));
	town.ok('verify', 'sealed.letter');
	const page = new Session({ random, now: () => 0 });
	await page.run('read', { file: town.blob('sealed.letter'), today: TODAY });
	await page.run('key_open', { file: town.blob('mint-1.key'), passphrase: '' });
	const said = await page.run('open_words', { link: LINK }).then(() => '', (error) => error.code ?? assert.fail(error.stack));
	if (said !== '')
		await assert.rejects(page.run('options', { today: TODAY }), (/** @type {any} */ error) => error.code === 'sealed');
	const { code, err } = town.run('sign', 'sealed.letter', '--key', 'mint-1.key', '--link-file', town.write('link', `${LINK}\n`), '--yes', '--force', '-o', 'x');
	return [said, code === 0 ? '' : err];
}

test('words that are what the letter names open, for both', async () => {
	for (const [what, plain] of Object.entries(GOOD))
		assert.deepEqual(await verdicts(plain), ['', ''], what);
});

test('anything else opens for neither, and nothing is signed', async () => {
	for (const [what, plain] of Object.entries(BAD)) {
		const [page, command] = await verdicts(plain);
		assert.ok(page !== '' && command !== '', `${what}: the page says '${page}', the command '${command}'`);
	}
});
