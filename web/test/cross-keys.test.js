// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-keys.test.js: key files, written codes and enrolments cross between the command and the page, both ways

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { xchacha20poly1305 } from '@noble/ciphers/chacha.js';
import { concat } from '../src/base/bytes.js';
import { sealKeyFile } from '../src/proof/keyfile.js';
import { Session } from '../src/worker/session.js';
import { pick, seeded } from './mutations.js';
import { Command, day, UNTIL } from './town.js';

const command = new Command();
const PASSPHRASE = 'sechs W\u00f6rter \u0645\u0646 \u0627\u0644\u0642\u0631\u0639\u0629';
command.write('passphrase', `${PASSPHRASE.normalize('NFD')}\n`);
const SEED = Number(process.env.SEED ?? randomBytes(4).readUInt32LE());
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
const session = () => new Session({ random, now: () => performance.now() });
/** @param {Promise<unknown>} act @param {string} code */
const refused = (act, code) => assert.rejects(act, (/** @type {any} */ error) => error.code === code);
/** @param {string} name @param {...string} options */
const shown = (name, ...options) => JSON.parse(command.ok('key', 'show', name, '--json', ...options));
const AB = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopq';
const PIN = `${AB.slice(0, 42)}A`;

test('a key file of the command opens in the page, and shows the same', async () => {
	command.ok('key', 'new', '-o', 'plain.key', '--series', 'staff-of-examplia', '--edition', '65535', '--pin', PIN, '--no-passphrase');
	command.ok('key', 'new', '-o', 'locked.key', '--series', 's', '--passphrase-file', 'passphrase');
	const page = session();
	assert.deepEqual(await page.run('key_peek', { file: command.blob('plain.key') }), { kdf: 0 });
	assert.deepEqual(await page.run('key_peek', { file: command.blob('locked.key') }), { kdf: 1 });

	const plain = await page.run('key_open', { file: command.blob('plain.key'), passphrase: '' });
	const { short, pin } = shown('plain.key');
	assert.deepEqual({ ...plain, pin_short: '' }, { kind: 'chain', edition: 65535, series: 'staff-of-examplia', short, pin: PIN, pin_short: '' });
	assert.equal(plain.pin_short, pin);

	await refused(page.run('key_open', { file: command.blob('locked.key'), passphrase: '' }), 'passphrase');
	/** @type {string[]} */
	const told = [];
	const locked = await page.run('key_open', { file: command.blob('locked.key'), passphrase: PASSPHRASE.normalize('NFC') }, (stage) => told.push(stage));
	assert.equal(locked.short, shown('locked.key', '--passphrase-file', 'passphrase').short);
	assert.ok(told.length > 10 && told.every((stage) => stage === 'passphrase'));

	command.ok('authority', 'new', '-o', 'organiser', '--no-passphrase');
	await refused(page.run('key_open', { file: command.blob('organiser'), passphrase: '' }), 'key_kind');
	await refused(page.run('key_open', { file: new Blob([command.read('plain.key'), 'x']), passphrase: '' }), 'key_file');
	await refused(page.run('key_peek', { file: new Blob([]) }), 'key_file');
	assert.equal((await page.run('code_check', { typed: (await fresh(page)).code })).wrong.length, 0);
});

/** @param {Session} page */
const fresh = (page) => page.run('key_new', { series: 'town', edition: 1, pin: '' });

test('a key file of the page opens in the command, with every kdf', async () => {
	const page = session();
	for (const [name, passphrase, thrifty, options] of /** @type {const} */ ([
		['none', '', false, []], ['whole', PASSPHRASE, false, ['--passphrase-file', 'passphrase']], ['thrifty', `${PASSPHRASE}\n`, true, ['--passphrase-file', 'passphrase']],
	])) {
		const made = await page.run('key_new', { series: 'town', edition: 7, pin: PIN });
		const { file } = await page.run('key_file', { passphrase, thrifty });
		command.write(name, file);
		const { short, edition, series, pin, imported } = shown(name, ...options);
		assert.deepEqual({ short, edition, series, pin, imported }, { short: made.short, edition: 7, series: 'town', pin: made.pin_short, imported: false });
		assert.equal((await page.run('key_peek', { file: new Blob([file]) })).kdf, { none: 0, whole: 1, thrifty: 2 }[name]);
	}
	command.write('wrong', 'another passphrase');
	assert.equal(command.run('key', 'show', 'thrifty', '--passphrase-file', 'wrong').code, 2);
});

