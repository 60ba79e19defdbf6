// SPDX-License-Identifier: AGPL-3.0-or-later
// test/guide-reading-age.test.js: the guides in English are for readers of about twelve, too

import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import test from 'node:test';
import { grade, wordsOf } from './reading_age.js';

const FOLDER = new URL('../../doc/guide/', import.meta.url);
/** Grade 7 is read with ease at twelve; guides are far below, and stay there. */
const MOST = 4;

/** What is read in a guide: no commands, no files, nothing for the test of the guides. @param {string} text @returns {string[]} */
const prose = (text) => text
	.replace(/<!--[^]*?-->/g, '').replace(/^```[^]*?^```$/gm, '').replace(/!?\[([^\]]*)\]\([^)]*\)/g, '$1').replace(/`[^`\n]*`/g, 'this').replace(/[*_#|]/g, ' ').replace(/ +/g, ' ')
	.split(/\n+/).map((line) => line.replace(/^\s*(?:-|\d+\.)\s+/, '').trim()).filter((line) => wordsOf(line).length >= 3);

test('what is measured is what is read', () => {
	assert.deepEqual(prose('<!-- sh\nx y z\n-->\n# For you who sign\n\n1. Type **what** stands `there --x`.\n```console\n$ a b c d\n```\n![A card of paper](x.png)\n'), ['For you who sign', 'Type what stands this.', 'A card of paper']);
});

for (const name of readdirSync(FOLDER).filter((each) => each.endsWith('.md')))
	test(`${name} is easy to read`, (context) => {
		const lines = prose(readFileSync(new URL(name, FOLDER), 'utf8')), all = grade(lines);
		context.diagnostic(`grade ${all.toFixed(1)}`);
		assert.ok(lines.length > 20 && all <= MOST, `grade ${all}`);
		assert.deepEqual(lines.filter((line) => wordsOf(line).length >= 15 && grade([line]) > 13), []);
	});
