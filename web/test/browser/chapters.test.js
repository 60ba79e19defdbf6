// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/chapters.test.js: a letter's whole life, through server, command and browser: sealed, signed by 403 from 40 bodies, checked under embargo, opened, published, answered demand by demand, voted on, taken back by three

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { t } from '../../src/text/catalogue.js';
import { day } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { BODIES, SIGNERS, bodyOf, enrolAll, signAll, submitAll, voteAll } from './crowd.js';
import { Institution, assertDiscreet, fillForm, visitServed } from './served.js';
import { DAYS, DEMANDS, NEIGHBOUR, OFFICE, OUTLET, PHRASES, PRESIDENT, Story, TITLE, noReply, readAloud } from './story.js';
import { PAGE, SIZES, visit, words } from './visit.js';
import { acceptRoll, check, ownDevice, pressSign } from './walk.js';

/** Who does not do what the crowd does: in the page, by hand, or later than the others. All of them sign. */
const SIGNS_IN_THE_PAGE = SIGNERS[0], SIGNS_BY_HAND = SIGNERS[1], VOTES_IN_THE_PAGE = SIGNERS[50];
const [TAKES_BACK_IN_THE_PAGE, TAKES_BACK_BY_HAND, TAKES_BACK_BY_COMMAND] = BODIES.slice(0, 3).map((body) => `${body}.11`);
const FIRST_VOTES = [TAKES_BACK_BY_HAND, SIGNERS[60]], NO = SIGNERS.slice(100, 124), YES = SIGNERS.slice(200, 210);
const ALL = '403 people from 40 bodies signed.', LEFT = '400 people from 40 bodies signed.', TOOK_BACK = '3 more signed and took it back. They are not counted.';
const QUESTION = 'Does one overseer meet our third demand?';

/** What stands in the matrix: of the president, his neighbour, his office. */
const PARTIES = [PRESIDENT, NEIGHBOUR, OFFICE];
const CELLS = {
	'the whole letter': ['nothing said', 'supports recorded by the organisers', 'no reply'],
	[DEMANDS[0]]: ['rejects authenticated', 'nothing said', 'no reply'],
	[DEMANDS[1]]: ['nothing said', 'nothing said', 'no reply'],
	[DEMANDS[2]]: ['offers something else authenticated', 'nothing said', 'no reply'],
	[DEMANDS[3]]: ['rejects authenticated', 'takes no stand recorded by the organisers', 'no reply'],
	[DEMANDS[4]]: ['nothing said', 'nothing said', 'no reply'],
};
/** The same on a phone, a block for each demand. */
const BLOCKS = Object.fromEntries(Object.entries(CELLS).map(([heading, cells]) => [heading, cells.map((cell, i) => `${PARTIES[i]} ${cell}`).filter((cell) => !cell.endsWith('nothing said'))]));
/** The same in the words of `show`. @type {Record<string, string>} */
const SHOWN = {
	'nothing said': '-', 'no reply': 'no reply', 'rejects authenticated': '✕ rejects', 'offers something else authenticated': '↔ counter', 'supports recorded by the organisers': '✓ supports°',
	'takes no stand recorded by the organisers': '… no stand°',
};

/** @typedef {import('./visit.js').Visit} Visit */

/** Files of a folder that hold one of the phrases. @param {string} folder @param {string[]} phrases */
const holding = (folder, phrases) => readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile())
	.map((entry) => join(entry.parentPath ?? entry.path, entry.name)).filter((path) => phrases.some((phrase) => readFileSync(path).includes(phrase)));

/** In the page, from the words of a letter to the roll. @param {Visit} v @param {string} key @param {string} agree */
async function openKey(v, key, agree) {
	await v.find('h2', t('read.title'));
	await v.reads(DEMANDS[2]);
	await v.press(t(agree));
	await v.find('h2', t('open.title'));
	await v.give(t('open.choose'), key);
	await v.find('.chosen', t('open.no_passphrase'));
	await v.press(t('open.do'));
	await acceptRoll(v);
}

