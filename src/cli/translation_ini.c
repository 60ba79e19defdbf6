/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* translation_ini.c: TRANSLATION.ini, a letter's words in another language */
#include "cli/translation_ini.h"

#include "cli/letter_ini.h"
#include "cli/text.h"

enum { PATH_MAX_HERE = 4096 };

/* Where a ';' is text. */
static bool is_text(struct und_bytes section, struct und_bytes key)
{
	return und_bytes_is(section, "demands") || und_bytes_is(key, "title");
}

static enum und_err take_head(struct cli_translation_ini *ini, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	struct und_translation *t = &ini->translation;
	enum und_err e;

	if (und_bytes_is(entry->key, "title"))
		e = cli_text_take(&t->title, &ini->arena, entry->value, UND_TITLE_MAX, false, false, NULL);
	else if (und_bytes_is(entry->key, "language"))
		e = und_language_is_valid(entry->value) ? und_arena_copy(&t->language, &ini->arena, entry->value) : UND_ERR_LANGUAGE_FORM;
	else if (und_bytes_is(entry->key, "text"))
		e = entry->value.n >= 1 && entry->value.n <= PATH_MAX_HERE ? und_arena_copy(&ini->text_path, &ini->arena, entry->value) : UND_ERR_TEXT_LENGTH;
	else
		return cli_fault_set(fault, entry->line, "no setting of [translation] has this name (title, language, text)");
	return e == UND_OK ? UND_OK : cli_ini_bad_value(fault, entry, e);
}

static enum und_err take_entry(struct cli_translation_ini *ini, const struct cli_ini_entry *entry, struct cli_fault *fault)
{
	if (und_bytes_is(entry->section, "translation"))
		return take_head(ini, entry, fault);
	if (und_bytes_is(entry->section, "demands"))
		return cli_ini_take_demand(ini->translation.demands, &ini->translation.demand_count, &ini->arena, entry, fault);
	return cli_fault_set(fault, entry->line, "not in a section that a translation has ([translation], [demands])");
}

/* The letter's demands, in its order. */
static enum und_err order_demands(struct und_translation *t, const struct und_words *words, struct cli_fault *fault)
{
	for (size_t i = 0; i < words->demand_count; i++) {
		struct und_bytes id = words->demands[i].id;
		struct und_demand found;
		size_t at = i;

		while (at < t->demand_count && !und_bytes_equal_var(t->demands[at].id, id))
			at++;
		if (at == t->demand_count)
			return cli_fault_set(fault, 0, "[demands] lacks %.*s", (int)id.n, (const char *)id.p);
		found = t->demands[at];
		t->demands[at] = t->demands[i];
		t->demands[i] = found;
	}
	if (t->demand_count > words->demand_count) {
		struct und_bytes id = t->demands[words->demand_count].id;

		return cli_fault_set(fault, 0, "the letter has no demand %.*s", (int)id.n, (const char *)id.p);
	}
	return UND_OK;
}

static enum und_err finish(struct cli_translation_ini *ini, const struct und_words *words, struct cli_fault *fault)
{
	if (ini->translation.title.n == 0)
		return cli_fault_set(fault, 0, "[translation] lacks title");
	if (ini->translation.language.n == 0)
		return cli_fault_set(fault, 0, "[translation] lacks language");
	if (ini->text_path.n == 0)
		return cli_fault_set(fault, 0, "[translation] lacks text");
	return order_demands(&ini->translation, words, fault);
}

enum und_err cli_translation_ini_read(struct cli_translation_ini *out, struct und_bytes text, const struct und_words *words, struct cli_fault *fault)
{
	struct cli_translation_ini ini = { 0 };
	struct cli_ini file = { 0 };
	enum und_err e;

	und_arena_init(&ini.arena);
	ini.translation.demands = und_arena_alloc(&ini.arena, UND_DEMANDS_MAX, sizeof *ini.translation.demands);
	e = ini.translation.demands == NULL ? UND_ERR_MEMORY : cli_ini_read(&file, text, is_text, fault);
	for (size_t i = 0; e == UND_OK && i < file.count; i++)
		e = take_entry(&ini, &file.entries[i], fault);
	if (e == UND_OK)
		e = finish(&ini, words, fault);
	cli_ini_clear(&file);
	if (e != UND_OK) {
		cli_translation_ini_clear(&ini);
		return e;
	}
	*out = ini;
	return UND_OK;
}

void cli_translation_ini_clear(struct cli_translation_ini *ini)
{
	und_arena_clear(&ini->arena);
	*ini = (struct cli_translation_ini){ 0 };
}
