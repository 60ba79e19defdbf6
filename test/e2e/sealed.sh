#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# sealed.sh: a letter that only those who have the link can read: made, translated, signed, opened, or given up and made anew
. "$(dirname "$0")/lib.sh"
. "$HERE/town.sh"

translation() { # LANGUAGE TITLE
	printf '%s\n' '[translation]' "language = $1" "title = $2" 'text = text.md' '[demands]' "d1 = $2 1" "d2 = $2 2"
}

case_ 'a sealed letter, with translations sealed beside its words'
holds 'the town cannot be made' town || done_testing
ok letter new letter.ini --roster staff.roster -o a.letter --authority o1 --seal --link-out a.link
ok letter new letter.ini --roster staff.roster -o other.letter --authority o1 --seal --link-out other.link
translation fr Port >fr.ini
translation ar 'المرفأ' >ar.ini
refused translation a.letter fr.ini --authority o1 -o fr
err_has 'fewer organisers signed than their quorum'
usage translation a.letter fr.ini --link-file other.link --authority o1 -o fr
absent fr
ok translation a.letter fr.ini --link-file a.link --authority o1 -o fr
err_has 'letter seal a.letter FILE'
cp a.letter before
refused letter seal a.letter fr --link-file a.link --authority o1
err_has 'fewer organisers signed than their quorum'
ok cosign fr --authority o2
ok translation a.letter ar.ini --link-file a.link --authority o1 -o ar
ok cosign ar --authority o2
usage letter seal a.letter fr --link-file other.link --authority o1
refused letter seal a.letter fr --link-file a.link --authority r1
refused letter seal a.letter fr fr --link-file a.link --authority o1
refused letter seal a.letter a.letter --link-file a.link --authority o1
refused letter seal other.letter fr --link-file other.link --authority o1
err_has 'belongs to another letter'
usage letter seal a.letter fr --authority o1
usage letter seal a.letter fr --link-file a.link
usage letter seal a.letter --link-file a.link --authority o1
usage letter seal a.letter nowhere --link-file a.link --authority o1
same a.letter before
ok letter seal a.letter fr ar --link-file a.link --authority o1
differ a.letter before
ok cosign a.letter --authority o2
ok verify a.letter
out_has 'The words are sealed'
holds 'a word is in it' eval '! grep -q -E "harbour.and|Port|المرفأ|Mend" a.letter'

case_ 'the letter is read and signed with its link only, in either language'
ok show a.letter
out_has 'The words are sealed.'
out_has_not 'Mend the road.'
ok show a.letter --link-file a.link
out_has 'Mend the road.'
out_line 'Signed in en; translated by the organisers into fr, ar: `undersigned show --language TAG`.'
ok show a.letter --link-file a.link --language ar
out_line 'المرفأ'
out_has 'Those who signed saw the original, in en.'
usage show a.letter --link-file other.link
refused show a.letter --link-file a.link --language de
ok show a.letter --link-file a.link --json
json '[t["language"] for t in j["translations"]] == ["fr", "ar"] and j["sealed"] and j["words"]["title"] == "On the harbour; and the road"'
ok show a.letter --json
json 'j["translations"] == [] and j["words"] is None'
ok press a.letter -o kit --link-file a.link
for page in press.html press.ar.html; do
	for words in 'Mend the road.' 'Port 1' 'المرفأ 2'; do has kit/$page "$words"; done
done
has kit/press.html 'Those who signed saw the original, in <bdi>en</bdi>.'
has_not kit/a.letter 'Port 1'
usage sign a.letter --key harbour-1.key --ring harbour --yes -o s1
err_has '--link-file'
usage sign a.letter --key harbour-1.key --ring harbour --link-file other.link --yes -o s1
absent s1
for m in harbour-1 harbour-2 mint-1 works-1; do
	ok sign a.letter --key $m.key --ring ${m%-*} --link-file a.link --yes -o s-$m
	err_has 'Mend the road.'
done
ok add a.letter s-*
ok bundle a.letter --ring mint -o mint.bundle
ok sign mint.bundle --key mint-2.key --ring mint --link-file a.link --yes -o mint-2
err_has 'Mend the road.'
ok withdraw a.letter --key works-1.key --link-file a.link -o w
ok add a.letter mint-2 w

