// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/smoke.test.js: the built file opens from the disk in every browser, shows its first view, and reaches nothing; and the harness can say no

import test from 'node:test';
import assert from 'node:assert/strict';
import { t } from '../../src/text/catalogue.js';
import { chosen, startBrowser } from './browsers.js';
import { says, visit } from './visit.js';

for (const name of chosen()) {
	test(`${name}: the page opens, every view of the first list too`, { timeout: 120_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		context.diagnostic(await running.browser.version());
		const v = await visit(running, { size: 'phone' });
		await v.find('h1', t('home.title'));
		const compiled = !name.endsWith('jitless') && !name.endsWith('nojit');
		assert.equal(await v.page.evaluate(() => typeof WebAssembly), compiled ? 'object' : 'undefined', 'the compiler is as this setting says');
		for (const task of ['check', 'sign', 'key', 'more']) {
			await v.press(says(`home.${task}`));
			await v.find('h1');
			assert.ok(!(await v.shows('h1', t('home.title'))), task);
			await v.press(t('frame.home'));
			await v.find('h1', t('home.title'));
		}
		await v.closed();
	});

	test(`${name}: whatever would reach out from the page is stopped by its policy, and nothing leaves the browser`, { timeout: 120_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const v = await visit(running);
		const blocked = await v.page.evaluate(async () => {
			/** @type {string[]} */
			const blocked = [];
			document.addEventListener('securitypolicyviolation', (event) => blocked.push(event.effectiveDirective));
			const image = document.createElement('img');
			image.src = 'http://probe.example/image';
			const frame = document.createElement('iframe');
			frame.src = 'http://probe.example/frame';
			document.body.append(image, frame);
			const link = document.createElement('link');
			Object.assign(link, { rel: 'stylesheet', href: 'http://probe.example/style' });
			document.head.append(link);
			navigator.sendBeacon('http://probe.example/beacon', 'x');
			const fetched = await fetch('http://probe.example/fetch').then(() => 'fetched', () => 'refused');
			const font = await new FontFace('x', 'url(http://probe.example/font)').load().then(() => 'loaded', () => 'refused');
			const form = document.createElement('form');
			form.action = 'http://probe.example/form';
			form.target = '_blank';
			document.body.append(form);
			try {
				form.submit();
			} catch { /* Firefox throws where Chromium is silent */ }
			const wanted = ['connect-src', 'font-src', 'frame-src', 'img-src', 'style-src-elem'];
			for (let i = 0; i < 500 && !wanted.every((directive) => blocked.includes(directive)); i++)
				await new Promise((resolve) => setTimeout(resolve, 20));
			return { blocked: [...new Set(blocked)].sort(), fetched, font };
		});
		assert.deepEqual({ ...blocked, blocked: blocked.blocked.filter((directive) => directive !== 'form-action') },
			{ blocked: ['connect-src', 'font-src', 'frame-src', 'img-src', 'style-src-elem'], fetched: 'refused', font: 'refused' });
		assert.deepEqual(running.sent, []);
		v.trouble.length = 0; // the browser's own words about what it stopped
		await v.page.close();
	});
}

for (const name of chosen(['chromium', 'firefox-nojit']))
	test(`${name}: leave now, by the button and by three times Escape, leaves nothing on screen`, { timeout: 120_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const first = await visit(running);
		await first.press(says('home.key'));
		await first.press(t('leave.do'));
		await first.left();
		const second = await visit(running);
		await second.press(says('home.sign'));
		for (let i = 0; i < 3; i++)
			await second.page.keyboard.press('Escape');
		await second.left();
		const third = await visit(running);
		for (let i = 0; i < 2; i++)
			await third.page.keyboard.press('Escape');
		await third.find('h1', t('home.title'));
		await third.closed();
	});

test('the harness sees what a page sends, keeps, says and names itself', { timeout: 120_000 }, async (context) => {
	const { mkdtempSync, rmSync, writeFileSync } = await import('node:fs');
	const { tmpdir } = await import('node:os');
	const { join } = await import('node:path');
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-probe-'));
	context.after(() => rmSync(folder, { recursive: true, force: true }));
	/** @param {string} script @param {string} [title] */
	const planted = (script, title = 'Document') => {
		const page = join(folder, 'page.html');
		writeFileSync(page, `<!DOCTYPE html><html lang="en"><title>${title}</title><link rel="icon" href="data:,"><h1>x</h1><script>${script}</script>`);
		return page;
	};
	for (const name of chosen(['chromium', 'firefox'])) {
		const running = await startBrowser(name);
		context.after(running.stop);
		await (await visit(running, { page: planted('') })).closed();
		for (const [what, script, finding] of /** @type {[string, string, RegExp][]} */ ([
			['kept', 'localStorage.x = 1', /local/],
			['an error', 'setTimeout(() => { throw new Error("planted") })', /planted/],
			['the console', 'console.error("planted")', /planted/],
			['another title', 'document.title = "On the harbour"', /harbour/],
			['sent', 'new Image().src = "http://probe.example/image"', /probe\.example/],
		])) {
			const v = await visit(running, { page: planted(script) });
			await new Promise((resolve) => setTimeout(resolve, 200)); // until what was planted has happened
			await v.page.evaluate(() => 0);
			await assert.rejects(v.closed(), finding, `${name}: ${what}`);
			running.sent.length = 0;
			const clean = await visit(running, { page: planted('localStorage.clear()') });
			await clean.closed();
		}
	}
});
