// SPDX-License-Identifier: AGPL-3.0-or-later
// test/page-signer.test.js: what the signer's views decide by themselves: cards, codes, strength, QR codes, and when there is nothing to do

import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import test from 'node:test';
import { correction, generate } from 'lean-qr';
import { isPin, isSeries, parseCard, shortOf } from '../src/page/card.js';
import { isEdition } from '../src/page/card_step.js';
import { differingGroups, groupsOf, strangers, tidyCode } from '../src/page/code_field.js';
import { QR_MOST, fitsQr, qrPath } from '../src/page/qr.js';
import { chosenRing, whyNotSign } from '../src/page/ring_step.js';
import { needsThrift, strength } from '../src/page/strength.js';
import { mayVote, whyNotVote } from '../src/page/vote.js';
import { whyNotWithdraw } from '../src/page/withdraw.js';

const vectors = JSON.parse(readFileSync(new URL('../../test/vectors/keys.json', import.meta.url), 'utf8'));
const PIN = 'mNFmWQUWEUQrFLMDsHsV0060LeOrEMXcxSvwUQsyyZE';

test('what stands on a card is found wherever it was pasted', () => {
	const found = { series: 'staff', pin: PIN, edition: '', code: '' };
	assert.deepEqual(parseCard(`staff ${PIN}`), found);
	assert.deepEqual(parseCard(`${PIN}\nstaff\n`), found);
	assert.deepEqual(parseCard(`Series: staff, pin: ${PIN}`), found);
	assert.deepEqual(parseCard(`You are invited.\nSERIES = “staff”\nEdition: 3\nPin ${PIN}`), { ...found, edition: '3' });
	assert.deepEqual(parseCard('staff'), { ...found, pin: '' });
	assert.deepEqual(parseCard(`You are invited ${PIN}`), { ...found, series: '' }, 'no word is taken for a series by guess');
	assert.deepEqual(parseCard('series'), { ...found, series: 'series', pin: '' });
	assert.deepEqual(parseCard(''), { ...found, series: '', pin: '' });
});

test('series, pins and editions are what the format allows', () => {
	assert.ok(isSeries('a') && isSeries('staff-2'));
	assert.ok(!isSeries('Staff') && !isSeries('2staff') && !isSeries('') && !isSeries('a'.repeat(33)));
	assert.ok(isPin(PIN));
	assert.ok(!isPin(PIN.slice(1)) && !isPin(`${PIN}A`) && !isPin(`${PIN.slice(0, 42)}F`), 'stray bits');
	assert.ok(isEdition('1') && isEdition('65535'));
	assert.ok(!isEdition('0') && !isEdition('65536') && !isEdition('1.5') && !isEdition(''));
});

test('the short form is that of the vectors', () => {
	assert.equal(shortOf(PIN), '7216 6244 9839 0485 0176 6932');
	const known = [...vectors.short_ids.map((/** @type {any} */ each) => [each.id, each.short]), ...vectors.pins.map((/** @type {any} */ each) => [each.pin, each.short])];
	assert.ok(known.length > 3);
	for (const [id, short] of known)
		assert.equal(shortOf(Buffer.from(id, 'hex').toString('base64url')), short);
	assert.equal(shortOf('no pin'), '');
});

test('a code is read whatever a phone made of it', () => {
	const code = 'kja4-ktlz-6pxh-jc3o-cz5t-d7eo-36cy-bfpv-aaa6-7say';
	assert.equal(groupsOf(code).join('-'), code);
	assert.equal(groupsOf(code.toUpperCase().replaceAll('-', '\u2013')).join('-'), code);
	assert.equal(groupsOf(code.replaceAll('-', ' \u00a0 ')).join('-'), code);
	assert.equal(groupsOf(code.replaceAll('-', '')).join('-'), code);
	assert.equal(tidyCode('a\u2014b\u2212c\u3000d'), 'a-b-c d');
	assert.deepEqual(groupsOf('kja4k'), ['kja4', 'k']);
	assert.deepEqual(groupsOf(' - '), []);
	assert.deepEqual(strangers(code), []);
	assert.deepEqual(strangers('0ab1 0!'), ['0', '1', '!']);
	assert.deepEqual(differingGroups(code.toUpperCase(), code), []);
	assert.deepEqual(differingGroups(code.replace('6pxh', '6phx').replace('7say', '7sa'), code), [2, 9]);
	assert.deepEqual(differingGroups('', code).length, 10);
});

