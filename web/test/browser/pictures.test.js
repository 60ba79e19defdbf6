// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/pictures.test.js: the pictures in the guides show the pages as they are now, by the words in each

import assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import test from 'node:test';
import { chosen } from './browsers.js';
import { CLIPS, FOLDER, recorded, tour } from './guide_pictures.js';
import { lasting, take, words } from './picture.js';
import { TOP } from './visit.js';

/** A guide is read over Tor, on a phone. */
const HEAVIEST = 80_000, ALL = 500_000;
const ADVICE = 'no longer what the page says: look at it, then ./dev pictures';

/** The text of each guide. */
const guides = () => ['', 'ar'].flatMap((language) => {
	const folder = join(TOP, 'doc/guide', language);
	return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.md')).map((name) => readFileSync(join(folder, name), 'utf8')) : [];
});

test('each guide has pictures, each picture a place in a guide, and none is heavy', () => {
	const texts = guides();
	const named = texts.flatMap((text) => [...text.matchAll(/^!\[[^\]]{20,}\]\((?:\.\.\/)?pictures\/([a-z-]+)\.png\)$/gm)].map((found) => found[1]));
	assert.equal(named.length, texts.join('').split('![').length - 1, 'a picture without words for those who do not see it');
	assert.deepEqual([...new Set(named)].sort(), Object.keys(CLIPS).sort());
	assert.deepEqual(readdirSync(FOLDER).sort(), Object.keys(CLIPS).map((name) => `${name}.png`).sort());
	const sizes = Object.keys(CLIPS).map((name) => readFileSync(join(FOLDER, `${name}.png`)).length);
	assert.deepEqual([sizes.filter((size) => size > HEAVIEST), sizes.reduce((sum, size) => sum + size, 0) > ALL], [[], false]);
});

test('what passes with the days is left out of what is compared, and nothing else', () => {
	assert.deepEqual(lasting('No reply for 47 days,\n  since 9 October 2026.\n\n1234 5678 9012 3456 7890 1234'), ['No reply for DAYS,', 'since DAY.', 'DIGITS']);
	assert.deepEqual(lasting('400 people from 40 bodies signed. 3 more took it back.'), ['400 people from 40 bodies signed. 3 more took it back.']);
});

if (chosen(['chromium']).length > 0)
	test('chromium: the words in each picture are those of the page', { timeout: 600_000 }, async () => {
		const before = recorded();
		/** @type {string[]} */
		const seen = [];
		await tour(async (name, v, clip) => {
			seen.push(name);
			assert.deepEqual(await words(v.page, clip), before[name], `doc/guide/pictures/${name}.png is ${ADVICE}`);
			if (name !== 'roll')
				return;
			const png = await take(v.page, clip);
			assert.deepEqual([png.subarray(1, 4).toString(), png[24], png[25]], ['PNG', 8, 3]);
			await v.page.evaluate(() => document.querySelector('.cards tbody th')?.append(' changed')); // what compares can say no
			assert.notDeepEqual(await words(v.page, clip), before[name]);
		});
		assert.deepEqual(seen.sort(), Object.keys(CLIPS).sort());
		assert.deepEqual(Object.keys(before).sort(), Object.keys(CLIPS).sort());
	});
