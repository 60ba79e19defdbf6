// SPDX-License-Identifier: AGPL-3.0-or-later
// record/shapes.d.ts: records as JavaScript's values. The table (types.js) says what may stand in them; these are only its types

/** base64url of 32 bytes: the id of a record, a key, a tag */
export type Name = string;
/** a Name, or "" */
export type Name0 = string;
/** YYYY-MM-DD */
export type Day = string;

export interface AuthoritySignature { key: Name; signature: Uint8Array }
export interface Source { sha256: Name0; url: string }
export interface Council { keys: { key: Name; name: string; where: string }[]; quorum: number }
export interface Demand { id: string; text: string }
export interface RosterBody { id: string; name: string; headcount: number; count: number; keys: Name0 }
export interface Rules {
	rings: 'body' | 'roster' | 'either'; min_ring: number; max_share: number; max_share_all: number; roster: 'fixed' | 'grows';
	release: number; signers: number; bodies: number; closes: Day; ends: Day;
}
export interface StanceEntry { demand: string; stance: 'accepts' | 'rejects' | 'partly' | 'counter' | 'supports' | 'none'; note: string }

interface Signed { v: 1; signatures: AuthoritySignature[] }
interface Bare { v: 1 }

export interface Roster extends Signed {
	type: 'roster'; series: string; name: string; edition: number; from: Day; until: Day; extends: Name0; source: Source; ledger: Name0; bodies: RosterBody[];
}
export interface Keys extends Bare { type: 'keys'; body: string; keys: Uint8Array }
export interface LetterRecord extends Signed { type: 'letter'; words: Name; roster: Name; registrars: Council; organisers: Council; rules: Rules }
export interface Words extends Signed {
	type: 'words'; title: string; addressees: { id: string; name: string; key: Name0 }[]; body: string; language: string; demands: Demand[];
	dated: Day | ''; contact: string; replaces: Name0; salt: Uint8Array;
}
export interface Sealed extends Signed { type: 'sealed'; letter: Name; ciphertext: Uint8Array }
export interface Signature extends Bare { type: 'signature'; letter: Name; roster: Name; ring: string; tag: Name; proof: Uint8Array }
export interface Withdrawal extends Bare { type: 'withdrawal'; letter: Name; tag: Name; proof: Uint8Array }
export interface Party extends Signed { type: 'party'; letter: Name; id: string; name: string; key: Name0; source: Source }
export interface Delivery extends Signed { type: 'delivery'; letter: Name; party: string; on: Day; source: Source }
export interface Publication extends Signed { type: 'publication'; letter: Name; outlet: string; on: Day; source: Source }
export interface Statement extends Signed {
	type: 'statement'; letter: Name; party: string; on: Day; language: string; text: string; source: Source; clarifies: Name0; stances: StanceEntry[];
}
export interface Question extends Signed {
	type: 'question'; letter: Name; about: Name0; language: string; text: string; closes: Day; choices: { id: string; text: string }[];
}
export interface Vote extends Bare { type: 'vote'; letter: Name; question: Name; tag: Name; choice: string; proof: Uint8Array }
export interface Notice extends Signed {
	type: 'notice'; letter: Name; on: Day; kind: 'note' | 'correction' | 'deadline' | 'closed' | 'replaced'; about: Name0; language: string; text: string; closes: Day | '';
}
export interface Translation extends Signed { type: 'translation'; letter: Name; on: Day; language: string; title: string; body: string; demands: Demand[] }
export interface Enrolment extends Bare { type: 'enrolment'; body: string; series: string; keys: { edition: number; key: Name; proof: Uint8Array }[] }

export type AnyRecord = Roster | Keys | LetterRecord | Words | Sealed | Signature | Withdrawal | Party | Delivery | Publication | Statement | Question | Vote
	| Notice | Translation | Enrolment;
export type SignedRecord = Extract<AnyRecord, Signed>;
