/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* page/view.h: the server's pages: what each is told, and what comes out. Plain data; whoever serves fills it */
#ifndef UND_PAGE_VIEW_H
#define UND_PAGE_VIEW_H

#include "base/encode.h"

/*
 * A page is one call: it appends a whole HTML document to out and keeps nothing. Slices are borrowed for the call and hold UTF-8 that was checked (base/text.h); whatever they hold
 * is text and is escaped. Pages have no script, no inline style and no drawing of the SVG kind; they load /style-….css, pictures of this server, and nothing else.
 * Errors, of each: UND_ERR_MEMORY and UND_ERR_LIMIT (out's own maximum; und_page_letter of the largest letter allowed needs some 8 MiB). What out then holds means nothing.
 * Cost: linear in what is shown. Any thread. Deterministic: same view, same bytes.
 */

/* ---- where things are: the addresses to which pages link ---- */

#define UND_PATH_LIST "/"
#define UND_PATH_SAFE "/safe"       /* is it safe? */
#define UND_PATH_CHECK "/check"     /* how to check a letter oneself */
#define UND_PATH_GUIDES "/guide"     /* which guides there are; /guide/NAME is one, /guide/PICTURE.png a picture in one */
#define UND_PATH_ENROL "/enrol"     /* GET the form; POST it, multipart/form-data or urlencoded: text `code`, text `line`, file `file` */
#define UND_PATH_APP "/undersigned.html" /* the one HTML file */
/* What the file is asked for behind its address; browsers do not send it. The short name of a letter follows the first three. */
#define UND_APP_LETTER "#letter:"
#define UND_APP_SIGN "#sign:"
#define UND_APP_ANSWER "#answer:"
#define UND_APP_ENROL "#enrol"
#define UND_PATH_LETTERS "/letters/"
/* /letters/SLUG then: nothing (the page), .letter (the file), .atom (the feed), /roster, /sign and /answer (GET; POST: text `line`, file `file`), /picture.png (square), /preview.png (1200 x 630),
   /press (the press kit) and its files /signers.png (for print), /qr.png, /sha256.txt */
#define UND_PATH_PICTURE "/picture.png"
#define UND_PATH_PREVIEW "/preview.png"
#define UND_PATH_ROSTER "/roster"
#define UND_PATH_SIGN "/sign"
#define UND_PATH_ANSWER "/answer"
#define UND_PATH_PRESS "/press"
#define UND_PRESS_PICTURE "signers.png"
#define UND_PRESS_QR "qr.png"
#define UND_PRESS_SUMS "sha256.txt"
#define UND_SUFFIX_LETTER ".letter"
#define UND_SUFFIX_FEED ".atom"
/* All take ?lang=en or ?lang=ar; the list takes &from=N. */

/* The policy of every page. */
#define UND_PAGE_CSP "default-src 'none'; style-src 'self'; img-src 'self' data:; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"

/* The style sheet and its address, which holds a hash of it: serve as text/css, for ever. */
extern const char und_page_style_path[];
extern const struct und_bytes und_page_style;

/* ---- languages ---- */

enum und_page_language { UND_PAGE_EN, UND_PAGE_AR, UND_PAGE_LANGUAGES };

/* "en" */
const char *und_page_language_tag(enum und_page_language l);
/* Of a tag such as ?lang= has; false: not ours, *out untouched. */
bool und_page_language_of(enum und_page_language *out, struct und_bytes tag);
/* The best that an Accept-Language (RFC 9110 §12.5.4) wants; English where it wants none of ours, or is no such header. */
enum und_page_language und_page_language_wanted(struct und_bytes accept_language);

/* ---- a copy of a letter's pages: files in one folder, for any web server or none ---- */

/* Links lead to files beside one another: these, SLUG.letter, picture.png, the style (its path without /) and, where app_size says so, undersigned.html. A copy has no list of letters and takes no lines. */
enum und_page_file { UND_PAGE_FILE_LETTER, UND_PAGE_FILE_ROSTER, UND_PAGE_FILE_SAFE, UND_PAGE_FILE_CHECK, UND_PAGE_FILE_PRESS, UND_PAGE_FILE_FEED, UND_PAGE_FILES };
const char *und_page_file_name(enum und_page_file file, enum und_page_language language); /* of a-z, '.' */