/** The page hands in at the moment that it drew. @param {Visit} v */
async function handedIn(v) {
	await v.reads(t('post.kept_title'));
	await v.closed();
}

/** A first letter is given up while it is sealed, with the signature that came: by both organisers, not by one. Its link. @param {Story} story */
async function givenUp(story) {
	const { town } = story;
	const link = story.seal('draft', 'For a stop at the Tidal Works');
	await signAll(story.folder, 'draft.letter', 'draft.link', [SIGNS_BY_HAND]);
	await submitAll(story.folder, story.address, [`${SIGNS_BY_HAND}.line`]);
	const drop = (/** @type {Uint8Array} */ body) => fetch(`${town.origin}/api/v1/letters/pause/drop`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.from(body) });
	const { letter } = JSON.parse(town.ok('show', 'draft.letter', '--json'));
	const one = await drop(town.request('drop', 'pause', 'o1', letter));
	assert.deepEqual([one.status, /** @type {any} */ (await one.json()).type], [422, '/problems/quorum-organisers']);
	await story.reads('The words are sealed');
	town.ok('cosign', 'request', '--authority', 'o2');
	assert.equal((await drop(town.read('request'))).status, 200);
	for (const path of ['/letters/pause', '/letters/pause.letter', '/api/v1/letters/pause'])
		assert.equal((await fetch(town.origin + path)).status, 404, path);
	return link;
}

/** @param {Story} story @param {string} dropped the link of the letter that was given up */
async function sealed(story, dropped) {
	const { town } = story;
	const link = story.seal('pause', TITLE);
	assert.notEqual(link, dropped);
	await story.reads('The words are sealed', 'Nobody has signed.');
	const answers = [];
	for (const path of ['/letters/pause', '/letters/pause?lang=ar', '/letters/pause/roster', '/letters/pause/sign', '/letters/pause/answer', '/letters/pause.letter', '/letters/pause.atom', '/', '/api/v1/letters', '/api/v1/letters/pause']) {
		const answer = await fetch(town.origin + path);
		assert.equal(answer.status, 200, path);
		answers.push(path + JSON.stringify([...answer.headers]) + await answer.text());
	}
	const secrets = [...PHRASES, 'For a stop at', link, dropped];
	assert.deepEqual(answers.filter((answer) => secrets.some((secret) => answer.includes(secret))), []);
	assert.deepEqual(holding(story.at('store'), secrets), []);
	assert.deepEqual(secrets.filter((secret) => town.said().includes(secret)), []);
	return link;
}

/** The organisers' words, brought before their time: refused, with what is missing. @param {Story} story @param {string[]} signed */
async function early(story, signed) {
	const { town } = story, bodies = new Set(signed.map(bodyOf)).size;
	const letter = story.pull('early.letter');
	const refusal = town.refused('letter', 'open', letter, '--link-file', 'pause.link', '--authority', 'o1', '-o', 'words', '--force');
	assert.ok(refusal.replace(/\s+/g, ' ').includes(`${signed.length} of 400 people, ${bodies} of 40 bodies`), refusal);
	town.ok('letter', 'open', letter, '--link-file', 'pause.link', '--authority', 'o1', '-o', 'words', '--force', '--early');
	town.ok('cosign', 'words', '--authority', 'o2');
	const answer = await fetch(`${town.origin}/api/v1/letters/pause/records`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.from(town.read('words')) });
	const { type, detail } = /** @type {any} */ (await answer.json());
	assert.deepEqual({ status: answer.status, type, detail }, { status: 409, type: '/problems/thresholds', detail: `Line 1. Missing ${400 - signed.length} signers, ${40 - bodies} bodies.` });
	assert.match(town.refused('push', 'words', '--to', story.address).replace(/\s+/g, ' '), new RegExp(`${400 - signed.length} people`));
	await story.reads('The words are sealed');
}

