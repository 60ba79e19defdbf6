// SPDX-License-Identifier: AGPL-3.0-or-later
// test/text-reading-age.test.js: people who are afraid read these words in a hurry: the English ones are for readers of about twelve

import assert from 'node:assert/strict';
import test from 'node:test';
import { LANGUAGES } from '../src/text/catalogue.js';
import { asRead, grade, syllables, wordsOf } from './reading_age.js';

/** Grade 7 is read with ease at twelve. */
const MOST_IN_ALL = 6, MOST_ON_AVERAGE = 7, MOST = 11;
/** Shorter ones are labels: the formula says little about them. */
const LABEL = 10;

const texts = Object.entries(LANGUAGES.en.texts).map(([key, message]) => ({ key, text: asRead(message) }));
const long = texts.filter(({ text }) => wordsOf(text).length >= LABEL);

test('syllables are counted as people speak them', () => {
	const spoken = {
		a: 1, the: 1, key: 1, roll: 1, made: 1, makes: 1, signed: 1, passed: 1, groups: 1, file: 1, files: 1, please: 1, quite: 1, moves: 1, eyes: 1,
		letter: 2, little: 2, pages: 2, voted: 2, body: 2, paper: 2, question: 2, people: 2, wrongly: 2, safely: 2, careful: 2, changes: 2, pieces: 2, yourself: 2, table: 2, moment: 2,
		edition: 3, signature: 3, employer: 3, another: 3, memory: 3, statement: 2, together: 3, underlined: 3, organise: 3, computer: 3,
		authority: 4, information: 4, registrars: 3, organisers: 4, everybody: 4, responsibility: 6,
	};
	assert.deepEqual(Object.fromEntries(Object.keys(spoken).map((word) => [word, syllables(word)])), spoken);
});

test('the grade tells easy from hard', () => {
	const easy = grade(['The cat sat on the mat. It was warm. Then it fell asleep.']);
	const hard = grade(['Notwithstanding considerable administrative impediments, the aforementioned organisation subsequently implemented comprehensive cryptographic authentication procedures.']);
	assert.ok(easy < 2, `${easy}`);
	assert.ok(hard > 20, `${hard}`);
	assert.equal(asRead('You have {n, plural, one {# key} other {# keys of {name}}}. **Go** to {place}.'), 'You have 20 keys of Anna. Go to Anna.');
});

test('English texts are easy to read', (context) => {
	const graded = long.map(({ key, text }) => ({ key, text, grade: grade([text]) })).sort((a, b) => b.grade - a.grade);
	const all = grade(texts.map(({ text }) => text)), average = graded.reduce((sum, each) => sum + each.grade, 0) / graded.length;
	context.diagnostic(`grade of all texts ${all.toFixed(1)}; on average ${average.toFixed(1)}; hardest: ${graded.slice(0, 5).map((each) => `${each.key} ${each.grade.toFixed(1)}`).join(', ')}`);
	assert.ok(graded.length > 100);
	assert.ok(all <= MOST_IN_ALL, `all texts together: ${all}`);
	assert.ok(average <= MOST_ON_AVERAGE, `on average: ${average}`);
	assert.deepEqual(graded.filter((each) => each.grade > MOST).map((each) => `${each.key} (${each.grade.toFixed(1)}): ${each.text}`), []);
});

test('long words are rare', (context) => {
	const words = texts.flatMap(({ text }) => wordsOf(text));
	/** @type {Map<string, number>} */
	const found = new Map();
	for (const word of words)
		if (syllables(word) >= 4)
			found.set(word.toLowerCase(), (found.get(word.toLowerCase()) ?? 0) + 1);
	const uses = [...found.values()].reduce((sum, n) => sum + n, 0);
	context.diagnostic(`words of four syllables and more: ${[...found].sort((a, b) => b[1] - a[1]).map(([word, n]) => `${word} ${n}`).join(', ')}`);
	assert.ok(uses * 100 <= 2 * words.length, `${uses} of ${words.length} words are long`);
});
