/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* ini.c: LETTER.ini and its reader: comments, texts, lines of faults, defaults */
#include "cli/letter_ini.h"
#include "cli/translation_ini.h"
#include "tap.h"

#define ORGANISER "joouO10y_WpyNuw8sw6nzTr_OZ2ZjiOks8Mzlg8QJB4"
#define REGISTRAR_A "2y1_ThkPr9z38_ITS3WHUsBia92teSCfi_z3vID4Qtc"
#define REGISTRAR_B "3oKcdCNei6T_QNXQ_W0bCP7gGdl2JaTiQYvRJJBsJUc"

/* Lines 1 to 30; tests replace one of them. */
static const char *const whole[] = {
	"[letter]", "title = On the harbour ; and more", "text = text.md   ; beside this file", "language = en", "dated =   ; none",
	"contact = press@example.org ; here", "replaces =", "[addressees]", "president = The President ; of all", "president.key =  ; none",
	"[demands]", "d1 = Open ; now.", "d2 = Mend the road.", "[organisers]  ; one", ORGANISER " = Works Council | https://example.org/keys",
	"[registrars]", REGISTRAR_B " = Mint", REGISTRAR_A " = Harbour Union | +00 5550 100", "[rules]", "rings = either ; which",
	"min_ring = 20", "max_share = 80", "max_share_all = 95", "roster = grows", "release = 20", "signers = 400", "bodies = 40",
	"closes = 2027-01-31 ; last day", "ends = 2027-12-31",
};

static struct cli_fault fault;

/* The example with one line changed (0: none; NULL: left out). */
static enum und_err read_with(struct cli_letter_ini *ini, size_t line, const char *instead)
{
	char text[4096] = "";

	for (size_t i = 0; i < UND_COUNT_OF(whole); i++) {
		const char *s = i + 1 == line ? instead : whole[i];

		if (s == NULL)
			continue;
		strcat(text, s);
		strcat(text, "\n");
	}
	fault = (struct cli_fault){ 0 };
	return cli_letter_ini_read(ini, und_cstr(text), &fault);
}

static void refused(size_t line, const char *instead, unsigned at, const char *why)
{
	struct cli_letter_ini ini = { 0 };

	IS(UND_ERR_TEXT, read_with(&ini, line, instead));
	EQ(fault.line, at);
	if (strstr(fault.why, why) == NULL)
		tap_fail("\"%s\" does not say \"%s\"", fault.why, why);
	CHECK(ini.arena.head == NULL); /* untouched */
}

TEST(the_example_is_taken_as_it_is_meant)
{
	struct cli_letter_ini ini = { 0 };

	OK(read_with(&ini, 0, NULL));
	CHECK(und_bytes_is(ini.words.title, "On the harbour ; and more"));
	CHECK(und_bytes_is(ini.text_path, "text.md"));
	CHECK(und_bytes_is(ini.words.contact, "press@example.org"));
	CHECK(und_bytes_is(ini.words.demands[0].text, "Open ; now."));
	CHECK(und_bytes_is(ini.words.addressees[0].name, "The President ; of all"));
	CHECK(!ini.words.addressees[0].key.set);
	EQ(ini.words.dated, UND_DAY_NONE);
	CHECK(ini.rules.grows && ini.rules.rings == UND_RINGS_EITHER);
	EQ(ini.rules.max_share_all, 95);
	EQ(ini.ends_line, 29);
	cli_letter_ini_clear(&ini);
}

TEST(councils_ascend_and_a_majority_is_their_quorum)
{
	struct cli_letter_ini ini = { 0 };

	OK(read_with(&ini, 0, NULL));
	EQ(ini.registrars.count, 2);
	EQ(ini.registrars.quorum, 2);
	EQ(ini.organisers.quorum, 1);
	CHECK(memcmp(ini.registrars.keys[0].key, ini.registrars.keys[1].key, 32) < 0);
	CHECK(und_bytes_is(ini.registrars.keys[0].name, "Harbour Union"));
	CHECK(und_bytes_is(ini.registrars.keys[0].where, "+00 5550 100"));
	CHECK(und_bytes_is(ini.registrars.keys[1].where, ""));
	cli_letter_ini_clear(&ini);
}

TEST(a_comment_needs_white_space_before_it)
{
	struct cli_letter_ini ini = { 0 };

	OK(read_with(&ini, 6, "contact = a;b\t;c"));
	CHECK(und_bytes_is(ini.words.contact, "a;b"));
	cli_letter_ini_clear(&ini);
	refused(20, "rings = either; which", 20, "allowed words");
}

