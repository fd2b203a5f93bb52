#!/usr/bin/env bash
# What the one step of action.yml does: it lints once and gives annotations, the summary of the job, a SARIF file, and the outputs.
# The inputs come as variables INPUT_…, the working directory is that of the input.
# SPEC: macOS has bash 3.2 (2026): no mapfile, and to `set -u` an array without elements is unset.
set -euo pipefail

# SPEC: actions/runner, ActionCommand.cs (2026): what the data of a command must not hold.
escaped() {
  local data=$1
  data=${data//\%/%25}
  data=${data//$'\r'/%0D}
  data=${data//$'\n'/%0A}
  printf '%s' "$data"
}

annotate() { # level, message
  printf '::%s title=plimsoll::%s\n' "$1" "$(escaped "$2")"
}

finish() { # number of findings, empty where it is not known; exit code; SARIF file
  printf 'findings=%s\nexit-code=%s\nsarif-file=%s\n' "$1" "$2" "$3" >>"$GITHUB_OUTPUT"
  exit "$2"
}

refuse() { # message
  annotate error "$1"
  finish '' 2 ''
}

# What cannot be right, before anything is run.
for value in "$INPUT_CONFIG" "$INPUT_FAIL_ON" "$INPUT_FORMAT" "$INPUT_SARIF_FILE" "$INPUT_VERSION" "$INPUT_WORKING_DIRECTORY" "$INPUT_FIX"; do
  case $value in
    *$'\n'* | *$'\r'*) refuse "Only the input \`paths\` may have several lines, not one with the value: $value" ;;
  esac
done
case $INPUT_FORMAT in
  '' | *=*) refuse "format: name one format for the log, such as github, text or unix, not \`$INPUT_FORMAT\`. For a SARIF file there is sarif-file." ;;
esac
case $INPUT_FIX in
  true | false | '') ;;
  *) refuse "fix: write true or false, not \`$INPUT_FIX\`." ;;
esac
if [ -z "$INPUT_VERSION" ]; then refuse 'version: name a version of plimsoll, or latest.'; fi
if ! command -v npx >/dev/null; then
  refuse 'There is no npx here: put actions/setup-node in front of plimsoll. GitHub'\''s own runners have it; containers and runners of your own may not.'
fi

# Backslashes of Windows would be escapes to some programs of Git's bash.
temporary=${RUNNER_TEMP:-${TMPDIR:-/tmp}}
temporary=${temporary//\\//}
reports=$(mktemp -d "$temporary/plimsoll.XXXXXX")
trap 'rm -rf "$reports"' EXIT

arguments=(--format "$INPUT_FORMAT" --format "markdown=$reports/summary.md" --format "jsonl=$reports/findings.jsonl")
if [ -n "$INPUT_SARIF_FILE" ]; then arguments+=(--format "sarif=$INPUT_SARIF_FILE"); fi
if [ -n "$INPUT_CONFIG" ]; then arguments+=(--config "$INPUT_CONFIG"); fi
if [ -n "$INPUT_FAIL_ON" ]; then arguments+=(--fail-on "$INPUT_FAIL_ON"); fi
if [ "$INPUT_FIX" = true ]; then arguments+=(--fix); fi
# A path a line; blanks belong to it. With `./` in front none is taken for an option, a command, or standard input.
while IFS= read -r line || [ -n "$line" ]; do
  line=${line%$'\r'}
  case $line in
    '') ;;
    /* | [A-Za-z]:[/\\]*) arguments+=("$line") ;;
    *) arguments+=("./$line") ;;
  esac
done <<<"$INPUT_PATHS"

# The problem matcher annotates what the format does not. The runner looks for relative paths in the workspace unless `fromPath` says where
# they are from. It is not removed here: the runner may still have to read it.
if [ "$INPUT_FORMAT" = unix ]; then
  matcher=$temporary/plimsoll-matcher.json
  # shellcheck disable=SC2016 # it is JavaScript that has these dollars
  node -e '
    const [from, to, directory] = process.argv.slice(1);
    const file = JSON.parse(require("node:fs").readFileSync(from, "utf8"));
    for (const matcher of file.problemMatcher) matcher.fromPath = `${directory}/-`;
    require("node:fs").writeFileSync(to, JSON.stringify(file));
  ' "$GITHUB_ACTION_PATH/src/actions/problem-matcher.json" "$matcher" "${INPUT_WORKING_DIRECTORY:-.}"
  printf '::add-matcher::%s\n' "$(escaped "$matcher")"
fi

# `--prefix`: what is linted has no say in which program lints it, neither with its node_modules nor with an .npmrc.
status=0
npx --yes --loglevel=error --prefix "$reports" "plimsoll@$INPUT_VERSION" "${arguments[@]}" 2>"$reports/stderr" || status=$?

if [ "$INPUT_FORMAT" = unix ]; then printf '::remove-matcher owner=%s::\n' plimsoll plimsoll-info; fi
said=$(cat "$reports/stderr")
if [ ! -f "$reports/findings.jsonl" ]; then
  refuse "${said:-plimsoll could not be run: npx ended with exit code $status.}"
fi
if [ "$status" -gt 1 ]; then
  annotate error "$said"
elif [ -n "$said" ]; then
  # Remarks of plimsoll or Node, for the log. What they name may look like a command, and the runner reads none until it sees the token.
  token=plimsoll-$RANDOM$RANDOM$RANDOM
  printf '::stop-commands::%s\n%s\n::%s::\n' "$token" "$said" "$token"
fi
if [ -n "${GITHUB_STEP_SUMMARY:-}" ] && [ -f "$reports/summary.md" ]; then cat "$reports/summary.md" >>"$GITHUB_STEP_SUMMARY"; fi

# As other actions want it: relative to the workspace.
sarif_file=
if [ -n "$INPUT_SARIF_FILE" ] && [ -f "$INPUT_SARIF_FILE" ]; then
  case $INPUT_SARIF_FILE in
    /* | [A-Za-z]:[/\\]*) sarif_file=$INPUT_SARIF_FILE ;;
    *) sarif_file=${INPUT_WORKING_DIRECTORY:-.}/$INPUT_SARIF_FILE ;;
  esac
  sarif_file=${sarif_file#./}
fi
finish "$(wc -l <"$reports/findings.jsonl" | tr -d ' ')" "$status" "$sarif_file"
