// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/key.test.js: keys made on the page open in the command, and the other way; the enrolment line is taken; the written code restores

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { t } from '../../src/text/catalogue.js';
import { Town } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { visit, words } from './visit.js';
import { makeKey, open, ownDevice, readCode, theLine } from './walk.js';

const town = new Town();
const at = (/** @type {string} */ name) => join(town.path, name);
const PASSPHRASE = 'sechs W\u00f6rter aus dem W\u00fcrfelbuch';
town.write('passphrase', `${PASSPHRASE}\n`);

/** What the command sees in a key file. @param {string} name @param {Uint8Array} bytes @param {...string} options */
function shown(name, bytes, ...options) {
	town.write(name, bytes);
	return JSON.parse(town.ok('key', 'show', name, '--json', ...options));
}

for (const name of chosen())
	test(`${name}: keys`, { timeout: 600_000 }, async (context) => {
		const running = await startBrowser(name);
		context.after(running.stop);
		const slow = name === 'chromium-jitless' || name === 'firefox-nojit';
		/** @param {string} title @param {(v: import('./visit.js').Visit) => Promise<void>} body */
		const step = (title, body) => context.test(title, async () => {
			const v = await visit(running, { size: 'phone' });
			await body(v);
			await v.closed();
		});

		await step('a key with a pin and a passphrase: file and code open in the command', async (v) => {
			const began = performance.now();
			const { file, code } = await makeKey(v, { series: 'town', pin: town.pin, passphrase: slow ? '' : PASSPHRASE, patience: 240_000 });
			context.diagnostic(`a key ${slow ? 'without passphrase' : 'with one, gentle'}: ${Math.round(performance.now() - began)} ms, typing included`);
			assert.equal(file.name, 'notes.dat');
			assert.equal(file.bytes.length, 208);
			const options = slow ? [] : ['--passphrase-file', 'passphrase'];
			const { short, series, edition } = shown('made.key', file.bytes, ...options);
			assert.deepEqual({ series, edition }, { series: 'town', edition: 1 });
			assert.ok((await v.text()).replace(/\s/g, '').includes(short.replaceAll(' ', '')), short);
			town.write('code', `${code}\n`);
			town.ok('key', 'restore', '-o', 'restored.key', '--series', 'town', '--pin', town.pin, '--code-file', 'code', '--no-passphrase', '--force');
			assert.equal(JSON.parse(town.ok('key', 'show', 'restored.key', '--json')).short, short);

			await v.press(t('make.enrol'));
			await v.fill(t('enrol.body'), 'harbour');
			await v.press(t('enrol.do'));
			const line = await theLine(v);
			town.write('page.enrol', `${line}\n`);
			town.ok('roster', 'new', '--series', 'town', '--name', 'The town', '--edition', '1', '--from', '2026-01-01', '--until', '2099-12-31', '--bodies', 'bodies.csv', '-o', 'page.roster', '--force',
				'--enrolments', 'page.enrol', ...['harbour-1', 'harbour-2', 'harbour-3'].map((member) => `${member}.enrol`));
			const { code: exit, out } = town.run('roster', 'show', 'page.roster', '--key', 'restored.key');
			assert.equal(exit, 0, out);
		});

		await step('a code that was mistyped is not taken; the command’s key enrols here', async (v) => {
			await open(v, 'enrol');
			await ownDevice(v);
			await v.give(t('open.choose'), at('harbour-1.key'));
			await v.find('.chosen');
			await v.press(t('open.do'));
			await v.fill(t('enrol.body'), 'Harbour!');
			await v.press(t('enrol.do'));
			await v.reads(words('enrol.body_wrong'));
			await v.fill(t('enrol.body'), 'harbour');
			await v.press(t('enrol.do'));
			town.write('again.enrol', `${await theLine(v)}\n`);
			town.ok('roster', 'new', '--series', 'town', '--name', 'The town', '--edition', '1', '--from', '2026-01-01', '--until', '2099-12-31', '--bodies', 'bodies.csv', '-o', 'again.roster', '--force',
				'--enrolments', 'again.enrol', ...['harbour-2', 'harbour-3'].map((member) => `${member}.enrol`));
			await v.press(t('frame.home'));

			await open(v, 'key');
			await v.fill(t('card.series'), 'town');
			await v.tick(t('card.no_pin'));
			await v.press(t('step.next'));
			await v.tick(t('pass.none'));
			await v.press(t('make.do'));
			await v.save(t('keep.do'));
			await v.press(t('step.next'));
			const code = await readCode(v);
			await v.press(t('code.written'));
			await v.fill(t('retype.label'), (code[0] === 'a' ? 'b' : 'a') + code.slice(1));
			await v.press(t('retype.do'));
			await v.find('.differs');
			assert.ok(!(await v.shows('p', t('make.ready'))));
			await v.fill(t('retype.label'), code.toUpperCase().replaceAll('-', ' '));
			await v.press(t('retype.do'));
			await v.reads(words('make.ready'));
		});
	});
