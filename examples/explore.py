# %% [markdown]
# # What the gate said last, and why
#
# Run it cell by cell in an editor that knows `# %%` (VS Code, PyCharm, Jupyter with jupytext), or as a script:
# `pip install 'prompt-harness[notebook]'`, then `python examples/explore.py` in a project that has results
# (`make demo` makes some). It reads the store and changes nothing.

# %%
from matplotlib import pyplot as plt

import harness

lab = harness.load()
print(lab)

# %% [markdown]
# Every stored verdict is a row: the drop with its bounds, what it cost, how it was decided.

# %%
verdicts = lab.comparisons
print(verdicts[["suite", "status", "difference", "lower", "margin", "cost_ratio"]].round(3).to_string())

# %% [markdown]
# The newest one, looked at again: nothing is asked, and nothing is kept.

# %%
newest = verdicts.iloc[-1]
contrast = lab.compare(newest["baseline_run_id"], newest["candidate_run_id"])
print(contrast)

# %% [markdown]
# Where did it fall? `tags` are tuples, so `explode` counts a case under each of its tags.

# %%
by_tag = contrast.cases.explode("tags").groupby("tags")["difference"].agg(["count", "mean"])
print(by_tag.sort_values("mean").head().round(3).to_string())

# %% [markdown]
# Are answers longer now, where a case fell? `frame` reads no more than the columns that are named.

# %%
both = [newest["baseline_run_id"], newest["candidate_run_id"]]
trials = lab.frame("trials", columns=["run_id", "case_id", "outcome", "output_tokens"], run=both)
answered = trials[trials["outcome"] == "answered"]
length = answered.pivot_table(index="case_id", columns="run_id", values="output_tokens", observed=True)
cases = contrast.cases.set_index("case_id").assign(longer=length[both[1]] / length[both[0]])
print(cases.groupby("change", observed=True)["longer"].mean().round(2).to_string())

# %% [markdown]
# The charts of the report, on axes to go on with.

# %%
figure, axes = plt.subplots(3, 1, figsize=(8, 12), layout="constrained")
contrast.plot_effect(axes[0])
contrast.plot_changes(axes[1])
lab.plot_history(newest["suite"], axes[2])
figure.savefig("explore.png")
