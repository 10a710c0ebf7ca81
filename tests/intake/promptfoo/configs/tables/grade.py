def get_assert(output: str, context: dict[str, dict[str, str]]) -> dict[str, object]:
    return {"pass": context["vars"]["ask"] in output, "score": 0.5, "reason": "said"}
