// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/pages.test.js: the server's pages in a browser that runs no scripts: how they look on any screen and on paper, that they are valid, and that they ask for nothing elsewhere

import test, { after } from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { UND } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { fit } from './looks.js';
import { RichTown } from './rich.js';
import { bring, serve, visitServed } from './served.js';
import { SHOTS, TOP } from './visit.js';

const INSTITUTION = join(TOP, 'build/demo-institution');
/* the letter of the demo: 400 signatures of 40 bodies, among 9,871 keys */
const LETTER = join(INSTITUTION, 'demo.letter'), ORGANISER = join(INSTITUTION, 'authority/organiser-1.key');
const VIEWS = { list: '/', letter: '/letters/demo', roster: '/letters/demo/roster', sign: '/letters/demo/sign', enrol: '/enrol', safe: '/safe', check: '/check', guides: '/guide', guide: '/guide/organiser', missing: '/letters/none' };
/** A page may weigh so many bytes: it is read over Tor. */
const HEAVIEST = 64 * 1024;

/** A server with the demo's letter. @param {import('node:test').TestContext} context */
async function withTheDemo(context) {
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-pages-'));
	const key = JSON.parse(execFileSync(UND, ['authority', 'show', ORGANISER, '--json'], { encoding: 'utf8' })).key;
	writeFileSync(join(folder, 'serve.ini'), `[organisers]\n${key} = organiser\n[registrars]\n${key} = registrar\n`);
	const server = await serve(folder, '--config', 'serve.ini', '--store', 'store');
	context.after(async () => {
		await server.stop();
		rmSync(folder, { recursive: true });
	});
	await bring({ origin: server.origin, folder, slug: 'demo', file: LETTER, by: ORGANISER });
	return server.origin;
}

for (const name of chosen(['chromium']))
	test(`${name}: the server's pages look right without scripts, on any screen and on paper, in both languages, and ask for nothing elsewhere`, { timeout: 1_200_000 }, async (context) => {
		const origin = await withTheDemo(context);
		const running = await startBrowser(name, { origin });
		context.after(running.stop);
		mkdirSync(SHOTS, { recursive: true });
		for (const size of /** @type {const} */ (['phone', 'desk', 'narrow']))
			for (const scheme of /** @type {const} */ (['light', 'dark'])) {
				const v = await visitServed(running, origin, { size, scripts: false, scheme });
				for (const [view, path] of Object.entries(VIEWS))
					for (const language of ['en', 'ar']) {
						v.setting = [size, scheme, language].join('-');
						await v.page.setJavaScriptEnabled(false);
						await v.page.goto(`${origin}${path}?lang=${language}`);
						await v.page.setJavaScriptEnabled(true); // for the one who looks; the page has none
						assert.equal(await v.page.evaluate(() => document.scripts.length), 0);
						await fit(v, `server, ${view}`);
						await v.page.screenshot({ path: /** @type {`${string}.png`} */ (join(SHOTS, `server-${view}-${v.setting}.png`)), fullPage: size === 'phone' });
					}
				if (size === 'desk' && scheme === 'light')
					await context.test('on paper a letter is a letter: its words first, whoever signed below them, nothing to press', () => printed(v, origin));
				await v.closed({ title: 'Document' });
			}
	});

