// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/hosted.test.js: a member's whole way on a server: card, key, roll, letter, signature, counted, taken back; in the page, and by hand without scripts

import assert from 'node:assert/strict';
import { join } from 'node:path';
import { describe, test } from 'node:test';
import { pathToFileURL } from 'node:url';
import { t } from '../../src/text/catalogue.js';
import { CLOSES, ENDS, UNTIL, day } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { readSquare } from './camera.js';
import { fit } from './looks.js';
import { Institution, assertDiscreet, fillForm, follow, visitServed } from './served.js';
import { Visit, words } from './visit.js';
import { acceptRoll, finishKey, ownDevice, pressSign } from './walk.js';

const PLACES = 6;
/** From the press of the button to the moment at which the page hands in, at the least (page/moment.js); milliseconds. */
const SOONEST = 10_000;

/** The registrars' book with a place for everybody; its cards are printed and the server knows them. @param {Institution} town */
async function issueCards(town) {
	const pin = /[\w-]{43}/.exec(town.ok('authority', 'pin', '--quorum', '2', '--', town.public.r1, town.public.r2))?.[0] ?? '';
	town.write('bodies.csv', 'harbour,The Harbour,9\n');
	town.ok('book', 'new', '-o', 'town.book', '--series', 'town', '--name', 'The town', '--bodies', 'bodies.csv', '--no-passphrase', '--address', `${town.origin}/undersigned.html`, '--pin', pin);
	town.ok('book', 'issue', 'town.book', '--body', 'harbour', '--count', String(PLACES));
	town.ok('invite', 'town.book', '-o', 'cards.html', '--server', 'cards.list', '--authority', 'r1');
	await town.send('/api/v1/series/town/cards', town.read('cards.list'));
	const codes = [...String(Buffer.from(town.read('cards.html'))).matchAll(/class="code"[^>]*>([0-9 ]+)</g)].map((found) => found[1]);
	assert.equal(codes.length, PLACES);
	return codes;
}

/** A key made by the command, and its line. @param {Institution} town @param {string} name */
function makeLine(town, name) {
	town.ok('key', 'new', '-o', `${name}.key`, '--series', 'town', '--no-passphrase');
	return town.ok('key', 'enrol', `${name}.key`, '--body', 'harbour').trim();
}

/** The registrars fetch who enrolled, make the roll, and the letter is written on it and brought. @param {Institution} town */
async function bringLetter(town) {
	town.write('enrolled', await town.send('/api/v1/series/town/collections', town.request('collect', 'town', 'r1')));
	town.ok('book', 'import', 'town.book', 'enrolled');
	town.ok('book', 'build', 'town.book', '--edition', '1', '--from', day(-30), '--until', UNTIL, '-o', 'staff.roster');
	for (const who of ['r1', 'r2'])
		town.ok('cosign', 'staff.roster', '--authority', who);
	const { o1, o2, r1, r2 } = town.public;
	town.write('text.md', 'The harbour is closed, and **nobody** says why.\n\nWe ask you to open it.\n');
	town.write('letter.ini', `[letter]\ntitle = On the harbour\ntext = text.md\nlanguage = en\n[addressees]\nmayor = The Mayor\n[demands]\nd1 = Open the harbour.\n` +
		`[organisers]\nquorum = 2\n${o1} = Works Council\n${o2} = Harbour Union\n[registrars]\nquorum = 2\n${r1} = Registry\n${r2} = Staff Court\n` +
		`[rules]\nrings = either\nmin_ring = 4\nmax_share = 100\nmax_share_all = 100\nroster = fixed\nrelease = 2\nsigners = 3\nbodies = 1\ncloses = ${CLOSES}\nends = ${ENDS}\n`);
	town.ok('letter', 'new', 'letter.ini', '--roster', 'staff.roster', '-o', 'harbour.letter', '--authority', 'o1');
	town.ok('cosign', 'harbour.letter', '--authority', 'o2');
	await town.bring('harbour', 'harbour.letter');
}

