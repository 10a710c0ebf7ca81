"""JavaScript where there is no Node.js."""

from harness.confined.node import Node
from harness.experts.javascript import NO_NODE, JavascriptGraders
from harness.grade.response import Response
from harness.suite.expectations.own import Javascript
from tests.doubles import REPLY, go
from tests.values import HERE


def test_without_node_it_is_said_so() -> None:
    asked = Javascript(place=HERE, code="true", file=None, source="true")
    graders = JavascriptGraders(Node(program=None))
    said = go(graders(asked, Response(reply=REPLY)))
    assert (said.mistake, said.reason) == ("grader_error", NO_NODE)
