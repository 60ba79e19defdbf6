// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/answer.test.js: the mayor answers a letter on a server: makes a key in the page, is turned away until the organisers know it, then says where he stands; the letter says that it is signed with his key

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { t } from '../../src/text/catalogue.js';
import { Town, day } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { fit } from './looks.js';
import { bring, serve, visitServed } from './served.js';
import { says, visit } from './visit.js';

const POST = '/api/v1/letters/harbour/records';

/** A letter on a server. */
async function start() {
	const town = new Town();
	town.letter('harbour');
	town.write('serve.ini', `[organisers]\n${town.public.o1} = Works Council\n[registrars]\n${town.public.r1} = Registry\n`);
	const server = await serve(town.path, '--config', 'serve.ini', '--store', 'store');
	await bring({ origin: server.origin, folder: town.path, slug: 'harbour', file: 'harbour.letter', by: 'o1' });
	return { town, ...server };
}

/** Signed by both organisers, added to the copy here and handed in. @param {Town} town @param {string} origin @param {string} what @param {...string} options */
async function organisersAdd(town, origin, what, ...options) {
	town.ok(what, 'harbour.letter', ...options, '--authority', 'o1', '-o', 'record', '--force');
	town.ok('cosign', 'record', '--authority', 'o2');
	town.ok('add', 'harbour.letter', 'record');
	const answer = await fetch(origin + POST, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.from(town.read('record')) });
	assert.ok(answer.ok, await answer.text());
}

/** From the letter on, up to the step with the words, or what stands in its place. @param {import('./visit.js').Visit} v @param {string} key */
async function openKey(v, key) {
	await v.find('h2', t('open.title'));
	await v.give(t('open.choose'), key);
	await v.find('.chosen', t('open.no_passphrase'));
	await v.press(t('open.do'));
	await v.find('h2', t('answer.title'));
}

