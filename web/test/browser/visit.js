// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/visit.js: somebody in front of the page: reads it, presses what it offers, saves what it gives; and what must hold of every visit

import assert from 'node:assert/strict';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { setLanguage, t } from '../../src/text/catalogue.js';

export const TOP = fileURLToPath(new URL('../../../', import.meta.url));
export const PAGE = process.env.UND_PAGE ?? join(TOP, 'build/page/undersigned.html');
export const SHOTS = join(TOP, 'build/screenshots');
/** The title of every view: it stands in the browser's memory. */
export const TITLE = 'Document';

export const SIZES = { phone: { width: 360, height: 740, deviceScaleFactor: 2 }, desk: { width: 1280, height: 900, deviceScaleFactor: 1 }, narrow: { width: 320, height: 740, deviceScaleFactor: 1 } };
/** @typedef {keyof typeof SIZES} Size */

/** How long anything may take before we give up: hours of patience would hide a page that hangs. Not a measure of speed. */
const PATIENCE = 120_000;

/**
 * Opens the built page from its file. Ends, good or bad, with closed(): the page's own errors, anything sent, anything kept fail the visit.
 * @param {import('./browsers.js').Running} running @param {{ size?: Size, scheme?: 'light' | 'dark', language?: string, page?: string }} [options]
 */
export async function visit(running, { size = 'desk', scheme = running.scheme, language = 'en', page: file = PAGE } = {}) {
	assert.ok(existsSync(file), `${file} is not built: ./dev page`);
	assert.ok(running.name.startsWith('chromium') || scheme === running.scheme, 'Firefox keeps the scheme with which it was started');
	setLanguage(language); // so that t() says what the page says
	const page = await running.browser.newPage();
	page.setDefaultNavigationTimeout(PATIENCE);
	const chromium = running.name.startsWith('chromium');
	await page.setViewport(chromium && size !== 'desk' ? { ...SIZES[size], isMobile: true, hasTouch: true } : SIZES[size]);
	if (chromium)
		await page.emulateMediaFeatures([{ name: 'prefers-color-scheme', value: scheme }]);
	const own = pathToFileURL(file).href;
	const seen = new Visit(running, page, (url) => url === own, [size, scheme, language].join('-'));
	await page.goto(own);
	await seen.find('h1');
	if (language !== 'en')
		await seen.speak(language);
	return seen;
}

export class Visit {
	/** @type {string[]} what went wrong on the page itself */
	trouble = [];
	/** @type {string[]} what it asked for, beyond itself */
	asked = [];
	/** @type {RegExp | null} what the console may say */
	expected = null;

	/** @param {import('./browsers.js').Running} running @param {import('puppeteer-core').Page} page @param {(url: string) => boolean} may what it may ask for @param {string} setting */
	constructor(running, page, may, setting) {
		this.running = running;
		this.page = page;
		this.setting = setting;
		page.on('pageerror', (error) => this.trouble.push(`error: ${error instanceof Error ? error.message : error}`));
		page.on('console', (message) => ['error', 'warn'].includes(message.type()) && !this.expected?.test(message.text()) && this.trouble.push(`console: ${message.text()}`));
		page.on('request', (request) => {
			const url = request.url();
			if (!may(url) && url !== 'about:blank' && !/^(blob|data):/.test(url))
				this.asked.push(url);
		});
	}