/** @param {Story} story @param {string} link */
async function signing(story, link) {
	const { town, running } = story, address = story.address, others = SIGNERS.slice(2);
	await early(story, []);
	const v = await visitServed(running, `${story.app}#sign:pause;key=${link}`);
	await ownDevice(v);
	await openKey(v, story.at(`${SIGNS_IN_THE_PAGE}.key`), 'read.agree');
	await pressSign(v, { ring: 'own' });
	/* while the page waits for its moment: one who has no scripts, and then the crowd */
	await signAll(story.folder, 'pause.letter', 'pause.link', [SIGNS_BY_HAND]); // again: the first letter is gone
	await story.handIn(`${SIGNS_BY_HAND}.line`);
	await story.reads('Nobody has signed.'); // two at the most, and three come out together
	await signAll(story.folder, 'pause.letter', 'pause.link', others);
	await handedIn(v);
	const most = others.slice(0, 24 * 16);
	await submitAll(story.folder, address, most.map((member) => `${member}.line`));
	await town.counts('pause', { signers: 386 });
	await early(story, [...SIGNERS.slice(0, 2), ...most]);
	await submitAll(story.folder, address, others.slice(most.length).map((member) => `${member}.line`));
	const { bodies, valid, sealed } = await town.counts('pause', { signers: 403 });
	assert.deepEqual({ bodies, valid, sealed }, { bodies: 40, valid: true, sealed: true });
	await story.reads(ALL, 'The words are sealed');
	assert.deepEqual(holding(story.at('store'), [...PHRASES, link]), []);
}

/** The newspaper has the file, the kit, and the link; and no network. @param {Story} story @param {string} link */
async function underEmbargo(story, link) {
	const { town, running } = story;
	const embargo = day(9);
	story.pull('courier.letter');
	assert.match(town.ok('verify', 'courier.letter'), /^403 people from 40 bodies signed\.$/m);
	town.ok('press', 'courier.letter', '-o', 'kit', '--embargo', embargo, '--page', PAGE);
	const sheets = await file(story, 'kit/press.html');
	assert.match(sheets.text, /Embargo: not to be published before/);
	assert.ok(sheets.text.includes(ALL), sheets.text);
	assert.deepEqual(holding(story.at('kit'), [...PHRASES, link]), []);
	const asked = running.passed.length;
	const v = await visit(running, { page: story.at('kit/undersigned.html') });
	await check(v, story.at('kit/courier.letter'));
	await v.find('.report h1', ALL);
	await v.reads(words('sealed.what'));
	await v.fill(t('sealed.link'), `${story.app}#sign:pause;key=${link}`);
	await v.press(t('sealed.open'));
	for (const phrase of PHRASES)
		await v.reads(phrase);
	await v.closed();
	assert.equal(running.passed.length, asked, 'the page from the disk asked the server');
}

/** @param {Story} story */
async function opened(story) {
	const { town } = story;
	town.ok('letter', 'open', story.pull('organisers.letter'), '--link-file', 'pause.link', '--authority', 'o1', '-o', 'words', '--force');
	assert.equal(town.run('push', 'words', '--to', story.address).code, 1); // one of two organisers
	town.ok('cosign', 'words', '--authority', 'o2');
	town.ok('push', 'words', '--to', story.address);
	story.title = TITLE;
	await story.reads(ALL, ...PHRASES);
	assert.notDeepEqual(holding(story.at('store'), PHRASES), []); // so it would have been found before
	assert.equal((await town.verified('pause')).sealed, false);
}

