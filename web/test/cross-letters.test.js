// SPDX-License-Identifier: AGPL-3.0-or-later
// cross-letters.test.js: letters cross between the command and the page: what one signs the other counts; withdrawals, votes, sealed words, waves, bundles

import assert from 'node:assert/strict';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { ed25519 } from '@noble/curves/ed25519.js';
import { decodeBase64url } from '../src/base/base64url.js';
import { concat } from '../src/base/bytes.js';
import { encodeScalar } from '../src/group/scalar.js';
import { memberSecretOfSeed } from '../src/proof/authority.js';
import { openKeyFile, sealKeyFile } from '../src/proof/keyfile.js';
import { Session } from '../src/worker/session.js';
import { canonical, idOf } from './mutations.js';
import { everyType, signed } from './resigned.js';
import { day, ENDS, TODAY, Town, UNTIL } from './town.js';

const town = new Town();
const random = (/** @type {number} */ n) => new Uint8Array(randomBytes(n));
/** @param {Promise<unknown>} act @param {string} code */
const refused = (act, code) => assert.rejects(act, (/** @type {any} */ error) => error.code === code || assert.fail(`${error.code ?? error.stack}, not ${code}`));

/** A page that has read a file and opened a member's key. @param {string} file @param {string} member */
async function pageOf(file, member) {
	const page = new Session({ random, now: () => performance.now() });
	const report = await page.run('read', { file: town.blob(file), today: TODAY });
	await page.run('key_open', { file: town.blob(`${member}.key`), passphrase: '' });
	return { page, report };
}

/** @param {string} letter @param {string[]} members each in its own ring */
function addSigned(letter, ...members) {
	town.ok('add', letter, ...members.map((member) => town.signed(letter, member, member.split('-')[0])));
}

/** @param {string} letter */
const counted = (letter) => JSON.parse(town.ok('verify', letter, '--json'));

test('what the page signs, the command counts; what the command signs, the page reads; once each', async () => {
	const name = town.letter('plain');
	addSigned(name, 'mint-1');
	const { page, report } = await pageOf(name, 'mint-2');
	assert.deepEqual(report.json, counted(name));
	const before = await page.run('options', { today: TODAY });
	assert.deepEqual([before.stands, before.certain, before.own.made, before.own.percent, before.all.made, before.all.percent, before.better], ['none', true, 1, 33, 1, 10, '*']);

	/** @type {string[]} */
	const told = [];
	const { line } = await page.run('sign', { ring: 'mint', today: TODAY }, (stage) => told.push(stage));
	assert.ok(told.length > 0 && told.every((stage) => stage === 'proving'));
	const { line: everywhere } = await (await pageOf(name, 'works-1')).page.run('sign', { ring: '*', today: TODAY });
	town.ok('add', name, town.write('a', `${line}\n`), town.write('b', `${everywhere}\n`));
	const { signers, bodies, undisclosed } = counted(name);
	assert.deepEqual({ signers, bodies, undisclosed }, { signers: 3, bodies: 1, undisclosed: 1 });

	const again = await pageOf(name, 'mint-2');
	assert.deepEqual(again.report.json, counted(name));
	const after = await again.page.run('options', { today: TODAY });
	assert.deepEqual([after.stands, after.stands_in, after.own.made, after.all.made], ['signed', 'mint', 2, 3]);
	await refused(again.page.run('sign', { ring: 'mint', today: TODAY }), 'tag_known');
	await refused(again.page.run('sign', { ring: '*', today: TODAY }), 'tag_known');
	assert.match(town.run('sign', name, '--key', 'mint-2.key', '--yes').err, /stands .* already/s);
	const { page: other } = await pageOf(name, 'mint-1'); /* that the command signed */
	await refused(other.run('sign', { ring: 'mint', today: TODAY }), 'tag_known');
});

test('withdrawing crosses, both ways, and is for good', async () => {
	const name = town.letter('withdrawn');
	addSigned(name, 'mint-1', 'mint-2', 'works-1');
	await refused((await pageOf(name, 'works-2')).page.run('withdraw', { today: TODAY }), 'tag_unknown');
	const { page } = await pageOf(name, 'mint-1');
	await refused(page.run('withdraw', { today: day(201) }), 'after_ends');
	const { line } = await page.run('withdraw', { today: ENDS });
	town.ok('add', name, town.write('w', `${line}\n`));
	town.ok('withdraw', name, '--key', 'mint-2.key', '-o', 'w2', '--force');
	town.ok('add', name, 'w2');
	assert.deepEqual([counted(name).signers, counted(name).withdrawn], [1, 2]);
	for (const member of ['mint-1', 'mint-2']) {
		const { page: after, report } = await pageOf(name, member);
		assert.deepEqual(report.json, counted(name));
		assert.equal((await after.run('options', { today: TODAY })).stands, 'withdrawn');
		await refused(after.run('withdraw', { today: TODAY }), 'withdrawn_already');
		await refused(after.run('sign', { ring: 'mint', today: TODAY }), 'withdrawn_already');
	}
});

