// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/interrupted.test.js: people stop, go back, open something else and come again: nothing is signed with the wrong key, nothing that was made is lost unasked

import assert from 'node:assert/strict';
import { join } from 'node:path';
import test from 'node:test';
import { t } from '../../src/text/catalogue.js';
import { Town } from '../town.js';
import { chosen, startBrowser } from './browsers.js';
import { visit } from './visit.js';
import { acceptRoll, open, ownDevice, theLine, toTheRoll } from './walk.js';

/** The page's own logic is the same in every browser: one of them is enough here. */
const [name] = chosen(['chromium', 'firefox']);

/** Back, until this heading stands there. @param {import('./visit.js').Visit} v @param {string} heading */
async function backTo(v, heading) {
	for (let i = 0; !(await v.shows('h2', heading)); i++) {
		assert.ok(i < 20, `no way back to ${heading}`);
		await v.page.evaluate(() => new Promise((resolve) => {
			addEventListener('popstate', () => setTimeout(resolve), { once: true });
			history.back();
		}));
	}
}

test('interrupted walks', { skip: !name, timeout: 600_000 }, async (context) => {
	const town = new Town();
	const at = (/** @type {string} */ file) => join(town.path, file);
	const letter = town.letter('plain');
	const running = await startBrowser(/** @type {import('./browsers.js').Name} */ (name));
	context.after(running.stop);
	/** @param {string} title @param {(v: import('./visit.js').Visit) => Promise<void>} body */
	const step = (title, body) => context.test(title, async () => {
		const v = await visit(running, { size: 'phone' });
		await body(v);
		if (!v.page.isClosed())
			await v.closed();
	});
	/** @param {import('./visit.js').Visit} v */
	const toTheEnd = async (v) => {
		await open(v, 'sign');
		await toTheRoll(v, { letter: at(letter), key: at('works-1.key') });
		await acceptRoll(v);
		await v.find('h2', t('ring.title'));
		await v.press(t('step.next'));
		await v.find('h2', t('shows.title'));
	};

	await step('another key was opened meanwhile: it does not sign', async (v) => {
		await toTheEnd(v);
		await v.press(t('frame.home'));
		await open(v, 'enrol');
		await v.give(t('open.choose'), at('mint-1.key'));
		await v.find('.chosen');
		await v.press(t('open.do'));
		await v.find('h2', t('enrol.body_title'));
		await backTo(v, t('shows.title'));
		await v.press(t('shows.sign'));
		await v.find('.callout', t('open.lost_title'));
		assert.ok(!(await v.shows('textarea.line')));
		await v.press(t('open.again'));
		await v.find('h2', t('open.title'));
	});

	await step('the file holds another letter when it is read again: nothing is signed', async (v) => {
		await toTheEnd(v);
		await v.press(t('frame.home'));
		await open(v, 'check');
		await v.give(t('check.choose'), at(letter));
		await v.find('.report h1');
		await backTo(v, t('shows.title'));
		await v.page.evaluate((text) => {
			const { postMessage } = Worker.prototype;
			Worker.prototype.postMessage = function (/** @type {any} */ ask) {
				if (ask.task === 'read')
					ask.args.file = new File([text], 'letter');
				return postMessage.call(this, ask);
			};
		}, new TextDecoder().decode(town.read(town.letter('changed'))));
		await v.press(t('shows.sign'));
		await v.find('[role=alert]', t('refusal.words_other'));
		await v.press(t('shows.sign'));
		await v.find('[role=alert]', t('refusal.words_other'));
		assert.ok(!(await v.shows('textarea.line')));
	});

	await step('another letter was checked meanwhile: the one that was read is signed', async (v) => {
		const other = town.letter('other');
		await toTheEnd(v);
		await v.press(t('frame.home'));
		await open(v, 'check');
		await v.give(t('check.choose'), at(other));
		await v.find('.report h1');
		await backTo(v, t('shows.title'));
		await v.press(t('shows.sign'));
		town.write('line', `${await theLine(v)}\n`);
		town.refused('add', other, 'line');
		town.ok('add', letter, 'line');
	});

	await step('Open pressed before the key file was looked at; Stop while the letter is read again: the walk goes on', async (v) => {
		await open(v, 'sign');
		await toTheRoll(v, { letter: at(letter), key: at('works-1.key') });
		await v.find('h2', t('roll.title'));
		await v.press(t('frame.home'));
		await open(v, 'check');
		await v.give(t('check.choose'), at(letter));
		await v.find('.report h1');
		await backTo(v, t('roll.title'));
		await v.tick(t('roll.pin_is_same'));
		await v.page.evaluate((next, stop) => {
			const press = (/** @type {string} */ label) => [...document.querySelectorAll('button')].find((button) => button.textContent === label && button.checkVisibility())?.click();
			press(next);
			press(stop);
		}, t('step.next'), t('progress.stop'));
		await v.find('[role=alert]', t('error.title_stopped'));
		await v.press(t('step.next'));
		await v.press(t('open.again'));
		await v.find('h2', t('open.title'));
		await v.page.evaluate((label) => document.addEventListener('change', () => [...document.querySelectorAll('button')].find((button) => button.textContent === label)?.click(), { once: true }), t('open.do'));
		await v.give(t('open.choose'), at('works-1.key'));
		await acceptRoll(v);
		await v.find('h2', t('ring.title'));
	});

	await step('a sealed letter: a wrong link opens nothing; Back and forward lose nothing; from the end there is no way back', async (v) => {
		town.letter('sealed', {}, '--seal', '--link-out', 'sealed.link');
		const key = new TextDecoder().decode(town.read('sealed.link')).trim();
		await open(v, 'sign');
		await ownDevice(v);
		await v.give(t('letter.choose'), at('sealed.letter'));
		await v.fill(t('letter.link'), `https://letter.example/#${'A'.repeat(43)}`);
		await v.press(t('step.next'));
		await v.find('.fault', t('letter.link_wrong'));
		await v.fill(t('letter.link'), `https://letter.example/#${key}`);
		await v.press(t('step.next'));
		await v.find('h2', t('read.title'));
		await v.press(t('read.agree'));
		await v.give(t('open.choose'), at('works-2.key'));
		await v.find('.chosen');
		await v.press(t('open.do'));
		await acceptRoll(v);
		await v.find('h2', t('ring.title'));
		await backTo(v, t('letter.title'));
		assert.ok(!(await v.page.content()).includes(key));
		for (const heading of ['read.title', 'open.title', 'roll.title', 'ring.title', 'shows.title']) {
			await v.press(t(heading === 'open.title' ? 'read.agree' : 'step.next'));
			await v.find('h2', t(heading));
		}
		await v.press(t('shows.sign'));
		const line = await theLine(v);
		await v.page.evaluate(() => history.back());
		assert.equal(await theLine(v), line);
		town.write('line', `${line}\n`);
		town.ok('add', 'sealed.letter', 'line');
	});

	await step('a key that was not saved: the browser asks before it goes; Leave now goes at once', async (v) => {
		let asked = 0;
		v.page.on('dialog', (dialog) => {
			asked++;
			void dialog.dismiss();
		});
		await open(v, 'key');
		await ownDevice(v);
		await v.fill(t('card.series'), 'town');
		await v.tick(t('card.no_pin'));
		await v.press(t('step.next'));
		await v.tick(t('pass.none'));
		await v.press(t('make.do'));
		await v.find('h2', t('keep.title'));
		await v.page.reload({ timeout: 1_000 }).catch(() => {});
		await v.find('h2', t('keep.title'));
		assert.equal(asked, 1);
		await v.press(t('leave.do'));
		await v.left();
		assert.equal(asked, 1);
	});
});
