// SPDX-License-Identifier: AGPL-3.0-or-later
// proof-keyfile.test.js: key files of test/vectors/keys.json open, or are refused; what is sealed opens again

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat, toHex } from '../src/base/bytes.js';
import { openKeyFile, peekKeyFile, sealKeyFile } from '../src/proof/keyfile.js';

const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/keys.json', import.meta.url), 'utf8'));
/** @param {string} hex */
const bytes = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (pair) => parseInt(pair, 16));
/** @param {() => unknown} act @param {...string} codes */
const refused = (act, ...codes) => assert.throws(act, (/** @type {any} */ error) => codes.includes(error.code));
const KINDS = ['', 'chain', 'imported', 'authority'];
const open = vectors.files.filter((row) => row.file.slice(34, 36) === '00');
const [chain] = open;

/** An opened file's 128 bytes, changed, and sealed without a passphrase. @param {(plain: Uint8Array) => void} change */
function changed(change) {
	const file = bytes(chain.file), header = file.subarray(0, 64), cipher = () => xchacha20poly1305(new Uint8Array(32), header.subarray(40), header);
	const plain = cipher().decrypt(file.subarray(64));
	change(plain);
	return concat(header, cipher().encrypt(plain));
}

test('valid rows open to what they hold; invalid rows are refused', () => {
	for (const row of vectors.files)
		if (row.valid) {
			assert.equal(peekKeyFile(bytes(row.file)).kdf, row.kdf);
			const content = openKeyFile(bytes(row.file), row.passphrase);
			assert.deepEqual(
				{ ...content, secret: toHex(content.secret), pin: content.pin ? toHex(content.pin) : '' },
				{ kind: KINDS[row.kind], edition: row.edition, secret: row.secret, series: row.series, pin: row.pin },
			);
		} else if (row.file.slice(34, 36) === '00' || row.why === 'header byte 20') /* what needs no Argon2 */
			refused(() => openKeyFile(bytes(row.file), row.passphrase), 'key_file');
});

test('wrong passphrases and changed bytes are refused, with 64 MiB', () => {
	const row = vectors.files.find((each) => each.kdf === 2 && each.valid);
	refused(() => openKeyFile(bytes(row.file), ''), 'passphrase');
	for (const bad of vectors.files.filter((each) => !each.valid && each.file.slice(34, 36) === '02'))
		refused(() => openKeyFile(bytes(bad.file), bad.passphrase), 'passphrase', 'key_file');
	refused(() => openKeyFile(bytes(row.file), row.passphrase + ' '), 'passphrase');
	assert.equal(openKeyFile(bytes(row.file), row.passphrase.normalize('NFD') + '\n').edition, row.edition);
	refused(() => openKeyFile(bytes(row.file), row.passphrase + '\n\n'), 'passphrase');
});

test('another size, mark, version or kdf is no key file', () => {
	const file = bytes(chain.file);
	for (const bad of [new Uint8Array(0), file.subarray(1), concat(file, new Uint8Array(1))])
		refused(() => peekKeyFile(bad), 'key_file');
	for (const [at, value] of [[0, 0x55], [15, 1], [16, 2], [16, 0], [17, 3], [18, 1], [23, 1]]) {
		const bad = file.slice();
		bad[at] = value;
		refused(() => peekKeyFile(bad), 'key_file');
		refused(() => openKeyFile(bad, ''), 'key_file');
	}
});

test('what the format does not allow inside is refused', () => {
	assert.equal(openKeyFile(changed(() => {}), '').series, chain.series);
	/** @type {((plain: Uint8Array) => unknown)[]} */
	const changes = [
		(p) => (p[0] = 0), (p) => (p[0] = 4), (p) => (p[0] = 2), (p) => (p[23] = 1), (p) => (p[34] = 1), (p) => (p[35] = 0), (p) => (p[35] = 0x41), (p) => p.fill(0, 35, 67),
		(p) => (p[66] = 0x61), (p) => (p[37] = 0), (p) => (p[67] = 2), (p) => (p[67] = 0), (p) => (p[100] = 1), (p) => (p[127] = 1),
		(p) => { p.fill(0, 23); p.fill(1, 3, 7); p[0] = 2; }, /* imported, of an edition */
		(p) => { p.fill(0, 35); p[0] = 3; }, /* an authority of an edition */
	];
	for (const change of changes)
		refused(() => openKeyFile(changed(change), ''), 'key_file');
	const authority = changed((p) => { p.fill(0, 1, 3); p.fill(0, 35); p[0] = 3; p[67] = 1; });
	assert.equal(openKeyFile(authority, '').kind, 'authority');
	assert.deepEqual(openKeyFile(authority, '').pin, new Uint8Array(32));
});

test('what is sealed opens again; no two files are alike; a kdf fits its passphrase', () => {
	const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
	/** @type {import('../src/proof/keyfile.js').KeyContent} */
	const content = { kind: 'chain', edition: 65535, secret: random(20), series: 's'.repeat(32), pin: random(32) };
	const file = sealKeyFile(content, '', { kdf: 0, random });
	assert.equal(file.length, 208);
	assert.deepEqual(openKeyFile(file, 'not looked at'), content);
	assert.notDeepEqual(sealKeyFile(content, '', { kdf: 0, random }), file);
	/** @type {number[]} */
	const told = [];
	const locked = sealKeyFile({ ...content, pin: null }, 'pa\u0308sse\n', { kdf: 2, random, progress: (done) => told.push(done) });
	assert.deepEqual(openKeyFile(locked, 'p\u00e4sse').pin, null);
	assert.ok(told.length > 10 && told.at(-1) === 1000);
	assert.throws(() => sealKeyFile(content, 'x', { kdf: 0, random }), Error);
	assert.throws(() => sealKeyFile(content, '', { kdf: 1, random }), Error);
	assert.throws(() => sealKeyFile({ ...content, series: 'S' }, '', { kdf: 0, random }), Error);
});

test('a file that the vectors made is sealed byte for byte', () => {
	for (const row of vectors.files.filter((each) => each.valid && each.kdf !== 1)) {
		const file = bytes(row.file), salts = [file.subarray(24, 40), file.subarray(40, 64)];
		const content = openKeyFile(file, row.passphrase);
		assert.deepEqual(sealKeyFile(content, row.passphrase, { kdf: row.kdf, random: () => salts.shift() ?? assert.fail() }), file);
	}
});