/* What a copy says of itself, wherever it lies: where 'self' is no server (file:) only refusals hold everywhere. */
#define UND_PAGE_COPY_CSP "script-src 'none'; object-src 'none'; frame-src 'none'; connect-src 'none'; media-src 'none'; font-src 'none'; form-action 'none'; base-uri 'none'"

struct und_page_copy {
	enum und_page_file file; /* which of them this page is */
	und_day on;              /* when it is made */
};

/* ---- what every page is told ---- */

struct und_page_frame {
	enum und_page_language language;
	bool language_asked;     /* by ?lang=: links keep it */
	struct und_bytes path;   /* of this page, without query, percent-free ASCII; empty: unknown, so that it offers no other language */
	struct und_bytes origin; /* "https://letters.example.org", as configured; empty: unknown. For social previews, and addresses to write down */
	bool enrols;             /* there is a series to enrol in: the navigation names it */
	const struct und_page_copy *copy; /* NULL: a server's page. Else path, origin, language_asked and enrols are not looked at */
	uint64_t app_size;       /* bytes of the one HTML file; 0: the server offers none. Its hash is never shown: a false page would show the right one */
};

/* ---- the list of letters ---- */

struct und_view_item {
	struct und_bytes slug, title, language; /* title empty: sealed */
	struct und_bytes to;                    /* the first addressee's name */
	size_t to_more;                         /* how many further ones */
	uint64_t signers, bodies;
	und_day closes;
	bool open;
};
struct und_view_list {
	const struct und_view_item *items;
	size_t count;
	uint64_t from, more; /* how many stand before the first; behind the last (linked as ?from=) */
};
UND_MUST_USE enum und_err und_page_list(struct und_buf *out, const struct und_page_frame *f, const struct und_view_list *v);

/* ---- a letter ---- */

struct und_view_source {
	struct und_bytes url;
	const uint8_t *sha256; /* NULL: none */
};
struct und_view_demand {
	struct und_bytes id, text;
};
/* The words as they were signed, or a translation. */
struct und_view_version {
	struct und_bytes language, title, body; /* body: CommonMark */
	const struct und_view_demand *demands;
	size_t demand_count;
	und_day on; /* of a translation */
};
struct und_view_ring {
	struct und_bytes id, name; /* id "*": without a body's name */
	unsigned wave;             /* 0: the letter's roster */
	uint64_t headcount, keys, signers; /* headcount 0: not given */
	bool above_share;
};
struct und_view_voucher {
	struct und_bytes name, where; /* may be empty */
	struct und_bytes key;         /* short form: "1234 5678 …" */
	bool registrar, organiser;
	bool signed_roster;           /* the headline rests on these */
};
enum und_view_stand { UND_VIEW_ACCEPTS, UND_VIEW_REJECTS, UND_VIEW_PARTLY, UND_VIEW_COUNTER, UND_VIEW_SUPPORTS, UND_VIEW_NO_STAND };
struct und_view_stance {
	struct und_bytes party;  /* name */
	struct und_bytes demand; /* id, or "*": the whole letter */
	struct und_bytes note;   /* may be empty */
	enum und_view_stand stand;
	bool authenticated;
};
struct und_view_statement {
	struct und_bytes party; /* name */
	und_day on, clarifies, clarified; /* the days of what it makes clearer, and of what makes it clearer, or UND_DAY_NONE */
	struct und_bytes language, text;
	bool authenticated;
	const struct und_view_stance *stances; /* party and authenticated are not looked at */
	size_t stance_count;
	struct und_view_source source;
	size_t clarifies_at; /* the place of what it makes clearer in this list, from 1; 0: nothing that stands above it */
};
struct und_view_wait {
	struct und_bytes name;
	und_day delivered;
	uint64_t days; /* since then */
};
struct und_view_choice {
	struct und_bytes text;
	uint64_t votes;
};
struct und_view_question {
	struct und_bytes language, text;
	const struct und_view_choice *choices;
	size_t choice_count;
	und_day closes;
	bool open; /* votes are taken today */
	struct und_bytes about_party; /* whose statement it is about; empty: none */
	und_day about_on;
	size_t about_at; /* the place of that statement, from 1; 0: none. The tally stands beside it */
};
enum und_view_notice_kind { UND_VIEW_NOTE, UND_VIEW_CORRECTION, UND_VIEW_DEADLINE, UND_VIEW_CLOSED, UND_VIEW_REPLACED };
struct und_view_notice {
	enum und_view_notice_kind kind;
	und_day on, closes; /* closes: UND_DAY_NONE, or the new last day */
	struct und_bytes language, text;
};
struct und_view_handed { /* a delivery, a publication */
	struct und_bytes who;
	und_day on;
	struct und_view_source source;
};
struct und_view_party {
	struct und_bytes name;
	struct und_view_source source;
};
/* What happened on a day, for the list of days and the feed. */
enum und_view_event_kind { UND_VIEW_PUBLISHED, UND_VIEW_DELIVERED, UND_VIEW_SAID, UND_VIEW_VOTED, UND_VIEW_NOTICED, UND_VIEW_TRANSLATED, UND_VIEW_EVENT_KINDS };
struct und_view_event {
	enum und_view_event_kind kind;
	und_day on;
	const uint8_t *id;           /* of the record */
	struct und_bytes who;        /* name: outlet, addressee, party; empty: the organisers */
	struct und_bytes language, text; /* what was said, noticed or asked; a translation's title */
	size_t at;                   /* SAID, VOTED, NOTICED: the place in that list of the view, from 1 */
};
struct und_view_rules {
	uint64_t signers, bodies; /* thresholds; 0: none */
	uint64_t min_ring, release;
	unsigned max_share, max_share_all; /* percent */
	und_day closes, ends;     /* last day to sign, by the latest notice; to take back */
};

