// SPDX-License-Identifier: AGPL-3.0-or-later
// page-entities.test.js: character references: the package's own table says the same for each name that we know; none brings back what cannot be seen

import assert from 'node:assert/strict';
import test from 'node:test';
import { decodeHTMLStrict as theirs } from 'entities';
import { INVISIBLE } from '../src/base/visible.js';
import { decodeHTMLStrict } from '../src/page/entities.js';

test('names and numbers are what the whole table says', () => {
	let known = 0;
	for (const name of ['amp', 'lt', 'gt', 'quot', 'nbsp', 'eacute', 'Eacute', 'deg', 'sup3', 'frasl', 'euro', 'AElig', 'zwj', 'diams', 'sigmaf', 'lang']) {
		const reference = `&${name};`;
		if (name !== 'lang') /* U+2329 in HTML 4, U+27E8 since */
			assert.equal(decodeHTMLStrict(reference), theirs(reference), name);
		known += decodeHTMLStrict(reference) === reference ? 0 : 1;
	}
	assert.equal(known, 16);
	for (const reference of ['&#233;', '&#xe9;', '&#XE9;', '&#8364;', '&#x1f600;'])
		assert.equal(decodeHTMLStrict(reference), theirs(reference));
});

test('what is unknown stays as it is written', () => {
	for (const reference of ['&nosuchname;', '&Amp;', '&constructor;', '&#x110000;', '&#9999999;', '&;'])
		assert.equal(decodeHTMLStrict(reference), reference);
});

test('what cannot be seen stays as it is written', () => {
	for (const reference of ['&shy;', '&lrm;', '&rlm;', '&#0;', '&#9;', '&#10;', '&#x7f;', '&#xd800;', '&#xfffe;', ...INVISIBLE.flatMap(([first, last]) => [`&#${first};`, `&#x${last.toString(16)};`])])
		assert.equal(decodeHTMLStrict(reference), reference);
	assert.equal(decodeHTMLStrict('&zwnj;'), '\u200c');
});