/** @param {import('./visit.js').Visit} v @param {string} origin */
async function printed(v, origin) {
	await v.page.goto(`${origin}/letters/demo?lang=en`);
	await v.page.emulateMediaType('print');
	const { shown, controls, breaks } = await v.page.evaluate(() => ({
		shown: [...document.querySelectorAll('.letter-title, .letter-to, .prose, .demands, .signed-by')].filter((e) => e.checkVisibility()).map((e) => e.className),
		controls: [...document.querySelectorAll('.button, nav, .bar, .foot, input, .count-line')].filter((e) => e.checkVisibility()).length,
		breaks: getComputedStyle(/** @type {Element} */ (document.querySelector('.headline'))).breakBefore,
	}));
	assert.deepEqual({ shown, controls, breaks }, { shown: ['letter-title', 'letter-to', 'prose', 'demands', 'signed-by'], controls: 0, breaks: 'page' });
	const paper = String(Buffer.from(await v.page.pdf({ format: 'a4' })).toString('latin1'));
	const sheets = paper.match(/\/Type ?\/Page\b/g)?.length ?? 0;
	assert.ok(sheets >= 2 && sheets <= 9, `${sheets} sheets of paper`); // two of signers, three of answers
	await v.page.screenshot({ path: /** @type {`${string}.png`} */ (join(SHOTS, 'server-letter-print.png')), fullPage: true });
	await v.page.emulateMediaType('screen');
	await v.page.goto(`${origin}/`);
}

/* ---- letters to which everything happened ---- */

const RICH = { rich: '/letters/rich?lang=en', arabic: '/letters/arabic?lang=ar', crowd: '/letters/crowd?lang=en', press: '/letters/rich/press?lang=en', 'press-ar': '/letters/arabic/press?lang=ar',
	sealed: '/letters/sealed?lang=ar', 'press-sealed': '/letters/sealed/press?lang=en', answer: '/letters/rich/answer?lang=en', 'answer-ar': '/letters/arabic/answer?lang=ar' };
/** @type {Promise<{ origin: string, stop: () => Promise<void> }> | undefined} */
let riches;
after(async () => (await riches)?.stop());

/** A server with the letters of rich.js, one for all that ask. @returns {Promise<string>} */
async function withTheRich() {
	riches ??= (async () => {
		const town = new RichTown();
		town.write('serve.ini', `[organisers]\n${town.public.o1} = organiser\n`);
		const letters = town.all();
		const server = await serve(town.path, '--config', 'serve.ini', '--store', 'store');
		for (const slug of letters)
			await bring({ origin: server.origin, folder: town.path, slug, file: `${slug}.letter`, by: 'o1' });
		return server;
	})();
	return (await riches).origin;
}

/** What stands in the matrix: each cell's demand, party and words; where its mark stands; and words that are broken within it. @param {import('./visit.js').Visit} v */
const matrix = (v) => v.page.evaluate(() => [...document.querySelectorAll('.matrix td')].filter((e) => e.checkVisibility()).map((cell) => {
	const mark = /** @type {HTMLElement} */ (cell.querySelector('.chip, .hint')), box = cell.getBoundingClientRect(), at = mark.getBoundingClientRect();
	const broken = [...cell.querySelectorAll('.chip, .chip *')].flatMap((e) => [...e.childNodes]).filter((node) => node.nodeType === Node.TEXT_NODE).flatMap((node) => [...(node.textContent ?? '').matchAll(/\S+/g)].filter((word) => {
		const range = document.createRange();
		range.setStart(node, word.index);
		range.setEnd(node, word.index + word[0].length);
		return new Set([...range.getClientRects()].map((r) => Math.round(r.top))).size > 1;
	}).map((word) => word[0]));
	return { party: cell.getAttribute('data-label') ?? '', said: (cell.textContent ?? '').replace(/\s+/g, ' ').trim(), broken, fromLeft: Math.round(at.left - box.left), fromRight: Math.round(box.right - at.right),
		named: getComputedStyle(cell, '::before').content !== 'none', column: Math.round(box.left), edge: getComputedStyle(mark).borderTopStyle };
}));

