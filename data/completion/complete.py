#!/usr/bin/python3
# SPDX-License-Identifier: AGPL-3.0-or-later
# complete.py TABLE SHELL: the completion script of bash, zsh or fish on standard output, from commands.txt
import sys

SHORT = {"output": "o"}  # --output is -o everywhere
PLAIN = ("none", "file", "dir", "body-file")


class Table:
    """kinds: {name: [pattern]}, options: {name: (kind, words)}, commands: {name: (arguments, {option: kind})}, about: {name: words}"""

    def __init__(self, text):
        self.kinds, self.options, self.commands, self.about = {k: [] for k in PLAIN}, {}, {}, {}
        for number, line in enumerate(text.splitlines(), 1):
            what, _, rest = line.partition(" ")
            if line == "" or line.startswith("#"):
                continue
            try:
                getattr(self, "take_" + what)(rest)
            except (AttributeError, KeyError, StopIteration, ValueError) as e:
                sys.exit(f"line {number}: {line}: {e!r}")

    def take_kind(self, rest):
        name, *patterns = rest.split()
        self.kinds[name] = patterns

    def take_option(self, rest):
        name, kind, words = rest.split(" ", 2)
        if kind != "flag":
            self.kinds[kind]  # known
        self.options[name] = (kind, words)

    def take_command(self, rest):
        name, arguments, options = (part.strip() for part in rest.split("|"))
        kinds = {}
        for option in options.split():
            option, _, kind = option.partition("=")
            kinds[option] = kind or self.options[option][0]
            if kinds[option] != "flag":
                self.kinds[kinds[option]]
        for argument in arguments.split():
            self.kinds[argument.rstrip("…")]
        self.commands[name] = (arguments.split(), kinds)

    def take_about(self, rest):
        name = next(n for n in sorted(self.commands, key=len, reverse=True) if rest.startswith(n + " "))
        self.about[name] = rest[len(name) + 1:]

    def first_words(self):
        """[(word, words about it, or the second words)]"""
        first = {}
        for name in self.commands:
            word, _, second = name.partition(" ")
            first.setdefault(word, []).append(second)
        return [(w, self.about.get(w) or ", ".join(s)) for w, s in first.items()]

    def second_words(self, word):
        return [(n.split()[1], self.about[n]) for n in self.commands if n.startswith(word + " ")]

    def families(self):
        return sorted({n.split()[0] for n in self.commands if " " in n})


def quoted(text):
    return "'" + text.replace("'", "'\\''") + "'"


HEAD = "# SPDX-License-Identifier: AGPL-3.0-or-later\n# {} completion of undersigned(1), made from data/completion/commands.txt\n"

BASH = r'''
# Files that match one of the patterns, and folders; where none match, any file.
_undersigned_files()
{
	local pattern
	local -a found some

	compopt -o filenames 2>/dev/null
	for pattern; do
		mapfile -t some < <(compgen -f -X "!$pattern" -- "$cur")
		found+=("${some[@]}")
	done
	if [ ${#found[@]} -gt 0 ]; then
		mapfile -t some < <(compgen -d -- "$cur")
	else
		mapfile -t some < <(compgen -f -- "$cur")
	fi
	COMPREPLY=("${found[@]}" "${some[@]}")
}

_undersigned_words()
{
	mapfile -t COMPREPLY < <(compgen -W "$*" -- "$cur")
}

_undersigned_kind()
{
	case $1 in
	none) ;;
	dir)
		compopt -o filenames 2>/dev/null
		mapfile -t COMPREPLY < <(compgen -d -- "$cur")
		;;
	body-file)
		case $cur in *=*) cur=${cur#*=}; _undersigned_files ;; esac
		;;
@KINDS@	*) _undersigned_files ;;
	esac
}

# Sets arguments and options (NAME:KIND …; a flag has no kind) of $command.
_undersigned_command()
{
	arguments='' options=''
	case $command in
@COMMANDS@	*) return 1 ;;
	esac
	options="$options --help: -h:"
}

# What follows option $1: sets kind, empty for a flag.
_undersigned_value()
{
	local option

	kind=''
	for option in $options; do
		[ "${option%%:*}" = "$1" ] && kind=${option#*:}
	done
	[ -n "$kind" ]
}

_undersigned()
{
	local cur prefix='' asked='' command arguments options kind i word
	local -a words rest kinds

	COMPREPLY=()
	# readline breaks words at "=": "--key" "=" "me" becomes "--key" "me", and "harbour" "=" "file" one word again
	for ((i = 1; i <= COMP_CWORD; i++)); do
		word=${COMP_WORDS[i]}
		if [ "$word" = = ] && [ ${#words[@]} -gt 0 ]; then
			case ${words[-1]} in
			--*) [ $i -lt "$COMP_CWORD" ] || words+=('') ;;
			*) words[-1]="${words[-1]}=${COMP_WORDS[i + 1]-}"; ((i++)) ;;
			esac
		else
			words+=("$word")
		fi
	done
	cur=${words[-1]}
	unset 'words[-1]'
	if [ "${words[0]-}" = help ]; then
		words=("${words[@]:1}")
		asked=help
	fi
	case ${#words[@]} in
	0)
		_undersigned_words "@FIRST@ help --help --version"
		return
		;;
	1)
		case ${words[0]} in
@SECOND@		esac
		;;
	esac
	[ -z "$asked" ] || return 0
	command=${words[0]} rest=("${words[@]:1}")
	if ! _undersigned_command; then
		command="${words[0]} ${words[1]-}" rest=("${words[@]:2}")
		_undersigned_command || return 0
	fi
	case $cur in
	--*=*) # where readline does not break there
		_undersigned_value "${cur%%=*}" || return 0
		prefix=${cur%%=*}= cur=${cur#*=}
		_undersigned_kind "$kind"
		COMPREPLY=("${COMPREPLY[@]/#/$prefix}")
		return
		;;
	esac
	read -r -a kinds <<<"$arguments"
	while [ ${#rest[@]} -gt 0 ]; do
		case ${rest[0]} in
		-?*)
			if _undersigned_value "${rest[0]}"; then
				[ ${#rest[@]} -gt 1 ] || { _undersigned_kind "$kind"; return; }
				rest=("${rest[@]:1}")
			fi
			;;
		*) [ "${kinds[0]-}" = "${kinds[0]%…}" ] && kinds=("${kinds[@]:1}") ;;
		esac
		rest=("${rest[@]:1}")
	done
	case $cur in
	-*) _undersigned_words "$(for i in $options; do echo "${i%%:*}"; done)" ;;
	*) [ ${#kinds[@]} = 0 ] || _undersigned_kind "${kinds[0]%…}" ;;
	esac
}

complete -F _undersigned undersigned
'''