case_ 'once people signed, the seal stays; notices may come, and nothing else'
cp a.letter before
refused letter seal a.letter fr --link-file a.link --authority o1
err_has 'is out already'
same a.letter before
usage notice a.letter --kind note --text 'Soon.' --authority o1 -o n
err_has '--language TAG is wanted'
ok notice a.letter --kind deadline --closes "$(day 40)" --text 'A little longer.' --language en --authority o1 -o n
ok cosign n --authority o2
ok add a.letter n
ok show a.letter
out_has "Signing is open until $(day 40);"
out_has 'A little longer.'
refused publication a.letter --outlet X --on "$(day 0)" --authority o1 -o x
refused delivery a.letter --party mayor --on "$(day 0)" --authority o1 -o x
refused party a.letter --id x --name X --authority o1 -o x
err_has 'its words are sealed; a party comes after them.'
absent x

case_ 'opened early: refused with what is missing; opened in time, translations come out too'
refused letter open a.letter --link-file a.link --authority o1 -o words
err_has 'thresholds are not met: 4 of 5 people, 2 of 2 bodies'
absent words
ok sign a.letter --key works-2.key --ring works --link-file a.link --yes -o s-works-2
ok add a.letter s-works-2
usage letter open a.letter --link-file other.link --authority o1 -o words
refused letter open a.letter --link-file a.link --authority r1 -o words
absent words
ok letter open a.letter --link-file a.link --authority o1 -o words
err_has 'has 1 of 2 signatures'
refused add a.letter words
ok cosign words --authority o2
ok add a.letter words
err_has 'Added: 1 words record.'
err_has 'Added: 2 translations.'
ok show a.letter
out_has 'Mend the road.'
out_line 'Signed in en; translated by the organisers into fr, ar: `undersigned show --language TAG`.'
ok show a.letter --language fr
out_line 'Port'
ok site a.letter -o site
for words in 'Mend the road.' 'Port 1' 'المرفأ 2' 'Those who signed saw the original, in <bdi>en</bdi>.' '<span class="day">'; do has site/index.html "$words"; done
has site/index.ar.html '<h1 class="letter-title" lang="ar" dir="auto">المرفأ</h1>'
has site/feed.atom 'The organisers added a translation (fr).'
ok verify a.letter --json
json 'j["sealed"] is False and j["signers"] == 5'
ok show a.letter --link-file a.link --json
json '[t["language"] for t in j["translations"]] == ["fr", "ar"]'
ok sign a.letter --key works-3.key --ring works --yes -o s-works-3
refused letter open a.letter --link-file a.link -o again
refused letter seal a.letter fr --link-file a.link --authority o1
err_has 'its words are open'
absent again

case_ 'given up while it is sealed, and started again'
ok cosign other.letter --authority o2
ok sign other.letter --key harbour-1.key --ring harbour --link-file other.link --yes -o o1-signed
ok add other.letter o1-signed
ok notice other.letter --kind replaced --text 'We start again, with another roll.' --language en --authority o1 -o gone
ok cosign gone --authority o2
ok add other.letter gone
ok show other.letter
out_line "Replaced by another letter, $(day 0):"
out_line '  We start again, with another roll.'
ok site other.letter -o other-site
has other-site/index.html '<p class="callout-title">Replaced by another letter, '
has other-site/index.html 'We start again, with another roll.'
has other-site/index.html 'The words are sealed'
has_not other-site/index.html 'Mend the road.'
has other-site/feed.atom '<title>Replaced by another letter</title>'
ok sign other.letter --key mint-1.key --ring mint --link-file other.link --yes -o o2-signed
err_has 'We start again, with another roll.'
OLD=$("$U" show other.letter --json | python3 -c 'import json, sys; print(json.load(sys.stdin)["letter"])')
ini -e "s/^replaces =.*/replaces = $OLD/" >again.ini
ok letter new again.ini --roster staff.roster -o again.letter --authority o1 --seal --link-out again.link
ok cosign again.letter --authority o2
ok show again.letter --link-file again.link
out_line "This letter takes the place of an earlier one, $OLD"
usage show again.letter --link-file other.link
ok sign again.letter --key harbour-1.key --ring harbour --link-file again.link --yes -o again-signed
ok add again.letter again-signed
refused add again.letter o1-signed
err_has 'belongs to another letter'

done_testing
