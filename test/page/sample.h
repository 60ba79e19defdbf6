/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* sample.h: the views of an invented letter, as a server would fill them: forty bodies, every kind of record */
#ifndef UND_TEST_SAMPLE_H
#define UND_TEST_SAMPLE_H

#include "page/guide.h"
#include "page/view.h"

#define B(s) { (const uint8_t *)(s), sizeof(s) - 1 }
enum { SAMPLE_WAVE = 3 };

/* the letter's roster, then a wave of three rings */
static struct und_view_ring sample_rings[] = {
	{ .id = B("*"), .name = B(""), .headcount = 11400, .keys = 10182, .signers = 12 },
	{ .id = B("mint"), .name = B("The Mint"), .headcount = 28, .keys = 25, .signers = 19 },
	{ .id = B("archives"), .name = B("National Archives"), .headcount = 31, .keys = 27, .signers = 9 },
	{ .id = B("lighthouses"), .name = B("Lighthouse Service"), .headcount = 32, .keys = 28, .signers = 1 },
	{ .id = B("patents"), .name = B("Patent Office"), .headcount = 35, .keys = 31, .signers = 1 },
	{ .id = B("observatory"), .name = B("Observatory"), .headcount = 37, .keys = 33, .signers = 1 },
	{ .id = B("measures"), .name = B("Weights and Measures"), .headcount = 38, .keys = 34, .signers = 1 },
	{ .id = B("geology"), .name = B("Geological Survey"), .headcount = 45, .keys = 40, .signers = 1 },
	{ .id = B("printing"), .name = B("State Printing House"), .headcount = 45, .keys = 40, .signers = 1 },
	{ .id = B("library"), .name = B("National Library"), .headcount = 52, .keys = 46, .signers = 2 },
	{ .id = B("ombudsman"), .name = B("Ombudsman's Office"), .headcount = 54, .keys = 48, .signers = 2 },
	{ .id = B("spectrum"), .name = B("Radio Spectrum Office"), .headcount = 61, .keys = 54, .signers = 2 },
	{ .id = B("weather"), .name = B("Weather Service"), .headcount = 68, .keys = 60, .signers = 2 },
	{ .id = B("museums"), .name = B("Museums Service"), .headcount = 71, .keys = 63, .signers = 2 },
	{ .id = B("maps"), .name = B("Survey and Maps"), .headcount = 81, .keys = 72, .signers = 3 },
	{ .id = B("statistics"), .name = B("Statistics Office"), .headcount = 81, .keys = 72, .signers = 3 },
	{ .id = B("fisheries"), .name = B("Fisheries Inspectorate"), .headcount = 101, .keys = 89, .signers = 3 },
	{ .id = B("mines"), .name = B("Mines Inspectorate"), .headcount = 102, .keys = 90, .signers = 3 },
	{ .id = B("audit"), .name = B("Court of Audit"), .headcount = 110, .keys = 97, .signers = 4 },
	{ .id = B("food"), .name = B("Food Inspectorate"), .headcount = 134, .keys = 119, .signers = 4 },
	{ .id = B("veterinary"), .name = B("Veterinary Service"), .headcount = 145, .keys = 128, .signers = 5 },
	{ .id = B("canals"), .name = B("Canals and Locks"), .headcount = 146, .keys = 129, .signers = 5 },
	{ .id = B("dams"), .name = B("Dams and Reservoirs"), .headcount = 177, .keys = 157, .signers = 6 },
	{ .id = B("labour"), .name = B("Labour Inspectorate"), .headcount = 202, .keys = 179, .signers = 7 },
	{ .id = B("pensions"), .name = B("Pensions Office"), .headcount = 199, .keys = 176, .signers = 6 },
	{ .id = B("land"), .name = B("Land Registry"), .headcount = 240, .keys = 212, .signers = 8 },
	{ .id = B("registry"), .name = B("Civil Registry"), .headcount = 253, .keys = 224, .signers = 8 },
	{ .id = B("buildings"), .name = B("Public Buildings"), .headcount = 302, .keys = 267, .signers = 10 },
	{ .id = B("railways"), .name = B("Railway Authority"), .headcount = 314, .keys = 278, .signers = 10 },
	{ .id = B("harbour"), .name = B("Harbour Office"), .headcount = 360, .keys = 319, .signers = 12 },
	{ .id = B("forests"), .name = B("Forest Service"), .headcount = 384, .keys = 340, .signers = 12 },
	{ .id = B("courts"), .name = B("Clerks of the Courts"), .headcount = 418, .keys = 370, .signers = 14 },
	{ .id = B("roads"), .name = B("Roads and Bridges"), .headcount = 507, .keys = 449, .signers = 16 },
	{ .id = B("water"), .name = B("Water and Sewers"), .headcount = 542, .keys = 480, .signers = 18 },
	{ .id = B("customs"), .name = B("Customs Service"), .headcount = 601, .keys = 532, .signers = 19 },
	{ .id = B("post"), .name = B("Post Office"), .headcount = 706, .keys = 625, .signers = 23 },
	{ .id = B("treasury"), .name = B("Treasury"), .headcount = 739, .keys = 654, .signers = 24 },
	{ .id = B("schools"), .name = B("Schools Administration"), .headcount = 862, .keys = 763, .signers = 28 },
	{ .id = B("insurance"), .name = B("Social Insurance"), .headcount = 942, .keys = 834, .signers = 30 },
	{ .id = B("health"), .name = B("Public Health Service"), .headcount = 1076, .keys = 952, .signers = 35 },
	{ .id = B("taxes"), .name = B("Tax Offices"), .headcount = 1202, .keys = 1064, .signers = 39 },
	{ .id = B("*"), .name = B(""), .wave = 1, .headcount = 700, .keys = 64, .signers = 0 },
	{ .id = B("bridges"), .name = B("Bridge Wardens"), .wave = 1, .headcount = 40, .keys = 24, .signers = 24, .above_share = true },
	{ .id = B("tunnels"), .name = B("Tunnels"), .wave = 1, .keys = 40, .signers = 0 },
};

