// SPDX-License-Identifier: AGPL-3.0-or-later
// worker/tasks.d.ts: the contract between the page and its worker: what may be asked, what comes back. Secrets stay in the worker

import type { Code } from '../base/refusal.js';

/** base64url of 32 bytes: the id of a record, a key, a pin */
export type Id = string;
/** YYYY-MM-DD, UTC */
export type Day = string;
/** 24 digits in groups of four, for eye and telephone (spec/records.md, Form) */
export type ShortForm = string;

// ---- messages ----

/** page → worker. One task at a time; the page ends a task by ending the worker (the worker then forgets everything). */
export interface Ask<T extends keyof Tasks = keyof Tasks> { id: number; task: T; args: Tasks[T]['args'] }
/** worker → page */
export type Answer =
	| { id: number; progress: { stage: Stage; done: number; total: number } }   /* total 0: unknown */
	| { id: number; result: unknown }
	| { id: number; refusal: { code: Code; line: number; member: string; detail: string } }
	| { id: number; bug: string };                                             /* our own mistake: an Error's message */
export type Stage = 'reading' | 'proofs' | 'passphrase' | 'proving' | 'checking';

// ---- what may be asked ----

export interface Tasks {
	/** Reads a letter or a signing bundle, whole, and checks it. It becomes *the letter* of the tasks below. today: for days without an answer and lines dated later. */
	read: { args: { file: Blob; today: Day }; result: Report };
	/** Opens the words of a sealed letter with the link's key (base64url) or a whole link that ends in it; the Report again, with words. Refusals: link, sealed records that do not hold. */
	open_words: { args: { link: string }; result: Report };

	/** A fresh chain key; it becomes *the key*. pin: 43 characters of base64url, or ''. */
	key_new: { args: { series: string; edition: number; pin: string }; result: KeyNew };
	/** The key as a file of 208 bytes. passphrase '' makes a file without one (kdf 0). thrifty: 64 MiB instead of 256. */
	key_file: { args: { passphrase: string; thrifty: boolean }; result: { file: Uint8Array } };
	/** The typed code against the key's own: which groups (0 … 9) differ; [] is right. Refusal: code_form. */
	code_check: { args: { typed: string }; result: { wrong: number[] } };
	/** Opens a key file; it becomes *the key*. Refusals: key_file, passphrase (also: needs one and passphrase is ''), key_kind (an authority's). */
	key_open: { args: { file: Blob; passphrase: string }; result: KeyShown };
	/** Whether the file has a passphrase (kdf), before asking for one. Refusal: key_file. */
	key_peek: { args: { file: Blob }; result: { kdf: 0 | 1 | 2 } };
	/** A key from its written code. suggestion (in a code_check refusal's detail): the code that one wrong character or two swapped neighbours were meant to be. */
	key_from_code: { args: { code: string; series: string; pin: string }; result: KeyShown };
	/** Moves the key ahead to an edition and forgets what came before; then ask for key_file and the new code. Refusal: edition (not later, or not a chain). */
	key_advance: { args: { edition: number }; result: KeyNew };
	/** A fresh key of a party, organiser or registrar; it becomes *the key*. key_file writes it, key_peek looks at its file. */
	authority_new: { args: {}; result: AuthorityShown };
	/** Opens a file of such a key; it becomes *the key*. Refusals: key_file, passphrase, key_kind (a member's). */
	authority_open: { args: { file: Blob; passphrase: string }; result: AuthorityShown };
	/** Forgets key and letter. */
	forget: { args: {}; result: {} };

	/** The line to hand in. Refusals: id_form (body), key_kind (imported), limit. */
	enrol: { args: { body: string; editions: number }; result: Enrolment };

	/**
	 * What the key can do on the letter. Computes no tag before the letter was read, its registrars' pin compared (refusal pin) and its words stand in the report that the page has shown (refusal sealed).
	 * waits: a signature that the file does not hold may wait to come out, at the server that the file came from; so for withdraw and vote too.
	 * The page calls it after showing report.words. Refusals also: not_in_ring, edition (the roster is of another edition than the key), key_kind.
	 */
	options: { args: { today: Day; waits?: boolean }; result: Options };
	/** Signs in the ring; proves, then verifies its own proof. Refusals: tag_known, withdrawn_already, ring_*, after_closes. Nothing else is ever tried by itself. */
	sign: { args: { ring: string; today: Day }; result: Act };
	/** Refusals: tag_unknown, withdrawn_already, after_ends. */
	withdraw: { args: { today: Day; waits?: boolean }; result: Act };
	/** Refusals: question_unknown, choice_unknown, tag_unknown, withdrawn_already, voted_already, after_closes. */
	vote: { args: { question: Id; choice: string; today: Day; waits?: boolean }; result: Act };

	/**
	 * What the party says whose key is *the key*, judged as if it stood below the letter's last line; the letter stays as it is. sign: whether the signed line is given; else it is judged alone.
	 * Refusals: no_role (no party of the letter has this key), dated_ahead, key_kind, before_words, demand_unknown, clarifies_*; those of form, with their member.
	 */
	statement: { args: { today: Day; sign: boolean; on: Day; language: string; text: string; source: string; clarifies: Id | ''; stances: Stance[] }; result: Answered };
}

// ---- what comes back ----

