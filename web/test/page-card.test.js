// SPDX-License-Identifier: AGPL-3.0-or-later
// test/page-card.test.js: cards: their codes, whose mistyped groups are named before anything is sent; their texts; and links into the page

import assert from 'node:assert/strict';
import { randomBytes, randomInt } from 'node:crypto';
import test from 'node:test';
import { targetOf } from '../src/page/address.js';
import { cardLink, parseCard } from '../src/page/card.js';
import { readCardCode } from '../src/page/card_code.js';

/* worked out by the tests of the command from the table of spec/cards.md: 0000 in place 0, 1, 2 … (test/unit/invite.c) */
const ZEROS = '00000 00002 00003 00009 00001 00008 00007';
/* printed by `undersigned invite` */
const PRINTED = ['09292 48599 32692 80261 85424 04756 22462', '94876 84430 05616 51132 15690 93098 74963'];
const PIN = 'mNFmWQUWEUQrFLMDsHsV0060LeOrEMXcxSvwUQsyyZE';
const bare = (/** @type {string} */ code) => code.replaceAll(' ', '');

test('codes of the command are whole, however they are typed', () => {
	for (const code of [ZEROS, ...PRINTED])
		for (const typed of [code, bare(code), ` ${code.replaceAll(' ', '-')}\n`, code.replaceAll(' ', '.'), code.replaceAll(' ', '\u2013'), code.replace(/(\d)(\d)/g, '$1 $2'), [...code].map((c) => (c === ' ' ? c : String.fromCharCode(0x660 + Number(c)))).join('')])
			assert.deepEqual(readCardCode(typed), { digits: bare(code), fault: '', groups: [] }, typed);
});

test('what is no code says why', () => {
	assert.deepEqual(readCardCode(''), { digits: '', fault: 'count', groups: [] });
	assert.equal(readCardCode(ZEROS.replace('00002', 'OOOO2')).fault, 'letters');
	assert.equal(readCardCode(`${ZEROS};`).fault, 'letters');
	assert.deepEqual(readCardCode(ZEROS.replace('00003', '0003')), { digits: '0000000002000300009000010000800007', fault: 'count', groups: [3] });
	assert.deepEqual(readCardCode(`${bare(ZEROS)}1`), { digits: `${bare(ZEROS)}1`, fault: 'count', groups: [] });
});

test('every wrong digit, and every two neighbours swapped within a group, are found, and the group is named', () => {
	for (const code of [ZEROS, ...PRINTED]) {
		const digits = bare(code);
		for (let i = 0; i < 35; i++) {
			const group = [Math.floor(i / 5) + 1];
			for (let d = 0; d < 10; d++)
				if (String(d) !== digits[i])
					assert.deepEqual(readCardCode(digits.slice(0, i) + d + digits.slice(i + 1)), { digits: digits.slice(0, i) + d + digits.slice(i + 1), fault: 'groups', groups: group });
			if (i % 5 < 4 && digits[i] !== digits[i + 1])
				assert.deepEqual(readCardCode(digits.slice(0, i) + digits[i + 1] + digits[i] + digits.slice(i + 2)).groups, group);
		}
	}
});

test('groups that changed places are named, and two that are wrong otherwise are not said to have', () => {
	for (const code of PRINTED)
		for (let a = 0; a < 7; a++)
			for (let b = a + 1; b < 7; b++) {
				const groups = code.split(' ');
				[groups[a], groups[b]] = [groups[b], groups[a]];
				assert.deepEqual(readCardCode(groups.join(' ')), { digits: groups.join(''), fault: 'swapped', groups: [a + 1, b + 1] });
			}
	assert.deepEqual(readCardCode(`1${ZEROS.slice(1, 6)}1${ZEROS.slice(7)}`), { digits: `10000${'10002'}${bare(ZEROS).slice(10)}`, fault: 'groups', groups: [1, 2] });
});

