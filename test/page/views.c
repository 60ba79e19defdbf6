/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* views.c: pages say what they are told and nothing else, in every language, whatever it holds */
#include "markup.h"
#include "page/guide.h"
#include "page/html.h"
#include "page/markdown.h"
#include "page/picture.h"
#include "sample.h"
#include "tap.h"
#include "wild.h"

static struct und_buf made(const struct sample_page *s, enum und_page_language l)
{
	const struct und_page_frame f = sample_frame(s, l);
	struct und_buf b;

	und_buf_init(&b, 1 << 24);
	OK(s->make(&b, &f));
	return b;
}

static bool holds(const struct und_buf *b, const char *text)
{
	return memmem(b->p, b->n, text, strlen(text)) != NULL;
}

static const struct sample_page *page_of(const char *name)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++)
		if (strcmp(sample_pages[i].name, name) == 0)
			return &sample_pages[i];
	return NULL;
}

static void page_holds(const char *name, enum und_page_language l, const char *text, bool wanted)
{
	struct und_buf b = made(page_of(name), l);

	if (holds(&b, text) != wanted)
		tap_fail("%s, %s: %s: %s", name, und_page_language_tag(l), wanted ? "lacks" : "holds", text);
	und_buf_clear(&b);
}

/* ---- the checker can say no ---- */

TEST(the_checker_sees_what_is_wrong)
{
	static const char *const bad[] = {
		"<!DOCTYPE html>\n<p>",
		"<!DOCTYPE html>\n<p></div>",
		"<!DOCTYPE html>\n<script></script>",
		"<!DOCTYPE html>\n<p onclick=\"x\"></p>",
		"<!DOCTYPE html>\n<p style=\"x\"></p>",
		"<!DOCTYPE html>\n<a href=\"javascript:x\"></a>",
		"<!DOCTYPE html>\n<a href=\"//example.org\"></a>",
		"<!DOCTYPE html>\n<img src=\"https://example.org/x.png\" alt=\"\">",
		"<!DOCTYPE html>\n<form action=\"https://example.org/\"></form>",
		"<!DOCTYPE html>\n<a href=\".x\"></a>",
		"<!DOCTYPE html>\n<a href=\"x:y\"></a>",
		"<!DOCTYPE html>\n<meta http-equiv=\"refresh\" content=\"0\">",
		"<!DOCTYPE html>\n<p title=x></p>",
		"<!DOCTYPE html>\na > b",
		"<p></p>",
	};

	CHECK(markup_fault(und_cstr("<!DOCTYPE html>\n<p class=\"a\"><a href=\"/x\">y</a><br></p>")) == NULL);
	for (size_t i = 0; i < UND_COUNT_OF(bad); i++)
		if (markup_fault(und_cstr(bad[i])) == NULL)
			tap_fail("taken: %s", bad[i]);
}

/* ---- every page ---- */

TEST(each_page_is_whole_in_each_language)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++) {
		for (unsigned l = 0; l < UND_PAGE_LANGUAGES; l++) {
			struct und_buf b = made(&sample_pages[i], (enum und_page_language)l);
			const char *fault = markup_fault(und_buf_bytes(&b));

			if (fault != NULL)
				tap_fail("%s: %s", sample_pages[i].name, fault);
			CHECK(holds(&b, l == UND_PAGE_AR ? "<html lang=\"ar\" dir=\"rtl\">" : "<html lang=\"en\" dir=\"ltr\">"));
			CHECK(holds(&b, "<a class=\"skip button\" href=\"#main\">") == (strcmp(sample_pages[i].name, "kit") != 0)); /* which has no navigation to skip */
			CHECK(holds(&b, "<main id=\"main\">"));
			CHECK(holds(&b, und_page_style_path + 1));
			CHECK(holds(&b, "<h1"));
			und_buf_clear(&b);
		}
	}
}

