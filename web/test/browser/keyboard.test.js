// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/keyboard.test.js: checking and signing with the keyboard alone; what has the focus is seen to have it

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { t } from '../../src/text/catalogue.js';
import { Town } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { says, visit } from './visit.js';

const town = new Town();
town.letter('our');
town.ok('add', 'our.letter', town.signed('our.letter', 'mint-1', 'mint'));
const at = (/** @type {string} */ name) => join(town.path, name);
const MOST_TABS = 60;

/** What has the focus: its words, and whether one sees it. @param {import('./visit.js').Visit} v */
const focused = (v) => v.page.evaluate(() => {
	const e = /** @type {HTMLElement} */ (document.activeElement ?? document.body);
	const label = e instanceof HTMLInputElement || e instanceof HTMLTextAreaElement || e instanceof HTMLSelectElement ? [...(e.labels ?? [])].map((each) => each.textContent).join(' ') : '';
	const said = `${e.textContent} ${label} ${e.getAttribute('aria-label') ?? ''}`.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
	const shown = [e, ...(e instanceof HTMLInputElement ? [...(e.labels ?? []), e.closest('.chooser')] : [])].some((each) => {
		const style = each && getComputedStyle(each);
		return style && ((style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2) || style.boxShadow !== 'none');
	});
	return { tag: e.tagName, said, shown };
});

/** Tab until this has the focus. @param {import('./visit.js').Visit} v @param {string | RegExp} text */
async function tabTo(v, text) {
	const passed = [];
	for (let i = 0; i < MOST_TABS; i++) {
		await v.page.keyboard.press('Tab');
		const { tag, said, shown } = await focused(v);
		passed.push(said.slice(0, 40));
		assert.ok(tag === 'BODY' || shown, `nobody sees the focus on: ${said}`);
		if (typeof text === 'string' ? said.includes(text.replace(/[\u2066-\u2069]/g, '')) : text.test(said))
			return;
	}
	assert.fail(`Tab never comes to ${text}, but to: ${passed.join(' | ')}`);
}

/** @param {import('./visit.js').Visit} v @param {string | RegExp} text */
async function enter(v, text) {
	await tabTo(v, text);
	await v.page.keyboard.press('Enter');
}

/** The file dialogue, opened with a key. @param {import('./visit.js').Visit} v @param {string} label @param {string} path */
async function chooseFile(v, label, path) {
	for (let tries = 3; ; tries--) { /* on a loaded machine the browser can lose a dialogue that it was asked for */
		await tabTo(v, label);
		const [chooser] = await Promise.all([v.page.waitForFileChooser({ timeout: 10_000 }).catch(() => null), v.page.keyboard.press('Space')]);
		if (chooser)
			return chooser.accept([path]);
		assert.ok(tries > 1, `${label} opens no dialogue`);
	}
}

for (const name of chosen(['chromium'])) {
	test(`${name}: a letter is checked with the keyboard alone`, { timeout: 120_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const v = await visit(running);
		await tabTo(v, t('frame.skip'));
		await enter(v, says('home.check'));
		await v.find('h1', t('check.title'));
		await chooseFile(v, t('check.choose'), at('our.letter'));
		await v.find('.report h1');
		assert.match((await focused(v)).said, /1 (person|people)/, 'the focus is on the result');
		await enter(v, t('report.another'));
		await v.find('h1', t('check.title'));
		await v.closed();
	});

	test(`${name}: a letter is signed with the keyboard alone`, { timeout: 120_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const v = await visit(running);
		await enter(v, says('home.sign'));
		await v.find('h2', t('device.title'));
		await enter(v, t('device.yes'));
		await chooseFile(v, t('letter.choose'), at('our.letter'));
		await v.find('h2', t('read.title'));
		await enter(v, t('read.agree'));
		await chooseFile(v, t('open.choose'), at('works-1.key'));
		await v.find('.chosen');
		await enter(v, t('open.do'));
		await v.find('h2', t('roll.title'));
		await tabTo(v, t('roll.pin_is_same'));
		await v.page.keyboard.press('Space');
		await enter(v, t('step.next'));
		await v.find('h2', t('ring.title'));
		await enter(v, t('step.next'));
		await v.find('h2', t('shows.title'));
		await enter(v, t('shows.sign'));
		const box = await v.find('textarea.line');
		town.write('line', `${await box.evaluate((e) => /** @type {HTMLTextAreaElement} */ (e).value)}\n`);
		town.ok('add', 'our.letter', 'line');
		await v.closed();
	});
}