struct und_view_letter {
	struct und_bytes slug;
	const uint8_t *id;                       /* of the letter's record; the feed alone looks at it */
	const struct und_view_version *versions; /* the words, then translations; version_count 0: sealed */
	size_t version_count;
	bool sealed;                             /* the words are not public: where there are some, they came with the link */
	const struct und_bytes *addressees;      /* names */
	size_t addressee_count;
	struct und_bytes contact;                /* may be empty */
	und_day dated;                           /* or UND_DAY_NONE */
	bool replaces;
	bool open;                               /* signatures are taken today */

	uint64_t signers, bodies, withdrawn, keys, headcount; /* headcount 0: not given for every body */
	bool imported;                           /* keys that people had shown in public before (edition 0) */
	struct und_view_rules rules;
	const struct und_view_ring *rings;       /* the letter's roster, then each wave: "*", then bodies */
	size_t ring_count;
	const struct und_view_voucher *vouchers;
	size_t voucher_count;
	uint64_t registrars_quorum, organisers_quorum;

	const struct und_view_wait *waits;       /* addressees who have the letter and gave no answer */
	size_t wait_count;
	const struct und_view_stance *stances;   /* that count, by party and demand */
	size_t stance_count;
	const struct und_view_statement *statements;
	size_t statement_count;
	const struct und_view_question *questions;
	size_t question_count;
	const struct und_view_notice *notices;
	size_t notice_count;
	const struct und_view_handed *deliveries, *publications;
	size_t delivery_count, publication_count;
	const struct und_view_party *parties;    /* who speaks besides the addressees */
	size_t party_count;
	const struct und_view_event *events;     /* by day, then as in the letter */
	size_t event_count;
	und_day since;                           /* when the roster began, or UND_DAY_NONE: the feed of a letter without events is of then */

	uint64_t file_size, lines;               /* bytes, lines of the letter file */
	const uint8_t *file_sha256;              /* NULL: not shown */
	struct und_bytes short_letter, short_words, short_roster, short_pin;
};
UND_MUST_USE enum und_err und_page_letter(struct und_buf *out, const struct und_page_frame *f, const struct und_view_letter *v);

/* The same as an Atom feed (RFC 4287): an entry for each event, the latest first. */
UND_MUST_USE enum und_err und_page_feed(struct und_buf *out, const struct und_page_frame *f, const struct und_view_letter *v);

/* ---- its press kit: sheets to print, with links to its picture for print, its file, and the one HTML file ---- */

struct und_view_press {
	const struct und_view_letter *letter; /* with file_sha256 */
	und_day on;                           /* when it is made */
	und_day embargo;                      /* until then nothing of it is to be published: on every sheet; or UND_DAY_NONE */
	bool alone;                           /* a folder of its own, without the letter's other pages */
};
UND_MUST_USE enum und_err und_page_press(struct und_buf *out, const struct und_page_frame *f, const struct und_view_press *v);
/* Of a file SLUG.letter: its line for sha256sum -c; and the QR code (page/qr.h) of its name, a blank and the short form of its SHA-256. */
UND_MUST_USE enum und_err und_press_sums(struct und_buf *out, struct und_bytes slug, const uint8_t sha256[32]);
UND_MUST_USE enum und_err und_press_qr(struct und_buf *out, struct und_bytes slug, const uint8_t sha256[32]);