TEST(a_title_that_stays_in_a_browser_says_nothing_of_what_somebody_does)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++)
		page_holds(sample_pages[i].name, UND_PAGE_EN, "<title>Document</title>", sample_pages[i].quiet);
	page_holds("letter", UND_PAGE_EN, "<title>On the reports of our inspectors</title>", true);
	page_holds("sign", UND_PAGE_EN, "<meta name=\"robots\" content=\"noindex\">", true);
	page_holds("letter", UND_PAGE_EN, "noindex", false);
}

TEST(the_same_view_gives_the_same_bytes)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++) {
		struct und_buf a = made(&sample_pages[i], UND_PAGE_AR), b = made(&sample_pages[i], UND_PAGE_AR);

		CHECK(und_bytes_equal_var(und_buf_bytes(&a), und_buf_bytes(&b)));
		und_buf_clear(&a);
		und_buf_clear(&b);
	}
}

TEST(no_page_has_room_and_says_so)
{
	for (size_t i = 0; i < SAMPLE_PAGES; i++) {
		const struct und_page_frame f = sample_frame(&sample_pages[i], UND_PAGE_EN);
		struct und_buf b;

		und_buf_init(&b, 700);
		IS(UND_ERR_LIMIT, sample_pages[i].make(&b, &f));
		und_buf_clear(&b);
	}
}

/* ---- what they say ---- */

TEST(the_headline_never_stands_without_what_it_rests_on)
{
	page_holds("letter", UND_PAGE_EN, "435 people from 41 bodies signed.", true);
	page_holds("letter", UND_PAGE_EN, "True if <strong><bdi>Staff Council of Averane</bdi></strong> and <strong><bdi>Public Service Union of Averane</bdi></strong> enrolled only real staff, each once. Their roll: 10,246 keys, 12,100 staff.", true);
	page_holds("letter", UND_PAGE_AR, "وقّع 435 شخصًا من 41 جهة.", true);
	page_holds("sealed", UND_PAGE_EN, "Nobody has signed.", true);
	page_holds("sealed", UND_PAGE_EN, "True if", true);
	page_holds("sealed", UND_PAGE_EN, "On the reports", false);
}

TEST(numbers_days_and_plurals_are_those_of_the_language)
{
	page_holds("letter", UND_PAGE_EN, "no reply recorded for 41 days", true);
	page_holds("letter", UND_PAGE_AR, "لم يُسجَّل رد منذ 41 يومًا", true);
	page_holds("letter", UND_PAGE_EN, "1 more signed and took it back. That one is not counted.", true);
	page_holds("letter", UND_PAGE_AR, "وقّع شخص آخر ثم سحب توقيعه. وهو غير محسوب.", true);
	page_holds("letter", UND_PAGE_EN, "until 30 December 2026", true);
	page_holds("letter", UND_PAGE_AR, "حتى 30 ديسمبر 2026", true);
	page_holds("letter", UND_PAGE_EN, ">&lt;1%</span>", true); /* 12 of 10,182 are not 0 % */
	page_holds("list", UND_PAGE_EN, "1 person from 1 body signed.", true);
	page_holds("list", UND_PAGE_AR, "وقّع شخص واحد من جهة واحدة.", true);
	page_holds("list", UND_PAGE_EN, "11 people signed, without naming a body.", true);
}

TEST(a_group_that_hides_nobody_is_named)
{
	page_holds("letter", UND_PAGE_EN, "Everybody in these groups signed. The group hides nobody.", true);
	page_holds("sealed", UND_PAGE_EN, "Everybody in these groups signed", false);
	page_holds("letter", UND_PAGE_EN, "Bridge Wardens</bdi>: more than 80% signed", true);
	page_holds("sealed", UND_PAGE_EN, "No group is above its share", true);
}