/** Publication and delivery; what the president says himself, and what the organisers write down of his neighbour; the office says nothing. Returns the id of the president's statement. @param {Story} story */
async function answered(story) {
	const { town } = story;
	story.push('publication', '--outlet', OUTLET, '--on', DAYS.published, '--source', 'https://courier.example/1');
	for (const party of ['president', 'office'])
		story.push('delivery', '--party', party, '--on', DAYS.delivered);
	await story.reads(new RegExp(`${PRESIDENT}: ${noReply(DAYS.delivered).source}`), new RegExp(`${OFFICE}: ${noReply(DAYS.delivered).source}`), 'A reply reaches the organisers at answers@works.example', `${OUTLET} published the letter.`);

	town.ok('authority', 'new', '-o', 'president', '--no-passphrase');
	const key = JSON.parse(town.ok('authority', 'show', 'president', '--json')).key;
	story.push('party', '--id', 'president', `--key=${key}`, '--source', 'https://president.example/key');
	story.push('party', '--id', 'sarn', '--name', NEIGHBOUR);
	const support = story.push('statement', '--party', 'sarn', '--on', DAYS.supported, '--text', 'They are right, and we say so.', '--stance', '*=supports', '--source', 'https://sarn.example/1');
	story.push('statement', '--party', 'sarn', '--on', DAYS.clarified, '--text', 'As to the divers, we take no side.', '--stance', 'd4=none', `--clarifies=${support}`, '--source', 'https://sarn.example/2');

	const { id } = JSON.parse(town.ok('statement', story.pull('president.letter'), '--party', 'president', '--on', DAYS.answered, '--text', 'The work goes on.\nOne overseer may be theirs.',
		'--stance', 'd1=rejects', '--stance', 'd4=rejects', '--stance', 'd3=counter', '--note', 'd3=One overseer, from next year on.', '--authority', 'president', '-o', 'answer', '--json'));
	const before = await town.verified('pause');
	await story.byHand(`${story.address}/answer`, async (v) => {
		await fillForm(v, { 'The line': String(Buffer.from(town.read('answer'))).trim().replace('The work goes on', 'The work rests') }); // not what was signed
		await v.reads('Nothing was kept.');
		assert.equal((await town.verified('pause')).lines, before.lines);
		await fillForm(v, { 'The line': String(Buffer.from(town.read('answer'))).trim() });
		await v.reads('The answer stands beside the letter');
	}, 'Document');
	return id;
}

/** The matrix as it is read aloud; the chain; who never replied. @param {Story} story */
async function stances(story) {
	await story.byHand(story.address, async (v) => {
		assert.deepEqual(pick(await readAloud(v.page)), BLOCKS);
		await v.page.setViewport(SIZES.desk);
		assert.deepEqual(pick(await readAloud(v.page)), CELLS);
		const said = await v.reads(new RegExp(`${OFFICE}: ${noReply(DAYS.delivered).source}`));
		assert.ok(!said.includes(`${PRESIDENT}: no reply`), said);
		for (const wanted of [`authenticated: signed with the key that the organisers gave for ${PRESIDENT}`, 'One overseer, from next year on.', 'Made clearer on', 'Makes clearer what was said on', 'They are right, and we say so.', 'As to the divers, we take no side.'])
			assert.ok(said.includes(wanted), wanted);
	});
	const feed = await (await fetch(`${story.address}.atom?lang=en`)).text();
	const titles = [...feed.matchAll(/<entry>.*?<title>([^<]*)<\/title>/gs)].map(([, title]) => title.replace(/ on \d.*/, ''));
	assert.deepEqual(titles, [`${PRESIDENT} made a statement.`, `${NEIGHBOUR} made clearer what was said`, `${NEIGHBOUR} made a statement.`, `The letter was delivered to ${OFFICE}.`, `The letter was delivered to ${PRESIDENT}.`, `${OUTLET} published the letter.`]);
}

/** The rows of the matrix, among the tables of a page. @param {Record<string, string[]>} rows */
const pick = (rows) => Object.fromEntries(Object.keys(CELLS).map((heading) => [heading, rows[heading]]));

/** Somebody votes or takes back in the page, up to the waiting. @param {Story} story @param {'vote' | 'withdraw'} act @param {string} member */
async function inThePage(story, act, member) {
	const v = await visitServed(story.running, `${story.app}#letter:pause`);
	await v.find('.report h1', ALL);
	await v.press(t(`home.${act}`));
	await ownDevice(v);
	await openKey(v, story.at(`${member}.key`), 'step.next');
	return v;
}

