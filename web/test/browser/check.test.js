// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/check.test.js: checking a letter: the count, the words and the reasons are those of the command; what is no letter is refused at once

import assert from 'node:assert/strict';
import { closeSync, ftruncateSync, openSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { randomBytes } from 'node:crypto';
import test from 'node:test';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { day, t } from '../../src/text/catalogue.js';
import { Made, fileOf } from '../maker.js';
import { Town } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { says, visit, words } from './visit.js';
import { check } from './walk.js';

const VECTORS = fileURLToPath(new URL('../../../test/vectors/letters/', import.meta.url));
const DEMO = fileURLToPath(new URL('../../../build/demo-institution/demo.letter', import.meta.url));
const town = new Town();
town.letter('our');
for (const [member, ring] of [['harbour-1', '*'], ['mint-1', 'mint'], ['mint-2', 'mint'], ['works-1', 'works']])
	town.ok('add', 'our.letter', town.signed('our.letter', member, ring));
town.letter('sealed', {}, '--seal', '--link-out', 'link');
const at = (/** @type {string} */ name) => join(town.path, name);

/** The command's verdict as its program form gives it. @param {string} path */
const verdict = (path) => JSON.parse(town.run('verify', '--json', path).out);

/** What a page says of a letter's life, the server's or ours: demand | party: where it stands; what happened when; the votes. @param {import('./visit.js').Visit} v @param {string} matrix selector of the table */
const lifeOf = (v, matrix) => v.page.evaluate((table) => {
	const clean = (/** @type {Element} */ e) => {
		const shown = /** @type {Element} */ (e.cloneNode(true));
		shown.querySelectorAll('[aria-hidden], .source').forEach((hidden) => hidden.remove());
		return (shown.textContent ?? '').replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').trim();
	};
	const [head, ...rows] = [...document.querySelectorAll(`${table} tr`)].map((row) => [...row.children]);
	return {
		stands: rows.flatMap(([demand, ...cells]) => cells.map((cell, i) => `${clean(demand)} | ${clean(head[i + 1])}: ${[...cell.children].map(clean).join(', ')}`)).sort(),
		days: [...document.querySelectorAll('.days li')].map(clean),
		votes: [...document.querySelectorAll('.question')].map((question) => [question.firstElementChild, ...question.querySelectorAll('.tally p, .chance, .tally + .hint')].map((e) => e && clean(e))),
	};
}, matrix);

/** A letter with one letter of a line changed, deep in its proof. @param {number} line from the end, 1 is the last */
function forged(line) {
	const lines = Buffer.from(town.read('our.letter')).toString().trimEnd().split('\n');
	const i = lines.length - line;
	lines[i] = lines[i].replace(/("proof":".{100})(.)/, (_, before, letter) => before + (letter === 'A' ? 'B' : 'A'));
	town.write('forged.letter', `${lines.join('\n')}\n`);
	return at('forged.letter');
}

for (const name of chosen())
	test(`${name}: letters and what is none`, { timeout: 300_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		/** @param {string} title @param {(v: import('./visit.js').Visit) => Promise<void>} body @param {Parameters<typeof visit>[1]} [options] */
		const step = (title, body, options) => context.test(title, async () => {
			const v = await visit(running, options);
			await body(v);
			await v.closed();
		});

		await step('a letter: the command’s first sentence, who vouches, the words, the rings, the fingerprints', async (v) => {
			const { signers, bodies } = verdict('our.letter');
			assert.deepEqual({ signers, bodies }, { signers: 4, bodies: 2 });
			await check(v, at('our.letter'));
			const said = await v.reads(town.ok('verify', 'our.letter').split('\n')[0].replace(/\.$/, ''));
			for (const part of ['Registry', 'Staff Court', 'enrolled only real staff, each once. Their roll: 20 keys, 23 staff.', 'On the harbour; and the road', 'Open the harbour; now.', 'The Mayor', 'We ask you to act.', 'The Mint', '2 of 6', '33', day(town.ok('verify', '--json', 'our.letter').match(/"closes":"(.{10})"/)?.[1] ?? '')])
				assert.ok(said.includes(part), `${part}\n${said}`);
		}, { size: 'phone' });

		await step('nothing of a body hides: titles of links, what stands behind a fence, definitions', async (v) => {
			const body = 'Open [it](https://a.example "seen one").\n\n``` seen two\ncode\n```\n\n![it](b.png "seen three")\n';
			town.write('written.letter', fileOf(new Made({ words: { body } }).lines));
			await check(v, at('written.letter'));
			const said = await v.reads('seen one');
			for (const part of ['seen two', 'seen three'])
				assert.ok(said.includes(part), said);
			assert.ok(!said.includes(t('markdown.written')));
			town.write('written.letter', fileOf(new Made({ words: { body: 'Open it.\n\n[it]: https://a.example "seen four"\n[it]: https://a.example "seen five"\n' } }).lines));
			await v.press(t('frame.home'));
			await check(v, at('written.letter'));
			await v.reads(t('markdown.written'));
			await v.reads('[it]: https://a.example "seen four" [it]: https://a.example "seen five"');
		});

		await step('the result can be saved, under names that say nothing, and is the command’s', async (v) => {
			await check(v, at('our.letter'));
			await v.press(t('save.title'));
			const { name: file, bytes } = await v.save(t('save.json'));
			assert.match(file, /^document\.json$/);
			assert.deepEqual(JSON.parse(String(bytes)), verdict('our.letter'));
			const text = await v.save(t('save.text'));
			assert.match(text.name, /^document\.txt$/);
			assert.match(String(text.bytes), /^4 people/);
		});

		await step('a forged signature: the line and the reason', async (v) => {
			const path = forged(2);
			const { valid, line } = verdict(path);
			assert.equal(valid, false);
			await check(v, path);
			const said = await v.reads(says('error.line'));
			assert.ok(said.includes(words('error.line', { line })), said);
			assert.ok(said.includes(t('refusal.proof')) && !/\d people/.test(said), said);
		}, { size: 'phone' });

		await step('a letter of the vectors to which much happened: the command’s first sentence, and what came back', async (v) => {
			const path = join(VECTORS, 'valid-life.letter');
			assert.equal(verdict(path).valid, true);
			await check(v, path);
			await v.find('.report h1', town.ok('verify', path).split('\n')[0].replace(/\.$/, ''));
			await v.find('h2', t('answers.title'));
		});

		await step('a record that somebody touched: the line and the reason', async (v) => {
			const path = join(VECTORS, 'bad-authority-signature-twice.letter');
			await check(v, path);
			assert.ok((await v.text()).includes(words('error.line', { line: verdict(path).line })));
		});

		await step('a letter of a newer version is not called false', async (v) => {
			const path = join(VECTORS, 'newer-roster.letter');
			const { valid, line } = verdict(path);
			assert.equal(valid, null);
			await check(v, path);
			const said = await v.reads(words('error.title_newer'));
			assert.ok(said.includes(words('error.line', { line })), said);
			assert.ok(!said.includes(t('check.invalid')));
		});

		await step('sealed words: counted without them, opened with the link, and not with another', async (v) => {
			await check(v, at('sealed.letter'));
			await v.find('h2', t('sealed.title'));
			assert.ok(!(await v.text()).includes('On the harbour'));
			await v.fill(t('sealed.link'), 'A'.repeat(43));
			await v.press(t('sealed.open'));
			await v.reads(words('refusal.link'));
			await v.fill(t('sealed.link'), Buffer.from(town.read('link')).toString().trim());
			await v.press(t('sealed.open'));
			await v.reads('On the harbour; and the road');
		});

		for (const [what, make] of /** @type {[string, () => string][]} */ ([
			['random bytes, 1 MiB', () => at(town.write('random', randomBytes(1 << 20)))],
			['nothing at all', () => at(town.write('nothing', ''))],
			['a member’s key', () => at('harbour-1.key')],
			['a hole of 1 GiB', () => sparse(at('sparse'), 2 ** 30)],
			['a letter and then a hole of 1 GiB', () => {
				town.write('tail', town.read('our.letter'));
				return sparse(at('tail'), 2 ** 30);
			}],
		]))
			await step(`no letter: ${what}`, async (v) => {
				const path = make();
				const began = performance.now();
				await check(v, path);
				context.diagnostic(`${what}: refused after ${Math.round(performance.now() - began)} ms`);
				const said = await v.text();
				assert.ok([t('check.not_a_letter'), t('check.invalid')].some((title) => said.includes(title)) && await v.shows('[role=alert]'), said);
				assert.ok(!/\d people/.test(said), said);
			});
	});

for (const name of chosen(['chromium', 'firefox']))
	test(`${name}: the demo’s letter, 400 signatures over 9,871 keys: progress goes on and never back, the page stays awake, Stop stops`, { timeout: 300_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const v = await visit(running);
		const freezes = await v.watchFreezes();
		const seen = await watchProgress(v);
		await check(v, DEMO, { patience: 240_000 });
		await v.find('.report h1', '400 people from 40 bodies signed');
		const said = await v.text(), life = await lifeOf(v, '.fixed');
		const stages = await seen();
		const told = stages.map(({ name: stage, values }) => `${stage}: ${values.join(' ')}`);
		context.diagnostic(`longest freeze ${await freezes()} ms; ${told.join('; ')}`);
		assert.ok(stages.flatMap(({ values }) => values).length >= 5, String(told));
		for (const { name: stage, values } of stages)
			assert.deepEqual(values, [...values].sort((a, b) => a - b), `${stage} goes back`);
		await v.press(t('report.another'));
		await v.give(t('check.choose'), DEMO);
		await v.press(t('progress.stop'));
		await v.reads(t('error.title_stopped'));
		await v.find('.chooser label');
		await v.closed();
		/* the pages that a server shows of the same letter say the same of its life */
		const served = await running.browser.newPage();
		await served.goto(pathToFileURL(join(dirname(DEMO), 'site/index.html')).href);
		assert.deepEqual(life, await lifeOf(/** @type {any} */ ({ page: served }), '.matrix'));
		const stands = (/** @type {RegExp} */ cell) => life.stands.some((each) => cell.test(each));
		assert.ok(life.days.length >= 6 && life.votes.length === 1 && [/First Minister of Averane: rejects, authenticated$/, /Sarn: supports, recorded by the organisers$/, /Office of the First Minister: no reply$/, /: nothing said$/].every(stands), JSON.stringify(life));
		const theirs = await served.evaluate(() => document.body.innerText.replace(/\s+/g, ' '));
		for (const line of [/no reply recorded for \d+ days/, /3 more signed and took it back\. They are not counted\./, /\d+ votes of 400 who signed\. Voting is open until [^.]+\./, /authenticated: signed with the key that the organisers gave for The First Minister of Averane/]) {
			const [found] = line.exec(theirs) ?? ['nothing'];
			assert.ok(said.replace(/[\u2066-\u2069]/g, '').replace(/\s+/g, ' ').includes(found), `${line}: ${found}`);
		}
		await served.close();
	});

/** @typedef {{ name: string, values: number[] }} Stage */

/** Notes every stage and every value of the bar in it. @param {import('./visit.js').Visit} v */
async function watchProgress(v) {
	await v.page.evaluate(() => {
		const seen = { stages: /** @type {Stage[]} */ ([]) };
		Object.assign(globalThis, { seen });
		new MutationObserver(() => {
			const value = document.querySelector('progress')?.getAttribute('value'), stage = document.querySelector('.progress-stage')?.textContent;
			if (stage && !seen.stages.some(({ name }) => name === stage))
				seen.stages.push({ name: stage, values: [] });
			const values = seen.stages.find(({ name }) => name === stage)?.values;
			if (value && values && Number(value) !== values.at(-1))
				values.push(Number(value));
		}).observe(document.body, { subtree: true, childList: true, attributes: true, characterData: true });
	});
	return () => v.page.evaluate(() => /** @type {Stage[]} */ (/** @type {any} */ (globalThis).seen.stages));
}

/** @param {string} path @param {number} size */
function sparse(path, size) {
	const file = openSync(path, 'a');
	ftruncateSync(file, size);
	closeSync(file);
	return path;
}
