// SPDX-License-Identifier: AGPL-3.0-or-later
// release-notes.test.js: the release notes name the hash of the page that these sources make

import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import test from 'node:test';
import { buildPage } from '../build.js';
import { releaseNotes, sectionOf } from '../release_notes.js';

test('the newest section names the hash and the size of the page', async () => {
	const { html } = await buildPage();
	const notes = await releaseNotes('');
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
