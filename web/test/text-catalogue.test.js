// SPDX-License-Identifier: AGPL-3.0-or-later
// test/text-catalogue.test.js: every text that the page asks for is there, every refusal has its sentence, and messages are filled as they must be

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { fileURLToPath } from 'node:url';
import { CODES } from '../src/base/refusal.js';
import { en } from '../src/text/en.js';
import { enSign } from '../src/text/en_sign.js';
import { LANGUAGES, day, has, list, number, parts, percent, pickLanguage, setLanguage, t } from '../src/text/catalogue.js';

const PAGE = fileURLToPath(new URL('../src/page/', import.meta.url));
const sources = readdirSync(PAGE, { recursive: true }).map(String).filter((name) => name.endsWith('.js')).map((name) => readFileSync(join(PAGE, name), 'utf8'));

/** Keys written out in calls of t, p, say; those made of pieces are in the third test, or have siblings with an ending. */
const asked = new Set(sources.flatMap((text) => [...text.matchAll(/'([a-z]+\.[a-z0-9_]+)'/g)].map((match) => match[1])).filter((key) => !/\.(letter|txt|json|js)$/.test(key)));

test('every text that the page names is in the English catalogue', () => {
	assert.ok(asked.size > 100);
	const prefixes = new Set(Object.keys(LANGUAGES.en.texts).map((key) => key.split('.')[0]));
	const missing = [...asked].filter((key) => prefixes.has(key.split('.')[0]) && !has(key) && !has(`${key}_1`) && !has(`${key}_what`));
	assert.deepEqual(missing, []);
	assert.throws(() => t('frame.nothing'), /no text/);
});

test('every refusal has a sentence, and no sentence stands for nothing', () => {
	assert.deepEqual(CODES.filter((code) => !has(`refusal.${code}`)), []);
	const known = new Set([...CODES, 'trouble']);
	const idle = Object.keys(LANGUAGES.en.texts).filter((key) => /^(refusal|advice)\./.test(key) && !known.has(/** @type {any} */ (key.split('.')[1])));
	assert.deepEqual(idle, []);
});

test('every stage, stance and kind of notice has its word', () => {
	const made = {
		stage: ['start', 'reading', 'proofs', 'passphrase', 'proving', 'checking'], stance: ['accepts', 'rejects', 'partly', 'counter', 'supports', 'none'],
		notice: ['note', 'correction', 'deadline', 'closed', 'replaced'], tone: ['info', 'warning', 'good', 'bad'], shorts: ['letter', 'words', 'roster', 'pin'],
	};
	assert.deepEqual(Object.entries(made).flatMap(([stem, ends]) => ends.map((end) => `${stem}.${end}`)).filter((key) => !has(key)), []);
});

test('all languages have the texts of English, with the same arguments', () => {
	const holes = (/** @type {string} */ text) => [...new Set([...text.matchAll(/\{(\w+)/g)].map((match) => match[1]).filter((name) => new RegExp(`\\{${name}[,}]`).test(text)))].sort().join(' ');
	for (const [tag, { texts }] of Object.entries(LANGUAGES)) {
		assert.deepEqual(Object.keys(LANGUAGES.en.texts).filter((key) => !Object.hasOwn(texts, key)), [], `${tag} lacks these`);
		assert.deepEqual(Object.keys(texts).filter((key) => !Object.hasOwn(LANGUAGES.en.texts, key)), [], `${tag} has these too many`);
		for (const [key, text] of Object.entries(texts)) {
			assert.equal(holes(text), holes(LANGUAGES.en.texts[key]), `${tag} ${key}`);
			assert.equal(text.split('**').length % 2, 1, `${tag} ${key}: an open **`);
		}
	}
});

test('no part of the catalogue hides a text of another', () => {
	assert.deepEqual(Object.keys(en).filter((key) => Object.hasOwn(enSign, key)), []);
});

test('marks for strong words stand only in texts that the page takes apart', () => {
	const plain = new Set(sources.flatMap((text) => [...text.matchAll(/(?<![\w.])t\('([a-z_0-9.]+)'/g)].map((match) => match[1])));
	assert.ok(plain.size > 100);
	assert.deepEqual([...plain].filter((key) => LANGUAGES.en.texts[key]?.includes('**')), []);
});

test('a plural has every form that its language wants', () => {
	/** @param {string} text @param {string} numbers @returns {string[]} forms that lack */
	const lacking = (text, numbers) => {
		const wanted = new Intl.PluralRules(numbers).resolvedOptions().pluralCategories;
		return text.split(', plural,').slice(1).flatMap((rest) => wanted.filter((form) => !new RegExp(`(^|[ }])${form} ?\\{`).test(rest)));
	};
	assert.deepEqual(lacking('{n, plural, other {# keys}}', 'en'), ['one']);
	for (const [tag, { texts, numbers }] of Object.entries(LANGUAGES))
		for (const [key, text] of Object.entries(texts))
			assert.deepEqual(lacking(text, numbers), [], `${tag} ${key}`);
});

test('plurals, numbers, days and names', () => {
	setLanguage('en');
	assert.equal(t('headline.people_n', { n: 1 }), '1 person');
	assert.equal(t('headline.people_n', { n: 9871 }), '9,871 people');
	assert.throws(() => t('headline.people_n'), /wants n/);
	assert.equal(t('answers.signed', { who: 'A' }), 'authenticated: signed with the key that the organisers gave for A');
	assert.equal(t('answers.signed', { who: 'א' }), 'authenticated: signed with the key that the organisers gave for \u2068א\u2069');
	assert.deepEqual(parts('share.of', { signers: 15, keys: 24 }), ['15', ' of ', '24']);
	assert.equal(day('2026-11-25'), '25 November 2026');
	assert.equal(day('soon'), 'soon');
	assert.equal(number(10200), '10,200');
	assert.equal(percent(63), '63%');
	assert.equal(list(['A', 'B', 'C']), 'A, B and C');
});

test('the first wanted language that we have', () => {
	assert.equal(pickLanguage(['xx', 'en-US']), 'en');
	assert.equal(pickLanguage([]), 'en');
	assert.equal(pickLanguage(['constructor']), 'en');
	assert.throws(() => setLanguage('constructor'));
});
