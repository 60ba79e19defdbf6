// SPDX-License-Identifier: AGPL-3.0-or-later
// browser/rich.js: letters to which everything happened, made by the command: every stance, recorded and authenticated, a chain of clarifications, votes open and closed, notices of each kind, translations,
// names that are too long; one in Arabic; one with many parties; one that is sealed

import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { Town, UND, day } from '../town.js';

/** faketime */
const AT = fileURLToPath(new URL('../../../test/e2e/at.sh', import.meta.url));

const COURT = 'The Standing Committee on Ports, Waterways, Bridges and the Safety of Those Who Cross Them';
const ASSOCIATION = 'Interregionalwasserstraßenunterhaltungsgesellschaftsverband';

const DEMANDS = {
	publish: 'Publish inspection reports on bridges, dams, mines and food again within thirty days, as was done until last spring.',
	archive: 'Let no report be changed or withdrawn after it was filed: corrections are added, and the first version stays.',
	protect: 'Move no inspector to another post because of a report until the report has been answered in writing.',
	harbour: 'Open the harbour; now.',
	budget: 'Say by the first of March what it will cost.',
};
const DEMANDS_AR = {
	publish: 'انشروا تقارير التفتيش على الجسور والسدود من جديد خلال ثلاثين يومًا.',
	archive: 'لا يُغيَّر تقرير ولا يُسحب بعد إيداعه.',
	protect: 'لا يُنقل مفتش بسبب تقرير قبل أن يُردّ عليه كتابةً.',
	harbour: 'افتحوا المرفأ الآن.',
	budget: 'قولوا قبل أول آذار كم سيكلّف.',
};
const BODY = 'We work in the public service. Some of us write the reports on which others rely.\n\n## What we ask\n\nFive things, all of which were *the custom* for many years. See <https://inspectors.example/reports>.\n\n> A defect which nobody may read about is not mended.\n';
const BODY_AR = 'نحن نعمل في الخدمة العامة. وبعضنا يكتب التقارير التي يعتمد عليها الناس.\n\n## ما نطلبه\n\nخمسة أشياء كانت كلها *عادة* هذه الخدمة سنين كثيرة.\n';

/** @param {Record<string, string>} lines */
const section = (lines) => Object.entries(lines).map(([name, value]) => `${name} = ${value}`).join('\n');

export class RichTown extends Town {
	constructor() {
		super();
		for (const who of ['mayor', 'sarn'])
			this.ok('authority', 'new', '-o', who, '--no-passphrase');
		this.keys = Object.fromEntries(['mayor', 'sarn'].map((who) => [who, JSON.parse(this.ok('authority', 'show', who, '--json')).key]));
		this.write('rich.md', BODY);
		this.write('rich.ar.md', BODY_AR);
	}

	/** On that day. @param {string} on @param {...string} args */
	onDay(on, ...args) {
		const { status, stdout, stderr } = spawnSync(AT, [`${on} 12:00:00`, UND, ...args], { cwd: this.path, encoding: 'utf8' });
		assert.equal(status, 0, `on ${on}: undersigned ${args.join(' ')}: ${stderr}`);
		return stdout;
	}

	/** A record, made on that day, signed by both organisers or by the party alone, in the letter; its id. @param {string} letter @param {string} by @param {string} on @param {string} verb @param {string[]} args */
	put(letter, by, on, verb, args) {
		const { id } = JSON.parse(this.onDay(on, verb, letter, ...args, '--authority', by, '-o', 'record', '--force', '--json'));
		if (by === 'o1')
			this.ok('cosign', 'record', '--authority', 'o2');
		this.onDay(on, 'add', letter, 'record');
		return id;
	}

	/** The name makes it another letter than those with the same words. @param {string} name @param {boolean} arabic @param {...string} options */
	richLetter(name, arabic, ...options) {
		const { o1, o2, r1, r2 } = this.public;
		this.write('rich.ini', [
			'[letter]', `title = ${arabic ? 'عن المرفأ وتقارير مفتشينا' : 'On the harbour, and on the reports of our inspectors'}`, `text = ${arabic ? 'rich.ar.md' : 'rich.md'}`, `language = ${arabic ? 'ar' : 'en'}`,
			`dated = ${day(-20)}`, `contact = ${name}@inspectors.example`, '[addressees]', `mayor = ${arabic ? 'رئيس البلدية' : 'The Mayor'}`, `mayor.key = ${this.keys.mayor}`, `court = ${COURT}`,
			'[demands]', section(arabic ? DEMANDS_AR : DEMANDS), '[organisers]', 'quorum = 2', `${o1} = Works Council | https://works.example/keys`, `${o2} = Harbour Union`,
			'[registrars]', 'quorum = 2', `${r1} = Registry | https://registry.example`, `${r2} = Staff Court`,
			'[rules]', section({ rings: 'either', min_ring: '4', max_share: '70', max_share_all: '90', roster: 'grows', release: '3', signers: '4', bodies: '2', closes: day(30), ends: day(200) }), '',
		].join('\n'));
		this.ok('letter', 'new', 'rich.ini', '--roster', 'staff.roster', '-o', `${name}.letter`, '--authority', 'o1', ...options);
		this.ok('cosign', `${name}.letter`, '--authority', 'o2');
		return `${name}.letter`;
	}

	/** @param {string} letter @param {string} member @param {string} question @param {string} choice */
	vote(letter, member, question, choice) {
		this.onDay(day(-5), 'vote', letter, '--question', question, '--choice', choice, '--key', `${member}.key`, '-o', `vote.${member}.${choice}`, '--force');
		this.onDay(day(-5), 'add', letter, `vote.${member}.${choice}`);
	}