TEST(readers_get_the_words_in_their_language_and_may_see_the_original)
{
	struct und_buf b = made(page_of("letter"), UND_PAGE_AR);
	const char *first = memmem(b.p, b.n, "عن تقارير مفتشينا</h1>", strlen("عن تقارير مفتشينا</h1>"));
	const char *second = memmem(b.p, b.n, "On the reports of our inspectors</h2>", strlen("On the reports of our inspectors</h2>"));

	CHECK(first != NULL && second != NULL && first < second);
	CHECK(holds(&b, "<title>On the reports of our inspectors</title>")); /* the letter's own name */
	CHECK(holds(&b, "أما الموقّعون فقد رأوا الأصل، بلغة <bdi>en</bdi>.")); /* what was signed */
	und_buf_clear(&b);
}

/* The one HTML file, where it is offered; what it is asked for stands where no server sees it. */
static const struct {
	const char *page, *link;
} app_links[] = {
	{ "letter", "<a class=\"button first\" href=\"/undersigned.html#sign:inspectors\">" },
	{ "letter", "<a class=\"button\" href=\"/undersigned.html#letter:inspectors\">" },
	{ "letter", "<a class=\"button\" href=\"/letters/inspectors/sign\">" },
	{ "sign", "<a class=\"button first\" href=\"/undersigned.html#sign:inspectors\">" },
	{ "sign", "<a class=\"button\" href=\"/undersigned.html#letter:inspectors\">" },
	{ "enrol", "<a class=\"button first\" href=\"/undersigned.html#enrol\">" },
};

TEST(the_page_that_signs_is_offered_where_there_is_one)
{
	for (size_t i = 0; i < UND_COUNT_OF(app_links); i++) {
		const struct sample_page *s = page_of(app_links[i].page);
		struct und_page_frame f = sample_frame(s, UND_PAGE_EN);
		struct und_buf b;

		page_holds(app_links[i].page, UND_PAGE_EN, app_links[i].link, true);
		f.app_size = 0;
		und_buf_init(&b, 1 << 22);
		OK(s->make(&b, &f));
		CHECK(!holds(&b, "undersigned.html"));
		CHECK(holds(&b, strcmp(s->name, "letter") == 0 ? "<a class=\"button first\" href=\"/letters/inspectors/sign\">" : "<form "));
		und_buf_clear(&b);
	}
}

TEST(links_keep_a_language_that_was_asked_for_and_no_other)
{
	page_holds("list", UND_PAGE_AR, "href=\"/letters/inspectors?lang=ar\"", true);
	page_holds("list", UND_PAGE_AR, "href=\"/?from=54&amp;lang=ar\"", true);
	page_holds("sign", UND_PAGE_AR, "href=\"/check?lang=ar#copy\"", true);
	page_holds("sign", UND_PAGE_AR, "action=\"/letters/inspectors/sign?lang=ar\"", true);
	page_holds("list", UND_PAGE_EN, "?lang=en", false);
	page_holds("list", UND_PAGE_EN, "href=\"/?lang=ar\"", true); /* the other language */
	page_holds("missing", UND_PAGE_EN, "?lang=", false);     /* of a page that we do not know */
}

TEST(guides_stand_in_the_readers_frame_and_their_own_language)
{
	page_holds("guides", UND_PAGE_EN, "<a href=\"/guide/journalist\">For you who write about a letter</a>", true);
	page_holds("guides", UND_PAGE_AR, "<a href=\"/guide/journalist?lang=ar\" lang=\"en\" dir=\"ltr\">", true);
	page_holds("guide", UND_PAGE_AR, "<div class=\"guide\" lang=\"en\" dir=\"ltr\">", true);
	page_holds("guide", UND_PAGE_EN, "<div class=\"guide\">", true);
	page_holds("guide", UND_PAGE_EN, "<li><a href=\"#your-keys\">1. Your keys</a></li>", true);
	page_holds("guide", UND_PAGE_EN, "<h2 id=\"your-keys\">", true);
	page_holds("guide", UND_PAGE_EN, "<strong>$ undersigned authority new -o organiser.key</strong>", true);
	page_holds("guide", UND_PAGE_EN, "<td role=\"cell\" data-label=\"a start\">20 or more</td>", true);
	page_holds("guide", UND_PAGE_EN, "<a href=\"/guide/registrar\">the guide for registrars</a>", true);
	page_holds("guide", UND_PAGE_AR, "<a href=\"/guide/registrar?lang=ar\">the guide for registrars</a>", true);
	page_holds("guide", UND_PAGE_EN, "registrar.md", false);
	page_holds("guide", UND_PAGE_EN, "<!--", false); /* what the test of the guides reads */
	page_holds("signing", UND_PAGE_AR, "<div class=\"guide\">", true);
	page_holds("guide", UND_PAGE_EN, "<img src=\"/guide/letter-matrix-", true);
	page_holds("letter", UND_PAGE_EN, "<a class=\"button\" href=\"/guide/signer\">", true);
}

