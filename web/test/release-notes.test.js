// SPDX-License-Identifier: AGPL-3.0-or-later
// release-notes.test.js: the release notes name the hash of the page that these sources make

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import test from 'node:test';
import { buildPage } from '../build.js';
import { fileRows, releaseNotes, sectionOf } from '../release_notes.js';

test('the newest section names the hash and the size of the page', async () => {
	const { html } = await buildPage();
	const notes = await releaseNotes('', '/nonexistent');
	assert.ok(notes.includes(createHash('sha256').update(html).digest('hex')));
	assert.ok(notes.includes(`| ${html.length.toLocaleString('en')} |`));
	assert.ok(!notes.includes('{{'));
});

test('a section is found by its version and holds nothing of others; what is missing is said', () => {
	const news = '# New\n\n## 0.2.0\n\ntwo {{a}}\n\n## 0.1.0 (2027-01-01)\n\none\n';
	assert.equal(sectionOf(news, '', { a: '2' }), '## 0.2.0\n\ntwo 2\n\n');
	assert.equal(sectionOf(news, '0.1.0', {}), '## 0.1.0 (2027-01-01)\n\none\n');
	assert.throws(() => sectionOf(news, '0.1', {}), /no section/);
	assert.throws(() => sectionOf(news, '0.2.0', {}), /asks for a/);
});

test('the files of a release stand in the notes with what they hash to; another page, another sum, a file that is missing are found', () => {
	const folder = mkdtempSync(join(tmpdir(), 'undersigned-release-'));
	const sum = (/** @type {string} */ text) => createHash('sha256').update(text).digest('hex');
	const list = (/** @type {Record<string, string>} */ files) => writeFileSync(join(folder, 'SHA256SUMS'), Object.entries(files).map(([name, text]) => `${sum(text)}  ${name}\n`).join(''));
	try {
		assert.equal(fileRows(folder, sum('page')), '');
		for (const [name, text] of Object.entries({ 'a.deb': 'a', 'a-dbgsym_1.deb': 'd', 'undersigned.html': 'page' }))
			writeFileSync(join(folder, name), text);
		list({ 'a.deb': 'a', 'a-dbgsym_1.deb': 'd', 'undersigned.html': 'page' });
		assert.equal(fileRows(folder, sum('page')), `\n  | a.deb | 1 | \`${sum('a')}\` |`);
		assert.throws(() => fileRows(folder, sum('another')), /another page/);
		list({ 'a.deb': 'b', 'undersigned.html': 'page' });
		assert.throws(() => fileRows(folder, sum('page')), /a\.deb is not what/);
		list({ 'a.deb': 'a' });
		assert.throws(() => fileRows(folder, sum('page')), /another page/);
		list({ 'gone.deb': 'a', 'undersigned.html': 'page' });
		assert.throws(() => fileRows(folder, sum('page')), /ENOENT/);
	} finally {
		rmSync(folder, { recursive: true });
	}
});
