// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/looks.test.js: every view, on phone and desk, light and dark, in both directions: no finding of axe-core, nothing beyond the edge; pictures of all of them

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { LANGUAGES, t } from '../../src/text/catalogue.js';
import { Town, day } from '../town.js';
import { NAMES, chosen, startBrowser } from './browsers.js';
import { fit, overflow, violations } from './looks.js';
import { PAGE, says, visit } from './visit.js';
import { acceptRoll, check, makeKey, open, ownDevice, signIn, theLine, toTheRoll } from './walk.js';

const town = new Town();
const at = (/** @type {string} */ name) => join(town.path, name);
town.letter('our');
for (const [member, ring] of [['harbour-1', '*'], ['mint-1', 'mint'], ['mint-2', 'mint'], ['works-1', 'works']])
	town.ok('add', 'our.letter', town.signed('our.letter', member, ring));
/** A record of both organisers; its id. @param {...string} args */
function put(...args) {
	const { id } = JSON.parse(town.ok(args[0], 'our.letter', ...args.slice(1), '--authority', 'o1', '-o', 'record', '--force', '--json'));
	town.ok('cosign', 'record', '--authority', 'o2');
	town.ok('add', 'our.letter', 'record');
	return id;
}
put('delivery', '--party', 'mayor', '--on', day(-3));
put('party', '--id', 'ships', '--name', 'Binnenschifffahrtsgenossenschaftsverband');
const said = put('statement', '--party', 'ships', '--on', day(-2), '--language', 'de', '--text', 'So ist es.', '--stance', '*=supports', '--stance', 'd1=counter');
put('statement', '--party', 'ships', '--on', day(-1), '--language', 'de', '--text', 'Ganz so.', '--stance', 'd1=partly', '--clarifies', said);
put('notice', '--kind', 'correction', '--language', 'en', '--text', 'The road, not the roads.', '--on', day(-1));
put('question', '--text', 'Is the answer enough?', '--about', said, '--choice', 'yes=It is enough', '--choice', 'no=It is not', '--closes', day(20));
town.letter('sealed', {}, '--seal', '--link-out', 'link');
const LINK = Buffer.from(town.read('link')).toString().trim();
town.write('forged.letter', Buffer.from(town.read('our.letter')).toString().replace(/("proof":".{100})(.)/g, (_, before, letter) => before + (letter === 'A' ? 'B' : 'A')));
town.ok('key', 'new', '-o', 'pinned.key', '--series', 'town', '--pin', `${'A'.repeat(42)}E`, '--no-passphrase');

const RTL = Object.entries(LANGUAGES).find(([, { dir }]) => dir === 'rtl')?.[0] ?? 'en';

/** Widths, and how much larger the letters are. @type {[import('./visit.js').Size, number][]} */
const SCALES = [['narrow', 1], ['desk', 2], ['phone', 1.3]];

/** Goes through every view. @param {import('./visit.js').Visit} v @param {(name: string) => Promise<void>} look */
async function everywhere(v, look) {
	const home = async () => {
		await v.press(t('frame.home'));
		await v.find('h1', t('home.title'));
	};
	await look('home');
	await v.press(t('frame.about'));
	await v.find('h1', t('about.title'));
	await look('about');
	await home();
	await v.press(says('home.more'));
	await v.find('h1', t('more.title'));
	await look('more');
	await home();
	await check(v, at('our.letter'), { look });
	await look('report');
	await home();
	await check(v, at('sealed.letter'));
	await look('report_sealed');
	await home();
	await check(v, at('forged.letter'));
	await look('invalid');
	await home();
	await makeKey(v, { series: 'town', pin: town.pin, look });
	await home();
	await open(v, 'enrol');
	await v.give(t('open.choose'), at('harbour-2.key'));
	await v.find('.chosen');
	await v.press(t('open.do'));
	await v.fill(t('enrol.body'), 'harbour');
	await look('enrol');
	await v.press(t('enrol.do'));
	await theLine(v);
	await v.press(t('hand.qr'));
	await look('enrol_line');
	await home();
	await open(v, 'sign');
	await toTheRoll(v, { letter: at('sealed.letter'), link: LINK, key: at('harbour-2.key'), look });
	await acceptRoll(v, { look });
	await signIn(v, { look });
	await home();
	await open(v, 'sign');
	await toTheRoll(v, { letter: at('our.letter'), key: at('pinned.key') });
	await v.find('[role=alert]');
	await look('pin_stops');
	await home();
	for (const act of ['withdraw', 'vote']) {
		await open(v, act);
		await ownDevice(v);
		await look(`${act}_begin`);
		await toTheRoll(v, { letter: at('our.letter'), key: at('mint-1.key'), agree: 'step.next' });
		await acceptRoll(v);
		await v.find('h2', t(act === 'vote' ? 'vote.question_title' : 'withdraw.confirm_title'));
		await look(act);
		await home();
	}
}

const SOME = /** @type {const} */ ([
	['chromium', 'phone', 'light', 'en'], ['chromium', 'phone', 'dark', RTL], ['chromium', 'desk', 'dark', 'en'], ['chromium', 'desk', 'light', RTL], ['firefox', 'phone', 'dark', 'en'],
]);
/* UND_LOOKS=all: every browser, width, scheme and direction, a quarter of an hour and more */
const EVERY = NAMES.flatMap((name) => /** @type {const} */ (['phone', 'desk']).flatMap((size) => /** @type {const} */ (['light', 'dark']).flatMap((scheme) => ['en', RTL].map((language) => /** @type {const} */ ([name, size, scheme, language])))));

for (const [name, size, scheme, language] of process.env.UND_LOOKS === 'all' ? EVERY : SOME)
	if (chosen([name]).length > 0)
		test(`${name}, ${size}, ${scheme}, ${language}: every view is fit to be seen`, { timeout: 600_000 }, async (context) => {
			const running = await startBrowser(name, { scheme });
			context.after(running.stop);
			const v = await visit(running, { size, scheme, language });
			const seen = /** @type {string[]} */ ([]), wrong = /** @type {string[]} */ ([]);
			await everywhere(v, async (view) => {
				seen.push(view);
				await v.shot(view);
				await fit(v, view).catch((error) => wrong.push(String(error.message)));
			});
			await v.closed();
			assert.deepEqual(wrong, []);
			assert.ok(seen.length >= 25, `${seen.length} views`);
		});

for (const name of chosen(['chromium', 'firefox']))
	test(`${name}: on 320 pixels, on a desk with letters twice as large, on a phone with large ones, nothing is beyond the edge`, { timeout: 300_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		for (const [size, scale] of name === 'firefox' ? SCALES.slice(0, 1) : SCALES) {
			const v = await visit(running, { size, language: size === 'phone' ? RTL : 'en' });
			await v.page.evaluate((scale) => document.documentElement.style.setProperty('font-size', `${100 * scale}%`), scale);
			/** @type {string[]} */
			const wrong = [];
			await everywhere(v, async (view) => {
				const found = await overflow(v);
				if (found.length > 0)
					wrong.push(`${size}, ${scale}, ${view}: ${found.join('; ')}`);
			});
			await v.closed();
			assert.deepEqual(wrong, []);
		}
	});

if (chosen(['chromium']).length > 0)
	test('chromium: forced colours and print', { timeout: 120_000 }, async (context) => {
		const running = await startBrowser('chromium');
		context.after(running.stop);
		const v = await visit(running);
		await check(v, at('our.letter'));
		const session = await v.page.createCDPSession();
		await session.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
		assert.ok(await v.page.evaluate(() => matchMedia('(forced-colors: active)').matches));
		await v.shot('forced_colours');
		await session.send('Emulation.setEmulatedMedia', { media: 'print', features: [] });
		assert.deepEqual(await v.page.evaluate(() => [...document.querySelectorAll('button:not(.sorter), input, select')].filter((e) => e.checkVisibility()).map((e) => e.textContent)), [], 'paper has no buttons');
		const paper = await v.page.pdf({ format: 'a4' });
		assert.equal(Buffer.from(paper.subarray(0, 5)).toString(), '%PDF-');
		await v.shot('print');
		await session.send('Emulation.setEmulatedMedia', { media: '', features: [] });
		await v.closed();
	});

test('one language is written from right to left', () => assert.notEqual(RTL, 'en'));

test('the built file is valid HTML, in one piece', async () => {
	const validator = new HtmlValidate(new StaticConfigLoader({
		root: true,
		extends: ['html-validate:recommended', 'html-validate:document'],
		rules: { 'require-sri': ['error', { target: 'crossorigin' }] }, // nothing comes from elsewhere; the policy holds the hashes
	}));
	const html = readFileSync(PAGE, 'utf8');
	const { results } = await validator.validateString(html);
	assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message }) => `${ruleId}: ${message}`)), []);
	assert.equal((await validator.validateString(html.replace('<html lang="en">', '<html>'))).valid, false, 'the validator says no');
});

