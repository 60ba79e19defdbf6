// SPDX-License-Identifier: AGPL-3.0-or-later
// letter/letter.js: lines go in, in order; the first line at fault or the letter's state comes out (spec/records.md)

import { encodeBase64url } from '../base/base64url.js';
import { Refusal } from '../base/refusal.js';
import { pinOf } from '../proof/pin.js';
import { bytesOfName } from '../record/fields.js';
import { LineSplitter } from '../record/lines.js';
import { decodeRecord, idOf } from '../record/record.js';
import { BundleShape } from './bundle.js';
import { Parties } from './parties.js';
import { Roll } from './roll.js';
import { takeDelivery, takeNotice, takeParty, takePublication, takeQuestion, takeStatement } from './rules_answers.js';
import { takeKeys, takeRoster } from './rules_roster.js';
import { takeSignature, takeVote, takeWithdrawal } from './rules_signers.js';
import { checkTranslation, checkWordsFit, takeLetter, takeSealed, takeTranslation, takeWords } from './rules_words.js';
import { Waiting } from './waiting.js';

/** @typedef {import('../record/shapes.js').AnyRecord} AnyRecord */
/** @typedef {import('../record/shapes.js').LetterRecord} LetterRecord */
/** @typedef {import('../record/shapes.js').Words} Words */
/** @typedef {import('../record/shapes.js').Translation} Translation */
/** @typedef {import('../record/shapes.js').Statement} Statement */
/** @typedef {import('./ring.js').Ring} Ring */

/** Where a record stands: its line (0: it was sealed), its id. @typedef {{ line: number, id: string, idBytes: Uint8Array }} Place */
/** @template R @typedef {Place & { record: R }} Placed */
/** Who signed, namelessly. votes: question → choice; null: none. @typedef {{ ring: Ring, line: number, withdrawn: boolean, votes: Map<string, string> | null }} Tag */
/** chain: how many statements it clarifies, one through the other. @typedef {Placed<Statement> & { authenticated: boolean, chain: number }} PlacedStatement */
/** @typedef {(stage: 'reading' | 'proofs', done: number, total: number) => void} StageProgress reading: keys of one long line; proofs: of one batch */

/** @type {Readonly<Record<string, (letter: Letter, record: any, place: Place) => void>>} */
const RULES = Object.freeze({
	roster: takeRoster, keys: takeKeys, letter: takeLetter, words: takeWords, sealed: takeSealed, signature: takeSignature, withdrawal: takeWithdrawal,
	party: takeParty, delivery: takeDelivery, publication: takePublication, statement: takeStatement, question: takeQuestion, vote: takeVote,
	notice: takeNotice, translation: takeTranslation,
});
const BEFORE_LETTER = new Set(['roster', 'keys', 'letter']);
const BEFORE_WORDS = new Set(['signature', 'withdrawal', 'roster', 'keys', 'sealed', 'notice', 'words']);

/**
 * A letter as it is read. feed and end throw a Refusal that names the first line at fault of the whole file (code `newer`: needs a newer reader, at that line); from then on they throw it
 * again, and the state means nothing. Ids and keys are Names (base64url) where they name something, bytes where they are computed with.
 */
export class Letter {
	/** The id of the letter record; '' before it. */
	id = '';
	/** @type {Uint8Array} */
	idBytes = new Uint8Array(0);
	/** @type {LetterRecord | null} */
	record = null;
	/** @type {Words | null} in the file */
	words = null;
	/** @type {import('../record/shapes.js').Sealed | null} */
	sealed = null;
	/** What the link opened: see openWords. @type {{ words: Words, translations: Placed<Translation>[] } | null} */
	opened = null;
	/** Read to its end, without fault: only then may anything be signed (letter/act.js). */
	ended = false;
	/** Who speaks. @type {Parties} */
	parties = new Parties();
	/** @type {Map<string, Tag>} by tag, in the order of the file */
	tags = new Map();
	/** @type {Map<string, PlacedStatement>} */
	statements = new Map();
	/** @type {Map<string, Placed<import('../record/shapes.js').Question>>} */
	questions = new Map();
	/** @type {Placed<import('../record/shapes.js').Delivery>[]} */
	deliveries = [];
	/** @type {Placed<import('../record/shapes.js').Publication>[]} */
	publications = [];
	/** @type {Placed<import('../record/shapes.js').Notice>[]} */
	notices = [];
	/** @type {Placed<Translation>[]} */
	translations = [];
	/** The demands of the words in the file. @type {Set<string>} */
	demandIds = new Set();

	/** @type {Map<string, number>} every record's line */
	#lineOf = new Map();
	#splitter = new LineSplitter();
	/** @type {Refusal | null} */
	#fault = null;

	/** @param {{ mode?: 'file' | 'bundle', random: import('../base/refusal.js').Random, progress?: StageProgress, waitingMax?: number }} options waitingMax: bytes of proofs that may wait for a batch */
	constructor({ mode = 'file', random, progress, waitingMax }) {
		this.progress = progress;
		/** @type {BundleShape | null} null: a letter file */
		this.bundle = mode === 'bundle' ? new BundleShape() : null;
		this.roll = new Roll(random);
		this.waiting = new Waiting({ random, progress: progress && ((done, total) => progress('proofs', done, total)), max: waitingMax });
	}

	/** Lines and bytes read. */
	get lines() {
		return this.#splitter.lines;
	}
	get bytes() {
		return this.#splitter.bytes;
	}