/** The line with which a member whose key the command made signs, or takes back. @param {Institution} town @param {'sign' | 'withdraw'} act @param {string} name */
function line(town, act, name) {
	town.ok(act, 'harbour.downloaded', '--key', `${name}.key`, ...(act === 'sign' ? ['--ring', 'harbour', '--yes'] : []), '--force', '-o', `${name}.line`);
	return String(Buffer.from(town.read(`${name}.line`)));
}

/** What a camera reads on a printed card. @param {import('./browsers.js').Running} running @param {string} sheet @param {number} slot from 1 */
async function readCard(running, sheet, slot) {
	const page = await running.browser.newPage();
	await page.goto(pathToFileURL(sheet).href);
	const text = await readSquare(/** @type {any} */ ((await page.$$('img.qr'))[slot - 1]));
	await page.close();
	return text;
}

/** From the words of the letter to the key. @param {Visit} v @param {string} key @param {string} agree */
async function openWith(v, key, agree) {
	await ownDevice(v);
	await v.find('h2', t('read.title'));
	await v.press(t(agree));
	await v.find('h2', t('open.title'));
	await v.give(t('open.choose'), key);
	await v.find('.chosen', t('open.no_passphrase'));
	await v.press(t('open.do'));
	await acceptRoll(v, { pin: 'held' });
}

/** A view that only a page with a server has, measured and pictured. @param {Visit} v @param {string} view */
async function look(v, view) {
	if (v.running.name !== 'chromium')
		return;
	await v.page.setJavaScriptEnabled(true); // for the one who looks, where the page has none
	await fit(v, `hosted, ${view}`);
	await v.shot(`hosted_${view}`);
}

/** The same of an answer of the server's, for one who runs no scripts. @param {Visit} v @param {string} view */
async function lookByHand(v, view) {
	await look(v, view);
	await v.page.setJavaScriptEnabled(false);
}

/** The page hands in at its moment, and not before; what it sent. @param {Visit} v @param {number} pressed when, milliseconds */
async function handedIn(v, pressed) {
	const { passed } = v.running, before = passed.length;
	await v.reads(words('post.why'));
	await look(v, 'waiting');
	await v.reads(t('post.kept_title'), { patience: 120_000 });
	await look(v, 'kept');
	const sent = passed.slice(before).filter(({ method }) => method === 'POST');
	assert.deepEqual(sent.map(({ path }) => path), ['/api/v1/letters/harbour/submissions']);
	assert.ok(sent[0].at - pressed >= SOONEST, `handed in ${sent[0].at - pressed} ms after the button was pressed`);
	return sent[0].body;
}