if (chosen(['chromium']).length > 0)
	test('what looks at the views can say no', { timeout: 120_000 }, async (context) => {
		const running = await startBrowser('chromium');
		context.after(running.stop);
		for (const [plant, finding] of /** @type {[string, RegExp][]} */ ([
			['const e = document.createElement("button"); main.append(e)', /button-name/],
			['const e = document.createElement("p"); e.textContent = "pale"; e.style.color = "#ddd"; main.append(e)', /color-contrast/],
			['const e = document.createElement("h4"); e.textContent = "skips"; main.append(e)', /level 4 after/],
			['const e = document.createElement("h1"); e.textContent = "again"; main.append(e)', /2 headings/],
			['const e = document.createElement("p"); e.textContent = "wide"; e.style.width = "2000px"; main.append(e)', /sideways/],
			['const e = document.createElement("button"); e.textContent = "."; for (const k of ["width", "height", "min-height", "min-width"]) e.style.setProperty(k, "9px"); e.style.display = "block"; main.append(e)', /button \.: \d+x9/],
		])) {
			const v = await visit(running);
			await fit(v, 'home');
			await v.page.evaluate(`{ const main = document.querySelector('main'); ${plant} }`);
			await assert.rejects(fit(v, 'home'), finding, plant);
			await v.closed();
		}
		const v = await visit(running);
		assert.deepEqual(await violations(v), []);
		await v.closed();
	});