test('votes cross, both ways; one each', async () => {
	const { lines } = everyType(town);
	const name = 'every.letter';
	assert.ok(lines.length > 20);
	const { page, report } = await pageOf(name, 'mint-2');
	assert.deepEqual(report.json, counted(name));
	const [{ id: question }] = report.questions;
	await refused(page.run('vote', { question: 'A'.repeat(43), choice: 'yes', today: TODAY }), 'question_unknown');
	await refused(page.run('vote', { question, choice: 'perhaps', today: TODAY }), 'choice_unknown');
	await refused(page.run('vote', { question, choice: 'yes', today: day(21) }), 'after_closes');
	await refused((await pageOf(name, 'mint-5')).page.run('vote', { question, choice: 'yes', today: TODAY }), 'tag_unknown');
	await refused((await pageOf(name, 'works-1')).page.run('vote', { question, choice: 'yes', today: TODAY }), 'withdrawn_already');
	const { line } = await page.run('vote', { question, choice: 'yes', today: day(20) });
	town.ok('add', name, town.write('v', `${line}\n`));
	assert.deepEqual(counted(name).questions[0].tally, { no: 1, yes: 1 });
	for (const [member, choice] of [['mint-2', 'yes'], ['mint-1', 'no']]) { /* the command's vote is that of mint-1 */
		const voted = (await pageOf(name, member)).page;
		assert.deepEqual((await voted.run('options', { today: TODAY })).votes, [{ question, choice }]);
		await refused(voted.run('vote', { question, choice: 'no', today: TODAY }), 'voted_already');
	}
});

test('a sealed letter opens with its link, and not otherwise; both sign it', async () => {
	const name = town.letter('sealed', {}, '--seal', '--link-out', 'link');
	const link = new TextDecoder().decode(town.read('link')).trim();
	const { page, report } = await pageOf(name, 'harbour-1');
	assert.deepEqual([report.sealed, report.opened, report.words], [true, false, null]);
	await refused(page.run('options', { today: TODAY }), 'sealed');
	await refused(page.run('sign', { ring: '*', today: TODAY }), 'sealed');
	for (const wrong of ['', link.slice(1), `${link}A`, link.replace(/^./, (c) => (c === 'A' ? 'B' : 'A'))])
		await refused(page.run('open_words', { link: wrong }), 'link');
	await refused(page.run('options', { today: TODAY }), 'sealed');
	const opened = await page.run('open_words', { link: `https://example.org/letter.html#${link}\n` });
	assert.deepEqual([opened.sealed, opened.opened, opened.words?.title], [true, true, 'On the harbour; and the road']);
	assert.deepEqual(opened.json, counted(name));
	const { line } = await page.run('sign', { ring: 'harbour', today: TODAY });
	town.ok('add', name, town.write('s', `${line}\n`), town.signed(name, 'harbour-2', 'harbour', '--link-file', 'link'));
	assert.equal(counted(name).signers, 2);
	const { page: plain } = await pageOf(town.letter('open'), 'harbour-1');
	await refused(plain.run('open_words', { link }), 'sealed');
});

