// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/pages.test.js: the server's pages in a browser that runs no scripts: how they look on any screen and on paper, that they are valid, and that they ask for nothing elsewhere

import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HtmlValidate, StaticConfigLoader } from 'html-validate';
import { UND } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { fit } from './looks.js';
import { bring, serve, visitServed } from './served.js';
import { SHOTS, TOP } from './visit.js';

const INSTITUTION = join(TOP, 'build/demo-institution');
/* the letter of the demo: 400 signatures of 40 bodies, among 9,871 keys */
const LETTER = join(INSTITUTION, 'demo.letter'), ORGANISER = join(INSTITUTION, 'authority/organiser-1.key');
const VIEWS = { list: '/', letter: '/letters/demo', roster: '/letters/demo/roster', sign: '/letters/demo/sign', enrol: '/enrol', safe: '/safe', check: '/check', missing: '/letters/none' };
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
	assert.ok(sheets >= 2 && sheets <= 6, `${sheets} sheets of paper`);
	await v.page.screenshot({ path: /** @type {`${string}.png`} */ (join(SHOTS, 'server-letter-print.png')), fullPage: true });
	await v.page.emulateMediaType('screen');
	await v.page.goto(`${origin}/`);
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
	for (const [view, path] of Object.entries(VIEWS))
		for (const language of ['en', 'ar']) {
			const answer = await fetch(`${origin}${path}?lang=${language}`), html = await answer.text();
			assert.match(answer.headers.get('content-security-policy') ?? '', /^default-src 'none'; style-src 'self'/);
			const { results } = await validator.validateString(html);
			assert.deepEqual(results.flatMap(({ messages }) => messages.map(({ ruleId, message, line }) => `${view}, ${language}, line ${line}: ${ruleId}: ${message}`)), []);
			assert.ok(Buffer.byteLength(html) < HEAVIEST, `${view} has ${Buffer.byteLength(html)} bytes`);
		}
	const letter = await (await fetch(`${origin}/letters/demo`)).text();
	assert.equal((await validator.validateString(letter.replace('</section>', ''))).valid, false, 'the validator says no');
	assert.ok(readFileSync(LETTER).length > 10 * Buffer.byteLength(letter)); // what is weighed is not a small letter
});