test('written codes cross, slips and all', async () => {
	const page = session();
	const code = command.ok('key', 'new', '-o', 'coded.key', '--series', 'town', '--edition', '3', '--no-passphrase', '--show-code').trim();
	const { short } = shown('coded.key');
	assert.equal((await page.run('key_from_code', { code: ` ${code.toUpperCase().replaceAll('-', ' ')}\n`, series: 'town', pin: '' })).short, short);
	assert.notEqual((await page.run('key_from_code', { code, series: 'tow', pin: '' })).short, short);

	const known = 'kja4-ktlz-6pxh-jc3o-cz5t-d7eo-36cy-bfpv-aaa6-7say'; /* of the manual: its slips have one correction */
	for (const slip of ['jka4', 'kja5', '1ja4'])
		await assert.rejects(page.run('key_from_code', { code: slip + known.slice(4), series: 'town', pin: '' }),
			(/** @type {any} */ error) => error.code === 'code_check' && error.detail === known);
	command.ok('key', 'restore', '-o', 'slip.key', '--series', 'town', '--no-passphrase', '--yes', '--code-file', command.write('slip', `jka4${known.slice(4)}`));
	assert.equal(shown('slip.key').short, (await page.run('key_from_code', { code: known, series: 'town', pin: '' })).short);
	await refused(page.run('key_from_code', { code: code.slice(2), series: 'town', pin: '' }), 'code_form');
	await refused(page.run('key_from_code', { code, series: 'Town', pin: '' }), 'id_form');
	await refused(page.run('key_from_code', { code, series: 'town', pin: 'x' }), 'base64');
	await refused(page.run('key_from_code', { code, series: 'town', pin: 'AAAA' }), 'size');

	const made = await page.run('key_new', { series: 'town', edition: 2, pin: '' });
	assert.deepEqual(await page.run('code_check', { typed: made.code.toUpperCase() }), { wrong: [] });
	command.ok('key', 'restore', '-o', 'restored.key', '--series', 'town', '--no-passphrase', '--code-file', command.write('code', made.code));
	assert.equal(shown('restored.key').short, made.short);
});

test('advancing gives the same key and code on both sides, and only goes on', async () => {
	const page = session();
	command.ok('key', 'new', '-o', 'moving.key', '--series', 'town', '--edition', '2', '--no-passphrase');
	await page.run('key_open', { file: command.blob('moving.key'), passphrase: '' });
	const moved = await page.run('key_advance', { edition: 5 });
	const code = command.ok('key', 'advance', 'moving.key', '--to', '5', '--yes').trim().split('\n')[0];
	assert.equal(moved.code, code);
	assert.equal(moved.short, shown('moving.key').short);
	for (const edition of [5, 4, 65536, 5.5])
		await refused(page.run('key_advance', { edition }), 'edition');
	for (const edition of [0, 65536])
		await refused(page.run('key_new', { series: 'town', edition, pin: '' }), 'edition');
});