test('a passphrase is judged by its length and variety', () => {
	assert.equal(strength(''), 'none');
	for (const weak of ['hunter2', 'password1234', 'aaaaaaaaaaaaaaaaaaaaaaaa', 'the the the the the the the'])
		assert.equal(strength(weak), 'weak', weak);
	for (const fair of ['four rather short words', 'k3Vq-92xW-mm4Z'])
		assert.equal(strength(fair), 'fair', fair);
	for (const good of ['sechs Wörter aus dem Würfelbuch heute', 'сосна вода лампа мост перо утро', 'x7Kq-92xW-mm4Z-p0Lr-vv3T'])
		assert.equal(strength(good), 'good', good);
});

test('slow devices and small ones get the gentle setting', () => {
	assert.equal(needsThrift({ memory: 8, milliseconds: 10 }), false);
	assert.equal(needsThrift({ memory: undefined, milliseconds: 10 }), false);
	assert.equal(needsThrift({ memory: 2, milliseconds: 10 }), true);
	assert.equal(needsThrift({ memory: 8, milliseconds: 100 }), true);
});

test('the drawing of a QR code has its dark modules, each once, and no other', () => {
	for (const text of ['a', JSON.stringify({ tag: 'x'.repeat(1400) }), 'y'.repeat(QR_MOST)]) {
		const code = generate(text, { minCorrectionLevel: correction.L });
		const drawn = new Set();
		for (const [, x, y, n] of qrPath(code).matchAll(/M(\d+) (\d+)h(\d+)v1H\1z/g))
			for (let i = 0; i < Number(n); i++) {
				assert.ok(!drawn.has(`${Number(x) + i} ${y}`));
				drawn.add(`${Number(x) + i} ${y}`);
			}
		for (let y = 0; y < code.size; y++)
			for (let x = 0; x < code.size; x++)
				assert.equal(drawn.has(`${x} ${y}`), Boolean(code.get(x, y)), `${x} ${y}`);
	}
	assert.ok(fitsQr('y'.repeat(QR_MOST)));
	assert.ok(!fitsQr('y'.repeat(QR_MOST + 1)));
	assert.throws(() => generate('y'.repeat(QR_MOST + 1)));
});

/** @param {object} [change] @returns {any} options of a key that may do everything */
const options = (change = {}) => ({
	own: { label: 'mint', name: 'Mint', keys: 24, made: 14, percent: 63, may: 'yes' }, all: { label: '*', name: '', keys: 9871, made: 400, percent: 4, may: 'yes' }, better: '*',
	stands: 'none', stands_in: '', certain: true, wave: 0, pin: 'same', closes: '2027-01-01', ends: '2027-02-01', open_to_sign: true, open_to_act: true, release: 20, edition: { kind: 'chain', number: 1, until: '2027-03-01' }, votes: [], ...change,
});

test('who can sign is told so, and who cannot is told why', () => {
	const no = { ...options().own, may: 'ring_below_min' };
	assert.equal(whyNotSign(options()), '');
	assert.equal(whyNotSign(options({ own: no })), '');
	assert.equal(whyNotSign(options({ own: no, all: { ...options().all, may: 'ring_above_share' } })), 'no_ring');
	assert.equal(whyNotSign(options({ stands: 'signed' })), 'signed');
	assert.equal(whyNotSign(options({ stands: 'withdrawn', open_to_sign: false })), 'withdrawn');
	assert.equal(whyNotSign(options({ open_to_sign: false })), 'closed');
	assert.equal(chosenRing({ options: options(), ring: '*' }).label, '*');
	assert.equal(chosenRing({ options: options(), ring: 'mint' }).label, 'mint');
});

test('only what stands is taken back or votes; a bundle cannot tell', () => {
	assert.equal(whyNotWithdraw(options({ stands: 'signed' })), '');
	assert.equal(whyNotWithdraw(options()), 'unsigned');
	assert.equal(whyNotWithdraw(options({ certain: false })), '');
	assert.equal(whyNotWithdraw(options({ stands: 'withdrawn' })), 'withdrawn');
	assert.equal(whyNotWithdraw(options({ stands: 'signed', open_to_act: false })), 'over');
	/** @type {any} */
	const question = { id: 'Q', closes: '2027-01-10', choices: [] };
	assert.equal(whyNotVote(options({ stands: 'signed' }), [question]), '');
	assert.equal(whyNotVote(options({ stands: 'signed' }), []), 'none');
	assert.equal(mayVote(question, options(), '2027-01-10'), 'yes');
	assert.equal(mayVote(question, options(), '2027-01-11'), 'closed');
	assert.equal(mayVote(question, options({ votes: [{ question: 'Q', choice: 'yes' }] }), '2027-01-11'), 'voted');
});