	/**
	 * The first element on screen that fits, once there is one. text: what it says (or a part of it), a pattern, or nothing.
	 * @param {string} selector @param {string | RegExp} [text] @param {{ patience?: number }} [options]
	 * @returns {Promise<import('puppeteer-core').ElementHandle<HTMLElement>>}
	 */
	async find(selector, text = '', { patience = PATIENCE } = {}) {
		const until = Date.now() + patience;
		for (;;) {
			const found = await this.#look(selector, text);
			if (found)
				return found;
			if (Date.now() > until)
				throw new Error(`not on the page: ${selector} ${text}\n--- the page says:\n${await this.text()}`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	}

	/** @param {string} selector @param {string | RegExp} text */
	async #look(selector, text) {
		const pattern = text instanceof RegExp ? [text.source, text.flags] : null;
		const handle = await this.page.evaluateHandle((selector, text, pattern) => {
			const plain = (/** @type {string} */ s) => s.replace(/[\u2066-\u2069\u200e\u200f]/g, '').replace(/\s+/g, ' ').trim();
			const fits = (/** @type {Element} */ element) => {
				const said = plain(element.textContent + ' ' + (element.getAttribute('aria-label') ?? ''));
				return pattern ? new RegExp(pattern[0], pattern[1]).test(said) : said.includes(plain(text));
			};
			const shown = [...document.querySelectorAll(selector)].filter((element) => element.checkVisibility() && fits(element));
			return shown.find((element) => plain(element.textContent ?? '') === plain(text)) ?? shown[0] ?? null;
		}, selector, typeof text === 'string' ? text : '', pattern);
		const element = /** @type {import('puppeteer-core').ElementHandle<HTMLElement> | null} */ (handle.asElement());
		if (!element)
			await handle.dispose();
		return element;
	}

	/** Whether it is on screen now. @param {string} selector @param {string | RegExp} [text] */
	async shows(selector, text = '') {
		return (await this.#look(selector, text)) !== null;
	}

	/** All that the page says, as read. */
	text() {
		return this.page.evaluate(() => document.body.innerText.replace(/[\u2066-\u2069]/g, ''));
	}

	/** Waits until the page says it. @param {string | RegExp} text @param {{ patience?: number }} [options] */
	async reads(text, { patience = PATIENCE } = {}) {
		const until = Date.now() + patience;
		for (;;) {
			const said = (await this.text()).replace(/\s+/g, ' ');
			if (typeof text === 'string' ? said.includes(text) : text.test(said))
				return said;
			if (Date.now() > until)
				throw new Error(`the page does not say: ${text}\n--- it says:\n${await this.text()}`);
			await new Promise((resolve) => setTimeout(resolve, 50));
		}
	}

	/** Presses a button, link or fold, with the mouse or a finger. @param {string | RegExp} text @param {{ patience?: number }} [options] */
	async press(text, options) {
		const element = await this.find('button:not(:disabled), a[href], summary', text, options);
		await element.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
		await element.click();
		await element.dispose();
	}

	/** The field under this label. @param {string | RegExp} label */
	async field(label) {
		const found = await this.find('label', label);
		const field = await found.evaluateHandle((e) => /** @type {HTMLLabelElement} */ (e).control);
		return /** @type {import('puppeteer-core').ElementHandle<HTMLInputElement>} */ (field.asElement());
	}

	/** Types into the field under this label. @param {string | RegExp} label @param {string} text */
	async fill(label, text) {
		const field = await this.field(label);
		await field.evaluate((e) => {
			e.scrollIntoView({ block: 'center', behavior: 'instant' });
			e.focus();
			e.select?.();
		});
		await this.page.keyboard.press('Backspace');
		await field.type(text);
	}

	/** Ticks a box or chooses a mark. @param {string | RegExp} label */
	async tick(label) {
		const found = await this.find('label', label);
		await found.evaluate((e) => e.scrollIntoView({ block: 'center', behavior: 'instant' }));
		await found.click();
	}

	/** Chooses from a list. @param {string | RegExp} label @param {string} value */
	async choose(label, value) {
		const field = await this.field(label);
		await field.select(value);
	}

	/** Gives a file to the chooser under this label. @param {string | RegExp} label @param {string} path */
	async give(label, path) {
		const field = await this.field(label);
		await field.uploadFile(path);
	}

	/** Presses what saves a file; the file's name and bytes. @param {string | RegExp} text */
	async save(text) {
		for (const name of readdirSync(this.running.downloads))
			rmSync(join(this.running.downloads, name));
		await this.press(text);
		const until = Date.now() + PATIENCE;
		for (;;) {
			const names = readdirSync(this.running.downloads);
			if (names.length === 1 && !/\.(crdownload|part|tmp)$/.test(names[0]) && !names[0].startsWith('.')) {
				const bytes = readFileSync(join(this.running.downloads, names[0]));
				if (bytes.length > 0)
					return { name: names[0], bytes, path: join(this.running.downloads, names[0]) };
			}
			assert.ok(Date.now() < until, `nothing was saved: ${names}`);
			await new Promise((resolve) => setTimeout(resolve, 25));
		}
	}

	/** Another language, by the page's own choice at its foot. @param {string} tag */
	async speak(tag) {
		const select = await this.page.$('#language');
		assert.ok(select, 'no choice of languages');
		await select.select(tag);
		const until = Date.now() + PATIENCE;
		while ((await this.page.evaluate(() => document.documentElement.lang)) !== tag)
			assert.ok(Date.now() < until, `the page does not turn to ${tag}`);
	}

	/** A picture of the whole view, for people to look at: build/screenshots/BROWSER-SIZE-SCHEME-LANGUAGE-NAME.png. @param {string} name */
	async shot(name) {
		mkdirSync(SHOTS, { recursive: true });
		assert.equal(await this.page.title(), TITLE);
		await this.page.evaluate(() => scrollTo(0, 0)); // else the bar at the top stands in the middle
		await this.page.screenshot({ path: /** @type {`${string}.png`} */ (join(SHOTS, `${this.running.name}-${this.setting}-${name}.png`)), fullPage: true });
	}

	/** From now on, the longest time for which the page could not have answered a finger; milliseconds, by asking again. */
	async watchFreezes() {
		await this.page.evaluate(() => {
			const watch = { worst: 0, last: performance.now() };
			Object.assign(globalThis, { freezes: watch });
			const look = () => {
				const now = performance.now();
				watch.worst = Math.max(watch.worst, now - watch.last);
				watch.last = now;
				setTimeout(look, 5);
			};
			look();
		});
		return () => this.page.evaluate(() => Math.round(/** @type {any} */ (globalThis).freezes.worst));
	}

	/** The page emptied itself: an empty one stands in its place, and Back brings at most the first view, as on opening the file. */
	async left() {
		const until = Date.now() + PATIENCE;
		while (this.page.url() !== 'about:blank')
			assert.ok(await new Promise((resolve) => setTimeout(resolve, 25, Date.now() < until)), 'the page is still there');
		/** The new page is there before all of the old one is gone: asking may have to be done again. @param {() => string[]} look @returns {Promise<string[]>} */
		const settled = (look) => this.page.evaluate(look).catch((error) => {
			assert.ok(/context was destroyed/.test(String(error)) && Date.now() < until, error);
			return settled(look);
		});
		assert.deepEqual(await settled(() => [document.title, document.body?.textContent ?? '']), ['', '']);
		await settled(() => {
			setTimeout(() => history.back()); // after the answer, which going back would cut off
			return [];
		});
		await new Promise((resolve) => setTimeout(resolve, 300)); // Back needs a moment, whatever comes of it
		const back = await settled(() => [document.title, document.querySelector('h1')?.textContent ?? '']);
		assert.ok(String(back) === String(['', '']) || String(back) === String([TITLE, t('home.title')]), `Back brings: ${back}`);
		await this.page.close();
		assert.deepEqual({ asked: this.asked, sent: this.running.sent, trouble: this.trouble }, { asked: [], sent: [], trouble: [] });
	}

	/** The visit is over: nothing was sent, nothing kept, nothing broke, and the title never told anything. @param {{ title?: string }} [options] */
	async closed({ title: wanted = TITLE } = {}) {
		const kept = await this.page.evaluate(async () => {
			/** @param {() => unknown} look */
			const safely = async (look) => {
				try {
					return await look();
				} catch {
					return 0; /* a browser that has no such store for files */
				}
			};
			return {
				cookie: await safely(() => document.cookie.length),
				local: await safely(() => localStorage.length),
				session: await safely(() => sessionStorage.length),
				databases: await safely(async () => (await indexedDB.databases()).length),
				caches: await safely(async () => (await caches.keys()).length),
				hash: location.hash.length,
			};
		});
		const title = await this.page.title();
		await this.page.close();
		assert.deepEqual({ title, ...kept, asked: this.asked, sent: this.running.sent, trouble: this.trouble },
			{ title: wanted, cookie: 0, local: 0, session: 0, databases: 0, caches: 0, hash: 0, asked: [], sent: [], trouble: [] });
	}
}

/** A text of the page's catalogue as it is read on screen: without its marks. @param {string} key @param {Record<string, string | number>} [args] */
export const words = (key, args) => t(key, args).replaceAll('**', '').replace(/[\u2066-\u2069]/g, '');

/** A text of the page's catalogue, as a pattern that any arguments fit. @param {string} key @returns {RegExp} */
export function says(key) {
	const holes = new Proxy({}, { has: () => true, get: () => '\u0000', getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: '\u0000' }) });
	const text = t(key, holes).replaceAll('**', '').replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
	return new RegExp(text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replaceAll('\u0000', '.*'));
}