TEST(each_picture_of_a_guide_is_found_by_its_name_and_no_other)
{
	CHECK(und_guide_picture_count >= 8 && und_guide_count >= 4 && und_guide_count <= UND_GUIDES_MAX);
	for (size_t i = 0; i < und_guide_picture_count; i++) {
		CHECK(und_guide_picture_find(und_guide_pictures[i].name) == &und_guide_pictures[i]);
		CHECK(memcmp(und_guide_pictures[i].png.p, "\x89PNG\r\n\x1a\n", 8) == 0);
	}
	CHECK(und_guide_picture_find(und_cstr("letter-matrix")) == NULL); /* without its hash */
	CHECK(und_guide_find(und_cstr("signers")) == und_guide_count);
}

TEST(a_letter_loads_no_picture_even_of_this_site)
{
	static const char body[] = "![seen](/guide/home.png) ![far](https://example.org/x.png) [x](/guide/signer)";
	struct und_buf b;
	struct und_html h;

	und_buf_init(&b, 4096);
	und_html_init_fragment(&h, &b);
	OK(und_markdown_add(&h, und_cstr(body), 2));
	OK(und_markdown_add_ours(&h, und_cstr(body), 2, "", false));
	CHECK(!holds(&b, "<img"));
	CHECK(holds(&b, "rel=\"noreferrer nofollow\">x</a> (/guide/signer)"));
	CHECK(holds(&b, "<a href=\"/guide/signer\">x</a></p>"));
	und_buf_clear(&b);
}

TEST(refusals_say_what_to_do)
{
	page_holds("refused", UND_PAGE_EN, "This group is full", true);
	page_holds("refused", UND_PAGE_EN, "Nothing was kept.", true);
	page_holds("sign", UND_PAGE_EN, "Nothing was kept.", false);
	page_holds("mistyped", UND_PAGE_EN, "Group 3 of the code is mistyped.", true);
	page_holds("mistyped", UND_PAGE_EN, "aria-invalid=\"true\">12345 67890 12345</textarea>", true);
	page_holds("enrol", UND_PAGE_EN, "aria-invalid", false);
}

TEST(each_error_has_words_in_each_language)
{
	static const uint8_t nothing[] = "";
	const struct sample_page s = { "sign", "/", true, NULL };

	for (unsigned e = 1; e < UND_ERR_COUNT; e++) {
		for (unsigned l = 0; l < UND_PAGE_LANGUAGES; l++) {
			const struct und_page_frame f = sample_frame(&s, (enum und_page_language)l);
			struct und_view_sign v = sample_sign;
			struct und_buf b, escaped;
			struct und_html h;

			v.fault = (enum und_err)e;
			v.line = und_bytes(nothing, 0);
			und_buf_init(&b, 1 << 20);
			OK(und_page_sign(&b, &f, &v));
			und_buf_init(&escaped, 4096);
			und_html_init_fragment(&h, &escaped);
			und_html_str(&h, und_err_text((enum und_err)e));
			und_buf_add_str(&escaped, "</bdi>");
			und_buf_add_u8(&escaped, '\0');
			CHECK(holds(&b, (const char *)escaped.p));
			und_buf_clear(&escaped);
			und_buf_clear(&b);
		}
	}
}

/* ---- what came back ---- */