test('those of a wave sign among themselves', async () => {
	const name = town.letter('grown', { max_share: 100, max_share_all: 100 });
	const late = ['mint-7', 'mint-8', 'mint-9', 'mint-10', 'post-3'];
	late.forEach((member) => town.member(member));
	town.ok('roster', 'new', '--extends', 'staff.roster', '--bodies', 'bodies.csv', '-o', 'wave.roster', '--enrolments', ...late.map((member) => `${member}.enrol`));
	for (const who of ['r1', 'r2'])
		town.ok('cosign', 'wave.roster', '--authority', who);
	town.ok('add', name, 'wave.roster');
	const { page, report } = await pageOf(name, 'mint-8');
	assert.deepEqual(report.json, counted(name));
	const options = await page.run('options', { today: TODAY });
	assert.deepEqual([options.wave, options.own.keys, options.all.keys, options.own.may, options.better], [1, 4, 5, 'yes', '*']);
	assert.equal((await (await pageOf(name, 'mint-1')).page.run('options', { today: TODAY })).wave, 0);
	const { page: post } = await pageOf(name, 'post-3');
	assert.equal((await post.run('options', { today: TODAY })).own.may, 'ring_below_min');
	await refused(post.run('sign', { ring: 'post', today: TODAY }), 'ring_below_min');
	const { line } = await page.run('sign', { ring: 'mint', today: TODAY });
	const { line: all } = await post.run('sign', { ring: '*', today: TODAY });
	addSigned(name, 'mint-7');
	town.ok('add', name, town.write('n', `${line}\n${all}\n`));
	assert.deepEqual(counted(name).signers, 3);
	assert.deepEqual((await pageOf(name, 'mint-7')).report.json, counted(name));

	for (const [ring, member] of [['mint', 'mint-9'], ['*', 'mint-10']]) {
		town.ok('bundle', name, '--ring', ring, '--roster', report.roster, '-o', 'wave.bundle', '--force');
		const bundled = (await pageOf('wave.bundle', member)).page;
		assert.equal((await bundled.run('options', { today: TODAY })).wave, 1);
		town.ok('add', name, town.write('n', `${(await bundled.run('sign', { ring, today: TODAY })).line}\n`));
	}
	town.ok('bundle', name, '--ring', 'mint', '-o', 'base.bundle', '--force');
	await refused((await pageOf('base.bundle', 'mint-9')).page.run('options', { today: TODAY }), 'not_in_ring');
	assert.equal((await (await pageOf('base.bundle', 'mint-1')).page.run('options', { today: TODAY })).own.keys, 6);
});

test('from a bundle one signs, withdraws and votes; what it cannot tell is said', async () => {
	const name = 'every.letter';
	everyType(town);
	for (const ring of ['mint', '*']) {
		town.ok('bundle', name, '--ring', ring, '-o', 'bundle', '--force');
		const { page, report } = await pageOf('bundle', 'mint-3');
		assert.deepEqual([report.kind, report.json, report.words?.title], ['bundle', null, 'On the harbour; and the road']);
		const options = await page.run('options', { today: TODAY });
		assert.deepEqual([options.certain, options.stands, options.own.made, options.own.percent], [false, 'none', null, null]);
		assert.deepEqual([options.own.may, options.all.may, options.better], ring === '*' ? ['yes', 'yes', '*'] : ['yes', 'ring_unknown', 'mint']);
		if (ring !== '*')
			await refused(page.run('sign', { ring: '*', today: TODAY }), 'ring_unknown');
		await refused(page.run('sign', { ring: 'works', today: TODAY }), 'ring_unknown');
	}
	town.ok('bundle', name, '--ring', 'mint', '-o', 'bundle', '--force');
	const { page, report } = await pageOf('bundle', 'mint-3');
	const lines = [(await page.run('sign', { ring: 'mint', today: TODAY })).line];
	lines.push((await page.run('vote', { question: report.questions[0].id, choice: 'yes', today: TODAY })).line);
	town.ok('add', name, town.write('bundled', lines.map((line) => `${line}\n`).join('')));
	assert.deepEqual(counted(name).questions[0].tally, { no: 1, yes: 1 });
	const { line } = await page.run('withdraw', { today: TODAY });
	town.ok('add', name, town.write('bundled', `${line}\n`));
	assert.deepEqual(counted(name).questions[0].tally, { no: 1, yes: 0 });

	await refused((await pageOf('bundle', 'works-2')).page.run('options', { today: TODAY }), 'not_in_ring');
	const bytes = new TextDecoder().decode(town.read('bundle')).split('\n');
	town.write('broken', [...bytes.slice(0, 2), ...bytes.slice(3)].join('\n'));
	await assert.rejects(pageOf('broken', 'mint-3'), (/** @type {any} */ error) => typeof error.code === 'string' && error.line === 3);
});

test('a bundle of all without a deadline is a letter that nobody has signed, as for the command', async () => {
	const name = town.letter('small');
	town.ok('bundle', name, '--ring', '*', '-o', 'bundle', '--force');
	const { page, report } = await pageOf('bundle', 'mint-3');
	assert.deepEqual([report.kind, report.signers], ['letter', 0]);
	const { line } = await page.run('sign', { ring: '*', today: TODAY });
	town.ok('add', name, town.write('s', `${line}\n`));
});