static const struct und_view_demand sample_demands[] = {
	{ B("publish"), B("Publish inspection reports on bridges, dams, mines and food again within thirty days, as was done until last spring.") },
	{ B("archive"), B("Let no report be changed or withdrawn after it was filed: corrections are added, and the first version stays.") },
	{ B("protect"), B("Move no inspector to another post because of a report until the report has been answered in writing.") },
};
static const struct und_view_demand sample_demands_ar[] = {
	{ B("publish"), B("انشروا تقارير التفتيش على الجسور والسدود والمناجم والغذاء من جديد خلال ثلاثين يومًا، كما كان يُفعل حتى الربيع الماضي.") },
	{ B("archive"), B("لا يُغيَّر تقرير ولا يُسحب بعد إيداعه: تُضاف التصحيحات، وتبقى النسخة الأولى.") },
	{ B("protect"), B("لا يُنقل مفتش إلى عمل آخر بسبب تقرير قبل أن يُردّ على التقرير كتابةً.") },
};
static const struct und_view_version sample_versions[] = {
	{ .language = B("en"), .title = B("On the reports of our inspectors"), .on = UND_DAY_NONE, .demands = sample_demands, .demand_count = 3,
	  .body = B("We work in the public service of Averane. Some of us write the reports on which others rely when they cross a bridge, drink the water or send their children to school; most of us only read them.\n\n"
	            "Since last spring these reports have come late, shortened, or *not at all*. In four cases known to us the person who wrote one was given other duties before anybody had answered it.\n\n"
	            "## What we ask\n\nWe ask for three things, all of which were the custom of this service for many years. See <https://inspectors.example/reports> and the [list of reports](https://inspectors.example/list).\n\n"
	            "> A defect which nobody may read about is not mended.\n\n- the bridges\n- the dams\n- the mines\n") },
	{ .language = B("ar"), .title = B("عن تقارير مفتشينا"), .on = 9827, .demands = sample_demands_ar, .demand_count = 3,
	  .body = B("نحن نعمل في الخدمة العامة في أفيران. بعضنا يكتب التقارير التي يعتمد عليها الناس حين يعبرون جسرًا أو يشربون الماء أو يرسلون أولادهم إلى المدرسة، وأكثرنا يقرؤها فقط.\n\n"
	            "منذ الربيع الماضي تأتي هذه التقارير متأخرة أو مختصرة أو *لا تأتي أبدًا*.\n\n## ما نطلبه\n\nنطلب ثلاثة أشياء كانت كلها عادة هذه الخدمة سنين كثيرة.\n") },
};
static const struct und_bytes sample_addressees[] = { B("The Cabinet of Averane"), B("The Assembly of Averane"), B("Ministry of Works") };
static const uint8_t sample_hash[32] = { 0x1f, 0x8b, 0x00, 0xff, [31] = 0x5a };

