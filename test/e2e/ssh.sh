#!/bin/sh
# SPDX-License-Identifier: AGPL-3.0-or-later
# ssh.sh: existing SSH keys: key import and roster import, with keys that ssh-keygen makes here
. "$(dirname "$0")/lib.sh"

make() { # NAME PASSPHRASE OPTION…
	name=$1 phrase=$2
	shift 2
	ssh-keygen -q -N "$phrase" -C "$name@example" -f "$name" "$@" </dev/null
}
make anna '' -t ed25519
make bert 'grüße aus dem hafen' -t ed25519
make carl '' -t ed25519
make dora '' -t rsa -b 2048
make emil '' -t ecdsa
make fred 'some phrase' -t rsa -b 2048
make gcm 'some phrase' -t ed25519 -Z aes256-gcm@openssh.com
make chacha 'some phrase' -t ed25519 -Z chacha20-poly1305@openssh.com
make cbc 'some phrase' -t ed25519 -Z aes128-cbc
printf 'grüße aus dem hafen\n' >bert.pass
echo 'some phrase' >some.pass
sk='sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29tAAAAIEX/dQ0v4127bEo8eeG1EV0ApO2lWbSnN6RWusn/NjqQAAAABHNzaDo= token'
head='--series forge --name Contributors --from 2027-01-01 --until 2027-12-31'
printf 'core,Core,3\ndocs,Documentation,0\n' >bodies.csv
# on ROSTER KEY BODY: the key stands in that body
stands() {
	ok roster show "$1" --key "$2" --json
	json "j['mine'] and j['mine']['body'] == '$3'"
}

case_ 'an Ed25519 key is imported, and its price is told'
	ok key import -o anna.key anna --no-passphrase
	mode anna.key 600
	out_has 'edition 0, public key '
	err_has 'worth as much as the SSH key'
	err_has 'no editions'
	err_has 'decrypt'
	ok key show anna.key
	out_has 'imported, edition 0'
	ok key show anna.key --json
	json 'j["imported"] is True and j["edition"] == 0 and j["series"] == ""'

case_ 'one under a passphrase too'
	ok key import -o bert.key bert --ssh-passphrase-file bert.pass --passphrase-file bert.pass
	ok key show bert.key --passphrase-file bert.pass
	ok key import -o cbc.key cbc --ssh-passphrase-file some.pass --no-passphrase
	usage key import -o no.key bert --ssh-passphrase-file some.pass --no-passphrase
	err_has 'wrong SSH passphrase'
	usage key import -o no.key bert --no-passphrase
	err_has 'no terminal'
	absent no.key

case_ 'the terminal is asked, three times at most'
	expect 0 python3 "$HERE/terminal.py" 'SSH passphrase of bert: ' wrong 'SSH passphrase of bert: ' 'grüße aus dem hafen' -- \
		"$U" key import -o bert2.key bert --no-passphrase
	out_has_not hafen
	ok key show bert2.key --json
	cp "$OUT" bert2.json
	ok key show bert.key --passphrase-file bert.pass --json
	same "$OUT" bert2.json
	expect 2 python3 "$HERE/terminal.py" 'SSH' 1 'SSH' 2 'SSH' 3 -- "$U" key import -o no.key bert --no-passphrase
	expect 130 python3 "$HERE/terminal.py" 'SSH' '^C' -- "$U" key import -o no.key bert --no-passphrase
	out_line 'echo on'
	absent no.key

case_ 'RSA and ECDSA are refused with the reason, before any passphrase is asked'
	refused key import -o no.key dora --no-passphrase
	err_has 'an RSA key: only Ed25519'
	refused key import -o no.key emil --no-passphrase
	err_has 'an ECDSA key: only Ed25519'
	refused key import -o no.key fred --no-passphrase
	err_has 'an RSA key'
	ssh-keygen -q -t rsa -b 2048 -m PEM -N '' -f pem
	refused key import -o no.key pem --no-passphrase
	err_has 'an RSA key'
	absent no.key

case_ 'ciphers that cannot be read are named, with the way out'
	for k in gcm chacha; do
		usage key import -o no.key $k --ssh-passphrase-file some.pass --no-passphrase
		err_has 'ssh-keygen -p -Z aes256-ctr'
	done
	cp gcm gcm.copy
	expect 0 ssh-keygen -q -p -P 'some phrase' -N 'some phrase' -Z aes256-ctr -f gcm.copy
	ok key import -o gcm.key gcm.copy --ssh-passphrase-file some.pass --no-passphrase

