// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/pages.test.js: the server's pages in a browser that runs no scripts: how they look, that they reach nothing else, and a line handed in by hand

import test from 'node:test';
import assert from 'node:assert/strict';
import { execFileSync, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import puppeteer from 'puppeteer-core';
import { chosen, startBrowser } from './browsers.js';
import { fit } from './looks.js';
import { PAGE, SIZES } from './visit.js';

const TOP = fileURLToPath(new URL('../../../', import.meta.url));
const PROGRAM = process.env.UND_PROGRAM ?? join(TOP, 'build/demo/src/cli/undersigned');
const INSTITUTION = join(TOP, 'build/demo-institution');
const SHOTS = join(TOP, 'build/screenshots');
const ADDRESS = 'https://letters.example';
const VIEWS = { list: '/', letter: '/letters/demo', roster: '/letters/demo/roster', sign: '/letters/demo/sign', enrol: '/enrol', safe: '/safe', check: '/check', missing: '/letters/none' };

/** @param {...string} args */
const run = (...args) => execFileSync(PROGRAM, args, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'] });

/** A server with the demo's letter, in a folder of its own. @returns {Promise<{ origin: string, folder: string, stop: () => Promise<void> }>} */
async function startServer() {
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-pages-'));
	const organiser = join(INSTITUTION, 'authority/organiser-1.key'), letter = readFileSync(join(INSTITUTION, 'demo.letter'));
	const key = JSON.parse(run('authority', 'show', organiser, '--json')).key;
	writeFileSync(join(folder, 'serve.ini'), `[server]\naddress = ${ADDRESS}\n[organisers]\n${key} = organiser\n[registrars]\n${key} = registrar\n`);
	const child = spawn(PROGRAM, ['serve', '--config', join(folder, 'serve.ini'), '--store', join(folder, 'store'), '--listen', '127.0.0.1:0', '--page', PAGE], { stdio: ['ignore', 'pipe', 'inherit'] });
	const origin = await new Promise((resolve, reject) => {
		let said = '';
		child.stdout.on('data', (bytes) => {
			said += bytes;
			const where = /http:\/\/127\.0\.0\.1:\d+/.exec(said);
			where && resolve(where[0]);
		});
		child.on('exit', () => reject(new Error(`the server ended: ${said}`)));
	});
	const id = JSON.parse(run('show', join(INSTITUTION, 'demo.letter'), '--json')).letter;
	const request = { act: 'create', letter: id, nonce: randomBytes(32).toString('base64url'), on: new Date().toISOString().slice(0, 10), server: ADDRESS, signatures: [], subject: 'demo', type: 'request', v: 1 };
	writeFileSync(join(folder, 'request'), `${JSON.stringify(request)}\n`);
	run('cosign', join(folder, 'request'), '--authority', organiser);
	const answer = await fetch(`${origin}/api/v1/letters?slug=demo`, { method: 'POST', headers: { 'content-type': 'application/x-ndjson' }, body: Buffer.concat([readFileSync(join(folder, 'request')), letter]) });
	assert.equal(answer.status, 201, await answer.text());
	const stop = () => new Promise((/** @type {(value?: undefined) => void} */ resolve) => {
		child.removeAllListeners('exit');
		child.on('exit', () => {
			rmSync(folder, { recursive: true });
			resolve();
		});
		child.kill();
	});
	return { origin, folder, stop };
}

/**
 * A page that runs no scripts. What it asks for is asked of the server by us: the browser itself has no way out.
 * @param {import('./browsers.js').Running} running @param {string} origin @param {{ size: 'phone' | 'desk' | 'narrow', scheme: 'light' | 'dark' }} setting
 */
async function open(running, origin, { size, scheme }) {
	const page = await running.browser.newPage();
	/** @type {string[]} */
	const asked = [], trouble = [];
	await page.setJavaScriptEnabled(false);
	await page.setViewport(size === 'desk' ? SIZES[size] : { ...SIZES[size], isMobile: true, hasTouch: true });
	await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
	await page.setRequestInterception(true);
	page.on('console', (message) => ['error', 'warn'].includes(message.type()) && !/404/.test(message.text()) && trouble.push(message.text()));
	page.on('request', async (request) => {
		const url = new URL(request.url());
		if (url.protocol === 'data:')
			return request.continue();
		asked.push(url.origin);
		const answer = await fetch(origin + url.pathname + url.search);
		await request.respond({ status: answer.status, headers: Object.fromEntries(answer.headers), body: Buffer.from(await answer.arrayBuffer()) });
	});
	return { page, asked, trouble };
}

for (const name of chosen(['chromium']))
	test(`${name}: the server's pages look right without scripts, on any screen, in both languages, and ask for nothing elsewhere`, { timeout: 600_000 }, async (context) => {
		const server = await startServer();
		context.after(server.stop);
		const running = await startBrowser(name);
		context.after(running.stop);
		mkdirSync(SHOTS, { recursive: true });
		for (const size of /** @type {const} */ (['phone', 'desk', 'narrow']))
			for (const scheme of /** @type {const} */ (['light', 'dark'])) {
				const { page, asked, trouble } = await open(running, server.origin, { size, scheme });
				for (const [view, path] of Object.entries(VIEWS))
					for (const language of ['en', 'ar']) {
						const setting = [size, scheme, language].join('-');
						await page.setJavaScriptEnabled(false);
						const answer = await page.goto(`${ADDRESS}${path}?lang=${language}`);
						assert.match(answer?.headers()['content-security-policy'] ?? '', /^default-src 'none'; style-src 'self'/);
						await page.setJavaScriptEnabled(true); // for the one who looks; the page has none
						assert.equal(await page.evaluate(() => document.scripts.length), 0);
						await fit(/** @type {any} */ ({ page, running, setting }), `server, ${view}`);
						await page.screenshot({ path: join(SHOTS, `server-${view}-${setting}.png`) });
					}
				assert.deepEqual([...new Set(asked)], [ADDRESS]);
				assert.deepEqual(trouble, []);
				await page.close();
			}
	});

test('chromium: a line is pasted and handed in, without scripts; what is not a line is explained', { timeout: 120_000 }, async (context) => {
	const server = await startServer();
	context.after(server.stop);
	/* straight to the server: what a form with a file sends cannot be passed on by us */
	const browser = await puppeteer.launch({ executablePath: process.env.UND_CHROMIUM ?? '/usr/bin/chromium', headless: true, args: process.getuid?.() === 0 ? ['--no-sandbox'] : [] });
	context.after(() => browser.close());
	const page = await browser.newPage();
	await page.setJavaScriptEnabled(false);
	/** @param {string} line */
	const hand = async (line) => {
		await page.goto(`${server.origin}/letters/demo/sign`);
		await page.type('#line', line);
		await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')]);
		return page.$eval('main', (main) => main.innerText);
	};
	assert.match(await hand('{"not":"a line"}'), /This was not taken[\s\S]*Nothing was kept/);
	const line = readFileSync(join(INSTITUTION, 'demo.letter'), 'utf8').split('\n').find((one) => one.endsWith('"type":"signature","v":1}')) ?? '';
	assert.match(await hand(line), /Your line is here/); // it stands there already; nobody is told
	assert.equal(await page.title(), 'Document');
});