test('an enrolment of the page gets onto a roster; what is no body is refused', async () => {
	const page = session();
	const enrolments = [];
	for (const body of ['harbour', 'harbour', 'mint']) {
		const made = await page.run('key_new', { series: 'town', edition: 1, pin: '' });
		const { line, short, first, last } = await page.run('enrol', { body, editions: 12 });
		assert.deepEqual({ short, first, last }, { short: made.short, first: 1, last: 12 });
		enrolments.push(command.write(`${enrolments.length}.enrol`, `${line}\n`));
		command.write(`${enrolments.length - 1}.key`, (await page.run('key_file', { passphrase: '', thrifty: false })).file);
	}
	command.write('bodies.csv', 'harbour,Harbour,8\nmint,Mint,0\n');
	for (const edition of ['1', '12']) {
		command.ok('roster', 'new', '--series', 'town', '--name', 'Town', '--edition', edition, '--from', day(0), '--until', UNTIL, '--bodies', 'bodies.csv',
			'-o', `roster${edition}`, '--enrolments', ...enrolments);
		assert.match(new TextDecoder().decode(command.read(`roster${edition}`)), /"count":2.*"count":1/);
	}
	assert.match(command.ok('roster', 'show', 'roster1', '--key', '2.key'), /mint/);
	await refused(page.run('enrol', { body: 'Mint', editions: 12 }), 'id_form');
	await refused(page.run('enrol', { body: 'mint', editions: 0 }), 'limit');
	await refused(page.run('enrol', { body: 'mint', editions: 385 }), 'limit');
	const spoilt = new TextDecoder().decode(command.read('2.enrol')).replace('"edition":2,', '"edition":13,');
	assert.equal(command.run('roster', 'new', '--series', 'town', '--name', 'Town', '--edition', '13', '--from', day(0), '--until', UNTIL, '--bodies', 'bodies.csv',
		'-o', 'spoilt', '--enrolments', command.write('spoilt.enrol', spoilt)).code, 1);
});

test('384 editions fit into a line, on both sides', async () => {
	const page = session();
	const made = await page.run('key_new', { series: 's'.repeat(32), edition: 65535 - 383, pin: '' });
	const { line } = await page.run('enrol', { body: 'b'.repeat(32), editions: 384 });
	assert.ok(line.length <= 65536 && line.includes('"edition":65535'));
	await refused(page.run('enrol', { body: 'b', editions: 385 }), 'limit');
	await page.run('key_advance', { edition: 65535 });
	assert.match((await page.run('enrol', { body: 'b', editions: 1 })).line, /"edition":65535/);
	await refused(page.run('enrol', { body: 'b', editions: 2 }), 'limit');
	command.write('long.enrol', `${line}\n`);
	command.write('long.csv', `${'b'.repeat(32)},B,1\n`);
	command.ok('roster', 'new', '--series', 's'.repeat(32), '--name', 'S', '--edition', '65535', '--from', day(0), '--until', UNTIL, '--bodies', 'long.csv', '-o', 'long', '--enrolments', 'long.enrol');
	assert.equal(made.edition, 65152);
});

test('an imported key opens in the page; it has no code, no editions and cannot enrol', async () => {
	const page = session();
	command.write('imported.key', importedFile());
	assert.equal(shown('imported.key').imported, true);
	const opened = await page.run('key_open', { file: command.blob('imported.key'), passphrase: '' });
	assert.deepEqual([opened.kind, opened.edition, opened.series, opened.short], ['imported', 0, '', shown('imported.key').short]);
	await refused(page.run('enrol', { body: 'mint', editions: 1 }), 'key_kind');
	await refused(page.run('key_advance', { edition: 1 }), 'edition');
	await refused(page.run('code_check', { typed: '' }), 'key_kind');
	assert.deepEqual(await page.run('forget', {}), {});
	await assert.rejects(page.run('enrol', { body: 'mint', editions: 1 }), /before there was a key/);
});

function importedFile() {
	const secret = new Uint8Array(32).fill(7, 0, 31);
	return sealKeyFile({ kind: 'imported', edition: 0, secret, series: '', pin: null }, '', { kdf: 0, random });
}

test(`spoilt key files: what opens, opens for both, and shows the same (SEED=${SEED})`, async () => {
	const below = seeded(SEED), file = sealKeyFile({ kind: 'chain', edition: 3, secret: new Uint8Array(20).fill(9), series: 'town', pin: new Uint8Array(32).fill(1) }, '', { kdf: 0, random });
	const counts = { opened: 0, refused: 0 };
	for (let i = 0; i < 80; i++) {
		command.write('spoilt.key', spoil(below, file));
		const said = await session().run('key_open', { file: command.blob('spoilt.key'), passphrase: '' }).catch((error) => error.code ?? assert.fail(error.stack));
		const { code, out, err } = command.run('key', 'show', 'spoilt.key', '--json');
		if (typeof said === 'string') {
			assert.equal(code, 2, `SEED=${SEED}, ${i}: the page says ${said}, the command ${out}`);
			counts.refused++;
		} else {
			assert.equal(code, 0, `SEED=${SEED}, ${i}: the page opens it, the command says ${err}`);
			const { short, edition, series, pin, imported } = JSON.parse(out);
			assert.deepEqual({ short, edition, series, pin, imported }, { short: said.short, edition: said.edition, series: said.series, pin: said.pin_short, imported: said.kind === 'imported' });
			counts.opened++;
		}
	}
	assert.ok(counts.opened > 5 && counts.refused > 5, JSON.stringify(counts));
});