TEST(who_stands_where_is_told_by_marks_and_words)
{
	static const char rejected[] = "<td role=\"cell\" data-label=\"The Cabinet of Averane\"><span class=\"chip rejects\"><span class=\"mark\" aria-hidden=\"true\">✕</span> rejects</span><span class=\"hint\">authenticated</span></td>";
	static const char silent[] = "<td class=\"silent\" role=\"cell\" data-label=\"The Assembly of Averane\"><span class=\"chip silent\">no reply</span></td>";

	page_holds("letter", UND_PAGE_EN, rejected, true);
	page_holds("letter", UND_PAGE_EN, silent, true);
	page_holds("letter", UND_PAGE_EN, "<td role=\"cell\" data-label=\"Union of Towns\"><span class=\"chip supports\"><span class=\"mark\" aria-hidden=\"true\">✓</span> supports</span><span class=\"hint\">recorded by the organisers</span></td>", true);
	page_holds("letter", UND_PAGE_EN, "<td class=\"nothing\" role=\"cell\" data-label=\"Union of Towns\">", true);
	page_holds("letter", UND_PAGE_AR, "<th role=\"rowheader\" scope=\"row\" lang=\"ar\" dir=\"auto\">لا يُغيَّر تقرير", true); /* in the reader's language */
	page_holds("letter", UND_PAGE_EN, "class=\"matrix many\"", false);
	page_holds("sealed", UND_PAGE_EN, "class=\"matrix", false);
}

TEST(many_parties_stand_below_each_other)
{
	const struct und_page_frame f = sample_frame(page_of("letter"), UND_PAGE_EN);
	struct und_view_letter v = sample_letter;
	struct und_view_wait waits[5] = { { B("A"), 9831, 41 }, { B("B"), 9831, 41 }, { B("Union of Towns"), 9831, 41 }, { B("C"), 9831, 41 } };
	struct und_buf b;

	v.waits = waits;
	for (v.wait_count = 3; v.wait_count <= 4; v.wait_count++) { /* with two that stand somewhere, one of whom waits too: four columns, then five */
		und_buf_init(&b, 1 << 22);
		OK(und_page_letter(&b, &f, &v));
		CHECK(holds(&b, "class=\"matrix many\"") == (v.wait_count == 4));
		und_buf_clear(&b);
	}
}

static const char *place_of(const struct und_buf *b, const char *text)
{
	const char *at = memmem(b->p, b->n, text, strlen(text));

	if (at == NULL)
		tap_fail("lacks: %s", text);
	return at;
}

TEST(a_clarification_stands_below_what_it_makes_clearer_and_a_tally_beside_what_it_is_about)
{
	struct und_buf b = made(page_of("letter"), UND_PAGE_EN);
	const char *first = place_of(&b, "<article class=\"statement\" id=\"s1\">"), *question = place_of(&b, "<article class=\"question\" id=\"q1\">");
	const char *clearer = place_of(&b, "<article class=\"statement clearer\" id=\"s3\">"), *other = place_of(&b, "<article class=\"statement\" id=\"s2\">");

	CHECK(first < question && question < clearer && clearer < other);
	CHECK(holds(&b, "285 votes of 435 who signed."));
	und_buf_clear(&b);
}

TEST(days_lead_to_what_happened)
{
	page_holds("letter", UND_PAGE_EN, "<a href=\"#s1\">The Cabinet of Averane made a statement.</a>", true);
	page_holds("letter", UND_PAGE_EN, "<a href=\"#s3\">The Cabinet of Averane made clearer what was said on 10 December 2026.</a>", true);
	page_holds("letter", UND_PAGE_EN, "<a href=\"#n2\">Correction</a>", true);
	page_holds("letter", UND_PAGE_EN, "id=\"n2\"", true);
	page_holds("sealed", UND_PAGE_EN, "class=\"days\"", false);
}

/* ---- the feed ---- */

static struct und_buf feed_of(const struct und_view_letter *v, enum und_page_language l)
{
	const struct und_page_frame f = { .language = l, .language_asked = true, .origin = B("https://letters.example.org") };
	struct und_buf b;

