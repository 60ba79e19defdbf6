// SPDX-License-Identifier: AGPL-3.0-or-later
// test/guide-languages.test.js: a guide in another language says what the English one says: the same parts in the same order, the same commands, and the page's own words in that language

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { LANGUAGES } from '../src/text/catalogue.js';

const FOLDER = new URL('../../doc/guide/', import.meta.url);
const plain = (/** @type {string} */ text) => text.replaceAll('**', '');

/** @param {string} text what a guide holds, without what its test alone reads and without pictures */
const body = (text) => text.replace(/<!--[^]*?-->\n?/g, '').replace(/^!\[.*\n\n?/gm, '');
/** @param {string} text @returns {string[]} */
const commands = (text) => body(text).match(/^```[^]*?^```$/gm) ?? [];
/** The kinds of lines, in order. @param {string} text @returns {string[]} */
const shape = (text) => body(text).replace(/^```[^]*?^```$/gm, '```').split('\n').filter((line) => line.trim() !== '')
	.map((line) => /^\s*(?:#+ |- |\d+\. |\||```)/.exec(line)?.[0] ?? (line.startsWith(' ') ? 'more' : 'words'));
/** @param {string} text @returns {string[]} */
const bold = (text) => [...body(text).matchAll(/\*\*(.+?)\*\*/g)].map((found) => found[1]);

/** @param {string} english @param {string} other @param {string} language */
function same(english, other, language) {
	assert.deepEqual(shape(other), shape(english));
	assert.deepEqual(commands(other), commands(english));
	const wanted = bold(english).map((words) => Object.entries(LANGUAGES.en.texts).filter(([, text]) => plain(text) === words).map(([key]) => plain(LANGUAGES[language].texts[key])));
	bold(other).forEach((words, i) => assert.ok(wanted[i]?.includes(words), `${words}: wanted one of ${wanted[i]}`));
	assert.equal(bold(other).length, wanted.length);
}

let compared = 0;
for (const language of Object.keys(LANGUAGES).filter((tag) => existsSync(new URL(`${tag}/`, FOLDER))))
	for (const name of readdirSync(new URL(`${language}/`, FOLDER)))
		test(`${language}/${name} says what the English guide says`, () => {
			const english = readFileSync(new URL(name, FOLDER), 'utf8'), other = readFileSync(new URL(`${language}/${name}`, FOLDER), 'utf8');
			same(english, other, language);
			assert.throws(() => same(english.replace('\n## ', '\nMore.\n\n## '), other, language));
			assert.throws(() => same(english.replace('--ring harbour', '--ring mint'), other, language));
			assert.throws(() => same(english, other.replace('**\n', '** **x**\n').replace(/\*\*(.+?)\*\*/, '**$1x**'), language));
			compared++;
		});

test('the signers\u2019 guide is one of them', () => assert.ok(compared > 0 && existsSync(new URL('ar/signer.md', FOLDER))));
