// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/sign.test.js: signing, taking back and voting on the page: the command takes the lines; what must stop does stop

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { t } from '../../src/text/catalogue.js';
import { Town, day } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { visit, words } from './visit.js';
import { acceptRoll, open, ownDevice, signIn, theLine, toTheRoll } from './walk.js';

const town = new Town();
const at = (/** @type {string} */ name) => join(town.path, name);
const PASSPHRASE = 'sechs W\u00f6rter aus dem W\u00fcrfelbuch';
town.write('passphrase', `${PASSPHRASE}\n`);

/** A letter of its own for every browser, so that members can sign again; with a question. @param {string} name */
function prepare(name) {
	const letter = town.letter(name);
	for (const [member, ring] of [['harbour-1', '*'], ['mint-1', 'mint'], ['mint-2', 'mint']])
		town.ok('add', letter, town.signed(letter, member, ring));
	town.ok('question', letter, '--text', 'Is the answer enough?', '--choice', 'yes=It is enough', '--choice', 'no=It is not', '--closes', day(20), '--authority', 'o1', '-o', `${name}.question`, '--force');
	town.ok('cosign', `${name}.question`, '--authority', 'o2');
	town.ok('add', letter, `${name}.question`);
	return letter;
}

/** What the command counts. @param {string} letter */
const count = (letter) => JSON.parse(town.ok('verify', '--json', letter));

/** Hands a line of the page to the command. @param {string} letter @param {string} line */
function add(letter, line) {
	town.write('line', `${line}\n`);
	town.ok('add', letter, 'line');
}

for (const name of chosen())
	test(`${name}: signing, taking back, voting`, { timeout: 600_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const letter = prepare(name);
		/** @param {string} title @param {(v: import('./visit.js').Visit) => Promise<void>} body @param {Parameters<typeof visit>[1]} [options] */
		const step = (title, body, options = { size: 'phone' }) => context.test(title, async () => {
			const v = await visit(running, options);
			await body(v);
			await v.closed();
		});

		await step('a signature in the ring of all: the command takes it; the page stays awake', async (v) => {
			const before = count(letter);
			await open(v, 'sign');
			await toTheRoll(v, { letter: at(letter), key: at('works-1.key') });
			await acceptRoll(v);
			let freezes = async () => 0;
			const line = await signIn(v, { ring: 'all', before: async () => void (freezes = await v.watchFreezes()) });
			context.diagnostic(`longest time without an answer while signing: ${await freezes()} ms`);
			const saved = await v.save(t('hand.save'));
			assert.equal(saved.name, 'list.txt');
			assert.equal(String(saved.bytes), `${line}\n`);
			add(letter, line);
			assert.equal(count(letter).signers, before.signers + 1);
		});

		await step('a signature in the own body’s ring, from a signing bundle', async (v) => {
			const before = count(letter);
			town.ok('bundle', letter, '--ring', 'works', '-o', 'works.bundle', '--force');
			await open(v, 'sign');
			await toTheRoll(v, { letter: at('works.bundle'), key: at('works-2.key') });
			await acceptRoll(v);
			add(letter, await signIn(v, { ring: 'own' }));
			assert.deepEqual({ signers: count(letter).signers, bodies: count(letter).bodies }, { signers: before.signers + 1, bodies: before.bodies + 1 });
		});

		await step('who has signed does not sign again', async (v) => {
			await open(v, 'sign');
			await toTheRoll(v, { letter: at(letter), key: at('mint-1.key') });
			await acceptRoll(v);
			await v.find('h2', t('ring.title'));
			await v.reads(words('ring.signed_title'));
			assert.ok(!(await v.shows('button:not(:disabled)', t('step.next'))));
		});

		await step('who is not on the roll is told so', async (v) => {
			town.ok('key', 'new', '-o', 'stranger.key', '--series', 'town', '--no-passphrase', '--force');
			await open(v, 'sign');
			await toTheRoll(v, { letter: at(letter), key: at('stranger.key') });
			await v.find('h2', t('roll.title'));
			if (await v.shows('label', t('roll.pin_is_same')))
				await acceptRoll(v);
			await v.reads(words('refusal.not_in_ring'));
		});

		await step('a key whose pin is another’s stops at the roll', async (v) => {
			town.ok('key', 'new', '-o', 'pinned.key', '--series', 'town', '--pin', `${'A'.repeat(42)}E`, '--no-passphrase', '--force');
			await open(v, 'sign');
			await toTheRoll(v, { letter: at(letter), key: at('pinned.key') });
			await v.reads(words('refusal.pin'));
			assert.ok(!(await v.shows('button:not(:disabled)', t('step.next'))));
		});

		await step('whoever says that the pins differ goes no further', async (v) => {
			await open(v, 'sign');
			await toTheRoll(v, { letter: at(letter), key: at('works-4.key') });
			await acceptRoll(v, { pin: 'other' });
			await v.reads(words('roll.pin_other'));
			assert.ok(!(await v.shows('h2', t('ring.title'))));
		});

		await step('taken back: the command takes it', async (v) => {
			const before = count(letter);
			await open(v, 'withdraw');
			await toTheRoll(v, { letter: at(letter), key: at('mint-2.key'), agree: 'step.next' });
			await acceptRoll(v);
			await v.find('h2', t('withdraw.confirm_title'));
			await v.press(t('withdraw.do'));
			add(letter, await theLine(v));
			assert.deepEqual({ signers: count(letter).signers, withdrawn: count(letter).withdrawn }, { signers: before.signers - 1, withdrawn: before.withdrawn + 1 });
		});

		await step('a vote: the command takes it', async (v) => {
			await open(v, 'vote');
			await toTheRoll(v, { letter: at(letter), key: at('mint-1.key'), agree: 'step.next' });
			await acceptRoll(v);
			await v.find('h2', t('vote.question_title'));
			await v.press(t('step.next'));
			await v.tick('It is not');
			await v.press(t('vote.do'));
			add(letter, await theLine(v));
			assert.match(town.ok('show', letter), / 1 +100 % +It is not/);
		});

		await step('what is no key file is told so', async (v) => {
			await toTheKey(v);
			await v.give(t('open.choose'), at('text.md'));
			await v.reads(words('refusal.key_file'));
		});

		/* 256 MiB through an interpreter is minutes of nothing new: the compiled ones do */
		if (name === 'chromium' || name === 'firefox')
			await step('a wrong passphrase opens nothing, the right one does', async (v) => {
				town.ok('key', 'new', '-o', 'locked.key', '--series', 'town', '--passphrase-file', 'passphrase', '--force');
				await toTheKey(v);
				await v.give(t('open.choose'), at('locked.key'));
				await v.fill(t('open.passphrase'), `${PASSPHRASE}!`);
				await v.press(t('open.do'));
				await v.reads(words('refusal.passphrase'), { patience: 120_000 });
				await v.fill(t('open.passphrase'), PASSPHRASE);
				await v.press(t('open.do'));
				await v.find('h2', t('roll.title'), { patience: 120_000 });
			});

		/** @param {import('./visit.js').Visit} v */
		async function toTheKey(v) {
			await open(v, 'sign');
			await ownDevice(v);
			await v.give(t('letter.choose'), at(letter));
			await v.press(t('read.agree'));
			await v.find('h2', t('open.title'));
		}
	});