export interface KeyShown { kind: 'chain' | 'imported'; edition: number; series: string; short: ShortForm; pin: Id | ''; pin_short: ShortForm | '' }
export interface KeyNew extends KeyShown { /** ten groups of four joined by - */ code: string }
/** Of a key that is somebody's by name. */
export interface AuthorityShown { key: Id; short: ShortForm }
/** line: without LF, '' where nothing was to be signed. statement: as a report will have it, line 0 */
export interface Answered { line: string; statement: Report['statements'][number] }
export interface Enrolment { /** canonical, without LF */ line: string; short: ShortForm; first: number; last: number }
/** line: the record, without LF. checked: the proof was verified after it was made. milliseconds: of the whole task */
export interface Act { line: string; milliseconds: number }

export interface RingChoice {
	label: string;             /* a body's id or * */
	name: string;              /* the body's; '' for * */
	keys: number;
	made: number | null;       /* signatures in it now; null: a bundle cannot tell */
	/** chance in percent that any one of it signed, once this signature is in (made + 1 of keys), rounded to nearest, at least 1; null with made */
	percent: number | null;
	may: 'yes' | Code;         /* ring_not_allowed, ring_below_min, ring_above_share, ring_unknown (not in this bundle) */
}
export interface Options {
	own: RingChoice; all: RingChoice;
	/** the ring that hides better of those that may, '' if none: the smaller part signed; from a bundle the larger ring */
	better: string;
	/** whether this key's tag stands in the letter: none also where a bundle cannot tell, or where it may wait (then certain is false) */
	stands: 'none' | 'signed' | 'withdrawn'; stands_in: string; certain: boolean;
	/** keys that came with a later admission, not with the letter's own roster (0: the letter's own; n: the n-th wave) */
	wave: number;
	pin: 'same' | 'none';      /* none: the key holds no pin; the page shows report.short.pin to compare */
	closes: Day; ends: Day;    /* last day to sign; last day to withdraw or vote */
	open_to_sign: boolean; open_to_act: boolean;
	release: number;           /* signatures come out in batches of so many */
	edition: { kind: 'chain' | 'imported'; number: number; until: Day };
	votes: { question: Id; choice: string }[]; /* of this tag, as far as the file tells */
}

export interface ReportRing { roster: Id; wave: number; id: string; name: string; signers: number; made: number; keys: number; headcount: number; above_share: boolean }
export interface Voucher { key: Id; short: ShortForm; name: string; where: string; registrar: boolean; organiser: boolean }
export interface Source { url: string; sha256: Id | '' }
export interface Stance { demand: string; stance: 'accepts' | 'rejects' | 'partly' | 'counter' | 'supports' | 'none'; note: string }
export interface Words {
	title: string; body: string; language: string; dated: Day | ''; contact: string; replaces: Id | '';
	addressees: { id: string; name: string; key: Id | '' }[];
	demands: { id: string; text: string }[];
}
export interface Report {
	kind: 'letter' | 'bundle';
	letter: Id; roster: Id; words_id: Id; pin: Id;
	short: { letter: ShortForm; words: ShortForm; roster: ShortForm; pin: ShortForm };
	/** the object that `undersigned verify --json` prints for a valid letter, member for member (spec: design/cli.md); null for a bundle */
	json: object | null;
	signers: number; bodies: number; undisclosed: number; withdrawn: number; keys: number; headcount: number; /* headcount 0: unknown */
	sealed: boolean; opened: boolean; thresholds_met: boolean;
	rules: { rings: 'body' | 'roster' | 'either'; min_ring: number; max_share: number; max_share_all: number; roster: 'fixed' | 'grows'; release: number; signers: number; bodies: number; closes: Day; ends: Day };
	closes: Day;               /* rules.closes, or the last deadline notice's */
	edition: { series: string; name: string; number: number; from: Day; until: Day };
	registrars_quorum: number; organisers_quorum: number;
	vouchers: Voucher[];       /* by key */
	rings: ReportRing[];       /* the letter's roster, then each wave: *, then bodies by id. For a bundle: signers and made are 0 and mean nothing */
	words: Words | null;
	parties: { id: string; name: string; key: Id | ''; addressee: boolean; source: Source }[];
	/** what happened, by day. who: the outlet that published, the party that got the letter or spoke. text: the day of what was made clearer; the question on which the vote ended; a notice's kind; a translation's language */
	days: { on: Day; kind: 'published' | 'delivered' | 'said' | 'clarified' | 'voted' | 'noticed' | 'translated'; who: string; text: string; source: Source }[];
	statements: { id: Id; line: number; party: string; on: Day; language: string; text: string; stances: Stance[]; source: Source; clarifies: Id | ''; authenticated: boolean }[];
	stances: { party: string; demand: string; stance: Stance['stance']; authenticated: boolean; statement: Id }[];
	questions: { id: Id; about: Id | ''; language: string; text: string; choices: { id: string; text: string; count: number }[]; closes: Day }[];
	notices: { on: Day; kind: 'note' | 'correction' | 'deadline' | 'closed' | 'replaced'; about: Id | ''; language: string; text: string; closes: Day | '' }[];
	translations: { language: string; on: Day; title: string; body: string; demands: { id: string; text: string }[] }[]; /* the one that counts, per language */
	/** addressees to whom the letter was delivered; days without a recorded answer until today, 0 when answered */
	waits: { party: string; name: string; delivered: Day; answered: boolean; days: number }[];
	dated_after: number[];     /* lines dated after today */
	lines: number; bytes: number; milliseconds: number;
}