	und_buf_init(&b, 1 << 20);
	OK(und_page_feed(&b, &f, v));
	return b;
}

TEST(the_feed_tells_the_latest_first)
{
	struct und_buf b = feed_of(&sample_letter, UND_PAGE_EN);
	const char *vote = place_of(&b, "<title>The vote on “Is the Cabinet&#39;s answer enough?” ended.</title>"), *said = place_of(&b, "<title>The Cabinet of Averane made a statement.</title>");

	CHECK(vote < said);
	CHECK(holds(&b, "<?xml version=\"1.0\" encoding=\"utf-8\"?>\n<feed xmlns=\"http://www.w3.org/2005/Atom\" xml:lang=\"en\">\n<id>urn:uuid:1f8b00ff-0000-8000-8000-000000000000</id>\n<title>On the reports of our inspectors</title>"));
	CHECK(holds(&b, "<subtitle>435 people from 41 bodies signed.</subtitle>\n<updated>2027-01-09T00:00:00Z</updated>"));
	CHECK(holds(&b, "href=\"https://letters.example.org/letters/inspectors.atom?lang=en\"/>"));
	CHECK(holds(&b, "href=\"https://letters.example.org/letters/inspectors?lang=en#s1\"/>"));
	CHECK(holds(&b, "attention.\npublish: accepts in part\narchive: rejects</content>"));
	und_buf_clear(&b);
	b = feed_of(&sample_sealed, UND_PAGE_AR);
	CHECK(holds(&b, "xml:lang=\"ar\""));
	CHECK(holds(&b, "<updated>2026-10-31T00:00:00Z</updated>")); /* of its roster: nothing happened yet */
	CHECK(!holds(&b, "<entry>"));
	und_buf_clear(&b);
}

TEST(the_checker_of_feeds_sees_what_is_wrong)
{
	CHECK(markup_feed_fault(und_cstr("<feed><link rel=\"a\"/><id>x</id></feed>")) == NULL);
	CHECK(markup_feed_fault(und_cstr("<feed><id>x</feed></id>")) != NULL);
	CHECK(markup_feed_fault(und_cstr("<feed>a > b</feed>")) != NULL);
	CHECK(markup_feed_fault(und_cstr("<feed><script>x</script></feed>")) != NULL);
	CHECK(markup_feed_fault(und_cstr("<feed>")) != NULL);
}

/* ---- what was changed ---- */

TEST(a_correction_and_an_end_stand_beside_the_words)
{
	static const char corrected[] = "<p class=\"callout-title\">Correction, 6 December 2026</p><p class=\"lines\" lang=\"en\" dir=\"auto\">The number of bridges is 212, not 221.</p>";
	struct und_view_letter v = sample_sealed;
	const struct und_view_notice replaced = { UND_VIEW_REPLACED, 9835, UND_DAY_NONE, B("en"), B("We start again.") };
	const struct und_page_frame f = sample_frame(page_of("sealed"), UND_PAGE_EN);
	struct und_buf b = made(page_of("letter"), UND_PAGE_EN);
	const char *words = place_of(&b, "class=\"words\""), *told = place_of(&b, corrected), *count = place_of(&b, "id=\"signed\"");

	CHECK(words != NULL && told != NULL && count != NULL && words < told && told < count);
	CHECK(!holds(&b, "<p class=\"callout-title\">New last day")); /* the day itself stands where one signs */
	und_buf_clear(&b);
	page_holds("press", UND_PAGE_EN, corrected, true);
	v.notices = &replaced;
	v.notice_count = 1;
	und_buf_init(&b, 1 << 22);
	OK(und_page_letter(&b, &f, &v));
	CHECK(holds(&b, "<p class=\"callout-title\">Replaced by another letter,"));
	und_buf_clear(&b);
}

/* ---- a press kit ---- */