test('a bundle of all whose deadline is about a notice that it cannot hold: both sign', async () => {
	const { lines, seeds } = everyType(town);
	const { letter } = JSON.parse(lines[lines.length - 1]);
	const organisers = [town.public.o1, town.public.o2];
	const notice = { type: 'notice', v: 1, letter, on: TODAY, language: 'en', text: 'x' };
	const note = { ...notice, kind: 'note', about: '', closes: '' };
	lines.push(signed(note, organisers, seeds), signed({ ...notice, kind: 'deadline', about: idOf(canonical(note)), closes: day(41) }, organisers, seeds));
	town.write('about.letter', `${lines.join('\n')}\n`);
	town.ok('bundle', 'about.letter', '--ring', '*', '-o', 'bundle', '--force');
	const { page, report } = await pageOf('bundle', 'mint-4');
	assert.equal(report.kind, 'bundle');
	const { line } = await page.run('sign', { ring: '*', today: TODAY });
	town.ok('sign', 'bundle', '--key', 'mint-5.key', '--ring', '*', '--yes', '--force', '-o', 'x');
	town.ok('add', 'about.letter', town.write('s', `${line}\n`), 'x');
});

test('rings that are full, too small or not allowed: the page refuses what the command refuses', async () => {
	const all = town.letter('either', { max_share: 34, max_share_all: 50 });
	addSigned(all, 'mint-1', 'mint-2', 'works-1', 'works-2', 'harbour-1');
	await agree(all, ['mint-3', 'works-3', 'harbour-2', 'harbour-3', 'post-1']);
	town.ok('add', all, town.signed(all, 'post-1', '*'), town.signed(all, 'post-2', '*'), town.signed(all, 'mint-4', '*'), town.signed(all, 'mint-5', '*'));
	await agree(all, ['harbour-2', 'mint-3']);
	town.ok('add', all, town.signed(all, 'mint-6', '*'));
	await agree(all, ['harbour-2', 'mint-3']);
	await agree(town.letter('ofbody', { rings: 'body' }), ['harbour-2', 'post-1']);
	await agree(town.letter('ofroster', { rings: 'roster', bodies: 0 }), ['harbour-2', 'post-1']);
	await agree(town.letter('big', { min_ring: 7, bodies: 0 }), ['harbour-2']);
});