test('the text of a card has one spelling, with its address or without', () => {
	const text = `card:series=staff;edition=3;pin=${PIN};code=${bare(PRINTED[0])}`;
	const card = { series: 'staff', edition: '3', pin: PIN, code: bare(PRINTED[0]) };
	for (const whole of [text, `https://letters.example.org/undersigned.html#${text}`])
		assert.deepEqual([cardLink(whole), parseCard(` ${whole}\n`)], [card, card]);
	assert.deepEqual(cardLink(`card:series=staff;code=${bare(ZEROS)}`), { series: 'staff', edition: '', pin: '', code: bare(ZEROS) });
	for (const [was, is] of [['edition=3', 'edition=1'], ['edition=3', 'edition=03'], ['edition=3', 'edition=65536'], ['staff', 'Staff'], [PIN, PIN.slice(1)], [PIN, `${PIN.slice(0, -1)}F`], [';pin', '; pin'], ['series', 'Series'], ['card:', 'card'], ['card:', '#card:#'], ['code=0', 'code=1'], ['code=', 'code=0'], ['staff', `staff${'x'.repeat(2304)}`]])
		assert.equal(cardLink(text.replace(was, is)), null, is);
	assert.equal(cardLink(`${text};`), null);
	assert.equal(cardLink(`x=1&${text}`), null);
	assert.equal(cardLink(`${'x'.repeat(2304)}#${text}`), null);
});

test('a code is found where a card was pasted; nothing else is taken for one', () => {
	const found = { series: 'staff', edition: '', pin: PIN, code: bare(PRINTED[1]) };
	assert.deepEqual(parseCard(`Series: staff\nPin: ${PIN}\nYour code, for one use\n${PRINTED[1]}`), found);
	assert.deepEqual(parseCard(`staff ${PIN} ${bare(PRINTED[1])}`), found);
	assert.equal(parseCard(`staff ${PRINTED[1].slice(1)}`).code, '');
	assert.equal(parseCard(`staff ${PRINTED[1]}0`).code, '');
	assert.equal(parseCard('staff 7216 6244 9839 0485 0176 6932').code, '');
});

test('links lead where they say; whatever else stands there leads nowhere', () => {
	assert.deepEqual(targetOf('letter:on-the-harbour', true), { view: 'check', params: { slug: 'on-the-harbour' } });
	assert.deepEqual(targetOf('sign:1', true), { view: 'sign', params: { state: { slug: '1' } } });
	assert.deepEqual(targetOf('answer:1', true), { view: 'answer', params: { state: { slug: '1' } } });
	const card = `card:series=staff;code=${bare(ZEROS)}`;
	for (const hosted of [true, false])
		assert.deepEqual(targetOf(card, hosted)?.params.state, { series: 'staff', pin: '', noPin: true, edition: '1', cardCode: bare(ZEROS), cardSeries: 'staff' });
	const slugs = ['', '-a', 'a-', 'A', 'a/b', '..', 'a.b', 'a%20', 'a b', 'a\n', 'ä', 'a:b', 'a'.repeat(65)];
	for (const fragment of [...slugs.flatMap((slug) => [`letter:${slug}`, `sign:${slug}`, `answer:${slug}`]), 'letter', 'vote:a', 'Letter:a', ' letter:a', 'constructor', '__proto__', `${card}0`, `letter:${card}`])
		assert.equal(targetOf(fragment, true), null, fragment);
	assert.equal(targetOf('letter:a', false), null, 'from a disk there is no server to ask');
	const key = 'A'.repeat(43);
	assert.deepEqual(targetOf(`sign:a;key=${key}`, true), { view: 'sign', params: { state: { slug: 'a', link: key } } });
	assert.deepEqual(targetOf(`letter:a;key=${key}`, true), { view: 'check', params: { slug: 'a', link: key } });
	for (const garbled of ['', 'A', `${key}A`, `${key.slice(1)}=`, '__proto__', `${key};key=${key}`, '%41', 'ä', '"><b>', ' '.repeat(99)]) // the worker says of each that it opens nothing
		assert.deepEqual(targetOf(`sign:a;key=${garbled}`, true)?.params.state, { slug: 'a', link: garbled });
	for (const fragment of [...slugs.map((slug) => `sign:${slug};key=${key}`), `sign:a;${key}`, `sign:a;key`, `sign:a;Key=${key}`, `sign:a;x=1;key=${key}`, `sign:a#${key}`, `key=${key}`, `enrol;key=${key}`, `sign:a;key=${'A'.repeat(100)}`, `sign:a;key=${key}\n`, `sign:a;key=a\nb`])
		assert.equal(targetOf(fragment, true), null, fragment);
	assert.equal(targetOf(`sign:a;key=${key}`, false), null);
	for (let i = 0; i < 500; i++)
		assert.equal(targetOf(randomBytes(randomInt(1, 40)).toString('latin1'), true), null);
});