TEST(a_press_kit_says_what_the_number_says_and_what_is_still_sealed)
{
	static const char embargo[] = "<div class=\"embargo\"><p>Embargo: not to be published before 19 January 2027.</p><p>Sealed: nobody may publish these words before the organisers open the letter.</p></div>";

	page_holds("press", UND_PAGE_EN, "<p>435 people from 41 bodies signed.</p><p class=\"basis\">True if ", true);
	page_holds("press", UND_PAGE_EN, "href=\"/letters/inspectors/signers.png\" download>signers.png</a>", true);
	page_holds("press", UND_PAGE_EN, "class=\"embargo\"", false);
	page_holds("press", UND_PAGE_EN, "These words are still sealed", false);
	page_holds("letter", UND_PAGE_EN, "href=\"/letters/inspectors/press\">Press kit</a>", true);
	page_holds("kit", UND_PAGE_EN, "href=\"signers.png\">signers.png</a>", true);
	page_holds("kit", UND_PAGE_EN, "These words are still sealed", true);
	page_holds("kit", UND_PAGE_EN, embargo, true);
	page_holds("kit", UND_PAGE_AR, "class=\"embargo\"", true);
	page_holds("kit", UND_PAGE_EN, "<nav aria-label=\"Pages\"", false);
}

/* ---- strangers' texts ---- */

static void feed_is_whole(const uint8_t *p, size_t n)
{
	const char *fault;
	struct und_buf b;

	und_buf_init(&b, 1 << 24);
	OK(wild_page(&b, WILD_FEED, p, n));
	fault = markup_feed_fault(und_buf_bytes(&b));
	if (fault != NULL)
		tap_fail("feed: %s", fault);
	und_buf_clear(&b);
}

TEST(whatever_strangers_write_is_text)
{
	static const char *const hostile[] = {
		"<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'-->", "</textarea><script>", "</title><script>", "javascript:alert(1)", "&lt;script&gt;", "//evil.example",
		"a\" onmouseover=\"x", "\xe2\x80\xae\xd8\xa7", "{n}", "**x**", "]]>", "<!--",
	};

	tap_seed(7);
	for (size_t i = 0; i < UND_COUNT_OF(hostile); i++) {
		uint8_t bytes[4096];
		size_t n = 0;

		while (n + 64 < sizeof bytes) { /* a length, the text; numbers of every kind between */
			const size_t length = strlen(hostile[i]);

			bytes[n++] = (uint8_t)length;
			memcpy(bytes + n, hostile[i], length);
			n += length;
			if (tap_random() % 2 == 0)
				bytes[n++] = (uint8_t)tap_random();
		}
		for (unsigned page = 0; page < WILD_PAGES; page++) {
			const char *fault;
			struct und_buf b;

			und_buf_init(&b, 1 << 24);
			OK(wild_page(&b, page, bytes, n));
			fault = markup_fault(und_buf_bytes(&b));
			if (fault != NULL)
				tap_fail("%s in page %u: %s", hostile[i], page, fault);
			und_buf_clear(&b);
		}
		feed_is_whole(bytes, n);
	}
}

TEST(random_bytes_do_not_break_a_page)
{
	tap_seed(11);
	for (unsigned i = 0; i < 400; i++) {
		uint8_t bytes[1024];
		struct und_buf b;
		const char *fault;

		tap_random_bytes(bytes, sizeof bytes);
		und_buf_init(&b, 1 << 24);
		OK(wild_page(&b, i % WILD_PAGES, bytes, sizeof bytes));
		fault = markup_fault(und_buf_bytes(&b));
		if (fault != NULL)
			tap_fail("page %u: %s", i % WILD_PAGES, fault);
		und_buf_clear(&b);
		feed_is_whole(bytes, sizeof bytes);
	}
}

/* ---- languages ---- */

