"""The job of a CI service that runs us, as its environment tells it."""

from __future__ import annotations

import re
from collections.abc import Mapping

_ADDRESS = re.compile(r"https?://[\w.:/-]{1,400}", re.ASCII)


def job(env: Mapping[str, str]) -> str:
    """Who started it, and which it is; empty: there is none."""
    for service, name, number in (
        ("github", "GITHUB_ACTOR", "GITHUB_RUN_ID"),
        ("gitlab", "GITLAB_USER_LOGIN", "CI_JOB_ID"),
    ):
        if env.get(name):
            return f"{env[name]} ({service} {env.get(number, 'job')})"
    return ""


def run(env: Mapping[str, str]) -> str:
    """The address of its log; empty where there is none, or what is said cannot be one."""
    github = [env.get(name, "") for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    address = "{}/{}/actions/runs/{}".format(*github) if all(github) else env.get("CI_JOB_URL", "")
    return address if _ADDRESS.fullmatch(address) else ""