static const struct und_view_voucher sample_vouchers[] = {
	{ .name = B("Staff Council of Averane"), .where = B("https://staff-council.example/keys"), .key = B("9031 7423 9812 0044 1200 8712"), .registrar = true, .signed_roster = true },
	{ .name = B("Public Service Union of Averane"), .where = B("https://psu.example/keys"), .key = B("4410 2938 4756 6000 1922 0001"), .registrar = true, .signed_roster = true },
	{ .name = B("Association of Public Inspectors"), .where = B("https://inspectors.example/keys"), .key = B("0012 9987 5512 3334 9081 2213"), .organiser = true },
	{ .name = B(""), .where = B(""), .key = B("7781 2394 1112 4512 9988 1234"), .organiser = true },
};
static const struct und_view_wait sample_waits[] = { { B("The Assembly of Averane"), 9831, 41 } };
static const struct und_view_stance sample_stances[] = {
	{ .party = B("The Cabinet of Averane"), .demand = B("archive"), .stand = UND_VIEW_REJECTS, .authenticated = true },
	{ .party = B("The Cabinet of Averane"), .demand = B("publish"), .stand = UND_VIEW_PARTLY, .authenticated = true },
	{ .party = B("Union of Towns"), .demand = B("*"), .stand = UND_VIEW_SUPPORTS },
};
static const struct und_view_stance sample_said[] = {
	{ .demand = B("publish"), .stand = UND_VIEW_PARTLY, .note = B("Within ninety days.") },
	{ .demand = B("archive"), .stand = UND_VIEW_REJECTS, .note = B("") },
};
static const struct und_view_statement sample_statements[] = {
	{ .party = B("The Cabinet of Averane"), .on = 9840, .clarifies = UND_DAY_NONE, .clarified = 9850, .language = B("en"), .authenticated = true, .stances = sample_said, .stance_count = 2,
	  .text = B("The Cabinet has read the letter with attention.\n\nIt will publish reports on bridges and dams within ninety days.\nReports on mines stay with the owners."),
	  .source = { B("https://cabinet.example/answers/17"), sample_hash } },
	{ .party = B("Union of Towns"), .on = 9845, .clarifies = UND_DAY_NONE, .clarified = UND_DAY_NONE, .language = B("en"), .text = B("We stand with the inspectors.") },
	{ .party = B("The Cabinet of Averane"), .on = 9850, .clarifies = 9840, .clarified = UND_DAY_NONE, .language = B("en"), .authenticated = true, .text = B("Mines of the state are meant too."), .clarifies_at = 1 },
};
static const struct und_view_choice sample_choices[] = { { B("It is enough for us"), 61 }, { B("It is a beginning"), 180 }, { B("It is not an answer"), 44 } };
static const struct und_view_question sample_questions[] = {
	{ .language = B("en"), .text = B("Is the Cabinet's answer enough?"), .choices = sample_choices, .choice_count = 3, .closes = 9870, .open = true, .about_party = B("The Cabinet of Averane"), .about_on = 9840, .about_at = 1 },
};
static const struct und_view_notice sample_notices[] = {
	{ UND_VIEW_DEADLINE, 9835, 9860, B("en"), B("Many asked for more time.") },
	{ UND_VIEW_CORRECTION, 9836, UND_DAY_NONE, B("en"), B("The number of bridges is 212, not 221.") },
};
static const struct und_view_handed sample_deliveries[] = { { B("The Cabinet of Averane"), 9831, { B(""), NULL } }, { B("The Assembly of Averane"), 9831, { B("https://inspectors.example/receipt"), NULL } } };
static const struct und_view_handed sample_publications[] = { { B("The Averane Courier"), 9832, { B("https://courier.example/2026/letter"), sample_hash } } };
static const struct und_view_party sample_parties[] = { { B("Union of Towns"), { B("https://towns.example"), NULL } } };
static const struct und_view_event sample_events[] = {
	{ UND_VIEW_TRANSLATED, 9827, sample_hash, B(""), B("ar"), B("عن تقارير مفتشينا"), 0 },
	{ UND_VIEW_DELIVERED, 9831, sample_hash, B("The Cabinet of Averane"), B(""), B(""), 0 },
	{ UND_VIEW_PUBLISHED, 9832, sample_hash, B("The Averane Courier"), B(""), B(""), 0 },
	{ UND_VIEW_NOTICED, 9836, sample_hash, B(""), B("en"), B("The number of bridges is 212, not 221."), 2 },
	{ UND_VIEW_SAID, 9840, sample_hash, B("The Cabinet of Averane"), B("en"), B("The Cabinet has read the letter with attention."), 1 },
	{ UND_VIEW_SAID, 9850, sample_hash, B("The Cabinet of Averane"), B("en"), B("Mines of the state are meant too."), 3 },
	{ UND_VIEW_VOTED, 9870, sample_hash, B(""), B("en"), B("Is the Cabinet's answer enough?"), 1 },
};

