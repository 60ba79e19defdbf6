// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/errands.test.js: what can come between on a page that a server gave: links that are none, leaving before the moment, no network, cards that do not serve; a vote; a sealed letter by its link; and the same links from a disk

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { pathToFileURL } from 'node:url';
import { t } from '../../src/text/catalogue.js';
import { Town, day } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { bring, serve, visitServed } from './served.js';
import { PAGE, Visit, words } from './visit.js';
import { acceptRoll, ownDevice, pressSign, theLine } from './walk.js';

/** Those who signed the open letter; three votes are released together. */
const VOTERS = ['mint-4', 'mint-5', 'mint-6'];
/** What only the sealed letter says. */
const WORDS = 'Cinnamon, aniseed and a seventh herb.';

/** A letter, a sealed one, and three cards on a server. */
async function start() {
	const town = new Town();
	town.letter('harbour');
	for (const member of VOTERS)
		town.ok('add', 'harbour.letter', town.signed('harbour.letter', member, 'mint'));
	const { id: question } = JSON.parse(town.ok('question', 'harbour.letter', '--text', 'Is it enough?', '--choice', 'yes=It is', '--choice', 'no=It is not', '--closes', day(20), '--authority', 'o1', '-o', 'question', '--json'));
	town.ok('cosign', 'question', '--authority', 'o2');
	town.ok('add', 'harbour.letter', 'question');
	const { o1, r1, r2 } = town.public;
	town.write('serve.ini', `[organisers]\n${o1} = Works Council\n[registrars]\n${r1} = Registry\n${r2} = Staff Court\n`);
	const server = await serve(town.path, '--config', 'serve.ini', '--store', 'store');
	await bring({ origin: server.origin, folder: town.path, slug: 'harbour', file: 'harbour.letter', by: 'o1' });
	town.write('text.md', `We ask for spices.\n\n${WORDS}\n`);
	town.letter('secret', {}, '--seal', '--link-out', 'secret.link');
	await bring({ origin: server.origin, folder: town.path, slug: 'secret', file: 'secret.letter', by: 'o1' });
	const link = String(Buffer.from(town.read('secret.link'))).trim();
	town.ok('book', 'new', '-o', 'town.book', '--series', 'town', '--name', 'The town', '--bodies', 'bodies.csv', '--no-passphrase');
	town.ok('book', 'issue', 'town.book', '--body', 'mint', '--count', '3');
	town.ok('invite', 'town.book', '-o', 'cards.html', '--server', 'cards.list', '--authority', 'r1');
	const answer = await fetch(`${server.origin}/api/v1/series/town/cards`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.from(town.read('cards.list')) });
	assert.ok(answer.ok, await answer.text());
	const codes = [...String(Buffer.from(town.read('cards.html'))).matchAll(/class="code"[^>]*>([0-9 ]+)</g)].map((found) => found[1].replaceAll(' ', ''));
	return { town, codes, link, question, ...server };
}

/** From now on moments come when the test says so, and no slow machine makes them come before. @param {Visit} v */
const holdMoments = (v) => v.page.evaluate(() => {
	const { setTimeout, clearTimeout } = globalThis;
	/** @type {Map<number, () => void>} */
	const held = new Map();
	let last = 1e9;
	Object.assign(globalThis, {
		setTimeout: (/** @type {() => void} */ act, /** @type {number} */ ms) => {
			if (!(ms >= 5_000 && ms <= 40_000)) // most have none
				return setTimeout(act, ms);
			held.set(++last, act);
			return last;
		},
		clearTimeout: (/** @type {number} */ id) => void (held.delete(id) || clearTimeout(id)),
		moment: () => {
			const acts = [...held.values()];
			held.clear();
			acts.forEach((act) => act());
			return acts.length;
		},
	});
});

/** The next time that words are to be opened, this is the answer. @param {Visit} v @param {object | null} refusal null: there is none */
const insteadOfOpening = (v, refusal) => v.page.evaluate((refusal) => {
	const { postMessage } = Worker.prototype;
	Worker.prototype.postMessage = function (/** @type {any} */ message) {
		if (message.task !== 'open_words')
			return postMessage.call(this, message);
		Worker.prototype.postMessage = postMessage;
		Object.assign(globalThis, { held: true });
		if (refusal)
			this.onmessage?.(/** @type {any} */ ({ data: { id: message.id, refusal } }));
	};
}, refusal);

/** The moment comes. @param {Visit} v @returns {Promise<number>} what waited for it */
const moment = (v) => v.page.evaluate(() => /** @type {any} */ (globalThis).moment());