for (const name of chosen(['chromium']))
	test(`${name}: a letter to which everything happened looks right: who stands where, the days, the sheets for newspapers, the form to answer by`, { timeout: 600_000 }, async (context) => {
		const origin = await withTheRich();
		const running = await startBrowser(name, { origin });
		context.after(running.stop);
		mkdirSync(SHOTS, { recursive: true });
		for (const [size, scheme, views] of /** @type {const} */ ([['phone', 'light', Object.keys(RICH)], ['narrow', 'dark', ['rich', 'press-ar']], ['desk', 'dark', ['rich', 'arabic', 'crowd', 'press']]])) {
			const v = await visitServed(running, origin, { size, scripts: false, scheme });
			for (const [view, path] of Object.entries(RICH)) {
				if (!views.some((one) => one === view))
					continue;
				v.setting = [size, scheme].join('-');
				await v.page.setJavaScriptEnabled(false);
				await v.page.goto(origin + path);
				await v.page.setJavaScriptEnabled(true); // for the one who looks
				await fit(v, `server, ${view}`);
				assert.deepEqual(await v.page.evaluate(() => [...document.querySelectorAll('body *')].filter((e) => e.scrollWidth > e.clientWidth + 1 && /auto|scroll/.test(getComputedStyle(e).overflowX) && e.getAttribute('tabindex') !== '0').map((e) => e.className)), [],
					`${view}: what scrolls by itself, a keyboard must reach`);
				if (view in { rich: 0, arabic: 0, crowd: 0 })
					await standing(v, view, size === 'desk');
				await v.page.screenshot({ path: /** @type {`${string}.png`} */ (join(SHOTS, `server-${view}-${v.setting}.png`)), fullPage: size === 'desk' });
			}
			if (size === 'desk') {
				await context.test('with forced colours marks keep their edges, and on paper each sheet of a press kit begins a page', () => forcedAndPrinted(v, origin));
				await context.test('a feed is well-formed, tells every day, and leads to places of the page', () => feed(v, origin));
			}
			await v.page.goto(`${origin}/`);
			await v.closed({ title: 'Document' });
		}
	});

/** Marks and words, never colour alone; no word of them broken; in one column at the end of the line where they stand below each other. @param {import('./visit.js').Visit} v @param {string} view @param {boolean} desk */
async function standing(v, view, desk) {
	const cells = await matrix(v), below = !desk || view === 'crowd', rtl = view === 'arabic';
	assert.deepEqual(cells.flatMap(({ broken }) => broken), [], `${view}: broken words`);
	assert.deepEqual(cells.filter(({ named }) => named !== below), [], `${view}: a cell says whose it is where no head stands over it`);
	const marks = new Set(cells.map(({ said }) => /^\S/u.exec(said)?.[0]));
	for (const mark of ['\u2713', '\u00b1', '\u2194', '\u2026'])
		assert.ok(marks.has(mark), `${view}: ${mark} is not among ${[...marks]}`);
	assert.ok(cells.filter(({ edge }) => edge === 'dashed').every(({ party }) => party.startsWith('The Standing')), 'who said nothing is seen at once');
	assert.ok(cells.some(({ edge }) => edge === 'dashed'));
	if (below) {
		assert.deepEqual(cells.filter((cell) => (rtl ? cell.fromLeft : cell.fromRight) > 1), [], `${view}: marks stand in one column`);
	} else {
		const columns = [...new Set(cells.map(({ column }) => column))];
		assert.equal(columns.length, 4);
		assert.deepEqual(columns, [...columns].sort((a, b) => (rtl ? b - a : a - b)), `${view}: columns run as the language does`);
	}
}

