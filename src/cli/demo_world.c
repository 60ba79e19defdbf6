/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* demo_world.c: the invented institution. No country, office or person is meant */
#include "cli/demo_world.h"

const struct demo_body demo_bodies[DEMO_BODIES] = {
	{ "mint", "The Mint", 24, 25, 3 },
	{ "archives", "National Archives", 26, 27, 16 },
	{ "lighthouses", "Lighthouse Service", 27, 28, 2 },
	{ "patents", "Patent Office", 30, 31, 3 },
	{ "observatory", "Observatory", 32, 33, 2 },
	{ "measures", "Weights and Measures", 33, 34, 5 },
	{ "geology", "Geological Survey", 38, 40, 6 },
	{ "printing", "State Printing House", 39, 40, 4 },
	{ "library", "National Library", 44, 46, 4 },
	{ "ombudsman", "Ombudsman's Office", 47, 48, 5 },
	{ "spectrum", "Radio Spectrum Office", 53, 54, 3 },
	{ "weather", "Weather Service", 57, 60, 5 },
	{ "museums", "Museums Service", 61, 63, 4 },
	{ "maps", "Survey and Maps", 69, 72, 6 },
	{ "statistics", "Statistics Office", 70, 72, 5 },
	{ "fisheries", "Fisheries Inspectorate", 87, 89, 5 },
	{ "mines", "Mines Inspectorate", 87, 90, 12 },
	{ "audit", "Court of Audit", 93, 97, 11 },
	{ "food", "Food Inspectorate", 116, 119, 13 },
	{ "veterinary", "Veterinary Service", 123, 128, 8 },
	{ "canals", "Canals and Locks", 126, 129, 7 },
	{ "dams", "Dams and Reservoirs", 152, 157, 18 },
	{ "labour", "Labour Inspectorate", 171, 179, 16 },
	{ "pensions", "Pensions Office", 171, 176, 6 },
	{ "land", "Land Registry", 204, 212, 8 },
	{ "registry", "Civil Registry", 219, 224, 7 },
	{ "buildings", "Public Buildings", 258, 267, 13 },
	{ "railways", "Railway Authority", 266, 278, 11 },
	{ "harbour", "Harbour Office", 311, 319, 13 },
	{ "forests", "Forest Service", 327, 340, 10 },
	{ "courts", "Clerks of the Courts", 367, 370, 9 },
	{ "roads", "Roads and Bridges", 435, 449, 23 },
	{ "water", "Water and Sewers", 459, 480, 16 },
	{ "customs", "Customs Service", 518, 532, 12 },
	{ "post", "Post Office", 602, 625, 12 },
	{ "treasury", "Treasury", 641, 654, 10 },
	{ "schools", "Schools Administration", 739, 763, 15 },
	{ "insurance", "Social Insurance", 798, 834, 15 },
	{ "health", "Public Health Service", 927, 952, 23 },
	{ "taxes", "Tax Offices", 1024, 1064, 15 },
};

const struct demo_authority demo_registrars[DEMO_REGISTRARS] = {
	{ "registrar-1", "Staff Council of Averane", "https://staff-council.example/keys" },
	{ "registrar-2", "Public Service Union of Averane", "https://psu.example/keys" },
};

const struct demo_authority demo_organisers[DEMO_ORGANISERS] = {
	{ "organiser-1", "Association of Public Inspectors", "https://inspectors.example/keys" },
	{ "organiser-2", "Archivists' Circle", "https://archivists.example/keys" },
	{ "organiser-3", "Bridge and Harbour Engineers", "+00 5550 100" },
};

const struct demo_authority demo_minister = { "first-minister", "The First Minister of Averane", "https://first-minister.example/key" };

const char demo_words_ini[] = "title = On the reports of our inspectors\n"
	"text = text.md\n"
	"language = en\n"
	"contact = letter@inspectors.example\n"
	"\n"
	"[addressees]\n"
	"minister = The First Minister of Averane\n"
	"office = The Office of the First Minister\n"
	"\n"
	"[demands]\n"
	"publish = Publish inspection reports on bridges, dams, mines and food again within thirty days, as was done until last spring.\n"
	"archive = Let no report be changed or withdrawn after it was filed: corrections are added, and the first version stays.\n"
	"protect = Move no inspector to another post because of a report until the report has been answered in writing.\n"
	"return = Let the four who were given other duties choose whether they return to their posts.\n"
	"account = Let the Court of Audit say once a year how many reports came late, and why.\n";

const char demo_text[] = "We work in the public service of Averane. Some of us write the reports on which others rely when they cross a bridge, drink the water or "
	"send their children to school; most of us only read them.\n"
	"\n"
	"Since last spring these reports have come late, shortened, or not at all. In four cases known to us the person who wrote one was given "
	"other duties before anybody had answered it. We do not say that anyone meant harm. We say that a defect which nobody may read about is "
	"not mended, and that colleagues who see this learn to write less.\n"
	"\n"
	"We ask for five things. The first three were the custom of this service for many years. We sign without our names, because the names are "
	"not the point; how many we are, and from how many bodies, anybody can check.\n";

const char demo_answer[] = "Reports will be published again, within ninety days: an office needs time to answer what is said of it. A report with an error in it has to be "
	"corrected. Who serves at which post is for the heads of the services to decide.";
const char demo_offer[] = "Within ninety days, from the first of January.";
const char demo_support[] = "What is found on one bank of a river matters on the other. I support this letter.";
const char demo_clarification[] = "I support that reports are published, and the yearly account. Who serves at which post in Averane is not for me to say.";

const char demo_question[] = "The First Minister offers ninety days instead of thirty. Does that meet the first demand?";
const char *const demo_choices[DEMO_CHOICES] = { "enough", "not-enough" };
const char *const demo_choice_texts[DEMO_CHOICES] = { "Yes, ninety days will do.", "No, it asks for thirty." };