	/** Signed by eight, of whom one took it back. @param {string} letter */
	sign(letter) {
		const members = ['harbour-1', 'harbour-2', 'harbour-3', 'mint-1', 'mint-2', 'works-1', 'works-2', 'post-1'];
		this.ok('add', letter, ...members.map((member) => this.signed(letter, member, member === 'post-1' || member === 'works-2' ? '*' : member.split('-')[0])));
		this.ok('withdraw', letter, '--key', 'mint-2.key', '-o', 'back', '--force');
		this.ok('add', letter, 'back');
	}

	/** The life of a letter. @param {string} name @param {boolean} [arabic] */
	rich(name, arabic = false) {
		const letter = this.richLetter(name, arabic);
		const records = (/** @type {number} */ on, /** @type {string} */ verb, /** @type {string[]} */ ...args) => this.put(letter, 'o1', day(on), verb, args);
		this.sign(letter);
		records(-14, 'publication', '--outlet', 'The Averane Courier', '--on', day(-14), '--source', 'https://courier.example/2026/letter');
		records(-13, 'delivery', '--party', 'mayor', '--on', day(-13));
		records(-13, 'delivery', '--party', 'court', '--on', day(-13), '--source', 'https://inspectors.example/receipt');
		records(-12, 'party', '--id', 'sarn', '--name', arabic ? 'رئيس سارن' : 'The President of Sarn', '--key', this.keys.sarn);
		records(-12, 'party', '--id', 'water', '--name', ASSOCIATION);
		const first = records(-10, 'statement', '--party', 'mayor', '--on', day(-10), '--language', 'en', '--text', 'We have read the letter with attention.\nThe harbour stays closed.', '--stance', 'publish=partly', '--note', 'publish=Within ninety days.',
			'--stance', 'harbour=rejects', '--stance', 'archive=accepts', '--stance', 'budget=counter', '--note', 'budget=By the first of June.', '--source', 'https://town.example/answers/17');
		const second = this.put(letter, 'mayor', day(-8), 'statement', ['--party', 'mayor', '--on', day(-8), '--language', 'en', '--text', 'As to the harbour: not before May.', '--stance', 'harbour=counter', '--clarifies', first]);
		this.put(letter, 'mayor', day(-6), 'statement', ['--party', 'mayor', '--on', day(-6), '--language', 'en', '--text', 'And May means the last of May.', '--stance', 'protect=none', '--clarifies', second]);
		this.put(letter, 'sarn', day(-9), 'statement', ['--party', 'sarn', '--on', day(-9), '--language', arabic ? 'ar' : 'en', '--text', arabic ? 'نحن معهم.' : 'They are right.', '--stance', '*=supports']);
		records(-7, 'statement', '--party', 'water', '--on', day(-7), '--language', 'de', '--text', 'Wir unterstützen die Forderungen zu den Berichten.', '--stance', 'publish=supports', '--stance', 'budget=none');
		const about = ['--about', first, '--language', arabic ? 'ar' : 'en', '--choice', arabic ? 'yes=تكفينا' : 'yes=It is enough for us', '--choice', arabic ? 'no=ليست جوابًا' : 'no=It is not an answer'];
		const closed = records(-7, 'question', '--text', arabic ? 'هل تكفي الإجابة عن المرفأ؟' : 'Is the answer on the harbour enough?', '--closes', day(-2), ...about);
		records(-6, 'question', '--text', arabic ? 'وهل يكفي الأول من حزيران؟' : 'And is the first of June soon enough?', '--closes', day(20), ...about);
		for (const [member, choice] of [['harbour-1', 'no'], ['harbour-2', 'no'], ['mint-1', 'yes'], ['works-1', 'no']])
			this.vote(letter, member, closed, choice);
		records(-4, 'notice', '--kind', 'note', '--language', 'en', '--text', 'A reading is on Friday at six.', '--on', day(-4));
		records(-3, 'notice', '--kind', 'correction', '--language', 'en', '--text', 'The number of bridges is 212, not 221.', '--on', day(-3));
		records(-2, 'notice', '--kind', 'deadline', '--language', 'en', '--text', 'Many asked for more time.', '--closes', day(60), '--on', day(-2));
		this.write('translation.ini', ['[translation]', `language = ${arabic ? 'en' : 'ar'}`, `title = ${arabic ? 'On the harbour' : 'عن المرفأ'}`, `text = ${arabic ? 'rich.md' : 'rich.ar.md'}`, '[demands]', section(arabic ? DEMANDS : DEMANDS_AR), ''].join('\n'));
		records(-1, 'translation', 'translation.ini', '--on', day(-1));
		return letter;
	}

	/** All of them. */
	all() {
		this.rich('rich');
		this.rich('arabic', true);
		this.crowd('crowd');
		this.letter('sealed', {}, '--seal', '--link-out', 'sealed.link');
		return ['rich', 'arabic', 'crowd', 'sealed'];
	}

	/** As the one before, with more parties than stand beside each other, and an end. @param {string} name */
	crowd(name) {
		const letter = this.rich(name);
		for (const [id, who] of [['towns', 'Union of Towns'], ['bar', 'The Bar'], ['press', 'The Press Council']]) {
			this.put(letter, 'o1', day(-1), 'party', ['--id', id, '--name', who]);
			this.put(letter, 'o1', day(-1), 'statement', ['--party', id, '--on', day(-1), '--language', 'en', '--text', `${who} agrees.`, '--stance', 'archive=supports', '--stance', 'harbour=accepts']);
		}
		this.put(letter, 'o1', day(-1), 'notice', ['--kind', 'closed', '--language', 'en', '--text', 'It has been answered.', '--on', day(-1)]);
		this.put(letter, 'o1', day(0), 'notice', ['--kind', 'replaced', '--language', 'en', '--text', 'A new letter takes its place.', '--on', day(0)]);
		return letter;
	}
}
