/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* post.c: what organisers and parties put under a letter: one record, judged as the letter's next line, signed, written */
#include "cli/post.h"

#include "base/hash.h"
#include "cli/council.h"
#include "cli/lines.h"
#include "cli/say.h"
#include "cli/text.h"
#include "letter/seal.h"

enum { RECORD_MAX = 1 << 20 };

/* ---- refusals: the fold's words, and what helps whoever writes the record ---- */

static const struct {
	enum und_err e;
	const char *advice;
} advices[] = {
	{ UND_ERR_PARTY_UNKNOWN, "`undersigned show` names the parties. `undersigned party` introduces another; its record is added first." },
	{ UND_ERR_PARTY_KNOWN, "What a letter says of a party is not said again. `undersigned show` names them and their keys." },
	{ UND_ERR_NAME_TAKEN, "`undersigned show` names the parties. A party speaks under its own id." },
	{ UND_ERR_KEY_TAKEN, "Each party has a key of its own, made with `undersigned authority new`." },
	{ UND_ERR_NOT_ADDRESSEE, "Letters are delivered to those to whom they are addressed: `undersigned show`." },
	{ UND_ERR_DEMAND_UNKNOWN, "`undersigned show` prints the demands with their ids; * is the whole letter." },
	{ UND_ERR_ABOUT_UNKNOWN, "`undersigned show` prints the ids of what stands in the letter." },
	{ UND_ERR_CLARIFIES_UNKNOWN, "`undersigned show` prints the statements with their ids; a party clarifies its own." },
	{ UND_ERR_CLARIFIES_LATER, "What is said later clarifies. The dates are those of the words, not of the record." },
	{ UND_ERR_CLARIFIES_AUTHENTICATED,
	  "Who has signed with a key of their own clarifies with it. Record what you know without --clarifies: it is shown beside." },
	{ UND_ERR_AFTER_ENDS, "After the letter's last day nothing more is taken." },
	{ UND_ERR_DATED_AHEAD, "Write it down on the day that it happens." },
	{ UND_ERR_REPEATED, "The very same record stands in the letter. Nothing was made." },
};

int cli_post_refuse(const struct cli_post *p, enum und_err e, const char *member)
{
	const char *advice = cli_advice(e);

	for (size_t i = 0; i < UND_COUNT_OF(advices); i++)
		if (advices[i].e == e)
			advice = advices[i].advice;
	if (*member == '\0')
		return cli_fail(cli_exit_of(e), advice, "the %s: %s.", und_type_name(p->record.type), und_err_text(e));
	return cli_fail(cli_exit_of(e), advice, "the %s, member %s: %s.", und_type_name(p->record.type), member, und_err_text(e));
}

/* ---- what fill asks for ---- */

int cli_post_day(und_day *out, const struct cli_post *p)
{
	int code;

	*out = cli_today();
	if (p->on == NULL)
		return -1;
	if ((code = cli_parse_day(out, "--on", p->on)) != -1)
		return code;
	return *out > cli_today() ? cli_post_refuse(p, UND_ERR_DATED_AHEAD, "on") : -1;
}

int cli_post_language(struct und_bytes *out, const struct cli_post *p)
{
	if (p->language == NULL && p->letter.state.words == NULL)
		return cli_misused(p->command, "--language TAG is wanted: the letter's words are sealed, and so is their language.");
	*out = p->language == NULL ? p->letter.state.words->language : und_cstr(p->language);
	return und_language_is_valid(*out) ? -1 : cli_misused(p->command, "--language %s: %s.", p->language, und_err_text(UND_ERR_LANGUAGE_FORM));
}

int cli_post_text(struct und_bytes *out, struct cli_post *p, size_t max)
{
	if ((p->text == NULL) == (p->text_file == NULL))
		return cli_misused(p->command, "either --text TEXT or --text-file FILE is wanted.");
	return p->text != NULL ? cli_text_argument(out, &p->record.arena, "--text", p->text, max, true)
	                       : cli_text_file(out, &p->record.arena, p->text_file, max);
}

/* The hash of the page as it was archived: whoever doubts the record compares. */
static int hash_archived(uint8_t out[32], const char *path)
{
	struct und_file_view view = { 0 };
	enum und_err e = und_file_view_open(&view, path, CLI_FILE_MAX);
	bool empty = view.bytes.n == 0;

	if (e != UND_OK)
		return cli_fail_file(path, "read", e);
	if (!empty)
		und_sha256(out, &view.bytes, 1);
	und_file_view_close(&view);
	return empty ? cli_fail(CLI_TRIED, NULL, "%s is empty.", path) : -1;
}

int cli_post_source(struct und_source *out, struct cli_post *p)
{
	int code;

	out->url = und_cstr(p->source == NULL ? "" : p->source);
	if (!und_url_is_valid(out->url))
		return cli_fail(CLI_TRIED, "It begins with http:// or https:// and holds no spaces.", "--source: %s.", und_err_text(UND_ERR_URL));
	if (p->archived != NULL && p->source_sha256 != NULL)
		return cli_misused(p->command, "either --archived FILE or --source-sha256 H is wanted, not both.");
	if (p->archived == NULL && p->source_sha256 == NULL)
		return -1;
	out->sha256.set = true;
	if (p->source_sha256 != NULL)
		return cli_parse_id32(out->sha256.id, "--source-sha256", p->source_sha256);
	if ((code = hash_archived(out->sha256.id, p->archived)) == -1)
		cli_note("Keep %s: the record holds its hash, and whoever doubts asks for the file.", p->archived);
	return code;
}