TEST(the_language_that_a_browser_wants_most_is_taken)
{
	static const struct {
		const char *header;
		enum und_page_language wanted;
	} cases[] = {
		{ "", UND_PAGE_EN },
		{ "ar", UND_PAGE_AR },
		{ "AR-eg, en;q=0.5", UND_PAGE_AR },
		{ "en, ar;q=0.9", UND_PAGE_EN },
		{ "fr, ar;q=0.3, en;q=0.2", UND_PAGE_AR },
		{ "fr;q=1.0, ar;q=0.001", UND_PAGE_AR },
		{ "ar;q=0, en", UND_PAGE_EN },
		{ "ar;q=0", UND_PAGE_EN },
		{ "arx, ara", UND_PAGE_EN },
		{ "ar;q=x", UND_PAGE_EN },
		{ "ar;q=0.5;level=1, en;q=0.4", UND_PAGE_EN }, /* no such parameter: as if not wanted */
		{ "de-DE,de;q=0.9", UND_PAGE_EN },
		{ ",,;q=,ar", UND_PAGE_AR },
	};

	for (size_t i = 0; i < UND_COUNT_OF(cases); i++)
		EQ(cases[i].wanted, und_page_language_wanted(und_cstr(cases[i].header)));
}

TEST(tags_are_ours_or_none)
{
	enum und_page_language l = UND_PAGE_EN;

	CHECK(und_page_language_of(&l, und_cstr("ar")) && l == UND_PAGE_AR);
	CHECK(!und_page_language_of(&l, und_cstr("fr")) && l == UND_PAGE_AR);
	CHECK(!und_page_language_of(&l, und_cstr("ar-EG")) && l == UND_PAGE_AR);
	CHECK(!und_page_language_of(&l, und_cstr("")) && l == UND_PAGE_AR);
}

/* ---- the picture ---- */

static struct und_buf drawn(const uint64_t *groups, size_t n, bool square)
{
	struct und_buf b;

	und_buf_init(&b, 1 << 20);
	OK(und_picture_png(&b, groups, n, square));
	if (b.n >= 256 * 1024)
		tap_fail("%zu bytes", b.n);
	return b;
}

TEST(the_picture_is_the_same_each_time_and_tells_counts_apart)
{
	const uint64_t groups[] = { 19, 9, 0, 4 }, other[] = { 19, 9, 0, 5 };
	struct und_buf a = drawn(groups, 4, true), b = drawn(groups, 4, true), c = drawn(other, 4, true), d = drawn(groups, 4, false);

	CHECK(und_bytes_equal_var(und_buf_bytes(&a), und_buf_bytes(&b)));
	CHECK(!und_bytes_equal_var(und_buf_bytes(&a), und_buf_bytes(&c)));
	CHECK(!und_bytes_equal_var(und_buf_bytes(&a), und_buf_bytes(&d)));
	und_buf_clear(&a);
	und_buf_clear(&b);
	und_buf_clear(&c);
	und_buf_clear(&d);
}

/* For paper: whatever fits into the one fits into the other. */
static void printed(const uint64_t *groups, size_t n)
{
	struct und_buf b;

	und_buf_init(&b, 1 << 20);
	OK(und_picture_print(&b, groups, n));
	und_buf_clear(&b);
}

TEST(the_picture_takes_any_counts)
{
	static uint64_t ones[30000];
	const uint64_t huge[] = { UINT64_MAX, UINT64_MAX, 7 }, million[] = { 1000000, 48576 }, edge[] = { UND_PICTURE_MARKS_MAX }, beyond[] = { UND_PICTURE_MARKS_MAX, 1 };
	const struct {
		const uint64_t *groups;
		size_t n;
	} cases[] = { { ones, 0 }, { huge, 3 }, { million, 2 }, { edge, 1 }, { beyond, 2 }, { ones, UND_COUNT_OF(ones) }, { ones, 1 }, { ones, 2 }, { ones, 5 } };

	for (size_t i = 0; i < UND_COUNT_OF(ones); i++)
		ones[i] = 1;
	printed(edge, 1);
	printed(ones, 5);
	for (size_t i = 0; i < UND_COUNT_OF(cases); i++) {
		struct und_buf a = drawn(cases[i].groups, cases[i].n, true), b = drawn(cases[i].groups, cases[i].n, false);

		und_buf_clear(&a);
		und_buf_clear(&b);
	}
}
