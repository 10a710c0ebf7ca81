"""Every grader by the name it has in a file, and the shape of an expectation that comes of them."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from harness.suite.forms.graders import (
    combined,
    documents,
    judged,
    language,
    length,
    limits,
    manner,
    number,
    own,
    semantic,
    similarity,
    sql,
    structure,
    text,
    tools,
)
from harness.suite.forms.graders.form import GraderForm
from harness.suite.forms.kinds import TEXT, WEIGHT, described, may, shape

GRADERS: Final[Mapping[str, GraderForm]] = MappingProxyType(
    {
        form.name: form
        for family in (
            text,
            length,
            similarity,
            semantic,
            language,
            number,
            structure,
            documents,
            sql,
            manner,
            limits,
            tools,
            combined,
            judged,
            own,
        )
        for form in family.FORMS
    }
)

GRADER: Final = shape(
    "an expectation",
    {
        name: may(
            form.means,
            described(form.shape) if form.short is None else {"anyOf": [form.short, described(form.shape)]},
        )
        for name, form in GRADERS.items()
    },
)
EXPECTATION: Final = shape(
    "an expectation",
    {
        **GRADER.keys,
        "not": may("One grader, turned round.", {"$ref": "#/$defs/grader"}),
        "weight": may("Its share in the score of the case, above 0; 1 where it is left out.", WEIGHT),
        "criterion": may("The name under which its grades are reported; its grader's where left out.", TEXT),
    },
)