for (const name of chosen(['chromium']))
	test(`${name}: a party answers a letter of the server in the page`, { timeout: 600_000 }, async (context) => {
		const { town, origin, stop } = await start();
		context.after(stop);
		const running = await startBrowser(name, { origin });
		context.after(running.stop);
		const look = async (/** @type {import('./visit.js').Visit} */ v, /** @type {string} */ view) => {
			await v.shot(`answer-${view}`); // from the top: else the bar there covers half a target
			await fit(v, view);
		};
		const key = join(town.path, 'mayor');

		await context.test('a key is made on the way; until the letter names it, the page says whom to ask', async () => {
			const v = await visitServed(running, `${origin}/letters/harbour/answer`);
			await v.press('Write the answer here');
			await v.find('h2', t('open.title'));
			await look(v, 'open');
			await v.press(t('answer.no_key'));
			await v.find('h2', t('pass.title'));
			await v.tick(t('pass.none'));
			await v.press(t('make.do'));
			town.write('mayor', (await v.save(t('keep.do'))).bytes);
			await v.press(t('step.next'));
			const { key: own } = JSON.parse(town.ok('authority', 'show', 'mayor', '--json'));
			await v.reads(own);
			await look(v, 'made');
			await v.page.goBack(); // the key is made: nobody goes back behind it
			await v.reads(own);
			await v.closed();

			const again = await visitServed(running, `${origin}/undersigned.html#answer:harbour`);
			await again.find('h2', t('open.title'));
			await again.give(t('open.choose'), join(town.path, 'serve.ini'));
			assert.equal((await again.reads(t('refusal.key_file'))).includes('written code'), false); // a party has none
			await openKey(again, key);
			await again.reads(t('answer.stranger_title'));
			await again.reads(own);
			await look(again, 'stranger');
			assert.equal(await again.shows('button', t('step.next')), false);
			await again.closed();
			await organisersAdd(town, origin, 'party', '--id', 'mayor', '--key', own);
			await organisersAdd(town, origin, 'statement', '--party', 'mayor', '--on', day(-2), '--text', 'No comment.');
		});

		await context.test('what cannot be is told where it stands; what is seen is what is signed and sent, and the letter says so', async () => {
			const v = await visitServed(running, `${origin}/undersigned.html#letter:harbour`);
			await v.press(t('answer.entry'));
			await openKey(v, key);
			await v.reads('You answer as The Mayor.');
			await v.press(t('step.next'));
			await v.find('.fault', t('refusal.text_length'));
			await v.fill(t('answer.text'), 'We open half of it in spring.');
			await v.fill(t('answer.source'), 'mayor.example');
			await v.press(t('step.next'));
			await v.find('.fault', t('refusal.url'));
			assert.match(await v.page.evaluate(() => document.activeElement?.closest('.field')?.textContent ?? ''), says('answer.source'));
			await v.fill(t('answer.source'), 'https://mayor.example/1');
			const option = await (await v.field(t('answer.clarifies'))).evaluate((e) => /** @type {any} */ (e).options[1].value);
			await v.choose(t('answer.clarifies'), option);
			for (const { legend, stance } of [{ legend: t('answers.on_whole'), stance: 'none' }, { legend: 'Open the harbour', stance: 'counter' }]) {
				const box = await v.find('fieldset', legend);
				await (await box.$(`input[value=${stance}]`))?.evaluate((e) => /** @type {HTMLInputElement} */ (e).click());
			}
			await (await v.find('.stance-on', 'Open the harbour')).$eval('.field input', (e) => /** @type {HTMLElement} */ (e).focus());
			await v.page.keyboard.type('Half of it');
			await look(v, 'words');
			await v.press(t('step.next'));
			await v.find('h2', t('answer.look_title'));
			await v.reads(t('answers.signed', { who: 'The Mayor' }));
			await v.reads('Half of it');
			await look(v, 'look');
			assert.deepEqual(running.passed.filter(({ method }) => method === 'POST'), []);
			await v.press(t('answer.do'));
			await v.find('button', t('answer.send'));
			await look(v, 'made_answer');
			assert.deepEqual(running.passed.filter(({ method }) => method === 'POST'), []); // signed, and not sent before it is asked for
			await v.press(t('answer.send'));
			await v.reads(t('answer.stands'));
			await v.press(t('answer.see'));
			const said = await v.reads('We open half of it in spring.');
			assert.ok(said.includes(t('answers.signed', { who: 'The Mayor' })));
			await v.closed();
			assert.deepEqual(running.passed.filter(({ method }) => method === 'POST').map(({ path }) => path), [POST]);
			town.write('got', new Uint8Array(await (await fetch(`${origin}/letters/harbour.letter`)).arrayBuffer()));
			assert.equal(JSON.parse(town.ok('verify', '--json', 'got')).valid, true);
			const html = await visitServed(running, `${origin}/letters/harbour`, { scripts: false });
			await html.reads(/We open half of it in spring\./);
			await html.reads(/authenticated/);
			await html.closed({ title: 'On the harbour; and the road' });
		});

		await context.test('from a disk: the same, and the line is a file that the command adds', async () => {
			const v = await visit(running, { language: 'ar', size: 'phone' });
			await v.press(t('home.more'));
			await v.press(t('home.answer'));
			await v.give(t('letter.choose'), join(town.path, 'got'));
			await openKey(v, key);
			await v.fill(t('answer.text'), 'And all of it in autumn.');
			await look(v, 'words_ar');
			await v.press(t('step.next'));
			await v.find('h2', t('answer.look_title'));
			await v.press(t('frame.home')); // somebody else's key is opened in between
			await v.press(t('home.more'));
			await v.press(t('home.answer'));
			await v.give(t('letter.choose'), join(town.path, 'got'));
			await openKey(v, join(town.path, 'o1'));
			await v.page.evaluate(() => history.go(-5));
			await v.find('h2', t('answer.look_title'));
			await v.press(t('answer.do'));
			await v.reads(t('open.lost_title')); // it signs nothing here
			await v.press(t('open.again'));
			await openKey(v, key);
			await v.press(t('step.next'));
			await v.find('h2', t('answer.look_title'));
			await v.press(t('answer.do'));
			town.write('line', (await v.save(t('hand.save'))).bytes);
			assert.equal(await v.shows('button', t('answer.send')), false);
			await v.closed();
			town.ok('add', 'got', 'line');
			town.ok('bundle', 'got', '--ring', 'mint', '-o', 'small');
			const small = await visit(running);
			await small.press(t('home.more'));
			await small.press(t('home.answer'));
			await small.give(t('letter.choose'), join(town.path, 'small'));
			await openKey(small, key);
			await small.reads(t('answer.closed'));
			assert.equal(await small.shows('button', t('step.next')), false);
			await small.closed();
		});

		await context.test('of an answer to one letter nothing goes into that to another', async () => {
			town.letter('second', { signers: 3 });
			town.ok('party', 'second.letter', '--id', 'mayor', '--key', JSON.parse(town.ok('authority', 'show', 'mayor', '--json')).key, '--authority', 'o1', '-o', 'record', '--force');
			town.ok('cosign', 'record', '--authority', 'o2');
			town.ok('add', 'second.letter', 'record');
			const v = await visit(running);
			await v.press(t('home.more'));
			await v.press(t('home.answer'));
			await v.give(t('letter.choose'), join(town.path, 'got'));
			await openKey(v, key);
			await v.fill(t('answer.text'), 'Half of it.');
			await v.choose(t('answer.clarifies'), await (await v.field(t('answer.clarifies'))).evaluate((e) => /** @type {any} */ (e).options[1].value));
			await v.press(t('step.back'));
			await v.find('h2', t('open.title'));
			await v.press(t('step.next'));
			assert.equal(await (await v.field(t('answer.text'))).evaluate((e) => e.value), 'Half of it.'); // while it is the same letter, it stays
			await v.press(t('step.back'));
			await v.find('h2', t('open.title'));
			await v.press(t('step.back'));
			await v.find('h2', t('letter.title'));
			await v.press(t('letter.other'));
			await v.give(t('letter.choose'), join(town.path, 'second.letter'));
			await v.find('h2', t('open.title'));
			await v.press(t('step.next'));
			assert.equal(await (await v.field(t('answer.text'))).evaluate((e) => e.value), '');
			await v.fill(t('answer.text'), 'No.');
			await v.press(t('step.next'));
			await v.find('h2', t('answer.look_title'));
			await v.closed();
		});
	});