for (const name of chosen(['chromium']))
	test(`${name}: errands of a page that a server gave`, { timeout: 600_000 }, async (context) => {
		const { town, codes, link, question, origin, stop } = await start();
		let up = true;
		const down = async () => {
			if (up)
				await stop();
			up = false;
		};
		context.after(down);
		const running = await startBrowser(name, { origin });
		context.after(running.stop);
		const posts = () => running.passed.filter(({ method }) => method === 'POST');
		/** @param {string} title @param {string} fragment @param {(v: Visit) => Promise<void>} body */
		const step = (title, fragment, body) => context.test(title, async () => {
			const v = await visitServed(running, `${origin}/undersigned.html${fragment}`);
			v.expected = /^Error with Permissions-Policy|^Failed to load resource/;
			await v.find('h1');
			assert.equal(await v.page.evaluate(() => location.href), `${origin}/undersigned.html`, 'the address tells nothing any more');
			await holdMoments(v);
			await body(v);
			await v.closed();
		});
		/** @param {Visit} v @param {string} key @param {string} agree */
		const openWith = async (v, key, agree) => {
			await ownDevice(v);
			await v.find('h2', t('read.title'));
			await v.press(t(agree));
			await v.give(t('open.choose'), join(town.path, key));
			await v.find('.chosen', t('open.no_passphrase'));
			await v.press(t('open.do'));
			await acceptRoll(v);
		};
		await step('a link that is none leads home, and says so; the list leads to a letter, and on to signing it', '#letter:../x', async (v) => {
			await v.reads(words('served.strange'));
			await v.press('On the harbour; and the road');
			await v.press(t('served.sign'));
			await v.find('h1', t('sign.title'));
		});

		await step('a letter that is not there', '#letter:none', async (v) => {
			await v.reads(words('host.missing'));
			await v.find('button', t('served.again'));
		});

		await step('who goes home before the moment hands in nothing, and finds the line again; then by hand', '#sign:harbour', async (v) => {
			await openWith(v, 'works-1.key', 'read.agree');
			await pressSign(v, { ring: 'own' });
			await v.find('.countdown');
			await v.press(t('frame.home'));
			await v.find('h1', t('home.title'));
			assert.equal(await moment(v), 0);
			await v.page.evaluate(() => history.back());
			await v.reads(words('post.stopped'));
			await v.press(t('served.again'));
			await v.find('.countdown');
			await v.press(t('post.self'));
			assert.equal(JSON.parse(await theLine(v)).type, 'signature');
			await v.reads(words('hand.sign_counts'));
			assert.equal(await moment(v), 0);
			assert.deepEqual(posts(), []);
		});

		await context.test('who leaves before the moment hands in nothing', async () => {
			const v = await visitServed(running, `${origin}/undersigned.html#sign:harbour`);
			await openWith(v, 'works-1.key', 'read.agree');
			await holdMoments(v);
			await pressSign(v, { ring: 'own' });
			await v.find('.countdown');
			await v.press(t('leave.do'));
			for (const until = Date.now() + 60_000; v.page.url() !== 'about:blank'; await new Promise((resolve) => setTimeout(resolve, 25)))
				assert.ok(Date.now() < until, 'the page is still there');
			await v.page.close();
			assert.deepEqual(posts(), []);
		});

		await step('the language changes while it waits; it is handed in once; what waits at the server can be taken back', '#sign:harbour', async (v) => {
			await openWith(v, 'works-2.key', 'read.agree');
			await pressSign(v, { ring: 'own' });
			await v.find('.countdown');
			await v.speak('ar');
			await v.speak('en');
			await v.find('.countdown');
			assert.equal(await moment(v), 1);
			await v.reads(words('post.kept'));
			assert.equal(await moment(v), 0);
			assert.equal(posts().length, 1);
			assert.equal(posts()[0].body.length % 4096, 0);
			await v.press(t('end.home'));
			await v.press('On the harbour; and the road');
			await v.press(t('home.withdraw'));
			await openWith(v, 'works-2.key', 'step.next');
			await v.reads(words('post.waits'));
			await v.press(t('withdraw.do'));
			await v.find('.countdown');
			assert.equal(await moment(v), 1);
			await v.reads(words('post.kept'));
			assert.equal(JSON.parse(posts()[1].body).type, 'withdrawal');
		});

		await step('a vote: what stands together is told before; with two others it comes out, and counts', '#letter:harbour', async (v) => {
			const before = posts().length;
			await v.press(t('home.vote'));
			await openWith(v, `${VOTERS[0]}.key`, 'step.next');
			await v.find('h2', t('vote.question_title'));
			await v.press(t('step.next'));
			await v.reads(words('vote.together'));
			await v.reads(words('vote.batches'));
			await v.reads(words('post.ready_act'));
			await v.tick('It is not');
			await v.press(t('vote.do'));
			await v.find('.countdown');
			assert.equal(posts().length, before);
			assert.equal(await moment(v), 1);
			await v.reads(words('post.kept'));
			assert.equal(JSON.parse(posts()[before].body).type, 'vote');
			for (const member of VOTERS.slice(1)) {
				town.ok('vote', 'harbour.letter', `--question=${question}`, '--choice', 'yes', '--key', `${member}.key`, '-o', `${member}.vote`);
				const answer = await fetch(`${origin}/api/v1/letters/harbour/submissions`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.from(town.read(`${member}.vote`)) });
				assert.equal(answer.status, 202, await answer.text());
			}
			for (const until = Date.now() + 120_000; ; await new Promise((resolve) => setTimeout(resolve, 50))) {
				town.write('voted.letter', await (await fetch(`${origin}/letters/harbour.letter`)).text());
				if (String(Buffer.from(town.read('voted.letter'))).includes('"type":"vote"'))
					break;
				assert.ok(Date.now() < until, 'the votes do not come out');
			}
			assert.match(town.ok('show', 'voted.letter'), / 1 +33 % +It is not/);
		});

		/* nothing stays of the key but in the page's memory */
		const keyless = async (/** @type {Visit} */ v) => assert.ok(!(await v.page.evaluate(() => [location.href, document.title, JSON.stringify(history.state), document.documentElement.outerHTML, ...[...document.querySelectorAll('input, textarea')].map((e) => /** @type {HTMLInputElement} */ (e).value)].join('\n'))).includes(link));

		await step('a sealed letter by its link: read, signed, and the server holds not a word of it', `#sign:secret;key=${link}`, async (v) => {
			const before = posts().length;
			await ownDevice(v);
			await v.find('h2', t('read.title'));
			await v.reads(words('read.sealed'));
			await v.reads(WORDS);
			await keyless(v);
			await openWith(v, 'works-4.key', 'read.agree');
			await pressSign(v, { ring: 'own' });
			await v.find('.countdown');
			assert.equal(await moment(v), 1);
			await v.reads(words('post.kept'));
			await keyless(v);
			assert.equal(JSON.parse(posts()[before].body).type, 'signature');
			const store = readdirSync(join(town.path, 'store'), { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
			const held = Buffer.concat(store.map(({ name, parentPath, path }) => readFileSync(join(parentPath ?? path, name))));
			assert.ok(held.includes('Now, and not later.') && held.includes('"type":"sealed"'));
			/* the words of the other letter lie there, so they would be found */
			for (const secret of [link, WORDS]) {
				assert.ok(!held.includes(secret), secret);
				assert.ok(!running.passed.some(({ path, body, headers }) => (path + body + JSON.stringify(headers)).includes(secret)), secret);
			}
		});

		await step('another key opens nothing, and the link is asked for; pasted, it goes along to the next views', `#letter:secret;key=${link.slice(0, 20)}${link[20] === 'A' ? 'B' : 'A'}${link.slice(21)}`, async (v) => {
			await v.reads(words('refusal.link'));
			assert.equal(await v.page.evaluate(() => document.activeElement?.textContent), t('sealed.title'), 'the eye is led to it');
			assert.ok(!(await v.shows('.words', WORDS)));
			await v.fill(t('sealed.link'), `${origin}/undersigned.html#letter:secret;key=${link}`);
			await v.press(t('sealed.open'));
			await v.reads(WORDS);
			await v.press(t('served.sign'));
			await ownDevice(v);
			await v.find('h2', t('read.title'));
			await v.reads(WORDS);
			await keyless(v);
		});

		await step('other words than the letter names: the reason is told where the words would stand', '', async (v) => {
			await insteadOfOpening(v, { code: 'words_other', line: 0, member: '', detail: '' });
			await v.page.goto(`${origin}/undersigned.html#letter:secret;key=${link}`);
			await v.find('.words', words('refusal.words_other'));
			await keyless(v);
		});

		await step('a garbled key signs nothing; a whole link, put into the address of the open page, does not stay there; stopped while it opens the words, it does so when asked again', '#sign:secret;key=%41', async (v) => {
			await ownDevice(v);
			await v.reads(words('refusal.link'));
			await v.find('label', t('letter.link'));
			assert.ok(!(await v.shows('h2', t('read.title'))));
			await insteadOfOpening(v, null);
			await v.page.goto(`${origin}/undersigned.html#sign:secret;key=${link}`);
			for (const until = Date.now() + 120_000; !(await v.page.evaluate(() => 'held' in globalThis)); await new Promise((resolve) => setTimeout(resolve, 25)))
				assert.ok(Date.now() < until, 'nothing is opened');
			await keyless(v);
			await v.press(t('progress.stop'));
			await v.press(t('served.again'));
			await v.find('h2', t('read.title'));
			await v.reads(WORDS);
			await keyless(v);
		});

		await step('a card: a slip is named and nothing sent; a code of no card; used once; used again', `#card:series=town;code=${codes[0]}`, async (v) => {
			const before = posts().length, wrong = codes[0].slice(0, 34) + ((Number(codes[0][34]) + 1) % 10);
			await ownDevice(v);
			await v.press(t('card.have_key'));
			await v.give(t('open.choose'), join(town.path, 'mint-1.key'));
			await v.find('.chosen', t('open.no_passphrase'));
			await v.press(t('open.do'));
			await v.fill(t('enrol.body'), 'mint');
			await v.fill(t('enrol.card'), wrong);
			await v.press(t('hand.title'));
			await v.reads(/This group is mistyped: 7\./);
			assert.equal(posts().length, before);
			await v.fill(t('enrol.card'), '00000 00002 00003 00009 00001 00008 00007');
			await v.press(t('hand.title'));
			await v.reads(words('host.card_unknown'));
			await v.fill(t('enrol.card'), codes[0]);
			await v.press(t('hand.title'));
			await v.reads(words('enrol.kept'));
			await v.press(t('step.back'));
			await v.press(t('hand.title')); // the same line: the server knows it
			await v.reads(words('enrol.kept'));
			await v.press(t('step.back'));
			await v.fill(t('enrol.body'), 'works'); // another line
			await v.press(t('hand.title'));
			await v.reads(words('host.card_used'));
		});

		await step('a card of other people than the key’s stops', `#card:series=town;pin=${'A'.repeat(42)}E;code=${codes[1]}`, async (v) => {
			town.ok('key', 'new', '-o', 'pinned.key', '--series', 'town', '--pin', town.pin, '--no-passphrase', '--force');
			await ownDevice(v);
			await v.press(t('card.have_key'));
			await v.give(t('open.choose'), join(town.path, 'pinned.key'));
			await v.find('.chosen', t('open.no_passphrase'));
			await v.press(t('open.do'));
			await v.reads(words('refusal.pin'));
			assert.ok(!(await v.shows('button:not(:disabled)', t('enrol.do'))) && !(await v.shows('button:not(:disabled)', t('hand.title'))));
		});

		await step('without a network nothing is lost, and nothing is sent again by itself', '#sign:harbour', async (v) => {
			await openWith(v, 'works-3.key', 'read.agree');
			await pressSign(v, { ring: 'own' });
			await v.find('.countdown');
			await down();
			const before = posts().length;
			assert.equal(await moment(v), 1);
			await v.reads(words('host.unreached'));
			assert.equal(await moment(v), 0);
			assert.equal(posts().length, before + 1);
			await v.press(t('served.again'));
			await v.find('.countdown');
			await v.press(t('post.self'));
			await theLine(v);
			await v.reads(words('post.twice'));
		});
	});

for (const name of chosen(['chromium', 'firefox']))
	test(`${name}: from a disk a card fills in what it can; there is no server to ask`, { timeout: 300_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const card = 'card:series=town;code=00000000020000300009000010000800007', own = pathToFileURL(PAGE).href;
		for (const [fragment, heading] of [[card, 'make.title'], ['letter:harbour', 'home.title'], ['sign:harbour', 'home.title']]) {
			const page = await running.browser.newPage();
			const v = new Visit(running, page, (url) => url.split('#')[0] === own, 'disk');
			await page.goto(`${own}#${fragment}`);
			await v.find('h1', t(heading));
			assert.equal(await page.evaluate(() => location.href), own);
			assert.ok(!(await v.shows('h2', t('served.title'))));
			assert.equal(await v.shows('p', t('served.strange')), heading === 'home.title');
			if (heading === 'make.title') {
				await ownDevice(v);
				assert.equal(await (await v.field(t('card.series'))).evaluate((e) => e.value), 'town');
				assert.ok(!(await v.shows('p', t('card.code_taken'))));
			}
			await v.closed();
		}
	});
