/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* client_words.c: what a server's answers say: problem details, counts. Read strictly; whoever answers may be anybody */
#include "cli/client.h"
#include "record/scan.h"

/* ---- members of an object that und_scan_line has let through ---- */

/* Behind the string that begins at p. */
static size_t string_end(struct und_bytes s, size_t at)
{
	for (at++; at < s.n && s.p[at] != '"'; at++)
		at += s.p[at] == '\\';
	return at + 1;
}

static size_t value_end(struct und_bytes s, size_t at)
{
	unsigned depth = 0;

	while (at < s.n) {
		uint8_t c = s.p[at];

		if (c == '"') {
			at = string_end(s, at);
			continue;
		}
		if (depth == 0 && (c == ',' || c == '}'))
			return at;
		depth += c == '{' || c == '[';
		depth -= c == '}' || c == ']';
		at++;
	}
	return s.n;
}

/* The value of a top-level member as it stands; n 0: there is none. */
static struct und_bytes find(struct und_bytes s, const char *name)
{
	size_t at = 1;

	while (at < s.n && s.p[at] == '"') {
		size_t end = string_end(s, at), value = end + 1, behind = value_end(s, value);

		if (behind <= value || behind > s.n)
			break;
		if (und_bytes_is(und_bytes(s.p + at + 1, end - at - 2), name))
			return und_bytes(s.p + value, behind - value);
		at = behind + 1;
	}
	return und_bytes(NULL, 0);
}

/* The inside of a string without escapes. */
static bool is_plain_text(struct und_bytes *out, struct und_bytes value)
{
	if (value.n < 2 || value.p[0] != '"' || memchr(value.p, '\\', value.n) != NULL)
		return false;
	*out = und_bytes(value.p + 1, value.n - 2);
	return true;
}

static struct und_bytes without_end(struct und_bytes s)
{
	while (s.n != 0 && (s.p[s.n - 1] == '\n' || s.p[s.n - 1] == '\r'))
		s.n--;
	return s;
}

/* Takes the word off the front of *s. */
static bool eat(struct und_bytes *s, const char *word)
{
	size_t n = strlen(word);

	if (s->n < n || memcmp(s->p, word, n) != 0)
		return false;
	*s = und_bytes(s->p + n, s->n - n);
	return true;
}

static bool eat_number(uint64_t *out, struct und_bytes *s)
{
	uint64_t v = 0;
	size_t i;

	for (i = 0; i < s->n && s->p[i] >= '0' && s->p[i] <= '9' && i < UND_NUMBER_DIGITS_MAX; i++)
		v = v * 10 + (s->p[i] - '0');
	if (i == 0)
		return false;
	*out = v;
	*s = und_bytes(s->p + i, s->n - i);
	return true;
}

/* ---- problems ---- */

static enum und_err error_of(struct und_bytes type)
{
	if (!eat(&type, "/problems/"))
		return UND_OK;
	for (int e = UND_OK + 1; e < UND_ERR_COUNT; e++)
		if (und_bytes_is(type, und_err_name((enum und_err)e)))
			return (enum und_err)e;
	return UND_OK;
}

static bool is_member_name(struct und_bytes s)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyz0123456789_.-[] ";

	for (size_t i = 0; i < s.n; i++)
		if (s.p[i] == '\0' || strchr(allowed, s.p[i]) == NULL)
			return false;
	return s.n != 0 && s.n < sizeof((struct und_diag *)NULL)->member;
}

/* Takes "Missing 20 signers, 2 bodies." off the end of *detail, and what parts it from a place. */
static void read_missing(struct cli_problem *out, struct und_bytes *detail)
{
	const uint8_t *at = memmem(detail->p, detail->n, "Missing ", 8);
	struct und_bytes rest;
	uint64_t signers, bodies;

	if (at == NULL)
		return;
	rest = und_bytes(at, detail->n - (size_t)(at - detail->p));
	if (!eat(&rest, "Missing ") || !eat_number(&signers, &rest) || !eat(&rest, " signers, ") || !eat_number(&bodies, &rest) || !und_bytes_is(rest, " bodies."))
		return;
	out->missing_signers = signers;
	out->missing_bodies = bodies;
	detail->n = (size_t)(at - detail->p);
	detail->n -= detail->n != 0 && detail->p[detail->n - 1] == ' ';
}

/* "Line 2, member proof.", "Line 2.", "Member proof.": nothing else is believed, nor shown. */
static void read_place(struct und_diag *out, struct und_bytes detail)
{
	struct und_diag d = { 0 };

	if (detail.n == 0 || detail.p[detail.n - 1] != '.')
		return;
	detail.n--;
	if (eat(&detail, "Line ")) {
		if (!eat_number(&d.line, &detail) || (detail.n != 0 && !eat(&detail, ", member ")))
			return;
	} else if (!eat(&detail, "Member ")) {
		return;
	}
	if (detail.n != 0) {
		if (!is_member_name(detail))
			return;
		memcpy(d.member, detail.p, detail.n);
	}
	*out = d;
}

void cli_problem_read(struct cli_problem *out, struct und_bytes json)
{
	struct und_bytes text;
	struct und_scan scan;

	*out = (struct cli_problem){ .e = UND_OK };
	json = without_end(json);
	if (und_scan_line(&scan, json, NULL) != UND_OK)
		return;
	if (is_plain_text(&text, find(json, "type")))
		out->e = error_of(text);
	if (!is_plain_text(&text, find(json, "detail")))
		return;
	if (out->e == UND_ERR_THRESHOLDS)
		read_missing(out, &text);
	read_place(&out->diag, text);
}

/* ---- a letter's state ---- */

bool cli_there_read(struct cli_there *out, struct und_bytes json)
{
	struct und_bytes letter, signers, sealed;
	struct cli_there t = { .signers = 0 };
	struct und_scan scan;

	json = without_end(json);
	if (und_scan_line(&scan, json, NULL) != UND_OK)
		return false;
	signers = find(json, "signers");
	sealed = find(json, "sealed");
	if (!is_plain_text(&letter, find(json, "letter")) || und_base64_decode(t.letter, sizeof t.letter, letter) != UND_OK)
		return false;
	if (!eat_number(&t.signers, &signers) || signers.n != 0)
		return false;
	t.sealed = und_bytes_is(sealed, "true");
	if (!t.sealed && !und_bytes_is(sealed, "false"))
		return false;
	*out = t;
	return true;
}

/* ---- counts ---- */

bool cli_counts_read(struct cli_counts *out, struct und_bytes json, bool cards)
{
	struct cli_counts c = { 0 };

	if (!eat(&json, "{\"added\":") || !eat_number(&c.added, &json) || !eat(&json, ",\"known\":") || !eat_number(&c.known, &json))
		return false;
	if (cards && (!eat(&json, ",\"refused\":") || !eat_number(&c.refused, &json)))
		return false;
	if (!eat(&json, "}") || without_end(json).n != 0)
		return false;
	*out = c;
	return true;
}