	/** @param {Uint8Array} chunk of any size; borrowed */
	feed(chunk) {
		this.ended = false;
		this.#watch(() => {
			for (const line of this.#splitter.push(chunk))
				this.#take(line, this.#splitter.lines);
		});
	}

	/** No more: judges what waits, and what is missing. */
	end() {
		this.#watch(() => {
			this.#splitter.end();
			const line = this.lines + 1;
			this.#leaveKeys(line);
			if (this.record === null)
				throw new Refusal('no_letter', { line });
			this.bundle?.end(this, line);
			this.waiting.judge();
			this.ended = true;
		});
	}

	/**
	 * After end: a statement, judged as if it stood below the last line. The letter stays as it is, whatever comes of it.
	 * @param {Uint8Array} line without LF @returns {string} its id
	 */
	judge(line) {
		if (!this.ended)
			throw new Error('judged before the end');
		const id = this.#take(line, 0);
		this.#lineOf.delete(id);
		this.statements.delete(id);
		return id;
	}

	/** Proofs that wait stand above any line that fails now: the first fault may be theirs. @param {() => void} step */
	#watch(step) {
		if (this.#fault)
			throw this.#fault;
		try {
			step();
		} catch (fault) {
			this.#fault = fault instanceof Refusal ? this.#firstFault(fault) : null;
			throw this.#fault ?? fault;
		}
	}

	/** @param {Refusal} fault @returns {Refusal} */
	#firstFault(fault) {
		try {
			this.waiting.judge();
		} catch (earlier) {
			if (earlier instanceof Refusal)
				return earlier;
			throw earlier;
		}
		return fault;
	}

	/** @param {Uint8Array} line @param {number} number @returns {string} its id */
	#take(line, number) {
		try {
			const record = decodeRecord(line);
			this.#checkOrder(record, number);
			const idBytes = idOf(record, line);
			const id = encodeBase64url(idBytes);
			if (this.#lineOf.has(id))
				throw new Refusal('repeated');
			RULES[record.type](this, record, { line: number, id, idBytes });
			this.#lineOf.set(id, number);
			return id;
		} catch (fault) {
			throw fault instanceof Refusal ? placed(fault, number, this.record !== null) : fault;
		}
	}

	/** Whether this type may stand here (spec/records.md, Order). @param {AnyRecord} record @param {number} number */
	#checkOrder(record, number) {
		const { type } = record;
		if (!Object.hasOwn(RULES, type))
			throw new Refusal('type', { member: 'type' });
		if (type !== 'keys')
			this.#leaveKeys(number);
		this.bundle?.checkRecord(this, record);
		if (this.record === null && !BEFORE_LETTER.has(type))
			throw new Refusal('before_letter');
		if (this.record !== null && type === 'letter')
			throw new Refusal('second_letter');
		if (this.record !== null && this.words === null && !BEFORE_WORDS.has(type))
			throw new Refusal('before_words');
		if ('letter' in record && record.letter !== this.id)
			throw new Refusal('other_letter', { member: 'letter' });
	}

	/** What comes now is no longer of the last roster's keys. @param {number} line */
	#leaveKeys(line) {
		const roster = this.roll.last;
		if (roster === null || roster.left)
			return;
		roster.left = true;
		if (this.bundle)
			this.bundle.leave(roster, line);
		else if (roster.due < roster.blocks.length)
			throw new Refusal('keys_due', { line });
	}

	/** For rules_words.js. @param {LetterRecord} record @param {Place} place */
	open(record, { id, idBytes }) {
		this.record = record;
		this.id = id;
		this.idBytes = idBytes;
		this.parties = new Parties(record.organisers, record.registrars);
	}

	/** Whether a record of this id stands in the file. @param {string} id */
	holds(id) {
		return this.#lineOf.has(id);
	}

	/** Of the letter. */
	get rules() {
		return this.#letter.rules;
	}
	/** The organisers. */
	get council() {
		return this.#letter.organisers;
	}
	get #letter() {
		if (this.record === null)
			throw new Error('no letter yet');
		return this.record;
	}

	/** The registrars' pin, 32 bytes. */
	get pin() {
		const { quorum, keys } = this.#letter.registrars;
		return pinOf(quorum, keys.map(({ key }) => bytesOfName(key)));
	}

	/** In the file, else opened with the link, else null. */
	get shownWords() {
		return this.words ?? this.opened?.words ?? null;
	}

	/**
	 * After end: the lines that a link opened (letter/seal.js), judged as if they stood in the file; the words come first, without signatures. Nothing is kept when any of them is refused.
	 * @param {Uint8Array[]} lines without LF
	 */
	openWords(lines) {
		const [words, ...rest] = lines.map(sealedRecord);
		if (words === undefined || words.type !== 'words' || words.signatures.length > 0)
			throw new Refusal('sealed');
		checkWordsFit(this.#letter, words, encodeBase64url(idOf(words)));
		/** @type {Map<string, Placed<Translation>>} */
		const translations = new Map();
		for (const record of rest) {
			if (record.type !== 'translation')
				throw new Refusal('sealed');
			const idBytes = idOf(record), id = encodeBase64url(idBytes);
			if (translations.has(id))
				throw new Refusal('repeated');
			checkTranslation(this, words, record);
			translations.set(id, { line: 0, id, idBytes, record });
		}
		this.opened = { words, translations: [...translations.values()] };
	}
}

/** @param {Uint8Array} line */
function sealedRecord(line) {
	try {
		return decodeRecord(line);
	} catch (fault) {
		throw fault instanceof Refusal ? placed(fault, 0, true) : fault;
	}
}

/** A fault of this line; `newer` only above the letter. @param {Refusal} fault @param {number} line @param {boolean} afterLetter */
function placed(fault, line, afterLetter) {
	const { member, detail } = fault;
	const code = fault.code === 'newer' && afterLetter ? 'version' : fault.code;
	return new Refusal(code, { line: fault.line || line, member, detail });
}
