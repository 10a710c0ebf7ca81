#!/bin/sh
# The main job, offline: prompt changes and a model change over the project's own suites.
# Replies are synthetic recordings (see fixtures/README.md); nothing is sent, no key is needed.
cd "$(dirname "$0")/.." || exit 2
unset ANTHROPIC_API_KEY ANTHROPIC_BASE_URL
wrong=0

gate() { # gate EXPECTED-STATUS REPORT ARGUMENTS...
    expected=$1 report=$2
    shift 2
    printf '\n$ harness gate %s\n' "$*"
    harness gate "$@" --html "reports/$report.html"
    status=$?
    if [ "$status" -ne "$expected" ]; then
        printf 'demo: expected exit status %s, got %s\n' "$expected" "$status"
        wrong=1
    fi
}

for suite in triage extract policy; do
    gate 0 "$suite-v1-v2" "$suite" --baseline v1@opus-5-5 --candidate v2@opus-5-5
    gate 0 "$suite-v1-v2-sonnet" "$suite" --baseline v1@sonnet-5-5 --candidate v2@sonnet-5-5
    gate 1 "$suite-v1-v3" "$suite" --baseline v1@opus-5-5 --candidate v3@opus-5-5
done

# The model bump: two suites can say that it is harmless, the third says that it cannot tell yet.
gate 0 triage-opus-sonnet triage --baseline v2@opus-5-5 --candidate v2@sonnet-5-5
gate 0 extract-opus-sonnet extract --baseline v2@opus-5-5 --candidate v2@sonnet-5-5
gate 3 policy-opus-sonnet policy --baseline v2@opus-5-5 --candidate v2@sonnet-5-5

# The agent: the cheaper model does its work as well; a prompt that checks everything twice goes in circles.
gate 0 support-opus-sonnet support --baseline v1@opus-5-5 --candidate v1@sonnet-5-5
gate 1 support-v1-v2 support --baseline v1@opus-5-5 --candidate v2@opus-5-5

printf '\nAll replies above are synthetic recordings. Reports: reports/*.html\n'
exit $wrong