/** @param {string} letter @param {string[]} members */
async function agree(letter, members) {
	for (const member of members) {
		const { page } = await pageOf(letter, member);
		const { own, all, better } = await page.run('options', { today: TODAY });
		for (const choice of [own, all]) {
			const { code, err } = town.run('sign', letter, '--key', `${member}.key`, '--ring', choice.label, '--yes', '--force', '-o', 'x');
			assert.equal(choice.may === 'yes', code === 0, `${letter} ${member} ${choice.label}: ${choice.may}; ${err}`);
			if (code !== 0)
				await refused(page.run('sign', { ring: choice.label, today: TODAY }), choice.may);
			const said = /With you (\d+) of (\d+) will have signed[^(]*\(any one of them: (\d+) %\)/.exec(err.replace(/\s+/g, ' '));
			if (said)
				assert.deepEqual(said.slice(1).map(Number), [(choice.made ?? 0) + 1, choice.keys, choice.percent]);
		}
		const { code } = town.run('sign', letter, '--key', `${member}.key`, '--yes', '--force', '-o', 'x');
		assert.equal(better === '', code !== 0);
		if (better !== '')
			assert.equal(JSON.parse(new TextDecoder().decode(town.read('x'))).ring, better);
	}
}

test('days: the last one is a day to sign; a deadline notice moves it', async () => {
	const name = town.letter('days');
	const { page } = await pageOf(name, 'mint-1');
	assert.equal((await page.run('options', { today: day(30) })).open_to_sign, true);
	const late = await page.run('options', { today: day(31) });
	assert.deepEqual([late.open_to_sign, late.open_to_act], [false, true]);
	await refused(page.run('sign', { ring: 'mint', today: day(31) }), 'after_closes');
	assert.equal((await page.run('options', { today: day(201) })).open_to_act, false);
	everyType(town);
	const { page: moved } = await pageOf('every.letter', 'mint-4');
	assert.equal((await moved.run('options', { today: TODAY })).closes, day(40));
	town.ok('add', 'every.letter', town.write('l', `${(await moved.run('sign', { ring: 'mint', today: day(40) })).line}\n`));
	await refused((await pageOf('every.letter', 'mint-5')).page.run('sign', { ring: 'mint', today: day(41) }), 'after_closes');
});

test('a key with the pin of other registrars signs nothing, for either; with theirs it does', async () => {
	const name = town.letter('pinned');
	const content = openKeyFile(town.read('mint-1.key'), '');
	const pin = decodeBase64url(town.pin) ?? assert.fail();
	for (const bit of [-1, 0, 80, 255]) {
		const other = pin.slice();
		if (bit >= 0)
			other[bit >> 3] ^= 1 << (bit & 7);
		town.write('pinned.key', sealKeyFile({ ...content, pin: other }, '', { kdf: 0, random }));
		const { page, report } = await pageOf(name, 'pinned');
		assert.equal(report.pin, town.pin);
		if (bit >= 0) {
			await refused(page.run('options', { today: TODAY }), 'pin');
			await refused(page.run('sign', { ring: 'mint', today: TODAY }), 'pin');
			await refused(page.run('withdraw', { today: TODAY }), 'pin');
			assert.match(town.refused('sign', name, '--key', 'pinned.key', '--yes'), /pin/);
		} else {
			assert.equal((await page.run('options', { today: TODAY })).pin, 'same');
			town.ok('sign', name, '--key', 'pinned.key', '--yes', '-o', 'pinned.sig');
		}
	}
	assert.equal((await (await pageOf(name, 'mint-2')).page.run('options', { today: TODAY })).pin, 'none');
});

test('keys of another edition, series or kind are refused by both', async () => {
	const name = town.letter('other');
	for (const [args, code] of /** @type {const} */ ([[['--series', 'town', '--edition', '2'], 'edition'], [['--series', 'city'], 'not_in_ring']])) {
		town.ok('key', 'new', '-o', 'o.key', '--force', '--no-passphrase', ...args);
		await refused((await pageOf(name, 'o')).page.run('sign', { ring: '*', today: TODAY }), code);
		town.refused('sign', name, '--key', 'o.key', '--yes');
	}
	const { page } = await pageOf(name, 'mint-1');
	await page.run('key_advance', { edition: 2 });
	await refused(page.run('sign', { ring: 'mint', today: TODAY }), 'edition');
});

test('keys that people had before sign letters of edition 0, and no others', async () => {
	const old = new Town(), seedOf = [1, 2, 3, 4].map((n) => new Uint8Array(32).fill(n));
	const ssh = (/** @type {Uint8Array} */ seed) => `ssh-ed25519 ${Buffer.from(concat('\0\0\0\x0bssh-ed25519\0\0\0\x20', ed25519.getPublicKey(seed))).toString('base64')} x\n`;
	old.write('authorized_keys', seedOf.map(ssh).join(''));
	old.ok('roster', 'import', '--series', 'town', '--name', 'Town', '--from', day(-1), '--until', UNTIL, '--bodies', 'bodies.csv', '--ssh', 'mint=authorized_keys', '-o', 'staff.roster', '--force');
	for (const who of ['r1', 'r2'])
		old.ok('cosign', 'staff.roster', '--authority', who);
	const name = old.letter('old');
	seedOf.slice(0, 2).forEach((seed, i) =>
		old.write(`old-${i}.key`, sealKeyFile({ kind: 'imported', edition: 0, secret: encodeScalar(memberSecretOfSeed(seed)), series: '', pin: null }, '', { kdf: 0, random })));
	const page = new Session({ random, now: () => performance.now() });
	await page.run('read', { file: old.blob(name), today: TODAY });
	await page.run('key_open', { file: old.blob('old-0.key'), passphrase: '' });
	assert.deepEqual((await page.run('options', { today: TODAY })).edition, { kind: 'imported', number: 0, until: UNTIL });
	const { line } = await page.run('sign', { ring: 'mint', today: TODAY });
	old.ok('sign', name, '--key', 'old-1.key', '--ring', 'mint', '--yes', '-o', 'second');
	old.ok('add', name, old.write('first', `${line}\n`), 'second');
	assert.equal(JSON.parse(old.ok('verify', name, '--json')).signers, 2);
	await page.run('key_open', { file: old.blob('mint-1.key'), passphrase: '' });
	await refused(page.run('options', { today: TODAY }), 'key_kind');
	town.write('old-0.key', old.read('old-0.key'));
	await refused((await pageOf(town.letter('new'), 'old-0')).page.run('options', { today: TODAY }), 'key_kind');
});