/** What the signers say to the president's offer. @param {Story} story @param {string} statement */
async function voting(story, statement) {
	const { town } = story, address = story.address;
	const question = story.push('question', '--text', QUESTION, '--choice', 'yes=It does', '--choice', 'no=It does not', '--closes', day(60), `--about=${statement}`);
	story.pull('signer.letter');
	await voteAll(story.folder, 'signer.letter', question, 'no', [...FIRST_VOTES, ...NO]);
	await voteAll(story.folder, 'signer.letter', question, 'yes', YES);
	await submitAll(story.folder, address, FIRST_VOTES.map((member) => `${member}.vote`));
	await story.reads(QUESTION, '0 votes of 403 who signed.'); // two wait for a third

	const voter = await inThePage(story, 'vote', VOTES_IN_THE_PAGE);
	await voter.find('h2', t('vote.question_title'));
	await voter.press(t('step.next'));
	await voter.reads('One overseer may be theirs.');
	await voter.reads(words('vote.together'));
	await voter.tick('It does not');
	await voter.press(t('vote.do'));
	const other = await inThePage(story, 'withdraw', TAKES_BACK_IN_THE_PAGE);
	await other.find('h2', t('withdraw.confirm_title'));
	await other.press(t('withdraw.do'));
	/* while both wait for their moment: another takes back by hand */
	for (const member of [TAKES_BACK_BY_HAND, TAKES_BACK_BY_COMMAND])
		town.ok('withdraw', 'signer.letter', '--key', `${member}.key`, '-o', `${member}.back`);
	await story.handIn(`${TAKES_BACK_BY_HAND}.back`);
	await handedIn(voter);
	await submitAll(story.folder, address, [...NO, ...YES].map((member) => `${member}.vote`));
	await handedIn(other);
	const said = await released(story, '37 votes of 403 who signed.');
	const around = said.slice(said.indexOf('One overseer, from next year on.'), said.indexOf('37 votes of 403 who signed.'));
	assert.match(around, new RegExp(`${QUESTION.replace('?', '\\?')}.*It does 10 votes, 27%.*It does not 27 votes, 73%`)); // below the statement that it is about
	await story.reads(ALL); // two wait for a third
}

/** The letter's page, as soon as it says so: what was handed in is released a moment after the answer. @param {Story} story @param {string} text */
const released = (story, text) => story.byHand(story.address, async (v) => {
	for (const until = Date.now() + 120_000; !(await v.text()).replace(/\s+/g, ' ').includes(text); await v.page.reload())
		assert.ok(Date.now() < until, `the page does not come to say: ${text}\n${await v.text()}`);
	return (await v.text()).replace(/\s+/g, ' ');
});

/** The third takes back, and so all three. @param {Story} story */
async function takenBack(story) {
	await submitAll(story.folder, story.address, [`${TAKES_BACK_BY_COMMAND}.back`]);
	const { bodies } = await story.town.counts('pause', { signers: 400, withdrawn: 3 });
	assert.equal(bodies, 40);
	const v = await visitServed(story.running, `${story.app}#letter:pause`);
	await v.find('.report h1', LEFT);
	await v.reads(TOOK_BACK);
	await v.reads('36 votes of 400 who signed.');
	await v.reads(noReply(DAYS.delivered));
	await v.closed();
}