static const struct und_view_letter sample_letter = {
	.slug = B("inspectors"), .id = sample_hash, .since = 9800, .events = sample_events, .event_count = sizeof sample_events / sizeof *sample_events,
	.versions = sample_versions, .version_count = 2, .addressees = sample_addressees, .addressee_count = 3, .contact = B("letter@inspectors.example"), .dated = 9825,
	.open = true, .signers = 435, .bodies = 41, .withdrawn = 1, .keys = 10246, .headcount = 12100,
	.rules = { .signers = 400, .bodies = 40, .min_ring = 20, .release = 20, .max_share = 80, .max_share_all = 95, .closes = 9860, .ends = 10125 },
	.rings = sample_rings, .ring_count = sizeof sample_rings / sizeof *sample_rings, .vouchers = sample_vouchers, .voucher_count = 4, .registrars_quorum = 2, .organisers_quorum = 2,
	.waits = sample_waits, .wait_count = 1, .stances = sample_stances, .stance_count = 3, .statements = sample_statements, .statement_count = 3, .questions = sample_questions, .question_count = 1,
	.notices = sample_notices, .notice_count = 2, .deliveries = sample_deliveries, .delivery_count = 2, .publications = sample_publications, .publication_count = 1, .parties = sample_parties, .party_count = 1,
	.file_size = 4183022, .lines = 541, .file_sha256 = sample_hash,
	.short_letter = B("8123 0091 2834 7561 9920 4411"), .short_words = B("0012 7812 3345 9087 1123 6677"), .short_roster = B("5543 2210 9087 6654 3321 0098"), .short_pin = B("9988 7766 5544 3322 1100 9988"),
};
/* sealed, and nothing has happened yet */
static const struct und_view_letter sample_sealed = {
	.slug = B("sealed"), .id = sample_hash, .since = 9800, .dated = UND_DAY_NONE, .addressees = sample_addressees, .addressee_count = 1, .open = true, .keys = 10246, .imported = true,
	.rules = { .min_ring = 20, .release = 20, .max_share = 80, .max_share_all = 95, .closes = 9860, .ends = 10125 },
	.rings = sample_rings, .ring_count = 1, .vouchers = sample_vouchers, .voucher_count = 4, .registrars_quorum = 1, .organisers_quorum = 1, .file_size = 40113, .lines = 12,
	.short_letter = B("8123 0091 2834 7561 9920 4411"), .short_words = B("0012 7812 3345 9087 1123 6677"), .short_roster = B("5543 2210 9087 6654 3321 0098"), .short_pin = B("9988 7766 5544 3322 1100 9988"),
};
static const struct und_view_edition sample_editions[] = {
	{ 0, B("5543 2210 9087 6654 3321 0098"), 2, 9800, 10200 },
	{ 1, B("1212 3434 5656 7878 9090 1212"), 2, 9800, 10200 },
};
static const struct und_view_roster sample_roster = {
	.slug = B("inspectors"), .title = B("On the reports of our inspectors"), .language = B("en"), .name = B("Staff of the public service"), .editions = sample_editions, .edition_count = 2,
	.rings = sample_rings, .ring_count = sizeof sample_rings / sizeof *sample_rings, .keys = 10246, .headcount = 12100, .vouchers = sample_vouchers, .voucher_count = 4, .registrars_quorum = 2,
	.short_pin = B("9988 7766 5544 3322 1100 9988"),
};
static const struct und_view_item sample_items[] = {
	{ .slug = B("inspectors"), .title = B("On the reports of our inspectors"), .language = B("en"), .to = B("The Cabinet of Averane"), .to_more = 2, .signers = 435, .bodies = 41, .closes = 9860, .open = true },
	{ .slug = B("sealed"), .signers = 0, .closes = 9860, .open = true },
	{ .slug = B("water"), .title = B("عن الماء في المدينة القديمة"), .language = B("ar"), .to = B("مجلس المدينة"), .signers = 11, .bodies = 0, .closes = 9700 },
	{ .slug = B("one"), .title = B("A short letter"), .language = B("en"), .to = B("The Mint"), .to_more = 1, .signers = 1, .bodies = 1, .closes = 9700 },
};
static const struct und_view_list sample_list = { .items = sample_items, .count = 4, .from = 50, .more = 7 };
static const struct und_view_bundle sample_bundles[] = { { B(""), B("/api/v1/letters/inspectors/bundle?ring=*") }, { B("Harbour Office"), B("/api/v1/letters/inspectors/bundle?ring=harbour") } };
static const struct und_view_sign sample_sign = { .slug = B("inspectors"), .open = true, .closes = 9860, .ends = 10125, .release = 20, .bundles = sample_bundles, .bundle_count = 2 };
static const struct und_view_sign sample_sign_refused = { .slug = B("inspectors"), .open = true, .closes = 9860, .ends = 10125, .release = 20, .fault = UND_ERR_RING_ABOVE_SHARE, .line = B("{\"letter\":\"…\"}") };
static const struct und_view_enrol sample_enrol = { .fault = UND_OK };
static const struct und_view_enrol sample_enrol_refused = { .fault = UND_ERR_CARD_CHECK, .group = 3, .code = B("12345 67890 12345"), .line = B("{\"keys\":[]}") };