/** @param {import('./visit.js').Visit} v @param {string} origin */
async function forcedAndPrinted(v, origin) {
	const devtools = await v.page.createCDPSession();
	await devtools.send('Emulation.setEmulatedMedia', { features: [{ name: 'forced-colors', value: 'active' }] });
	await v.page.goto(origin + RICH.rich);
	assert.equal(await v.page.evaluate(() => matchMedia('(forced-colors: active)').matches), true);
	assert.deepEqual(await v.page.evaluate(() => [...document.querySelectorAll('.matrix .chip')].map((e) => getComputedStyle(e)).filter((s) => s.borderTopColor === getComputedStyle(document.body).backgroundColor || s.borderTopStyle === 'none').length), 0);
	await devtools.send('Emulation.setEmulatedMedia', { media: 'print' });
	for (const view of /** @type {const} */ (['press', 'press-ar', 'press-sealed'])) {
		await v.page.goto(origin + RICH[view]);
		const { sheets, controls, breaks } = await v.page.evaluate(() => ({
			sheets: document.querySelectorAll('.paged').length,
			controls: [...document.querySelectorAll('.button, nav, .bar, .foot, .kit, .kit-title')].filter((e) => e.checkVisibility()).length,
			breaks: [...document.querySelectorAll('.paged')].slice(1).filter((e) => getComputedStyle(e).breakBefore !== 'page').length,
		}));
		assert.deepEqual({ sheets, controls, breaks }, { sheets: view === 'press-sealed' ? 5 : 6, controls: 0, breaks: 0 }, view);
		const paper = Buffer.from(await v.page.pdf({ format: 'a4' })).toString('latin1').match(/\/Type ?\/Page\b/g)?.length ?? 0;
		assert.ok(paper >= sheets && paper <= sheets + 2, `${view}: ${paper} pages of paper for ${sheets} sheets`);
	}
	await devtools.send('Emulation.setEmulatedMedia', { media: '', features: [] });
	await devtools.detach();
}

/** @param {import('./visit.js').Visit} v @param {string} origin */
async function feed(v, origin) {
	const [answer, page] = await Promise.all([fetch(`${origin}/letters/arabic.atom?lang=ar`), fetch(origin + RICH.arabic)]);
	assert.match(answer.headers.get('content-type') ?? '', /^application\/atom\+xml/);
	const [xml, html] = await Promise.all([answer.text(), page.text()]);
	const read = await v.page.evaluate((text) => {
		const tree = new DOMParser().parseFromString(text, 'application/xml');
		return { wrong: tree.querySelector('parsererror')?.textContent ?? '', entries: tree.querySelectorAll('entry').length, ids: new Set([...tree.querySelectorAll('id')].map((e) => e.textContent)).size,
			places: [...tree.querySelectorAll('entry link')].map((e) => (e.getAttribute('href') ?? '').split('#')[1]).filter((place) => place) };
	}, xml);
	assert.deepEqual({ ...read, places: 0 }, { wrong: '', entries: html.match(/<li><span class="day">/g)?.length, ids: (html.match(/<li><span class="day">/g)?.length ?? 0) + 1, places: 0 });
	assert.ok(read.entries >= 13 && read.places.length >= 8);
	for (const place of read.places)
		assert.ok(html.includes(`id="${place}"`), place);
}

test('the server\u2019s pages are valid HTML, and none is heavy', { timeout: 120_000 }, async (context) => {
	const origin = await withTheDemo(context);
	const validator = new HtmlValidate(new StaticConfigLoader({
		root: true,
		extends: ['html-validate:recommended', 'html-validate:document'],
		rules: {
			'require-sri': ['error', { target: 'crossorigin' }], // nothing comes from elsewhere
			'no-redundant-role': 'off', // a table that is laid out as a list on phones is one still
		},
	}));
	const rich = await withTheRich();
	const pages = [...Object.entries(VIEWS).flatMap(([view, path]) => ['en', 'ar'].map((language) => [`${view}, ${language}`, `${origin}${path}?lang=${language}`])),
		...Object.entries(RICH).map(([view, path]) => [view, rich + path])];
	for (const [view, address] of pages) {
		const answer = await fetch(address), html = await answer.text();
		assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'self'/);
		const { results } = await validator.validateString(html);
		assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${view}, line ${line}: ${ruleId}: ${message}`)), []);
		assert.ok(Buffer.byteLength(html) < HEAVIEST, `${view} has ${Buffer.byteLength(html)} bytes`);
	}
	const letter = await (await fetch(`${origin}/letters/demo`)).text();
	assert.equal((await validator.validateString(letter.replace('</section>', ''))).valid, false, 'the validator says no');
	assert.ok(readFileSync(LETTER).length > 10 * Buffer.byteLength(letter)); // what is weighed is not a small letter
});
