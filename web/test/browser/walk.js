// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/walk.js: the ways through the page, step by step, by the words that it shows; every step hands the visit to `look`

import { t } from '../../src/text/catalogue.js';
import { says } from './visit.js';

/** @typedef {import('./visit.js').Visit} Visit */
/** @typedef {(name: string) => Promise<void>} Look called on every view of a walk */

const RARER = ['enrol', 'withdraw', 'vote', 'advance', 'restore'];
/** @type {Look} */
const passing = async () => {};

/** Opens a task from the first view. @param {Visit} v @param {string} task home.TASK of the catalogue */
export async function open(v, task) {
	if (RARER.includes(task))
		await v.press(says('home.more'));
	await v.press(says(`home.${task}`));
	await v.find('h1');
}

/** Says that the device is one's own, where that is asked. @param {Visit} v @param {Look} [look] */
export async function ownDevice(v, look = passing) {
	if (!(await v.shows('h2', t('device.title'))))
		return;
	await look('device');
	await v.press(t('device.yes'));
}

/** Checks a letter; comes back when its result, or its fault, is on screen. @param {Visit} v @param {string} path @param {{ patience?: number, look?: Look }} [options] */
export async function check(v, path, { patience, look = passing } = {}) {
	await open(v, 'check');
	await look('check');
	await v.give(t('check.choose'), path);
	await v.find('.report h1, [role=alert]', '', { patience });
}

/**
 * Chooses the letter and the key, up to the roll. Afterwards the roll step is on screen, or a fault.
 * @param {Visit} v @param {{ letter: string, key: string, passphrase?: string, link?: string, agree?: string, patience?: number, look?: Look }} options agree: the way on from the words
 */
export async function toTheRoll(v, { letter, key, passphrase = '', link = '', agree = 'read.agree', patience, look = passing }) {
	await ownDevice(v, look);
	await v.find('h2', t('letter.title'));
	await look('letter');
	await v.give(t('letter.choose'), letter);
	if (link) {
		await v.find('label', t('letter.link'), { patience });
		await look('sealed');
		await v.fill(t('letter.link'), link);
		await v.press(t('step.next'));
	}
	await v.find('h2', t('read.title'), { patience });
	await look('words');
	await v.press(t(agree));
	await v.find('h2', t('open.title'));
	await look('open');
	await v.give(t('open.choose'), key);
	if (passphrase) {
		await v.fill(t('open.passphrase'), passphrase);
		await look('passphrase');
	} else
		await v.find('.chosen', t('open.no_passphrase'));
	await v.press(t('open.do'));
}

/** From the roll on: compares the pin where the key has none. @param {Visit} v @param {{ pin?: 'same' | 'other' | 'unknown' | 'held', patience?: number, look?: Look }} [options] held: the key holds it */
export async function acceptRoll(v, { pin = 'same', patience, look = passing } = {}) {
	await v.find('h2', t('roll.title'), { patience });
	if (pin !== 'held')
		await v.tick(t(`roll.pin_is_${pin}`));
	await look('roll');
	await v.press(t('step.next'));
}

/** Chooses the ring and signs. @param {Visit} v @param {{ ring?: 'own' | 'all', patience?: number, look?: Look, before?: () => Promise<void> }} [options] ring: else the one that the page prefers */
export async function pressSign(v, { ring, patience, look = passing, before = async () => {} } = {}) {
	await v.find('h2', t('ring.title'), { patience });
	if (ring)
		await v.tick(says(`ring.${ring}`));
	await look('ring');
	await v.press(t('step.next'));
	await v.find('h2', t('shows.title'));
	await look('shows');
	await before();
	await v.press(t('shows.sign'));
}

/** The same; the line. @param {Visit} v @param {Parameters<typeof pressSign>[1]} [options] */
export async function signIn(v, options) {
	await pressSign(v, options);
	return theLine(v, options);
}

/** The line of the last step, as it stands there. @param {Visit} v @param {{ patience?: number, look?: Look }} [options] */
export async function theLine(v, { patience, look = passing } = {}) {
	const box = await v.find('textarea.line', '', { patience });
	await look('hand_in');
	return box.evaluate((e) => /** @type {HTMLTextAreaElement} */ (e).value);
}

/**
 * Makes a key with the card's series and pin, up to the end; the file and the written code. Passphrase '': none.
 * @param {Visit} v @param {{ series: string, pin?: string, passphrase?: string, gentle?: boolean, patience?: number, look?: Look }} options
 */
export async function makeKey(v, { series, pin = '', passphrase = '', gentle = true, patience, look = passing }) {
	await open(v, 'key');
	await ownDevice(v, look);
	await v.find('h2', t('card.title'));
	await v.fill(t('card.series'), series);
	if (pin)
		await v.fill(t('card.pin'), pin);
	else
		await v.tick(t('card.no_pin'));
	await look('card');
	await v.press(t('step.next'));
	return finishKey(v, { passphrase, gentle, patience, look });
}

/** From the passphrase on. @param {Visit} v @param {{ passphrase?: string, gentle?: boolean, patience?: number, look?: Look }} [options] */
export async function finishKey(v, { passphrase = '', gentle = true, patience, look = passing } = {}) {
	await v.find('h2', t('pass.title'));
	if (passphrase) {
		await v.fill(t('pass.first'), passphrase);
		await v.fill(t('pass.second'), passphrase);
		await v.press(t('pass.work'));
		await v.tick(t(gentle ? 'pass.gentle' : 'pass.strong'));
	} else
		await v.tick(t('pass.none'));
	await look('passphrase_new');
	await v.press(t('make.do'));
	await v.find('button', t('keep.do'), { patience });
	await look('save');
	const file = await v.save(t('keep.do'));
	await v.press(t('step.next'));
	const code = await readCode(v);
	await look('code');
	await v.press(t('code.written'));
	await v.find('label', t('retype.label'));
	await v.fill(t('retype.label'), code);
	await look('code_check');
	await v.press(t('retype.do'));
	await v.reads(t('make.ready'));
	await look('made');
	return { file, code };
}

/** The written code on screen, as one writes it down: ten groups joined by -. @param {Visit} v @returns {Promise<string>} */
export async function readCode(v) {
	await v.find('.code-groups');
	const groups = await v.page.evaluate(() => [...document.querySelectorAll('.code-groups li')].map((e) => (e.querySelector('[aria-hidden]') ?? e).textContent?.trim() ?? ''));
	return groups.join('-');
}