/** Changes the header, the ciphertext, or, locked again, what is inside. @param {import('./mutations.js').Below} below @param {Uint8Array} file */
function spoil(below, file) {
	if (below(8) === 0) {
		const spoilt = file.slice();
		spoilt[below(208)] ^= 1 << below(8);
		return spoilt;
	}
	const header = file.subarray(0, 64), cipher = () => xchacha20poly1305(new Uint8Array(32), header.subarray(40), header);
	const plain = cipher().decrypt(file.subarray(64));
	/** @type {(() => unknown)[]} */
	const changes = [
		() => (plain[0] = below(5)), () => plain.fill(0, 1, 3), () => (plain[1 + below(2)] = below(256)), () => plain.set(random(32), 3), () => plain.fill(0, 3, 35), () => plain.fill(0, 23, 35),
		() => (plain[34] = below(32)), () => plain.fill(0, 35, 67), () => (plain[35 + below(32)] = pick(below, [0, 0x2d, 0x30, 0x41, 0x61, 0x7a, 0xe9])), () => (plain[67] = below(3)),
		() => plain.fill(0, 68, 100), () => (plain[100 + below(28)] = below(2)), () => plain.fill(0x61, 35, 67), () => plain.fill(0xff, 3, 23),
	];
	for (let i = below(4); i >= 0; i--)
		pick(below, changes)();
	return concat(header, cipher().encrypt(plain));
}

test(`spoilt codes: what is read, is read by both, and what is suggested (SEED=${SEED})`, async () => {
	const below = seeded(SEED), code = 'kja4-ktlz-6pxh-jc3o-cz5t-d7eo-36cy-bfpv-aaa6-7say';
	const counts = { read: 0, suggested: 0, refused: 0 };
	for (let i = 0; i < 60; i++) {
		const spoilt = spoilCode(below, code);
		command.write('spoilt', spoilt);
		/** @param {...string} options */
		const restore = (...options) => command.run('key', 'restore', '-o', 'r.key', '--force', '--series', 'town', '--no-passphrase', '--code-file', 'spoilt', ...options).code;
		const said = await session().run('key_from_code', { code: spoilt, series: 'town', pin: '' }).then(({ short }) => short, (error) => error);
		if (typeof said === 'string') {
			assert.equal(restore(), 0, JSON.stringify(spoilt));
			assert.equal(shown('r.key').short, said);
			counts.read++;
			continue;
		}
		assert.equal(restore(), 2, JSON.stringify(spoilt));
		if (/^[a-zA-Z2-7 \t\n\v\f\r-]*$/.test(spoilt)) /* with a character that is in no code, such as 0 or 1, the command does not look for what was meant */
			assert.equal(restore('--yes') === 0, said.code === 'code_check' && said.detail !== '', `${JSON.stringify(spoilt)}: ${said}`);
		counts[said.detail ? 'suggested' : 'refused']++;
	}
	assert.ok(counts.read > 2 && counts.suggested > 2 && counts.refused > 2, JSON.stringify(counts));
});

/** @param {import('./mutations.js').Below} below @param {string} code */
function spoilCode(below, code) {
	const at = below(code.length), char = pick(below, [...'abz27018 -\t\n\v\f\r\u00a0\u2013\u212aA=', '']);
	return pick(below, [
		() => code.slice(0, at) + char + code.slice(at + 1),
		() => code.slice(0, at) + char + code.slice(at),
		() => code.slice(0, at) + (code[at + 1] ?? '') + code[at] + code.slice(at + 2),
		() => code.toUpperCase().replaceAll('-', char),
		() => code.slice(0, at) + char + code.slice(at + 1, -1) + char,
	])();
}