def bash(t):
    kinds = "".join(f"\t{k}) _undersigned_files {' '.join(quoted(p) for p in patterns)} ;;\n" for k, patterns in t.kinds.items() if patterns)
    commands = ""
    for name, (arguments, options) in t.commands.items():
        specs = []
        for option, kind in options.items():
            value = "" if kind == "flag" else kind
            specs += [f"--{option}:{value}"] + ([f"-{SHORT[option]}:{value}"] if option in SHORT else [])
        commands += f"\t{quoted(name)}) arguments={quoted(' '.join(arguments))} options={quoted(' '.join(specs))} ;;\n"
    second = ""
    for word in t.families():
        second += f"\t\t{word}) _undersigned_words \"{' '.join(w for w, _ in t.second_words(word))}\"; return ;;\n"
    text = BASH.replace("@KINDS@", kinds).replace("@COMMANDS@", commands).replace("@SECOND@", second)
    return HEAD.format("bash") + text.replace("@FIRST@", " ".join(w for w, _ in t.first_words()))


ZSH = r'''
_undersigned_body_file() {
	compset -P '*=' && _files
}

_undersigned() {
	local curcontext=$curcontext ret=1
	local -a first
	typeset -A opt_args

	if (( CURRENT > 2 )) && [[ $words[2] == help ]]; then
		shift words
		(( CURRENT-- ))
		(( CURRENT > 3 )) && return 1
		[[ CURRENT -eq 3 && $words[2] != (@FAMILIES@) ]] && return 1
	fi
	if (( CURRENT == 2 )); then
		first=(@FIRST@ 'help:explain a command')
		_describe -t commands command first && ret=0
		_arguments -S '(- *)'{-h,--help}'[say what there is]' '(- *)--version[print the version]' && ret=0
		return ret
	fi
	if (( CURRENT == 3 )); then
		case $words[2] in
@SECOND@		esac
	fi
	case "$words[2] $words[3]" in
@COMMANDS@	esac
}

_undersigned "$@"
'''


def zsh_action(t, kind):
    if kind == "none":
        return " "
    if kind == "dir":
        return "_files -/"
    if kind == "body-file":
        return "_undersigned_body_file"
    if t.kinds[kind]:
        patterns = t.kinds[kind]  # one pattern in parentheses would be qualifiers
        return '_files -g "' + (patterns[0] if len(patterns) == 1 else "(" + "|".join(patterns) + ")") + '"'
    return "_files"


def zsh_words(text):
    return text.replace("\\", "\\\\").replace("[", "\\[").replace("]", "\\]").replace(":", "\\:")