/* ---- its roster ---- */

struct und_view_edition { /* the letter's roster, and waves */
	unsigned wave;
	struct und_bytes short_id;
	uint64_t edition;         /* 0: imported keys */
	und_day from, until;      /* or UND_DAY_NONE */
};
struct und_view_roster {
	struct und_bytes slug, title, language; /* of the letter; title empty: sealed */
	struct und_bytes name;
	const struct und_view_edition *editions;
	size_t edition_count;
	const struct und_view_ring *rings; /* as in und_view_letter */
	size_t ring_count;
	uint64_t keys, headcount;
	const struct und_view_voucher *vouchers;
	size_t voucher_count;
	uint64_t registrars_quorum;
	struct und_bytes short_pin;
};
UND_MUST_USE enum und_err und_page_roster(struct und_buf *out, const struct und_page_frame *f, const struct und_view_roster *v);

/* ---- enrolling: the form, and what became of it. Titles say nothing: they stand in a browser's history ---- */

/* UND_OK: nothing was handed in yet. Otherwise why not, in the words of a member: und_err of the code, the line or the store; group: of UND_ERR_CARD_CHECK, from 1 (0: unknown). */
struct und_view_enrol {
	enum und_err fault;
	unsigned group;
	struct und_bytes code, line; /* what was typed, to be mended; may be empty */
};
UND_MUST_USE enum und_err und_page_enrol(struct und_buf *out, const struct und_page_frame *f, const struct und_view_enrol *v);
/* Taken, now or before. key: its short form, to be written on the strip of the card. */
UND_MUST_USE enum und_err und_page_enrolled(struct und_buf *out, const struct und_page_frame *f, struct und_bytes key);

/* ---- signing ---- */

struct und_view_bundle {
	struct und_bytes name; /* of the body; empty: all */
	struct und_bytes path; /* of the small file that signing in this ring needs */
};
struct und_view_sign {
	struct und_bytes slug;
	bool open;
	und_day closes, ends;
	uint64_t release;
	const struct und_view_bundle *bundles; /* may be none */
	size_t bundle_count;
	enum und_err fault;    /* UND_OK: nothing was handed in yet; otherwise why it was not taken */
	struct und_bytes line; /* what was pasted, to be mended */
};
UND_MUST_USE enum und_err und_page_sign(struct und_buf *out, const struct und_page_frame *f, const struct und_view_sign *v);
/* A line was taken, now or before, or is withdrawn: the same bytes whichever. */
UND_MUST_USE enum und_err und_page_taken(struct und_buf *out, const struct und_page_frame *f, struct und_bytes slug);

/* ---- a party answers ---- */

struct und_view_answer {
	struct und_bytes slug, contact; /* contact may be empty */
	enum und_err fault;    /* UND_OK: nothing was handed in yet; otherwise why it was not taken */
	struct und_bytes line; /* what was pasted, to be mended */
};
UND_MUST_USE enum und_err und_page_answer(struct und_buf *out, const struct und_page_frame *f, const struct und_view_answer *v);
/* It stands in the letter, since now or before. */
UND_MUST_USE enum und_err und_page_answered(struct und_buf *out, const struct und_page_frame *f, struct und_bytes slug);

/* ---- pages that say the same always ---- */

UND_MUST_USE enum und_err und_page_safe(struct und_buf *out, const struct und_page_frame *f);
UND_MUST_USE enum und_err und_page_check(struct und_buf *out, const struct und_page_frame *f);

/* ---- guides (page/guide.h): which there are, and one of them. Not for copies ---- */

enum { UND_GUIDES_MAX = 8 };
UND_MUST_USE enum und_err und_page_guides(struct und_buf *out, const struct und_page_frame *f);
UND_MUST_USE enum und_err und_page_guide(struct und_buf *out, const struct und_page_frame *f, size_t guide);
/* For any status of 400 and more. */
UND_MUST_USE enum und_err und_page_fault(struct und_buf *out, const struct und_page_frame *f, unsigned status);

#endif