/** @param {import('./browsers.js').Name} name @param {import('node:test').TestContext} context */
async function inThePage(name, context) {
	const town = await Institution.start();
	context.after(town.stop);
	const codes = await issueCards(town);
	const running = await startBrowser(name, { origin: town.origin });
	context.after(running.stop);
	for (const member of [2, 3, 4])
		await town.send('/api/v1/series/town/enrolments', `{"code":"${codes[member - 1]}","enrolment":${makeLine(town, `m${member}`)}}`, 'application/json');
	const app = `${town.origin}/undersigned.html`;
	/** @type {string[]} */
	const secrets = [];
	const key = join(town.path, 'notes.dat');

	await context.test('the card: a key is made and saved, and its line handed in with the code', async () => {
		const link = await readCard(running, join(town.path, 'cards.html'), 1);
		assert.match(link, new RegExp(`^${app}#card:series=town;pin=[\\w-]{43};code=${codes[0].replaceAll(' ', '')}$`));
		const v = await visitServed(running, link);
		await ownDevice(v);
		await v.find('h2', t('card.title'));
		await v.reads(t('card.code_taken'));
		await look(v, 'card');
		await v.press(t('step.next'));
		const { file, code } = await finishKey(v);
		town.write('notes.dat', file.bytes);
		secrets.push(file.bytes.toString('latin1'), code, code.replaceAll('-', ''));
		await v.press(t('make.enrol'));
		await v.fill(t('enrol.body'), 'harbour');
		await look(v, 'join');
		await v.press(t('hand.title'));
		await v.reads(t('enrol.kept'));
		await look(v, 'joined');
		const short = /(\d{4} ){5}\d{4}/.exec((await v.text()).replace(/\s+/g, ' '))?.[0] ?? 'none';
		await v.closed();
		await bringLetter(town);
		assert.match(town.ok('book', 'report', 'town.book', '--slots'), new RegExp(`^1,harbour,used,${short},`, 'm')); // the strip and the book agree
	});

	await context.test('signing: nothing is sent until the moment; then the letter counts it with others', async () => {
		const v = await visitServed(running, `${town.origin}/letters/harbour`);
		await follow(v, 'Sign this letter');
		await openWith(v, key, 'read.agree');
		let pressed = 0;
		await pressSign(v, { ring: 'own', before: async () => void (pressed = Date.now()) });
		const sent = await handedIn(v, pressed);
		assert.equal(JSON.parse(sent).type, 'signature');
		await v.closed();
		await town.counts('harbour', { signers: 0 }); // one alone waits
		await town.send('/api/v1/letters/harbour/submissions', ['m2', 'm3', 'm4'].map((member) => line(town, 'sign', member)).join(''));
		const { valid } = await town.counts('harbour', { signers: 4 });
		assert.equal(valid, true);
		await reads('4 people from 1 body signed.');
	});

	await context.test('taking back: the count goes down, and the page says that somebody did', async () => {
		const home = await visitServed(running, app);
		await home.find('button', 'On the harbour');
		await look(home, 'home');
		await home.press('On the harbour');
		await home.find('h1', '4 people from 1 body signed');
		await home.closed();
		const v = await visitServed(running, `${town.origin}/letters/harbour/sign`);
		await follow(v, 'Check it, take back, vote');
		await v.find('button', t('home.withdraw'));
		await look(v, 'report');
		await v.press(t('home.withdraw'));
		await openWith(v, key, 'step.next');
		await v.find('h2', t('withdraw.confirm_title'));
		const pressed = Date.now();
		await v.press(t('withdraw.do'));
		const sent = await handedIn(v, pressed);
		assert.equal(JSON.parse(sent).type, 'withdrawal');
		await v.closed();
		await town.send('/api/v1/letters/harbour/submissions', line(town, 'withdraw', 'm2'));
		await town.counts('harbour', { signers: 2, withdrawn: 2 });
		await reads(/2 people from 1 body signed\..*2 more signed and took it back\. They are not counted\./);
	});

	assertDiscreet(running, secrets);
	assert.deepEqual(running.passed.filter(({ path }) => /card|sign:|bundle/.test(path)), []); // what stands behind # stays here, and no small file tells a group

	/** @param {string | RegExp} text */
	async function reads(text) {
		const v = await visitServed(running, `${town.origin}/letters/harbour`);
		await v.reads(text);
		await v.closed({ title: 'On the harbour' });
	}
}