/* every page, by a name for its file */
static enum und_err sample_letter_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_letter(b, f, &sample_letter); }
static enum und_err sample_sealed_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_letter(b, f, &sample_sealed); }
static enum und_err sample_roster_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_roster(b, f, &sample_roster); }
static enum und_err sample_list_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_list(b, f, &sample_list); }
static enum und_err sample_empty_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_list(b, f, &(const struct und_view_list){ .count = 0 }); }
static enum und_err sample_sign_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_sign(b, f, &sample_sign); }
static enum und_err sample_refused_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_sign(b, f, &sample_sign_refused); }
static enum und_err sample_taken_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_taken(b, f, und_cstr("inspectors")); }
static enum und_err sample_enrol_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_enrol(b, f, &sample_enrol); }
static enum und_err sample_mistyped_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_enrol(b, f, &sample_enrol_refused); }
static enum und_err sample_enrolled_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_enrolled(b, f, und_cstr("1234 5678 9012 3456 7890 1234")); }
static enum und_err sample_answer_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_answer(b, f, &(const struct und_view_answer){ .slug = B("inspectors"), .contact = B("letter@inspectors.example") }); }
static enum und_err sample_misanswered_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_answer(b, f, &(const struct und_view_answer){ .slug = B("inspectors"), .fault = UND_ERR_QUORUM_PARTY, .line = B("{\"letter\":\"…\"}") }); }
static enum und_err sample_answered_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_answered(b, f, und_cstr("inspectors")); }
static enum und_err sample_press_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_press(b, f, &(const struct und_view_press){ .letter = &sample_letter, .on = 9872, .embargo = UND_DAY_NONE }); }
/* alone, under an embargo, its words read with the link */
static enum und_err sample_kit_page(struct und_buf *b, const struct und_page_frame *f)
{
	const struct und_page_copy copy = { UND_PAGE_FILE_PRESS, 9872 };
	struct und_page_frame frame = *f;
	struct und_view_letter v = sample_letter;