case_ 'what is no private key is said to be none'
	refused key import -o no.key anna.pub --no-passphrase
	err_has 'public half'
	echo "$sk" >token.pub
	refused key import -o no.key token.pub --no-passphrase
	err_has 'hardware'
	usage key import -o no.key bodies.csv --no-passphrase
	err_has 'not an OpenSSH key'
	usage key import -o no.key none --no-passphrase
	sed 4d anna >damaged
	usage key import -o no.key damaged --no-passphrase
	head -c 200 anna >cut
	usage key import -o no.key cut --no-passphrase
	: >empty
	usage key import -o no.key empty --no-passphrase
	usage key import -o no.key /dev/zero --no-passphrase
	usage key import anna --no-passphrase
	usage key import -o anna.key anna --no-passphrase
	err_has 'exists already'
	absent no.key

case_ 'an imported key has no editions'
	refused key enrol anna.key --body core
	err_has 'roster import'
	refused key advance anna.key --to 1 --yes
	err_has 'lives on'

case_ 'authorized_keys: a line a person; options, comments and what is left out'
	{
		echo '# people of the core'
		echo
		printf 'command="echo \\"hi, all\\"",no-pty %s\n' "$(cat anna.pub)"
		cat dora.pub
		cat emil.pub
		echo "$sk"
		printf 'cert-authority %s\n' "$(cat carl.pub)"
		echo 'ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI nonsense'
		cat bert.pub
	} >authorized_keys
	ok roster import $head --bodies bodies.csv --ssh core=authorized_keys -o forge.roster
	out_has '2 bodies, 2 keys'
	err_has 'authorized_keys: line 4: left out: an RSA key'
	err_has 'authorized_keys: line 5: left out: an ECDSA key'
	err_has 'authorized_keys: line 6: left out: a key in hardware'
	err_has "authorized_keys: line 7: left out: a certificate authority's key"
	err_has 'authorized_keys: line 8: left out: not an OpenSSH public key'
	err_has 'Edition 0'
	stands forge.roster anna.key core
	ok roster show forge.roster
	out_has 'Edition 0'
	ok key import -o carl.key carl --no-passphrase
	ok roster show forge.roster --key carl.key
	out_has 'not on this roster'

case_ 'USER.keys: one person, whose first Ed25519 key counts'
	cat dora.pub carl.pub anna.pub >dora.keys
	ok roster import $head --bodies bodies.csv --ssh docs=dora.keys -o one.roster
	err_has 'dora.keys: line 1: left out: an RSA key'
	err_has 'dora.keys: line 3: left out: a further Ed25519 key of the same person'
	stands one.roster carl.key docs
	ok roster show one.roster --key anna.key
	out_has 'not on this roster'

case_ 'a folder of USER.keys; members of two bodies are refused with both places'
	mkdir forge
	cp anna.pub forge/anna.keys
	cp bert.pub forge/bert.keys
	cp dora.pub forge/dora.keys
	ok roster import $head --bodies bodies.csv --ssh core=forge --ssh docs=carl.pub -o both.roster
	err_has 'forge/dora.keys: no Ed25519 key that will do'
	stands both.roster anna.key core
	stands both.roster carl.key docs
	refused roster import $head --bodies bodies.csv --ssh core=forge --ssh docs=anna.pub -o no.roster
	err_has 'anna.pub'
	err_has 'forge/anna.keys'
	absent no.roster

case_ 'lists that cannot be'
	refused roster import $head --bodies bodies.csv --ssh core=dora.pub -o no.roster
	err_has 'no key at all'
	refused roster import $head --bodies bodies.csv --ssh navy=anna.pub -o no.roster
	err_has 'navy'
	usage roster import $head --bodies bodies.csv --ssh anna.pub -o no.roster
	err_has 'BODY=FILE'
	usage roster import $head --bodies bodies.csv -o no.roster
	usage roster import $head --bodies bodies.csv --ssh core=none -o no.roster
	mkdir bare
	refused roster import $head --bodies bodies.csv --ssh core=bare -o no.roster
	usage roster import $head --edition 1 --bodies bodies.csv --ssh core=anna.pub -o no.roster
	absent no.roster

case_ 'points with a part of small order are left out'
	python3 - >odd.pub <<-'P'
		import base64
		def line(point): return "ssh-ed25519 " + base64.b64encode(b"\0\0\0\x0bssh-ed25519\0\0\0\x20" + point).decode()
		print(line(bytes(32)))                      # of order 4
		print(line(b"\x01" + bytes(31)))            # the identity
		print(line(b"\xee" + b"\xff" * 30 + b"\x7f")) # the identity, not canonical
		print(line(b"\xff" * 32))
	P
	refused roster import $head --bodies bodies.csv --ssh core=odd.pub -o no.roster
	for n in 1 2 3 4; do err_has "odd.pub: line $n: left out: not an Ed25519 point of the prime-order subgroup"; done
	absent no.roster
done_testing