/** Page, command and mirror say the same of the letter as it stands in the end. @param {Story} story */
async function allSayTheSame(story) {
	const { town } = story;
	const page = await story.byHand(story.address, async (v) => {
		await v.page.setViewport(SIZES.desk);
		return { text: (await v.text()).replace(/\s+/g, ' '), rows: await readAloud(v.page) };
	});
	town.ok('site', story.pull('organisers.letter'), '-o', 'site', '--page', PAGE);
	const copy = await file(story, 'site/index.html');
	for (const { text, rows } of [page, copy]) {
		for (const wanted of [LEFT, TOOK_BACK, '36 votes of 400 who signed.', 'It does not 26 votes, 72%'])
			assert.ok(text.includes(wanted), wanted);
		assert.match(text, new RegExp(`${OFFICE}: ${noReply(DAYS.delivered).source}`));
		assert.deepEqual(pick(rows), CELLS);
	}
	const shown = town.ok('show', 'organisers.letter');
	assert.match(shown, /^400 people from 40 bodies signed\.\n3 more signed and took it back\.$/m);
	assert.match(shown, new RegExp(`${OFFICE}: ${noReply(DAYS.delivered).source}`));
	assert.match(shown, / 26 +72 % +It does not/);
	assert.match(shown, /36 of 400 who signed have voted/);
	for (const [i, [, [president, neighbour, office]]] of Object.entries(CELLS).entries()) {
		const cells = [president, office, neighbour]; // as they came into the letter
		const line = shown.split('\n').find((each) => each.startsWith(i === 0 ? '  * the whole letter ' : `  d${i} `)) ?? '';
		assert.ok(line.replace(/\s+/g, ' ').endsWith(` ${cells.map((cell) => SHOWN[cell]).join(' ')}`), `${line} instead of ${cells}`);
	}
	assert.match(town.ok('verify', 'organisers.letter'), /^400 people from 40 bodies signed\.$/m);
}

/** A page on this machine's disk, without scripts. @param {Story} story @param {string} name */
async function file(story, name) {
	const page = await story.running.browser.newPage();
	await page.setJavaScriptEnabled(false);
	await page.setViewport(SIZES.desk);
	await page.goto(pathToFileURL(story.at(name)).href);
	const text = await page.evaluate(() => document.body.innerText.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' '));
	const rows = await readAloud(page);
	await page.close();
	return { text, rows };
}

for (const name of chosen(['chromium']))
	test(`${name}: 403 people from 40 bodies sign a sealed letter, and what comes of it until 400 stand`, { timeout: 900_000 }, async (context) => {
		const town = await Institution.start();
		context.after(town.stop);
		const running = await startBrowser(name, { origin: town.origin });
		context.after(running.stop);
		const story = new Story(town, running);
		let dropped = '', link = '', answer = '', whole = true;
		/** One after the other; when one fails, the rest of the story cannot be told. @param {string} title @param {() => Promise<void>} act */
		const chapter = (title, act) => context.test(title, async () => {
			assert.ok(whole, 'the story broke off before');
			whole = false;
			await act();
			whole = true;
		});
		await chapter('forty bodies enrol', () => enrolAll(town));
		await chapter('a first letter is given up while it is sealed', async () => void (dropped = await givenUp(story)));
		await chapter('sealed: the server has no word of it', async () => void (link = await sealed(story, dropped)));
		await chapter('signed, in the page, by hand and by command; opened early: refused, with what is missing', () => signing(story, link));
		await chapter('under embargo: a newspaper checks it without a network, and reads it with the link', () => underEmbargo(story, link));
		await chapter('opened: the words are there', () => opened(story));
		await chapter('published, delivered, answered: by the president with his key, by hand', async () => void (answer = await answered(story)));
		await chapter('demand by demand: who stands where, who made it clearer, who never replied', () => stances(story));
		await chapter('the signers vote on the offer; the tally comes out with others', () => voting(story, answer));
		await chapter('three take back: 400 from 40 stand', () => takenBack(story));
		await chapter('the page, the command and a mirror say the same', () => allSayTheSame(story));
		await chapter('no secret reached the server, and nothing went anywhere else', async () => {
			assertDiscreet(running, [link, ...[SIGNS_IN_THE_PAGE, VOTES_IN_THE_PAGE, TAKES_BACK_IN_THE_PAGE].map((member) => Buffer.from(town.read(`${member}.key`)).toString('latin1').trim())]);
			assert.deepEqual(running.sent, []);
		});
	});