	frame.copy = &copy;
	v.sealed = true;
	return und_page_press(b, &frame, &(const struct und_view_press){ .letter = &v, .on = 9872, .embargo = 9880, .alone = true });
}
static enum und_err sample_guide_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_guide(b, f, und_guide_find(und_cstr("organiser"))); }
static enum und_err sample_signing_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_guide(b, f, und_guide_find(und_cstr("signer"))); }
static enum und_err sample_missing_page(struct und_buf *b, const struct und_page_frame *f) { return und_page_fault(b, f, 404); }

static const struct sample_page {
	const char *name, *path;
	bool quiet; /* its title says nothing */
	enum und_err (*make)(struct und_buf *b, const struct und_page_frame *f);
} sample_pages[] = {
	{ "list", "/", true, sample_list_page },
	{ "empty", "/", true, sample_empty_page },
	{ "letter", "/letters/inspectors", false, sample_letter_page },
	{ "sealed", "/letters/sealed", true, sample_sealed_page },
	{ "roster", "/letters/inspectors/roster", false, sample_roster_page },
	{ "sign", "/letters/inspectors/sign", true, sample_sign_page },
	{ "refused", "/letters/inspectors/sign", true, sample_refused_page },
	{ "taken", "/letters/inspectors/sign", true, sample_taken_page },
	{ "enrol", "/enrol", true, sample_enrol_page },
	{ "mistyped", "/enrol", true, sample_mistyped_page },
	{ "enrolled", "/enrol", true, sample_enrolled_page },
	{ "safe", "/safe", true, und_page_safe },
	{ "guides", "/guide", true, und_page_guides },
	{ "guide", "/guide/organiser", true, sample_guide_page },
	{ "signing", "/guide/signer", true, sample_signing_page },
	{ "check", "/check", true, und_page_check },
	{ "answer", "/letters/inspectors/answer", true, sample_answer_page },
	{ "misanswered", "/letters/inspectors/answer", true, sample_misanswered_page },
	{ "answered", "/letters/inspectors/answer", true, sample_answered_page },
	{ "press", "/letters/inspectors/press", false, sample_press_page },
	{ "kit", "", false, sample_kit_page },
	{ "missing", "", true, sample_missing_page },
};
enum { SAMPLE_PAGES = sizeof sample_pages / sizeof *sample_pages };

static inline struct und_page_frame sample_frame(const struct sample_page *s, enum und_page_language l)
{
	return (struct und_page_frame){ .language = l, .language_asked = l != UND_PAGE_EN, .path = und_cstr(s->path), .origin = B("https://letters.example.org"), .enrols = true, .app_size = 412000 };
}

#endif
