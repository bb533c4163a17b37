# loses = ["choose"]
# why = "looks only at what the last step kept"

# %% choose-solution
def choose(kept, start, alpha, end):
    candidates = list(kept[-1])
    ids, _ = max(candidates, key=lambda pair: pair[1] / (len(pair[0]) - len(start)) ** alpha)
    return list(ids[len(start) :])