def zsh(t):
    first = " ".join(quoted(f"{w}:{zsh_words(a)}") for w, a in t.first_words())
    second = commands = ""
    for word in t.families():
        described = " ".join(quoted(f"{w}:{zsh_words(a)}") for w, a in t.second_words(word))
        second += f"\t\t{word}) first=({described}); _describe -t commands command first; return ;;\n"
    for name, (arguments, options) in t.commands.items():
        length = len(name.split())
        specs = ["'(- *)'{-h,--help}'[explain the command]'"]
        for option, kind in options.items():
            words = zsh_words(t.options[option][1])
            if kind == "flag":
                specs.append(quoted(f"--{option}[{words}]"))
                continue
            value = quoted(f"[{words}]:{option}:{zsh_action(t, kind)}")
            many = "*" if option in ("enrolments", "ssh", "choice") else ""
            if option in SHORT:
                specs.append(f"'(-{SHORT[option]} --{option})'{{-{SHORT[option]}+,--{option}=}}{value}")
            else:
                specs.append(quoted(f"{many}--{option}=") + value)
        for argument in arguments:
            kind = argument.rstrip("…")
            specs.append(quoted(("*" if argument.endswith("…") else "") + f":{kind}:{zsh_action(t, kind)}"))
        pattern = quoted(name) if length == 2 else quoted(name) + "\\ *"
        commands += f"\t{pattern})\n\t\twords=({quoted('undersigned ' + name)} \"${{(@)words[{length + 2},-1]}}\")\n"
        commands += f"\t\t(( CURRENT -= {length} ))\n\t\t_arguments -S " + " \\\n\t\t\t".join(specs) + "\n\t\t;;\n"
    text = ZSH.replace("@FIRST@", first).replace("@SECOND@", second).replace("@COMMANDS@", commands)
    return "#compdef undersigned\n" + HEAD.format("zsh") + text.replace("@FAMILIES@", "|".join(t.families()))


FISH = r'''
# The words before the cursor that are not options, `help` left out.
function __undersigned_words
    set -l words (commandline -opc)[2..-1]
    test "$words[1]" = help; and set -e words[1]
    string match -v -- '-*' $words
end

# Is the command line at this beginning ("" or "key"), with nothing after it?
function __undersigned_at
    set -l words (__undersigned_words)
    test "$words" = "$argv[1]"
end

# Is it a line of this command, and not of help about it?
function __undersigned_in
    set -l words (commandline -opc)[2..-1]
    set -l command (string split ' ' -- $argv[1])
    test "$words[1..$(count $command)]" = "$argv[1]" 2>/dev/null
end

# Files with one of the endings first, then folders and any other file.
function __undersigned_files
    for suffix in $argv
        __fish_complete_suffix $suffix
    end
end

function __undersigned_body_file
    set -l token (commandline -ct)
    set -l body (string match -r '^[^=]*=' -- $token)
    test -n "$body"; or return
    for path in (complete -C "__undersigned_none "(string replace -r '^[^=]*=' '' -- $token))
        echo $body(string split -f1 \t -- $path)
    end
end

complete -c undersigned -f
complete -c undersigned -n '__undersigned_at ""' -a help -d 'explain a command'
complete -c undersigned -n '__undersigned_at ""' -l version -d 'print the version'
complete -c undersigned -s h -l help -d 'say what there is'
'''


def fish_quoted(text):
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def fish_value(t, kind):
    if kind == "none":
        return "-x"
    if kind == "dir":
        return "-x -a '(__fish_complete_directories)'"
    if kind == "body-file":
        return "-x -a '(__undersigned_body_file)'"
    if t.kinds[kind]:
        return "-k -x -a '(__undersigned_files " + " ".join(p.lstrip("*") for p in t.kinds[kind]) + ")'"
    return "-r -F"


def fish(t):
    lines = []
    for word, about in t.first_words():
        lines.append(f"-n '__undersigned_at \"\"' -a {word} -d {fish_quoted(about)}")
    for word in t.families():
        lines += [f"-n '__undersigned_at {word}' -a {w} -d {fish_quoted(a)}" for w, a in t.second_words(word)]
    for name, (arguments, options) in t.commands.items():
        condition = f"-n '__undersigned_in \"{name}\"'"
        for option, kind in options.items():
            short = f"-s {SHORT[option]} " if option in SHORT else ""
            value = "" if kind == "flag" else fish_value(t, kind) + " "
            lines.append(f"{condition} {short}-l {option} {value}-d {fish_quoted(t.options[option][1])}")
        for kind in dict.fromkeys(a.rstrip("…") for a in arguments):
            value = fish_value(t, kind).replace("-x ", "").replace("-r ", "")
            lines.append(f"{condition} {value}")
    return HEAD.format("fish") + FISH + "".join(f"complete -c undersigned {line}\n" for line in lines)


def main(path, shell):
    with open(path, encoding="utf-8") as f:
        table = Table(f.read())
    sys.stdout.reconfigure(encoding="utf-8")
    sys.stdout.write({"bash": bash, "zsh": zsh, "fish": fish}[shell](table))


if __name__ == "__main__":
    main(*sys.argv[1:])