/** @param {import('./browsers.js').Name} name @param {import('node:test').TestContext} context */
async function byHand(name, context) {
	const town = await Institution.start();
	context.after(town.stop);
	const codes = await issueCards(town);
	const running = await startBrowser(name, { origin: town.origin });
	context.after(running.stop);
	const options = /** @type {const} */ ({ scripts: false });
	/** @param {string} address @param {string | RegExp} text */
	const reads = async (address, text) => {
		const v = await visitServed(running, address, options);
		await v.reads(text);
		await v.closed({ title: 'On the harbour' }); // a letter's page bears the letter's title; the page that signs never does
	};
	for (const member of [2, 3, 4])
		await town.send('/api/v1/series/town/enrolments', `{"code":"${codes[member - 1]}","enrolment":${makeLine(town, `m${member}`)}}`, 'application/json');

	await context.test('joining: a slip of the pen is named; then the short form of the key is shown', async () => {
		const enrolment = makeLine(town, 'm1');
		const v = await visitServed(running, `${town.origin}/enrol`, options);
		const slip = codes[0].replace(/.(?= \d{5}$)/, (digit) => String((Number(digit) + 1) % 10)); // the last but one group
		await fillForm(v, { 'The code on your card': slip, 'The line': enrolment });
		await v.reads('Group 6 of the code is mistyped.');
		await lookByHand(v, 'mistyped');
		await fillForm(v, { 'The code on your card': codes[0].replaceAll(' ', '-') });
		await v.reads('Your line is here');
		await lookByHand(v, 'enrolled');
		const short = /(\d{4} ){5}\d{4}/.exec((await v.text()).replace(/\s+/g, ' '))?.[0] ?? 'none';
		assert.ok(town.ok('key', 'show', 'm1.key').includes(short), short);
		await v.closed();
	});

	await bringLetter(town);
	await town.counts('harbour', { signers: 0 });

	await context.test('reading: list, letter, roll', async () => {
		const v = await visitServed(running, `${town.origin}/`, options);
		await follow(v, 'On the harbour');
		await v.reads(/nobody says why\. We ask you to open it\..*Nobody has signed\./);
		await follow(v, 'The roll: keys and staff of each body');
		await v.reads(/The Harbour.*4 .*9/);
		await v.closed({ title: 'On the harbour' });
	});

	await context.test('signing by hand: pasted, and as a file; the letter counts two', async () => {
		const v = await visitServed(running, `${town.origin}/letters/harbour/sign`, options);
		await fillForm(v, { 'The line': String(Buffer.from(town.read('m1.key'))).slice(0, 400) });
		await v.reads(/This was not taken.*Nothing was kept\./);
		await lookByHand(v, 'refused');
		await fillForm(v, { 'The line': line(town, 'sign', 'm1').trim() });
		await v.reads('Your line is here');
		await lookByHand(v, 'taken');
		await v.page.goto(`${town.origin}/letters/harbour/sign`);
		line(town, 'sign', 'm2');
		await fillForm(v, { 'Or choose the file with the line': join(town.path, 'm2.line') });
		await v.reads('Your line is here');
		await v.closed();
		assert.equal((await town.counts('harbour', { signers: 2 })).valid, true);
		await reads(`${town.origin}/letters/harbour`, '2 people from 1 body signed.');
	});

	await context.test('taking back by hand: two of them, pasted; the letter says that somebody did', async () => {
		await town.send('/api/v1/letters/harbour/submissions', line(town, 'sign', 'm3') + line(town, 'sign', 'm4').replace(/\n$/, ''));
		await town.counts('harbour', { signers: 4 });
		const v = await visitServed(running, `${town.origin}/letters/harbour/sign`, options);
		await fillForm(v, { 'The line': line(town, 'withdraw', 'm1').trim() });
		await v.reads('Your line is here');
		await v.page.goto(`${town.origin}/letters/harbour/sign`);
		await fillForm(v, { 'The line': line(town, 'withdraw', 'm2').trim() });
		await v.reads('Your line is here');
		await v.closed();
		await town.counts('harbour', { signers: 2, withdrawn: 2 });
		await reads(`${town.origin}/letters/harbour`, /2 people from 1 body signed\..*2 more signed and took it back\. They are not counted\./);
	});

	assertDiscreet(running, codes.slice(1).map((code) => code.replaceAll(' ', '')));
	await context.test('whatever goes elsewhere is noticed', async () => {
		const page = await running.browser.newPage();
		await assert.rejects(page.goto('http://elsewhere.example/probe'));
		assert.deepEqual(running.sent.filter((one) => !one.includes('/probe')), []);
		assert.ok(running.sent.some((one) => one.startsWith('GET http://elsewhere.example/probe')), String(running.sent));
	});
}

/* side by side: the page waits most of the time, for its moment */
describe('hosted', { concurrency: true }, () => {
	for (const name of chosen(['chromium', 'firefox-nojit']))
		test(`${name}: a member goes from the card to the roll, signs, is counted, and takes it back, in the page`, { timeout: 900_000 }, (context) => inThePage(name, context));
	for (const name of chosen(['chromium']))
		test(`${name}, without scripts: somebody joins a roll with a card, pastes a signature, uploads another, takes one back`, { timeout: 600_000 }, (context) => byHand(name, context));
});
