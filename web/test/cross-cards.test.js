// SPDX-License-Identifier: AGPL-3.0-or-later
// test/cross-cards.test.js: cards that the command prints are read by the page, and a slip in any of them is found

import assert from 'node:assert/strict';
import { randomInt } from 'node:crypto';
import test from 'node:test';
import { parseCard } from '../src/page/card.js';
import { cardGroups, readCardCode } from '../src/page/card_code.js';
import { Command } from './town.js';

const PIN = 'mNFmWQUWEUQrFLMDsHsV0060LeOrEMXcxSvwUQsyyZE';
const CARDS = 60;

test('cards of the command: code and pin are found in their text; one wrong digit names its group', () => {
	const command = new Command();
	command.write('bodies.csv', 'harbour,The Harbour,90\n');
	command.ok('book', 'new', '-o', 'town.book', '--series', 'town', '--name', 'The town', '--bodies', 'bodies.csv', '--address', 'https://letters.example.org/undersigned.html', '--pin', PIN, '--no-passphrase');
	command.ok('book', 'issue', 'town.book', '--body', 'harbour', '--count', String(CARDS));
	command.ok('invite', 'town.book', '-o', 'cards.html');
	const cards = new TextDecoder().decode(command.read('cards.html')).split('<section class="card">').slice(1).map((html) => html.replace(/<[^>]*>/g, '\n'));
	assert.equal(cards.length, CARDS);
	const codes = new Set();
	for (const text of cards) {
		const { code, pin } = parseCard(text);
		assert.equal(pin, PIN);
		assert.equal(code.length, 35, text);
		assert.ok(text.includes(cardGroups(code).join(' ')));
		assert.deepEqual(readCardCode(code), { digits: code, fault: '', groups: [] });
		const at = randomInt(35), wrong = code.slice(0, at) + ((Number(code[at]) + randomInt(1, 10)) % 10) + code.slice(at + 1);
		assert.deepEqual(readCardCode(wrong).groups, [Math.floor(at / 5) + 1], `${wrong} for ${code}`);
		codes.add(code);
	}
	assert.equal(codes.size, CARDS);
});