TEST(texts_become_nfc_and_keep_their_length)
{
	struct cli_letter_ini ini = { 0 };
	char demand[2100] = "d2 = ";

	OK(read_with(&ini, 2, "title = u\xcc\x88"));
	CHECK(und_bytes_is(ini.words.title, "\xc3\xbc"));
	cli_letter_ini_clear(&ini);
	memset(demand + 5, 'x', 2048);
	OK(read_with(&ini, 13, demand));
	EQ(ini.words.demands[1].text.n, 2048);
	cli_letter_ini_clear(&ini);
	demand[5 + 2048] = 'x';
	refused(13, demand, 13, "too long");
	refused(2, "title = \xff", 2, "not a text");
	refused(2, "title = a\xe2\x80\x8b" "b", 2, "invisible");
}

TEST(every_fault_names_its_line)
{
	refused(4, "language = english language", 4, "language");
	refused(5, "dated = 2027-02-30", 5, "date");
	refused(7, "replaces = abc", 7, "wrong size");
	refused(10, "speaker.key = " ORGANISER, 10, "above it");
	refused(10, "president.key = AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA", 10, "Ed25519");
	refused(12, "D1 = Open.", 12, "not an id");
	refused(13, "d1 = again", 13, "line 12 already");
	refused(15, "quorum = 2", 0, "names nobody");
	refused(15, "Works Council", 15, "key = value");
	refused(17, "abc = Mint", 17, "public key");
	refused(19, "[demands]", 19, "stands twice");
	refused(19, "[rule]", 20, "not in a section");
	refused(19, "[rules", 19, "heading");
	refused(20, "ring = either", 20, "no setting");
	refused(20, "rings = roster", 27, "bodies: 0");
	refused(21, "min_ring = 1", 21, "from 2 to");
	refused(21, "min_ring = 1048577", 21, "from 2 to");
	refused(21, "min_ring = 2x", 21, "whole number");
	refused(22, "max_share = 101", 22, "from 1 to 100");
	refused(24, "roster = growing", 24, "allowed words");
	refused(28, "closes = 2028-01-01", 28, "after ends");
}

/* For a letter with the demands d1, d2. */
static enum und_err translate(struct cli_translation_ini *ini, const char *demands, const char *language)
{
	struct und_demand two[] = { { und_cstr("d1"), und_cstr("x") }, { und_cstr("d2"), und_cstr("x") } };
	const struct und_words words = { .demands = two, .demand_count = 2 };
	char text[512];

	snprintf(text, sizeof text, "[demands]\n%s[translation]\ntitle = Le port ; l'autre\ntext = t.md ; beside\nlanguage = %s\n", demands, language);
	fault = (struct cli_fault){ 0 };
	return cli_translation_ini_read(ini, und_cstr(text), &words, &fault);
}

TEST(a_translation_has_the_letters_demands_in_its_order)
{
	struct cli_translation_ini ini = { 0 };

	OK(translate(&ini, "d2 = Deux ; et\nd1 = Un\n", "fr"));
	CHECK(und_bytes_is(ini.translation.title, "Le port ; l'autre"));
	CHECK(und_bytes_is(ini.text_path, "t.md"));
	EQ(ini.translation.demand_count, 2);
	CHECK(und_bytes_is(ini.translation.demands[0].text, "Un"));
	CHECK(und_bytes_is(ini.translation.demands[1].text, "Deux ; et"));
	cli_translation_ini_clear(&ini);
	IS(UND_ERR_TEXT, translate(&ini, "d1 = Un\n", "fr"));
	CHECK(strstr(fault.why, "lacks d2") != NULL && fault.line == 0);
	IS(UND_ERR_TEXT, translate(&ini, "d1 = Un\nd2 = Deux\nd3 = Trois\n", "fr"));
	CHECK(strstr(fault.why, "no demand d3") != NULL);
	IS(UND_ERR_TEXT, translate(&ini, "d1 = Un\nd2 =\n", "fr"));
	EQ(fault.line, 3);
	IS(UND_ERR_TEXT, translate(&ini, "d1 = Un\nd2 = Deux\n", "f"));
	EQ(fault.line, 7);
	CHECK(ini.arena.head == NULL); /* untouched */
}

TEST(nothing_may_lack_or_stand_outside)
{
	refused(2, NULL, 0, "[letter] lacks title");
	refused(28, NULL, 0, "[rules] lacks closes");
	refused(9, "president2.key =", 9, "above it");
	refused(1, "name = x", 1, "not in a section");
	refused(18, "quorum = 2", 0, "asks for 2");
}
