"""The suites people copy first: as large as promised, sliced so that slices can be judged, and no case twice."""

from collections import defaultdict

import pytest

from harness.suite.case import Suite
from harness.suite.expectations.text import Equals
from harness.suite.project import Project

SIZES = {"triage": 120, "extract": 76, "policy": 74, "support": 50, "judging": 32}
HIDDEN = {"triage": "urdu", "extract": "ocr-noise", "policy": "sounds-risky"}
QUEUES = {"refunds", "orders", "billing", "account", "technical", "general"}


def clusters_by_tag(suite: Suite) -> dict[str, set[str]]:
    clusters: dict[str, set[str]] = defaultdict(set)
    for case in suite.cases:
        for tag in case.tags:
            clusters[tag].add(case.cluster)
    return clusters


def test_every_suite_has_the_promised_number_of_cases(project: Project) -> None:
    assert {name: len(suite.cases) for name, suite in project.suites.items()} == SIZES


@pytest.mark.parametrize("name", SIZES)
def test_every_tag_is_large_enough_to_be_gated_on_its_own(project: Project, name: str) -> None:
    suite = project.suites[name]
    small = {t: len(c) for t, c in clusters_by_tag(suite).items() if len(c) < suite.policy.min_slice_clusters}
    assert small == {}


@pytest.mark.parametrize(("name", "tag"), HIDDEN.items())
def test_the_slice_that_v3_breaks_is_a_small_part_of_its_suite(project: Project, name: str, tag: str) -> None:
    cases = project.suites[name].cases
    assert 8 <= sum(tag in case.tags for case in cases) <= 0.2 * len(cases)


@pytest.mark.parametrize("name", SIZES)
def test_no_two_cases_ask_the_same(project: Project, name: str) -> None:
    asked = [" ".join(str(each).casefold() for each in c.inputs.values()) for c in project.suites[name].cases]
    assert len(set(asked)) == len(asked)


@pytest.mark.parametrize("name", SIZES)
def test_no_two_cases_are_the_same_sentence_with_another_word_in_it(project: Project, name: str) -> None:
    words = {
        case.id: set(" ".join(map(str, case.inputs.values())).casefold().split())
        for case in project.suites[name].cases
    }
    ids = sorted(words)
    alike = [
        (one, other)
        for index, one in enumerate(ids)
        for other in ids[index + 1 :]
        if len(words[one] & words[other]) > 0.7 * len(words[one] | words[other])
    ]
    assert alike == []


def test_every_ticket_is_tagged_with_its_queue_and_one_language(project: Project) -> None:
    for case in project.suites["triage"].cases:
        wanted = {each.value for each in case.expect if isinstance(each, Equals)}
        assert QUEUES.intersection(case.tags) == wanted, case.place
        assert len({"english", "urdu", "roman-urdu"}.intersection(case.tags)) == 1, case.place


def test_tickets_tagged_urdu_are_written_in_urdu_script_and_no_others(project: Project) -> None:
    for case in project.suites["triage"].cases:
        arabic = any("\u0600" <= character <= "\u06ff" for character in str(case.inputs["ticket"]))
        assert arabic is ("urdu" in case.tags), case.place


def test_some_tickets_belong_to_one_conversation(project: Project) -> None:
    cases = project.suites["triage"].cases
    assert len({case.cluster for case in cases}) < len(cases)


@pytest.mark.parametrize("name", SIZES)
def test_every_prompt_fences_the_text_from_outside(project: Project, name: str) -> None:
    for version in sorted(v for owner, v in project.prompts if owner == name):
        last = project.prompts[name, version].messages[-1]
        assert last.role == "user"
        assert "| untrusted }}" in last.template


@pytest.mark.parametrize("name", SIZES)
def test_every_prompt_states_effort_and_thinking(project: Project, name: str) -> None:
    for version in sorted(v for owner, v in project.prompts if owner == name):
        prompt = project.prompts[name, version]
        assert (prompt.effort, prompt.thinking) == ("low", "adaptive")