/* ---- all of it ---- */

/* Whose key it is decides what the record is; anybody else's makes none. */
static int check_role(struct cli_post *p)
{
	const struct und_council *organisers = &p->letter.state.record->organisers;

	if (p->authority == NULL)
		return -1;
	p->is_party = p->party_key != NULL && p->party_key->set && memcmp(p->party_key->id, p->signer.key, sizeof p->signer.key) == 0;
	if (p->is_party || cli_council_find(organisers, p->signer.key) < organisers->count)
		return -1;
	if (p->party_key != NULL)
		return cli_fail(CLI_FALSE, "Organisers record what a party says; a party signs with the key that the organisers gave for it.",
		                "%s is neither the key of an organiser of this letter nor that of the party.", p->authority);
	return cli_fail(CLI_FALSE, "Only organisers write this record.", "%s is not the key of an organiser of this letter.", p->authority);
}

/* As any reader will see it; only signatures may still lack. */
static enum und_err judge(struct cli_post *p, struct und_bytes line, struct und_diag *diag)
{
	enum und_err e;

	if (p->letter.state.opened)
		return und_letter_translation_fits(p->letter.l, &p->record, diag);
	e = und_letter_append(p->letter.l, line, diag);
	return e == UND_ERR_QUORUM_ORGANISERS || e == UND_ERR_QUORUM_PARTY ? UND_OK : e;
}

static void tell_next(const struct cli_post *p)
{
	const char *then = p->letter.state.opened ? "letter seal" : "add";

	if (p->is_party)
		cli_say(0, "It is signed with the party's own key and needs no other signature: `undersigned add %s FILE`, or give it to the organisers.",
		        p->path);
	else if (cli_print_lack(stderr, "It", &p->letter.state.record->organisers, &p->record))
		cli_say(0, "Pass it on: `undersigned cosign FILE --authority FILE`; then `undersigned %s %s FILE`.", then, p->path);
	else
		cli_say(0, "It has the signatures that it needs: `undersigned %s %s FILE`.", then, p->path);
}

/* The record is written by now: nothing here may fail for want of memory. */
static int tell(const struct cli_post *p)
{
	uint64_t lacks = p->is_party ? 0 : cli_council_lack(&p->letter.state.record->organisers, &p->record);
	char id[44];

	und_base64_encode_secret(id, p->record.id); /* no secret: the shape of 32 bytes */
	if (p->json) {
		printf("{\"id\":\"%s\",\"lacks\":%llu,\"type\":\"%s\"}\n", id, (unsigned long long)lacks, und_type_name(p->record.type));
		return CLI_OK;
	}
	cli_note("The %s's id: %s", und_type_name(p->record.type), id);
	tell_next(p);
	return CLI_OK;
}

static int write_record(struct cli_post *p)
{
	struct und_diag diag = { 0 };
	struct und_bytes piece;
	struct und_buf line;
	enum und_err e;
	int code;

	und_buf_init(&line, RECORD_MAX);
	e = und_record_set_id(&p->record);
	if (e == UND_OK && p->authority != NULL)
		e = und_record_sign(&p->record, p->signer.seed);
	if (e == UND_OK)
		e = cli_add_line(&line, &p->record);
	if (e == UND_OK)
		e = judge(p, und_bytes(line.p, line.n - 1), &diag);
	piece = und_buf_bytes(&line);
	code = e != UND_OK ? cli_post_refuse(p, e, diag.member) : cli_write_file(p->out, p->force, &piece, 1, 0644);
	und_buf_clear(&line);
	return code == -1 ? tell(p) : code;
}

static int open_all(struct cli_post *p)
{
	int code = cli_letter_open(&p->letter, p->path, UND_LETTER_FILE, p->link_file != NULL, 0); /* a letter that is being sealed is a draft */

	if (code != -1)
		return code;
	if (p->letter.state.sealed && p->link_file != NULL && (code = cli_letter_unseal(&p->letter, p->link_file)) != -1)
		return code;
	if (p->letter.state.sealed && !p->letter.state.opened && p->record.type != UND_TYPE_NOTICE)
		return cli_fail(CLI_FALSE, "Open it first: `undersigned letter open`.", "%s: its words are sealed; a %s comes after them.", p->path,
		                und_type_name(p->record.type));
	if ((code = cli_parties_list(&p->parties, &p->letter)) != -1)
		return code;
	memcpy(p->record.u.sealed.letter, p->letter.state.letter, UND_ID_SIZE); /* the member stands first in each of these: letter/fold.c */
	return p->authority == NULL ? -1 : cli_authority_open(&p->signer, p->authority, &p->secret);
}

int cli_post(struct cli_post *p, enum und_type type, int (*fill)(struct cli_post *p))
{
	int code;

	if (p->json && (p->out == NULL || strcmp(p->out, "-") == 0))
		return cli_misused(p->command, "--json goes with -o FILE: without it the record itself goes to standard output.");
	if (p->out != NULL && (code = cli_refuse_existing(p->out, p->force)) != -1)
		return code;
	und_record_init(&p->record);
	p->record.type = type;
	if ((code = open_all(p)) == -1 && (code = fill(p)) == -1 && (code = check_role(p)) == -1)
		code = write_record(p);
	und_record_clear(&p->record);
	cli_authority_wipe(&p->signer);
	cli_parties_clear(&p->parties);
	cli_letter_close(&p->letter);
	return code;
}
